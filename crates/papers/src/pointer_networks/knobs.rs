//! What a reader can turn.

use super::task::{Order, Task};
use lab::{Knob, KnobSpec, Knobs, SetupError};

/// How a point is named.
pub const HEAD: Knob<String> = Knob::choice(
    "head",
    "Answers by",
    &[
        ("ptr", "pointing"),
        ("attention", "attention, then a class"),
        ("seq2seq", "a class"),
    ],
)
.help("Pointing: as many answers as points. A class: as many as the last layer has outputs.");

/// The fewest points in training.
pub const FROM: Knob<i64> = Knob::int("from", "Points, from", (3, 12), 5)
    .help("The smallest sets it trains on. Equal to the largest: it learns one size only.");

/// The most points in training.
pub const TO: Knob<i64> = Knob::int("to", "Points, to", (3, 15), 10)
    .help("The largest sets it trains on. Small: the next size fails. Large: slower steps.");

/// Tours cost 2ⁿ to label.
pub const TO_TOURS: Knob<i64> = Knob::int("to", "Points, to", (3, 9), 8)
    .help("The largest sets it trains on. Every true tour costs 2ⁿ·n² sums.");

/// Triangles make long answers.
pub const TO_TRIANGLES: Knob<i64> = Knob::int("to", "Points, to", (3, 8), 5)
    .help("The largest sets it trains on. The answer grows by six pointers a point.");

/// How many points there are names for.
pub const CLASSES: Knob<i64> = Knob::int("classes", "Classes", (3, 20), 10).help(
    "How many points an arm with classes can name, besides the end. A pointer has no such limit.",
);

/// H
pub const HIDDEN: Knob<i64> = Knob::int("hidden", "Hidden units", (16, 128), 64)
    .step(16)
    .help("Few: corners are missed. Many: three times slower.");

/// The input's scale.
pub const SCALE: Knob<f64> = Knob::float("scale", "Input scale", (0.25, 8.0), 4.0)
    .log()
    .help("Small: the points can hardly be told apart. Large: the tanh saturates.");

/// Whether the middle of the square is at 0.
pub const CENTRED: Knob<bool> = Knob::toggle("centred", "Centred input", true)
    .help("Off: every coordinate is positive, and every gate is pushed the same way.");

/// The learning rate before its decay.
pub const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 5e-2), 1e-2)
    .log()
    .live()
    .help("Low: it is slow. High: it stays on a plateau.");

/// The largest norm of a gradient.
pub const CLIP: Knob<f64> = Knob::float("clip", "Clip the gradient at", (0.1, 100.0), 2.0)
    .log()
    .live()
    .help("Low: every step has the same length. High: a rare steep step throws the weights far.");

/// In which order the points are read.
pub const ORDER: Knob<String> = Knob::choice(
    "order",
    "Points are read",
    &[("drawn", "as drawn"), ("x", "by x"), ("angle", "by angle")],
)
.help("Sorted points are half the answer: by angle, a hull is a row of which some are left out.");

/// Where the true answer begins.
pub const CORNER: Knob<String> = Knob::choice(
    "corner",
    "The hull begins at",
    &[("lowest", "its lowest index"), ("random", "any corner")],
)
.help("Any corner: as many right answers as corners, and nothing says which one is asked for.");

/// How an answer is read off.
pub const DECODING: Knob<String> = Knob::choice(
    "decoding",
    "Decoding",
    &[("greedy", "greedy"), ("distinct", "greedy, no repeats")],
)
.live()
.help("Greedy: the likeliest point at every step. No repeats: the likeliest one not yet named.");

/// Where the weights come from.
pub const START: Knob<String> = Knob::choice(
    "weights",
    "Start from",
    &[
        ("random", "random weights"),
        ("recorded", "12,000 steps, recorded"),
    ],
)
.help("Recorded: the pointer network after a longer run, for looking at or training on.");

/// The knobs of a task's lab.
pub fn all(task: Task) -> Vec<KnobSpec> {
    let to = match task {
        Task::Hull => TO,
        Task::Tour => TO_TOURS,
        Task::Triangles => TO_TRIANGLES,
    };
    let mut all = vec![HEAD.spec()];
    if task == Task::Hull {
        all.push(START.spec());
    }
    all.extend([
        FROM.spec(),
        to.spec(),
        CLASSES.spec(),
        HIDDEN.spec(),
        SCALE.spec(),
        CENTRED.spec(),
        RATE.spec(),
        CLIP.spec(),
        ORDER.spec(),
    ]);
    if task == Task::Hull {
        all.extend([CORNER.spec(), DECODING.spec()]);
    }
    all
}

/// The sizes of the sets it trains on.
///
/// # Errors
/// If there are none, or some that an arm with classes has no name for.
pub fn sizes(knobs: &Knobs) -> Result<(usize, usize), SetupError> {
    let (from, to) = (knobs.get(&FROM), knobs.get(&TO));
    if from > to {
        return Err(SetupError(format!(
            "No set has at least {from} and at most {to} points. Turn “Points, from” down or \
             “Points, to” up."
        )));
    }
    let classes = knobs.get(&CLASSES);
    if knobs.get(&HEAD) != "ptr" && classes < to {
        return Err(SetupError(format!(
            "This network names points by {classes} classes. Sets of {to} points need a class {}, \
             and there is none: a layer’s outputs are counted before training begins. Give it more \
             classes, smaller sets, or a pointer.",
            classes + 1
        )));
    }
    Ok((from as usize, to as usize))
}

/// In which order the points are read.
pub fn order(knobs: &Knobs) -> Order {
    match knobs.get(&ORDER).as_str() {
        "x" => Order::ByX,
        "angle" => Order::ByAngle,
        _ => Order::Drawn,
    }
}
