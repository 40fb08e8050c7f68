//! The loop: load → step → metrics → probes → checkpoints, in pieces short enough to interrupt.

use crate::{
    experiment::{Checkpoint, Experiment, Lab, Metrics, Paper, Progress, Setup},
    figure::Input,
    history::History,
    knob::Knobs,
    protocol::{FromTrainer, Key, Reason, Row},
    rng::Rng,
    run::{Run, Turn},
    spec::Spec,
};
use std::collections::{BTreeMap, VecDeque};

/// Time, injected: the training path reads none of its own.
pub trait Clock {
    /// Milliseconds since some fixed moment.
    fn now(&self) -> f64;
}

/// One run under way, driven from outside by [`Session::work`]; it serves the worker, the verifier,
/// the benches and the tests alike.
pub struct Session {
    experiment: Box<dyn Experiment>,
    spec: Spec,
    knobs: Knobs,
    steps: u64,
    step: u64,
    until: u64,
    phase: Phase,
    turns: VecDeque<Turn>,
    watched: Vec<Watched>,
    history: History,
    unsaid: Unsaid,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Preparing,
    Training,
    Evaluating(u32),
    Stopped,
}

struct Watched {
    probe: String,
    input: Vec<Input>,
    due: bool,
}

/// What happened since the last report.
#[derive(Default)]
struct Unsaid {
    rows: Vec<Row>,
    messages: Vec<Message>,
}

/// A message that does not know its key yet.
type Message = Box<dyn FnOnce(Key) -> FromTrainer>;

impl Session {
    /// Builds a run.
    ///
    /// # Errors
    /// An unknown lab, a refused knob, a file that is missing or differs, an input or checkpoint
    /// that does not fit.
    pub fn new(
        papers: &[Paper],
        run: Run,
        input: Option<Input>,
        files: BTreeMap<String, Vec<u8>>,
        start: Option<&Checkpoint>,
    ) -> Result<Self, Reason> {
        let labs = papers.iter().flat_map(|p| p.labs);
        let found = labs
            .map(|lab| (lab, (lab.spec)()))
            .find(|(_, spec)| spec.id == run.lab);
        let Some((lab, spec)) = found else {
            return Err(Reason::Failed(format!("there is no lab “{}”", run.lab)));
        };
        Self::of_lab(*lab, spec, run, input, files, start)
    }

    fn of_lab(
        lab: Lab,
        spec: Spec,
        run: Run,
        input: Option<Input>,
        files: BTreeMap<String, Vec<u8>>,
        start: Option<&Checkpoint>,
    ) -> Result<Self, Reason> {
        let (preset, _, knobs) = run.resolve(&spec).map_err(Reason::Refused)?;
        let steps = spec.steps_of(preset);
        for file in spec.files_for(&knobs) {
            let right = files
                .get(&file.id)
                .is_some_and(|b| crate::Digest::of(b) == file.digest);
            if !right {
                let path = &file.path;
                return Err(Reason::Failed(format!(
                    "{path} is missing or is not the file this page was built with; reload the page"
                )));
            }
        }
        let rng = Rng::new(run.seed, "run");
        let setup = Setup {
            knobs: knobs.clone(),
            rng,
            steps,
            input,
            files,
        };
        let mut experiment = (lab.start)(setup).map_err(|e| Reason::Failed(e.to_string()))?;
        let mut turns: Vec<Turn> = run.turns;
        let mut step = 0;
        let mut knobs = knobs;
        if let Some(start) = start {
            // A checkpoint is taken up when everything it refers to is there.
            while let Progress::More { .. } = experiment.prepare() {}
            experiment
                .load(start)
                .map_err(|e| Reason::Failed(e.to_string()))?;
            step = start.step;
            for turn in turns.iter().filter(|t| t.step < step) {
                knobs
                    .set(&spec, &turn.knob, turn.value.clone())
                    .map_err(Reason::Refused)?;
            }
            experiment.retune(&knobs);
            turns.retain(|t| t.step >= step);
        }
        Ok(Self {
            experiment,
            spec,
            knobs,
            steps,
            step,
            until: step,
            phase: Phase::Preparing,
            turns: turns.into(),
            watched: Vec::new(),
            history: History::default(),
            unsaid: Unsaid::default(),
        })
    }

    /// Steps taken.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Everything measured so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The experiment under way, for a look inside.
    pub fn experiment(&self) -> &dyn Experiment {
        &*self.experiment
    }

    /// Allows training up to `until`.
    pub fn play(&mut self, until: u64) {
        self.until = until.min(self.steps);
    }

    /// Stops after the step under way; an evaluation that has begun is finished first.
    pub fn pause(&mut self) {
        self.until = self.step;
        if self.phase != Phase::Stopped {
            self.stop(Reason::Paused);
        }
    }

    /// Turns a live knob at `turn.step`, or at once if that step is past.
    pub fn retune(&mut self, mut turn: Turn) {
        if let Err(error) = self.refusal(&turn) {
            self.stop(Reason::Refused(error));
            return;
        }
        turn.step = turn.step.max(self.step);
        let at = self
            .turns
            .iter()
            .position(|t| t.step > turn.step)
            .unwrap_or(self.turns.len());
        self.turns.insert(at, turn);
        if self.between_steps() {
            self.turn();
        }
    }

    fn refusal(&self, turn: &Turn) -> Result<(), crate::KnobError> {
        let knob = self.spec.knob(&turn.knob)?;
        knob.check(&turn.value)?;
        if knob.live {
            return Ok(());
        }
        Err(crate::KnobError {
            knob: knob.id.clone(),
            label: knob.label.clone(),
            value: "turned in the middle of a run".to_owned(),
            range: "into the next run".to_owned(),
        })
    }

    fn between_steps(&self) -> bool {
        self.phase == Phase::Training
    }

    /// Refreshes a probe with this input while training, and now; the latest input wins.
    pub fn watch(&mut self, probe: String, input: Vec<Input>) {
        self.unwatch(&probe);
        self.watched.push(Watched {
            probe,
            input,
            due: true,
        });
    }

    /// Stops refreshing a probe.
    pub fn unwatch(&mut self, probe: &str) {
        self.watched.retain(|w| w.probe != probe);
    }

    /// Everything needed to go on from here.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            step: self.step,
            ..self.experiment.save()
        }
    }

    /// Whether [`Self::work`] has anything to do.
    pub fn has_work(&self) -> bool {
        match self.phase {
            Phase::Preparing | Phase::Evaluating(_) => true,
            Phase::Training => self.step < self.until || self.watched.iter().any(|w| w.due),
            Phase::Stopped => self.watched.iter().any(|w| w.due),
        }
    }

    /// Does one piece of work: a part of the preparation, a step, a part of an evaluation, or a
    /// look inside.
    pub fn work(&mut self) {
        match self.phase {
            Phase::Preparing => self.prepare(),
            Phase::Evaluating(part) => self.evaluate(part),
            Phase::Training | Phase::Stopped if self.watched.iter().any(|w| w.due) => self.look(),
            Phase::Training if self.step < self.until => self.train(),
            Phase::Training | Phase::Stopped => {}
        }
    }

    fn prepare(&mut self) {
        if let Progress::More { done, of } = self.experiment.prepare() {
            self.say(move |key| FromTrainer::Preparing { key, done, of });
            return;
        }
        self.phase = Phase::Training;
        let (parameters, step, steps) = (self.experiment.parameters(), self.step, self.steps);
        self.say(move |key| FromTrainer::Loaded {
            key,
            parameters,
            step,
            steps,
        });
        self.turn();
    }

    fn train(&mut self) {
        let metrics = self.experiment.step();
        self.step += 1;
        if !self.record(metrics) {
            return;
        }
        let last = self.step == self.steps;
        if last || self.step.is_multiple_of(self.spec.eval_every) {
            self.phase = Phase::Evaluating(0);
        } else {
            self.after_step();
        }
    }

    fn evaluate(&mut self, part: u32) {
        let (metrics, progress) = self.experiment.evaluate(part);
        if !self.record(metrics) {
            return;
        }
        match progress {
            Progress::More { .. } => self.phase = Phase::Evaluating(part + 1),
            Progress::Done => {
                self.phase = Phase::Training;
                self.after_step();
            }
        }
    }

    fn after_step(&mut self) {
        let (step, last) = (self.step, self.step == self.steps);
        for watched in &mut self.watched {
            let probe = self.spec.probe(&watched.probe);
            watched.due |= probe
                .is_some_and(|p| last || step.is_multiple_of(p.every) || p.trail.contains(&step));
        }
        if last {
            self.stop(Reason::Finished);
            self.phase = Phase::Stopped;
        } else {
            self.turn();
        }
    }

    fn turn(&mut self) {
        while self.turns.front().is_some_and(|t| t.step <= self.step) {
            let Some(turn) = self.turns.pop_front() else {
                return;
            };
            if let Err(error) = self.knobs.set(&self.spec, &turn.knob, turn.value.clone()) {
                self.stop(Reason::Refused(error));
                continue;
            }
            self.experiment.retune(&self.knobs);
            self.say(move |key| FromTrainer::Turned { key, turn });
        }
    }

    fn look(&mut self) {
        let Some(watched) = self.watched.iter_mut().find(|w| w.due) else {
            return;
        };
        watched.due = false;
        let figure = self
            .experiment
            .probe(&watched.probe, &watched.input)
            .map_err(|e| e.to_string());
        let (probe, step) = (watched.probe.clone(), self.step);
        self.say(move |key| FromTrainer::Figure {
            key,
            probe,
            step,
            figure,
        });
    }

    /// Notes the metrics; false if one of them is not a number, which ends the run.
    fn record(&mut self, metrics: Metrics) -> bool {
        let broken = metrics
            .0
            .iter()
            .find(|(_, v)| !v.is_finite())
            .map(|(m, _)| m.clone());
        let row = Row {
            step: self.step,
            values: metrics
                .0
                .into_iter()
                .filter(|(_, v)| v.is_finite())
                .collect(),
        };
        for (metric, value) in &row.values {
            self.history.push(metric, row.step, *value);
        }
        self.unsaid.rows.push(row);
        if let Some(metric) = broken {
            self.stop(Reason::Diverged { metric });
            self.phase = Phase::Stopped;
            return false;
        }
        true
    }

    fn stop(&mut self, reason: Reason) {
        let step = self.step;
        self.say(move |key| FromTrainer::Stopped { key, step, reason });
    }

    fn say(&mut self, message: impl FnOnce(Key) -> FromTrainer + 'static) {
        self.flush_rows();
        self.unsaid.messages.push(Box::new(message));
    }

    /// Rows are said before whatever happened after them.
    fn flush_rows(&mut self) {
        if !self.unsaid.rows.is_empty() {
            let (step, rows) = (self.step, std::mem::take(&mut self.unsaid.rows));
            self.unsaid
                .messages
                .push(Box::new(move |key| FromTrainer::Progress {
                    key,
                    step,
                    rows,
                }));
        }
    }

    /// Puts everything that happened since the last report into `out`.
    pub fn report(&mut self, key: Key, out: &mut Vec<FromTrainer>) {
        self.flush_rows();
        out.extend(self.unsaid.messages.drain(..).map(|message| message(key)));
    }
}
