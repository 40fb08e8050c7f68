//! One control per kind of knob, and the seed.

use super::{desk::Desk, scale};
use lab::{KnobKind, KnobSpec, Value};
use leptos::prelude::*;

/// What a control is made from.
#[derive(Clone)]
pub struct Dial {
    /// Its lab.
    pub desk: Desk,
    /// What it sets.
    pub knob: StoredValue<KnobSpec>,
    /// What it shows.
    pub value: Memo<Value>,
    /// The id of its line of help.
    pub help: String,
}

impl Dial {
    fn kind(&self) -> KnobKind {
        self.knob.with_value(|k| k.kind.clone())
    }

    fn label(&self) -> impl IntoView + use<> {
        let (label, live) = self.knob.with_value(|k| (k.label.clone(), k.live));
        let live = live.then(|| view! { <em class="live">"acts now"</em> });
        view! { {label} {live} }
    }

    fn name(&self) -> String {
        self.knob.with_value(|k| k.label.clone())
    }
}

/// A slider with an entry for the number itself, and a switch if it can be off.
pub fn number(dial: Dial, id: String) -> impl IntoView {
    let Dial {
        desk,
        knob,
        value,
        ref help,
    } = dial;
    let kind = dial.kind();
    let (least, most, step) = scale::notches(&kind);
    let wrong = RwSignal::new(None::<String>);
    let text = move || value.get().to_string();
    let kind_at = kind.clone();
    let at = move || scale::position(&kind_at, &value.get()).to_string();
    let first = at();
    let knob_id = knob.with_value(|k| k.id.clone());
    let slide_id = knob_id.clone();
    let slide = move |e| {
        if let Ok(position) = event_target_value(&e).parse::<f64>() {
            wrong.set(None);
            desk.move_knob(&slide_id, scale::value_at(&kind, position as i64));
        }
    };
    let enter = move |e| {
        let typed = event_target_value(&e);
        match knob.with_value(|k| k.parse(typed.trim())) {
            Ok(value) => {
                wrong.set(None);
                desk.move_knob(&knob_id, value);
            }
            Err(error) => wrong.set(Some(format!(
                "{error}. It stays {}.",
                value.get_untracked()
            ))),
        }
    };
    let said = format!("{id}-wrong");
    let range = knob.with_value(KnobSpec::range);
    let off = move || value.get() == Value::Off;
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
                title=range
                aria-describedby=format!("{help} {said}")
                aria-invalid=move || wrong.get().is_some().to_string()
                on:change=enter
            />
        </span>
        <input
            type="range"
            aria-label=format!("{}, slider", dial.name())
            aria-valuetext=text
            min=least
            max=most
            step=step
            value=first
            prop:value=at
            disabled=off
            on:input=slide
        />
        {may_be_off(&dial)}
        <small class="wrong" id=said role="alert">{move || wrong.get()}</small>
    }
}

fn may_be_off(dial: &Dial) -> Option<impl IntoView + use<>> {
    let Dial {
        desk, knob, value, ..
    } = *dial;
    let KnobKind::Float {
        max,
        may_be_off: true,
        ..
    } = dial.kind()
    else {
        return None;
    };
    let switch = move |e| {
        let (id, default) = knob.with_value(|k| (k.id.clone(), k.default.clone()));
        let on = if default == Value::Off {
            Value::Float(max)
        } else {
            default
        };
        desk.move_knob(
            &id,
            if event_target_checked(&e) {
                Value::Off
            } else {
                on
            },
        );
    };
    let off = move || value.get() == Value::Off;
    Some(view! {
        <label class="off">
            <input type="checkbox" checked=off() prop:checked=off on:change=switch />
            {format!("{} off", dial.name())}
        </label>
    })
}

/// A whole number in few steps: less, the number, more.
pub fn stepper(dial: Dial, id: String) -> Option<impl IntoView> {
    let Dial {
        desk,
        knob,
        value,
        help,
    } = dial.clone();
    let KnobKind::Int { min, max, by, .. } = dial.kind() else {
        return None;
    };
    let now = move || {
        if let Value::Int(x) = value.get() {
            x
        } else {
            min
        }
    };
    let go = move |by: i64| {
        let id = knob.with_value(|k| k.id.clone());
        desk.move_knob(&id, Value::Int((now() + by).clamp(min, max)));
    };
    let name = dial.name();
    Some(view! {
        <span class="head">
            <span id=id.clone()>{dial.label()}</span>
            <span class="stepper" role="group" aria-labelledby=id aria-describedby=help>
                <button type="button" aria-label=format!("{name}: less") disabled=move || now() <= min
                    on:click=move |_| untrack(|| go(-by))>"−"</button>
                <output>{now}</output>
                <button type="button" aria-label=format!("{name}: more") disabled=move || { now() >= max }
                    on:click=move |_| untrack(|| go(by))>"+"</button>
            </span>
        </span>
    })
}

/// On or off.
pub fn toggle(dial: Dial, id: String) -> impl IntoView {
    let Dial {
        desk,
        knob,
        value,
        help,
    } = dial.clone();
    let on = move || value.get() == Value::Bool(true);
    let switch = move |e| {
        let id = knob.with_value(|k| k.id.clone());
        desk.move_knob(&id, Value::Bool(event_target_checked(&e)));
    };
    view! {
        <span class="head">
            <label for=id.clone()>{dial.label()}</label>
            <input id=id type="checkbox" role="switch" class="switch" checked=on() prop:checked=on
                aria-describedby=help on:change=switch />
        </span>
    }
}

fn options(knob: StoredValue<KnobSpec>) -> Vec<(String, String)> {
    knob.with_value(|k| match &k.kind {
        KnobKind::Choice { options } => options.clone(),
        _ => Vec::new(),
    })
}

/// One of a few, side by side.
pub fn segments(dial: Dial, id: String) -> impl IntoView {
    let Dial {
        desk,
        knob,
        value,
        help,
    } = dial.clone();
    let name = id.clone();
    let one = move |(option, label): (String, String)| {
        let this = Value::Choice(option.clone());
        let checked = move || value.get() == this;
        let choose = move |_| {
            let id = knob.with_value(|k| k.id.clone());
            desk.move_knob(&id, Value::Choice(option.clone()));
        };
        view! {
            <label>
                <input type="radio" name=name.clone() checked=checked() prop:checked=checked on:change=choose />
                <span>{label}</span>
            </label>
        }
    };
    let all: Vec<_> = options(knob).into_iter().map(one).collect();
    let label = format!("{id}-label");
    view! {
        <span class="head" id=label.clone()>{dial.label()}</span>
        <div class="seg" role="radiogroup" aria-labelledby=label aria-describedby=help>{all}</div>
    }
}

/// One of many.
pub fn select(dial: Dial, id: String) -> impl IntoView {
    let Dial {
        desk,
        knob,
        value,
        help,
    } = dial.clone();
    let chosen = move || value.get().to_string();
    let first = chosen();
    let one = |(option, label): (String, String)| {
        let selected = option == first;
        view! { <option value=option selected=selected>{label}</option> }
    };
    let all: Vec<_> = options(knob).into_iter().map(one).collect();
    let choose = move |e| {
        let id = knob.with_value(|k| k.id.clone());
        desk.move_knob(&id, Value::Choice(event_target_value(&e)));
    };
    view! {
        <span class="head">
            <label for=id.clone()>{dial.label()}</label>
            <select id=id prop:value=chosen aria-describedby=help on:change=choose>{all}</select>
        </span>
    }
}

/// The seed, and another one.
pub fn seed(desk: Desk) -> impl IntoView {
    let id = desk.id("seed");
    let wrong = RwSignal::new(None::<String>);
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
                desk.draft.with_untracked(|d| d.seed),
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
