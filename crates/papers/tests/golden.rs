//! The native loss after a few steps, within a tolerance: libm, fused multiply-adds and the vector
//! width chosen at run time differ between machines, so there is no digest here. The browser's
//! digests are checked with the browser tests.

use lab::{Run, Session};
use papers::PAPERS;
use std::collections::BTreeMap;

/// Lab, arm, loss in its lab's unit after 20 steps with seed 100; noted on x86-64 with AVX-512, November 2026.
const LOSSES: [(&str, &str, f64); 11] = [
    ("char-rnn", "lstm", 2.659_26),
    ("char-rnn", "rnn", 2.681_74),
    ("understanding-lstm", "lstm", 2.958_9),
    ("understanding-lstm", "gru", 3.052_5),
    ("understanding-lstm", "peep", 3.002_6),
    ("understanding-lstm", "rnn", 3.064_5),
    ("understanding-lstm/cell", "trained", 0.337_6),
    ("bahdanau", "search", 3.158_3),
    ("bahdanau", "encdec", 2.663_8),
    ("pointer-networks", "ptr", 1.915_4),
    ("pointer-networks", "attention", 1.942_6),
];

/// Twenty steps blow a difference in the last bit up to about 1e-5.
const TOLERANCE: f64 = 1e-3;

#[test]
fn the_loss_after_twenty_steps_is_as_noted() {
    for (lab, arm, want) in LOSSES {
        let run = Run {
            lab: lab.to_owned(),
            arm: arm.to_owned(),
            preset: "default".to_owned(),
            knobs: Vec::new(),
            seed: 100,
            turns: Vec::new(),
        };
        let mut session = Session::new(PAPERS, run, None, BTreeMap::new(), None).unwrap();
        session.play(20);
        while session.has_work() {
            session.work();
        }
        let got = session.history().at("loss", 20).unwrap();
        assert!(
            (got - want).abs() < TOLERANCE,
            "{lab}, {arm}: {got}, not {want}"
        );
    }
}
