//! One arm: its data, its model and its training.

use super::{
    decode::{Choice, decode},
    knobs,
    model::{Lens, PointerNet},
    task::{Example, Order, Task},
};
use burn::{
    module::Module,
    tensor::{Int, Tensor, TensorData, activation::log_softmax},
};
use lab::{Checkpoint, CheckpointError, Knobs, Metrics, Progress, Rng, Setup, SetupError};
use nn::{Optimiser, Rule, store, training};

/// Sets in a training batch.
const BATCH: usize = 32;
/// The learning rate falls linearly to this share of itself.
const LAST_RATE: f64 = 0.05;
/// Held-out sets of each size, and how many of them are decoded at once.
const TESTS: usize = 300;
const PART: usize = 100;
/// The file with the recorded weights.
pub const RECORDED: &str = "trained";

/// One arm of a lab.
pub struct Run {
    pub(super) task: Task,
    pub(super) model: PointerNet,
    pub(super) lens: Lens,
    pub(super) choice: Choice,
    optimiser: Optimiser,
    dice: Rng,
    sizes: (usize, usize),
    order: Order,
    anywhere: bool,
    tests: Vec<(usize, Vec<Example>)>,
    so_far: Tally,
    rate: f64,
    clip: Option<f64>,
    step: u64,
    steps: u64,
}

/// What a part of the held-out sets came to.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    exact: usize,
    valid: usize,
    measure: f64,
    length: f64,
}

impl Run {
    /// Builds one arm at step 0; `sizes` are those of the held-out sets.
    ///
    /// # Errors
    /// If the fewest points are more than the most, or the recorded weights do not fit.
    pub fn new(setup: &Setup, task: Task, sizes: &[f64]) -> Result<Self, SetupError> {
        let knobs = &setup.knobs;
        let (fewest, most) = (
            knobs.get(&knobs::FEWEST) as usize,
            knobs.get(&knobs::MOST) as usize,
        );
        if fewest > most {
            return Err(SetupError(format!(
                "The fewest points ({fewest}) are more than the most ({most}): turn one of the two."
            )));
        }
        let hidden = knobs.get(&knobs::HIDDEN) as usize;
        let mut model = PointerNet::new(
            knobs::head(knobs),
            hidden,
            most,
            &mut setup.rng.fork("weights"),
        );
        if let Some(bytes) = setup.files.get(RECORDED) {
            model = recorded(bytes, model)?;
        }
        let order = knobs::order(knobs);
        let mut test = setup.rng.fork("test");
        let tests = sizes
            .iter()
            .map(|n| {
                let n = *n as usize;
                let sets = (0..TESTS).map(|_| task.example(n, order, false, &mut test));
                (n, sets.collect())
            })
            .collect();
        let mut run = Self {
            optimiser: Optimiser::new(Rule::Adam, &model),
            model,
            task,
            lens: knobs::lens(knobs),
            choice: Choice::Greedy,
            dice: setup.rng.fork("training"),
            sizes: (fewest, most),
            order,
            anywhere: knobs.get(&knobs::BEGIN) == "any",
            tests,
            so_far: Tally::default(),
            rate: 0.0,
            clip: None,
            step: 0,
            steps: setup.steps,
        };
        run.retune(knobs);
        Ok(run)
    }

    /// Takes over the live knobs.
    pub fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&knobs::RATE);
        self.clip = knobs.get(&knobs::CLIP);
        self.choice = knobs::choice(knobs);
    }

    /// One batch of fresh sets, all of one size, and one update.
    pub fn step(&mut self) -> Metrics {
        let (fewest, most) = self.sizes;
        let n = fewest + self.dice.below(most - fewest + 1);
        let batch: Vec<Example> = (0..BATCH)
            .map(|_| {
                self.task
                    .example(n, self.order, self.anywhere, &mut self.dice)
            })
            .collect();
        let loss = loss(&self.model, self.task, self.lens, &batch);
        let decay = (1.0 - self.step as f64 / self.steps as f64).max(LAST_RATE);
        let (model, update) =
            self.optimiser
                .update(self.model.clone(), loss, self.rate * decay, self.clip);
        self.model = model;
        self.step += 1;
        Metrics::one("loss", update.loss)
    }

    /// A part of the held-out metrics: a hundred sets of one size.
    pub fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        let parts = TESTS / PART;
        let (at, within) = (part as usize / parts, part as usize % parts);
        let Some((n, sets)) = self.tests.get(at) else {
            return (Metrics::default(), Progress::Done);
        };
        let sets = &sets[within * PART..(within + 1) * PART];
        let points: Vec<&[_]> = sets.iter().map(|s| &s.points[..]).collect();
        let answers = decode(
            &self.plain(),
            self.task,
            self.lens,
            self.choice,
            &points,
            false,
        );
        let mut tally = if within == 0 {
            Tally::default()
        } else {
            self.so_far
        };
        for (set, given) in sets.iter().zip(answers) {
            let Some(answer) = given.answer else { continue };
            let mark = self.task.mark(&set.points, &set.answer, &answer);
            tally.exact += usize::from(mark.exact);
            tally.length += super::tour::length(&set.points, &answer);
            if let Some(measure) = mark.measure {
                tally.valid += 1;
                tally.measure += measure;
            }
        }
        self.so_far = tally;
        let mut metrics = Metrics::default();
        if within + 1 == parts {
            self.report(*n as f64, tally, &mut metrics);
        }
        let (done, of) = (part + 1, (self.tests.len() * parts) as u32);
        let progress = if done == of {
            Progress::Done
        } else {
            Progress::More { done, of }
        };
        (metrics, progress)
    }

    fn report(&self, n: f64, tally: Tally, metrics: &mut Metrics) {
        let share = |part: usize, of: usize| {
            if of == 0 {
                0.0
            } else {
                part as f64 / of as f64
            }
        };
        let mean = |sum: f64| {
            if tally.valid == 0 {
                0.0
            } else {
                sum / tally.valid as f64
            }
        };
        metrics.push_at("exact", n, 100.0 * share(tally.exact, TESTS));
        match self.task {
            Task::Hull => {
                metrics.push_at("area", n, 100.0 * mean(tally.measure));
                metrics.push_at("fail", n, 100.0 * share(TESTS - tally.valid, TESTS));
            }
            Task::Tour => {
                metrics.push_at("ratio", n, mean(tally.measure));
                metrics.push_at("length", n, mean(tally.length));
            }
            Task::Triangles => metrics.push_at("triangles", n, 100.0 * mean(tally.measure)),
        }
    }

    /// The model without a tape.
    pub(super) fn plain(&self) -> PointerNet {
        self.model.valid()
    }

    /// Learnable parameters.
    pub fn parameters(&self) -> u64 {
        self.model.num_params() as u64
    }

    /// Everything needed to go on from here.
    pub fn save(&self) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            step: self.step,
            ..Checkpoint::default()
        };
        store::save(&self.model, "model", &mut checkpoint);
        self.optimiser.save("optimiser", &mut checkpoint);
        let state = self.dice.state();
        checkpoint.generators.insert("training".to_owned(), state);
        checkpoint
    }

    /// Takes up where `from` was saved.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape.
    pub fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        let mut loading = store::Loading::new(from);
        let model = loading.model("model", self.model.clone())?;
        let optimiser = self.optimiser.load("optimiser", &mut loading)?;
        let dice = loading.generator("training")?;
        loading.finish()?;
        (self.model, self.optimiser, self.dice) = (model, optimiser, dice);
        self.step = from.step;
        Ok(())
    }
}

/// The model with weights recorded earlier.
fn recorded(bytes: &[u8], model: PointerNet) -> Result<PointerNet, SetupError> {
    let fits = |from: &Checkpoint| {
        let mut loading = store::Loading::new(from);
        let model = loading.model("model", model)?;
        loading.finish()?;
        Ok(model)
    };
    Checkpoint::from_bytes(bytes)
        .and_then(|from| fits(&from))
        .map_err(|error: CheckpointError| {
            SetupError(format!(
                "The recorded weights are those of a pointer network with 64 hidden units; {error}. \
                 Start from random weights instead."
            ))
        })
}

/// Mean −ln p of the right next element (eq. 2), over the elements of all answers and their ends, in
/// nats: the decoder is told the right element before. Answers shorter than the longest are filled
/// up with elements that count nothing.
pub fn loss(model: &PointerNet, task: Task, lens: Lens, batch: &[Example]) -> Tensor<1> {
    let device = training();
    let extra = usize::from(task.ends());
    let steps = batch
        .iter()
        .map(|e| e.answer.len() + extra)
        .max()
        .unwrap_or(0);
    let rows = steps * batch.len();
    let (mut inputs, mut targets, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for t in 0..steps {
        for example in batch {
            let next = example.answer.get(t);
            targets.push(next.map_or(0, |point| *point as i32 + 1));
            counts.push(if t < example.answer.len() + extra {
                1.0f32
            } else {
                0.0
            });
            if t + 1 < steps {
                inputs.extend(next.map_or([0.0; 2], |point| lens.see(example.points[*point])));
            }
        }
    }
    let total: f32 = counts.iter().sum();
    let points = lens.sets(batch.iter().map(|e| &e.points[..]), &device);
    let memory = model.encode(points);
    let first = model.nothing(batch.len()).unsqueeze::<3>();
    let shape = [steps - 1, batch.len(), 2];
    let told = Tensor::from_data(TensorData::new(inputs, shape), &device);
    let scores = model.teach(&memory, Tensor::cat(vec![first, told], 0));
    let targets = Tensor::<2, Int>::from_data(TensorData::new(targets, [rows, 1]), &device);
    let counts = Tensor::<2>::from_data(TensorData::new(counts, [rows, 1]), &device);
    (log_softmax(scores, 1).gather(1, targets) * counts)
        .sum()
        .neg()
        .div_scalar(total)
}
