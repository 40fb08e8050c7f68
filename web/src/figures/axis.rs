//! An axis: what range it shows, where its ticks stand, and how a value becomes a place on it.

use super::html::place;

/// A range of finite values, linear or logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    log: bool,
}

/// Values beyond this are as good as infinite: their differences would be.
const HUGE: f64 = 1e150;

impl Axis {
    /// An axis that shows `range`, or else all of `values` with a margin of `pad` of their span.
    /// Values that are no numbers are left out, as are those not above zero if it is logarithmic;
    /// with nothing left it shows 0 to 1 (0.1 to 1).
    pub fn over(
        values: impl Iterator<Item = f64>,
        range: Option<(f64, f64)>,
        log: bool,
        pad: f64,
    ) -> Self {
        let shown = |v: &f64| v.abs() < HUGE && (!log || *v > 0.0);
        let asked = range.filter(|(low, high)| shown(low) && shown(high) && low < high);
        if let Some((low, high)) = asked {
            return Self {
                low: scaled(low, log),
                high: scaled(high, log),
                log,
            };
        }
        let (low, high) = values
            .filter(shown)
            .map(|v| scaled(v, log))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            });
        let (low, high) = match () {
            () if low > high => (scaled(if log { 0.1 } else { 0.0 }, log), scaled(1.0, log)),
            () if high - low <= 1e-9 * high.abs().max(low.abs()) => {
                let room = if log || high == 0.0 {
                    0.5
                } else {
                    high.abs() / 2.0
                };
                (low - room, high + room)
            }
            () => (low - pad * (high - low), high + pad * (high - low)),
        };
        Self { low, high, log }
    }

    /// Whether `value` has a place on it at all (it may lie outside the range).
    pub fn takes(&self, value: f64) -> bool {
        value.abs() < HUGE && (!self.log || value > 0.0)
    }

    /// The range in the axis's own measure: the values, or their decimal logarithms.
    pub fn range(&self) -> std::ops::Range<f64> {
        self.low..self.high
    }

    /// `value` in the axis's own measure, at most at its ends.
    pub fn measure(&self, value: f64) -> f64 {
        scaled(value, self.log).clamp(self.low, self.high)
    }

    /// Whether `value` lies within the shown range.
    pub fn shows(&self, value: f64) -> bool {
        let slack = 1e-9 * (self.high - self.low);
        self.takes(value)
            && (self.low - slack..=self.high + slack).contains(&scaled(value, self.log))
    }

    /// The value at `part` (0 … 1) of the way along.
    pub fn at(&self, part: f64) -> f64 {
        let measure = self.low + part * (self.high - self.low);
        if self.log {
            10f64.powf(measure)
        } else {
            measure
        }
    }

    /// Round values within the range with their labels: at most `most`, and none where `most` is 0.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        if self.log {
            return self
                .log_ticks(most)
                .into_iter()
                .map(|v| (v, place(v)))
                .collect();
        }
        let values = linear_ticks(self.low, self.high, most);
        let step = values.get(1).map_or(1.0, |second| second - values[0]);
        values.into_iter().map(|v| (v, label(v, step))).collect()
    }

    fn log_ticks(&self, most: usize) -> Vec<f64> {
        let (first, last) = (self.low.floor() as i32, self.high.ceil() as i32);
        let decades = |steps: &[f64], every: i32| -> Vec<f64> {
            (first..=last)
                .filter(|e| e.rem_euclid(every) == 0)
                .flat_map(|e| steps.iter().map(move |s| s * 10f64.powi(e)))
                .filter(|v| self.shows(*v))
                .collect()
        };
        let fine = decades(&[1.0, 2.0, 5.0], 1);
        if fine.len() < 2 {
            // Less than a doubling: the values themselves make the rounder ticks.
            let values = linear_ticks(10f64.powf(self.low), 10f64.powf(self.high), most);
            return values.into_iter().filter(|v| *v > 0.0).collect();
        }
        if fine.len() <= most {
            return fine;
        }
        (1..)
            .map(|every| decades(&[1.0], every))
            .find(|ticks| ticks.len() <= most)
            .unwrap_or_default()
    }
}

/// A tick's label with as many decimals as the step between ticks has, so that all have the same.
fn label(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    if decimals == 0 || decimals > 6 || value.abs() >= 1e6 {
        return place(value);
    }
    let text = format!("{:.decimals$}", value.abs());
    if value < 0.0 {
        format!("−{text}")
    } else {
        text
    }
}

fn scaled(value: f64, log: bool) -> f64 {
    if log { value.log10() } else { value }
}

/// Multiples of 1, 2 or 5 times a power of ten within the range, as many as `most` allows.
fn linear_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    if most == 0 || !(high - low).is_normal() || high < low {
        return Vec::new();
    }
    let rough = ((high - low) / most as f64).log10().floor() as i32;
    for exponent in rough.. {
        for factor in [1.0, 2.0, 5.0] {
            // Dividing by a power of ten is exact where multiplying by 0.1 is not.
            let nth = |i: f64| {
                if exponent < 0 {
                    i * factor / 10f64.powi(-exponent)
                } else {
                    i * factor * 10f64.powi(exponent)
                }
            };
            let step = nth(1.0);
            let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
            if last - first < most as f64 {
                let count = (last - first + 1.0).max(0.0) as usize;
                return (0..count).map(|i| nth(first + i as f64) + 0.0).collect();
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|t| t.1).collect()
    }

    fn linear(low: f64, high: f64) -> Axis {
        Axis::over([].into_iter(), Some((low, high)), false, 0.0)
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            labels(linear(0.0, 1000.0), 6),
            ["0", "200", "400", "600", "800", "1,000"]
        );
        assert_eq!(
            labels(linear(0.97, 3.1), 6),
            ["1.0", "1.5", "2.0", "2.5", "3.0"]
        );
        assert_eq!(
            labels(linear(-1.0, 1.0), 5),
            ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
        );
    }

    #[test]
    fn there_are_never_more_ticks_than_fit_and_nearly_always_two() {
        for most in 0..=8 {
            for span in [1e-9, 0.003, 0.7, 1.0, 5.5, 99.0, 1234.5, 8e9] {
                for low in [-17.3, 0.0, 0.123, 4000.0] {
                    let ticks = linear(low, low + span).ticks(most);
                    assert!(ticks.len() <= most, "{most} {low} {span}: {ticks:?}");
                    assert!(
                        most < 4 || span < 1e-6 || ticks.len() >= 2,
                        "{most} {low} {span}: {ticks:?}"
                    );
                    assert!(
                        ticks
                            .iter()
                            .all(|t| t.0 >= low - span && t.0 <= low + 2.0 * span)
                    );
                }
            }
        }
    }

    #[test]
    fn a_log_axis_leaves_out_what_has_no_logarithm() {
        let axis = Axis::over(
            [0.0, -3.0, f64::NAN, 1.0, 1000.0].into_iter(),
            None,
            true,
            0.0,
        );
        assert_eq!(labels(axis, 6), ["1", "10", "100", "1,000"]);
        assert!(!axis.takes(0.0) && axis.takes(0.5));
        assert!((axis.at(0.5) - 31.6).abs() < 0.1);
    }

    #[test]
    fn log_ticks_thin_out_over_decades_and_fill_in_below_one() {
        let axis = |low, high| Axis::over([].into_iter(), Some((low, high)), true, 0.0);
        assert!(axis(1e-12, 1e12).ticks(6).len() <= 6);
        assert_eq!(labels(axis(1.0, 12.0), 6), ["1", "2", "5", "10"]);
        let close = axis(1.1, 1.7).ticks(6);
        assert!((2..=6).contains(&close.len()), "{close:?}");
    }

    #[test]
    fn nothing_one_value_and_infinities_still_give_an_axis() {
        for values in [
            vec![],
            vec![f64::NAN],
            vec![f64::INFINITY],
            vec![3.0],
            vec![0.0],
            vec![1e300, -1e300],
            vec![-5.0],
        ] {
            for log in [false, true] {
                let axis = Axis::over(values.iter().copied(), None, log, 0.05);
                let range = axis.range();
                assert!(
                    range.start.is_finite() && range.start < range.end,
                    "{values:?} {range:?}"
                );
                assert!(axis.ticks(6).len() <= 6);
            }
        }
    }
}
