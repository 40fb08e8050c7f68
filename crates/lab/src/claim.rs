//! Claims: a paper's statements as checks on metrics, judged alike by page, verifier and tests.

use crate::{
    history::History,
    spec::{ArmId, Spec},
};
use serde::{Deserialize, Serialize};

/// A claim compares metrics and nothing else, at one step, in one preset with nothing turned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Stable id: `closes-far-brackets`.
    pub id: String,
    /// What is claimed, in a sentence.
    pub says: String,
    /// What the paper reports, in its own numbers.
    pub reported: String,
    /// Where it stands in the paper.
    pub source: String,
    /// The preset it is judged in.
    pub preset: String,
    /// The step it is judged at.
    pub step: u64,
    /// Over which seeds the verifier asks for it.
    pub seeds: Seeds,
    /// The check.
    pub check: Check,
    /// Whether this scale shows it.
    pub expected: Expected,
}

/// Over which seeds a claim is to hold.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seeds {
    /// Each of them.
    Each,
    /// At least `k` of `of`.
    AtLeast { k: u8, of: u8 },
    /// The median of `of`: more than half of them.
    Median { of: u8 },
    /// The best of `of`.
    Best { of: u8 },
}

impl Seeds {
    /// Whether so many of so many seeds are enough.
    pub fn satisfied(self, holds: usize, of: usize) -> bool {
        match self {
            Self::Each => of > 0 && holds == of,
            Self::AtLeast { k, .. } => holds >= usize::from(k),
            Self::Median { .. } => 2 * holds > of,
            Self::Best { .. } => holds > 0,
        }
    }
}

/// What the verifier expects.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expected {
    /// It holds at this scale.
    Holds,
    /// The paper shows it, this scale does not: the measured reason. If it holds after all, the
    /// verifier fails as well.
    NotHere { because: String },
}

/// The comparison.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Check {
    /// `metric(arm) ≤ bound`.
    AtMost {
        metric: String,
        arm: ArmId,
        bound: Bound,
    },
    /// `metric(arm) ≥ bound`.
    AtLeast {
        metric: String,
        arm: ArmId,
        bound: Bound,
    },
    /// `metric(arm) − metric(over) ≥ at_least`.
    Gap {
        metric: String,
        arm: ArmId,
        over: ArmId,
        at_least: f64,
    },
    /// `metric(arm) / metric(to) ≤ at_most`.
    Ratio {
        metric: String,
        arm: ArmId,
        to: ArmId,
        at_most: f64,
    },
    /// `metric(arm)` is on the good side of `bound` at or before `step`.
    ReachedBy {
        metric: String,
        arm: ArmId,
        bound: f64,
        step: u64,
    },
}

/// The right side of a comparison.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Bound {
    /// A number.
    Value(f64),
    /// So many times a reference line of the lab.
    Reference { id: String, times: f64 },
}

impl Bound {
    fn number(&self, spec: &Spec) -> Option<f64> {
        match self {
            Self::Value(x) => Some(*x),
            Self::Reference { id, times } => spec
                .references
                .iter()
                .find(|r| r.id == *id)
                .map(|r| r.value * times),
        }
    }
}

impl Check {
    /// The arms it compares.
    pub fn arms(&self) -> Vec<&str> {
        match self {
            Self::AtMost { arm, .. } | Self::AtLeast { arm, .. } | Self::ReachedBy { arm, .. } => {
                vec![arm]
            }
            Self::Gap {
                arm, over: other, ..
            }
            | Self::Ratio { arm, to: other, .. } => {
                vec![arm, other]
            }
        }
    }

    /// The metric it compares.
    pub fn metric(&self) -> &str {
        match self {
            Self::AtMost { metric, .. }
            | Self::AtLeast { metric, .. }
            | Self::Gap { metric, .. }
            | Self::Ratio { metric, .. }
            | Self::ReachedBy { metric, .. } => metric,
        }
    }

    /// The check in symbols: `bpc(lstm) ≤ 1.25`.
    pub fn formula(&self, spec: &Spec) -> String {
        let bound = |b: &Bound| match b {
            Bound::Value(x) => number(*x),
            Bound::Reference { id, times } => {
                let value = b.number(spec).map_or_else(|| "?".to_owned(), number);
                format!("{} × {id} = {value}", number(*times))
            }
        };
        match self {
            Self::AtMost {
                metric,
                arm,
                bound: b,
            } => format!("{metric}({arm}) ≤ {}", bound(b)),
            Self::AtLeast {
                metric,
                arm,
                bound: b,
            } => format!("{metric}({arm}) ≥ {}", bound(b)),
            Self::Gap {
                metric,
                arm,
                over,
                at_least,
            } => {
                format!("{metric}({arm}) − {metric}({over}) ≥ {}", number(*at_least))
            }
            Self::Ratio {
                metric,
                arm,
                to,
                at_most,
            } => {
                format!("{metric}({arm}) / {metric}({to}) ≤ {}", number(*at_most))
            }
            Self::ReachedBy {
                metric,
                arm,
                bound,
                step,
            } => {
                format!("{metric}({arm}) reaches {} by step {step}", number(*bound))
            }
        }
    }

    /// Measures the left side at `step` and compares; `None` while anything it needs is missing. A
    /// value that was to be reached is measured when it was, or at the step by which it should have
    /// been.
    /// What is compared is not a number: it does not hold.
    pub fn measure<'a>(
        &self,
        spec: &Spec,
        step: u64,
        history: impl Fn(&str) -> Option<&'a History>,
    ) -> Option<Judged> {
        let at = |metric: &str, arm: &str| history(arm)?.at(metric, step);
        let (value, bound, holds) = match self {
            Self::AtMost { metric, arm, bound } => {
                let (value, bound) = (at(metric, arm)?, bound.number(spec)?);
                (value, bound, value <= bound)
            }
            Self::AtLeast { metric, arm, bound } => {
                let (value, bound) = (at(metric, arm)?, bound.number(spec)?);
                (value, bound, value >= bound)
            }
            Self::Gap {
                metric,
                arm,
                over,
                at_least,
            } => {
                let value = at(metric, arm)? - at(metric, over)?;
                (value, *at_least, value >= *at_least)
            }
            Self::Ratio {
                metric,
                arm,
                to,
                at_most,
            } => {
                let value = at(metric, arm)? / at(metric, to)?;
                (value, *at_most, value <= *at_most)
            }
            Self::ReachedBy {
                metric,
                arm,
                bound,
                step: by,
            } => {
                let lower = spec.metric(metric)?.better == crate::Better::Lower;
                let good = |v: f64| if lower { v <= *bound } else { v >= *bound };
                let curve = history(arm)?.curve(metric);
                if let Some((_, value)) = curve.iter().find(|(s, v)| s <= by && good(*v)) {
                    (*value, *bound, true)
                } else {
                    let (_, value) = curve.iter().rev().find(|(s, _)| s <= by)?;
                    curve.last().filter(|(s, _)| s >= by)?;
                    (*value, *bound, false)
                }
            }
        };
        Some(Judged {
            value,
            bound,
            holds,
        })
    }
}

/// A measured check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The left side.
    pub value: f64,
    /// The right side.
    pub bound: f64,
    /// Whether the comparison holds.
    pub holds: bool,
}

/// What a claim's card says of the reader's run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Verdict {
    /// It holds in this run.
    Reproduced(Judged),
    /// The run has not come to the claim's step.
    NotYet(Option<Judged>),
    /// It does not hold in this run.
    NotReproduced(Judged),
    /// Declared as not shown at this scale; what this run measured.
    NotHere(Option<Judged>),
    /// The run is not the one the claim speaks of: why.
    NotJudged(String),
}

impl Claim {
    /// Judges the claim on a run. `changed` says what differs from the claim's preset, in words;
    /// `seen` is how far every arm has come.
    pub fn judge<'a>(
        &self,
        spec: &Spec,
        changed: Option<&str>,
        seen: u64,
        history: impl Fn(&str) -> Option<&'a History>,
    ) -> Verdict {
        if let Some(what) = changed {
            return Verdict::NotJudged(what.to_owned());
        }
        let not_here = matches!(self.expected, Expected::NotHere { .. });
        let at_step = (seen >= self.step)
            .then(|| self.check.measure(spec, self.step, &history))
            .flatten();
        match at_step {
            Some(judged) if judged.holds => Verdict::Reproduced(judged),
            Some(judged) if not_here => Verdict::NotHere(Some(judged)),
            Some(judged) => Verdict::NotReproduced(judged),
            None if not_here => Verdict::NotHere(None),
            None => {
                let metric = self.check.metric();
                let arms = self.check.arms();
                let latest = arms
                    .iter()
                    .map(|arm| history(arm).and_then(|h| h.latest(metric)).map(|(s, _)| s))
                    .min()
                    .flatten();
                Verdict::NotYet(latest.and_then(|s| self.check.measure(spec, s, &history)))
            }
        }
    }
}

/// A number with at most four significant digits and no trailing zeros.
pub fn number(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let digits = (3 - x.abs().log10().floor() as i32).clamp(0, 8) as usize;
    let text = format!("{x:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
