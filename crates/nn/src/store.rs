//! Models in and out of checkpoints, by module path.
//!
//! Burn's own records are keyed by random ids and skip what they do not know; here a missing, extra
//! or misshapen tensor is an error.

use crate::fused::{owned, prelude::*};
use burn::{
    backend::AutodiffBackend,
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    tensor::{Tensor, TensorData},
};
use lab::{Checkpoint, CheckpointError, Rng, StoredTensor};
use std::collections::BTreeSet;

/// A tensor's values, row-major.
///
/// # Panics
/// If it does not hold `f32`.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("f32 values")
}

/// What gives values others, in place.
type Change<'a> = &'a mut dyn FnMut(&mut [f32]);

/// Other values for a tensor, where they lie unless somebody else holds them too.
#[backend_extension(Flex, Autodiff)]
trait Changes: Backend {
    /// The tensor of the same shape with what `change` makes of the values, off the tape.
    fn changed(tensor: FloatTensor<Self>, change: Change) -> FloatTensor<Self>;
}

impl Changes for Flex {
    fn changed(tensor: FlexTensor, change: Change) -> FlexTensor {
        let shape = tensor.layout().shape().clone();
        let mut values = owned(tensor);
        change(&mut values);
        FlexTensor::from_data(TensorData::new(values, shape))
    }
}

impl<C: CheckpointStrategy> Changes for Autodiff<Flex, C> {
    fn changed(tensor: FloatTensor<Self>, change: Change) -> FloatTensor<Self> {
        let (tensor, _) = tensor.into_parts();
        Self::from_inner(Flex::changed(tensor, change))
    }
}

/// Collects a model's parameters in module order: (path, shape, values).
#[derive(Default)]
pub(crate) struct Walk {
    path: Vec<String>,
    found: Vec<(String, Vec<usize>, Vec<f32>)>,
}

impl Walk {
    /// All parameters of `model`.
    pub(crate) fn of<M: Module>(model: &M) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        let mut walk = Self::default();
        model.visit(&mut walk);
        walk.found
    }
}

impl ModuleVisitor for Walk {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let shape = param.dims().to_vec();
        self.found
            .push((self.path.join("."), shape, values(param.val())));
    }
}

struct Map<F>(F);

impl<F: FnMut(&mut [f32])> ModuleMapper for Map<F> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let changed = <Dispatch as Changes>::changed(tensor.into_dispatch(), &mut self.0);
            Tensor::from_dispatch(changed).require_grad()
        })
    }
}

/// The model with what `change` makes of every parameter's values, in module order.
pub(crate) fn map<M: Module>(model: M, change: impl FnMut(&mut [f32])) -> M {
    model.map(&mut Map(change))
}

/// Puts a model's parameters into a checkpoint, as `prefix.path`.
pub fn save<M: Module>(model: &M, prefix: &str, into: &mut Checkpoint) {
    for (path, shape, data) in Walk::of(model) {
        into.tensors
            .insert(format!("{prefix}.{path}"), StoredTensor { shape, data });
    }
}

/// Takes a checkpoint apart, and knows what nobody has asked for.
pub struct Loading<'a> {
    from: &'a Checkpoint,
    left: BTreeSet<&'a str>,
}

impl<'a> Loading<'a> {
    /// Nothing taken yet.
    pub fn new(from: &'a Checkpoint) -> Self {
        Self {
            from,
            left: from.tensors.keys().map(String::as_str).collect(),
        }
    }

    /// The tensor called `name`, which must have `shape`.
    ///
    /// # Errors
    /// If it is missing or has another shape.
    pub fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, CheckpointError> {
        let stored = self.from.tensor(name, shape)?;
        self.left.remove(name);
        Ok(stored.data.clone())
    }

    /// The counter called `name`.
    ///
    /// # Errors
    /// If it is missing.
    pub fn number(&self, name: &str) -> Result<i64, CheckpointError> {
        let number = self.from.numbers.get(name).copied();
        number.ok_or_else(|| CheckpointError(format!("the number “{name}” is missing")))
    }

    /// The generator called `name`.
    ///
    /// # Errors
    /// If it is missing.
    pub fn generator(&self, name: &str) -> Result<Rng, CheckpointError> {
        let state = self.from.generators.get(name).copied();
        let state =
            state.ok_or_else(|| CheckpointError(format!("the generator “{name}” is missing")))?;
        Ok(Rng::from_state(state))
    }

    /// `model` with the values saved under `prefix`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn model<M: Module>(&mut self, prefix: &str, model: M) -> Result<M, CheckpointError> {
        let mut saved = Vec::new();
        for (path, shape, _) in Walk::of(&model) {
            saved.push(self.tensor(&format!("{prefix}.{path}"), &shape)?);
        }
        let mut saved = saved.into_iter();
        Ok(map(model, |values| {
            values.copy_from_slice(&saved.next().expect("one a parameter"));
        }))
    }

    /// Checks that everything was taken.
    ///
    /// # Errors
    /// If a tensor is left over.
    pub fn finish(self) -> Result<(), CheckpointError> {
        match self.left.first() {
            None => Ok(()),
            Some(name) => Err(CheckpointError(format!(
                "the tensor “{name}” belongs to no part of the model"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::Linear;

    fn layer(seed: u64) -> Linear {
        Linear::new(2, 3, &mut Rng::new(seed, "test"))
    }

    #[test]
    fn a_model_comes_back_to_the_bit() {
        let mut checkpoint = Checkpoint::default();
        save(&layer(1), "model", &mut checkpoint);
        let names: Vec<&str> = checkpoint.tensors.keys().map(String::as_str).collect();
        assert_eq!(names, ["model.bias", "model.weight"]);
        let mut loading = Loading::new(&checkpoint);
        let back = loading.model("model", layer(2)).unwrap();
        loading.finish().unwrap();
        assert_eq!(Walk::of(&back), Walk::of(&layer(1)));
        assert!(back.weight.val().is_require_grad());
    }

    #[test]
    fn what_is_missing_left_over_or_misshapen_is_an_error() {
        let mut checkpoint = Checkpoint::default();
        save(&layer(1), "model", &mut checkpoint);
        let mut other = checkpoint.clone();
        other
            .tensors
            .insert("model.stray".into(), StoredTensor::default());
        let mut loading = Loading::new(&other);
        loading.model("model", layer(2)).unwrap();
        assert!(loading.finish().unwrap_err().0.contains("model.stray"));
        let wide = Linear::new(2, 4, &mut Rng::new(1, "test"));
        assert!(Loading::new(&checkpoint).model("model", wide).is_err());
        checkpoint.tensors.remove("model.bias");
        let error = Loading::new(&checkpoint)
            .model("model", layer(2))
            .unwrap_err();
        assert!(error.0.contains("model.bias"));
    }
}
