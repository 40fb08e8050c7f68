//! All rounds of message passing as one operation of Burn's backend, from [`crate::kernel::messages`].

use crate::{
    Adjacency, Gru,
    fused::{parts, prelude::*, record, register, sizes, slice, tensor},
    kernel::{
        gru::Recurrent,
        messages::{self, Trace, Weights},
    },
};
use burn::tensor::Tensor;

/// What messages a backend can pass whole.
#[backend_extension(Flex, Autodiff)]
trait Messages: Backend {
    /// h⁰ `[N, d]`, the kinds' matrices `[K·d, d]`, W `[d, 3d]`, b `[1, 3d]`, U of the gates `[d, 2d]`
    /// and of the candidate `[d, d]` → h^T `[N, d]`.
    #[allow(clippy::too_many_arguments, reason = "each is a node on the tape")]
    fn pass(
        h0: FloatTensor<Self>,
        matrices: FloatTensor<Self>,
        input: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        candidate: FloatTensor<Self>,
        edges: Adjacency,
        rounds: usize,
    ) -> FloatTensor<Self>;
}

/// So many rounds of messages between nodes, and what they leave each of them with: `h` `[N, d]` →
/// `[N, d]`. In each, m_v = Σ A_k·h_w over what is bound to v by kind k (Gilmer et al. 2017, eq. 1),
/// then h_v ← `update`(h_v, m_v) (eq. 2). `edges` `[N·K, N]` says who sends to (v, k); `matrices`
/// `[K·d, d]` are the kinds', one below another.
///
/// # Panics
/// If the sizes do not fit.
pub fn pass_messages(
    edges: &Adjacency,
    matrices: Tensor<2>,
    update: &Gru,
    h: Tensor<2>,
    rounds: usize,
) -> Tensor<2> {
    let ([nodes, width], [stacked, _]) = (h.dims(), matrices.dims());
    let sizes = [nodes * stacked / width, nodes];
    assert_eq!(edges.dims(), sizes, "a row for each node and kind");
    if rounds == 0 {
        return h;
    }
    let [h, matrices, input, bias, gates, candidate] = [
        h,
        matrices,
        update.input.val(),
        update.bias.val(),
        update.gates.val(),
        update.candidate.val(),
    ]
    .map(Tensor::into_dispatch);
    let edges = edges.clone();
    Tensor::from_dispatch(<Dispatch as Messages>::pass(
        h, matrices, input, bias, gates, candidate, edges, rounds,
    ))
}

/// h⁰ and the weights, as they are given.
type Read = [FlexTensor; 6];

fn weights([_, matrices, input, bias, gates, candidate]: &Read) -> Weights<'_> {
    Weights {
        matrices: slice(matrices),
        input: slice(input),
        bias: slice(bias),
        u: Recurrent {
            gates: slice(gates),
            candidate: slice(candidate),
        },
    }
}

fn forward(read: &Read, edges: &Adjacency, rounds: usize) -> (Trace, FlexTensor) {
    let h0 = slice(&read[0]);
    let trace = messages::forward(h0, weights(read), edges.ones(), rounds);
    let last = trace.states.h[rounds * h0.len()..].to_vec();
    (trace, tensor(last, sizes::<2>(&read[0])))
}

impl Messages for Flex {
    fn pass(
        h0: FlexTensor,
        matrices: FlexTensor,
        input: FlexTensor,
        bias: FlexTensor,
        gates: FlexTensor,
        candidate: FlexTensor,
        edges: Adjacency,
        rounds: usize,
    ) -> FlexTensor {
        let read = [h0, matrices, input, bias, gates, candidate].map(|t| t.to_contiguous());
        forward(&read, &edges, rounds).1
    }
}

#[derive(Debug)]
struct MessagesBackward;

impl Backward<Flex, 6> for MessagesBackward {
    type State = (Trace, Read, Adjacency);

    fn backward(self, ops: Ops<Self::State, 6>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (trace, read, edges) = ops.state;
        let by = messages::backward(trace, weights(&read), edges.ones(), slice(&gradient));
        let all = [
            by.h0,
            by.matrices,
            by.input,
            by.bias,
            by.gates,
            by.candidate,
        ];
        let mut all = all.into_iter();
        let gradients =
            read.map(|like| tensor(all.next().expect("one for each"), sizes::<2>(&like)));
        register(grads, ops.parents.map(|p| p.map(|p| p.id)), gradients);
    }
}

impl<C: CheckpointStrategy> Messages for Autodiff<Flex, C> {
    fn pass(
        h0: FloatTensor<Self>,
        matrices: FloatTensor<Self>,
        input: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        candidate: FloatTensor<Self>,
        edges: Adjacency,
        rounds: usize,
    ) -> FloatTensor<Self> {
        let (read, nodes) = parts::<C, 6>([h0, matrices, input, bias, gates, candidate]);
        let (trace, last) = forward(&read, &edges, rounds);
        record::<C, _, _>(MessagesBackward, nodes, (trace, read, edges), last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, differences, gradients_of, of, values, weight, weighted},
        init, product,
    };
    use burn::module::Param;
    use lab::Rng;

    const NODES: usize = 4;
    const KINDS: usize = 2;
    const WIDTH: usize = 3;
    const ROUNDS: usize = 3;

    /// (receiver, kind, sender): one edge of either kind, two that arrive together, and a node that
    /// hears nobody.
    const EDGES: [(usize, usize, usize); 5] =
        [(0, 0, 1), (1, 0, 0), (1, 1, 2), (2, 1, 1), (1, 1, 3)];

    /// Rows and columns of h⁰, the matrices, W, b, U of the gates and of the candidate.
    const SIZES: [[usize; 2]; 6] = [
        [NODES, WIDTH],
        [KINDS * WIDTH, WIDTH],
        [WIDTH, 3 * WIDTH],
        [1, 3 * WIDTH],
        [WIDTH, 2 * WIDTH],
        [WIDTH, WIDTH],
    ];

    fn edges() -> Adjacency {
        let ones = EDGES.map(|(v, kind, w)| (v * KINDS + kind, w));
        Adjacency::new([NODES * KINDS, NODES], ones.to_vec())
    }

    /// The equations in scalar f64: Σ weight·number over the last states.
    fn scalar(all: &[f64]) -> f64 {
        let mut rest = all;
        let [h0, matrices, w, b, gates, candidate] = SIZES.map(|[rows, columns]| {
            let (now, later) = rest.split_at(rows * columns);
            rest = later;
            now
        });
        // Row vector by matrix.
        let times = |a: &[f64], m: &[f64], columns: usize, k: usize| -> f64 {
            let terms = a.iter().enumerate();
            terms.map(|(i, a)| a * m[i * columns + k]).sum()
        };
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let mut states: Vec<Vec<f64>> = h0.chunks(WIDTH).map(<[f64]>::to_vec).collect();
        for _ in 0..ROUNDS {
            let after = |v: usize| {
                let mut m = vec![0.0; WIDTH];
                for (_, kind, from) in EDGES.iter().filter(|edge| edge.0 == v) {
                    let matrix = &matrices[kind * WIDTH * WIDTH..];
                    for (k, m) in m.iter_mut().enumerate() {
                        *m += times(&states[*from], matrix, WIDTH, k);
                    }
                }
                let h = &states[v];
                let read = |k: usize| b[k] + times(&m, w, 3 * WIDTH, k);
                let gate = |k: usize| sigma(read(k) + times(h, gates, 2 * WIDTH, k));
                let reset: Vec<f64> = (0..WIDTH).map(|k| gate(WIDTH + k) * h[k]).collect();
                let replaced = |k: usize| {
                    let new = (read(2 * WIDTH + k) + times(&reset, candidate, WIDTH, k)).tanh();
                    (1.0 - gate(k)) * h[k] + gate(k) * new
                };
                (0..WIDTH).map(replaced).collect()
            };
            states = (0..NODES).map(after).collect();
        }
        let last = states.concat();
        last.iter().enumerate().map(|(n, h)| weight(n) * h).sum()
    }

    /// The same from operations that have been there before, round by round.
    fn composed(
        edges: &Adjacency,
        matrices: Tensor<2>,
        update: &Gru,
        mut h: Tensor<2>,
        rounds: usize,
    ) -> Tensor<2> {
        for _ in 0..rounds {
            let sums = edges.product(h.clone()).reshape([NODES, KINDS * WIDTH]);
            let messages = product(sums, matrices.clone());
            h = update.step(update.project(messages), h);
        }
        h
    }

    fn draw() -> [Tensor<2>; 6] {
        let mut rng = Rng::new(61, "messages");
        SIZES.map(|[rows, columns]| {
            let values = init::uniform(rows * columns, 1.0, &mut rng);
            of(values, [rows, columns]).require_grad()
        })
    }

    fn update([_, _, input, bias, gates, candidate]: &[Tensor<2>; 6]) -> Gru {
        let [input, bias, gates, candidate] =
            [input, bias, gates, candidate].map(|t| Param::from_tensor(t.clone()));
        Gru {
            input,
            gates,
            candidate,
            bias,
        }
    }

    #[test]
    fn both_forms_and_all_gradients_agree_with_scalar_f64() {
        let inputs = draw();
        let all = inputs.iter().flat_map(|input| values(input.clone()));
        let all: Vec<f64> = all.map(f64::from).collect();
        let want = differences(&all, scalar);
        let cell = update(&inputs);
        for form in [pass_messages, composed] {
            let [h, matrices, ..] = inputs.clone();
            let got = weighted(form(&edges(), matrices, &cell, h, ROUNDS));
            close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
            let [h, matrices, ..] = inputs.clone();
            let Gru {
                input,
                gates,
                candidate,
                bias,
            } = &cell;
            let weights = [input, bias, gates, candidate].map(Param::val);
            let [input, bias, gates, candidate] = weights;
            let by = [h, matrices, input, bias, gates, candidate];
            close(&gradients_of(got, &by), &want, 2e-5);
        }
    }

    #[test]
    fn no_round_changes_nothing() {
        let inputs = draw();
        let [h, matrices, ..] = inputs.clone();
        let same = pass_messages(&edges(), matrices, &update(&inputs), h.clone(), 0);
        close(&values(same), &values(h), 0.0);
    }

    #[test]
    #[should_panic(expected = "a row for each node and kind")]
    fn edges_of_another_graph_are_refused() {
        let inputs = draw();
        let [h, matrices, ..] = inputs.clone();
        let one_kind = Adjacency::new([NODES, NODES], vec![(0, 1)]);
        pass_messages(&one_kind, matrices, &update(&inputs), h, 1);
    }
}
