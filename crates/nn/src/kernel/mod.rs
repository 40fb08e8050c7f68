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

/// `out` ← `a`·`b`, or `out` + `a`·`b` if `add`; `out` is row-major.
///
/// # Panics
/// If the sizes do not fit.
pub fn matmul(out: &mut [f32], add: bool, a: Matrix, b: Matrix) {
    packed::matmul(out, add, a, b);
}

/// The gradient by a matrix that rows of `inner` numbers were multiplied with, `by` being that by the
/// products: the same number of rows.
fn by_matrix(rows: &[f32], inner: usize, by: Matrix) -> Vec<f32> {
    let mut out = vec![0.0; inner * by.columns];
    let rows = Matrix::new(rows, inner).transposed();
    matmul(&mut out, false, rows, by);
    out
}

/// Whether a recurrence begins with a state: of one that is zero there is nothing to multiply.
fn remembers(h0: &[f32]) -> bool {
    h0.iter().any(|h| *h != 0.0)
}

/// Adds rows to one. A function of its own: that what it is given does not overlap the compiler knows
/// only of arguments.
#[inline(never)]
pub(crate) fn add_rows(sum: &mut [f32], rows: &[f32]) {
    let columns = sum.len();
    for row in rows.chunks_exact(columns) {
        for k in 0..columns {
            sum[k] += row[k];
        }
    }
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
    fn matmul_transposes_and_adds() {
        let mut rng = Rng::new(1, "test");
        let mut draw = |n| crate::init::uniform(n, 1.0, &mut rng);
        // (3×5)·(5×4), each factor stored both ways round.
        let (a, b) = (draw(15), draw(20));
        let (at, bt) = (transpose(&a, 5), transpose(&b, 4));
        let mut want = vec![1.0f64; 12];
        for (i, w) in want.iter_mut().enumerate() {
            *w += (0..5)
                .map(|k| f64::from(a[i / 4 * 5 + k]) * f64::from(b[k * 4 + i % 4]))
                .sum::<f64>();
        }
        for a in [Matrix::new(&a, 5), Matrix::new(&at, 3).transposed()] {
            for b in [Matrix::new(&b, 4), Matrix::new(&bt, 5).transposed()] {
                let mut out = vec![1.0; 12];
                matmul(&mut out, true, a, b);
                assert!(
                    out.iter()
                        .zip(&want)
                        .all(|(o, w)| (f64::from(*o) - w).abs() < 1e-5)
                );
                matmul(&mut out, false, a, b);
                assert!(
                    out.iter()
                        .zip(&want)
                        .all(|(o, w)| (f64::from(*o) + 1.0 - w).abs() < 1e-5)
                );
            }
        }
    }
}
