//! How a piece of a page comes alive: what Leptos' own macro does, but for the form of its data. The
//! macro has it read from JSON, and a reader of JSON is a good part of what a page may weigh.

use crate::packed;
use leptos::{
    prelude::*,
    reactive::owner::Owner,
    tachys::{html::islands::Island, reactive_graph::OwnedView, view::Position},
};
use serde::{Serialize, de::DeserializeOwned};
use web_sys::HtmlElement;

/// The island called `name` as it stands on the built page, with what it is made from.
pub fn island<T: Serialize + 'static>(
    name: &'static str,
    data: T,
    view: fn(T) -> AnyView,
) -> AnyView {
    let packed = packed::write(&data).unwrap_or_default();
    let view = owned(move || view(data));
    Island::new(name, view).with_props(packed).into_any()
}

/// Brings the island at `element` to life.
///
/// # Panics
/// If it is of another build of the page.
pub fn wake<T: DeserializeOwned + 'static>(element: &HtmlElement, view: fn(T) -> AnyView) {
    let packed = element.dataset().get("props").unwrap_or_default();
    let data = packed::read(&packed).expect("a page and a script of one build");
    hydrate(element, Box::new(move || view(data)));
}

fn hydrate(element: &HtmlElement, view: Box<dyn FnOnce() -> AnyView>) {
    let island = Island::new("", owned(view));
    let state = island.hydrate_from_position::<true>(element, Position::Current);
    // It lives as long as the page.
    std::mem::forget(state);
}

fn owned(view: impl FnOnce() -> AnyView + 'static) -> OwnedView<AnyView> {
    Owner::new().with(|| Owner::with_hydration(|| OwnedView::new(untrack(view))))
}
