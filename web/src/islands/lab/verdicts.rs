//! The paper's claims, judged on the reader's run.

use super::{desk::Desk, runner::Runner};
use lab::{Claim, ClaimRow, Spec, Verdict, claim::number};
use leptos::prelude::*;

/// All claims, each a card.
pub fn cards(desk: Desk) -> impl IntoView {
    let spec = desk.spec();
    let cards: Vec<_> = spec.claims.iter().map(|c| card(desk, c)).collect();
    let table = desk.props().claims.clone();
    let made = table.map(|t| {
        let seeds: Vec<String> = t.seeds.iter().map(u64::to_string).collect();
        let words = format!(
            "Squares: recorded with seeds {} by {}, {}, on {}.",
            seeds.join(", "),
            t.command,
            t.date,
            t.machine,
        );
        view! { <p class="cap">{words}</p> }
    });
    view! {
        <section class="claims" aria-label=format!("Claims, {}", desk.spec().title)>
            {cards}
            {made}
        </section>
    }
}

fn card(desk: Desk, claim: &'static Claim) -> impl IntoView {
    let spec = desk.spec();
    let formula = claim.check.formula(spec);
    let row = desk
        .props()
        .claims
        .as_ref()
        .and_then(|t| t.rows.iter().find(|r| r.claim == claim.id).cloned());
    let (says, reported) = (
        claim.says.clone(),
        format!("Paper: {} ({}).", claim.reported, claim.source),
    );
    let verdict = move || {
        desk.evals.track();
        desk.runs.track();
        desk.turns.track();
        desk.judge(claim)
    };
    let pill = move || {
        let (word, class) = word(&verdict());
        view! { <span class=format!("v {class}")>{word}</span> }
    };
    let mine = move || words(&verdict(), claim);
    view! {
        <article class="claim">
            {pill}
            <div class="what">
                <p>{says}</p>
                <p><em>{mine}</em></p>
                <p class="cap">{reported}</p>
            </div>
            <div class="num">
                <code>{formula}</code>
                {row.map(seeds)}
            </div>
        </article>
    }
}

/// The pill: its words and its class.
fn word(verdict: &Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Reproduced(_) => ("Reproduced", "ok"),
        Verdict::NotYet(_) => ("Not yet", "wait"),
        Verdict::NotReproduced(_) => ("Not reproduced", "no"),
        Verdict::NotHere(_) => ("Not here", "here"),
        Verdict::NotJudged(_) => ("Not judged", "off"),
    }
}

/// What this run says of the claim.
fn words(verdict: &Verdict, claim: &Claim) -> String {
    let because = match &claim.expected {
        lab::Expected::NotHere { because } => because.as_str(),
        lab::Expected::Holds => "",
    };
    match verdict {
        Verdict::Reproduced(j) | Verdict::NotReproduced(j) => {
            format!("This run: {} against {}.", number(j.value), number(j.bound))
        }
        Verdict::NotYet(Some(j)) => {
            let (value, bound) = (number(j.value), number(j.bound));
            format!(
                "So far {value} against {bound}; judged at step {}.",
                claim.step
            )
        }
        Verdict::NotYet(None) => format!("Judged at step {}.", claim.step),
        Verdict::NotHere(Some(j)) => {
            format!(
                "This run: {} against {}. {because}",
                number(j.value),
                number(j.bound)
            )
        }
        Verdict::NotHere(None) => because.to_owned(),
        Verdict::NotJudged(why) => format!("{why}."),
    }
}

/// The recorded row of seeds, one square each.
fn seeds(row: ClaimRow) -> impl IntoView {
    let holds = row
        .judged
        .iter()
        .filter(|j| j.is_some_and(|j| j.holds))
        .count();
    let label = format!("recorded: holds with {holds} of {} seeds", row.judged.len());
    let square = |judged: &Option<lab::Judged>| {
        let holds = judged.is_some_and(|j| j.holds);
        view! { <i class:m=!holds></i> }
    };
    let squares: Vec<_> = row.judged.iter().map(square).collect();
    view! { <span class="seeds" role="img" aria-label=label.clone() title=label>{squares}</span> }
}

/// How the claims stand, for the status region.
pub fn summary(spec: &Spec, runner: &Runner) -> String {
    let (mut held, mut failed) = (0, 0);
    for claim in &spec.claims {
        let changed = runner
            .plan
            .changed(spec, &claim.preset, &claim.check.arms());
        let history = |arm: &str| {
            runner
                .lanes
                .iter()
                .find(|l| l.arm == arm)
                .map(|l| &l.history)
        };
        match claim.judge(spec, changed.as_deref(), runner.step(), history) {
            Verdict::Reproduced(_) => held += 1,
            Verdict::NotReproduced(_) => failed += 1,
            Verdict::NotYet(_) | Verdict::NotHere(_) | Verdict::NotJudged(_) => {}
        }
    }
    match (held, failed) {
        (0, 0) => String::new(),
        (held, 0) => format!("Claims reproduced: {held}."),
        (held, failed) => format!("Claims reproduced: {held}, not reproduced: {failed}."),
    }
}
