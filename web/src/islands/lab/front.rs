//! What the views ask of a lab's state: which run is in front, its charts and verdicts, how long the
//! next one will take.

use super::{
    chart::{self, Shown},
    desk::Desk,
    draft, kept,
    pace::{grouped, span},
};
use lab::{Figure, KnobSpec, MetricSpec, Recorded, Spec, Value};
use std::sync::Arc;

impl Desk {
    /// The run drawn in front: the one under way, else the newest kept, else the recorded one.
    /// `back` are the kept ones behind it.
    fn with_runs<R>(&self, f: impl FnOnce(&Spec, &Shown, &[Shown]) -> R) -> R {
        let (spec, recorded) = (self.spec(), self.recorded());
        let recorded_plan = recorded.map(|r| chart::recorded_plan(spec, r));
        let draft = self.draft.get_untracked();
        let runner = self.runner.read_untracked();
        self.runs.track();
        let runs = self.runs.read_untracked();
        let names = kept::names(spec, &runs);
        let mut back: Vec<Shown> = runs
            .iter()
            .zip(names)
            .filter(|(r, _)| !r.hidden)
            .map(|(run, name)| run.shown(name))
            .collect();
        let current = runner
            .as_ref()
            .filter(|r| r.lanes.iter().any(|l| !l.history.curves.is_empty()));
        let front = if let Some(runner) = current {
            let arms = runner.lanes.iter().map(|l| (&l.arm, &l.history)).collect();
            Shown {
                plan: &runner.plan,
                name: String::new(),
                steps: runner.steps,
                arms,
            }
        } else if let Some(run) = back.pop() {
            run
        } else if let (Some(recorded), Some(plan)) = (recorded, &recorded_plan) {
            chart::recorded_run(spec, recorded, plan)
        } else {
            let steps = spec.steps_of(draft::preset(spec, &draft));
            Shown {
                plan: &draft,
                name: String::new(),
                steps,
                arms: Vec::new(),
            }
        };
        f(spec, &front, &back)
    }

    /// The chart of a metric as it stands.
    pub fn chart(&self, metric: &MetricSpec) -> Arc<Figure> {
        self.with_runs(|spec, front, back| {
            Arc::new(Figure::Series(chart::series(spec, metric, front, back)))
        })
    }

    /// Whether there is anything to draw.
    pub fn has_curves(&self) -> bool {
        self.with_runs(|_, front, back| !front.arms.is_empty() || !back.is_empty())
    }

    /// The recorded run, if the page still shows it: nothing was trained or kept.
    pub fn recorded_in_front(&self) -> bool {
        let trained = self.runner.with_untracked(|r| {
            r.as_ref()
                .is_some_and(|r| r.lanes.iter().any(|l| !l.history.curves.is_empty()))
        });
        !trained && self.runs.with(|r| r.iter().all(|r| r.hidden)) && self.recorded().is_some()
    }

    /// How the recorded run was recorded, in words.
    pub fn provenance(recorded: &Recorded) -> String {
        let Recorded {
            command,
            date,
            machine,
            ..
        } = recorded;
        format!("recorded: {command}, {date}, on {machine}")
    }

    /// How long the run will take, in a sentence.
    pub fn estimate(&self) -> String {
        let (time, where_from) = self.length();
        format!("{time}{where_from}.")
    }

    /// How long the run will take, and where that is known from.
    pub fn length(&self) -> (String, &'static str) {
        let spec = self.spec();
        let draft = self.draft.get();
        let steps = spec.steps_of(draft::preset(spec, &draft));
        let about = |seconds, where_from| {
            let steps = grouped(steps);
            (
                format!("{steps} steps, about {}", span(seconds)),
                where_from,
            )
        };
        if let Some(speed) = self.speed.get() {
            return about(speed * steps as f64, " at the pace of your last run");
        }
        let Some(recorded) = self.recorded() else {
            return (format!("{} steps", grouped(steps)), "");
        };
        let recorded_steps = spec
            .preset(&recorded.preset)
            .map_or(spec.steps, |p| spec.steps_of(p));
        let runs = recorded.arms.iter().filter(|a| draft.arms.contains(&a.arm));
        let seconds = runs.map(|a| a.seconds).fold(0.0, f64::max);
        about(
            seconds * steps as f64 / recorded_steps.max(1) as f64,
            " on the machine that recorded it",
        )
    }

    /// How a claim stands on the run in front; a recorded run is not the reader's.
    pub fn judge(&self, claim: &lab::Claim) -> lab::Verdict {
        let recorded = self.recorded_in_front();
        self.with_runs(|spec, front, _| {
            if recorded || front.arms.is_empty() {
                return claim.judge(spec, None, 0, |_| None);
            }
            let last = |h: &lab::History| {
                h.curves
                    .values()
                    .filter_map(|c| c.last())
                    .map(|p| p.0)
                    .max()
            };
            let seen = front
                .arms
                .iter()
                .map(|(_, h)| last(h).unwrap_or(0))
                .min()
                .unwrap_or(0);
            let changed = front.plan.changed(spec, &claim.preset, &claim.check.arms());
            let history = |arm: &str| front.arms.iter().find(|(a, _)| *a == arm).map(|(_, h)| *h);
            claim.judge(spec, changed.as_deref(), seen, history)
        })
    }

    /// What `knob` is set to, arm by arm: in the run under way if it acts there, else in the
    /// settings being made.
    pub fn knob_values(&self, knob: &KnobSpec) -> Vec<(String, Value)> {
        let spec = self.spec();
        let running = knob.live.then(|| {
            self.runner.with_untracked(|r| {
                let runner = r.as_ref().filter(|r| r.phase().is_open() && r.step() > 0)?;
                Some(draft::values(
                    spec,
                    &runner.plan,
                    &knob.id,
                    Some(runner.horizon()),
                ))
            })
        });
        let set = self
            .draft
            .with(|plan| draft::values(spec, plan, &knob.id, None));
        running.flatten().unwrap_or(set)
    }
}
