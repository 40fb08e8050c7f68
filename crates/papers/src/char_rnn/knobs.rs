//! What a reader can turn; both labs share it.

use lab::{Knob, KnobSpec, Knobs};
use nn::Rule;

/// Which text.
pub const CORPUS: Knob<String> = Knob::choice(
    "corpus",
    "Text",
    &[
        ("nest", "nested brackets (generated)"),
        ("prose", "prose"),
        ("rust", "Rust source"),
        ("yours", "your own"),
    ],
)
.help("Only the generated text has a known floor. Your own never leaves this page.");

/// Which recurrence.
pub const CELL: Knob<String> = Knob::choice("cell", "Cell", &[("lstm", "LSTM"), ("rnn", "tanh")])
    .help(
        "tanh: the memory is rewritten at every character. LSTM: it is kept unless a gate says \
           otherwise.",
    );

/// Units in a layer.
pub const HIDDEN: Knob<i64> = Knob::int("hidden", "Hidden units", (8, 256), 96)
    .log()
    .help("Few: columns and brackets fight for units. Many: slow.");

/// Layers on top of each other.
pub const LAYERS: Knob<i64> = Knob::int("layers", "Layers", (1, 3), 1)
    .help("Each layer reads the one below. More are slower, and need more steps to pay off.");

/// Characters the gradient looks back.
pub const WINDOW: Knob<i64> = Knob::int("window", "Window", (2, 96), 32)
    .log()
    .help("Short: no gradient reaches the opening bracket. Long: fewer steps a second.");

/// Whether a window starts from the state the last one ended with.
pub const CARRY: Knob<bool> = Knob::toggle("carry", "Carry the state", true)
    .help("Off: every window starts blind, as if the text began there.");

/// How a gradient becomes a change.
pub const OPTIMISER: Knob<String> = Knob::choice(
    "optimiser",
    "Optimiser",
    &[
        ("adam", "Adam"),
        ("rmsprop", "RMSprop"),
        ("adagrad", "Adagrad"),
    ],
)
.help(
    "The post trained with RMSprop (try a rate of 0.002), its 100-line program with Adagrad (0.1).",
);

/// The learning rate before its decay.
pub const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 1.0), 1e-2)
    .log()
    .live()
    .help("Low: nothing in a minute. High: gates saturate, and the far memory is lost first.");

/// The largest global norm of a gradient.
pub const CLIP: Knob<Option<f64>> = Knob::float("clip", "Clip gradient at", (0.05, 100.0), 1.0)
    .log()
    .live()
    .or_off()
    .help("Low: training crawls. Off: one steep window can throw the weights away.");

/// The forget gate's initial bias.
pub const FORGET: Knob<f64> = Knob::float("forget", "Forget bias", (-3.0, 5.0), 1.0)
    .help("−3: the cell is wiped at every character. 5: it is slow to learn to let go. LSTM only.");

/// The share of values dropped on the way up.
pub const DROPOUT: Knob<f64> = Knob::float("dropout", "Dropout", (0.0, 0.8), 0.0)
    .live()
    .help(
        "Drops values on their way up, never on their way through time. High: underfits in so \
           few steps.",
    );

/// Length of a line of `nest`.
pub const WRAP: Knob<i64> = Knob::int("wrap", "Line length", (0, 60), 24).help(
    "0: one long line, nothing to count. Long: not counted within so few steps. Generated \
           text only.",
);

/// Depth of `nest`.
pub const DEPTH: Knob<i64> = Knob::int("depth", "Bracket depth", (0, 5), 3)
    .help("0: no brackets. 5: a deeper stack than the units have room for. Generated text only.");

/// The temperature of the middle sample.
pub const TEMPERATURE: Knob<f64> = Knob::float("temperature", "Temperature", (0.1, 2.0), 0.7)
    .live()
    .help(
        "Low: loops on the commonest words. High: soup. It changes the reading, never the weights.",
    );

/// All of them, in the order of the panel.
pub fn all() -> Vec<KnobSpec> {
    vec![
        CORPUS.spec(),
        CELL.spec(),
        HIDDEN.spec(),
        LAYERS.spec(),
        WINDOW.spec(),
        CARRY.spec(),
        OPTIMISER.spec(),
        RATE.spec(),
        CLIP.spec(),
        FORGET.spec(),
        DROPOUT.spec(),
        WRAP.spec(),
        DEPTH.spec(),
        TEMPERATURE.spec(),
    ]
}

/// The optimiser chosen.
pub fn rule(knobs: &Knobs) -> Rule {
    match knobs.get(&OPTIMISER).as_str() {
        "rmsprop" => Rule::RmsProp,
        "adagrad" => Rule::Adagrad,
        _ => Rule::Adam,
    }
}
