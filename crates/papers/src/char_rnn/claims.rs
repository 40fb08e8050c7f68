//! What the post says, as checks on metrics.

use super::measures::FIVE_GRAM;
use lab::{Bound, Check, Claim, Expected, Seeds};

/// The claims of the page's lab. Thresholds were set on seeds 100 to 107.
pub fn claims() -> Vec<Claim> {
    let figure = "section “Visualizing the predictions and the ‘neuron’ firings in the RNN”";
    let claim = |id: &str, says: &str, reported: &str, source: &str, check| Claim {
        id: id.into(),
        says: says.into(),
        reported: reported.into(),
        source: source.into(),
        preset: "default".into(),
        step: 1000,
        seeds: Seeds::Each,
        check,
        expected: Expected::Holds,
    };
    let least = |metric: &str, arm: &str, bound| Check::AtLeast {
        metric: metric.into(),
        arm: arm.into(),
        bound: Bound::Value(bound),
    };
    let most = |metric: &str, arm: &str, bound| Check::AtMost {
        metric: metric.into(),
        arm: arm.into(),
        bound: Bound::Value(bound),
    };
    let pictures = "by pictures only: text whose brackets and quotes close, coloured cells";
    vec![
        claim(
            "from-noise-to-words",
            "Samples go from noise to words early in training: by step 250 the LSTM is better \
             than counting five characters.",
            "noise at iteration 100, words at 500, quotations at 2000",
            "section “The evolution of samples while training”",
            Check::ReachedBy {
                metric: "bpc".into(),
                arm: "lstm".into(),
                bound: FIVE_GRAM,
                step: 250,
            },
        ),
        claim(
            "close-to-the-floor",
            "At the end the LSTM predicts almost as well as anything could.",
            "no number",
            "section “Fun with RNNs”",
            most("bpc", "lstm", 1.25),
        ),
        claim(
            "closes-far-brackets",
            "The LSTM closes brackets that opened 16 characters ago and more.",
            pictures,
            "section “Fun with RNNs”",
            least("closer_far", "lstm", 0.93),
        ),
        claim(
            "plain-learns-too",
            "The plain network learns as well: it is a real baseline.",
            "no comparison",
            "section “Fun with RNNs”",
            least("closer", "rnn", 0.7),
        ),
        claim(
            "plain-loses-the-far",
            "The plain network of the same size loses the far brackets.",
            "LSTMs are said to work slightly better in practice",
            "section “Recurrent Neural Networks”, “RNN computation”",
            most("closer_far", "rnn", 0.85),
        ),
        claim(
            "less-left-to-learn",
            "The LSTM leaves three quarters of what the plain network leaves unlearnt, or less.",
            "no comparison",
            "section “Recurrent Neural Networks”, “RNN computation”",
            Check::Ratio {
                metric: "excess".into(),
                arm: "lstm".into(),
                to: "rnn".into(),
                at_most: 0.75,
            },
        ),
        claim(
            "quote-cell",
            "One cell follows being inside quotes.",
            "one cell, by picture",
            figure,
            least("cell_quote", "lstm", 0.7),
        ),
        claim(
            "depth-cell",
            "One cell follows the depth of nesting.",
            "one cell, by picture",
            figure,
            least("cell_depth", "lstm", 0.8),
        ),
        claim(
            "column-cell",
            "One cell follows the position in the line.",
            "one cell, by picture",
            figure,
            least("cell_column", "lstm", 0.7),
        ),
        Claim {
            expected: Expected::NotHere {
                because:
                    "This text is made of three memories and little else, so a larger share of \
                          the cells serves one of them."
                        .into(),
            },
            ..claim(
                "few-cells-have-names",
                "Only about one cell in twenty can be given a meaning.",
                "about 5 % of the cells",
                figure,
                most("cells_named", "lstm", 0.08),
            )
        },
    ]
}
