//! plotters' drawing trait over a handful of vector calls. plotters places things on whole pixels;
//! our grid has ten units to a CSS pixel, so that lines stay smooth. Text keeps its size in CSS
//! pixels and its width comes from our own table, whatever it is drawn on: a static SVG, a canvas
//! and the recorder of the tests get the very same calls.

use super::{palette::Pen, text};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use std::convert::Infallible;

/// Units of the drawing grid to a CSS pixel.
pub const UNIT: f64 = 10.0;

/// Where a text stands from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// To its right.
    Start,
    /// Around it.
    Middle,
    /// To its left.
    End,
}

/// What can be drawn on. All lengths are CSS pixels.
pub trait Surface {
    /// A line through `points`.
    fn path(&mut self, points: &[(f64, f64)], pen: Pen, width: f64);
    /// A filled rectangle.
    fn rect(&mut self, at: (f64, f64), size: (f64, f64), pen: Pen);
    /// The outline of a rectangle.
    fn frame(&mut self, at: (f64, f64), size: (f64, f64), pen: Pen, width: f64);
    /// A filled disc.
    fn disc(&mut self, centre: (f64, f64), radius: f64, pen: Pen);
    /// A text whose baseline starts, centres or ends at a point; `upright` texts read from below.
    fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, upright: bool, pen: Pen);
}

/// plotters' backend over a [`Surface`].
pub struct Board<'a, S> {
    surface: &'a mut S,
    size: (u32, u32),
}

impl<'a, S: Surface> Board<'a, S> {
    /// A board so many CSS pixels wide and high.
    pub fn new(surface: &'a mut S, width: f64, height: f64) -> Self {
        Self {
            surface,
            size: ((width * UNIT) as u32, (height * UNIT) as u32),
        }
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn px(at: BackendCoord) -> (f64, f64) {
    (f64::from(at.0) / UNIT, f64::from(at.1) / UNIT)
}

fn pen(style: BackendColor) -> Pen {
    Pen::read(style.rgb, style.alpha)
}

fn span(a: BackendCoord, b: BackendCoord) -> ((f64, f64), (f64, f64)) {
    let (a, b) = (px(a), px(b));
    (
        (a.0.min(b.0), a.1.min(b.1)),
        ((a.0 - b.0).abs(), (a.1 - b.1).abs()),
    )
}

impl<S: Surface> DrawingBackend for Board<'_, S> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.surface
            .rect(px(point), (1.0 / UNIT, 1.0 / UNIT), pen(color));
        Ok(())
    }

    fn draw_line<T: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &T,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<T: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &T,
        fill: bool,
    ) -> Drawn {
        let (at, size) = span(from, to);
        if fill {
            self.surface.rect(at, size, pen(style.color()));
        } else {
            self.surface.frame(
                at,
                size,
                pen(style.color()),
                f64::from(style.stroke_width()) / UNIT,
            );
        }
        Ok(())
    }

    fn draw_path<T: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &T,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = path.into_iter().map(px).collect();
        self.surface.path(
            &points,
            pen(style.color()),
            f64::from(style.stroke_width()) / UNIT,
        );
        Ok(())
    }

    fn draw_circle<T: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &T,
        _fill: bool,
    ) -> Drawn {
        self.surface
            .disc(px(centre), f64::from(radius) / UNIT, pen(style.color()));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        pos: BackendCoord,
    ) -> Drawn {
        let (x, y) = px(pos);
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        // From the middle of a line of Inter down to its baseline is 0.36 of the size: half its
        // height of capitals.
        let drop = match style.anchor().v_pos {
            VPos::Top => text::SIZE,
            VPos::Center => 0.36 * text::SIZE,
            VPos::Bottom => 0.0,
        };
        let upright = matches!(
            style.transform(),
            plotters_backend::FontTransform::Rotate270
        );
        let at = if upright {
            (x + drop, y)
        } else {
            (x, y + drop)
        };
        self.surface
            .text(text, at, anchor, upright, pen(style.color()));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        _style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((
            (text::width(text) * UNIT).ceil() as u32,
            (text::SIZE * UNIT) as u32,
        ))
    }
}
