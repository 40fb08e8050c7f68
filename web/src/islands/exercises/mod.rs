//! Exercises, marked at once: by the answer chosen, and by a run of the reader's.

mod run;

use crate::{
    figures::{Parts, escaped, form, part},
    islands::lab::live::Live,
};
use lab::{Spec, page::Exercise};
use leptos::prelude::*;
use run::Mark;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the exercises of a page are made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exercises {
    /// The page's id.
    pub page: String,
    /// The exercises in order.
    pub exercises: Vec<Exercise>,
    /// What marking needs of the labs they speak of.
    pub labs: Vec<Spec>,
}

/// The exercises of a page. Without JavaScript the questions, the choices and the answers are all
/// there, the answers folded away.
pub fn view(props: Exercises) -> AnyView {
    let Exercises {
        page,
        exercises,
        labs,
    } = props;
    let labs: Vec<Arc<Spec>> = labs.into_iter().map(Arc::new).collect();
    let mut first = "<ol class=\"exercises\">".to_owned();
    let mut all = Vec::new();
    for (nth, exercise) in exercises.into_iter().enumerate() {
        let run = exercise.run.clone().and_then(|mark| {
            let lab = labs.iter().find(|lab| lab.id == mark.lab).cloned()?;
            Some(Mark { mark, lab })
        });
        first += &html(nth, &page, &exercise, run.as_ref());
        all.push(Standing {
            chosen: None,
            right: exercise.answer as usize,
            choices: exercise.choices.len(),
            run,
            stands: run::Standing::Waiting,
        });
    }
    let all = Live::new(all);
    run::listen(all);
    let draw = move |parts: &mut Parts| {
        all.with(|all| {
            for (nth, exercise) in all.iter().enumerate() {
                exercise.draw(nth, parts);
            }
        });
    };
    form("plain", first + "</ol>", draw, move |_, event| {
        let chosen = part(event).filter(|_| event.type_() == "change");
        let place = chosen.as_ref().and_then(|part| part.split_once('-'));
        let place = place.and_then(|(nth, at)| Some((nth.parse().ok()?, at.parse().ok()?)));
        if let Some((nth, at)) = place {
            let nth: usize = nth;
            all.update(|all| {
                if let Some(exercise) = all.get_mut(nth) {
                    exercise.chosen = Some(at);
                }
            });
        }
    })
}

/// How an exercise stands.
struct Standing {
    chosen: Option<usize>,
    right: usize,
    choices: usize,
    run: Option<Mark>,
    stands: run::Standing,
}

impl Standing {
    fn draw(&self, nth: usize, parts: &mut Parts) {
        let right = self.chosen == Some(self.right);
        let mark = if right { "right" } else { "wrong" };
        for at in 0..self.choices {
            let class = if self.chosen == Some(at) { mark } else { "" };
            parts.set(&format!("{nth}-{at}-label"), "class", class);
        }
        let (class, words) = match self.chosen {
            None => ("mark", ""),
            Some(_) if right => ("mark right", "Right."),
            Some(_) => (
                "mark wrong",
                "Not this one. Choose again, or read why below.",
            ),
        };
        parts.set(&format!("{nth}-verdict"), "class", class);
        parts.text(&format!("{nth}-verdict"), words);
        if let Some(mark) = &self.run {
            let (class, words) = mark.words(&self.stands);
            parts.set(&format!("{nth}-run"), "class", class);
            parts.text(&format!("{nth}-run"), &words);
        }
        // What is open stays open: nothing the reader unfolded folds by itself.
        if right || self.stands.holds() {
            parts.flag(&format!("{nth}-why"), "open", true);
        }
    }
}

/// An exercise as it stands before anything is done.
fn html(nth: usize, page: &str, exercise: &Exercise, run: Option<&Mark>) -> String {
    let id = escaped(&format!("{page}-{}", exercise.id));
    let ask = &exercise.ask;
    let mut out = format!("<li class=\"exercise\" id=\"{id}\"><div class=\"ask\">{ask}</div>");
    let several = !exercise.choices.is_empty();
    if several {
        out += "<fieldset><legend>Choose one</legend>";
        for (at, choice) in exercise.choices.iter().enumerate() {
            out += &format!(
                "<label data-part=\"{nth}-{at}-label\"><input type=\"radio\" name=\"{id}\" data-part=\"{nth}-{at}\">\
                 <span>{choice}</span></label>"
            );
        }
        out += &format!(
            "</fieldset><p class=\"mark\" role=\"status\" data-part=\"{nth}-verdict\"></p>"
        );
    }
    if let Some(mark) = run {
        out += &mark.html(nth, several);
    }
    let right = exercise.choices.get(exercise.answer as usize);
    let right = right.map(|right| format!("<p class=\"answer\">{right}</p>"));
    let (right, why) = (right.unwrap_or_default(), &exercise.why);
    out + &format!(
        "<details class=\"why\" data-part=\"{nth}-why\"><summary>The answer, and why</summary>{right}\
         <div>{why}</div></details></li>"
    )
}
