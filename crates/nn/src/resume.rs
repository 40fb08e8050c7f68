//! Checkpoints of a run that is a model, an optimiser and one stream of random numbers.

use crate::{Optimiser, store};
use burn::module::Module;
use lab::{Checkpoint, CheckpointError, Rng};

/// Everything needed to go on after `step` steps; the stream is kept under its name.
pub fn save<M: Module>(
    step: u64,
    model: &M,
    optimiser: &Optimiser,
    stream: (&str, &Rng),
) -> Checkpoint {
    let mut checkpoint = Checkpoint {
        step,
        ..Checkpoint::default()
    };
    store::save(model, "model", &mut checkpoint);
    optimiser.save("optimiser", &mut checkpoint);
    let (name, rng) = stream;
    checkpoint.generators.insert(name.to_owned(), rng.state());
    checkpoint
}

/// What [`save`] kept: `model` with its values, the optimiser's state, and the stream of this name.
///
/// # Errors
/// If a tensor is missing, left over or of another shape, or the stream is missing.
pub fn load<M: Module>(
    from: &Checkpoint,
    model: &M,
    optimiser: &Optimiser,
    stream: &str,
) -> Result<(M, Optimiser, Rng), CheckpointError> {
    let mut loading = store::Loading::new(from);
    let model = loading.model("model", model.clone())?;
    let optimiser = optimiser.load("optimiser", &mut loading)?;
    let rng = loading.generator(stream)?;
    loading.finish()?;
    Ok((model, optimiser, rng))
}
