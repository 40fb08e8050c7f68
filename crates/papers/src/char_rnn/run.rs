//! One arm of a character lab: the text, the model and its training.

use super::{
    evaluation::{Evaluation, HeldOut, Instruments},
    knobs,
    model::{CharModel, State, on},
    nest::Nest,
    text::{Draft, Text},
};
use burn::module::Module;
use lab::{Checkpoint, CheckpointError, Input, Knobs, Metrics, Progress, Rng, Setup, SetupError};
use nn::{Learner, cross_entropy, store};
use std::f64::consts::LN_2;

/// Places in the text that are read side by side.
const BATCH: usize = 16;
/// The learning rate falls linearly to this share of itself.
const LAST_RATE: f64 = 0.05;

/// One arm of a character lab.
pub struct Run {
    pub(super) text: Text,
    pub(super) held_out: HeldOut,
    pub(super) model: Learner<CharModel>,
    pub(super) temperature: f64,
    state: State,
    dice: Rng,
    window: usize,
    carry: bool,
    rate: f64,
    clip: Option<f64>,
    dropout: f64,
    step: u64,
    steps: u64,
    evaluation: Option<Evaluation>,
}

impl Run {
    /// Builds one arm at step 0.
    fn new(setup: &Setup, text: Text, instruments: Instruments) -> Self {
        let knobs = &setup.knobs;
        let model = CharModel::new(text.alphabet.len(), knobs, &mut setup.rng.fork("weights"));
        let mut run = Self {
            held_out: HeldOut::new(&text, instruments),
            state: model.blank(BATCH),
            model: Learner::new(knobs::rule(knobs), model),
            text,
            dice: setup.rng.fork("dropout"),
            window: knobs.get(&knobs::WINDOW) as usize,
            carry: knobs.get(&knobs::CARRY),
            rate: 0.0,
            clip: None,
            dropout: 0.0,
            temperature: 0.0,
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
        self.clip = knobs.get(&knobs::CLIP);
        self.dropout = knobs.get(&knobs::DROPOUT);
        self.temperature = knobs.get(&knobs::TEMPERATURE);
    }

    /// One window of text at each of the places, and one update.
    pub fn step(&mut self) -> Metrics {
        let [inputs, targets] = [0, 1].map(|ahead| on(&self.batch(ahead), &nn::training()));
        if !self.carry {
            self.state = self.model.blank(BATCH);
        }
        let before = self.state.clone();
        let (scores, after) = self
            .model
            .window(inputs, before, self.dropout, &mut self.dice);
        let loss = cross_entropy(scores, targets);
        let decay = (1.0 - self.step as f64 / self.steps as f64).max(LAST_RATE);
        let rate = self.rate * decay;
        let update = self.model.update(loss, rate, self.clip);
        self.state = after;
        self.step += 1;
        let mut metrics = Metrics::default();
        metrics.push("loss", update.loss / LN_2);
        metrics
    }

    /// The symbols of this step's window, `ahead` characters on, time-major: every place walks
    /// forward through the text, from its end on at the beginning.
    fn batch(&self, ahead: usize) -> Vec<u8> {
        let text = &self.text.train;
        let from = self.step as usize * self.window + ahead;
        let place = |t: usize| (0..BATCH).map(move |b| from + t + b * text.len() / BATCH);
        (0..self.window)
            .flat_map(place)
            .map(|at| text[at % text.len()])
            .collect()
    }

    /// A part of the held-out metrics.
    pub fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        if part == 0 {
            self.evaluation = Some(Evaluation::new(self.plain(), &self.held_out));
        }
        let beginning = self.beginning();
        let Some(evaluation) = &mut self.evaluation else {
            return (Metrics::default(), Progress::Done);
        };
        let (metrics, progress) = evaluation.part(&self.held_out, &beginning, &self.text.alphabet);
        if progress == Progress::Done {
            self.evaluation = None;
        }
        (metrics, progress)
    }

    /// The model without a tape.
    pub(super) fn plain(&self) -> CharModel {
        self.model.valid()
    }

    /// What the model has read when it begins to write: a new line where the text has lines, the
    /// text's first character otherwise.
    pub(super) fn beginning(&self) -> Vec<u8> {
        vec![self.text.index('\n').unwrap_or(self.text.held_out[0])]
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
        self.model.save(&mut checkpoint);
        self.state.save(&mut checkpoint);
        checkpoint
            .generators
            .insert("dropout".to_owned(), self.dice.state());
        checkpoint
    }

    /// Takes up where `from` was saved.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape.
    pub fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        let mut loading = store::Loading::new(from);
        let model = self.model.load(&mut loading)?;
        let state = self.state.load(&mut loading)?;
        let dice = loading.generator("dropout")?;
        loading.finish()?;
        (self.model, self.state, self.dice) = (model, state, dice);
        self.step = from.step;
        self.evaluation = None;
        Ok(())
    }
}

/// A lab's way from its settings to its first step.
pub enum Stage {
    /// The text is being generated.
    Drafting(Box<(Setup, Instruments, Draft)>),
    /// Everything is there.
    Ready(Box<Run>),
}

impl Stage {
    /// Starts with a text that is there, or with writing one.
    ///
    /// # Errors
    /// If there is no text of the reader's where one is asked for, or not one to learn from.
    pub fn new(setup: Setup, instruments: Instruments) -> Result<Self, SetupError> {
        let knobs = &setup.knobs;
        let corpus = knobs.get(&knobs::CORPUS);
        let text = match (corpus.as_str(), &setup.input) {
            ("nest", _) => {
                let wrap = knobs.get(&knobs::WRAP) as usize;
                let depth = knobs.get(&knobs::DEPTH) as usize;
                let draft = Draft::new(Nest { wrap, depth });
                return Ok(Self::Drafting(Box::new((setup, instruments, draft))));
            }
            ("yours", Some(Input::Text(text))) => Text::read(text)?,
            ("yours", _) => {
                return Err(SetupError(
                    "There is no text of yours yet: paste one or choose a file, or choose another \
                     text."
                        .to_owned(),
                ));
            }
            (file, _) => {
                let bytes = setup.files.get(file).map_or(&[][..], Vec::as_slice);
                let damaged = |_| SetupError(format!("The file of the text “{file}” is damaged."));
                Text::read(std::str::from_utf8(bytes).map_err(damaged)?)?
            }
        };
        Ok(Self::Ready(Box::new(Run::new(&setup, text, instruments))))
    }

    /// A part of the preparation.
    pub fn prepare(&mut self) -> Progress {
        let Self::Drafting(drafting) = self else {
            return Progress::Done;
        };
        let (setup, instruments, draft) = &mut **drafting;
        match draft.part() {
            Err((done, of)) => Progress::More { done, of },
            Ok(text) => {
                *self = Self::Ready(Box::new(Run::new(setup, text, *instruments)));
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
