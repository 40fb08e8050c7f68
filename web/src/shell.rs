//! What surrounds every page: the document's head, the top bar, the foot.

use crate::islands::{island, theme};
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What every page may load and from where, as a meta tag: nothing but the site itself, and no
/// script or style inside the document.
pub const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
                          img-src 'self' data: blob:; object-src 'none'; base-uri 'self'";

/// The name of the whole.
pub const NAME: &str = "Trainable Papers";

/// Where the built files lie, relative to the site's root.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The module that wakes the islands.
    pub boot: String,
    /// The page's own JavaScript.
    pub site_js: String,
    /// The page's own wasm.
    pub site_wasm: String,
    /// The worker's script.
    pub worker: String,
    /// The trainer's JavaScript.
    pub trainer_js: String,
    /// The trainer's wasm.
    pub trainer_wasm: String,
    /// Names the build of the trainer.
    pub build: String,
    /// Other scripts, by file name.
    #[serde(default)]
    pub scripts: BTreeMap<String, String>,
    /// Fonts, by file name.
    #[serde(default)]
    pub fonts: BTreeMap<String, String>,
}

/// Where a page stands and what it is called.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The document's title.
    pub title: String,
    /// Its description, in a sentence.
    pub description: String,
    /// From this page to the site's root: empty, `../../`, or an absolute path.
    pub root: String,
    /// Whether it has islands to wake.
    pub alive: bool,
}

/// Turns a view into a document, without a server: there is nothing to wait for and nothing to
/// stream.
pub fn document<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let body = owner.with(|| view().into_view().to_html());
    owner.cleanup();
    body
}

/// A whole document.
#[component]
pub fn Shell(
    /// Where it stands and what it is called.
    frame: Frame,
    /// Where the built files lie.
    assets: Assets,
    /// What stands between top bar and foot.
    children: Children,
) -> impl IntoView {
    let Frame {
        title,
        description,
        root,
        alive,
    } = frame;
    let at = {
        let root = root.clone();
        move |path: &str| format!("{root}{path}")
    };
    let preload = |name: &str| {
        assets.fonts.get(name).map(|path| {
            let href = at(path);
            view! { <link rel="preload" href=href r#as="font" type="font/woff2" crossorigin="anonymous" /> }
        })
    };
    let theme = assets.scripts.get("theme.js").map(|path| at(path));
    let boot = alive.then(|| at(&assets.boot));
    let css = at(&assets.css);
    let icon = at("icon.svg");
    let fonts = (preload("serif.woff2"), preload("sans.woff2"));
    let bar = view! { <TopBar root=root.clone() alive=alive /> };
    let foot = view! { <Foot root=root.clone() /> };
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-root=root
            data-build=assets.build
            data-worker=assets.worker
            data-trainer-js=assets.trainer_js
            data-trainer-wasm=assets.trainer_wasm
            data-site-js=assets.site_js
            data-site-wasm=assets.site_wasm
        >
            <head>
                <meta charset="utf-8" />
                <meta http-equiv="Content-Security-Policy" content=POLICY />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{title}</title>
                <meta name="description" content=description />
                <meta name="color-scheme" content="light dark" />
                {theme.map(|src| view! { <script src=src></script> })}
                <link rel="stylesheet" href=css />
                {fonts}
                <link rel="icon" href=icon type="image/svg+xml" />
                {boot.map(|src| view! { <script type="module" src=src></script> })}
            </head>
            <body>
                <a class="skip" href="#content">
                    "To the content"
                </a>
                {bar}
                {children()}
                {foot}
            </body>
        </html>
    }
}

/// Home, the shelves, and the choice of theme.
#[component]
fn TopBar(root: String, alive: bool) -> impl IntoView {
    let home = if root.is_empty() {
        "./".to_owned()
    } else {
        root.clone()
    };
    view! {
        <header class="top">
            <a class="brand" href=home>
                {NAME}
            </a>
            <nav aria-label="Site">
                <a href=format!("{root}#papers")>"Papers"</a>
                <a href=format!("{root}about/")>"About"</a>
            </nav>
            {alive.then(|| island("theme", (), theme::view))}
        </header>
    }
}

/// What a reader may want to know at the end of any page.
#[component]
fn Foot(root: String) -> impl IntoView {
    view! {
        <footer class="end">
            <p>
                "Everything trains on your own machine; nothing you type or train leaves this page. "
                <a href=format!("{root}about/")>"How this works"</a>
            </p>
        </footer>
    }
}
