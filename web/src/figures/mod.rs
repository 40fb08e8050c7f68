//! One renderer per kind of figure. Running text, tables and tinted tokens are HTML; curves,
//! matrices and histograms are drawn by one function each over plotters' drawing trait, onto a
//! static SVG when the page is built and onto a canvas while it lives.

mod axis;
mod board;
mod canvas;
mod curve;
pub mod drawing;
pub mod heatmap;
pub mod histogram;
mod html;
mod palette;
mod plot;
pub mod series;
mod sheet;
mod stage;
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
pub use view::FigureView;
