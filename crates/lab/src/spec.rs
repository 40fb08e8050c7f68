//! Everything the page, the verifier and the tests need to know of a lab without running anything.

use crate::{
    claim::Claim,
    digest::Digest,
    figure::{Input, Sketch},
    knob::{KnobError, KnobSpec, Value},
};
use serde::{Deserialize, Serialize};

/// The id of an arm.
pub type ArmId = String;

/// One lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// `char-rnn`, `char-rnn/writing`: link, recorded folder and directive alike.
    pub id: String,
    /// The lab's title: its region's name.
    pub title: String,
    /// The paper's model first, then its baselines.
    pub arms: Vec<ArmSpec>,
    /// What a reader can turn.
    pub knobs: Vec<KnobSpec>,
    /// Named settings; the first is the default.
    pub presets: Vec<Preset>,
    /// What is measured; the first is the one whose curve the lab opens with.
    pub metrics: Vec<MetricSpec>,
    /// Lines that are neither arm nor metric: an entropy floor, chance, a closed-form fit.
    pub references: Vec<Reference>,
    /// Looks inside.
    pub probes: Vec<ProbeSpec>,
    /// What the paper says, as checks on metrics.
    pub claims: Vec<Claim>,
    /// What a reader may train on.
    pub input: Reader,
    /// Files the worker fetches before a run.
    pub files: Vec<FileSpec>,
    /// Length of the default run.
    pub steps: u64,
    /// Held-out metrics are measured every so many steps, and at the last one.
    pub eval_every: u64,
    /// What to say when a metric stops being a number: what happened, and which knob to turn.
    pub diverged: String,
}

impl Spec {
    /// The arm called `id`, as `preset` brings it.
    pub fn arm(&self, preset: &Preset, id: &str) -> Option<&ArmSpec> {
        self.arms_of(self.preset(&preset.id).unwrap_or(&self.presets[0]))
            .iter()
            .find(|a| a.id == id)
    }

    /// The arms that run in `preset`: its own, or the lab's.
    pub fn arms_of<'a>(&'a self, preset: &'a Preset) -> &'a [ArmSpec] {
        preset.arms.as_deref().unwrap_or(&self.arms)
    }

    /// How many steps a run in `preset` takes.
    pub fn steps_of(&self, preset: &Preset) -> u64 {
        preset.steps.unwrap_or(self.steps)
    }

    /// The preset called `id`.
    pub fn preset(&self, id: &str) -> Option<&Preset> {
        self.presets.iter().find(|p| p.id == id)
    }

    /// The metric called `id`; of `acc@64`, the metric `acc`.
    pub fn metric(&self, id: &str) -> Option<&MetricSpec> {
        let id = id.split_once('@').map_or(id, |(metric, _)| metric);
        self.metrics.iter().find(|m| m.id == id)
    }

    /// The probe called `id`.
    pub fn probe(&self, id: &str) -> Option<&ProbeSpec> {
        self.probes.iter().find(|p| p.id == id)
    }

    /// The knob called `id`.
    ///
    /// # Errors
    /// If there is none, with the ids there are.
    pub fn knob(&self, id: &str) -> Result<&KnobSpec, KnobError> {
        self.knobs.iter().find(|k| k.id == id).ok_or_else(|| {
            let ids: Vec<&str> = self.knobs.iter().map(|k| k.id.as_str()).collect();
            KnobError {
                knob: id.to_owned(),
                label: String::new(),
                value: String::new(),
                range: ids.join(", "),
            }
        })
    }
}

/// A named set of knob values of one experiment: the model, a baseline, `T = 0`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmSpec {
    /// Stable id, used in links and claims: `lstm`.
    pub id: ArmId,
    /// What the legend calls it: `LSTM`.
    pub label: String,
    /// The knobs this arm sets.
    pub knobs: Vec<(String, Value)>,
}

/// Named settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Stable id: `too-hot`.
    pub id: String,
    /// What its button says: `Too hot`.
    pub label: String,
    /// What happens and why, in a sentence or two.
    pub says: String,
    /// Breaks training on purpose.
    pub breaks: bool,
    /// The knobs it sets.
    pub knobs: Vec<(String, Value)>,
    /// Its own arms, if not the lab's.
    pub arms: Option<Vec<ArmSpec>>,
    /// Its own number of steps, if not the lab's.
    pub steps: Option<u64>,
}

/// Something measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSpec {
    /// Stable id: `bpc`.
    pub id: String,
    /// Axis label: `bits per character`.
    pub label: String,
    /// Its unit, empty for a pure number: `bit`, `%`.
    pub unit: String,
    /// Which way is good.
    pub better: Better,
    /// Measured at every step on the training batch; otherwise held out, by `evaluate`.
    pub every_step: bool,
    /// A metric over an axis is a curve (accuracy against length).
    pub axis: Option<Axis>,
    /// One sentence under its chart: what to see.
    pub see: String,
}

/// Which way a metric is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Better {
    /// Lower is better.
    Lower,
    /// Higher is better.
    Higher,
}

/// The axis of a metric that is a curve; `acc@64` names one point of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What is on it: `distance to the opener`.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// Where it is measured.
    pub points: Vec<f64>,
    /// The range met in training, shaded.
    pub trained: Option<(f64, f64)>,
}

/// A named level of a metric: an entropy floor, chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Stable id: `floor`.
    pub id: String,
    /// What stands on the line: `entropy of the text`.
    pub label: String,
    /// The metric it is a level of.
    pub metric: String,
    /// Where it lies.
    pub value: f64,
    /// The knob values it holds for (a floor belongs to one corpus); empty: always.
    pub when: Vec<(String, Value)>,
}

/// A look inside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeSpec {
    /// Stable id: `samples`.
    pub id: String,
    /// The tab's name: `Samples`.
    pub label: String,
    /// One sentence under the figure: what to see.
    pub see: String,
    /// What a reader may give it.
    pub input: Reader,
    /// Refreshed every so many steps while it is watched.
    pub every: u64,
    /// Steps whose figure stays on the page below the latest one.
    pub trail: Vec<u64>,
}

/// What a reader may bring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reader {
    /// Nothing.
    None,
    /// A text, typed, pasted or from a file.
    Text {
        /// Fewer bytes are refused, with the reason.
        min: u64,
        /// More bytes are refused, with the reason.
        max: u64,
        /// Shown in the empty field, and used by a probe until the reader has typed.
        example: String,
    },
    /// A row of words, chosen one after another from buttons: a sentence, a sequence of tokens.
    Words {
        /// The words there are.
        words: Vec<Word>,
        /// Shorter rows are refused.
        min: u32,
        /// Longer rows are refused.
        max: u32,
        /// Named rows to begin with; the first is used until the reader has chosen.
        examples: Vec<(String, Vec<u32>)>,
    },
    /// Points in the unit square, drawn in the figure itself.
    Points {
        /// With fewer, none can be deleted.
        min: u32,
        /// With so many, none can be added.
        max: u32,
        /// Named sets to begin with; the first is used until the reader has drawn.
        examples: Vec<(String, Vec<(f32, f32)>)>,
    },
    /// A graph, drawn in the figure itself.
    Sketch {
        /// The kinds of nodes.
        kinds: Vec<NodeKind>,
        /// With so many nodes, none can be added.
        max: u32,
        /// Named graphs to begin with; the first is used until the reader has drawn.
        examples: Vec<(String, Sketch)>,
    },
}

impl Reader {
    /// What stands for the reader's own until they have given something.
    pub fn example(&self) -> Option<Input> {
        match self {
            Self::None => None,
            Self::Text { example, .. } => Some(Input::Text(example.clone())),
            Self::Words { examples, .. } => Some(Input::Words(examples.first()?.1.clone())),
            Self::Points { examples, .. } => Some(Input::Points(examples.first()?.1.clone())),
            Self::Sketch { examples, .. } => Some(Input::Sketch(examples.first()?.1.clone())),
        }
    }
}

/// A word of [`Reader::Words`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// What its button says.
    pub label: String,
    /// Words of one group stand together: `nouns`.
    pub group: String,
}

/// A kind of node in [`Reader::Sketch`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeKind {
    /// What stands in the node: `N`.
    pub label: String,
    /// Its name: `nitrogen, in a ring as in pyridine`.
    pub name: String,
    /// So many edges at most.
    pub degree: u32,
}

/// A file the worker fetches before a run: its digest is part of the run's identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileSpec {
    /// The name under which the experiment finds it.
    pub id: String,
    /// Where it lies, relative to the site's root: `data/prose.txt`.
    pub path: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Whose it is, from when, under which licence.
    pub origin: String,
    /// Fetched only with these knob values; empty: always.
    pub when: Vec<(String, Value)>,
}

impl Spec {
    /// The files a run with these knobs needs.
    pub fn files_for<'a>(&'a self, knobs: &'a crate::Knobs) -> impl Iterator<Item = &'a FileSpec> {
        self.files.iter().filter(|f| holds(&f.when, knobs))
    }

    /// The reference lines of `metric` that hold for a run with these knobs.
    pub fn references_for<'a>(
        &'a self,
        metric: &'a str,
        knobs: &'a crate::Knobs,
    ) -> impl Iterator<Item = &'a Reference> {
        self.references
            .iter()
            .filter(move |r| r.metric == metric && holds(&r.when, knobs))
    }
}

fn holds(when: &[(String, Value)], knobs: &crate::Knobs) -> bool {
    when.iter()
        .all(|(id, value)| knobs.value(id) == Some(value))
}
