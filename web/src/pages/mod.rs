//! The pages, each a function from plain data to a whole document.

mod about;
mod blocks;
mod card;
mod index;
mod measured;
mod missing;
mod paper;

pub use about::about;
pub use card::Picture;
pub use index::{Card, IndexPage, Row, Step, index};
pub use missing::missing;
pub use paper::{Neighbour, PaperPage, paper};

use lab::{ClaimTable, Recorded, Spec};
use std::collections::BTreeMap;

/// A lab as a page needs it: its spec and what was recorded of it.
#[derive(Clone, Debug)]
pub struct LabData {
    /// Everything there is to know without running anything.
    pub spec: Spec,
    /// A real run.
    pub recorded: Option<Recorded>,
    /// Where that run is as a file, below the site's root.
    pub file: Option<String>,
    /// Its claims over seeds.
    pub claims: Option<ClaimTable>,
}

/// The labs of a page, by id.
pub type Labs = BTreeMap<String, LabData>;

/// A number of seconds as a reader wants it: `30 s`, `2 min`.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 0.95 => "1 s".to_owned(),
        s if s < 10.0 => format!("{s:.0} s"),
        s if s < 90.0 => format!("{:.0} s", (s / 5.0).round() * 5.0),
        s => format!("{:.0} min", s / 60.0),
    }
}

/// How long a reader's machine trains a lab's default run: its arms run side by side, so the
/// slowest one counts.
pub fn training_time(lab: &LabData) -> Option<String> {
    let arms = &lab.recorded.as_ref()?.arms;
    let slowest = arms.iter().map(|arm| arm.seconds).fold(0.0, f64::max);
    (slowest > 0.0).then(|| duration(slowest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_for_people() {
        let cases = [
            (0.2, "1 s"),
            (3.4, "3 s"),
            (31.0, "30 s"),
            (58.0, "60 s"),
            (119.0, "2 min"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
    }
}
