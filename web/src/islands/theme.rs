//! Light or dark: the system's choice, until the reader makes another.

use crate::{
    figures::{Parts, form, part},
    islands::lab::live::Live,
};
use leptos::prelude::*;

/// Where the reader's own choice is kept; absent while the system decides. `static/theme.js` reads
/// it before the first paint.
pub const KEY: &str = "theme";

/// Fired on the window when the theme changes by hand, so that canvases are drawn anew.
pub const CHANGED: &str = "theme-changed";

/// The button in the top bar. Without JavaScript it is not there: the system's choice holds.
pub fn view((): ()) -> AnyView {
    let dark = Live::new(false);
    let first = "<button type=\"button\" class=\"theme\" aria-label=\"Dark theme\" hidden data-part=\"theme\">\
        <svg viewBox=\"0 0 20 20\" width=\"20\" height=\"20\" aria-hidden=\"true\">\
        <circle cx=\"10\" cy=\"10\" r=\"7.25\"/><path d=\"M10 2.75a7.25 7.25 0 0 1 0 14.5z\"/></svg></button>";
    let draw = move |parts: &mut Parts| {
        dark.track();
        let pressed = if is_dark() { "true" } else { "false" };
        parts.set("theme", "aria-pressed", pressed);
        parts.show("theme", true);
    };
    form("plain", first.to_owned(), draw, move |_, event| {
        if event.type_() == "click" && part(event).is_some() {
            let wanted = !is_dark();
            choose(wanted);
            dark.set(wanted);
        }
    })
}

fn system_is_dark() -> bool {
    let query = window().match_media("(prefers-color-scheme: dark)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

fn is_dark() -> bool {
    let root = document().document_element();
    match root
        .and_then(|root| root.get_attribute("data-theme"))
        .as_deref()
    {
        Some(theme) => theme == "dark",
        None => system_is_dark(),
    }
}

/// Follows the reader; a choice that is the system's own is forgotten, so that the page follows the
/// system again. Storage may be refused: then the choice holds for this page.
fn choose(dark: bool) {
    let Some(root) = document().document_element() else {
        return;
    };
    let storage = window().local_storage().ok().flatten();
    let theme = if dark { "dark" } else { "light" };
    if dark == system_is_dark() {
        let _ = root.remove_attribute("data-theme");
        let _ = storage.map(|s| s.remove_item(KEY));
    } else {
        let _ = root.set_attribute("data-theme", theme);
        let _ = storage.map(|s| s.set_item(KEY, theme));
    }
    if let Ok(event) = web_sys::Event::new(CHANGED) {
        let _ = window().dispatch_event(&event);
    }
}
