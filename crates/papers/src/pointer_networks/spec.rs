//! What there is to know of the three labs without running anything.

use super::{claims, geometry::Point, knobs, probes::most, run::RECORDED, task::Task};
use lab::{
    ArmSpec, Axis, Better, Digest, FileSpec, MetricSpec, Preset, ProbeSpec, Reader, Spec, Value,
};

/// The digest of `static/data/pointer-hull.bin`.
const RECORDED_DIGEST: Digest = Digest(0);

/// The convex hull.
pub fn hull() -> Spec {
    let size = |metric: MetricSpec| over(metric, &[5.0, 10.0, 15.0, 20.0], (5.0, 10.0));
    Spec {
        id: "pointer-networks".into(),
        title: "Point at the corners".into(),
        arms: vec![
            arm("ptr", "Ptr-Net", vec![knobs::HEAD.pick("pointer")]),
            arm(
                "attention",
                "seq2seq + attention",
                vec![knobs::HEAD.pick("attention")],
            ),
        ],
        knobs: [knobs::all(), vec![knobs::START.spec()]].concat(),
        presets: hull_presets(),
        metrics: vec![
            loss(),
            size(metric(
                "exact",
                "exact hulls",
                "%",
                Better::Higher,
                "How many of 300 unseen sets get exactly the right corners in the right order, \
                 wherever it begins. The shaded sizes were trained on.",
            )),
            size(metric(
                "area",
                "area covered",
                "%",
                Better::Higher,
                "The named polygon’s area as a share of the hull’s, over the answers that are \
                 polygons; 0 if none is.",
            )),
            size(metric(
                "fail",
                "not a polygon",
                "%",
                Better::Lower,
                "Answers that visit a corner twice, cross themselves, name a point that is not \
                 there, or have fewer than three corners.",
            )),
        ],
        references: Vec::new(),
        probes: probes(Task::Hull),
        claims: claims::hull(),
        input: Reader::None,
        files: vec![FileSpec {
            id: RECORDED.into(),
            path: "data/pointer-hull.bin".into(),
            digest: RECORDED_DIGEST,
            origin:
                "Trained by this repository: `cargo run --release -p papers --example weights -- \
                     pointer-networks ptr 12000 static/data/pointer-hull.bin`"
                    .into(),
            when: vec![knobs::START.pick("recorded")],
        }],
        steps: 3000,
        eval_every: 500,
        diverged: "A step went so far that the weights are no longer numbers. Turn the learning \
                   rate down, or clip the gradient lower."
            .into(),
    }
}

/// The travelling salesman.
pub fn tour() -> Spec {
    let size = |metric: MetricSpec| over(metric, &[5.0, 8.0, 10.0], (5.0, 8.0));
    Spec {
        id: "pointer-networks/tsp".into(),
        title: "Point out a tour".into(),
        arms: vec![arm("ptr", "Ptr-Net", vec![knobs::MOST.to(8)])],
        knobs: knobs::all(),
        presets: vec![
            preset(
                "default",
                "Default",
                false,
                "Tours of 5 to 8 points, taught by exact solutions.",
                Vec::new(),
            ),
            preset(
                "one-size",
                "One size only",
                true,
                "Only tours of 5 points are taught: what it learns does not carry to 8.",
                vec![knobs::FEWEST.to(5), knobs::MOST.to(5)],
            )
            .with_arm("ptr", "Ptr-Net", vec![knobs::MOST.to(5)]),
        ],
        metrics: vec![
            loss(),
            size(metric(
                "ratio",
                "length over the shortest",
                "",
                Better::Lower,
                "How much longer the named tours are than the shortest: 1 is perfect.",
            )),
            size(metric(
                "length",
                "tour length",
                "",
                Better::Lower,
                "The mean length, as in the paper’s Table 2.",
            )),
            size(metric(
                "exact",
                "shortest tours",
                "%",
                Better::Higher,
                "How many tours are the shortest.",
            )),
        ],
        probes: probes(Task::Tour),
        claims: claims::tour(),
        files: Vec::new(),
        ..hull()
    }
}

/// Delaunay triangulations.
pub fn triangles() -> Spec {
    let size = |metric: MetricSpec| over(metric, &[5.0, 6.0, 7.0], (5.0, 5.0));
    let five = || vec![knobs::FEWEST.to(5), knobs::MOST.to(5)];
    Spec {
        id: "pointer-networks/delaunay".into(),
        title: "Point out triangles".into(),
        arms: vec![arm("ptr", "Ptr-Net", five())],
        knobs: knobs::all(),
        presets: vec![
            preset(
                "default",
                "Default",
                false,
                "Triangulations of 5 points, three pointers a triangle.",
                Vec::new(),
            ),
            preset(
                "small",
                "Small network",
                true,
                "With 16 units there is hardly room for five points, let alone for circles through \
                 them.",
                vec![knobs::HIDDEN.to(16)],
            ),
        ],
        metrics: vec![
            loss(),
            size(metric(
                "triangles",
                "triangles found",
                "%",
                Better::Higher,
                "The share of the true triangles that are named; 38 % would be found by naming as \
                 many triples at random.",
            )),
            size(metric(
                "exact",
                "exact triangulations",
                "%",
                Better::Higher,
                "Answers that are right as a whole.",
            )),
        ],
        probes: probes(Task::Triangles),
        claims: claims::triangles(),
        files: Vec::new(),
        steps: 2500,
        ..hull()
    }
}

fn hull_presets() -> Vec<Preset> {
    vec![
        preset(
            "default",
            "Default",
            false,
            "A pointer network and a network with attention over eleven fixed classes learn hulls of \
             5 to 10 points.",
            Vec::new(),
        ),
        preset(
            "any-corner",
            "Any corner first",
            true,
            "The answer taught begins at a random corner. A hull of h corners has h right answers, \
             so the first pointer can only guess, and the loss cannot fall below what that guess \
             costs.",
            vec![knobs::BEGIN.pick("any")],
        ),
        preset(
            "one-size",
            "One size only",
            true,
            "Only sets of 5 points are taught. The network need not learn what a hull is, and ten \
             points show it.",
            vec![knobs::FEWEST.to(5), knobs::MOST.to(5)],
        ),
        preset(
            "raw",
            "Raw coordinates",
            false,
            "Coordinates from 0 to 1 as they are: the points look much alike to the network, and it \
             limps.",
            vec![
                knobs::SCALE.to(1.0),
                knobs::CENTRED.to(false),
                knobs::RATE.to(3e-3),
            ],
        ),
        Preset {
            arms: Some(vec![
                arm("ptr", "Ptr-Net", vec![knobs::HEAD.pick("pointer")]),
                arm("plain", "seq2seq", vec![knobs::HEAD.pick("plain")]),
            ]),
            ..preset(
                "no-attention",
                "No attention",
                false,
                "Against the plain sequence-to-sequence network: the decoder has nothing but the \
                 encoder’s last state.",
                Vec::new(),
            )
        },
        Preset {
            arms: Some(vec![arm(
                "ptr",
                "Ptr-Net",
                vec![
                    knobs::HEAD.pick("pointer"),
                    knobs::START.pick("recorded"),
                    knobs::RATE.to(1e-3),
                ],
            )]),
            steps: Some(500),
            ..preset(
                "trained-longer",
                "Trained longer",
                false,
                "Starts from recorded weights: the same network after 12,000 steps of this \
                 repository’s own training, four times the default run. Look at its answers before \
                 you train on.",
                Vec::new(),
            )
        },
    ]
}

fn arm(id: &str, label: &str, knobs: Vec<(String, Value)>) -> ArmSpec {
    ArmSpec {
        id: id.into(),
        label: label.into(),
        knobs,
    }
}

fn preset(id: &str, label: &str, breaks: bool, says: &str, knobs: Vec<(String, Value)>) -> Preset {
    Preset {
        id: id.into(),
        label: label.into(),
        says: says.into(),
        breaks,
        knobs,
        arms: None,
        steps: None,
    }
}

fn metric(id: &str, label: &str, unit: &str, better: Better, see: &str) -> MetricSpec {
    MetricSpec {
        id: id.into(),
        label: label.into(),
        unit: unit.into(),
        better,
        every_step: false,
        axis: None,
        see: see.into(),
    }
}

fn over(metric: MetricSpec, points: &[f64], trained: (f64, f64)) -> MetricSpec {
    MetricSpec {
        axis: Some(Axis {
            label: "points in the set".into(),
            unit: String::new(),
            points: points.to_vec(),
            trained: Some(trained),
        }),
        ..metric
    }
}

fn loss() -> MetricSpec {
    MetricSpec {
        every_step: true,
        ..metric(
            "loss",
            "loss per pointer",
            "nat",
            Better::Lower,
            "−ln of the probability of the right next element, the ones before it given.",
        )
    }
}

fn probes(task: Task) -> Vec<ProbeSpec> {
    let own = |example: &[Point]| Reader::Points {
        min: if task == Task::Triangles { 3 } else { 1 },
        max: most(task) as u32,
        examples: examples(example, task),
    };
    let points = [
        (0.12, 0.31),
        (0.45, 0.12),
        (0.83, 0.22),
        (0.52, 0.48),
        (0.30, 0.62),
        (0.90, 0.66),
        (0.61, 0.90),
        (0.20, 0.86),
    ];
    let shown = if task == Task::Triangles {
        &points[..5]
    } else {
        &points[..]
    };
    vec![
        ProbeSpec {
            id: "plane".into(),
            label: "On the plane".into(),
            see: "Drag a point, add one, delete one: the answer follows. Step through it to see \
                  where each step looks; the discs are its attention."
                .into(),
            input: own(shown),
            every: 100,
            trail: Vec::new(),
        },
        ProbeSpec {
            id: "attention".into(),
            label: "Attention".into(),
            see: "One row a step: how its attention is spread over the points. Outlined: what the \
                  step named."
                .into(),
            input: own(shown),
            every: 100,
            trail: Vec::new(),
        },
    ]
}

/// Sets to begin with, the degenerate ones among them.
fn examples(first: &[Point], task: Task) -> Vec<(String, Vec<(f32, f32)>)> {
    let single = |points: &[Point]| points.iter().map(|(x, y)| (*x as f32, *y as f32)).collect();
    let ring = |n: u32| -> Vec<Point> {
        let at = |k: u32| (f64::from(k) * std::f64::consts::TAU / f64::from(n)).sin_cos();
        (0..n)
            .map(|k| (0.5 + 0.4 * at(k).0, 0.5 + 0.4 * at(k).1))
            .collect()
    };
    let line = [(0.1, 0.2), (0.7, 0.65), (0.3, 0.35), (0.9, 0.8), (0.5, 0.5)];
    let square = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.5, 0.5)];
    let mut sets = vec![
        ("Scattered".to_owned(), single(first)),
        ("A square and its middle".to_owned(), single(&square)),
        ("On a circle".to_owned(), single(&ring(7))),
        ("On one line".to_owned(), single(&line)),
    ];
    if task == Task::Hull {
        let many: Vec<Point> = (0..15u32)
            .map(|k| {
                (
                    f64::from(k * 7 % 15) / 15.0 + 0.03,
                    f64::from(k * 4 % 15) / 15.0 + 0.04,
                )
            })
            .collect();
        sets.push(("Fifteen, more than in training".to_owned(), single(&many)));
    }
    sets
}

/// A preset's own arm.
trait WithArm {
    fn with_arm(self, id: &str, label: &str, knobs: Vec<(String, Value)>) -> Self;
}

impl WithArm for Preset {
    fn with_arm(self, id: &str, label: &str, knobs: Vec<(String, Value)>) -> Self {
        Self {
            arms: Some(vec![arm(id, label, knobs)]),
            ..self
        }
    }
}
