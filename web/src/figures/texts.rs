//! Pieces of running text under titles; what is wrong in them is marked by a wavy line as well as
//! by colour, and the reader's own beginning is weighted.

use super::html::{escape, escape_char};
use lab::figure::{Text, Texts};

/// A list of titles and texts.
pub fn html(texts: &Texts) -> String {
    let mut out = String::from("<dl class=\"sample\">");
    for piece in &texts.pieces {
        out.push_str("<dt>");
        escape(&mut out, &piece.title);
        out.push_str("</dt><dd class=\"tok\">");
        body(&mut out, piece);
        out.push_str("</dd>");
    }
    out.push_str("</dl>");
    out
}

/// Walks the characters once and switches elements where the kind of text changes, so that ranges
/// which overlap, run over the end or cut a character in two cannot break the markup.
fn body(out: &mut String, piece: &Text) {
    let mut open = "";
    for (nth, (at, c)) in piece.text.char_indices().enumerate() {
        let wrong = piece
            .wrong
            .iter()
            .any(|&(from, to)| (from as usize) <= at && at < to as usize);
        let element = match () {
            () if wrong => "mark",
            () if nth < piece.given as usize => "b",
            () => "",
        };
        if element != open {
            close(out, open);
            match element {
                "mark" => out.push_str("<mark class=\"wrong\" title=\"wrong\">"),
                "b" => out.push_str("<b class=\"given\">"),
                _ => {}
            }
            open = element;
        }
        escape_char(out, c);
    }
    close(out, open);
}

fn close(out: &mut String, element: &str) {
    if !element.is_empty() {
        out.push_str("</");
        out.push_str(element);
        out.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_mark_what_they_say() {
        let piece = Text {
            title: "temperature 0.7".to_owned(),
            text: "(a]é)".to_owned(),
            given: 2,
            wrong: vec![(2, 3), (4, 99)],
        };
        let html = html(&Texts {
            pieces: vec![piece],
        });
        assert!(html.contains("<b class=\"given\">(a</b><mark class=\"wrong\" title=\"wrong\">]</mark>é<mark class=\"wrong\" title=\"wrong\">)</mark></dd>"), "{html}");
    }

    #[test]
    fn text_is_never_markup() {
        let html = html(&Texts {
            pieces: vec![Text {
                text: "<script>".to_owned(),
                ..Text::default()
            }],
        });
        assert!(html.contains("&lt;script&gt;"));
    }
}
