//! Rounds of messages between the nodes of a graph (Gilmer et al. 2017, eqs. 1 and 2), with a matrix for
//! each kind of edge and a gated recurrent unit as the update. N nodes of d numbers, K kinds, T rounds.

use super::{
    Matrix, add_rows, by_matrix,
    edges::add_up,
    gru::{self, Cell, Recurrent},
    packed::Packed,
};

/// The weights, the same in every round.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `[K·d, d]`: the kinds' matrices one below another.
    pub matrices: &'a [f32],
    /// W of the update `[d, 3d]`
    pub input: &'a [f32],
    /// b of the update `[3d]`
    pub bias: &'a [f32],
    /// U of the update.
    pub u: Recurrent<'a>,
}

/// What a forward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The states h⁰ … h^T and their gates.
    pub states: gru::Trace,
    /// What is bound to each node by each kind of edge, added up: `[T, N, K·d]`
    sums: Vec<f32>,
    /// m `[T, N, d]`
    messages: Vec<f32>,
}

/// Runs it: `h0` is h⁰ `[N, d]`, `edges` are (node·K + kind, the node that sends).
pub fn forward(h0: &[f32], of: Weights, edges: &[(usize, usize)], rounds: usize) -> Trace {
    let width = of.bias.len() / 3;
    let (row, stacked) = (h0.len(), of.matrices.len() / width);
    let summed = row / width * stacked;
    let cell = Cell::new(of.u, width);
    let matrices = Packed::new(Matrix::new(of.matrices, width));
    let input = Packed::new(Matrix::new(of.input, 3 * width));
    let mut trace = Trace {
        states: gru::Trace::new(of.bias.repeat(rounds * row / width), h0, width),
        sums: vec![0.0; rounds * summed],
        messages: vec![0.0; rounds * row],
    };
    let each = trace.sums.chunks_exact_mut(summed);
    for (t, (sums, messages)) in each.zip(trace.messages.chunks_exact_mut(row)).enumerate() {
        let h = &trace.states.h[t * row..(t + 1) * row];
        add_up(sums, h, width, edges.iter().copied());
        matrices.multiply(messages, false, sums);
        input.multiply(trace.states.gates(t), true, messages);
        cell.step(t, &mut trace.states);
    }
    trace
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[K·d, d]`
    pub matrices: Vec<f32>,
    /// `[d, 3d]`
    pub input: Vec<f32>,
    /// `[3d]`
    pub bias: Vec<f32>,
    /// `[d, 2d]`
    pub gates: Vec<f32>,
    /// `[d, d]`
    pub candidate: Vec<f32>,
    /// `[N, d]`
    pub h0: Vec<f32>,
}

/// The backward pass: `dh` `[N, d]` is the gradient by h^T.
pub fn backward(trace: Trace, of: Weights, edges: &[(usize, usize)], dh: &[f32]) -> Gradients {
    let Trace {
        mut states,
        sums,
        messages,
    } = trace;
    let width = of.bias.len() / 3;
    let (row, stacked) = (dh.len(), of.matrices.len() / width);
    let cell = Cell::transposed(of.u, width);
    let matrices = Packed::new(Matrix::new(of.matrices, width).transposed());
    let input = Packed::new(Matrix::new(of.input, 3 * width).transposed());
    // From later rounds; the loss sees only the last state.
    let (mut h, unseen) = (dh.to_vec(), vec![0.0; row]);
    let mut by_messages = vec![0.0; messages.len()];
    let mut by_sums = vec![0.0; row / width * stacked];
    for (t, by_messages) in by_messages.chunks_exact_mut(row).enumerate().rev() {
        cell.back(t, &mut states, &unseen, &mut h);
        input.multiply(by_messages, false, states.gates(t));
        matrices.multiply(&mut by_sums, false, by_messages);
        let back = edges.iter().map(|(to, from)| (*from, *to));
        add_up(&mut h, &by_sums, width, back);
    }
    let mut bias = vec![0.0; of.bias.len()];
    add_rows(&mut bias, &states.gates);
    let [gates, candidate] = states.by_matrices();
    Gradients {
        matrices: by_matrix(&sums, stacked, Matrix::new(&by_messages, width)),
        input: by_matrix(&messages, width, Matrix::new(&states.gates, 3 * width)),
        bias,
        gates,
        candidate,
        h0: h,
    }
}
