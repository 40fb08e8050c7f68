//! The tanh recurrence over a whole sequence. T time steps, B sequences, H units, time-major.

use super::{Matrix, by_matrix, packed::Packed, remembers, tanh_all};

/// Runs the recurrence: `x` `[T, B, H]` holds W·x + b, `u` is `[H, H]`, `h0` `[B, H]`. Returns
/// h₀ … h_T, `[T + 1, B, H]`.
pub fn forward(x: &[f32], u: &[f32], h0: &[f32], hidden: usize) -> Vec<f32> {
    let row = h0.len();
    let mut h = [h0, x].concat();
    let u = Packed::new(Matrix::new(u, hidden));
    for t in 0..x.len() / row {
        let (before, after) = h.split_at_mut((t + 1) * row);
        let now = &mut after[..row];
        if t > 0 || remembers(h0) {
            u.multiply(now, true, &before[t * row..]);
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

/// The backward pass: `h` is what [`forward`] returned, `dh` `[T, B, H]` the gradient by h₁ … h_T;
/// `to_h0` says whether anybody asks for the gradient by h₀.
pub fn backward(h: &[f32], u: &[f32], dh: &[f32], hidden: usize, to_h0: bool) -> Gradients {
    let row = h.len() - dh.len();
    let mut dz = dh.to_vec();
    let transposed = Packed::new(Matrix::new(u, hidden).transposed());
    let mut carried = vec![0.0; row];
    for t in (0..dh.len() / row).rev() {
        let dz = &mut dz[t * row..(t + 1) * row];
        let h = &h[(t + 1) * row..(t + 2) * row];
        for ((d, later), h) in dz.iter_mut().zip(&carried).zip(h) {
            *d = (*d + later) * (1.0 - h * h);
        }
        if t > 0 || to_h0 {
            transposed.multiply(&mut carried, false, dz);
        }
    }
    Gradients {
        u: by_matrix(&h[..dh.len()], hidden, Matrix::new(&dz, hidden)),
        x: dz,
        h0: to_h0.then_some(carried),
    }
}
