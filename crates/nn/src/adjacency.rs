//! Sums over neighbours in a graph: the product with a matrix of 0 and 1 that is data, and nearly all
//! of it 0, without the zeros.

use crate::{
    fused::{parts, prelude::*, record, register, sizes, slice, tensor},
    kernel::edges::{self, add_up},
};
use burn::tensor::{Device, Tensor, TensorData};
use std::sync::Arc;

/// A matrix of 0 and 1, `[rows, columns]`: which rows of another are added up to each of its own.
#[derive(Clone, Debug)]
pub struct Adjacency {
    /// (row, column) of every 1, in order.
    ones: Arc<[(usize, usize)]>,
    rows: usize,
    columns: usize,
}

impl Adjacency {
    /// The matrix of this size that is 1 at each (row, column).
    ///
    /// # Panics
    /// If one lies outside.
    pub fn new([rows, columns]: [usize; 2], mut ones: Vec<(usize, usize)>) -> Self {
        let inside = |(row, column): &(usize, usize)| *row < rows && *column < columns;
        assert!(ones.iter().all(inside), "outside of {rows} × {columns}");
        // Sums are taken in the order in which a product takes them.
        ones.sort_unstable();
        ones.dedup();
        Self {
            ones: ones.into(),
            rows,
            columns,
        }
    }

    /// Rows and columns.
    pub fn dims(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// (row, column) of every 1, in order.
    pub fn ones(&self) -> &[(usize, usize)] {
        &self.ones
    }

    /// With its zeros, `[rows, columns]`.
    pub fn dense(&self, device: &Device) -> Tensor<2> {
        let mut dense = vec![0.0f32; self.rows * self.columns];
        for (row, column) in self.ones.iter() {
            dense[row * self.columns + column] = 1.0;
        }
        Tensor::from_data(TensorData::new(dense, [self.rows, self.columns]), device)
    }

    /// A·x: `x` `[columns, width]` → `[rows, width]`.
    ///
    /// # Panics
    /// If `x` has another number of rows.
    pub fn product(&self, x: Tensor<2>) -> Tensor<2> {
        assert_eq!(x.dims()[0], self.columns, "a row for each column");
        Tensor::from_dispatch(<Dispatch as Sums>::sums(x.into_dispatch(), self.clone()))
    }

    /// K products at once, with as many matrices that have other numbers in place of the ones: the
    /// n-th 1 is a row of `weights` `[ones, K]`; `x` `[columns, width]` → `[rows, K·width]`.
    ///
    /// # Panics
    /// If the sizes do not fit.
    pub fn blends(&self, weights: Tensor<2>, x: Tensor<2>) -> Tensor<2> {
        assert_eq!(weights.dims()[0], self.ones.len(), "weights for each 1");
        assert_eq!(x.dims()[0], self.columns, "a row for each column");
        let (weights, x) = (weights.into_dispatch(), x.into_dispatch());
        Tensor::from_dispatch(<Dispatch as Sums>::blends(weights, x, self.clone()))
    }
}

/// The sums a backend can do whole.
#[backend_extension(Flex, Autodiff)]
trait Sums: Backend {
    /// x `[columns, width]` → A·x `[rows, width]`.
    fn sums(x: FloatTensor<Self>, of: Adjacency) -> FloatTensor<Self>;

    /// weights `[E, K]`, x `[columns, width]` → `[rows, K·width]`.
    fn blends(weights: FloatTensor<Self>, x: FloatTensor<Self>, of: Adjacency)
    -> FloatTensor<Self>;
}

/// The sums of rows of `x`, each row of `width` numbers, that belong to each of `rows`; the pairs are
/// (to, from).
fn sums(
    x: &[f32],
    width: usize,
    rows: usize,
    pairs: impl Iterator<Item = (usize, usize)>,
) -> FlexTensor {
    let mut sums = vec![0.0; rows * width];
    add_up(&mut sums, x, width, pairs);
    tensor(sums, [rows, width])
}

impl Sums for Flex {
    fn sums(x: FlexTensor, of: Adjacency) -> FlexTensor {
        let x = x.to_contiguous();
        let [_, width] = sizes(&x);
        sums(slice(&x), width, of.rows, of.ones.iter().copied())
    }

    fn blends(weights: FlexTensor, x: FlexTensor, of: Adjacency) -> FlexTensor {
        let [weights, x] = [weights, x].map(|t| t.to_contiguous());
        let ([_, kinds], [_, width]) = (sizes(&weights), sizes(&x));
        let sums = edges::blends(
            &of.ones,
            slice(&weights),
            slice(&x),
            [of.rows, kinds, width],
        );
        tensor(sums, [of.rows, kinds * width])
    }
}

#[derive(Debug)]
struct SumsBackward;

impl Backward<Flex, 1> for SumsBackward {
    type State = Adjacency;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let ([_, width], of) = (sizes(&by), ops.state);
        if let [Some(x)] = ops.parents {
            let back = of.ones.iter().map(|(row, column)| (*column, *row));
            grads.register::<Flex>(x.id, sums(slice(&by), width, of.columns, back));
        }
    }
}

#[derive(Debug)]
struct BlendsBackward;

impl Backward<Flex, 2> for BlendsBackward {
    type State = ([FlexTensor; 2], Adjacency);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let ([weights, x], of) = ops.state;
        let ([ones, kinds], [columns, width]) = (sizes(&weights), sizes(&x));
        let (weights, x) = (slice(&weights), slice(&x));
        let [by_weights, by_x] =
            edges::blends_back(&of.ones, weights, x, slice(&by), [kinds, width]);
        let gradients = [
            tensor(by_weights, [ones, kinds]),
            tensor(by_x, [columns, width]),
        ];
        register(grads, ops.parents.map(|p| p.map(|p| p.id)), gradients);
    }
}

impl<C: CheckpointStrategy> Sums for Autodiff<Flex, C> {
    fn sums(x: FloatTensor<Self>, of: Adjacency) -> FloatTensor<Self> {
        let (x, of_x) = x.into_parts();
        let output = Flex::sums(x, of.clone());
        record::<C, _, _>(SumsBackward, [of_x], of, output)
    }

    fn blends(
        weights: FloatTensor<Self>,
        x: FloatTensor<Self>,
        of: Adjacency,
    ) -> FloatTensor<Self> {
        let (inputs, nodes) = parts::<C, 2>([weights, x]);
        let [weights, x] = inputs.clone();
        let output = Flex::blends(weights, x, of.clone());
        record::<C, _, _>(BlendsBackward, nodes, (inputs, of), output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, differences, gradients_of, of, values, weight, weighted},
        dense, init,
    };
    use lab::Rng;

    const ROWS: usize = 7;
    const COLUMNS: usize = 5;
    const WIDTH: usize = 3;

    /// Some of every row and column twice or more, one of each without any.
    const ONES: [(usize, usize); 9] = [
        (6, 4),
        (0, 1),
        (0, 2),
        (0, 4),
        (1, 1),
        (3, 0),
        (4, 2),
        (5, 0),
        (5, 1),
    ];

    #[test]
    fn it_is_the_product_with_the_matrix_and_so_are_the_gradients() {
        let mut rng = Rng::new(51, "adjacency");
        let x = of(
            init::uniform(COLUMNS * WIDTH, 1.0, &mut rng),
            [COLUMNS, WIDTH],
        )
        .require_grad();
        let matrix = Adjacency::new([ROWS, COLUMNS], ONES.to_vec());
        let is_one = |at| f32::from(u8::from(ONES.contains(&(at / COLUMNS, at % COLUMNS))));
        let dense: Vec<f32> = (0..ROWS * COLUMNS).map(is_one).collect();
        close(&values(matrix.dense(&crate::plain())), &dense, 0.0);
        let want = dense::product(of(dense, [ROWS, COLUMNS]), x.clone());
        let got = matrix.product(x.clone());
        close(&values(got.clone()), &values(want.clone()), 0.0);
        let inputs = [x];
        close(
            &gradients_of(weighted(got), &inputs),
            &gradients_of(weighted(want), &inputs),
            1e-6,
        );
    }

    #[test]
    fn blends_and_their_gradients_agree_with_scalar_f64() {
        const KINDS: usize = 2;
        let mut rng = Rng::new(52, "adjacency");
        let mut draw = |rows, columns| {
            let values = init::uniform(rows * columns, 1.0, &mut rng);
            of(values, [rows, columns]).require_grad()
        };
        let (weights, x) = (draw(ONES.len(), KINDS), draw(COLUMNS, WIDTH));
        let matrix = Adjacency::new([ROWS, COLUMNS], ONES.to_vec());
        let mut in_order = ONES;
        in_order.sort_unstable();
        // Σ weight·number over all blends.
        let scalar = |all: &[f64]| -> f64 {
            let (weights, x) = all.split_at(ONES.len() * KINDS);
            let mut sum = 0.0;
            for (e, (row, column)) in in_order.iter().enumerate() {
                for k in 0..KINDS {
                    for i in 0..WIDTH {
                        let term = weights[e * KINDS + k] * x[column * WIDTH + i];
                        sum += weight((row * KINDS + k) * WIDTH + i) * term;
                    }
                }
            }
            sum
        };
        let inputs = [weights, x];
        let all = inputs.iter().flat_map(|input| values(input.clone()));
        let all: Vec<f64> = all.map(f64::from).collect();
        let [weights, x] = inputs.clone();
        let got = weighted(matrix.blends(weights, x));
        close(&values(got.clone()), &[scalar(&all) as f32], 1e-5);
        let want = differences(&all, scalar);
        close(&gradients_of(got, &inputs), &want, 1e-5);
    }

    #[test]
    fn of_no_ones_there_is_nothing() {
        let matrix = Adjacency::new([2, 3], Vec::new());
        let (weights, x) = (
            Tensor::zeros([0, 4], &crate::plain()),
            of(vec![1.0; 6], [3, 2]),
        );
        close(&values(matrix.blends(weights, x)), &[0.0; 16], 0.0);
    }

    #[test]
    fn a_one_counts_once_wherever_it_stands_in_the_list() {
        let pairs = vec![(1, 0), (0, 1), (1, 0)];
        let x = of(vec![1.0, 2.0], [2, 1]);
        let sums = Adjacency::new([2, 2], pairs).product(x);
        close(&values(sums), &[2.0, 1.0], 0.0);
    }

    #[test]
    #[should_panic(expected = "outside")]
    fn nothing_lies_outside() {
        Adjacency::new([2, 2], vec![(0, 2)]);
    }
}
