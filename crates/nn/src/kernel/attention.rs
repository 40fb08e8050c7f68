//! Scaled dot-product attention, several heads side by side (Vaswani et al. 2017, eq. 1 and §3.2.2).
//!
//! A head's queries, keys and values are columns of wider matrices. Each head's are copied out once,
//! small enough to stay near the processor, in place of moving all heads to the front and back.

use super::{Matrix, matmul, softmax};

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

    /// 1/√d
    fn scale(deep: usize) -> f32 {
        1.0 / (deep as f32).sqrt()
    }
}

/// What a forward pass gives.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `[B, Tq, D]`
    pub out: Vec<f32>,
    /// `[B, heads, Tq, Tk]`: how much of each value goes into the answer to each query.
    pub weights: Vec<f32>,
}

/// One head's columns of a matrix, again and again in the same memory.
struct Head {
    /// `[T, d]`
    values: Vec<f32>,
    deep: usize,
}

impl Head {
    fn new(rows: usize, deep: usize) -> Self {
        Self {
            values: vec![0.0; rows * deep],
            deep,
        }
    }

    /// Takes a sequence's and head's columns out of `all` `[B, T, D]`.
    fn take(&mut self, all: &[f32], (batch, head): (usize, usize), heads: usize) {
        let all = &all[batch * heads * self.values.len()..][..heads * self.values.len()];
        let rows = all.chunks_exact(heads * self.deep);
        for (to, row) in self.values.chunks_exact_mut(self.deep).zip(rows) {
            to.copy_from_slice(&row[head * self.deep..][..self.deep]);
        }
    }

    /// Puts them where [`Self::take`] found them, multiplied.
    fn put(&self, all: &mut [f32], (batch, head): (usize, usize), heads: usize, by: f32) {
        let all = &mut all[batch * heads * self.values.len()..][..heads * self.values.len()];
        let rows = all.chunks_exact_mut(heads * self.deep);
        for (from, row) in self.values.chunks_exact(self.deep).zip(rows) {
            let to = &mut row[head * self.deep..][..self.deep];
            to.iter_mut().zip(from).for_each(|(to, x)| *to = by * x);
        }
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.values, self.deep)
    }
}

/// Queries `[B, Tq, D]`, keys and values `[B, Tk, D]` → the answers and the weights.
pub fn forward(queries: &[f32], keys: &[f32], values: &[f32], sizes: Sizes) -> Trace {
    let deep = sizes.deep(values);
    let mut q = Head::new(sizes.queries, deep);
    let (mut k, mut v) = (Head::new(sizes.keys, deep), Head::new(sizes.keys, deep));
    let mut o = Head::new(sizes.queries, deep);
    let mut out = vec![0.0; queries.len()];
    let mut weights = vec![0.0; sizes.batch * sizes.heads * sizes.queries * sizes.keys];
    let parts = weights.chunks_exact_mut(sizes.queries * sizes.keys);
    for (n, weights) in parts.enumerate() {
        let at = (n / sizes.heads, n % sizes.heads);
        q.take(queries, at, sizes.heads);
        k.take(keys, at, sizes.heads);
        v.take(values, at, sizes.heads);
        q.values.iter_mut().for_each(|x| *x *= Sizes::scale(deep));
        matmul(weights, false, q.matrix(), k.matrix().transposed());
        for (i, row) in weights.chunks_exact_mut(sizes.keys).enumerate() {
            let seen = if sizes.causal { i + 1 } else { sizes.keys };
            let (seen, future) = row.split_at_mut(seen);
            softmax::normalise(seen);
            future.fill(0.0);
        }
        let weights = Matrix::new(weights, sizes.keys);
        matmul(&mut o.values, false, weights, v.matrix());
        o.put(&mut out, at, sizes.heads, 1.0);
    }
    Trace { out, weights }
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
    let mut q = Head::new(sizes.queries, deep);
    let (mut k, mut v) = (Head::new(sizes.keys, deep), Head::new(sizes.keys, deep));
    let mut o = Head::new(sizes.queries, deep);
    let mut to = Gradients {
        queries: vec![0.0; queries.len()],
        keys: vec![0.0; keys.len()],
        values: vec![0.0; values.len()],
    };
    let mut by_scores = vec![0.0; sizes.queries * sizes.keys];
    for (n, weights) in weights.chunks_exact(by_scores.len()).enumerate() {
        let at = (n / sizes.heads, n % sizes.heads);
        q.take(queries, at, sizes.heads);
        k.take(keys, at, sizes.heads);
        v.take(values, at, sizes.heads);
        o.take(by, at, sizes.heads);
        matmul(&mut by_scores, false, o.matrix(), v.matrix().transposed());
        softmax::backward(weights, &mut by_scores, sizes.keys);
        let weights = Matrix::new(weights, sizes.keys).transposed();
        matmul(&mut v.values, false, weights, o.matrix());
        v.put(&mut to.values, at, sizes.heads, 1.0);
        let by_scores = Matrix::new(&by_scores, sizes.keys);
        matmul(&mut o.values, false, by_scores, k.matrix());
        o.put(&mut to.queries, at, sizes.heads, Sizes::scale(deep));
        matmul(&mut k.values, false, by_scores.transposed(), q.matrix());
        k.put(&mut to.keys, at, sizes.heads, Sizes::scale(deep));
    }
    to
}
