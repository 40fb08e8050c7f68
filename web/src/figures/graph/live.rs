//! A graph that can be acted on: nodes are read and chosen, dials set, a sketch is edited, by
//! pointer and by keyboard alike.

use super::{
    Frame,
    draw::{Mark, svg},
    edit::{self, Rules},
    name, readout, rows,
};
use crate::{
    figures::{
        Hands,
        html::{self, escape},
        scene::{self, Parts},
        table,
    },
    islands::lab::live::Live,
};
use lab::{
    Figure, Input, Reader,
    figure::{Dial, Graph, Sketch},
};
use leptos::prelude::*;
use std::{fmt::Write as _, sync::Arc};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent, PointerEvent};

/// A node is taken from so far beside it, in CSS pixels.
const SLACK: f64 = 10.0;
/// A pointer that went less far has not moved.
const STILL: f64 = 4.0;
/// What an arrow key moves a node by, in units.
const STEP: f64 = 0.2;
/// More dials than this stand there only while their node is in question.
const DIALS: usize = 6;
/// So many states can be gone back to.
const UNDO: usize = 40;
/// The buttons of the kinds of nodes.
const KINDS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// What the reader's hand is at.
#[derive(Clone, Default)]
struct Hand {
    /// The node clicked, or come to by keyboard.
    at: Option<usize>,
    /// The node under the pointer.
    over: Option<usize>,
    /// It is being moved by the arrow keys.
    held: bool,
    /// Nodes are joined rather than moved, from this one on.
    bonding: bool,
    from: Option<usize>,
    /// Where a bond under way has been drawn to.
    to: Option<(f64, f64)>,
    /// The kind of the next node.
    kind: u32,
    down: Option<Down>,
    /// The table is shown in place of the drawing.
    table: bool,
    /// What was said last is why nothing was done: to be seen, too.
    refused: bool,
    /// The sketches before the present one.
    before: Vec<Sketch>,
}

/// Where a pointer went down.
#[derive(Clone, Copy)]
struct Down {
    /// In CSS pixels of the window.
    from: (f64, f64),
    /// In the graph.
    place: (f64, f64),
    /// CSS pixels to a unit, then: a page that shifts meanwhile moves nothing.
    scale: f64,
    /// On this node, which lay there.
    on: Option<(usize, (f64, f64))>,
    /// The hand was at this node.
    was: Option<usize>,
    /// It has gone somewhere.
    moved: bool,
}

/// One graph on the page, copied into its closures.
#[derive(Clone, Copy)]
struct Desk {
    figure: Signal<Arc<Figure>>,
    hands: Option<Hands>,
    hand: Live<Hand>,
    said: Live<String>,
}

impl Desk {
    /// The graph with the reader's sketch and dials; follows both.
    fn graph(self) -> Graph {
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

    fn given(self) -> Vec<Input> {
        self.hands.map(|h| h.given.run(())).unwrap_or_default()
    }

    fn own(self) -> Option<Sketch> {
        self.given().into_iter().find_map(|input| match input {
            Input::Sketch(sketch) => Some(sketch),
            _ => None,
        })
    }

    /// What the sketch may be, where it is the reader's to edit.
    fn rules(self) -> Option<Rules<'static>> {
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

    fn give(self, input: Input) {
        if let Some(hands) = self.hands {
            hands.give.run(input);
        }
    }

    fn say(self, text: impl Into<String>) {
        self.said.set(text.into());
        self.hand.update(|h| h.refused = false);
    }

    fn refuse(self, why: impl Into<String>) {
        self.said.set(why.into());
        self.hand.update(|h| h.refused = true);
    }

    /// Changes the sketch, says what was done or why not, and tells whether it was.
    fn edit(
        self,
        change: impl FnOnce(&Sketch, Rules<'static>) -> Result<(Sketch, String), String>,
    ) -> bool {
        let (Some(rules), Some(own)) = (untrack(|| self.rules()), untrack(|| self.own())) else {
            return false;
        };
        match change(&own, rules) {
            Ok((next, said)) => {
                if next != own {
                    self.keep(own);
                    self.give(Input::Sketch(next));
                }
                self.say(said);
                true
            }
            Err(why) => {
                self.refuse(why);
                false
            }
        }
    }

    fn keep(self, sketch: Sketch) {
        self.hand.update_quietly(|h| {
            if h.before.len() == UNDO {
                h.before.remove(0);
            }
            h.before.push(sketch);
        });
    }

    fn undo(self) {
        match self.hand.update(|h| h.before.pop()) {
            Some(sketch) => {
                let last = sketch.nodes.len().saturating_sub(1);
                self.hand
                    .update(|h| (h.at, h.from) = (h.at.map(|i| i.min(last)), None));
                self.give(Input::Sketch(sketch));
                self.say("One step back.");
            }
            None => self.refuse("There is nothing to take back."),
        }
    }

    fn add(self, to: Option<(f64, f64)>, from: Option<usize>) {
        let kind = self.hand.get_untracked().kind;
        let mut new = 0;
        let done = self.edit(|own, rules| {
            new = own.nodes.len();
            let next = edit::added(own, kind, to, from, rules)?;
            let what = edit::called(rules, kind);
            let said = format!("Added: {what}, {} of at most {}.", new + 1, rules.max);
            Ok((next, said))
        });
        if done {
            self.hand.update(|h| (h.at, h.held) = (Some(new), false));
        }
    }

    fn delete(self) {
        let Some(nth) = self.come_to() else { return };
        if self.edit(|own, _| {
            let next = edit::deleted(own, nth)?;
            let said = format!("Deleted: {} are left.", next.nodes.len());
            Ok((next, said))
        }) {
            self.hand.update(|h| {
                (h.at, h.from, h.held) = (nth.checked_sub(1).or(Some(0)), None, false);
            });
        }
    }

    /// The node the hand is at; says so if it is at none.
    fn come_to(self) -> Option<usize> {
        let count = untrack(|| self.own()).map_or(0, |own| own.nodes.len());
        let at = self.hand.get_untracked().at.filter(|nth| *nth < count);
        if at.is_none() {
            self.refuse("Choose an atom first: click it, or come to it by the arrow keys.");
        }
        at
    }

    /// The kind of the next node, and of the one the hand is at.
    fn kind(self, kind: u32) {
        self.hand.update(|h| h.kind = kind);
        let Some(nth) = self.hand.get_untracked().at else {
            let rules = untrack(|| self.rules());
            let what = rules.map_or("", |r| edit::called(r, kind));
            return self.say(format!("The next atom: {what}."));
        };
        self.edit(|own, rules| {
            let said = format!("Atom {}: {}.", nth + 1, edit::called(rules, kind));
            Ok((edit::changed(own, nth, kind, rules)?, said))
        });
    }

    /// Begins a bond at a node, or ends one there.
    fn bond(self, nth: usize) {
        let Some(from) = self.hand.get_untracked().from else {
            self.hand
                .update(|h| (h.from, h.at) = (Some(nth), Some(nth)));
            let name = name(&untrack(|| self.graph()), nth);
            return self.say(format!("From {name}: now choose the other one."));
        };
        self.hand
            .update(|h| (h.from, h.to, h.at) = (None, None, Some(nth)));
        let graph = untrack(|| self.graph());
        self.edit(|own, rules| {
            let next = edit::bonded(own, from, nth, rules)?;
            let what = if next.edges.len() > own.edges.len() {
                "are joined"
            } else {
                "are parted"
            };
            let said = format!("{} and {} {what}.", name(&graph, from), name(&graph, nth));
            Ok((next, said))
        });
    }

    fn toggle_bonding(self) {
        let on = self.hand.update(|h| {
            h.bonding = !h.bonding;
            h.held = false;
            h.from = h.at.filter(|_| h.bonding);
            h.bonding
        });
        self.say(match (on, self.hand.get_untracked().from) {
            (false, _) => "Atoms are moved again.".to_owned(),
            (true, None) => "Choose two atoms to join or part.".to_owned(),
            (true, Some(nth)) => {
                let name = name(&untrack(|| self.graph()), nth);
                format!("From {name}: choose the atom to join it to, or to part it from.")
            }
        });
    }

    fn choose(self, nth: usize) {
        let graph = untrack(|| self.graph());
        let pick = graph.pick.as_ref();
        if pick.is_some_and(|p| p.options.iter().any(|o| o.id as usize == nth)) {
            self.give(Input::Pick(nth as u32));
        }
    }

    fn shift(self, nth: usize, to: (f64, f64)) {
        let (Some(rules), Some(own)) = (untrack(|| self.rules()), untrack(|| self.own())) else {
            return;
        };
        let next = edit::moved(&own, nth, to, rules.size);
        if next != own {
            self.give(Input::Sketch(next));
        }
    }

    fn go(self, graph: &Graph, nth: usize, edits: bool) {
        self.hand.update(|h| (h.at, h.held) = (Some(nth), false));
        let said = readout(graph, nth).unwrap_or_default();
        let bonding = self.hand.get_untracked().bonding;
        let hint = match (edits, bonding) {
            (true, true) => " Enter joins or parts it.",
            (true, false) => " Enter takes hold of it.",
            _ if graph.nodes[nth].dial.is_some() => " It has a dial below.",
            _ => "",
        };
        self.say(format!("{said}.{hint}"));
    }

    /// A key on the drawing; whether it meant something.
    fn key(self, key: &str) -> bool {
        let graph = untrack(|| self.graph());
        let edits = untrack(|| self.rules()).is_some();
        let hand = self.hand.get_untracked();
        let count = graph.nodes.len();
        let at = hand.at.filter(|nth| *nth < count);
        let by = match key {
            "ArrowLeft" => Some((-1.0, 0.0)),
            "ArrowRight" => Some((1.0, 0.0)),
            "ArrowUp" => Some((0.0, -1.0)),
            "ArrowDown" => Some((0.0, 1.0)),
            _ => None,
        };
        if let (Some((dx, dy)), true, Some(nth)) = (by, hand.held, at) {
            let node = &graph.nodes[nth];
            self.shift(nth, (node.x + dx * STEP, node.y + dy * STEP));
            return true;
        }
        match (key, at) {
            _ if count == 0 => return false,
            ("ArrowRight" | "ArrowDown", Some(nth)) => self.go(&graph, (nth + 1) % count, edits),
            ("ArrowLeft" | "ArrowUp", Some(nth)) => {
                self.go(&graph, (nth + count - 1) % count, edits);
            }
            ("ArrowRight" | "ArrowDown" | "Home", _) => self.go(&graph, 0, edits),
            ("ArrowLeft" | "ArrowUp" | "End", _) => self.go(&graph, count - 1, edits),
            ("Enter" | " ", Some(nth)) if edits && hand.bonding => self.bond(nth),
            ("Enter" | " ", Some(nth)) if edits => {
                if !hand.held
                    && let Some(own) = untrack(|| self.own())
                {
                    self.keep(own);
                }
                self.hand.update(|h| h.held = !hand.held);
                let name = name(&graph, nth);
                self.say(if hand.held {
                    format!("{name} let go.")
                } else {
                    format!("{name} held: arrow keys move it, Enter lets it go.")
                });
            }
            ("Enter" | " ", Some(nth)) => self.choose(nth),
            ("Delete" | "Backspace", _) if edits => self.delete(),
            ("Escape", _) => {
                self.hand.update(|h| {
                    if !h.held && h.from.is_none() {
                        h.at = None;
                    }
                    (h.held, h.from, h.to) = (false, None, None);
                });
                self.say("Let go.");
            }
            _ => return false,
        }
        true
    }

    /// Where a pointer is in the drawing, and CSS pixels to one of the drawing.
    fn pointer(self, event: &PointerEvent, around: &Element) -> Option<((f64, f64), f64, Frame)> {
        let rect = around
            .query_selector("svg")
            .ok()??
            .get_bounding_client_rect();
        let frame = Frame::new(&untrack(|| self.graph()));
        let scale = (rect.width() / frame.size.0).max(0.01);
        let place = (
            (f64::from(event.client_x()) - rect.left()) / scale,
            (f64::from(event.client_y()) - rect.top()) / scale,
        );
        Some((place, scale, frame))
    }

    fn down(self, event: &PointerEvent, around: &Element) {
        let Some((place, scale, frame)) = self.pointer(event, around) else {
            return;
        };
        let graph = untrack(|| self.graph());
        let on = frame.node_at(&graph.nodes, place, SLACK / scale);
        let on = on.map(|nth| (nth, (graph.nodes[nth].x, graph.nodes[nth].y)));
        let edits = untrack(|| self.rules()).is_some();
        self.hand.update(|h| {
            h.down = Some(Down {
                from: (f64::from(event.client_x()), f64::from(event.client_y())),
                place: frame.value(place),
                scale: scale * frame.unit,
                on,
                was: h.at,
                moved: false,
            });
            (h.held, h.refused) = (false, false);
            if on.is_some() || !edits {
                h.at = on.map(|(nth, _)| nth);
            }
        });
        if on.is_some() && edits {
            // So that it is dragged outside of the drawing, too. Where that is refused, it ends there.
            let _ = around.set_pointer_capture(event.pointer_id());
        }
    }

    fn drag(self, event: &PointerEvent, around: &Element) {
        let hand = self.hand.get_untracked();
        let Some(down) = hand.down else {
            let Some((place, scale, frame)) = self.pointer(event, around) else {
                return;
            };
            let near = frame.node_at(&untrack(|| self.graph()).nodes, place, SLACK / scale);
            if near != hand.over {
                self.hand.update(|h| h.over = near);
            }
            return;
        };
        let by = (
            f64::from(event.client_x()) - down.from.0,
            f64::from(event.client_y()) - down.from.1,
        );
        if !down.moved && by.0.hypot(by.1) < STILL {
            return;
        }
        let Some((nth, start)) = down.on.filter(|_| untrack(|| self.rules()).is_some()) else {
            self.hand.update_quietly(|h| h.down = None);
            return;
        };
        if !down.moved {
            self.hand.update_quietly(|h| {
                h.down = Some(Down {
                    moved: true,
                    ..down
                });
            });
            if let (false, Some(own)) = (hand.bonding, untrack(|| self.own())) {
                self.keep(own);
            }
        }
        if hand.bonding {
            let to = (
                down.place.0 + by.0 / down.scale,
                down.place.1 + by.1 / down.scale,
            );
            self.hand.update(|h| (h.from, h.to) = (Some(nth), Some(to)));
        } else {
            self.shift(
                nth,
                (start.0 + by.0 / down.scale, start.1 + by.1 / down.scale),
            );
        }
    }

    fn up(self) {
        let hand = self.hand.get_untracked();
        let Some(down) = hand.down else { return };
        self.hand.update_quietly(|h| h.down = None);
        let edits = untrack(|| self.rules()).is_some();
        let graph = untrack(|| self.graph());
        match down.on {
            Some(_) if down.moved && hand.bonding => {
                self.hand.update(|h| h.to = None);
                let to = hand.to.and_then(|to| {
                    let frame = Frame::new(&graph);
                    frame.node_at(&graph.nodes, frame.place(to), SLACK)
                });
                match to {
                    Some(nth) => self.bond(nth),
                    None => {
                        self.hand.update(|h| h.from = None);
                        self.refuse("A bond ends at an atom.");
                    }
                }
            }
            Some((nth, _)) if down.moved => self.say(format!("{} moved.", name(&graph, nth))),
            Some((nth, _)) if edits && hand.bonding => self.bond(nth),
            Some((nth, _)) if edits && down.was == Some(nth) => self.turn(nth),
            Some((nth, _)) if edits => self.go(&graph, nth, true),
            Some((nth, _)) => self.choose(nth),
            None if edits && !hand.bonding => self.add(Some(down.place), down.was),
            None => {}
        }
    }

    /// Makes a node the next kind that takes its edges.
    fn turn(self, nth: usize) {
        self.edit(|own, rules| {
            let kind = edit::next_kind(own, nth, rules)
                .ok_or("No other atom takes so many bonds: remove one first.")?;
            let said = format!("Atom {}: {}.", nth + 1, edit::called(rules, kind));
            Ok((edit::changed(own, nth, kind, rules)?, said))
        });
    }
}

impl Desk {
    /// What stands below the drawing: the node in question, or how many there are.
    fn words(self, graph: &Graph) -> String {
        let hand = self.hand.get();
        if hand.refused || hand.from.is_some() {
            return self.said.get();
        }
        let at = hand.over.or(hand.at).and_then(|nth| readout(graph, nth));
        let count = || {
            let n = graph.nodes.len();
            self.rules()
                .map(|rules| format!("{n} atoms, of at most {}.", rules.max))
        };
        at.or_else(count).unwrap_or_default()
    }

    /// What can be done.
    fn hint(self, graph: &Graph) -> &'static str {
        if self.rules().is_some() {
            "Click an empty place to add an atom, joined to the chosen one; click the chosen one to change its kind; drag it to move it. With Bond pressed, drag from one to another to join or part them. By keyboard: arrow keys, Enter, Delete."
        } else if self.hands.is_some() && graph.pick.is_some() {
            "Click a node to choose it, or come to it by the arrow keys and press Enter."
        } else {
            ""
        }
    }

    /// The dials in question: all of a few; of many, those of nodes that are lit, come to or forced.
    fn dials<'a>(self, graph: &'a Graph) -> Vec<&'a Dial> {
        if self.hands.is_none() {
            return Vec::new();
        }
        let at = self.hand.with(|h| h.at);
        let all = || {
            graph
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, n)| n.dial.is_some())
        };
        let few = all().count() <= DIALS;
        let here = |nth: usize| {
            let node = &graph.nodes[nth];
            few || node.lit || at == Some(nth) || node.dial.as_ref().is_some_and(|d| d.forced)
        };
        all()
            .filter(|(nth, _)| here(*nth))
            .filter_map(|(_, n)| n.dial.as_ref())
            .collect()
    }

    /// The whole, as it stands before anything is done.
    fn first(self, title: &str) -> String {
        let graph = self.graph();
        let role = if self.hands.is_some() {
            "application"
        } else {
            "group"
        };
        let mut named = String::new();
        escape(&mut named, title);
        let mut scale = String::new();
        if !graph.colours.label.is_empty() {
            html::scale(&mut scale, &graph.colours);
        }
        let tool = |part: &str, words: &str| {
            format!(
                "<button type=\"button\" class=\"fig-tool\" data-part=\"{part}\">{words}</button>"
            )
        };
        let mut edits = String::new();
        if let Some(rules) = self.rules() {
            edits.push_str("<span class=\"kinds\" role=\"group\" aria-label=\"Kind of atom\">");
            for (kind, part) in rules.kinds.iter().zip(KINDS) {
                let (mut label, mut long) = (String::new(), String::new());
                escape(&mut label, &kind.label);
                escape(&mut long, &kind.name);
                let _ = write!(
                    edits,
                    "<button type=\"button\" class=\"fig-tool\" data-part=\"{part}\" title=\"{long}\" aria-label=\"{label}, {long}\">{label}</button>"
                );
            }
            edits.push_str("</span>");
            for (part, words) in [
                ("add", "Add"),
                ("bond", "Bond"),
                ("delete", "Delete"),
                ("undo", "Undo"),
            ] {
                edits.push_str(&tool(part, words));
            }
        }
        format!(
            "<div class=\"graph-box\" data-part=\"drawing\" tabindex=\"0\" role=\"{role}\" aria-label=\"{named}: arrow keys read single nodes\">{}</div>\
             <div class=\"fig-scroll\" data-part=\"rows\" role=\"region\" tabindex=\"0\" aria-label=\"{named}, table\" hidden></div>\
             {scale}<p class=\"fig-read\" data-part=\"words\">{}</p>\
             <p class=\"fig-said\" data-part=\"said\" aria-live=\"polite\"></p>\
             <div class=\"dials\" data-part=\"dials\">{}</div>\
             <div class=\"fig-tools\">{edits}{}</div>\
             <p class=\"fig-hint\" data-part=\"hint\">{}</p>",
            svg(&graph, title, Mark::default()),
            self.words(&graph),
            dials_html(&self.dials(&graph)),
            tool("table", "Table"),
            self.hint(&graph)
        )
    }

    fn draw(self, parts: &mut Parts, title: &str) {
        let (graph, hand) = (self.graph(), self.hand.get());
        let mark = Mark {
            at: hand.at,
            from: hand.from,
            to: hand.to,
        };
        parts.html("drawing", svg(&graph, title, mark));
        let edits = self.rules().is_some();
        let class = match (edits, hand.over.is_some()) {
            (true, true) => "graph-box edits on-node",
            (true, false) => "graph-box edits",
            (false, true) if graph.pick.is_some() => "graph-box on-node",
            _ => "graph-box",
        };
        parts.set("drawing", "class", class);
        let mut words = String::new();
        escape(&mut words, &self.words(&graph));
        parts.html("words", words);
        let wrong = if hand.refused {
            "fig-read wrong"
        } else {
            "fig-read"
        };
        parts.set("words", "class", wrong);
        parts.html("hint", self.hint(&graph).to_owned());
        let mut said = String::new();
        escape(&mut said, &self.said.get());
        parts.html("said", said);
        let pressed = |is: bool| if is { "true" } else { "false" };
        if edits {
            let kind = hand.at.and_then(|nth| graph.nodes.get(nth)).map(|n| n.kind);
            for (nth, part) in KINDS.into_iter().enumerate() {
                let is = kind.unwrap_or(hand.kind) as usize == nth;
                parts.set(part, "aria-pressed", pressed(is));
            }
            parts.set("bond", "aria-pressed", pressed(hand.bonding));
        }
        parts.set("table", "aria-pressed", pressed(hand.table));
        parts.show("drawing", !hand.table);
        parts.show("rows", hand.table);
        if hand.table {
            parts.html("rows", table::html(&rows(&graph), title));
        }
        self.draw_dials(parts, &self.dials(&graph));
    }

    /// Rows of dials stay what they are while they are turned: only their values change.
    fn draw_dials(self, parts: &mut Parts, dials: &[&Dial]) {
        parts.html("dials", dials_html(dials));
        let Some(list) = parts.find("dials").map(|d| d.children()) else {
            return;
        };
        for (row, dial) in (0..).map_while(|i| list.item(i)).zip(dials) {
            let find = |name: &str| row.query_selector(name).ok().flatten();
            if let Some(input) = find("input") {
                input
                    .unchecked_into::<HtmlInputElement>()
                    .set_value(&dial.value.to_string());
            }
            if let Some(output) = find("output") {
                output.set_text_content(Some(&html::number(dial.value.into())));
            }
            if let Some(button) = find("button") {
                let _ = button.toggle_attribute_with_force("hidden", !dial.forced);
            }
            let _ = row.class_list().toggle_with_force("forced", dial.forced);
        }
    }

    fn hear(self, event: &Event) {
        let part = |name: &str| scene::target(event, &format!("[data-part={name}]"));
        let drawing = part("drawing");
        match (event.type_().as_str(), drawing) {
            ("pointerdown", Some(around)) => self.down(event.unchecked_ref(), &around),
            ("pointermove", Some(around)) => self.drag(event.unchecked_ref(), &around),
            ("pointerup", Some(_)) => self.up(),
            ("pointercancel", _) => self.hand.update(|h| (h.down, h.to) = (None, None)),
            ("pointermove" | "pointerleave", _) => {
                if self.hand.get_untracked().over.is_some() {
                    self.hand.update(|h| h.over = None);
                }
            }
            ("touchstart", Some(_)) => {
                // A finger on a node drags it; anywhere else it scrolls the page.
                let on = self
                    .hand
                    .with_untracked(|h| h.down.is_some_and(|d| d.on.is_some()));
                if on && untrack(|| self.rules()).is_some() {
                    event.prevent_default();
                }
            }
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
                    .zip(value.and_then(|v| v.parse().ok()));
                if let Some((id, value)) = parsed {
                    self.give(Input::Dial { id, value });
                }
            }
            ("click", None) => self.press(event),
            _ => {}
        }
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

/// A row for each dial, without what changes as it is turned.
fn dials_html(dials: &[&Dial]) -> String {
    let mut out = String::new();
    for dial in dials {
        let mut label = String::new();
        escape(&mut label, &dial.label);
        let (low, high) = dial.range;
        let step = f64::from(high - low) / 100.0;
        let id = dial.id;
        let _ = write!(
            out,
            "<div><span>{label}</span><input type=\"range\" data-dial=\"{id}\" aria-label=\"{label}\" min=\"{low}\" max=\"{high}\" step=\"{step:.4}\"><output></output><button type=\"button\" class=\"quiet\" data-let=\"{id}\" aria-label=\"Release {label}\" hidden>Release</button></div>"
        );
    }
    out
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
