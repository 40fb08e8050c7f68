//! The gated recurrent unit over a whole sequence. T time steps, B sequences, H units, time-major.

use super::{Matrix, by_matrix, packed::Packed, remembers, sigmoid_all, tanh_all};

/// What a forward pass leaves behind: all the backward pass and a look inside need.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `[T + 1, B, H]`: h₀ … h_T
    pub h: Vec<f32>,
    /// `[T, B, 3H]`: z, r, h̃
    pub gates: Vec<f32>,
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

/// Runs the recurrence: `x` `[T, B, 3H]` holds W·x + b, blocks in the order z, r, h̃, and is
/// overwritten; `h0` is `[B, H]`.
pub fn forward(x: Vec<f32>, u: Recurrent, h0: &[f32], hidden: usize) -> Trace {
    let steps = x.len() / (3 * h0.len());
    let mut trace = Trace::new(x, h0, hidden);
    let cell = Cell::new(u, hidden);
    for t in 0..steps {
        cell.step(t, &mut trace);
    }
    trace
}

impl Trace {
    /// Before the first step: what goes into all of them, and the state.
    pub(super) fn new(x: Vec<f32>, h0: &[f32], hidden: usize) -> Self {
        let states = x.len() / 3;
        let mut h = vec![0.0; states + h0.len()];
        h[..h0.len()].copy_from_slice(h0);
        Self {
            h,
            gates: x,
            reset: vec![0.0; states],
            hidden,
        }
    }

    /// B·H
    fn row(&self) -> usize {
        self.h.len() - self.reset.len()
    }

    /// What goes into step `t` before it is taken, the gates after it, and the gradient by what went
    /// into it after the step back: `[B, 3H]`.
    pub(super) fn gates(&mut self, t: usize) -> &mut [f32] {
        let row = self.row();
        &mut self.gates[3 * t * row..3 * (t + 1) * row]
    }

    /// The part of a time step back that no product is in.
    fn back_to_candidate(&mut self, t: usize, dh: &[f32], carried: &mut [f32]) {
        let (row, hidden) = (self.row(), self.hidden);
        let before = &self.h[t * row..(t + 1) * row];
        let rows = self.gates[3 * t * row..3 * (t + 1) * row]
            .chunks_exact_mut(3 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(dh.chunks_exact(hidden))
            .zip(carried.chunks_exact_mut(hidden));
        for (((gates, before), dh), carried) in rows {
            let (z, rest) = gates.split_at_mut(hidden);
            let (_, new) = rest.split_at_mut(hidden);
            back_to_candidate(z, new, [before, dh], carried);
        }
    }

    /// The first time step back, where the state before is zero and nobody asks for its gradient: the
    /// reset gate had nothing to reset.
    fn back_to_nothing(&mut self, dh: &[f32], carried: &mut [f32]) {
        self.back_to_candidate(0, dh, carried);
        let hidden = self.hidden;
        for gates in self.gates(0).chunks_exact_mut(3 * hidden) {
            gates[hidden..2 * hidden].fill(0.0);
        }
    }

    /// The gradients by both matrices, after [`Cell::back`] has been at every step.
    pub(super) fn by_matrices(&self) -> [Vec<f32>; 2] {
        let hidden = self.hidden;
        let before = &self.h[..self.reset.len()];
        let by = |columns| Matrix::part(&self.gates, 3 * hidden, columns);
        [
            by_matrix(before, hidden, by(0..2 * hidden)),
            by_matrix(&self.reset, hidden, by(2 * hidden..3 * hidden)),
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

    /// One time step.
    pub(super) fn step(&self, t: usize, trace: &mut Trace) {
        let (row, hidden) = (trace.row(), trace.hidden);
        let (before, after) = trace.h.split_at_mut((t + 1) * row);
        let (before, after) = (&before[t * row..], &mut after[..row]);
        let gates = &mut trace.gates[3 * t * row..3 * (t + 1) * row];
        let reset = &mut trace.reset[t * row..(t + 1) * row];
        let remembers = t > 0 || remembers(before);
        if remembers {
            let before = Matrix::new(before, hidden);
            self.gates.multiply_part(gates, 3 * hidden, true, before);
        }
        let rows = gates
            .chunks_exact_mut(3 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(reset.chunks_exact_mut(hidden));
        for ((gates, before), reset) in rows {
            let (zr, _) = gates.split_at_mut(2 * hidden);
            sigmoid_all(zr);
            let r = &zr[hidden..];
            for k in 0..hidden {
                reset[k] = r[k] * before[k];
            }
        }
        if remembers {
            let (new, reset) = (&mut gates[2 * hidden..], Matrix::new(reset, hidden));
            self.candidate.multiply_part(new, 3 * hidden, true, reset);
        }
        let rows = gates
            .chunks_exact_mut(3 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(after.chunks_exact_mut(hidden));
        for ((gates, before), after) in rows {
            let (zr, new) = gates.split_at_mut(2 * hidden);
            tanh_all(new);
            let z = &zr[..hidden];
            for k in 0..hidden {
                after[k] = before[k] + z[k] * (new[k] - before[k]);
            }
        }
    }

    /// One time step back: the gates become gradients. `dh` `[B, H]` is that by the state after;
    /// `carried` `[B, H]` is what of it comes from later, and then that by the state before.
    pub(super) fn back(&self, t: usize, trace: &mut Trace, dh: &[f32], carried: &mut [f32]) {
        trace.back_to_candidate(t, dh, carried);
        let (row, hidden) = (trace.row(), trace.hidden);
        let before = &trace.h[t * row..(t + 1) * row];
        let gates = &mut trace.gates[3 * t * row..3 * (t + 1) * row];
        let mut by_reset = vec![0.0; row];
        let by_candidate = Matrix::part(gates, 3 * hidden, 2 * hidden..3 * hidden);
        self.candidate
            .multiply_part(&mut by_reset, hidden, false, by_candidate);
        let rows = gates
            .chunks_exact_mut(3 * hidden)
            .zip(before.chunks_exact(hidden))
            .zip(by_reset.chunks_exact(hidden))
            .zip(carried.chunks_exact_mut(hidden));
        for (((gates, before), by_reset), carried) in rows {
            back_to_reset(&mut gates[hidden..2 * hidden], [before, by_reset], carried);
        }
        let by_gates = Matrix::part(gates, 3 * hidden, 0..2 * hidden);
        self.gates.multiply_part(carried, hidden, true, by_gates);
    }
}

/// One sequence: z and h̃ become gradients; `states` are the state before and the gradient by the state
/// after, `carried` what of that comes from later. A function of its own: that what it is given does
/// not overlap the compiler knows only of arguments.
#[inline(never)]
fn back_to_candidate(z: &mut [f32], new: &mut [f32], states: [&[f32]; 2], carried: &mut [f32]) {
    let hidden = z.len();
    let [before, dh] = states.map(|state| &state[..hidden]);
    let (new, carried) = (&mut new[..hidden], &mut carried[..hidden]);
    for k in 0..hidden {
        let (d, gate) = (dh[k] + carried[k], z[k]);
        z[k] = d * (new[k] - before[k]) * gate * (1.0 - gate);
        new[k] = d * gate * (1.0 - new[k] * new[k]);
        carried[k] = d * (1.0 - gate);
    }
}

/// The same for r: `states` are the state before and the gradient by r ⊙ it.
#[inline(never)]
fn back_to_reset(r: &mut [f32], states: [&[f32]; 2], carried: &mut [f32]) {
    let hidden = r.len();
    let [before, by_reset] = states.map(|state| &state[..hidden]);
    let carried = &mut carried[..hidden];
    for k in 0..hidden {
        let gate = r[k];
        r[k] = by_reset[k] * before[k] * gate * (1.0 - gate);
        carried[k] += by_reset[k] * gate;
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
    /// `[B, H]`, if it is asked for
    pub h0: Option<Vec<f32>>,
}

/// The backward pass: `dh` `[T, B, H]` is the gradient by h₁ … h_T; `to_h0` says whether anybody asks for
/// the gradient by h₀.
pub fn backward(mut trace: Trace, u: Recurrent, dh: &[f32], to_h0: bool) -> Gradients {
    let row = trace.row();
    let cell = Cell::transposed(u, trace.hidden);
    let mut carried = vec![0.0; row];
    let from_nothing = !to_h0 && !remembers(&trace.h[..row]);
    for (t, dh) in dh.chunks_exact(row).enumerate().rev() {
        if t == 0 && from_nothing {
            trace.back_to_nothing(dh, &mut carried);
        } else {
            cell.back(t, &mut trace, dh, &mut carried);
        }
    }
    let [gates, candidate] = trace.by_matrices();
    Gradients {
        x: trace.gates,
        gates,
        candidate,
        h0: to_h0.then_some(carried),
    }
}
