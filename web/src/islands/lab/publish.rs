//! From what happened to what is seen: curves at most once a frame, words and numbers with the
//! [`super::seldom::BEAT`], the status region at most every two seconds.

use super::{
    desk::{Desk, Face, Notice, Readout, Written},
    draft,
    pace::{grouped, span},
    report::Report,
    runner::{Phase, Runner},
    store::{self, Slot},
    verdicts, wire,
};
use crate::figures::capital;
use lab::{Spec, claim::number};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The status region changes at most so often, in milliseconds, unless the state does.
const QUIET: f64 = 2000.0;

/// The run under way is written down at most so often, in milliseconds.
const WRITE_EVERY: f64 = 3000.0;

impl Desk {
    /// Has the page drawn with the next frame, once for everything that happens until then.
    pub fn frame(self) {
        let asked = self
            .changed
            .update_quietly(|c| std::mem::replace(&mut c.framed, true));
        if !asked {
            request_animation_frame(move || self.publish());
        }
    }

    /// Brings the signals up to date.
    pub fn publish(self) {
        let changed = self.changed.update_quietly(std::mem::take);
        let (spec, now) = (self.spec(), wire::now());
        let (phase, face, readout) = self.runner.with_untracked(|runner| match runner {
            None => {
                let draft = self.draft.get_untracked();
                let steps = spec.steps_of(draft::preset(spec, &draft));
                (
                    None,
                    Face::Train,
                    Readout {
                        steps,
                        ..Readout::default()
                    },
                )
            }
            Some(runner) => (
                Some(runner.phase()),
                face(runner),
                readout(runner, spec, now),
            ),
        });
        let came_to_rest = self.readout.with_untracked(|r| r.settled) != readout.settled;
        let turned = self.phase.get_untracked() != phase || self.face.get_untracked() != face;
        if turned {
            self.on_turn(phase.as_ref(), spec, now);
            self.phase.set(phase);
            self.face.set(face);
        }
        let due = |written: &mut Written| {
            if turned || came_to_rest {
                written.read.done();
                return true;
            }
            written.read.due(Box::new(move || self.frame()))
        };
        let counted = self.readout.get_untracked() != readout;
        let beat = (counted || changed.evaluated) && self.written.update_quietly(due);
        if counted && beat {
            self.readout.set(readout);
        }
        if changed.metrics {
            self.beat.update(|n| *n += 1);
        }
        if turned || (changed.evaluated && beat) {
            self.evals.update(|n| *n += 1);
            self.announce();
        } else if changed.evaluated {
            // With the other words: they are laid out together.
            self.changed.update_quietly(|c| c.evaluated = true);
        }
        if changed.looked || turned {
            self.looks.update(|n| *n += 1);
        }
        let Written { said, kept, .. } = self.written.get_untracked();
        if turned || came_to_rest || now - said >= QUIET {
            let text = self.status_text(spec, now);
            if self.status.get_untracked() != text {
                self.status.set(text);
                self.written.update_quietly(|w| w.said = now);
            }
        }
        if turned || (changed.evaluated && now - kept >= WRITE_EVERY) {
            self.written.update_quietly(|w| w.kept = now);
            if self.runner.with_untracked(Option::is_some) {
                self.write_runs();
            }
        }
    }

    /// The run has come to another state.
    fn on_turn(self, phase: Option<&Phase>, spec: &Spec, now: f64) {
        match phase {
            Some(Phase::Diverged { arm, metric, step }) => {
                let plan = self
                    .run_plan()
                    .unwrap_or_else(|| self.draft.get_untracked());
                let (arm, _) = draft::arm_look(spec, &plan, arm);
                let metric = spec.metric(metric).map_or(metric.as_str(), |m| &m.label);
                let step = grouped(*step);
                let what =
                    format!("{arm} broke down at step {step}: {metric} is not a number any more.");
                self.say(format!("{what} {}", spec.diverged), true);
            }
            Some(Phase::Failed(why)) => {
                let restart = self
                    .runner
                    .with_untracked(|r| r.as_ref().map(Runner::restart_step));
                self.notice.set(Some(Notice {
                    text: why.clone(),
                    bad: true,
                    restart,
                }));
            }
            _ => {}
        }
        let speed = self.runner.with_untracked(|r| {
            let (step, seconds) = r.as_ref().map(|r| (r.step(), r.pace.elapsed(now)))?;
            (step >= 20 && seconds > 0.0).then(|| seconds / step as f64)
        });
        if let Some(speed) = speed {
            self.speed.set(Some(speed));
            // An estimate that is lost with a reload is made again by the next run.
            let _ = store::write(&spec.id, Slot::Speed, &speed);
        }
    }

    fn status_text(self, spec: &Spec, now: f64) -> String {
        self.runner.with_untracked(|runner| {
            let Some(runner) = runner else {
                // The chart and the claims show what is kept, if anything is.
                let kept = self.runs.with_untracked(|runs| {
                    let front = runs.iter().rev().find(|run| !run.hidden);
                    front.map(|run| run.story(spec))
                });
                return match kept {
                    Some(story) => {
                        let (next, _) = untrack(|| self.length());
                        format!("Shown is your last run, {story}. The next: {next}.")
                    }
                    None => format!("Not trained yet. {}", untrack(|| self.estimate())),
                };
            };
            let (step, steps) = (grouped(runner.step()), grouped(runner.steps));
            let state = match runner.phase() {
                Phase::Building => match runner.lanes.iter().find_map(|l| l.preparing) {
                    Some((done, of)) => format!("Preparing the data, part {done} of {of}."),
                    None => "Starting the trainer.".to_owned(),
                },
                Phase::Waiting if self.hidden.get_untracked() => {
                    "Paused while this tab is hidden.".to_owned()
                }
                Phase::Waiting if runner.step() == 0 => "Ready, not trained yet.".to_owned(),
                Phase::Waiting if !runner.settled() => "Pausing.".to_owned(),
                Phase::Waiting => format!("Paused at step {step} of {steps}."),
                Phase::Running => format!("Training, step {step} of {steps}."),
                Phase::Finished => {
                    format!(
                        "Finished: {steps} steps in {}.",
                        span(runner.pace.elapsed(now))
                    )
                }
                Phase::Diverged { step, .. } => {
                    format!("Stopped at step {}: it broke down.", grouped(step))
                }
                Phase::Failed(_) => format!("Stopped at step {step} by a failure."),
            };
            let metrics = metrics(runner, spec);
            let verdicts = verdicts::summary(spec, runner);
            [state, verdicts, metrics]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
    }

    /// Tells the rest of the page how the run stands: exercises are marked by it.
    fn announce(self) {
        let report = self.runner.with_untracked(|runner| {
            let runner = runner.as_ref()?;
            let mut histories = BTreeMap::new();
            for lane in &runner.lanes {
                histories.insert(lane.arm.clone(), lane.history.clone());
            }
            Some(Report {
                plan: runner.plan.clone(),
                histories,
                step: runner.step(),
                finished: runner.phase() == Phase::Finished,
            })
        });
        if let Some(report) = report {
            report.send();
        }
    }
}

fn face(runner: &Runner) -> Face {
    match runner.phase() {
        phase if !phase.is_open() => Face::Train,
        _ if runner.wants_to_run() => Face::Pause,
        _ if runner.step() == 0 => Face::Train,
        _ => Face::Resume,
    }
}

fn readout(runner: &Runner, spec: &Spec, now: f64) -> Readout {
    let name = |arm: &str| draft::arm_look(spec, &runner.plan, arm).0;
    Readout {
        step: runner.step(),
        steps: runner.steps,
        settled: runner.phase() == Phase::Waiting && runner.settled(),
        rate: runner.pace.rate(),
        elapsed: runner.pace.elapsed(now),
        preparing: runner.lanes.iter().find_map(|l| l.preparing),
        parameters: runner
            .lanes
            .iter()
            .filter_map(|l| Some((name(&l.arm), l.parameters?)))
            .collect(),
    }
}

/// The latest values of the first metric that has any: `bits per character: LSTM 1.21, tanh RNN
/// 1.38.`
fn metrics(runner: &Runner, spec: &Spec) -> String {
    let measured = |m: &&lab::MetricSpec| {
        runner
            .lanes
            .iter()
            .any(|l| !l.history.curve(&m.id).is_empty())
    };
    let Some(metric) = spec.metrics.iter().find(measured) else {
        return String::new();
    };
    let value = |lane: &super::lane::Lane| {
        let (_, value) = lane.history.latest(&metric.id)?;
        Some(format!(
            "{} {}",
            draft::arm_look(spec, &runner.plan, &lane.arm).0,
            number(value)
        ))
    };
    let values: Vec<String> = runner.lanes.iter().filter_map(value).collect();
    format!("{}: {}.", capital(&metric.label), values.join(", "))
}
