//! The living strips of tinted tokens.

use super::{
    html::escaped,
    scene::{Parts, pointed},
    tokens,
};
use crate::islands::lab::live::Live;
use lab::{Figure, figure::Tokens};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

fn tokens_of(figure: &Figure) -> Option<&Tokens> {
    if let Figure::Tokens(tokens) = figure {
        Some(tokens)
    } else {
        None
    }
}

/// What the reader is at, and what is read out of it.
#[derive(Clone, Default)]
struct At {
    token: Option<(usize, usize)>,
    said: String,
}

/// Tinted strips: the value of the token under the pointer, or of the one the arrow keys have come
/// to, stands below them.
pub fn view(figure: Signal<Arc<Figure>>, title: String) -> AnyView {
    let at = Live::new(At::default());
    let html = move || {
        tokens_of(&figure.read())
            .map(tokens::html)
            .unwrap_or_default()
    };
    let text = move |token: Option<(usize, usize)>| {
        let figure = figure.read();
        let read = tokens_of(&figure).zip(token);
        let read = read.and_then(|(t, (strip, token))| tokens::readout(t, strip, token));
        read.unwrap_or_default()
    };
    let first = format!(
        "<div class=\"fig-words\" tabindex=\"0\" role=\"group\" \
         aria-label=\"{}: arrow keys read single values\" data-part=\"strips\">{}</div>\
         <p class=\"fig-read\" data-part=\"read\"></p>\
         <p class=\"fig-said\" aria-live=\"polite\" data-part=\"said\"></p>",
        escaped(&title),
        untrack(html)
    );
    let draw = move |parts: &mut Parts| {
        let at = at.get();
        parts.html("strips", html());
        // The tints are replaced as the figure refreshes: whatever is marked has to be marked again.
        mark(parts.find("strips"), at.token);
        parts.text("read", &text(at.token));
        parts.text("said", &at.said);
    };
    let go = move |token| {
        if at.with_untracked(|at| at.token != token) {
            at.update(|at| at.token = token);
        }
    };
    pointed("plain", first, draw, move |_, event| {
        match event.type_().as_str() {
            "pointermove" => go(event
                .target()
                .and_then(|t| t.dyn_into::<Element>().ok())
                .and_then(|t| token_at(&t))),
            "pointerleave" => go(None),
            "keydown" => {
                let key = event.unchecked_ref::<KeyboardEvent>().key();
                let now = at.with_untracked(|at| at.token);
                let figure = figure.read_untracked();
                let tokens = tokens_of(&figure).filter(|t| !t.strips.is_empty());
                if let Some(token) = tokens.and_then(|t| moved(t, now, &key)) {
                    event.prevent_default();
                    let said = untrack(|| text(Some(token)));
                    at.set(At {
                        token: Some(token),
                        said,
                    });
                }
            }
            _ => {}
        }
    })
}

/// Where a key leads from a token, if it leads anywhere.
fn moved(tokens: &Tokens, at: Option<(usize, usize)>, key: &str) -> Option<(usize, usize)> {
    let (strip, token) = at.unwrap_or((0, 0));
    let (strip, token) = match key {
        "ArrowLeft" => (strip, token.saturating_sub(1)),
        "ArrowRight" if at.is_some() => (strip, token + 1),
        "ArrowRight" => (strip, token),
        "ArrowUp" => (strip.saturating_sub(1), token),
        "ArrowDown" => (strip + 1, token),
        "Home" => (strip, 0),
        "End" => (strip, usize::MAX),
        _ => return None,
    };
    let strip = strip.min(tokens.strips.len() - 1);
    let last = tokens.strips[strip].tokens.len().saturating_sub(1);
    Some((strip, token.min(last)))
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

fn mark(place: Option<Element>, at: Option<(usize, usize)>) {
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
