//! A matrix of numbers as colours. Cells have a least size at which they can be read: a matrix too
//! wide for its place is drawn wider, and its box scrolls.

use super::{
    palette::Pen,
    sheet::{Drawn, Place, Sheet},
    text,
};
use lab::figure::{Colours, Heatmap};
use plotters::prelude::DrawingBackend;

/// Row names take no more than this, in CSS pixels.
const NAMES: f64 = 130.0;
/// From the right edge.
const RIGHT: f64 = 4.0;
/// Room for the names of the two axes.
const TITLE: f64 = 22.0;

/// Where things lie in a matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left and top edge of the cells.
    pub origin: (f64, f64),
    /// Width and height of a cell.
    pub cell: (f64, f64),
    /// Width and height of the whole drawing.
    pub size: (f64, f64),
    upright: bool,
}

impl Frame {
    /// The layout in `room` CSS pixels; wider than that if the cells would be too small to read.
    pub fn new(map: &Heatmap, room: f64) -> Self {
        let widest = |names: &[String], least: f64| {
            names.iter().map(|n| text::width(n)).fold(least, f64::max)
        };
        let left = widest(&map.rows, text::width(&map.rows_label)).min(NAMES) + 10.0;
        let columns = map.columns.len().max(1) as f64;
        let written = widest(&map.texts, 0.0);
        let least = if map.texts.is_empty() {
            9.0
        } else {
            (written + 6.0).max(18.0)
        };
        let width = ((room - left - RIGHT) / columns).clamp(least, 56.0_f64.max(least));
        let name = widest(&map.columns, 0.0);
        let upright = name > width - 2.0;
        let names = if upright { name.min(90.0) + 8.0 } else { 18.0 };
        let height = if map.texts.is_empty() {
            width.clamp(9.0, 24.0)
        } else {
            24.0
        };
        let origin = (left, TITLE + names);
        let size = (
            (left + width * columns + RIGHT).ceil().max(room.min(200.0)),
            (origin.1 + height * map.rows.len() as f64 + 4.0).ceil(),
        );
        Self {
            origin,
            cell: (width, height),
            size,
            upright,
        }
    }

    /// Row and column of the cell at a point.
    pub fn cell_at(&self, map: &Heatmap, at: (f64, f64)) -> Option<(usize, usize)> {
        let nth = |at: f64, origin: f64, cell: f64, count: usize| {
            let nth = ((at - origin) / cell).floor();
            (nth >= 0.0 && nth < count as f64).then_some(nth as usize)
        };
        let column = nth(at.0, self.origin.0, self.cell.0, map.columns.len())?;
        Some((
            nth(at.1, self.origin.1, self.cell.1, map.rows.len())?,
            column,
        ))
    }

    fn corners(&self, row: usize, column: usize) -> ((f64, f64), (f64, f64)) {
        let at = |r: f64, c: f64| {
            (
                self.origin.0 + c * self.cell.0,
                self.origin.1 + r * self.cell.1,
            )
        };
        (
            at(row as f64, column as f64),
            at(row as f64 + 1.0, column as f64 + 1.0),
        )
    }
}

/// The pen of a value; full strength is held back where text must stay readable on it.
fn pen(value: f32, colours: &Colours, strongest: f64) -> Option<Pen> {
    let (low, high) = (f64::from(colours.range.0), f64::from(colours.range.1));
    if !value.is_finite() {
        return None;
    }
    let part = if high > low {
        ((f64::from(value) - low) / (high - low)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (pen, strength) = match () {
        () if !colours.diverging => (Pen::WARM, part),
        () if part < 0.5 => (Pen::COLD, 1.0 - 2.0 * part),
        () => (Pen::WARM, 2.0 * part - 1.0),
    };
    Some(pen.alpha((strength * strongest * 100.0).round() / 100.0))
}

/// Draws `map` over the whole of `backend`, which is as large as `frame` says, with an outline around the cell a reader points at
/// and marks on those they have chosen.
///
/// # Errors
/// The backend's.
pub fn draw<DB: DrawingBackend>(
    backend: DB,
    map: &Heatmap,
    frame: &Frame,
    at: Option<(usize, usize)>,
    chosen: &[(usize, usize)],
) -> Drawn<DB> {
    let sheet = Sheet::new(backend);
    let (left, top) = frame.origin;
    let strongest = if map.texts.is_empty() { 1.0 } else { 0.5 };
    let across = frame.size.0 - left - RIGHT;
    sheet.text(
        &text::fit(&map.rows_label, left - 10.0),
        (0.0, 9.0),
        Place::Start,
        Pen::SOFT,
    )?;
    sheet.text(
        &text::fit(&map.columns_label, across),
        (left, 9.0),
        Place::Start,
        Pen::SOFT,
    )?;
    for (r, name) in map.rows.iter().enumerate() {
        let y = top + (r as f64 + 0.5) * frame.cell.1;
        sheet.text(
            &text::fit(name, left - 10.0),
            (left - 8.0, y),
            Place::End,
            Pen::FAINT,
        )?;
    }
    // Names too close to tell apart are thinned rather than printed over each other.
    let every = if frame.upright {
        (13.0 / frame.cell.0).ceil().max(1.0) as usize
    } else {
        1
    };
    for (c, name) in map.columns.iter().enumerate().step_by(every) {
        let x = left + (c as f64 + 0.5) * frame.cell.0;
        match frame.upright {
            true => sheet.text(
                &text::fit(name, 90.0),
                (x, top - 5.0),
                Place::Up,
                Pen::FAINT,
            )?,
            false => sheet.text(name, (x, top - 9.0), Place::Middle, Pen::FAINT)?,
        }
    }
    let gap = if frame.cell.0.min(frame.cell.1) > 14.0 {
        1.0
    } else {
        0.5
    };
    for r in 0..map.rows.len() {
        for c in 0..map.columns.len() {
            let (from, to) = frame.corners(r, c);
            let nth = r * map.columns.len() + c;
            sheet.rect(from, (to.0 - gap, to.1 - gap), Pen::SUNK)?;
            if let Some(pen) = map
                .values
                .get(nth)
                .and_then(|v| pen(*v, &map.colours, strongest))
            {
                sheet.rect(from, (to.0 - gap, to.1 - gap), pen)?;
            }
            if let Some(text) = map.texts.get(nth).filter(|t| !t.is_empty()) {
                let middle = ((from.0 + to.0 - gap) / 2.0, (from.1 + to.1 - gap) / 2.0);
                sheet.text(text, middle, Place::Middle, Pen::INK)?;
            }
        }
    }
    let within = |r: usize, c: usize| r < map.rows.len() && c < map.columns.len();
    for (r, c) in map
        .outlined
        .iter()
        .map(|(r, c)| (*r as usize, *c as usize))
        .filter(|(r, c)| within(*r, *c))
    {
        let (from, to) = frame.corners(r, c);
        sheet.frame(
            (from.0 + 0.5, from.1 + 0.5),
            (to.0 - gap - 0.5, to.1 - gap - 0.5),
            Pen::INK,
            1.6,
        )?;
    }
    // Twice, and with a dot: an outline alone means something else already.
    for (r, c) in chosen.iter().filter(|(r, c)| within(*r, *c)) {
        let (from, to) = frame.corners(*r, *c);
        let (from, to) = (
            (from.0 - 0.5, from.1 - 0.5),
            (to.0 + 0.5 - gap, to.1 + 0.5 - gap),
        );
        sheet.frame(from, to, Pen::PANEL, 5.0)?;
        sheet.frame(from, to, Pen::INK, 2.6)?;
        sheet.disc((to.0 - 4.5, from.1 + 4.5), 2.2, Pen::INK)?;
    }
    if let Some((r, c)) = at.filter(|(r, c)| within(*r, *c)) {
        let (from, to) = frame.corners(r, c);
        sheet.frame(
            (from.0 - 1.0, from.1 - 1.0),
            (to.0 + 1.0 - gap, to.1 + 1.0 - gap),
            Pen::COLD,
            2.4,
        )?;
    }
    Ok(())
}

/// What the readout says of a cell: `row, column: text, 0.310`.
pub fn readout(map: &Heatmap, (r, c): (usize, usize)) -> Option<String> {
    let nth = r * map.columns.len() + c;
    let (row, column) = (map.rows.get(r)?, map.columns.get(c)?);
    let value = super::html::number(f64::from(*map.values.get(nth)?));
    Some(match map.texts.get(nth).filter(|t| !t.is_empty()) {
        Some(text) => format!("{row}, {column}: “{text}”, {value}"),
        None => format!("{row}, {column}: {value}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rows: usize, columns: usize, written: bool) -> Heatmap {
        Heatmap {
            rows_label: "rank".to_owned(),
            columns_label: "position".to_owned(),
            rows: (1..=rows).map(|r| r.to_string()).collect(),
            columns: (0..columns).map(|_| "e".to_owned()).collect(),
            values: vec![0.5; rows * columns],
            texts: if written {
                vec!["w".to_owned(); rows * columns]
            } else {
                vec![]
            },
            ..Heatmap::default()
        }
    }

    #[test]
    fn a_wide_matrix_scrolls_rather_than_shrinks() {
        for room in [300.0, 640.0, 1000.0] {
            let frame = Frame::new(&map(5, 60, true), room);
            assert!(
                frame.cell.0 >= 18.0 && frame.size.0 >= 60.0 * 18.0,
                "{frame:?}"
            );
            let small = Frame::new(&map(5, 8, true), room);
            assert!(small.size.0 <= room, "{small:?}");
        }
    }

    #[test]
    fn every_cell_is_found_where_it_is_drawn() {
        let map = map(3, 7, false);
        let frame = Frame::new(&map, 500.0);
        for r in 0..3 {
            for c in 0..7 {
                let (from, to) = frame.corners(r, c);
                assert_eq!(
                    frame.cell_at(&map, ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0)),
                    Some((r, c))
                );
            }
        }
        assert_eq!(frame.cell_at(&map, (0.0, 0.0)), None);
    }

    #[test]
    fn the_middle_of_a_diverging_scale_has_no_colour() {
        let colours = Colours {
            range: (-1.0, 1.0),
            diverging: true,
            label: String::new(),
        };
        assert_eq!(pen(0.0, &colours, 1.0).unwrap().alpha, 0.0);
        assert_eq!(pen(-1.0, &colours, 1.0), Some(Pen::COLD));
        assert_eq!(pen(9.0, &colours, 0.5), Some(Pen::WARM.alpha(0.5)));
        assert_eq!(pen(f32::NAN, &colours, 1.0), None);
    }

    #[test]
    fn the_readout_names_row_and_column() {
        assert_eq!(
            readout(&map(2, 2, true), (1, 0)).unwrap(),
            "2, e: “w”, 0.500"
        );
        assert_eq!(readout(&map(2, 2, true), (2, 0)), None);
    }
}
