//! The `gemm` crate's products: the fastest where the processor has more than 128 bits.

use super::{Triangle, append_rows};
use crate::kernel::Matrix;
use gemm::Parallelism;
use std::borrow::Cow;

pub struct Plain<'a> {
    /// Row-major: a transposed matrix is moved once, or every product would do it again.
    values: Cow<'a, [f32]>,
    columns: usize,
}

impl<'a> Plain<'a> {
    pub fn new(b: Matrix<'a>) -> Self {
        Self {
            values: b.row_major(),
            columns: b.columns,
        }
    }

    pub fn multiply(&self, out: &mut [f32], step: usize, add: bool, a: Matrix, _: Triangle) {
        gemm(out, step, add, a, Matrix::new(&self.values, self.columns));
    }

    /// Appends `a`·`b` to `out`, each row of it added to `row` if there is one.
    pub fn append(out: &mut Vec<f32>, a: Matrix, b: Matrix, row: Option<&[f32]>) {
        let begin = out.len();
        append_rows(out, [a.rows, b.columns], row);
        gemm(&mut out[begin..], b.columns, row.is_some(), a, b);
    }
}

/// The product into rows of `out` that lie `step` apart.
fn gemm(out: &mut [f32], step: usize, add: bool, a: Matrix, b: Matrix) {
    if out.is_empty() {
        return;
    }
    let end = |rows: usize, columns: usize, row_step: usize, column_step: usize| {
        (rows.max(1) - 1) * row_step + (columns.max(1) - 1) * column_step + 1
    };
    assert!(a.columns == b.rows && b.columns <= step, "sizes");
    assert!(end(a.rows, b.columns, step, 1) <= out.len(), "outer sizes");
    for m in [a, b] {
        let end = m.start + end(m.rows, m.columns, m.row_step, m.column_step);
        assert!(end <= m.data.len());
    }
    // SAFETY: the last element of each of the three lies in its slice, and so do all others; `out` is
    // borrowed exclusively, and its rows do not overlap.
    #[allow(unsafe_code)]
    unsafe {
        gemm::gemm(
            a.rows,
            b.columns,
            a.columns,
            out.as_mut_ptr(),
            1,
            step as isize,
            add,
            a.data[a.start..].as_ptr(),
            a.column_step as isize,
            a.row_step as isize,
            b.data[b.start..].as_ptr(),
            b.column_step as isize,
            b.row_step as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
