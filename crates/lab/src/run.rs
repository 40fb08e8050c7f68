//! What identifies a run, and the link that carries it.

use crate::order::sort_by_key;
use crate::{
    digest::Digest,
    knob::{KnobError, Knobs, Value},
    spec::{ArmId, ArmSpec, Preset, Spec},
};
use serde::{Deserialize, Serialize};

/// A knob turned in the middle of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The step after which it acted.
    pub step: u64,
    /// Which knob.
    pub knob: String,
    /// To what.
    pub value: Value,
}

/// One arm with one seed: in the same build of the trainer, the same run gives the same metrics to
/// the bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which lab.
    pub lab: String,
    /// Which arm.
    pub arm: ArmId,
    /// In which preset.
    pub preset: String,
    /// What the reader set.
    pub knobs: Vec<(String, Value)>,
    /// The seed.
    pub seed: u64,
    /// Knobs turned mid-run, in order.
    pub turns: Vec<Turn>,
}

impl Run {
    /// The preset and arm meant, and every knob's value at step 0.
    ///
    /// # Errors
    /// An unknown preset, arm or knob, or a value out of range.
    pub fn resolve<'a>(
        &self,
        spec: &'a Spec,
    ) -> Result<(&'a Preset, &'a ArmSpec, Knobs), KnobError> {
        let unknown = |what: &str, id: &str, have: Vec<&str>| KnobError {
            knob: what.to_owned(),
            label: what.to_owned(),
            value: id.to_owned(),
            range: format!("over {}", have.join(", ")),
        };
        let preset = spec.preset(&self.preset).ok_or_else(|| {
            let have = spec.presets.iter().map(|p| p.id.as_str()).collect();
            unknown("preset", &self.preset, have)
        })?;
        let arms = spec.arms_of(preset);
        let arm = arms.iter().find(|a| a.id == self.arm).ok_or_else(|| {
            unknown(
                "arm",
                &self.arm,
                arms.iter().map(|a| a.id.as_str()).collect(),
            )
        })?;
        let knobs = Knobs::resolve(spec, preset, arm, &self.knobs)?;
        Ok((preset, arm, knobs))
    }
}

/// The arms of a lab that run side by side, with one seed: what *Train* starts and *Copy link*
/// carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which lab.
    pub lab: String,
    /// In which preset.
    pub preset: String,
    /// Which arms run.
    pub arms: Vec<ArmId>,
    /// The seed.
    pub seed: u64,
    /// What the reader set, for one arm or (`None`) for all.
    pub knobs: Vec<(Option<ArmId>, String, Value)>,
    /// Knobs turned mid-run, in order; they act on all arms at the same step.
    pub turns: Vec<Turn>,
    /// The reader's own data, by digest: the data itself never leaves the browser.
    pub input: Option<Digest>,
    /// The starting checkpoint, by digest.
    pub start: Option<Digest>,
    /// The build of the trainer that made it; empty before it ran.
    pub build: String,
}

/// Keys of a link that are not knobs; no knob may have such an id.
pub const RESERVED: [&str; 7] = ["lab", "preset", "arms", "seed", "input", "start", "build"];

impl Plan {
    /// The lab's default: first preset, all its arms, seed 1.
    pub fn of(spec: &Spec) -> Self {
        Self::of_preset(spec, &spec.presets[0])
    }

    /// A preset as it stands: all its arms, seed 1.
    pub fn of_preset(spec: &Spec, preset: &Preset) -> Self {
        Self {
            lab: spec.id.clone(),
            preset: preset.id.clone(),
            arms: spec.arms_of(preset).iter().map(|a| a.id.clone()).collect(),
            seed: 1,
            knobs: Vec::new(),
            turns: Vec::new(),
            input: None,
            start: None,
            build: String::new(),
        }
    }

    /// The run of one arm.
    pub fn run(&self, arm: &str) -> Run {
        let mine =
            |(of, ..): &&(Option<ArmId>, String, Value)| of.as_deref().is_none_or(|a| a == arm);
        Run {
            lab: self.lab.clone(),
            arm: arm.to_owned(),
            preset: self.preset.clone(),
            knobs: self
                .knobs
                .iter()
                .filter(mine)
                .map(|(_, k, v)| (k.clone(), v.clone()))
                .collect(),
            seed: self.seed,
            turns: self.turns.clone(),
        }
    }

    /// Sets a knob for one arm or for all; setting it for all forgets what single arms had.
    pub fn set(&mut self, arm: Option<&str>, knob: &str, value: Value) {
        self.knobs
            .retain(|(of, id, _)| id != knob || (arm.is_some() && of.as_deref() != arm));
        self.knobs
            .push((arm.map(str::to_owned), knob.to_owned(), value));
    }

    /// The link's text: what is not default, in declared order. It stands behind `#`, so that not
    /// even the host of the page learns of it.
    pub fn to_link(&self, spec: &Spec) -> String {
        let mut parts = vec![format!("lab={}", self.lab)];
        let default = Self::of(spec);
        if self.preset != default.preset {
            parts.push(format!("preset={}", self.preset));
        }
        let preset = spec.preset(&self.preset).unwrap_or(&spec.presets[0]);
        if self.arms != Self::of_preset(spec, preset).arms {
            parts.push(format!("arms={}", self.arms.join(",")));
        }
        parts.push(format!("seed={}", self.seed));
        for knob in &spec.knobs {
            for (arm, id, value) in self.knobs.iter().filter(|(_, id, _)| *id == knob.id) {
                let arm = arm.as_ref().map(|a| format!("{a}.")).unwrap_or_default();
                parts.push(format!("{arm}{id}={value}"));
            }
        }
        for Turn { step, knob, value } in &self.turns {
            parts.push(format!("{knob}@{step}={value}"));
        }
        for (key, digest) in [("input", self.input), ("start", self.start)] {
            if let Some(digest) = digest {
                parts.push(format!("{key}={digest}"));
            }
        }
        if !self.build.is_empty() {
            parts.push(format!("build={}", self.build));
        }
        parts.join("&")
    }

    /// Reads a link's text. What cannot be had is left out, and said: one sentence each.
    pub fn from_link(text: &str, spec: &Spec) -> (Self, Vec<String>) {
        let pairs: Vec<(&str, &str)> = text
            .trim_start_matches('#')
            .split('&')
            .filter_map(|p| p.split_once('='))
            .collect();
        let mut plan = Self::of(spec);
        let mut ignored = Vec::new();
        if let Some((_, id)) = pairs.iter().find(|(key, _)| *key == "preset") {
            match spec.preset(id) {
                Some(preset) => plan = Self::of_preset(spec, preset),
                None => ignored.push(format!("there is no preset “{id}”")),
            }
        }
        let known = plan.arms.clone();
        for (key, text) in pairs {
            match key {
                "lab" | "preset" => {}
                "arms" => {
                    let (have, not): (Vec<String>, Vec<String>) = text
                        .split(',')
                        .map(str::to_owned)
                        .partition(|a| known.contains(a));
                    ignored.extend(not.iter().map(|a| format!("there is no arm “{a}”")));
                    if !have.is_empty() {
                        plan.arms = known.iter().filter(|a| have.contains(a)).cloned().collect();
                    }
                }
                "seed" => match text.parse() {
                    Ok(seed) => plan.seed = seed,
                    Err(_) => ignored.push(format!(
                        "the seed cannot be {text}: it is a whole number from 0"
                    )),
                },
                "input" | "start" => match Digest::parse(text) {
                    Some(digest) if key == "input" => plan.input = Some(digest),
                    Some(digest) => plan.start = Some(digest),
                    None => ignored.push(format!("{key} {text} is no digest")),
                },
                "build" => plan.build = text.to_owned(),
                _ => {
                    if let Err(why) = plan.read_knob(key, text, spec, &known) {
                        ignored.push(why);
                    }
                }
            }
        }
        sort_by_key(&mut plan.turns, |t| t.step);
        (plan, ignored)
    }

    fn read_knob(
        &mut self,
        key: &str,
        text: &str,
        spec: &Spec,
        arms: &[ArmId],
    ) -> Result<(), String> {
        let say = |e: KnobError| e.to_string();
        if let Some((id, step)) = key.split_once('@') {
            let knob = spec.knob(id).map_err(say)?;
            let step = step
                .parse()
                .map_err(|_| format!("“{step}” is no step to turn {id} at"))?;
            if !knob.live {
                return Err(format!(
                    "{} ({id}) cannot be turned in the middle of a run",
                    knob.label
                ));
            }
            let value = knob.parse(text).map_err(say)?;
            self.turns.push(Turn {
                step,
                knob: id.to_owned(),
                value,
            });
            return Ok(());
        }
        let (arm, id) = match key.split_once('.') {
            Some((arm, id)) if arms.iter().any(|a| a == arm) => (Some(arm), id),
            Some((arm, _)) => return Err(format!("there is no arm “{arm}”")),
            None => (None, key),
        };
        let value = spec.knob(id).map_err(say)?.parse(text).map_err(say)?;
        self.set(arm, id, value);
        Ok(())
    }

    /// What differs from `base`, in words: `learning rate 0.1, seed 2`; empty if nothing does.
    pub fn differences(&self, base: &Self, spec: &Spec) -> String {
        let mut parts = Vec::new();
        let label = |id: &str| {
            spec.preset(id)
                .map_or_else(|| id.to_owned(), |p| p.label.clone())
        };
        if self.preset != base.preset {
            parts.push(format!("“{}”", label(&self.preset)));
        }
        if self.arms != base.arms && self.preset == base.preset {
            let preset = spec.preset(&self.preset).unwrap_or(&spec.presets[0]);
            let names = self
                .arms
                .iter()
                .filter_map(|a| spec.arm(preset, a))
                .map(|a| a.label.as_str());
            parts.push(format!("{} only", names.collect::<Vec<_>>().join(" and ")));
        }
        // Another preset's own knobs are said by its name.
        let preset = spec.preset(&self.preset).unwrap_or(&spec.presets[0]);
        let own = Self::of_preset(spec, preset);
        let beside = if self.preset == base.preset {
            base
        } else {
            &own
        };
        parts.extend(self.knob_differences(beside, spec));
        if self.input != base.input {
            parts.push(
                if self.input.is_some() {
                    "a text of your own"
                } else {
                    "the lab's own text"
                }
                .into(),
            );
        }
        if self.start != base.start {
            parts.push("another starting point".to_owned());
        }
        if self.turns != base.turns {
            for turn in &self.turns {
                if let Ok(knob) = spec.knob(&turn.knob) {
                    let (label, value) = (&knob.label, knob.show(&turn.value));
                    parts.push(format!("{} {value} from step {}", lower(label), turn.step));
                }
            }
        }
        if self.seed != base.seed {
            parts.push(format!("seed {}", self.seed));
        }
        parts.join(", ")
    }

    fn knob_differences(&self, base: &Self, spec: &Spec) -> Vec<String> {
        let mut parts = Vec::new();
        let all = |plan: &Self| -> Vec<(String, Knobs)> {
            let resolve = |a: &ArmId| Some((a.clone(), plan.run(a).resolve(spec).ok()?.2));
            plan.arms.iter().filter_map(resolve).collect()
        };
        let (mine, theirs) = (all(self), all(base));
        let preset = spec.preset(&self.preset).unwrap_or(&spec.presets[0]);
        for knob in &spec.knobs {
            let mut changed: Vec<(&str, String)> = Vec::new();
            for (arm, knobs) in &mine {
                let Some(value) = knobs.value(&knob.id) else {
                    continue;
                };
                let other = theirs
                    .iter()
                    .find(|(a, _)| a == arm)
                    .and_then(|(_, k)| k.value(&knob.id));
                if other.is_some_and(|o| o != value) {
                    changed.push((arm, knob.show(value)));
                }
            }
            let Some((_, first)) = changed.first() else {
                continue;
            };
            let name = lower(&knob.label);
            if changed.len() == mine.len() && changed.iter().all(|(_, v)| v == first) {
                parts.push(format!("{name} {first}"));
            } else {
                for (arm, value) in &changed {
                    let arm = spec.arm(preset, arm).map_or(*arm, |a| &a.label);
                    parts.push(format!("{name} {value} ({arm})"));
                }
            }
        }
        parts
    }

    /// Why a claim about `preset` cannot be judged on this plan; `None` if it can.
    pub fn changed(&self, spec: &Spec, preset: &str, arms: &[&str]) -> Option<String> {
        let Some(claimed) = spec.preset(preset) else {
            return Some(format!("no preset {preset}"));
        };
        if self.preset != preset {
            return Some(format!(
                "This claim is about the preset “{}”",
                claimed.label
            ));
        }
        if let Some(missing) = arms.iter().find(|arm| !self.arms.iter().any(|a| a == *arm)) {
            let label = spec.arm(claimed, missing).map_or(*missing, |a| &a.label);
            return Some(format!("{label} did not run"));
        }
        let mut base = Self::of_preset(spec, claimed);
        base.arms.clone_from(&self.arms);
        base.seed = self.seed;
        let what = self.differences(&base, spec);
        (!what.is_empty()).then(|| format!("changed: {what}"))
    }
}

fn lower(label: &str) -> String {
    let mut chars = label.chars();
    // A name that starts with an acronym keeps its capitals.
    match (chars.next(), chars.next()) {
        (Some(a), Some(b)) if b.is_ascii_lowercase() || b == ' ' => {
            let mut label = label.to_owned();
            label[..a.len_utf8()].make_ascii_lowercase();
            label
        }
        _ => label.to_owned(),
    }
}
