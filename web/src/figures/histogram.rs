//! Counts by interval: one small drawing a group over shared intervals and one shared height, so
//! that groups can be compared.

use super::{
    axis::Axis,
    html::{grouped, number},
    palette::Pen,
    sheet::{Drawn, Place, Sheet},
    text,
};
use lab::figure::{Histogram, HistogramGroup};
use plotters::prelude::DrawingBackend;

/// Height of one group's drawing.
const EACH: f64 = 112.0;
/// Room for the axis's name below all.
const NAME: f64 = 20.0;
/// From a group's top to its bars: its name.
const TOP: f64 = 22.0;
/// From its bars to its bottom: tick labels.
const BOTTOM: f64 = 24.0;
/// Between two groups side by side.
const BETWEEN: f64 = 22.0;

/// Where things lie in a histogram so wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    width: f64,
    columns: usize,
    left: f64,
    most: u32,
}

impl Frame {
    /// The layout in `width` CSS pixels. The number of columns, and with it the height, depends on
    /// the groups alone: nothing jumps when the width becomes known.
    pub fn new(histogram: &Histogram, width: f64) -> Self {
        let most = histogram
            .groups
            .iter()
            .flat_map(|g| g.counts.iter().copied())
            .max()
            .unwrap_or(0)
            .max(1);
        let columns = if histogram.groups.len() > 2 { 2 } else { 1 };
        Self {
            width,
            columns,
            left: text::width(&grouped(most.into())) + 8.0,
            most,
        }
    }

    /// Height of the whole drawing.
    pub fn height(&self, histogram: &Histogram) -> f64 {
        histogram.groups.len().max(1).div_ceil(self.columns) as f64 * EACH + NAME
    }

    /// Left and right, top and bottom of a group's bars.
    fn plot(&self, group: usize) -> ((f64, f64), (f64, f64)) {
        let each = (self.width - BETWEEN * (self.columns - 1) as f64) / self.columns as f64;
        let left = (group % self.columns) as f64 * (each + BETWEEN) + self.left;
        let top = (group / self.columns) as f64 * EACH;
        (
            (left, (left - self.left + each - 8.0).max(left + 20.0)),
            (top + TOP, top + EACH - BOTTOM),
        )
    }

    /// Group and interval under a point.
    pub fn bar_at(&self, histogram: &Histogram, at: (f64, f64)) -> Option<(usize, usize)> {
        let bars = histogram.edges.len().checked_sub(1)?;
        (0..histogram.groups.len()).find_map(|group| {
            let ((left, right), (top, bottom)) = self.plot(group);
            let inside =
                (left..right).contains(&at.0) && (top - TOP..bottom + BOTTOM).contains(&at.1);
            inside.then(|| {
                (
                    group,
                    (((at.0 - left) / (right - left)) * bars as f64) as usize,
                )
            })
        })
    }
}

/// Draws `histogram` over the whole of `backend`, with the bar a reader points at stronger.
///
/// # Errors
/// The backend's.
pub fn draw<DB: DrawingBackend>(
    backend: DB,
    histogram: &Histogram,
    frame: &Frame,
    at: Option<(usize, usize)>,
) -> Drawn<DB> {
    let sheet = Sheet::new(backend);
    let (width, height) = sheet.size();
    for (nth, group) in histogram.groups.iter().enumerate() {
        let chosen = at.filter(|(g, _)| *g == nth).map(|(_, bar)| bar);
        panel(&sheet, frame, histogram, (nth, group), chosen)?;
    }
    sheet.text(
        &text::fit(&histogram.label, width),
        (width / 2.0, height - 8.0),
        Place::Middle,
        Pen::SOFT,
    )
}

fn panel<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    frame: &Frame,
    histogram: &Histogram,
    (nth, group): (usize, &HistogramGroup),
    chosen: Option<usize>,
) -> Drawn<DB> {
    let ((left, right), (top, bottom)) = frame.plot(nth);
    sheet.text(
        &text::fit(&group.label, right - left),
        (left, top - 11.0),
        Place::Start,
        Pen::SOFT,
    )?;
    sheet.path([(left, top), (right, top)], Pen::HAIR, 1.0)?;
    sheet.text(
        &grouped(frame.most.into()),
        (left - 6.0, top),
        Place::End,
        Pen::FAINT,
    )?;
    sheet.text("0", (left - 6.0, bottom), Place::End, Pen::FAINT)?;
    // Bars are equally wide whatever the intervals are; ticks stand at their borders.
    let bars = histogram.edges.len().saturating_sub(1);
    let each = (right - left) / bars.max(1) as f64;
    let gap = if each > 4.0 { 1.0 } else { 0.0 };
    for (i, count) in group
        .counts
        .iter()
        .take(bars)
        .enumerate()
        .filter(|(_, count)| **count > 0)
    {
        let x = left + i as f64 * each;
        let tall = (f64::from(*count) / f64::from(frame.most) * (bottom - top)).max(1.0);
        let pen = if chosen == Some(i) {
            Pen::INK
        } else {
            Pen::WARM.alpha(0.8)
        };
        sheet.rect((x, bottom - tall), (x + each - gap, bottom), pen)?;
    }
    sheet.path([(left, bottom), (right, bottom)], Pen::LINE, 1.0)?;
    for (x, label) in ticks(histogram, (left, right)) {
        sheet.text(&label, (x, bottom + 12.0), Place::Middle, Pen::FAINT)?;
    }
    Ok(())
}

/// Labels below the bars. Evenly spaced intervals get round numbers, others their own borders.
fn ticks(histogram: &Histogram, (left, right): (f64, f64)) -> Vec<(f64, String)> {
    let edges = &histogram.edges;
    let (Some(low), Some(high)) = (edges.first(), edges.last()) else {
        return Vec::new();
    };
    let step = (high - low) / (edges.len().max(2) - 1) as f64;
    let even = edges
        .windows(2)
        .all(|e| ((e[1] - e[0]) - step).abs() <= 1e-6 * step.abs());
    let candidates = |most: usize| -> Vec<(f64, String)> {
        if even && low < high {
            let axis = Axis::over([].into_iter(), Some((*low, *high)), false, 0.0);
            let place = |v: f64| left + (v - low) / (high - low) * (right - left);
            return axis
                .ticks(most)
                .into_iter()
                .map(|(v, label)| (place(v), label))
                .collect();
        }
        let every = edges.len().div_ceil(most.max(1)).max(1);
        let place = |i: usize| left + i as f64 / (edges.len().max(2) - 1) as f64 * (right - left);
        edges
            .iter()
            .enumerate()
            .step_by(every)
            .map(|(i, v)| (place(i), number(*v)))
            .collect()
    };
    (1..=6)
        .rev()
        .map(candidates)
        .find(|ticks| {
            let half = |tick: &(f64, String)| text::width(&tick.1) / 2.0;
            ticks
                .windows(2)
                .all(|two| two[1].0 - half(&two[1]) - two[0].0 - half(&two[0]) >= 12.0)
        })
        .unwrap_or_default()
}

/// What the readout says of a bar: `forget gate, 0.9 to 1.0: 512`.
pub fn readout(histogram: &Histogram, (group, bar): (usize, usize)) -> Option<String> {
    let group = histogram.groups.get(group)?;
    let (from, to) = (histogram.edges.get(bar)?, histogram.edges.get(bar + 1)?);
    let count = grouped(u64::from(*group.counts.get(bar)?));
    Some(format!(
        "{}, {} to {}: {count}",
        group.label,
        number(*from),
        number(*to)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(groups: usize, bars: usize) -> Histogram {
        Histogram {
            label: "activation".to_owned(),
            groups: (0..groups)
                .map(|g| HistogramGroup {
                    label: format!("gate {g}"),
                    counts: (0..bars as u32).collect(),
                })
                .collect(),
            edges: (0..=bars).map(|i| i as f64 / bars as f64).collect(),
        }
    }

    #[test]
    fn the_height_does_not_depend_on_the_width() {
        for groups in 0..6 {
            let histogram = gates(groups, 10);
            let heights =
                [300.0, 640.0, 1000.0].map(|w| Frame::new(&histogram, w).height(&histogram));
            assert!(heights.windows(2).all(|h| h[0] == h[1]));
        }
    }

    #[test]
    fn every_bar_is_found_where_it_stands() {
        let histogram = gates(4, 10);
        let frame = Frame::new(&histogram, 640.0);
        for group in 0..4 {
            let ((left, right), (top, _)) = frame.plot(group);
            for bar in 0..10 {
                let x = left + (bar as f64 + 0.5) / 10.0 * (right - left);
                assert_eq!(frame.bar_at(&histogram, (x, top)), Some((group, bar)));
            }
        }
        assert_eq!(
            readout(&histogram, (1, 9)).unwrap(),
            "gate 1, 0.900 to 1.00: 9"
        );
        assert_eq!(readout(&histogram, (1, 10)), None);
    }

    #[test]
    fn uneven_intervals_are_labelled_by_their_borders() {
        let histogram = Histogram {
            edges: vec![0.0, 1.0, 10.0, 100.0],
            ..Histogram::default()
        };
        let labels: Vec<String> = ticks(&histogram, (0.0, 600.0))
            .into_iter()
            .map(|t| t.1)
            .collect();
        assert_eq!(labels, ["0", "1.00", "10.0", "100"]);
        assert!(ticks(&Histogram::default(), (0.0, 600.0)).is_empty());
    }
}
