//! One Markdown file: its front matter, its body, and what they compile to.

use crate::{
    BookError, Essay,
    markdown::fences,
    markup::names,
    sheet::{Sheet, World, newlines},
};
use lab::page::{FrontMatter, LabBlock, Page};
use serde::Deserialize;
use std::{fs, io, path::Path};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EssayFront {
    title: String,
    says: String,
}

/// A Markdown file, taken apart.
pub(crate) struct File {
    path: String,
    address: String,
    front: String,
    body: String,
    /// The body's first line.
    line: usize,
}

/// A mistake.
pub(crate) fn error(path: &str, line: usize, message: impl Into<String>) -> BookError {
    BookError {
        path: path.to_owned(),
        line,
        message: message.into(),
    }
}

/// Reads a file under `root`.
pub(crate) fn read(root: &Path, path: &str) -> Result<String, BookError> {
    fs::read_to_string(root.join(path)).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => error(path, 1, "there is no such file"),
        _ => error(path, 1, format!("cannot be read: {e}")),
    })
}

/// Whether a source can be linked to.
pub(crate) fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

impl File {
    /// Reads and takes apart the file at `path`, which becomes the page at `address`.
    pub(crate) fn read(root: &Path, path: String, address: String) -> Result<Self, BookError> {
        let text = read(root, &path)?.replace("\r\n", "\n");
        let missing = || error(&path, 1, "it must begin with TOML between two lines +++");
        let rest = text.strip_prefix("+++\n").ok_or_else(missing)?;
        let (front, body) = rest.split_once("\n+++\n").ok_or_else(missing)?;
        let line = newlines(&text, text.len() - body.len()) + 1;
        let (front, body) = (front.to_owned(), body.to_owned());
        Ok(Self {
            path,
            address,
            front,
            body,
            line,
        })
    }

    /// The labs that stand here, with this address. A directive that cannot be read is reported
    /// when the page is compiled.
    pub(crate) fn labs(&self) -> Vec<(String, String)> {
        let blocks = fences(&self.body, "lab").into_iter();
        let blocks = blocks.filter_map(|fence| toml::from_str::<LabBlock>(&fence).ok());
        blocks
            .map(|block| (block.lab, self.address.clone()))
            .collect()
    }

    /// The line of the front matter's entry `key`.
    fn line_of(&self, key: &str) -> usize {
        let is_key = |line: &str| {
            line.split('=')
                .next()
                .is_some_and(|word| word.trim() == key)
        };
        self.front.lines().position(is_key).map_or(1, |at| at + 2)
    }

    /// Compiles a paper's page. What is wrong goes to `errors`.
    pub(crate) fn page(
        &self,
        world: &World<'_>,
        id: &str,
        shelves: &[&str],
        errors: &mut Vec<BookError>,
    ) -> Option<Page> {
        let mut sheet = Sheet::new(world, &self.path, &self.address);
        let front: Option<FrontMatter> = sheet.toml(&self.front, 2);
        let front = front.map(|mut front| {
            if !shelves.contains(&&*front.shelf) {
                let there = names(shelves.iter().copied());
                let message = format!("there is no shelf “{}” (there are: {there})", front.shelf);
                sheet.error(self.line_of("shelf"), message);
            }
            if !is_address(&front.source) {
                sheet.error(self.line_of("source"), "the source is no address");
            }
            front.first = sheet.phrase(&front.first, self.line_of("first"));
            front
        });
        let blocks = sheet.body(&self.body, self.line);
        errors.append(&mut sheet.errors);
        Some(Page {
            id: id.to_owned(),
            front: front?,
            blocks,
            outline: sheet.outline,
        })
    }

    /// Compiles a page about no paper. What is wrong goes to `errors`.
    pub(crate) fn essay(&self, world: &World<'_>, errors: &mut Vec<BookError>) -> Option<Essay> {
        let mut sheet = Sheet::new(world, &self.path, &self.address);
        let front: Option<EssayFront> = sheet.toml(&self.front, 2);
        let blocks = sheet.body(&self.body, self.line);
        errors.append(&mut sheet.errors);
        let EssayFront { title, says } = front?;
        Some(Essay {
            title,
            says,
            blocks,
            outline: sheet.outline,
        })
    }
}
