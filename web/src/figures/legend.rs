//! What stands above a drawing: its marks, and values that change while it moves.

use super::html::escape;

/// Entries side by side.
#[derive(Debug, Default)]
pub struct Legend {
    /// The element a value is in.
    pub tag: &'static str,
    /// For each entry, the HTML before its value, from `<li>` on.
    pub marks: Vec<String>,
    /// For each entry its value, as text.
    pub values: Vec<String>,
}

/// The part of a scene that holds the value of the i-th entry.
pub fn part(i: usize) -> String {
    format!("value-{i}")
}

impl Legend {
    /// Its values, one a line.
    pub fn lines(&self) -> String {
        self.values.join("\n")
    }

    /// Its HTML.
    pub fn html(&self) -> String {
        let mut out = String::new();
        for (i, (mark, value)) in self.marks.iter().zip(&self.values).enumerate() {
            for piece in [mark, "<", self.tag, " data-part=\"", &part(i), "\">"] {
                out.push_str(piece);
            }
            escape(&mut out, value);
            for piece in ["</", self.tag, "></li>"] {
                out.push_str(piece);
            }
        }
        out
    }
}
