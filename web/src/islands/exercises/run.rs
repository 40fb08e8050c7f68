//! Marking by a run: a lab on this page says on the window how its run stands, and an exercise that
//! asks for such a run judges it.

use crate::{
    figures::escaped,
    islands::lab::{
        live::{Live, follow},
        report::{self, Report},
    },
};
use lab::{
    Plan, Spec,
    claim::{Judged, number},
    page::{RunMark, lab_anchor},
};
use leptos::prelude::*;
use std::sync::Arc;

/// An exercise's run and the lab it is to be made in.
#[derive(Clone)]
pub struct Mark {
    /// What the run must be and show.
    pub mark: RunMark,
    /// What marking needs of the lab's spec.
    pub lab: Arc<Spec>,
}

/// How the reader's run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// No run yet, or none with these settings.
    Waiting,
    /// With these settings, and so far along.
    Underway(u64),
    /// Far enough.
    Judged(Judged),
}

impl Standing {
    /// The run shows what was asked.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Judged(judged) if judged.holds)
    }
}

impl Mark {
    fn judge(&self, report: &Report) -> Standing {
        let Self { mark, lab } = self;
        if report.plan.lab != mark.lab || !self.has_settings(&report.plan) {
            return Standing::Waiting;
        }
        let (metric, arms) = (mark.check.metric(), mark.check.arms());
        let latest = arms
            .iter()
            .map(|arm| Some(report.histories.get(*arm)?.latest(metric)?.0))
            .min();
        match latest.flatten() {
            Some(step) if step >= mark.step => {
                let judged = mark
                    .check
                    .measure(lab, step, |arm| report.histories.get(arm));
                judged.map_or(Standing::Underway(report.step), Standing::Judged)
            }
            _ => Standing::Underway(report.step),
        }
    }

    /// Whether the run has the settings asked for in every arm that is compared, from its first step
    /// on.
    fn has_settings(&self, plan: &Plan) -> bool {
        let Self { mark, lab } = self;
        mark.check.arms().iter().all(|arm| {
            let Ok((_, _, knobs)) = plan.run(arm).resolve(lab) else {
                return false;
            };
            let set = |(id, value): &(String, lab::Value)| {
                knobs.value(id) == Some(value) && plan.turns.iter().all(|turn| turn.knob != *id)
            };
            plan.arms.iter().any(|a| a == arm) && mark.settings.iter().all(set)
        })
    }

    /// The settings in words: ` with Carry state off`; empty if none are asked for.
    fn with(&self) -> String {
        let word = |(id, value): &(String, lab::Value)| {
            let knob = self.lab.knob(id).ok()?;
            Some(format!("{} {}", knob.label, knob.show(value)))
        };
        let words: Vec<String> = self.mark.settings.iter().filter_map(word).collect();
        if words.is_empty() {
            String::new()
        } else {
            format!(" with {}", words.join(", "))
        }
    }
}

impl Mark {
    /// The box under an exercise's question. What the run must show would give away a question that
    /// offers `choices`, so there it stands only beside the result.
    pub fn html(&self, nth: usize, choices: bool) -> String {
        let asked = if choices {
            String::new()
        } else {
            format!(" It must show <code>{}</code>.", escaped(&self.formula()))
        };
        format!(
            "<div class=\"by-run\"><p>Marked by a run: train <a href=\"#{}\">{}</a>{} to step {}.{asked}</p>\
             <p class=\"mark\" role=\"status\" data-part=\"{nth}-run\"></p></div>",
            escaped(&lab_anchor(&self.lab.id)),
            escaped(&self.lab.title),
            escaped(&self.with()),
            self.mark.step
        )
    }

    fn formula(&self) -> String {
        self.mark.check.formula(&self.lab)
    }

    /// The class and the words of its mark.
    pub fn words(&self, standing: &Standing) -> (&'static str, String) {
        let said = |says: &str, j: &Judged| {
            format!("{says}: {}, here {}.", self.formula(), number(j.value))
        };
        match standing {
            Standing::Waiting => ("mark", String::new()),
            Standing::Underway(at) => {
                let step = self.mark.step;
                let words = format!("This run counts. It is at step {at} of {step}.");
                ("mark", words)
            }
            Standing::Judged(j) if j.holds => ("mark right", said("Your run shows it", j)),
            Standing::Judged(j) => ("mark wrong", said("This run does not show it", j)),
        }
    }
}

/// Marks the exercises by what the labs of the page say of their runs.
pub fn listen(all: Live<Vec<super::Standing>>) {
    follow(move || {
        let listener = window_event_listener_untyped(report::EVENT, move |event| {
            let Some(report) = Report::of(&event) else {
                return;
            };
            let judged = |e: &super::Standing| e.run.as_ref().map(|mark| mark.judge(&report));
            let now: Vec<_> = all.with_untracked(|all| all.iter().map(judged).collect());
            let news = |(e, now): (&super::Standing, &Option<Standing>)| {
                now.as_ref().is_some_and(|now| e.stands != *now)
            };
            if !all.with_untracked(|all| all.iter().zip(&now).any(news)) {
                return;
            }
            all.update(|all| {
                for (exercise, now) in all.iter_mut().zip(now) {
                    exercise.stands = now.unwrap_or(Standing::Waiting);
                }
            });
        });
        on_cleanup(move || listener.remove());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::History;
    use lab::{
        ArmSpec, Better, Bound, Check, KnobKind, KnobSpec, MetricSpec, Preset, Reader, Value,
    };
    use std::collections::BTreeMap;

    fn mark() -> Mark {
        let lab = Spec {
            id: "toy".to_owned(),
            title: "Toy".to_owned(),
            arms: vec![ArmSpec {
                id: "a".to_owned(),
                label: "A".to_owned(),
                knobs: vec![],
            }],
            knobs: vec![KnobSpec {
                id: "carry".to_owned(),
                label: "Carry state".to_owned(),
                help: String::new(),
                kind: KnobKind::Toggle,
                default: Value::Bool(true),
                live: false,
            }],
            presets: vec![Preset {
                id: "default".to_owned(),
                label: "Default".to_owned(),
                says: String::new(),
                breaks: false,
                knobs: vec![],
                arms: None,
                steps: None,
            }],
            metrics: vec![MetricSpec {
                id: "acc".to_owned(),
                label: "accuracy".to_owned(),
                unit: String::new(),
                better: Better::Higher,
                every_step: false,
                axis: None,
                see: String::new(),
            }],
            references: vec![],
            probes: vec![],
            claims: vec![],
            input: Reader::None,
            files: vec![],
            steps: 100,
            eval_every: 50,
            diverged: String::new(),
        };
        let mark = RunMark {
            lab: "toy".to_owned(),
            settings: vec![("carry".to_owned(), Value::Bool(false))],
            check: Check::AtMost {
                metric: "acc".to_owned(),
                arm: "a".to_owned(),
                bound: Bound::Value(0.5),
            },
            step: 100,
        };
        let lab = Arc::new(lab);
        Mark { mark, lab }
    }

    fn report(carry: bool, steps: &[(u64, f64)]) -> Report {
        let mark = mark();
        let mut plan = Plan::of(&mark.lab);
        plan.set(None, "carry", Value::Bool(carry));
        let mut history = History::default();
        for (step, value) in steps {
            history.push("acc", *step, *value);
        }
        let step = steps.last().map_or(0, |(step, _)| *step);
        Report {
            plan,
            histories: BTreeMap::from([("a".to_owned(), history)]),
            step,
            finished: false,
        }
    }

    #[test]
    fn only_a_run_with_the_settings_counts() {
        let shows = [(50, 0.4), (100, 0.4)];
        assert_eq!(mark().judge(&report(true, &shows)), Standing::Waiting);
        assert!(matches!(mark().judge(&report(false, &shows)), Standing::Judged(j) if j.holds));
        assert_eq!(
            mark().judge(&report(false, &shows[..1])),
            Standing::Underway(50)
        );
        let not = mark().judge(&report(false, &[(100, 0.9)]));
        assert!(matches!(not, Standing::Judged(j) if !j.holds));
    }

    #[test]
    fn a_knob_turned_on_the_way_is_another_run() {
        let mut late = report(false, &[(100, 0.4)]);
        late.plan.turns.push(lab::Turn {
            step: 3,
            knob: "carry".to_owned(),
            value: Value::Bool(true),
        });
        assert_eq!(mark().judge(&late), Standing::Waiting);
    }

    #[test]
    fn settings_stand_in_words() {
        assert_eq!(mark().with(), " with Carry state off");
    }
}
