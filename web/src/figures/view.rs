//! The component around every figure: words as HTML, drawings that live, the reader's choices, and
//! the caption.

use super::{graph, hands::Hands, picker, plane, plot::Plot, stages, strips, table, texts};
use lab::Figure;
use leptos::prelude::*;
use std::sync::Arc;

/// A figure that follows `figure`, which stays of one kind: named `title` for those who do not see it, with the sentence
/// `see` below it. What the reader does in it goes through `hands`.
#[component]
pub fn FigureView(
    /// What is shown.
    #[prop(into)]
    figure: Signal<Arc<Figure>>,
    /// Its accessible name.
    title: String,
    /// What to see in it, in one sentence.
    see: String,
    /// Who acts in it, if anybody may.
    #[prop(optional)]
    hands: Option<Hands>,
) -> impl IntoView {
    let picker = hands.map(|hands| picker::view(figure, hands));
    let body = body(figure, title.clone(), hands);
    view! {
        <figure class="fig" aria-label=title>
            {picker}
            {body}
            <figcaption>{see}</figcaption>
        </figure>
    }
}

/// The figure itself, without its choice and its caption: what one of several stages shows, too.
pub fn body(figure: Signal<Arc<Figure>>, title: String, hands: Option<Hands>) -> AnyView {
    match &**figure.read_untracked() {
        Figure::Series(_) | Figure::Heatmap(_) | Figure::Histogram(_) => {
            view! { <Plot figure=figure title=title hands=hands /> }.into_any()
        }
        Figure::Tokens(_) => strips::view(figure, title).into_any(),
        Figure::Plane(_) => plane::view(figure, title, hands),
        Figure::Graph(_) => graph::view(figure, title, hands),
        Figure::Stages(_) => stages::view(figure, title, hands),
        Figure::Texts(_) | Figure::Table(_) => {
            let html = move || match &**figure.read() {
                Figure::Texts(figure) => texts::html(figure),
                Figure::Table(figure) => table::html(figure, &title),
                _ => String::new(),
            };
            view! { <div class="fig-words" inner_html=html></div> }.into_any()
        }
    }
}
