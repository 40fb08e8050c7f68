use super::super::{LabIsland, LabIslandProps, LabProps};
use lab::figure::*;
use lab::*;
use leptos::prelude::*;

fn cell(stage: usize) -> Graph {
    let n = |x: f64, y: f64, label: &str, value: &str, shape: Shape, lit: &[usize]| Node {
        x,
        y,
        label: label.into(),
        value: value.into(),
        shape,
        lit: lit.contains(&stage),
        tint: value.parse::<f32>().ok(),
        ..Node::default()
    };
    let mut nodes = vec![
        n(0.6, 5.5, "h", "0.12", Shape::Bare, &[0]),
        n(0.6, 1.0, "C", "0.98", Shape::Bare, &[4]),
        n(1.6, 7.2, "x = +", "", Shape::Bare, &[0]),
        n(2.6, 5.5, "[h, x]", "", Shape::Box, &[0]),
        n(4.2, 4.0, "f", "0.98", Shape::Circle, &[1, 4]),
        n(5.6, 4.0, "i", "0.03", Shape::Circle, &[2, 5]),
        n(7.0, 4.0, "C̃", "-0.76", Shape::Circle, &[3, 5]),
        n(8.8, 4.0, "o", "0.91", Shape::Circle, &[6]),
        n(4.2, 1.0, "×", "", Shape::Dot, &[4]),
        n(6.3, 1.0, "+", "", Shape::Dot, &[5]),
        n(6.3, 2.5, "×", "", Shape::Dot, &[5]),
        n(8.8, 2.2, "×", "", Shape::Dot, &[6]),
        n(10.6, 1.0, "C′", "0.94", Shape::Bare, &[5]),
        n(10.6, 2.2, "h′", "0.67", Shape::Bare, &[6]),
    ];
    for (nth, name) in [(4, "forget"), (5, "input"), (7, "output")] {
        nodes[nth].dial = Some(Dial {
            id: nth as u32,
            label: format!("{name} gate at step 3"),
            range: (0.0, 1.0),
            value: nodes[nth].value.parse().unwrap(),
            forced: false,
        });
        nodes[nth].note = format!(
            "The {name} gate stands at {}: it keeps most of it",
            nodes[nth].value
        );
    }
    let e = |from: u32, to: u32, via: &[(f64, f64)], lit: &[usize]| Edge {
        from,
        to,
        via: via.to_vec(),
        lines: 1,
        arrow: true,
        lit: lit.contains(&stage),
        ..Edge::default()
    };
    let mut edges = vec![
        e(0, 3, &[], &[0]),
        e(2, 3, &[(2.6, 7.2)], &[0]),
        e(3, 4, &[(4.2, 5.5)], &[1]),
        e(3, 5, &[(5.6, 5.5)], &[2]),
        e(3, 6, &[(7.0, 5.5)], &[3]),
        e(3, 7, &[(8.8, 5.5)], &[6]),
        e(1, 8, &[], &[4]),
        e(4, 8, &[], &[4]),
        e(8, 9, &[], &[5]),
        e(5, 10, &[(5.6, 2.5)], &[5]),
        e(6, 10, &[(7.0, 2.5)], &[5]),
        e(10, 9, &[], &[5]),
        e(9, 12, &[], &[5]),
        e(7, 11, &[], &[6]),
        e(9, 11, &[(8.8, 1.0)], &[6]),
        e(11, 13, &[], &[6]),
    ];
    edges[14].label = "tanh".into();
    Graph {
        nodes,
        edges,
        size: (11.2, 7.8),
        colours: Colours {
            label: "value".into(),
            range: (-1.0, 1.0),
            diverging: true,
        },
        ..Graph::default()
    }
}

fn ring() -> Sketch {
    let at = |i: usize| {
        let a = i as f32 * std::f32::consts::TAU / 6.0;
        (
            if i == 2 { 1 } else { 0 },
            4.0 + 1.5 * a.cos(),
            3.0 + 1.5 * a.sin(),
        )
    };
    let mut nodes: Vec<_> = (0..6).map(at).collect();
    nodes.push((0, 7.0, 3.0));
    nodes.push((2, 8.2, 3.9));
    Sketch {
        nodes,
        edges: vec![
            (0, 1),
            (0, 5),
            (0, 6),
            (1, 2),
            (2, 3),
            (3, 4),
            (4, 5),
            (6, 7),
        ],
    }
}

fn molecule(t: usize) -> Graph {
    let kinds = ["C", "N", "O"];
    let sketch = ring();
    Graph {
        nodes: sketch
            .nodes
            .iter()
            .enumerate()
            .map(|(i, (k, x, y))| Node {
                x: (*x).into(),
                y: (*y).into(),
                label: kinds[*k as usize].into(),
                kind: *k,
                value: format!("{:.2}", (i as f32 * 0.37 + t as f32 * 0.2).sin()),
                tint: Some((i as f32 * 0.37 + t as f32 * 0.2).sin()),
                ..Node::default()
            })
            .collect(),
        edges: sketch
            .edges
            .iter()
            .enumerate()
            .map(|(i, (a, b))| Edge {
                from: *a,
                to: *b,
                lines: if i % 2 == 0 { 2 } else { 1 },
                weight: if t == 0 {
                    0.0
                } else {
                    (i as f32 * 0.13).fract()
                },
                ..Edge::default()
            })
            .collect(),
        size: (9.0, 6.0),
        colours: Colours {
            label: "first number of the state".into(),
            range: (-1.0, 1.0),
            diverging: true,
        },
        editable: true,
        ..Graph::default()
    }
}

#[test]
fn demo() {
    let mut spec = (*super::spec()).clone();
    spec.id = "mpnn".into();
    spec.title = "Messages on a molecule".into();
    let probe = |id: &str, label: &str, input: Reader| ProbeSpec {
        id: id.into(),
        label: label.into(),
        see: "Follow the forget gate: as long as it stands near one, the cell keeps what it holds."
            .into(),
        input,
        every: 3,
        trail: vec![],
    };
    let kind = |l: &str, n: &str, d: u32| NodeKind {
        label: l.into(),
        name: n.into(),
        degree: d,
    };
    spec.probes = vec![
        probe("cell", "Cell", Reader::None),
        probe(
            "molecule",
            "Molecule",
            Reader::Sketch {
                kinds: vec![
                    kind("C", "carbon", 3),
                    kind("N", "nitrogen, in a ring as in pyridine", 2),
                    kind("O", "oxygen, as in a carbonyl", 1),
                ],
                max: 12,
                examples: vec![("A ring".into(), ring())],
            },
        ),
        probe("tree", "Tree", Reader::None),
    ];
    let titles = [
        "Concatenate",
        "Forget gate",
        "Input gate",
        "Candidate",
        "Erase",
        "Write",
        "Show",
    ];
    let lights = [
        "concatenate",
        "forget",
        "input",
        "candidate",
        "erase",
        "write",
        "show",
    ];
    let cells = Figure::Stages(Stages {
        label: "Sub-step".into(),
        stages: (0..7)
            .map(|i| Stage {
                title: titles[i].into(),
                says: "The gate looks at the last answer and at the new sign, and settles at 0.98: it keeps nearly all of what the cell holds.".into(),
                lights: vec![lights[i].into()],
                figure: Figure::Graph(cell(i)),
            })
            .collect(),
        pick: None,
    });
    let molecules = Figure::Stages(Stages {
        label: "Round".into(),
        stages: (0..4)
            .map(|i| Stage {
                title: format!("Round {i}"),
                says: format!("Every atom has heard from atoms {i} bonds away. Predicted gap 1.02 |β|, exact 0.98 |β|."),
                lights: vec![],
                figure: Figure::Graph(molecule(i)),
            })
            .collect(),
        pick: None,
    });
    let tree = {
        let mut nodes = vec![Node {
            x: 0.6,
            y: 3.0,
            label: "start".into(),
            shape: Shape::Bare,
            ..Node::default()
        }];
        let mut edges = vec![];
        for d in 0..8u32 {
            for b in 0..3u32 {
                let id = nodes.len() as u32;
                nodes.push(Node {
                    x: 2.2 + 2.0 * f64::from(d),
                    y: 1.0 + 2.0 * f64::from(b),
                    label: ["der", "katze", "folgt"][b as usize].into(),
                    value: "-0.31".into(),
                    shape: Shape::Box,
                    lit: b == 1,
                    ..Node::default()
                });
                let from = if d == 0 { 0 } else { id - 3 };
                edges.push(Edge {
                    from,
                    to: id,
                    lines: 1,
                    arrow: true,
                    dashed: b == 2,
                    lit: b == 1,
                    ..Edge::default()
                });
            }
        }
        Figure::Graph(Graph {
            nodes,
            edges,
            size: (17.2, 6.0),
            ..Graph::default()
        })
    };
    let arm = |id: &str| RecordedArm {
        arm: id.into(),
        parameters: 10,
        seconds: 1.0,
        history: History::default(),
        curve: Digest::of(b""),
        figures: [("cell", &cells), ("molecule", &molecules), ("tree", &tree)]
            .map(|(probe, figure)| RecordedFigure {
                probe: probe.into(),
                step: 10,
                figure: figure.clone(),
            })
            .to_vec(),
    };
    let recorded = Recorded {
        command: "x".into(),
        date: "2026-11-21".into(),
        machine: "m".into(),
        spec: Digest::of(b""),
        preset: "default".into(),
        seed: 1,
        arms: if std::env::var("ONE").is_ok() {
            vec![arm("a")]
        } else {
            vec![arm("a"), arm("b")]
        },
    };
    let props = LabProps {
        block: page::LabBlock {
            lab: spec.id.clone(),
            show: vec!["cell".into(), "molecule".into(), "tree".into()],
            preset: String::new(),
        },
        spec,
        number: (1, 1),
        recorded: Some(recorded),
        claims: None,
        compact: false,
    };
    let owner = Owner::new();
    let html = owner.with(|| LabIsland(LabIslandProps::builder().props(props).build()).to_html());
    std::fs::write(
        if std::env::var("ONE").is_ok() {
            "/tmp/p/g1.html"
        } else {
            "/tmp/p/g2.html"
        },
        html,
    )
    .unwrap();
}
