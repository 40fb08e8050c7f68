//! “Understanding LSTM Networks” (Christopher Olah, 2015,
//! <https://colah.github.io/posts/2015-08-Understanding-LSTMs/>): what the gates of an LSTM do, step
//! by step, and how far back four kinds of cells can remember.
//!
//! The post has no experiment. The two here are ours: one cell of a few units whose every number is
//! shown, and a task whose lag is known, so that the lag at which a cell fails can be measured.

mod cell;
mod cell_figure;
mod cell_spec;
mod cell_task;
mod claims;
mod evaluation;
pub mod knobs;
pub mod model;
mod probes;
mod run;
mod spec;
pub mod task;

pub use cell::OneCell;
pub use run::Reach;
