//! `papers/<id>/`: a paper as a notebook.

use super::{LabData, Labs, blocks::Blocks, training_time};
use crate::{
    islands::{island, outline},
    shell::{Assets, Frame, NAME, Shell, document},
};
use lab::page::{Block, FrontMatter, Page};
use leptos::prelude::*;

/// Everything a paper's page shows.
#[derive(Clone, Debug)]
pub struct PaperPage {
    /// The compiled page.
    pub page: Page,
    /// The id of its shelf and the shelf's name.
    pub shelf: (String, String),
    /// Its labs.
    pub labs: Labs,
    /// The page before.
    pub previous: Option<Neighbour>,
    /// The page after.
    pub next: Option<Neighbour>,
}

/// A page beside this one in reading order.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Its address, relative to the site's root; `None` while it is coming.
    pub href: Option<String>,
    /// Its title.
    pub title: String,
}

const ROOT: &str = "../../";

/// A paper's page, a whole document.
pub fn paper(assets: Assets, paper: PaperPage) -> String {
    let PaperPage {
        page,
        shelf,
        labs,
        previous,
        next,
    } = paper;
    let frame = Frame {
        title: format!("{} · {NAME}", page.front.title),
        description: page.front.idea.clone(),
        root: ROOT.to_owned(),
        alive: true,
    };
    let time = main_lab(&page, &labs).and_then(training_time);
    document(move || {
        view! {
            <Shell frame=frame assets=assets>
                <main id="content" class="page">
                    {island("outline", page.outline, outline::view)}
                    <article>
                        <TitleBlock front=page.front shelf=shelf time=time />
                        <Blocks page=page.id blocks=page.blocks labs=labs />
                        <nav class="beside" aria-label="Other papers">
                            {previous.map(|n| view! { <Beside neighbour=n after=false /> })}
                            {next.map(|n| view! { <Beside neighbour=n after=true /> })}
                        </nav>
                    </article>
                </main>
            </Shell>
        }
    })
}

/// The first lab on the page: the one whose length is the paper's.
fn main_lab<'a>(page: &Page, labs: &'a Labs) -> Option<&'a LabData> {
    page.blocks.iter().find_map(|block| match block {
        Block::Lab(block) => labs.get(&block.lab),
        _ => None,
    })
}

#[component]
fn TitleBlock(front: FrontMatter, shelf: (String, String), time: Option<String>) -> impl IntoView {
    let FrontMatter {
        title,
        authors,
        year,
        source,
        bibtex,
        minutes,
        idea,
        first,
        ..
    } = front;
    let time = time
        .map(|time| format!(", {time} to train"))
        .unwrap_or_default();
    view! {
        <header class="title">
            <a class="shelf" href=format!("{ROOT}#{}", shelf.0)>
                {shelf.1}
            </a>
            <h1>{title}</h1>
            <p class="idea">{idea}</p>
            <div class="meta">
                <span>{authors} ", " {year}</span>
                <span>
                    <a href=source rel="external">
                        "Read the source"
                    </a>
                </span>
                <span>{minutes} " min to read" {time}</span>
                {(!bibtex.is_empty())
                    .then(|| {
                        view! {
                            <details class="cite">
                                <summary>"Cite"</summary>
                                <pre tabindex="0" role="region" aria-label="BibTeX entry">
                                    {bibtex.trim().to_owned()}
                                </pre>
                            </details>
                        }
                    })}
            </div>
            {(!first.is_empty())
                .then(|| {
                    view! {
                        <p class="know">
                            <b>"What to know first. "</b>
                            <span inner_html=first></span>
                        </p>
                    }
                })}
        </header>
    }
}

#[component]
fn Beside(neighbour: Neighbour, after: bool) -> impl IntoView {
    let Neighbour { href, title } = neighbour;
    let word = if after { "Next" } else { "Before" };
    match href {
        Some(href) => view! {
            <a class="to" class:after=after href=format!("{ROOT}{href}") rel=if after { "next" } else { "prev" }>
                <small>{word}</small>
                <b>{title}</b>
            </a>
        }
        .into_any(),
        None => view! {
            <p class="to" class:after=after>
                <small>{word} ", coming"</small>
                <b>{title}</b>
            </p>
        }
        .into_any(),
    }
}
