//! Scaled dot-product attention, several heads side by side (Vaswani et al. 2017, eq. 1 and §3.2.2).
//!
//! A head's queries, keys and values are columns of wider matrices, and are multiplied where they lie.

use super::{
    Matrix,
    packed::{Packed, Triangle},
    softmax,
};
use std::ops::Range;

/// Sizes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// B
    pub batch: usize,
    /// Tq, of each sequence.
    pub queries: usize,
    /// Tk, of each sequence.
    pub keys: usize,
    /// How many there are side by side.
    pub heads: usize,
    /// Whether query i sees the keys up to i only.
    pub causal: bool,
}

impl Sizes {
    /// d, the columns of one head.
    fn deep(self, values: &[f32]) -> usize {
        values.len() / (self.batch * self.keys * self.heads)
    }

    /// The numbers of the n-th head's sequence in what has `rows` a sequence, and its first column.
    fn place(self, n: usize, rows: usize, deep: usize) -> (Range<usize>, usize) {
        let (sequence, size) = (n / self.heads, rows * self.heads * deep);
        (
            sequence * size..(sequence + 1) * size,
            n % self.heads * deep,
        )
    }

    /// How many keys query i sees.
    fn seen(self, i: usize) -> usize {
        if self.causal { i + 1 } else { self.keys }
    }

    /// What of queries by keys nobody looks at.
    fn unseen(self, triangle: Triangle) -> Triangle {
        if self.causal {
            triangle
        } else {
            Triangle::Whole
        }
    }

    /// The n-th head's columns of `all` `[B, rows, D]`.
    fn head(self, all: &[f32], n: usize, rows: usize, deep: usize) -> Matrix<'_> {
        let (sequence, first) = self.place(n, rows, deep);
        Matrix::part(&all[sequence], self.heads * deep, first..first + deep)
    }
}

/// 1/√d
fn scale(deep: usize) -> f32 {
    1.0 / (deep as f32).sqrt()
}

/// What a forward pass gives.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `[B, Tq, D]`
    pub out: Vec<f32>,
    /// `[B, heads, Tq, Tk]`: how much of each value goes into the answer to each query.
    pub weights: Vec<f32>,
}

/// Queries `[B, Tq, D]`, keys and values `[B, Tk, D]` → the answers and the weights.
pub fn forward(queries: &[f32], keys: &[f32], values: &[f32], sizes: Sizes) -> Trace {
    let deep = sizes.deep(values);
    let head = |all, n, rows| sizes.head(all, n, rows, deep);
    let mut out = vec![0.0; queries.len()];
    let mut weights = vec![0.0; sizes.batch * sizes.heads * sizes.queries * sizes.keys];
    let parts = weights.chunks_exact_mut(sizes.queries * sizes.keys);
    for (n, weights) in parts.enumerate() {
        let (q, k) = (head(queries, n, sizes.queries), head(keys, n, sizes.keys));
        scores(weights, q, k, sizes);
        for (i, row) in weights.chunks_exact_mut(sizes.keys).enumerate() {
            let (seen, future) = row.split_at_mut(sizes.seen(i));
            seen.iter_mut().for_each(|score| *score *= scale(deep));
            softmax::normalise(seen);
            future.fill(0.0);
        }
        let weights = Matrix::new(weights, sizes.keys);
        put(&mut out, n, sizes, weights, head(values, n, sizes.keys));
    }
    Trace { out, weights }
}

/// `out` ← a·bᵀ, of queries by keys.
fn scores(out: &mut [f32], a: Matrix, b: Matrix, sizes: Sizes) {
    let unseen = sizes.unseen(Triangle::Product);
    Packed::new(b.transposed()).multiply_triangle(out, sizes.keys, false, a, unseen);
}

/// The product a·b as the n-th head's columns of `all`; a is of queries by keys, or transposed.
fn put(all: &mut [f32], n: usize, sizes: Sizes, a: Matrix, b: Matrix) {
    let (sequence, first) = sizes.place(n, a.rows, b.columns);
    let (columns, width) = (&mut all[sequence][first..], sizes.heads * b.columns);
    let unseen = sizes.unseen(Triangle::Left);
    Packed::new(b).multiply_triangle(columns, width, false, a, unseen);
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[B, Tq, D]`
    pub queries: Vec<f32>,
    /// `[B, Tk, D]`
    pub keys: Vec<f32>,
    /// `[B, Tk, D]`
    pub values: Vec<f32>,
}

/// The backward pass: `weights` are what [`forward`] found, `by` `[B, Tq, D]` the gradient by its
/// answers.
pub fn backward(
    [queries, keys, values]: [&[f32]; 3],
    weights: &[f32],
    by: &[f32],
    sizes: Sizes,
) -> Gradients {
    let deep = sizes.deep(values);
    let head = |all, n, rows| sizes.head(all, n, rows, deep);
    let mut to = Gradients {
        queries: vec![0.0; queries.len()],
        keys: vec![0.0; keys.len()],
        values: vec![0.0; values.len()],
    };
    let mut by_scores = vec![0.0; sizes.queries * sizes.keys];
    for (n, weights) in weights.chunks_exact(by_scores.len()).enumerate() {
        let (q, by) = (head(queries, n, sizes.queries), head(by, n, sizes.queries));
        let (k, v) = (head(keys, n, sizes.keys), head(values, n, sizes.keys));
        scores(&mut by_scores, by, v, sizes);
        let rows = weights.chunks_exact(sizes.keys);
        for (i, (row, by)) in rows.zip(by_scores.chunks_exact_mut(sizes.keys)).enumerate() {
            let (seen, future) = by.split_at_mut(sizes.seen(i));
            softmax::backward(&row[..seen.len()], seen, seen.len());
            seen.iter_mut().for_each(|by| *by *= scale(deep));
            future.fill(0.0);
        }
        let weights = Matrix::new(weights, sizes.keys).transposed();
        put(&mut to.values, n, sizes, weights, by);
        let by_scores = Matrix::new(&by_scores, sizes.keys);
        put(&mut to.queries, n, sizes, by_scores, k);
        put(&mut to.keys, n, sizes, by_scores.transposed(), q);
    }
    to
}
