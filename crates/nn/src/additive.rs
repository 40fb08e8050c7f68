//! Additive attention as one operation of Burn's backend, from [`crate::kernel::additive`].

use crate::{
    fused::{prelude::*, record, register, slice, tensor},
    kernel::additive::{self, Sizes},
};
use burn::tensor::Tensor;

/// What a backend can score whole.
#[backend_extension(Flex, Autodiff)]
trait Scores: Backend {
    /// keys `[P, B, H]`, queries `[T, B, H]`, v `[H, 1]` → `[T, B, P]`.
    fn additive(
        keys: FloatTensor<Self>,
        queries: FloatTensor<Self>,
        v: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// uⱼ = vᵀ·tanh(kⱼ + q) for every query and position (Bahdanau et al. 2015, appendix A.1.2): keys
/// `[P, B, H]`, queries `[T, B, H]`, v `[H, 1]` → `[T, B, P]`. Keys and queries come multiplied with
/// their matrices.
pub fn additive_scores(keys: Tensor<3>, queries: Tensor<3>, v: Tensor<2>) -> Tensor<3> {
    let inputs = (
        keys.into_dispatch(),
        queries.into_dispatch(),
        v.into_dispatch(),
    );
    Tensor::from_dispatch(<Dispatch as Scores>::additive(inputs.0, inputs.1, inputs.2))
}

fn sizes(keys: &FlexTensor, queries: &FlexTensor) -> Sizes {
    let [positions, batch, hidden] = keys.layout().shape().dims();
    let [steps, ..]: [usize; 3] = queries.layout().shape().dims();
    Sizes {
        queries: steps,
        positions,
        batch,
        hidden,
    }
}

/// The scores, and what their gradients need besides v: tanh(k + q) `[T, B, P, H]`.
fn forward(keys: &FlexTensor, queries: &FlexTensor, v: &FlexTensor) -> (FlexTensor, Vec<f32>) {
    let sizes = sizes(keys, queries);
    let [keys, queries, v] = [keys, queries, v].map(|t| t.to_contiguous());
    let trace = additive::forward(slice(&keys), slice(&queries), slice(&v), sizes);
    let shape = [sizes.queries, sizes.batch, sizes.positions];
    (tensor(trace.scores, shape), trace.active)
}

impl Scores for Flex {
    fn additive(keys: FlexTensor, queries: FlexTensor, v: FlexTensor) -> FlexTensor {
        forward(&keys, &queries, &v).0
    }
}

#[derive(Debug)]
struct AdditiveBackward;

impl Backward<Flex, 3> for AdditiveBackward {
    type State = (Vec<f32>, FlexTensor, Sizes);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (active, v, sizes) = ops.state;
        let v = v.to_contiguous();
        let by = additive::backward(&active, slice(&v), slice(&gradient), sizes);
        let (batch, hidden) = (sizes.batch, sizes.hidden);
        let gradients = [
            tensor(by.keys, [sizes.positions, batch, hidden]),
            tensor(by.queries, [sizes.queries, batch, hidden]),
            tensor(by.v, [hidden, 1]),
        ];
        register(grads, ops.parents.map(|p| p.map(|p| p.id)), gradients);
    }
}

impl<C: CheckpointStrategy> Scores for Autodiff<Flex, C> {
    fn additive(
        keys: FloatTensor<Self>,
        queries: FloatTensor<Self>,
        v: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let ((keys, a), (queries, b), (v, c)) =
            (keys.into_parts(), queries.into_parts(), v.into_parts());
        let (output, active) = forward(&keys, &queries, &v);
        let state = (active, v, sizes(&keys, &queries));
        record::<C, _, _>(AdditiveBackward, [a, b, c], state, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, differences, gradients_of, of, values, weight, weighted},
        init,
    };
    use burn::tensor::activation::tanh;
    use lab::Rng;

    const QUERIES: usize = 3;
    const POSITIONS: usize = 4;
    const BATCH: usize = 2;
    const HIDDEN: usize = 11;

    /// The definition in scalar f64: Σ weight·score.
    fn scalar(all: &[f64]) -> f64 {
        let (keys, rest) = all.split_at(POSITIONS * BATCH * HIDDEN);
        let (queries, v) = rest.split_at(QUERIES * BATCH * HIDDEN);
        let mut sum = 0.0;
        for t in 0..QUERIES {
            for b in 0..BATCH {
                for p in 0..POSITIONS {
                    let score: f64 = (0..HIDDEN)
                        .map(|i| {
                            let k = keys[(p * BATCH + b) * HIDDEN + i];
                            v[i] * (k + queries[(t * BATCH + b) * HIDDEN + i]).tanh()
                        })
                        .sum();
                    sum += weight((t * BATCH + b) * POSITIONS + p) * score;
                }
            }
        }
        sum
    }

    /// The same as tensor operations.
    fn composed(keys: Tensor<3>, queries: Tensor<3>, v: Tensor<2>) -> Tensor<3> {
        let sum = keys.unsqueeze_dim::<4>(0) + queries.unsqueeze_dim::<4>(1);
        let rows = QUERIES * POSITIONS * BATCH;
        tanh(sum)
            .reshape([rows, HIDDEN])
            .matmul(v)
            .reshape([QUERIES, POSITIONS, BATCH])
            .swap_dims(1, 2)
    }

    #[test]
    fn both_forms_and_all_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(31, "additive");
        let mut draw =
            |rows| of(init::uniform(rows * HIDDEN, 1.5, &mut rng), [rows, HIDDEN]).require_grad();
        let (keys, queries) = (draw(POSITIONS * BATCH), draw(QUERIES * BATCH));
        let v = draw(1);
        let inputs = [keys, queries, v];
        let all: Vec<f64> = inputs
            .clone()
            .into_iter()
            .flat_map(values)
            .map(f64::from)
            .collect();
        let want_gradient = differences(&all, scalar);
        for form in [additive_scores, composed] {
            let [keys, queries, v] = inputs.clone();
            let scores = form(
                keys.reshape([POSITIONS, BATCH, HIDDEN]),
                queries.reshape([QUERIES, BATCH, HIDDEN]),
                v.reshape([HIDDEN, 1]),
            );
            let got = weighted(scores);
            close(&values(got.clone()), &[scalar(&all) as f32], 2e-5);
            close(&gradients_of(got, &inputs), &want_gradient, 2e-5);
        }
    }
}
