//! Losses.

use crate::{
    fused::{indices, owned, prelude::*, record, sizes, slice, tensor},
    kernel::softmax,
};
use burn::{
    backend::tensor::IntTensor,
    tensor::{Int, Tensor},
};

/// The losses a backend can do whole.
#[backend_extension(Flex, Autodiff)]
trait Losses: Backend {
    /// scores `[N, C]`, targets `[N]` → `[1]`.
    fn cross_entropy_of(scores: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self>;
}

/// Mean of −ln softmax(`logits`)[target], in nats: `[rows, classes]` and `[rows]` → `[1]`. The
/// softmax, its logarithm and the choice are one operation.
///
/// # Panics
/// If a target is no class.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    let inputs = (logits.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Losses>::cross_entropy_of(inputs.0, inputs.1))
}

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct Seen {
    /// The softmax `[N, C]`.
    p: Vec<f32>,
    /// `[N]`
    targets: Vec<usize>,
    /// C
    columns: usize,
}

/// The loss `[1]`.
fn forward(scores: FlexTensor, targets: FlexTensor) -> (FlexTensor, Seen) {
    let [_, columns] = sizes(&scores);
    let targets = indices(&targets);
    let (loss, p) = softmax::cross_entropy(owned(scores), &targets, columns);
    let seen = Seen {
        p,
        targets,
        columns,
    };
    (tensor(vec![loss], [1]), seen)
}

impl Losses for Flex {
    fn cross_entropy_of(scores: FlexTensor, targets: FlexTensor) -> FlexTensor {
        forward(scores, targets).0
    }
}

#[derive(Debug)]
struct CrossEntropyBackward;

impl Backward<Flex, 1> for CrossEntropyBackward {
    type State = Seen;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = slice(&grads.consume::<Flex>(&ops.node).to_contiguous())[0];
        let Seen {
            mut p,
            targets,
            columns,
        } = ops.state;
        softmax::cross_entropy_backward(&mut p, &targets, by, columns);
        if let [Some(scores)] = ops.parents {
            grads.register::<Flex>(scores.id, tensor(p, [targets.len(), columns]));
        }
    }
}

impl<C: CheckpointStrategy> Losses for Autodiff<Flex, C> {
    fn cross_entropy_of(scores: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self> {
        let (scores, of_scores) = scores.into_parts();
        let (loss, seen) = forward(scores, targets);
        record::<C, _, _>(CrossEntropyBackward, [of_scores], seen, loss)
    }
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
