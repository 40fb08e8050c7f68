//! Curves of runs as a [`Series`]: the run in front, earlier ones faint behind it, reference lines.

use super::draft::{self, arm_look};
use lab::{
    ArmId, History, MetricSpec, Plan, Recorded, Spec,
    figure::{Level, Line, Scale, Series},
};

/// A run as a chart needs it.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// What was run.
    pub plan: &'a Plan,
    /// Stands after the arm's name in the legend; empty for the run in front, or it would wrap another
    /// way once that is the reader's own: what is recorded says so below the figure.
    pub name: String,
    /// How many steps it takes.
    pub steps: u64,
    /// Its arms' metrics.
    pub arms: Vec<(&'a ArmId, &'a History)>,
}

/// More points than this on a line are thinned: a chart is some six hundred pixels wide.
const POINTS: usize = 600;

/// The chart of one metric: over steps, or over its own axis at the latest evaluation.
pub fn series(spec: &Spec, metric: &MetricSpec, front: &Shown, back: &[Shown]) -> Series {
    let over_axis = metric.axis.is_some();
    let mut lines = Vec::new();
    for run in back {
        lines.extend(lines_of(spec, metric, run, true));
    }
    lines.extend(lines_of(spec, metric, front, false));
    let unit = if metric.unit.is_empty() || metric.label.contains(&metric.unit) {
        metric.label.clone()
    } else {
        format!("{} ({})", metric.label, metric.unit)
    };
    let steps = back
        .iter()
        .map(|r| r.steps)
        .chain([front.steps])
        .max()
        .unwrap_or(1);
    let x = match &metric.axis {
        None => Scale {
            label: "step".to_owned(),
            log: false,
            range: Some((0.0, steps as f64)),
        },
        Some(axis) => {
            let unit = if axis.unit.is_empty() {
                String::new()
            } else {
                format!(" ({})", axis.unit)
            };
            Scale {
                label: format!("{}{unit}", axis.label),
                log: false,
                range: None,
            }
        }
    };
    Series {
        x,
        y: Scale {
            label: unit,
            log: false,
            range: None,
        },
        lines,
        levels: if over_axis {
            Vec::new()
        } else {
            levels(spec, metric, front.plan)
        },
        trained: metric.axis.as_ref().and_then(|a| a.trained),
    }
}

fn lines_of(spec: &Spec, metric: &MetricSpec, run: &Shown, faint: bool) -> Vec<Line> {
    let line = |(arm, history): &(&ArmId, &History)| {
        let (label, colour) = arm_look(spec, run.plan, arm);
        let label = if run.name.is_empty() {
            label
        } else {
            format!("{label}, {}", run.name)
        };
        let points = match &metric.axis {
            None => thinned(history.curve(&metric.id)),
            Some(axis) => {
                let at = |p: &f64| Some((*p, history.latest(&format!("{}@{p}", metric.id))?.1));
                axis.points.iter().filter_map(at).collect()
            }
        };
        Line {
            label,
            colour,
            faint,
            marked: !metric.every_step,
            points,
        }
    };
    run.arms
        .iter()
        .map(line)
        .filter(|l| !faint || !l.points.is_empty())
        .collect()
}

/// Every so-manieth point, always the same ones as the curve grows, and the last.
fn thinned(curve: &[(u64, f64)]) -> Vec<(f64, f64)> {
    let stride = curve.len().div_ceil(POINTS).next_power_of_two();
    let last = curve.len().saturating_sub(1);
    let kept = curve
        .iter()
        .enumerate()
        .filter(|(i, _)| i.is_multiple_of(stride) || *i == last);
    kept.map(|(_, (step, value))| (*step as f64, *value))
        .collect()
}

/// The reference lines that hold for any arm of the plan, each once.
fn levels(spec: &Spec, metric: &MetricSpec, plan: &Plan) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for arm in &plan.arms {
        let Some(knobs) = draft::resolved(spec, plan, arm, None) else {
            continue;
        };
        for reference in spec.references_for(&metric.id, &knobs) {
            let level = Level {
                label: reference.label.clone(),
                value: reference.value,
            };
            if !levels.contains(&level) {
                levels.push(level);
            }
        }
    }
    levels
}

/// The recorded run's plan: the frame that stands there before anything was trained.
pub fn recorded_plan(spec: &Spec, recorded: &Recorded) -> Plan {
    let preset = spec.preset(&recorded.preset).unwrap_or(&spec.presets[0]);
    let mut plan = Plan::of_preset(spec, preset);
    plan.arms = recorded.arms.iter().map(|a| a.arm.clone()).collect();
    plan.seed = recorded.seed;
    plan
}

/// The recorded run as a chart needs it, given its plan.
pub fn recorded_run<'a>(spec: &Spec, recorded: &'a Recorded, plan: &'a Plan) -> Shown<'a> {
    Shown {
        plan,
        name: String::new(),
        steps: spec.steps_of(draft::preset(spec, plan)),
        arms: recorded.arms.iter().map(|a| (&a.arm, &a.history)).collect(),
    }
}
