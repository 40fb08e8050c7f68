//! One arm of the lab of the lags: a cell, its task and its training.

use super::{
    evaluation::Evaluation,
    knobs,
    model::{Fading, Memory, indices},
    spec,
    task::{GAPS, Task, lags},
};
use burn::module::Module;
use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knobs, Metrics, ProbeError, Progress,
    Rng, Setup, SetupError, Spec,
};
use nn::{Learner, Rule, cross_entropy, resume};
use std::{cell::OnceCell, f64::consts::LN_2};

/// Sequences in a batch.
const BATCH: usize = 32;

/// One arm of the lab of the lags.
pub struct Reach {
    pub(super) task: Task,
    pub(super) model: Learner<Memory>,
    /// The weights of step 0, for comparison.
    pub(super) untrained: Memory,
    /// Its gradient, once somebody has looked.
    pub(super) fading: OnceCell<Fading>,
    pub(super) longest: usize,
    data: Rng,
    lags: Vec<usize>,
    rate: f64,
    clip: Option<f64>,
    step: u64,
    evaluation: Evaluation,
}

impl Experiment for Reach {
    fn spec() -> Spec {
        spec::reach()
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        let knobs = &setup.knobs;
        let task = knobs::task(knobs);
        let model = Memory::new(task, knobs, &mut setup.rng.fork("weights"));
        let longest = knobs.get(&knobs::LONGEST) as usize;
        let lags = if knobs.get(&knobs::LAGS) == "longest" {
            vec![longest]
        } else {
            lags(longest)
        };
        let mut run = Self {
            task,
            untrained: model.clone(),
            fading: OnceCell::new(),
            model: Learner::new(Rule::Adam, model),
            longest,
            data: setup.rng.fork("data"),
            lags,
            rate: 0.0,
            clip: None,
            step: 0,
            evaluation: Evaluation::default(),
        };
        run.retune(knobs);
        Ok(run)
    }

    fn step(&mut self) -> Metrics {
        // One lag and one gap a batch: the sequences are of one length, and nothing is padded.
        let lag = self.lags[self.data.below(self.lags.len())];
        let gap = GAPS.0 + self.data.below(GAPS.1 - GAPS.0 + 1);
        let batch = self.task.batch(lag, gap, BATCH, &mut self.data);
        let device = nn::training();
        let scores = self.model.answer(&batch.tokens, BATCH, &device);
        let loss = cross_entropy(scores, indices(&batch.answers, &device));
        let update = self.model.update(loss, self.rate, self.clip);
        self.step += 1;
        Metrics::one("loss", update.loss / LN_2)
    }

    fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        if part == 0 {
            self.evaluation = Evaluation::default();
        }
        self.evaluation.part(part, &self.model.valid(), self.task)
    }

    fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        self.look(probe, input)
    }

    fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&knobs::RATE);
        self.clip = knobs.get(&knobs::CLIP);
    }

    fn parameters(&self) -> u64 {
        self.model.num_params() as u64
    }

    fn save(&self) -> Checkpoint {
        let stream = ("data", &self.data);
        resume::save(self.step, &self.model, stream)
    }

    fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        (self.model, self.data) = resume::load(from, &self.model, "data")?;
        self.step = from.step;
        self.evaluation = Evaluation::default();
        Ok(())
    }
}
