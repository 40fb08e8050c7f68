//! Two convolutions of 3 × 3, the second of stride 2, and a dense layer.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{
    module::{Module, Param},
    tensor::{Tensor, activation::relu, module::conv2d, ops::ConvOptions},
};
use lab::Rng;
use nn::{Linear, init};

/// Width and height of a kernel.
const KERNEL: usize = 3;

/// The sizes.
pub struct Conv {
    /// Width and height of a picture.
    pub side: usize,
    /// Channels after either convolution.
    pub channels: [usize; 2],
    /// Classes.
    pub classes: usize,
    /// Pictures a step.
    pub batch: usize,
}

/// The weights.
#[derive(Module, Debug)]
pub struct ConvNet {
    /// `[C₁, 1, 3, 3]`
    first: Param<Tensor<4>>,
    /// `[C₁]`
    first_bias: Param<Tensor<1>>,
    /// `[C₂, C₁, 3, 3]`
    second: Param<Tensor<4>>,
    /// `[C₂]`
    second_bias: Param<Tensor<1>>,
    /// From channels, rows and columns, in this order.
    head: Linear,
}

impl Conv {
    /// Numbers that the dense layer reads.
    fn features(&self) -> usize {
        self.channels[1] * (self.side / 2) * (self.side / 2)
    }
}

impl Model for Conv {
    type Net = ConvNet;

    fn family(&self) -> &'static str {
        "conv"
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("side", self.side),
            ("first", self.channels[0]),
            ("second", self.channels[1]),
            ("classes", self.classes),
            ("batch", self.batch),
        ]
    }

    fn net(&self, rng: &mut Rng) -> ConvNet {
        let [first, second] = self.channels;
        let mut kernels = |from: usize, to: usize| {
            let inputs = from * KERNEL * KERNEL;
            let values = init::glorot(inputs, to, to * KERNEL * KERNEL, rng);
            init::param(values, [to, from, KERNEL, KERNEL])
        };
        ConvNet {
            first: kernels(1, first),
            first_bias: init::param(vec![0.0; first], [first]),
            second: kernels(first, second),
            second_bias: init::param(vec![0.0; second], [second]),
            head: Linear::new(self.features(), self.classes, rng),
        }
    }

    fn batch(&self, rng: &mut Rng) -> Batch {
        let (n, side) = (self.batch, self.side);
        Batch::new()
            .with(
                "x",
                &[n, 1, side, side],
                init::uniform(n * side * side, 1.0, rng),
            )
            .with_drawn("targets", n, self.classes, rng)
    }

    fn loss(&self, net: &ConvNet, batch: &Batch) -> Tensor<1> {
        let convolution = |x, kernels: &Param<Tensor<4>>, bias: &Param<Tensor<1>>, stride| {
            let options = ConvOptions::new([stride; 2], [1, 1], [1, 1], 1);
            relu(conv2d(x, kernels.val(), Some(bias.val()), options))
        };
        let x = convolution(batch.float("x"), &net.first, &net.first_bias, 1);
        let x = convolution(x, &net.second, &net.second_bias, 2);
        let x = x.reshape([self.batch, self.features()]);
        nn::cross_entropy(net.head.forward(x), batch.int("targets"))
    }

    fn products(&self) -> Vec<Product> {
        let [first, second] = self.channels;
        let (all, half) = (self.side * self.side, self.side * self.side / 4);
        let kernel = KERNEL * KERNEL;
        vec![
            Product::new(self.batch * all, kernel, first).of_data(),
            Product::new(self.batch * half, kernel * first, second),
            Product::new(self.batch, self.features(), self.classes),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradients_are_the_slopes() {
        crate::case::check(Conv {
            side: 4,
            channels: [2, 3],
            classes: 3,
            batch: 2,
        });
    }
}
