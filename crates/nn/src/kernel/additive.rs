//! Additive attention scores (Bahdanau et al. 2015, appendix A.1.2): uⱼ = vᵀ·tanh(kⱼ + q).
//!
//! T queries and P positions for each of B sequences, H units. As tensor operations the sum alone is
//! `[T, P, B, H]`, written and read again by each operation and its backward pass; here it is never
//! stored.

use super::{scalar::dot, tanh};

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

/// Keys `[P, B, H]`, queries `[T, B, H]`, v `[H]` → scores `[T, B, P]`.
pub fn forward(keys: &[f32], queries: &[f32], v: &[f32], sizes: Sizes) -> Vec<f32> {
    let Sizes {
        positions, hidden, ..
    } = sizes;
    let mut scores = vec![0.0; queries.len() / hidden * positions];
    let mut y = vec![0.0; hidden];
    each(sizes, |t_b, at, p| {
        activate(&mut y, &keys[at..], &queries[t_b * hidden..]);
        scores[t_b * positions + p] = dot(&y, v);
    });
    scores
}

/// `y` ← tanh(k + q). What is done with it comes in loops of its own: a browser sets up the constants
/// of tanh anew each time round, and does the worse the more there is in the loop beside it.
#[inline(always)]
fn activate(y: &mut [f32], k: &[f32], q: &[f32]) {
    for ((y, k), q) in y.iter_mut().zip(k).zip(q) {
        *y = tanh(k + q);
    }
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

/// The backward pass: `by` `[T, B, P]` is the gradient by the scores.
pub fn backward(keys: &[f32], queries: &[f32], v: &[f32], by: &[f32], sizes: Sizes) -> Gradients {
    let mut out = Gradients {
        keys: vec![0.0; keys.len()],
        queries: vec![0.0; queries.len()],
        v: vec![0.0; sizes.hidden],
    };
    let to = [&mut out.keys[..], &mut out.queries, &mut out.v];
    add_gradients([keys, queries, v], by, sizes, to);
    out
}

/// The same, added to what is there: keys, queries and v, and `to` their gradients.
pub(super) fn add_gradients(
    [keys, queries, v]: [&[f32]; 3],
    by: &[f32],
    sizes: Sizes,
    [by_keys, by_queries, by_v]: [&mut [f32]; 3],
) {
    let Sizes {
        positions, hidden, ..
    } = sizes;
    let mut y = vec![0.0; hidden];
    each(sizes, |t_b, at, p| {
        let by = by[t_b * positions + p];
        let row = t_b * hidden;
        activate(&mut y, &keys[at..], &queries[row..]);
        add_unit_gradients(by, &y, v, &mut by_keys[at..], &mut by_queries[row..], by_v);
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

/// Calls `f` with the row of a query, where its key begins, and the position.
#[inline(always)]
fn each(sizes: Sizes, mut f: impl FnMut(usize, usize, usize)) {
    for t in 0..sizes.queries {
        for b in 0..sizes.batch {
            for p in 0..sizes.positions {
                f(t * sizes.batch + b, (p * sizes.batch + b) * sizes.hidden, p);
            }
        }
    }
}
