//! Knobs: one constant is a hyperparameter's declaration, its default and its typed accessor.

use crate::spec::{ArmSpec, Preset, Spec};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, marker::PhantomData};

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
            KnobKind::Float { .. } => Value::Float(text.parse().map_err(|_| wrong())?),
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

/// A knob's declaration, default and typed accessor in one constant:
///
/// ```
/// use lab::Knob;
/// const LR: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 1.0), 1e-2).log().live();
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Knob<T> {
    id: &'static str,
    label: &'static str,
    help: &'static str,
    shape: Shape,
    live: bool,
    kind: PhantomData<T>,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Float {
        min: f64,
        max: f64,
        default: Option<f64>,
        log: bool,
        may_be_off: bool,
    },
    Int {
        min: i64,
        max: i64,
        default: i64,
        by: i64,
        log: bool,
    },
    Toggle {
        default: bool,
    },
    Choice {
        options: &'static [(&'static str, &'static str)],
    },
}

impl<T> Knob<T> {
    const fn new(id: &'static str, label: &'static str, shape: Shape) -> Self {
        Self {
            id,
            label,
            help: "",
            shape,
            live: false,
            kind: PhantomData,
        }
    }

    /// One line on what goes wrong at each end.
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Acts in the middle of a run.
    pub const fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// A logarithmic slider.
    pub const fn log(mut self) -> Self {
        match &mut self.shape {
            Shape::Float { log, .. } | Shape::Int { log, .. } => *log = true,
            Shape::Toggle { .. } | Shape::Choice { .. } => panic!("only numbers have a scale"),
        }
        self
    }

    /// The knob's id, for an arm's or a preset's list.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The knob as plain data.
    pub fn spec(&self) -> KnobSpec {
        let (kind, default) = match self.shape {
            Shape::Float {
                min,
                max,
                default,
                log,
                may_be_off,
            } => (
                KnobKind::Float {
                    min,
                    max,
                    log,
                    may_be_off,
                },
                default.map_or(Value::Off, Value::Float),
            ),
            Shape::Int {
                min,
                max,
                default,
                by,
                log,
            } => (KnobKind::Int { min, max, by, log }, Value::Int(default)),
            Shape::Toggle { default } => (KnobKind::Toggle, Value::Bool(default)),
            Shape::Choice { options } => {
                let owned = options
                    .iter()
                    .map(|(id, l)| ((*id).to_owned(), (*l).to_owned()));
                (
                    KnobKind::Choice {
                        options: owned.collect(),
                    },
                    Value::Choice(options[0].0.to_owned()),
                )
            }
        };
        KnobSpec {
            id: self.id.to_owned(),
            label: self.label.to_owned(),
            help: self.help.to_owned(),
            kind,
            default,
            live: self.live,
        }
    }
}

impl<T: Typed> Knob<T> {
    /// This knob set to `value`, for an arm's or a preset's list.
    pub fn to(&self, value: T) -> (String, Value) {
        (self.id.to_owned(), value.into_value())
    }
}

impl Knob<f64> {
    /// A real number.
    pub const fn float(
        id: &'static str,
        label: &'static str,
        (min, max): (f64, f64),
        default: f64,
    ) -> Self {
        let shape = Shape::Float {
            min,
            max,
            default: Some(default),
            log: false,
            may_be_off: false,
        };
        Self::new(id, label, shape)
    }

    /// The same knob, which can also be switched off.
    pub const fn or_off(self) -> Knob<Option<f64>> {
        let shape = match self.shape {
            Shape::Float {
                min,
                max,
                default,
                log,
                ..
            } => Shape::Float {
                min,
                max,
                default,
                log,
                may_be_off: true,
            },
            other => other,
        };
        Knob {
            shape,
            kind: PhantomData,
            id: self.id,
            label: self.label,
            help: self.help,
            live: self.live,
        }
    }
}

impl Knob<i64> {
    /// A whole number.
    pub const fn int(
        id: &'static str,
        label: &'static str,
        (min, max): (i64, i64),
        default: i64,
    ) -> Self {
        Self::new(
            id,
            label,
            Shape::Int {
                min,
                max,
                default,
                by: 1,
                log: false,
            },
        )
    }

    /// Moved in steps of `by`.
    pub const fn step(mut self, by_new: i64) -> Self {
        if let Shape::Int { by, .. } = &mut self.shape {
            *by = by_new;
        }
        self
    }
}

impl Knob<bool> {
    /// On or off.
    pub const fn toggle(id: &'static str, label: &'static str, default: bool) -> Self {
        Self::new(id, label, Shape::Toggle { default })
    }
}

impl Knob<String> {
    /// One of several (id, label); the first is the default.
    pub const fn choice(
        id: &'static str,
        label: &'static str,
        options: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self::new(id, label, Shape::Choice { options })
    }

    /// This choice set to the option `id`.
    pub fn pick(&self, id: &str) -> (String, Value) {
        (self.id.to_owned(), Value::Choice(id.to_owned()))
    }
}

/// The Rust types a knob can have.
pub trait Typed: Sized {
    /// Into the plain value.
    fn into_value(self) -> Value;
    /// Out of the plain value; `None` if it is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! typed {
    ($type:ty, $variant:ident) => {
        impl Typed for $type {
            fn into_value(self) -> Value {
                Value::$variant(self)
            }
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(x) => Some(x.clone()),
                    _ => None,
                }
            }
        }
    };
}
typed!(f64, Float);
typed!(i64, Int);
typed!(bool, Bool);
typed!(String, Choice);

impl Typed for Option<f64> {
    fn into_value(self) -> Value {
        self.map_or(Value::Off, Value::Float)
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float(x) => Some(Some(*x)),
            Value::Off => Some(None),
            _ => None,
        }
    }
}

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
        let defaults = spec.knobs.iter().map(|k| (k.id.clone(), k.default.clone()));
        let mut knobs = Self(defaults.collect());
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
        let value = self.0.get(knob.id).and_then(T::from_value);
        value.unwrap_or_else(|| panic!("the knob “{}” is not declared in its lab's spec", knob.id))
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
