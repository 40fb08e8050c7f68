//! The post's thesis as checks on metrics, and what was found besides.

use lab::{Bound, Check, Claim, Expected, Seeds};

/// The claims of the lab of the lags. Settings and thresholds were chosen on seeds 100 to 107.
pub fn claims() -> Vec<Claim> {
    let claim = |id: &str, says: &str, reported: &str, source: &str, check| Claim {
        id: id.into(),
        says: says.into(),
        reported: reported.into(),
        source: source.into(),
        preset: "default".into(),
        step: 700,
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
    let default = "“practically their default behavior”; no number";
    let networks = "section “LSTM Networks”";
    let problem = "section “The Problem of Long-Term Dependencies”";
    let variants = "section “Variants on Long Short Term Memory”";
    vec![
        claim(
            "remembers-64",
            "The LSTM has learnt to remember over 64 tokens by step 500.",
            default,
            networks,
            Check::ReachedBy {
                metric: "acc@64".into(),
                arm: "lstm".into(),
                bound: 0.95,
                step: 500,
            },
        ),
        claim(
            "beyond-training",
            "It remembers over 128 tokens as well, twice as long as it was ever trained.",
            default,
            networks,
            least("acc@128", "lstm", 0.95),
        ),
        claim(
            "gru-as-well",
            "The GRU, with two gates and one state, remembers as well.",
            "“growing increasingly popular”; no number",
            variants,
            least("acc@64", "gru", 0.95),
        ),
        claim(
            "peepholes-as-well",
            "Peepholes and coupled gates change nothing that matters here.",
            "“they’re all about the same”, after Greff et al. (2015)",
            variants,
            least("acc@64", "peep", 0.95),
        ),
        claim(
            "plain-falls-short",
            "The tanh network does not get there in the same number of steps.",
            "“In practice, RNNs don’t seem to be able to learn them”; no number",
            problem,
            most("acc@64", "rnn", 0.85),
        ),
        Claim {
            preset: "sieve".into(),
            ..claim(
                "sieve",
                "With a forget bias of −2 the LSTM learns nothing, not even lag 2.",
                "no number; a gate at zero means “completely get rid of this”",
                "section “The Core Idea Behind LSTMs”",
                most("acc@2", "lstm", 0.25),
            )
        },
        Claim {
            preset: "far-only".into(),
            step: 400,
            ..claim(
                "far-needs-bias",
                "When every lag is 64, a forget bias of 1 learns nothing.",
                "not in the post",
                "our own; the bias of 1 is Jozefowicz et al. (2015), §2.2",
                most("acc@64", "lstm", 0.3),
            )
        },
        Claim {
            preset: "far-only".into(),
            step: 400,
            ..claim(
                "far-with-bias",
                "With a bias of 3 it learns lag 64 directly.",
                "not in the post",
                "our own",
                least("acc@64", "lstm3", 0.9),
            )
        },
    ]
}
