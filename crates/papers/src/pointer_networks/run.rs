//! One arm: learning from drawn sets, and being measured on others.

use super::{
    decoding::{Feed, Rule},
    evaluation::{Evaluation, Tests},
    knobs,
    model::{PointerModel, rows},
    task::{Problem, Task},
};
use burn::{
    module::Module,
    tensor::{Int, Tensor, TensorData},
};
use lab::{
    Checkpoint, CheckpointError, Knobs, Metrics, Progress, Rng, Setup, SetupError, StoredTensor,
};
use nn::{Learner, cross_entropy, pick, resume, store};

/// Sets in a step.
const BATCH: usize = 32;
/// The learning rate falls linearly to this share of itself.
const LAST_RATE: f64 = 0.05;

/// One arm of a pointer lab.
pub struct Run {
    pub(super) task: Task,
    pub(super) model: Learner<PointerModel>,
    pub(super) feed: Feed,
    pub(super) rule: Rule,
    pub(super) order: super::task::Order,
    tests: Tests,
    data: Rng,
    sizes: (usize, usize),
    any_corner: bool,
    rate: f64,
    clip: f64,
    step: u64,
    steps: u64,
    evaluation: Option<Evaluation>,
}

impl Run {
    /// Builds one arm at step 0.
    ///
    /// # Errors
    /// If the settings do not go together.
    pub fn new(setup: &Setup, task: Task) -> Result<Self, SetupError> {
        let knobs = &setup.knobs;
        let sizes = knobs::sizes(knobs)?;
        let mut model = PointerModel::new(knobs, &mut setup.rng.fork("weights"));
        if task == Task::Hull && knobs.get(&knobs::START) == "recorded" {
            model = recorded(
                model,
                setup.files.get("hull-12000").map_or(&[], Vec::as_slice),
            )?;
        }
        let order = knobs::order(knobs);
        let mut run = Self {
            task,
            model: Learner::new(nn::Rule::Adam, model),
            feed: Feed {
                scale: knobs.get(&knobs::SCALE),
                middle: if knobs.get(&knobs::CENTRED) { 0.5 } else { 0.0 },
            },
            rule: Rule::Free,
            order,
            tests: Tests::new(task, order, setup.rng.fork("tests")),
            data: setup.rng.fork("sets"),
            sizes,
            any_corner: task == Task::Hull && knobs.get(&knobs::CORNER) == "random",
            rate: 0.0,
            clip: 0.0,
            step: 0,
            steps: setup.steps,
            evaluation: None,
        };
        run.retune(knobs);
        Ok(run)
    }

    /// A part of the test sets and their answers.
    pub fn prepare(&mut self) -> Progress {
        self.tests.prepare()
    }

    /// Takes over the live knobs.
    pub fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&knobs::RATE);
        self.clip = knobs.get(&knobs::CLIP);
        self.rule = match self.task {
            Task::Hull if knobs.get(&knobs::DECODING) == "distinct" => Rule::Distinct,
            Task::Tour => Rule::Tour,
            _ => Rule::Free,
        };
    }

    // region: training-step
    /// Fresh sets of one size, and one update.
    pub fn step(&mut self) -> Metrics {
        // One size a step: no set needs padding, and sizes differ from step to step.
        let n = self.sizes.0 + self.data.below(self.sizes.1 - self.sizes.0 + 1);
        let problems: Vec<Problem> = (0..BATCH)
            .map(|_| {
                let mut problem = self.task.draw(n, self.order, &mut self.data);
                if self.any_corner {
                    let first = self.data.below(problem.truth.len());
                    problem.truth.rotate_left(first);
                }
                problem
            })
            .collect();
        let loss = self.loss(&self.model, &problems);
        let decay = (1.0 - self.step as f64 / self.steps as f64).max(LAST_RATE);
        let update = self.model.update(loss, self.rate * decay, Some(self.clip));
        self.step += 1;
        Metrics::one("loss", update.loss)
    }

    /// The mean of −ln p over all pointers of the true answers, the end among them, in nats.
    fn loss(&self, model: &PointerModel, problems: &[Problem]) -> Tensor<1> {
        let n = problems[0].points.len();
        let end = model.end(n);
        let longest = problems.iter().map(|p| p.truth.len()).max().unwrap_or(0);
        let sets: Vec<_> = problems.iter().map(|p| &p.points[..]).collect();
        let points = rows(self.feed.sets(&sets), true);
        // Answers end at different steps. After its end a set is fed zeros, and nothing is asked.
        let named = (0..longest).flat_map(|t| {
            let place = move |p: &Problem| p.truth.get(t).map(|i| p.points[*i]);
            problems.iter().map(move |p| place(p).unwrap_or_default())
        });
        let named = rows(self.feed.of(named), true);
        let (mut asked, mut targets) = (Vec::new(), Vec::new());
        for t in 0..=longest {
            for (b, problem) in problems.iter().enumerate() {
                if t <= problem.truth.len() {
                    asked.push((t * problems.len() + b) as i32);
                    targets.push(problem.truth.get(t).map_or(end, |i| *i) as i32);
                }
            }
        }
        let scores = model.teach(points, named, problems.len());
        cross_entropy(pick(scores, indices(asked)), indices(targets))
    }
    // endregion: training-step

    /// A part of the held-out metrics.
    pub fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        let mut evaluation = match self.evaluation.take() {
            Some(going) if part > 0 => going,
            _ => Evaluation::new(self.plain()),
        };
        let (metrics, progress) = evaluation.part(&self.tests, self.feed, self.rule, part);
        if progress != Progress::Done {
            self.evaluation = Some(evaluation);
        }
        (metrics, progress)
    }

    /// The model without a tape.
    pub(super) fn plain(&self) -> PointerModel {
        self.model.valid()
    }

    /// Learnable parameters.
    pub fn parameters(&self) -> u64 {
        self.model.num_params() as u64
    }

    /// Everything needed to go on from here.
    pub fn save(&self) -> Checkpoint {
        let stream = ("sets", &self.data);
        resume::save(self.step, &self.model, stream)
    }

    /// Takes up where `from` was saved.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape.
    pub fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        (self.model, self.data) = resume::load(from, &self.model, "sets")?;
        self.step = from.step;
        self.evaluation = None;
        Ok(())
    }
}

/// The model with recorded weights: the values of all tensors in the order of their paths, each four
/// bytes, the lowest first.
fn recorded(model: PointerModel, bytes: &[u8]) -> Result<PointerModel, SetupError> {
    let mut weights = Checkpoint::default();
    store::save(&model, "model", &mut weights);
    let size = |t: &StoredTensor| t.data.len();
    if bytes.len() != 4 * weights.tensors.values().map(size).sum::<usize>() {
        return Err(SetupError(
            "The recorded weights are those of the pointer network with 64 units. Choose pointing \
             and 64 hidden units, or start from random weights."
                .to_owned(),
        ));
    }
    let mut values = bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    for tensor in weights.tensors.values_mut() {
        tensor
            .data
            .iter_mut()
            .zip(&mut values)
            .for_each(|(to, v)| *to = v);
    }
    let damaged = |e: CheckpointError| SetupError(e.to_string());
    store::Loading::new(&weights)
        .model("model", model)
        .map_err(damaged)
}

fn indices(values: Vec<i32>) -> Tensor<1, Int> {
    let shape = [values.len()];
    Tensor::from_data(TensorData::new(values, shape), &nn::training())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer_networks::{decoding::decode, spec};
    use lab::Value;

    fn new(head: &str) -> Run {
        let spec = spec::of(Task::Hull);
        let head = [("head".to_owned(), Value::Choice(head.to_owned()))];
        let knobs = Knobs::resolve(&spec, &spec.presets[0], &spec.arms[0], &head).unwrap();
        let setup = Setup {
            knobs,
            rng: Rng::new(100, "run"),
            steps: 100,
            input: None,
            files: Default::default(),
        };
        Run::new(&setup, Task::Hull).unwrap()
    }

    /// Problems whose answers have different lengths.
    fn uneven(run: &Run) -> Vec<Problem> {
        let mut rng = Rng::new(6, "uneven");
        let mut problems: Vec<Problem> = Vec::new();
        while problems.len() < 4 {
            let problem = run.task.draw(7, run.order, &mut rng);
            if problems
                .iter()
                .all(|p| p.truth.len() != problem.truth.len())
            {
                problems.push(problem);
            }
        }
        problems
    }

    #[test]
    fn what_follows_the_end_of_a_shorter_answer_counts_nothing() {
        for head in ["ptr", "attention", "seq2seq"] {
            let run = new(head);
            let problems = uneven(&run);
            let loss = |some: &[Problem]| f64::from(store::values(run.loss(&run.model, some))[0]);
            let asked = |p: &Problem| (p.truth.len() + 1) as f64;
            let alone: f64 = problems
                .iter()
                .map(|p| asked(p) * loss(std::slice::from_ref(p)))
                .sum();
            let mean = alone / problems.iter().map(asked).sum::<f64>();
            let together = loss(&problems);
            assert!((mean - together).abs() < 1e-5, "{head}: {mean} {together}");
        }
    }

    #[test]
    fn gradients_of_every_head_agree_with_differences() {
        for head in ["ptr", "attention", "seq2seq"] {
            let run = new(head);
            let problems = uneven(&run);
            crate::differences::agree(&*run.model, 2e-2, |m| run.loss(m, &problems));
        }
    }

    #[test]
    fn teaching_and_decoding_are_the_same_network() {
        // Taught with the row that it would itself have written, every step's likeliest answer is that
        // row's: the two ways through the decoder and the head agree.
        for head in ["ptr", "attention", "seq2seq"] {
            let run = new(head);
            let model = run.plain();
            let problems = uneven(&run);
            let sets: Vec<_> = problems.iter().map(|p| &p.points[..]).collect();
            let answers = decode(&model, run.feed, &sets, run.task, Rule::Free, true);
            for (set, answer) in sets.iter().zip(&answers) {
                let row: Vec<usize> = answer.row.iter().copied().take_while(|k| *k < 7).collect();
                let points = rows(run.feed.sets(&[set]), false);
                let named = rows(run.feed.of(row.iter().map(|i| set[*i])), false);
                let scores = store::values(model.teach(points, named, 1));
                let width = model.end(7).max(7) + 1;
                for (step, p) in answer.steps.iter().enumerate() {
                    let u = &scores[step * width..(step + 1) * width];
                    let sum: f32 = u.iter().map(|v| v.exp()).sum();
                    for (want, got) in p.iter().zip(u) {
                        assert!((want - got.exp() / sum).abs() < 1e-5, "{head}, step {step}");
                    }
                }
            }
        }
    }
}
