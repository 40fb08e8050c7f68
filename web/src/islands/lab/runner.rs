//! A plan under way: its arms in lock-step, each in a worker of its own. Messages go in, messages
//! come out; no clock, no worker, no page.

use super::{lane::Lane, pace::Pace};
use lab::{Input, Key, KnobError, Plan, Spec, ToTrainer, Turn, Value, order::sort_by_key};
use std::collections::BTreeMap;

/// The arms may run ahead of the slowest by about so many milliseconds: enough to hide the page's
/// own pauses, little enough for a knob to act at once.
const LEAD: f64 = 100.0;

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The arms are being built.
    Building,
    /// Built, and waiting at some step.
    Waiting,
    /// Training.
    Running,
    /// At its last step.
    Finished,
    /// A metric of an arm stopped being a number.
    Diverged {
        arm: String,
        metric: String,
        step: u64,
    },
    /// It cannot go on.
    Failed(String),
}

impl Phase {
    /// Whether the run can still take a step.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Building | Self::Waiting | Self::Running)
    }
}

/// What the reader asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Want {
    /// To wait.
    Hold,
    /// To train.
    Run,
    /// To train up to this step.
    Until(u64),
}

/// What a message changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// New metrics.
    pub metrics: bool,
    /// A figure.
    pub looked: bool,
    /// New held-out metrics, or the end.
    pub evaluated: bool,
    /// A knob that was refused in the middle of the run.
    pub refused: Option<KnobError>,
}

/// A plan under way.
#[derive(Clone, Debug)]
pub struct Runner {
    /// What is being run; turns made on the way are added to it.
    pub plan: Plan,
    /// Its arms.
    pub lanes: Vec<Lane>,
    /// How many steps it takes.
    pub steps: u64,
    /// Its clock.
    pub pace: Pace,
    pub(super) spec: &'static Spec,
    input: Option<Input>,
    pub(super) want: Want,
    pub(super) end: Option<Phase>,
    /// No arm has been allowed beyond this step.
    pub(super) horizon: u64,
    pub(super) kept_at: f64,
    pub(super) out: Vec<ToTrainer>,
}

impl Runner {
    /// Has the arms of `plan` built, one key each; `keys` gives them out.
    pub fn new(
        spec: &'static Spec,
        plan: Plan,
        input: Option<Input>,
        mut keys: impl FnMut() -> Key,
    ) -> Self {
        let preset = spec.preset(&plan.preset).unwrap_or(&spec.presets[0]);
        let steps = spec.steps_of(preset);
        let lanes = plan
            .arms
            .iter()
            .map(|arm| Lane::new(arm.clone(), keys()))
            .collect();
        let mut runner = Self {
            plan,
            lanes,
            steps,
            pace: Pace::default(),
            spec,
            input,
            want: Want::Hold,
            end: None,
            horizon: 0,
            kept_at: f64::NEG_INFINITY,
            out: Vec::new(),
        };
        runner.load();
        runner
    }

    fn load(&mut self) {
        for lane in &self.lanes {
            self.out.push(ToTrainer::Load {
                key: lane.key,
                run: self.plan.run(&lane.arm),
                input: self.input.clone(),
                files: BTreeMap::new(),
                start: lane.checkpoint.clone(),
            });
        }
    }

    /// How it stands.
    pub fn phase(&self) -> Phase {
        if let Some(end) = &self.end {
            return end.clone();
        }
        if self.lanes.iter().any(|l| l.parameters.is_none()) {
            return Phase::Building;
        }
        if self.want == Want::Hold {
            Phase::Waiting
        } else {
            Phase::Running
        }
    }

    /// Whether it is to go on as soon as it can.
    pub fn wants_to_run(&self) -> bool {
        self.want != Want::Hold
    }

    /// The step all arms have come to.
    pub fn step(&self) -> u64 {
        self.lanes.iter().map(|l| l.step).min().unwrap_or(0)
    }

    /// Whether all arms have come to where they were told to wait.
    pub fn settled(&self) -> bool {
        self.lanes.iter().all(|l| l.step >= self.horizon)
    }

    /// The step no arm has been allowed beyond: a knob turned now acts there.
    pub fn horizon(&self) -> u64 {
        self.horizon
    }

    pub(super) fn furthest(&self) -> u64 {
        self.lanes.iter().map(|l| l.step).max().unwrap_or(0)
    }

    /// Trains on.
    pub fn go(&mut self, now: f64) {
        self.begin(Want::Run, now);
    }

    /// Takes one step, in every arm.
    pub fn step_once(&mut self, now: f64) {
        self.begin(Want::Until(self.furthest() + 1), now);
    }

    pub(super) fn begin(&mut self, want: Want, now: f64) {
        if self.end.is_some() {
            return;
        }
        self.want = want;
        for lane in &mut self.lanes {
            lane.waiting = lane.parameters.is_none();
        }
        if self.phase() == Phase::Running {
            self.pace.start(now, self.step());
            self.extend(true);
        }
    }

    /// Waits, after the step under way.
    pub fn hold(&mut self, now: f64) {
        if self.end.is_some() || self.want == Want::Hold {
            return;
        }
        self.want = Want::Hold;
        self.pace.stop(now);
        self.out
            .extend(self.lanes.iter().map(|l| ToTrainer::Pause { key: l.key }));
    }

    /// Moves the horizon on, so that the arms stay side by side and none has to wait for the page.
    pub(super) fn extend(&mut self, anew: bool) {
        let step = self.step();
        let goal = match self.want {
            Want::Hold => return,
            Want::Until(goal) => goal,
            Want::Run => step + lead(self.pace.rate()),
        };
        let goal = goal.min(self.steps).max(self.horizon);
        // Not every progress message is worth an answer: only once half the lead is used up.
        let worth = goal > self.horizon
            && (goal - self.horizon) * 2 >= self.horizon - step.min(self.horizon);
        if anew || worth {
            self.horizon = goal;
            let play = |l: &Lane| ToTrainer::Play {
                key: l.key,
                until: goal,
            };
            self.out
                .extend(self.lanes.iter().filter(|l| !l.finished).map(play));
        }
    }

    /// Turns a live knob in all arms at one step: the first that none of them has passed.
    ///
    /// # Errors
    /// If there is no such knob, or the value is out of range.
    pub fn turn(&mut self, knob: &str, value: Value) -> Result<(), KnobError> {
        self.spec.knob(knob)?.check(&value)?;
        let turn = Turn {
            step: self.horizon,
            knob: knob.to_owned(),
            value,
        };
        self.plan
            .turns
            .retain(|t| t.knob != turn.knob || t.step != turn.step);
        self.plan.turns.push(turn.clone());
        sort_by_key(&mut self.plan.turns, |t| t.step);
        let retune = |l: &Lane| ToTrainer::Retune {
            key: l.key,
            turn: turn.clone(),
        };
        self.out.extend(self.lanes.iter().map(retune));
        Ok(())
    }

    /// Watches `probe`, each arm with its own input; `None` watches nothing.
    pub fn watch(&mut self, probe: Option<&str>, input: impl Fn(&str) -> Vec<Input>) {
        for lane in &mut self.lanes {
            match probe {
                Some(probe) => lane.watch(probe, input(&lane.arm), &mut self.out),
                None => lane.unwatch(&mut self.out),
            }
        }
    }

    /// Forgets the run in the workers.
    pub fn close(&mut self) {
        self.out.clear();
        self.out
            .extend(self.lanes.iter().map(|l| ToTrainer::Drop { key: l.key }));
    }

    /// What is to be said to the workers, in order.
    pub fn drain(&mut self) -> Vec<ToTrainer> {
        std::mem::take(&mut self.out)
    }

    /// A worker died or could not fetch what a run needs.
    pub fn fail(&mut self, why: String, now: f64) {
        if self.end.is_none() {
            self.finish(Phase::Failed(why), now);
        }
    }

    /// The step a failed run can be taken up at; `None` if only from the beginning.
    pub fn restart_step(&self) -> Option<u64> {
        self.lanes
            .iter()
            .map(|l| l.checkpoint.as_ref().map(|c| c.step))
            .min()
            .flatten()
    }

    /// Builds the arms again under new keys, from what the page kept of them, and trains on.
    pub fn restart(&mut self, mut keys: impl FnMut() -> Key, now: f64) {
        let whole = self.restart_step().is_some();
        self.out
            .extend(self.lanes.iter().map(|l| ToTrainer::Drop { key: l.key }));
        for lane in &mut self.lanes {
            lane.key = keys();
            (lane.parameters, lane.finished, lane.waiting) = (None, false, true);
            if !whole {
                lane.checkpoint = None;
                lane.history = lab::History::default();
            }
            lane.step = lane.checkpoint.as_ref().map_or(0, |c| c.step);
        }
        self.end = None;
        self.horizon = self.furthest();
        self.load();
        for lane in &mut self.lanes {
            lane.ask(&mut self.out);
        }
        self.want = Want::Hold;
        self.go(now);
    }

    pub(super) fn finish(&mut self, end: Phase, now: f64) {
        self.pace.stop(now);
        self.want = Want::Hold;
        let others = self.lanes.iter().filter(|l| !l.finished);
        self.out
            .extend(others.map(|l| ToTrainer::Pause { key: l.key }));
        self.end = Some(end);
    }
}

/// How many steps the arms may be ahead of the slowest.
fn lead(rate: Option<f64>) -> u64 {
    rate.map_or(2, |rate| (rate * LEAD / 1000.0).ceil() as u64)
        .max(2)
}
