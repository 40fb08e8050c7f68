//! One arm: learning from drawn sentences, and being measured on others.

use super::{
    evaluation::Evaluation,
    knobs,
    language::{BEGIN, END, Grammar, Sentence},
    model::{Translator, ids},
};
use burn::{module::Module, tensor::Tensor};
use lab::{Checkpoint, CheckpointError, Knobs, Metrics, Progress, Rng, Setup};
use nn::{Learner, cross_entropy, pick, resume};

/// Sentences in a step.
const BATCH: usize = 32;
/// The shortest training sentence.
const SHORTEST: usize = 2;
/// The largest norm of a gradient.
const CLIP: f64 = 1.0;
/// The learning rate falls linearly to this share of itself.
const LAST_RATE: f64 = 0.05;

/// One arm of the lab.
pub struct Run {
    pub(super) model: Learner<Translator>,
    pub(super) grammar: Grammar,
    pub(super) beam: usize,
    data: Rng,
    longest: usize,
    freeze: Option<f64>,
    rate: f64,
    step: u64,
    steps: u64,
    evaluation: Option<Evaluation>,
}

impl Run {
    /// Builds one arm at step 0.
    pub fn new(setup: &Setup) -> Self {
        let knobs = &setup.knobs;
        let model = Translator::new(knobs, &mut setup.rng.fork("weights"));
        let mut run = Self {
            model: Learner::new(nn::Rule::Adam, model),
            grammar: Grammar::new(knobs),
            beam: 1,
            data: setup.rng.fork("sentences"),
            longest: knobs.get(&knobs::LONGEST) as usize,
            freeze: knobs.get(&knobs::FREEZE),
            rate: 0.0,
            step: 0,
            steps: setup.steps,
            evaluation: None,
        };
        run.retune(knobs);
        run
    }

    /// Takes over the live knobs.
    pub fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&knobs::RATE);
        self.beam = knobs.get(&knobs::BEAM) as usize;
    }

    // region: training-step
    /// Fresh sentences of one length, and one update.
    pub fn step(&mut self) -> Metrics {
        // One length a step: no source needs padding, and lengths differ from step to step.
        let length = SHORTEST + self.data.below(self.longest - SHORTEST + 1);
        let sentences: Vec<Sentence> = (0..BATCH)
            .map(|_| self.grammar.draw(length, &mut self.data))
            .collect();
        let frozen = self.freeze.is_some_and(|from| self.step as f64 >= from);
        let loss = loss(&self.model, &sentences, frozen);
        let decay = (1.0 - self.step as f64 / self.steps as f64).max(LAST_RATE);
        let update = self.model.update(loss, self.rate * decay, Some(CLIP));
        self.step += 1;
        Metrics::one("loss", update.loss)
    }
    // endregion: training-step

    /// A part of the held-out metrics.
    pub fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        let mut evaluation = match self.evaluation.take() {
            Some(going) if part > 0 => going,
            _ => Evaluation::new(self.model.valid()),
        };
        let (metrics, progress) = evaluation.part(&self.grammar, part);
        if progress != Progress::Done {
            self.evaluation = Some(evaluation);
        }
        (metrics, progress)
    }

    /// Learnable parameters.
    pub fn parameters(&self) -> u64 {
        self.model.num_params() as u64
    }

    /// Everything needed to go on from here.
    pub fn save(&self) -> Checkpoint {
        let stream = ("sentences", &self.data);
        resume::save(self.step, &self.model, stream)
    }

    /// Takes up where `from` was saved.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape.
    pub fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        (self.model, self.data) = resume::load(from, &self.model, "sentences")?;
        self.step = from.step;
        self.evaluation = None;
        Ok(())
    }
}

/// The mean of −ln p over the words of the right translations, the ends among them, in nats.
/// Translations of one source length differ in length; after its end a sentence is fed the end, and
/// nothing is asked.
pub fn loss(model: &Translator, sentences: &[Sentence], frozen: bool) -> Tensor<1> {
    let steps = sentences.iter().map(|s| s.target.len()).max().unwrap_or(0) + 1;
    let (mut fed, mut asked, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for t in 0..steps {
        for (b, sentence) in sentences.iter().enumerate() {
            let word = |t: usize| sentence.target.get(t).copied().unwrap_or(END);
            fed.push(if t == 0 { BEGIN } else { word(t - 1) });
            if t <= sentence.target.len() {
                asked.push(t * sentences.len() + b);
                targets.push(word(t));
            }
        }
    }
    let sources: Vec<&[usize]> = sentences.iter().map(|s| &s.source[..]).collect();
    let scores = model.teach(&model.read(&sources, true), &fed, frozen);
    let asked = pick(scores, ids(asked.into_iter(), true));
    cross_entropy(asked, ids(targets.into_iter(), true))
}
