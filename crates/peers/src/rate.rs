//! The rate to hold a step's arithmetic against: plain products of square matrices.

use burn::tensor::{Tensor, TensorData};
use lab::Rng;
use wasm_bindgen::prelude::*;

/// Two `n` × `n` matrices, to be multiplied by the training core's kernel.
#[wasm_bindgen]
pub struct Products {
    n: usize,
    a: Tensor<2>,
    b: Tensor<2>,
}

#[wasm_bindgen]
impl Products {
    /// Two random matrices.
    #[wasm_bindgen(constructor)]
    pub fn new(n: usize) -> Self {
        let mut rng = Rng::new(1, "rate");
        let mut draw = || {
            let values = nn::init::uniform(n * n, 1.0, &mut rng);
            Tensor::from_data(TensorData::new(values, [n, n]), &nn::plain())
        };
        Self {
            n,
            a: draw(),
            b: draw(),
        }
    }

    /// Their product, `times` times, on the caller's clock; how much arithmetic that was, in FLOP.
    pub fn multiply(&self, times: usize) -> f64 {
        for _ in 0..times {
            std::hint::black_box(nn::product(self.a.clone(), self.b.clone()));
        }
        2.0 * (self.n * self.n * self.n * times) as f64
    }
}
