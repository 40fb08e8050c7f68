//! What there is to know of the lab without running anything.

use super::{
    claims::claims,
    evaluation::LENGTHS,
    knobs,
    language::{self, Class, SOURCE},
};
use lab::{ArmSpec, Axis, Better, MetricSpec, Preset, ProbeSpec, Reader, Spec, Value, Word};

/// The most words a reader's sentence has.
pub const MOST: usize = 30;
/// What is translated until the reader has written: adjective, noun, verb, two adjectives, noun.
pub const EXAMPLE: [u32; 6] = [14, 3, 27, 12, 20, 8];

/// The lab.
pub fn spec() -> Spec {
    Spec {
        id: "bahdanau".into(),
        title: "Translate with and without a second look".into(),
        arms: vec![search("search", Vec::new()), encdec("encdec", Vec::new())],
        knobs: knobs::all(),
        presets: presets(),
        metrics: metrics(),
        references: Vec::new(),
        probes: probes(),
        claims: claims(),
        input: Reader::None,
        files: Vec::new(),
        steps: 1500,
        eval_every: 250,
        diverged: "A step went so far that the weights are no longer numbers. Turn the learning \
                   rate down."
            .into(),
    }
}

fn search(id: &str, more: Vec<(String, Value)>) -> ArmSpec {
    let mut knobs = vec![knobs::CONTEXT.pick("search")];
    knobs.extend(more);
    ArmSpec {
        id: id.into(),
        label: label("RNNsearch", id),
        knobs,
    }
}

fn encdec(id: &str, more: Vec<(String, Value)>) -> ArmSpec {
    let mut knobs = vec![
        knobs::CONTEXT.pick("constant"),
        knobs::ENCODER.pick("forward"),
        knobs::HIDDEN.to(64),
        knobs::RATE.to(0.016),
    ];
    knobs.extend(more);
    ArmSpec {
        id: id.into(),
        label: label("RNNencdec", id),
        knobs,
    }
}

fn label(name: &str, id: &str) -> String {
    match id.split_once('-') {
        Some((_, longest)) => format!("{name}-{longest}"),
        None => name.into(),
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

fn presets() -> Vec<Preset> {
    vec![
        preset(
            "default",
            "Default",
            "Sentences of 2 to 10 words, with attention and without.",
            Vec::new(),
        ),
        Preset {
            arms: Some(vec![
                search("search-10", Vec::new()),
                search("search-5", vec![knobs::LONGEST.to(5)]),
                encdec("encdec-10", Vec::new()),
                encdec("encdec-5", vec![knobs::LONGEST.to(5)]),
            ]),
            ..preset(
                "figure-2",
                "Figure 2 in small",
                "Both networks, trained on sentences of up to 10 words and of up to 5, as the paper’s \
                 are on up to 50 and 30.",
                Vec::new(),
            )
        },
        Preset {
            breaks: true,
            arms: Some(vec![
                search("search", vec![knobs::SCORER.pick("uniform")]),
                encdec("encdec", Vec::new()),
            ]),
            ..preset(
                "blind",
                "Blind",
                "Every word gets the same weight: the decoder is handed the average of all notes at \
                 every step and cannot tell which word is due.",
                Vec::new(),
            )
        },
        Preset {
            breaks: true,
            ..preset(
                "short-diet",
                "Short diet",
                "Sentences of up to 5 words in training. A few words further both networks fail: \
                 neither has met such distances.",
                vec![knobs::LONGEST.to(5)],
            )
        },
        Preset {
            arms: Some(vec![
                search("search", Vec::new()),
                ArmSpec {
                    label: "RNNsearch, forward only".into(),
                    ..search("forward", vec![knobs::ENCODER.pick("forward")])
                },
            ]),
            ..preset(
                "one-eyed",
                "One-eyed",
                "An encoder that reads forward only: its note on an adjective cannot know the noun \
                 that follows.",
                Vec::new(),
            )
        },
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let over = |id: &str, label: &str, unit: &str, see: &str| MetricSpec {
        id: id.into(),
        label: label.into(),
        unit: unit.into(),
        better: Better::Higher,
        every_step: false,
        axis: Some(Axis {
            label: "words in the source".into(),
            unit: String::new(),
            points: LENGTHS.iter().map(|n| *n as f64).collect(),
            trained: Some((2.0, 10.0)),
        }),
        see: see.into(),
    };
    vec![
        MetricSpec {
            id: "loss".into(),
            label: "loss, training".into(),
            unit: "nat".into(),
            better: Better::Lower,
            every_step: true,
            axis: None,
            see: "The mean of −ln p over the words of the right translations, each with the right \
                  words before it. A guess among 39 costs ln 39 ≈ 3.66. It jumps, because the \
                  sentences of a step are all of one length, and the length is drawn."
                .into(),
        },
        over(
            "bleu",
            "BLEU",
            "",
            "Of 100 sentences of each length, written without help: how many groups of one to four \
             words are those of the right translation. Shaded: the lengths that the default settings \
             train on.",
        ),
        over(
            "exact",
            "exact translations",
            "%",
            "Every word right, and the end in the right place.",
        ),
        over(
            "align",
            "attention on the right word",
            "%",
            "Words whose largest weight lies on the source word that they come from; equal weights \
             share. A network that cannot look anywhere has 100 % divided by the length.",
        ),
        MetricSpec {
            better: Better::Lower,
            ..over(
                "entropy",
                "spread of attention",
                "bit",
                "The mean entropy of the weights of a step. 0: one word has all of it; log₂ L: all L \
                 words have the same.",
            )
        },
    ]
}

fn probes() -> Vec<ProbeSpec> {
    let word = |w: usize| Word {
        label: language::source_name(w),
        group: match language::class(w) {
            Class::Noun => "nouns",
            Class::Adjective => "adjectives",
            Class::Verb => "verbs",
        }
        .into(),
    };
    let examples = vec![
        ("six words".to_owned(), EXAMPLE.to_vec()),
        ("a noun phrase".to_owned(), vec![13, 22, 5]),
        ("a verb".to_owned(), vec![30]),
        (
            "ten words".to_owned(),
            vec![1, 33, 15, 19, 4, 25, 12, 9, 28, 7],
        ),
        (
            "sixteen words, more than in training".to_owned(),
            vec![16, 2, 24, 21, 13, 10, 6, 35, 17, 0, 29, 11, 14, 23, 5, 31],
        ),
        ("adjectives without a noun".to_owned(), vec![12, 18, 30, 22]),
    ];
    let reader = Reader::Words {
        words: (0..SOURCE).map(word).collect(),
        min: 1,
        max: MOST as u32,
        examples,
    };
    let probe = |id: &str, label: &str, see: &str| ProbeSpec {
        id: id.into(),
        label: label.into(),
        see: see.into(),
        input: reader.clone(),
        every: 50,
        trail: Vec::new(),
    };
    vec![
        probe(
            "alignment",
            "Alignment",
            "A row is a word as it was written, a column a word of the source; the outlined cells \
             are where the right translation comes from. Choose a cell: all attention of that row \
             goes there, and decoding goes on from it.",
        ),
        probe(
            "look",
            "One word’s look",
            "The sentence as the decoder saw it while it wrote one word: the darker, the more of \
             that word’s note is in the blend.",
        ),
        probe(
            "translation",
            "Translation",
            "The right translation, the greedy one and the beam’s. Words that are not those of the \
             right translation at the same place are marked.",
        ),
        probe(
            "beam",
            "Beam",
            "Beginnings of translations, with the logarithm of their probability. Dashed ones were \
             given up; the answer is emphasised.",
        ),
    ]
}
