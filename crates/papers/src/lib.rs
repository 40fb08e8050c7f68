//! One module per paper: its specification, model, task and instruments. A paper is on the site when
//! it has a line in [`PAPERS`] and a page in `content/papers/`.

use lab::{Lab, Paper};

pub mod bahdanau;
pub mod char_rnn;
#[cfg(test)]
mod differences;
pub mod mpnn;
pub mod pointer_networks;
pub mod understanding_lstm;

/// The registry: one line a paper, its labs in the order of the page.
pub static PAPERS: &[Paper] = &[
    Paper {
        id: "char-rnn",
        labs: &[
            Lab::of::<char_rnn::CharRnn>(),
            Lab::of::<char_rnn::Writing>(),
        ],
    },
    Paper {
        id: "understanding-lstm",
        labs: &[
            Lab::of::<understanding_lstm::Reach>(),
            Lab::of::<understanding_lstm::OneCell>(),
        ],
    },
    Paper {
        id: "bahdanau",
        labs: &[Lab::of::<bahdanau::Translation>()],
    },
    Paper {
        id: "pointer-networks",
        labs: &[
            Lab::of::<pointer_networks::Hull>(),
            Lab::of::<pointer_networks::Tsp>(),
            Lab::of::<pointer_networks::Delaunay>(),
        ],
    },
    Paper {
        id: "mpnn",
        labs: &[
            Lab::of::<mpnn::Messages>(),
            Lab::of::<mpnn::Reach>(),
            Lab::of::<mpnn::Distance>(),
        ],
    },
];
