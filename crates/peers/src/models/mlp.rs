//! Three dense layers with rectifiers between them.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{module::Module, tensor::Tensor};
use lab::Rng;
use nn::{Linear, init};

/// The sizes.
pub struct Mlp {
    /// Numbers that come in.
    pub inputs: usize,
    /// Units of either hidden layer.
    pub hidden: usize,
    /// Classes.
    pub classes: usize,
    /// Examples a step.
    pub batch: usize,
}

/// The weights.
#[derive(Module, Debug)]
pub struct MlpNet {
    first: Linear,
    second: Linear,
    third: Linear,
}

impl Model for Mlp {
    type Net = MlpNet;

    fn family(&self) -> &'static str {
        "mlp"
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("inputs", self.inputs),
            ("hidden", self.hidden),
            ("classes", self.classes),
            ("batch", self.batch),
        ]
    }

    fn net(&self, rng: &mut Rng) -> MlpNet {
        MlpNet {
            first: Linear::new(self.inputs, self.hidden, rng),
            second: Linear::new(self.hidden, self.hidden, rng),
            third: Linear::new(self.hidden, self.classes, rng),
        }
    }

    fn batch(&self, rng: &mut Rng) -> Batch {
        let shape = [self.batch, self.inputs];
        Batch::new()
            .with("x", &shape, init::uniform(shape[0] * shape[1], 1.0, rng))
            .with_drawn("targets", self.batch, self.classes, rng)
    }

    fn loss(&self, net: &MlpNet, batch: &Batch) -> Tensor<1> {
        let x = net.first.rectified(batch.float("x"));
        let x = net.second.rectified(x);
        nn::cross_entropy(net.third.forward(x), batch.int("targets"))
    }

    fn functions(&self, _: &Batch) -> usize {
        self.batch * self.classes
    }

    fn products(&self, _: &Batch) -> Vec<Product> {
        vec![
            Product::new(self.batch, self.inputs, self.hidden).of_data(),
            Product::new(self.batch, self.hidden, self.hidden),
            Product::new(self.batch, self.hidden, self.classes),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradients_are_the_slopes() {
        crate::case::check(Mlp {
            inputs: 4,
            hidden: 6,
            classes: 3,
            batch: 5,
        });
    }
}
