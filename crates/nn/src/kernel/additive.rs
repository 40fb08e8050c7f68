//! Additive attention scores (Bahdanau et al. 2015, appendix A.1.2): uⱼ = vᵀ·tanh(kⱼ + q).
//!
//! T queries and P positions for each of B sequences, H units. As tensor operations the sum alone is
//! `[T, P, B, H]`, written and read again by each operation and its backward pass; here it is never
//! stored.

use super::{in_lanes, lanes, tanh};

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
    each(sizes, |t_b, at, p| {
        let (q, k) = (&queries[t_b * hidden..][..hidden], &keys[at..][..hidden]);
        scores[t_b * positions + p] = dot_tanh(k, q, v);
    });
    scores
}

/// Σ v·tanh(k + q), in eight sums side by side, so that it vectorises and adds up in one order
/// everywhere.
#[inline(always)]
fn dot_tanh(k: &[f32], q: &[f32], v: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0f32; LANES];
    let whole = k.len() / LANES * LANES;
    let parts = k.chunks_exact(LANES).zip(q.chunks_exact(LANES));
    for ((k, q), v) in parts.zip(v.chunks_exact(LANES)) {
        for i in 0..LANES {
            sums[i] += v[i] * tanh(k[i] + q[i]);
        }
    }
    let rest = (whole..k.len()).map(|i| v[i] * tanh(k[i] + q[i]));
    rest.fold(sums.iter().sum(), |sum, x| sum + x)
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
    each(sizes, |t_b, at, p| {
        let by = by[t_b * positions + p];
        let (k, q) = (&keys[at..][..hidden], &queries[t_b * hidden..][..hidden]);
        let by_k = &mut by_keys[at..][..hidden];
        let by_q = &mut by_queries[t_b * hidden..][..hidden];
        in_lanes!(
            hidden,
            backward_part(by, [k, q, v], [by_k, by_q, &mut *by_v])
        );
    });
}

/// The gradients by L units of a key, a query and v, from `i` on, of one score, `by` being that by
/// the score.
#[inline(always)]
fn backward_part<const L: usize>(i: usize, by: f32, of: [&[f32]; 3], to: [&mut [f32]; 3]) {
    let [k, q, v] = of.map(|values| lanes::<L>(values, i));
    let [by_k, by_q, by_v] = to;
    let mut sums = [&*by_k, &*by_q, &*by_v].map(|values| lanes::<L>(values, i));
    for lane in 0..L {
        let y = tanh(k[lane] + q[lane]);
        let d = by * v[lane] * (1.0 - y * y);
        sums[0][lane] += d;
        sums[1][lane] += d;
        sums[2][lane] += by * y;
    }
    for (to, sums) in [by_k, by_q, by_v].into_iter().zip(&sums) {
        to[i..i + L].copy_from_slice(sums);
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
