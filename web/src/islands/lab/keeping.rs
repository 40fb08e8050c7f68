//! What a lab keeps and hands on: the reader's text, the runs, the link.

use super::{
    desk::{Desk, Notice},
    kept::Kept,
    link,
    store::{self, Slot},
    wire,
};
use lab::{Digest, Input};
use leptos::prelude::*;

impl Desk {
    /// Takes the reader's text, or forgets it.
    pub fn take_text(self, text: Option<String>) {
        let lab = self.spec().id.clone();
        match &text {
            Some(text) => {
                if let Err(why) = store::write(&lab, Slot::Text, text) {
                    self.say(why, false);
                }
            }
            None => store::remove(&lab, Slot::Text),
        }
        self.text.set(text);
    }

    /// Writes the kept runs down, and the one under way with them.
    pub fn write_runs(self) {
        let (spec, id) = (self.spec(), self.run_id.get_untracked());
        let current = self
            .runner
            .with_untracked(|r| r.as_ref().and_then(|r| Kept::of(r, id, spec, wire::now())));
        let written = self
            .runs
            .with_untracked(|runs| store::write_runs(&spec.id, runs, current));
        if let Err(why) = written
            && self.notice.with_untracked(Option::is_none)
            && !self.warned.get_untracked()
        {
            self.warned.update_quietly(|v| *v = true);
            self.say(why, false);
        }
    }

    /// What a reload brings back: runs, text, speed; then the settings of a link.
    pub fn restore(self) {
        let spec = self.spec();
        let runs = store::runs(&spec.id);
        self.run_id
            .update_quietly(|v| *v = runs.iter().map(|r| r.id).max().unwrap_or(0));
        if !runs.is_empty() {
            self.runs.set(runs);
        }
        self.text.set(store::read(&spec.id, Slot::Text));
        self.speed.set(store::read(&spec.id, Slot::Speed));
        self.changed
            .update_quietly(|c| (c.metrics, c.evaluated) = (true, true));
        self.open_link();
        self.frame();
    }

    /// Takes over what stands after `#`, if it is about this lab. True if it is.
    pub fn open_link(self) -> bool {
        let spec = self.spec();
        let hash = location_hash().unwrap_or_default();
        let text = self.text.with_untracked(|t| t.as_deref().map(own_digest));
        let Some(opened) = link::open(&hash, spec, &wire::build(), text) else {
            return false;
        };
        self.put_away();
        self.adopt(opened.plan);
        self.notice.set(Some(Notice {
            text: opened.says.join(" "),
            bad: false,
            restart: None,
        }));
        self.frame();
        true
    }

    /// The address that carries the run, or the settings if nothing ran yet.
    pub fn link(self) -> String {
        let plan = self
            .run_plan()
            .unwrap_or_else(|| self.draft.get_untracked());
        let href = window().location().href().unwrap_or_default();
        link::address(&href, &plan, self.spec())
    }
}

/// The digest of a text as it stands in a link.
pub fn own_digest(text: &str) -> Digest {
    Input::Text(text.to_owned()).digest()
}
