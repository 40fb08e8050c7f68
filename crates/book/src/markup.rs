//! Small pieces of HTML and of addresses.

/// Text as HTML, in an element or between double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// An anchor from a heading: `Train it, break it!` is `train-it-break-it`.
pub(crate) fn slug(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '\'' | '’' | '‘'));
    let spaced: String = kept
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<String> = spaced.split_whitespace().map(str::to_lowercase).collect();
    words.join("-")
}

/// Whether `id` is made of small letters, digits and single hyphens.
pub(crate) fn is_id(id: &str) -> bool {
    !id.is_empty() && slug(id) == id && id.is_ascii()
}

/// What there is, for a message: `a, b`, or `none`.
pub(crate) fn names<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let ids: Vec<&str> = ids.into_iter().collect();
    if ids.is_empty() {
        "none".to_owned()
    } else {
        ids.join(", ")
    }
}
