//! What every model of the comparison has, whatever it is.

use crate::products::Product;
use burn::{
    module::Module,
    tensor::{Int, Tensor, TensorData},
};
use lab::{Checkpoint, Rng};
use nn::{Learner, Rule, store};

/// Adam's learning rate, for all models and libraries.
const RATE: f64 = 1e-3;

/// A kind of model at certain sizes.
pub trait Model {
    /// The weights.
    type Net: Module;

    /// The kind, by which a peer chooses its own implementation.
    fn family(&self) -> &'static str;
    /// The sizes by name.
    fn sizes(&self) -> Vec<(&'static str, usize)>;
    /// Untrained weights.
    fn net(&self, rng: &mut Rng) -> Self::Net;
    /// Inputs and targets.
    fn batch(&self, rng: &mut Rng) -> Batch;
    /// `[1]`
    fn loss(&self, net: &Self::Net, batch: &Batch) -> Tensor<1>;
    /// How often one step cannot do without tanh, the logistic function or eˣ: forward.
    fn functions(&self, batch: &Batch) -> usize;
    /// The products (and convolutions, as if they were products) of one step.
    fn products(&self, batch: &Batch) -> Vec<Product>;
}

/// A model in training, its kind forgotten.
pub trait Case {
    /// [`Model::family`]
    fn family(&self) -> &'static str;
    /// [`Model::sizes`]
    fn sizes(&self) -> Vec<(&'static str, usize)>;
    /// [`Model::functions`]
    fn functions(&self) -> usize;
    /// [`Model::products`]
    fn products(&self) -> Vec<Product>;
    /// Inputs and targets, the same at every step.
    fn batch(&self) -> &Batch;
    /// The weights as they are now, by module path.
    fn weights(&self) -> Vec<Weight>;
    /// Forward, backward, Adam; the loss before the update.
    fn step(&mut self) -> f64;
}

/// A weight's values, row-major.
pub struct Weight {
    /// Its module path.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values.
    pub values: Vec<f32>,
}

/// Inputs and targets of a step, by name.
#[derive(Clone, Debug)]
pub struct Batch(Vec<Array>);

/// One of them.
#[derive(Clone, Debug)]
pub struct Array {
    /// What it is called.
    pub name: &'static str,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values, row-major, on the training device already.
    pub values: Values,
}

/// Numbers of either kind.
#[derive(Clone, Debug)]
pub enum Values {
    /// Measures.
    Float(Tensor<1>),
    /// Indices.
    Int(Tensor<1, Int>),
}

impl Batch {
    /// Nothing yet.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// With measures added.
    #[must_use]
    pub fn with(mut self, name: &'static str, shape: &[usize], values: Vec<f32>) -> Self {
        let (shape, n) = (shape.to_vec(), values.len());
        let data = TensorData::new(values, [n]);
        let values = Values::Float(Tensor::from_data(data, &nn::training()));
        self.0.push(Array {
            name,
            shape,
            values,
        });
        self
    }

    /// With `n` indices below `below` added, drawn at random.
    #[must_use]
    pub fn with_drawn(self, name: &'static str, n: usize, below: usize, rng: &mut Rng) -> Self {
        let values = (0..n).map(|_| rng.below(below) as i32).collect();
        self.with_whole(name, values)
    }

    /// With indices added.
    #[must_use]
    pub fn with_whole(mut self, name: &'static str, values: Vec<i32>) -> Self {
        let shape = vec![values.len()];
        let data = TensorData::new(values, shape.clone());
        let values = Values::Int(Tensor::from_data(data, &nn::training()));
        self.0.push(Array {
            name,
            shape,
            values,
        });
        self
    }

    /// All of them, in the order in which they were added.
    pub fn arrays(&self) -> &[Array] {
        &self.0
    }

    fn get(&self, name: &str) -> &Array {
        let found = self.0.iter().find(|array| array.name == name);
        found.expect("a batch has what its model asks for")
    }

    /// Measures as a tensor on the training device.
    pub fn float<const D: usize>(&self, name: &str) -> Tensor<D> {
        let array = self.get(name);
        let Values::Float(values) = &array.values else {
            panic!("{name} are indices");
        };
        let shape: [usize; D] = array.shape.as_slice().try_into().expect("its dimensions");
        values.clone().reshape(shape)
    }

    /// Indices as a tensor on the training device.
    pub fn int(&self, name: &str) -> Tensor<1, Int> {
        let array = self.get(name);
        let Values::Int(values) = &array.values else {
            panic!("{name} are measures");
        };
        values.clone()
    }
}

/// A model with its weights and its batch.
pub struct Training<M: Model> {
    model: M,
    net: Learner<M::Net>,
    batch: Batch,
}

impl<M: Model> Training<M> {
    /// Untrained, the same every time.
    pub fn new(model: M) -> Self {
        let net = model.net(&mut Rng::new(1, "weights"));
        let batch = model.batch(&mut Rng::new(1, "batch"));
        Self {
            net: Learner::new(Rule::Adam, net),
            model,
            batch,
        }
    }
}

impl<M: Model> Case for Training<M> {
    fn family(&self) -> &'static str {
        self.model.family()
    }

    fn sizes(&self) -> Vec<(&'static str, usize)> {
        self.model.sizes()
    }

    fn functions(&self) -> usize {
        self.model.functions(&self.batch)
    }

    fn products(&self) -> Vec<Product> {
        self.model.products(&self.batch)
    }

    fn batch(&self) -> &Batch {
        &self.batch
    }

    fn weights(&self) -> Vec<Weight> {
        let mut kept = Checkpoint::default();
        store::save(&*self.net, "", &mut kept);
        let weight = |(name, stored): (String, lab::StoredTensor)| Weight {
            name: name.trim_start_matches('.').to_owned(),
            shape: stored.shape,
            values: stored.data,
        };
        kept.tensors.into_iter().map(weight).collect()
    }

    fn step(&mut self) -> f64 {
        let loss = self.model.loss(&self.net, &self.batch);
        self.net.update(loss, RATE, None).loss
    }
}

/// Checks the whole gradient of a model against finite differences of its loss along that gradient:
/// there the slope is the gradient's length.
#[cfg(test)]
#[track_caller]
pub fn check<M: Model>(model: M) {
    use nn::store::Loading;
    const STEP: f64 = 1e-3;
    let net = model.net(&mut Rng::new(2, "weights"));
    let batch = model.batch(&mut Rng::new(2, "batch"));
    let mut here = Checkpoint::default();
    store::save(&net, "net", &mut here);
    let mut learner = Learner::new(Rule::Adam, net.clone());
    let loss = model.loss(&learner, &batch);
    let update = learner.update(loss, RATE, Some(f64::INFINITY));
    let norm = update.norm.expect("asked for");
    learner.save(&mut here);
    // After one step Adam's first moment is a tenth of the gradient.
    let moved = |by: f64| {
        let mut there = here.clone();
        for (name, tensor) in &mut there.tensors {
            let Some(path) = name.strip_prefix("net.") else {
                continue;
            };
            let moment = &here.tensors[&format!("optimiser.first.{path}")];
            for (x, m) in tensor.data.iter_mut().zip(&moment.data) {
                *x += (by * 10.0 * f64::from(*m) / norm) as f32;
            }
        }
        let net = Loading::new(&there).model("net", net.clone());
        let loss = model.loss(&net.expect("what was saved"), &batch);
        f64::from(store::values(loss)[0])
    };
    let slope = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
    assert!(
        (slope / norm - 1.0).abs() < 0.02,
        "the loss climbs by {slope}, the gradient says {}",
        norm
    );
}
