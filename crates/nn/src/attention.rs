//! Attention of several heads as one operation of Burn's backend, from [`crate::kernel::attention`].

use crate::{
    fused::{prelude::*, record, register, sizes, slice, tensor},
    kernel::attention::{self, Sizes},
};
use burn::tensor::Tensor;

/// What a backend can attend to whole.
#[backend_extension(Flex, Autodiff)]
trait Attends: Backend {
    /// queries `[B, Tq, D]`, keys and values `[B, Tk, D]` → `[B, Tq, D]`.
    fn attended(
        queries: FloatTensor<Self>,
        keys: FloatTensor<Self>,
        values: FloatTensor<Self>,
        heads: usize,
        causal: bool,
    ) -> FloatTensor<Self>;
}

/// softmax(Q·Kᵀ/√d)·V in every head (Vaswani et al. 2017, eq. 1): queries `[B, Tq, D]`, keys and
/// values `[B, Tk, D]` → `[B, Tq, D]`, the heads' columns side by side. If `causal`, query i sees keys
/// 0 … i only.
///
/// # Panics
/// If the sizes do not fit, or D is no multiple of `heads`.
pub fn attention(
    queries: Tensor<3>,
    keys: Tensor<3>,
    values: Tensor<3>,
    heads: usize,
    causal: bool,
) -> Tensor<3> {
    let ([batch, seeking, width], [_, known, _]) = (queries.dims(), keys.dims());
    assert!(width.is_multiple_of(heads), "{heads} heads of {width}");
    assert_eq!([batch, known, width], keys.dims(), "keys like queries");
    assert_eq!(keys.dims(), values.dims(), "a value a key");
    assert!(!causal || seeking == known, "a past of their own");
    let [q, k, v] = [queries, keys, values].map(Tensor::into_dispatch);
    Tensor::from_dispatch(<Dispatch as Attends>::attended(q, k, v, heads, causal))
}

fn sizes_of([queries, keys]: [&FlexTensor; 2], heads: usize, causal: bool) -> Sizes {
    let ([batch, queries, _], [_, keys, _]) = (sizes(queries), sizes(keys));
    Sizes {
        batch,
        queries,
        keys,
        heads,
        causal,
    }
}

/// The answers and the weights.
fn forward(inputs: [&FlexTensor; 3], heads: usize, causal: bool) -> [FlexTensor; 2] {
    let [q, k, v] = inputs.map(FlexTensor::to_contiguous);
    let of = sizes_of([&q, &k], heads, causal);
    let found = attention::forward(slice(&q), slice(&k), slice(&v), of);
    [
        tensor(found.out, sizes::<3>(&q)),
        tensor(found.weights, [of.batch, heads, of.queries, of.keys]),
    ]
}

impl Attends for Flex {
    fn attended(
        queries: FlexTensor,
        keys: FlexTensor,
        values: FlexTensor,
        heads: usize,
        causal: bool,
    ) -> FlexTensor {
        let [out, _] = forward([&queries, &keys, &values], heads, causal);
        out
    }
}

#[derive(Debug)]
struct AttentionBackward {
    causal: bool,
}

impl Backward<Flex, 3> for AttentionBackward {
    /// Queries, keys, values and weights
    type State = [FlexTensor; 4];

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let [q, k, v, weights] = ops.state.map(|t| t.to_contiguous());
        let [_, heads, ..]: [usize; 4] = sizes(&weights);
        let of = sizes_of([&q, &k], heads, self.causal);
        let inputs = [slice(&q), slice(&k), slice(&v)];
        let found = attention::backward(inputs, slice(&weights), slice(&by), of);
        let gradients = [
            tensor(found.queries, sizes::<3>(&q)),
            tensor(found.keys, sizes::<3>(&k)),
            tensor(found.values, sizes::<3>(&v)),
        ];
        register(grads, ops.parents.map(|p| p.map(|p| p.id)), gradients);
    }
}

impl<C: CheckpointStrategy> Attends for Autodiff<Flex, C> {
    fn attended(
        queries: FloatTensor<Self>,
        keys: FloatTensor<Self>,
        values: FloatTensor<Self>,
        heads: usize,
        causal: bool,
    ) -> FloatTensor<Self> {
        let ((q, a), (k, b), (v, c)) =
            (queries.into_parts(), keys.into_parts(), values.into_parts());
        let [out, weights] = forward([&q, &k, &v], heads, causal);
        let operation = AttentionBackward { causal };
        record::<C, _, _>(operation, [a, b, c], [q, k, v, weights], out)
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

    const BATCH: usize = 2;
    const HEADS: usize = 2;
    const DEEP: usize = 3;
    const WIDTH: usize = HEADS * DEEP;

    /// The definition, number by number; `all` holds queries, keys and values.
    fn scalar(all: &[f64], [seeking, known]: [usize; 2], causal: bool) -> f64 {
        let (q, rest) = all.split_at(BATCH * seeking * WIDTH);
        let (k, v) = rest.split_at(BATCH * known * WIDTH);
        let mut total = 0.0;
        for n in 0..BATCH * seeking * WIDTH {
            let (row, column) = (n / WIDTH, n % WIDTH);
            let (b, i, head) = (row / seeking, row % seeking, column / DEEP);
            let seen = if causal { i + 1 } else { known };
            let raised: Vec<f64> = (0..seen)
                .map(|j| {
                    let at = |d: usize| head * DEEP + d;
                    let terms = (0..DEEP)
                        .map(|d| q[row * WIDTH + at(d)] * k[(b * known + j) * WIDTH + at(d)]);
                    (terms.sum::<f64>() / (DEEP as f64).sqrt()).exp()
                })
                .collect();
            let answer: f64 = (0..seen)
                .map(|j| raised[j] * v[(b * known + j) * WIDTH + column])
                .sum();
            total += weight(n) * answer / raised.iter().sum::<f64>();
        }
        total
    }

    #[test]
    fn attention_and_its_gradients_agree_with_scalar_f64() {
        let mut rng = Rng::new(71, "attention");
        for (seeking, known, causal) in [(3, 5, false), (4, 4, true), (1, 1, true), (13, 13, true)]
        {
            let shapes = [seeking, known, known].map(|t| [BATCH, t, WIDTH]);
            let inputs = shapes.map(|shape| {
                let n = shape.iter().product();
                of(init::uniform(n, 2.0, &mut rng), shape).require_grad()
            });
            let each = inputs.iter().cloned().flat_map(values);
            let all: Vec<f64> = each.map(f64::from).collect();
            let [q, k, v] = inputs.clone();
            let got = weighted(attention(q, k, v, HEADS, causal));
            let f = |all: &[f64]| scalar(all, [seeking, known], causal);
            close(&values(got.clone()), &[f(&all) as f32], 1e-5);
            close(&gradients_of(got, &inputs), &differences(&all, f), 1e-5);
        }
    }

    #[test]
    fn a_query_does_not_see_what_comes_later() {
        let mut rng = Rng::new(72, "attention");
        let mut draw = || of(init::uniform(4 * WIDTH, 1.0, &mut rng), [1, 4, WIDTH]);
        let [q, k, v, other] = [draw(), draw(), draw(), draw()];
        let changed =
            |t: Tensor<3>| Tensor::cat(vec![t.narrow(1, 0, 3), other.clone().narrow(1, 3, 1)], 1);
        let whole = attention(q.clone(), k.clone(), v.clone(), HEADS, true);
        let later = attention(q, changed(k), changed(v), HEADS, true);
        let [first, second] = [whole, later].map(values);
        assert_eq!(first[..3 * WIDTH], second[..3 * WIDTH]);
        assert_ne!(first[3 * WIDTH..], second[3 * WIDTH..]);
    }
}
