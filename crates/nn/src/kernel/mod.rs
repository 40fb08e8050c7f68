//! Plain loops over `f32` slices: what the fused recurrences compute, without a tensor in sight.
//!
//! An autodiff graph pays for every operation it records, and a recurrence records a dozen for each
//! time step; small models spend most of their time there. Here a whole sequence is one operation
//! with a backward pass written by hand. [`crate::Lstm::step`], [`crate::Gru::step`] and
//! [`crate::Rnn::step`] are the same recurrences in readable tensor operations, and the tests hold the two against each other.

pub mod additive;
pub mod gru;
pub mod lstm;
pub mod packed;
pub mod rnn;

use gemm::Parallelism;

/// A matrix in a slice: `rows` by `columns`, row-major or transposed.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: isize,
    column_step: isize,
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
        let rows = data.len() / columns;
        Self {
            data,
            rows,
            columns,
            row_step: columns as isize,
            column_step: 1,
        }
    }

    /// One value.
    fn at(&self, row: usize, column: usize) -> f32 {
        self.data[(row as isize * self.row_step + column as isize * self.column_step) as usize]
    }

    /// Its transpose, without moving anything.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
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
    assert_eq!(a.columns, b.rows, "inner sizes");
    assert_eq!(out.len(), a.rows * b.columns, "outer sizes");
    debug_assert!(a.data.len() == a.rows * a.columns && b.data.len() == b.rows * b.columns);
    // SAFETY: `Matrix` is only built over slices that it fills, its steps address each element of
    // them once, and the assertions above make the three sizes fit; `out` is borrowed exclusively.
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

/// tanh as a quotient of polynomials of degree 13 and 6 (Eigen's approximation; error ≤ 4e-7): it
/// vectorises, and every browser computes the same bits.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    const ODD: [f32; 7] = [
        4.893_524_6e-3,
        6.372_619_3e-4,
        1.485_722_4e-5,
        5.122_297_1e-8,
        -8.604_672e-11,
        2.000_188e-13,
        -2.760_768_5e-16,
    ];
    const EVEN: [f32; 4] = [4.893_525e-3, 2.268_434_6e-3, 1.185_347_1e-4, 1.198_258_4e-6];
    // Not `clamp`: a NaN must stay one, so that a diverged run is seen.
    let x = if x > 7.905_311 { 7.905_311 } else { x };
    let x = if x < -7.905_311 { -7.905_311 } else { x };
    let s = x * x;
    let p = ODD.iter().rev().fold(0.0, |sum, a| sum * s + a);
    let q = EVEN.iter().rev().fold(0.0, |sum, b| sum * s + b);
    x * p / q
}

/// The logistic function, σ(x) = ½ + ½·tanh(x/2).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Rng;

    /// The transpose of a row-major matrix with so many columns.
    pub fn transpose(matrix: &[f32], columns: usize) -> Vec<f32> {
        let turned = Matrix::new(matrix, columns).transposed();
        let rows = (0..columns).flat_map(|r| (0..turned.columns).map(move |c| turned.at(r, c)));
        rows.collect()
    }

    #[test]
    fn tanh_is_within_its_stated_error() {
        let mut worst = 0.0f64;
        for i in -120_000..=120_000 {
            let x = i as f32 * 1e-4;
            worst = worst.max((f64::from(tanh(x)) - f64::from(x).tanh()).abs());
        }
        assert!(worst < 4e-7, "{worst}");
        assert!(tanh(f32::NAN).is_nan() && tanh(1e30) <= 1.0 && tanh(-1e30) >= -1.0);
    }

    #[test]
    fn sigmoid_is_the_logistic_function() {
        for x in [-20.0f32, -3.0, -0.1, 0.0, 0.7, 4.0, 30.0] {
            let want = 1.0 / (1.0 + f64::from(-x).exp());
            assert!((f64::from(sigmoid(x)) - want).abs() < 4e-7, "σ({x})");
        }
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
