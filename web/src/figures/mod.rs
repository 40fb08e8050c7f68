//! One renderer per kind of figure. Running text, tables and tinted tokens are HTML; curves,
//! matrices and histograms are drawn by one function each over plotters' drawing trait, onto a
//! static SVG when the page is built and onto a canvas while it lives.

mod axis;
mod board;
mod canvas;
mod curve;
pub mod drawing;
mod graph;
mod hands;
pub mod heatmap;
pub mod histogram;
mod html;
mod legend;
mod palette;
mod picker;
mod plane;
mod plot;
mod scene;
pub mod series;
mod sheet;
mod stage;
mod stages;
mod strips;
mod svg;
pub mod table;
#[cfg(test)]
mod tests;
mod text;
pub mod texts;
pub mod tokens;
mod view;
mod widths;

pub use drawing::svg;
pub use hands::Hands;
pub use html::{capital, escape, escaped};
pub use scene::{Parts, focus, form, part, target, words};
pub use view::figure_view;
