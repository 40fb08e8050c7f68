//! For tests: a whole model's gradients against central differences.

use burn::{module::Module, tensor::Tensor};
use lab::{Checkpoint, Rng};
use nn::{Learner, Rule, init, store};

/// Every tensor's gradient, by its path in the model, taken from Adam's first moment after one
/// update: it is 0.1·g.
pub fn gradients<M: Module>(model: &M, loss: Tensor<1>) -> Checkpoint {
    let mut learner = Learner::new(Rule::Adam, model.clone());
    learner.update(loss, 0.0, None);
    let mut moments = Checkpoint::default();
    learner.save(&mut moments);
    let tensors = moments
        .tensors
        .into_iter()
        .filter_map(|(path, mut tensor)| {
            let path = path.strip_prefix("optimiser.first.")?.to_owned();
            tensor.data.iter_mut().for_each(|g| *g *= 10.0);
            Some((path, tensor))
        });
    Checkpoint {
        tensors: tensors.collect(),
        ..Checkpoint::default()
    }
}

/// Along one random direction through each tensor of the model, the slope of the loss is what the
/// gradient says, up to `tolerance`, relative to the slope, and to what rounding does to a difference
/// of two losses. A third of the slopes have to stand out of that.
#[track_caller]
pub fn agree<M: Module>(model: &M, tolerance: f64, loss: impl Fn(&M) -> Tensor<1>) {
    const STEP: f32 = 1e-2;
    let rounding = 3e-6 * f64::from(store::values(loss(model))[0]).abs() / f64::from(STEP);
    let mut clear = 0;
    let gradients = gradients(model, loss(model));
    let mut weights = Checkpoint::default();
    store::save(model, "m", &mut weights);
    let mut rng = Rng::new(8, "directions");
    assert!(!weights.tensors.is_empty(), "a model without parameters");
    for (path, tensor) in &weights.tensors {
        let along = init::uniform(tensor.data.len(), 1.0, &mut rng);
        let at = |by: f32| {
            let mut moved = weights.clone();
            let data = &mut moved.tensors.get_mut(path).expect("its own path").data;
            data.iter_mut().zip(&along).for_each(|(x, d)| *x += by * d);
            let model = store::Loading::new(&moved).model("m", model.clone());
            f64::from(store::values(loss(&model.expect("its own weights")))[0])
        };
        let want = (at(STEP) - at(-STEP)) / f64::from(2.0 * STEP);
        let gradient = &gradients.tensors[path.trim_start_matches("m.")].data;
        let terms = gradient.iter().zip(&along);
        let got: f64 = terms.map(|(g, d)| f64::from(*g) * f64::from(*d)).sum();
        assert!(
            (got - want).abs() < tolerance * want.abs() + rounding,
            "{path}: {got}, not {want} within {rounding}"
        );
        clear += usize::from(want.abs() > 10.0 * rounding);
    }
    assert!(3 * clear > weights.tensors.len(), "only {clear} slopes");
}
