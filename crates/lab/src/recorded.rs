//! What the verifier writes into `content/recorded/<lab>/` and the site shows, labelled as recorded.

use crate::{
    claim::{Judged, Seeds},
    digest::Digest,
    figure::Figure,
    history::History,
    spec::{ArmId, Spec},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A real run: the lab's first frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The command that recorded it.
    pub command: String,
    /// The day, `2026-11-21`.
    pub date: String,
    /// What it ran on, in words.
    pub machine: String,
    /// The digest of the spec it was recorded for.
    pub spec: Digest,
    /// The preset and the seed.
    pub preset: String,
    /// The seed.
    pub seed: u64,
    /// Its arms.
    pub arms: Vec<RecordedArm>,
}

/// One arm of a recorded run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedArm {
    /// Which arm.
    pub arm: ArmId,
    /// Learnable parameters.
    pub parameters: u64,
    /// Wall-clock of the whole run, evaluation included, in seconds, on one thread.
    pub seconds: f64,
    /// Its metrics.
    pub history: History,
    /// The digest of the first steps of its first metric's curve, to the bit: short, so that tests can
    /// walk them again.
    pub curve: Digest,
    /// What its probes showed.
    pub figures: Vec<RecordedFigure>,
}

/// A figure of a recorded run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedFigure {
    /// Which probe.
    pub probe: String,
    /// At which step.
    pub step: u64,
    /// What it showed.
    pub figure: Figure,
}

/// The claims of a lab, measured over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimTable {
    /// The command that wrote it.
    pub command: String,
    /// The day.
    pub date: String,
    /// What it ran on, in words.
    pub machine: String,
    /// The digest of the spec it was measured for.
    pub spec: Digest,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// By preset and arm (`default/lstm`): the digest of the first steps of the first metric's curve
    /// of the first seed.
    pub curves: BTreeMap<String, Digest>,
    /// One row a claim.
    pub rows: Vec<ClaimRow>,
    /// One row a (preset, arm, metric): the value at the last step, seed by seed.
    pub metrics: Vec<MetricRow>,
}

/// A claim, measured over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimRow {
    /// Which claim.
    pub claim: String,
    /// Seed by seed; `None` where the run broke down before its step.
    pub judged: Vec<Option<Judged>>,
    /// Over which seeds it is to hold.
    pub over: Seeds,
    /// Whether it does.
    pub holds: bool,
}

/// A metric, seed by seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricRow {
    /// In which preset.
    pub preset: String,
    /// Of which arm.
    pub arm: ArmId,
    /// Which metric, a point of a curve as `acc@64`.
    pub metric: String,
    /// Seed by seed.
    pub values: Vec<Option<f64>>,
}

impl Spec {
    /// The digest of everything that bears on a number: arms, knobs' defaults, presets, claims'
    /// checks, steps and files. Wording may change without a new measurement.
    ///
    /// # Panics
    /// Never: plain data always has a byte form.
    pub fn stamp(&self) -> Digest {
        let mut digest = Digest::of(self.id.as_bytes());
        for arm in &self.arms {
            digest = digest.then(arm.id.as_bytes()).then(&bytes(&arm.knobs));
        }
        for knob in &self.knobs {
            digest = digest.then(knob.id.as_bytes()).then(&bytes(&knob.default));
        }
        for preset in &self.presets {
            digest = digest
                .then(preset.id.as_bytes())
                .then(&bytes(&preset.knobs))
                .then(&bytes(&preset.steps));
            for arm in preset.arms.iter().flatten() {
                digest = digest.then(arm.id.as_bytes()).then(&bytes(&arm.knobs));
            }
        }
        for claim in &self.claims {
            let what = (
                &claim.id,
                &claim.preset,
                claim.step,
                &claim.check,
                claim.seeds,
            );
            digest = digest.then(&bytes(&what));
        }
        for file in &self.files {
            digest = digest.then(file.id.as_bytes()).then(&bytes(&file.digest));
        }
        digest.then(&bytes(&(self.steps, self.eval_every)))
    }
}

fn bytes<T: Serialize>(part: &T) -> Vec<u8> {
    postcard::to_stdvec(part).expect("plain data")
}
