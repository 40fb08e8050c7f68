//! The page's headings beside the text, the one being read marked.

use crate::{
    figures::{Parts, escaped, form},
    islands::lab::live::{Live, follow},
};
use lab::page::Heading;
use leptos::{ev, prelude::*};
use std::{cell::Cell, rc::Rc};

/// How far below the top edge a heading counts as reached, in CSS pixels.
const REACHED: f64 = 140.0;

/// On this page: links to its headings, in order.
pub fn view(headings: Vec<Heading>) -> AnyView {
    let current = Live::new(None::<usize>);
    let ids: Vec<String> = headings.iter().map(|h| h.id.clone()).collect();
    follow(move || {
        let ids = Rc::new(ids.clone());
        let waiting = Rc::new(Cell::new(false));
        let look = move || {
            let reached = reached(&ids);
            if current.get_untracked() != reached {
                current.set(reached);
            }
        };
        look();
        // At most one look a frame, and only while the page scrolls.
        let listener = window_event_listener(ev::scroll, move |_| {
            if !waiting.replace(true) {
                let (waiting, look) = (waiting.clone(), look.clone());
                request_animation_frame(move || {
                    waiting.set(false);
                    look();
                });
            }
        });
        on_cleanup(move || listener.remove());
    });
    let mut first = "<nav class=\"outline\" aria-label=\"On this page\"><ol>".to_owned();
    for (at, heading) in headings.iter().enumerate() {
        let (id, text) = (escaped(&heading.id), escaped(&heading.text));
        first += &format!("<li><a href=\"#{id}\" data-part=\"{at}\">{text}</a></li>");
    }
    let draw = move |parts: &mut Parts| {
        let current = current.get();
        for at in 0..headings.len() {
            let here = if current == Some(at) { "true" } else { "false" };
            parts.set(&at.to_string(), "aria-current", here);
        }
    };
    form("plain", first + "</ol></nav>", draw, |_, _| ())
}

/// The last heading that has come to the top of the window.
fn reached(ids: &[String]) -> Option<usize> {
    let top = |id: &String| {
        let element = document().get_element_by_id(id)?;
        Some(element.get_bounding_client_rect().top())
    };
    ids.iter()
        .rposition(|id| top(id).is_some_and(|top| top < REACHED))
}
