//! A knob in a paper's source: one constant.

use super::{KnobKind, KnobSpec, Value};
use std::marker::PhantomData;

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
