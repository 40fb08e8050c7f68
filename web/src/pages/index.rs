//! The first page: a lab that learns to write, then the shelves.

use super::{LabData, Picture};
use crate::{
    islands::{self, island, lab::LabProps},
    shell::{Assets, Frame, NAME, Shell, document},
};
use lab::page::{Block, LabBlock};
use leptos::prelude::*;

/// Everything the first page shows.
#[derive(Clone, Debug)]
pub struct IndexPage {
    /// Its headline.
    pub title: String,
    /// The sentence below it.
    pub says: String,
    /// What else stands there.
    pub blocks: Vec<Block>,
    /// The lab that trains on the first screen.
    pub hero: Option<LabData>,
    /// The suggested first path.
    pub path: Vec<Step>,
    /// The shelves.
    pub rows: Vec<Row>,
}

/// A step of the suggested path.
#[derive(Clone, Debug)]
pub struct Step {
    /// The paper.
    pub title: String,
    /// Why now.
    pub why: String,
    /// Its page; `None` while it is coming.
    pub href: Option<String>,
}

/// A shelf.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id, an anchor.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What stands on it.
    pub says: String,
    /// Its papers by year.
    pub cards: Vec<Card>,
}

/// A paper on a shelf.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its page; `None` while it is coming.
    pub href: Option<String>,
    /// The work's title.
    pub title: String,
    /// Its year.
    pub year: String,
    /// Its idea.
    pub idea: String,
    /// `17 min to read · 30 s to train`.
    pub time: String,
    /// From a real run.
    pub picture: Option<Picture>,
}

/// The first page, a whole document.
pub fn index(assets: Assets, page: IndexPage) -> String {
    let frame = Frame {
        title: NAME.to_owned(),
        description: page.says.clone(),
        root: String::new(),
        alive: true,
    };
    let hero = page.hero.map(|lab| LabProps {
        block: LabBlock {
            lab: lab.spec.id.clone(),
            show: Vec::new(),
            preset: String::new(),
        },
        spec: lab.spec,
        number: (1, 1),
        recorded: lab.recorded,
        rest: lab.file,
        claims: lab.claims,
        compact: true,
    });
    let hero = hero.map(LabProps::first_frame);
    let more: Vec<_> = page
        .blocks
        .into_iter()
        .filter_map(|block| match block {
            Block::Html(html) => Some(view! { <div class="prose" inner_html=html></div> }),
            _ => None,
        })
        .collect();
    document(move || {
        view! {
            <Shell frame=frame assets=assets>
                <main id="content" class="index">
                    <section class="hero">
                        <div class="promise">
                            <h1>{page.title}</h1>
                            <p class="says">{page.says}</p>
                        </div>
                        {hero.map(|props| view! {
                            <div class="trial">
                                <h2 class="unseen">"Try it here"</h2>
                                {island("lab", props, islands::lab::view)}
                            </div>
                        })}
                    </section>
                    {(!page.path.is_empty()).then(|| view! { <FirstPath steps=page.path /> })}
                    <div id="papers" class="shelves">
                        {page.rows.into_iter().map(|row| view! { <Shelf row=row /> }).collect_view()}
                    </div>
                    <section class="more">{more}</section>
                </main>
            </Shell>
        }
    })
}

/// Where to begin, in order.
#[component]
fn FirstPath(steps: Vec<Step>) -> impl IntoView {
    let step = |Step { title, why, href }| {
        let title = match href {
            Some(href) => view! { <a href=href>{title}</a> }.into_any(),
            None => view! { <b>{title}</b> " " <small class="soon">"coming"</small> }.into_any(),
        };
        view! {
            <li>
                <span class="step">{title}</span>
                <span class="why">{why}</span>
            </li>
        }
    };
    view! {
        <section class="first" aria-labelledby="first">
            <h2 id="first">"Where to begin"</h2>
            <ol>{steps.into_iter().map(step).collect_view()}</ol>
        </section>
    }
}

#[component]
fn Shelf(row: Row) -> impl IntoView {
    view! {
        <section class="row" aria-labelledby=row.id.clone()>
            <h2 id=row.id.clone()>{row.title}</h2>
            <p>{row.says}</p>
            <ul class="cards">
                {row.cards.into_iter().map(|card| view! { <PaperCard card=card /> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn PaperCard(card: Card) -> impl IntoView {
    let Card {
        href,
        title,
        year,
        idea,
        time,
        picture,
    } = card;
    let soon = href.is_none();
    let title = match href {
        Some(href) => view! { <a href=href>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    view! {
        <li class="card" class:soon=soon>
            {picture.map(Picture::view)}
            <div>
                <small>{year} {soon.then_some(" · coming")}</small>
                <h3>{title}</h3>
                <p>{idea}</p>
                {(!time.is_empty()).then(|| view! { <small class="time">{time}</small> })}
            </div>
        </li>
    }
}
