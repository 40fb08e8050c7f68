//! The lab: one instrument derived from a [`Spec`], the same for every paper.

mod acts;
mod asks;
mod chart;
mod controls;
mod desk;
mod draft;
mod frame;
mod front;
mod given;
mod hear;
mod input;
mod keeping;
mod kept;
mod lane;
mod link;
pub(crate) mod live;
mod notes;
mod own;
mod pace;
mod panel;
mod pool;
mod probes;
mod publish;
pub mod report;
mod runner;
mod runs;
mod scale;
pub(crate) mod seldom;
mod store;
#[cfg(test)]
mod tests;
mod transport;
mod verdicts;
mod widgets;
mod wire;
mod words;

use crate::figures::{Parts, escaped, form, part};
use desk::Desk;
use lab::{ClaimTable, Recorded, Spec, page::LabBlock};
use leptos::{html, prelude::*};
use live::follow;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::spawn_local;

/// Everything a lab is made from, fixed when the page was built.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabProps {
    /// What the lab is.
    pub spec: Spec,
    /// How the page shows it.
    pub block: LabBlock,
    /// Which lab of how many on the page.
    pub number: (u32, u32),
    /// A real run, shown until the reader trains.
    pub recorded: Option<Recorded>,
    /// Where the whole of it is, below the site's root, if this is a part.
    pub rest: Option<String>,
    /// Its claims, measured over seeds.
    pub claims: Option<ClaimTable>,
    /// Title, transport and one figure only: the index's lab.
    pub compact: bool,
}

/// A lab on a page.
pub fn view(props: LabProps) -> AnyView {
    let desk = Desk::new(props);
    let (spec, props) = (desk.spec(), desk.props());
    let region: NodeRef<html::Section> = NodeRef::new();
    let awake = RwSignal::new(false);
    follow(move || {
        if let Some(region) = region.get() {
            untrack(|| wake(desk, &region));
            spawn_local(async move {
                desk.fetch_rest().await;
                awake.set(true);
            });
        }
    });
    let number = (props.number.1 > 1).then(|| {
        let (i, n) = props.number;
        view! { <small>{format!("lab {i} of {n}")}</small> }
    });
    let full = !props.compact;
    view! {
        <section
            node_ref=region
            class="lab"
            class:compact=props.compact
            aria-label=spec.title.clone()
            role="region"
            data-lab=spec.id.clone()
            data-ready=move || awake.get().then_some("")
        >
            <header>
                <h3>{spec.title.clone()} {number}</h3>
                {full.then(|| controls::presets(desk))}
            </header>
            {full.then(|| controls::says(desk))}
            {transport::bar(desk)}
            {notice(desk)}
            <div class="body">
                <div class="see">{panel::figures(desk)}</div>
                {full.then(|| controls::knobs(desk))}
            </div>
            {full.then(|| own::panel(desk))}
            {(full && !spec.claims.is_empty()).then(|| verdicts::cards(desk))}
            {full.then(|| runs::foot(desk))}
            <div class="notice bad" role="alert" hidden data-boot-failed>
                <p>"This lab could not be brought to life: " <span data-boot-reason></span> "."</p>
            </div>
            <noscript>
                <p class="cap">
                    "Training needs JavaScript. What stands here was recorded from a real run."
                </p>
            </noscript>
        </section>
    }
    .into_any()
}

/// What is to be said beside the status: a link's leftovers, a breakdown, a dead worker.
fn notice(desk: Desk) -> AnyView {
    let html = |notice: &desk::Notice| {
        let (class, role) = if notice.bad {
            ("notice bad", "alert")
        } else {
            ("notice", "note")
        };
        let restart = notice.restart.map(|step| match step {
            Some(step) => format!("Restart from step {}", pace::grouped(step)),
            None => "Restart from the beginning".to_owned(),
        });
        let restart = restart
            .map(|words| format!("<button type=\"button\" data-part=\"restart\">{words}</button>"));
        format!(
            "<div class=\"{class}\" role=\"{role}\"><p>{}</p>{}\
             <button type=\"button\" class=\"quiet\" data-part=\"close\">Close</button></div>",
            escaped(&notice.text),
            restart.unwrap_or_default()
        )
    };
    let draw = move |parts: &mut Parts| {
        parts.inside(
            desk.notice
                .with(|n| n.as_ref().map(html))
                .unwrap_or_default(),
        );
    };
    form("plain", String::new(), draw, move |_, event| {
        match part(event).filter(|_| event.type_() == "click").as_deref() {
            Some("restart") => desk.restart(),
            Some("close") => desk.notice.set(None),
            _ => {}
        }
    })
}

/// What begins in the browser: stored runs and links come back, the trainer is fetched when the lab
/// comes into view (if that costs nothing), and a hidden tab pauses.
fn wake(desk: Desk, region: &web_sys::HtmlElement) {
    desk.restore();
    if opened_here(desk) {
        region.scroll_into_view();
    }
    let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let mut entries = entries
            .iter()
            .filter_map(|e| e.dyn_into::<web_sys::IntersectionObserverEntry>().ok());
        if entries.any(|e| e.is_intersecting()) && !wire::metered() {
            pool::warm(desk.spec().arms.len());
        }
    });
    if let Ok(observer) = web_sys::IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
        observer.observe(region);
    }
    // It listens as long as the page lives.
    seen.forget();
    let target = region.clone();
    window_event_listener(leptos::ev::hashchange, move |_| {
        if desk.open_link() {
            target.scroll_into_view();
        }
    });
    window_event_listener_untyped("visibilitychange", move |_| {
        desk.seen(document().visibility_state() == web_sys::VisibilityState::Visible);
    });
    window_event_listener_untyped("pagehide", move |_| desk.write_runs());
}

fn opened_here(desk: Desk) -> bool {
    let mine = format!("lab={}", desk.spec().id);
    let hash = location_hash().unwrap_or_default();
    hash.trim_start_matches('#')
        .split('&')
        .any(|part| part == mine)
}
