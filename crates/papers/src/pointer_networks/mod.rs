//! “Pointer Networks” (Vinyals, Fortunato, Jaitly 2015, <https://arxiv.org/abs/1506.03134>): attention
//! over the input as the answer itself.
//!
//! Simplified against the paper: 64 units instead of 256 and 512, 96,000 drawn sets instead of a
//! million, sets of 5 to 10 points instead of 5 to 50; Adam with a falling rate instead of plain
//! gradient descent; greedy decoding instead of a beam; the attention arm does not feed its blend on.

mod claims;
mod decoding;
pub mod delaunay;
mod evaluation;
pub mod geometry;
pub mod knobs;
mod measures;
mod model;
mod pictures;
mod probes;
mod run;
mod spec;
pub mod task;
pub mod tours;

use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knobs, Metrics, ProbeError, Progress,
    Setup, SetupError, Spec,
};
use std::marker::PhantomData;
use task::Task;

/// The page's first lab.
pub type Hull = PointerLab<OfHulls>;
/// The shortest tour.
pub type Tsp = PointerLab<OfTours>;
/// The triangulation.
pub type Delaunay = PointerLab<OfTriangles>;

/// What distinguishes the labs.
pub trait Question: 'static {
    /// What is asked of the points.
    const TASK: Task;
}

/// Convex hulls.
pub struct OfHulls;
/// Round trips.
pub struct OfTours;
/// Triangulations.
pub struct OfTriangles;

impl Question for OfHulls {
    const TASK: Task = Task::Hull;
}

impl Question for OfTours {
    const TASK: Task = Task::Tour;
}

impl Question for OfTriangles {
    const TASK: Task = Task::Triangles;
}

/// A lab of one question.
pub struct PointerLab<Q>(run::Run, PhantomData<Q>);

impl<Q: Question> Experiment for PointerLab<Q> {
    fn spec() -> Spec {
        spec::of(Q::TASK)
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        Ok(Self(run::Run::new(&setup, Q::TASK)?, PhantomData))
    }

    fn prepare(&mut self) -> Progress {
        self.0.prepare()
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
