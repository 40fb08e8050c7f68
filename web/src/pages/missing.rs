//! `404.html`: shown at any depth, so its links are absolute, and it reads well without its style.

use crate::shell::{Assets, Frame, NAME, Shell, document};
use leptos::prelude::*;

/// The page for an address that is none; `base` is the absolute path of the site's root.
pub fn missing(assets: Assets, base: &str) -> String {
    let frame = Frame {
        title: format!("No such page · {NAME}"),
        description: "There is no page at this address.".to_owned(),
        root: base.to_owned(),
        alive: false,
    };
    let base = base.to_owned();
    document(move || {
        view! {
            <Shell frame=frame assets=assets>
                <main id="content" class="page">
                    <article>
                        <header class="title">
                            <h1>"There is no page at this address"</h1>
                            <p class="idea">
                                "Perhaps a letter is missing, or the page has not been written yet. "
                                <a href=base>"All papers are on the first page."</a>
                            </p>
                        </header>
                    </article>
                </main>
            </Shell>
        }
    })
}
