//! “Neural Machine Translation by Jointly Learning to Align and Translate” (Bahdanau, Cho, Bengio
//! 2015, <https://arxiv.org/abs/1409.0473>): an encoder–decoder with and without attention.
//!
//! Simplified against the paper: a made-up language of 36 words instead of 30,000 of English and
//! French, 48 units instead of 1000, a linear output instead of maxout, Adam with a falling rate
//! instead of Adadelta, v_a drawn at random instead of 0.

mod bleu;
mod claims;
mod decoding;
mod evaluation;
mod knobs;
mod language;
mod model;
mod probes;
mod run;
mod scorer;
mod spec;
#[cfg(test)]
mod tests;

use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knobs, Metrics, ProbeError, Progress,
    Setup, SetupError, Spec,
};

/// The page's lab.
pub struct Translation(run::Run);

impl Experiment for Translation {
    fn spec() -> Spec {
        spec::spec()
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        Ok(Self(run::Run::new(&setup)))
    }

    fn step(&mut self) -> Metrics {
        self.0.step()
    }

    fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        self.0.evaluate(part)
    }

    fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        self.0.probe(probe, input)
    }

    fn retune(&mut self, knobs: &Knobs) {
        self.0.retune(knobs);
    }

    fn parameters(&self) -> u64 {
        self.0.parameters()
    }

    fn save(&self) -> Checkpoint {
        self.0.save()
    }

    fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        self.0.load(from)
    }
}
