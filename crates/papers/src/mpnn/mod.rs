//! “Neural Message Passing for Quantum Chemistry” (Gilmer, Schoenholz, Riley, Vinyals & Dahl 2017,
//! arXiv 1704.01212): graph networks as messages, updates and a readout, judged against physics.
//!
//! Simplified against the paper: Hückel's theory of π electrons instead of density functional theory,
//! no hydrogens, 3,000 molecules of up to ten atoms instead of 110,000, one message channel instead
//! of two, 24 numbers an atom instead of 200.

mod batch;
mod claims;
mod data;
mod huckel;
pub mod knobs;
mod model;
mod molecule;
mod probes;
#[cfg(test)]
mod ridge;
mod run;
mod spec;
mod starters;
#[cfg(test)]
mod tests;

use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knobs, Metrics, ProbeError, Progress,
    Setup, SetupError, Spec,
};
use std::marker::PhantomData;

/// Messages on a molecule.
pub type Messages = MpnnLab<Bonds>;
/// How far they must travel.
pub type Reach = MpnnLab<OneAtom>;
/// What bonds can say.
pub type Distance = MpnnLab<Lengths>;

/// What distinguishes the three labs.
pub trait Place: 'static {
    /// Whether every bond has a length of its own.
    const LENGTHS: bool;
    /// Its specification.
    fn spec() -> Spec;
}

/// Bonds of two kinds.
pub struct Bonds;
/// One atom is read.
pub struct OneAtom;
/// Bonds with lengths.
pub struct Lengths;

impl Place for Bonds {
    const LENGTHS: bool = false;

    fn spec() -> Spec {
        spec::bonds()
    }
}

impl Place for OneAtom {
    const LENGTHS: bool = false;

    fn spec() -> Spec {
        spec::reach()
    }
}

impl Place for Lengths {
    const LENGTHS: bool = true;

    fn spec() -> Spec {
        spec::distance()
    }
}

/// A lab of the page. What is asked of it before it is prepared has an empty answer.
pub struct MpnnLab<P>(run::Phase, PhantomData<P>);

impl<P: Place> Experiment for MpnnLab<P> {
    fn spec() -> Spec {
        P::spec()
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        Ok(Self(run::Phase::new(setup, P::LENGTHS), PhantomData))
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
        let unready = || ProbeError("the molecules are not there yet".to_owned());
        self.0.run().ok_or_else(unready)?.probe(probe, input)
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
        let unready = || CheckpointError("the molecules are not there yet".to_owned());
        self.0.run_mut().ok_or_else(unready)?.load(from)
    }
}
