//! The page's headings beside the text, the one being read marked.

#![allow(missing_docs, reason = "the island macro makes an undocumented struct")]

use crate::islands::lab::live::follow;
use lab::page::Heading;
use leptos::{ev, prelude::*};

/// How far below the top edge a heading counts as reached, in CSS pixels.
const REACHED: f64 = 140.0;

/// On this page: links to its headings.
#[island]
pub fn Outline(
    /// The page's headings in order.
    headings: Vec<Heading>,
) -> impl IntoView {
    let current = RwSignal::new(None::<usize>);
    let ids: Vec<String> = headings.iter().map(|h| h.id.clone()).collect();
    follow(move || {
        let ids = StoredValue::new(ids.clone());
        let waiting = StoredValue::new(false);
        let look = move || {
            let reached = ids.with_value(|ids| reached(ids));
            if current.get_untracked() != reached {
                current.set(reached);
            }
        };
        look();
        // At most one look a frame, and only while the page scrolls.
        let listener = window_event_listener(ev::scroll, move |_| {
            if !waiting.get_value() {
                waiting.set_value(true);
                request_animation_frame(move || {
                    waiting.set_value(false);
                    look();
                });
            }
        });
        on_cleanup(move || listener.remove());
    });
    let item = |(at, heading): (usize, Heading)| {
        let here = move || (current.get() == Some(at)).then_some("true");
        view! {
            <li>
                <a href=format!("#{}", heading.id) aria-current=here>
                    {heading.text}
                </a>
            </li>
        }
    };
    view! {
        <nav class="outline" aria-label="On this page">
            <ol>{headings.into_iter().enumerate().map(item).collect_view()}</ol>
        </nav>
    }
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
