//! What there is to know of the lab of the one cell without running anything.

use super::{
    cell::{HIDDEN, LONGEST, RATE, WEIGHTS},
    cell_task::TOKENS,
};
use lab::{
    ArmSpec, Better, Bound, Check, Claim, Expected, MetricSpec, Preset, ProbeSpec, Reader,
    Reference, Seeds, Spec, Word,
};

/// The lab of the one cell.
pub fn cell() -> Spec {
    let arm = |id: &str, label: &str, weights| ArmSpec {
        id: id.into(),
        label: label.into(),
        knobs: vec![WEIGHTS.pick(weights)],
    };
    Spec {
        id: "understanding-lstm/cell".into(),
        title: "One cell, gate by gate".into(),
        arms: vec![
            arm("by-hand", "one unit, weights by hand", "hand"),
            arm("trained", "four units, trained", "trained"),
        ],
        knobs: vec![WEIGHTS.spec(), HIDDEN.spec(), RATE.spec()],
        presets: vec![Preset {
            id: "default".into(),
            label: "Default".into(),
            says: "Keep the last sign, ignore the noise, say it when asked: once by weights set \
                   by hand, once by weights that were learnt."
                .into(),
            breaks: false,
            knobs: Vec::new(),
            arms: None,
            steps: None,
        }],
        metrics: metrics(),
        references: vec![Reference {
            id: "coin".into(),
            label: "a coin".into(),
            metric: "acc".into(),
            value: 0.5,
            when: Vec::new(),
        }],
        probes: vec![ProbeSpec {
            id: "cell".into(),
            label: "The cell".into(),
            see: "Seven sub-steps for each token. Turn a gate to 0 or 1 and go on: everything \
                  after it follows."
                .into(),
            input: sequence(),
            every: 25,
            trail: Vec::new(),
        }],
        claims: claims(),
        input: Reader::None,
        files: Vec::new(),
        steps: 300,
        eval_every: 50,
        diverged: "The weights are no longer numbers. Turn the learning rate down.".into(),
    }
}

fn metrics() -> Vec<MetricSpec> {
    let metric = |id: &str, label: &str, unit: &str, better, see: &str| MetricSpec {
        id: id.into(),
        label: label.into(),
        unit: unit.into(),
        better,
        every_step: false,
        axis: None,
        see: see.into(),
    };
    vec![
        metric(
            "acc",
            "signs said right",
            "",
            Better::Higher,
            "The share of fresh sequences answered right. The weights set by hand are right from \
             the beginning, and are never changed.",
        ),
        MetricSpec {
            every_step: true,
            ..metric(
                "loss",
                "loss",
                "bit",
                Better::Lower,
                "The price of the right sign; one bit is a coin.",
            )
        },
    ]
}

fn sequence() -> Reader {
    let names = ["store +1", "store −1", "noise", "read"];
    let word = |(label, group): (&str, &str)| Word {
        label: label.into(),
        group: group.into(),
    };
    let example = |name: &str, row: &[u32]| (name.to_owned(), row.to_vec());
    Reader::Words {
        words: TOKENS.into_iter().zip(names).map(word).collect(),
        min: 1,
        max: LONGEST as u32,
        examples: vec![
            example("+ · · − ?", &[0, 2, 2, 1, 3]),
            example("+ · · · ?", &[0, 2, 2, 2, 3]),
            example("? − ? ·", &[3, 1, 3, 2]),
        ],
    }
}

fn claims() -> Vec<Claim> {
    let claim = |id: &str, says: &str, arm: &str, bound| Claim {
        id: id.into(),
        says: says.into(),
        reported: "no number: each gate in words and pictures".into(),
        source: "section “Step-by-Step LSTM Walk Through”".into(),
        preset: "default".into(),
        step: 300,
        seeds: Seeds::Each,
        check: Check::AtLeast {
            metric: "acc".into(),
            arm: arm.into(),
            bound: Bound::Value(bound),
        },
        expected: Expected::Holds,
    };
    vec![
        claim(
            "by-hand",
            "One unit with weights set by hand answers every sequence right.",
            "by-hand",
            1.0,
        ),
        claim(
            "trained",
            "Four trained units do as well, up to one sequence in a hundred.",
            "trained",
            0.99,
        ),
    ]
}
