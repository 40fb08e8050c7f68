//! Curves before they are drawn: smoothed, thinned, looked up.

use lab::figure::{Line, Series};

/// Below this number of points there is nothing to smooth: held-out curves are drawn as they are.
const SMOOTHED_FROM: usize = 40;

/// Whether `line` is long and plain enough to be smoothed.
pub fn smoothable(line: &Line) -> bool {
    !line.marked && line.points.len() >= SMOOTHED_FROM
}

/// A line's values as drawn strongly: smoothed if asked and sensible, otherwise as they are.
pub fn strong(line: &Line, smooth: bool) -> Vec<f64> {
    let raw: Vec<f64> = line.points.iter().map(|p| p.1).collect();
    if smooth && smoothable(line) {
        smoothed(&raw)
    } else {
        raw
    }
}

/// A running mean, twice, over about a fortieth of the points to either side. Near the start the
/// window shrinks on both sides, so that a steep beginning is not pulled down; at the end, where
/// the other side is yet to come, it looks back only. Gaps stay gaps.
fn smoothed(raw: &[f64]) -> Vec<f64> {
    let reach = (raw.len() / 40).clamp(2, 40);
    running_mean(&running_mean(raw, reach), reach)
}

fn running_mean(values: &[f64], reach: usize) -> Vec<f64> {
    // Sum and count of everything before an index: a window's mean is one difference.
    let mut before = vec![(0.0, 0.0)];
    let (mut sum, mut count) = (0.0, 0.0);
    for y in values {
        if y.is_finite() {
            (sum, count) = (sum + y, count + 1.0);
        }
        before.push((sum, count));
    }
    let mean = |i: usize| {
        let from = before[i - reach.min(i)];
        let to = before[(i + reach.min(i)).min(values.len() - 1) + 1];
        (to.0 - from.0) / (to.1 - from.1)
    };
    values
        .iter()
        .enumerate()
        .map(|(i, y)| if y.is_finite() { mean(i) } else { f64::NAN })
        .collect()
}

/// Index of the point of `line` nearest to `x`.
pub fn nearest(line: &Line, x: f64) -> Option<usize> {
    let after = line.points.partition_point(|p| p.0 < x);
    let candidates = [after.checked_sub(1), Some(after)];
    candidates
        .into_iter()
        .flatten()
        .filter(|i| *i < line.points.len())
        .min_by(|a, b| {
            (line.points[*a].0 - x)
                .abs()
                .total_cmp(&(line.points[*b].0 - x).abs())
        })
}

/// The x of a point, over all lines, nearest to `x`.
pub fn nearest_x(series: &Series, x: f64) -> Option<f64> {
    series
        .lines
        .iter()
        .filter_map(|line| nearest(line, x).map(|i| line.points[i].0))
        .min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs()))
}

/// The next x with a point, over all lines, `steps` points of the longest line on from `x`.
pub fn step_x(series: &Series, x: Option<f64>, steps: isize) -> Option<f64> {
    let line = series.lines.iter().max_by_key(|l| l.points.len())?;
    let last = line.points.len().checked_sub(1)?;
    let to = match x {
        None => last,
        Some(x) => nearest(line, x)?.saturating_add_signed(steps).min(last),
    };
    Some(line.points[to].0)
}

/// Pieces of a curve in units of the drawing grid, at most four points to a column `column` units
/// wide: where it enters, its lowest, its highest and where it leaves. A point of `None` is a gap.
pub fn thinned(
    points: impl Iterator<Item = Option<(i32, i32)>>,
    column: i32,
) -> Vec<Vec<(i32, i32)>> {
    let mut pieces = vec![Vec::new()];
    let mut cell = Cell::default();
    for point in points {
        let piece = pieces.last_mut().expect("there is always a piece");
        match point {
            Some(at) if cell.column == Some(at.0.div_euclid(column)) => cell.take(at),
            Some(at) => {
                cell.leave(piece);
                cell = Cell {
                    column: Some(at.0.div_euclid(column)),
                    ..Cell::default()
                };
                cell.take(at);
            }
            None => {
                cell.leave(piece);
                cell = Cell::default();
                if !piece.is_empty() {
                    pieces.push(Vec::new());
                }
            }
        }
    }
    cell.leave(pieces.last_mut().expect("there is always a piece"));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// The points of one column: first, lowest, highest and last with their order of arrival.
#[derive(Default)]
struct Cell {
    column: Option<i32>,
    count: usize,
    kept: [(usize, (i32, i32)); 4],
}

/// Four points in the order they came in: too few, and too often, for a sort that is made for many.
fn in_order(kept: &mut [(usize, (i32, i32)); 4]) {
    for i in 1..kept.len() {
        let mut at = i;
        while at > 0 && kept[at - 1].0 > kept[at].0 {
            kept.swap(at - 1, at);
            at -= 1;
        }
    }
}

impl Cell {
    fn take(&mut self, at: (i32, i32)) {
        let this = (self.count, at);
        if self.count == 0 {
            self.kept = [this; 4];
        }
        if at.1 < self.kept[1].1.1 {
            self.kept[1] = this;
        }
        if at.1 > self.kept[2].1.1 {
            self.kept[2] = this;
        }
        self.kept[3] = this;
        self.count += 1;
    }

    fn leave(&mut self, piece: &mut Vec<(i32, i32)>) {
        if self.count > 0 {
            in_order(&mut self.kept);
            let mut last = None;
            for (order, at) in self.kept {
                if last.replace(order) != Some(order) {
                    piece.push(at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: Vec<(f64, f64)>) -> Line {
        Line {
            points,
            ..Line::default()
        }
    }

    #[test]
    fn smoothing_keeps_a_constant_and_gaps() {
        let mut points: Vec<(f64, f64)> = (0..50).map(|i| (f64::from(i), 2.0)).collect();
        points[7].1 = f64::NAN;
        let smooth = strong(&line(points), true);
        assert!(smooth[7].is_nan());
        assert!(
            smooth
                .iter()
                .enumerate()
                .all(|(i, y)| i == 7 || (y - 2.0).abs() < 1e-12),
            "no pull from a starting value"
        );
    }

    #[test]
    fn smoothing_does_not_trail_behind() {
        let falling = line((0..300).map(|i| (f64::from(i), -f64::from(i))).collect());
        let smooth = strong(&falling, true);
        assert!(
            [0, 3, 150]
                .into_iter()
                .all(|i| (smooth[i] + i as f64).abs() < 1e-9),
            "{:?}",
            &smooth[..4]
        );
    }

    #[test]
    fn smoothing_takes_the_noise_out() {
        let noisy = line(
            (0..400)
                .map(|i| (f64::from(i), if i % 2 == 0 { 1.0 } else { -1.0 }))
                .collect(),
        );
        let smooth = strong(&noisy, true);
        assert!(smooth[300..].iter().all(|y| y.abs() < 0.1));
        assert_eq!(strong(&noisy, false)[300], 1.0);
        let few = line(noisy.points[..SMOOTHED_FROM - 1].to_vec());
        assert_eq!(strong(&few, true)[2], 1.0, "few points are never smoothed");
    }

    #[test]
    fn thinning_keeps_extremes_ends_and_gaps() {
        let spike = 700;
        let points = (0..100_000).map(|i| match i {
            50_000 => None,
            i if i == spike => Some((i / 100, 9_999)),
            i => Some((i / 100, i % 7)),
        });
        let pieces = thinned(points, 10);
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].iter().any(|p| p.1 == 9_999), "the spike survives");
        assert!(pieces.iter().map(Vec::len).sum::<usize>() <= 4 * 101);
        assert_eq!(pieces[0][0], (0, 0));
        assert_eq!(pieces[1].last(), Some(&(999, 99_999 % 7)));
    }

    #[test]
    fn few_points_pass_through_thinning_untouched() {
        let points = [(0, 5), (3, 1), (100, 4)];
        assert_eq!(
            thinned(points.iter().copied().map(Some), 10),
            [points.to_vec()]
        );
        assert!(thinned(std::iter::repeat_n(None, 3), 10).is_empty());
    }

    #[test]
    fn looking_up_finds_the_nearest_point_and_walks() {
        let series = Series {
            lines: vec![
                line(vec![(1.0, 0.0), (2.0, 0.0), (10.0, 0.0)]),
                line(vec![(7.0, 0.0)]),
            ],
            ..Series::default()
        };
        assert_eq!(nearest_x(&series, 8.0), Some(7.0));
        assert_eq!(nearest_x(&series, -5.0), Some(1.0));
        assert_eq!(step_x(&series, None, -1), Some(10.0));
        assert_eq!(step_x(&series, Some(10.0), -1), Some(2.0));
        assert_eq!(step_x(&series, Some(1.0), -1), Some(1.0));
        assert_eq!(nearest_x(&Series::default(), 0.0), None);
        assert_eq!(step_x(&Series::default(), None, 1), None);
    }
}
