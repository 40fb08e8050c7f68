//! Layers and operations the papers need and Burn lacks, and the rules every paper keeps: seeded
//! eager initialisation, own dropout masks, one way to train, one device.
//!
//! Randomness comes from [`lab::Rng`] only. Burn's own generator is one process-wide static and its
//! parameters initialise at first use, so neither would give the same run twice (DESIGN §3).

pub mod activation;
mod additive;
mod adjacency;
mod attention;
mod conv;
mod decoder;
mod dense;
mod device;
pub mod dropout;
mod fused;
pub mod gru;
mod heap;
pub mod init;
pub mod kernel;
mod learner;
pub mod linear;
pub mod loss;
pub mod lstm;
mod messages;
pub mod norm;
mod optim;
pub mod peephole;
mod pick;
mod recurrence;
pub mod resume;
pub mod rnn;
pub mod sensitivity;
pub mod store;

pub use activation::{relu, sigmoid, softmax, tanh};
pub use additive::additive_scores;
pub use adjacency::Adjacency;
pub use attention::attention;
pub use conv::{Window, convolution, patches};
pub use decoder::{Attention, decode};
pub use dense::{affine, product};
pub use device::{plain, training};
pub use dropout::dropout;
pub use gru::Gru;
pub use heap::Heap;
pub use learner::Learner;
pub use linear::{Embedding, Linear};
pub use loss::cross_entropy;
pub use lstm::{Lstm, LstmState};
pub use messages::pass_messages;
pub use norm::LayerNorm;
pub use optim::{Rule, Update};
pub use peephole::Peephole;
pub use pick::pick;
pub use rnn::Rnn;
pub use sensitivity::sensitivity;

#[cfg(test)]
mod check;
