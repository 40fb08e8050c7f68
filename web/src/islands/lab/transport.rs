//! The transport bar: Train, Step, Reset, how far it is, and how fast.

use super::{
    desk::{Desk, Face, Readout},
    pace::{grouped, span},
    runner::Phase,
};
use crate::figures::{Parts, escaped, form, part};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The bar under the title.
pub fn bar(desk: Desk) -> AnyView {
    let first = untrack(|| first(desk));
    form(
        "run",
        first,
        move |parts| draw(desk, parts),
        move |_, event| match part(event).filter(|_| event.type_() == "click").as_deref() {
            Some("go") => desk.press(),
            Some("step") => desk.step(),
            Some("reset") => desk.reset(),
            _ => {}
        },
    )
}

/// The words that change, by their parts. Those outside the status region move every frame, and
/// nobody has to hear them.
fn words(desk: Desk) -> [(&'static str, String); 9] {
    let face = match desk.face.get() {
        Face::Train => "Train",
        Face::Pause => "Pause",
        Face::Resume => "Resume",
    };
    let phase = desk.phase.get();
    let plan = desk.run_plan();
    let seed = plan.as_ref().map(|plan| plan.seed);
    let seed = seed.unwrap_or_else(|| desk.draft.with(|d| d.seed));
    // Before the first run the status says it, and of the same run again the time it took.
    let over = phase.as_ref().is_some_and(|p| !p.is_open());
    let another = plan.filter(|_| over).is_some_and(|mut plan| {
        // A draft does not know yet who will run it.
        plan.build.clear();
        desk.draft.with(|draft| plan != *draft)
    });
    let estimate = if another {
        desk.estimate()
    } else {
        String::new()
    };
    let running = phase == Some(Phase::Running);
    let status = desk.status.get();
    desk.readout.with(|r| {
        [
            ("go", face.to_owned()),
            ("at", grouped(r.step)),
            ("of", format!(" of {}", grouped(r.steps))),
            ("rate", rate(r, over)),
            ("time", time(r, running)),
            ("seed", format!("seed {seed}")),
            ("parameters", parameters(r)),
            ("estimate", estimate),
            ("status", status),
        ]
    })
}

/// The speed of late; of a run that is over, that of all of it.
fn rate(r: &Readout, over: bool) -> String {
    let whole = (over && r.elapsed > 0.0).then(|| r.step as f64 / r.elapsed);
    let rate = whole.or(r.rate);
    rate.map_or(String::new(), |rate| format!("{rate:.0} steps/s"))
}

fn time(r: &Readout, running: bool) -> String {
    match r.rate {
        _ if r.elapsed == 0.0 => String::new(),
        Some(rate) if running => {
            let left = span(r.steps.saturating_sub(r.step) as f64 / rate);
            format!("{} gone, {left} left", span(r.elapsed))
        }
        _ => format!("{} gone", span(r.elapsed)),
    }
}

fn parameters(r: &Readout) -> String {
    let arm = |(arm, n): &(String, u64)| format!("{arm} {}", grouped(*n));
    let arms: Vec<String> = r.parameters.iter().map(arm).collect();
    if arms.is_empty() {
        String::new()
    } else {
        format!("parameters: {}", arms.join(", "))
    }
}

fn first(desk: Desk) -> String {
    let [go, at, of, rate, time, seed, parameters, estimate, status] =
        words(desk).map(|(part, words)| format!("data-part=\"{part}\">{}<", escaped(&words)));
    let title = escaped(&desk.spec().title);
    let (steps, now) = desk.readout.with(|r| (r.steps, r.step));
    format!(
        "<div class=\"keys\" role=\"group\" aria-label=\"Training\">\
         <button type=\"button\" class=\"go\" {go}/button>\
         <button type=\"button\" data-part=\"step\">Step</button>\
         <button type=\"button\" disabled data-part=\"reset\">Reset</button></div>\
         <div class=\"prog\"><div class=\"bar\" role=\"progressbar\" \
         aria-label=\"Training progress of {title}\" aria-valuemin=\"0\" aria-valuemax=\"{steps}\" \
         aria-valuenow=\"{now}\" data-part=\"bar\"><i data-part=\"fill\"></i></div>\
         <div class=\"stat\"><span>step <b {at}/b><span {of}/span></span><span {seed}/span><span {rate}/span>\
         <span {time}/span><span class=\"parameters\" {parameters}/span>\
         <span class=\"estimate\" {estimate}/span></div></div>\
         <p class=\"status\" role=\"status\" {status}/p>"
    )
}

fn draw(desk: Desk, parts: &mut Parts) {
    for (part, words) in words(desk) {
        parts.text(part, &words);
    }
    // A single step while it runs would be lost among the others.
    parts.flag("step", "disabled", desk.face.get() == Face::Pause);
    parts.flag("reset", "disabled", desk.phase.with(Option::is_none));
    let (step, steps) = desk.readout.with(|r| (r.step, r.steps));
    parts.set("bar", "aria-valuemax", &steps.to_string());
    parts.set("bar", "aria-valuenow", &step.to_string());
    let text = format!("step {} of {}", grouped(step), grouped(steps));
    parts.set("bar", "aria-valuetext", &text);
    if let Some(fill) = parts.find("fill") {
        let part = 100.0 * step as f64 / steps.max(1) as f64;
        let fill = fill.unchecked_into::<HtmlElement>();
        // A width the browser refuses leaves the bar as it was; the numbers stand beside it.
        let _ = fill.style().set_property("width", &format!("{part:.2}%"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_run_that_is_over_the_speed_is_that_of_all_of_it() {
        let mut r = Readout {
            step: 2000,
            steps: 2000,
            rate: Some(9.0),
            elapsed: 50.0,
            ..Readout::default()
        };
        assert_eq!(rate(&r, false), "9 steps/s");
        assert_eq!(rate(&r, true), "40 steps/s");
        // One that a reload brought back was not timed.
        (r.rate, r.elapsed) = (None, 0.0);
        assert_eq!(rate(&r, true), "");
    }
}
