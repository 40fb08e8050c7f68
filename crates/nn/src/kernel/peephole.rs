//! The LSTM with peepholes and coupled gates over a whole sequence. T time steps, B sequences, H
//! units, everything time-major; c = f·c₋₁ + (1 − f)·g.

use super::{Matrix, by_matrix, in_lanes, lanes, lstm, packed::Packed, sigmoid, tanh};

/// The weights that meet a state.
#[derive(Clone, Copy, Debug)]
pub struct Recurrent<'a> {
    /// `[H, 3H]`
    pub u: &'a [f32],
    /// What the forget gate sees of the memory before, `[H]`.
    pub forget: &'a [f32],
    /// What the output gate sees of the memory after, `[H]`.
    pub output: &'a [f32],
}

/// Runs the recurrence. `gates` `[T, B, 3H]` holds W·x + b, blocks in the order f, o, g, and is
/// overwritten; `h0` and `c0` are `[B, H]`. In what it returns, `gates` is `[T, B, 3H]`.
pub fn forward(
    mut gates: Vec<f32>,
    weights: Recurrent,
    h0: &[f32],
    c0: &[f32],
    hidden: usize,
) -> lstm::Trace {
    let row = h0.len();
    let steps = gates.len() / (3 * row);
    let mut h = [h0, &vec![0.0; steps * row]].concat();
    let mut c = [c0, &vec![0.0; steps * row]].concat();
    let u = Packed::new(Matrix::new(weights.u, 3 * hidden));
    for t in 0..steps {
        let gates = &mut gates[t * 3 * row..(t + 1) * 3 * row];
        let (before, after) = h.split_at_mut((t + 1) * row);
        u.multiply(gates, true, &before[t * row..]);
        let (c_before, c_after) = c.split_at_mut((t + 1) * row);
        let rows = gates
            .chunks_exact_mut(3 * hidden)
            .zip(c_before[t * row..].chunks_exact(hidden))
            .zip(c_after.chunks_exact_mut(hidden))
            .zip(after.chunks_exact_mut(hidden));
        for (((gates, c_before), c), h) in rows {
            in_lanes!(hidden, forward_cell(gates, c_before, c, h, weights));
        }
    }
    lstm::Trace {
        h,
        c,
        gates,
        hidden,
    }
}

/// L units of a sequence, from `k` on.
#[inline(always)]
fn forward_cell<const L: usize>(
    k: usize,
    gates: &mut [f32],
    c_before: &[f32],
    c: &mut [f32],
    h: &mut [f32],
    weights: Recurrent,
) {
    let hidden = gates.len() / 3;
    let mut blocks: [[f32; L]; 3] = std::array::from_fn(|n| lanes(gates, n * hidden + k));
    let c_before = lanes::<L>(c_before, k);
    let (forget, output) = (lanes::<L>(weights.forget, k), lanes::<L>(weights.output, k));
    let (mut memory, mut shown) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        let f = sigmoid(blocks[0][lane] + forget[lane] * c_before[lane]);
        let g = tanh(blocks[2][lane]);
        let c = g + f * (c_before[lane] - g);
        let o = sigmoid(blocks[1][lane] + output[lane] * c);
        (blocks[0][lane], blocks[1][lane], blocks[2][lane]) = (f, o, g);
        (memory[lane], shown[lane]) = (c, o * tanh(c));
    }
    c[k..k + L].copy_from_slice(&memory);
    h[k..k + L].copy_from_slice(&shown);
    for (n, block) in blocks.iter().enumerate() {
        gates[n * hidden + k..][..L].copy_from_slice(block);
    }
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[T, B, 3H]`, by W·x + b
    pub gates: Vec<f32>,
    /// `[H, 3H]`
    pub u: Vec<f32>,
    /// `[H]`, by what the forget gate sees
    pub forget: Vec<f32>,
    /// `[H]`, by what the output gate sees
    pub output: Vec<f32>,
    /// `[B, H]`
    pub h0: Vec<f32>,
    /// `[B, H]`
    pub c0: Vec<f32>,
}

/// The backward pass: `dh` `[T, B, H]` is the gradient by h₁ … h_T, `dc` `[B, H]` that by c_T.
pub fn backward(trace: lstm::Trace, weights: Recurrent, dh: &[f32], dc: &[f32]) -> Gradients {
    let lstm::Trace {
        h,
        c,
        mut gates,
        hidden,
    } = trace;
    let row = dc.len();
    let steps = dh.len() / row;
    let u = Packed::new(Matrix::new(weights.u, 3 * hidden).transposed());
    let mut dc = dc.to_vec();
    let mut dh_carried = vec![0.0; row];
    let mut by = [vec![0.0; hidden], vec![0.0; hidden]];
    for t in (0..steps).rev() {
        let gates = &mut gates[t * 3 * row..(t + 1) * 3 * row];
        let rows = gates
            .chunks_exact_mut(3 * hidden)
            .zip(c[t * row..(t + 1) * row].chunks_exact(hidden))
            .zip(c[(t + 1) * row..].chunks_exact(hidden))
            .zip(dh[t * row..].chunks_exact(hidden))
            .zip(dh_carried.chunks_exact(hidden))
            .zip(dc.chunks_exact_mut(hidden));
        for (((((gates, c_before), c), dh), carried), dc) in rows {
            let states = [c_before, c, dh, carried];
            in_lanes!(hidden, backward_cell(gates, states, dc, &mut by, weights));
        }
        u.multiply(&mut dh_carried, false, gates);
    }
    let du = by_matrix(&h[..steps * row], hidden, Matrix::new(&gates, 3 * hidden));
    let [forget, output] = by;
    Gradients {
        gates,
        u: du,
        forget,
        output,
        h0: dh_carried,
        c0: dc,
    }
}

/// L units of a sequence, from `k` on: activations become gradients; `states` are the memory before
/// and after, the gradient by h, and what of it comes from later.
#[inline(always)]
fn backward_cell<const L: usize>(
    k: usize,
    gates: &mut [f32],
    states: [&[f32]; 4],
    dc: &mut [f32],
    by: &mut [Vec<f32>; 2],
    weights: Recurrent,
) {
    let hidden = gates.len() / 3;
    let mut blocks: [[f32; L]; 3] = std::array::from_fn(|n| lanes(gates, n * hidden + k));
    let [c_before, c, dh, carried] = states.map(|state| lanes::<L>(state, k));
    let (forget, output) = (lanes::<L>(weights.forget, k), lanes::<L>(weights.output, k));
    let mut memory = lanes::<L>(dc, k);
    let [mut by_forget, mut by_output] = [lanes::<L>(&by[0], k), lanes::<L>(&by[1], k)];
    for lane in 0..L {
        let [f, o, g] = std::array::from_fn(|n| blocks[n][lane]);
        let dh = dh[lane] + carried[lane];
        let tanh_c = tanh(c[lane]);
        let by_o = dh * tanh_c * o * (1.0 - o);
        let d = memory[lane] + dh * o * (1.0 - tanh_c * tanh_c) + by_o * output[lane];
        let by_f = d * (c_before[lane] - g) * f * (1.0 - f);
        memory[lane] = d * f + by_f * forget[lane];
        by_forget[lane] += by_f * c_before[lane];
        by_output[lane] += by_o * c[lane];
        blocks[0][lane] = by_f;
        blocks[1][lane] = by_o;
        blocks[2][lane] = d * (1.0 - f) * (1.0 - g * g);
    }
    dc[k..k + L].copy_from_slice(&memory);
    by[0][k..k + L].copy_from_slice(&by_forget);
    by[1][k..k + L].copy_from_slice(&by_output);
    for (n, block) in blocks.iter().enumerate() {
        gates[n * hidden + k..][..L].copy_from_slice(block);
    }
}
