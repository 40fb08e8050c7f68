//! The runs that stay, and what can be taken along.

use super::{
    desk::Desk,
    kept::{self, Kept},
    live::Live,
};
use js_sys::{Array, Reflect};
use lab::Plan;
use leptos::{either::Either, html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The foot of the lab.
pub fn foot(desk: Desk) -> impl IntoView {
    let link = Live::new(None::<(String, bool)>);
    let copy = move |_| {
        let address = desk.link();
        spawn_local(async move {
            let copied = copy_text(&address).await;
            link.set(Some((address, copied)));
        });
    };
    let none = move || {
        desk.evals.track();
        desk.phase.track();
        desk.runner.with_untracked(|r| {
            r.as_ref()
                .is_none_or(|r| r.lanes.iter().all(|l| l.history.curves.is_empty()))
        })
    };
    let csv = move |_| {
        let text = desk.runner.with_untracked(|r| {
            let lanes = r.as_ref().map(|r| r.lanes.as_slice()).unwrap_or_default();
            kept::csv(lanes.iter().map(|l| (l.arm.as_str(), &l.history)))
        });
        download(&desk.id("metrics.csv"), &text);
    };
    view! {
        <div class="foot">
            <button type="button" class="quiet" on:click=copy>"Copy link to this run"</button>
            <button type="button" class="quiet" disabled=none on:click=csv>"Metrics as CSV"</button>
            {copied(desk, link)}
        </div>
        {list(desk)}
    }
}

/// What became of *Copy link*: done, or a field to copy from.
fn copied(desk: Desk, link: Live<Option<(String, bool)>>) -> impl IntoView {
    let id = desk.id("link");
    move || {
        let (address, copied) = link.get()?;
        let field: NodeRef<html::Input> = NodeRef::new();
        Effect::new(move |_| {
            if let Some(field) = field.get() {
                field.select();
            }
        });
        let own = desk.run_plan().is_some_and(|p| p.input.is_some());
        let own = own.then_some(" Your text is not in it: whoever opens it is asked for the file.");
        Some(if copied {
            Either::Left(view! { <p role="status">"Link copied." {own}</p> })
        } else {
            Either::Right(view! {
                <p>
                    <label for=id.clone()>"Copy this link:"</label>
                    <input id=id.clone() class="address" type="text" readonly node_ref=field value=address />
                    {own}
                </p>
            })
        })
    }
}

/// The kept runs, the newest first.
fn list(desk: Desk) -> impl IntoView {
    move || {
        let spec = desk.spec();
        desk.runs.with(|runs| {
            let names = kept::names(spec, runs);
            let all: Vec<_> = runs
                .iter()
                .zip(names)
                .rev()
                .map(|(r, name)| one(desk, r, name))
                .collect();
            (!all.is_empty()).then(|| {
                view! {
                    <section class="runs" aria-label="Earlier runs">
                        <h4>"Earlier runs"</h4>
                        <ul>{all}</ul>
                    </section>
                }
            })
        })
    }
}

fn one(desk: Desk, run: &Kept, name: String) -> impl IntoView + use<> {
    let (id, hidden, story) = (run.id, run.hidden, run.story(desk.spec()));
    let mut plan = run.plan.clone();
    plan.build.clear();
    let change = move |act: fn(&mut Vec<Kept>, u32)| {
        desk.runs.update(|runs| act(runs, id));
        desk.write_runs();
        desk.frame();
    };
    let hide = move |_| {
        change(|runs, id| {
            if let Some(run) = runs.iter_mut().find(|r| r.id == id) {
                run.hidden = !run.hidden;
            }
        });
    };
    let remove = move |_| change(|runs, id| runs.retain(|r| r.id != id));
    let restore = move |_| {
        let plan: Plan = plan.clone();
        desk.adopt(plan);
        desk.say(
            "The settings of that run are in place: press Train to run them.",
            false,
        );
    };
    let csv = move |_| {
        let text = desk.runs.with_untracked(|runs| {
            runs.iter()
                .find(|r| r.id == id)
                .map(Kept::csv)
                .unwrap_or_default()
        });
        download(&desk.id("metrics.csv"), &text);
    };
    let about = move |act: &str| format!("{act}: {name}");
    view! {
        <li class:hidden-run=hidden>
            <span class="name">{about("Run")}</span>
            <small>{story}</small>
            <button type="button" class="quiet" aria-pressed=hidden.to_string() aria-label=about("Hide") on:click=hide>
                {if hidden { "Show" } else { "Hide" }}
            </button>
            <button type="button" class="quiet" aria-label=about("Use settings") on:click=restore>"Use settings"</button>
            <button type="button" class="quiet" aria-label=about("CSV") on:click=csv>"CSV"</button>
            <button type="button" class="quiet" aria-label=about("Remove") on:click=remove>"Remove"</button>
        </li>
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
