//! What is said of a knob below it: that arms differ, that it waits for the next run, and the question
//! whom a moved one concerns.

use super::{draft, widgets::Dial};
use crate::figures::{Parts, escaped};

/// The places of the notes, and the line of help.
pub fn first(dial: Dial) -> String {
    let help = dial.help().map(|id| {
        let words = escaped(&dial.knob.help);
        format!("<small id=\"{id}\">{words}</small>")
    });
    format!(
        "<div class=\"plain\" data-part=\"said\">{}</div>{}<div class=\"plain\" data-part=\"ask\"></div>",
        said(dial),
        help.unwrap_or_default()
    )
}

/// Brings them up to date.
pub fn draw(dial: Dial, parts: &mut Parts) {
    parts.html("said", said(dial));
    parts.html("ask", question(dial));
}

fn said(dial: Dial) -> String {
    let Dial { desk, knob } = dial;
    let mut out = String::new();
    let values = dial.values();
    if values.windows(2).any(|w| w[0].1 != w[1].1) {
        let each = values.iter();
        let each = each.map(|(arm, value)| format!("{arm}: {}", knob.show(value)));
        let each = escaped(&each.collect::<Vec<_>>().join(", "));
        out += &format!("<small class=\"each\">{each}</small>");
    }
    desk.phase.track();
    let later = |plan| {
        let draft = |d: &_| draft::later(desk.spec(), d, &plan, knob);
        desk.draft.with(draft)
    };
    if desk.run_plan().is_some_and(later) {
        out += "<small class=\"later\">restart to apply</small>";
    }
    out
}

/// Asks whom a moved knob concerns when an arm sets it itself.
fn question(dial: Dial) -> String {
    let Dial { desk, knob } = dial;
    let Some(value) = dial.asked() else {
        return String::new();
    };
    let (spec, plan) = (desk.spec(), desk.draft.get());
    let own = draft::setters(spec, &plan, &knob.id);
    let own: Vec<&str> = own.iter().map(|a| a.label.as_str()).collect();
    let question = escaped(&format!(
        "{} {} {} itself. Set it to {} for",
        own.join(" and "),
        if own.len() == 1 { "sets" } else { "each set" },
        knob.label,
        knob.show(&value),
    ));
    let mut out =
        format!("<div class=\"ask\" role=\"group\" aria-label=\"{question}\"><p>{question}</p>");
    for (nth, id) in plan.arms.iter().enumerate() {
        let label = escaped(&draft::arm_look(spec, &plan, id).0);
        out += &format!("<button type=\"button\" data-part=\"arm-{nth}\">{label}</button>");
    }
    out + "<button type=\"button\" data-part=\"all\">All arms</button>\
           <button type=\"button\" class=\"quiet\" data-part=\"leave\">Leave it</button></div>"
}

/// What the reader pressed.
pub fn answer(dial: Dial, pressed: &str) {
    let desk = dial.desk;
    match pressed {
        "all" => desk.answer(None),
        "leave" => desk.asking.set(None),
        _ => {
            let nth = pressed
                .strip_prefix("arm-")
                .and_then(|n| n.parse::<usize>().ok());
            let arms = desk.draft.with_untracked(|d| d.arms.clone());
            if let Some(arm) = nth.and_then(|nth| arms.get(nth)) {
                desk.answer(Some(arm));
            }
        }
    }
}
