//! What a reader can turn; the three labs share it.

use super::{
    batch::Kinds,
    model::{Message, Plan, Readout},
    molecule::Target,
};
use lab::{Knob, KnobSpec, Knobs};

/// T
pub const ROUNDS: Knob<i64> = Knob::int("rounds", "Rounds T", (0, 8), 4)
    .help("0: a bag of atoms. More than the molecule is wide: slower, and nothing new to hear.");

/// Messages.
pub const MESSAGE: Knob<String> = Knob::choice(
    "message",
    "Messages",
    &[
        ("types", "two kinds of bond"),
        ("one", "one kind of bond"),
        ("virtual", "two, and unbound pairs"),
        ("bins", "16 kinds, by length"),
        ("edge", "edge network"),
    ],
)
.help("A matrix for each kind of bond, in a ring or not; or a network that makes one from its length.");

/// Readout.
pub const READOUT: Knob<String> = Knob::choice(
    "readout",
    "Readout",
    &[
        ("sum", "gated sum"),
        ("mean", "gated mean"),
        ("set2set", "set2set"),
        ("one", "one atom"),
    ],
)
.help("Mean: forgets how large the molecule is. One atom: hears only what has reached it.");

/// Looks of set2set.
pub const LOOKS: Knob<i64> = Knob::int("looks", "Looks of set2set", (1, 8), 3)
    .help("How often set2set goes over the atoms before it answers.");

/// d
pub const WIDTH: Knob<i64> = Knob::int("width", "Numbers an atom", (4, 64), 24)
    .log()
    .help("Few: underfits. Many: slow.");

/// Training molecules.
pub const OFFERED: Knob<i64> = Knob::int("molecules", "Training molecules", (100, 3000), 3000)
    .log()
    .help("Few: it learns them by heart.");

/// The learning rate.
pub const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 1e-1), 3e-3)
    .log()
    .live()
    .help("Low: unfinished. High: the same answer for every molecule.");

/// What is predicted.
pub const TARGET: Knob<String> = Knob::choice(
    "target",
    "Target",
    &[
        ("gap", "HOMO–LUMO gap"),
        ("energy", "π energy"),
        ("lumo", "LUMO"),
    ],
)
.help("The energy grows with the molecule, atom by atom; the gap belongs to the whole.");

/// All of them, in the order of the panel.
pub fn all() -> Vec<KnobSpec> {
    vec![
        ROUNDS.spec(),
        MESSAGE.spec(),
        READOUT.spec(),
        LOOKS.spec(),
        WIDTH.spec(),
        OFFERED.spec(),
        RATE.spec(),
        TARGET.spec(),
    ]
}

/// The network meant.
pub fn plan(knobs: &Knobs) -> Plan {
    Plan {
        width: knobs.get(&WIDTH) as usize,
        rounds: knobs.get(&ROUNDS) as usize,
        message: match knobs.get(&MESSAGE).as_str() {
            "one" => Message::Matrix(Kinds::One),
            "virtual" => Message::Matrix(Kinds::Virtual),
            "bins" => Message::Matrix(Kinds::Bins),
            "edge" => Message::EdgeNetwork,
            _ => Message::Matrix(Kinds::Two),
        },
        readout: match knobs.get(&READOUT).as_str() {
            "mean" => Readout::Mean,
            "set2set" => Readout::Set2Set(knobs.get(&LOOKS) as usize),
            "one" => Readout::One,
            _ => Readout::Sum,
        },
    }
}

/// What is predicted.
pub fn target(knobs: &Knobs) -> Target {
    match knobs.get(&TARGET).as_str() {
        "energy" => Target::Energy,
        "lumo" => Target::Lumo,
        _ => Target::Gap,
    }
}
