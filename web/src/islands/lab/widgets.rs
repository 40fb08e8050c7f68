//! One control per kind of knob, and the seed.

mod html;

use super::{desk::Desk, live::Live, notes, scale};
use crate::figures::{Parts, escaped, form, part};
use html::{number, segments, select, stepper, toggle};
use lab::{KnobKind, KnobSpec, Value};
use leptos::prelude::*;
use web_sys::Event;

/// What a control is made from.
#[derive(Clone, Copy)]
pub struct Dial {
    /// Its lab.
    pub desk: Desk,
    /// What it sets.
    pub knob: &'static KnobSpec,
}

impl Dial {
    /// What it is set to, arm by arm.
    pub fn values(self) -> Vec<(String, Value)> {
        self.desk.turns.track();
        self.desk.evals.track();
        self.desk.knob_values(self.knob)
    }

    /// What it was moved to, as long as it is not said whom that concerns.
    pub fn asked(self) -> Option<Value> {
        let mine = |(id, _): &&(String, Value)| *id == self.knob.id;
        self.desk
            .asking
            .with(|a| a.as_ref().filter(mine).map(|(_, value)| value.clone()))
    }

    /// What the control shows: the value of the first arm.
    fn value(self) -> Value {
        let first = || self.values().into_iter().next().map(|(_, value)| value);
        self.asked()
            .or_else(first)
            .unwrap_or_else(|| self.knob.default.clone())
    }

    fn set(self, value: Value) {
        self.desk.move_knob(&self.knob.id, value);
    }

    fn id(self) -> String {
        self.desk.id(&self.knob.id)
    }

    /// The id of its line of help, if it has one.
    pub fn help(self) -> Option<String> {
        (!self.knob.help.is_empty()).then(|| format!("{}-help", self.id()))
    }

    fn label(self) -> String {
        let live = if self.knob.live {
            "<em class=\"live\">acts now</em>"
        } else {
            ""
        };
        format!("{}{live}", escaped(&self.knob.label))
    }

    fn options(self) -> &'static [(String, String)] {
        match &self.knob.kind {
            KnobKind::Choice { options } => options,
            _ => &[],
        }
    }

    fn kind(self) -> Kind {
        match &self.knob.kind {
            KnobKind::Float { .. } => Kind::Number,
            KnobKind::Int { min, max, by, .. } if (max - min) / by.max(&1) <= 8 => Kind::Stepper,
            KnobKind::Int { .. } => Kind::Number,
            KnobKind::Toggle => Kind::Toggle,
            KnobKind::Choice { options } if options.len() <= 4 => Kind::Segments,
            KnobKind::Choice { .. } => Kind::Select,
        }
    }

    /// Whole numbers: the least, the most, and the steps between.
    fn whole(self) -> (i64, i64, i64) {
        match self.knob.kind {
            KnobKind::Int { min, max, by, .. } => (min, max, by),
            _ => (0, 0, 1),
        }
    }

    fn counted(self) -> i64 {
        match self.value() {
            Value::Int(x) => x,
            _ => self.whole().0,
        }
    }
}

/// What a knob looks like.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A slider with an entry for the number itself, and a switch if it can be off.
    Number,
    /// A whole number in few steps: less, the number, more.
    Stepper,
    /// On or off.
    Toggle,
    /// One of a few, side by side.
    Segments,
    /// One of many.
    Select,
}

/// A knob with what is to be said of it.
pub fn knob(dial: Dial) -> AnyView {
    let wrong = Live::new(String::new());
    let first = untrack(|| match dial.kind() {
        Kind::Number => number(dial),
        Kind::Stepper => stepper(dial),
        Kind::Toggle => toggle(dial),
        Kind::Segments => segments(dial),
        Kind::Select => select(dial),
    });
    let first = first + &untrack(|| notes::first(dial));
    let draw = move |parts: &mut Parts| {
        draw(dial, parts);
        parts.text("wrong", &wrong.get());
        let invalid = wrong.with(|w| !w.is_empty());
        parts.set(
            "entry",
            "aria-invalid",
            if invalid { "true" } else { "false" },
        );
        notes::draw(dial, parts);
    };
    form("knob", first, draw, move |_, event| {
        hear(dial, wrong, event)
    })
}

/// What a knob that is off goes back to, if it can be off.
fn may_be_off(dial: Dial) -> Option<Value> {
    let KnobKind::Float {
        max,
        may_be_off: true,
        ..
    } = dial.knob.kind
    else {
        return None;
    };
    let default = dial.knob.default.clone();
    Some(if default == Value::Off {
        Value::Float(max)
    } else {
        default
    })
}

/// Brings a knob's parts up to its value.
fn draw(dial: Dial, parts: &mut Parts) {
    let value = dial.value();
    match dial.kind() {
        Kind::Number => {
            let (text, off) = (value.to_string(), value == Value::Off);
            let at = scale::position(&dial.knob.kind, &value);
            parts.value("entry", &text);
            parts.value("slide", &at.to_string());
            parts.set("slide", "aria-valuetext", &text);
            parts.flag("slide", "disabled", off);
            parts.check("off", off);
        }
        Kind::Stepper => {
            let ((min, max, _), now) = (dial.whole(), dial.counted());
            parts.flag("less", "disabled", now <= min);
            parts.flag("more", "disabled", now >= max);
            parts.text("now", &now.to_string());
        }
        Kind::Toggle => parts.check("switch", value == Value::Bool(true)),
        Kind::Segments => {
            for (nth, (option, _)) in dial.options().iter().enumerate() {
                let on = value == Value::Choice(option.clone());
                parts.check(&format!("option-{nth}"), on);
            }
        }
        Kind::Select => parts.value("select", &value.to_string()),
    }
}

fn hear(dial: Dial, wrong: Live<String>, event: &Event) {
    let Some(part) = part(event) else { return };
    let (on, kind) = (|| event_target_checked(event), event.type_());
    let set = |value| {
        if wrong.with_untracked(|w| !w.is_empty()) {
            wrong.set(String::new());
        }
        dial.set(value);
    };
    match (kind.as_str(), part.as_str()) {
        ("input", "slide") => {
            if let Ok(at) = event_target_value(event).parse::<i64>() {
                set(scale::value_at(&dial.knob.kind, at));
            }
        }
        ("change", "entry") => match dial.knob.parse(event_target_value(event).trim()) {
            Ok(value) => set(value),
            Err(error) => {
                let stays = untrack(|| dial.value());
                wrong.set(format!("{error}. It stays {stays}."));
            }
        },
        ("change", "off") => {
            let back = may_be_off(dial).filter(|_| !on());
            set(back.unwrap_or(Value::Off));
        }
        ("click", "less" | "more") => {
            let ((min, max, by), now) = (dial.whole(), untrack(|| dial.counted()));
            let by = if part == "less" { -by } else { by };
            set(Value::Int((now + by).clamp(min, max)));
        }
        ("change", "switch") => set(Value::Bool(on())),
        ("change", "select") => set(Value::Choice(event_target_value(event))),
        ("change", option) => {
            let nth = option
                .strip_prefix("option-")
                .and_then(|n| n.parse::<usize>().ok());
            if let Some((option, _)) = nth.and_then(|nth| dial.options().get(nth)) {
                set(Value::Choice(option.clone()));
            }
        }
        ("click", answer) => notes::answer(dial, answer),
        _ => {}
    }
}
