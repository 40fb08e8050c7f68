//! Presets, knobs, arms and seed, derived from the spec.

use super::{desk::Desk, draft, keeping::own_digest, live::Live, widgets};
use crate::figures::{Parts, escaped, form, part, words};
use lab::Plan;
use leptos::prelude::*;
use web_sys::Event;

/// The presets, one pressed.
pub fn presets(desk: Desk) -> AnyView {
    let mut first = "<div class=\"presets\" role=\"group\" aria-label=\"Presets\">".to_owned();
    let pressed = move |id: &str| desk.draft.with(|d| d.preset == id).to_string();
    for (nth, preset) in desk.spec().presets.iter().enumerate() {
        let looks = if preset.breaks {
            "class=\"chip break\" title=\"Breaks training on purpose\""
        } else {
            "class=\"chip\""
        };
        let (pressed, label) = (untrack(|| pressed(&preset.id)), escaped(&preset.label));
        first += &format!(
            "<button type=\"button\" {looks} aria-pressed=\"{pressed}\" data-part=\"{nth}\">{label}</button>"
        );
    }
    let draw = move |parts: &mut Parts| {
        for (nth, preset) in desk.spec().presets.iter().enumerate() {
            parts.set(&nth.to_string(), "aria-pressed", &pressed(&preset.id));
        }
    };
    form("plain", first + "</div>", draw, move |_, event| {
        let spec = desk.spec();
        if let Some(preset) = pressed_in(event).and_then(|nth| spec.presets.get(nth)) {
            let seed = desk.draft.with_untracked(|d| d.seed);
            desk.adopt(Plan {
                seed,
                ..Plan::of_preset(spec, preset)
            });
            desk.frame();
        }
    })
}

/// The number of the part that was clicked.
fn pressed_in(event: &Event) -> Option<usize> {
    (event.type_() == "click").then(|| part(event)?.parse().ok())?
}

/// What the chosen preset does, in a sentence.
pub fn says(desk: Desk) -> AnyView {
    words("says", move || {
        let says = |d: &Plan| escaped(&draft::preset(desk.spec(), d).says);
        desk.draft.with(says)
    })
}

/// The panel beside the figure.
pub fn knobs(desk: Desk) -> AnyView {
    let spec = desk.spec();
    let many = spec.arms.len() > 1 || spec.presets.iter().any(|p| p.arms.is_some());
    let mut all = vec![restart(desk)];
    if many {
        all.push(arms(desk));
    }
    let knob = |knob| widgets::knob(widgets::Dial { desk, knob });
    all.extend(spec.knobs.iter().map(knob));
    all.extend([seed(desk), turns(desk), reset(desk)]);
    let name = format!("Settings of {}", spec.title);
    view! {
        <form class="knobs" aria-label=name on:submit=|e| e.prevent_default()>{all}</form>
    }
    .into_any()
}

/// Back to the preset.
fn reset(desk: Desk) -> AnyView {
    let first = "<button type=\"button\" class=\"quiet\" data-part=\"reset\">Reset knobs</button>";
    let draw = move |parts: &mut Parts| {
        let untouched = |d: &Plan| d.knobs.is_empty() && d.turns.is_empty();
        parts.flag("reset", "disabled", desk.draft.with(untouched));
    };
    form("plain", first.to_owned(), draw, move |_, event| {
        if event.type_() != "click" || part(event).is_none() {
            return;
        }
        let spec = desk.spec();
        desk.asking.set(None);
        desk.draft.update(|d| {
            *d = Plan {
                seed: d.seed,
                arms: d.arms.clone(),
                ..Plan::of_preset(spec, draft::preset(spec, d))
            };
        });
    })
}

/// Which arms run.
fn arms(desk: Desk) -> AnyView {
    let boxes = move || {
        let (spec, plan) = (desk.spec(), desk.draft.get());
        let mut out = String::new();
        for (nth, arm) in draft::arms(spec, &plan).iter().enumerate() {
            let runs = plan.arms.contains(&arm.id);
            let on = if runs { " checked" } else { "" };
            // The last arm stays: a run has at least one.
            let last = if runs && plan.arms.len() == 1 {
                " disabled"
            } else {
                ""
            };
            let (class, label) = (nth % 5 + 1, escaped(&arm.label));
            out += &format!(
                "<label class=\"arm arm-{class}\"><input type=\"checkbox\"{on}{last} data-part=\"{nth}\"> {label}</label>"
            );
        }
        out
    };
    let first = format!(
        "<fieldset class=\"knob arms\"><legend>Side by side</legend>\
         <div class=\"plain\" data-part=\"boxes\">{}</div></fieldset>",
        untrack(boxes)
    );
    let draw = move |parts: &mut Parts| parts.html("boxes", boxes());
    form("plain", first, draw, move |_, event| {
        let (spec, plan) = (desk.spec(), desk.draft.get_untracked());
        let nth = part(event).and_then(|nth| nth.parse::<usize>().ok());
        let all = draft::arms(spec, &plan);
        if let ("change", Some(arm)) = (event.type_().as_str(), nth.and_then(|nth| all.get(nth))) {
            let runs = event_target_checked(event);
            desk.draft
                .update(|d| draft::switch_arm(spec, d, &arm.id, runs));
        }
    })
}

/// The seed, and another one.
fn seed(desk: Desk) -> AnyView {
    let wrong = Live::new(String::new());
    let shown = move || desk.draft.with(|d| d.seed).to_string();
    let id = desk.id("seed");
    let first = format!(
        "<span class=\"head\"><label for=\"{id}\">Seed</label>\
         <input id=\"{id}\" class=\"entry\" type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" \
         value=\"{}\" aria-describedby=\"{id}-wrong\" aria-invalid=\"false\" data-part=\"entry\"></span>\
         <small class=\"wrong\" id=\"{id}-wrong\" role=\"alert\" data-part=\"wrong\"></small>\
         <button type=\"button\" class=\"quiet\" data-part=\"new\">New seed</button>",
        untrack(shown)
    );
    let draw = move |parts: &mut Parts| {
        parts.value("entry", &shown());
        let wrong = wrong.get();
        parts.set(
            "entry",
            "aria-invalid",
            if wrong.is_empty() { "false" } else { "true" },
        );
        parts.text("wrong", &wrong);
    };
    let take = move |seed| {
        wrong.set(String::new());
        desk.draft.update(|d| d.seed = seed);
    };
    form("knob", first, draw, move |_, event| {
        match (event.type_().as_str(), part(event).as_deref()) {
            ("change", Some("entry")) => {
                let typed = event_target_value(event);
                match typed.trim().parse::<u64>() {
                    Ok(seed) => take(seed),
                    Err(_) => wrong.set(format!(
                        "The seed cannot be {typed}: it is a whole number from 0 to {}. It stays {}.",
                        u64::MAX,
                        untrack(shown),
                    )),
                }
            }
            ("click", Some("new")) => take((js_sys::Math::random() * 9999.0) as u64 + 1),
            _ => {}
        }
    })
}

/// Says that moved settings wait for the next run, and offers it.
fn restart(desk: Desk) -> AnyView {
    let says = move || {
        let phase = desk.phase.get()?;
        let plan = desk.run_plan()?;
        let text = desk.text.with(|t| t.as_deref().map(own_digest));
        let waits = |d: &Plan| draft::needs_restart(desk.spec(), d, &plan, text);
        let button = if phase.is_open() {
            "<button type=\"button\" data-part=\"now\">Restart with them</button>"
        } else {
            ""
        };
        desk.draft.with(waits).then(|| {
            format!("<div class=\"later-all\"><p>Moved settings wait for the next run.</p>{button}</div>")
        })
    };
    let draw = move |parts: &mut Parts| {
        parts.inside(says().unwrap_or_default());
    };
    form("plain", String::new(), draw, move |_, event| {
        if event.type_() == "click" && part(event).is_some() {
            desk.reset();
            desk.press();
        }
    })
}

/// Knobs turned on the way: in the run under way, or in the one to come, as a link or a kept run
/// brings them along.
fn turns(desk: Desk) -> AnyView {
    let words = move |turns: &[lab::Turn]| {
        let spec = desk.spec();
        let one = |t: &lab::Turn| {
            let knob = spec.knob(&t.knob).ok()?;
            let (label, value) = (&knob.label, knob.show(&t.value));
            Some(format!("{label} {value} from step {}", t.step))
        };
        escaped(&turns.iter().filter_map(one).collect::<Vec<_>>().join("; "))
    };
    let draw = move |parts: &mut Parts| {
        desk.turns.track();
        desk.phase.track();
        let to_come = words(&desk.draft.with(|d| d.turns.clone()));
        let made = desk.run_plan().map(|plan| words(&plan.turns));
        parts.inside(match made {
            Some(made) if made.is_empty() => String::new(),
            Some(made) => format!("<p class=\"scheduled\">Turned in this run: {made}.</p>"),
            None if to_come.is_empty() => String::new(),
            None => format!(
                "<div class=\"scheduled\"><p>Will be turned on the way: {to_come}.</p>\
                 <button type=\"button\" class=\"quiet\" data-part=\"drop\">Leave these turns out</button></div>"
            ),
        });
    };
    form("plain", String::new(), draw, move |_, event| {
        if event.type_() == "click" && part(event).is_some() {
            desk.draft.update(|d| d.turns.clear());
        }
    })
}
