//! What is done at most so often, and once more when the last of it came too early. All that have one
//! rhythm keep time together: the browser lays the page out once for all of them.

use super::wire;
use leptos::prelude::set_timeout;
use std::time::Duration;

/// Numbers and words of a lab that trains (step, speed, time, legend, claims) change so often, in
/// milliseconds, unless its state does: each change has the browser lay their lines out again, and
/// nobody reads faster.
pub const BEAT: f64 = 600.0;

/// Something that is done at most once between two beats.
#[derive(Clone, Copy, Debug)]
pub struct Seldom {
    /// Milliseconds between two beats.
    every: f64,
    last: f64,
    /// Until when somebody is known to come back.
    awaited: f64,
}

/// Whether it is time.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Turn {
    Now,
    /// In so many milliseconds, and nobody knows yet.
    In(f64),
    /// Not yet, and somebody will come back.
    Awaited,
}

impl Seldom {
    /// It was never done; from now on once between two beats, so many milliseconds apart.
    pub fn new(every: f64) -> Self {
        Self {
            every,
            last: f64::NEG_INFINITY,
            awaited: f64::NEG_INFINITY,
        }
    }

    /// Whether it is time, and then it counts as done; if not, `again` is called when it will be.
    /// Boxed, as one timer's code serves all.
    pub fn due(&mut self, again: Box<dyn FnOnce()>) -> bool {
        let turn = self.turn(wire::now());
        if let Turn::In(left) = turn {
            // A timer may go off a fraction of a millisecond early.
            set_timeout(again, Duration::from_millis(left.ceil() as u64 + 1));
        }
        turn == Turn::Now
    }

    /// It is done whether it is time or not.
    pub fn done(&mut self) {
        self.last = wire::now();
    }

    fn turn(&mut self, now: f64) -> Turn {
        let next = ((self.last / self.every).floor() + 1.0) * self.every;
        if now >= next {
            self.last = now;
            Turn::Now
        } else if now < self.awaited {
            Turn::Awaited
        } else {
            self.awaited = next;
            Turn::In(next - now)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_too_early_is_put_off_once() {
        let mut seldom = Seldom::new(100.0);
        assert_eq!(seldom.turn(1000.0), Turn::Now);
        assert_eq!(seldom.turn(1030.0), Turn::In(70.0));
        assert_eq!(seldom.turn(1060.0), Turn::Awaited);
        assert_eq!(seldom.turn(1100.0), Turn::Now);
        assert_eq!(seldom.turn(1101.0), Turn::In(99.0));
        // Whoever was to come back came late.
        assert_eq!(seldom.turn(1500.0), Turn::Now);
    }

    #[test]
    fn what_was_done_out_of_turn_is_put_off_again() {
        let mut seldom = Seldom::new(100.0);
        assert_eq!(seldom.turn(1000.0), Turn::Now);
        assert_eq!(seldom.turn(1030.0), Turn::In(70.0));
        seldom.last = 1050.0;
        assert_eq!(seldom.turn(1060.0), Turn::Awaited);
        assert_eq!(seldom.turn(1100.0), Turn::Now);
    }

    #[test]
    fn one_rhythm_has_one_beat() {
        let [mut early, mut late] = [Seldom::new(100.0); 2];
        assert_eq!(early.turn(1010.0), Turn::Now);
        assert_eq!(late.turn(1070.0), Turn::Now);
        assert_eq!(early.turn(1099.0), Turn::In(1.0));
        assert_eq!(late.turn(1099.0), Turn::In(1.0));
        assert_eq!(
            (early.turn(1100.0), late.turn(1100.0)),
            (Turn::Now, Turn::Now)
        );
    }
}
