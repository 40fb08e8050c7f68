//! Two convolutions of 3 × 3, the second of stride 2, and a dense layer.

use crate::{
    case::{Batch, Model},
    products::Product,
};
use burn::{module::Module, tensor::Tensor};
use lab::Rng;
use nn::{Linear, Window, convolution, init, relu};

/// Width and height of a window.
const SIDE: usize = 3;

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

/// The weights; channels come last.
#[derive(Module, Debug)]
pub struct ConvNet {
    /// Of the first window.
    first: Linear,
    /// Of the second.
    second: Linear,
    /// From rows, columns and channels, in this order.
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
        let seen = SIDE * SIDE;
        ConvNet {
            first: Linear::new(seen, first, rng),
            second: Linear::new(seen * first, second, rng),
            head: Linear::new(self.features(), self.classes, rng),
        }
    }

    fn batch(&self, rng: &mut Rng) -> Batch {
        let (n, side) = (self.batch, self.side);
        Batch::new()
            .with(
                "x",
                &[n, side, side, 1],
                init::uniform(n * side * side, 1.0, rng),
            )
            .with_drawn("targets", n, self.classes, rng)
    }

    fn loss(&self, net: &ConvNet, batch: &Batch) -> Tensor<1> {
        let window = Window::square(SIDE);
        let x = relu(convolution(batch.float("x"), window, &net.first));
        let x = relu(convolution(x, window.every(2), &net.second));
        let x = x.reshape([self.batch, self.features()]);
        nn::cross_entropy(net.head.forward(x), batch.int("targets"))
    }

    fn functions(&self, _: &Batch) -> usize {
        self.batch * self.classes
    }

    fn products(&self, _: &Batch) -> Vec<Product> {
        let [first, second] = self.channels;
        let (all, half) = (self.side * self.side, self.side * self.side / 4);
        let seen = SIDE * SIDE;
        vec![
            Product::new(self.batch * all, seen, first).of_data(),
            Product::new(self.batch * half, seen * first, second),
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
