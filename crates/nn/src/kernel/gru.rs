//! The gated recurrent unit over a whole sequence. T time steps, B sequences, H units, time-major.

use super::{Matrix, matmul, packed::Packed, sigmoid, tanh};

/// What a forward pass leaves behind: all the backward pass and a look inside need.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `[T + 1, B, H]`: h₀ … h_T
    pub h: Vec<f32>,
    /// `[T, B, 2H]`: z, r
    pub gates: Vec<f32>,
    /// `[T, B, H]`: h̃
    pub candidates: Vec<f32>,
    /// `[T, B, H]`: r ⊙ h before, what the candidate's matrix saw
    pub reset: Vec<f32>,
    /// H
    pub hidden: usize,
}

/// The two matrices that multiply the state, `[H, 2H]` (z, r) and `[H, H]` (the candidate).
#[derive(Clone, Copy, Debug)]
pub struct Recurrent<'a> {
    /// Of the gates.
    pub gates: &'a [f32],
    /// Of the candidate.
    pub candidate: &'a [f32],
}

/// Runs the recurrence: `x` `[T, B, 3H]` holds W·x + b, blocks in the order z, r, h̃; `h0` is
/// `[B, H]`.
pub fn forward(x: &[f32], u: Recurrent, h0: &[f32], hidden: usize) -> Trace {
    let row = h0.len();
    let steps = x.len() / (3 * row);
    let mut gates = Vec::with_capacity(2 * steps * row);
    let mut candidates = Vec::with_capacity(steps * row);
    for x in x.chunks_exact(3 * hidden) {
        gates.extend_from_slice(&x[..2 * hidden]);
        candidates.extend_from_slice(&x[2 * hidden..]);
    }
    let mut h = vec![0.0; (steps + 1) * row];
    let mut reset = vec![0.0; steps * row];
    h[..row].copy_from_slice(h0);
    let (of_gates, of_candidate) = (
        Packed::new(Matrix::new(u.gates, 2 * hidden)),
        Packed::new(Matrix::new(u.candidate, hidden)),
    );
    for t in 0..steps {
        let (before, after) = h.split_at_mut((t + 1) * row);
        let (before, after) = (&before[t * row..], &mut after[..row]);
        let gates = &mut gates[2 * t * row..2 * (t + 1) * row];
        let candidates = &mut candidates[t * row..(t + 1) * row];
        let reset = &mut reset[t * row..(t + 1) * row];
        of_gates.multiply(gates, true, before);
        gates.iter_mut().for_each(|g| *g = sigmoid(*g));
        let rows = gates
            .chunks_exact(2 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(reset.chunks_exact_mut(hidden));
        for ((gates, before), reset) in rows {
            for k in 0..hidden {
                reset[k] = gates[hidden + k] * before[k];
            }
        }
        of_candidate.multiply(candidates, true, reset);
        candidates.iter_mut().for_each(|new| *new = tanh(*new));
        let rows = gates
            .chunks_exact(2 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(candidates.chunks_exact(hidden))
            .zip(after.chunks_exact_mut(hidden));
        for (((gates, before), new), after) in rows {
            for k in 0..hidden {
                after[k] = before[k] + gates[k] * (new[k] - before[k]);
            }
        }
    }
    Trace {
        h,
        gates,
        candidates,
        reset,
        hidden,
    }
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[T, B, 3H]`, by W·x + b
    pub x: Vec<f32>,
    /// `[H, 2H]`
    pub gates: Vec<f32>,
    /// `[H, H]`
    pub candidate: Vec<f32>,
    /// `[B, H]`
    pub h0: Vec<f32>,
}

/// The backward pass: `dh` `[T, B, H]` is the gradient by h₁ … h_T.
pub fn backward(trace: Trace, u: Recurrent, dh: &[f32]) -> Gradients {
    let Trace {
        h,
        mut gates,
        mut candidates,
        reset,
        hidden,
    } = trace;
    let row = h.len() - dh.len();
    let steps = dh.len() / row;
    let of_gates = Packed::new(Matrix::new(u.gates, 2 * hidden).transposed());
    let of_candidate = Packed::new(Matrix::new(u.candidate, hidden).transposed());
    let mut carried = vec![0.0; row];
    let mut by_reset = vec![0.0; row];
    for t in (0..steps).rev() {
        let before = &h[t * row..(t + 1) * row];
        let gates = &mut gates[2 * t * row..2 * (t + 1) * row];
        let candidates = &mut candidates[t * row..(t + 1) * row];
        let rows = gates
            .chunks_exact_mut(2 * hidden)
            .zip(candidates.chunks_exact_mut(hidden))
            .zip(before.chunks_exact(hidden))
            .zip(dh[t * row..].chunks_exact(hidden))
            .zip(carried.chunks_exact_mut(hidden));
        for ((((gates, new), before), dh), carried) in rows {
            for k in 0..hidden {
                let d = dh[k] + carried[k];
                let z = gates[k];
                gates[k] = d * (new[k] - before[k]) * z * (1.0 - z);
                new[k] = d * z * (1.0 - new[k] * new[k]);
                carried[k] = d * (1.0 - z);
            }
        }
        of_candidate.multiply(&mut by_reset, false, candidates);
        let rows = gates
            .chunks_exact_mut(2 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(by_reset.chunks_exact(hidden))
            .zip(carried.chunks_exact_mut(hidden));
        for (((gates, before), by_reset), carried) in rows {
            for k in 0..hidden {
                let r = gates[hidden + k];
                gates[hidden + k] = by_reset[k] * before[k] * r * (1.0 - r);
                carried[k] += by_reset[k] * r;
            }
        }
        of_gates.multiply(&mut carried, true, gates);
    }
    let mut by_gates = vec![0.0; 2 * hidden * hidden];
    let before = Matrix::new(&h[..steps * row], hidden).transposed();
    matmul(
        &mut by_gates,
        false,
        before,
        Matrix::new(&gates, 2 * hidden),
    );
    let mut by_candidate = vec![0.0; hidden * hidden];
    let reset = Matrix::new(&reset, hidden).transposed();
    matmul(
        &mut by_candidate,
        false,
        reset,
        Matrix::new(&candidates, hidden),
    );
    let mut x = Vec::with_capacity(3 * steps * row);
    for (gates, new) in gates
        .chunks_exact(2 * hidden)
        .zip(candidates.chunks_exact(hidden))
    {
        x.extend_from_slice(gates);
        x.extend_from_slice(new);
    }
    Gradients {
        x,
        gates: by_gates,
        candidate: by_candidate,
        h0: carried,
    }
}
