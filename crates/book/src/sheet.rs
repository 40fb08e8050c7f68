//! What a page is compiled against, and what is noted on the way.

use crate::{BookError, markup::slug};
use lab::{Spec, page::Heading};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Everything a page may refer to.
pub(crate) struct World<'a> {
    /// The repository.
    pub root: &'a Path,
    /// All labs.
    pub specs: &'a [Spec],
    /// The ids of the papers that have a page.
    pub pages: BTreeSet<String>,
    /// Works still to come: id and title.
    pub coming: BTreeMap<String, String>,
    /// Which lab stands on the page with which address.
    pub labs: Vec<(String, String)>,
}

impl World<'_> {
    /// The lab called `id`.
    pub fn spec(&self, id: &str) -> Result<&Spec, String> {
        self.specs.iter().find(|spec| spec.id == id).ok_or_else(|| {
            let there = crate::markup::names(self.specs.iter().map(|spec| &*spec.id));
            format!("there is no lab “{id}” (there are: {there})")
        })
    }
}

/// One file on its way to a page.
pub(crate) struct Sheet<'a> {
    /// Everything it may refer to.
    pub world: &'a World<'a>,
    /// The file, relative to the repository.
    pub path: &'a str,
    /// The page's address relative to the site's root: `papers/char-rnn/`; empty for the index.
    pub address: &'a str,
    /// What is wrong so far.
    pub errors: Vec<BookError>,
    /// Its second-level headings so far.
    pub outline: Vec<Heading>,
    /// The ids in use.
    pub ids: BTreeSet<String>,
    /// The anchors that its links name, with their lines.
    pub anchors: Vec<(usize, String)>,
}

impl<'a> Sheet<'a> {
    /// An empty sheet for the file at `path`.
    pub fn new(world: &'a World<'a>, path: &'a str, address: &'a str) -> Self {
        Self {
            world,
            path,
            address,
            errors: vec![],
            outline: vec![],
            ids: BTreeSet::new(),
            anchors: vec![],
        }
    }

    /// Notes a mistake.
    pub fn error(&mut self, line: usize, message: impl Into<String>) {
        self.errors.push(BookError {
            path: self.path.to_owned(),
            line,
            message: message.into(),
        });
    }

    /// The value, or a mistake at `line`.
    pub fn ok<T>(&mut self, line: usize, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.error(line, message)).ok()
    }

    /// An id for a heading that reads `text`, unique on this page.
    pub fn heading_id(&mut self, text: &str) -> String {
        let base = slug(text);
        let base = if base.is_empty() {
            "section".to_owned()
        } else {
            base
        };
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        let id = std::iter::once(base.clone())
            .chain(numbered)
            .find(|id| !self.ids.contains(id));
        let id = id.unwrap_or(base);
        self.ids.insert(id.clone());
        id
    }

    /// The way from this page to the site's root: `../../`.
    pub fn up(&self) -> String {
        "../".repeat(self.address.matches('/').count())
    }

    /// Reads TOML whose first line is line `line` of the file.
    pub fn toml<T: DeserializeOwned>(&mut self, text: &str, line: usize) -> Option<T> {
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let message = error.message().replace('\n', " ").replace('`', "“");
                self.error(line + newlines(text, at), curly(&message));
                None
            }
        }
    }

    /// Links to anchors are checked once the whole page is known.
    pub fn check_anchors(&mut self) {
        for (line, id) in std::mem::take(&mut self.anchors) {
            if !self.ids.contains(&id) {
                self.error(line, format!("there is no heading “{id}” on this page"));
            }
        }
    }
}

/// Every second opening quote closes.
fn curly(message: &str) -> String {
    let mut open = false;
    let turn = |c| match c {
        '“' => {
            open = !open;
            if open { '“' } else { '”' }
        }
        c => c,
    };
    message.chars().map(turn).collect()
}

/// Lines before byte `at` of `text`.
pub(crate) fn newlines(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
}
