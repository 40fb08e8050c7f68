//! What a reader can turn; the three labs share it.

use super::{
    decode::Choice,
    model::{Head, Lens},
    task::Order,
};
use lab::{Knob, KnobSpec, Knobs};

/// What reads the answer off the decoder.
pub const HEAD: Knob<String> = Knob::choice(
    "head",
    "Output",
    &[
        ("pointer", "pointer"),
        ("attention", "attention, fixed classes"),
        ("plain", "fixed classes"),
    ],
)
.help("A pointer can name every input there is; classes only as many as there were in training.");

/// Fewest points of a training set.
pub const FEWEST: Knob<i64> = Knob::int("fewest", "Fewest points", (3, 12), 5)
    .help("With fewest and most alike, the network only ever meets one size.");

/// Most points of a training set.
pub const MOST: Knob<i64> =
    Knob::int("most", "Most points", (3, 12), 10).help("More: harder, and slower.");

/// Units of encoder and decoder.
pub const HIDDEN: Knob<i64> = Knob::int("hidden", "Hidden units", (16, 128), 64)
    .log()
    .help("Few: corners are missed. Many: several times slower.");

/// What coordinates are multiplied with.
pub const SCALE: Knob<f64> = Knob::float("scale", "Input scale", (0.25, 8.0), 4.0)
    .log()
    .help("Small: the points look alike to the network. Large: tanh saturates.");

/// Whether the middle of the square is the origin.
pub const CENTRED: Knob<bool> = Knob::toggle("centred", "Centre the square", true)
    .help("Off: all coordinates are positive, and every unit gets the same push.");

/// The learning rate before its decay.
pub const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 5e-2), 5e-3)
    .log()
    .live()
    .help("Low: slow. High: a plateau, or worse.");

/// The largest global norm of a gradient.
pub const CLIP: Knob<Option<f64>> = Knob::float("clip", "Clip gradient at", (0.1, 100.0), 2.0)
    .log()
    .live()
    .or_off()
    .help("Low: training crawls. Off: one steep batch can throw the weights away.");

/// How points are numbered.
pub const ORDER: Knob<String> = Knob::choice(
    "order",
    "Points come",
    &[
        ("drawn", "as drawn"),
        ("x", "from left to right"),
        ("angle", "by angle"),
    ],
)
.help("A hull read in order is a much easier sequence: part of the answer is given away.");

/// Where the answer of a hull begins.
pub const BEGIN: Knob<String> = Knob::choice(
    "begin",
    "Answer begins at",
    &[("lowest", "the lowest index"), ("any", "any corner")],
)
.help("At any corner, a hull of h corners has h right answers, and one at random is taught.");

/// How elements are chosen in decoding.
pub const CHOICE: Knob<String> = Knob::choice(
    "decoding",
    "Decoding",
    &[("greedy", "greedy"), ("once", "greedy, no repeats")],
)
.live()
.help("Changes the reading, never the weights. A tour never repeats a point.");

/// Where the weights begin.
pub const START: Knob<String> = Knob::choice(
    "start",
    "Start from",
    &[
        ("random", "random weights"),
        ("recorded", "12,000 recorded steps"),
    ],
)
.help("The recorded weights are those of the default pointer network, trained four times as long.");

/// All of them, in the order of the panel.
pub fn all() -> Vec<KnobSpec> {
    vec![
        HEAD.spec(),
        FEWEST.spec(),
        MOST.spec(),
        HIDDEN.spec(),
        SCALE.spec(),
        CENTRED.spec(),
        RATE.spec(),
        CLIP.spec(),
        ORDER.spec(),
        BEGIN.spec(),
        CHOICE.spec(),
    ]
}

/// The head chosen.
pub fn head(knobs: &Knobs) -> Head {
    match knobs.get(&HEAD).as_str() {
        "attention" => Head::Attention,
        "plain" => Head::Plain,
        _ => Head::Pointer,
    }
}

/// How the network sees the points.
pub fn lens(knobs: &Knobs) -> Lens {
    Lens {
        scale: knobs.get(&SCALE),
        centred: knobs.get(&CENTRED),
    }
}

/// How the points are numbered.
pub fn order(knobs: &Knobs) -> Order {
    match knobs.get(&ORDER).as_str() {
        "x" => Order::ByX,
        "angle" => Order::ByAngle,
        _ => Order::Drawn,
    }
}

/// How elements are chosen.
pub fn choice(knobs: &Knobs) -> Choice {
    match knobs.get(&CHOICE).as_str() {
        "once" => Choice::NoRepeats,
        _ => Choice::Greedy,
    }
}
