//! What is around every figure: words as HTML, drawings that live, the reader's choices, and
//! the caption.

use super::{graph, hands::Hands, picker, plane, plot, scene::words, stages, strips, table, texts};
use lab::Figure;
use leptos::prelude::*;
use std::sync::Arc;

/// A figure that follows `figure`, which stays of one kind: named `title` for those who do not see it, with the sentence
/// `see` below it. What the reader does in it goes through `hands`, if anybody may.
pub fn figure_view(
    figure: Signal<Arc<Figure>>,
    title: String,
    see: String,
    hands: Option<Hands>,
) -> AnyView {
    let picker = hands.map(|hands| picker::view(figure, hands));
    let parts: Vec<AnyView> = picker
        .into_iter()
        .chain([body(figure, title.clone(), hands)])
        .collect();
    view! {
        <figure class="fig" aria-label=title>
            {parts}
            <figcaption>{see}</figcaption>
        </figure>
    }
    .into_any()
}

/// The figure itself, without its choice and its caption: what one of several stages shows, too.
pub fn body(figure: Signal<Arc<Figure>>, title: String, hands: Option<Hands>) -> AnyView {
    match &**figure.read_untracked() {
        Figure::Series(_) | Figure::Heatmap(_) | Figure::Histogram(_) => {
            plot::view(figure, title, hands)
        }
        Figure::Tokens(_) => strips::view(figure, title),
        Figure::Plane(_) => plane::view(figure, title, hands),
        Figure::Graph(_) => graph::view(figure, title, hands),
        Figure::Stages(_) => stages::view(figure, title, hands),
        Figure::Texts(_) | Figure::Table(_) => words("fig-words", move || match &**figure.read() {
            Figure::Texts(figure) => texts::html(figure),
            Figure::Table(figure) => table::html(figure, &title),
            _ => String::new(),
        }),
    }
}
