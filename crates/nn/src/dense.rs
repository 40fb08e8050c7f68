//! Products with learnt matrices as operations of Burn's backend: x·W + b is one node on the tape
//! instead of three, and a gradient nobody asked for is not computed.

use crate::{
    fused::{owned, prelude::*, record, shaped, sizes, slice, tensor},
    kernel::{self, Matrix, add_rows, rectify, rectify_gradient},
};
use burn::tensor::Tensor;

/// The products a backend can do whole.
#[backend_extension(Flex, Autodiff)]
trait Products: Backend {
    /// x `[N, I]`, w `[I, O]`, b `[1, O]` → `[N, O]`; none below 0 if `rectified`.
    fn affine(
        x: FloatTensor<Self>,
        w: FloatTensor<Self>,
        b: FloatTensor<Self>,
        rectified: bool,
    ) -> FloatTensor<Self>;

    /// a `[…, M, K]`, b `[…, K, P]` → `[…, M, P]`.
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// x·W + b: x `[rows, inputs]`, W `[inputs, outputs]`, b `[1, outputs]` → `[rows, outputs]`.
pub fn affine(x: Tensor<2>, w: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    maybe_rectified([x, w, b], false)
}

/// max(0, x·W + b), of the same shapes.
pub fn rectified_affine(x: Tensor<2>, w: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    maybe_rectified([x, w, b], true)
}

fn maybe_rectified(inputs: [Tensor<2>; 3], rectified: bool) -> Tensor<2> {
    let [x, w, b] = inputs.map(Tensor::into_dispatch);
    Tensor::from_dispatch(<Dispatch as Products>::affine(x, w, b, rectified))
}

/// a·b, matrix by matrix: `[…, rows, inner]`, `[…, inner, columns]` → `[…, rows, columns]`, where …
/// is the same in both.
///
/// # Panics
/// If the sizes do not fit.
pub fn product<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    assert_eq!(a.dims()[..D - 2], b.dims()[..D - 2], "as many matrices");
    let inputs = (a.into_dispatch(), b.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Products>::product(inputs.0, inputs.1))
}

/// Rows and columns of a tensor's matrices.
fn matrix(tensor: &FlexTensor) -> [usize; 2] {
    let shape = tensor.layout().shape();
    let rank = shape.num_dims();
    [shape[rank - 2], shape[rank - 1]]
}

impl Products for Flex {
    fn affine(x: FlexTensor, w: FlexTensor, b: FlexTensor, rectified: bool) -> FlexTensor {
        let [x, w, b] = [x, w, b].map(|t| t.to_contiguous());
        let ([rows, inputs], [_, outputs]) = (sizes(&x), sizes(&w));
        let (x, w) = (
            Matrix::new(slice(&x), inputs),
            Matrix::new(slice(&w), outputs),
        );
        let mut y = kernel::affine(x, w, slice(&b));
        if rectified {
            rectify(&mut y);
        }
        tensor(y, [rows, outputs])
    }

    fn product(a: FlexTensor, b: FlexTensor) -> FlexTensor {
        let [a, b] = [a, b].map(|t| t.to_contiguous());
        let ([rows, inner], [_, columns]) = (matrix(&a), matrix(&b));
        let factors = slice(&a)
            .chunks_exact(rows * inner)
            .zip(slice(&b).chunks_exact(inner * columns));
        let factors = factors.map(|(a, b)| (Matrix::new(a, inner), Matrix::new(b, columns)));
        shaped(kernel::products(factors), a.layout().shape(), columns)
    }
}

#[derive(Debug)]
struct AffineBackward;

impl Backward<Flex, 3> for AffineBackward {
    /// x, w and, if it was rectified, what came out
    type State = ([FlexTensor; 2], Option<FlexTensor>);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (factors, rectified) = ops.state;
        let [x, w] = factors.map(|t| t.to_contiguous());
        let ([rows, inputs], [_, outputs]) = (sizes(&x), sizes(&w));
        let mut by = grads.consume::<Flex>(&ops.node).to_contiguous();
        if let Some(y) = rectified {
            let mut values = owned(by);
            rectify_gradient(&mut values, slice(&y));
            by = tensor(values, [rows, outputs]);
        }
        let dy = Matrix::new(slice(&by), outputs);
        let [of_x, of_w, of_b] = ops.parents;
        if let Some(of_x) = of_x {
            let dx = kernel::product(dy, Matrix::new(slice(&w), outputs).transposed());
            grads.register::<Flex>(of_x.id, tensor(dx, [rows, inputs]));
        }
        if let Some(of_w) = of_w {
            let dw = kernel::product(Matrix::new(slice(&x), inputs).transposed(), dy);
            grads.register::<Flex>(of_w.id, tensor(dw, [inputs, outputs]));
        }
        if let Some(of_b) = of_b {
            let mut db = vec![0.0; outputs];
            add_rows(&mut db, slice(&by));
            grads.register::<Flex>(of_b.id, tensor(db, [1, outputs]));
        }
    }
}

#[derive(Debug)]
struct ProductBackward;

impl Backward<Flex, 2> for ProductBackward {
    type State = [FlexTensor; 2];

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let [a, b] = ops.state.map(|t| t.to_contiguous());
        let ([rows, inner], [_, columns]) = (matrix(&a), matrix(&b));
        let (a_size, b_size) = (rows * inner, inner * columns);
        let outs = || slice(&by).chunks_exact(rows * columns);
        let [of_a, of_b] = ops.parents;
        if let Some(of_a) = of_a {
            let factors = outs().zip(slice(&b).chunks_exact(b_size));
            let matrices = |(by, b)| {
                (
                    Matrix::new(by, columns),
                    Matrix::new(b, columns).transposed(),
                )
            };
            let da = kernel::products(factors.map(matrices));
            grads.register::<Flex>(of_a.id, shaped(da, a.layout().shape(), inner));
        }
        if let Some(of_b) = of_b {
            let factors = slice(&a).chunks_exact(a_size).zip(outs());
            let matrices = |(a, by)| (Matrix::new(a, inner).transposed(), Matrix::new(by, columns));
            let db = kernel::products(factors.map(matrices));
            grads.register::<Flex>(of_b.id, shaped(db, b.layout().shape(), columns));
        }
    }
}

impl<C: CheckpointStrategy> Products for Autodiff<Flex, C> {
    fn affine(
        x: FloatTensor<Self>,
        w: FloatTensor<Self>,
        b: FloatTensor<Self>,
        rectified: bool,
    ) -> FloatTensor<Self> {
        let ((x, of_x), (w, of_w), (b, of_b)) = (x.into_parts(), w.into_parts(), b.into_parts());
        let output = Flex::affine(x.clone(), w.clone(), b, rectified);
        let state = ([x, w], rectified.then(|| output.clone()));
        record::<C, _, _>(AffineBackward, [of_x, of_w, of_b], state, output)
    }

    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let ((a, of_a), (b, of_b)) = (a.into_parts(), b.into_parts());
        let output = Flex::product(a.clone(), b.clone());
        record::<C, _, _>(ProductBackward, [of_a, of_b], [a, b], output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, differences, gradients_of, of, values, weight, weighted},
        init,
    };
    use lab::Rng;

    const N: usize = 2;
    const ROWS: usize = 3;
    const INNER: usize = 5;
    const COLUMNS: usize = 4;

    /// Σ weight·(a·b + c) over N products, in scalar f64; of what is below 0, nothing if `rectified`.
    fn scalar(all: &[f64], rectified: bool) -> f64 {
        let (a, rest) = all.split_at(N * ROWS * INNER);
        let (b, c) = rest.split_at(N * INNER * COLUMNS);
        let entry = |at: usize| {
            let (n, row, column) = (at / COLUMNS / ROWS, at / COLUMNS % ROWS, at % COLUMNS);
            let term = |k| a[(n * ROWS + row) * INNER + k] * b[(n * INNER + k) * COLUMNS + column];
            let shift = c.get(column).copied().unwrap_or(0.0);
            let entry = (0..INNER).map(term).sum::<f64>() + shift;
            if rectified && entry < 0.0 {
                0.0
            } else {
                weight(at) * entry
            }
        };
        (0..N * ROWS * COLUMNS).map(entry).sum()
    }

    fn draw<const D: usize>(shape: [usize; D], rng: &mut Rng) -> Tensor<D> {
        of(init::uniform(shape.iter().product(), 1.0, rng), shape).require_grad()
    }

    fn flat<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
        values(tensor.clone()).into_iter().map(f64::from).collect()
    }

    #[test]
    fn products_and_their_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(41, "dense");
        let inputs = [
            draw([N, ROWS, INNER], &mut rng),
            draw([N, INNER, COLUMNS], &mut rng),
        ];
        let all = inputs.iter().flat_map(flat).collect::<Vec<f64>>();
        let out = product(inputs[0].clone(), inputs[1].clone());
        let got = weighted(out);
        let definition = |all: &[f64]| scalar(all, false);
        close(&values(got.clone()), &[definition(&all) as f32], 2e-5);
        close(
            &gradients_of(got, &inputs),
            &differences(&all, definition),
            2e-5,
        );
    }

    #[test]
    fn affine_and_its_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(42, "dense");
        let x = draw([N * ROWS, INNER], &mut rng);
        let w = draw([INNER, COLUMNS], &mut rng);
        let b = draw([1, COLUMNS], &mut rng);
        let inputs = [x, w, b];
        let [x, w, b] = &inputs;
        let all = inputs.iter().flat_map(flat).collect::<Vec<f64>>();
        for rectified in [false, true] {
            let definition = |all: &[f64]| {
                let (x, rest) = all.split_at(N * ROWS * INNER);
                let (w, b) = rest.split_at(INNER * COLUMNS);
                scalar(&[x, w, w, b].concat(), rectified)
            };
            let out = maybe_rectified([x, w, b].map(Clone::clone), rectified);
            assert!(!rectified || values(out.clone()).contains(&0.0));
            let got = weighted(out);
            close(&values(got.clone()), &[definition(&all) as f32], 2e-5);
            close(
                &gradients_of(got, &inputs),
                &differences(&all, definition),
                2e-5,
            );
        }
    }
}
