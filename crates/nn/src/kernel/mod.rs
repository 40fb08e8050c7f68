//! Plain loops over `f32` slices: what the fused recurrences compute, without a tensor in sight.
//!
//! An autodiff graph pays for every operation it records, and a recurrence records a dozen for each
//! time step; small models spend most of their time there. Here a whole sequence is one operation
//! with a backward pass written by hand. [`crate::Lstm::step`], [`crate::Gru::step`] and
//! [`crate::Rnn::step`] are the same recurrences in readable tensor operations, and the tests hold the two against each other.

pub mod additive;
pub mod attention;
pub mod decoder;
pub mod edges;
pub mod gru;
pub mod lstm;
pub mod messages;
pub mod norm;
pub mod packed;
pub mod patches;
pub mod peephole;
pub mod rnn;
mod scalar;
pub mod softmax;

pub(crate) use scalar::{rectify, rectify_gradient};
pub use scalar::{sigmoid_all, tanh_all};

use std::{borrow::Cow, ops::Range, slice::ChunksExact};

/// The numbers from `k` on. Loops over short arrays vectorise where those over many slices do not,
/// which the compiler cannot tell apart.
#[inline(always)]
fn lanes<const L: usize>(values: &[f32], k: usize) -> [f32; L] {
    std::array::from_fn(|lane| values[k + lane])
}

/// Calls `$each::<4>` and, for what is left, `$each::<1>` with the places in `0..$n`.
macro_rules! in_lanes {
    ($n:expr, $each:ident($($argument:expr),* $(,)?)) => {
        for k in (0..$n / 4 * 4).step_by(4) {
            $each::<4>(k, $($argument),*);
        }
        for k in $n / 4 * 4..$n {
            $each::<1>(k, $($argument),*);
        }
    };
}
use in_lanes;

/// A matrix in a slice: `rows` by `columns`, row-major or transposed. Between what belongs to it there
/// may be something else.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    data: &'a [f32],
    /// Where its first element is.
    start: usize,
    rows: usize,
    columns: usize,
    /// From a row to the next.
    row_step: usize,
    /// From a column to the next: 1 unless transposed.
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// The row-major matrix that fills `data`, with so many columns.
    ///
    /// # Panics
    /// If `data` is no whole number of rows.
    pub fn new(data: &'a [f32], columns: usize) -> Self {
        assert!(
            data.len().is_multiple_of(columns),
            "{} is no multiple of {columns}",
            data.len()
        );
        Self::part(data, columns, 0..columns)
    }

    /// Some columns of a row-major matrix of `step` columns.
    pub(crate) fn part(data: &'a [f32], step: usize, columns: Range<usize>) -> Self {
        Self {
            data,
            start: columns.start,
            rows: data.len() / step,
            columns: columns.len(),
            row_step: step,
            column_step: 1,
        }
    }

    /// The rows of what is stored: its own, or its columns if it is transposed. Each begins at `start`.
    fn stored(&self) -> ChunksExact<'a, f32> {
        self.data.chunks_exact(self.row_step.max(self.column_step))
    }

    /// Its values row by row; they are moved only where they do not lie so.
    fn row_major(&self) -> Cow<'a, [f32]> {
        if self.column_step == 1 && self.row_step == self.columns {
            return Cow::Borrowed(self.data);
        }
        let mut values = vec![0.0; self.rows * self.columns];
        if self.column_step == 1 {
            for (to, row) in values.chunks_exact_mut(self.columns).zip(self.stored()) {
                to.copy_from_slice(&row[self.start..][..self.columns]);
            }
            return Cow::Owned(values);
        }
        // Four columns of what is stored at a time: a line of memory is read once for all of them.
        for from in (0..self.rows).step_by(4) {
            let width = (self.rows - from).min(4);
            for (r, row) in self.stored().enumerate() {
                for (c, value) in row[self.start + from..][..width].iter().enumerate() {
                    values[(from + c) * self.columns + r] = *value;
                }
            }
        }
        Cow::Owned(values)
    }

    /// Its transpose, without moving anything.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            // A column by itself becomes a row by itself.
            row_step: if self.row_step == self.column_step {
                self.rows
            } else {
                self.column_step
            },
            column_step: self.row_step,
            ..self
        }
    }
}

/// Appends `a`·`b`, row-major, to `out`.
///
/// # Panics
/// If the sizes do not fit.
pub fn append(out: &mut Vec<f32>, a: Matrix, b: Matrix) {
    packed::append(out, a, b, None);
}

/// `a`·`b`, row-major.
///
/// # Panics
/// If the sizes do not fit.
pub fn product(a: Matrix, b: Matrix) -> Vec<f32> {
    products([(a, b)])
}

/// `a`·`b` of each pair, row-major, one after another.
///
/// # Panics
/// If the sizes do not fit.
pub fn products<'a>(
    factors: impl IntoIterator<Item = (Matrix<'a>, Matrix<'a>), IntoIter: ExactSizeIterator>,
) -> Vec<f32> {
    let factors = factors.into_iter();
    let (n, mut out) = (factors.len(), Vec::new());
    for (i, (a, b)) in factors.enumerate() {
        out.reserve((n - i) * a.rows * b.columns);
        append(&mut out, a, b);
    }
    out
}

/// `a`·`b`, row-major, with `row` added to each of its rows.
///
/// # Panics
/// If the sizes do not fit.
pub fn affine(a: Matrix, b: Matrix, row: &[f32]) -> Vec<f32> {
    let mut out = Vec::new();
    packed::append(&mut out, a, b, Some(row));
    out
}

/// The gradient by a matrix that rows of `inner` numbers were multiplied with, `by` being that by the
/// products: the same number of rows.
fn by_matrix(rows: &[f32], inner: usize, by: Matrix) -> Vec<f32> {
    product(Matrix::new(rows, inner).transposed(), by)
}

/// Whether a recurrence begins with a state: of one that is zero there is nothing to multiply.
fn remembers(h0: &[f32]) -> bool {
    h0.iter().any(|h| *h != 0.0)
}

/// Adds rows to one.
pub(crate) fn add_rows(sum: &mut [f32], rows: &[f32]) {
    add_weighted_rows(sum, rows.chunks_exact(sum.len()).map(|row| (1.0, row)));
}

/// Adds rows to one, each times its weight, one after another.
fn add_weighted_rows<'a>(sum: &mut [f32], mut rows: impl Iterator<Item = (f32, &'a [f32])>) {
    while let Some(first) = rows.next() {
        match (rows.next(), rows.next(), rows.next()) {
            (Some(b), Some(c), Some(d)) => add_four(sum, [first, b, c, d]),
            (b, c, d) => {
                let left = [Some(first), b, c, d].into_iter().flatten();
                left.for_each(|(weight, row)| add_one(sum, weight, row));
            }
        }
    }
}

/// Adds four rows to one, which is read and written once for all of them. A function of its own, as is the
/// next: that what it is given does not overlap the compiler knows only of arguments.
#[inline(never)]
fn add_four(sum: &mut [f32], [a, b, c, d]: [(f32, &[f32]); 4]) {
    let sums = sum.iter_mut().zip(a.1).zip(b.1).zip(c.1).zip(d.1);
    for ((((sum, x), y), z), w) in sums {
        *sum = *sum + a.0 * x + b.0 * y + c.0 * z + d.0 * w;
    }
}

#[inline(never)]
fn add_one(sum: &mut [f32], weight: f32, row: &[f32]) {
    let sums = sum.iter_mut().zip(row);
    sums.for_each(|(sum, x)| *sum += weight * x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Rng;

    /// The transpose of a row-major matrix with so many columns.
    pub fn transpose(matrix: &[f32], columns: usize) -> Vec<f32> {
        let column = |c| matrix[c..].iter().step_by(columns).copied();
        (0..columns).flat_map(column).collect()
    }

    #[test]
    fn rows_are_added_one_after_another() {
        let mut rng = Rng::new(2, "test");
        for (rows, columns) in [(0, 3), (1, 9), (3, 1), (4, 5), (7, 8), (9, 6)] {
            let mut draw = |n| crate::init::uniform(n, 1.0, &mut rng);
            let (all, mut sum) = (draw(rows * columns), draw(columns));
            let mut want = sum.clone();
            for (i, x) in all.iter().enumerate() {
                want[i % columns] += x;
            }
            add_rows(&mut sum, &all);
            assert_eq!(sum, want);
        }
    }

    #[test]
    fn products_transpose_and_begin_with_a_row() {
        let mut rng = Rng::new(1, "test");
        let mut draw = |n| crate::init::uniform(n, 1.0, &mut rng);
        // (3×5)·(5×4), each factor stored both ways round.
        let (a, b) = (draw(15), draw(20));
        let (at, bt) = (transpose(&a, 5), transpose(&b, 4));
        let mut want = [0.0f64; 12];
        for (i, w) in want.iter_mut().enumerate() {
            *w += (0..5)
                .map(|k| f64::from(a[i / 4 * 5 + k]) * f64::from(b[k * 4 + i % 4]))
                .sum::<f64>();
        }
        for a in [Matrix::new(&a, 5), Matrix::new(&at, 3).transposed()] {
            for b in [Matrix::new(&b, 4), Matrix::new(&bt, 5).transposed()] {
                let twice = products([(a, b), (a, b)]);
                let onto_ones = affine(a, b, &[1.0; 4]);
                for (i, want) in want.iter().enumerate() {
                    let got = [twice[i], twice[12 + i], onto_ones[i] - 1.0];
                    assert!(got.iter().all(|got| (f64::from(*got) - want).abs() < 1e-5));
                }
            }
        }
    }
}
