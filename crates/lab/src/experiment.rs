//! What a paper implements.

use crate::{
    digest::Digest,
    figure::{Figure, Input},
    knob::Knobs,
    rng::Rng,
    spec::Spec,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// One arm of one lab: its model, its task and its instruments. Plain Rust: no DOM, and no tensor in
/// any signature.
pub trait Experiment {
    /// Everything there is to know without running anything.
    fn spec() -> Spec
    where
        Self: Sized;

    /// Builds one arm at step 0, within a slice; all randomness comes from `setup.rng`.
    ///
    /// # Errors
    /// If the settings or the reader's input do not go together.
    fn new(setup: Setup) -> Result<Self, SetupError>
    where
        Self: Sized;

    /// Longer preparation (data, labels), a slice per call, shown as progress.
    fn prepare(&mut self) -> Progress {
        Progress::Done
    }

    /// One optimisation step, or one tick of a simulation; the metrics of this step.
    fn step(&mut self) -> Metrics;

    /// Held-out metrics, part by part, a slice per call; each metric is returned by one part.
    fn evaluate(&mut self, part: u32) -> (Metrics, Progress);

    /// A look inside. `&self`: looking cannot change the run.
    ///
    /// # Errors
    /// If there is no such probe, or the input does not fit it.
    fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError>;

    /// Takes over the knobs declared live.
    fn retune(&mut self, knobs: &Knobs);

    /// Learnable parameters.
    fn parameters(&self) -> u64;

    /// Weights and optimiser moments by module path, generator states, position in the data.
    fn save(&self) -> Checkpoint;

    /// Takes up where `from` was saved.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape.
    fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError>;
}

/// What an experiment is built from.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Resolved: default < preset < arm < reader.
    pub knobs: Knobs,
    /// The run's own generator.
    pub rng: Rng,
    /// How many steps the run takes: schedules need it.
    pub steps: u64,
    /// The reader's own data.
    pub input: Option<Input>,
    /// The files asked for in [`Spec::files`], digests checked.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Why an experiment cannot be built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetupError(pub String);

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for SetupError {}

/// Why a probe has no answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeError(pub String);

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for ProbeError {}

/// How far work in slices has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// Call again.
    More {
        /// Parts finished.
        done: u32,
        /// Parts in all.
        of: u32,
    },
    /// Finished.
    Done,
}

/// Values measured at one moment, by metric id (`bpc`, `acc@64`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics(pub Vec<(String, f64)>);

impl Metrics {
    /// One value.
    pub fn one(metric: &str, value: f64) -> Self {
        Self(vec![(metric.to_owned(), value)])
    }

    /// Adds a value.
    pub fn push(&mut self, metric: &str, value: f64) {
        self.0.push((metric.to_owned(), value));
    }

    /// Adds one point of a metric over an axis.
    pub fn push_at(&mut self, metric: &str, point: f64, value: f64) {
        self.0.push((format!("{metric}@{point}"), value));
    }
}

/// Everything needed to go on from a step, tensors named by module path.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Steps taken so far.
    pub step: u64,
    /// Weights, moments, carried state.
    pub tensors: BTreeMap<String, StoredTensor>,
    /// Generator states by stream.
    pub generators: BTreeMap<String, [u64; 4]>,
    /// Positions, counters.
    pub numbers: BTreeMap<String, i64>,
}

impl Checkpoint {
    /// Its digest: names a starting checkpoint in a run.
    ///
    /// # Panics
    /// Never: plain data always has a byte form.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// Its bytes, for a file.
    ///
    /// # Panics
    /// Never: plain data always has a byte form.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("plain data")
    }

    /// The checkpoint in a file.
    ///
    /// # Errors
    /// If these are not the bytes of one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        postcard::from_bytes(bytes)
            .map_err(|e| CheckpointError(format!("the file is damaged: {e}")))
    }

    /// The tensor called `name`, which must have `shape`.
    ///
    /// # Errors
    /// If it is missing or has another shape.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<&StoredTensor, CheckpointError> {
        let stored = self
            .tensors
            .get(name)
            .ok_or_else(|| CheckpointError(format!("the tensor “{name}” is missing")))?;
        if stored.shape != shape {
            let has = &stored.shape;
            return Err(CheckpointError(format!(
                "“{name}” is {has:?}, not {shape:?}"
            )));
        }
        Ok(stored)
    }
}

/// A tensor in a checkpoint, row-major.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredTensor {
    /// Sizes of its dimensions.
    pub shape: Vec<usize>,
    /// Its values.
    pub data: Vec<f32>,
}

/// Why a checkpoint cannot be taken up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointError(pub String);

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this checkpoint does not fit: {}", self.0)
    }
}
impl std::error::Error for CheckpointError {}

/// One registry line: a paper and its labs.
pub struct Paper {
    /// The page's id: `char-rnn`.
    pub id: &'static str,
    /// Its labs, in the order of the page.
    pub labs: &'static [Lab],
}

/// A way to make one experiment.
#[derive(Clone, Copy)]
pub struct Lab {
    /// Describes it.
    pub spec: fn() -> Spec,
    /// Builds one arm of it.
    pub start: fn(Setup) -> Result<Box<dyn Experiment>, SetupError>,
}

impl Lab {
    /// The lab of an experiment.
    pub const fn of<E: Experiment + 'static>() -> Self {
        Self {
            spec: E::spec,
            start: |setup| Ok(Box::new(E::new(setup)?)),
        }
    }
}
