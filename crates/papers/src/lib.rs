//! One module per paper: its specification, model, task and instruments. A paper is on the site when
//! it has a line in [`PAPERS`] and a page in `content/papers/`.

use lab::{Lab, Paper};

pub mod char_rnn;

/// The registry: one line a paper, its labs in the order of the page.
pub static PAPERS: &[Paper] = &[Paper {
    id: "char-rnn",
    labs: &[
        Lab::of::<char_rnn::CharRnn>(),
        Lab::of::<char_rnn::Writing>(),
    ],
}];
