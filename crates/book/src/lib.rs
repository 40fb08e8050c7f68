//! The content compiler: Markdown with labs, TeX to MathML, source excerpts.
//!
//! [`Library::load`] reads everything under `content/` and returns it as plain data
//! ([`lab::page::Page`]), or every mistake with its file and line. It knows the labs from their
//! specs alone, so a page that names an unknown preset fails without a paper being built.
//!
//! A file begins with TOML between two lines `+++`; then comes CommonMark with tables and with TeX
//! between `$` or `$$`. Links lead to `https:` addresses, to `paper:ID`, `lab:ID`, `page:about`,
//! `page:index` and `#heading`. Fenced blocks of TOML place what is more than text: `lab`,
//! `measured`, `code` and `exercise`; `note` holds Markdown for the margin beside the text before it,
//! `text` preformatted text. Code never stands in Markdown: it is cut from the files that run, between
//! `// region: NAME` and `// endregion: NAME`.
//!
//! What a figure shows stage by stage can light up on the page: `\light{forget}{f_t}` in an equation
//! names a term, and `lights = [["forget", "let f ="]]` in a `code` block the one line of the excerpt
//! in which the piece occurs. Several names stand with spaces between them.

mod checks;
mod directives;
mod error;
mod excerpt;
mod file;
mod highlight;
mod library;
mod lights;
mod links;
mod load;
mod markdown;
mod markup;
mod sheet;
mod tex;
mod walk;

pub use error::BookError;
pub use library::{Coming, Essay, Library, Shelf, Waypoint};
