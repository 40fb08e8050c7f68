//! The fused recurrences as operations of Burn's backend: forward and backward from
//! [`crate::kernel`], recorded as one node each.

use crate::{
    fused::{owned, prelude::*, record, register, sizes, slice, tensor},
    kernel,
};
use burn::{backend::autodiff::NodeId, tensor::Tensor};

/// The recurrences a backend can run whole.
#[backend_extension(Flex, Autodiff)]
trait Recurrences: Backend {
    /// gates `[T·B, 4H]`, u `[H, 4H]`, h₀ and c₀ `[B, H]` → h₁ … h_T, `[T·B, H]`, or with c_T behind
    /// them (a recorded operation has one output), `[(T + 1)·B, H]`.
    fn lstm(
        gates: FloatTensor<Self>,
        u: FloatTensor<Self>,
        h0: FloatTensor<Self>,
        c0: FloatTensor<Self>,
        with_memory: bool,
    ) -> FloatTensor<Self>;

    /// gates `[T·B, 3H]`, u `[H, 3H]`, the peepholes of the forget and output gates `[1, H]`, h₀ and
    /// c₀ `[B, H]` → h₁ … h_T, then c_T, `[(T + 1)·B, H]`.
    fn peephole(
        gates: FloatTensor<Self>,
        u: FloatTensor<Self>,
        forget: FloatTensor<Self>,
        output: FloatTensor<Self>,
        h0: FloatTensor<Self>,
        c0: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// x `[T·B, 3H]`, the matrices of the gates `[H, 2H]` and of the candidate `[H, H]`, h₀ `[B, H]` →
    /// h₁ … h_T, `[T·B, H]`.
    fn gru(
        x: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        candidate: FloatTensor<Self>,
        h0: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// x `[T·B, H]`, u `[H, H]`, h₀ `[B, H]` → h₁ … h_T, `[T·B, H]`.
    fn rnn(x: FloatTensor<Self>, u: FloatTensor<Self>, h0: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// The LSTM over a window: h₁ … h_T, `[T·B, H]`, and, if asked for, c_T as the last rows,
/// `[(T + 1)·B, H]`.
pub(crate) fn lstm(
    gates: Tensor<2>,
    u: Tensor<2>,
    h0: Tensor<2>,
    c0: Tensor<2>,
    with_memory: bool,
) -> Tensor<2> {
    let inputs = (
        gates.into_dispatch(),
        u.into_dispatch(),
        h0.into_dispatch(),
        c0.into_dispatch(),
    );
    Tensor::from_dispatch(<Dispatch as Recurrences>::lstm(
        inputs.0,
        inputs.1,
        inputs.2,
        inputs.3,
        with_memory,
    ))
}

/// The LSTM with peepholes and coupled gates over a window; `weights` are u and the peepholes of the
/// forget and output gates: h₁ … h_T and, as the last rows, c_T: `[(T + 1)·B, H]`.
pub(crate) fn peephole(
    gates: Tensor<2>,
    weights: [Tensor<2>; 3],
    h0: Tensor<2>,
    c0: Tensor<2>,
) -> Tensor<2> {
    let gates = gates.into_dispatch();
    let [u, forget, output] = weights.map(Tensor::into_dispatch);
    let (h0, c0) = (h0.into_dispatch(), c0.into_dispatch());
    let out = <Dispatch as Recurrences>::peephole(gates, u, forget, output, h0, c0);
    Tensor::from_dispatch(out)
}

/// The gated recurrent unit over a window: h₁ … h_T, `[T·B, H]`.
pub(crate) fn gru(
    x: Tensor<2>,
    gates: Tensor<2>,
    candidate: Tensor<2>,
    h0: Tensor<2>,
) -> Tensor<2> {
    let inputs = (
        x.into_dispatch(),
        gates.into_dispatch(),
        candidate.into_dispatch(),
        h0.into_dispatch(),
    );
    Tensor::from_dispatch(<Dispatch as Recurrences>::gru(
        inputs.0, inputs.1, inputs.2, inputs.3,
    ))
}

/// The tanh recurrence over a window: h₁ … h_T, `[T·B, H]`.
pub(crate) fn rnn(x: Tensor<2>, u: Tensor<2>, h0: Tensor<2>) -> Tensor<2> {
    let inputs = (x.into_dispatch(), u.into_dispatch(), h0.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Recurrences>::rnn(inputs.0, inputs.1, inputs.2))
}

fn lstm_forward(
    gates: FlexTensor,
    u: &FlexTensor,
    h0: &FlexTensor,
    c0: &FlexTensor,
) -> kernel::lstm::Trace {
    let [_, hidden] = sizes(h0);
    let [u, h0, c0] = [u, h0, c0].map(FlexTensor::to_contiguous);
    kernel::lstm::forward(owned(gates), slice(&u), slice(&h0), slice(&c0), hidden)
}

fn peephole_weights(weights: &[FlexTensor; 3]) -> kernel::peephole::Recurrent<'_> {
    let [u, forget, output] = weights.each_ref().map(slice);
    kernel::peephole::Recurrent { u, forget, output }
}

fn peephole_forward(
    gates: FlexTensor,
    weights: &[FlexTensor; 3],
    h0: &FlexTensor,
    c0: &FlexTensor,
) -> kernel::lstm::Trace {
    let [_, hidden] = sizes(h0);
    let [h0, c0] = [h0, c0].map(FlexTensor::to_contiguous);
    kernel::peephole::forward(
        owned(gates),
        peephole_weights(weights),
        slice(&h0),
        slice(&c0),
        hidden,
    )
}

/// h₁ … h_T, then c_T.
fn output_with_memory(trace: &kernel::lstm::Trace, [batch, hidden]: [usize; 2]) -> FlexTensor {
    let row = batch * hidden;
    let rows = trace.h.len() / row;
    let last = &trace.c[trace.c.len() - row..];
    tensor([&trace.h[row..], last].concat(), [rows * batch, hidden])
}

fn lstm_output(trace: &kernel::lstm::Trace, sizes: [usize; 2], with_memory: bool) -> FlexTensor {
    if with_memory {
        output_with_memory(trace, sizes)
    } else {
        states_output(&trace.h, sizes)
    }
}

fn gru_forward(
    x: FlexTensor,
    gates: &FlexTensor,
    candidate: &FlexTensor,
    h0: &FlexTensor,
) -> (kernel::gru::Trace, FlexTensor) {
    let [batch, hidden] = sizes(h0);
    let [gates, candidate, h0] = [gates, candidate, h0].map(FlexTensor::to_contiguous);
    let u = kernel::gru::Recurrent {
        gates: slice(&gates),
        candidate: slice(&candidate),
    };
    let trace = kernel::gru::forward(owned(x), u, slice(&h0), hidden);
    let states = states_output(&trace.h, [batch, hidden]);
    (trace, states)
}

fn rnn_forward(x: FlexTensor, u: &FlexTensor, h0: &FlexTensor) -> FlexTensor {
    let shape: [usize; 2] = sizes(&x);
    let (u, h0) = (u.to_contiguous(), h0.to_contiguous());
    let h = kernel::rnn::forward(owned(x), slice(&u), slice(&h0), shape[1]);
    tensor(h, shape)
}

/// h₁ … h_T of a trace that begins with h₀.
fn states_output(h: &[f32], [batch, hidden]: [usize; 2]) -> FlexTensor {
    let row = batch * hidden;
    tensor(h[row..].to_vec(), [h.len() / hidden - batch, hidden])
}

impl Recurrences for Flex {
    fn lstm(
        gates: FlexTensor,
        u: FlexTensor,
        h0: FlexTensor,
        c0: FlexTensor,
        with_memory: bool,
    ) -> FlexTensor {
        let trace = lstm_forward(gates, &u, &h0, &c0);
        lstm_output(&trace, sizes(&h0), with_memory)
    }

    fn peephole(
        gates: FlexTensor,
        u: FlexTensor,
        forget: FlexTensor,
        output: FlexTensor,
        h0: FlexTensor,
        c0: FlexTensor,
    ) -> FlexTensor {
        let weights = [u, forget, output].map(|t| t.to_contiguous());
        output_with_memory(&peephole_forward(gates, &weights, &h0, &c0), sizes(&h0))
    }

    fn gru(x: FlexTensor, gates: FlexTensor, candidate: FlexTensor, h0: FlexTensor) -> FlexTensor {
        gru_forward(x, &gates, &candidate, &h0).1
    }

    fn rnn(x: FlexTensor, u: FlexTensor, h0: FlexTensor) -> FlexTensor {
        rnn_forward(x, &u, &h0)
    }
}

/// Hands the state before the first step its gradient, if it is on the tape.
fn register_state(grads: &mut Gradients, h0: Option<NodeId>, by: Option<Vec<f32>>, hidden: usize) {
    if let Some(by) = by {
        let shape = [by.len() / hidden, hidden];
        register(grads, [h0], [tensor(by, shape)]);
    }
}

#[derive(Debug)]
struct LstmBackward;

impl Backward<Flex, 4> for LstmBackward {
    type State = (kernel::lstm::Trace, FlexTensor);

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (trace, u) = ops.state;
        let (hidden, outputs) = (trace.hidden, trace.active.len());
        let row = trace.h.len() - outputs;
        let (dh, dc) = slice(&gradient).split_at(outputs);
        let unseen = vec![0.0; row];
        let dc = if dc.is_empty() { &unseen } else { dc };
        let [gates, matrix, h0, c0] = ops.parents.map(|p| p.map(|p| p.id));
        let u = u.to_contiguous();
        let by = kernel::lstm::backward(trace, slice(&u), dh, dc, h0.is_some());
        let gradients = [
            tensor(by.gates, [outputs / hidden, 4 * hidden]),
            tensor(by.u, [hidden, 4 * hidden]),
            tensor(by.c0, [row / hidden, hidden]),
        ];
        register(grads, [gates, matrix, c0], gradients);
        register_state(grads, h0, by.h0, hidden);
    }
}

#[derive(Debug)]
struct PeepholeBackward;

impl Backward<Flex, 6> for PeepholeBackward {
    type State = (kernel::lstm::Trace, [FlexTensor; 3]);

    fn backward(self, ops: Ops<Self::State, 6>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (trace, weights) = ops.state;
        let (hidden, outputs) = (trace.hidden, trace.active.len());
        let row = trace.h.len() - outputs;
        let (dh, dc) = slice(&gradient).split_at(outputs);
        let [gates, u, forget, output, h0, c0] = ops.parents.map(|p| p.map(|p| p.id));
        let recurrent = peephole_weights(&weights);
        let by = kernel::peephole::backward(trace, recurrent, dh, dc, h0.is_some());
        let gradients = [
            tensor(by.gates, [outputs / hidden, 3 * hidden]),
            tensor(by.u, [hidden, 3 * hidden]),
            tensor(by.forget, [1, hidden]),
            tensor(by.output, [1, hidden]),
            tensor(by.c0, [row / hidden, hidden]),
        ];
        register(grads, [gates, u, forget, output, c0], gradients);
        register_state(grads, h0, by.h0, hidden);
    }
}

#[derive(Debug)]
struct GruBackward;

impl Backward<Flex, 4> for GruBackward {
    type State = (kernel::gru::Trace, FlexTensor, FlexTensor);

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (trace, gates, candidate) = ops.state;
        let hidden = trace.hidden;
        let (gates, candidate) = (gates.to_contiguous(), candidate.to_contiguous());
        let u = kernel::gru::Recurrent {
            gates: slice(&gates),
            candidate: slice(&candidate),
        };
        let [x, by_gates, by_candidate, h0] = ops.parents.map(|p| p.map(|p| p.id));
        let by = kernel::gru::backward(trace, u, slice(&gradient), h0.is_some());
        let gradients = [
            tensor(by.x, [slice(&gradient).len() / hidden, 3 * hidden]),
            tensor(by.gates, [hidden, 2 * hidden]),
            tensor(by.candidate, [hidden, hidden]),
        ];
        register(grads, [x, by_gates, by_candidate], gradients);
        register_state(grads, h0, by.h0, hidden);
    }
}

#[derive(Debug)]
struct RnnBackward;

impl Backward<Flex, 3> for RnnBackward {
    /// h₁ … h_T, u, h₀
    type State = [FlexTensor; 3];

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let dh = owned(grads.consume::<Flex>(&ops.node));
        let [h, u, h0] = ops.state.map(|t| t.to_contiguous());
        let [rows, hidden] = sizes(&h);
        let [x, matrix, of_h0] = ops.parents.map(|p| p.map(|p| p.id));
        let h = [&h0, &h].map(slice);
        let by = kernel::rnn::backward(h, slice(&u), dh, hidden, of_h0.is_some());
        let gradients = [tensor(by.x, [rows, hidden]), tensor(by.u, [hidden, hidden])];
        register(grads, [x, matrix], gradients);
        register_state(grads, of_h0, by.h0, hidden);
    }
}

impl<C: CheckpointStrategy> Recurrences for Autodiff<Flex, C> {
    fn lstm(
        gates: FloatTensor<Self>,
        u: FloatTensor<Self>,
        h0: FloatTensor<Self>,
        c0: FloatTensor<Self>,
        with_memory: bool,
    ) -> FloatTensor<Self> {
        let ((gates, a), (u, b)) = (gates.into_parts(), u.into_parts());
        let ((h0, c), (c0, d)) = (h0.into_parts(), c0.into_parts());
        let trace = lstm_forward(gates, &u, &h0, &c0);
        let output = lstm_output(&trace, sizes(&h0), with_memory);
        record::<C, _, _>(LstmBackward, [a, b, c, d], (trace, u), output)
    }

    fn peephole(
        gates: FloatTensor<Self>,
        u: FloatTensor<Self>,
        forget: FloatTensor<Self>,
        output: FloatTensor<Self>,
        h0: FloatTensor<Self>,
        c0: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let ((gates, a), (u, b)) = (gates.into_parts(), u.into_parts());
        let ((forget, c), (output, d)) = (forget.into_parts(), output.into_parts());
        let ((h0, e), (c0, f)) = (h0.into_parts(), c0.into_parts());
        let weights = [u, forget, output].map(|t| t.to_contiguous());
        let trace = peephole_forward(gates, &weights, &h0, &c0);
        let output = output_with_memory(&trace, sizes(&h0));
        record::<C, _, _>(
            PeepholeBackward,
            [a, b, c, d, e, f],
            (trace, weights),
            output,
        )
    }

    fn gru(
        x: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        candidate: FloatTensor<Self>,
        h0: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let ((x, a), (gates, b)) = (x.into_parts(), gates.into_parts());
        let ((candidate, c), (h0, d)) = (candidate.into_parts(), h0.into_parts());
        let (trace, output) = gru_forward(x, &gates, &candidate, &h0);
        record::<C, _, _>(GruBackward, [a, b, c, d], (trace, gates, candidate), output)
    }

    fn rnn(x: FloatTensor<Self>, u: FloatTensor<Self>, h0: FloatTensor<Self>) -> FloatTensor<Self> {
        let ((x, a), (u, b), (h0, c)) = (x.into_parts(), u.into_parts(), h0.into_parts());
        let output = rnn_forward(x, &u, &h0);
        let state = [output.clone(), u, h0];
        record::<C, _, _>(RnnBackward, [a, b, c], state, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, gradients_of, of, values, weighted},
        init, plain,
    };
    use lab::Rng;

    const STEPS: usize = 3;
    const BATCH: usize = 2;
    const HIDDEN: usize = 4;

    /// Holds a recurrence that begins with nothing, which is not multiplied, against one that begins with
    /// next to nothing.
    #[track_caller]
    fn nothing_is_like_next_to_nothing<const N: usize>(
        shapes: [[usize; 2]; N],
        run: impl Fn([Tensor<2>; N], Tensor<2>) -> Tensor<2>,
    ) {
        let mut rng = Rng::new(1, "recurrence");
        let mut draw = |[rows, columns]: [usize; 2]| {
            let values = init::uniform(rows * columns, 1.0, &mut rng);
            of(values, [rows, columns]).require_grad()
        };
        let inputs = shapes.map(&mut draw);
        let run = |h0| weighted(run(inputs.clone(), h0));
        let next_to_nothing = of(vec![1e-30; BATCH * HIDDEN], [BATCH, HIDDEN]);
        let want = run(next_to_nothing.require_grad());
        let got = run(Tensor::zeros([BATCH, HIDDEN], &plain()));
        close(&values(got.clone()), &values(want.clone()), 1e-6);
        let (got, want) = (gradients_of(got, &inputs), gradients_of(want, &inputs));
        close(&got, &want, 1e-6);
    }

    #[test]
    fn a_state_of_zero_need_not_be_multiplied() {
        let (rows, h) = (STEPS * BATCH, HIDDEN);
        let memory = || Tensor::full([BATCH, HIDDEN], 0.5, &plain());
        nothing_is_like_next_to_nothing([[rows, 4 * h], [h, 4 * h]], |[x, u], h0| {
            lstm(x, u, h0, memory(), true)
        });
        let weights = [[h, 3 * h], [1, h], [1, h]];
        let shapes = [[rows, 3 * h], weights[0], weights[1], weights[2]];
        nothing_is_like_next_to_nothing(shapes, |[x, u, forget, output], h0| {
            peephole(x, [u, forget, output], h0, memory())
        });
        let shapes = [[rows, 3 * h], [h, 2 * h], [h, h]];
        nothing_is_like_next_to_nothing(shapes, |[x, gates, candidate], h0| {
            gru(x, gates, candidate, h0)
        });
        nothing_is_like_next_to_nothing([[rows, h], [h, h]], |[x, u], h0| rnn(x, u, h0));
    }
}
