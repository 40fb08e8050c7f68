//! The `gemm` crate's products: the fastest where the processor has more than 128 bits.

use crate::kernel::Matrix;
use gemm::Parallelism;
use std::borrow::Cow;

pub struct Plain<'a> {
    /// Row-major: a transposed matrix is moved once, or every product would do it again.
    values: Cow<'a, [f32]>,
    rows: usize,
    columns: usize,
}

impl<'a> Plain<'a> {
    pub fn new(b: Matrix<'a>) -> Self {
        Self {
            values: b.row_major(),
            rows: b.rows,
            columns: b.columns,
        }
    }

    pub fn multiply(&self, out: &mut [f32], add: bool, a: &[f32]) {
        let (a, b) = (
            Matrix::new(a, self.rows),
            Matrix::new(&self.values, self.columns),
        );
        Self::product(out, add, a, b);
    }

    pub fn product(out: &mut [f32], add: bool, a: Matrix, b: Matrix) {
        assert_eq!(out.len(), a.rows * b.columns, "outer sizes");
        debug_assert!(a.data.len() == a.rows * a.columns && b.data.len() == b.rows * b.columns);
        // SAFETY: `Matrix` is only built over slices that it fills, its steps address each
        // element of them once, and the assertions make the three sizes fit; `out` is borrowed
        // exclusively.
        #[allow(unsafe_code)]
        unsafe {
            gemm::gemm(
                a.rows,
                b.columns,
                a.columns,
                out.as_mut_ptr(),
                1,
                b.columns as isize,
                add,
                a.data.as_ptr(),
                a.column_step,
                a.row_step,
                b.data.as_ptr(),
                b.column_step,
                b.row_step,
                1.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
}
