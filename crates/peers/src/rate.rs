//! The rate to hold a step's arithmetic against: plain products of square matrices.

use burn::tensor::{Tensor, TensorData};
use lab::Rng;

/// `times` products of two `n` × `n` matrices by the training core's backend; their FLOP.
pub fn multiply(n: usize, times: usize) -> f64 {
    let mut rng = Rng::new(1, "rate");
    let mut draw = || {
        let values = nn::init::uniform(n * n, 1.0, &mut rng);
        Tensor::<2>::from_data(TensorData::new(values, [n, n]), &nn::plain())
    };
    let (a, b) = (draw(), draw());
    for _ in 0..times {
        std::hint::black_box(a.clone().matmul(b.clone()));
    }
    2.0 * (n * n * n * times) as f64
}
