//! The tanh recurrence over a whole sequence. T time steps, B sequences, H units, time-major.

use super::{Matrix, by_matrix, packed::Packed, remembers, tanh_all};

/// Runs the recurrence: `h` `[T, B, H]` holds W·x + b and is overwritten, `u` is `[H, H]`, `h0`
/// `[B, H]`. Returns h₁ … h_T, `[T, B, H]`.
pub fn forward(mut h: Vec<f32>, u: &[f32], h0: &[f32], hidden: usize) -> Vec<f32> {
    let row = h0.len();
    let u = Packed::new(Matrix::new(u, hidden));
    for t in 0..h.len() / row {
        let (before, after) = h.split_at_mut(t * row);
        let before = if t == 0 { h0 } else { &before[(t - 1) * row..] };
        let now = &mut after[..row];
        if t > 0 || remembers(h0) {
            u.multiply(now, true, before);
        }
        tanh_all(now);
    }
    h
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[T, B, H]`, by W·x + b
    pub x: Vec<f32>,
    /// `[H, H]`
    pub u: Vec<f32>,
    /// `[B, H]`, if it is asked for
    pub h0: Option<Vec<f32>>,
}

/// The backward pass: `h` is what [`forward`] returned, `dz` `[T, B, H]` the gradient by it, which
/// becomes that by W·x + b; `to_h0` says whether anybody asks for the gradient by h₀.
pub fn backward(
    [h0, h]: [&[f32]; 2],
    u: &[f32],
    mut dz: Vec<f32>,
    hidden: usize,
    to_h0: bool,
) -> Gradients {
    let row = h0.len();
    let transposed = Packed::new(Matrix::new(u, hidden).transposed());
    let mut carried = vec![0.0; row];
    for t in (0..h.len() / row).rev() {
        let dz = &mut dz[t * row..(t + 1) * row];
        let h = &h[t * row..(t + 1) * row];
        for ((d, later), h) in dz.iter_mut().zip(&carried).zip(h) {
            *d = (*d + later) * (1.0 - h * h);
        }
        if t > 0 || to_h0 {
            transposed.multiply(&mut carried, false, dz);
        }
    }
    let before = [h0, &h[..h.len() - row]].concat();
    Gradients {
        u: by_matrix(&before, hidden, Matrix::new(&dz, hidden)),
        x: dz,
        h0: to_h0.then_some(carried),
    }
}
