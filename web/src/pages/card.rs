//! A card's picture: the curves of the recorded run, small.

use lab::{Recorded, Spec};
use leptos::prelude::*;

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 110.0;
const MARGIN: f64 = 12.0;

/// The recorded curves of a lab's first metric, reduced to a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Its accessible name.
    pub name: String,
    /// One SVG path an arm.
    pub paths: Vec<String>,
    /// Heights of the metric's reference lines.
    pub levels: Vec<f64>,
}

impl Picture {
    /// Draws the run; `None` if it has no curve.
    pub fn of(spec: &Spec, run: &Recorded) -> Option<Self> {
        let metric = spec.metrics.first()?;
        let curves: Vec<Vec<(f64, f64)>> = run
            .arms
            .iter()
            .map(|arm| reduce(arm.history.curve(&metric.id)))
            .collect();
        let all = || curves.iter().flatten();
        let last = all().map(|(x, _)| *x).fold(0.0, f64::max);
        let knobs = || {
            let preset = spec.preset(&run.preset)?;
            let arm = spec.arms_of(preset).first()?;
            lab::Knobs::resolve(spec, preset, arm, &[]).ok()
        };
        let references: Vec<f64> = knobs()
            .map(|k| {
                spec.references_for(&metric.id, &k)
                    .map(|r| r.value)
                    .collect()
            })
            .unwrap_or_default();
        let (low, high) = all()
            .map(|(_, y)| *y)
            .chain(references.iter().copied())
            .fold((f64::MAX, f64::MIN), |(low, high), y| {
                (low.min(y), high.max(y))
            });
        if last <= 0.0 || low >= high {
            return None;
        }
        let x = |step: f64| MARGIN + (WIDTH - 2.0 * MARGIN) * step / last;
        let y =
            |value: f64| HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * (value - low) / (high - low);
        let path = |curve: &Vec<(f64, f64)>| {
            let points = curve
                .iter()
                .map(|(s, v)| format!("{:.1},{:.1}", x(*s), y(*v)));
            format!("M{}", points.collect::<Vec<_>>().join(" L"))
        };
        let ends = run.arms.iter().filter_map(|arm| {
            let label = spec
                .arms
                .iter()
                .find(|a| a.id == arm.arm)
                .map(|a| &a.label)?;
            let (_, value) = arm.history.latest(&metric.id)?;
            Some(format!("{label} ends at {value:.2}"))
        });
        let ends: Vec<String> = ends.collect();
        Some(Self {
            name: format!("Recorded run: {}; {}", metric.label, ends.join(", ")),
            paths: curves.iter().map(path).collect(),
            levels: references.iter().map(|value| y(*value)).collect(),
        })
    }

    /// The picture as it stands on a card.
    pub fn view(self) -> impl IntoView {
        let levels = self.levels.into_iter().map(|y| {
            view! { <line class="level" x1=MARGIN x2=WIDTH - MARGIN y1=format!("{y:.1}") y2=format!("{y:.1}") /> }
        });
        // Baselines first, so that the paper's own curve lies on top.
        let paths = self.paths.into_iter().enumerate().rev();
        let paths = paths.map(|(arm, d)| view! { <path class=format!("arm-{}", arm + 1) d=d /> });
        view! {
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=self.name>
                {levels.collect_view()}
                {paths.collect_view()}
            </svg>
        }
    }
}

/// At most sixty points, each the mean of the steps it stands for; the last one exact in place.
fn reduce(curve: &[(u64, f64)]) -> Vec<(f64, f64)> {
    let every = curve.len().div_ceil(60).max(1);
    let mean = |chunk: &[(u64, f64)]| {
        let value = chunk.iter().map(|(_, v)| v).sum::<f64>() / chunk.len() as f64;
        (chunk[chunk.len() - 1].0 as f64, value)
    };
    curve.chunks(every).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_curves_become_short_ones_that_end_where_they_ended() {
        let long: Vec<(u64, f64)> = (1..=1000).map(|s| (s, 1.0)).collect();
        let short = reduce(&long);
        assert!(short.len() <= 60, "{}", short.len());
        assert_eq!(short.last(), Some(&(1000.0, 1.0)));
    }
}
