//! The living strips of tinted tokens.

use super::tokens;
use crate::islands::lab::live::follow;
use lab::{Figure, figure::Tokens};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::Element;

fn tokens_of(figure: &Figure) -> Option<&Tokens> {
    if let Figure::Tokens(tokens) = figure {
        Some(tokens)
    } else {
        None
    }
}

/// Tinted strips: the value of the token under the pointer, or of the one the arrow keys have come
/// to, stands below them.
pub fn view(figure: Signal<Arc<Figure>>, title: String) -> impl IntoView {
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
    follow(move || {
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
