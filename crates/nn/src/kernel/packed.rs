//! Products. A matrix that many others are multiplied with is laid out once: a recurrence meets the
//! same weights at every time step.

use super::Matrix;

/// Appends `a`·`b`, row-major, to `out`, each row of it added to `row` if there is one.
///
/// # Panics
/// If the sizes do not fit.
pub(super) fn append(out: &mut Vec<f32>, a: Matrix, b: Matrix, row: Option<&[f32]>) {
    assert_eq!(a.columns, b.rows, "inner sizes");
    assert!(row.is_none_or(|row| row.len() == b.columns), "outer sizes");
    Layout::append(out, a, b, row);
}

/// Appends so many rows and columns to `out`: this row each time, or zeros.
fn append_rows(out: &mut Vec<f32>, [rows, columns]: [usize; 2], row: Option<&[f32]>) {
    match row {
        Some(row) => (0..rows).for_each(|_| out.extend_from_slice(row)),
        None => out.resize(out.len() + rows * columns, 0.0),
    }
}

/// What a product may leave out, because nobody looks at it or it is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Triangle {
    /// Nothing.
    Whole,
    /// Of row i of the product, all columns beyond i.
    Product,
    /// Of row i of the left factor as it is stored, before it is transposed, all columns beyond i: they
    /// are zero.
    Left,
}

/// The right factor of products.
pub struct Packed<'a> {
    layout: Layout<'a>,
    rows: usize,
    columns: usize,
}

impl<'a> Packed<'a> {
    /// Lays `b` out.
    pub fn new(b: Matrix<'a>) -> Self {
        Self {
            layout: Layout::new(b),
            rows: b.rows,
            columns: b.columns,
        }
    }

    /// `out` ← `a`·`b`, or `out` + `a`·`b` if `add`; both are row-major.
    ///
    /// # Panics
    /// If the sizes do not fit.
    pub fn multiply(&self, out: &mut [f32], add: bool, a: &[f32]) {
        let a = Matrix::new(a, self.rows);
        assert_eq!(out.len(), a.rows * self.columns, "outer sizes");
        self.layout
            .multiply(out, self.columns, add, a, Triangle::Whole);
    }

    /// The same into the first columns of a matrix that has `step` of them; of its last row no more is
    /// needed.
    ///
    /// # Panics
    /// If the sizes do not fit.
    pub(crate) fn multiply_part(&self, out: &mut [f32], step: usize, add: bool, a: Matrix) {
        self.multiply_triangle(out, step, add, a, Triangle::Whole);
    }

    /// The same without what a triangle leaves out.
    ///
    /// # Panics
    /// If the sizes do not fit.
    pub(crate) fn multiply_triangle(
        &self,
        out: &mut [f32],
        step: usize,
        add: bool,
        a: Matrix,
        triangle: Triangle,
    ) {
        assert_eq!(a.columns, self.rows, "inner sizes");
        assert!(self.columns <= step && out.len().div_ceil(step) == a.rows);
        let end = (a.rows - 1) * step + self.columns;
        assert!(end <= out.len(), "outer sizes");
        self.layout.multiply(out, step, add, a, triangle);
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type Layout<'a> = plain::Plain<'a>;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
type Layout<'a> = panels::Panels<'a>;

#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes;
#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod panels;
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod plain;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{init, kernel::tests::transpose};
    use lab::Rng;

    const SIZES: [(usize, usize, usize); 11] = [
        (1, 1, 1),
        (6, 9, 1),
        (5, 1, 8),
        (2, 1, 9),
        (4, 8, 8),
        (7, 5, 19),
        (3, 2, 9),
        (2, 11, 9),
        (9, 16, 24),
        (5, 300, 11),
        (8, 600, 16),
    ];

    /// `out` ← a·b + `add`·`out`, in f64 and in loops, into every row's first columns.
    fn definition(
        out: &[f32],
        step: usize,
        add: bool,
        a: &[f32],
        b: &[f32],
        inner: usize,
    ) -> Vec<f64> {
        let columns = b.len() / inner;
        let entry = |i: usize, old: f32| {
            let (row, column) = (i / step, i % step);
            if column >= columns {
                return f64::from(old);
            }
            let term = |k| f64::from(a[row * inner + k]) * f64::from(b[k * columns + column]);
            (0..inner).map(term).sum::<f64>() + if add { f64::from(old) } else { 0.0 }
        };
        out.iter()
            .enumerate()
            .map(|(i, old)| entry(i, *old))
            .collect()
    }

    #[track_caller]
    fn close(got: &[f32], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            let error = (f64::from(*got) - want).abs();
            assert!(error < 2e-5 * want.abs().max(1.0), "{got} {want}");
        }
    }

    fn draw_row(columns: usize) -> Vec<f32> {
        init::uniform(columns, 1.0, &mut Rng::new(4, "row"))
    }

    #[test]
    fn both_layouts_are_the_product_whatever_the_sizes() {
        let mut rng = Rng::new(1, "packed");
        for (rows, inner, columns) in SIZES {
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            let (a, b, start) = (
                draw(rows * inner),
                draw(inner * columns),
                draw(rows * columns),
            );
            let (turned, a_turned) = (transpose(&b, columns), transpose(&a, inner));
            for b_as in [
                Matrix::new(&b, columns),
                Matrix::new(&turned, inner).transposed(),
            ] {
                for a_as in [
                    Matrix::new(&a, inner),
                    Matrix::new(&a_turned, rows).transposed(),
                ] {
                    for add in [false, true] {
                        let mut outs = [(); 2].map(|()| start.clone());
                        plain::Plain::new(b_as).multiply(
                            &mut outs[0],
                            columns,
                            add,
                            a_as,
                            Triangle::Whole,
                        );
                        panels::Panels::new(b_as).multiply(
                            &mut outs[1],
                            columns,
                            add,
                            a_as,
                            Triangle::Whole,
                        );
                        let want = definition(&start, columns, add, &a, &b, inner);
                        outs.iter().for_each(|out| close(out, &want));
                    }
                    // Behind what is there, from nothing and from a row.
                    let row = draw_row(columns);
                    let rows = row.repeat(rows);
                    for (first, row) in [(&vec![0.0; rows.len()], None), (&rows, Some(&row[..]))] {
                        let mut outs = [(); 2].map(|()| vec![7.0, 8.0]);
                        plain::Plain::append(&mut outs[0], a_as, b_as, row);
                        panels::Panels::append(&mut outs[1], a_as, b_as, row);
                        let want = definition(first, columns, true, &a, &b, inner);
                        for out in outs {
                            assert_eq!(out[..2], [7.0, 8.0]);
                            close(&out[2..], &want);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_triangle_leaves_out_is_zero_or_not_looked_at() {
        let mut rng = Rng::new(3, "packed");
        for (n, columns) in [(1, 8), (4, 8), (13, 16), (16, 5), (300, 8), (520, 16)] {
            let lower = |i: usize| i % n <= i / n;
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            let (mut left, b, start) = (draw(n * n), draw(n * columns), draw(n * columns));
            for i in (0..n * n).filter(|i| !lower(*i)) {
                left[i] = 0.0;
            }
            let a = Matrix::new(&left, n);
            let b_as = Matrix::new(&b, columns);
            for (a, values) in [(a, &left), (a.transposed(), &transpose(&left, n))] {
                let mut outs = [(); 2].map(|()| start.clone());
                let triangle = Triangle::Left;
                plain::Plain::new(b_as).multiply(&mut outs[0], columns, true, a, triangle);
                panels::Panels::new(b_as).multiply(&mut outs[1], columns, true, a, triangle);
                let want = definition(&start, columns, true, values, &b, n);
                outs.iter().for_each(|out| close(out, &want));
            }
            let (thin, wide) = (draw(n * columns), draw(columns * n));
            let want = definition(&vec![0.0; n * n], n, false, &thin, &wide, columns);
            let (a, b) = (Matrix::new(&thin, columns), Matrix::new(&wide, n));
            let mut outs = [(); 2].map(|()| vec![0.0; n * n]);
            let triangle = Triangle::Product;
            plain::Plain::new(b).multiply(&mut outs[0], n, false, a, triangle);
            panels::Panels::new(b).multiply(&mut outs[1], n, false, a, triangle);
            let looked_at = |i: &usize| lower(*i);
            let want: Vec<f64> = (0..n * n).filter(looked_at).map(|i| want[i]).collect();
            for out in outs {
                let got: Vec<f32> = (0..n * n).filter(looked_at).map(|i| out[i]).collect();
                close(&got, &want);
            }
        }
    }

    /// a·b by [`definition`].
    fn plain_product(a: &[f32], b: &[f32], inner: usize) -> Vec<f32> {
        let columns = b.len() / inner;
        let zeros = vec![0.0; a.len() / inner * columns];
        let exact = definition(&zeros, columns, false, a, b, inner);
        exact.into_iter().map(|x| x as f32).collect()
    }

    /// Both layouts' product.
    #[track_caller]
    fn are_product(a: Matrix, b: Matrix, want: &[f32]) {
        let want: Vec<f64> = want.iter().map(|x| f64::from(*x)).collect();
        let mut outs = [(); 2].map(|()| Vec::new());
        plain::Plain::append(&mut outs[0], a, b, None);
        panels::Panels::append(&mut outs[1], a, b, None);
        outs.iter().for_each(|out| close(out, &want));
    }

    /// A matrix of so many columns between two columns and one of something else: without the two, and
    /// its last row without the one.
    fn among_others(matrix: &[f32], columns: usize) -> Vec<f32> {
        let wide = |row: &[f32]| [&[9.0, 9.0], row, &[9.0]].concat();
        let rows: Vec<f32> = matrix.chunks_exact(columns).flat_map(wide).collect();
        rows[..rows.len() - 1].to_vec()
    }

    #[test]
    fn parts_of_larger_matrices_are_factors_and_products_like_others() {
        let mut rng = Rng::new(2, "packed");
        for (rows, inner, columns) in SIZES {
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            let (a, b) = (draw(rows * inner), draw(inner * columns));
            let start = among_others(&draw(rows * columns), columns);
            let whole = |m: &[f32], columns| [among_others(m, columns), vec![9.0]].concat();
            let (wide_a, wide_b) = (whole(&a, inner), whole(&b, columns));
            let a_part = Matrix::part(&wide_a, inner + 3, 2..inner + 2);
            let b_part = Matrix::part(&wide_b, columns + 3, 2..columns + 2);
            let want = definition(&start[2..], columns + 3, true, &a, &b, inner);
            let mut outs = [(); 2].map(|()| start[2..].to_vec());
            plain::Plain::new(b_part).multiply(
                &mut outs[0],
                columns + 3,
                true,
                a_part,
                Triangle::Whole,
            );
            panels::Panels::new(b_part).multiply(
                &mut outs[1],
                columns + 3,
                true,
                a_part,
                Triangle::Whole,
            );
            outs.iter().for_each(|out| close(out, &want));
            // Transposed, as for gradients: aᵀ·(a·b) and (a·b)·bᵀ.
            let product = plain_product(&a, &b, inner);
            let wide = whole(&product, columns);
            let by = Matrix::part(&wide, columns + 3, 2..columns + 2);
            let want = plain_product(&transpose(&a, inner), &product, rows);
            for factor in [Matrix::new(&a, inner), a_part] {
                are_product(factor.transposed(), by, &want);
            }
            let want = plain_product(&product, &transpose(&b, columns), columns);
            for factor in [Matrix::new(&b, columns), b_part] {
                are_product(by, factor.transposed(), &want);
            }
        }
    }
}
