//! What is alive on a page.

pub mod exercises;
pub mod island;
pub mod lab;
pub mod outline;
pub mod theme;

pub use island::island;

/// What the boot script calls for each island, by the name it stands under on the page.
#[cfg(feature = "hydrate")]
mod wake {
    use super::{exercises, island::wake, lab, outline, theme};
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::HtmlElement;

    /// A lab.
    #[wasm_bindgen]
    pub fn lab(element: &HtmlElement) {
        wake(element, lab::view);
    }

    /// The exercises of a page.
    #[wasm_bindgen]
    pub fn exercises(element: &HtmlElement) {
        wake(element, exercises::view);
    }

    /// The headings beside the text.
    #[wasm_bindgen]
    pub fn outline(element: &HtmlElement) {
        wake(element, outline::view);
    }

    /// The choice of theme.
    #[wasm_bindgen]
    pub fn theme(element: &HtmlElement) {
        wake(element, theme::view);
    }
}
