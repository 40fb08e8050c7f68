//! The LSTM with peepholes (Gers & Schmidhuber 2000) and coupled gates: two of the variants in
//! Olah's post, section “Variants on Long Short Term Memory”, in one cell.
//!
//! B sequences, I inputs, H units. The blocks lie side by side in every matrix, in the order f, o,
//! g: the input gate is 1 − f and has no weights of its own.

use crate::{
    LstmState, init,
    kernel::{self, Matrix, packed::Packed},
    store,
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
        x.matmul(self.input.val()) + self.bias.val()
    }

    // region: peephole-cell
    /// One time step: projected inputs `[B, 3H]`, state before → state after.
    pub fn step(&self, projected: Tensor<2>, before: LstmState) -> LstmState {
        let hidden = self.hidden();
        let z = projected + before.h.matmul(self.recurrent.val());
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

    /// A whole window as plain numbers, with everything that went on inside; `x` `[T·B, 3H]` from
    /// [`Self::project`], on the plain device, nothing remembered before it.
    pub fn trace(&self, x: Tensor<2>, batch: usize) -> Trace {
        let hidden = self.hidden();
        let row = batch * hidden;
        let mut z = store::values(x);
        let [u, pf, po] =
            [&self.recurrent, &self.peep_forget, &self.peep_output].map(|p| store::values(p.val()));
        let u = Packed::new(Matrix::new(&u, 3 * hidden));
        let (mut h, mut c) = (vec![0.0; row], vec![0.0; row]);
        let mut trace = Trace::default();
        for z in z.chunks_exact_mut(3 * row) {
            u.multiply(z, true, &h);
            let rows = z.chunks_exact_mut(3 * hidden);
            let states = h.chunks_exact_mut(hidden).zip(c.chunks_exact_mut(hidden));
            for (z, (h, c)) in rows.zip(states) {
                let (f, og) = z.split_at_mut(hidden);
                let (o, g) = og.split_at_mut(hidden);
                for k in 0..hidden {
                    f[k] = kernel::sigmoid(f[k] + pf[k] * c[k]);
                }
                g.iter_mut().for_each(|z| *z = kernel::tanh(*z));
                for k in 0..hidden {
                    c[k] = g[k] + f[k] * (c[k] - g[k]);
                }
                for k in 0..hidden {
                    o[k] = kernel::sigmoid(o[k] + po[k] * c[k]);
                }
                for k in 0..hidden {
                    h[k] = o[k] * kernel::tanh(c[k]);
                }
                trace.forget.extend_from_slice(f);
                trace.output.extend_from_slice(o);
            }
            trace.h.extend_from_slice(&h);
            trace.c.extend_from_slice(&c);
        }
        trace
    }
}

/// What went on inside a window, `[T, B, H]` each.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// h₁ … h_T
    pub h: Vec<f32>,
    /// c₁ … c_T
    pub c: Vec<f32>,
    /// The forget gate.
    pub forget: Vec<f32>,
    /// The output gate.
    pub output: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, differences, gradients_of, of, values};

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

    fn weight(n: usize) -> f64 {
        ((n * 7 + 3) % 11) as f64 / 5.0 - 1.0
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
        let mut state = LstmState::zero(BATCH, HIDDEN);
        let mut rows = Vec::new();
        for t in 0..STEPS {
            let projected = layer.project(x.clone().narrow(0, t * BATCH, BATCH));
            state = layer.step(projected, state);
            rows.push(state.h.clone());
        }
        let weights = (0..STEPS * BATCH * HIDDEN).map(|n| weight(n) as f32);
        let weights = of(weights.collect(), [STEPS * BATCH, HIDDEN]);
        let got = (Tensor::cat(rows, 0) * weights).sum();
        close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
        close(
            &gradients_of(got, &inputs),
            &differences(&all, scalar),
            2e-5,
        );
    }

    #[test]
    fn the_trace_is_the_steps() {
        let mut rng = Rng::new(33, "peephole");
        let layer = Peephole::new(INPUTS, HIDDEN, 1.0, &mut rng).valid();
        let x = init::uniform(STEPS * BATCH * INPUTS, 1.0, &mut rng);
        let x = layer.project(of(x, [STEPS * BATCH, INPUTS]).inner());
        let trace = layer.trace(x.clone(), BATCH);
        let mut state = LstmState::zero(BATCH, HIDDEN);
        for t in 0..STEPS {
            state = layer.step(x.clone().narrow(0, t * BATCH, BATCH), state);
            let row = t * BATCH * HIDDEN..(t + 1) * BATCH * HIDDEN;
            close(&trace.h[row.clone()], &values(state.h.clone()), 1e-5);
            close(&trace.c[row], &values(state.c.clone()), 1e-5);
        }
        assert!(
            trace
                .forget
                .iter()
                .chain(&trace.output)
                .all(|g| (0.0..1.0).contains(g))
        );
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
