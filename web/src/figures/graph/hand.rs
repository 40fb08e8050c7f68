//! The keyboard and the pointer on a drawing.

use super::{
    Frame,
    live::{Desk, Down},
    name,
};
use leptos::prelude::*;
use web_sys::{Element, PointerEvent};

/// A node is taken from so far beside it, in CSS pixels.
const SLACK: f64 = 10.0;
/// A pointer that went less far has not moved.
const STILL: f64 = 4.0;
/// What an arrow key moves a node by, in units.
const STEP: f64 = 0.2;

impl Desk {
    /// A key on the drawing; whether it meant something.
    pub(super) fn key(self, key: &str) -> bool {
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
    pub(super) fn pointer(
        self,
        event: &PointerEvent,
        around: &Element,
    ) -> Option<((f64, f64), f64, Frame)> {
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

    pub(super) fn down(self, event: &PointerEvent, around: &Element) {
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

    pub(super) fn drag(self, event: &PointerEvent, around: &Element) {
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

    pub(super) fn up(self) {
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
}
