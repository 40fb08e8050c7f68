//! Losses.

use burn::tensor::{Int, Tensor, activation::log_softmax};

/// Mean of −ln softmax(`logits`)[target], in nats: `[rows, classes]` and `[rows]` → `[1]`.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    log_softmax(logits, 1)
        .gather(1, targets.unsqueeze_dim(1))
        .mean()
        .neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{gradients_agree, of, values},
        init,
        linear::Linear,
    };
    use lab::Rng;

    #[test]
    fn agrees_with_the_definition_in_f64() {
        let logits = [0.3, -1.2, 2.0, 5.0, 5.0, -5.0];
        let targets = [2usize, 1];
        let mut want = 0.0;
        for (row, target) in targets.iter().enumerate() {
            let z: Vec<f64> = logits[row * 3..row * 3 + 3].to_vec();
            let sum: f64 = z.iter().map(|v| v.exp()).sum();
            want -= (z[*target].exp() / sum).ln() / 2.0;
        }
        let tensor = of(logits.iter().map(|v| *v as f32).collect(), [2, 3]);
        let target = Tensor::<1, Int>::from_data([2, 1], &crate::training());
        let got = f64::from(values(cross_entropy(tensor, target))[0]);
        assert!((got - want).abs() < 1e-6, "{got} {want}");
    }

    #[test]
    fn gradients() {
        let mut rng = Rng::new(5, "test");
        let x = of(init::uniform(8, 1.0, &mut rng), [2, 4]);
        let target = Tensor::<1, Int>::from_data([2, 0], &crate::training());
        gradients_agree(Linear::new(4, 3, &mut rng), |m| {
            cross_entropy(m.forward(x.clone()), target.clone())
        });
    }
}
