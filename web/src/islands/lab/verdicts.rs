//! The paper's claims, judged on the reader's run.

use super::{desk::Desk, runner::Runner};
use crate::figures::{Parts, escaped, form};
use lab::{Claim, ClaimRow, Spec, Verdict, claim::number};
use leptos::prelude::*;

/// All claims, each a card.
pub fn cards(desk: Desk) -> AnyView {
    let mut first = format!(
        "<section class=\"claims\" aria-label=\"Claims, {}\">",
        escaped(&desk.spec().title)
    );
    for (nth, claim) in desk.spec().claims.iter().enumerate() {
        first += &card(desk, nth, claim);
    }
    if let Some(table) = &desk.props().claims {
        let seeds: Vec<String> = table.seeds.iter().map(u64::to_string).collect();
        let words = format!(
            "Squares: recorded with seeds {} by {}, {}, on {}.",
            seeds.join(", "),
            table.command,
            table.date,
            table.machine,
        );
        first += &format!("<p class=\"cap\">{}</p>", escaped(&words));
    }
    let draw = move |parts: &mut Parts| {
        desk.evals.track();
        desk.runs.track();
        desk.turns.track();
        for (nth, claim) in desk.spec().claims.iter().enumerate() {
            let verdict = desk.judge(claim);
            parts.html(&format!("pill-{nth}"), pill(&verdict));
            parts.text(&format!("words-{nth}"), &words(&verdict, claim));
        }
    };
    form("plain", first + "</section>", draw, |_, _| ())
}

fn card(desk: Desk, nth: usize, claim: &Claim) -> String {
    let table = desk.props().claims.as_ref();
    let row = table.and_then(|t| t.rows.iter().find(|r| r.claim == claim.id));
    let verdict = untrack(|| desk.judge(claim));
    format!(
        "<article class=\"claim\"><div class=\"plain\" data-part=\"pill-{nth}\">{}</div>\
         <div class=\"what\"><p>{}</p><p><em data-part=\"words-{nth}\">{}</em></p>\
         <p class=\"cap\">Paper: {} ({}).</p></div>\
         <div class=\"num\"><code>{}</code>{}</div></article>",
        pill(&verdict),
        escaped(&claim.says),
        escaped(&words(&verdict, claim)),
        escaped(&claim.reported),
        escaped(&claim.source),
        escaped(&claim.check.formula(desk.spec())),
        row.map(seeds).unwrap_or_default(),
    )
}

fn pill(verdict: &Verdict) -> String {
    let (word, class) = word(verdict);
    format!("<span class=\"v {class}\">{word}</span>")
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
fn seeds(row: &ClaimRow) -> String {
    let square = |judged: &Option<lab::Judged>| {
        if judged.is_some_and(|j| j.holds) {
            "<i></i>"
        } else {
            "<i class=\"m\"></i>"
        }
    };
    let holds = row.judged.iter().filter(|j| j.is_some_and(|j| j.holds));
    let (holds, of) = (holds.count(), row.judged.len());
    let label = format!("recorded: holds with {holds} of {of} seeds");
    let squares: String = row.judged.iter().map(square).collect();
    format!(
        "<span class=\"seeds\" role=\"img\" aria-label=\"{label}\" title=\"{label}\">{squares}</span>"
    )
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
