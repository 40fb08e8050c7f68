//! `about/`: what this is and how it works.

use super::{Labs, blocks::Blocks};
use crate::shell::{Assets, Frame, NAME, Shell, document};
use lab::page::Block;
use leptos::prelude::*;

/// The page about the site, a whole document.
pub fn about(assets: Assets, title: String, says: String, blocks: Vec<Block>) -> String {
    let frame = Frame {
        title: format!("{title} · {NAME}"),
        description: says.clone(),
        root: "../".to_owned(),
        alive: true,
    };
    document(move || {
        view! {
            <Shell frame=frame assets=assets>
                <main id="content" class="page">
                    <article>
                        <header class="title">
                            <h1>{title}</h1>
                            <p class="idea">{says}</p>
                        </header>
                        <Blocks page=String::new() blocks=blocks labs=Labs::new() />
                    </article>
                </main>
            </Shell>
        }
    })
}
