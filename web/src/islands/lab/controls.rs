//! Presets, knobs, arms and seed, derived from the spec: one match on the kind of a knob.

use super::{desk::Desk, draft, keeping::own_digest, widgets};
use lab::{KnobKind, KnobSpec, Plan};
use leptos::{either::EitherOf5, prelude::*};

/// The presets, one pressed.
pub fn presets(desk: Desk) -> impl IntoView {
    let chip = move |preset: lab::Preset| {
        let id = preset.id.clone();
        let pressed = move || desk.draft.with(|d| d.preset == id).to_string();
        let title = if preset.breaks {
            "Breaks training on purpose"
        } else {
            ""
        };
        let label = preset.label.clone();
        let choose = move |_| {
            let (spec, seed) = (desk.spec(), desk.draft.with_untracked(|d| d.seed));
            desk.adopt(Plan {
                seed,
                ..Plan::of_preset(spec, &preset)
            });
            desk.frame();
        };
        let class = if title.is_empty() {
            "chip"
        } else {
            "chip break"
        };
        view! {
            <button type="button" class=class aria-pressed=pressed title=title on:click=choose>
                {label}
            </button>
        }
    };
    let chips: Vec<_> = desk.spec().presets.iter().cloned().map(chip).collect();
    view! { <div class="presets" role="group" aria-label="Presets">{chips}</div> }
}

/// What the chosen preset does, in a sentence.
pub fn says(desk: Desk) -> impl IntoView {
    let says = move || {
        desk.draft
            .with(|d| draft::preset(desk.spec(), d).says.clone())
    };
    view! { <p class="says">{says}</p> }
}

/// The panel beside the figure.
pub fn knobs(desk: Desk) -> impl IntoView {
    let spec = desk.spec();
    let knobs: Vec<_> = spec.knobs.iter().map(|k| knob(desk, k)).collect();
    let many = spec.arms.len() > 1 || spec.presets.iter().any(|p| p.arms.is_some());
    let back = move |_| {
        let spec = desk.spec();
        desk.asking.set(None);
        desk.draft.update(|d| {
            *d = Plan {
                seed: d.seed,
                arms: d.arms.clone(),
                ..Plan::of_preset(spec, draft::preset(spec, d))
            };
        });
    };
    let untouched = move || {
        desk.draft
            .with(|d| d.knobs.is_empty() && d.turns.is_empty())
    };
    view! {
        <form class="knobs" aria-label=format!("Settings of {}", desk.spec().title) on:submit=|e| e.prevent_default()>
            {restart(desk)}
            {many.then(|| arms(desk))}
            {knobs}
            {widgets::seed(desk)}
            {turns(desk)}
            <button type="button" class="quiet" disabled=untouched on:click=back>
                "Reset knobs"
            </button>
        </form>
    }
}

fn knob(desk: Desk, knob: &'static KnobSpec) -> impl IntoView {
    let dial = widgets::Dial { desk, knob };
    let control = match &knob.kind {
        KnobKind::Float { .. } => EitherOf5::A(widgets::number(dial)),
        KnobKind::Int { min, max, by, .. } if (max - min) / by.max(&1) <= 8 => {
            EitherOf5::B(widgets::stepper(dial))
        }
        KnobKind::Int { .. } => EitherOf5::A(widgets::number(dial)),
        KnobKind::Toggle => EitherOf5::C(widgets::toggle(dial)),
        KnobKind::Choice { options } if options.len() <= 4 => EitherOf5::D(widgets::segments(dial)),
        KnobKind::Choice { .. } => EitherOf5::E(widgets::select(dial)),
    };
    let differ = move || {
        let values = dial.values();
        let same = values.windows(2).all(|w| w[0].1 == w[1].1);
        let each = values
            .iter()
            .map(|(arm, value)| format!("{arm}: {}", knob.show(value)));
        (!same).then(|| each.collect::<Vec<_>>().join(", "))
    };
    let differ = move || differ().map(|text| view! { <small class="each">{text}</small> });
    let later = move || {
        desk.phase.track();
        let plan = desk.run_plan()?;
        let waits = desk
            .draft
            .with(|d| draft::later(desk.spec(), d, &plan, knob));
        waits.then(|| view! { <small class="later">"restart to apply"</small> })
    };
    let help = dial
        .help()
        .map(|id| view! { <small id=id>{knob.help.clone()}</small> });
    view! { <div class="knob">{control} {differ} {later} {help} {ask(dial)}</div> }
}

/// Asks whom a moved knob concerns when an arm sets it itself.
fn ask(dial: widgets::Dial) -> impl IntoView {
    let widgets::Dial { desk, knob } = dial;
    move || {
        let value = dial.asked()?;
        let (spec, plan) = (desk.spec(), desk.draft.get());
        let own = draft::setters(spec, &plan, &knob.id);
        let own: Vec<&str> = own.iter().map(|a| a.label.as_str()).collect();
        let question = format!(
            "{} {} {} itself. Set it to {} for",
            own.join(" and "),
            if own.len() == 1 { "sets" } else { "each set" },
            knob.label,
            knob.show(&value),
        );
        let arm = |id: &String| {
            let (label, _) = draft::arm_look(spec, &plan, id);
            let id = id.clone();
            view! { <button type="button" on:click=move |_| desk.answer(Some(&id))>{label}</button> }
        };
        let arms: Vec<_> = plan.arms.iter().map(arm).collect();
        Some(view! {
            <div class="ask" role="group" aria-label=question.clone()>
                <p>{question.clone()}</p>
                {arms}
                <button type="button" on:click=move |_| desk.answer(None)>"All arms"</button>
                <button type="button" class="quiet" on:click=move |_| desk.asking.set(None)>
                    "Leave it"
                </button>
            </div>
        })
    }
}

/// Which arms run.
fn arms(desk: Desk) -> impl IntoView {
    let boxes = move || {
        let (spec, plan) = (desk.spec(), desk.draft.get());
        let one = |(i, arm): (usize, &lab::ArmSpec)| {
            let (id, runs) = (arm.id.clone(), plan.arms.contains(&arm.id));
            // The last arm stays: a run has at least one.
            let last = runs && plan.arms.len() == 1;
            let switch = move |e| {
                let runs = event_target_checked(&e);
                desk.draft
                    .update(|d| draft::switch_arm(desk.spec(), d, &id, runs));
            };
            let class = format!("arm arm-{}", i % 5 + 1);
            view! {
                <label class=class>
                    <input type="checkbox" checked=runs prop:checked=runs disabled=last on:change=switch />
                    {arm.label.clone()}
                </label>
            }
        };
        draft::arms(spec, &plan)
            .iter()
            .enumerate()
            .map(one)
            .collect::<Vec<_>>()
    };
    view! {
        <fieldset class="knob arms">
            <legend>"Side by side"</legend>
            {boxes}
        </fieldset>
    }
}

/// Says that moved settings wait for the next run, and offers it.
fn restart(desk: Desk) -> impl IntoView {
    move || {
        let phase = desk.phase.get()?;
        let plan = desk.run_plan()?;
        let text = desk.text.with(|t| t.as_deref().map(own_digest));
        let waits = desk
            .draft
            .with(|d| draft::needs_restart(desk.spec(), d, &plan, text));
        let now = move |_| {
            desk.reset();
            desk.press();
        };
        let button = phase.is_open().then(|| {
            view! { <button type="button" on:click=now>"Restart with them"</button> }
        });
        waits.then(|| {
            view! {
                <div class="later-all">
                    <p>"Moved settings wait for the next run."</p>
                    {button}
                </div>
            }
        })
    }
}

/// Knobs turned on the way: in the run under way, or in the one to come, as a link or a kept run
/// brings them along.
fn turns(desk: Desk) -> impl IntoView {
    let words = move |turns: &[lab::Turn]| {
        let spec = desk.spec();
        let one = |t: &lab::Turn| {
            let knob = spec.knob(&t.knob).ok()?;
            Some(format!(
                "{} {} from step {}",
                knob.label,
                knob.show(&t.value),
                t.step
            ))
        };
        turns.iter().filter_map(one).collect::<Vec<_>>().join("; ")
    };
    let made = move || {
        desk.turns.track();
        desk.phase.track();
        let turns = words(&desk.run_plan()?.turns);
        (!turns.is_empty()).then(|| {
            view! { <p class="scheduled">{format!("Turned in this run: {turns}.")}</p> }
        })
    };
    let to_come = move || {
        desk.phase.track();
        let turns = words(&desk.draft.with(|d| d.turns.clone()));
        let drop = move |_| desk.draft.update(|d| d.turns.clear());
        (!turns.is_empty() && desk.run_plan().is_none()).then(|| {
            view! {
                <div class="scheduled">
                    <p>{format!("Will be turned on the way: {turns}.")}</p>
                    <button type="button" class="quiet" on:click=drop>"Leave these turns out"</button>
                </div>
            }
        })
    };
    view! { {made} {to_come} }
}
