//! The models of the comparison, at their sizes.

mod char;
mod conv;
mod mlp;
mod mpnn;
mod pointer;
mod transformer;

use self::char::{CellKind, CharModel};
use crate::case::{Case, Model, Training};

/// How a model is made.
type Make = fn() -> Box<dyn Case>;

fn training<M: Model + 'static>(model: M) -> Box<dyn Case> {
    Box::new(Training::new(model))
}

const fn chars(cell: CellKind, hidden: usize, batch: usize, time: usize) -> CharModel {
    CharModel {
        cell,
        vocabulary: 64,
        embedding: 24,
        hidden,
        batch,
        time,
    }
}

/// Every model by name, in the order of the table.
pub const ALL: &[(&str, Make)] = &[
    ("LSTM 64/128/32/32", || {
        training(chars(CellKind::Lstm, 128, 32, 32))
    }),
    ("LSTM 64/64/16/25", || {
        training(chars(CellKind::Lstm, 64, 16, 25))
    }),
    ("GRU 64/128/32/32", || {
        training(chars(CellKind::Gru, 128, 32, 32))
    }),
    ("RNN 64/128/32/32", || {
        training(chars(CellKind::Rnn, 128, 32, 32))
    }),
    ("MLP 784-128-128-10", || {
        training(mlp::Mlp {
            inputs: 784,
            hidden: 128,
            classes: 10,
            batch: 64,
        })
    }),
    ("MLP 2-16-16-2", || {
        training(mlp::Mlp {
            inputs: 2,
            hidden: 16,
            classes: 2,
            batch: 32,
        })
    }),
    ("convolutions 16×16", || {
        training(conv::Conv {
            side: 16,
            channels: [8, 16],
            classes: 10,
            batch: 32,
        })
    }),
    ("transformer block 64/64", || {
        training(transformer::Transformer {
            vocabulary: 64,
            width: 64,
            heads: 4,
            inner: 256,
            batch: 8,
            time: 64,
        })
    }),
    ("pointer network", || {
        training(pointer::Pointer {
            points: 10,
            hidden: 64,
            batch: 32,
        })
    }),
    ("MPNN", || {
        training(mpnn::Mpnn {
            features: 7,
            width: 24,
            kinds: 2,
            rounds: 4,
            last: 32,
            atoms: 12,
            batch: 32,
        })
    }),
];

/// The model of this name, untrained: one of the table's, or an LSTM of other sizes, as
/// "LSTM vocabulary/hidden/batch/time".
pub fn make(name: &str) -> Option<Box<dyn Case>> {
    if let Some((_, make)) = ALL.iter().find(|(known, _)| *known == name) {
        return Some(make());
    }
    let sizes = name.strip_prefix("LSTM ")?.split('/').map(str::parse);
    let sizes: Vec<usize> = sizes.collect::<Result<_, _>>().ok()?;
    match sizes[..] {
        [vocabulary, hidden, batch, time] if !sizes.contains(&0) => Some(training(CharModel {
            vocabulary,
            ..chars(CellKind::Lstm, hidden, batch, time)
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_learns() {
        for (name, make) in ALL {
            let mut case = make();
            let losses: Vec<f64> = (0..10).map(|_| case.step()).collect();
            assert!(losses[9] < losses[0], "{name}: {losses:?}");
        }
    }

    #[test]
    fn an_lstm_is_made_at_any_size() {
        let small = make("LSTM 8/3/2/5").expect("it has all sizes");
        let sizes = small.sizes();
        assert!(sizes.contains(&("hidden", 3)) && sizes.contains(&("time", 5)));
        for wrong in [
            "LSTM 8/3/2",
            "LSTM 8/3/2/0",
            "LSTM",
            "GRU 8/3/2/5",
            "LSTM a/b/c/d",
        ] {
            assert!(make(wrong).is_none(), "{wrong}");
        }
    }
}
