//! What a reader can turn.

use lab::{Knob, KnobSpec};

/// What the decoder is given of the source.
pub const CONTEXT: Knob<String> = Knob::choice(
    "context",
    "The decoder gets",
    &[
        ("search", "a new blend for each word"),
        ("constant", "one vector for all words"),
    ],
)
.help("One vector: the whole sentence has to fit into it.");

/// How annotations are scored.
pub const SCORER: Knob<String> = Knob::choice(
    "scorer",
    "Words are scored by",
    &[
        ("additive", "a small network"),
        ("dot", "a product"),
        ("uniform", "nothing: all alike"),
    ],
)
.help("All alike: the context is the average of all words, the same at every step.");

/// Which way the encoder reads.
pub const ENCODER: Knob<String> = Knob::choice(
    "encoder",
    "The encoder reads",
    &[("both", "in both directions"), ("forward", "forward only")],
)
.help("Forward only: the note on a word knows nothing of the words after it.");

/// The longest training sentence.
pub const LONGEST: Knob<i64> = Knob::int("longest", "Longest training sentence", (3, 16), 10)
    .help("Short: longer sentences fail. Long: every step takes more time.");

/// H
pub const HIDDEN: Knob<i64> = Knob::int("hidden", "Hidden units", (8, 128), 48)
    .log()
    .help("Few: one vector holds fewer words still. Many: slow.");

/// Whether noun phrases turn round.
pub const TURNED: Knob<bool> = Knob::toggle("turned", "Noun phrases turn round", true)
    .help("Off: the translation keeps the order, and the alignment is a staircase.");

/// Words of a translated verb.
pub const FERTILITY: Knob<i64> = Knob::int("fertility", "Words a verb becomes", (1, 3), 2)
    .help("One: every row of the alignment has its own column. Three: translations grow long.");

/// Whether the source is read from its end.
pub const BACKWARDS: Knob<bool> = Knob::toggle("backwards", "Source turned round", false).help(
    "On: the first words to be written were read last, which helps a single vector with them.",
);

/// The learning rate before its decay.
pub const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-4, 3e-2), 4e-3)
    .log()
    .live()
    .help("Low: alignment forms late. High: the loss jumps.");

/// Hypotheses kept.
pub const BEAM: Knob<i64> = Knob::int("beam", "Beam width", (1, 8), 4)
    .live()
    .help("For the looks inside. One is greedy. Wide: slow, and seldom better.");

/// From which step on the alignment learns no more.
pub const FREEZE: Knob<Option<f64>> =
    Knob::float("freeze", "Freeze the scores at step", (0.0, 1500.0), 0.0)
        .or_off()
        .help("Off: never. At 0 the scores stay as they were drawn, and no alignment forms.");

/// All of them.
pub fn all() -> Vec<KnobSpec> {
    let mut freeze = FREEZE.spec();
    freeze.default = lab::Value::Off;
    vec![
        CONTEXT.spec(),
        SCORER.spec(),
        ENCODER.spec(),
        LONGEST.spec(),
        HIDDEN.spec(),
        TURNED.spec(),
        FERTILITY.spec(),
        BACKWARDS.spec(),
        RATE.spec(),
        BEAM.spec(),
        freeze,
    ]
}
