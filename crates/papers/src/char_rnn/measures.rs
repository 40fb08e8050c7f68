//! What the labs measure, and the levels to hold it against.

use super::{
    evaluation::{DISTANCES, TEMPERATURES},
    knobs,
};
use lab::{Axis, Better, MetricSpec, Reference};

/// Entropy of the generated training text, bits per character; `the_references_are_as_measured`
/// recomputes it.
const FLOOR_TRAINING: f64 = 1.080_138;
/// Entropy of the scored held-out characters; recomputed by the same test.
const FLOOR: f64 = 1.084_862;
/// What counting the last four characters achieves on the held-out text; recomputed by the same test.
pub const FIVE_GRAM: f64 = 1.654_196;

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

/// Measured at every step.
pub fn loss() -> MetricSpec {
    MetricSpec {
        every_step: true,
        ..metric(
            "loss",
            "bits per character, training",
            "bit",
            Better::Lower,
            "How many bits the network needs to name each character it is about to see: fewer is a \
             better guess.",
        )
    }
}

/// The one held-out metric of both labs.
pub fn bpc() -> MetricSpec {
    metric(
        "bpc",
        "bits per character, unseen text",
        "bit",
        Better::Lower,
        "The same on text it never trained on. No model can fall below the entropy of the text.",
    )
}

/// What the page's lab measures besides.
pub fn metrics() -> Vec<MetricSpec> {
    let over = |metric: MetricSpec, label: &str, unit: &str, points: Vec<f64>| MetricSpec {
        axis: Some(Axis {
            label: label.into(),
            unit: unit.into(),
            points,
            trained: None,
        }),
        ..metric
    };
    use Better::{Higher, Lower};
    vec![
        metric(
            "excess",
            "bits above the floor",
            "bit",
            Lower,
            "What is left to learn: bits per character minus the entropy of the text.",
        ),
        metric(
            "closer",
            "brackets closed right",
            "",
            Higher,
            "Where a bracket closes, how often the right one of the three closers is the \
             likeliest.",
        ),
        metric(
            "closer_far",
            "far brackets closed right",
            "",
            Higher,
            "The same where the bracket opened 16 characters ago or more. A guess without memory \
             is right a third of the time.",
        ),
        over(
            metric(
                "closer_by",
                "brackets closed right, by distance",
                "",
                Higher,
                "Near brackets are easy for both; the far ones need a memory that lasts.",
            ),
            "distance to the opening bracket",
            "characters",
            DISTANCES.map(f64::from).to_vec(),
        ),
        metric(
            "newline",
            "line ends foreseen",
            "",
            Higher,
            "How often the newline is the likeliest character where a line ends: somebody has to \
             count to 24.",
        ),
        metric(
            "cell_quote",
            "best cell with quotes",
            "|r|",
            Higher,
            "The largest correlation of a single cell with being inside quotes.",
        ),
        metric(
            "cell_depth",
            "best cell with bracket depth",
            "|r|",
            Higher,
            "The largest correlation of a single cell with the number of open brackets.",
        ),
        metric(
            "cell_column",
            "best cell with the column",
            "|r|",
            Higher,
            "The largest correlation of a single cell with the position in the line.",
        ),
        metric(
            "cell_control",
            "best cell with a shuffled depth",
            "|r|",
            Lower,
            "The control: what the best cell reaches by chance.",
        ),
        metric(
            "cells_named",
            "share of cells with a name",
            "",
            Higher,
            "Cells whose |r| with quotes, depth or column is at least 0.7.",
        ),
        over(
            metric(
                "wrong_closers",
                "wrong closers in its own writing",
                "",
                Lower,
                "Of the closers in 1,000 characters it wrote itself, the share that closes the \
                 wrong bracket or none.",
            ),
            "temperature",
            "",
            TEMPERATURES.to_vec(),
        ),
    ]
}

/// Levels of the metrics that are no arm's.
pub fn references() -> Vec<Reference> {
    let nest = vec![
        knobs::CORPUS.pick("nest"),
        knobs::WRAP.to(24),
        knobs::DEPTH.to(3),
    ];
    let level = |id: &str, label: &str, metric: &str, value| Reference {
        id: id.into(),
        label: label.into(),
        metric: metric.into(),
        value,
        when: nest.clone(),
    };
    vec![
        level("floor", "entropy of the text", "bpc", FLOOR),
        level("five-gram", "counting five characters", "bpc", FIVE_GRAM),
        level(
            "floor-training",
            "entropy of the text",
            "loss",
            FLOOR_TRAINING,
        ),
        Reference {
            when: Vec::new(),
            ..level("chance", "a guess among three", "closer_far", 1.0 / 3.0)
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::char_rnn::{
        evaluation::{HeldOut, Instruments},
        nest::Nest,
        ngram,
        text::Draft,
    };

    #[test]
    fn the_references_are_as_measured() {
        let nest = Nest { wrap: 24, depth: 3 };
        let mut draft = Draft::new(nest);
        let text = loop {
            if let Ok(text) = draft.part() {
                break text;
            }
        };
        let floor = HeldOut::new(&text, Instruments::All).floor().unwrap();
        let training = nest
            .generate(text.train.len(), lab::Rng::new(5, "nest"))
            .bits;
        let training = training.iter().sum::<f64>() / training.len() as f64;
        let counted = ngram::bits(&text.train, &text.held_out, text.alphabet.len(), 5);
        let measured = [floor, training, counted];
        for (got, noted) in measured.iter().zip([FLOOR, FLOOR_TRAINING, FIVE_GRAM]) {
            assert!((got - noted).abs() < 1e-6, "measured {measured:?}");
        }
    }
}
