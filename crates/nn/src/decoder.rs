//! A decoder that looks at its source before every step (Bahdanau et al. 2015, appendix A.2.2), as
//! one operation of Burn's backend, from [`crate::kernel::decoder`].

use crate::{
    Gru,
    fused::{owned, parts, prelude::*, record, register, sizes, slice, tensor},
    kernel::{
        decoder::{self, Source, Trace, Weights},
        gru::Recurrent,
    },
};
use burn::tensor::Tensor;

/// What a backend can decode whole.
#[backend_extension(Flex, Autodiff)]
trait Decoders: Backend {
    /// x `[T, B, 3H]`, s₀ `[B, H]`, keys `[L, B, H]`, notes `[L, B, A]`, U of the gates `[H, 2H]` and
    /// of the candidate `[H, H]`, C `[A, 3H]`, W_a `[H, H]`, v_a `[H, 1]` → `[T·B·(H + A)]`: all
    /// states, then all contexts.
    #[allow(clippy::too_many_arguments, reason = "each is a node on the tape")]
    fn attend(
        x: FloatTensor<Self>,
        s0: FloatTensor<Self>,
        keys: FloatTensor<Self>,
        notes: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        candidate: FloatTensor<Self>,
        context: FloatTensor<Self>,
        query: FloatTensor<Self>,
        v: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// What a decoder looks at and how.
#[derive(Clone, Debug)]
pub struct Attention {
    /// U_a·hⱼ `[L, B, H]`
    pub keys: Tensor<3>,
    /// hⱼ `[L, B, A]`
    pub notes: Tensor<3>,
    /// C, which multiplies the context `[A, 3H]`
    pub context: Tensor<2>,
    /// W_a `[H, H]`
    pub query: Tensor<2>,
    /// v_a `[H, 1]`
    pub v: Tensor<2>,
}

/// Decodes words that are known: `x` `[T, B, 3H]` holds W·y + b of the word fed at each step, `start`
/// is s₀ `[B, H]` → the states s₁ … s_T `[T, B, H]` and the contexts c₁ … c_T `[T, B, A]`. At each
/// step αᵢ = softmaxⱼ(v_aᵀ·tanh(W_a·sᵢ₋₁ + U_a·hⱼ)), cᵢ = Σⱼ αᵢⱼ·hⱼ, and `cell` goes on with x + C·cᵢ.
pub fn decode(
    cell: &Gru,
    x: Tensor<3>,
    start: Tensor<2>,
    attention: Attention,
) -> (Tensor<3>, Tensor<3>) {
    let ([steps, batch, _], hidden) = (x.dims(), cell.hidden());
    let [.., width] = attention.notes.dims();
    let (x, start) = (x.into_dispatch(), start.into_dispatch());
    let [keys, notes] = [attention.keys, attention.notes].map(Tensor::into_dispatch);
    let [gates, candidate, context, query, v] = [
        cell.gates.val(),
        cell.candidate.val(),
        attention.context,
        attention.query,
        attention.v,
    ]
    .map(Tensor::into_dispatch);
    let both: Tensor<1> = Tensor::from_dispatch(<Dispatch as Decoders>::attend(
        x, start, keys, notes, gates, candidate, context, query, v,
    ));
    let all = steps * batch;
    (
        both.clone()
            .narrow(0, 0, all * hidden)
            .reshape([steps, batch, hidden]),
        both.narrow(0, all * hidden, all * width)
            .reshape([steps, batch, width]),
    )
}

/// s₀, keys, notes, U of the gates and of the candidate, C, W_a and v_a.
type Read = [FlexTensor; 8];

fn weights([_, _, _, gates, candidate, context, query, v]: &Read) -> Weights<'_> {
    Weights {
        u: Recurrent {
            gates: slice(gates),
            candidate: slice(candidate),
        },
        context: slice(context),
        query: slice(query),
        v: slice(v),
    }
}

fn source([_, keys, notes, ..]: &Read) -> Source<'_> {
    Source {
        keys: slice(keys),
        notes: slice(notes),
    }
}

fn forward(x: FlexTensor, read: &Read) -> Trace {
    let [_, hidden] = sizes(&read[0]);
    decoder::forward(
        owned(x),
        weights(read),
        source(read),
        slice(&read[0]),
        hidden,
    )
}

fn output(trace: &Trace, read: &Read) -> FlexTensor {
    let states = &trace.states.h[slice(&read[0]).len()..];
    let both = [states, &trace.contexts].concat();
    let all = both.len();
    tensor(both, [all])
}

impl Decoders for Flex {
    fn attend(
        x: FlexTensor,
        s0: FlexTensor,
        keys: FlexTensor,
        notes: FlexTensor,
        gates: FlexTensor,
        candidate: FlexTensor,
        context: FlexTensor,
        query: FlexTensor,
        v: FlexTensor,
    ) -> FlexTensor {
        let read =
            [s0, keys, notes, gates, candidate, context, query, v].map(|t| t.to_contiguous());
        output(&forward(x, &read), &read)
    }
}

#[derive(Debug)]
struct DecoderBackward;

impl Backward<Flex, 9> for DecoderBackward {
    type State = (Trace, Read);

    fn backward(self, ops: Ops<Self::State, 9>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (trace, read) = ops.state;
        let [batch, hidden] = sizes(&read[0]);
        let [words, _, width] = sizes(&read[2]);
        let all = slice(&gradient).len() / (hidden + width);
        let (ds, dc) = slice(&gradient).split_at(all * hidden);
        let by = decoder::backward(trace, weights(&read), source(&read), ds, dc);
        let gradients = [
            tensor(by.x, [all / batch, batch, 3 * hidden]),
            tensor(by.s0, [batch, hidden]),
            tensor(by.keys, [words, batch, hidden]),
            tensor(by.notes, [words, batch, width]),
            tensor(by.gates, [hidden, 2 * hidden]),
            tensor(by.candidate, [hidden, hidden]),
            tensor(by.context, [width, 3 * hidden]),
            tensor(by.query, [hidden, hidden]),
            tensor(by.v, [hidden, 1]),
        ];
        register(grads, ops.parents.map(|p| p.map(|p| p.id)), gradients);
    }
}

impl<C: CheckpointStrategy> Decoders for Autodiff<Flex, C> {
    fn attend(
        x: FloatTensor<Self>,
        s0: FloatTensor<Self>,
        keys: FloatTensor<Self>,
        notes: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        candidate: FloatTensor<Self>,
        context: FloatTensor<Self>,
        query: FloatTensor<Self>,
        v: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (x, of_x) = x.into_parts();
        let (read, [a, b, c, d, e, f, g, h]) =
            parts::<C, 8>([s0, keys, notes, gates, candidate, context, query, v]);
        let nodes = [of_x, a, b, c, d, e, f, g, h];
        let trace = forward(x, &read);
        let output = output(&trace, &read);
        record::<C, _, _>(DecoderBackward, nodes, (trace, read), output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        additive_scores,
        check::{close, differences, gradients_of, of, values, weight, weighted},
        init, product, softmax,
    };
    use burn::module::Param;
    use lab::Rng;

    const STEPS: usize = 3;
    const WORDS: usize = 4;
    const BATCH: usize = 2;
    const HIDDEN: usize = 5;
    const WIDTH: usize = 6;

    /// Rows and columns of x, s₀, keys, notes, U of the gates and of the candidate, C, W_a and v_a.
    const SIZES: [[usize; 2]; 9] = [
        [STEPS * BATCH, 3 * HIDDEN],
        [BATCH, HIDDEN],
        [WORDS * BATCH, HIDDEN],
        [WORDS * BATCH, WIDTH],
        [HIDDEN, 2 * HIDDEN],
        [HIDDEN, HIDDEN],
        [WIDTH, 3 * HIDDEN],
        [HIDDEN, HIDDEN],
        [HIDDEN, 1],
    ];

    /// The equations in scalar f64: Σ weight·number over all states, then all contexts.
    fn scalar(all: &[f64]) -> f64 {
        let mut rest = all;
        let [x, s0, keys, notes, gates, candidate, c, w_a, v_a] = SIZES.map(|[rows, columns]| {
            let (now, later) = rest.split_at(rows * columns);
            rest = later;
            now
        });
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let mut sum = 0.0;
        for b in 0..BATCH {
            let mut s = s0[b * HIDDEN..][..HIDDEN].to_vec();
            for t in 0..STEPS {
                // Row vector by matrix.
                let times = |a: &[f64], m: &[f64], columns: usize, k: usize| -> f64 {
                    let terms = a.iter().enumerate();
                    terms.map(|(i, a)| a * m[i * columns + k]).sum()
                };
                let raised: Vec<f64> = (0..WORDS)
                    .map(|l| {
                        let term = |i: usize| {
                            let key = keys[(l * BATCH + b) * HIDDEN + i];
                            v_a[i] * (key + times(&s, w_a, HIDDEN, i)).tanh()
                        };
                        (0..HIDDEN).map(term).sum::<f64>().exp()
                    })
                    .collect();
                let of_all: f64 = raised.iter().sum();
                let context: Vec<f64> = (0..WIDTH)
                    .map(|i| {
                        let note = |l: usize| notes[(l * BATCH + b) * WIDTH + i];
                        (0..WORDS).map(|l| raised[l] / of_all * note(l)).sum()
                    })
                    .collect();
                let at = t * BATCH + b;
                let read = |k: usize| x[at * 3 * HIDDEN + k] + times(&context, c, 3 * HIDDEN, k);
                let gate = |k: usize| sigma(read(k) + times(&s, gates, 2 * HIDDEN, k));
                let reset: Vec<f64> = (0..HIDDEN).map(|k| gate(HIDDEN + k) * s[k]).collect();
                let after = |k: usize| {
                    let new = (read(2 * HIDDEN + k) + times(&reset, candidate, HIDDEN, k)).tanh();
                    (1.0 - gate(k)) * s[k] + gate(k) * new
                };
                s = (0..HIDDEN).map(after).collect();
                let states = s.iter().enumerate();
                sum += states
                    .map(|(k, s)| weight(at * HIDDEN + k) * s)
                    .sum::<f64>();
                let first = STEPS * BATCH * HIDDEN + at * WIDTH;
                let contexts = context.iter().enumerate();
                sum += contexts.map(|(k, c)| weight(first + k) * c).sum::<f64>();
            }
        }
        sum
    }

    type Decoded = (Tensor<3>, Tensor<3>);

    /// The same from operations that have been there before, step by step.
    fn composed(cell: &Gru, x: Tensor<3>, start: Tensor<2>, with: Attention) -> Decoded {
        let (mut state, mut both) = (start, (Vec::new(), Vec::new()));
        for t in 0..STEPS {
            let query = product(state.clone(), with.query.clone()).unsqueeze_dim(0);
            let scores = additive_scores(with.keys.clone(), query, with.v.clone());
            let rows = softmax(scores).reshape([BATCH, 1, WORDS]);
            let context = product(rows, with.notes.clone().swap_dims(0, 1)).squeeze_dim::<2>(1);
            let x = x.clone().narrow(0, t, 1).squeeze_dim::<2>(0);
            state = cell.step(x + product(context.clone(), with.context.clone()), state);
            both.0.push(state.clone());
            both.1.push(context);
        }
        (Tensor::stack(both.0, 0), Tensor::stack(both.1, 0))
    }

    #[test]
    fn both_forms_and_all_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(33, "decoder");
        let inputs = SIZES.map(|[rows, columns]| {
            of(
                init::uniform(rows * columns, 1.0, &mut rng),
                [rows, columns],
            )
            .require_grad()
        });
        let all: Vec<f64> = inputs
            .iter()
            .flat_map(|input| values(input.clone()))
            .map(f64::from)
            .collect();
        let want = differences(&all, scalar);
        for form in [decode, composed] {
            let [x, start, keys, notes, gates, candidate, context, query, v] = inputs.clone();
            let cell = Gru {
                input: init::param(vec![0.0; 3 * HIDDEN], [1, 3 * HIDDEN]),
                gates: Param::from_tensor(gates.clone()),
                candidate: Param::from_tensor(candidate.clone()),
                bias: init::param(vec![0.0; 3 * HIDDEN], [1, 3 * HIDDEN]),
            };
            let attention = Attention {
                keys: keys.reshape([WORDS, BATCH, HIDDEN]),
                notes: notes.reshape([WORDS, BATCH, WIDTH]),
                context,
                query,
                v,
            };
            let x = x.reshape([STEPS, BATCH, 3 * HIDDEN]);
            let (states, contexts) = form(&cell, x, start, attention);
            let all_of = |t: Tensor<3>| {
                let n = t.shape().num_elements();
                t.reshape([n])
            };
            let got = weighted(Tensor::cat(vec![all_of(states), all_of(contexts)], 0));
            close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
            let mut by = inputs.clone();
            (by[4], by[5]) = (cell.gates.val(), cell.candidate.val());
            close(&gradients_of(got, &by), &want, 2e-5);
        }
    }
}
