//! plotters' elements in CSS pixels: what every drawing function draws with.

use super::{board::UNIT, palette::Pen, text};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontFamily, FontTransform, IntoFont, TextStyle};

/// What a drawing function returns: nothing, or the backend's error.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A plotters drawing area measured in CSS pixels.
pub struct Sheet<DB: DrawingBackend> {
    area: DrawingArea<DB, Shift>,
}

/// Where a text stands from its point.
#[derive(Clone, Copy)]
pub enum Place {
    /// Begins at it, on its level.
    Start,
    /// Centred on it.
    Middle,
    /// Ends at it, on its level.
    End,
    /// Begins at it and reads upwards.
    Up,
}

impl<DB: DrawingBackend> Sheet<DB> {
    /// A sheet over the whole of `backend`.
    pub fn new(backend: DB) -> Self {
        Self {
            area: backend.into_drawing_area(),
        }
    }

    /// Its width and height.
    pub fn size(&self) -> (f64, f64) {
        let (width, height) = self.area.dim_in_pixel();
        (f64::from(width) / UNIT, f64::from(height) / UNIT)
    }

    /// A line through points.
    pub fn path(
        &self,
        points: impl IntoIterator<Item = (f64, f64)>,
        pen: Pen,
        width: f64,
    ) -> Drawn<DB> {
        let points: Vec<(i32, i32)> = points.into_iter().map(units).collect();
        self.area.draw(&PathElement::new(points, pen.stroke(width)))
    }

    /// A filled rectangle from corner to corner.
    pub fn rect(&self, from: (f64, f64), to: (f64, f64), pen: Pen) -> Drawn<DB> {
        self.area
            .draw(&Rectangle::new([units(from), units(to)], pen.fill()))
    }

    /// A rectangle's outline.
    pub fn frame(&self, from: (f64, f64), to: (f64, f64), pen: Pen, width: f64) -> Drawn<DB> {
        self.area
            .draw(&Rectangle::new([units(from), units(to)], pen.stroke(width)))
    }

    /// A disc.
    pub fn disc(&self, centre: (f64, f64), radius: f64, pen: Pen) -> Drawn<DB> {
        self.area.draw(&Circle::new(
            units(centre),
            (radius * UNIT) as i32,
            pen.fill(),
        ))
    }

    /// A text.
    pub fn text(&self, text: &str, at: (f64, f64), place: Place, pen: Pen) -> Drawn<DB> {
        let h_pos = match place {
            Place::Start | Place::Up => HPos::Left,
            Place::Middle => HPos::Center,
            Place::End => HPos::Right,
        };
        let transform = if matches!(place, Place::Up) {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        };
        let style: TextStyle<'_> = (FontFamily::SansSerif, text::SIZE)
            .into_font()
            .transform(transform)
            .into();
        let colour = pen.colour();
        let style = style.color(&colour).pos(Pos::new(h_pos, VPos::Center));
        self.area.draw(&Text::new(text, units(at), style))
    }
}

fn units(at: (f64, f64)) -> (i32, i32) {
    ((at.0 * UNIT).round() as i32, (at.1 * UNIT).round() as i32)
}
