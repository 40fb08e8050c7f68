//! The LSTM over a whole sequence. T time steps, B sequences, H units, everything time-major.

use super::{Matrix, by_matrix, packed::Packed, remembers, sigmoid_all, tanh_all};

/// What a forward pass leaves behind: all the backward pass and a look inside need.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `[T + 1, B, H]`: h₀ … h_T
    pub h: Vec<f32>,
    /// `[T + 1, B, H]`: c₀ … c_T
    pub c: Vec<f32>,
    /// `[T, B, H]`: tanh(c₁) … tanh(c_T)
    pub active: Vec<f32>,
    /// `[T, B, 4H]`: σ(i), σ(f), σ(o), tanh(g)
    pub gates: Vec<f32>,
    /// H
    pub hidden: usize,
}

/// Runs the recurrence. `gates` `[T, B, 4H]` holds W·x + b, blocks in the order i, f, o, g, and is
/// overwritten; `u` is `[H, 4H]`; `h0` and `c0` are `[B, H]`.
pub fn forward(mut gates: Vec<f32>, u: &[f32], h0: &[f32], c0: &[f32], hidden: usize) -> Trace {
    let row = h0.len();
    let steps = gates.len() / (4 * row);
    let room = |steps: usize| Vec::with_capacity(steps * row);
    let (mut h, mut c, mut active) = (room(steps + 1), room(steps + 1), room(steps));
    h.extend_from_slice(h0);
    c.extend_from_slice(c0);
    let u = Packed::new(Matrix::new(u, 4 * hidden));
    for (t, gates) in gates.chunks_exact_mut(4 * row).enumerate() {
        let now = t * row..(t + 1) * row;
        if t > 0 || remembers(h0) {
            u.multiply(gates, true, &h[now.clone()]);
        }
        c.extend_from_within(now.clone());
        let memories = c[now.end..].chunks_exact_mut(hidden);
        for (gates, c) in gates.chunks_exact_mut(4 * hidden).zip(memories) {
            let (ifo, g) = gates.split_at_mut(3 * hidden);
            sigmoid_all(ifo);
            tanh_all(g);
            let (i, f) = ifo.split_at(hidden);
            for k in 0..hidden {
                c[k] = f[k] * c[k] + i[k] * g[k];
            }
        }
        active.extend_from_slice(&c[now.end..]);
        let active = &mut active[now];
        tanh_all(active);
        let outputs = gates
            .chunks_exact(4 * hidden)
            .zip(active.chunks_exact(hidden));
        for (gates, active) in outputs {
            let o = &gates[2 * hidden..3 * hidden];
            h.extend(o.iter().zip(active).map(|(o, active)| o * active));
        }
    }
    Trace {
        h,
        c,
        active,
        gates,
        hidden,
    }
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[T, B, 4H]`, by W·x + b
    pub gates: Vec<f32>,
    /// `[H, 4H]`
    pub u: Vec<f32>,
    /// `[B, H]`, if it is asked for
    pub h0: Option<Vec<f32>>,
    /// `[B, H]`
    pub c0: Vec<f32>,
}

/// One sequence: activations become gradients; the memory before, tanh of the memory after, the gradient
/// by h, and what of it comes from later. A function of its own: that what it is given does not
/// overlap the compiler knows only of arguments.
#[inline(never)]
fn backward_cell(
    i: &mut [f32],
    f: &mut [f32],
    o: &mut [f32],
    g: &mut [f32],
    [c_before, active, dh, carried]: [&[f32]; 4],
    dc: &mut [f32],
) {
    let hidden = i.len();
    let (f, o, g) = (&mut f[..hidden], &mut o[..hidden], &mut g[..hidden]);
    let (c_before, active, dh, carried) = (
        &c_before[..hidden],
        &active[..hidden],
        &dh[..hidden],
        &carried[..hidden],
    );
    let dc = &mut dc[..hidden];
    for k in 0..hidden {
        let dh = dh[k] + carried[k];
        let d = dc[k] + dh * o[k] * (1.0 - active[k] * active[k]);
        let (di, df, dg) = (d * g[k], d * c_before[k], d * i[k]);
        dc[k] = d * f[k];
        i[k] = di * i[k] * (1.0 - i[k]);
        f[k] = df * f[k] * (1.0 - f[k]);
        o[k] = dh * active[k] * o[k] * (1.0 - o[k]);
        g[k] = dg * (1.0 - g[k] * g[k]);
    }
}

/// The backward pass: `dh` `[T, B, H]` is the gradient by h₁ … h_T, `dc` `[B, H]` that by c_T; `to_h0`
/// says whether anybody asks for the gradient by h₀.
pub fn backward(trace: Trace, u: &[f32], dh: &[f32], dc: &[f32], to_h0: bool) -> Gradients {
    let Trace {
        h,
        c,
        active,
        mut gates,
        hidden,
    } = trace;
    let row = dc.len();
    let steps = dh.len() / row;
    let u = Packed::new(Matrix::new(u, 4 * hidden).transposed());
    let mut dc = dc.to_vec();
    let mut dh_carried = vec![0.0; row];
    for t in (0..steps).rev() {
        let gates = &mut gates[t * 4 * row..(t + 1) * 4 * row];
        let rows = gates
            .chunks_exact_mut(4 * hidden)
            .zip(c[t * row..(t + 1) * row].chunks_exact(hidden))
            .zip(active[t * row..].chunks_exact(hidden))
            .zip(dh[t * row..].chunks_exact(hidden))
            .zip(dh_carried.chunks_exact(hidden))
            .zip(dc.chunks_exact_mut(hidden));
        for (((((gates, c_before), active), dh), carried), dc) in rows {
            let (i, fog) = gates.split_at_mut(hidden);
            let (f, og) = fog.split_at_mut(hidden);
            let (o, g) = og.split_at_mut(hidden);
            backward_cell(i, f, o, g, [c_before, active, dh, carried], dc);
        }
        if t > 0 || to_h0 {
            u.multiply(&mut dh_carried, false, gates);
        }
    }
    Gradients {
        u: by_matrix(&h[..steps * row], hidden, Matrix::new(&gates, 4 * hidden)),
        gates,
        h0: to_h0.then_some(dh_carried),
        c0: dc,
    }
}
