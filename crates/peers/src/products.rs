//! A step's products and its functions without the rest of it: how much arithmetic they are, and what
//! they take alone.

use lab::Rng;
use nn::{
    init,
    kernel::{self, Matrix, packed::Packed},
};

/// Products `[rows, inner]` × `[inner, columns]` that a step does, forward and backward.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    rows: usize,
    inner: usize,
    columns: usize,
    times: usize,
    right: Right,
    /// Products for each one forward: itself, and one for the gradient of each factor that has one.
    passes: usize,
    /// Products that are left out of all these.
    free: usize,
}

/// The right factors of products that are done several times.
#[derive(Clone, Copy, Debug)]
enum Right {
    /// One for each.
    Own,
    /// The same, as a recurrence has it: each product waits for the one before.
    Shared,
    /// Looked after by another operation: counted, and not done here.
    Elsewhere,
}

impl Product {
    /// One whose factors both need a gradient.
    pub fn new(rows: usize, inner: usize, columns: usize) -> Self {
        Self {
            rows,
            inner,
            columns,
            times: 1,
            right: Right::Own,
            passes: 3,
            free: 0,
        }
    }

    /// The left factor is data: nobody asks for its gradient.
    pub fn of_data(self) -> Self {
        Self { passes: 2, ..self }
    }

    /// So many of them.
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// So many of them, one after another, by the same matrix.
    pub fn in_turn(self, times: usize) -> Self {
        let right = Right::Shared;
        Self {
            times,
            right,
            ..self
        }
    }

    /// So many of them in turn; the first one's left factor is zero, so that neither it nor its gradient
    /// is multiplied for.
    pub fn in_turn_from_nothing(self, times: usize) -> Self {
        Self {
            free: 2,
            ..self.in_turn(times)
        }
    }

    /// Part of an operation that is more than products.
    pub fn elsewhere(self) -> Self {
        let right = Right::Elsewhere;
        Self { right, ..self }
    }

    /// Forward and backward, in FLOP.
    pub fn flop(self) -> f64 {
        let one = 2.0 * (self.rows * self.inner * self.columns) as f64;
        one * (self.times * self.passes - self.free) as f64
    }
}

/// Numbers of which functions are taken at once.
const ROW: usize = 256;

/// All products of a step, on matrices of their sizes, and its functions.
pub struct Work {
    products: Vec<Factors>,
    /// How many functions.
    functions: usize,
    /// What they are taken of, and what comes out: a row, which stays in the nearest cache as a step's
    /// rows do.
    rows: [Vec<f32>; 2],
}

/// What is multiplied, the left factors one below another, and what comes out.
struct Factors {
    product: Product,
    left: Vec<f32>,
    right: Vec<f32>,
    out: Vec<f32>,
    by_left: Vec<f32>,
    by_right: Vec<f32>,
}

impl Work {
    /// Random numbers in all places.
    pub fn new(products: &[Product], functions: usize) -> Self {
        let mut rng = Rng::new(1, "products");
        let factors = |product: &Product| {
            let Product {
                rows,
                inner,
                columns,
                times,
                right,
                ..
            } = *product;
            let rights = if matches!(right, Right::Own) {
                times
            } else {
                1
            };
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            Factors {
                product: *product,
                left: draw(times * rows * inner),
                right: draw(rights * inner * columns),
                out: draw(times * rows * columns),
                by_left: vec![0.0; times * rows * inner],
                by_right: vec![0.0; rights * inner * columns],
            }
        };
        let here = |p: &&Product| !matches!(p.right, Right::Elsewhere);
        let products = products.iter().filter(here).map(factors).collect();
        let row = init::uniform(ROW, 1.0, &mut Rng::new(1, "functions"));
        Self {
            products,
            functions,
            rows: [row, vec![0.0; ROW]],
        }
    }

    /// Takes all functions once, forward; tanh, of which the others are made or which takes as long.
    pub fn activate(&mut self) {
        let [x, y] = &mut self.rows;
        for done in (0..self.functions).step_by(ROW) {
            let n = ROW.min(self.functions - done);
            y[..n].copy_from_slice(&x[..n]);
            kernel::tanh_all(&mut y[..n]);
            std::hint::black_box(&mut *y);
        }
    }

    /// Does all products once, forward and backward.
    pub fn multiply(&mut self) {
        for factors in &mut self.products {
            match factors.product.right {
                Right::Own => factors.each_by_its_own(),
                Right::Shared => factors.all_by_the_same(),
                Right::Elsewhere => {}
            }
        }
    }
}

impl Factors {
    fn each_by_its_own(&mut self) {
        let Product {
            rows,
            inner,
            columns,
            passes,
            ..
        } = self.product;
        let rights = self.right.chunks_exact(inner * columns);
        let rights = rights.map(|b| Matrix::new(b, columns));
        let lefts = self.left.chunks_exact(rows * inner);
        let lefts = lefts.map(|a| Matrix::new(a, inner));
        renew(&mut self.out, lefts.clone().zip(rights.clone()));
        // The gradient by what came out is as large as that: it stands in for it.
        let outs = self.out.chunks_exact(rows * columns);
        let outs = outs.map(|dy| Matrix::new(dy, columns));
        let lefts = lefts.map(Matrix::transposed);
        renew(&mut self.by_right, lefts.zip(outs.clone()));
        if passes == 3 {
            renew(&mut self.by_left, outs.zip(rights.map(Matrix::transposed)));
        }
    }

    fn all_by_the_same(&mut self) {
        let Product {
            rows,
            inner,
            columns,
            free,
            ..
        } = self.product;
        let first = usize::from(free > 0);
        let right = Matrix::new(&self.right, columns);
        let forward = Packed::new(right);
        let lefts = self.left.chunks_exact(rows * inner);
        let outs = self.out.chunks_exact_mut(rows * columns);
        for (a, out) in lefts.zip(outs).skip(first) {
            forward.multiply(out, false, a);
        }
        let backward = Packed::new(right.transposed());
        let by = self.by_left.chunks_exact_mut(rows * inner);
        let outs = self.out.chunks_exact(rows * columns);
        for (dy, da) in outs.zip(by).skip(first).rev() {
            backward.multiply(da, false, dy);
        }
        let left = Matrix::new(&self.left, inner).transposed();
        let dy = Matrix::new(&self.out, columns);
        renew(&mut self.by_right, [(left, dy)]);
    }
}

/// Puts the products of pairs where others were.
fn renew<'a>(out: &mut Vec<f32>, factors: impl IntoIterator<Item = (Matrix<'a>, Matrix<'a>)>) {
    out.clear();
    for (a, b) in factors {
        kernel::append(out, a, b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_counted_forward_and_backward() {
        assert_eq!(Product::new(2, 3, 4).flop(), 3.0 * 48.0);
        assert_eq!(Product::new(2, 3, 4).of_data().times(5).flop(), 480.0);
        assert_eq!(Product::new(2, 3, 4).in_turn(5).flop(), 720.0);
        assert_eq!(Product::new(2, 3, 4).in_turn_from_nothing(5).flop(), 624.0);
        assert_eq!(Product::new(2, 3, 4).elsewhere().flop(), 144.0);
    }

    #[test]
    fn every_pass_is_done() {
        let product = Product::new(5, 3, 9);
        let all = [
            product.times(2),
            product.in_turn(2),
            product.of_data(),
            product.in_turn_from_nothing(2),
        ];
        let mut work = Work::new(&all, 0);
        let before: Vec<_> = work.products.iter().map(|f| f.out.clone()).collect();
        work.multiply();
        for (factors, before) in work.products.iter().zip(before) {
            assert!(factors.out != before && factors.by_right.iter().all(|x| *x != 0.0));
            let Product { free, passes, .. } = factors.product;
            let left_out = factors.by_left.len() * free / 4;
            let (first, rest) = factors.by_left.split_at(left_out);
            assert!(first.iter().all(|x| *x == 0.0));
            assert_eq!(rest.iter().all(|x| *x != 0.0), passes == 3);
        }
        assert!(Work::new(&[product.elsewhere()], 0).products.is_empty());
    }

    #[test]
    fn every_function_is_taken() {
        for (functions, taken) in [(7, 7), (ROW, ROW), (ROW + 3, ROW)] {
            let mut work = Work::new(&[], functions);
            work.activate();
            let [x, y] = &work.rows;
            let each = x.iter().zip(y);
            let good = each.take_while(|(x, y)| (x.tanh() - **y).abs() < 1e-6);
            assert_eq!(good.count(), taken);
        }
    }
}
