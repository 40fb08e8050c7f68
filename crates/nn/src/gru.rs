//! Gated recurrent unit (Cho et al. 2014, eqs. 5–8).
//!
//! T time steps, B sequences, I inputs, H units; sequences are time-major, `[T, B, …]`. The two gates and the candidate lie side by side in the input
//! matrix, in the order z, r, g: one product serves all three. As in the paper, the reset gate
//! multiplies the state *before* the candidate's matrix.

use crate::{
    dense::{affine, product},
    init, kernel, recurrence, store,
};
use burn::{
    module::{Module, Param},
    tensor::{
        Tensor,
        activation::{sigmoid, tanh},
    },
};
use lab::Rng;

/// One layer.
#[derive(Module, Debug)]
pub struct Gru {
    /// W `[I, 3H]`
    pub input: Param<Tensor<2>>,
    /// U of the two gates `[H, 2H]`
    pub gates: Param<Tensor<2>>,
    /// U of the candidate `[H, H]`
    pub candidate: Param<Tensor<2>>,
    /// b `[1, 3H]`
    pub bias: Param<Tensor<2>>,
}

impl Gru {
    /// Glorot-uniform matrices (block by block), biases 0 except the update gate's. The gate says
    /// how much is *replaced*, so a negative `update_bias` keeps.
    pub fn new(inputs: usize, hidden: usize, update_bias: f64, rng: &mut Rng) -> Self {
        let mut bias = vec![0.0; 3 * hidden];
        bias[..hidden].fill(update_bias as f32);
        Self {
            input: init::param(
                init::glorot(inputs, 3 * hidden, hidden, rng),
                [inputs, 3 * hidden],
            ),
            gates: init::param(
                init::glorot(hidden, 2 * hidden, hidden, rng),
                [hidden, 2 * hidden],
            ),
            candidate: init::param(init::glorot(hidden, hidden, hidden, rng), [hidden, hidden]),
            bias: init::param(bias, [1, 3 * hidden]),
        }
    }

    /// H
    pub fn hidden(&self) -> usize {
        self.candidate.dims()[0]
    }

    /// The part that knows nothing of time, for as many inputs as there are at once:
    /// `[rows, I]` → `[rows, 3H]`.
    pub fn project(&self, x: Tensor<2>) -> Tensor<2> {
        affine(x, self.input.val(), self.bias.val())
    }

    // region: gru-cell
    /// One time step: projected inputs `[B, 3H]`, state before `[B, H]` → state after `[B, H]`.
    pub fn step(&self, projected: Tensor<2>, before: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden();
        let input = |k: usize| projected.clone().narrow(1, k * hidden, hidden);
        let state = product(before.clone(), self.gates.val());
        // zₜ = σ(W_z·xₜ + U_z·hₜ₋₁): how much is replaced
        let z = sigmoid(input(0) + state.clone().narrow(1, 0, hidden));
        // rₜ = σ(W_r·xₜ + U_r·hₜ₋₁): how much of the old the candidate sees
        let r = sigmoid(input(1) + state.narrow(1, hidden, hidden));
        // h̃ₜ = tanh(W·xₜ + U·(rₜ ⊙ hₜ₋₁)): the candidate
        let new = tanh(input(2) + product(r * before.clone(), self.candidate.val()));
        // hₜ = (1 − zₜ) ⊙ hₜ₋₁ + zₜ ⊙ h̃ₜ
        before.clone() + z * (new - before)
    }
    // endregion: gru-cell

    /// A whole window: `x` `[T·B, 3H]`, time-major, from [`Self::project`] → h₁ … h_T `[T·B, H]`. The
    /// same recurrence as [`Self::step`], recorded as one operation.
    pub fn window(&self, x: Tensor<2>, before: Tensor<2>) -> Tensor<2> {
        recurrence::gru(x, self.gates.val(), self.candidate.val(), before)
    }

    /// A whole window with everything that went on inside, for looking at; arguments as for
    /// [`Self::window`], on the plain device.
    pub fn trace(&self, x: Tensor<2>, before: &Tensor<2>) -> kernel::gru::Trace {
        let (gates, candidate) = (
            store::values(self.gates.val()),
            store::values(self.candidate.val()),
        );
        let u = kernel::gru::Recurrent {
            gates: &gates,
            candidate: &candidate,
        };
        let h0 = store::values(before.clone());
        kernel::gru::forward(store::values(x), u, &h0, self.hidden())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, differences, gradients_of, of, values, weight, weighted};

    #[test]
    fn one_step_by_hand() {
        let one = |v: Vec<f32>, shape| init::param(v, shape);
        let cell = Gru {
            input: one(vec![0.5, -1.0, 2.0], [1, 3]),
            gates: one(vec![1.0, 0.25], [1, 2]),
            candidate: one(vec![-0.5], [1, 1]),
            bias: one(vec![0.1, 0.2, 0.3], [1, 3]),
        };
        let after = cell.step(cell.project(of(vec![0.4], [1, 1])), of(vec![0.8], [1, 1]));
        // z = σ(0.1 + 0.2 + 0.8), r = σ(0.2 − 0.4 + 0.2), h̃ = tanh(0.3 + 0.8 − 0.5·r·0.8).
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let (z, r) = (sigma(1.1), sigma(0.0));
        let new = (1.1 - 0.5 * r * 0.8f64).tanh();
        close(&values(after), &[((1.0 - z) * 0.8 + z * new) as f32], 1e-5);
    }

    #[test]
    fn a_shut_gate_keeps() {
        let cell = Gru::new(3, 4, -40.0, &mut Rng::new(1, "test"));
        let before = of(vec![0.1, -0.2, 0.3, -0.4], [1, 4]);
        let x = of(vec![1.0, -1.0, 0.5], [1, 3]);
        close(
            &values(cell.step(cell.project(x), before.clone())),
            &values(before),
            1e-6,
        );
    }

    const STEPS: usize = 5;
    const BATCH: usize = 2;
    const INPUTS: usize = 3;
    const HIDDEN: usize = 4;

    /// The recurrence in scalar f64, written from the equations; returns Σ weight·h.
    fn scalar(all: &[f64]) -> f64 {
        let mut rest = all;
        let mut take = |n: usize| {
            let (now, later) = rest.split_at(n);
            rest = later;
            now
        };
        let (w, u) = (take(INPUTS * 3 * HIDDEN), take(HIDDEN * 2 * HIDDEN));
        let (c, b) = (take(HIDDEN * HIDDEN), take(3 * HIDDEN));
        let (x, h0) = (take(STEPS * BATCH * INPUTS), take(BATCH * HIDDEN));
        let sigma = |z: f64| 1.0 / (1.0 + (-z).exp());
        let mut h = h0.to_vec();
        let mut sum = 0.0;
        for t in 0..STEPS {
            for s in 0..BATCH {
                let before = h[s * HIDDEN..(s + 1) * HIDDEN].to_vec();
                let input = |j: usize| {
                    let x = &x[(t * BATCH + s) * INPUTS..][..INPUTS];
                    let wx = x.iter().enumerate().map(|(i, x)| x * w[i * 3 * HIDDEN + j]);
                    b[j] + wx.sum::<f64>()
                };
                let gate = |j: usize| {
                    let uh = before
                        .iter()
                        .enumerate()
                        .map(|(i, h)| h * u[i * 2 * HIDDEN + j]);
                    sigma(input(j) + uh.sum::<f64>())
                };
                for k in 0..HIDDEN {
                    let new = before
                        .iter()
                        .enumerate()
                        .map(|(i, h)| gate(HIDDEN + i) * h * c[i * HIDDEN + k]);
                    let new = (input(2 * HIDDEN + k) + new.sum::<f64>()).tanh();
                    let z = gate(k);
                    h[s * HIDDEN + k] = (1.0 - z) * before[k] + z * new;
                    sum += weight((t * BATCH + s) * HIDDEN + k) * h[s * HIDDEN + k];
                }
            }
        }
        sum
    }

    type Step = fn(&Gru, Tensor<2>, Tensor<2>) -> Tensor<2>;

    fn one_by_one(step: Step, layer: &Gru, x: Tensor<2>, mut h: Tensor<2>) -> Tensor<1> {
        let mut rows = Vec::new();
        for t in 0..STEPS {
            let x = layer.project(x.clone().narrow(0, t * BATCH, BATCH));
            h = step(layer, x, h);
            rows.push(h.clone());
        }
        weighted(Tensor::cat(rows, 0))
    }

    fn by_steps(layer: &Gru, x: Tensor<2>, h: Tensor<2>) -> Tensor<1> {
        one_by_one(Gru::step, layer, x, h)
    }

    fn by_windows_of_one_step(layer: &Gru, x: Tensor<2>, h: Tensor<2>) -> Tensor<1> {
        one_by_one(Gru::window, layer, x, h)
    }

    fn by_window(layer: &Gru, x: Tensor<2>, h: Tensor<2>) -> Tensor<1> {
        weighted(layer.window(layer.project(x), h))
    }

    #[test]
    fn all_forms_and_all_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(21, "gru");
        let layer = Gru::new(INPUTS, HIDDEN, -1.0, &mut rng);
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
                layer.gates.val(),
                layer.candidate.val(),
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
        for form in [by_steps, by_windows_of_one_step, by_window] {
            let got = form(&layer, x.clone(), h.clone());
            close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
            close(&gradients_of(got, &inputs()), &want_gradient, 2e-5);
        }
    }
}
