//! What there is to know of the three labs without running anything.

use super::{
    claims::claims,
    knobs,
    measures::{metrics, references},
    task::Task,
};
use lab::{ArmSpec, Digest, FileSpec, Preset, ProbeSpec, Reader, Spec, Value};

/// The most points a reader can set.
pub fn most(task: Task) -> usize {
    match task {
        Task::Hull => 20,
        Task::Tour => 12,
        Task::Triangles => 10,
    }
}

/// The lab of a task.
pub fn of(task: Task) -> Spec {
    let (id, title, steps) = match task {
        Task::Hull => ("pointer-networks", "Convex hull", 3000),
        Task::Tour => ("pointer-networks/tsp", "The shortest tour", 3000),
        Task::Triangles => ("pointer-networks/delaunay", "Triangles", 2500),
    };
    Spec {
        id: id.into(),
        title: title.into(),
        arms: vec![arm("ptr", task), arm("attention", task)],
        knobs: knobs::all(task),
        presets: presets(task),
        metrics: metrics(task),
        references: references(task),
        probes: probes(task),
        claims: claims(task),
        input: Reader::None,
        files: files(task),
        steps,
        eval_every: 250,
        diverged:
            "A step went so far that the weights are no longer numbers. Turn the learning rate \
                   down, or clip the gradient lower."
                .into(),
    }
}

/// An arm: how it names a point, and what its task needs.
fn arm(head: &str, task: Task) -> ArmSpec {
    let label = match head {
        "ptr" => "Ptr-Net",
        "attention" => "seq2seq + attention",
        _ => "seq2seq",
    };
    let mut knobs = vec![knobs::HEAD.pick(head)];
    match task {
        Task::Hull => {}
        Task::Tour => knobs.extend([knobs::TO_TOURS.to(8), knobs::CLASSES.to(8)]),
        Task::Triangles => knobs.extend([knobs::TO_TRIANGLES.to(5), knobs::CLASSES.to(5)]),
    }
    ArmSpec {
        id: head.into(),
        label: label.into(),
        knobs,
    }
}

fn preset(id: &str, label: &str, says: &str, knobs: Vec<(String, Value)>) -> Preset {
    Preset {
        id: id.into(),
        label: label.into(),
        says: says.into(),
        breaks: false,
        knobs,
        arms: None,
        steps: None,
    }
}

fn presets(task: Task) -> Vec<Preset> {
    let breaks = |preset: Preset| Preset {
        breaks: true,
        ..preset
    };
    match task {
        Task::Tour => vec![preset(
            "default",
            "Default",
            "Shortest round trips through 5 to 8 points.",
            Vec::new(),
        )],
        Task::Triangles => vec![preset(
            "default",
            "Default",
            "Delaunay triangulations of 5 points.",
            Vec::new(),
        )],
        Task::Hull => vec![
            preset(
                "default",
                "Default",
                "Hulls of 5 to 10 points, by pointing and by classes.",
                Vec::new(),
            ),
            Preset {
                arms: Some(vec![arm("ptr", task), arm("seq2seq", task)]),
                ..preset(
                    "seq2seq",
                    "Without attention",
                    "The plain sequence-to-sequence network beside the pointer: one state carries \
                     all the points.",
                    Vec::new(),
                )
            },
            preset(
                "raw",
                "Raw coordinates",
                "The points as they are, between 0 and 1: it learns, and more slowly.",
                vec![
                    knobs::SCALE.to(1.0),
                    knobs::CENTRED.to(false),
                    knobs::RATE.to(3e-3),
                ],
            ),
            breaks(preset(
                "any-corner",
                "Any corner first",
                "Every hull may begin at any of its corners, and the examples begin at a random one. \
                 Nothing in the points says which: the first pointer can only spread over all of \
                 them.",
                vec![knobs::CORNER.pick("random")],
            )),
            breaks(preset(
                "one-size",
                "One size only",
                "Sets of 5 points and no others. The pointer can name a sixth point; nobody taught \
                 it to.",
                vec![knobs::FROM.to(5), knobs::TO.to(5)],
            )),
            breaks(Preset {
                arms: Some(vec![
                    arm("ptr", task),
                    ArmSpec {
                        id: "attention".into(),
                        ..arm("attention", task)
                    },
                ]),
                ..preset(
                    "classes-15",
                    "Classes for 10, sets of 15",
                    "Training on up to 15 points. The pointer grows with its input; a layer with ten \
                     classes has no name for the eleventh point, and is refused.",
                    vec![knobs::TO.to(15)],
                )
            }),
            Preset {
                arms: Some(vec![arm("ptr", task)]),
                steps: Some(12_000),
                ..preset(
                    "long",
                    "Four times as long",
                    "12,000 steps of the pointer network: what a minute leaves unlearnt.",
                    vec![knobs::RATE.to(5e-3)],
                )
            },
            Preset {
                arms: Some(vec![arm("ptr", task)]),
                ..preset(
                    "recorded",
                    "From the recorded weights",
                    "The pointer network as the 12,000 steps of the preset before left it, recorded. \
                     Look into it at once, or train on at a small rate.",
                    vec![knobs::START.pick("recorded"), knobs::RATE.to(5e-4)],
                )
            },
        ],
    }
}

/// What a run may start from. Written by
/// `cargo run -p papers --example run -- pointer-networks ptr --preset long --seed 100 --save static/data/pointer-hull.weights`.
fn files(task: Task) -> Vec<FileSpec> {
    if task != Task::Hull {
        return Vec::new();
    }
    vec![FileSpec {
        id: "hull-12000".into(),
        path: "data/pointer-hull.weights".into(),
        digest: Digest(0x8154_378d_d595_521f),
        origin: "Recorded: 12,000 steps of this lab’s pointer network, seed 100, by `cargo run -p \
                 papers --example run -- pointer-networks ptr --preset long --seed 100 --save \
                 static/data/pointer-hull.weights`; November 2026; MIT or Apache 2.0."
            .into(),
        when: vec![knobs::START.pick("recorded")],
    }]
}

fn probes(task: Task) -> Vec<ProbeSpec> {
    let examples = examples(task)
        .into_iter()
        .map(|(name, points)| (name.to_owned(), points.to_vec()))
        .collect();
    let points = Reader::Points {
        min: 1,
        max: most(task) as u32,
        examples,
    };
    let probe = |id: &str, label: &str, see: &str| ProbeSpec {
        id: id.into(),
        label: label.into(),
        see: see.into(),
        input: points.clone(),
        every: 50,
        trail: Vec::new(),
    };
    let plane = match task {
        Task::Hull => {
            "The true hull is dashed, the answer solid. Drag a point across the hull, then step \
             through the pointers: a disc’s area is the probability of its point."
        }
        Task::Tour => {
            "The shortest tour is dashed, the answer solid. Step through the pointers: a disc’s area \
             is the probability of its point."
        }
        Task::Triangles => {
            "True triangles are dashed, answered ones solid: right ones tinted. Step through the \
             pointers three by three."
        }
    };
    vec![
        probe("plane", "Points", plane),
        probe(
            "attention",
            "Attention",
            "A row is a step of the answer, a column a point in the order in which it was read. The \
             answers are outlined.",
        ),
        probe(
            "renumber",
            "Renumbered",
            "The same points read in twenty other orders. The answer should be the same each time: \
             the points did not move.",
        ),
    ]
}

/// The most examples have: nine points.
type Example = (&'static str, &'static [(f32, f32)]);

fn examples(task: Task) -> Vec<Example> {
    const EIGHT: &[(f32, f32)] = &[
        (0.62, 0.41),
        (0.14, 0.63),
        (0.83, 0.22),
        (0.33, 0.12),
        (0.47, 0.70),
        (0.91, 0.66),
        (0.28, 0.37),
        (0.58, 0.93),
    ];
    const SQUARE: &[(f32, f32)] = &[(0.2, 0.2), (0.8, 0.8), (0.5, 0.45), (0.8, 0.2), (0.2, 0.8)];
    const LINE: &[(f32, f32)] = &[(0.5, 0.5), (0.1, 0.1), (0.9, 0.9), (0.3, 0.3), (0.7, 0.7)];
    const TWELVE: &[(f32, f32)] = &[
        (0.50, 0.50),
        (0.12, 0.40),
        (0.30, 0.08),
        (0.72, 0.14),
        (0.93, 0.45),
        (0.80, 0.83),
        (0.45, 0.95),
        (0.16, 0.78),
        (0.40, 0.30),
        (0.66, 0.60),
        (0.35, 0.62),
        (0.70, 0.36),
    ];
    match task {
        Task::Hull => vec![
            ("eight points", EIGHT),
            ("twelve points, more than in training", TWELVE),
            ("a square and its middle", SQUARE),
            ("five on a line", LINE),
            ("two points", &LINE[..2]),
        ],
        Task::Tour => vec![
            ("eight points", EIGHT),
            ("twelve points, more than in training", TWELVE),
            ("five on a line", LINE),
            ("two points", &LINE[..2]),
        ],
        Task::Triangles => vec![
            ("five points", &EIGHT[..5]),
            ("a square and its middle", SQUARE),
            (
                "four on a circle",
                &[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)],
            ),
            ("five on a line", LINE),
            ("two points", &LINE[..2]),
        ],
    }
}

/// The points used until the reader has drawn.
pub fn example(task: Task) -> &'static [(f32, f32)] {
    examples(task)[0].1
}
