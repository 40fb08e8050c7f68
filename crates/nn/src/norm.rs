//! Layer normalisation as one operation of Burn's backend, from [`crate::kernel::norm`].

use crate::{
    fused::{prelude::*, record, register, sizes, slice, tensor},
    init,
    kernel::norm,
};
use burn::{
    module::{Module, Param},
    tensor::Tensor,
};

/// Layer normalisation with learnt scale and shift (Ba et al. 2016, eq. 4), ε = 10⁻⁵.
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// `[D]`
    pub scale: Param<Tensor<1>>,
    /// `[D]`
    pub shift: Param<Tensor<1>>,
}

impl LayerNorm {
    /// For rows of `width` numbers, which it leaves at mean 0 and variance 1.
    pub fn new(width: usize) -> Self {
        Self {
            scale: init::param(vec![1.0; width], [width]),
            shift: init::param(vec![0.0; width], [width]),
        }
    }

    /// Every row normalised, then scaled and shifted: `[rows, D]` → the same.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let (scale, shift) = (self.scale.val(), self.shift.val());
        assert_eq!(x.dims()[1], scale.dims()[0], "rows as wide as the scale");
        let inputs = (
            x.into_dispatch(),
            scale.into_dispatch(),
            shift.into_dispatch(),
        );
        Tensor::from_dispatch(<Dispatch as Normalises>::normalised(
            inputs.0, inputs.1, inputs.2,
        ))
    }
}

/// What a backend can normalise whole.
#[backend_extension(Flex, Autodiff)]
trait Normalises: Backend {
    /// x `[rows, D]`, scale and shift `[D]` → `[rows, D]`.
    fn normalised(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

fn forward(inputs: [&FlexTensor; 3]) -> norm::Trace {
    let [x, scale, shift] = inputs.map(FlexTensor::to_contiguous);
    norm::forward(slice(&x), slice(&scale), slice(&shift))
}

impl Normalises for Flex {
    fn normalised(x: FlexTensor, scale: FlexTensor, shift: FlexTensor) -> FlexTensor {
        tensor(forward([&x, &scale, &shift]).out, sizes::<2>(&x))
    }
}

#[derive(Debug)]
struct NormBackward;

impl Backward<Flex, 3> for NormBackward {
    /// The normalised rows, their steepness, and the scale
    type State = [FlexTensor; 3];

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let [normal, steepness, scale] = ops.state.map(|t| t.to_contiguous());
        let found = norm::backward(slice(&normal), slice(&steepness), slice(&scale), slice(&by));
        let [rows, width] = sizes(&normal);
        let gradients = [
            tensor(found.x, [rows, width]),
            tensor(found.scale, [width]),
            tensor(found.shift, [width]),
        ];
        register(grads, ops.parents.map(|p| p.map(|p| p.id)), gradients);
    }
}

impl<C: CheckpointStrategy> Normalises for Autodiff<Flex, C> {
    fn normalised(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let ((x, a), (scale, b), (shift, c)) =
            (x.into_parts(), scale.into_parts(), shift.into_parts());
        let found = forward([&x, &scale, &shift]);
        let [rows, width]: [usize; 2] = sizes(&x);
        let state = [
            tensor(found.normal, [rows, width]),
            tensor(found.steepness, [rows]),
            scale,
        ];
        let out = tensor(found.out, [rows, width]);
        record::<C, _, _>(NormBackward, [a, b, c], state, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, differences, gradients_of, of, values, weight, weighted};
    use lab::Rng;

    const ROWS: usize = 3;
    const WIDTH: usize = 11;

    #[test]
    fn the_normalisation_and_its_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(81, "norm");
        let mut draw = |n| init::uniform(n, 2.0, &mut rng);
        let x = of(draw(ROWS * WIDTH), [ROWS, WIDTH]).require_grad();
        let norm = LayerNorm {
            scale: init::param(draw(WIDTH), [WIDTH]),
            shift: init::param(draw(WIDTH), [WIDTH]),
        };
        let parts = [
            values(x.clone()),
            values(norm.scale.val()),
            values(norm.shift.val()),
        ];
        let all: Vec<f64> = parts.concat().into_iter().map(f64::from).collect();
        let scalar = |all: &[f64]| -> f64 {
            let (x, rest) = all.split_at(ROWS * WIDTH);
            let (scale, shift) = rest.split_at(WIDTH);
            let of_row = |row: &[f64], first: usize| -> f64 {
                let mean = row.iter().sum::<f64>() / WIDTH as f64;
                let squares = row.iter().map(|x| (x - mean).powi(2));
                let deviation = (squares.sum::<f64>() / WIDTH as f64 + 1e-5).sqrt();
                let out = |i: usize| (row[i] - mean) / deviation * scale[i] + shift[i];
                (0..WIDTH).map(|i| weight(first + i) * out(i)).sum()
            };
            let rows = x.chunks_exact(WIDTH).enumerate();
            rows.map(|(r, row)| of_row(row, r * WIDTH)).sum()
        };
        let got = weighted(norm.forward(x.clone()));
        close(&values(got.clone()), &[scalar(&all) as f32], 1e-5);
        let want = differences(&all, scalar);
        let (by_x, by_weights) = want.split_at(ROWS * WIDTH);
        close(&gradients_of(got, std::slice::from_ref(&x)), by_x, 1e-5);
        let got = weighted(norm.forward(x));
        let of_norm = gradients_of(got, &[norm.scale.val(), norm.shift.val()]);
        close(&of_norm, by_weights, 1e-5);
    }

    #[test]
    fn a_row_of_equal_numbers_is_the_shift() {
        let mut norm = LayerNorm::new(4);
        norm.shift = init::param(vec![1.0, 2.0, 3.0, 4.0], [4]);
        let out = norm.forward(of(vec![7.0; 8], [2, 4]));
        close(
            &values(out),
            &[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0],
            1e-6,
        );
    }
}
