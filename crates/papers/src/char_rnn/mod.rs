//! “The Unreasonable Effectiveness of Recurrent Neural Networks” (Andrej Karpathy, 2015,
//! <https://karpathy.github.io/2015/05/21/rnn-effectiveness/>): a network that only ever guesses the
//! next character.
//!
//! Simplified against the post: one layer of 96 units instead of two or three of 512 and more; 1000
//! steps in the browser instead of hours; a generated text by default, whose memories can be
//! measured and whose floor is known; a learning rate that falls linearly.

mod claims;
mod correlation;
mod evaluation;
pub mod knobs;
mod measures;
mod model;
pub mod nest;
pub mod ngram;
mod probes;
mod run;
mod sampling;
mod spec;
pub mod text;

use evaluation::Instruments;
use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knobs, Metrics, ProbeError, Progress,
    Setup, SetupError, Spec,
};
use std::marker::PhantomData;

/// The page's lab.
pub type CharRnn = CharLab<Page>;
/// The index's small lab: one arm, writing.
pub type Writing = CharLab<Index>;

/// What distinguishes the two labs.
pub trait Place: 'static {
    /// Its specification.
    fn spec() -> Spec;
    /// Whether everything is measured, or only bits per character.
    const FULL: bool;
}

/// On the page.
pub struct Page;
/// On the index.
pub struct Index;

impl Place for Page {
    fn spec() -> Spec {
        spec::page()
    }
    const FULL: bool = true;
}

impl Place for Index {
    fn spec() -> Spec {
        spec::writing()
    }
    const FULL: bool = false;
}

/// A character lab. What is asked of it before it is prepared has an empty answer.
pub struct CharLab<P>(run::Stage, PhantomData<P>);

impl<P: Place> Experiment for CharLab<P> {
    fn spec() -> Spec {
        P::spec()
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        let instruments = if P::FULL {
            Instruments::All
        } else {
            Instruments::Bits
        };
        Ok(Self(run::Stage::new(setup, instruments)?, PhantomData))
    }

    fn prepare(&mut self) -> Progress {
        self.0.prepare()
    }

    fn step(&mut self) -> Metrics {
        self.0.run_mut().map(run::Run::step).unwrap_or_default()
    }

    fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        let run = self.0.run_mut();
        run.map_or((Metrics::default(), Progress::Done), |run| {
            run.evaluate(part)
        })
    }

    fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        let run = self
            .0
            .run()
            .ok_or_else(|| ProbeError("the text is not there yet".to_owned()))?;
        run.probe(probe, input)
    }

    fn retune(&mut self, knobs: &Knobs) {
        if let Some(run) = self.0.run_mut() {
            run.retune(knobs);
        }
    }

    fn parameters(&self) -> u64 {
        self.0.run().map_or(0, run::Run::parameters)
    }

    fn save(&self) -> Checkpoint {
        self.0.run().map(run::Run::save).unwrap_or_default()
    }

    fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        let unready = || CheckpointError("the text is not there yet".to_owned());
        self.0.run_mut().ok_or_else(unready)?.load(from)
    }
}
