//! Gradients by tensors that are no parameters: what a loss owes to a memory on its way.

use crate::{optim, store};
use burn::tensor::Tensor;

/// The gradients of `loss` by each of these tensors, row-major; zero where it does not depend on
/// one. They must have been marked with `require_grad`.
pub fn sensitivity(loss: Tensor<1>, by: &[Tensor<2>]) -> Vec<Vec<f32>> {
    let gradients = optim::gradients(loss);
    by.iter()
        .map(|tensor| {
            tensor
                .grad(&gradients)
                .map_or_else(|| vec![0.0; tensor.shape().num_elements()], store::values)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::of;

    #[test]
    fn it_is_the_derivative_and_zero_without_a_path() {
        let a = of(vec![2.0, -3.0], [1, 2]).require_grad();
        let b = of(vec![1.0, 1.0], [1, 2]).require_grad();
        let found = sensitivity((a.clone() * a.clone()).sum(), &[a, b]);
        assert_eq!(found, [vec![4.0, -6.0], vec![0.0, 0.0]]);
    }
}
