//! Training, waiting, turning, breaking.

use super::{World, finished, spec};
use crate::islands::lab::{draft, link, runner::Phase};
use lab::{Checkpoint, Plan, Value};

#[test]
fn arms_stay_side_by_side_however_slow_one_is() {
    let mut world = World::new(Plan::of(spec()));
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
    let mut world = World::new(Plan::of(spec()));
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

    let link = world.runner.plan.to_link(spec());
    let opened = link::open(&link, spec(), "", None).unwrap();
    let again = finished(opened.plan);
    for (one, other) in world.runner.lanes.iter().zip(&again.runner.lanes) {
        assert_eq!(one.history, other.history);
    }
    let plain = finished(Plan::of(spec()));
    assert_ne!(
        plain.runner.lanes[0].history, again.runner.lanes[0].history,
        "the turn did something"
    );
}

#[test]
fn a_refused_turn_changes_nothing() {
    let mut world = World::new(Plan::of(spec()));
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
    let mut world = World::new(Plan::of(spec()));
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
    let mut world = World::new(Plan::of(spec()));
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
    let mut world = World::new(Plan::of_preset(spec, &spec.presets[1]));
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
    let whole = finished(Plan::of(spec()));
    let mut world = World::new(Plan::of(spec()));
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
    let mut plan = Plan::of(spec);
    draft::set(spec, &mut plan, None, "size", Value::Int(8));
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
    let mut world = World::new(Plan::of(spec()));
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
fn a_checkpoint_is_asked_for_at_an_evaluation() {
    let mut world = World::new(Plan::of(spec()));
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
