//! Places on a page that a figure lights up: terms of equations and lines of source, by name.

use crate::markup::is_id;

/// Opens a mark inside the TeX, where a text can stand; the name follows.
const OPEN: char = '\u{E000}';
/// Between two names of one mark.
const AND: char = '\u{E001}';

/// Names of one mark, checked.
fn names(text: &str) -> Result<Vec<&str>, String> {
    let names: Vec<&str> = text.split_whitespace().collect();
    match names.iter().find(|name| !is_id(name)) {
        Some(name) => Err(format!(
            "“{name}” names no light: small letters, digits and hyphens"
        )),
        None if names.is_empty() => Err("a light needs a name".to_owned()),
        None => Ok(names),
    }
}

/// `tex` with every `\light{name}{term}` as a group that begins with a text no reader can write.
///
/// # Errors
/// If a mark is not written so, or has no name.
pub(crate) fn opened(tex: &str) -> Result<String, String> {
    const MARK: &str = "\\light";
    let mut out = String::with_capacity(tex.len());
    let mut rest = tex;
    while let Some(at) = rest.find(MARK) {
        let (before, after) = (&rest[..at], &rest[at + MARK.len()..]);
        let inner = after.trim_start().strip_prefix('{');
        let Some((name, term)) = inner.and_then(|inner| inner.split_once('}')) else {
            return Err("a light is written \\light{name}{term}".to_owned());
        };
        let Some(term) = term.trim_start().strip_prefix('{') else {
            return Err(format!("the light “{name}” has no {{term}} behind it"));
        };
        out.push_str(before);
        out.push_str("{\\text{");
        out.push(OPEN);
        out.push_str(&names(name)?.join(&AND.to_string()));
        // What would have closed the term closes the group.
        out.push('}');
        rest = term;
    }
    out.push_str(rest);
    Ok(out)
}

/// The rendered marks as the rows they stand in: `<mrow data-light="name">`.
pub(crate) fn closed(math: &str) -> String {
    let mark = format!("<mrow><mtext>{OPEN}");
    let mut out = String::with_capacity(math.len());
    let mut rest = math;
    while let Some((before, after)) = rest.split_once(&mark) {
        let (name, behind) = after.split_once("</mtext>").unwrap_or((after, ""));
        out.push_str(before);
        out.push_str("<mrow data-light=\"");
        out.push_str(&name.replace(AND, " "));
        out.push_str("\">");
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether a mark is left that could not become a row.
pub(crate) fn is_open(math: &str) -> bool {
    math.contains(OPEN)
}

/// The line that holds `piece`.
fn line_of(lines: &[String], piece: &str) -> Result<usize, String> {
    let count: usize = lines.iter().map(|line| line.matches(piece).count()).sum();
    let at = lines.iter().position(|line| line.contains(piece));
    match (at, count) {
        (Some(at), 1) if !piece.is_empty() => Ok(at),
        _ if piece.is_empty() => Err("a light needs a piece of its line".to_owned()),
        (_, 0) => Err(format!("“{piece}” does not occur in the excerpt")),
        (_, n) => Err(format!("“{piece}” occurs {n} times in the excerpt")),
    }
}

/// The names of each line of an excerpt.
///
/// # Errors
/// Which of the pairs names no line, or no single one, and why.
pub(crate) fn of_lines(
    lines: &[String],
    lights: &[(&str, &str)],
) -> Result<Vec<String>, (usize, String)> {
    let mut named = vec![String::new(); lines.len()];
    for (nth, (name, piece)) in lights.iter().enumerate() {
        let found = names(name).and_then(|names| Ok((names.join(" "), line_of(lines, piece)?)));
        let (name, at) = found.map_err(|why| (nth, why))?;
        if !named[at].is_empty() {
            named[at].push(' ');
        }
        named[at].push_str(&name);
    }
    Ok(named)
}

/// A line of source under its names, if it has any.
pub(crate) fn line(html: String, names: &str) -> String {
    if names.is_empty() {
        html
    } else {
        format!("<span data-light=\"{names}\">{html}</span>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_opens_a_group_that_its_own_brace_closes() {
        assert_eq!(
            opened(r"\light{write now} {a_{t}} + b").unwrap(),
            format!("{{\\text{{{OPEN}write{AND}now}}a_{{t}}}} + b")
        );
        assert_eq!(opened("x + 1").unwrap(), "x + 1");
        for wrong in [
            r"\light{a} b",
            r"\light a",
            r"\light{}{b}",
            r"\light{A}{b}",
            r"\light{a",
        ] {
            opened(wrong).unwrap_err();
        }
    }

    #[test]
    fn a_line_is_named_by_what_stands_in_it_alone() {
        let lines = ["let f = 1;", "let i = f;"].map(str::to_owned);
        let of = |lights: &[(&str, &str)]| of_lines(&lines, lights);
        assert_eq!(
            of(&[("forget", "let f"), ("input", "let i"), ("erase", "i =")]).unwrap(),
            ["forget", "input erase"]
        );
        let error = |piece| of(&[("input", "let i"), ("forget", piece)]).unwrap_err();
        assert_eq!(
            error("let"),
            (1, "“let” occurs 2 times in the excerpt".to_owned())
        );
        assert_eq!(
            error("let o").1,
            "“let o” does not occur in the excerpt".to_owned()
        );
        error("");
        assert!(of(&[("For get!", "let f")]).is_err());
        assert_eq!(line("x".to_owned(), ""), "x");
        assert_eq!(
            line("x".to_owned(), "a b"),
            "<span data-light=\"a b\">x</span>"
        );
    }
}
