//! What one sees: the figures as tabs, metrics first.

use super::{
    desk::{Desk, Tab},
    probes,
};
use crate::figures::FigureView;
use lab::MetricSpec;
use leptos::{either::Either, prelude::*};

/// The tabs and the figure of the one that is open.
pub fn figures(desk: Desk) -> impl IntoView {
    let tabs = desk.tabs();
    let several = tabs.len() > 1;
    let strip = several.then(|| strip(desk, &tabs));
    let (panel, shown) = (desk.id("figure"), tabs.clone());
    let body = move || {
        let spec = desk.spec();
        match shown.get(desk.tab.get())? {
            Tab::Metric(id) => spec.metric(id).map(|m| Either::Left(chart(desk, m))),
            Tab::Probe(id) => spec.probe(id).map(|p| Either::Right(probes::view(desk, p))),
        }
    };
    let named = several.then_some(move || desk.id(&format!("tab-{}", desk.tab.get())));
    view! {
        {strip}
        <div id=panel role=several.then_some("tabpanel") aria-labelledby=named class="panel">
            {body}
        </div>
    }
}

fn label(desk: Desk, tab: &Tab) -> String {
    let spec = desk.spec();
    match tab {
        Tab::Metric(id) => spec.metric(id).map(|m| m.label.clone()),
        Tab::Probe(id) => spec.probe(id).map(|p| p.label.clone()),
    }
    .unwrap_or_default()
}

fn strip(desk: Desk, tabs: &[Tab]) -> impl IntoView + use<> {
    let count = tabs.len();
    let go = move |i: usize| {
        desk.tab.set(i);
        desk.watch();
    };
    let key = move |e: leptos::ev::KeyboardEvent| {
        let i = desk.tab.get_untracked();
        let next = match e.key().as_str() {
            "ArrowRight" => (i + 1) % count,
            "ArrowLeft" => (i + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        e.prevent_default();
        go(next);
        let tab = document().get_element_by_id(&desk.id(&format!("tab-{next}")));
        if let Some(tab) =
            tab.and_then(|t| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(t).ok())
        {
            // A tab that cannot take the focus is still open.
            let _ = tab.focus();
        }
    };
    let one = |(i, tab): (usize, &Tab)| {
        let open = move || desk.tab.get() == i;
        view! {
            <button
                type="button"
                role="tab"
                id=desk.id(&format!("tab-{i}"))
                aria-controls=desk.id("figure")
                aria-selected=move || open().to_string()
                tabindex=move || if open() { "0" } else { "-1" }
                on:click=move |_| go(i)
            >
                {label(desk, tab)}
            </button>
        }
    };
    let all: Vec<_> = tabs.iter().enumerate().map(one).collect();
    view! {
        <div class="tabs" role="tablist" aria-label="Figures" on:keydown=key>
            {all}
        </div>
    }
}

fn chart(desk: Desk, metric: &'static MetricSpec) -> impl IntoView {
    let (title, see) = (metric.label.clone(), metric.see.clone());
    let every_step = metric.every_step;
    let over = metric.axis.as_ref().map_or("step", |a| a.label.as_str());
    let title = format!("{title} against {over}");
    let figure = Memo::new_with_compare(
        move |_| {
            if every_step {
                desk.beat.track();
            } else {
                desk.evals.track();
            }
            desk.draft.track();
            desk.chart(metric)
        },
        // Compared point by point it would cost as much as drawing it.
        |_, _| true,
    );
    view! {
        <FigureView figure=figure title=title see=see />
        {provenance(desk)}
    }
}

/// Where the curves come from while nothing was trained here.
fn provenance(desk: Desk) -> impl IntoView {
    move || {
        desk.evals.track();
        desk.runs.track();
        let props = desk.props();
        let words = if desk.recorded_in_front() {
            props
                .recorded
                .as_ref()
                .map(Desk::provenance)
                .unwrap_or_default()
        } else if desk.has_curves() {
            return None;
        } else {
            "Nothing trained yet: press Train and the curves grow here.".to_owned()
        };
        Some(view! { <p class="cap recorded">{words}</p> })
    }
}
