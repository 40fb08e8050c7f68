//! The runs that stay, and what can be taken along.

use super::{
    desk::Desk,
    kept::{self, Kept},
    live::Live,
    runner::Runner,
};
use crate::figures::{Parts, escaped, form, part};
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The foot of the lab.
pub fn foot(desk: Desk) -> AnyView {
    let link = Live::new(None::<(String, bool)>);
    let first = "<div class=\"foot\">\
        <button type=\"button\" class=\"quiet\" data-part=\"copy\">Copy link to this run</button>\
        <button type=\"button\" class=\"quiet\" disabled data-part=\"csv\">Metrics as CSV</button>\
        <div class=\"plain\" data-part=\"copied\"></div></div>\
        <div class=\"plain\" data-part=\"runs\"></div>";
    let draw = move |parts: &mut Parts| {
        desk.evals.track();
        desk.phase.track();
        let measured = |r: &Runner| r.lanes.iter().any(|l| !l.history.curves.is_empty());
        let none = desk
            .runner
            .with_untracked(|r| !r.as_ref().is_some_and(measured));
        parts.flag("csv", "disabled", none);
        parts.html("runs", desk.runs.with(|runs| list(desk, runs)));
        if let Some((address, copied)) = link.get() {
            parts.html("copied", copied_words(desk, &address, copied));
            if !copied && let Some(field) = parts.find("address") {
                field.unchecked_into::<web_sys::HtmlInputElement>().select();
            }
        }
    };
    form("plain", first.to_owned(), draw, move |_, event| {
        let Some(part) = part(event).filter(|_| event.type_() == "click") else {
            return;
        };
        match part.as_str() {
            "copy" => {
                let address = desk.link();
                spawn_local(async move {
                    let copied = copy_text(&address).await;
                    link.set(Some((address, copied)));
                });
            }
            "csv" => {
                let text = desk.runner.with_untracked(|r| {
                    let lanes = r.as_ref().map(|r| r.lanes.as_slice()).unwrap_or_default();
                    kept::csv(lanes.iter().map(|l| (l.arm.as_str(), &l.history)))
                });
                download(&desk.id("metrics.csv"), &text);
            }
            _ => {
                if let Some((act, id)) = part.split_once('-') {
                    act_on(desk, act, id.parse().unwrap_or_default());
                }
            }
        }
    })
}

/// What became of *Copy link*: done, or a field to copy from.
fn copied_words(desk: Desk, address: &str, copied: bool) -> String {
    let own = if desk.run_plan().is_some_and(|p| p.input.is_some()) {
        " Your text is not in it: whoever opens it is asked for the file."
    } else {
        ""
    };
    if copied {
        return format!("<p role=\"status\">Link copied.{own}</p>");
    }
    let (id, address) = (desk.id("link"), escaped(address));
    format!(
        "<p><label for=\"{id}\">Copy this link:</label> \
         <input id=\"{id}\" class=\"address\" type=\"text\" readonly value=\"{address}\" data-part=\"address\">{own}</p>"
    )
}

/// The kept runs, the newest first.
fn list(desk: Desk, runs: &[Kept]) -> String {
    if runs.is_empty() {
        return String::new();
    }
    let mut out =
        "<section class=\"runs\" aria-label=\"Earlier runs\"><h4>Earlier runs</h4><ul>".to_owned();
    let names = kept::names(desk.spec(), runs);
    for (run, name) in runs.iter().zip(names).rev() {
        let (id, name, hidden) = (run.id, escaped(&name), run.hidden);
        let class = if hidden { " class=\"hidden-run\"" } else { "" };
        let hide = if hidden { "Show" } else { "Hide" };
        let story = escaped(&run.story(desk.spec()));
        let button = |act: &str, does: &str, words: &str, more: &str| {
            format!(
                "<button type=\"button\" class=\"quiet\"{more} aria-label=\"{does}: {name}\" \
                 data-part=\"{act}-{id}\">{words}</button>"
            )
        };
        out += &format!("<li{class}><span class=\"name\">Run: {name}</span><small>{story}</small>");
        out += &button("hide", "Hide", hide, &format!(" aria-pressed=\"{hidden}\""));
        out += &button("use", "Use settings", "Use settings", "");
        out += &button("table", "CSV", "CSV", "");
        out += &button("remove", "Remove", "Remove", "");
        out += "</li>";
    }
    out + "</ul></section>"
}

/// Does something to a kept run.
fn act_on(desk: Desk, act: &str, id: u32) {
    let runs = desk.runs.get_untracked();
    let Some(run) = runs.iter().find(|r| r.id == id) else {
        return;
    };
    match act {
        "hide" | "remove" => {
            desk.runs.update(|runs| {
                if act == "remove" {
                    runs.retain(|r| r.id != id);
                } else if let Some(run) = runs.iter_mut().find(|r| r.id == id) {
                    run.hidden = !run.hidden;
                }
            });
            desk.write_runs();
            desk.frame();
        }
        "use" => {
            let mut plan = run.plan.clone();
            plan.build.clear();
            desk.adopt(plan);
            desk.say(
                "The settings of that run are in place: press Train to run them.",
                false,
            );
        }
        _ => download(&desk.id("metrics.csv"), &run.csv()),
    }
}

async fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    // Without a secure context there is no clipboard, whatever its type says.
    let has = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|c| !c.is_undefined());
    has && JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .is_ok()
}

fn download(name: &str, text: &str) {
    let parts = Array::of1(&text.into());
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("text/csv");
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &kind) else {
        return;
    };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Ok(anchor) = document().create_element("a")
        && let Ok(anchor) = anchor.dyn_into::<web_sys::HtmlAnchorElement>()
    {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // Freed once the browser has taken it.
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
}
