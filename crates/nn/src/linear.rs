//! The affine map and the token table.

use crate::{
    dense::{affine, rectified_affine},
    init,
    pick::pick,
};
use burn::{
    module::{Module, Param},
    tensor::{Int, Tensor},
};
use lab::Rng;

/// y = x·W + b.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[inputs, outputs]`
    pub weight: Param<Tensor<2>>,
    /// `[1, outputs]`
    pub bias: Param<Tensor<2>>,
}

impl Linear {
    /// Glorot-uniform weights, biases 0.
    pub fn new(inputs: usize, outputs: usize, rng: &mut Rng) -> Self {
        Self {
            weight: init::param(
                init::glorot(inputs, outputs, outputs, rng),
                [inputs, outputs],
            ),
            bias: init::param(vec![0.0; outputs], [1, outputs]),
        }
    }

    /// `[rows, inputs]` → `[rows, outputs]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        affine(x, self.weight.val(), self.bias.val())
    }

    /// Its outputs, or 0 for those below: `[rows, inputs]` → `[rows, outputs]`
    pub fn rectified(&self, x: Tensor<2>) -> Tensor<2> {
        rectified_affine(x, self.weight.val(), self.bias.val())
    }
}

/// One learnt vector for each symbol of an alphabet.
#[derive(Module, Debug)]
pub struct Embedding {
    /// `[symbols, width]`
    pub weight: Param<Tensor<2>>,
}

impl Embedding {
    /// Uniform in ±½.
    pub fn new(symbols: usize, width: usize, rng: &mut Rng) -> Self {
        let weight = init::param(init::uniform(symbols * width, 0.5, rng), [symbols, width]);
        Self { weight }
    }

    /// `[rows]` symbols → `[rows, width]`
    pub fn forward(&self, symbols: Tensor<1, Int>) -> Tensor<2> {
        pick(self.weight.val(), symbols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, gradients_agree, of, values};

    #[test]
    fn linear_is_x_w_plus_b() {
        let layer = Linear {
            weight: init::param(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3]),
            bias: init::param(vec![0.5, -0.5, 1.0], [1, 3]),
        };
        // By hand: [1, −1]·[[1, 2, 3], [4, 5, 6]] = [−3, −3, −3].
        close(
            &values(layer.forward(of(vec![1.0, -1.0], [1, 2]))),
            &[-2.5, -3.5, -2.0],
            1e-6,
        );
    }

    #[test]
    fn linear_gradients() {
        let mut rng = Rng::new(3, "test");
        let x = of(init::uniform(8, 1.0, &mut rng), [2, 4]);
        gradients_agree(Linear::new(4, 3, &mut rng), |m| {
            m.forward(x.clone()).powi_scalar(2).sum()
        });
    }

    #[test]
    fn embedding_rows_and_gradients_of_repeated_symbols() {
        let mut rng = Rng::new(4, "test");
        let table = Embedding::new(3, 2, &mut rng);
        let picked = Tensor::<1, Int>::from_data([2, 0, 2], &crate::training());
        let (all, got) = (
            values(table.weight.val()),
            values(table.forward(picked.clone())),
        );
        close(&got, &[all[4], all[5], all[0], all[1], all[4], all[5]], 0.0);
        let weights = of(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3, 2]);
        gradients_agree(table, |m| {
            (m.forward(picked.clone()).powi_scalar(2) * weights.clone()).sum()
        });
    }
}
