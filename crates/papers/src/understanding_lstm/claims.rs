//! The post's thesis as checks on metrics, and what was found besides.

use lab::{Bound, Check, Claim, Expected, Seeds};

/// For networks that now and then do on one seed what they do on no other: in another order of adding
/// up, the same seeds had another exception.
const ERRATIC: Seeds = Seeds::AtLeast { k: 4, of: 5 };

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
    let practice = "“In practice, RNNs don’t seem to be able to learn them”; no number";
    let variants = "section “Variants on Long Short Term Memory”";
    let gap = |over: &str| Check::Gap {
        metric: "acc@64".into(),
        arm: "lstm".into(),
        over: over.into(),
        at_least: 0.6,
    };
    let within = |preset: &str, step, claim| Claim {
        preset: preset.into(),
        step,
        ..claim
    };
    let ours = "our own; not in the post";
    vec![
        claim(
            "remembers-64",
            "The LSTM has learnt to remember over 64 tokens by step 300.",
            default,
            networks,
            Check::ReachedBy {
                metric: "acc@64".into(),
                arm: "lstm".into(),
                bound: 0.95,
                step: 300,
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
        within(
            "default",
            250,
            claim(
                "plain-comes-late",
                "When the LSTM is done, at step 250, the tanh network still guesses at lag 64.",
                practice,
                problem,
                gap("rnn"),
            ),
        ),
        Claim {
            seeds: ERRATIC,
            ..claim(
                "plain-learns-too",
                "The tanh network learns as well: at lag 2 it is a real baseline.",
                practice,
                problem,
                least("acc@2", "rnn", 0.35),
            )
        },
        Claim {
            expected: Expected::NotHere {
                because: "Begun with the identity and clipped, the best of nine settings tried, \
                          the tanh network learnt lag 64 with four of eight seeds."
                    .into(),
            },
            ..claim(
                "plain-cannot",
                "In practice a plain network does not learn a long lag.",
                practice,
                problem,
                most("acc@64", "rnn", 0.85),
            )
        },
        within(
            "usual-start",
            700,
            claim(
                "usual-start",
                "Begun with a Glorot matrix, as plain networks usually were, it does not get there.",
                practice,
                problem,
                most("acc@64", "glorot", 0.9),
            ),
        ),
        Claim {
            seeds: ERRATIC,
            ..within(
                "sieve",
                700,
                claim(
                    "sieve",
                    "With a forget bias of −4 the LSTM does not learn to remember over 64 tokens.",
                    "a forget gate at 0 means “completely get rid of this”; no number",
                    "section “Step-by-Step LSTM Walk Through”",
                    most("acc@64", "lstm", 0.5),
                ),
            )
        },
        within(
            "far-only",
            500,
            claim(
                "far-with-bias",
                "When every lag is 64, a forget bias of 3 learns it.",
                "no number",
                ours,
                least("acc@64", "lstm3", 0.9),
            ),
        ),
        within(
            "far-only",
            500,
            claim(
                "far-without-bias",
                "A forget bias of 0 does not.",
                "no number",
                ours,
                most("acc@64", "lstm0", 0.3),
            ),
        ),
        within(
            "no-clipping",
            700,
            claim(
                "unclipped",
                "Without clipping the tanh network does not learn lag 64 with any seed.",
                "no number",
                ours,
                most("acc@64", "rnn", 0.4),
            ),
        ),
    ]
}
