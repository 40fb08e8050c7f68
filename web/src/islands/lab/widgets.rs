//! One control per kind of knob, and the seed.

use super::{desk::Desk, live::Live, scale};
use lab::{KnobKind, KnobSpec, Value};
use leptos::prelude::*;

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

    fn label(self) -> impl IntoView {
        let live = self
            .knob
            .live
            .then(|| view! { <em class="live">"acts now"</em> });
        view! { {self.knob.label.clone()} {live} }
    }

    fn options(self) -> &'static [(String, String)] {
        match &self.knob.kind {
            KnobKind::Choice { options } => options,
            _ => &[],
        }
    }
}

/// A slider with an entry for the number itself, and a switch if it can be off.
pub fn number(dial: Dial) -> impl IntoView {
    let (id, kind) = (dial.id(), &dial.knob.kind);
    let (least, most, step) = scale::notches(kind);
    let wrong = Live::new(None::<String>);
    let text = move || dial.value().to_string();
    let at = move || scale::position(kind, &dial.value()).to_string();
    let slide = move |e| {
        if let Ok(position) = event_target_value(&e).parse::<f64>() {
            wrong.set(None);
            dial.set(scale::value_at(kind, position as i64));
        }
    };
    let enter = move |e| match dial.knob.parse(event_target_value(&e).trim()) {
        Ok(value) => {
            wrong.set(None);
            dial.set(value);
        }
        Err(error) => {
            let stays = untrack(text);
            wrong.set(Some(format!("{error}. It stays {stays}.")));
        }
    };
    let said = format!("{id}-wrong");
    let described = format!("{} {said}", dial.help().unwrap_or_default());
    view! {
        <span class="head">
            <label for=id.clone()>{dial.label()}</label>
            <input
                id=id.clone()
                class="entry"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                value=text()
                prop:value=text
                title=dial.knob.range()
                aria-describedby=described
                aria-invalid=move || wrong.get().is_some().to_string()
                on:change=enter
            />
        </span>
        <input
            type="range"
            aria-label=format!("{}, slider", dial.knob.label)
            aria-valuetext=text
            min=least
            max=most
            step=step
            value=at()
            prop:value=at
            disabled=move || dial.value() == Value::Off
            on:input=slide
        />
        {may_be_off(dial)}
        <small class="wrong" id=said role="alert">{move || wrong.get()}</small>
    }
}

fn may_be_off(dial: Dial) -> Option<impl IntoView> {
    let KnobKind::Float {
        max,
        may_be_off: true,
        ..
    } = dial.knob.kind
    else {
        return None;
    };
    let switch = move |e| {
        let default = dial.knob.default.clone();
        let on = if default == Value::Off {
            Value::Float(max)
        } else {
            default
        };
        dial.set(if event_target_checked(&e) {
            Value::Off
        } else {
            on
        });
    };
    let off = move || dial.value() == Value::Off;
    Some(view! {
        <label class="off">
            <input type="checkbox" checked=off() prop:checked=off on:change=switch />
            {format!("{} off", dial.knob.label)}
        </label>
    })
}

/// A whole number in few steps: less, the number, more.
pub fn stepper(dial: Dial) -> Option<impl IntoView> {
    let KnobKind::Int { min, max, by, .. } = dial.knob.kind else {
        return None;
    };
    let now = move || {
        if let Value::Int(x) = dial.value() {
            x
        } else {
            min
        }
    };
    let go = move |by: i64| dial.set(Value::Int((untrack(now) + by).clamp(min, max)));
    let (id, name) = (dial.id(), &dial.knob.label);
    Some(view! {
        <span class="head">
            <span id=id.clone()>{dial.label()}</span>
            <span class="stepper" role="group" aria-labelledby=id.clone() aria-describedby=dial.help()>
                <button type="button" aria-label=format!("{name}: less") disabled=move || now() <= min
                    on:click=move |_| go(-by)>"−"</button>
                <output>{now}</output>
                <button type="button" aria-label=format!("{name}: more") disabled=move || { now() >= max }
                    on:click=move |_| go(by)>"+"</button>
            </span>
        </span>
    })
}

/// On or off.
pub fn toggle(dial: Dial) -> impl IntoView {
    let id = dial.id();
    let on = move || dial.value() == Value::Bool(true);
    let switch = move |e| dial.set(Value::Bool(event_target_checked(&e)));
    view! {
        <span class="head">
            <label for=id.clone()>{dial.label()}</label>
            <input id=id.clone() type="checkbox" role="switch" class="switch" checked=on() prop:checked=on
                aria-describedby=dial.help() on:change=switch />
        </span>
    }
}

/// One of a few, side by side.
pub fn segments(dial: Dial) -> impl IntoView {
    let (name, label) = (dial.id(), format!("{}-label", dial.id()));
    let one = move |(option, label): &'static (String, String)| {
        let this = move || Value::Choice(option.clone());
        let checked = move || dial.value() == this();
        view! {
            <label>
                <input type="radio" name=name.clone() checked=checked() prop:checked=checked
                    on:change=move |_| dial.set(this()) />
                <span>{label.clone()}</span>
            </label>
        }
    };
    let all: Vec<_> = dial.options().iter().map(one).collect();
    view! {
        <span class="head" id=label.clone()>{dial.label()}</span>
        <div class="seg" role="radiogroup" aria-labelledby=label.clone() aria-describedby=dial.help()>
            {all}
        </div>
    }
}

/// One of many.
pub fn select(dial: Dial) -> impl IntoView {
    let id = dial.id();
    let chosen = move || dial.value().to_string();
    let one = |(option, label): &'static (String, String)| {
        let selected = *option == chosen();
        view! { <option value=option.clone() selected=selected>{label.clone()}</option> }
    };
    let all: Vec<_> = dial.options().iter().map(one).collect();
    let choose = move |e| dial.set(Value::Choice(event_target_value(&e)));
    view! {
        <span class="head">
            <label for=id.clone()>{dial.label()}</label>
            <select id=id.clone() prop:value=chosen aria-describedby=dial.help() on:change=choose>
                {all}
            </select>
        </span>
    }
}

/// The seed, and another one.
pub fn seed(desk: Desk) -> impl IntoView {
    let id = desk.id("seed");
    let wrong = Live::new(None::<String>);
    let shown = move || desk.draft.with(|d| d.seed).to_string();
    let enter = move |e| {
        let typed = event_target_value(&e);
        match typed.trim().parse::<u64>() {
            Ok(seed) => {
                wrong.set(None);
                desk.draft.update(|d| d.seed = seed);
            }
            Err(_) => wrong.set(Some(format!(
                "The seed cannot be {typed}: it is a whole number from 0 to {}. It stays {}.",
                u64::MAX,
                untrack(shown),
            ))),
        }
    };
    let another = move |_| {
        wrong.set(None);
        let seed = (js_sys::Math::random() * 9999.0) as u64 + 1;
        desk.draft.update(|d| d.seed = seed);
    };
    let said = format!("{id}-wrong");
    view! {
        <div class="knob">
            <span class="head">
                <label for=id.clone()>"Seed"</label>
                <input id=id class="entry" type="text" inputmode="numeric" autocomplete="off"
                    value=shown() prop:value=shown aria-describedby=said.clone()
                    aria-invalid=move || wrong.get().is_some().to_string() on:change=enter />
            </span>
            <small class="wrong" id=said role="alert">{move || wrong.get()}</small>
            <button type="button" class="quiet" on:click=another>"New seed"</button>
        </div>
    }
}
