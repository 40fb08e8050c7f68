//! Products. A matrix that many others are multiplied with is laid out once: a recurrence meets the
//! same weights at every time step.

use super::Matrix;

/// `out` ← `a`·`b`, or `out` + `a`·`b` if `add`; `out` is row-major.
///
/// # Panics
/// If the sizes do not fit.
pub(super) fn matmul(out: &mut [f32], add: bool, a: Matrix, b: Matrix) {
    assert_eq!(a.columns, b.rows, "inner sizes");
    Layout::product(out, add, a, b);
}

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
}

/// Panels of eight columns, against which four rows at a time are multiplied: their 32 sums stay in
/// vectors of four, two of them for each row.
#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod panels {
    use super::lanes::Lanes;
    use crate::kernel::{Matrix, scalar::dot};
    use std::marker::PhantomData;

    const WIDTH: usize = 8;
    const HEIGHT: usize = 4;
    /// Rows of a panel: 8 KiB of it and 4 KiB of the other factor stay in the nearest cache.
    const DEPTH: usize = 256;

    pub struct Panels<'a> {
        /// DEPTH rows after DEPTH rows, in them panel by panel, in it row by row.
        values: Vec<[f32; WIDTH]>,
        rows: usize,
        columns: usize,
        of: PhantomData<&'a [f32]>,
    }

    impl<'a> Panels<'a> {
        pub fn new(b: Matrix<'a>) -> Self {
            let panels = b.columns.div_ceil(WIDTH);
            let mut values = vec![[0.0; WIDTH]; panels * b.rows];
            for (d, slab) in values.chunks_mut(panels * DEPTH).enumerate() {
                let depth = slab.len() / panels;
                for (p, panel) in slab.chunks_exact_mut(depth).enumerate() {
                    fill(panel, b.transposed(), p * WIDTH, d * DEPTH);
                }
            }
            Self {
                values,
                rows: b.rows,
                columns: b.columns,
                of: PhantomData,
            }
        }

        pub fn product(out: &mut [f32], add: bool, a: Matrix, b: Matrix<'a>) {
            if a.rows < HEIGHT {
                thin(out, add, &a.row_major(), b);
            } else {
                Self::new(b).multiply_by(out, add, a);
            }
        }

        pub fn multiply(&self, out: &mut [f32], add: bool, a: &[f32]) {
            self.multiply_by(out, add, Matrix::new(a, self.rows));
        }

        fn multiply_by(&self, out: &mut [f32], add: bool, a: Matrix) {
            assert_eq!(a.columns, self.rows, "inner sizes");
            assert_eq!(out.len(), a.rows * self.columns, "outer sizes");
            let panels = self.columns.div_ceil(WIDTH);
            let mut block = [[0.0; HEIGHT]; DEPTH];
            for (d, slab) in self.values.chunks(panels * DEPTH).enumerate() {
                let block = &mut block[..slab.len() / panels];
                let add = add || d > 0;
                for (r, out) in out.chunks_mut(HEIGHT * self.columns).enumerate() {
                    fill(block, a, r * HEIGHT, d * DEPTH);
                    if add {
                        multiply::<true>(out, block, slab, self.columns);
                    } else {
                        multiply::<false>(out, block, slab, self.columns);
                    }
                }
            }
        }
    }

    /// HEIGHT rows, or what is left of them, by all panels.
    #[inline(always)]
    fn multiply<const ADD: bool>(
        out: &mut [f32],
        block: &[[f32; HEIGHT]],
        slab: &[[f32; WIDTH]],
        columns: usize,
    ) {
        let mut panels = slab.chunks_exact(block.len()).enumerate();
        if out.len() == HEIGHT * columns {
            let mut rows = out.chunks_exact_mut(columns);
            let mut rows: [_; HEIGHT] = std::array::from_fn(|_| {
                let row = rows.next().expect("as many as the sizes say");
                row.as_chunks_mut().0
            });
            for (p, panel) in panels.by_ref().take(columns / WIDTH) {
                for (row, sums) in rows.iter_mut().zip(tile(block, panel)) {
                    put::<ADD>(&mut row[p], sums);
                }
            }
        }
        for (p, panel) in panels {
            edge(out, ADD, columns, p * WIDTH, tile(block, panel));
        }
    }

    /// The products of HEIGHT rows and WIDTH columns; every sum goes through the inner size in order,
    /// so that it is the same whatever the lanes are.
    #[inline(always)]
    fn tile(rows: &[[f32; HEIGHT]], panel: &[[f32; WIDTH]]) -> [[Lanes; 2]; HEIGHT] {
        let mut sums = [[Lanes::splat(0.0); 2]; HEIGHT];
        for (a, b) in rows.iter().zip(panel) {
            let b = [Lanes::of(&b[..4]), Lanes::of(&b[4..])];
            for (sums, a) in sums.iter_mut().zip(a) {
                let a = Lanes::splat(*a);
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = sum.plus(a.times(b));
                }
            }
        }
        sums
    }

    /// Puts a row's sums where they belong, or adds them to what is there.
    #[inline(always)]
    fn put<const ADD: bool>(out: &mut [f32; WIDTH], sums: [Lanes; 2]) {
        for (out, sums) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            let sums = if ADD { Lanes::of(out).plus(sums) } else { sums };
            *out = sums.values();
        }
    }

    /// The same where rows or columns end before the tile does.
    #[inline(never)]
    fn edge(out: &mut [f32], add: bool, columns: usize, at: usize, sums: [[Lanes; 2]; HEIGHT]) {
        for (row, sums) in out.chunks_exact_mut(columns).zip(sums) {
            let sums = sums.map(Lanes::values);
            for (out, sum) in row[at..].iter_mut().zip(sums.as_flattened()) {
                *out = if add { *out + sum } else { *sum };
            }
        }
    }

    /// Lays out the rows of a matrix from this one on, side by side, and of them what begins at this
    /// column. Nobody looks at what comes of rows that are not there.
    fn fill<const N: usize>(to: &mut [[f32; N]], matrix: Matrix, row: usize, column: usize) {
        let height = N.min(matrix.rows - row);
        if matrix.column_step == 1 {
            let at = |r: usize| &matrix.data[(row + r) * matrix.columns + column..][..to.len()];
            let rows: [&[f32]; N] = std::array::from_fn(|r| at(r.min(height - 1)));
            for (k, to) in to.iter_mut().enumerate() {
                *to = std::array::from_fn(|r| rows[r][k]);
            }
        } else {
            let columns = matrix.data.chunks_exact(matrix.rows).skip(column);
            for (to, from) in to.iter_mut().zip(columns) {
                // Of a length that is known it is no call.
                match from[row..].first_chunk() {
                    Some(whole) => *to = *whole,
                    None => to[..height].copy_from_slice(&from[row..]),
                }
            }
        }
    }

    /// The product with so few rows that laying `b` out would take longer.
    fn thin(out: &mut [f32], add: bool, a: &[f32], b: Matrix) {
        assert_eq!(out.len(), a.len() / b.rows * b.columns, "outer sizes");
        for (out, a) in out.chunks_exact_mut(b.columns).zip(a.chunks_exact(b.rows)) {
            if !add {
                out.fill(0.0);
            }
            if b.column_step == 1 {
                for (a, b) in a.iter().zip(b.data.chunks_exact(b.columns)) {
                    out.iter_mut().zip(b).for_each(|(out, b)| *out += a * b);
                }
            } else {
                for (out, b) in out.iter_mut().zip(b.data.chunks_exact(b.rows)) {
                    *out += dot(a, b);
                }
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
        for (rows, inner, columns) in [
            (1, 1, 1),
            (4, 8, 8),
            (7, 5, 19),
            (3, 2, 9),
            (9, 16, 24),
            (5, 300, 11),
        ] {
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            let (a, b, start) = (
                draw(rows * inner),
                draw(inner * columns),
                draw(rows * columns),
            );
            let (turned, a_turned) = (transpose(&b, columns), transpose(&a, inner));
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
                    let mut outs = [const { Vec::new() }; 4].map(|_: Vec<f32>| start.clone());
                    plain::Plain::new(b).multiply(&mut outs[0], add, &a);
                    panels::Panels::new(b).multiply(&mut outs[1], add, &a);
                    let a = Matrix::new(&a_turned, rows).transposed();
                    plain::Plain::product(&mut outs[2], add, a, b);
                    panels::Panels::product(&mut outs[3], add, a, b);
                    for (i, value) in outs.iter().flat_map(|out| out.iter().enumerate()) {
                        assert!((f64::from(*value) - want(add, i)).abs() < 2e-5);
                    }
                }
            }
        }
    }
}
