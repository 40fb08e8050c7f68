//! What a reader does in a plot: points, clicks, comes along by the arrow keys.

use super::Desk;
use crate::figures::{
    drawing::{At, Drawing, Key, STATIC_WIDTH},
    scene::{part, target},
};
use lab::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, MouseEvent};

impl Desk {
    /// Hears an event.
    pub fn hear(self, event: &Event) {
        let part = part(event).unwrap_or_default();
        let reader = self.reader.get_untracked();
        match (event.type_().as_str(), part.as_str()) {
            ("pointermove" | "pointerdown", "canvas") => {
                let at = offset(event);
                self.reader.update(|r| r.pointer = Some(at));
            }
            ("pointermove" | "pointerleave", _) if (reader.at, reader.pointer) != (None, None) => {
                self.reader.update(|r| (r.at, r.pointer) = (None, None));
            }
            ("click", "canvas") => {
                // The layout is that of the last drawing: only a width is read.
                let around = target(event, ".fig-box").map_or(0, |a| a.client_width());
                let figure = self.figure.get_untracked();
                let drawing = Drawing::new(&figure, reader.look(&figure), around.into());
                self.choose(drawing.and_then(|d| d.under(offset(event))));
            }
            ("click", "smooth") => self.reader.update(|r| r.smooth = !r.smooth),
            ("click", "log") => {
                let on = !reader.look(&self.figure.read_untracked()).log;
                self.reader.update(|r| r.log = Some(on));
            }
            ("click", "table") => self.reader.update(|r| r.table = !r.table),
            ("keydown", "canvas") => self.key(event.unchecked_ref()),
            _ => {}
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let reader = self.reader.get_untracked();
        let key = match event.key().as_str() {
            "ArrowLeft" => Key::By(-1, 0),
            "ArrowRight" => Key::By(1, 0),
            "ArrowUp" => Key::By(0, -1),
            "ArrowDown" => Key::By(0, 1),
            "Home" => Key::Home,
            "End" => Key::End,
            "Escape" => return self.reader.update(|r| r.at = None),
            "Enter" | " " if untrack(|| self.choosable()) => {
                event.prevent_default();
                return self.choose(reader.at);
            }
            _ => return,
        };
        event.prevent_default();
        let figure = self.figure.get_untracked();
        if let Some(mut drawing) = Drawing::new(&figure, reader.look(&figure), STATIC_WIDTH) {
            drawing.point(reader.at);
            drawing.point(drawing.step(key));
            self.said.set(drawing.readout());
            let at = drawing.at();
            self.reader.update(|r| (r.at, r.pointer) = (at, None));
        }
    }

    fn choose(self, at: Option<At>) {
        let choosable = untrack(|| self.choosable());
        if let (Some(At::Cell(row, column)), Some(hands), true) = (at, self.hands, choosable) {
            hands.give.run(Input::Cell {
                row: row as u32,
                column: column as u32,
            });
        }
    }
}

/// Where in the drawing a pointer is.
fn offset(event: &Event) -> (f64, f64) {
    let event = event.unchecked_ref::<MouseEvent>();
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
