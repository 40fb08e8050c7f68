//! A run driven from the page's side against the real trainer, one worker an arm, without a browser.

use super::{
    chart, draft,
    kept::{self, Ended, Kept},
    link,
    runner::{Phase, Runner},
    wire::key_for,
};
use lab::{Checkpoint, FromTrainer, Key, Lab, Paper, Plan, Spec, ToTrainer, Trainer, Value};
use std::sync::Arc;

#[allow(dead_code)]
#[path = "../../../../crates/lab/tests/toy/mod.rs"]
mod toy;

use lab::Experiment as _;

static PAPERS: [Paper; 1] = [Paper {
    id: "toy",
    labs: &[Lab::of::<toy::Toy>()],
}];

/// Every look at it takes a millisecond: a slice is one piece of work.
struct Ticking(std::cell::Cell<f64>);

impl lab::Clock for Ticking {
    fn now(&self) -> f64 {
        self.0.set(self.0.get() + 1.0);
        self.0.get()
    }
}

struct World {
    runner: Runner,
    workers: Vec<(Key, Trainer)>,
    turned: Vec<(Key, u64)>,
    now: f64,
}

impl World {
    fn new(plan: Plan) -> Self {
        let mut last = 0;
        let keys = || {
            last += 1;
            last
        };
        let runner = Runner::new(spec(), plan, None, keys);
        Self {
            runner,
            workers: Vec::new(),
            turned: Vec::new(),
            now: 0.0,
        }
    }

    fn deliver(&mut self) {
        for message in self.runner.drain() {
            let key = key_for(&message);
            if matches!(message, ToTrainer::Load { .. }) {
                self.workers.push((key, Trainer::new(&PAPERS)));
            }
            if let Some((_, worker)) = self.workers.iter_mut().find(|(k, _)| *k == key) {
                worker.handle(message);
            }
        }
    }

    /// The worker of the arm at `i` does one piece of work and reports.
    fn work(&mut self, i: usize) {
        self.deliver();
        let key = self.runner.lanes[i].key;
        let Some((_, worker)) = self.workers.iter_mut().find(|(k, _)| *k == key) else {
            return;
        };
        worker.slice(&Ticking(0.0.into()), 0.5);
        self.now += 10.0;
        for message in worker.drain() {
            if let FromTrainer::Turned { key, turn } = &message {
                self.turned.push((*key, turn.step));
            }
            self.runner.receive(message, self.now);
        }
        self.deliver();
    }

    /// Both work, the second `slow` times slower than the first.
    fn work_on(&mut self, rounds: usize, slow: usize) {
        for round in 0..rounds {
            self.work(0);
            if round % slow == 0 {
                self.work(1);
            }
        }
    }

    fn steps(&self) -> Vec<u64> {
        self.runner.lanes.iter().map(|l| l.step).collect()
    }
}

fn spec() -> Arc<Spec> {
    Arc::new(toy::Toy::spec())
}

fn finished(plan: Plan) -> World {
    let mut world = World::new(plan);
    world.runner.go(0.0);
    world.work_on(200, 1);
    assert_eq!(world.runner.phase(), Phase::Finished);
    world
}

#[test]
fn arms_stay_side_by_side_however_slow_one_is() {
    let mut world = World::new(Plan::of(&spec()));
    assert_eq!(world.runner.phase(), Phase::Building);
    world.runner.go(0.0);
    for round in 0..400 {
        world.work(0);
        if round % 7 == 0 {
            world.work(1);
        }
        let steps = world.steps();
        assert!(steps[0].abs_diff(steps[1]) <= 4, "{steps:?}");
    }
    assert_eq!(world.runner.phase(), Phase::Finished);
    assert_eq!(world.steps(), [10, 10]);
    for lane in &world.runner.lanes {
        assert_eq!(lane.history.curve("loss").len(), 10);
        assert_eq!(lane.history.curve("held").len(), 2);
    }
}

#[test]
fn a_knob_turned_now_acts_in_all_arms_at_one_step_and_the_plan_repeats_it() {
    let mut world = World::new(Plan::of(&spec()));
    world.runner.go(0.0);
    while world.steps()[0] < 3 {
        world.work_on(5, 5);
    }
    world.runner.turn("lr", Value::Float(0.5)).unwrap();
    world.work_on(300, 5);
    assert_eq!(world.runner.phase(), Phase::Finished);
    let turn = world.runner.plan.turns[0].clone();
    let steps: Vec<u64> = world.turned.iter().map(|(_, step)| *step).collect();
    assert_eq!(steps, [turn.step, turn.step]);

    let link = world.runner.plan.to_link(&spec());
    let opened = link::open(&link, &spec(), "", None).unwrap();
    let again = finished(opened.plan);
    for (one, other) in world.runner.lanes.iter().zip(&again.runner.lanes) {
        assert_eq!(one.history, other.history);
    }
    let plain = finished(Plan::of(&spec()));
    assert_ne!(
        plain.runner.lanes[0].history, again.runner.lanes[0].history,
        "the turn did something"
    );
}

#[test]
fn a_refused_turn_changes_nothing() {
    let mut world = World::new(Plan::of(&spec()));
    world.runner.go(0.0);
    world.work_on(10, 1);
    let error = world.runner.turn("lr", Value::Float(99.0)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Learning rate (lr) cannot be 99: it goes 0 to 10")
    );
    assert_eq!(world.runner.plan.turns, []);
}

#[test]
fn a_pause_evens_the_arms_out_and_a_step_is_one_step() {
    let mut world = World::new(Plan::of(&spec()));
    world.runner.go(0.0);
    while world.steps()[0] < 2 {
        world.work_on(3, 3);
    }
    world.runner.hold(world.now);
    assert_eq!(
        world.runner.phase(),
        Phase::Waiting,
        "at once, whatever the workers are doing"
    );
    world.work_on(30, 1);
    let at = world.steps();
    assert_eq!(at[0], at[1]);
    assert!(world.runner.settled());
    world.work_on(30, 1);
    assert_eq!(world.steps(), at, "it waits");
    world.runner.step_once(world.now);
    world.work_on(30, 1);
    assert_eq!(world.steps(), [at[0] + 1, at[0] + 1]);
    assert_eq!(world.runner.phase(), Phase::Waiting);
    world.runner.go(world.now);
    world.work_on(100, 1);
    assert_eq!(world.runner.phase(), Phase::Finished);
}

#[test]
fn one_step_before_anything_else_is_one_step() {
    let mut world = World::new(Plan::of(&spec()));
    world.runner.step_once(0.0);
    world.work_on(60, 1);
    assert_eq!(
        (world.steps(), world.runner.phase()),
        (vec![1, 1], Phase::Waiting)
    );
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_for_all_arms() {
    let spec = spec();
    let mut world = World::new(Plan::of_preset(&spec, &spec.presets[1]));
    world.runner.go(0.0);
    world.work_on(60, 1);
    let Phase::Diverged { metric, step, .. } = world.runner.phase() else {
        panic!("{:?}", world.runner.phase())
    };
    assert_eq!((metric.as_str(), step), ("loss", 1));
    let at = world.steps();
    world.runner.go(world.now);
    world.work_on(30, 1);
    assert_eq!(world.steps(), at);
}

#[test]
fn a_run_whose_worker_died_goes_on_from_its_checkpoint_to_the_same_end() {
    let whole = finished(Plan::of(&spec()));
    let mut world = World::new(Plan::of(&spec()));
    world.runner.go(0.0);
    while world.runner.restart_step().is_none() {
        world.work_on(1, 1);
    }
    world.work_on(3, 1);
    world
        .runner
        .fail("the worker stopped".to_owned(), world.now);
    assert_eq!(
        world.runner.phase(),
        Phase::Failed("the worker stopped".to_owned())
    );
    let step = world.runner.restart_step().unwrap();
    assert!((5..10).contains(&step));
    let mut key = 100;
    let keys = || {
        key += 1;
        key
    };
    world.runner.restart(keys, world.now);
    world.work_on(200, 1);
    assert_eq!(world.runner.phase(), Phase::Finished);
    for (one, other) in world.runner.lanes.iter().zip(&whole.runner.lanes) {
        assert_eq!(one.history, other.history);
    }
}

#[test]
fn a_run_that_cannot_be_built_says_why() {
    let spec = spec();
    let mut plan = Plan::of(&spec);
    draft::set(&spec, &mut plan, None, "size", Value::Int(8));
    let mut world = World::new(plan);
    world.runner.go(0.0);
    world.work_on(10, 1);
    assert_eq!(
        world.runner.phase(),
        Phase::Failed("a size of 8 does not fit".to_owned())
    );
    assert_eq!(world.runner.restart_step(), None);
    assert!(world.runner.lanes.iter().all(|l| l.checkpoint.is_none()));
}

#[test]
fn a_figure_that_stays_is_kept_beside_the_latest() {
    let mut world = World::new(Plan::of(&spec()));
    world.runner.watch(Some("look"), |_| Vec::new());
    world.work_on(20, 1);
    assert_eq!(world.runner.phase(), Phase::Waiting);
    assert_eq!(
        world.runner.lanes[0].looks["look"].step, 0,
        "untrained weights answer too"
    );
    world.runner.go(0.0);
    world.work_on(200, 1);
    let lane = &world.runner.lanes[1];
    assert_eq!(lane.looks["look"].step, 10);
    let trail: Vec<u64> = lane
        .trail_of("look")
        .iter()
        .map(|(step, _)| *step)
        .collect();
    assert_eq!(trail, [0]);
}

#[test]
fn what_an_arm_sets_is_known_and_one_arm_or_all_can_be_set() {
    let spec = spec();
    let mut plan = Plan::of(&spec);
    assert_eq!(draft::setters(&spec, &plan, "kind").len(), 2);
    assert!(draft::setters(&spec, &plan, "lr").is_empty());
    draft::set(
        &spec,
        &mut plan,
        Some("b"),
        "kind",
        Value::Choice("slow".to_owned()),
    );
    let values = draft::values(&spec, &plan, "kind", None);
    assert_eq!(values[0].1, values[1].1);
    draft::set(
        &spec,
        &mut plan,
        Some("b"),
        "kind",
        Value::Choice("fast".to_owned()),
    );
    assert_eq!(
        plan,
        Plan::of(&spec),
        "back at the start, nothing is left over"
    );
}

#[test]
fn only_what_does_not_act_at_once_needs_a_new_run() {
    let spec = spec();
    let running = Plan::of(&spec);
    let mut draft_plan = running.clone();
    draft::set(&spec, &mut draft_plan, None, "lr", Value::Float(0.5));
    assert!(!draft::needs_restart(&spec, &draft_plan, &running, None));
    draft::set(&spec, &mut draft_plan, None, "carry", Value::Bool(false));
    assert!(draft::needs_restart(&spec, &draft_plan, &running, None));
    draft::switch_arm(&spec, &mut draft_plan, "a", false);
    draft::switch_arm(&spec, &mut draft_plan, "b", false);
    assert_eq!(draft_plan.arms, ["b"], "one arm stays");
}

#[test]
fn an_absurd_link_is_opened_as_far_as_it_makes_sense_and_the_rest_is_said() {
    let hash = "#lab=toy&lr=77&size=nine&carry=off&seed=-1&moon=full&build=old";
    let opened = link::open(hash, &spec(), "new", None).unwrap();
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
        draft::values(&spec(), &opened.plan, "carry", None)[0].1,
        Value::Bool(false)
    );
    assert_eq!(link::open("#lab=other", &spec(), "", None), None);
    assert_eq!(link::open("#what-it-remembers", &spec(), "", None), None);
}

#[test]
fn kept_runs_are_few_named_by_what_differs_and_drawn_faint() {
    let spec = spec();
    let mut runs = Vec::new();
    for seed in 1..=8 {
        let mut plan = Plan::of(&spec);
        plan.seed = seed % 3 + 1;
        let world = finished(plan);
        let id = u32::try_from(seed).unwrap();
        kept::keep(
            &mut runs,
            Kept::of(&world.runner, id, &spec, world.now).unwrap(),
        );
    }
    assert_eq!(runs.len(), kept::KEEP);
    assert_eq!(runs[0].ended, Ended::Finished);
    let names = kept::names(&spec, &runs);
    assert_eq!(
        names[..4],
        [
            "as the lab comes",
            "seed 2",
            "seed 3",
            "as the lab comes (2)"
        ]
    );

    let world = finished(Plan::of(&spec));
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
    let series = chart::series(&spec, &spec.metrics[0], &front, &back);
    let labels: Vec<(&str, bool)> = series
        .lines
        .iter()
        .map(|l| (l.label.as_str(), l.faint))
        .collect();
    let behind = [("A, as the lab comes", true), ("B, as the lab comes", true)];
    assert_eq!(labels, [behind[0], behind[1], ("A", false), ("B", false)]);
    assert_eq!(series.x.range, Some((0.0, 10.0)));
}

#[test]
fn csv_has_one_row_an_arm_and_step() {
    let world = finished(Plan::of(&spec()));
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
fn a_checkpoint_is_asked_for_at_an_evaluation() {
    let mut world = World::new(Plan::of(&spec()));
    world.runner.go(0.0);
    world.work_on(200, 1);
    let kept: Vec<Option<&Checkpoint>> = world
        .runner
        .lanes
        .iter()
        .map(|l| l.checkpoint.as_ref())
        .collect();
    assert!(kept.iter().all(Option::is_some));
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
