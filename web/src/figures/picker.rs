//! The choice within a figure, as a list and two buttons.

use super::{hands::Hands, html::escape};
use crate::islands::lab::live::follow;
use lab::{Figure, Input, figure::Pick};
use leptos::{ev, html, prelude::*};
use std::{fmt::Write as _, sync::Arc};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// The choice `figure` offers. It is not there before the page is alive.
pub fn view(figure: Signal<Arc<Figure>>, hands: Hands) -> impl IntoView {
    let alive = RwSignal::new(false);
    follow(move || alive.set(true));
    let select = NodeRef::<html::Select>::new();
    // Options stay what they are until they change, or an open list would close at every refresh.
    let options = Memo::new(move |_| {
        pick_of(&figure.read())
            .map(options_html)
            .unwrap_or_default()
    });
    let label = Memo::new(move |_| {
        pick_of(&figure.read())
            .map(|p| p.label.clone())
            .unwrap_or_default()
    });
    follow(move || {
        options.track();
        if let Some((select, pick)) = select.get().zip(pick_of(&figure.read())) {
            select.set_value(&pick.chosen.to_string());
        }
    });
    let choose = move |event: ev::Event| {
        let select: Option<HtmlSelectElement> = event.target().and_then(|t| t.dyn_into().ok());
        let id = select.and_then(|s| s.value().parse().ok());
        if let Some(id) = id {
            hands.give.run(Input::Pick(id));
        }
    };
    let step = move |by: isize| {
        let id = pick_of(&figure.read_untracked()).and_then(|p| neighbour(p, by));
        if let Some(id) = id {
            hands.give.run(Input::Pick(id));
        }
    };
    let away = move || !alive.get() || options.read().is_empty();
    view! {
        <div class="fig-pick" hidden=away>
            <label>
                <span>{move || label.get()}</span>
                <select node_ref=select inner_html=move || options.get() on:change=choose></select>
            </label>
            <button type="button" on:click=move |_| step(-1)>"Previous"</button>
            <button type="button" on:click=move |_| step(1)>"Next"</button>
        </div>
    }
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
