//! The session and the worker's protocol: pause, step, live knobs, divergence, checkpoints.

#![allow(missing_docs)]

mod toy;

use lab::*;
use std::collections::BTreeMap;
use toy::{LR, Toy};

static PAPERS: &[Paper] = &[Paper {
    id: "toy",
    labs: &[Lab::of::<Toy>()],
}];

/// A clock that moves one millisecond each time it is read.
#[derive(Default)]
struct Ticking(std::cell::Cell<f64>);

impl Clock for Ticking {
    fn now(&self) -> f64 {
        self.0.set(self.0.get() + 1.0);
        self.0.get()
    }
}

fn load(key: Key, run: Run, start: Option<Checkpoint>) -> ToTrainer {
    ToTrainer::Load {
        key,
        run,
        input: None,
        files: BTreeMap::new(),
        start,
    }
}

fn default_run() -> Run {
    Plan::of(&Toy::spec()).run("a")
}

fn work(trainer: &mut Trainer) -> Vec<FromTrainer> {
    let clock = Ticking::default();
    while trainer.slice(&clock, 5.0) {}
    trainer.drain()
}

fn losses(messages: &[FromTrainer]) -> Vec<(u64, f64)> {
    let rows = messages.iter().filter_map(|m| match m {
        FromTrainer::Progress { rows, .. } => Some(rows),
        _ => None,
    });
    rows.flatten()
        .flat_map(|r| {
            r.values
                .iter()
                .filter(|(m, _)| m == "loss")
                .map(|(_, v)| (r.step, *v))
        })
        .collect()
}

#[test]
fn trains_to_the_horizon_and_no_further() {
    let mut trainer = Trainer::new(PAPERS);
    trainer.handle(load(1, default_run(), None));
    trainer.handle(ToTrainer::Play { key: 1, until: 4 });
    let messages = work(&mut trainer);
    assert!(messages.contains(&FromTrainer::Loaded {
        key: 1,
        parameters: 1,
        step: 0,
        steps: 10
    }));
    assert_eq!(losses(&messages).len(), 4);
    assert_eq!(trainer.session(1).unwrap().step(), 4);
}

#[test]
fn a_pause_is_obeyed_after_the_step_under_way() {
    let mut trainer = Trainer::new(PAPERS);
    trainer.handle(load(1, default_run(), None));
    trainer.handle(ToTrainer::Play { key: 1, until: 10 });
    let clock = Ticking::default();
    trainer.slice(&clock, 5.0);
    let before = trainer.session(1).unwrap().step();
    trainer.handle(ToTrainer::Pause { key: 1 });
    let messages = work(&mut trainer);
    assert!(
        before > 0 && before < 10,
        "the slice was cut at step {before}"
    );
    assert_eq!(trainer.session(1).unwrap().step(), before);
    let paused = FromTrainer::Stopped {
        key: 1,
        step: before,
        reason: Reason::Paused,
    };
    assert_eq!(messages.last(), Some(&paused));
}

#[test]
fn evaluation_comes_at_its_steps_and_at_the_last() {
    let mut trainer = Trainer::new(PAPERS);
    let mut run = default_run();
    run.preset = "default".into();
    trainer.handle(load(1, run, None));
    trainer.handle(ToTrainer::Play { key: 1, until: 99 });
    let messages = work(&mut trainer);
    let held: Vec<u64> = trainer
        .session(1)
        .unwrap()
        .history()
        .curve("held")
        .iter()
        .map(|(s, _)| *s)
        .collect();
    assert_eq!(held, [5, 10]);
    let finished = FromTrainer::Stopped {
        key: 1,
        step: 10,
        reason: Reason::Finished,
    };
    assert_eq!(messages.last(), Some(&finished));
}

#[test]
fn a_live_knob_acts_at_its_step_and_a_link_repeats_it() {
    let turn = Turn {
        step: 3,
        knob: "lr".into(),
        value: Value::Float(5.0),
    };
    let live = {
        let mut trainer = Trainer::new(PAPERS);
        trainer.handle(load(1, default_run(), None));
        trainer.handle(ToTrainer::Play { key: 1, until: 2 });
        let mut all = work(&mut trainer);
        trainer.handle(ToTrainer::Retune {
            key: 1,
            turn: turn.clone(),
        });
        trainer.handle(ToTrainer::Play { key: 1, until: 10 });
        all.extend(work(&mut trainer));
        assert!(all.contains(&FromTrainer::Turned {
            key: 1,
            turn: turn.clone()
        }));
        losses(&all)
    };
    let linked = {
        let mut trainer = Trainer::new(PAPERS);
        trainer.handle(load(
            1,
            Run {
                turns: vec![turn],
                ..default_run()
            },
            None,
        ));
        trainer.handle(ToTrainer::Play { key: 1, until: 10 });
        losses(&work(&mut trainer))
    };
    assert_eq!(Digest::of_curve(&live), Digest::of_curve(&linked));
    assert!(
        live[2].1 - live[3].1 > 9.9,
        "5 · 2 a step from step 3 on: {live:?}"
    );
    assert!(live[1].1 - live[2].1 < 2.1, "1 · 2 a step before: {live:?}");
}

#[test]
fn a_late_turn_acts_at_once_and_says_when() {
    let mut trainer = Trainer::new(PAPERS);
    trainer.handle(load(1, default_run(), None));
    trainer.handle(ToTrainer::Play { key: 1, until: 4 });
    work(&mut trainer);
    let turn = Turn {
        step: 1,
        knob: LR.id().into(),
        value: Value::Float(2.0),
    };
    trainer.handle(ToTrainer::Retune {
        key: 1,
        turn: turn.clone(),
    });
    let turned = FromTrainer::Turned {
        key: 1,
        turn: Turn { step: 4, ..turn },
    };
    assert_eq!(work(&mut trainer), [turned]);
}

#[test]
fn only_live_knobs_turn_in_range() {
    for (knob, value) in [
        ("lr", Value::Float(11.0)),
        ("size", Value::Int(3)),
        ("no", Value::Off),
    ] {
        let mut trainer = Trainer::new(PAPERS);
        trainer.handle(load(1, default_run(), None));
        work(&mut trainer);
        let turn = Turn {
            step: 0,
            knob: knob.into(),
            value,
        };
        trainer.handle(ToTrainer::Retune { key: 1, turn });
        let said = work(&mut trainer);
        let refused = |m: &FromTrainer| matches!(m, FromTrainer::Stopped { reason: Reason::Refused(e), .. } if e.knob == knob);
        assert!(said.iter().any(refused), "{knob}: {said:?}");
    }
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_and_names_the_metric() {
    let mut trainer = Trainer::new(PAPERS);
    trainer.handle(load(
        1,
        Run {
            preset: "hot".into(),
            ..default_run()
        },
        None,
    ));
    trainer.handle(ToTrainer::Play { key: 1, until: 10 });
    let reason = Reason::Diverged {
        metric: "loss".into(),
    };
    assert_eq!(
        work(&mut trainer).last(),
        Some(&FromTrainer::Stopped {
            key: 1,
            step: 1,
            reason
        })
    );
    assert!(
        !trainer.slice(&Ticking::default(), 5.0),
        "nothing is left to do"
    );
}

#[test]
fn a_checkpoint_goes_on_to_the_bit() {
    let mut trainer = Trainer::new(PAPERS);
    trainer.handle(load(1, default_run(), None));
    trainer.handle(ToTrainer::Play { key: 1, until: 6 });
    work(&mut trainer);
    trainer.handle(ToTrainer::Save { key: 1 });
    let checkpoint = match &trainer.drain()[..] {
        [FromTrainer::Checkpoint { checkpoint, .. }] => checkpoint.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(checkpoint.step, 6);
    trainer.handle(load(2, default_run(), Some(checkpoint)));
    for key in [1, 2] {
        trainer.handle(ToTrainer::Play { key, until: 10 });
    }
    work(&mut trainer);
    let tail = |key| trainer.session(key).unwrap().history().curve("loss")[..].to_vec();
    assert_eq!(tail(1)[6..], tail(2)[..]);
}

#[test]
fn two_runs_in_one_worker_stay_side_by_side() {
    let mut trainer = Trainer::new(PAPERS);
    for key in [1, 2] {
        trainer.handle(load(key, default_run(), None));
        trainer.handle(ToTrainer::Play { key, until: 10 });
    }
    let clock = Ticking::default();
    while trainer.slice(&clock, 1.0) {
        let steps = [1, 2].map(|key| trainer.session(key).unwrap().step());
        assert!(steps[0].abs_diff(steps[1]) <= 1, "{steps:?}");
    }
}

#[test]
fn a_watched_probe_is_refreshed_and_the_latest_input_wins() {
    let mut trainer = Trainer::new(PAPERS);
    trainer.handle(load(1, default_run(), None));
    for text in ["first", "second"] {
        let input = vec![Input::Text(text.into())];
        trainer.handle(ToTrainer::Watch {
            key: 1,
            probe: "look".into(),
            input,
        });
    }
    trainer.handle(ToTrainer::Play { key: 1, until: 10 });
    let figures: Vec<(u64, String)> = work(&mut trainer)
        .into_iter()
        .filter_map(|m| match m {
            FromTrainer::Figure { step, figure, .. } => Some((step, format!("{figure:?}"))),
            _ => None,
        })
        .collect();
    let steps: Vec<u64> = figures.iter().map(|(s, _)| *s).collect();
    assert_eq!(steps, [0, 3, 6, 9, 10]);
    assert!(
        figures
            .iter()
            .all(|(_, f)| f.contains("second") && !f.contains("first"))
    );
}

#[test]
fn what_cannot_be_built_says_why() {
    let cases = [
        (
            Run {
                lab: "none".into(),
                ..default_run()
            },
            "there is no lab “none”",
        ),
        (
            Run {
                arm: "z".into(),
                ..default_run()
            },
            "arm (arm) cannot be z: it goes over a, b",
        ),
        (
            Run {
                knobs: vec![("lr".into(), Value::Float(99.0))],
                ..default_run()
            },
            "Learning rate (lr) cannot be 99: it goes 0 to 10",
        ),
        (
            Run {
                knobs: vec![("size".into(), Value::Int(8))],
                ..default_run()
            },
            "a size of 8 does not fit",
        ),
    ];
    for (run, why) in cases {
        let mut trainer = Trainer::new(PAPERS);
        trainer.handle(load(1, run, None));
        match &trainer.drain()[..] {
            [FromTrainer::Stopped { reason, .. }] => assert_eq!(reason.to_string(), why),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn messages_survive_the_wire() {
    let mut trainer = Trainer::new(PAPERS);
    let sent = load(1, default_run(), None);
    let bytes = postcard::to_stdvec(&sent).unwrap();
    assert_eq!(postcard::from_bytes::<ToTrainer>(&bytes).unwrap(), sent);
    trainer.handle(sent);
    trainer.handle(ToTrainer::Play { key: 1, until: 10 });
    let said = work(&mut trainer);
    let bytes = postcard::to_stdvec(&said).unwrap();
    assert_eq!(
        postcard::from_bytes::<Vec<FromTrainer>>(&bytes).unwrap(),
        said
    );
}
