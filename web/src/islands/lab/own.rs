//! The reader's own text: pasted or from a file, kept in this browser only.

use super::{desk::Desk, draft, input, live::Live, pace::grouped};
use lab::{KnobSpec, Reader, Value};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The panel, if the lab takes a text; it shows where the settings ask for one.
pub fn panel(desk: Desk) -> Option<impl IntoView> {
    let Reader::Text { min, max, example } = desk.spec().input.clone() else {
        return None;
    };
    let wanted = Memo::new(move |_| desk.draft.with(|d| draft::wants_input(desk.spec(), d)));
    let body = move || wanted.get().then(|| form(desk, min, max, example.clone()));
    let offer = draft::own_knob(desk.spec())
        .cloned()
        .map(|knob| offer(desk, wanted, knob));
    Some(view! { <div class="own">{offer} {body}</div> })
}

/// A text the reader gave earlier waits to be used.
fn offer(desk: Desk, wanted: Memo<bool>, knob: KnobSpec) -> impl IntoView {
    let id = knob.id;
    let shown = move || !wanted.get() && desk.text.with(Option::is_some);
    let shown = Memo::new(move |_| shown());
    move || {
        let id = id.clone();
        let use_it = move |_| desk.move_knob(&id, Value::Choice(draft::YOURS.to_owned()));
        shown.get().then(|| {
            view! { <button type="button" class="quiet" on:click=use_it>"Train on your text"</button> }
        })
    }
}

fn form(desk: Desk, min: u64, max: u64, example: String) -> impl IntoView {
    let said = Live::new(None::<(String, bool)>);
    let area: NodeRef<html::Textarea> = NodeRef::new();
    let picker: NodeRef<html::Input> = NodeRef::new();
    let take = move |text: &str, what: &str| {
        let size = grouped(text.len() as u64);
        desk.take_text(Some(text.to_owned()));
        said.set(Some((
            format!("{what} taken: {size} bytes. Press Train."),
            false,
        )));
    };
    let paste = move |_| {
        let text = area.get_untracked().map(|a| a.value()).unwrap_or_default();
        match input::check(text.as_bytes(), min, max) {
            Ok(text) => take(text, "Text"),
            Err(why) => said.set(Some((why, true))),
        }
    };
    let open = move |_| {
        let Some(picker) = picker.get_untracked() else {
            return;
        };
        let Some(file) = picker.files().and_then(|files| files.get(0)) else {
            return;
        };
        // So that the same file, mended, can be opened again.
        picker.set_value("");
        if let Err(why) = input::check_size(file.size() as u64, min, max) {
            said.set(Some((format!("{}: {why}", file.name()), true)));
            return;
        }
        spawn_local(async move {
            let name = file.name();
            let bytes = match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => {
                    js_sys::Uint8Array::new(buffer.unchecked_ref::<js_sys::ArrayBuffer>()).to_vec()
                }
                Err(_) => {
                    said.set(Some((
                        format!("{name} could not be read. Nothing was changed."),
                        true,
                    )));
                    return;
                }
            };
            match input::check(&bytes, min, max) {
                Ok(text) => take(text, &name),
                Err(why) => said.set(Some((format!("{name}: {why}"), true))),
            }
        });
    };
    let forget = move |_| {
        desk.take_text(None);
        said.set(Some(("Your text is forgotten.".to_owned(), false)));
    };
    let (text_id, file_id) = (desk.id("text"), desk.id("file"));
    let limits = format!(
        "From {} to {} bytes of UTF-8. It stays in this browser: no link carries it.",
        grouped(min),
        grouped(max),
    );
    let shown = move || desk.text.get().unwrap_or_default();
    let none = move || desk.text.with(Option::is_none);
    view! {
        <fieldset>
            <legend>"Your text"</legend>
            <label for=text_id.clone()>"Paste or type it"</label>
            <textarea id=text_id rows="5" spellcheck="false" placeholder=example node_ref=area prop:value=shown></textarea>
            <div class="keys">
                <button type="button" on:click=paste>"Use this text"</button>
                <label class="file" for=file_id.clone()>"or open a file"</label>
                <input id=file_id type="file" accept="text/*,.txt,.md,.rs,.csv,.json" node_ref=picker on:change=open />
                <button type="button" class="quiet" disabled=none on:click=forget>"Forget it"</button>
            </div>
            <small>{limits}</small>
            {move || said.get().map(|(text, bad)| {
                view! { <p class:wrong=bad role=if bad { "alert" } else { "status" }>{text}</p> }
            })}
        </fieldset>
    }
}
