//! The functions between layers as single operations of Burn's backend, from [`crate::kernel`]: they
//! vectorise, where Burn calls a library for each number.

use crate::{
    fused::{owned, prelude::*, record, slice},
    kernel::{self, softmax as rows},
};
use burn::tensor::{Tensor, TensorData};

/// The functions a backend can do whole.
#[backend_extension(Flex, Autodiff)]
trait Functions: Backend {
    /// Of each number, in any shape.
    fn tanh_of(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// Of each number, in any shape.
    fn sigmoid_of(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// Of each number, in any shape.
    fn relu_of(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// Of each row along the last dimension.
    fn softmax_of(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// tanh of each number.
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as Functions>::tanh_of(x.into_dispatch()))
}

/// The logistic function of each number.
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as Functions>::sigmoid_of(x.into_dispatch()))
}

/// Each number, or 0 if it is below.
pub fn relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as Functions>::relu_of(x.into_dispatch()))
}

/// The softmax along the last dimension.
pub fn softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as Functions>::softmax_of(x.into_dispatch()))
}

/// `values` in the shape of `like`.
fn shaped(values: Vec<f32>, like: &FlexTensor) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, like.layout().shape().clone()))
}

fn all(x: FlexTensor, f: impl Fn(&mut [f32])) -> FlexTensor {
    let shape = x.layout().shape().clone();
    let mut values = owned(x);
    f(&mut values);
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The length of a row along the last dimension.
fn row(x: &FlexTensor) -> usize {
    *x.layout().shape().last().expect("at least one dimension")
}

impl Functions for Flex {
    fn tanh_of(x: FlexTensor) -> FlexTensor {
        all(x, kernel::tanh_all)
    }

    fn sigmoid_of(x: FlexTensor) -> FlexTensor {
        all(x, kernel::sigmoid_all)
    }

    fn relu_of(x: FlexTensor) -> FlexTensor {
        all(x, kernel::rectify)
    }

    fn softmax_of(x: FlexTensor) -> FlexTensor {
        let (shape, row) = (x.layout().shape().clone(), row(&x));
        let y = rows::forward(owned(x), row);
        FlexTensor::from_data(TensorData::new(y, shape))
    }
}

/// What the gradient of each function is, in terms of what came out, y.
#[derive(Clone, Copy, Debug)]
enum Function {
    Tanh,
    Sigmoid,
    Relu,
    Softmax,
}

impl Backward<Flex, 1> for Function {
    type State = FlexTensor;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let mut by = owned(grads.consume::<Flex>(&ops.node));
        let y = ops.state;
        let mut each = |f: fn(f32, f32) -> f32| {
            let pairs = by.iter_mut().zip(slice(&y));
            pairs.for_each(|(by, y)| *by = f(*by, *y));
        };
        match self {
            Self::Tanh => each(|by, y| by * (1.0 - y * y)),
            Self::Sigmoid => each(|by, y| by * y * (1.0 - y)),
            Self::Relu => kernel::rectify_gradient(&mut by, slice(&y)),
            Self::Softmax => rows::backward(slice(&y), &mut by, row(&y)),
        }
        if let [Some(x)] = ops.parents {
            grads.register::<Flex>(x.id, shaped(by, &y));
        }
    }
}

impl<C: CheckpointStrategy> Functions for Autodiff<Flex, C> {
    fn tanh_of(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, of_x) = x.into_parts();
        let y = Flex::tanh_of(x);
        record::<C, _, _>(Function::Tanh, [of_x], y.clone(), y)
    }

    fn sigmoid_of(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, of_x) = x.into_parts();
        let y = Flex::sigmoid_of(x);
        record::<C, _, _>(Function::Sigmoid, [of_x], y.clone(), y)
    }

    fn relu_of(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, of_x) = x.into_parts();
        let y = Flex::relu_of(x);
        record::<C, _, _>(Function::Relu, [of_x], y.clone(), y)
    }

    fn softmax_of(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, of_x) = x.into_parts();
        let y = Flex::softmax_of(x);
        record::<C, _, _>(Function::Softmax, [of_x], y.clone(), y)
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

    const ROWS: usize = 3;
    const COLUMNS: usize = 11;

    /// `ours` and its gradient against `definition`, row by row in f64, on numbers between ±`scale`.
    fn agrees(
        ours: fn(Tensor<3>) -> Tensor<3>,
        definition: impl Fn(&[f64]) -> Vec<f64>,
        scale: f32,
    ) {
        let mut rng = Rng::new(51, "activation");
        let x = init::uniform(ROWS * COLUMNS, f64::from(scale), &mut rng);
        let x = of(x, [1, ROWS, COLUMNS]).require_grad();
        let all: Vec<f64> = values(x.clone()).into_iter().map(f64::from).collect();
        let scalar = |all: &[f64]| -> f64 {
            let out = all.chunks_exact(COLUMNS).flat_map(&definition);
            out.enumerate().map(|(n, y)| weight(n) * y).sum()
        };
        let got = weighted(ours(x.clone()));
        close(&values(got.clone()), &[scalar(&all) as f32], 1e-5);
        close(&gradients_of(got, &[x]), &differences(&all, scalar), 1e-5);
    }

    #[test]
    fn functions_and_their_gradients_agree_with_scalar_f64() {
        agrees(tanh, |row| row.iter().map(|x| x.tanh()).collect(), 3.0);
        let sigma = |x: &f64| 1.0 / (1.0 + (-x).exp());
        agrees(sigmoid, |row| row.iter().map(sigma).collect(), 3.0);
        agrees(relu, |row| row.iter().map(|x| x.max(0.0)).collect(), 3.0);
        let softmax_of = |row: &[f64]| {
            let sum: f64 = row.iter().map(|x| x.exp()).sum();
            row.iter().map(|x| x.exp() / sum).collect()
        };
        agrees(softmax, softmax_of, 3.0);
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for function in [tanh, sigmoid, relu] {
            assert!(values(function(of(vec![f32::NAN], [1])))[0].is_nan());
        }
    }

    #[test]
    fn a_softmax_of_large_and_excluded_numbers_is_exact() {
        let out = softmax(of(vec![500.0, 500.0, -1e9, 499.0], [1, 4]));
        let e = (-1f32).exp();
        let sum = 2.0 + e;
        close(&values(out), &[1.0 / sum, 1.0 / sum, 0.0, e / sum], 1e-6);
    }
}
