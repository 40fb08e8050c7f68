//! The contract between papers and pages: plain data and traits.
//!
//! A paper implements [`Experiment`] and describes itself in a [`Spec`]; one [`Session`] drives any
//! experiment, in the worker, in the verifier, in the benches and in the tests; the page derives its
//! whole interface from the [`Spec`]. Nothing here knows a browser or a tensor.

pub mod claim;
pub mod decimal;
pub mod digest;
pub mod experiment;
pub mod figure;
pub mod history;
pub mod knob;
pub mod order;
pub mod page;
pub mod protocol;
pub mod recorded;
pub mod rng;
pub mod run;
pub mod session;
pub mod spec;

pub use claim::{Bound, Check, Claim, Expected, Judged, Seeds, Verdict};
pub use digest::Digest;
pub use experiment::{
    Checkpoint, CheckpointError, Experiment, Lab, Metrics, Paper, ProbeError, Progress, Setup,
    SetupError, StoredTensor,
};
pub use figure::{Figure, Input};
pub use history::History;
pub use knob::{Knob, KnobError, KnobKind, KnobSpec, Knobs, Value};
pub use protocol::{FromTrainer, Key, Reason, ToTrainer, Trainer};
pub use recorded::{ClaimRow, ClaimTable, Recorded, RecordedArm, RecordedFigure};
pub use rng::Rng;
pub use run::{Plan, Run, Turn};
pub use session::{Clock, Session};
pub use spec::{
    ArmId, ArmSpec, Axis, Better, FileSpec, MetricSpec, NodeKind, Preset, ProbeSpec, Reader,
    Reference, Spec, Word,
};
