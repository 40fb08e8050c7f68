//! Layer normalisation (Ba et al. 2016, eq. 4): every row to mean 0 and variance 1, then scaled and
//! shifted.

use super::scalar::{dot, sum};

/// Added to the variance before the root.
const EPSILON: f32 = 1e-5;

/// What a forward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `[rows, D]`: after the scale and the shift.
    pub out: Vec<f32>,
    /// `[rows, D]`: before them.
    pub normal: Vec<f32>,
    /// `[rows]`: 1/√(variance + ε)
    pub steepness: Vec<f32>,
}

/// x `[rows, D]`, scale and shift `[D]`.
pub fn forward(x: &[f32], scale: &[f32], shift: &[f32]) -> Trace {
    let width = scale.len();
    let mut normal = x.to_vec();
    let mut out = vec![0.0; x.len()];
    let mut steepness = Vec::with_capacity(x.len() / width);
    let rows = normal.chunks_exact_mut(width);
    for (row, out) in rows.zip(out.chunks_exact_mut(width)) {
        let mean = sum(row) / width as f32;
        row.iter_mut().for_each(|x| *x -= mean);
        let variance = dot(row, row) / width as f32;
        let steep = 1.0 / (variance + EPSILON).sqrt();
        row.iter_mut().for_each(|x| *x *= steep);
        for (((out, x), scale), shift) in out.iter_mut().zip(&*row).zip(scale).zip(shift) {
            *out = x * scale + shift;
        }
        steepness.push(steep);
    }
    Trace {
        out,
        normal,
        steepness,
    }
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[rows, D]`
    pub x: Vec<f32>,
    /// `[D]`
    pub scale: Vec<f32>,
    /// `[D]`
    pub shift: Vec<f32>,
}

/// The backward pass: `by` `[rows, D]` is the gradient by what came out, `normal` and `steepness` are
/// what [`forward`] left.
pub fn backward(normal: &[f32], steepness: &[f32], scale: &[f32], by: &[f32]) -> Gradients {
    let width = scale.len();
    let mut to = Gradients {
        x: by.to_vec(),
        scale: vec![0.0; width],
        shift: vec![0.0; width],
    };
    let rows = to.x.chunks_exact_mut(width).zip(normal.chunks_exact(width));
    for ((by, normal), steep) in rows.zip(steepness) {
        for ((sum, by), normal) in to.scale.iter_mut().zip(&*by).zip(normal) {
            *sum += by * normal;
        }
        to.shift
            .iter_mut()
            .zip(&*by)
            .for_each(|(sum, by)| *sum += by);
        by.iter_mut()
            .zip(scale)
            .for_each(|(by, scale)| *by *= scale);
        // What moves the whole row, or stretches it, is taken back by the normalisation.
        let moved = sum(by) / width as f32;
        let stretched = dot(by, normal) / width as f32;
        for (by, normal) in by.iter_mut().zip(normal) {
            *by = steep * (*by - moved - normal * stretched);
        }
    }
    to
}
