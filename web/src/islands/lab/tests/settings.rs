//! Settings, links, kept runs and what is drawn of them.

use super::{finished, spec, toy};
use crate::islands::lab::{
    chart, draft,
    kept::{self, Ended, Kept},
    link,
};
use lab::{Experiment as _, Plan, Value};

#[test]
fn what_an_arm_sets_is_known_and_one_arm_or_all_can_be_set() {
    let spec = spec();
    let mut plan = Plan::of(spec);
    assert_eq!(draft::setters(spec, &plan, "kind").len(), 2);
    assert!(draft::setters(spec, &plan, "lr").is_empty());
    draft::set(
        spec,
        &mut plan,
        Some("b"),
        "kind",
        Value::Choice("slow".to_owned()),
    );
    let values = draft::values(spec, &plan, "kind", None);
    assert_eq!(values[0].1, values[1].1);
    draft::set(
        spec,
        &mut plan,
        Some("b"),
        "kind",
        Value::Choice("fast".to_owned()),
    );
    assert_eq!(
        plan,
        Plan::of(spec),
        "back at the start, nothing is left over"
    );
}

#[test]
fn only_what_does_not_act_at_once_needs_a_new_run() {
    let spec = spec();
    let running = Plan::of(spec);
    let mut draft_plan = running.clone();
    draft::set(spec, &mut draft_plan, None, "lr", Value::Float(0.5));
    assert!(!draft::needs_restart(spec, &draft_plan, &running, None));
    draft::set(spec, &mut draft_plan, None, "carry", Value::Bool(false));
    assert!(draft::needs_restart(spec, &draft_plan, &running, None));
    draft::switch_arm(spec, &mut draft_plan, "a", false);
    draft::switch_arm(spec, &mut draft_plan, "b", false);
    assert_eq!(draft_plan.arms, ["b"], "one arm stays");
}

#[test]
fn an_absurd_link_is_opened_as_far_as_it_makes_sense_and_the_rest_is_said() {
    let hash = "#lab=toy&lr=77&size=nine&carry=off&seed=-1&moon=full&build=old";
    let opened = link::open(hash, spec(), "new", None).unwrap();
    let said = opened.says.join(" ");
    for word in [
        "Learning rate (lr) cannot be 77",
        "Size (size) cannot be nine",
        "seed",
        "moon",
        "another build",
    ] {
        assert!(said.contains(word), "{word} in {said}");
    }
    assert_eq!(
        draft::values(spec(), &opened.plan, "carry", None)[0].1,
        Value::Bool(false)
    );
    assert_eq!(link::open("#lab=other", spec(), "", None), None);
    assert_eq!(link::open("#what-it-remembers", spec(), "", None), None);
}

#[test]
fn kept_runs_are_few_named_by_what_differs_and_drawn_faint() {
    let spec = spec();
    let mut runs = Vec::new();
    for seed in 1..=8 {
        let mut plan = Plan::of(spec);
        plan.seed = seed % 3 + 1;
        let world = finished(plan);
        let id = u32::try_from(seed).unwrap();
        kept::keep(
            &mut runs,
            Kept::of(&world.runner, id, spec, world.now).unwrap(),
        );
    }
    assert_eq!(runs.len(), kept::KEEP);
    assert_eq!(runs[0].ended, Ended::Finished);
    let names = kept::names(spec, &runs);
    assert_eq!(
        names[..4],
        [
            "default settings",
            "seed 2",
            "seed 3",
            "default settings (2)"
        ]
    );

    let world = finished(Plan::of(spec));
    let arms = world
        .runner
        .lanes
        .iter()
        .map(|l| (&l.arm, &l.history))
        .collect();
    let front = chart::Shown {
        plan: &world.runner.plan,
        name: String::new(),
        steps: 10,
        arms,
    };
    let back = [runs[0].shown(names[0].clone())];
    let series = chart::series(spec, &spec.metrics[0], &front, &back);
    let labels: Vec<(&str, bool)> = series
        .lines
        .iter()
        .map(|l| (l.label.as_str(), l.faint))
        .collect();
    let behind = [("A, default settings", true), ("B, default settings", true)];
    assert_eq!(labels, [behind[0], behind[1], ("A", false), ("B", false)]);
    assert_eq!(series.x.range, Some((0.0, 10.0)));
}

#[test]
fn csv_has_one_row_an_arm_and_step() {
    let world = finished(Plan::of(spec()));
    let csv = kept::csv(
        world
            .runner
            .lanes
            .iter()
            .map(|l| (l.arm.as_str(), &l.history)),
    );
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "arm,step,held,loss");
    assert_eq!(lines.len(), 1 + 2 * 10);
    assert!(lines[1].starts_with("a,1,,") && lines[11].starts_with("b,1,,"));
    assert_eq!(
        lines[5].split(',').filter(|cell| cell.is_empty()).count(),
        0,
        "measured at step 5"
    );
}

#[test]
fn the_readers_text_is_part_of_the_run_only_where_it_is_chosen() {
    let mut spec = toy::Toy::spec();
    spec.input = lab::Reader::Text {
        min: 1,
        max: 100,
        example: String::new(),
    };
    let yours = (draft::YOURS.to_owned(), "Yours".to_owned());
    if let lab::KnobKind::Choice { options } = &mut spec.knobs[3].kind {
        options.push(yours);
    }
    for arm in &mut spec.arms {
        arm.knobs.clear();
    }
    let mut plan = Plan::of(&spec);
    let (without, input) = draft::complete(&spec, &plan, Some("my text"), "b1").unwrap();
    assert_eq!(
        (without.input, input, without.build.as_str()),
        (None, None, "b1")
    );

    let value = Value::Choice(draft::YOURS.to_owned());
    draft::set(&spec, &mut plan, None, "kind", value);
    assert!(
        draft::complete(&spec, &plan, None, "b1")
            .unwrap_err()
            .contains("no text of yours")
    );
    let (with, input) = draft::complete(&spec, &plan, Some("my text"), "b1").unwrap();
    assert_eq!(with.input, input.map(|i| i.digest()));
    assert!(with.input.is_some());
    assert!(!draft::needs_restart(&spec, &plan, &with, with.input));
    assert!(draft::needs_restart(
        &spec,
        &plan,
        &with,
        Some(lab::Digest(1))
    ));

    let (opened, _) = Plan::from_link(&with.to_link(&spec), &spec);
    let asked = draft::complete(&spec, &opened, None, "b1").unwrap_err();
    assert!(asked.contains(&with.input.unwrap().to_string()), "{asked}");
}
