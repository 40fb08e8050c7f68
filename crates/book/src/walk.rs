//! One pass over Markdown's events: what the renderer cannot do by itself.

use crate::{
    markdown::{Fence, KINDS, Piece, Place, gather, parser, word},
    markup::escape,
    sheet::{Sheet, newlines},
    tex,
};
use lab::page::Heading;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd, html};
use pulldown_latex::config::DisplayMode;

/// A pass under way.
pub(crate) struct Walk<'s, 'a, 't> {
    sheet: &'s mut Sheet<'a>,
    text: &'t str,
    line: usize,
    place: Place,
    /// Events since the last directive, ready for the renderer.
    out: Vec<Event<'t>>,
    pieces: Vec<Piece>,
    /// Lists and quotations around here.
    nesting: usize,
    /// Where in `out` the open heading starts, and its plain text so far.
    heading: Option<(usize, String)>,
    /// The alignments of the open table, the cell's column and its tag.
    columns: Vec<Alignment>,
    column: usize,
    cell: &'static str,
    /// Closing tags of the open links.
    closing: Vec<&'static str>,
}

impl<'s, 'a, 't> Walk<'s, 'a, 't> {
    /// Begins at the first line of `text`, which is line `line` of the sheet's file.
    pub(crate) fn new(sheet: &'s mut Sheet<'a>, text: &'t str, line: usize, place: Place) -> Self {
        Self {
            sheet,
            text,
            line,
            place,
            out: vec![],
            pieces: vec![],
            nesting: 0,
            heading: None,
            columns: vec![],
            column: 0,
            cell: "td",
            closing: vec![],
        }
    }

    /// Goes through to the end.
    pub(crate) fn run(mut self) -> Vec<Piece> {
        let mut events = parser(self.text).into_offset_iter();
        while let Some((event, range)) = events.next() {
            let line = self.line + newlines(self.text, range.start);
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let text = gather(&mut events, TagEnd::CodeBlock);
                    self.block(&kind, text, line);
                }
                Event::Start(Tag::HtmlBlock) => {
                    let html = gather(&mut events, TagEnd::HtmlBlock);
                    self.raw(&html, line);
                }
                Event::Html(html) | Event::InlineHtml(html) => self.raw(&html, line),
                Event::Start(Tag::Image { .. }) => {
                    self.sheet
                        .error(line, "pages hold no images: a picture is a figure of a lab");
                }
                Event::End(TagEnd::Image) => {}
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let link = self.sheet.link(&dest_url, line);
                    self.closing.push(link.close);
                    self.html(link.open);
                }
                Event::End(TagEnd::Link) => {
                    let close = self.closing.pop().unwrap_or_default();
                    self.html(close.to_owned());
                }
                Event::Start(Tag::Heading { .. }) => self.start_heading(event, line),
                Event::End(TagEnd::Heading(level)) => self.end_heading(level),
                Event::InlineMath(tex) => {
                    self.note_text(&tex);
                    let math = tex::mathml(&tex, DisplayMode::Inline);
                    let math = self.sheet.ok(line, math.map_err(|e| format!("TeX: {e}")));
                    self.html(math.unwrap_or_default());
                }
                Event::DisplayMath(tex) => self.display(&tex, line),
                Event::Text(ref text) if text.contains('$') => {
                    self.dollar(range.start, line);
                    self.plain(event);
                }
                event => self.plain(event),
            }
        }
        self.flush();
        self.pieces
    }

    /// Events that need no more than a change of their tags.
    fn plain(&mut self, event: Event<'t>) {
        match event {
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => self.nesting += 1,
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => self.nesting -= 1,
            Event::Start(Tag::Table(columns)) => {
                self.columns = columns;
                self.html("<div class=\"table\">".to_owned());
                // Without alignments the renderer writes no style attributes.
                return self.out.push(Event::Start(Tag::Table(vec![])));
            }
            Event::End(TagEnd::Table) => {
                self.out.push(event);
                return self.html("</div>\n".to_owned());
            }
            Event::Start(Tag::TableHead) => (self.column, self.cell) = (0, "th"),
            Event::Start(Tag::TableRow) => (self.column, self.cell) = (0, "td"),
            Event::Start(Tag::TableCell) => {
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    _ => "",
                };
                self.column += 1;
                return self.html(format!("<{}{class}>", self.cell));
            }
            Event::Text(ref text) | Event::Code(ref text) => self.note_text(&text.clone()),
            Event::SoftBreak if matches!(self.out.last(), Some(Event::Start(Tag::Paragraph))) => {
                return;
            }
            Event::End(TagEnd::Paragraph)
                if matches!(self.out.last(), Some(Event::Start(Tag::Paragraph))) =>
            {
                self.out.pop();
                return;
            }
            _ => {}
        }
        self.out.push(event);
    }

    fn html(&mut self, html: String) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn note_text(&mut self, text: &str) {
        if let Some((_, heading)) = &mut self.heading {
            heading.push_str(text);
        }
    }

    fn raw(&mut self, html: &str, line: usize) {
        let html = html.trim();
        if !(html.starts_with("<!--") && html.ends_with("-->")) {
            self.sheet.error(line, "HTML cannot stand in Markdown here");
        }
    }

    /// Unbalanced braces make an equation plain text, which nobody would notice.
    fn dollar(&mut self, start: usize, line: usize) {
        let escaped = self.text[..start].ends_with('\\') && self.text[start..].starts_with('$');
        if !escaped {
            self.sheet
                .error(line, "this $ delimits no equation: close it, or write \\$");
        }
    }

    fn start_heading(&mut self, event: Event<'t>, line: usize) {
        if self.place != Place::Body {
            self.sheet.error(line, "a heading cannot stand here");
        } else if matches!(
            event,
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            })
        ) {
            self.sheet.error(
                line,
                "the title stands in the front matter: headings begin with ##",
            );
        }
        self.heading = Some((self.out.len(), String::new()));
        self.out.push(event);
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        self.out.push(Event::End(TagEnd::Heading(level)));
        let Some((start, text)) = self.heading.take() else {
            return;
        };
        let Event::Start(Tag::Heading { id, .. }) = &mut self.out[start] else {
            return;
        };
        let unique = self.sheet.heading_id(id.as_deref().unwrap_or(&text));
        *id = Some(unique.clone().into());
        if level == HeadingLevel::H2 {
            self.sheet.outline.push(Heading { id: unique, text });
        }
    }

    /// An equation on a line of its own splits the paragraph it stands in: a paragraph cannot hold
    /// a division.
    fn display(&mut self, tex: &str, line: usize) {
        if self.heading.is_some() {
            return self
                .sheet
                .error(line, "an equation in a heading stands between single $");
        }
        let html = tex::display(tex).map_err(|e| format!("TeX: {e}"));
        let Some(html) = self.sheet.ok(line, html) else {
            return;
        };
        while matches!(self.out.last(), Some(Event::SoftBreak)) {
            self.out.pop();
        }
        let open = |e: &Event<'_>| matches!(e, Event::Start(Tag::Paragraph));
        let close = |e: &Event<'_>| matches!(e, Event::End(TagEnd::Paragraph));
        let last = self.out.iter().rev().find(|e| open(e) || close(e));
        let in_paragraph = last.is_some_and(open);
        if self.out.last().is_some_and(open) {
            self.out.pop();
        } else if in_paragraph {
            self.out.push(Event::End(TagEnd::Paragraph));
        }
        self.html(format!("{html}\n"));
        if in_paragraph {
            self.out.push(Event::Start(Tag::Paragraph));
        }
    }

    fn block(&mut self, kind: &CodeBlockKind<'_>, text: String, line: usize) {
        let kind = match kind {
            CodeBlockKind::Fenced(info) => word(info).to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        if kind == "text" {
            // What may be wider than a phone scrolls, so it must be reachable by keyboard.
            let wide = text.lines().any(|line| line.chars().count() > 36);
            let focus = if wide { " tabindex=\"0\"" } else { "" };
            let code = escape(text.trim_end_matches('\n'));
            return self.html(format!(
                "<pre class=\"text\"{focus}><code>{code}</code></pre>\n"
            ));
        }
        if kind == "rust" {
            let instead = "mark a region in its file and use a `code` block";
            return self
                .sheet
                .error(line, format!("code never stands in Markdown: {instead}"));
        }
        if !KINDS.contains(&kind.as_str()) {
            let kinds = KINDS.join(", ");
            let message = format!("there is no block “{kind}” (there are: {kinds}, text)");
            return self.sheet.error(line, message);
        }
        if self.place != Place::Body || self.nesting > 0 {
            let message = format!("a {kind} block cannot stand inside something else");
            return self.sheet.error(line, message);
        }
        self.flush();
        self.pieces.push(Piece::Fence(Fence { kind, text, line }));
    }

    fn flush(&mut self) {
        if self.out.is_empty() {
            return;
        }
        let mut html = String::new();
        html::push_html(&mut html, self.out.drain(..));
        self.pieces.push(Piece::Html(html.trim().to_owned()));
    }
}
