//! What is done to a reader's sketch: each says what was done, or why not.

use super::{
    edit::{self, Rules},
    live::Desk,
    name, readout,
};
use lab::{
    Input,
    figure::{Graph, Sketch},
};
use leptos::prelude::*;

/// So many states can be gone back to.
const UNDO: usize = 40;

impl Desk {
    /// Changes the sketch, says what was done or why not, and tells whether it was.
    pub(super) fn edit(
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

    pub(super) fn keep(self, sketch: Sketch) {
        self.hand.update_quietly(|h| {
            if h.before.len() == UNDO {
                h.before.remove(0);
            }
            h.before.push(sketch);
        });
    }

    pub(super) fn undo(self) {
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

    pub(super) fn add(self, to: Option<(f64, f64)>, from: Option<usize>) {
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

    pub(super) fn delete(self) {
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
    pub(super) fn come_to(self) -> Option<usize> {
        let count = untrack(|| self.own()).map_or(0, |own| own.nodes.len());
        let at = self.hand.get_untracked().at.filter(|nth| *nth < count);
        if at.is_none() {
            self.refuse("Choose an atom first: click it, or come to it by the arrow keys.");
        }
        at
    }

    /// The kind of the next node, and of the one the hand is at.
    pub(super) fn kind(self, kind: u32) {
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
    pub(super) fn bond(self, nth: usize) {
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

    pub(super) fn toggle_bonding(self) {
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

    pub(super) fn choose(self, nth: usize) {
        let graph = untrack(|| self.graph());
        let pick = graph.pick.as_ref();
        if pick.is_some_and(|p| p.options.iter().any(|o| o.id as usize == nth)) {
            self.give(Input::Pick(nth as u32));
        }
    }

    pub(super) fn shift(self, nth: usize, to: (f64, f64)) {
        let (Some(rules), Some(own)) = (untrack(|| self.rules()), untrack(|| self.own())) else {
            return;
        };
        let next = edit::moved(&own, nth, to, rules.size);
        if next != own {
            self.give(Input::Sketch(next));
        }
    }

    pub(super) fn go(self, graph: &Graph, nth: usize, edits: bool) {
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

    /// Makes a node the next kind that takes its edges.
    pub(super) fn turn(self, nth: usize) {
        self.edit(|own, rules| {
            let kind = edit::next_kind(own, nth, rules)
                .ok_or("No other atom takes so many bonds: remove one first.")?;
            let said = format!("Atom {}: {}.", nth + 1, edit::called(rules, kind));
            Ok((edit::changed(own, nth, kind, rules)?, said))
        });
    }
}
