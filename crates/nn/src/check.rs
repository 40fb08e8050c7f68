//! What the layers' tests share: finite differences and comparisons.

use crate::store::{self, Walk};
use burn::{
    module::Module,
    tensor::{Tensor, TensorData},
};

/// A tensor on the training device.
pub fn of<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &crate::training())
}

/// Its values, row-major.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    store::values(tensor)
}

/// Equal up to `tolerance`, relative to the largest value (at least 1).
#[track_caller]
pub fn close(got: &[f32], want: &[f32], tolerance: f32) {
    assert_eq!(got.len(), want.len());
    let scale = want.iter().fold(1.0f32, |m, v| m.max(v.abs()));
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!(
            (g - w).abs() <= tolerance * scale,
            "value {i}: {g}, not {w}"
        );
    }
}

/// The gradient of an f64 function by central differences.
pub fn differences(at: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f32> {
    const STEP: f64 = 1e-5;
    let mut at = at.to_vec();
    (0..at.len())
        .map(|i| {
            let here = at[i];
            at[i] = here + STEP;
            let above = f(&at);
            at[i] = here - STEP;
            let below = f(&at);
            at[i] = here;
            ((above - below) / (2.0 * STEP)) as f32
        })
        .collect()
}

/// What the n-th number of an output counts in the sum that is differentiated: no two neighbours
/// alike, and of both signs.
pub fn weight(n: usize) -> f64 {
    ((n * 7 + 3) % 11) as f64 / 5.0 - 1.0
}

/// Σ weight·number over an output, row-major: what is differentiated.
pub fn weighted<const D: usize>(out: Tensor<D>) -> Tensor<1> {
    let (n, shape) = (out.shape().num_elements(), out.dims());
    let weights = (0..n).map(|n| weight(n) as f32).collect();
    (out * of(weights, shape)).sum()
}

/// The gradients of `loss` by these tensors, one after another.
pub fn gradients_of<const D: usize>(loss: Tensor<1>, by: &[Tensor<D>]) -> Vec<f32> {
    let grads = crate::optim::gradients(loss);
    by.iter()
        .flat_map(|t| store::values(t.grad(&grads).expect("tracked")))
        .collect()
}

/// Checks the gradient by every parameter of `model` against central differences in f32.
#[track_caller]
pub fn gradients_agree<M: Module>(model: M, loss: impl Fn(&M) -> Tensor<1>) {
    const STEP: f32 = 1e-2;
    let (_, grads) = crate::optim::gradients_in_order(&model, loss(&model));
    let mut checked = 0;
    for (n, (path, _, at)) in Walk::of(&model).into_iter().enumerate() {
        for i in 0..at.len() {
            let moved = |by: f32| {
                let mut order = 0..;
                let model = store::map(model.clone(), |values| {
                    if order.next() == Some(n) {
                        values[i] += by;
                    }
                });
                values(loss(&model))[0]
            };
            let want = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
            let got = grads[n][i];
            assert!(
                (got - want).abs() < 5e-3 * want.abs().max(1.0),
                "{path}[{i}]: {got}, not {want}"
            );
            checked += 1;
        }
    }
    assert!(checked > 0, "a model without parameters");
}
