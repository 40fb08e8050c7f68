//! One block of a transformer decoder (Vaswani et al. 2017, normalised before each part), between an
//! embedding and a layer of scores.

use crate::case::{Batch, Model, inner_product};
use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData, activation::relu, module::layer_norm},
};
use lab::Rng;
use nn::{Embedding, Linear, init, product, softmax};

/// Added to the variance before the root.
const EPSILON: f64 = 1e-5;

/// The sizes.
pub struct Transformer {
    /// V
    pub vocabulary: usize,
    /// d
    pub width: usize,
    /// Attentions side by side.
    pub heads: usize,
    /// Units between the two dense layers.
    pub inner: usize,
    /// B
    pub batch: usize,
    /// T, the context.
    pub time: usize,
}

/// The weights.
#[derive(Module, Debug)]
pub struct TransformerNet {
    symbols: Embedding,
    places: Embedding,
    queries: Linear,
    keys: Linear,
    values: Linear,
    joined: Linear,
    widen: Linear,
    narrow: Linear,
    norms: [Norm; 3],
    head: Linear,
}

/// Scale and shift of a normalisation.
#[derive(Module, Debug)]
struct Norm {
    scale: Param<Tensor<1>>,
    shift: Param<Tensor<1>>,
}

impl Norm {
    fn new(width: usize) -> Self {
        Self {
            scale: init::param(vec![1.0; width], [width]),
            shift: init::param(vec![0.0; width], [width]),
        }
    }

    /// Every row to mean 0 and variance 1, then scaled and shifted.
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        layer_norm(x, self.scale.val(), Some(self.shift.val()), EPSILON)
    }
}

impl Transformer {
    /// 0 where a place may look, −10⁹ where it would see the future: `[1, 1, T, T]`
    fn mask(&self) -> Tensor<4> {
        let time = self.time;
        let place = |i: usize| if i % time > i / time { -1e9 } else { 0.0 };
        let values: Vec<f32> = (0..time * time).map(place).collect();
        Tensor::from_data(TensorData::new(values, [1, 1, time, time]), &nn::training())
    }

    /// `[B·T, d]` → the same.
    fn attention(&self, net: &TransformerNet, x: Tensor<2>) -> Tensor<2> {
        let deep = self.width / self.heads;
        let split = |layer: &Linear| -> Tensor<4> {
            let all = layer.forward(x.clone());
            let all: Tensor<4> = all.reshape([self.batch, self.time, self.heads, deep]);
            all.swap_dims(1, 2)
        };
        let scores = product(split(&net.queries), split(&net.keys).swap_dims(2, 3));
        let weights = softmax(scores / (deep as f64).sqrt() + self.mask());
        let seen = product(weights, split(&net.values)).swap_dims(1, 2);
        net.joined
            .forward(seen.reshape([self.batch * self.time, self.width]))
    }
}

impl Model for Transformer {
    type Net = TransformerNet;

    fn family(&self) -> &'static str {
        "transformer"
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("vocabulary", self.vocabulary),
            ("width", self.width),
            ("heads", self.heads),
            ("inner", self.inner),
            ("batch", self.batch),
            ("time", self.time),
        ]
    }

    fn net(&self, rng: &mut Rng) -> TransformerNet {
        let d = self.width;
        TransformerNet {
            symbols: Embedding::new(self.vocabulary, d, rng),
            places: Embedding::new(self.time, d, rng),
            queries: Linear::new(d, d, rng),
            keys: Linear::new(d, d, rng),
            values: Linear::new(d, d, rng),
            joined: Linear::new(d, d, rng),
            widen: Linear::new(d, self.inner, rng),
            narrow: Linear::new(self.inner, d, rng),
            norms: [Norm::new(d), Norm::new(d), Norm::new(d)],
            head: Linear::new(d, self.vocabulary, rng),
        }
    }

    /// Row b·T + t.
    fn batch(&self, rng: &mut Rng) -> Batch {
        let rows = self.batch * self.time;
        Batch::new()
            .with_drawn("symbols", rows, self.vocabulary, rng)
            .with_drawn("targets", rows, self.vocabulary, rng)
    }

    fn loss(&self, net: &TransformerNet, batch: &Batch) -> Tensor<1> {
        let (rows, d) = (self.batch * self.time, self.width);
        let symbols = net.symbols.forward(batch.int("symbols"));
        let symbols: Tensor<3> = symbols.reshape([self.batch, self.time, d]);
        let x = (symbols + net.places.weight.val().unsqueeze::<3>()).reshape([rows, d]);
        let [before, between, after] = &net.norms;
        let x = x.clone() + self.attention(net, before.forward(x));
        let inner = relu(net.widen.forward(between.forward(x.clone())));
        let x = x + net.narrow.forward(inner);
        let scores = net.head.forward(after.forward(x));
        nn::cross_entropy(scores, batch.int("targets"))
    }

    fn flop(&self) -> f64 {
        let (rows, d) = (self.batch * self.time, self.width);
        let looks = (self.batch * self.heads) as f64;
        4.0 * inner_product(rows, d, d)
            + 2.0 * looks * inner_product(self.time, d / self.heads, self.time)
            + 2.0 * inner_product(rows, d, self.inner)
            + inner_product(rows, d, self.vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradients_are_the_slopes() {
        crate::case::check(Transformer {
            vocabulary: 5,
            width: 8,
            heads: 2,
            inner: 12,
            batch: 2,
            time: 4,
        });
    }
}
