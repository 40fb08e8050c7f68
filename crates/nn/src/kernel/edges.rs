//! Sums over the edges of a graph: each receiver adds up the rows that are sent to it, as they are or, where
//! every edge carries K weights, in K blends. E edges (to, from), rows of d numbers.

use super::scalar::dot;

/// Adds up rows of `width` numbers; the pairs are (to, from).
pub(crate) fn add_up(
    sums: &mut [f32],
    rows: &[f32],
    width: usize,
    pairs: impl Iterator<Item = (usize, usize)>,
) {
    for (to, from) in pairs {
        let to = &mut sums[to * width..(to + 1) * width];
        let from = &rows[from * width..(from + 1) * width];
        to.iter_mut().zip(from).for_each(|(sum, x)| *sum += x);
    }
}

/// Rows `x` `[…, d]` and weights `[E, K]` → the blends of each of `rows` receivers, `[rows, K·d]`.
pub fn blends(
    edges: &[(usize, usize)],
    weights: &[f32],
    x: &[f32],
    [rows, kinds, width]: [usize; 3],
) -> Vec<f32> {
    let blend = kinds * width;
    let mut sums = vec![0.0; rows * blend];
    for ((to, from), weights) in edges.iter().zip(weights.chunks_exact(kinds)) {
        let sums = &mut sums[to * blend..(to + 1) * blend];
        add(sums, weights, &x[from * width..(from + 1) * width]);
    }
    sums
}

/// What one edge adds. A function of its own: that what it is given does not overlap the compiler knows
/// only of arguments.
#[inline(never)]
fn add(sums: &mut [f32], weights: &[f32], x: &[f32]) {
    let width = x.len();
    for (sums, weight) in sums.chunks_exact_mut(width).zip(weights) {
        for k in 0..width {
            sums[k] += weight * x[k];
        }
    }
}

/// The backward pass, `by` `[rows, K·d]` being the gradient by the blends: those by the weights and
/// by `x`.
pub fn blends_back(
    edges: &[(usize, usize)],
    weights: &[f32],
    x: &[f32],
    by: &[f32],
    [kinds, width]: [usize; 2],
) -> [Vec<f32>; 2] {
    let blend = kinds * width;
    let (mut by_weights, mut by_x) = (vec![0.0; weights.len()], vec![0.0; x.len()]);
    let each = weights.chunks_exact(kinds);
    let each = each.zip(by_weights.chunks_exact_mut(kinds));
    for ((to, from), (weights, by_weights)) in edges.iter().zip(each) {
        let by = &by[to * blend..(to + 1) * blend];
        let from = from * width..(from + 1) * width;
        add_back(by, weights, &x[from.clone()], by_weights, &mut by_x[from]);
    }
    [by_weights, by_x]
}

#[inline(never)]
fn add_back(by: &[f32], weights: &[f32], x: &[f32], by_weights: &mut [f32], by_x: &mut [f32]) {
    let width = x.len();
    let by_x = &mut by_x[..width];
    let each = by.chunks_exact(width).zip(weights).zip(by_weights);
    for ((by, weight), by_weight) in each {
        *by_weight = dot(by, x);
        for k in 0..width {
            by_x[k] += weight * by[k];
        }
    }
}
