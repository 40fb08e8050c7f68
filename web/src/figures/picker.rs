//! The choice within a figure, as a list and two buttons.

use super::{
    hands::Hands,
    html::escape,
    scene::{Parts, form, part},
};
use lab::{Figure, Input, figure::Pick};
use leptos::prelude::*;
use std::{fmt::Write as _, sync::Arc};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// The choice `figure` offers. It is not there before the page is alive.
pub fn view(figure: Signal<Arc<Figure>>, hands: Hands) -> AnyView {
    let first = "<div class=\"fig-pick\" hidden data-part=\"pick\"><label><span data-part=\"label\"></span> \
        <select data-part=\"list\"></select></label>\
        <button type=\"button\" data-part=\"back\">Previous</button>\
        <button type=\"button\" data-part=\"on\">Next</button></div>";
    let draw = move |parts: &mut Parts| {
        let figure = figure.read();
        let pick = pick_of(&figure);
        parts.show("pick", pick.is_some());
        let Some(pick) = pick else { return };
        parts.text("label", &pick.label);
        // Options stay what they are until they change, or an open list would close at every refresh.
        parts.html("list", options_html(pick));
        if let Some(list) = parts.find("list") {
            let list = list.unchecked_into::<HtmlSelectElement>();
            list.set_value(&pick.chosen.to_string());
        }
    };
    form("plain", first.to_owned(), draw, move |_, event| {
        let step = |by| pick_of(&figure.read_untracked()).and_then(|p| neighbour(p, by));
        let id = match (event.type_().as_str(), part(event).as_deref()) {
            ("change", Some("list")) => event_target_value(event).parse().ok(),
            ("click", Some("back")) => step(-1),
            ("click", Some("on")) => step(1),
            _ => None,
        };
        if let Some(id) = id {
            hands.give.run(Input::Pick(id));
        }
    })
}

fn pick_of(figure: &Figure) -> Option<&Pick> {
    figure.pick().filter(|p| !p.options.is_empty())
}

/// The option before or after the chosen one, round the ends.
fn neighbour(pick: &Pick, by: isize) -> Option<u32> {
    let here = pick
        .options
        .iter()
        .position(|o| o.id == pick.chosen)
        .unwrap_or(0);
    let to = (here as isize + by).rem_euclid(pick.options.len().max(1) as isize);
    pick.options.get(to as usize).map(|o| o.id)
}

/// The telling options first, then the plain ones.
fn options_html(pick: &Pick) -> String {
    let mut out = String::new();
    for (group, noted) in [("Found", true), ("All", false)] {
        let mut options = pick
            .options
            .iter()
            .filter(|o| o.note.is_empty() != noted)
            .peekable();
        if options.peek().is_none() {
            continue;
        }
        let _ = write!(out, "<optgroup label=\"{group}\">");
        for option in options {
            let _ = write!(out, "<option value=\"{}\">", option.id);
            escape(&mut out, &option.label);
            if noted {
                out.push_str(": ");
                escape(&mut out, &option.note);
            }
            out.push_str("</option>");
        }
        out.push_str("</optgroup>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::figure::PickOption;

    fn cells() -> Pick {
        let option = |id: u32, note: &str| PickOption {
            id,
            label: format!("cell {id}"),
            note: note.to_owned(),
        };
        Pick {
            label: "Cell".to_owned(),
            options: vec![option(41, "depth <3>"), option(0, ""), option(1, "")],
            chosen: 41,
        }
    }

    #[test]
    fn telling_options_come_first_with_their_notes() {
        let html = options_html(&cells());
        assert!(html.starts_with("<optgroup label=\"Found\"><option value=\"41\">cell 41: depth &lt;3&gt;</option></optgroup>"));
        assert!(html.ends_with("<option value=\"1\">cell 1</option></optgroup>"));
    }

    #[test]
    fn stepping_goes_round() {
        let mut pick = cells();
        assert_eq!(
            (neighbour(&pick, 1), neighbour(&pick, -1)),
            (Some(0), Some(1))
        );
        pick.chosen = 99;
        assert_eq!(neighbour(&pick, 1), Some(0));
        pick.options.clear();
        assert_eq!(neighbour(&pick, 1), None);
    }
}
