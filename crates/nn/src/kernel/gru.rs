//! The gated recurrent unit over a whole sequence. T time steps, B sequences, H units, time-major.

use super::{Matrix, by_matrix, packed::Packed, sigmoid, tanh};

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
    let steps = x.len() / (3 * h0.len());
    let mut trace = Trace::new(h0, steps, hidden);
    let cell = Cell::new(u, hidden);
    for (t, x) in x.chunks_exact(3 * h0.len()).enumerate() {
        trace.take(t, x);
        cell.step(t, &mut trace);
    }
    trace
}

impl Trace {
    /// Before the first of so many steps.
    pub(super) fn new(h0: &[f32], steps: usize, hidden: usize) -> Self {
        let row = h0.len();
        let mut h = vec![0.0; (steps + 1) * row];
        h[..row].copy_from_slice(h0);
        Self {
            h,
            gates: vec![0.0; 2 * steps * row],
            candidates: vec![0.0; steps * row],
            reset: vec![0.0; steps * row],
            hidden,
        }
    }

    /// B·H, of so many steps.
    fn row(&self) -> usize {
        self.h.len() - self.candidates.len()
    }

    /// Lays out the projected inputs of step `t`, `[B, 3H]`, where [`Cell::step`] wants them.
    pub(super) fn take(&mut self, t: usize, x: &[f32]) {
        let (row, hidden) = (self.row(), self.hidden);
        let blocks = self.gates[2 * t * row..]
            .chunks_exact_mut(2 * hidden)
            .zip(self.candidates[t * row..].chunks_exact_mut(hidden));
        for (x, (gates, new)) in x.chunks_exact(3 * hidden).zip(blocks) {
            gates.copy_from_slice(&x[..2 * hidden]);
            new.copy_from_slice(&x[2 * hidden..]);
        }
    }

    /// The gradient by what was taken at step `t`, after [`Cell::back`] has been there.
    pub(super) fn give(&self, t: usize, x: &mut [f32]) {
        let (row, hidden) = (self.row(), self.hidden);
        let blocks = self.gates[2 * t * row..]
            .chunks_exact(2 * hidden)
            .zip(self.candidates[t * row..].chunks_exact(hidden));
        for (x, (gates, new)) in x.chunks_exact_mut(3 * hidden).zip(blocks) {
            x[..2 * hidden].copy_from_slice(gates);
            x[2 * hidden..].copy_from_slice(new);
        }
    }

    /// The gradients by both matrices, after [`Cell::back`] has been at every step.
    pub(super) fn by_matrices(&self) -> [Vec<f32>; 2] {
        let before = &self.h[..self.candidates.len()];
        [
            by_matrix(before, self.hidden, &self.gates),
            by_matrix(&self.reset, self.hidden, &self.candidates),
        ]
    }
}

/// Both matrices, laid out for many steps.
pub(super) struct Cell<'a> {
    gates: Packed<'a>,
    candidate: Packed<'a>,
}

impl<'a> Cell<'a> {
    /// For [`Self::step`].
    pub(super) fn new(u: Recurrent<'a>, hidden: usize) -> Self {
        Self {
            gates: Packed::new(Matrix::new(u.gates, 2 * hidden)),
            candidate: Packed::new(Matrix::new(u.candidate, hidden)),
        }
    }

    /// For [`Self::back`].
    pub(super) fn transposed(u: Recurrent<'a>, hidden: usize) -> Self {
        Self {
            gates: Packed::new(Matrix::new(u.gates, 2 * hidden).transposed()),
            candidate: Packed::new(Matrix::new(u.candidate, hidden).transposed()),
        }
    }

    /// One time step, from what the trace has taken.
    pub(super) fn step(&self, t: usize, trace: &mut Trace) {
        let (row, hidden) = (trace.row(), trace.hidden);
        let (before, after) = trace.h.split_at_mut((t + 1) * row);
        let (before, after) = (&before[t * row..], &mut after[..row]);
        let gates = &mut trace.gates[2 * t * row..2 * (t + 1) * row];
        let candidates = &mut trace.candidates[t * row..(t + 1) * row];
        let reset = &mut trace.reset[t * row..(t + 1) * row];
        self.gates.multiply(gates, true, before);
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
        self.candidate.multiply(candidates, true, reset);
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

    /// One time step back: gates and candidates become gradients. `dh` `[B, H]` is that by the state
    /// after; `carried` `[B, H]` is what of it comes from later, and then that by the state before.
    pub(super) fn back(&self, t: usize, trace: &mut Trace, dh: &[f32], carried: &mut [f32]) {
        let (row, hidden) = (trace.row(), trace.hidden);
        let before = &trace.h[t * row..(t + 1) * row];
        let gates = &mut trace.gates[2 * t * row..2 * (t + 1) * row];
        let candidates = &mut trace.candidates[t * row..(t + 1) * row];
        let mut by_reset = vec![0.0; row];
        let rows = gates
            .chunks_exact_mut(2 * hidden)
            .zip(candidates.chunks_exact_mut(hidden))
            .zip(before.chunks_exact(hidden))
            .zip(dh.chunks_exact(hidden))
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
        self.candidate.multiply(&mut by_reset, false, candidates);
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
        self.gates.multiply(carried, true, gates);
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
pub fn backward(mut trace: Trace, u: Recurrent, dh: &[f32]) -> Gradients {
    let row = trace.row();
    let cell = Cell::transposed(u, trace.hidden);
    let (mut h0, mut x) = (vec![0.0; row], vec![0.0; 3 * dh.len()]);
    for (t, dh) in dh.chunks_exact(row).enumerate().rev() {
        cell.back(t, &mut trace, dh, &mut h0);
        trace.give(t, &mut x[3 * t * row..3 * (t + 1) * row]);
    }
    let [gates, candidate] = trace.by_matrices();
    Gradients {
        x,
        gates,
        candidate,
        h0,
    }
}
