//! The cell as a circuit: the memory line on top, the gates below, one stage for each sub-step.

use super::{
    cell::{GATES, Passage, dial},
    cell_task::{PLUS, READ, TOKENS, answer},
};
use lab::figure::{
    Colours, Dial, Edge, Figure, Graph, Node, Pick, PickOption, Shape, Stage, Stages,
};

/// Sub-steps of a token: name, what happens, places that light up with it.
const STEPS: [(&str, &str, &[&str]); 7] = [
    (
        "Concatenate",
        "What was shown last and the new token go side by side to all four layers.",
        &["concatenate"],
    ),
    (
        "Forget gate",
        "How much of the old memory stays.",
        &["forget"],
    ),
    ("Input gate", "How much of the new is let in.", &["input"]),
    ("Candidate", "The new value itself.", &["candidate"]),
    (
        "Erase",
        "The old memory is multiplied by the forget gate.",
        &["erase"],
    ),
    (
        "Write",
        "The candidate, multiplied by the input gate, is added.",
        &["write"],
    ),
    (
        "Show",
        "The memory, squashed, is shown as far as the output gate is open.",
        &["output", "show"],
    ),
];

/// Names of the gates in the order f, i, C̃, o.
const NAMES: [(&str, &str); GATES] = [
    ("f", "forget gate"),
    ("i", "input gate"),
    ("C̃", "candidate"),
    ("o", "output gate"),
];

/// Where the nodes stand and what they are, by their places in the graph.
const NODES: [(f64, f64, &str, Shape); 16] = [
    (0.8, 1.2, "C before", Shape::Bare),
    (3.2, 1.2, "×", Shape::Dot),
    (6.9, 1.2, "+", Shape::Dot),
    (12.2, 1.2, "C", Shape::Bare),
    (0.8, 6.0, "h before", Shape::Bare),
    (2.0, 7.3, "x", Shape::Bare),
    (2.0, 6.0, "", Shape::Dot),
    (3.2, 4.4, "f", Shape::Box),
    (5.2, 4.4, "i", Shape::Box),
    (6.9, 4.4, "C̃", Shape::Box),
    (8.8, 4.4, "o", Shape::Box),
    (6.9, 2.8, "×", Shape::Dot),
    (10.5, 2.8, "tanh", Shape::Circle),
    (10.5, 4.4, "×", Shape::Dot),
    (12.2, 6.0, "h", Shape::Bare),
    (12.2, 7.3, "answer", Shape::Bare),
];

/// Wires: from, to, corners on the way, and the sub-steps in which they are lit.
#[expect(clippy::type_complexity, reason = "one table, read as one")]
const WIRES: [(u32, u32, &[(f64, f64)], &[usize]); 18] = [
    (0, 1, &[], &[4]),
    (1, 2, &[], &[5]),
    (2, 3, &[], &[5]),
    (4, 6, &[], &[0]),
    (5, 6, &[], &[0]),
    (6, 7, &[(3.2, 6.0)], &[0, 1]),
    (6, 8, &[(5.2, 6.0)], &[0, 2]),
    (6, 9, &[(6.9, 6.0)], &[0, 3]),
    (6, 10, &[(8.8, 6.0)], &[0, 6]),
    (7, 1, &[], &[4]),
    (8, 11, &[(5.2, 2.8)], &[5]),
    (9, 11, &[], &[5]),
    (11, 2, &[], &[5]),
    (2, 12, &[(10.5, 1.2)], &[6]),
    (12, 13, &[], &[6]),
    (10, 13, &[], &[6]),
    (13, 14, &[(10.5, 6.0)], &[6]),
    (14, 15, &[], &[6]),
];

/// The sub-step in which a node gets its value, and is lit; before it, it shows none.
const COMPUTED: [usize; 16] = [0, 4, 5, 5, 0, 0, 0, 1, 2, 3, 6, 5, 6, 6, 6, 6];

/// All sub-steps of all tokens, of one unit.
pub(super) fn stages(tokens: &[u8], passages: &[Passage], unit: usize) -> Stages {
    let hidden = passages[0].memory.len();
    let mut stages = Vec::new();
    for (t, passage) in passages.iter().enumerate() {
        let token = TOKENS[usize::from(tokens[t])];
        for (step, (name, says, lights)) in STEPS.iter().enumerate() {
            let numbers = numbers(passage, unit, step);
            stages.push(Stage {
                title: format!("Token {}, {token}: {}", t + 1, name.to_lowercase()),
                says: format!("{says}{numbers}"),
                lights: lights.iter().map(|l| (*l).to_owned()).collect(),
                figure: Figure::Graph(graph(&tokens[..=t], passage, unit, step)),
            });
        }
    }
    let option = |id: usize| PickOption {
        id: id as u32,
        label: format!("unit {}", id + 1),
        note: String::new(),
    };
    Stages {
        label: "Sub-step".to_owned(),
        stages,
        pick: (hidden > 1).then(|| Pick {
            label: "Unit".to_owned(),
            options: (0..hidden).map(option).collect(),
            chosen: unit as u32,
        }),
    }
}

/// The sub-step's arithmetic, spelt out.
fn numbers(passage: &Passage, unit: usize, step: usize) -> String {
    let [f, i, g, o] = [0, 1, 2, 3].map(|gate: usize| passage.gates[gate][unit]);
    let (before, memory) = (passage.before[unit], passage.memory[unit]);
    match step {
        1 => format!(" f = {}.", two(f)),
        2 => format!(" i = {}.", two(i)),
        3 => format!(" C̃ = {}.", two(g)),
        4 => format!(" {} × {} = {}.", two(f), two(before), two(f * before)),
        5 => format!(
            " {} + {} × {} = {}.",
            two(f * before),
            two(i),
            two(g),
            two(memory)
        ),
        6 => format!(
            " {} × tanh {} = {}.",
            two(o),
            two(memory),
            two(passage.shown[unit])
        ),
        _ => String::new(),
    }
}

fn graph(tokens: &[u8], passage: &Passage, unit: usize, step: usize) -> Graph {
    let t = tokens.len() - 1;
    let hidden = passage.memory.len();
    let [f, i, g, o] = [0, 1, 2, 3].map(|gate: usize| passage.gates[gate][unit]);
    let (before, memory) = (passage.before[unit], passage.memory[unit]);
    let value = |node: usize| match node {
        0 => Some(before),
        1 => Some(f * before),
        2 | 3 => Some(memory),
        4 => Some(passage.shown_before[unit]),
        7 => Some(f),
        8 => Some(i),
        9 => Some(g),
        10 => Some(o),
        11 => Some(i * g),
        12 => Some(memory.tanh()),
        13 | 14 => Some(passage.shown[unit]),
        _ => None,
    };
    let node = |(at, (x, y, label, shape)): (usize, (f64, f64, &str, Shape))| {
        let number = value(at).filter(|_| COMPUTED[at] <= step);
        let text = match at {
            5 => TOKENS[usize::from(tokens[t])].to_owned(),
            15 if step == 6 => said(tokens, passage.plus),
            // An operation's result stands where it goes to.
            1 | 2 | 11 | 13 => String::new(),
            _ => number.map_or_else(String::new, two),
        };
        Node {
            x,
            y,
            label: label.to_owned(),
            note: note(at, &text),
            value: text,
            shape,
            tint: number,
            lit: COMPUTED[at] == step,
            dial: (7..=10).contains(&at).then(|| {
                let gate = at - 7;
                Dial {
                    id: dial(t, unit, gate, hidden),
                    label: format!("{} at token {}", NAMES[gate].1, t + 1),
                    range: (if gate == 2 { -1.0 } else { 0.0 }, 1.0),
                    value: passage.gates[gate][unit],
                    forced: passage.forced[gate][unit],
                }
            }),
            kind: 0,
        }
    };
    let edge = |(from, to, via, lit): &(u32, u32, &[(f64, f64)], &[usize])| Edge {
        from: *from,
        to: *to,
        via: via.to_vec(),
        weight: 0.3,
        lines: 1,
        arrow: true,
        lit: lit.contains(&step),
        ..Edge::default()
    };
    Graph {
        nodes: NODES.into_iter().enumerate().map(node).collect(),
        edges: WIRES.iter().map(edge).collect(),
        size: (13.2, 8.2),
        colours: Colours {
            label: "value".to_owned(),
            range: (-1.0, 1.0),
            diverging: true,
        },
        editable: false,
        pick: None,
    }
}

/// What is read out of a node.
fn note(at: usize, text: &str) -> String {
    let name = match at {
        0 => "memory before",
        3 => "memory",
        4 => "shown before",
        5 => "token",
        6 => "both side by side",
        7..=10 => NAMES[at - 7].1,
        12 => "tanh of the memory",
        14 => "shown",
        15 => "answer",
        1 => "erase: times the forget gate",
        2 => "write: plus the new",
        11 => "the candidate times the input gate",
        _ => "show: times the output gate",
    };
    if text.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {text}")
    }
}

/// The answer in words, and whether it is right; only a question asks for one.
fn said(tokens: &[u8], plus: f32) -> String {
    if tokens.last() != Some(&READ) {
        return "not asked".to_owned();
    }
    let sign = TOKENS[usize::from(plus < 0.5)];
    let share = (100.0 * plus.max(1.0 - plus)).round();
    if share <= 55.0 {
        return format!("undecided, {share} % {sign}");
    }
    match answer(tokens) {
        None => format!("{sign}, {share} %; nothing was stored"),
        Some(right) if (right == PLUS) == (plus >= 0.5) => format!("{sign}, {share} %: right"),
        Some(_) => format!("{sign}, {share} %: wrong"),
    }
}

fn two(x: f32) -> String {
    let text = format!("{x:.2}");
    // No minus before a zero, and a real one before the rest.
    if text == "-0.00" {
        "0.00".to_owned()
    } else {
        text.replace('-', "−")
    }
}
