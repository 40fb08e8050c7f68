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
            (8, 600, 16),
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
