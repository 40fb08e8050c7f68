//! “Pointer Networks” (Vinyals, Fortunato & Jaitly 2015, arXiv 1506.03134): the answer is a sequence
//! of places in the input, so attention does not blend the inputs, it chooses one.
//!
//! Simplified against the paper: 64 units instead of 256 or 512; Adam on 96,000 fresh sets of points
//! instead of plain gradient descent on a million kept ones; greedy decoding; the attention of one
//! step is not fed to the next.

mod claims;
mod decode;
mod delaunay;
pub mod geometry;
pub mod knobs;
pub mod model;
mod probes;
pub mod run;
mod spec;
pub mod task;
pub mod tour;

use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knobs, Metrics, ProbeError, Progress,
    Setup, SetupError, Spec,
};
use std::marker::PhantomData;
use task::Task;

/// The convex hull.
pub type Hulls = PointerLab<Hull>;
/// The travelling salesman.
pub type Tours = PointerLab<Tour>;
/// Delaunay triangulations.
pub type Triangulations = PointerLab<Triangles>;

/// What distinguishes the three labs.
pub trait Place: 'static {
    /// What is asked.
    const TASK: Task;
    /// Sizes of the held-out sets.
    const SIZES: &'static [f64];
    /// Its specification.
    fn spec() -> Spec;
}

/// Hulls of 5 to 10 points, tested up to 20.
pub struct Hull;
/// Tours of 5 to 8 points, tested up to 10.
pub struct Tour;
/// Triangulations of 5 points, tested up to 7.
pub struct Triangles;

impl Place for Hull {
    const TASK: Task = Task::Hull;
    const SIZES: &'static [f64] = &[5.0, 10.0, 15.0, 20.0];

    fn spec() -> Spec {
        spec::hull()
    }
}

impl Place for Tour {
    const TASK: Task = Task::Tour;
    const SIZES: &'static [f64] = &[5.0, 8.0, 10.0];

    fn spec() -> Spec {
        spec::tour()
    }
}

impl Place for Triangles {
    const TASK: Task = Task::Triangles;
    const SIZES: &'static [f64] = &[5.0, 6.0, 7.0];

    fn spec() -> Spec {
        spec::triangles()
    }
}

/// A lab of the page.
pub struct PointerLab<P>(run::Run, PhantomData<P>);

impl<P: Place> Experiment for PointerLab<P> {
    fn spec() -> Spec {
        P::spec()
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        Ok(Self(run::Run::new(&setup, P::TASK, P::SIZES)?, PhantomData))
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
