//! Runs that are over and stay: the last few, overlaid on the chart and brought back by a reload.

use super::{
    chart::Shown,
    draft,
    pace::grouped,
    runner::{Phase, Runner},
};
use lab::{ArmId, Digest, History, Plan, Spec};
use serde::{Deserialize, Serialize};

/// So many runs are kept; the oldest goes first.
pub const KEEP: usize = 6;

/// How a kept run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ended {
    /// At its last step.
    Finished,
    /// The reader reset it or began another.
    Left,
    /// A metric stopped being a number.
    Diverged,
    /// Its worker died, or it could not go on.
    Failed,
    /// It was still going on when this was written down: if a reload finds it so, that broke it off.
    UnderWay,
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Tells it from the others.
    pub id: u32,
    /// What was run.
    pub plan: Plan,
    /// How many steps it was to take.
    pub steps: u64,
    /// How many it took.
    pub step: u64,
    /// Seconds it trained.
    pub seconds: f64,
    /// How it ended.
    pub ended: Ended,
    /// The spec it was made with.
    pub spec: Digest,
    /// Not drawn.
    pub hidden: bool,
    /// Its arms' metrics.
    pub arms: Vec<(ArmId, History)>,
}

impl Kept {
    /// What is kept of a run; `None` if it measured nothing.
    pub fn of(runner: &Runner, id: u32, spec: &Spec, now: f64) -> Option<Self> {
        if runner.lanes.iter().all(|l| l.history.curves.is_empty()) {
            return None;
        }
        let step = runner.step();
        let mut plan = runner.plan.clone();
        // A turn the run never came to is none of its own.
        plan.turns.retain(|t| t.step < step.max(1));
        Some(Self {
            id,
            plan,
            steps: runner.steps,
            step,
            seconds: runner.pace.elapsed(now),
            ended: match runner.phase() {
                Phase::Finished => Ended::Finished,
                Phase::Diverged { .. } => Ended::Diverged,
                Phase::Failed(_) => Ended::Failed,
                Phase::Building | Phase::Waiting | Phase::Running => Ended::Left,
            },
            spec: spec.stamp(),
            hidden: false,
            arms: runner
                .lanes
                .iter()
                .map(|l| (l.arm.clone(), l.history.clone()))
                .collect(),
        })
    }

    /// The run as a chart draws it.
    pub fn shown(&self, name: String) -> Shown<'_> {
        let arms = self
            .arms
            .iter()
            .map(|(arm, history)| (arm, history))
            .collect();
        Shown {
            plan: &self.plan,
            name,
            steps: self.steps,
            arms,
        }
    }

    /// How far it came and how it ended, in words.
    pub fn story(&self, spec: &Spec) -> String {
        let (step, steps) = (grouped(self.step), grouped(self.steps));
        let mut story = match self.ended {
            Ended::Finished => format!("finished, {steps} steps"),
            Ended::Left => format!("left at step {step} of {steps}"),
            Ended::Diverged => format!("broke down at step {step}"),
            Ended::Failed => format!("stopped by a failure at step {step}"),
            Ended::UnderWay => format!("broken off by a reload at step {step} of {steps}"),
        };
        if self.spec != spec.stamp() {
            story += ", with an earlier version of this lab";
        }
        story
    }

    /// All arms' metrics as comma-separated values.
    pub fn csv(&self) -> String {
        csv(self
            .arms
            .iter()
            .map(|(arm, history)| (arm.as_str(), history)))
    }
}

/// The names of the runs: what differs from the lab as it comes; namesakes are numbered.
pub fn names(spec: &Spec, runs: &[Kept]) -> Vec<String> {
    let plain: Vec<String> = runs.iter().map(|r| draft::name(spec, &r.plan)).collect();
    let number = |(i, name): (usize, &String)| {
        let before = plain[..i].iter().filter(|n| *n == name).count();
        if before == 0 {
            name.clone()
        } else {
            format!("{name} ({})", before + 1)
        }
    };
    plain.iter().enumerate().map(number).collect()
}

/// Puts a run into the list, in the place of an earlier state of itself.
pub fn keep(runs: &mut Vec<Kept>, run: Kept) {
    runs.retain(|r| r.id != run.id);
    runs.push(run);
    let over = runs.len().saturating_sub(KEEP);
    runs.drain(..over);
}

/// Metrics of several arms as comma-separated values, an arm's name in the first column.
pub fn csv<'a>(arms: impl Iterator<Item = (&'a str, &'a History)>) -> String {
    let arms: Vec<_> = arms.collect();
    let mut metrics: Vec<&str> = arms
        .iter()
        .flat_map(|(_, h)| h.curves.keys().map(String::as_str))
        .collect();
    metrics.sort_unstable();
    metrics.dedup();
    let mut csv = format!("arm,step,{}\n", metrics.join(","));
    for (arm, history) in arms {
        let own = history.to_csv();
        let mut rows = own.lines();
        let head: Vec<&str> = rows.next().unwrap_or_default().split(',').skip(1).collect();
        for row in rows {
            let (step, values) = row.split_once(',').unwrap_or((row, ""));
            let values: Vec<&str> = values.split(',').collect();
            csv += &format!("{arm},{step}");
            for metric in &metrics {
                let at = head.iter().position(|m| m == metric);
                csv.push(',');
                csv += at.and_then(|i| values.get(i)).copied().unwrap_or_default();
            }
            csv.push('\n');
        }
    }
    csv
}
