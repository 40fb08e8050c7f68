//! How fast a run goes, how long it has gone on, and how long it will.

use std::collections::VecDeque;

/// Speed is measured over so many milliseconds: long enough to be steady, short enough to follow.
const WINDOW: f64 = 3000.0;

/// Times a run; every moment is handed in, in milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// Milliseconds of the stretches that are over.
    gone: f64,
    /// When the stretch under way began.
    since: Option<f64>,
    seen: VecDeque<(f64, u64)>,
}

impl Pace {
    /// The run goes on.
    pub fn start(&mut self, now: f64, step: u64) {
        if self.since.is_none() {
            self.since = Some(now);
            self.seen = VecDeque::from([(now, step)]);
        }
    }

    /// The run waits.
    pub fn stop(&mut self, now: f64) {
        if let Some(since) = self.since.take() {
            self.gone += now - since;
        }
    }

    /// All arms have come to `step`.
    pub fn at(&mut self, now: f64, step: u64) {
        if self.since.is_none() || self.seen.back().is_some_and(|(_, last)| *last >= step) {
            return;
        }
        self.seen.push_back((now, step));
        while self.seen.len() > 2 && self.seen[1].0 < now - WINDOW {
            self.seen.pop_front();
        }
    }

    /// Seconds of training so far.
    pub fn elapsed(&self, now: f64) -> f64 {
        (self.gone + self.since.map_or(0.0, |since| now - since)) / 1000.0
    }

    /// Steps a second of late; `None` before there is anything to measure.
    pub fn rate(&self) -> Option<f64> {
        let ((from, first), (to, last)) = (self.seen.front()?, self.seen.back()?);
        (to > from && last > first).then(|| (last - first) as f64 * 1000.0 / (to - from))
    }
}

/// A span of time as a reader says it: `under 1 s`, `38 s`, `2 min 5 s`.
pub fn span(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0 => "under 1 s".to_owned(),
        1..=99 => format!("{whole} s"),
        _ if whole.is_multiple_of(60) => format!("{} min", whole / 60),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// A whole number with its thousands set apart: `12,500`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_does_not_count() {
        let mut pace = Pace::default();
        pace.start(1000.0, 0);
        pace.at(2000.0, 40);
        pace.stop(3000.0);
        assert_eq!(pace.elapsed(60_000.0), 2.0);
        pace.start(60_000.0, 40);
        assert_eq!(pace.elapsed(61_000.0), 3.0);
        assert_eq!(
            pace.rate(),
            None,
            "speed from before the pause says nothing"
        );
        pace.at(61_000.0, 60);
        assert_eq!(pace.rate(), Some(20.0));
    }

    #[test]
    fn speed_follows_what_happened_of_late() {
        let mut pace = Pace::default();
        pace.start(0.0, 0);
        for second in 1..=10 {
            pace.at(f64::from(second) * 1000.0, u64::from(second as u32) * 10);
        }
        for second in 11..=20u32 {
            pace.at(
                f64::from(second) * 1000.0,
                100 + u64::from(second - 10) * 50,
            );
        }
        assert_eq!(pace.rate(), Some(50.0));
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [span(0.2), span(38.4), span(120.0), span(125.0)],
            ["under 1 s", "38 s", "2 min", "2 min 5 s"]
        );
        assert_eq!(
            [grouped(7), grouped(1000), grouped(1_234_567)],
            ["7", "1,000", "1,234,567"]
        );
    }
}
