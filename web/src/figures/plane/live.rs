//! A plane that can be acted on: points are dragged, added, deleted and chosen, by pointer and by
//! keyboard alike.

use super::{Frame, edit, legend, name, readout, svg, table};
use crate::{
    figures::{
        Hands,
        html::escape,
        scene::{self, Parts},
    },
    islands::lab::live::Live,
};
use lab::{Figure, Input, Reader, figure::Plane};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

/// A point is taken from so far away, in CSS pixels: a finger is wider than a point.
const REACH: f64 = 20.0;
/// A pointer that went less far has not moved.
const STILL: f64 = 4.0;
/// What an arrow key moves a point by, of the unit square.
const STEP: f64 = 0.02;

/// What the reader's hand is at.
#[derive(Clone, Copy, Default)]
struct Hand {
    /// The point clicked, or come to by keyboard.
    at: Option<usize>,
    /// The point under the pointer.
    over: Option<usize>,
    /// It is being moved by the arrow keys.
    held: bool,
    /// A pointer is down.
    down: Option<Down>,
    /// The table is shown in place of the drawing.
    table: bool,
    /// What was said last is why nothing was done: to be seen, too.
    refused: bool,
}

/// Where a pointer went down.
#[derive(Clone, Copy)]
struct Down {
    /// In CSS pixels of the window.
    from: (f64, f64),
    /// In the drawing.
    place: (f64, f64),
    /// CSS pixels to one of the drawing, then: a page that shifts meanwhile moves no point.
    scale: f64,
    /// On this point, which lay there.
    on: Option<(usize, (f64, f64))>,
    /// It has gone somewhere.
    moved: bool,
}

/// One plane on the page, copied into its closures.
#[derive(Clone, Copy)]
struct Desk {
    figure: Signal<Arc<Figure>>,
    hands: Option<Hands>,
    hand: Live<Hand>,
    said: Live<String>,
}

impl Desk {
    /// The plane with the reader's points; follows both.
    fn plane(self) -> Plane {
        let figure = self.figure.read();
        let Figure::Plane(plane) = &**figure else {
            return Plane::default();
        };
        match self.own().filter(|_| plane.editable) {
            Some(own) => edit::shown(plane, &own),
            None => plane.clone(),
        }
    }

    fn own(self) -> Option<edit::Points> {
        let points = |input| match input {
            Input::Points(points) => Some(points),
            _ => None,
        };
        self.hands?.given.run(()).into_iter().find_map(points)
    }

    /// Fewest and most points, where they are the reader's to edit.
    fn limits(self) -> Option<(u32, u32)> {
        match (self.hands?.reader, &**self.figure.read()) {
            (Reader::Points { min, max, .. }, Figure::Plane(plane)) if plane.editable => {
                Some((*min, *max))
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

    fn choose(self, plane: &Plane, nth: usize) {
        if let Some(id) = plane.points.get(nth).and_then(|p| p.id) {
            self.give(Input::Pick(id));
        }
    }

    /// Adds a point, at `to` or where there is room.
    fn add(self, to: Option<(f64, f64)>) {
        let (Some((_, max)), Some(own)) = (untrack(|| self.limits()), untrack(|| self.own()))
        else {
            return;
        };
        match edit::added(&own, to, max) {
            Ok(points) => {
                let count = points.len();
                self.hand
                    .update(|h| (h.at, h.held) = (Some(count - 1), false));
                self.give(Input::Points(points));
                self.say(format!("Point added: {count} of at most {max}."));
            }
            Err(why) => self.refuse(why),
        }
    }

    /// Deletes the point the hand is at.
    fn delete(self) {
        let (Some((min, _)), Some(own)) = (untrack(|| self.limits()), untrack(|| self.own()))
        else {
            return;
        };
        let Some(nth) = self.hand.get_untracked().at.filter(|i| *i < own.len()) else {
            return self.refuse("Choose a point first: click it, or come to it by the arrow keys.");
        };
        match edit::deleted(&own, nth, min) {
            Ok(points) => {
                let last = points.len() - 1;
                self.hand
                    .update(|h| (h.at, h.held) = (Some(nth.min(last)), false));
                self.say(format!("Point deleted: {} are left.", points.len()));
                self.give(Input::Points(points));
            }
            Err(why) => self.refuse(why),
        }
    }

    fn shift(self, nth: usize, to: (f64, f64)) {
        if let Some(own) = untrack(|| self.own()) {
            let points = edit::moved(&own, nth, to);
            if points != own {
                self.give(Input::Points(points));
            }
        }
    }

    /// A key on the plane; whether it meant something.
    fn key(self, key: &str) -> bool {
        let plane = untrack(|| self.plane());
        let edits = untrack(|| self.limits()).is_some();
        let hand = self.hand.get_untracked();
        let count = plane.points.len();
        let at = hand.at.filter(|i| *i < count);
        let by = match key {
            "ArrowLeft" => Some((-1.0, 0.0)),
            "ArrowRight" => Some((1.0, 0.0)),
            "ArrowUp" => Some((0.0, 1.0)),
            "ArrowDown" => Some((0.0, -1.0)),
            _ => None,
        };
        if let (Some((dx, dy)), true, Some(nth)) = (by, hand.held, at) {
            let point = &plane.points[nth];
            self.shift(nth, (point.x + dx * STEP, point.y + dy * STEP));
            let moved = untrack(|| self.plane());
            let (x, y) = (moved.points[nth].x, moved.points[nth].y);
            self.say(format!("{}: x {x:.2}, y {y:.2}.", name(&moved.points, nth)));
            return true;
        }
        let go = |nth: usize| {
            self.hand.update(|h| (h.at, h.held) = (Some(nth), false));
            let said = readout(&plane, nth).unwrap_or_default();
            let hint = if edits {
                " Enter takes hold of it."
            } else {
                ""
            };
            self.say(format!("{said}.{hint}"));
        };
        match (key, at) {
            _ if count == 0 => return false,
            ("ArrowRight" | "ArrowDown", Some(nth)) => go((nth + 1) % count),
            ("ArrowLeft" | "ArrowUp", Some(nth)) => go((nth + count - 1) % count),
            ("ArrowRight" | "ArrowDown" | "Home", _) => go(0),
            ("ArrowLeft" | "ArrowUp" | "End", _) => go(count - 1),
            ("Enter" | " ", Some(nth)) if edits => {
                self.hand.update(|h| h.held = !hand.held);
                let name = name(&plane.points, nth);
                self.say(if hand.held {
                    format!("{name} let go.")
                } else {
                    format!("{name} held: arrow keys move it, Enter lets it go.")
                });
            }
            ("Enter" | " ", Some(nth)) => self.choose(&plane, nth),
            ("Delete" | "Backspace", _) if edits => self.delete(),
            ("Escape", _) if hand.held => {
                self.hand.update(|h| h.held = false);
                self.say("Let go.");
            }
            ("Escape", _) => self.hand.update(|h| h.at = None),
            _ => return false,
        }
        true
    }

    fn down(self, event: &PointerEvent, around: &Element) {
        let rect = around.get_bounding_client_rect();
        let plane = untrack(|| self.plane());
        let frame = Frame::new(&plane);
        let scale = (rect.width() / frame.size.0).max(0.01);
        let from = (f64::from(event.client_x()), f64::from(event.client_y()));
        let place = (
            (from.0 - rect.left()) / scale,
            (from.1 - rect.top()) / scale,
        );
        let on = frame.nearest(&plane.points, place, REACH / scale);
        let on = on.map(|nth| (nth, (plane.points[nth].x, plane.points[nth].y)));
        self.hand.update(|h| {
            h.down = Some(Down {
                from,
                place,
                scale,
                on,
                moved: false,
            });
            (h.at, h.held, h.refused) = (on.map(|(nth, _)| nth), false, false);
        });
        if on.is_some() && untrack(|| self.limits()).is_some() {
            // So that it is dragged outside of the drawing, too. Where that is refused, it ends there.
            let _ = around.set_pointer_capture(event.pointer_id());
        }
    }

    fn drag(self, event: &PointerEvent, around: &Element) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let hand = self.hand.get_untracked();
        let Some(down) = hand.down else {
            let rect = around.get_bounding_client_rect();
            let plane = untrack(|| self.plane());
            let frame = Frame::new(&plane);
            let scale = (rect.width() / frame.size.0).max(0.01);
            let place = ((at.0 - rect.left()) / scale, (at.1 - rect.top()) / scale);
            let near = frame.nearest(&plane.points, place, REACH / scale);
            if near != hand.over {
                self.hand.update(|h| h.over = near);
            }
            return;
        };
        let by = (at.0 - down.from.0, at.1 - down.from.1);
        if !down.moved && by.0.hypot(by.1) < STILL {
            return;
        }
        self.hand.update_quietly(|h| {
            if let Some(down) = &mut h.down {
                down.moved = true;
            }
        });
        if let (Some((nth, start)), true) = (down.on, untrack(|| self.limits()).is_some()) {
            let frame = Frame::new(&untrack(|| self.plane()));
            let (x, y) = frame.place(start);
            self.shift(
                nth,
                frame.value((x + by.0 / down.scale, y + by.1 / down.scale)),
            );
        }
    }

    fn up(self) {
        let Some(down) = self.hand.get_untracked().down else {
            return;
        };
        self.hand.update_quietly(|h| h.down = None);
        let plane = untrack(|| self.plane());
        match down.on {
            Some((nth, _)) if down.moved => {
                self.say(format!("{}.", readout(&plane, nth).unwrap_or_default()));
            }
            Some((nth, _)) => self.choose(&plane, nth),
            None if !down.moved => {
                let frame = Frame::new(&plane);
                if frame.holds(down.place) {
                    self.add(Some(frame.value(down.place)));
                }
            }
            None => {}
        }
    }
}

impl Desk {
    /// What stands below the legend: the point in question, or how many there are.
    fn words(self, plane: &Plane) -> String {
        let hand = self.hand.get();
        if hand.refused {
            return self.said.get();
        }
        let at = hand.over.or(hand.at).and_then(|nth| readout(plane, nth));
        let count = || {
            self.limits().map(|(min, max)| {
                let n = plane.points.len();
                format!("{n} points, of {min} to {max}.")
            })
        };
        at.or_else(count).unwrap_or_default()
    }

    /// What can be done.
    fn hint(self, plane: &Plane) -> &'static str {
        if self.limits().is_some() {
            "Drag a point, or click an empty place to add one. By keyboard: arrows go from point to point, Enter takes hold, Delete deletes."
        } else if self.hands.is_some() && plane.pick.is_some() {
            "Click a point to choose it, or come to it by the arrow keys and press Enter."
        } else {
            ""
        }
    }

    /// The whole, as it stands before anything is done.
    fn first(self, title: &str) -> String {
        let plane = self.plane();
        let role = if self.hands.is_some() {
            "application"
        } else {
            "group"
        };
        let mut named = String::new();
        escape(&mut named, title);
        let tool = |part: &str, words: &str| {
            format!(
                "<button type=\"button\" class=\"fig-tool\" data-part=\"{part}\">{words}</button>"
            )
        };
        let edits = if self.limits().is_some() {
            tool("add", "Add a point") + &tool("delete", "Delete")
        } else {
            String::new()
        };
        format!(
            "<div class=\"plane-box\" data-part=\"drawing\" tabindex=\"0\" role=\"{role}\" aria-label=\"{named}: arrow keys read single points\">{}</div>\
             <div class=\"fig-scroll\" data-part=\"rows\" role=\"region\" tabindex=\"0\" aria-label=\"{named}, table\" hidden></div>\
             <div class=\"plane-side\"><ul class=\"legend\" data-part=\"legend\">{}</ul>\
             <p class=\"fig-read\" data-part=\"words\">{}</p>\
             <p class=\"fig-said\" data-part=\"said\" aria-live=\"polite\"></p>\
             <div class=\"fig-tools\">{edits}{}</div>\
             <p class=\"fig-hint\" data-part=\"hint\">{}</p></div>",
            svg(&plane, title, None),
            legend(&plane),
            self.words(&plane),
            tool("table", "Table"),
            self.hint(&plane)
        )
    }

    fn draw(self, parts: &mut Parts, title: &str) {
        let (plane, hand) = (self.plane(), self.hand.get());
        parts.html("drawing", svg(&plane, title, hand.at));
        let class = match (self.limits().is_some(), hand.over.is_some()) {
            (true, true) => "plane-box edits on-point",
            (true, false) => "plane-box edits",
            (false, true) => "plane-box on-point",
            (false, false) => "plane-box",
        };
        parts.set("drawing", "class", class);
        parts.html("legend", legend(&plane));
        let mut words = String::new();
        escape(&mut words, &self.words(&plane));
        parts.html("words", words);
        let wrong = if hand.refused {
            "fig-read wrong"
        } else {
            "fig-read"
        };
        parts.set("words", "class", wrong);
        parts.html("hint", self.hint(&plane).to_owned());
        let mut said = String::new();
        escape(&mut said, &self.said.get());
        parts.html("said", said);
        parts.set(
            "table",
            "aria-pressed",
            if hand.table { "true" } else { "false" },
        );
        parts.show("drawing", !hand.table);
        parts.show("rows", hand.table);
        if hand.table {
            parts.html("rows", table(&plane, title));
        }
    }

    fn hear(self, event: &Event) {
        let part = |name: &str| scene::target(event, &format!("[data-part={name}]"));
        let drawing = part("drawing");
        match (event.type_().as_str(), drawing) {
            ("pointerdown", Some(around)) => self.down(event.unchecked_ref(), &around),
            ("pointermove", Some(around)) => self.drag(event.unchecked_ref(), &around),
            ("pointerup", Some(_)) => self.up(),
            ("pointercancel", _) => self.hand.update(|h| h.down = None),
            ("pointermove" | "pointerleave", _) if self.hand.get_untracked().over.is_some() => {
                self.hand.update(|h| h.over = None);
            }
            ("touchstart", Some(_)) => {
                // A finger on a point drags it; anywhere else it scrolls the page.
                let on = self
                    .hand
                    .get_untracked()
                    .down
                    .is_some_and(|d| d.on.is_some());
                if on && untrack(|| self.limits()).is_some() {
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
            ("click", _) if part("add").is_some() => self.add(None),
            ("click", _) if part("delete").is_some() => self.delete(),
            ("click", _) if part("table").is_some() => self.hand.update(|h| h.table = !h.table),
            _ => {}
        }
    }
}

/// A plane, living.
pub fn view(figure: Signal<Arc<Figure>>, title: String, hands: Option<Hands>) -> AnyView {
    let desk = Desk {
        figure,
        hands,
        hand: Live::new(Hand::default()),
        said: Live::new(String::new()),
    };
    let first = untrack(|| desk.first(&title));
    scene::view(
        "plane",
        first,
        move |parts| desk.draw(parts, &title),
        move |_, event| desk.hear(event),
    )
}
