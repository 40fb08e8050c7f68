//! The component around every figure: words as HTML, drawings as a static SVG that becomes a live
//! canvas, the reader's choices, and the caption.

use super::{plot::Plot, table, texts, tokens};
use lab::Figure;
use lab::figure::{Pick, Tokens};
use leptos::{ev, html, prelude::*};
use std::fmt::Write as _;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSelectElement};

/// A figure that follows `figure`, which stays of one kind: named `title` for those who do not see it, with the sentence
/// `see` below it. Where the figure offers a choice, what the reader picks goes to `on_pick`.
#[component]
pub fn FigureView(
    /// What is shown.
    #[prop(into)]
    figure: Signal<Arc<Figure>>,
    /// Its accessible name.
    title: String,
    /// What to see in it, in one sentence.
    see: String,
    /// Takes the id of the option picked in a figure that offers some.
    #[prop(optional)]
    on_pick: Option<Callback<u32>>,
) -> impl IntoView {
    let name = title.clone();
    let body = match &**figure.read_untracked() {
        Figure::Series(_) | Figure::Heatmap(_) | Figure::Histogram(_) => {
            view! { <Plot figure=figure title=name /> }.into_any()
        }
        Figure::Tokens(_) => strips(figure, name, on_pick).into_any(),
        Figure::Plane(_) | Figure::Graph(_) | Figure::Stages(_) => ().into_any(),
        Figure::Texts(_) | Figure::Table(_) => {
            let html = move || match &**figure.read() {
                Figure::Texts(figure) => texts::html(figure),
                Figure::Table(figure) => table::html(figure, &name),
                _ => String::new(),
            };
            view! { <div class="fig-words" inner_html=html></div> }.into_any()
        }
    };
    view! {
        <figure class="fig" aria-label=title>
            {body}
            <figcaption>{see}</figcaption>
        </figure>
    }
}

fn tokens_of(figure: &Figure) -> Option<&Tokens> {
    if let Figure::Tokens(tokens) = figure {
        Some(tokens)
    } else {
        None
    }
}

/// Tinted strips: the value of the token under the pointer, or of the one the arrow keys have come
/// to, stands below them.
fn strips(
    figure: Signal<Arc<Figure>>,
    title: String,
    on_pick: Option<Callback<u32>>,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let at = RwSignal::new(None::<(usize, usize)>);
    let said = RwSignal::new(String::new());
    let text = move |at: Option<(usize, usize)>| {
        let figure = figure.read();
        tokens_of(&figure)
            .zip(at)
            .and_then(|(t, (strip, token))| tokens::readout(t, strip, token))
            .unwrap_or_default()
    };
    // The tints are replaced as the figure refreshes: whatever is marked has to be marked again.
    Effect::new(move || {
        figure.track();
        mark(place.get(), at.get());
    });
    let over = move |event: ev::PointerEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        at.set(target.and_then(|t| token_at(&t)));
    };
    let key = move |event: ev::KeyboardEvent| {
        let figure = figure.read_untracked();
        let Some(strips) = tokens_of(&figure)
            .map(|t| &t.strips)
            .filter(|s| !s.is_empty())
        else {
            return;
        };
        let (strip, token) = at.get_untracked().unwrap_or((0, 0));
        let (strip, token) = match event.key().as_str() {
            "ArrowLeft" => (strip, token.saturating_sub(1)),
            "ArrowRight" if at.get_untracked().is_some() => (strip, token + 1),
            "ArrowRight" => (strip, token),
            "ArrowUp" => (strip.saturating_sub(1), token),
            "ArrowDown" => (strip + 1, token),
            "Home" => (strip, 0),
            "End" => (strip, usize::MAX),
            _ => return,
        };
        event.prevent_default();
        let strip = strip.min(strips.len() - 1);
        at.set(Some((
            strip,
            token.min(strips[strip].tokens.len().saturating_sub(1)),
        )));
        drop(figure);
        said.set(text(at.get_untracked()));
    };
    let html = move || {
        tokens_of(&figure.read())
            .map(tokens::html)
            .unwrap_or_default()
    };
    view! {
        {picker(figure, on_pick)}
        <div
            class="fig-words"
            node_ref=place
            tabindex="0"
            role="group"
            aria-label=format!("{title}: arrow keys read single values")
            inner_html=html
            on:pointermove=over
            on:pointerleave=move |_| at.set(None)
            on:keydown=key
        ></div>
        <p class="fig-read">{move || text(at.get())}</p>
        <p class="fig-said" aria-live="polite">{move || said.get()}</p>
    }
}

/// Strip and token of a span in a strip.
fn token_at(span: &Element) -> Option<(usize, usize)> {
    let nth = |child: &Element| {
        let children = child.parent_element()?.children();
        (0..children.length()).find(|i| children.item(*i).as_ref() == Some(child))
    };
    let strip = span
        .closest(".tok > span")
        .ok()??
        .closest(".tok-strip")
        .ok()??;
    Some((nth(&strip)? as usize, nth(span)? as usize))
}

fn mark(place: Option<web_sys::HtmlDivElement>, at: Option<(usize, usize)>) {
    let Some(place) = place else { return };
    if let Ok(Some(old)) = place.query_selector(".at") {
        let _ = old.class_list().remove_1("at");
    }
    let find = |(strip, token): (usize, usize)| {
        let tokens = place.children().item(strip as u32)?.last_element_child()?;
        tokens.children().item(token as u32)
    };
    if let Some(span) = at.and_then(find) {
        let _ = span.class_list().add_1("at");
    }
}

/// The choice a figure offers. It is not there before the page is alive, nor where nobody listens.
fn picker(figure: Signal<Arc<Figure>>, on_pick: Option<Callback<u32>>) -> impl IntoView {
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
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
    Effect::new(move || {
        options.track();
        if let Some((select, pick)) = select.get().zip(pick_of(&figure.read())) {
            select.set_value(&pick.chosen.to_string());
        }
    });
    let choose = move |event: ev::Event| {
        let select: Option<HtmlSelectElement> = event.target().and_then(|t| t.dyn_into().ok());
        let id = select.and_then(|s| s.value().parse().ok());
        if let Some((id, on_pick)) = id.zip(on_pick) {
            on_pick.run(id);
        }
    };
    let step = move |by: isize| {
        let id = pick_of(&figure.read_untracked()).and_then(|p| neighbour(p, by));
        if let Some((id, on_pick)) = id.zip(on_pick) {
            on_pick.run(id);
        }
    };
    let away = move || on_pick.is_none() || !alive.get() || options.read().is_empty();
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
    tokens_of(figure)?
        .pick
        .as_ref()
        .filter(|p| !p.options.is_empty())
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
            super::html::escape(&mut out, &option.label);
            if noted {
                out.push_str(": ");
                super::html::escape(&mut out, &option.note);
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
