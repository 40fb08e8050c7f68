//! The three drawn kinds behind one face: laid out once, then drawn on whatever there is.

use super::{
    board::{Board, Surface},
    curve, heatmap, histogram,
    legend::Legend,
    series,
    series::Look,
    svg::Svg,
};
use lab::Figure;

/// Width of a static drawing, in CSS pixels: a lab's picture beside its knobs. Where there is less
/// room its box scrolls, so that its text keeps its size.
pub const STATIC_WIDTH: f64 = 640.0;

/// Where a reader points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// At a value of the horizontal axis.
    X(f64),
    /// At a cell (row, column), or a bar (group, interval).
    Cell(usize, usize),
}

/// A step from the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// So far to the right and down.
    By(isize, isize),
    /// To the first.
    Home,
    /// To the last.
    End,
}

enum Layout {
    Series(series::Frame),
    Heatmap(heatmap::Frame),
    Histogram(histogram::Frame),
}

/// A drawn figure, laid out.
pub struct Drawing<'a> {
    figure: &'a Figure,
    layout: Layout,
    width: f64,
    at: Option<At>,
    chosen: Vec<(usize, usize)>,
}

impl<'a> Drawing<'a> {
    /// `figure` in a box `width` CSS pixels wide; `None` if it is words rather than a drawing.
    pub fn new(figure: &'a Figure, look: Look, width: f64) -> Option<Self> {
        let layout = match figure {
            Figure::Series(series) => Layout::Series(series::Frame::new(series, look, width)),
            Figure::Heatmap(map) => Layout::Heatmap(heatmap::Frame::new(map, width)),
            Figure::Histogram(histogram) => {
                Layout::Histogram(histogram::Frame::new(histogram, width))
            }
            _ => return None,
        };
        Some(Self {
            figure,
            layout,
            width,
            at: None,
            chosen: Vec::new(),
        })
    }

    /// Its size in CSS pixels: a matrix may be wider than its box.
    pub fn size(&self) -> (f64, f64) {
        match (&self.layout, self.figure) {
            (Layout::Heatmap(frame), _) => frame.size,
            (Layout::Histogram(frame), Figure::Histogram(histogram)) => {
                (self.width, frame.height(histogram))
            }
            _ => (self.width, series::HEIGHT),
        }
    }

    /// Points at something, or at nothing.
    pub fn point(&mut self, at: Option<At>) {
        self.at = at;
        if let (Layout::Series(frame), At::X(x)) = (&mut self.layout, at.unwrap_or(At::X(f64::NAN)))
        {
            frame.look.at = x.is_finite().then_some(x);
        }
    }

    /// Marks the cells of a matrix that a reader has chosen.
    pub fn choose(&mut self, cells: Vec<(usize, usize)>) {
        self.chosen = cells;
    }

    /// Where a reader points.
    pub fn at(&self) -> Option<At> {
        self.at
    }

    /// What lies under a pointer.
    pub fn under(&self, pointer: (f64, f64)) -> Option<At> {
        match (&self.layout, self.figure) {
            (Layout::Series(frame), Figure::Series(series)) => {
                curve::nearest_x(series, frame.x_at(pointer.0)).map(At::X)
            }
            (Layout::Heatmap(frame), Figure::Heatmap(map)) => frame.cell_at(map, pointer).map(cell),
            (Layout::Histogram(frame), Figure::Histogram(histogram)) => {
                frame.bar_at(histogram, pointer).map(cell)
            }
            _ => None,
        }
    }

    /// Where a key leads from where a reader points.
    pub fn step(&self, key: Key) -> Option<At> {
        if let Figure::Series(series) = self.figure {
            let here = if let Some(At::X(x)) = self.at {
                Some(x)
            } else {
                None
            };
            let far = isize::MAX;
            return match key {
                Key::By(by, _) => curve::step_x(series, here, by),
                Key::Home => curve::step_x(series, here.or(Some(0.0)), -far),
                Key::End => curve::step_x(series, None, 0),
            }
            .map(At::X);
        }
        let (rows, columns) = match self.figure {
            Figure::Heatmap(map) => (map.rows.len(), map.columns.len()),
            Figure::Histogram(histogram) => (
                histogram.groups.len(),
                histogram.edges.len().saturating_sub(1),
            ),
            _ => (0, 0),
        };
        let (last_row, last_column) = (rows.checked_sub(1)?, columns.checked_sub(1)?);
        let (row, column) = match (self.at, key) {
            (_, Key::Home) => (0, 0),
            (_, Key::End) => (last_row, last_column),
            (Some(At::Cell(row, column)), Key::By(right, down)) => (
                row.saturating_add_signed(down).min(last_row),
                column.saturating_add_signed(right).min(last_column),
            ),
            _ => (0, 0),
        };
        Some(At::Cell(row, column))
    }

    /// What stands where a reader points, in words; of lines, their ends if they point at nothing.
    pub fn readout(&self) -> String {
        let said = match (&self.layout, self.figure, self.at) {
            (Layout::Series(frame), Figure::Series(series), _) => {
                Some(series::readout(series, frame))
            }
            (_, Figure::Heatmap(map), Some(At::Cell(row, column))) => {
                heatmap::readout(map, (row, column))
            }
            (_, Figure::Histogram(histogram), Some(At::Cell(group, bar))) => {
                histogram::readout(histogram, (group, bar))
            }
            _ => None,
        };
        said.unwrap_or_default()
    }

    /// Marks and values of lines, otherwise what a reader points at.
    pub fn legend(&self) -> Legend {
        match (&self.layout, self.figure) {
            (Layout::Series(frame), Figure::Series(series)) => series::legend(series, frame),
            _ => Legend {
                tag: "span",
                marks: vec!["<li>".to_owned()],
                values: vec![self.readout()],
            },
        }
    }

    /// Draws it.
    pub fn draw(&self, surface: &mut impl Surface) {
        let (width, height) = self.size();
        let board = Board::new(surface, width, height);
        let cell = if let Some(At::Cell(row, column)) = self.at {
            Some((row, column))
        } else {
            None
        };
        let drawn = match (&self.layout, self.figure) {
            (Layout::Series(frame), Figure::Series(series)) => series::draw(board, series, frame),
            (Layout::Heatmap(frame), Figure::Heatmap(map)) => {
                heatmap::draw(board, map, frame, cell, &self.chosen)
            }
            (Layout::Histogram(frame), Figure::Histogram(histogram)) => {
                histogram::draw(board, histogram, frame, cell)
            }
            _ => Ok(()),
        };
        drawn.expect("our boards never fail");
    }
}

fn cell((row, column): (usize, usize)) -> At {
    At::Cell(row, column)
}

/// A drawn figure as a static SVG named `title`; nothing for words.
pub fn svg(figure: &Figure, look: Look, width: f64, title: &str) -> String {
    let Some(drawing) = Drawing::new(figure, look, width) else {
        return String::new();
    };
    let mut surface = Svg::default();
    drawing.draw(&mut surface);
    let (width, height) = drawing.size();
    surface.finish(width, height, title)
}
