//! Looks inside: one figure per arm, on the reader's own input, with the earlier ones that stay.

use super::{asks, desk::Desk, draft, given::Given, pace::grouped, runner::Runner};
use crate::figures::{Hands, escaped, figure_view, form, target, words};
use lab::{Figure, ProbeSpec, order::sort_by_key};
use leptos::prelude::*;
use std::sync::Arc;

/// A figure with the step it was made at.
#[derive(Clone, Debug)]
struct Seen {
    step: u64,
    recorded: bool,
    figure: Arc<Figure>,
}

/// What stands below a figure in which the reader has chosen cells or set dials.
const RELEASE: &str = "<span>#</span> <button type=\"button\" class=\"quiet\">Release</button>";

/// What tells the figures of a list apart: a name and a step.
type Keys = Vec<(String, u64)>;

/// The open probe.
pub fn view(desk: Desk, probe: &'static ProbeSpec) -> AnyView {
    let arms = Memo::new(move |_| -> Keys {
        desk.phase.track();
        let recorded = desk
            .recorded()
            .map(|r| r.arms.iter().map(|a| a.arm.clone()).collect::<Vec<_>>());
        let run = desk.run_plan().map(|p| p.arms);
        let arms = run
            .or(recorded)
            .unwrap_or_else(|| desk.draft.with(|d| d.arms.clone()));
        arms.into_iter().map(|arm| (arm, 0)).collect()
    });
    let figures = move || {
        let arms = arms.get();
        let several = arms.len() > 1;
        arms.into_iter()
            .map(|(arm, _)| arm_view(desk, probe, arm, several))
            .collect::<Vec<_>>()
    };
    view! {
        {asks::view(desk, probe)}
        <div class="looks" data-probe=probe.id.clone()>{figures}</div>
        {source(desk)}
    }
    .into_any()
}

fn arm_view(desk: Desk, probe: &'static ProbeSpec, arm: String, several: bool) -> AnyView {
    // One leak for each arm a page ever shows buys closures that can be copied.
    let arm: &'static str = Box::leak(arm.into_boxed_str());
    let seen = move || {
        desk.looks.track();
        latest(desk, &probe.id, arm)
    };
    let refused = move || {
        desk.looks.track();
        refusal(desk, &probe.id, arm)
    };
    let there = Memo::new(move |_| seen().is_some());
    let trail = Memo::new(move |_| -> Keys {
        desk.looks.track();
        let key = |s: &Seen| (when(s), s.step);
        trail(desk, &probe.id, arm).iter().map(key).collect()
    });
    let plan = desk
        .run_plan()
        .unwrap_or_else(|| desk.draft.get_untracked());
    let (label, colour) = draft::arm_look(desk.spec(), &plan, arm);
    let title = format!("{}, {label}", probe.label);
    let name = several.then(|| {
        let class = format!("arm arm-{}", colour % 5 + 1);
        view! { <h4 class=class>{label}</h4> }
    });
    let hands = Hands {
        reader: &probe.input,
        given: Callback::new(move |()| {
            desk.given.track();
            desk.probe_input(&probe.id, arm)
        }),
        give: Callback::new(move |input| desk.give(&probe.id, |given| given.take(arm, input))),
    };
    let now = move || -> AnyView {
        if !there.get() {
            let words = if desk.more_comes() && desk.tab.get_untracked() > 0 {
                "What was recorded is being loaded."
            } else {
                "Nothing to see yet: press Train, and it looks inside."
            };
            return view! { <p class="cap empty">{words}</p> }.into_any();
        }
        let figure = Memo::new_with_compare(
            move |_| seen().map_or_else(nothing, |s| s.figure),
            |old, new| match (old, new) {
                (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
                _ => true,
            },
        );
        let when = words("when", move || {
            let when = seen().as_ref().map(when);
            escaped(&when.unwrap_or_default())
        });
        let figure = figure_view(figure.into(), title.clone(), probe.see.clone(), Some(hands));
        vec![when, figure].into_any()
    };
    let earlier = move || -> AnyView {
        let one = |(when, step): (String, u64)| {
            let seen = trail_at(desk, &probe.id, arm, step)?;
            let title = format!("{}, {when}", probe.label);
            let figure = figure_view(Signal::stored(seen.figure), title, String::new(), None);
            let when = words("when", move || escaped(&when));
            Some(view! { <li>{vec![when, figure]}</li> }.into_any())
        };
        let list: Vec<AnyView> = trail.get().into_iter().filter_map(one).collect();
        if list.is_empty() {
            return ().into_any();
        }
        view! { <ol class="trail" aria-label="Earlier">{list}</ol> }.into_any()
    };
    let held = form(
        "held",
        String::new(),
        move |parts| {
            let given = |g: &Given| g.held(arm);
            let held = desk.given.with(|g| g.get(&probe.id).map_or(0, given));
            parts.inside(match held {
                0 => String::new(),
                1 => RELEASE.replace('#', "One value is held by you."),
                n => RELEASE.replace('#', &format!("{n} values are held by you.")),
            });
        },
        move |_, event| {
            if event.type_() == "click" && target(event, "button").is_some() {
                desk.give(&probe.id, |given| given.release(arm));
            }
        },
    );
    view! {
        <div class="look" class:refused=move || refused().is_some()>
            {name}
            {now}
            {held}
            <p class="wrong" role="alert">{refused}</p>
            {earlier}
        </div>
    }
    .into_any()
}

/// Where the figures come from while nothing was trained here.
fn source(desk: Desk) -> AnyView {
    words("plain", move || {
        desk.phase.track();
        desk.looks.track();
        let step = desk.runner.with_untracked(|r| r.as_ref().map(Runner::step));
        let words = match step {
            None => desk.recorded().map(Desk::provenance),
            Some(0) => Some(
                "Nothing is trained yet: these answers come from untrained weights.".to_owned(),
            ),
            Some(_) => None,
        };
        let words = words.unwrap_or_default();
        format!("<p class=\"cap recorded\">{}</p>", escaped(&words))
    })
}

fn nothing() -> Arc<Figure> {
    Arc::new(Figure::Texts(lab::figure::Texts::default()))
}

fn when(seen: &Seen) -> String {
    let step = match seen.step {
        0 => "untrained".to_owned(),
        step => format!("step {}", grouped(step)),
    };
    if seen.recorded {
        format!("{step}, recorded")
    } else {
        step
    }
}

/// The run's latest figure; the recorded one as long as the run has none.
fn latest(desk: Desk, probe: &str, arm: &str) -> Option<Seen> {
    let live = desk.runner.with_untracked(|r| {
        let lane = r.as_ref()?.lanes.iter().find(|l| l.arm == arm)?;
        let look = lane.looks.get(probe)?;
        Some(Seen {
            step: look.step,
            recorded: false,
            figure: lane.good.get(probe)?.clone(),
        })
    });
    live.or_else(|| recorded(desk, probe, arm).into_iter().next())
}

fn refusal(desk: Desk, probe: &str, arm: &str) -> Option<String> {
    desk.runner.with_untracked(|r| {
        let lane = r.as_ref()?.lanes.iter().find(|l| l.arm == arm)?;
        lane.looks
            .get(probe)?
            .figure
            .as_ref()
            .err()
            .map(|why| format!("{why}."))
    })
}

/// The figures below the latest one, the newest first.
fn trail(desk: Desk, probe: &str, arm: &str) -> Vec<Seen> {
    let live = desk.runner.with_untracked(|r| {
        let lane = r.as_ref()?.lanes.iter().find(|l| l.arm == arm)?;
        lane.looks.get(probe)?;
        let seen = |(step, figure)| Seen {
            step,
            recorded: false,
            figure,
        };
        Some(
            lane.trail_of(probe)
                .into_iter()
                .map(seen)
                .collect::<Vec<_>>(),
        )
    });
    live.unwrap_or_else(|| recorded(desk, probe, arm).into_iter().skip(1).collect())
}

fn trail_at(desk: Desk, probe: &str, arm: &str, step: u64) -> Option<Seen> {
    trail(desk, probe, arm).into_iter().find(|s| s.step == step)
}

/// The recorded figures of an arm, the latest first.
fn recorded(desk: Desk, probe: &str, arm: &str) -> Vec<Seen> {
    let run = desk.recorded();
    let arms = run.iter().flat_map(|r| &r.arms).filter(|a| a.arm == arm);
    let figures = arms.flat_map(|a| &a.figures).filter(|f| f.probe == probe);
    let seen = |f: &lab::RecordedFigure| Seen {
        step: f.step,
        recorded: true,
        figure: Arc::new(f.figure.clone()),
    };
    let mut all: Vec<Seen> = figures.map(seen).collect();
    sort_by_key(&mut all, |s| !s.step);
    all
}
