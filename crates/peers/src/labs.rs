//! The site's own labs, for the profile: nobody else has them, so they are compared with nothing.

use crate::counter;
use lab::{Experiment, Knobs, Lab, Progress, Rng, Setup, Spec};
use papers::PAPERS;
use wasm_bindgen::prelude::*;

/// Labs with their defaults, in the order of the pages; not those that read a file first.
fn all() -> impl Iterator<Item = (&'static Lab, Spec, Knobs)> {
    let labs = PAPERS.iter().flat_map(|paper| paper.labs);
    labs.filter_map(|lab| {
        let spec = (lab.spec)();
        let preset = &spec.presets[0];
        let knobs = Knobs::resolve(&spec, preset, &spec.arms_of(preset)[0], &[]).ok()?;
        let alone = spec.files_for(&knobs).next().is_none();
        alone.then_some((lab, spec, knobs))
    })
}

/// The ids of all labs that need nothing but themselves.
#[wasm_bindgen]
pub fn labs() -> Vec<String> {
    all().map(|(_, spec, _)| spec.id).collect()
}

/// The first arm of a lab in training, with its default settings.
#[wasm_bindgen]
pub struct LabRun(Box<dyn Experiment>);

#[wasm_bindgen]
impl LabRun {
    /// The lab called `id`, its data made, untrained.
    ///
    /// # Errors
    /// If there is none.
    #[wasm_bindgen(constructor)]
    pub fn new(id: &str) -> Result<LabRun, JsError> {
        let found = all().find(|(_, spec, _)| spec.id == id);
        let (lab, spec, knobs) =
            found.ok_or_else(|| JsError::new(&format!("there is no lab {id}")))?;
        let setup = Setup {
            knobs,
            rng: Rng::new(1, "run"),
            steps: spec.steps_of(&spec.presets[0]),
            input: None,
            files: Default::default(),
        };
        let mut run = (lab.start)(setup)?;
        while run.prepare() != Progress::Done {}
        Ok(Self(run))
    }

    /// One step; the first of the metrics it reports.
    pub fn step(&mut self) -> f64 {
        self.0
            .step()
            .0
            .first()
            .map_or(f64::NAN, |(_, value)| *value)
    }

    /// What [`crate::Bench::allocations`] says of a model.
    pub fn allocations(&mut self) -> Vec<f64> {
        counter::during(|| {
            self.0.step();
        })
    }
}
