//! What there is to know of the two labs without running anything.

use super::{
    claims::claims,
    knobs,
    measures::{bpc, loss, metrics, references},
    text::SIZE,
};
use lab::{ArmSpec, Digest, FileSpec, Preset, ProbeSpec, Reader, Spec, Value};

/// The page's lab.
pub fn page() -> Spec {
    Spec {
        id: "char-rnn".into(),
        title: "A network that guesses the next character".into(),
        arms: arms(),
        knobs: knobs::all(),
        presets: presets(),
        metrics: [vec![loss(), bpc()], metrics()].concat(),
        references: references(),
        probes: probes(),
        claims: claims(),
        input: yours(),
        files: files(),
        steps: 1000,
        eval_every: 50,
        diverged:
            "A step went so far that the weights are no longer numbers. Turn the learning rate \
                   down, or clip the gradient lower."
                .into(),
    }
}

/// The index's small lab.
pub fn writing() -> Spec {
    let arm = ArmSpec {
        id: "lstm".into(),
        label: "LSTM".into(),
        knobs: vec![
            knobs::CORPUS.pick("prose"),
            knobs::HIDDEN.to(128),
            knobs::TEMPERATURE.to(0.5),
        ],
    };
    Spec {
        id: "char-rnn/writing".into(),
        title: "A network learns to write".into(),
        arms: vec![arm],
        presets: vec![Preset {
            id: "default".into(),
            label: "Default".into(),
            says: "One LSTM reads a few essays, a window at a time, and writes what it has got so \
                   far."
                .into(),
            breaks: false,
            knobs: Vec::new(),
            arms: None,
            steps: None,
        }],
        metrics: vec![loss(), bpc()],
        references: Vec::new(),
        probes: vec![ProbeSpec {
            id: "writing".into(),
            label: "Writing".into(),
            see: "The same network with the same dice, after more and more training: letters, \
                  then words, then something like sentences."
                .into(),
            input: beginning("The machine "),
            every: 25,
            trail: vec![0, 50, 150, 400, 1000],
        }],
        claims: Vec::new(),
        eval_every: 100,
        ..page()
    }
}

fn arms() -> Vec<ArmSpec> {
    vec![
        ArmSpec {
            id: "lstm".into(),
            label: "LSTM".into(),
            knobs: vec![
                knobs::CELL.pick("lstm"),
                knobs::HIDDEN.to(96),
                knobs::RATE.to(1e-2),
            ],
        },
        ArmSpec {
            id: "rnn".into(),
            label: "tanh RNN".into(),
            knobs: vec![
                knobs::CELL.pick("rnn"),
                knobs::HIDDEN.to(200),
                knobs::RATE.to(3.5e-3),
            ],
        },
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
    // An arm's own values stand above a preset's: what concerns both arms is set on both.
    let both = |change: &dyn Fn(&str) -> Vec<(String, Value)>| {
        let mut arms = arms();
        for arm in &mut arms {
            let changed = change(&arm.id);
            arm.knobs
                .retain(|(id, _)| changed.iter().all(|(other, _)| other != id));
            arm.knobs.extend(changed);
        }
        Some(arms)
    };
    vec![
        preset(
            "default",
            "Default",
            false,
            "An LSTM and a plain network of the same size read a generated text of nested \
             brackets.",
            Vec::new(),
        ),
        preset(
            "short-sight",
            "Short sight",
            true,
            "A window of 4 characters, and nothing carried over: spelling survives, grammar goes. \
             The bracket to be closed lies outside what the network has ever seen at once.",
            vec![knobs::WINDOW.to(4), knobs::CARRY.to(false)],
        ),
        Preset {
            arms: both(&|_| vec![knobs::RATE.to(0.1)]),
            ..preset(
                "too-hot",
                "Too hot",
                true,
                "A learning rate of 0.1: the first steps throw the gates to their ends, where they \
                 stop learning. Spelling is still learnt; most line ends are not, and with some \
                 seeds the far brackets are lost as well.",
                Vec::new(),
            )
        },
        preset(
            "amnesia",
            "Amnesia",
            true,
            "A forget bias of −3: the LSTM starts out wiping its memory at every character and has \
             to learn to keep anything. Far brackets and line ends come late or not at all. The \
             plain network has no such gate and is not touched.",
            vec![knobs::FORGET.to(-3.0)],
        ),
        Preset {
            arms: both(&|arm| vec![knobs::HIDDEN.to(if arm == "lstm" { 12 } else { 25 })]),
            ..preset(
                "small-brain",
                "Small brain",
                true,
                "An eighth of the units: too few for three memories. The quotes, one bit, keep their \
                 cell; the column, the longest count, goes first, and then the far brackets.",
                Vec::new(),
            )
        },
    ]
}

fn samples() -> ProbeSpec {
    ProbeSpec {
        id: "samples".into(),
        label: "Samples".into(),
        see: "What it writes at three temperatures, with the same dice. Wrong closers are marked."
            .into(),
        input: beginning("(ab [de"),
        every: 25,
        trail: vec![0, 50, 100, 250, 500, 1000],
    }
}

fn beginning(example: &str) -> Reader {
    Reader::Text {
        min: 0,
        max: 400,
        example: example.into(),
    }
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
    vec![
        samples(),
        probe(
            "next",
            "Next character",
            "The five likeliest characters before each one came; the one that came is outlined.",
            beginning("(ab [de] fa) {cab"),
        ),
        probe(
            "cells",
            "Cells",
            "One cell’s value over text the network has not trained on. Choose another: those \
             that follow quotes, depth or column stand first.",
            beginning("ab (de [fa cab] \"AB DE\") bed"),
        ),
        probe(
            "gates",
            "Gates",
            "How far the gates stand open over held-out text. Gates piled up at an end have \
             stopped learning.",
            Reader::None,
        ),
    ]
}

fn yours() -> Reader {
    Reader::Text {
        min: SIZE.0,
        max: SIZE.1,
        example: "Paste 20 to 500 KB of any text with an alphabet: letters, source code, recipes, \
                  a score in ABC notation."
            .into(),
    }
}

fn files() -> Vec<FileSpec> {
    let file = |id: &str, digest: u64, origin: &str| FileSpec {
        id: id.into(),
        path: format!("data/{id}.txt"),
        digest: Digest(digest),
        origin: origin.into(),
        when: vec![knobs::CORPUS.pick(id)],
    };
    vec![
        file(
            "prose",
            0x2fcf_8d31_a068_5b83,
            "Essays written for this site; snapshot of November 2026; MIT or Apache 2.0.",
        ),
        file(
            "rust",
            0x4e3c_6693_525c_e0a6,
            "The source of this site’s crate `lab`; snapshot of November 2026; MIT or Apache 2.0.",
        ),
    ]
}
