//! What one sees: the figures as tabs, metrics first.

use super::{desk::Desk, frame::Tab, probes};
use crate::figures::{Parts, escaped, figure_view, focus, form, part, words};
use lab::MetricSpec;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The tabs and the figure of the one that is open.
pub fn figures(desk: Desk) -> AnyView {
    let tabs = desk.tabs();
    let several = tabs.len() > 1;
    let strip = several.then(|| strip(desk, &tabs));
    let (panel, shown) = (desk.id("figure"), tabs.clone());
    let body = move || {
        let spec = desk.spec();
        match shown.get(desk.tab.get())? {
            Tab::Metric(id) => spec.metric(id).map(|m| chart(desk, m)),
            Tab::Probe(id) => spec.probe(id).map(|p| probes::view(desk, p)),
        }
    };
    let named = several.then_some(move || desk.id(&format!("tab-{}", desk.tab.get())));
    view! {
        {strip}
        <div id=panel role=several.then_some("tabpanel") aria-labelledby=named class="panel">
            {body}
        </div>
    }
    .into_any()
}

fn label(desk: Desk, tab: &Tab) -> String {
    let spec = desk.spec();
    match tab {
        Tab::Metric(id) => spec.metric(id).map(|m| m.label.clone()),
        Tab::Probe(id) => spec.probe(id).map(|p| p.label.clone()),
    }
    .unwrap_or_default()
}

fn strip(desk: Desk, tabs: &[Tab]) -> AnyView {
    let count = tabs.len();
    let go = move |i: usize| {
        // The figure that is open stays as the reader has set it.
        if desk.tab.get_untracked() != i {
            desk.tab.set(i);
            desk.watch();
        }
    };
    let mut first = "<div class=\"tabs\" role=\"tablist\" aria-label=\"Figures\">".to_owned();
    for (i, tab) in tabs.iter().enumerate() {
        let (id, figure) = (desk.id(&format!("tab-{i}")), desk.id("figure"));
        let (open, index) = if i == 0 {
            ("true", "0")
        } else {
            ("false", "-1")
        };
        first += &format!(
            "<button type=\"button\" role=\"tab\" id=\"{id}\" aria-controls=\"{figure}\" \
             aria-selected=\"{open}\" tabindex=\"{index}\" data-part=\"{i}\">{}</button>",
            escaped(&label(desk, tab))
        );
    }
    let draw = move |parts: &mut Parts| {
        let now = desk.tab.get();
        for i in 0..count {
            let (open, index) = if i == now {
                ("true", "0")
            } else {
                ("false", "-1")
            };
            parts.set(&i.to_string(), "aria-selected", open);
            parts.set(&i.to_string(), "tabindex", index);
        }
    };
    form("plain", first + "</div>", draw, move |host, event| {
        let Some(key) = event.dyn_ref::<web_sys::KeyboardEvent>() else {
            let clicked = part(event).filter(|_| event.type_() == "click");
            if let Some(i) = clicked.and_then(|i| i.parse().ok()) {
                go(i);
            }
            return;
        };
        let i = desk.tab.get_untracked();
        let next = match key.key().as_str() {
            "ArrowRight" => (i + 1) % count,
            "ArrowLeft" => (i + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        key.prevent_default();
        go(next);
        focus(host, &next.to_string());
    })
}

fn chart(desk: Desk, metric: &'static MetricSpec) -> AnyView {
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
        {figure_view(figure.into(), title, see, None)}
        {provenance(desk)}
    }
    .into_any()
}

/// Where the curves come from while nothing was trained here.
fn provenance(desk: Desk) -> AnyView {
    // With the first point of the reader's own, and not only when that is evaluated.
    let recorded = Memo::new(move |_| {
        desk.beat.track();
        desk.evals.track();
        desk.runs.track();
        desk.recorded_in_front()
    });
    words("plain", move || {
        desk.evals.track();
        desk.runs.track();
        let words = if recorded.get() {
            desk.recorded().map(Desk::provenance).unwrap_or_default()
        } else if desk.has_curves() {
            String::new()
        } else {
            "Nothing trained yet: press Train and the curves grow here.".to_owned()
        };
        format!("<p class=\"cap recorded\">{}</p>", escaped(&words))
    })
}
