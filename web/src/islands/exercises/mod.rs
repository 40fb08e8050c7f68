//! Exercises, marked at once: by the answer chosen, and by a run of the reader's.

#![allow(missing_docs, reason = "the island macro makes an undocumented struct")]

mod run;

use crate::packed::Packed;
use lab::{Spec, page::Exercise};
use leptos::prelude::*;

/// The exercises of the page called `page`; `labs` is what marking needs of the labs they speak of.
/// Without JavaScript the questions, the choices and the answers are all there, the answers folded
/// away.
#[island]
pub fn Exercises(
    /// The page's id.
    page: String,
    /// The exercises in order.
    #[prop(into)]
    exercises: Packed<Vec<Exercise>>,
    /// The labs whose runs mark some of them.
    #[prop(into)]
    labs: Packed<Vec<Spec>>,
) -> impl IntoView {
    let (Packed(exercises), Packed(labs)) = (exercises, labs);
    let item = |exercise: Exercise| {
        let Exercise {
            id,
            ask,
            choices,
            answer,
            why,
            run,
        } = exercise;
        let id = format!("{page}-{id}");
        let right = choices.get(answer as usize).cloned();
        // What is open stays open: nothing the reader unfolded folds by itself.
        let open = RwSignal::new(false);
        let lab = |id: &str| labs.iter().find(|lab| lab.id == id).cloned();
        let run = run.and_then(|mark| {
            Some(run::Mark {
                lab: lab(&mark.lab)?,
                mark,
            })
        });
        let several = !choices.is_empty();
        let choose = several.then(
            || view! { <Choice id=id.clone() choices=choices right=answer as usize open=open /> },
        );
        view! {
            <li class="exercise" id=id.clone()>
                <div class="ask" inner_html=ask></div>
                {choose}
                {run.map(|mark| run::view(mark, several, open))}
                <details class="why" open=move || open.get()>
                    <summary>"The answer, and why"</summary>
                    {right.map(|right| view! { <p class="answer" inner_html=right></p> })}
                    <div inner_html=why></div>
                </details>
            </li>
        }
    };
    let items: Vec<_> = exercises.into_iter().map(item).collect();
    view! { <ol class="exercises">{items}</ol> }
}

/// One of several answers, marked as soon as it is chosen.
#[component]
fn Choice(id: String, choices: Vec<String>, right: usize, open: RwSignal<bool>) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let option = |(at, text): (usize, String)| {
        let choose = move |_| {
            chosen.set(Some(at));
            if at == right {
                open.set(true);
            }
        };
        view! {
            <label
                class:right=move || chosen.get() == Some(at) && at == right
                class:wrong=move || chosen.get().is_some_and(|c| c == at && at != right)
            >
                <input type="radio" name=id.clone() on:change=choose />
                <span inner_html=text></span>
            </label>
        }
    };
    let options: Vec<_> = choices.into_iter().enumerate().map(option).collect();
    let verdict = move || match chosen.get() {
        None => "",
        Some(at) if at == right => "Right.",
        Some(_) => "Not this one. Choose again, or read why below.",
    };
    view! {
        <fieldset>
            <legend>"Choose one"</legend>
            {options}
        </fieldset>
        <p
            class="mark"
            role="status"
            class:right=move || chosen.get() == Some(right)
            class:wrong=move || chosen.get().is_some_and(|c| c != right)
        >
            {verdict}
        </p>
    }
}
