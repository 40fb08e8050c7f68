//! The LSTM with peepholes (Gers & Schmidhuber 2000) and coupled gates: two of the variants in
//! Olah's post, section “Variants on Long Short Term Memory”, in one cell.
//!
//! B sequences, I inputs, H units. The blocks lie side by side in every matrix, in the order f, o,
//! g: the input gate is 1 − f and has no weights of its own.

use crate::{
    LstmState,
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

/// Peephole weights begin uniform in ± this.
const PEEP: f64 = 0.1;

/// One layer.
#[derive(Module, Debug)]
pub struct Peephole {
    /// W `[I, 3H]`
    pub input: Param<Tensor<2>>,
    /// U `[H, 3H]`
    pub recurrent: Param<Tensor<2>>,
    /// What the forget gate sees of the old memory `[1, H]`, a weight a unit.
    pub peep_forget: Param<Tensor<2>>,
    /// What the output gate sees of the new memory `[1, H]`, a weight a unit.
    pub peep_output: Param<Tensor<2>>,
    /// b `[1, 3H]`
    pub bias: Param<Tensor<2>>,
}

impl Peephole {
    /// Glorot-uniform matrices (block by block), biases 0 except the forget gate's.
    pub fn new(inputs: usize, hidden: usize, forget_bias: f64, rng: &mut Rng) -> Self {
        let mut bias = vec![0.0; 3 * hidden];
        bias[..hidden].fill(forget_bias as f32);
        Self {
            input: init::param(
                init::glorot(inputs, 3 * hidden, hidden, rng),
                [inputs, 3 * hidden],
            ),
            recurrent: init::param(
                init::glorot(hidden, 3 * hidden, hidden, rng),
                [hidden, 3 * hidden],
            ),
            peep_forget: init::param(init::uniform(hidden, PEEP, rng), [1, hidden]),
            peep_output: init::param(init::uniform(hidden, PEEP, rng), [1, hidden]),
            bias: init::param(bias, [1, 3 * hidden]),
        }
    }

    /// H
    pub fn hidden(&self) -> usize {
        self.recurrent.dims()[0]
    }

    /// The part that knows nothing of time: `[rows, I]` → `[rows, 3H]`.
    pub fn project(&self, x: Tensor<2>) -> Tensor<2> {
        affine(x, self.input.val(), self.bias.val())
    }

    // region: peephole-cell
    /// One time step: projected inputs `[B, 3H]`, state before → state after.
    pub fn step(&self, projected: Tensor<2>, before: LstmState) -> LstmState {
        let hidden = self.hidden();
        let z = projected + product(before.h, self.recurrent.val());
        let block = |k: usize| z.clone().narrow(1, k * hidden, hidden);
        // fₜ = σ(z_f + p_f ⊙ cₜ₋₁): the gate looks at the memory it is to keep
        let f = sigmoid(block(0) + before.c.clone() * self.peep_forget.val());
        let g = tanh(block(2));
        // cₜ = fₜ ⊙ cₜ₋₁ + (1 − fₜ) ⊙ gₜ: what is forgotten makes room, and nothing else does
        let c = g.clone() + f.clone() * (before.c - g);
        // oₜ = σ(zₒ + pₒ ⊙ cₜ): this one looks at the new memory
        let o = sigmoid(block(1) + c.clone() * self.peep_output.val());
        // hₜ = oₜ ⊙ tanh(cₜ)
        let h = o * tanh(c.clone());
        LstmState { h, c }
    }
    // endregion: peephole-cell

    /// A whole window: `gates` `[T·B, 3H]` from [`Self::project`] → h₁ … h_T `[T·B, H]` and the
    /// state after it. The same recurrence as [`Self::step`], recorded as one operation.
    pub fn window(&self, gates: Tensor<2>, before: LstmState) -> (Tensor<2>, LstmState) {
        let [batch, _] = before.h.dims();
        let weights = [&self.recurrent, &self.peep_forget, &self.peep_output].map(Param::val);
        let out = recurrence::peephole(gates, weights, before.h, before.c);
        LstmState::apart(out, batch)
    }

    /// A whole window with everything that went on inside, for looking at; arguments as for
    /// [`Self::window`], on the plain device. The gates are `[T·B, 3H]`.
    pub fn trace(&self, gates: Tensor<2>, before: &LstmState) -> kernel::lstm::Trace {
        let flat = |t: &Tensor<2>| store::values(t.clone());
        let [u, forget, output] =
            [&self.recurrent, &self.peep_forget, &self.peep_output].map(|p| flat(&p.val()));
        let weights = kernel::peephole::Recurrent {
            u: &u,
            forget: &forget,
            output: &output,
        };
        kernel::peephole::forward(
            store::values(gates),
            weights,
            &flat(&before.h),
            &flat(&before.c),
            self.hidden(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, differences, gradients_of, of, values, weight, weighted};

    const STEPS: usize = 4;
    const BATCH: usize = 2;
    const INPUTS: usize = 3;
    const HIDDEN: usize = 4;

    /// The recurrence in scalar f64, written from the equations; returns Σ weight·h over all steps.
    fn scalar(all: &[f64]) -> f64 {
        let mut rest = all;
        let mut take = |n: usize| {
            let (now, later) = rest.split_at(n);
            rest = later;
            now
        };
        let (w, u) = (take(INPUTS * 3 * HIDDEN), take(HIDDEN * 3 * HIDDEN));
        let (pf, po, b) = (take(HIDDEN), take(HIDDEN), take(3 * HIDDEN));
        let x = take(STEPS * BATCH * INPUTS);
        let (mut h, mut c) = (vec![0.0; BATCH * HIDDEN], vec![0.0; BATCH * HIDDEN]);
        let sigma = |z: f64| 1.0 / (1.0 + (-z).exp());
        let mut sum = 0.0;
        for t in 0..STEPS {
            for s in 0..BATCH {
                let before = h[s * HIDDEN..(s + 1) * HIDDEN].to_vec();
                let z = |j: usize| {
                    let x = &x[(t * BATCH + s) * INPUTS..][..INPUTS];
                    let wx = x.iter().enumerate().map(|(i, x)| x * w[i * 3 * HIDDEN + j]);
                    let uh = before
                        .iter()
                        .enumerate()
                        .map(|(i, h)| h * u[i * 3 * HIDDEN + j]);
                    b[j] + wx.sum::<f64>() + uh.sum::<f64>()
                };
                for k in 0..HIDDEN {
                    let c = &mut c[s * HIDDEN + k];
                    let f = sigma(z(k) + pf[k] * *c);
                    *c = f * *c + (1.0 - f) * z(2 * HIDDEN + k).tanh();
                    let o = sigma(z(HIDDEN + k) + po[k] * *c);
                    h[s * HIDDEN + k] = o * c.tanh();
                    sum += weight((t * BATCH + s) * HIDDEN + k) * h[s * HIDDEN + k];
                }
            }
        }
        sum
    }

    #[test]
    fn value_and_all_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(31, "peephole");
        let layer = Peephole::new(INPUTS, HIDDEN, 1.0, &mut rng);
        let x = of(
            init::uniform(STEPS * BATCH * INPUTS, 1.0, &mut rng),
            [STEPS * BATCH, INPUTS],
        )
        .require_grad();
        let inputs = [
            layer.input.val(),
            layer.recurrent.val(),
            layer.peep_forget.val(),
            layer.peep_output.val(),
            layer.bias.val(),
            x.clone(),
        ];
        let all: Vec<f64> = inputs
            .iter()
            .flat_map(|t| values(t.clone()))
            .map(f64::from)
            .collect();
        let stepped = {
            let mut state = LstmState::zero(BATCH, HIDDEN);
            let mut rows = Vec::new();
            for t in 0..STEPS {
                let projected = layer.project(x.clone().narrow(0, t * BATCH, BATCH));
                state = layer.step(projected, state);
                rows.push(state.h.clone());
            }
            Tensor::cat(rows, 0)
        };
        let zero = LstmState::zero(BATCH, HIDDEN);
        let fused = layer.window(layer.project(x), zero).0;
        let want = differences(&all, scalar);
        for h in [stepped, fused] {
            let got = weighted(h);
            close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
            close(&gradients_of(got, &inputs), &want, 2e-5);
        }
    }

    #[test]
    fn the_states_between_windows_carry_gradients() {
        let mut rng = Rng::new(34, "peephole");
        let layer = Peephole::new(INPUTS, HIDDEN, 1.0, &mut rng);
        let x = init::uniform(STEPS * BATCH * INPUTS, 1.0, &mut rng);
        let x = of(x, [STEPS * BATCH, INPUTS]).require_grad();
        let gates = || layer.project(x.clone());
        let zero = || LstmState::zero(BATCH, HIDDEN);
        let last = |h: Tensor<2>| {
            let [rows, _] = h.dims();
            h.narrow(0, rows - BATCH, BATCH).powi_scalar(2).sum()
        };
        let inputs = [layer.peep_forget.val(), layer.peep_output.val(), x.clone()];
        let want = gradients_of(last(layer.window(gates(), zero()).0), &inputs);
        let parts = gates();
        let (_, state) = layer.window(parts.clone().narrow(0, 0, 2 * BATCH), zero());
        let (rest, _) = layer.window(parts.narrow(0, 2 * BATCH, (STEPS - 2) * BATCH), state);
        close(&gradients_of(last(rest), &inputs), &want, 1e-6);
    }

    #[test]
    fn the_trace_is_the_steps() {
        let mut rng = Rng::new(33, "peephole");
        let layer = Peephole::new(INPUTS, HIDDEN, 1.0, &mut rng).valid();
        let x = init::uniform(STEPS * BATCH * INPUTS, 1.0, &mut rng);
        let x = layer.project(of(x, [STEPS * BATCH, INPUTS]).inner());
        let mut state = LstmState::zero(BATCH, HIDDEN);
        let trace = layer.trace(x.clone(), &state);
        for t in 0..STEPS {
            state = layer.step(x.clone().narrow(0, t * BATCH, BATCH), state);
            let row = (t + 1) * BATCH * HIDDEN..(t + 2) * BATCH * HIDDEN;
            close(&trace.h[row.clone()], &values(state.h.clone()), 1e-5);
            close(&trace.c[row], &values(state.c.clone()), 1e-5);
        }
    }

    #[test]
    fn an_open_forget_gate_keeps_and_thereby_shuts_the_input() {
        let layer = Peephole::new(INPUTS, HIDDEN, 40.0, &mut Rng::new(32, "peephole"));
        let c = of(vec![0.5, -1.0, 2.0, 0.1], [1, HIDDEN]);
        let before = LstmState {
            h: of(vec![0.3; HIDDEN], [1, HIDDEN]),
            c: c.clone(),
        };
        let projected = layer.project(of(vec![0.2; INPUTS], [1, INPUTS]));
        close(&values(layer.step(projected, before).c), &values(c), 1e-5);
    }
}
