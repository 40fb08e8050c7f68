//! The site: shell, pages, islands, and one renderer per kind of figure. It knows the contract
//! (`lab`), never a paper.

// A page is one deeply nested type.
#![recursion_limit = "512"]

pub mod figures;
pub mod islands;
pub mod packed;
pub mod pages;
pub mod shell;

/// Starts the islands' runtime; the boot script calls it before it wakes each island.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(feature = "messages")]
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into())
    }));
    leptos::mount::hydrate_islands();
}
