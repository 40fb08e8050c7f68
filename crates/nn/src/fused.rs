//! What every operation added to Burn's backend shares: values in and out, and one node on the tape.

use burn::{
    backend::autodiff::{
        NodeId,
        ops::{NodeGuard, OpsKind},
    },
    tensor::{Shape, TensorData},
};
use prelude::*;

/// What an operation added to the backend is written in.
pub(crate) mod prelude {
    pub use burn::backend::{
        Autodiff, Backend, Dispatch, Flex,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops},
        },
        backend_extension,
        flex::FlexTensor,
        tensor::FloatTensor,
    };
}

/// A contiguous tensor's values.
pub(crate) fn slice(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("made contiguous")
}

/// A tensor's values as one's own: moved out where nobody else holds them.
pub(crate) fn owned(tensor: FlexTensor) -> Vec<f32> {
    if tensor.is_unique() {
        tensor.into_data().try_into_vec().expect("f32 values")
    } else {
        slice(&tensor.to_contiguous()).to_vec()
    }
}

/// A tensor's whole numbers as places.
pub(crate) fn indices(tensor: &FlexTensor) -> Vec<usize> {
    let tensor = tensor.to_contiguous();
    let short = tensor.as_slice::<i32>();
    let short = short.map(|all| all.iter().map(|i| *i as usize).collect());
    short.unwrap_or_else(|| {
        let long = tensor.as_slice::<i64>().expect("whole numbers");
        long.iter().map(|i| *i as usize).collect()
    })
}

/// Row-major values as a tensor.
pub(crate) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// Row-major values in the shape of another tensor, except for the columns.
pub(crate) fn shaped(values: Vec<f32>, like: &Shape, columns: usize) -> FlexTensor {
    let mut shape = like.clone();
    let last = shape.num_dims() - 1;
    shape[last] = columns;
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The shape of a tensor with D dimensions.
pub(crate) fn sizes<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.layout().shape().dims()
}

/// The values of tensors, contiguous, and their nodes on the tape.
pub(crate) fn parts<C: CheckpointStrategy, const N: usize>(
    tensors: [FloatTensor<Autodiff<Flex, C>>; N],
) -> ([FlexTensor; N], [NodeGuard; N]) {
    let mut values = Vec::with_capacity(N);
    let nodes = tensors.map(|tensor| {
        let (tensor, node) = tensor.into_parts();
        values.push(tensor.to_contiguous());
        node
    });
    (values.try_into().expect("one for each"), nodes)
}

/// `output` with `operation` on the tape behind it, if any of its inputs is on the tape.
pub(crate) fn record<C: CheckpointStrategy, O: Backward<Flex, N>, const N: usize>(
    operation: O,
    inputs: [NodeGuard; N],
    state: O::State,
    output: FlexTensor,
) -> FloatTensor<Autodiff<Flex, C>> {
    match operation.prepare::<C>(inputs).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(state, output),
        OpsKind::UnTracked(prep) => prep.finish(output),
    }
}

/// Hands each input that is on the tape its gradient.
pub(crate) fn register<const N: usize>(
    grads: &mut Gradients,
    inputs: [Option<NodeId>; N],
    gradients: [FlexTensor; N],
) {
    for (input, gradient) in inputs.into_iter().zip(gradients) {
        if let Some(input) = input {
            grads.register::<Flex>(input, gradient);
        }
    }
}
