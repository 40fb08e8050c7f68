//! The softmax over rows, and the cross-entropy of its outcome with the right classes.

use super::scalar::{LANES, dot, exp_all, sum};

/// Raises a row's numbers, less their largest: the largest and the sum. A NaN makes the sum one.
#[inline(always)]
fn raise(row: &mut [f32]) -> (f32, f32) {
    // Not `max`, which is a call in a browser.
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut tops = [f32::NEG_INFINITY; LANES];
    let (parts, rest) = row.as_chunks::<LANES>();
    for part in parts {
        for lane in 0..LANES {
            tops[lane] = larger(tops[lane], part[lane]);
        }
    }
    let all = tops.iter().chain(rest);
    let top = all.fold(f32::NEG_INFINITY, |top, x| larger(top, *x));
    exp_all(row, top);
    (top, sum(row))
}

/// A row to what is in proportion to its numbers' exponentials and adds up to 1; its largest number
/// and the sum of the exponentials of all, less it.
#[inline(always)]
pub(super) fn normalise(row: &mut [f32]) -> (f32, f32) {
    let (top, sum) = raise(row);
    let share = 1.0 / sum;
    row.iter_mut().for_each(|x| *x *= share);
    (top, sum)
}

/// Every row of so many numbers to its softmax.
pub fn forward(mut values: Vec<f32>, columns: usize) -> Vec<f32> {
    for row in values.chunks_exact_mut(columns) {
        normalise(row);
    }
    values
}

/// The backward pass: `y` is what [`forward`] returned, `by` the gradient by it, overwritten with
/// that by what went in.
pub fn backward(y: &[f32], by: &mut [f32], columns: usize) {
    for (y, by) in y.chunks_exact(columns).zip(by.chunks_exact_mut(columns)) {
        let mean = dot(y, by);
        for (by, y) in by.iter_mut().zip(y) {
            *by = y * (*by - mean);
        }
    }
}

/// Mean of −ln softmax(row)[target] over rows, in nats, and the softmax.
///
/// # Panics
/// If a target is no column.
pub fn cross_entropy(mut scores: Vec<f32>, targets: &[usize], columns: usize) -> (f32, Vec<f32>) {
    let mut total = 0.0f64;
    for (row, target) in scores.chunks_exact_mut(columns).zip(targets) {
        let right = row[*target];
        let (top, sum) = normalise(row);
        total += f64::from(sum.ln() + (top - right));
    }
    ((total / targets.len() as f64) as f32, scores)
}

/// The gradient by the scores: `p` is the softmax that [`cross_entropy`] returned, `by` the gradient
/// by the mean.
pub fn cross_entropy_backward(p: &mut [f32], targets: &[usize], by: f32, columns: usize) {
    let each = by / targets.len() as f32;
    for (row, target) in p.chunks_exact_mut(columns).zip(targets) {
        row[*target] -= 1.0;
        row.iter_mut().for_each(|x| *x *= each);
    }
}
