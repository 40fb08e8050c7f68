//! A graph that can be acted on: nodes are read and chosen, dials set, a sketch is edited, by
//! pointer and by keyboard alike.

use super::edit::{self, Rules};
use crate::{
    figures::{Hands, scene},
    islands::lab::live::Live,
};
use lab::{
    Figure, Input, Reader,
    figure::{Graph, Sketch},
};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// The buttons of the kinds of nodes.
pub(super) const KINDS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// What the reader's hand is at.
#[derive(Clone, Default)]
pub(super) struct Hand {
    /// The node clicked, or come to by keyboard.
    pub(super) at: Option<usize>,
    /// The node under the pointer.
    pub(super) over: Option<usize>,
    /// It is being moved by the arrow keys.
    pub(super) held: bool,
    /// Nodes are joined rather than moved, from this one on.
    pub(super) bonding: bool,
    pub(super) from: Option<usize>,
    /// Where a bond under way has been drawn to.
    pub(super) to: Option<(f64, f64)>,
    /// The kind of the next node.
    pub(super) kind: u32,
    pub(super) down: Option<Down>,
    /// The table is shown in place of the drawing.
    pub(super) table: bool,
    /// What was said last is why nothing was done: to be seen, too.
    pub(super) refused: bool,
    /// The sketches before the present one.
    pub(super) before: Vec<Sketch>,
}

/// Where a pointer went down.
#[derive(Clone, Copy)]
pub(super) struct Down {
    /// In CSS pixels of the window.
    pub(super) from: (f64, f64),
    /// In the graph.
    pub(super) place: (f64, f64),
    /// CSS pixels to a unit, then: a page that shifts meanwhile moves nothing.
    pub(super) scale: f64,
    /// On this node, which lay there.
    pub(super) on: Option<(usize, (f64, f64))>,
    /// The hand was at this node.
    pub(super) was: Option<usize>,
    /// It has gone somewhere.
    pub(super) moved: bool,
}

/// One graph on the page, copied into its closures.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) figure: Signal<Arc<Figure>>,
    pub(super) hands: Option<Hands>,
    pub(super) hand: Live<Hand>,
    pub(super) said: Live<String>,
}

impl Desk {
    /// The graph with the reader's sketch and dials; follows both.
    pub(super) fn graph(self) -> Graph {
        let figure = self.figure.read();
        let Figure::Graph(graph) = &**figure else {
            return Graph::default();
        };
        let given = self.given();
        let mut graph = match (self.own(), self.hands.map(|h| h.reader)) {
            (Some(own), Some(Reader::Sketch { kinds, .. })) if graph.editable => {
                edit::shown(graph, &own, kinds)
            }
            _ => graph.clone(),
        };
        for dial in graph.nodes.iter_mut().filter_map(|n| n.dial.as_mut()) {
            let set = given.iter().find_map(|input| match input {
                Input::Dial { id, value } if *id == dial.id => Some(*value),
                _ => None,
            });
            dial.forced |= set.is_some();
            dial.value = set.unwrap_or(dial.value);
        }
        graph
    }

    /// Whether the answer to the sketch as it is now is still to come.
    pub(super) fn waits(self) -> bool {
        let figure = self.figure.read();
        let Figure::Graph(graph) = &**figure else {
            return false;
        };
        graph.editable && self.own().is_some_and(|own| !edit::answers(graph, &own))
    }

    fn given(self) -> Vec<Input> {
        self.hands.map(|h| h.given.run(())).unwrap_or_default()
    }

    pub(super) fn own(self) -> Option<Sketch> {
        self.given().into_iter().find_map(|input| match input {
            Input::Sketch(sketch) => Some(sketch),
            _ => None,
        })
    }

    /// What the sketch may be, where it is the reader's to edit.
    pub(super) fn rules(self) -> Option<Rules<'static>> {
        match (self.hands?.reader, &**self.figure.read()) {
            (Reader::Sketch { kinds, max, .. }, Figure::Graph(graph)) if graph.editable => {
                Some(Rules {
                    kinds,
                    max: *max,
                    size: graph.size,
                })
            }
            _ => None,
        }
    }

    pub(super) fn give(self, input: Input) {
        if let Some(hands) = self.hands {
            hands.give.run(input);
        }
    }

    pub(super) fn say(self, text: impl Into<String>) {
        self.said.set(text.into());
        self.hand.update(|h| h.refused = false);
    }

    pub(super) fn refuse(self, why: impl Into<String>) {
        self.said.set(why.into());
        self.hand.update(|h| h.refused = true);
    }

    fn hear(self, event: &Event) {
        let part = |name: &str| scene::target(event, &format!("[data-part={name}]"));
        let drawing = part("drawing");
        match (event.type_().as_str(), drawing) {
            ("pointerdown", Some(around)) => self.down(event.unchecked_ref(), &around),
            ("pointermove", Some(around)) => self.drag(event.unchecked_ref(), &around),
            ("pointerup", Some(_)) => self.up(),
            ("pointercancel", _) => self.hand.update(|h| (h.down, h.to) = (None, None)),
            ("pointermove" | "pointerleave", _)
                if self.hand.with_untracked(|h| h.over.is_some()) =>
            {
                self.hand.update(|h| h.over = None);
            }
            // A finger on a node drags it; anywhere else it scrolls the page.
            ("touchstart", Some(_)) if self.drags() => event.prevent_default(),
            ("keydown", Some(_)) => {
                let key: &KeyboardEvent = event.unchecked_ref();
                let alone = !key.ctrl_key() && !key.meta_key() && !key.alt_key();
                if alone && self.key(&key.key()) {
                    event.prevent_default();
                }
            }
            ("input", _) => {
                let slide = scene::target(event, "[data-dial]");
                let id = slide.as_ref().and_then(|s| s.get_attribute("data-dial"));
                let value = slide.map(|s| s.unchecked_into::<HtmlInputElement>().value());
                let parsed = id
                    .and_then(|i| i.parse().ok())
                    .zip(value.and_then(|v| lab::decimal::parse(&v)));
                if let Some((id, value)) = parsed {
                    let value = value as f32;
                    self.give(Input::Dial { id, value });
                }
            }
            ("click", None) => self.press(event),
            _ => {}
        }
    }

    /// Whether a node is under the pointer that is down, and can be moved.
    fn drags(self) -> bool {
        let down = self.hand.with_untracked(|h| h.down);
        down.is_some_and(|d| d.on.is_some()) && untrack(|| self.rules()).is_some()
    }

    /// A click beside the drawing.
    fn press(self, event: &Event) {
        let on = |name: &str| scene::target(event, name);
        if let Some(id) = on("[data-let]").and_then(|b| b.get_attribute("data-let")?.parse().ok()) {
            return self.give(Input::Dial {
                id,
                value: f32::NAN,
            });
        }
        let part = on("[data-part]").and_then(|p| p.get_attribute("data-part"));
        match part.as_deref().unwrap_or_default() {
            "add" => self.add(None, self.hand.get_untracked().at),
            "bond" => self.toggle_bonding(),
            "delete" => self.delete(),
            "undo" => self.undo(),
            "table" => self.hand.update(|h| h.table = !h.table),
            part => {
                if let Some(kind) = KINDS.iter().position(|k| *k == part) {
                    self.kind(kind as u32);
                }
            }
        }
    }
}

/// A graph, living.
pub fn view(figure: Signal<Arc<Figure>>, title: String, hands: Option<Hands>) -> AnyView {
    let desk = Desk {
        figure,
        hands,
        hand: Live::new(Hand::default()),
        said: Live::new(String::new()),
    };
    let first = untrack(|| desk.first(&title));
    scene::view(
        "graph",
        first,
        move |parts| desk.draw(parts, &title),
        move |_, event| desk.hear(event),
    )
}
