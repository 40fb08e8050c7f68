//! A piece of the page that is a string: written once, then replaced part by part as what it follows
//! changes, with all its events coming to one place. Views of elements, one type for each of their
//! attributes, are most of the page's wasm; this is one function for all who use it.

use crate::islands::lab::live::follow;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, Event, HtmlElement};

/// What is listened to: by all, and by those that are pointed at.
const EVENTS: [&str; 10] = [
    "keydown",
    "click",
    "change",
    "input",
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerleave",
    "touchstart",
];

/// The events of a form, and of what is pointed at but never dragged: whoever listens to touches
/// holds up their scrolling.
const FORM: &[&str] = EVENTS.split_at(4).0;
const POINTED: &[&str] = EVENTS.split_at(9).0;

/// The parts of a scene on the page: the elements with a `data-part`.
pub struct Parts {
    host: Element,
    last: Vec<(String, &'static str, String)>,
}

impl Parts {
    /// The element of this name.
    pub fn find(&self, part: &str) -> Option<Element> {
        find(&self.host, part)
    }

    /// Replaces all there is, if it is something else now: whether it was.
    pub fn inside(&mut self, html: String) -> bool {
        let new = self.is_new("", "", &html);
        if new {
            self.replace(&self.host, &html);
        }
        new
    }

    /// Replaces what is in a part, if it is something else now.
    pub fn html(&mut self, part: &str, html: String) {
        if let Some(element) = self.renewed(part, "", &html) {
            self.replace(&element, &html);
        }
    }

    /// A part that has the focus keeps it, if it is still there.
    fn replace(&self, element: &Element, html: &str) {
        let focused = document().active_element();
        let focused = focused.filter(|f| element.contains(Some(f)));
        let part = focused.and_then(|f| f.get_attribute("data-part"));
        element.set_inner_html(html);
        if let Some(part) = part {
            focus(&self.host, &part);
        }
    }

    /// Replaces a part's text, if it is something else now.
    pub fn text(&mut self, part: &str, text: &str) {
        if let Some(element) = self.renewed(part, "", text) {
            element.set_text_content(Some(text));
        }
    }

    /// Sets what an entry or a list holds.
    pub fn value(&mut self, part: &str, value: &str) {
        if let Some(element) = self.renewed(part, "value", value) {
            // An entry has a value; what has none ignores it.
            let _ = js_sys::Reflect::set(&element, &"value".into(), &value.into());
        }
    }

    /// Ticks a box, or clears it.
    pub fn check(&mut self, part: &str, on: bool) {
        if let Some(element) = self.renewed(part, "checked", if on { "on" } else { "" }) {
            let _ = js_sys::Reflect::set(&element, &"checked".into(), &on.into());
        }
    }

    /// Sets an attribute of a part.
    pub fn set(&mut self, part: &str, name: &'static str, value: &str) {
        if let Some(element) = self.renewed(part, name, value) {
            // The names are our own, and valid.
            let _ = element.set_attribute(name, value);
        }
    }

    /// Shows a part, or hides it.
    pub fn show(&mut self, part: &str, shown: bool) {
        self.flag(part, "hidden", !shown);
    }

    /// Gives a part an attribute that has no value (`hidden`, `disabled`), or takes it away.
    pub fn flag(&mut self, part: &str, name: &'static str, on: bool) {
        if let Some(element) = self.renewed(part, name, if on { "on" } else { "off" }) {
            let _ = element.toggle_attribute_with_force(name, on);
        }
    }

    /// The part, if it does not have this value yet.
    fn renewed(&mut self, part: &str, name: &'static str, value: &str) -> Option<Element> {
        self.is_new(part, name, value)
            .then(|| self.find(part))
            .flatten()
    }

    fn is_new(&mut self, part: &str, name: &'static str, value: &str) -> bool {
        let mut all = self.last.iter_mut();
        match all.find(|l| (l.0.as_str(), l.1) == (part, name)) {
            Some((.., last)) if last == value => return false,
            Some((.., last)) => value.clone_into(last),
            None => self.last.push((part.to_owned(), name, value.to_owned())),
        }
        true
    }
}

/// An element with `first` in it; `draw` brings its parts up to date, again whenever something it
/// read has changed, and `hear` is told of every event.
pub fn view(
    class: &'static str,
    first: String,
    draw: impl Fn(&mut Parts) + 'static,
    hear: impl Fn(&Element, &Event) + 'static,
) -> AnyView {
    scene(class, first, Box::new(draw), Box::new(hear), &EVENTS)
}

/// A [`view`] in which nothing is dragged.
pub fn pointed(
    class: &'static str,
    first: String,
    draw: impl Fn(&mut Parts) + 'static,
    hear: impl Fn(&Element, &Event) + 'static,
) -> AnyView {
    scene(class, first, Box::new(draw), Box::new(hear), POINTED)
}

/// A [`view`] that is filled in and pressed, not pointed at.
pub fn form(
    class: &'static str,
    first: String,
    draw: impl Fn(&mut Parts) + 'static,
    hear: impl Fn(&Element, &Event) + 'static,
) -> AnyView {
    scene(class, first, Box::new(draw), Box::new(hear), FORM)
}

/// A [`view`] that is only looked at: all of it is what `draw` makes.
pub fn words(class: &'static str, draw: impl Fn() -> String + 'static) -> AnyView {
    let first = untrack(&draw);
    let draw = move |parts: &mut Parts| {
        parts.inside(draw());
    };
    scene(class, first, Box::new(draw), Box::new(|_, _| ()), &[])
}

type Draw = Box<dyn Fn(&mut Parts)>;
type Hear = Box<dyn Fn(&Element, &Event)>;

fn scene(
    class: &'static str,
    first: String,
    draw: Draw,
    hear: Hear,
    events: &'static [&'static str],
) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    let (mut hear, mut living) = (Some(hear), None);
    follow(move || {
        let Some(host) = place.get() else { return };
        if let Some(hear) = hear.take() {
            let host: Element = host.into();
            let around = host.clone();
            let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| hear(&around, &event));
            let ears = Ears {
                host: host.clone(),
                listener,
                events,
            };
            for name in events {
                let _ = host.add_event_listener_with_callback(name, ears.function());
            }
            let last = Vec::new();
            living = Some((Parts { host, last }, ears));
        }
        if let Some((parts, _)) = &mut living {
            draw(parts);
        }
    });
    view! { <div class=class node_ref=place inner_html=first></div> }.into_any()
}

/// What hears a scene's events, as long as the scene lives: its element may be on the page a little
/// longer, and something may still happen to it.
struct Ears {
    host: Element,
    listener: Closure<dyn Fn(Event)>,
    events: &'static [&'static str],
}

impl Ears {
    fn function(&self) -> &js_sys::Function {
        self.listener.as_ref().unchecked_ref()
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        for name in self.events {
            let _ = (self.host).remove_event_listener_with_callback(name, self.function());
        }
    }
}

/// The element with this selector that an event came from, itself or around what was hit.
pub fn target(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()
}

/// The part that an event came from.
pub fn part(event: &Event) -> Option<String> {
    target(event, "[data-part]")?.get_attribute("data-part")
}

fn find(host: &Element, part: &str) -> Option<Element> {
    let found = host.query_selector(&format!("[data-part=\"{part}\"]"));
    found.ok().flatten()
}

/// Gives a part of a scene the focus.
pub fn focus(host: &Element, part: &str) {
    if let Some(element) = find(host, part).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // What cannot take the focus is still there.
        let _ = element.focus();
    }
}
