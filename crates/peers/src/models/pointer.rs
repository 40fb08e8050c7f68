//! A pointer network (Vinyals, Fortunato & Jaitly 2015) at one step of teacher forcing, as in
//! `papers::pointer_networks`.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{
    module::{Module, Param},
    tensor::Tensor,
};
use lab::Rng;
use nn::{Lstm, LstmState, init};

/// The sizes.
pub struct Pointer {
    /// n
    pub points: usize,
    /// H
    pub hidden: usize,
    /// B
    pub batch: usize,
}

/// The weights.
#[derive(Module, Debug)]
pub struct PointerNet {
    encoder: Lstm,
    decoder: Lstm,
    /// What the decoder reads first `[1, 2]`
    go: Param<Tensor<2>>,
    /// Stands for the end of the answer `[1, H]`
    end: Param<Tensor<2>>,
    /// W₁ `[H, H]`
    keys: Param<Tensor<2>>,
    /// W₂ `[H, H]`
    queries: Param<Tensor<2>>,
    /// v `[H, 1]`
    v: Param<Tensor<2>>,
}

impl Model for Pointer {
    type Net = PointerNet;

    fn family(&self) -> &'static str {
        "pointer"
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("points", self.points),
            ("hidden", self.hidden),
            ("batch", self.batch),
        ]
    }

    fn net(&self, rng: &mut Rng) -> PointerNet {
        let h = self.hidden;
        let square = |rng: &mut Rng| init::param(init::glorot(h, h, h, rng), [h, h]);
        PointerNet {
            encoder: Lstm::new(2, h, 1.0, rng),
            decoder: Lstm::new(2, h, 1.0, rng),
            go: init::param(init::uniform(2, 0.5, rng), [1, 2]),
            end: init::param(init::uniform(h, 0.5, rng), [1, h]),
            keys: square(rng),
            queries: square(rng),
            v: init::param(init::glorot(h, 1, 1, rng), [h, 1]),
        }
    }

    /// Points in the unit square, and an answer that names each of them once and then the end; all
    /// time-major, row t·B + b.
    fn batch(&self, rng: &mut Rng) -> Batch {
        let (n, batch) = (self.points, self.batch);
        let points: Vec<f32> = (0..2 * n * batch).map(|_| rng.unit() as f32).collect();
        let mut named = vec![0.0; points.len()];
        let mut targets = vec![n as i32; (n + 1) * batch];
        for b in 0..batch {
            let mut order: Vec<usize> = (0..n).collect();
            rng.shuffle(&mut order);
            for (t, point) in order.into_iter().enumerate() {
                let (from, to) = (2 * (point * batch + b), 2 * (t * batch + b));
                named[to..to + 2].copy_from_slice(&points[from..from + 2]);
                targets[t * batch + b] = point as i32;
            }
        }
        Batch::new()
            .with("points", &[n * batch, 2], points)
            .with("named", &[n * batch, 2], named)
            .with_whole("targets", targets)
    }

    fn loss(&self, net: &PointerNet, batch: &Batch) -> Tensor<1> {
        let (n, b, h) = (self.points, self.batch, self.hidden);
        let gates = net.encoder.project(batch.float("points"));
        let (e, state) = net.encoder.window(gates, LstmState::zero(b, h));
        // The end stands behind the last point.
        let e = Tensor::cat(vec![e, net.end.val().repeat_dim(0, b)], 0);
        let keys = nn::product(e, net.keys.val()).reshape([n + 1, b, h]);
        let fed = Tensor::cat(vec![net.go.val().repeat_dim(0, b), batch.float("named")], 0);
        let d = net.decoder.outputs(net.decoder.project(fed), state);
        let queries = nn::product(d, net.queries.val());
        let queries = queries.reshape([n + 1, b, h]);
        let scores = nn::additive_scores(keys, queries, net.v.val());
        nn::cross_entropy(scores.reshape([(n + 1) * b, n + 1]), batch.int("targets"))
    }

    fn functions(&self, _: &Batch) -> usize {
        let (n, b, h) = (self.points, self.batch, self.hidden);
        let cells = (2 * n + 1) * b * 5 * h;
        cells + (n + 1) * b * (n + 1) * (h + 1)
    }

    fn products(&self, _: &Batch) -> Vec<Product> {
        let (n, b, h) = (self.points, self.batch, self.hidden);
        let (read, written) = (n * b, (n + 1) * b);
        vec![
            Product::new(read, 2, 4 * h).of_data(),
            Product::new(written, 2, 4 * h).of_data(),
            Product::new(b, h, 4 * h).in_turn_from_nothing(n),
            Product::new(b, h, 4 * h).in_turn(n + 1),
            Product::new(written, h, h).times(2),
            Product::new(written * (n + 1), h, 1).elsewhere(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradients_are_the_slopes() {
        crate::case::check(Pointer {
            points: 4,
            hidden: 5,
            batch: 2,
        });
    }
}
