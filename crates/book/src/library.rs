//! The whole book: every page, the shelves they stand on, and what is still to come.

use crate::{BookError, load};
use lab::{
    Spec,
    page::{Block, Heading, Page},
};
use serde::Deserialize;
use std::path::Path;

/// Everything under `content/`, compiled.
#[derive(Clone, Debug, PartialEq)]
pub struct Library {
    /// The paper pages, in reading order: by shelf, on a shelf by year.
    pub pages: Vec<Page>,
    /// The shelves in order.
    pub shelves: Vec<Shelf>,
    /// The works that have no page yet, by shelf, on a shelf by year.
    pub coming: Vec<Coming>,
    /// The suggested first path through the shelves.
    pub path: Vec<Waypoint>,
    /// `content/index.md`: what stands above the shelves. Its links are relative to the site's root.
    pub index: Essay,
    /// `content/about.md`. Its links are relative to `about/`.
    pub about: Essay,
}

/// A shelf.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shelf {
    /// Its id: `sequence`.
    pub id: String,
    /// Its name: `Sequence & memory`.
    pub title: String,
    /// What stands on it, in a sentence.
    pub says: String,
}

/// A work that has no page yet.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coming {
    /// The id its page will have.
    pub id: String,
    /// The work's title.
    pub title: String,
    /// Its authors.
    pub authors: String,
    /// Its year, or years.
    pub year: String,
    /// Where to read it.
    pub source: String,
    /// The id of its shelf.
    pub shelf: String,
    /// Its idea in one sentence.
    pub idea: String,
}

/// A step of the suggested first path: a page, or a work still to come.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waypoint {
    /// Which page or coming work.
    pub id: String,
    /// Why now, in a sentence.
    pub why: String,
}

/// A page that is about no paper.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Essay {
    /// Its title.
    pub title: String,
    /// What it says in a sentence: the page's description.
    pub says: String,
    /// Its body in order.
    pub blocks: Vec<Block>,
    /// Its second-level headings.
    pub outline: Vec<Heading>,
}

impl Library {
    /// Compiles everything under `root/content`. `specs` are all labs; `papers` is the registry:
    /// each paper's id with the ids of its labs.
    ///
    /// # Errors
    /// Every mistake found, in the order of files and lines.
    pub fn load(
        root: &Path,
        specs: &[Spec],
        papers: &[(&str, Vec<&str>)],
    ) -> Result<Self, Vec<BookError>> {
        load::load(root, specs, papers)
    }

    /// The page called `id`.
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }

    /// The page before and the page after the page called `id`, in reading order.
    pub fn neighbours(&self, id: &str) -> (Option<&Page>, Option<&Page>) {
        let Some(at) = self.pages.iter().position(|page| page.id == id) else {
            return (None, None);
        };
        (
            at.checked_sub(1).map(|before| &self.pages[before]),
            self.pages.get(at + 1),
        )
    }

    /// The title of a page or of a work still to come.
    pub fn title(&self, id: &str) -> Option<&str> {
        let coming = || {
            self.coming
                .iter()
                .find(|work| work.id == id)
                .map(|work| &*work.title)
        };
        self.page(id).map(|page| &*page.front.title).or_else(coming)
    }
}
