//! Our side of the comparison with other libraries (`cargo xtask bench --peers`): the models, their
//! initial weights and their data, one training step at a time, and what a step costs in arithmetic
//! and in memory. For the profile (`bench --profile`) the labs of the site as well. Built like the
//! trainer, and never part of the site.

mod case;
mod counter;
mod labs;
mod models;
mod products;
mod rate;

use case::{Case, Values};
use products::{Product, Work};
use serde_json::json;
use wasm_bindgen::prelude::*;

/// The names of all models, in the order of the table.
#[wasm_bindgen]
pub fn names() -> Vec<String> {
    models::ALL.iter().map(|(name, _)| (*name).into()).collect()
}

/// Bytes that are allocated and not yet given back.
#[wasm_bindgen]
pub fn live() -> f64 {
    counter::live() as f64
}

/// A model in training.
#[wasm_bindgen]
pub struct Bench {
    case: Box<dyn Case>,
    /// Made when it is first asked for: a step is measured without it in memory.
    work: Option<Work>,
}

#[wasm_bindgen]
impl Bench {
    /// The model called `name`, untrained.
    ///
    /// # Errors
    /// If there is none.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str) -> Result<Bench, JsError> {
        let made = models::make(name);
        let case = made.ok_or_else(|| JsError::new(&format!("there is no model {name}")))?;
        Ok(Self { case, work: None })
    }

    /// What a peer has to know to build the same model, as JSON: its family, its sizes, the names and
    /// shapes of its weights and of its batch, and the arithmetic of a step in FLOP.
    pub fn plan(&self) -> String {
        let weights = self.case.weights();
        let weights: Vec<_> = weights
            .iter()
            .map(|w| json!({ "name": w.name, "shape": w.shape }))
            .collect();
        let batch = self.case.batch().arrays().iter();
        let batch: Vec<_> = batch
            .map(|array| json!({ "name": array.name, "shape": array.shape }))
            .collect();
        json!({
            "family": self.case.family(),
            "sizes": self.case.sizes().into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "weights": weights,
            "batch": batch,
            "flop": self.case.products().into_iter().map(Product::flop).sum::<f64>(),
            "parameters": self.case.weights().iter().map(|w| w.values.len()).sum::<usize>(),
        })
        .to_string()
    }

    /// The values of the `index`th weight, row-major.
    pub fn weight(&self, index: usize) -> Vec<f32> {
        self.case.weights().swap_remove(index).values
    }

    /// The values of the `index`th array of the batch, row-major; nothing if they are whole numbers.
    pub fn floats(&self, index: usize) -> Option<Vec<f32>> {
        match &self.case.batch().arrays()[index].values {
            Values::Float(values) => Some(nn::store::values(values.clone())),
            Values::Int(_) => None,
        }
    }

    /// The values of the `index`th array of the batch, row-major; nothing if they are not whole.
    pub fn integers(&self, index: usize) -> Option<Vec<i32>> {
        match &self.case.batch().arrays()[index].values {
            Values::Int(values) => values.to_data().convert::<i32>().try_into_vec().ok(),
            Values::Float(_) => None,
        }
    }

    /// One step: forward, backward, update; the loss before it.
    pub fn step(&mut self) -> f64 {
        self.case.step()
    }

    /// A step's products alone, on other numbers.
    pub fn multiply(&mut self) {
        self.work().multiply();
    }

    /// A step's functions alone, on other numbers.
    pub fn activate(&mut self) {
        self.work().activate();
    }

    fn work(&mut self) -> &mut Work {
        let work = || Work::new(&self.case.products(), self.case.functions());
        self.work.get_or_insert_with(work)
    }

    /// What one step allocates: the bytes, then how many pieces of up to 256 bytes, 4 KiB and 64 KiB,
    /// and above.
    pub fn allocations(&mut self) -> Vec<f64> {
        counter::during(|| {
            self.case.step();
        })
    }
}
