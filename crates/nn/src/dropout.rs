//! Dropout with a mask of our own: Burn's draws from a process-wide generator.

use burn::tensor::{Tensor, TensorData};
use lab::Rng;

/// Sets each value to 0 with probability `p` and scales the others by 1/(1 − p), so that the
/// expected value stays (Srivastava et al. 2014, §10, the “inverted” form); any shape. At `p` = 0
/// nothing is drawn.
pub fn dropout<const D: usize>(x: Tensor<D>, p: f64, rng: &mut Rng) -> Tensor<D> {
    if p <= 0.0 {
        return x;
    }
    let kept = (1.0 / (1.0 - p)) as f32;
    let draw = |_| if rng.chance(p) { 0.0 } else { kept };
    let mask: Vec<f32> = (0..x.shape().num_elements()).map(draw).collect();
    let mask = Tensor::from_data(TensorData::new(mask, x.shape()), &x.device());
    x * mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, of, values};

    #[test]
    fn drops_the_asked_share_and_keeps_the_mean() {
        let mut rng = Rng::new(6, "dropout");
        let out = values(dropout(of(vec![1.0; 10_000], [100, 100]), 0.3, &mut rng));
        let zeros = out.iter().filter(|v| **v == 0.0).count();
        // Five standard deviations of a binomial with p = 0.3.
        assert!(zeros.abs_diff(3000) < 230, "{zeros}");
        assert!(
            out.iter()
                .all(|v| *v == 0.0 || (*v - 1.0 / 0.7).abs() < 1e-6)
        );
    }

    #[test]
    fn repeats_with_its_generator_and_draws_nothing_at_zero() {
        let x = || of(vec![1.0; 64], [8, 8]);
        let draw = |seed| values(dropout(x(), 0.5, &mut Rng::new(seed, "dropout")));
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let mut rng = Rng::new(1, "dropout");
        close(&values(dropout(x(), 0.0, &mut rng)), &[1.0; 64], 0.0);
        assert_eq!(rng, Rng::new(1, "dropout"));
    }

    #[test]
    fn the_gradient_passes_only_where_the_value_did() {
        let x = of(vec![1.0; 16], [4, 4]).require_grad();
        let out = dropout(x.clone(), 0.5, &mut Rng::new(3, "dropout"));
        let grads = crate::optim::gradients(out.clone().sum());
        let gradient = x
            .grad(&grads)
            .expect("tracked")
            .into_data()
            .try_to_vec::<f32>()
            .unwrap();
        close(&gradient, &values(out), 0.0);
    }
}
