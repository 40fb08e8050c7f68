//! What a reader can turn in the lab of the lags.

use super::task::{Kind, Task};
use lab::{Knob, KnobSpec, Knobs};

/// Which cell.
pub const CELL: Knob<String> = Knob::choice(
    "cell",
    "Cell",
    &[
        ("lstm", "LSTM"),
        ("gru", "GRU"),
        ("peep", "LSTM, peepholes and coupled gates"),
        ("rnn", "tanh"),
    ],
)
.help(
    "The first three keep unless a gate says otherwise; tanh rewrites its memory at every token.",
);

/// What has to be remembered.
pub const TASK: Knob<String> = Knob::choice(
    "task",
    "Task",
    &[
        ("latch", "latch: the last marked value"),
        ("recall", "recall: the only value"),
    ],
)
.help("Latch: unmarked values must be ignored and a marked one overwrites. Recall: hold on to the first.");

/// The longest lag of training.
pub const LONGEST: Knob<i64> = Knob::int("longest", "Longest lag", (8, 128), 64)
    .log()
    .help("Short: every cell passes. Long: nobody in time.");

/// Which lags are trained.
pub const LAGS: Knob<String> = Knob::choice(
    "lags",
    "Lags",
    &[("mixed", "short and long"), ("longest", "only the longest")],
)
.help("Without the short ones there is no easy gradient to begin with.");

/// Units.
pub const HIDDEN: Knob<i64> = Knob::int("hidden", "Hidden units", (2, 64), 32).log().help(
    "Few: no room to tell the values apart. Many: slow. 57 gives tanh as many weights as the LSTM.",
);

/// The initial bias of the gate that keeps.
pub const FORGET: Knob<f64> = Knob::float("forget", "Forget bias", (-5.0, 6.0), 1.0).help(
    "−5: the cell is wiped at every token. 6: slow to learn to overwrite. In a GRU it is the bias of \
     what is kept, 1 − z; tanh has none.",
);

/// The learning rate.
pub const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 5e-2), 5e-3)
    .log()
    .live()
    .help("Low: flat for the whole run. High: the loss jumps, and gates get stuck at their ends.");

/// The largest global norm of a gradient.
pub const CLIP: Knob<Option<f64>> = Knob::float("clip", "Clip gradient at", (0.1, 100.0), 1.0)
    .log()
    .live()
    .or_off()
    .help("Low: training crawls. Off: one steep batch can throw the weights away, tanh first.");

/// How the recurrent matrix of the tanh cell begins.
pub const START: Knob<String> = Knob::choice(
    "recurrent",
    "tanh begins with",
    &[
        ("identity", "the identity"),
        ("orthogonal", "an orthogonal matrix"),
        ("glorot", "a Glorot matrix"),
    ],
)
.help("Identity: every unit begins as a memory of itself. Orthogonal: nothing shrinks, everything is mixed. Glorot: the usual choice, and it fades.");

/// How many values there are to remember.
pub const VALUES: Knob<i64> = Knob::int("values", "Values", (2, 8), 8)
    .help("Two: chance is a half, and one unit is enough. Eight: three bits to be kept.");

/// All of them, in the order of the panel.
pub fn all() -> Vec<KnobSpec> {
    vec![
        CELL.spec(),
        TASK.spec(),
        LONGEST.spec(),
        LAGS.spec(),
        FORGET.spec(),
        HIDDEN.spec(),
        RATE.spec(),
        CLIP.spec(),
        START.spec(),
        VALUES.spec(),
    ]
}

/// The task chosen.
pub fn task(knobs: &Knobs) -> Task {
    Task {
        kind: if knobs.get(&TASK) == "recall" {
            Kind::Recall
        } else {
            Kind::Latch
        },
        values: knobs.get(&VALUES) as usize,
    }
}
