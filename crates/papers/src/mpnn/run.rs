//! One arm: its data, its network and its training.

use super::{
    batch::Batch,
    data::{Data, Draft, TEST},
    knobs,
    model::{Mpnn, Plan},
    molecule::{Molecule, Target},
};
use burn::{
    module::Module,
    tensor::{Tensor, TensorData},
};
use lab::{Checkpoint, CheckpointError, Knobs, Metrics, Progress, Rng, Setup};
use nn::{Learner, Rule, resume, store};

/// Molecules in a training batch.
pub(super) const BATCH: usize = 32;
/// The rate is flat for half of the run, then falls linearly to this share of itself.
const LAST_RATE: f64 = 0.05;
/// The largest global norm of a gradient.
const CLIP: f64 = 1.0;
/// Molecules measured at once.
const PART: usize = 100;
/// Molecules of training that are measured, too.
const SEEN: usize = 300;
/// The stated accuracy, in |β|: 0.043 eV, with |β| = 2.7 eV.
pub const ACCURACY: f64 = 0.016;

/// One arm.
pub struct Run {
    pub(super) model: Learner<Mpnn>,
    pub(super) plan: Plan,
    pub(super) data: Data,
    pub(super) target: Target,
    dice: Rng,
    rate: f64,
    step: u64,
    steps: u64,
    misses: Vec<f64>,
}

impl Run {
    fn new(setup: &Setup, data: Data) -> Self {
        let plan = knobs::plan(&setup.knobs);
        let model = Mpnn::new(plan, &mut setup.rng.fork("weights"));
        let mut run = Self {
            model: Learner::new(Rule::Adam, model),
            plan,
            data,
            target: knobs::target(&setup.knobs),
            dice: setup.rng.fork("order"),
            rate: 0.0,
            step: 0,
            steps: setup.steps,
            misses: Vec::new(),
        };
        run.retune(&setup.knobs);
        run
    }

    /// Takes over the live knobs.
    pub fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&knobs::RATE);
    }

    /// One batch, drawn from the training molecules, and one update.
    pub fn step(&mut self) -> Metrics {
        let train = &self.data.train;
        let drawn: Vec<usize> = (0..BATCH).map(|_| self.dice.below(train.len())).collect();
        let (mean, spread) = self.data.scale;
        let right: Vec<f32> = drawn
            .iter()
            .map(|i| ((self.data.train_values[*i] - mean) / spread) as f32)
            .collect();
        let device = nn::training();
        let drawn: Vec<&Molecule> = drawn.iter().map(|i| &train[*i]).collect();
        let batch = Batch::new(&drawn, self.plan.message.kinds(), &device);
        let right = Tensor::<2>::from_data(TensorData::new(right, [BATCH, 1]), &device);
        let loss = (self.model.forward(self.plan, &batch) - right)
            .powi_scalar(2)
            .mean();
        let left = 1.0 - self.step as f64 / self.steps as f64;
        let rate = self.rate * (2.0 * left).clamp(LAST_RATE, 1.0);
        let update = self.model.update(loss, rate, Some(CLIP));
        self.step += 1;
        Metrics::one("loss", update.loss)
    }

    /// What the network says of molecules, in |β|.
    pub fn predict(&self, molecules: &[&Molecule]) -> Vec<f64> {
        let batch = Batch::new(molecules, self.plan.message.kinds(), &nn::plain());
        let (mean, spread) = self.data.scale;
        let answers = store::values(self.model.valid().forward(self.plan, &batch));
        answers
            .into_iter()
            .map(|a| f64::from(a) * spread + mean)
            .collect()
    }

    /// A part of the held-out metrics.
    pub fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        let (tests, seen) = (TEST / PART, SEEN / PART);
        let part = part as usize;
        let data = &self.data;
        let (from, molecules, right) = match part.checked_sub(tests) {
            None => (part * PART, &data.test, &data.test_values),
            Some(part) => (part * PART, &data.train, &data.train_values),
        };
        let to = (from + PART).min(molecules.len());
        let some: Vec<&Molecule> = molecules[from.min(to)..to].iter().collect();
        let said = if some.is_empty() {
            Vec::new()
        } else {
            self.predict(&some)
        };
        let misses = said
            .iter()
            .zip(&right[from.min(to)..to])
            .map(|(y, right)| (y - right).abs());
        let misses: Vec<f64> = misses.collect();
        if part == 0 || part == tests {
            self.misses.clear();
        }
        self.misses.extend(misses);
        let mut metrics = Metrics::default();
        let error = self.misses.iter().sum::<f64>() / self.misses.len().max(1) as f64;
        if part + 1 == tests {
            metrics.push("mae", error);
            metrics.push("ratio", error / ACCURACY);
        }
        if part + 1 == tests + seen {
            metrics.push("mae_seen", error);
        }
        let (done, of) = (part + 1, tests + seen);
        let more = Progress::More {
            done: done as u32,
            of: of as u32,
        };
        (metrics, if done >= of { Progress::Done } else { more })
    }

    /// Learnable parameters.
    pub fn parameters(&self) -> u64 {
        self.model.num_params() as u64
    }

    /// Everything needed to go on from here.
    pub fn save(&self) -> Checkpoint {
        let stream = ("order", &self.dice);
        resume::save(self.step, &self.model, stream)
    }

    /// Takes up where `from` was saved.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape.
    pub fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        (self.model, self.dice) = resume::load(from, &self.model, "order")?;
        self.step = from.step;
        Ok(())
    }
}

/// A lab's way from its settings to its first step.
pub enum Phase {
    /// The molecules are being made.
    Drafting(Box<(Setup, Draft)>),
    /// Everything is there.
    Ready(Box<Run>),
}

impl Phase {
    /// Starts making molecules, each bond with a length of its own or not.
    pub fn new(setup: Setup, lengths: bool) -> Self {
        Self::Drafting(Box::new((setup, Draft::new(lengths))))
    }

    /// A part of the preparation.
    pub fn prepare(&mut self) -> Progress {
        let Self::Drafting(drafting) = self else {
            return Progress::Done;
        };
        let (setup, draft) = &mut **drafting;
        let offered = setup.knobs.get(&knobs::OFFERED) as usize;
        match draft.part(knobs::target(&setup.knobs), offered) {
            Err((done, of)) => Progress::More { done, of },
            Ok(data) => {
                *self = Self::Ready(Box::new(Run::new(setup, data)));
                Progress::Done
            }
        }
    }

    /// The run, once it is prepared.
    pub fn run(&self) -> Option<&Run> {
        match self {
            Self::Drafting(_) => None,
            Self::Ready(run) => Some(run),
        }
    }

    /// The run, once it is prepared.
    pub fn run_mut(&mut self) -> Option<&mut Run> {
        match self {
            Self::Drafting(_) => None,
            Self::Ready(run) => Some(run),
        }
    }
}
