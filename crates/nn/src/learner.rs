//! A model and the optimiser that trains it. Nobody else holds the model's parameters between two
//! steps, so that they can change where they lie.

use crate::{
    Rule,
    optim::{Optimiser, Update},
    store::{self, Loading},
};
use burn::{module::Module, tensor::Tensor};
use lab::{Checkpoint, CheckpointError};
use std::ops::Deref;

/// A model in training; it is used as the model itself.
#[derive(Clone, Debug)]
pub struct Learner<M> {
    /// There but for the middle of an update.
    model: Option<M>,
    optimiser: Optimiser,
}

impl<M: Module> Learner<M> {
    /// A model that has not been trained with this rule yet.
    pub fn new(rule: Rule, model: M) -> Self {
        Self {
            optimiser: Optimiser::new(rule, &model),
            model: Some(model),
        }
    }

    /// One step down the gradient of `loss` `[1]`, at learning rate `rate`, the gradient's norm over
    /// all parameters together cut to `clip` (Pascanu et al. 2013, algorithm 1).
    pub fn update(&mut self, loss: Tensor<1>, rate: f64, clip: Option<f64>) -> Update {
        let model = self.model.take().expect(THERE);
        let (model, update) = self.optimiser.update(model, loss, rate, clip);
        self.model = Some(model);
        update
    }

    /// Puts the model and the optimiser's memory into a checkpoint, as `model.…` and `optimiser.…`.
    pub fn save(&self, into: &mut Checkpoint) {
        store::save(&**self, "model", into);
        self.optimiser.save("optimiser", into);
    }

    /// As it was when [`Learner::save`] was called.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape.
    pub fn load(&self, from: &mut Loading) -> Result<Self, CheckpointError> {
        Ok(Self {
            model: Some(from.model("model", M::clone(self))?),
            optimiser: self.optimiser.load("optimiser", from)?,
        })
    }
}

const THERE: &str = "a model between updates";

impl<M> Deref for Learner<M> {
    type Target = M;

    fn deref(&self) -> &M {
        self.model.as_ref().expect(THERE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check::of, linear::Linear};
    use lab::Rng;

    fn learner() -> Learner<Linear> {
        Learner::new(Rule::Adam, Linear::new(2, 1, &mut Rng::new(1, "test")))
    }

    fn step(learner: &mut Learner<Linear>) {
        let loss = learner.forward(of(vec![1.0, 2.0], [1, 2])).sum();
        learner.update(loss, 0.1, None);
    }

    fn weights(learner: &Learner<Linear>) -> Vec<f32> {
        store::values(learner.weight.val())
    }

    #[test]
    fn what_was_saved_continues_to_the_bit() {
        let mut trained = learner();
        step(&mut trained);
        let mut checkpoint = Checkpoint::default();
        trained.save(&mut checkpoint);
        let mut loading = Loading::new(&checkpoint);
        let mut back = learner().load(&mut loading).unwrap();
        loading.finish().unwrap();
        step(&mut trained);
        step(&mut back);
        assert_eq!(weights(&trained), weights(&back));
    }

    #[test]
    fn a_copy_of_the_model_does_not_learn() {
        let mut learner = learner();
        let (copy, before) = (Linear::clone(&learner), weights(&learner));
        step(&mut learner);
        assert_ne!(weights(&learner), before);
        assert_eq!(store::values(copy.weight.val()), before);
    }

    /// Where the parameters lie.
    fn places(learner: &mut Learner<Linear>) -> Vec<*const f32> {
        let mut found = Vec::new();
        let model = learner.model.take().unwrap();
        learner.model = Some(store::map(model, |values| found.push(values.as_ptr())));
        found
    }

    #[test]
    fn parameters_change_where_they_lie() {
        let mut learner = learner();
        step(&mut learner);
        let before = places(&mut learner);
        step(&mut learner);
        assert_eq!(places(&mut learner), before);
        let _copy = Linear::clone(&learner);
        step(&mut learner);
        assert_ne!(places(&mut learner), before);
    }
}
