//! Looks inside: one figure per arm, on the reader's own input, with the earlier ones that stay.

use super::{desk::Desk, draft, input, live::Live, pace::grouped};
use crate::figures::FigureView;
use lab::{Figure, ProbeSpec, Reader};
use leptos::{either::Either, prelude::*};
use std::sync::Arc;

/// A figure with the step it was made at.
#[derive(Clone, Debug)]
struct Seen {
    step: u64,
    recorded: bool,
    figure: Arc<Figure>,
}

/// What tells the figures of a list apart: a name and a step.
type Keys = Vec<(String, u64)>;

/// The open probe.
pub fn view(desk: Desk, probe: &'static ProbeSpec) -> impl IntoView {
    let field = match &probe.input {
        Reader::Text { min, max, example } => Some(field(desk, &probe.id, *min, *max, example)),
        Reader::None => None,
    };
    let arms = Memo::new(move |_| -> Keys {
        desk.phase.track();
        let recorded = desk.props().recorded.as_ref();
        let recorded = recorded.map(|r| r.arms.iter().map(|a| a.arm.clone()).collect::<Vec<_>>());
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
        {field}
        <div class="looks" data-probe=probe.id.clone()>{figures}</div>
        {source(desk)}
    }
}

fn arm_view(desk: Desk, probe: &'static ProbeSpec, arm: String, several: bool) -> impl IntoView {
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
    let pick = Callback::new(move |id: u32| {
        desk.picks
            .update(|p| p.insert((probe.id.clone(), arm.to_owned()), id));
        desk.ask();
    });
    let now = move || {
        if !there.get() {
            return Either::Left(view! {
                <p class="cap empty">"Nothing to see yet: press Train, and it looks inside."</p>
            });
        }
        let figure = Memo::new_with_compare(
            move |_| seen().map_or_else(nothing, |s| s.figure),
            |old, new| match (old, new) {
                (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
                _ => true,
            },
        );
        let when = move || seen().as_ref().map(when);
        let (title, see) = (title.clone(), probe.see.clone());
        Either::Right(view! {
            <p class="when">{when}</p>
            <FigureView figure=figure title=title see=see on_pick=pick />
        })
    };
    let earlier = move || {
        let one = |(when, step): (String, u64)| {
            let seen = trail_at(desk, &probe.id, arm, step)?;
            let title = format!("{}, {when}", probe.label);
            Some(view! {
                <li>
                    <p class="when">{when}</p>
                    <FigureView figure=Signal::stored(seen.figure) title=title see=String::new() />
                </li>
            })
        };
        let list: Vec<_> = trail.get().into_iter().filter_map(one).collect();
        (!list.is_empty()).then(|| view! { <ol class="trail" aria-label="Earlier">{list}</ol> })
    };
    view! {
        <div class="look">
            {name}
            {now}
            <p class="wrong" role="alert">{refused}</p>
            {earlier}
        </div>
    }
}

/// Where the figures come from while nothing was trained here.
fn source(desk: Desk) -> impl IntoView {
    move || {
        desk.phase.track();
        let fresh = desk.run_plan().is_none();
        let words = desk
            .props()
            .recorded
            .as_ref()
            .filter(|_| fresh)
            .map(Desk::provenance);
        words.map(|words| view! { <p class="cap recorded">{words}</p> })
    }
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
        let figure = match &look.figure {
            Ok(figure) => figure.clone(),
            Err(_) => lane.trail_of(probe).first()?.1.clone(),
        };
        Some(Seen {
            step: look.step,
            recorded: false,
            figure,
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
    let props = desk.props();
    let arms = props
        .recorded
        .iter()
        .flat_map(|r| &r.arms)
        .filter(|a| a.arm == arm);
    let figures = arms.flat_map(|a| &a.figures).filter(|f| f.probe == probe);
    let seen = |f: &lab::RecordedFigure| Seen {
        step: f.step,
        recorded: true,
        figure: Arc::new(f.figure.clone()),
    };
    let mut all: Vec<Seen> = figures.map(seen).collect();
    all.sort_by_key(|s| std::cmp::Reverse(s.step));
    all
}

/// The reader's own input to a probe.
fn field(desk: Desk, probe: &str, min: u64, max: u64, example: &str) -> impl IntoView + use<> {
    let id = desk.id(&format!("{probe}-input"));
    let said = format!("{id}-wrong");
    let wrong = Live::new(None::<String>);
    let (of, example) = (probe.to_owned(), example.to_owned());
    let first = example.clone();
    let shown = move || {
        desk.typed
            .with(|t| t.get(&of).cloned())
            .unwrap_or_else(|| example.clone())
    };
    let of = probe.to_owned();
    let enter = move |e| {
        let typed = event_target_value(&e);
        match input::check(typed.as_bytes(), min, max) {
            Ok(_) => {
                wrong.set(None);
                desk.typed.update(|t| {
                    t.insert(of.clone(), typed);
                });
                desk.ask();
            }
            Err(why) => wrong.set(Some(why)),
        }
    };
    view! {
        <div class="ask-probe">
            <label for=id.clone()>"Your text"</label>
            <input id=id type="text" autocomplete="off" spellcheck="false" value=first prop:value=shown
                aria-describedby=said.clone() aria-invalid=move || wrong.get().is_some().to_string()
                on:input=enter />
            <small class="wrong" id=said role="alert">{move || wrong.get()}</small>
        </div>
    }
}
