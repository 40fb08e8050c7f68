//! One block of a transformer decoder (Vaswani et al. 2017, normalised before each part), between an
//! embedding and a layer of scores.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{module::Module, tensor::Tensor};
use lab::Rng;
use nn::{Embedding, LayerNorm, Linear};

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
    norms: [LayerNorm; 3],
    head: Linear,
}

impl Transformer {
    /// `[B·T, d]` → the same.
    fn attention(&self, net: &TransformerNet, x: Tensor<2>) -> Tensor<2> {
        let (rows, shape) = (self.batch * self.time, [self.batch, self.time, self.width]);
        let each = [&net.queries, &net.keys, &net.values];
        let [queries, keys, values] = each.map(|layer| layer.forward(x.clone()).reshape(shape));
        let seen = nn::attention(queries, keys, values, self.heads, true);
        net.joined.forward(seen.reshape([rows, self.width]))
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
            norms: [(); 3].map(|()| LayerNorm::new(d)),
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
        let inner = net.widen.rectified(between.forward(x.clone()));
        let x = x + net.narrow.forward(inner);
        let scores = net.head.forward(after.forward(x));
        nn::cross_entropy(scores, batch.int("targets"))
    }

    fn functions(&self, _: &Batch) -> usize {
        // Nobody looks ahead.
        let seen = self.time * (self.time + 1) / 2;
        self.batch * (self.heads * seen + self.time * self.vocabulary)
    }

    fn products(&self, _: &Batch) -> Vec<Product> {
        let (rows, time, d) = (self.batch * self.time, self.time, self.width);
        let (looks, deep) = (self.batch * self.heads, d / self.heads);
        vec![
            Product::new(rows, d, d).times(4),
            // Half of each, but for the diagonal, as nobody looks ahead.
            Product::new(time, deep, time.div_ceil(2)).times(looks),
            Product::new(time, time.div_ceil(2), deep).times(looks),
            Product::new(rows, d, self.inner),
            Product::new(rows, self.inner, d),
            Product::new(rows, d, self.vocabulary),
        ]
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
