//! Gated recurrent unit (Cho et al. 2014, eqs. 5–8).
//!
//! B sequences, I inputs, H units. The two gates and the candidate lie side by side in the input
//! matrix, in the order z, r, g: one product serves all three. As in the paper, the reset gate
//! multiplies the state *before* the candidate's matrix.

use crate::init;
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
        x.matmul(self.input.val()) + self.bias.val()
    }

    // region: gru-cell
    /// One time step: projected inputs `[B, 3H]`, state before `[B, H]` → state after `[B, H]`.
    pub fn step(&self, projected: Tensor<2>, before: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden();
        let input = |k: usize| projected.clone().narrow(1, k * hidden, hidden);
        let state = before.clone().matmul(self.gates.val());
        // zₜ = σ(W_z·xₜ + U_z·hₜ₋₁): how much is replaced
        let z = sigmoid(input(0) + state.clone().narrow(1, 0, hidden));
        // rₜ = σ(W_r·xₜ + U_r·hₜ₋₁): how much of the old the candidate sees
        let r = sigmoid(input(1) + state.narrow(1, hidden, hidden));
        // h̃ₜ = tanh(W·xₜ + U·(rₜ ⊙ hₜ₋₁)): the candidate
        let new = tanh(input(2) + (r * before.clone()).matmul(self.candidate.val()));
        // hₜ = (1 − zₜ) ⊙ hₜ₋₁ + zₜ ⊙ h̃ₜ
        before.clone() + z * (new - before)
    }
    // endregion: gru-cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, gradients_agree, of, values};

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

    #[test]
    fn gradients_through_two_steps() {
        let mut rng = Rng::new(2, "test");
        let x = of(init::uniform(6, 1.0, &mut rng), [2, 3]);
        let h = of(init::uniform(4, 1.0, &mut rng), [2, 2]);
        gradients_agree(Gru::new(3, 2, -1.0, &mut rng), |m| {
            let once = m.step(m.project(x.clone()), h.clone());
            m.step(m.project(x.clone() * 0.5), once)
                .powi_scalar(2)
                .sum()
        });
    }
}
