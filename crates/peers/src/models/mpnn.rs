//! A message passing network (Gilmer et al. 2017) with a matrix for each kind of bond and a gated sum
//! over atoms, as in `papers::mpnn`.
//!
//! B molecules of up to N atoms, d numbers an atom, K kinds of bond.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData},
};
use lab::Rng;
use nn::{Adjacency, Gru, Linear, init, pass_messages, sigmoid, tanh};

/// The sizes.
pub struct Mpnn {
    /// Features of an atom.
    pub features: usize,
    /// d
    pub width: usize,
    /// K
    pub kinds: usize,
    /// T
    pub rounds: usize,
    /// Units before the answer.
    pub last: usize,
    /// N
    pub atoms: usize,
    /// B
    pub batch: usize,
}

/// The weights.
#[derive(Module, Debug)]
pub struct MpnnNet {
    embed: Linear,
    /// `[K·d, d]`: the kinds' matrices one below another.
    matrices: Param<Tensor<2>>,
    update: Gru,
    gate: Linear,
    value: Linear,
    hidden: Linear,
    answer: Linear,
}

impl Mpnn {
    /// Leaves out what is not there.
    fn present(&self, batch: &Batch) -> Present {
        let (n, kinds) = (self.atoms, self.kinds);
        let mask = nn::store::values(batch.float::<3>("mask"));
        let rows: Vec<usize> = (0..mask.len()).filter(|row| mask[*row] > 0.0).collect();
        let mut places = vec![0; mask.len()];
        rows.iter()
            .enumerate()
            .for_each(|(at, row)| places[*row] = at);
        let edges = nn::store::values(batch.float::<3>("edges"));
        let bound = edges.iter().enumerate().filter(|(_, edge)| **edge > 0.0);
        let ends = bound.map(|(at, _)| {
            let (to, from) = (at / n, at / (n * kinds * n) * n + at % n);
            (places[to / kinds] * kinds + to % kinds, places[from])
        });
        let atoms = nn::store::values(batch.float::<2>("atoms"));
        let features = |row: &usize| &atoms[row * self.features..(row + 1) * self.features];
        let features: Vec<f32> = rows.iter().flat_map(features).copied().collect();
        let members = rows.iter().enumerate().map(|(at, row)| (row / n, at));
        let size = [rows.len(), self.features];
        Present {
            atoms: Tensor::from_data(TensorData::new(features, size), &nn::training()),
            bonds: Adjacency::new([rows.len() * kinds, rows.len()], ends.collect()),
            members: Adjacency::new([self.batch, rows.len()], members.collect()),
        }
    }
}

/// A batch without its padding: A atoms, one molecule after another, as in `papers::mpnn`.
struct Present {
    /// `[A, features]`
    atoms: Tensor<2>,
    /// What is bound to every atom by every kind, `[A·K, A]`
    bonds: Adjacency,
    /// The atoms of each molecule, `[B, A]`
    members: Adjacency,
}

impl Model for Mpnn {
    type Net = MpnnNet;

    fn family(&self) -> &'static str {
        "mpnn"
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("features", self.features),
            ("width", self.width),
            ("kinds", self.kinds),
            ("rounds", self.rounds),
            ("last", self.last),
            ("atoms", self.atoms),
            ("batch", self.batch),
        ]
    }

    fn net(&self, rng: &mut Rng) -> MpnnNet {
        let (d, kinds) = (self.width, self.kinds);
        MpnnNet {
            embed: Linear::new(self.features, d, rng),
            matrices: init::param(init::glorot(d, kinds * d, d, rng), [kinds * d, d]),
            update: Gru::new(d, d, -1.0, rng),
            gate: Linear::new(2 * d, d, rng),
            value: Linear::new(d, d, rng),
            hidden: Linear::new(d, self.last, rng),
            answer: Linear::new(self.last, 1, rng),
        }
    }

    /// Molecules of between N/2 and N atoms, each atom bound to one before it.
    fn batch(&self, rng: &mut Rng) -> Batch {
        let (batch, n, kinds) = (self.batch, self.atoms, self.kinds);
        let mut atoms = vec![0.0; batch * n * self.features];
        let mut mask = vec![0.0; batch * n];
        let mut edges = vec![0.0; batch * n * kinds * n];
        for b in 0..batch {
            for v in 0..n / 2 + rng.below(n / 2 + 1) {
                mask[b * n + v] = 1.0;
                let features = (b * n + v) * self.features;
                for feature in &mut atoms[features..features + self.features] {
                    *feature = rng.uniform(-1.0, 1.0) as f32;
                }
                if v > 0 {
                    let (w, kind) = (rng.below(v), rng.below(kinds));
                    for (to, from) in [(v, w), (w, v)] {
                        edges[(b * n + to) * kinds * n + kind * n + from] = 1.0;
                    }
                }
            }
        }
        Batch::new()
            .with("atoms", &[batch * n, self.features], atoms)
            .with("mask", &[batch, n, 1], mask)
            .with("edges", &[batch, n, kinds * n], edges)
            .with("targets", &[batch, 1], init::uniform(batch, 1.5, rng))
    }

    fn loss(&self, net: &MpnnNet, batch: &Batch) -> Tensor<1> {
        let Present {
            atoms,
            bonds,
            members,
        } = self.present(batch);
        let start = tanh(net.embed.forward(atoms));
        let matrices = net.matrices.val();
        let h = pass_messages(&bonds, matrices, &net.update, start.clone(), self.rounds);
        let both = Tensor::cat(vec![h.clone(), start], 1);
        let open = sigmoid(net.gate.forward(both));
        let read = members.product(open * net.value.forward(h));
        let answer = net.answer.forward(net.hidden.rectified(read));
        (answer - batch.float("targets")).powi_scalar(2).mean()
    }

    fn functions(&self, batch: &Batch) -> usize {
        let [rows, _] = self.present(batch).atoms.dims();
        // Three in every update, one at the beginning and one at the end.
        rows * self.width * (3 * self.rounds + 2)
    }

    fn products(&self, batch: &Batch) -> Vec<Product> {
        let (d, kinds, rounds) = (self.width, self.kinds, self.rounds);
        let [rows, _] = self.present(batch).atoms.dims();
        vec![
            Product::new(rows, self.features, d).of_data(),
            Product::new(rows, kinds * d, d).times(rounds),
            Product::new(rows, d, 3 * d).times(rounds),
            Product::new(rows, d, 2 * d).times(rounds),
            Product::new(rows, d, d).times(rounds),
            Product::new(rows, 2 * d, d),
            Product::new(rows, d, d),
            Product::new(self.batch, d, self.last),
            Product::new(self.batch, self.last, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradients_are_the_slopes() {
        crate::case::check(Mpnn {
            features: 3,
            width: 4,
            kinds: 2,
            rounds: 2,
            last: 5,
            atoms: 6,
            batch: 3,
        });
    }
}
