//! A row of words, composed from buttons or typed.

use super::{asks, desk::Desk, live::Live};
use crate::figures::{Parts, escape, form, target};
use lab::{Input, ProbeSpec, Word};
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

/// More words than this are folded away by group: they would push the figure out of sight.
const MANY: usize = 16;

/// A button, as the handler of all of them understands it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    /// Adds the word of this index.
    Add(u32),
    /// Takes away the word at this place of the row.
    Drop(usize),
    /// Takes away the last word.
    Last,
    /// Takes away all of them.
    Clear,
}

impl Act {
    fn read(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some(("add", nth)) => nth.parse().ok().map(Self::Add),
            Some(("drop", nth)) => nth.parse().ok().map(Self::Drop),
            _ if text == "last" => Some(Self::Last),
            _ if text == "clear" => Some(Self::Clear),
            _ => None,
        }
    }

    /// The row after it; `None` if it changes nothing.
    fn on(self, row: &[u32], max: u32) -> Option<Vec<u32>> {
        let mut row = row.to_vec();
        match self {
            Self::Add(word) if row.len() < max as usize => row.push(word),
            Self::Drop(nth) if nth < row.len() => {
                row.remove(nth);
            }
            Self::Last => {
                row.pop()?;
            }
            Self::Clear if !row.is_empty() => row.clear(),
            _ => return None,
        }
        Some(row)
    }
}

/// The row as it stands, the words there are, and a field to type them.
pub fn view(
    desk: Desk,
    probe: &'static ProbeSpec,
    words: &'static [Word],
    (min, max): (u32, u32),
) -> AnyView {
    let row = move || match asks::own(desk, probe) {
        Some(Input::Words(row)) => row,
        _ => Vec::new(),
    };
    let wrong = Live::new(String::new());
    let give = move |row: Vec<u32>| {
        wrong.set(String::new());
        desk.give(&probe.id, |given| given.take("", Input::Words(row)));
    };
    let id = desk.id(&format!("{}-words", probe.id));
    let first = {
        let row = untrack(row);
        let mut out =
            String::from("<ol class=\"row\" data-part=\"row\" aria-label=\"Your words\">");
        out += &chips_html(words, &row);
        let _ = write!(
            out,
            "</ol><div class=\"keys\"><button type=\"button\" data-word=\"last\">Delete last</button>\
             <button type=\"button\" data-word=\"clear\">Clear</button><span class=\"type\"><label for=\"{id}\">or type</label>\
             <input id=\"{id}\" type=\"text\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" \
             enterkeyhint=\"done\" placeholder=\"words, then Enter\" aria-describedby=\"{id}-wrong\"></span>\
             <small data-part=\"count\" aria-live=\"polite\">{}</small></div>\
             <small class=\"wrong\" id=\"{id}-wrong\" data-part=\"wrong\" role=\"alert\"></small>\
             <div class=\"words\">",
            count(row.len() as u32, min, max)
        );
        out + &words_html(words, &id) + "</div>"
    };
    let draw = move |parts: &mut Parts| {
        let row = row();
        parts.html("row", chips_html(words, &row));
        parts.html("count", count(row.len() as u32, min, max));
        let mut said = String::new();
        escape(&mut said, &wrong.get());
        parts.html("wrong", said);
    };
    let hear = move |host: &Element, event: &Event| {
        if event.type_() == "keydown" {
            let field = target(event, "input");
            let field = field.and_then(|f| f.dyn_into::<HtmlInputElement>().ok());
            let enter = event.unchecked_ref::<KeyboardEvent>().key() == "Enter";
            let Some(field) = field.filter(|_| enter) else {
                return;
            };
            event.prevent_default();
            match typed(&field.value(), &untrack(row), words, max) {
                Ok(row) => {
                    field.set_value("");
                    give(row);
                }
                Err(why) => wrong.set(why),
            }
            return;
        }
        let button = target(event, "[data-word]").filter(|_| event.type_() == "click");
        let act = button.and_then(|b| Act::read(&b.get_attribute("data-word")?));
        let Some(act) = act else { return };
        match act.on(&untrack(row), max) {
            Some(row) => give(row),
            None if matches!(act, Act::Add(_)) => wrong.set(most(max)),
            None => {}
        }
        if let Act::Drop(nth) = act {
            let host = host.clone();
            // The button that was pressed goes with the next drawing: its heir takes the focus.
            request_animation_frame(move || refocus(&host, nth));
        }
    };
    form("compose", first, draw, hear)
}

/// Puts the focus on the word at this place of the row, or on the last one.
fn refocus(host: &Element, nth: usize) {
    let Ok(all) = host.query_selector_all("[data-part=row] button") else {
        return;
    };
    let heir = all.item((nth as u32).min(all.length().saturating_sub(1)));
    if let Some(heir) = heir.and_then(|b| b.dyn_into::<HtmlElement>().ok()) {
        // A button that cannot take the focus is still there.
        let _ = heir.focus();
    }
}

/// The row, one button a word, which takes it away.
fn chips_html(words: &[Word], row: &[u32]) -> String {
    let mut out = String::new();
    for (nth, word) in row.iter().enumerate() {
        let label = words.get(*word as usize).map_or("?", |w| &w.label);
        let _ = write!(
            out,
            "<li><button type=\"button\" data-word=\"drop {nth}\" aria-label=\"Delete word {}: ",
            nth + 1
        );
        escape(&mut out, label);
        out.push_str("\">");
        escape(&mut out, label);
        out.push_str("<span aria-hidden=\"true\">×</span></button></li>");
    }
    out
}

/// The words there are, by group, in the order in which the groups first come. Of many words, one
/// group at a time is unfolded; `id` names them as belonging together.
fn words_html(words: &[Word], id: &str) -> String {
    let mut groups: Vec<&str> = Vec::new();
    for word in words {
        if !groups.contains(&word.group.as_str()) {
            groups.push(&word.group);
        }
    }
    let folded = words.len() > MANY && groups.len() > 1;
    let mut out = String::new();
    for group in groups {
        let mut name = String::new();
        escape(&mut name, if group.is_empty() { "Words" } else { group });
        if folded {
            let _ = write!(out, "<details name=\"{id}\"><summary>{name}</summary>");
        }
        let _ = write!(out, "<div role=\"group\" aria-label=\"{name}\">");
        if !folded && !group.is_empty() {
            let _ = write!(out, "<span>{name}</span>");
        }
        let mine = |(_, word): &(usize, &Word)| word.group == group;
        for (nth, word) in words.iter().enumerate().filter(mine) {
            let _ = write!(out, "<button type=\"button\" data-word=\"add {nth}\">");
            escape(&mut out, &word.label);
            out.push_str("</button>");
        }
        out.push_str(if folded { "</div></details>" } else { "</div>" });
    }
    out
}

/// How long the row is, and how long it may be.
fn count(long: u32, min: u32, max: u32) -> String {
    let words = if long == 1 { "word" } else { "words" };
    let range = if min == max {
        format!("{max}")
    } else {
        format!("{min} to {max}")
    };
    match long {
        _ if long < min => {
            let more = min - long;
            format!("{long} {words}, of {range}: add {more} more, and the model is asked.")
        }
        _ if long >= max => format!("{long} {words}, the most it takes."),
        _ => format!("{long} {words}, of {range}."),
    }
}

fn most(max: u32) -> String {
    format!("{max} words are the most it takes: delete one first.")
}

/// The row with what was typed added to it.
///
/// # Errors
/// Names the first word there is not, or says that there is no room.
fn typed(text: &str, row: &[u32], words: &[Word], max: u32) -> Result<Vec<u32>, String> {
    let mut row = row.to_vec();
    for word in text.split_whitespace() {
        let same = |w: &Word| w.label.eq_ignore_ascii_case(word);
        let nth = words.iter().position(same);
        let nth = nth.ok_or_else(|| format!("“{word}” is none of the words below."))?;
        row.push(nth as u32);
    }
    if row.len() > max as usize {
        return Err(most(max));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Vec<Word> {
        [
            ("the", "articles"),
            ("dog", "nouns"),
            ("<b>", "nouns"),
            ("a", "articles"),
        ]
        .map(|(label, group)| Word {
            label: label.to_owned(),
            group: group.to_owned(),
        })
        .to_vec()
    }

    #[test]
    fn words_stand_in_their_groups_and_mean_themselves() {
        let html = words_html(&words(), "w");
        assert!(!html.contains("<details"));
        assert_eq!(html.matches("role=\"group\"").count(), 2);
        let (articles, nouns) = (html.find("articles").unwrap(), html.find("nouns").unwrap());
        assert!(articles < html.find("add 3").unwrap() && html.find("add 3").unwrap() < nouns);
        assert!(html.contains("<button type=\"button\" data-word=\"add 2\">&lt;b&gt;</button>"));
        let row = chips_html(&words(), &[2, 0, 99]);
        assert_eq!(row.matches("<li>").count(), 3);
        assert!(row.contains("data-word=\"drop 1\" aria-label=\"Delete word 2: the\""));
        assert!(row.contains("&lt;b&gt;<span") && row.contains(">?<span"));
    }

    #[test]
    fn many_words_are_folded_by_group() {
        let many: Vec<_> = (0..5).flat_map(|_| words()).collect();
        let html = words_html(&many, "w");
        assert_eq!(html.matches("<details name=\"w\">").count(), 2);
        assert!(html.contains("<summary>nouns</summary>"));
    }

    #[test]
    fn a_row_keeps_its_limits() {
        let add = |row: &[u32]| Act::Add(1).on(row, 2);
        assert_eq!(add(&[0]), Some(vec![0, 1]));
        assert_eq!(add(&[0, 0]), None);
        assert_eq!(Act::Drop(0).on(&[4, 5], 2), Some(vec![5]));
        assert_eq!(Act::Drop(2).on(&[4, 5], 2), None);
        assert_eq!(Act::Last.on(&[], 2), None);
        assert_eq!(Act::Last.on(&[4, 5], 2), Some(vec![4]));
        assert_eq!(Act::Clear.on(&[4, 5], 2), Some(vec![]));
    }

    #[test]
    fn buttons_are_understood() {
        let acts = ["add 12", "drop 0", "last", "clear", "add x", "fly", ""];
        assert_eq!(
            acts.map(Act::read),
            [
                Some(Act::Add(12)),
                Some(Act::Drop(0)),
                Some(Act::Last),
                Some(Act::Clear),
                None,
                None,
                None
            ]
        );
    }

    #[test]
    fn typed_words_are_found_or_named() {
        let typed = |text| typed(text, &[1], &words(), 4);
        assert_eq!(typed(" The DOG "), Ok(vec![1, 0, 1]));
        assert_eq!(typed(""), Ok(vec![1]));
        assert!(typed("the cat").unwrap_err().contains("“cat”"));
        assert!(
            typed("a a a a")
                .unwrap_err()
                .contains("4 words are the most")
        );
    }

    #[test]
    fn the_count_says_what_is_missing() {
        assert_eq!(
            count(1, 3, 9),
            "1 word, of 3 to 9: add 2 more, and the model is asked."
        );
        assert_eq!(count(4, 3, 9), "4 words, of 3 to 9.");
        assert_eq!(count(9, 3, 9), "9 words, the most it takes.");
        assert_eq!(
            count(0, 2, 2),
            "0 words, of 2: add 2 more, and the model is asked."
        );
    }
}
