//! A piece of the page that is a string: written once, then replaced part by part as what it follows
//! changes, with all its events coming to one place. Views of elements, one type for each of their
//! attributes, are most of the page's wasm; this is one function for all who use it.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, Event};

/// What is listened to.
const EVENTS: [&str; 10] = [
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerleave",
    "touchstart",
    "keydown",
    "click",
    "change",
    "input",
];

/// The parts of a scene on the page: the elements with a `data-part`.
pub struct Parts {
    host: Element,
    last: Vec<(&'static str, &'static str, String)>,
}

impl Parts {
    /// The element of this name.
    pub fn find(&self, part: &str) -> Option<Element> {
        let found = self.host.query_selector(&format!("[data-part={part}]"));
        found.ok().flatten()
    }

    /// Replaces all there is, if it is something else now.
    pub fn inside(&mut self, html: String) {
        if self.is_new("", "", &html) {
            self.host.set_inner_html(&html);
        }
    }

    /// Replaces what is in a part, if it is something else now.
    pub fn html(&mut self, part: &'static str, html: String) {
        if let Some(element) = self.renewed(part, "", &html) {
            element.set_inner_html(&html);
        }
    }

    /// Sets an attribute of a part.
    pub fn set(&mut self, part: &'static str, name: &'static str, value: &str) {
        if let Some(element) = self.renewed(part, name, value) {
            // The names are our own, and valid.
            let _ = element.set_attribute(name, value);
        }
    }

    /// Shows a part, or hides it.
    pub fn show(&mut self, part: &'static str, shown: bool) {
        self.flag(part, "hidden", !shown);
    }

    /// Gives a part an attribute that has no value (`hidden`, `disabled`), or takes it away.
    pub fn flag(&mut self, part: &'static str, name: &'static str, on: bool) {
        if let Some(element) = self.renewed(part, name, if on { "on" } else { "off" }) {
            let _ = element.toggle_attribute_with_force(name, on);
        }
    }

    /// The part, if it does not have this value yet.
    fn renewed(&mut self, part: &'static str, name: &'static str, value: &str) -> Option<Element> {
        self.is_new(part, name, value)
            .then(|| self.find(part))
            .flatten()
    }

    fn is_new(&mut self, part: &'static str, name: &'static str, value: &str) -> bool {
        match self.last.iter_mut().find(|l| (l.0, l.1) == (part, name)) {
            Some((.., last)) if last == value => return false,
            Some((.., last)) => value.clone_into(last),
            None => self.last.push((part, name, value.to_owned())),
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
    scene(class, first, Box::new(draw), Box::new(hear))
}

type Draw = Box<dyn Fn(&mut Parts)>;
type Hear = Box<dyn Fn(&Element, &Event)>;

fn scene(class: &'static str, first: String, draw: Draw, hear: Hear) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    let (mut hear, mut living) = (Some(hear), None);
    Effect::new(move || {
        let Some(host) = place.get() else { return };
        if let Some(hear) = hear.take() {
            let host: Element = host.into();
            let around = host.clone();
            let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| hear(&around, &event));
            let ears = Ears {
                host: host.clone(),
                listener,
            };
            for name in EVENTS {
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
}

impl Ears {
    fn function(&self) -> &js_sys::Function {
        self.listener.as_ref().unchecked_ref()
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        for name in EVENTS {
            let _ = (self.host).remove_event_listener_with_callback(name, self.function());
        }
    }
}

/// The element with this selector that an event came from, itself or around what was hit.
pub fn target(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()
}
