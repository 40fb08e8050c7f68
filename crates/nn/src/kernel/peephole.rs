//! The LSTM with peepholes and coupled gates over a whole sequence. T time steps, B sequences, H
//! units, everything time-major; c = f·c₋₁ + (1 − f)·g.

use super::{Matrix, by_matrix, lstm, packed::Packed, remembers, sigmoid_all, tanh_all};

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
    let mut active = vec![0.0; steps * row];
    let u = Packed::new(Matrix::new(weights.u, 3 * hidden));
    for t in 0..steps {
        let gates = &mut gates[t * 3 * row..(t + 1) * 3 * row];
        let (before, after) = h.split_at_mut((t + 1) * row);
        if t > 0 || remembers(h0) {
            u.multiply(gates, true, &before[t * row..]);
        }
        let (c_before, c_after) = c.split_at_mut((t + 1) * row);
        let rows = gates
            .chunks_exact_mut(3 * hidden)
            .zip(c_before[t * row..].chunks_exact(hidden))
            .zip(c_after.chunks_exact_mut(hidden))
            .zip(active[t * row..].chunks_exact_mut(hidden))
            .zip(after.chunks_exact_mut(hidden));
        for ((((gates, c_before), c), active), h) in rows {
            let (f, og) = gates.split_at_mut(hidden);
            let (o, g) = og.split_at_mut(hidden);
            forward_cell(f, o, g, c_before, [c, active, h], weights);
        }
    }
    lstm::Trace {
        h,
        c,
        active,
        gates,
        hidden,
    }
}

/// One sequence: sums become activations, then the memory and the state. A function of its own, like
/// the next: that what it is given does not overlap the compiler knows only of arguments.
#[inline(never)]
fn forward_cell(
    f: &mut [f32],
    o: &mut [f32],
    g: &mut [f32],
    c_before: &[f32],
    [c, active, h]: [&mut [f32]; 3],
    weights: Recurrent,
) {
    let hidden = f.len();
    let (o, g) = (&mut o[..hidden], &mut g[..hidden]);
    let (c, active) = (&mut c[..hidden], &mut active[..hidden]);
    let (h, c_before) = (&mut h[..hidden], &c_before[..hidden]);
    let (forget, output) = (&weights.forget[..hidden], &weights.output[..hidden]);
    for k in 0..hidden {
        f[k] += forget[k] * c_before[k];
    }
    sigmoid_all(f);
    tanh_all(g);
    for k in 0..hidden {
        c[k] = g[k] + f[k] * (c_before[k] - g[k]);
    }
    for k in 0..hidden {
        o[k] += output[k] * c[k];
    }
    sigmoid_all(o);
    active.copy_from_slice(c);
    tanh_all(active);
    for k in 0..hidden {
        h[k] = o[k] * active[k];
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
    /// `[B, H]`, if it is asked for
    pub h0: Option<Vec<f32>>,
    /// `[B, H]`
    pub c0: Vec<f32>,
}

/// The backward pass: `dh` `[T, B, H]` is the gradient by h₁ … h_T, `dc` `[B, H]` that by c_T; `to_h0`
/// says whether anybody asks for the gradient by h₀.
pub fn backward(
    trace: lstm::Trace,
    weights: Recurrent,
    dh: &[f32],
    dc: &[f32],
    to_h0: bool,
) -> Gradients {
    let lstm::Trace {
        h,
        c,
        active,
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
            .zip(active[t * row..].chunks_exact(hidden))
            .zip(dh[t * row..].chunks_exact(hidden))
            .zip(dh_carried.chunks_exact(hidden))
            .zip(dc.chunks_exact_mut(hidden));
        for ((((((gates, c_before), c), active), dh), carried), dc) in rows {
            let (f, og) = gates.split_at_mut(hidden);
            let (o, g) = og.split_at_mut(hidden);
            let states = [c_before, c, active, dh, carried];
            let by = by.each_mut().map(Vec::as_mut_slice);
            backward_cell(f, o, g, states, dc, by, weights);
        }
        if t > 0 || to_h0 {
            u.multiply(&mut dh_carried, false, gates);
        }
    }
    let du = by_matrix(&h[..steps * row], hidden, Matrix::new(&gates, 3 * hidden));
    let [forget, output] = by;
    Gradients {
        gates,
        u: du,
        forget,
        output,
        h0: to_h0.then_some(dh_carried),
        c0: dc,
    }
}

/// One sequence: activations become gradients; `states` are the memory before and after, tanh of that
/// after, the gradient by h, and what of it comes from later; `by` are those by the peepholes, which are added to.
#[inline(never)]
fn backward_cell(
    f: &mut [f32],
    o: &mut [f32],
    g: &mut [f32],
    states: [&[f32]; 5],
    dc: &mut [f32],
    by: [&mut [f32]; 2],
    weights: Recurrent,
) {
    let hidden = f.len();
    let (o, g, dc) = (&mut o[..hidden], &mut g[..hidden], &mut dc[..hidden]);
    let [c_before, c, active, dh, carried] = states.map(|state| &state[..hidden]);
    let [by_forget, by_output] = by.map(|by| &mut by[..hidden]);
    let (forget, output) = (&weights.forget[..hidden], &weights.output[..hidden]);
    for k in 0..hidden {
        let dh = dh[k] + carried[k];
        let by_o = dh * active[k] * o[k] * (1.0 - o[k]);
        let d = dc[k] + dh * o[k] * (1.0 - active[k] * active[k]) + by_o * output[k];
        let by_f = d * (c_before[k] - g[k]) * f[k] * (1.0 - f[k]);
        dc[k] = d * f[k] + by_f * forget[k];
        by_forget[k] += by_f * c_before[k];
        by_output[k] += by_o * c[k];
        g[k] = d * (1.0 - f[k]) * (1.0 - g[k] * g[k]);
        f[k] = by_f;
        o[k] = by_o;
    }
}
