//! What a reader asks a probe: the fields above its figures, and the way back to the example.

use super::{
    desk::Desk,
    given::Given,
    input,
    live::{Live, follow},
    words,
};
use crate::figures::{Parts, escape, escaped, form, part, target};
use lab::{Input, ProbeSpec, Reader};
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::JsCast;

/// What the probe takes, as a field; nothing if it takes nothing.
pub fn view(desk: Desk, probe: &'static ProbeSpec) -> AnyView {
    match &probe.input {
        Reader::None => ().into_any(),
        Reader::Text { min, max, .. } => view! {
            <div class="ask-probe">{field(desk, probe, (*min, *max))} {examples(desk, probe)}</div>
        }
        .into_any(),
        Reader::Words {
            words, min, max, ..
        } => {
            let composer = words::view(desk, probe, words, (*min, *max));
            view! { <div class="ask-probe">{composer} {examples(desk, probe)}</div> }.into_any()
        }
        Reader::Points { .. } | Reader::Sketch { .. } => {
            view! { <div class="ask-probe">{examples(desk, probe)}</div> }.into_any()
        }
    }
}

/// What the probe is asked as the reader's own, the example until there is something else; follows
/// it.
pub fn own(desk: Desk, probe: &ProbeSpec) -> Option<Input> {
    desk.given.with(|given| {
        let own = given.get(&probe.id).and_then(Given::own).cloned();
        own.or_else(|| probe.input.example())
    })
}

/// The named examples as a list, and the way back to the one that was chosen last.
fn examples(desk: Desk, probe: &'static ProbeSpec) -> AnyView {
    let all = named(&probe.input);
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let inputs: Vec<Input> = all.into_iter().map(|(_, input)| input).collect();
    let chosen = Live::new(0_usize);
    let at = {
        let inputs = inputs.clone();
        move || {
            let own = own(desk, probe);
            inputs.iter().position(|input| Some(input) == own.as_ref())
        }
    };
    let id = desk.id(&format!("{}-example", probe.id));
    let list = if names.len() > 1 {
        let options = options(&names, untrack(&at));
        format!(
            "<label for=\"{id}\">Example</label><select id=\"{id}\" data-part=\"list\">{options}</select>"
        )
    } else {
        String::new()
    };
    let first = format!(
        "{list}<button type=\"button\" class=\"quiet\" data-part=\"back\" disabled>Back to the example</button>"
    );
    let draw = move |parts: &mut Parts| {
        let at = at();
        parts.html("list", options(&names, at));
        parts.flag("back", "disabled", at == Some(chosen.get()));
    };
    let hear = move |_: &web_sys::Element, event: &web_sys::Event| {
        let list = target(event, "select");
        let list = list.and_then(|t| t.dyn_into::<web_sys::HtmlSelectElement>().ok());
        let nth = match (event.type_().as_str(), list) {
            ("change", Some(list)) => list.value().parse().ok(),
            ("click", _) if target(event, "button").is_some() => Some(chosen.get_untracked()),
            _ => None,
        };
        if let Some((nth, input)) = nth.and_then(|nth| Some((nth, inputs.get(nth)?.clone()))) {
            chosen.set(nth);
            desk.give(&probe.id, |given| given.take("", input));
        }
    };
    form("keys", first, draw, hear)
}

/// The examples of what a probe takes, each as it would be given.
fn named(reader: &Reader) -> Vec<(String, Input)> {
    match reader {
        Reader::None => Vec::new(),
        Reader::Text { example, .. } => vec![(String::new(), Input::Text(example.clone()))],
        Reader::Words { examples, .. } => each(examples, Input::Words),
        Reader::Points { examples, .. } => each(examples, Input::Points),
        Reader::Sketch { examples, .. } => each(examples, Input::Sketch),
    }
}

fn each<T: Clone>(examples: &[(String, T)], input: fn(T) -> Input) -> Vec<(String, Input)> {
    let one = |(name, example): &(String, T)| (name.clone(), input(example.clone()));
    examples.iter().map(one).collect()
}

/// The options of the list of examples; what is none of them is the reader's own.
fn options(names: &[String], at: Option<usize>) -> String {
    let mut out = String::new();
    if at.is_none() {
        out.push_str("<option selected>Your own</option>");
    }
    for (nth, name) in names.iter().enumerate() {
        let on = if Some(nth) == at { " selected" } else { "" };
        let _ = write!(out, "<option value=\"{nth}\"{on}>");
        escape(&mut out, name);
        out.push_str("</option>");
    }
    out
}

/// A line of text.
fn field(desk: Desk, probe: &'static ProbeSpec, (min, max): (u64, u64)) -> AnyView {
    let id = desk.id(&format!("{}-input", probe.id));
    let wrong = Live::new(String::new());
    let shown = move || match own(desk, probe) {
        Some(Input::Text(text)) => text,
        _ => String::new(),
    };
    let first = format!(
        "<label for=\"{id}\">Your text</label>\
         <input id=\"{id}\" type=\"text\" autocomplete=\"off\" spellcheck=\"false\" value=\"{}\" \
         aria-describedby=\"{id}-wrong\" aria-invalid=\"false\" data-part=\"entry\">\
         <small class=\"wrong\" id=\"{id}-wrong\" role=\"alert\" data-part=\"wrong\"></small>",
        escaped(&untrack(shown))
    );
    // Whatever is given anew is right again, also if it came from elsewhere.
    follow(move || {
        desk.given.track();
        wrong.set(String::new());
    });
    let draw = move |parts: &mut Parts| {
        let wrong = wrong.get();
        parts.value("entry", &shown());
        let invalid = if wrong.is_empty() { "false" } else { "true" };
        parts.set("entry", "aria-invalid", invalid);
        parts.text("wrong", &wrong);
    };
    form("plain", first, draw, move |_, event| {
        if event.type_() != "input" || part(event).is_none() {
            return;
        }
        let typed = event_target_value(event);
        match input::check(typed.as_bytes(), min, max) {
            Ok(_) => {
                wrong.set(String::new());
                desk.give(&probe.id, |given| given.take("", Input::Text(typed)));
            }
            Err(why) => wrong.set(why),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_example_is_the_readers_own() {
        let names = ["A <b>".to_owned(), "B".to_owned()];
        assert_eq!(
            options(&names, Some(1)),
            "<option value=\"0\">A &lt;b&gt;</option><option value=\"1\" selected>B</option>"
        );
        let own = options(&names, None);
        assert!(own.starts_with("<option selected>Your own</option>"));
        assert_eq!(own.matches("selected").count(), 1);
    }

    #[test]
    fn every_example_comes_as_it_is_given() {
        let reader = Reader::Words {
            words: vec![],
            min: 1,
            max: 4,
            examples: vec![("one".to_owned(), vec![1]), ("two".to_owned(), vec![2, 2])],
        };
        let all = named(&reader);
        assert_eq!(all[1], ("two".to_owned(), Input::Words(vec![2, 2])));
        assert_eq!(reader.example().as_ref(), Some(&all[0].1));
        assert!(named(&Reader::None).is_empty());
    }
}
