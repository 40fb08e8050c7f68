//! The plain recurrent layer with tanh (Elman 1990).
//!
//! T time steps, B sequences, I inputs, H units; sequences are time-major, `[T, B, …]`.

use crate::{
    dense::{affine, product},
    init, kernel, recurrence, store,
};
use burn::{
    module::{Module, Param},
    tensor::{Tensor, activation::tanh},
};
use lab::Rng;

/// One layer.
#[derive(Module, Debug)]
pub struct Rnn {
    /// W `[I, H]`
    pub input: Param<Tensor<2>>,
    /// U `[H, H]`
    pub recurrent: Param<Tensor<2>>,
    /// b `[1, H]`
    pub bias: Param<Tensor<2>>,
}

impl Rnn {
    /// Glorot-uniform W, orthogonal U (it neither shrinks nor stretches what it carries), b = 0.
    pub fn new(inputs: usize, hidden: usize, rng: &mut Rng) -> Self {
        Self {
            input: init::param(init::glorot(inputs, hidden, hidden, rng), [inputs, hidden]),
            recurrent: init::param(init::orthogonal(hidden, rng), [hidden, hidden]),
            bias: init::param(vec![0.0; hidden], [1, hidden]),
        }
    }

    /// H
    pub fn hidden(&self) -> usize {
        self.recurrent.dims()[0]
    }

    /// The part that knows nothing of time: `[rows, I]` → `[rows, H]`.
    pub fn project(&self, x: Tensor<2>) -> Tensor<2> {
        affine(x, self.input.val(), self.bias.val())
    }

    // region: rnn-cell
    /// One time step: inputs `[B, I]`, hₜ₋₁ `[B, H]` → hₜ.
    pub fn step(&self, x: Tensor<2>, h: Tensor<2>) -> Tensor<2> {
        // hₜ = tanh(W·xₜ + U·hₜ₋₁ + b)
        tanh(self.project(x) + product(h, self.recurrent.val()))
    }
    // endregion: rnn-cell

    /// A whole window: `x` `[T·B, H]`, time-major, from [`Self::project`] → h₁ … h_T `[T·B, H]`. The
    /// same recurrence as [`Self::step`], recorded as one operation.
    pub fn window(&self, x: Tensor<2>, before: Tensor<2>) -> Tensor<2> {
        recurrence::rnn(x, self.recurrent.val(), before)
    }

    /// A whole window as plain numbers, h₀ … h_T `[T + 1, B, H]`; arguments as for
    /// [`Self::window`], on the plain device.
    pub fn trace(&self, x: Tensor<2>, before: &Tensor<2>) -> Vec<f32> {
        let (u, h0) = (
            store::values(self.recurrent.val()),
            store::values(before.clone()),
        );
        let h = kernel::rnn::forward(store::values(x), &u, &h0, self.hidden());
        [h0, h].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, differences, gradients_of, of, values, weight, weighted};

    const STEPS: usize = 5;
    const BATCH: usize = 2;
    const INPUTS: usize = 3;
    const HIDDEN: usize = 4;

    /// The recurrence in scalar f64, written from the equation; returns Σ weight·h.
    fn scalar(all: &[f64]) -> f64 {
        let (w, rest) = all.split_at(INPUTS * HIDDEN);
        let (u, rest) = rest.split_at(HIDDEN * HIDDEN);
        let (b, rest) = rest.split_at(HIDDEN);
        let (x, h) = rest.split_at(STEPS * BATCH * INPUTS);
        let mut h = h.to_vec();
        let mut sum = 0.0;
        for t in 0..STEPS {
            for s in 0..BATCH {
                let now: Vec<f64> = (0..HIDDEN)
                    .map(|j| {
                        let x = (0..INPUTS)
                            .map(|i| x[(t * BATCH + s) * INPUTS + i] * w[i * HIDDEN + j]);
                        let h = (0..HIDDEN).map(|i| h[s * HIDDEN + i] * u[i * HIDDEN + j]);
                        (b[j] + x.sum::<f64>() + h.sum::<f64>()).tanh()
                    })
                    .collect();
                for (k, value) in now.iter().enumerate() {
                    sum += weight((t * BATCH + s) * HIDDEN + k) * value;
                }
                h[s * HIDDEN..(s + 1) * HIDDEN].copy_from_slice(&now);
            }
        }
        sum
    }

    fn by_steps(layer: &Rnn, x: Tensor<2>, mut h: Tensor<2>) -> Tensor<1> {
        let mut rows = Vec::new();
        for t in 0..STEPS {
            h = layer.step(x.clone().narrow(0, t * BATCH, BATCH), h);
            rows.push(h.clone());
        }
        weighted(Tensor::cat(rows, 0))
    }

    fn by_window(layer: &Rnn, x: Tensor<2>, h: Tensor<2>) -> Tensor<1> {
        weighted(layer.window(layer.project(x), h))
    }

    #[test]
    fn both_forms_and_all_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(14, "rnn");
        let layer = Rnn::new(INPUTS, HIDDEN, &mut rng);
        let mut draw = |rows, columns| {
            of(
                init::uniform(rows * columns, 1.0, &mut rng),
                [rows, columns],
            )
            .require_grad()
        };
        let (x, h) = (draw(STEPS * BATCH, INPUTS), draw(BATCH, HIDDEN));
        let inputs = || {
            [
                layer.input.val(),
                layer.recurrent.val(),
                layer.bias.val(),
                x.clone(),
                h.clone(),
            ]
        };
        let all: Vec<f64> = inputs()
            .into_iter()
            .flat_map(values)
            .map(f64::from)
            .collect();
        let want_gradient = differences(&all, scalar);
        for form in [by_steps, by_window] {
            let got = form(&layer, x.clone(), h.clone());
            close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
            close(&gradients_of(got, &inputs()), &want_gradient, 2e-5);
        }
    }

    #[test]
    fn the_trace_is_the_window() {
        let mut rng = Rng::new(15, "rnn");
        let layer = Rnn::new(INPUTS, HIDDEN, &mut rng).valid();
        let x = of(
            init::uniform(STEPS * BATCH * INPUTS, 1.0, &mut rng),
            [STEPS * BATCH, INPUTS],
        );
        let x = layer.project(x.inner());
        let before = Tensor::zeros([BATCH, HIDDEN], &crate::plain());
        let trace = layer.trace(x.clone(), &before);
        close(
            &trace[BATCH * HIDDEN..],
            &values(layer.window(x, before)),
            0.0,
        );
    }
}
