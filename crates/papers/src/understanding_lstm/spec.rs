//! What there is to know of the lab of the lags without running anything.

use super::{
    claims::claims,
    evaluation::LAGS,
    knobs,
    probes::{LONGEST, words},
};
use lab::{ArmSpec, Axis, Better, MetricSpec, Preset, ProbeSpec, Reader, Reference, Spec, Value};

/// The lab of the lags.
pub fn reach() -> Spec {
    Spec {
        id: "understanding-lstm".into(),
        title: "How far back can it remember?".into(),
        arms: arms(),
        knobs: knobs::all(),
        presets: presets(),
        metrics: metrics(),
        references: references(),
        probes: probes(),
        claims: claims(),
        input: Reader::None,
        files: Vec::new(),
        steps: 700,
        eval_every: 50,
        diverged: "A step went so far that the weights are no longer numbers. Turn the learning \
                   rate down, or clip the gradient lower."
            .into(),
    }
}

fn arm(id: &str, label: &str, knobs: Vec<(String, Value)>) -> ArmSpec {
    ArmSpec {
        id: id.into(),
        label: label.into(),
        knobs,
    }
}

/// A gated cell at the best of the three learning rates tried.
fn gated(id: &str, label: &str) -> ArmSpec {
    arm(id, label, vec![knobs::CELL.pick(id), knobs::RATE.to(1e-2)])
}

/// The tanh cell, begun with such a matrix; 5e-3 is the best of three learning rates for each.
fn plain(id: &str, label: &str, start: &str, clip: Option<f64>) -> ArmSpec {
    let knobs = vec![
        knobs::CELL.pick("rnn"),
        knobs::RATE.to(5e-3),
        knobs::START.pick(start),
        knobs::CLIP.to(clip),
    ];
    arm(id, label, knobs)
}

fn arms() -> Vec<ArmSpec> {
    vec![
        gated("lstm", "LSTM"),
        gated("gru", "GRU"),
        gated("peep", "peephole, coupled LSTM"),
        plain("rnn", "tanh RNN", "identity", Some(1.0)),
    ]
}

fn presets() -> Vec<Preset> {
    let preset = |id: &str, label: &str, breaks, says: &str, knobs| Preset {
        id: id.into(),
        label: label.into(),
        says: says.into(),
        breaks,
        knobs,
        arms: None,
        steps: None,
    };
    let biased = |id: &str, bias: f64| {
        let knobs = vec![
            knobs::CELL.pick("lstm"),
            knobs::FORGET.to(bias),
            knobs::RATE.to(2e-3),
        ];
        arm(id, &format!("LSTM, bias {bias}"), knobs)
    };
    vec![
        preset(
            "default",
            "Default",
            false,
            "Four cells learn to keep the last marked value, at lags from 2 to 64 in one diet.",
            Vec::new(),
        ),
        preset(
            "sieve",
            "Sieve",
            true,
            "A forget bias of −4: gates that begin by throwing away 98 % of the memory at every \
             token. Nothing arrives at the question, and hardly any gradient back. The tanh \
             network has no such gate and is not touched.",
            vec![knobs::FORGET.to(-4.0)],
        ),
        Preset {
            arms: Some(vec![
                biased("lstm0", 0.0),
                biased("lstm", 1.0),
                biased("lstm3", 3.0),
            ]),
            steps: Some(500),
            ..preset(
                "far-only",
                "Far only",
                true,
                "Every sequence has lag 64: no short ones lead the way. A bias of 0 keeps half of \
                 the memory a token, 1 keeps 0.73, 3 keeps 0.95.",
                vec![knobs::TASK.pick("recall"), knobs::LAGS.pick("longest")],
            )
        },
        Preset {
            arms: Some(vec![
                plain("rnn", "tanh RNN, not clipped", "identity", None),
                plain("clipped", "tanh RNN, clipped at 1", "identity", Some(1.0)),
            ]),
            ..preset(
                "no-clipping",
                "No clipping",
                true,
                "The tanh network of the default run with its gradient as it comes, and beside it \
                 the same one clipped: one steep batch is enough to undo what was learnt.",
                Vec::new(),
            )
        },
        Preset {
            arms: Some(vec![
                plain("glorot", "tanh RNN, Glorot", "glorot", Some(1.0)),
                plain(
                    "orthogonal",
                    "tanh RNN, orthogonal",
                    "orthogonal",
                    Some(1.0),
                ),
            ]),
            ..preset(
                "usual-start",
                "Usual start",
                false,
                "The tanh network begun with the usual matrices instead of the identity.",
                Vec::new(),
            )
        },
    ]
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
        MetricSpec {
            axis: Some(Axis {
                label: "lag".into(),
                unit: "tokens".into(),
                points: LAGS.map(|l| l as f64).to_vec(),
                trained: Some((2.0, 64.0)),
            }),
            ..metric(
                "acc",
                "accuracy",
                "",
                Better::Higher,
                "The share of fresh sequences answered right, at each lag. Lag 128 is never \
                 trained. A guess among eight is right one time in eight.",
            )
        },
        MetricSpec {
            every_step: true,
            ..metric(
                "loss",
                "loss, training",
                "bit",
                Better::Lower,
                "The price of the right answer. It jumps about because every batch has a lag of \
                 its own; three bits are a guess among eight.",
            )
        },
        metric(
            "reach",
            "reach",
            "tokens",
            Better::Higher,
            "The largest tested lag up to which at least nine answers of ten are right.",
        ),
    ]
}

fn references() -> Vec<Reference> {
    let level = |id: &str, label: &str, metric: &str, value| Reference {
        id: id.into(),
        label: label.into(),
        metric: metric.into(),
        value,
        when: vec![knobs::VALUES.to(8)],
    };
    vec![
        level("chance", "a guess among eight", "acc", 0.125),
        level("chance-loss", "a guess among eight", "loss", 3.0),
    ]
}

fn probes() -> Vec<ProbeSpec> {
    let probe = |id: &str, label: &str, see: &str, input| ProbeSpec {
        id: id.into(),
        label: label.into(),
        see: see.into(),
        input,
        every: 50,
        trail: Vec::new(),
    };
    // A first value, an unmarked one, the one to keep, unmarked ones again.
    let overwritten = [16, 0, 8, 3, 16, 2, 9, 5, 10, 11, 7, 12];
    let unmarked = [0, 9, 4, 2, 15, 6];
    let long = [vec![16, 4], [8, 1, 12, 6, 9, 3, 14, 7, 10, 0].repeat(6)].concat();
    let sequence = |ask: bool| {
        let end = if ask { vec![17] } else { Vec::new() };
        let row = |tokens: &[u32]| [tokens, &end].concat();
        Reader::Words {
            words: words(),
            min: 1,
            max: LONGEST as u32,
            examples: vec![
                ("a value overwritten".into(), row(&overwritten)),
                ("a long wait".into(), row(&long)),
                ("nothing marked".into(), row(&unmarked)),
            ],
        }
    };
    vec![
        probe(
            "strips",
            "Gates",
            "One unit along a sequence. Look for a write at the marked value, a flat line while \
             it waits, and an output gate that opens at the question. The units the answer hangs \
             on stand first.",
            sequence(true),
        ),
        probe(
            "gradient",
            "Gradient",
            "How much of the correction still arrives so many tokens before the end, on sequences \
             of the longest lag: by all ways, and along the memory line alone, where the keeping \
             gates are the only factors. The vertical axis is logarithmic.",
            Reader::None,
        ),
        probe(
            "forget",
            "Forget gates",
            "How far the keeping gates stand open, all units together: at the value to be kept, \
             and at the tokens to be ignored.",
            Reader::None,
        ),
        probe(
            "own",
            "Your sequence",
            "What it would answer if it were asked after each token. The right answer has an \
             outline; there is none before a value is marked.",
            sequence(false),
        ),
    ]
}
