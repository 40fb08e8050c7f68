//! The character model: symbols → vectors → a recurrent layer → a score for each next symbol, as in
//! `papers::char_rnn`.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{module::Module, tensor::Tensor};
use lab::Rng;
use nn::{Embedding, Gru, Linear, Lstm, LstmState, Rnn};

/// Which recurrent layer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Four gates and a memory.
    Lstm,
    /// Two gates and a candidate.
    Gru,
    /// None.
    Rnn,
}

/// The sizes.
pub struct CharModel {
    /// Which recurrent layer.
    pub cell: CellKind,
    /// V
    pub vocabulary: usize,
    /// Width of a symbol's vector, E.
    pub embedding: usize,
    /// H
    pub hidden: usize,
    /// B
    pub batch: usize,
    /// T
    pub time: usize,
}

/// The weights.
#[derive(Module, Debug)]
pub struct CharNet {
    embedding: Embedding,
    cell: Cell,
    head: Linear,
}

/// A recurrent layer.
#[derive(Module, Debug)]
enum Cell {
    Lstm(Lstm),
    Gru(Gru),
    Rnn(Rnn),
}

impl CharModel {
    fn gates(&self) -> usize {
        match self.cell {
            CellKind::Lstm => 4,
            CellKind::Gru => 3,
            CellKind::Rnn => 1,
        }
    }
}

impl Model for CharModel {
    type Net = CharNet;

    fn family(&self) -> &'static str {
        match self.cell {
            CellKind::Lstm => "lstm",
            CellKind::Gru => "gru",
            CellKind::Rnn => "rnn",
        }
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("vocabulary", self.vocabulary),
            ("embedding", self.embedding),
            ("hidden", self.hidden),
            ("batch", self.batch),
            ("time", self.time),
        ]
    }

    fn net(&self, rng: &mut Rng) -> CharNet {
        let (e, h) = (self.embedding, self.hidden);
        CharNet {
            embedding: Embedding::new(self.vocabulary, e, rng),
            cell: match self.cell {
                CellKind::Lstm => Cell::Lstm(Lstm::new(e, h, 1.0, rng)),
                CellKind::Gru => Cell::Gru(Gru::new(e, h, -1.0, rng)),
                CellKind::Rnn => Cell::Rnn(Rnn::new(e, h, rng)),
            },
            head: Linear::new(h, self.vocabulary, rng),
        }
    }

    /// Time-major: row t·B + b.
    fn batch(&self, rng: &mut Rng) -> Batch {
        let rows = self.time * self.batch;
        Batch::new()
            .with_drawn("symbols", rows, self.vocabulary, rng)
            .with_drawn("targets", rows, self.vocabulary, rng)
    }

    fn loss(&self, net: &CharNet, batch: &Batch) -> Tensor<1> {
        let (sequences, hidden) = (self.batch, self.hidden);
        let weights = net.embedding.weight.val();
        // There are only V different inputs: W·x + b for each of them once, then one row a character.
        let rows = |table: Tensor<2>| nn::pick(table, batch.int("symbols"));
        let zero = || Tensor::zeros([sequences, hidden], &nn::plain());
        let h = match &net.cell {
            Cell::Lstm(cell) => {
                let before = LstmState::zero(sequences, hidden);
                cell.outputs(rows(cell.project(weights)), before)
            }
            Cell::Gru(cell) => cell.window(rows(cell.project(weights)), zero()),
            Cell::Rnn(cell) => cell.window(rows(cell.project(weights)), zero()),
        };
        nn::cross_entropy(net.head.forward(h), batch.int("targets"))
    }

    fn functions(&self, _: &Batch) -> usize {
        let (rows, gates) = (self.time * self.batch, self.gates());
        // An LSTM's memory is squashed as well.
        let each = gates + usize::from(self.cell == CellKind::Lstm);
        rows * (each * self.hidden + self.vocabulary)
    }

    fn products(&self, _: &Batch) -> Vec<Product> {
        let gates = self.gates() * self.hidden;
        vec![
            Product::new(self.vocabulary, self.embedding, gates),
            Product::new(self.batch, self.hidden, gates).in_turn_from_nothing(self.time),
            Product::new(self.time * self.batch, self.hidden, self.vocabulary),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::check;

    #[test]
    fn the_gradients_are_the_slopes() {
        for cell in [CellKind::Lstm, CellKind::Gru, CellKind::Rnn] {
            check(CharModel {
                cell,
                vocabulary: 7,
                embedding: 3,
                hidden: 5,
                batch: 2,
                time: 4,
            });
        }
    }

    #[test]
    fn the_arithmetic_is_counted_by_hand() {
        let model = CharModel {
            cell: CellKind::Gru,
            vocabulary: 7,
            embedding: 3,
            hidden: 5,
            batch: 2,
            time: 4,
        };
        // Three products a matrix: 7 × 3 × 15, 8 × 5 × 15 and 8 × 5 × 7 multiply-adds; but the second
        // meets nothing at the first of four steps, neither forward nor on the way back.
        let flop: f64 = model
            .products(&Batch::new())
            .into_iter()
            .map(Product::flop)
            .sum();
        assert_eq!(flop, 6.0 * (315.0 + 600.0 + 280.0) - 2.0 * 2.0 * 150.0);
        // Of eight rows three gates of five units each, and seven scores.
        assert_eq!(model.functions(&Batch::new()), 8 * (15 + 7));
    }
}
