//! Markdown to HTML: headings with anchors, links, equations, and the fenced blocks that are more
//! than text.

use crate::{sheet::Sheet, walk::Walk};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Where Markdown stands, which decides what it may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A page's body: everything.
    Body,
    /// A note, a question, an answer: no headings, no directives.
    Aside,
}

/// A piece of a body.
pub(crate) enum Piece {
    /// Prose.
    Html(String),
    /// A directive.
    Fence(Fence),
}

/// A fenced block that is more than text.
pub(crate) struct Fence {
    /// Its word: `lab`.
    pub kind: String,
    /// Its content.
    pub text: String,
    /// The line of its fence.
    pub line: usize,
}

/// The directives.
pub(crate) const KINDS: [&str; 5] = ["lab", "measured", "code", "exercise", "note"];

/// The events of `text`: CommonMark with tables, equations, curly quotes and chosen anchors.
pub(crate) fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(
        text,
        Options::ENABLE_TABLES
            | Options::ENABLE_MATH
            | Options::ENABLE_SMART_PUNCTUATION
            | Options::ENABLE_HEADING_ATTRIBUTES,
    )
}

/// The contents of all fenced blocks called `kind`, without compiling anything.
pub(crate) fn fences(text: &str, kind: &str) -> Vec<String> {
    let mut events = parser(text).map(|event| (event, 0..0));
    let mut found = vec![];
    while let Some((event, _)) = events.next() {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event {
            let text = gather(&mut events, TagEnd::CodeBlock);
            if word(&info) == kind {
                found.push(text);
            }
        }
    }
    found
}

/// What kind of block an info string names.
pub(crate) fn word(info: &str) -> &str {
    info.split_whitespace().next().unwrap_or_default()
}

/// Where an event stands in the text.
type Range = std::ops::Range<usize>;

/// The text of all events up to `end`.
pub(crate) fn gather<'t>(
    events: &mut impl Iterator<Item = (Event<'t>, Range)>,
    end: TagEnd,
) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::End(tag) if tag == end => break,
            Event::Text(piece) | Event::Html(piece) => text.push_str(&piece),
            _ => {}
        }
    }
    text
}

impl Sheet<'_> {
    /// Compiles Markdown whose first line is line `line` of the file.
    pub(crate) fn markdown(&mut self, text: &str, line: usize, place: Place) -> Vec<Piece> {
        Walk::new(self, text, line, place).run()
    }

    /// Compiles Markdown to plain prose.
    pub(crate) fn prose(&mut self, text: &str, line: usize) -> String {
        let pieces = self.markdown(text, line, Place::Aside);
        let html = pieces.into_iter().filter_map(|piece| match piece {
            Piece::Html(html) => Some(html),
            Piece::Fence(_) => None,
        });
        html.collect::<String>().trim_end().to_owned()
    }

    /// Compiles one line of Markdown, without the paragraph around it.
    pub(crate) fn phrase(&mut self, text: &str, line: usize) -> String {
        let html = self.prose(text, line);
        let inner = html
            .strip_prefix("<p>")
            .and_then(|html| html.strip_suffix("</p>"));
        match inner {
            Some(inner) if !inner.contains("<p>") => inner.to_owned(),
            _ if html.is_empty() => html,
            _ => {
                self.error(line, "one paragraph is expected here, with nothing else");
                html
            }
        }
    }
}
