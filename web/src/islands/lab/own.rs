//! The reader's own text: pasted or from a file, kept in this browser only.

use super::{desk::Desk, draft, input, live::Live, pace::grouped};
use crate::figures::{Parts, escaped, form, part};
use lab::{Reader, Value};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// The panel, if the lab takes a text; it shows where the settings ask for one.
pub fn panel(desk: Desk) -> Option<AnyView> {
    let Reader::Text { min, max, example } = &desk.spec().input else {
        return None;
    };
    let said = Live::new((String::new(), false));
    let draw = move |parts: &mut Parts| {
        let wanted = desk.draft.with(|d| draft::wants_input(desk.spec(), d));
        let text = desk.text.get();
        // A text the reader gave earlier waits to be used.
        let waits = !wanted && text.is_some() && draft::own_knob(desk.spec()).is_some();
        parts.show("own", wanted || waits);
        parts.show("offer", waits);
        parts.show("form", wanted);
        parts.flag("forget", "disabled", text.is_none());
        parts.value("text", &text.unwrap_or_default());
        let (words, bad) = said.get();
        parts.set("said", "role", if bad { "alert" } else { "status" });
        parts.set("said", "class", if bad { "wrong" } else { "" });
        parts.text("said", &words);
    };
    let limits = (*min, *max);
    let first = first(desk, limits, example);
    Some(form("plain", first, draw, move |host, event| {
        match (event.type_().as_str(), part(event).as_deref()) {
            ("click", Some("offer")) => {
                if let Some(knob) = draft::own_knob(desk.spec()) {
                    desk.move_knob(&knob.id, Value::Choice(draft::YOURS.to_owned()));
                }
            }
            ("click", Some("use")) => {
                let area = host.query_selector("textarea").ok().flatten();
                let area = area.map(JsCast::unchecked_into::<HtmlTextAreaElement>);
                let text = area.map(|a| a.value()).unwrap_or_default();
                take(
                    desk,
                    said,
                    "Text",
                    input::check(text.as_bytes(), limits.0, limits.1),
                );
            }
            ("click", Some("forget")) => {
                desk.take_text(None);
                said.set(("Your text is forgotten.".to_owned(), false));
            }
            ("change", Some("file")) => {
                let picker = event.target().map(JsCast::unchecked_into);
                if let Some(picker) = picker {
                    open(desk, said, &picker, limits);
                }
            }
            _ => {}
        }
    }))
}

type Said = Live<(String, bool)>;

/// Takes a text, called `what`, or says why not.
fn take(desk: Desk, said: Said, what: &str, text: Result<&str, String>) {
    match text {
        Ok(text) => {
            let size = grouped(text.len() as u64);
            desk.take_text(Some(text.to_owned()));
            said.set((format!("{what} taken: {size} bytes. Press Train."), false));
        }
        Err(why) if what == "Text" => said.set((why, true)),
        Err(why) => said.set((format!("{what}: {why}"), true)),
    }
}

fn open(desk: Desk, said: Said, picker: &HtmlInputElement, (min, max): (u64, u64)) {
    let Some(file) = picker.files().and_then(|files| files.get(0)) else {
        return;
    };
    // So that the same file, mended, can be opened again.
    picker.set_value("");
    let name = file.name();
    if let Err(why) = input::check_size(file.size() as u64, min, max) {
        return take(desk, said, &name, Err(why));
    }
    spawn_local(async move {
        let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
            let why = format!("{name} could not be read. Nothing was changed.");
            return said.set((why, true));
        };
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        take(desk, said, &name, input::check(&bytes, min, max));
    });
}

fn first(desk: Desk, (min, max): (u64, u64), example: &str) -> String {
    let (text, file, example) = (desk.id("text"), desk.id("file"), escaped(example));
    let (min, max) = (grouped(min), grouped(max));
    format!(
        "<div class=\"own\" hidden data-part=\"own\">\
         <button type=\"button\" class=\"quiet\" hidden data-part=\"offer\">Train on your text</button>\
         <fieldset hidden data-part=\"form\"><legend>Your text</legend><label for=\"{text}\">Paste or type it</label>\
         <textarea id=\"{text}\" rows=\"5\" spellcheck=\"false\" placeholder=\"{example}\" data-part=\"text\"></textarea>\
         <div class=\"keys\"><button type=\"button\" data-part=\"use\">Use this text</button>\
         <label class=\"file\" for=\"{file}\">or open a file</label>\
         <input id=\"{file}\" type=\"file\" accept=\"text/*,.txt,.md,.rs,.csv,.json\" data-part=\"file\">\
         <button type=\"button\" class=\"quiet\" disabled data-part=\"forget\">Forget it</button></div>\
         <small>From {min} to {max} bytes of UTF-8. It stays in this browser: no link carries it.</small>\
         <p data-part=\"said\"></p></fieldset></div>"
    )
}
