//! Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).
//!
//! T time steps, B sequences, I inputs, H units; sequences are time-major rows, `[T·B, …]`, so that one
//! time step is one piece of memory. The four gates lie side by side in every matrix, in the order
//! i, f, o, g: one product a step serves all four.

use crate::{
    dense::{affine, product},
    init, kernel, recurrence,
};
use burn::{
    module::{Module, Param},
    tensor::{
        Tensor, TensorData,
        activation::{sigmoid, tanh},
    },
};
use lab::Rng;

/// One layer.
#[derive(Module, Debug)]
pub struct Lstm {
    /// W `[I, 4H]`
    pub input: Param<Tensor<2>>,
    /// U `[H, 4H]`
    pub recurrent: Param<Tensor<2>>,
    /// b `[1, 4H]`
    pub bias: Param<Tensor<2>>,
}

/// What a layer carries from one time step to the next.
#[derive(Clone, Debug)]
pub struct LstmState {
    /// Output `[B, H]`
    pub h: Tensor<2>,
    /// Memory `[B, H]`
    pub c: Tensor<2>,
}

impl Lstm {
    /// Glorot-uniform matrices (gate by gate), biases 0 except the forget gate's (Jozefowicz et al.
    /// 2015, §2.2: at 1 the layer remembers before it has learnt to).
    pub fn new(inputs: usize, hidden: usize, forget_bias: f64, rng: &mut Rng) -> Self {
        let mut bias = vec![0.0; 4 * hidden];
        bias[hidden..2 * hidden].fill(forget_bias as f32);
        Self {
            input: init::param(
                init::glorot(inputs, 4 * hidden, hidden, rng),
                [inputs, 4 * hidden],
            ),
            recurrent: init::param(
                init::glorot(hidden, 4 * hidden, hidden, rng),
                [hidden, 4 * hidden],
            ),
            bias: init::param(bias, [1, 4 * hidden]),
        }
    }

    /// H
    pub fn hidden(&self) -> usize {
        self.recurrent.dims()[0]
    }

    /// The part of the gates that knows nothing of time, for as many inputs as there are at once:
    /// `[rows, I]` → `[rows, 4H]`.
    pub fn project(&self, x: Tensor<2>) -> Tensor<2> {
        affine(x, self.input.val(), self.bias.val())
    }

    // region: lstm-cell
    /// One time step: inputs `[B, I]`, state before → state after.
    pub fn step(&self, x: Tensor<2>, before: LstmState) -> LstmState {
        // z = W·xₜ + U·hₜ₋₁ + b, the four gates side by side
        let z = self.project(x) + product(before.h, self.recurrent.val());
        let [i, f, o, g] = quarters(z);
        // iₜ = σ(zᵢ): how much of the new enters the memory
        let i = sigmoid(i);
        // fₜ = σ(z_f): how much of the old stays
        let f = sigmoid(f);
        // oₜ = σ(zₒ): how much of the memory is shown
        let o = sigmoid(o);
        // gₜ = tanh(z_g): the new
        let g = tanh(g);
        // cₜ = fₜ ⊙ cₜ₋₁ + iₜ ⊙ gₜ
        let c = f * before.c + i * g;
        // hₜ = oₜ ⊙ tanh(cₜ)
        let h = o * tanh(c.clone());
        LstmState { h, c }
    }
    // endregion: lstm-cell

    /// A whole window: `gates` `[T·B, 4H]` from [`Self::project`] → h₁ … h_T `[T·B, H]` and the
    /// state after it. The same recurrence as [`Self::step`], recorded as one operation.
    pub fn window(&self, gates: Tensor<2>, before: LstmState) -> (Tensor<2>, LstmState) {
        let [batch, _] = before.h.dims();
        let out = recurrence::lstm(gates, self.recurrent.val(), before.h, before.c, true);
        LstmState::apart(out, batch)
    }

    /// The same where nobody asks for the state after it: h₁ … h_T `[T·B, H]`.
    pub fn outputs(&self, gates: Tensor<2>, before: LstmState) -> Tensor<2> {
        recurrence::lstm(gates, self.recurrent.val(), before.h, before.c, false)
    }

    /// A whole window with everything that went on inside, for looking at; arguments as for
    /// [`Self::window`], on the plain device.
    pub fn trace(&self, gates: Tensor<2>, before: &LstmState) -> kernel::lstm::Trace {
        let flat = |t: &Tensor<2>| crate::store::values(t.clone());
        kernel::lstm::forward(
            crate::store::values(gates),
            &flat(&self.recurrent.val()),
            &flat(&before.h),
            &flat(&before.c),
            self.hidden(),
        )
    }
}

impl LstmState {
    /// Nothing remembered, for `batch` sequences, on the plain device.
    pub fn zero(batch: usize, hidden: usize) -> Self {
        let zero = Tensor::zeros([batch, hidden], &crate::plain());
        Self {
            h: zero.clone(),
            c: zero,
        }
    }

    /// What a recurrence returns, `[(T + 1)·B, H]`, as h₁ … h_T and the state after them.
    pub(crate) fn apart(out: Tensor<2>, batch: usize) -> (Tensor<2>, Self) {
        let states = out.dims()[0] - batch;
        let after = Self {
            h: out.clone().narrow(0, states - batch, batch),
            c: out.clone().narrow(0, states, batch),
        };
        (out.narrow(0, 0, states), after)
    }

    /// The state after a traced window.
    pub fn after(trace: &kernel::lstm::Trace, batch: usize) -> Self {
        let row = batch * trace.hidden;
        let last = |values: &[f32]| {
            let values = values[values.len() - row..].to_vec();
            Tensor::from_data(
                TensorData::new(values, [batch, trace.hidden]),
                &crate::plain(),
            )
        };
        Self {
            h: last(&trace.h),
            c: last(&trace.c),
        }
    }
}

/// Four equal blocks of columns: `[B, 4H]` → 4 × `[B, H]`.
fn quarters(z: Tensor<2>) -> [Tensor<2>; 4] {
    let hidden = z.dims()[1] / 4;
    [0, 1, 2, 3].map(|k| z.clone().narrow(1, k * hidden, hidden))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, differences, gradients_of, of, values, weight};

    const STEPS: usize = 5;
    const BATCH: usize = 2;
    const INPUTS: usize = 3;
    const HIDDEN: usize = 4;

    /// The recurrence in scalar f64, written from the equations: every parameter and input in one
    /// list; returns Σ weight·h over all steps plus Σ weight·c_T.
    fn scalar(all: &[f64], weight: impl Fn(usize) -> f64) -> f64 {
        let mut rest = all;
        let mut take = |n: usize| -> Vec<f64> {
            let (now, later) = rest.split_at(n);
            rest = later;
            now.to_vec()
        };
        let w = take(INPUTS * 4 * HIDDEN);
        let u = take(HIDDEN * 4 * HIDDEN);
        let b = take(4 * HIDDEN);
        let x = take(STEPS * BATCH * INPUTS);
        let mut h = take(BATCH * HIDDEN);
        let mut c = take(BATCH * HIDDEN);
        let sigma = |z: f64| 1.0 / (1.0 + (-z).exp());
        let mut sum = 0.0;
        let mut n = 0;
        for t in 0..STEPS {
            for s in 0..BATCH {
                let z: Vec<f64> = (0..4 * HIDDEN)
                    .map(|j| {
                        let x = (0..INPUTS)
                            .map(|i| x[(t * BATCH + s) * INPUTS + i] * w[i * 4 * HIDDEN + j]);
                        let h = (0..HIDDEN).map(|i| h[s * HIDDEN + i] * u[i * 4 * HIDDEN + j]);
                        b[j] + x.sum::<f64>() + h.sum::<f64>()
                    })
                    .collect();
                for k in 0..HIDDEN {
                    let [i, f, o, g] = [0, 1, 2, 3].map(|gate| z[gate * HIDDEN + k]);
                    let c = &mut c[s * HIDDEN + k];
                    *c = sigma(f) * *c + sigma(i) * g.tanh();
                    h[s * HIDDEN + k] = sigma(o) * c.tanh();
                    sum += weight(n) * h[s * HIDDEN + k];
                    n += 1;
                }
            }
        }
        c.iter().fold(sum, |sum, c| {
            n += 1;
            sum + weight(n - 1) * c
        })
    }

    fn weighted(out: Tensor<2>, c: Tensor<2>) -> Tensor<1> {
        let cut = out.shape().num_elements();
        let total = cut + BATCH * HIDDEN;
        let weights: Vec<f32> = (0..total).map(|n| weight(n) as f32).collect();
        let (h, last) = weights.split_at(cut);
        let h = of(h.to_vec(), [STEPS * BATCH, HIDDEN]);
        (out * h).sum() + (c * of(last.to_vec(), [BATCH, HIDDEN])).sum()
    }

    fn by_steps(layer: &Lstm, x: Tensor<2>, mut state: LstmState) -> Tensor<1> {
        let mut rows = Vec::new();
        for t in 0..STEPS {
            state = layer.step(x.clone().narrow(0, t * BATCH, BATCH), state);
            rows.push(state.h.clone());
        }
        weighted(Tensor::cat(rows, 0), state.c)
    }

    fn by_window(layer: &Lstm, x: Tensor<2>, state: LstmState) -> Tensor<1> {
        let (h, after) = layer.window(layer.project(x), state);
        weighted(h, after.c)
    }

    #[test]
    fn both_forms_and_all_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(11, "lstm");
        let layer = Lstm::new(INPUTS, HIDDEN, 1.0, &mut rng);
        let mut draw = |rows, columns| {
            of(
                init::uniform(rows * columns, 1.0, &mut rng),
                [rows, columns],
            )
            .require_grad()
        };
        let (x, h, c) = (
            draw(STEPS * BATCH, INPUTS),
            draw(BATCH, HIDDEN),
            draw(BATCH, HIDDEN),
        );
        let all: Vec<f64> = [
            layer.input.val(),
            layer.recurrent.val(),
            layer.bias.val(),
            x.clone(),
            h.clone(),
            c.clone(),
        ]
        .into_iter()
        .flat_map(values)
        .map(f64::from)
        .collect();
        let want = scalar(&all, weight);
        let want_gradient = differences(&all, |all| scalar(all, weight));
        for form in [by_steps, by_window] {
            let state = LstmState {
                h: h.clone(),
                c: c.clone(),
            };
            let got = form(&layer, x.clone(), state);
            close(&values(got.clone()), &[want as f32], 2e-5);
            let inputs = [
                layer.input.val(),
                layer.recurrent.val(),
                layer.bias.val(),
                x.clone(),
                h.clone(),
                c.clone(),
            ];
            close(&gradients_of(got, &inputs), &want_gradient, 2e-5);
        }
    }

    #[test]
    fn the_trace_is_the_window() {
        let mut rng = Rng::new(12, "lstm");
        let layer = Lstm::new(INPUTS, HIDDEN, 1.0, &mut rng).valid();
        let x = of(
            init::uniform(STEPS * BATCH * INPUTS, 1.0, &mut rng),
            [STEPS * BATCH, INPUTS],
        );
        let gates = layer.project(x.inner());
        let before = LstmState::zero(BATCH, HIDDEN);
        let trace = layer.trace(gates.clone(), &before);
        let (h, after) = layer.window(gates, before);
        close(&trace.h[BATCH * HIDDEN..], &values(h), 0.0);
        close(
            &values(LstmState::after(&trace, BATCH).c),
            &values(after.c),
            0.0,
        );
    }

    #[test]
    fn outputs_are_the_window_without_its_memory() {
        let mut rng = Rng::new(14, "lstm");
        let layer = Lstm::new(INPUTS, HIDDEN, 1.0, &mut rng);
        let mut draw = |rows, columns| {
            let values = init::uniform(rows * columns, 1.0, &mut rng);
            of(values, [rows, columns]).require_grad()
        };
        let gates = draw(STEPS * BATCH, 4 * HIDDEN);
        let before = LstmState {
            h: draw(BATCH, HIDDEN),
            c: draw(BATCH, HIDDEN),
        };
        let inputs = [
            gates.clone(),
            layer.recurrent.val(),
            before.h.clone(),
            before.c.clone(),
        ];
        let [window, outputs] = [
            layer.window(gates.clone(), before.clone()).0,
            layer.outputs(gates, before),
        ]
        .map(crate::check::weighted);
        close(&values(outputs.clone()), &values(window.clone()), 0.0);
        let want = gradients_of(window, &inputs);
        close(&gradients_of(outputs, &inputs), &want, 0.0);
    }

    #[test]
    fn a_closed_input_and_an_open_forget_gate_keep_the_memory() {
        // The order of the blocks is the classic silent bug.
        let layer = Lstm::new(INPUTS, HIDDEN, 20.0, &mut Rng::new(13, "lstm"));
        let mut bias = values(layer.bias.val());
        bias[..HIDDEN].fill(-20.0);
        let layer = Lstm {
            bias: init::param(bias, [1, 4 * HIDDEN]),
            ..layer
        };
        let c = of(vec![0.5, -1.0, 2.0, 0.1], [1, HIDDEN]);
        let before = LstmState {
            h: of(vec![0.3; HIDDEN], [1, HIDDEN]),
            c: c.clone(),
        };
        let gates = layer.project(of(vec![0.2; 9], [3, INPUTS]));
        close(&values(layer.window(gates, before).1.c), &values(c), 1e-5);
    }
}
