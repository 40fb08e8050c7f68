//! A matrix that many others are multiplied with: a recurrence meets the same weights at every time
//! step, so they are laid out once a pass.

use super::Matrix;

/// The right factor of products.
pub struct Packed<'a>(Layout<'a>);

impl<'a> Packed<'a> {
    /// Lays `b` out.
    pub fn new(b: Matrix<'a>) -> Self {
        Self(Layout::new(b))
    }

    /// `out` ← `a`·`b`, or `out` + `a`·`b` if `add`; both are row-major.
    ///
    /// # Panics
    /// If the sizes do not fit.
    pub fn multiply(&self, out: &mut [f32], add: bool, a: &[f32]) {
        self.0.multiply(out, add, a);
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type Layout<'a> = plain::Plain<'a>;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
type Layout<'a> = panels::Panels<'a>;

/// The `gemm` crate's products: the fastest where the processor has more than 128 bits.
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod plain {
    use crate::kernel::{Matrix, matmul};
    use std::borrow::Cow;

    pub struct Plain<'a> {
        /// Row-major: a transposed matrix is moved once, or every product would do it again.
        values: Cow<'a, [f32]>,
        rows: usize,
        columns: usize,
    }

    impl<'a> Plain<'a> {
        pub fn new(b: Matrix<'a>) -> Self {
            let values = if b.column_step == 1 {
                Cow::Borrowed(b.data)
            } else {
                let rows = (0..b.rows).flat_map(|r| (0..b.columns).map(move |c| b.at(r, c)));
                Cow::Owned(rows.collect())
            };
            Self {
                values,
                rows: b.rows,
                columns: b.columns,
            }
        }

        pub fn multiply(&self, out: &mut [f32], add: bool, a: &[f32]) {
            let (a, b) = (
                Matrix::new(a, self.rows),
                Matrix::new(&self.values, self.columns),
            );
            matmul(out, add, a, b);
        }
    }
}

/// Panels of eight columns, against which four rows at a time are multiplied: their 32 sums stay in
/// vectors of four, two of them for each row.
#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod panels {
    use super::lanes::Lanes;
    use crate::kernel::Matrix;
    use std::marker::PhantomData;

    const WIDTH: usize = 8;

    pub struct Panels<'a> {
        /// Panel by panel, row by row; the last panel is filled up with zeros.
        values: Vec<f32>,
        rows: usize,
        columns: usize,
        of: PhantomData<&'a [f32]>,
    }

    impl<'a> Panels<'a> {
        pub fn new(b: Matrix<'a>) -> Self {
            let panels = b.columns.div_ceil(WIDTH);
            let mut values = vec![0.0; panels * b.rows * WIDTH];
            for (p, panel) in values.chunks_exact_mut(b.rows * WIDTH).enumerate() {
                let width = WIDTH.min(b.columns - p * WIDTH);
                for (r, row) in panel.chunks_exact_mut(WIDTH).enumerate() {
                    for (c, value) in row[..width].iter_mut().enumerate() {
                        *value = b.at(r, p * WIDTH + c);
                    }
                }
            }
            Self {
                values,
                rows: b.rows,
                columns: b.columns,
                of: PhantomData,
            }
        }

        pub fn multiply(&self, out: &mut [f32], add: bool, a: &[f32]) {
            let (inner, columns) = (self.rows, self.columns);
            assert!(a.len().is_multiple_of(inner), "inner sizes");
            assert_eq!(out.len(), a.len() / inner * columns, "outer sizes");
            for (p, panel) in self.values.chunks_exact(inner * WIDTH).enumerate() {
                let at = p * WIDTH;
                let (panel, _) = panel.as_chunks::<WIDTH>();
                let mut a = a.chunks_exact(4 * inner);
                let mut out = out.chunks_exact_mut(4 * columns);
                for (a, out) in a.by_ref().zip(out.by_ref()) {
                    block::<4>(out, columns, at, add, a, panel);
                }
                let rows = a.remainder().chunks_exact(inner);
                let outs = out.into_remainder().chunks_exact_mut(columns);
                for (a, out) in rows.zip(outs) {
                    block::<1>(out, columns, at, add, a, panel);
                }
            }
        }
    }

    /// ROWS rows of `a` against one panel; every sum goes through the inner size in order, so that
    /// it is the same whatever the lanes are.
    #[inline(always)]
    fn block<const ROWS: usize>(
        out: &mut [f32],
        columns: usize,
        at: usize,
        add: bool,
        a: &[f32],
        panel: &[[f32; WIDTH]],
    ) {
        let inner = panel.len();
        let rows: [&[f32]; ROWS] = std::array::from_fn(|r| &a[r * inner..][..inner]);
        let mut sums = [[Lanes::splat(0.0); 2]; ROWS];
        for (k, b) in panel.iter().enumerate() {
            let b = [Lanes::of(&b[..4]), Lanes::of(&b[4..])];
            for (sums, row) in sums.iter_mut().zip(rows) {
                let a = Lanes::splat(row[k]);
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = sum.plus(a.times(b));
                }
            }
        }
        let width = WIDTH.min(columns - at);
        for (out, sums) in out.chunks_exact_mut(columns).zip(sums) {
            let sums: [[f32; 4]; 2] = sums.map(Lanes::values);
            for (out, sum) in out[at..at + width].iter_mut().zip(sums.as_flattened()) {
                *out = if add { *out + sum } else { *sum };
            }
        }
    }
}

/// Four numbers at once. The compiler's own vectors reach two thirds of this in a browser.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use std::arch::wasm32::{f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128};

    #[derive(Clone, Copy)]
    pub struct Lanes(v128);

    impl Lanes {
        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self(f32x4_splat(x))
        }

        #[inline(always)]
        pub fn of(x: &[f32]) -> Self {
            Self(f32x4(x[0], x[1], x[2], x[3]))
        }

        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub fn times(self, other: Self) -> Self {
            Self(f32x4_mul(self.0, other.0))
        }

        #[inline(always)]
        pub fn values(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }
    }
}

/// The same without vectors, so that the panels are tested natively.
#[cfg(all(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod lanes {
    #[derive(Clone, Copy)]
    pub struct Lanes([f32; 4]);

    impl Lanes {
        pub fn splat(x: f32) -> Self {
            Self([x; 4])
        }

        pub fn of(x: &[f32]) -> Self {
            Self([x[0], x[1], x[2], x[3]])
        }

        pub fn plus(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
        }

        pub fn times(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
        }

        pub fn values(self) -> [f32; 4] {
            self.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{init, kernel::tests::transpose};
    use lab::Rng;

    #[test]
    fn both_layouts_are_the_product_whatever_the_sizes() {
        let mut rng = Rng::new(1, "packed");
        for (rows, inner, columns) in [(1, 1, 1), (4, 8, 8), (7, 5, 19), (3, 2, 9), (9, 16, 24)] {
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            let (a, b, start) = (
                draw(rows * inner),
                draw(inner * columns),
                draw(rows * columns),
            );
            let turned = transpose(&b, columns);
            let want = |add: bool, i: usize| {
                let sum: f64 = (0..inner)
                    .map(|k| {
                        let (a, b) = (a[i / columns * inner + k], b[k * columns + i % columns]);
                        f64::from(a) * f64::from(b)
                    })
                    .sum();
                sum + if add { f64::from(start[i]) } else { 0.0 }
            };
            for b in [
                Matrix::new(&b, columns),
                Matrix::new(&turned, inner).transposed(),
            ] {
                for add in [false, true] {
                    let mut outs = [start.clone(), start.clone()];
                    plain::Plain::new(b).multiply(&mut outs[0], add, &a);
                    panels::Panels::new(b).multiply(&mut outs[1], add, &a);
                    for (i, value) in outs.iter().flat_map(|out| out.iter().enumerate()) {
                        assert!((f64::from(*value) - want(add, i)).abs() < 1e-5);
                    }
                }
            }
        }
    }
}
