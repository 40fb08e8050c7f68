//! Additive attention scores (Bahdanau et al. 2015, appendix A.1.2): uⱼ = vᵀ·tanh(kⱼ + q).
//!
//! T queries and P positions for each of B sequences, H units. As tensor operations the sums and what
//! becomes of them are `[T, B, P, H]` each, written and read again by each operation and its backward
//! pass; here their tanh is stored and nothing else.

use super::{scalar::dot, tanh_all};

/// Sizes of a call.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// T
    pub queries: usize,
    /// P
    pub positions: usize,
    /// B
    pub batch: usize,
    /// H
    pub hidden: usize,
}

/// What a forward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Trace {
    /// u `[T, B, P]`
    pub scores: Vec<f32>,
    /// tanh(k + q) `[T, B, P, H]`
    pub active: Vec<f32>,
}

/// Keys `[P, B, H]`, queries `[T, B, H]`, v `[H]`.
pub fn forward(keys: &[f32], queries: &[f32], v: &[f32], sizes: Sizes) -> Trace {
    let (hidden, n) = (sizes.hidden, queries.len() / sizes.hidden * sizes.positions);
    let (mut scores, mut active) = (Vec::with_capacity(n), Vec::with_capacity(n * hidden));
    for (t_b, q) in queries.chunks_exact(hidden).enumerate() {
        let begin = active.len();
        let keys = keys[t_b % sizes.batch * hidden..].chunks(sizes.batch * hidden);
        for k in keys {
            active.extend(k.iter().zip(q).map(|(k, q)| k + q));
        }
        let active = &mut active[begin..];
        tanh_all(active);
        scores.extend(active.chunks_exact(hidden).map(|y| dot(y, v)));
    }
    Trace { scores, active }
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[P, B, H]`
    pub keys: Vec<f32>,
    /// `[T, B, H]`
    pub queries: Vec<f32>,
    /// `[H]`
    pub v: Vec<f32>,
}

/// The backward pass: `by` `[T, B, P]` is the gradient by the scores, `active` what [`forward`] left.
pub fn backward(active: &[f32], v: &[f32], by: &[f32], sizes: Sizes) -> Gradients {
    let row = sizes.batch * sizes.hidden;
    let mut out = Gradients {
        keys: vec![0.0; sizes.positions * row],
        queries: vec![0.0; sizes.queries * row],
        v: vec![0.0; sizes.hidden],
    };
    let to = [&mut out.keys[..], &mut out.queries, &mut out.v];
    add_gradients(active, v, by, sizes, to);
    out
}

/// The same, added to what is there: `to` are the gradients by keys, queries and v.
pub(super) fn add_gradients(
    active: &[f32],
    v: &[f32],
    by: &[f32],
    sizes: Sizes,
    [by_keys, by_queries, by_v]: [&mut [f32]; 3],
) {
    let hidden = sizes.hidden;
    each(sizes, |n, key, query| {
        let y = &active[n * hidden..(n + 1) * hidden];
        add_unit_gradients(
            by[n],
            y,
            v,
            &mut by_keys[key..],
            &mut by_queries[query..],
            by_v,
        );
    });
}

/// What one score's gradient adds to those by a key, a query and v, `y` being tanh(k + q). A function
/// of its own: that what it is given does not overlap the compiler knows only of arguments.
#[inline(never)]
fn add_unit_gradients(
    by: f32,
    y: &[f32],
    v: &[f32],
    by_key: &mut [f32],
    by_query: &mut [f32],
    by_v: &mut [f32],
) {
    let hidden = y.len();
    let (v, by_v) = (&v[..hidden], &mut by_v[..hidden]);
    let (by_key, by_query) = (&mut by_key[..hidden], &mut by_query[..hidden]);
    for k in 0..hidden {
        by_v[k] += by * y[k];
        let d = by * v[k] * (1.0 - y[k] * y[k]);
        by_key[k] += d;
        by_query[k] += d;
    }
}

/// Calls `f` with the number of a score, and where its key and its query begin.
#[inline(always)]
fn each(sizes: Sizes, mut f: impl FnMut(usize, usize, usize)) {
    for t_b in 0..sizes.queries * sizes.batch {
        for p in 0..sizes.positions {
            let key = p * sizes.batch + t_b % sizes.batch;
            let n = t_b * sizes.positions + p;
            f(n, key * sizes.hidden, t_b * sizes.hidden);
        }
    }
}
