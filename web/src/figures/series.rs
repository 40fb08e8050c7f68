//! Lines over a shared horizontal axis: the raw series faint and the smoothed one strong, every arm
//! in its colour and dash, named levels, the trained range, and a crosshair.

use super::{
    axis::Axis,
    board::UNIT,
    curve::{nearest, smoothable, strong, thinned},
    html::{escape, number, place},
    legend::Legend,
    palette::Pen,
    sheet::{Drawn, Place, Sheet},
    text,
};
use lab::figure::{Line, Series};
use lab::order::{key, sort_by_key};
use plotters::coord::{CoordTranslate, cartesian::Cartesian2d, types::RangedCoordf64};
use plotters::prelude::DrawingBackend;
use std::fmt::Write as _;

/// Height of every chart of lines, in CSS pixels, whatever its width: nothing jumps.
pub const HEIGHT: f64 = 272.0;

/// The most labels on an axis.
const TICKS: usize = 6;
/// Clear space between two labels of an axis.
const APART: f64 = 22.0;
/// From the top to the plot: the vertical axis is named there.
const TOP: f64 = 26.0;
/// From the plot to the bottom: tick labels, and the horizontal axis's name.
const BOTTOM: f64 = 42.0;
/// From a level, where a curve that begins is in the way of its name.
const CLOSE: f64 = 40.0;
/// From the plot to the right edge.
const RIGHT: f64 = 14.0;

/// How a reader looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// Smoothed lines, with the raw ones faint behind them.
    pub smooth: bool,
    /// Logarithmic vertical axis.
    pub log: bool,
    /// Where the crosshair stands.
    pub at: Option<f64>,
}

/// Where things lie in a chart so wide, looked at so.
pub struct Frame {
    /// How a reader looks at it.
    pub look: Look,
    /// Left and right edge of the plot.
    pub across: (f64, f64),
    /// Top and bottom edge of the plot.
    pub down: (f64, f64),
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    strong: Vec<Vec<f64>>,
}

impl Frame {
    /// The layout of `series` in `width` CSS pixels.
    pub fn new(series: &Series, look: Look, width: f64) -> Self {
        let strong: Vec<Vec<f64>> = series
            .lines
            .iter()
            .map(|l| strong(l, look.smooth))
            .collect();
        let xs = series.lines.iter().flat_map(|l| &l.points).map(|p| p.0);
        let raw = series
            .lines
            .iter()
            .filter(|l| !l.faint)
            .flat_map(|l| &l.points)
            .map(|p| p.1);
        let levels = series.levels.iter().map(|l| l.value);
        let x = Axis::over(xs, series.x.range, series.x.log, 0.0);
        let y = Axis::over(
            raw.chain(strong.iter().flatten().copied()).chain(levels),
            series.y.range,
            look.log,
            0.05,
        );
        let labels = y
            .ticks(TICKS)
            .into_iter()
            .map(|t| text::width(&t.1))
            .fold(16.0, f64::max);
        Self {
            across: (labels + 12.0, (width - RIGHT).max(labels + 40.0)),
            down: (TOP, HEIGHT - BOTTOM),
            x,
            y,
            look,
            strong,
        }
    }

    /// The value of the horizontal axis under a pointer so far from the left.
    pub fn x_at(&self, left: f64) -> f64 {
        self.x
            .at(((left - self.across.0) / (self.across.1 - self.across.0)).clamp(0.0, 1.0))
    }

    /// The value of line `line` nearest to the crosshair, otherwise its last, as it is drawn.
    pub fn value(&self, series: &Series, line: usize) -> Option<f64> {
        let points = series.lines.get(line)?;
        match self.look.at {
            Some(x) => self.strong[line].get(nearest(points, x)?).copied(),
            None => self.strong[line]
                .iter()
                .rev()
                .find(|y| y.is_finite())
                .copied(),
        }
    }

    /// The labels below the axis: as many as stand clear of each other and of the edges.
    fn x_ticks(&self) -> Vec<(f64, f64, String)> {
        (0..=TICKS)
            .rev()
            .map(|most| {
                let ticks = self.x.ticks(most);
                ticks
                    .into_iter()
                    .map(|(v, label)| (v, self.left(v), label))
                    .collect::<Vec<_>>()
            })
            .find(|ticks| {
                ticks.windows(2).all(|two| {
                    let half = |tick: &(f64, f64, String)| text::width(&tick.2) / 2.0;
                    two[1].1 - half(&two[1]) - (two[0].1 + half(&two[0])) >= APART
                })
            })
            .unwrap_or_default()
    }

    fn left(&self, x: f64) -> f64 {
        let range = self.x.range();
        let part = (self.x.measure(x) - range.start) / (range.end - range.start);
        self.across.0 + part * (self.across.1 - self.across.0)
    }

    fn top(&self, y: f64) -> f64 {
        let range = self.y.range();
        let part = (self.y.measure(y) - range.start) / (range.end - range.start);
        self.down.1 - part * (self.down.1 - self.down.0)
    }
}

/// Draws `series` over the whole of `backend`, which is as wide as `frame` was laid out for.
///
/// # Errors
/// The backend's.
pub fn draw<DB: DrawingBackend>(backend: DB, series: &Series, frame: &Frame) -> Drawn<DB> {
    let sheet = Sheet::new(backend);
    grid(&sheet, series, frame)?;
    for level in series.levels.iter().filter(|l| frame.y.shows(l.value)) {
        let y = frame.top(level.value);
        sheet.path(
            [(frame.across.0, y), (frame.across.1, y)],
            Pen::SOFT.dashed(2),
            1.2,
        )?;
    }
    // Later lines lie below earlier ones: the paper's model comes first and should be seen.
    for (i, line) in series.lines.iter().enumerate().rev() {
        let pen = Pen::arm(line.colour);
        let smoothed = frame.look.smooth && smoothable(line);
        if smoothed && !line.faint {
            curve(
                &sheet,
                frame,
                line.points.iter().copied(),
                pen.dashed(0).alpha(0.28),
                1.0,
            )?;
        }
        let values = line
            .points
            .iter()
            .zip(&frame.strong[i])
            .map(|(p, y)| (p.0, *y));
        let (pen, width) = match () {
            () if line.faint => (pen.alpha(0.45), 1.2),
            () if smoothed || line.marked => (pen, 2.2),
            () => (pen, 1.7),
        };
        if line.marked {
            for (x, y) in values
                .clone()
                .filter(|(x, y)| frame.x.shows(*x) && frame.y.takes(*y))
            {
                sheet.disc((frame.left(x), frame.top(y)), 3.2, pen)?;
            }
        }
        curve(&sheet, frame, values, pen, width)?;
    }
    names(&sheet, series, frame)?;
    crosshair(&sheet, series, frame)
}

fn grid<DB: DrawingBackend>(sheet: &Sheet<DB>, series: &Series, frame: &Frame) -> Drawn<DB> {
    let ((left, right), (top, bottom)) = (frame.across, frame.down);
    if let Some((from, to)) = series.trained {
        sheet.rect((frame.left(from), top), (frame.left(to), bottom), Pen::SUNK)?;
        if frame.left(to) - frame.left(from) > text::width("trained") + 8.0 {
            // Below the curves of whoever has all right.
            sheet.text(
                "trained",
                (frame.left(to) - 5.0, top + 22.0),
                Place::End,
                Pen::FAINT,
            )?;
        }
    }
    for (value, label) in frame.y.ticks(TICKS) {
        let y = frame.top(value);
        sheet.path([(left, y), (right, y)], Pen::HAIR, 1.0)?;
        sheet.text(&label, (left - 8.0, y), Place::End, Pen::FAINT)?;
    }
    sheet.path([(left, bottom), (right, bottom)], Pen::LINE, 1.0)?;
    for (_, x, label) in frame.x_ticks() {
        let half = text::width(&label) / 2.0;
        let x = x.min(sheet.size().0 - half).max(half);
        sheet.text(&label, (x, bottom + 14.0), Place::Middle, Pen::FAINT)?;
    }
    let room = sheet.size().0 - 4.0;
    let x_name = text::fit(&series.x.label, right - left);
    sheet.text(
        &x_name,
        ((left + right) / 2.0, bottom + 33.0),
        Place::Middle,
        Pen::SOFT,
    )?;
    sheet.text(
        &text::fit(&series.y.label, room),
        (2.0, 9.0),
        Place::Start,
        Pen::SOFT,
    )
}

/// One curve, thinned to its drawing's columns; a point alone between gaps becomes a dot. plotters
/// maps the values to the grid.
fn curve<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    frame: &Frame,
    points: impl Iterator<Item = (f64, f64)>,
    pen: Pen,
    width: f64,
) -> Drawn<DB> {
    let grid = |(from, to): (f64, f64)| ((from * UNIT) as i32, (to * UNIT) as i32);
    let (across, down) = (grid(frame.across), grid(frame.down));
    let plane = Cartesian2d::<RangedCoordf64, RangedCoordf64>::new(
        frame.x.range(),
        frame.y.range(),
        (across.0..across.1, down.1..down.0),
    );
    let places = points.filter(|(x, _)| frame.x.shows(*x)).map(|(x, y)| {
        frame
            .y
            .takes(y)
            .then(|| plane.translate(&(frame.x.measure(x), frame.y.measure(y))))
    });
    for piece in thinned(places, UNIT as i32) {
        let mut pixels = piece
            .iter()
            .map(|(x, y)| (f64::from(*x) / UNIT, f64::from(*y) / UNIT));
        match piece.len() {
            1 => sheet.disc(
                pixels.next().expect("one point"),
                (width * 1.1).max(1.4),
                pen,
            )?,
            _ => sheet.path(pixels, pen, width)?,
        }
    }
    Ok(())
}

/// The names of the levels, above or below their lines, or further off where levels are so close that
/// their names would meet. They stand at the left: where a curve will end is not known yet; at the right
/// where a curve begins close by.
fn names<DB: DrawingBackend>(sheet: &Sheet<DB>, series: &Series, frame: &Frame) -> Drawn<DB> {
    let mut taken: Vec<f64> = Vec::new();
    let shown = series.lines.iter().zip(&frame.strong);
    let starts: Vec<f64> = shown
        .filter(|(line, _)| !line.faint)
        .filter_map(|(_, drawn)| drawn.iter().find(|y| y.is_finite()))
        .map(|value| frame.top(*value))
        .collect();
    let mut levels: Vec<_> = series
        .levels
        .iter()
        .filter(|l| frame.y.shows(l.value))
        .collect();
    sort_by_key(&mut levels, |l| !key(l.value));
    for level in levels {
        let line = frame.top(level.value);
        let free = |y: &f64| {
            (frame.down.0 + 5.0..=frame.down.1 - 5.0).contains(y)
                && taken.iter().all(|t| (t - y).abs() >= 13.0)
        };
        let Some(y) = [-9.0, 9.0, -22.0, 22.0, -35.0, 35.0]
            .into_iter()
            .map(|by| line + by)
            .find(free)
        else {
            continue;
        };
        taken.push(y);
        let label = text::fit(&level.label, frame.across.1 - frame.across.0 - 8.0);
        let wide = text::width(&label);
        let from = if starts.iter().any(|start| (start - line).abs() < CLOSE) {
            frame.across.1 - 4.0 - wide
        } else {
            frame.across.0 + 4.0
        };
        sheet.rect(
            (from - 3.0, y - 7.0),
            (from + wide + 3.0, y + 7.0),
            Pen::PANEL.alpha(0.75),
        )?;
        sheet.text(&label, (from, y), Place::Start, Pen::SOFT)?;
    }
    Ok(())
}

fn crosshair<DB: DrawingBackend>(sheet: &Sheet<DB>, series: &Series, frame: &Frame) -> Drawn<DB> {
    let Some(at) = frame.look.at.filter(|x| frame.x.shows(*x)) else {
        return Ok(());
    };
    let x = frame.left(at);
    sheet.path(
        [(x, frame.down.0), (x, frame.down.1)],
        Pen::INK.alpha(0.35),
        1.0,
    )?;
    for (i, line) in series.lines.iter().enumerate().filter(|(_, l)| !l.faint) {
        let Some(point) = nearest(line, at) else {
            continue;
        };
        let (x, y) = (line.points[point].0, frame.strong[i][point]);
        if frame.x.shows(x) && frame.y.takes(y) {
            sheet.disc((frame.left(x), frame.top(y)), 4.5, Pen::PANEL)?;
            sheet.disc((frame.left(x), frame.top(y)), 3.6, Pen::arm(line.colour))?;
        }
    }
    let label = crosshair_label(series, at);
    let wide = text::width(&label);
    let start = if x + 6.0 + wide > frame.across.1 {
        x - 6.0 - wide
    } else {
        x + 6.0
    };
    let y = frame.down.0 + 4.0;
    sheet.rect(
        (start - 3.0, y - 8.0),
        (start + wide + 3.0, y + 8.0),
        Pen::PANEL.alpha(0.8),
    )?;
    sheet.text(&label, (start, y), Place::Start, Pen::INK)
}

/// Where the crosshair stands: `step 396`.
pub fn crosshair_label(series: &Series, at: f64) -> String {
    format!("{} {}", series.x.label, place(at))
}

/// The legend: every line's mark in its colour and dash, its name, and its value at the crosshair
/// or at its end.
pub fn legend(series: &Series, frame: &Frame) -> Legend {
    let mark = |line: &Line| {
        let mut out = String::new();
        let pen = Pen::arm(line.colour);
        let (class, width) = if line.faint {
            (" class=\"faint\"", 1.4)
        } else {
            ("", 2.4)
        };
        let _ = write!(
            out,
            "<li{class}><svg width=\"26\" height=\"8\" aria-hidden=\"true\"><path d=\"M0 4H26\" fill=\"none\" stroke=\"var({})\" stroke-width=\"{width}\"",
            pen.name()
        );
        if !pen.dashes().is_empty() {
            let dashes: Vec<String> = pen.dashes().iter().map(f64::to_string).collect();
            let _ = write!(out, " stroke-dasharray=\"{}\"", dashes.join(" "));
        }
        out.push_str("/></svg>");
        escape(&mut out, &line.label);
        out.push(' ');
        out
    };
    let value = |i| frame.value(series, i).map_or("–".to_owned(), number);
    Legend {
        tag: "b",
        marks: series.lines.iter().map(mark).collect(),
        values: (0..series.lines.len()).map(value).collect(),
    }
}

/// What is said when the crosshair is moved from the keyboard: `step 396: LSTM 1.21, tanh RNN 1.38`.
pub fn readout(series: &Series, frame: &Frame) -> String {
    let values = series
        .lines
        .iter()
        .enumerate()
        .filter(|(_, l)| !l.faint)
        .filter_map(|(i, line)| {
            frame
                .value(series, i)
                .map(|value| format!("{} {}", line.label, number(value)))
        });
    let values: Vec<String> = values.collect();
    match frame.look.at {
        Some(at) => format!("{}: {}", crosshair_label(series, at), values.join(", ")),
        None => values.join(", "),
    }
}
