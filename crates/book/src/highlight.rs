//! Source to HTML with eight classes, so that a page's code stays small and its colours are tokens:
//! `k` keyword, `s` string, `c` comment, `t` type, `n` number or constant, `f` function, `m` macro,
//! `a` attribute.

use crate::markup::escape;
use std::sync::OnceLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

/// Highlights `lines` as the language that `path`'s extension names: one self-contained string of
/// HTML a line.
pub(crate) fn lines(path: &str, lines: &[String]) -> Vec<String> {
    // Unpacking the syntaxes takes longer than highlighting a page.
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    let syntaxes = SYNTAXES.get_or_init(SyntaxSet::load_defaults_newlines);
    let extension = path.rsplit('.').next().unwrap_or_default();
    let syntax = syntaxes.find_syntax_by_extension(extension);
    let mut state = ParseState::new(syntax.unwrap_or_else(|| syntaxes.find_syntax_plain_text()));
    let mut scopes = ScopeStack::new();
    let mut html = |line: &String| -> Option<String> {
        let mut spans = Spans::default();
        // The syntax gives `let` the scope of a built-in type.
        let class = |text: &str, scopes: &ScopeStack| match text.trim() {
            "let" => Some('k'),
            _ => class(scopes),
        };
        let ops = state.parse_line(&format!("{line}\n"), syntaxes).ok()?;
        let mut from = 0;
        for (at, op) in ops {
            let to = at.min(line.len());
            spans.push(&line[from..to], class(&line[from..to], &scopes));
            from = to;
            scopes.apply(&op).ok()?;
        }
        spans.push(&line[from..], class(&line[from..], &scopes));
        Some(spans.finish())
    };
    lines
        .iter()
        .map(|line| html(line).unwrap_or_else(|| escape(line)))
        .collect()
}

/// Neighbouring pieces of one class share a span.
#[derive(Default)]
struct Spans {
    html: String,
    open: Option<char>,
}

impl Spans {
    fn push(&mut self, text: &str, class: Option<char>) {
        if text.is_empty() {
            return;
        }
        let class = if text.trim().is_empty() {
            self.open
        } else {
            class
        };
        if class != self.open {
            self.close();
            if let Some(class) = class {
                self.html.push_str(&format!("<span class=\"{class}\">"));
            }
            self.open = class;
        }
        self.html.push_str(&escape(text));
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

/// The class of the innermost scope that has one.
fn class(scopes: &ScopeStack) -> Option<char> {
    static CLASSES: OnceLock<Vec<(Scope, Option<char>)>> = OnceLock::new();
    let classes = CLASSES.get_or_init(|| {
        let table = [
            ("comment", Some('c')),
            ("string", Some('s')),
            ("constant.character", Some('s')),
            ("constant", Some('n')),
            // Operators outnumber everything else and need no colour.
            ("keyword.operator", None),
            ("keyword", Some('k')),
            ("storage.type.function", Some('k')),
            ("storage.type.struct", Some('k')),
            ("storage.type.enum", Some('k')),
            ("storage.type.trait", Some('k')),
            ("storage.type.impl", Some('k')),
            ("storage.type.type", Some('k')),
            ("storage.type.module", Some('k')),
            ("storage.type", Some('t')),
            ("storage", Some('k')),
            ("variable.language", Some('k')),
            ("entity.name.function", Some('f')),
            ("entity.name.macro", Some('m')),
            ("entity.name.lifetime", Some('a')),
            ("entity.name", Some('t')),
            ("support.function", Some('f')),
            ("support.macro", Some('m')),
            ("support.type", Some('t')),
            ("meta.annotation", Some('a')),
            ("meta.attribute", Some('a')),
            ("variable.annotation", Some('a')),
        ];
        let scope = |name: &str| Scope::new(name).expect("a scope of at most eight short atoms");
        table
            .into_iter()
            .map(|(name, class)| (scope(name), class))
            .collect()
    });
    let of = |scope: &Scope| {
        classes
            .iter()
            .find(|(prefix, _)| prefix.is_prefix_of(*scope))
    };
    scopes
        .as_slice()
        .iter()
        .rev()
        .find_map(of)
        .and_then(|(_, class)| *class)
}
