//! Knobs: one constant is a hyperparameter's declaration, its default and its typed accessor.

use crate::spec::{ArmSpec, Preset, Spec};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

mod declare;

pub use declare::{Knob, Typed};

/// What a knob is set to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A real number.
    Float(f64),
    /// A whole number.
    Int(i64),
    /// On or off.
    Bool(bool),
    /// One of the knob's named options.
    Choice(String),
    /// The knob's effect is switched off (no clipping, say): never an infinity, JSON has none.
    Off,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(x) => write!(f, "{x}"),
            Self::Int(x) => write!(f, "{x}"),
            Self::Bool(true) => write!(f, "on"),
            Self::Bool(false) | Self::Off => write!(f, "off"),
            Self::Choice(id) => write!(f, "{id}"),
        }
    }
}

/// What a knob can be set to.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KnobKind {
    /// A real number in `min ..= max`; its slider is logarithmic if `log`.
    Float {
        min: f64,
        max: f64,
        log: bool,
        may_be_off: bool,
    },
    /// A whole number in `min ..= max`, moved in steps of `by`.
    Int {
        min: i64,
        max: i64,
        by: i64,
        log: bool,
    },
    /// On or off.
    Toggle,
    /// One of these (id, label).
    Choice { options: Vec<(String, String)> },
}

/// A knob as the page sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnobSpec {
    /// Stable id, used in links: `lr`.
    pub id: String,
    /// What the reader calls it: `Learning rate`.
    pub label: String,
    /// One line on what goes wrong at each end.
    pub help: String,
    /// What it can be set to.
    pub kind: KnobKind,
    /// Where it stands when nobody has touched it.
    pub default: Value,
    /// Acts in the middle of a run; otherwise a new run is needed.
    pub live: bool,
}

impl KnobSpec {
    /// Reads a value as it stands in a link or a number field.
    ///
    /// # Errors
    /// If the text is no value of this kind, or is out of range.
    pub fn parse(&self, text: &str) -> Result<Value, KnobError> {
        let wrong = || self.error(text);
        let value = match &self.kind {
            KnobKind::Float {
                may_be_off: true, ..
            } if text == "off" => Value::Off,
            KnobKind::Float { .. } => Value::Float(crate::decimal::parse(text).ok_or_else(wrong)?),
            KnobKind::Int { .. } => Value::Int(text.parse().map_err(|_| wrong())?),
            KnobKind::Toggle => match text {
                "on" => Value::Bool(true),
                "off" => Value::Bool(false),
                _ => return Err(wrong()),
            },
            KnobKind::Choice { .. } => Value::Choice(text.to_owned()),
        };
        self.check(&value).map_err(|_| wrong())?;
        Ok(value)
    }

    /// Checks that `value` is of this knob's kind and in its range.
    ///
    /// # Errors
    /// Names the knob, the value and the range.
    pub fn check(&self, value: &Value) -> Result<(), KnobError> {
        let fits = match (&self.kind, value) {
            (KnobKind::Float { min, max, .. }, Value::Float(x)) => (*min..=*max).contains(x),
            (KnobKind::Float { may_be_off, .. }, Value::Off) => *may_be_off,
            (KnobKind::Int { min, max, .. }, Value::Int(x)) => (*min..=*max).contains(x),
            (KnobKind::Toggle, Value::Bool(_)) => true,
            (KnobKind::Choice { options }, Value::Choice(id)) => {
                options.iter().any(|(o, _)| o == id)
            }
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(self.error(&value.to_string()))
        }
    }

    /// The range in words: `0.0001 to 1`, `one of nest, prose`.
    pub fn range(&self) -> String {
        match &self.kind {
            KnobKind::Float {
                min,
                max,
                may_be_off: false,
                ..
            } => format!("{min} to {max}"),
            KnobKind::Float {
                min,
                max,
                may_be_off: true,
                ..
            } => format!("{min} to {max}, or off"),
            KnobKind::Int { min, max, .. } => format!("{min} to {max}"),
            KnobKind::Toggle => "on or off".to_owned(),
            KnobKind::Choice { options } => {
                let ids: Vec<&str> = options.iter().map(|(id, _)| id.as_str()).collect();
                format!("one of {}", ids.join(", "))
            }
        }
    }

    /// A value as a reader sees it: a choice by its label, a number without noise.
    pub fn show(&self, value: &Value) -> String {
        match (&self.kind, value) {
            (KnobKind::Choice { options }, Value::Choice(id)) => options
                .iter()
                .find(|(o, _)| o == id)
                .map_or(id, |(_, label)| label)
                .clone(),
            _ => value.to_string(),
        }
    }

    fn error(&self, value: &str) -> KnobError {
        KnobError {
            knob: self.id.clone(),
            label: self.label.clone(),
            value: value.to_owned(),
            range: self.range(),
        }
    }
}

/// A knob that cannot be set as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnobError {
    /// The knob's id, or the unknown id itself.
    pub knob: String,
    /// The knob's label; empty if there is no such knob.
    pub label: String,
    /// What was asked for.
    pub value: String,
    /// What can be had; for an unknown knob, the knobs there are.
    pub range: String,
}

impl fmt::Display for KnobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            knob,
            label,
            value,
            range,
        } = self;
        if label.is_empty() {
            write!(f, "there is no knob “{knob}” (there are: {range})")
        } else {
            write!(f, "{label} ({knob}) cannot be {value}: it goes {range}")
        }
    }
}

impl std::error::Error for KnobError {}

/// Every knob of a lab with its value: default < preset < arm < reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Knobs(BTreeMap<String, Value>);

impl Knobs {
    /// Resolves and range-checks all values, the built-in ones like the reader's.
    ///
    /// # Errors
    /// The first value that is unknown, of the wrong kind or out of range.
    pub fn resolve(
        spec: &Spec,
        preset: &Preset,
        arm: &ArmSpec,
        reader: &[(String, Value)],
    ) -> Result<Self, KnobError> {
        let mut knobs = Self::default();
        for knob in &spec.knobs {
            knobs.0.insert(knob.id.clone(), knob.default.clone());
        }
        for (id, value) in preset.knobs.iter().chain(&arm.knobs).chain(reader) {
            knobs.set(spec, id, value.clone())?;
        }
        Ok(knobs)
    }

    /// Sets one knob.
    ///
    /// # Errors
    /// If it is unknown, of the wrong kind or out of range.
    pub fn set(&mut self, spec: &Spec, id: &str, value: Value) -> Result<(), KnobError> {
        spec.knob(id)?.check(&value)?;
        self.0.insert(id.to_owned(), value);
        Ok(())
    }

    /// A knob's value, typed.
    ///
    /// # Panics
    /// If the knob is not in the spec these values were resolved for: a mistake in the paper.
    pub fn get<T: Typed>(&self, knob: &Knob<T>) -> T {
        let value = self.0.get(knob.id()).and_then(T::from_value);
        value
            .unwrap_or_else(|| panic!("the knob “{}” is not declared in its lab's spec", knob.id()))
    }

    /// A knob's plain value.
    pub fn value(&self, id: &str) -> Option<&Value> {
        self.0.get(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(id, value)| (id.as_str(), value))
    }
}
