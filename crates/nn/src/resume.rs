//! Checkpoints of a run that is a model in training and one stream of random numbers.

use crate::{Learner, store::Loading};
use burn::module::Module;
use lab::{Checkpoint, CheckpointError, Rng};

/// Everything needed to go on after `step` steps; the stream is kept under its name.
pub fn save<M: Module>(step: u64, learner: &Learner<M>, stream: (&str, &Rng)) -> Checkpoint {
    let mut checkpoint = Checkpoint {
        step,
        ..Checkpoint::default()
    };
    learner.save(&mut checkpoint);
    let (name, rng) = stream;
    checkpoint.generators.insert(name.to_owned(), rng.state());
    checkpoint
}

/// What [`save`] kept: `learner` as it was then, and the stream of this name.
///
/// # Errors
/// If a tensor is missing, left over or of another shape, or the stream is missing.
pub fn load<M: Module>(
    from: &Checkpoint,
    learner: &Learner<M>,
    stream: &str,
) -> Result<(Learner<M>, Rng), CheckpointError> {
    let mut loading = Loading::new(from);
    let learner = learner.load(&mut loading)?;
    let rng = loading.generator(stream)?;
    loading.finish()?;
    Ok((learner, rng))
}
