//! The transport bar: Train, Step, Reset, how far it is, and how fast.

use super::{
    desk::{Desk, Face},
    pace::{grouped, span},
    runner::Phase,
};
use leptos::{html, prelude::*};

/// The bar under the title.
pub fn bar(desk: Desk) -> impl IntoView {
    let face = move || match desk.face.get() {
        Face::Train => "Train",
        Face::Pause => "Pause",
        Face::Resume => "Resume",
    };
    // A single step while it runs would be lost among the others.
    let running = move || desk.face.get() == Face::Pause;
    let fresh = move || desk.phase.get().is_none();
    view! {
        <div class="run">
            <div class="keys" role="group" aria-label="Training">
                <button type="button" class="go" on:click=move |_| desk.press()>{face}</button>
                <button type="button" disabled=running on:click=move |_| desk.step()>"Step"</button>
                <button type="button" disabled=fresh on:click=move |_| desk.reset()>"Reset"</button>
            </div>
            <div class="prog">{progress(desk)} {numbers(desk)}</div>
            <p class="status" role="status">{move || desk.status.get()}</p>
        </div>
    }
}

fn progress(desk: Desk) -> impl IntoView {
    let fill: NodeRef<html::I> = NodeRef::new();
    Effect::new(move |_| {
        let (done, all) = desk.readout.with(|r| (r.step, r.steps));
        if let Some(fill) = fill.get() {
            let part = 100.0 * done as f64 / all.max(1) as f64;
            // A width the browser refuses leaves the bar as it was; the numbers stand beside it.
            let _ =
                web_sys::HtmlElement::style(&fill).set_property("width", &format!("{part:.2}%"));
        }
    });
    let words = move || {
        desk.readout
            .with(|r| format!("step {} of {}", grouped(r.step), grouped(r.steps)))
    };
    view! {
        <div
            class="bar"
            role="progressbar"
            aria-label=format!("Training progress of {}", desk.spec().title)
            aria-valuemin="0"
            aria-valuemax=move || desk.readout.with(|r| r.steps.to_string())
            aria-valuenow=move || desk.readout.with(|r| r.step.to_string())
            aria-valuetext=words
        >
            <i node_ref=fill></i>
        </div>
    }
}

/// The numbers that move every frame: outside the status region, so that nobody has to hear them.
fn numbers(desk: Desk) -> impl IntoView {
    let read = move |f: fn(&super::desk::Readout) -> String| move || desk.readout.with(f);
    let seed = move || {
        let seed = desk
            .run_plan()
            .map_or_else(|| desk.draft.with(|d| d.seed), |plan| plan.seed);
        desk.phase.track();
        format!("seed {seed}")
    };
    let before = move || {
        // Before the first run the status says it.
        let over = desk.phase.get().is_some_and(|p| !p.is_open());
        over.then(|| view! { <span class="estimate">{move || desk.estimate()}</span> })
    };
    let parameters = read(|r| {
        let arms: Vec<String> = r
            .parameters
            .iter()
            .map(|(arm, n)| format!("{arm} {}", grouped(*n)))
            .collect();
        if arms.is_empty() {
            arms.concat()
        } else {
            format!("parameters: {}", arms.join(", "))
        }
    });
    let rate = read(|r| {
        r.rate
            .map_or_else(String::new, |x| format!("{x:.0} steps/s"))
    });
    let time = move || {
        let running = desk.phase.get() == Some(Phase::Running);
        desk.readout.with(|r| match r.rate {
            _ if r.elapsed == 0.0 => String::new(),
            Some(rate) if running => {
                let left = span(r.steps.saturating_sub(r.step) as f64 / rate);
                format!("{} gone, {left} left", span(r.elapsed))
            }
            _ => format!("{} gone", span(r.elapsed)),
        })
    };
    view! {
        <div class="stat">
            <span>
                "step " <b>{read(|r| grouped(r.step))}</b> {read(|r| format!(" of {}", grouped(r.steps)))}
            </span>
            <span>{rate}</span>
            <span>{time}</span>
            <span>{seed}</span>
            <span class="parameters">{parameters}</span>
            {before}
        </div>
    }
}
