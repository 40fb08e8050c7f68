//! The machine that measures, and how much of it was ours meanwhile.

use crate::verify;
use anyhow::Result;
use std::fs::read_to_string;

/// What this machine is, in words.
pub fn name() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, name)| name.trim());
    format!("{model}, {cores} cores")
}

/// How long the processors worked and how long they would have, had a virtual machine's host not given
/// them to others; in ticks since the start.
#[derive(Clone, Copy)]
struct Ticks {
    worked: u64,
    taken: u64,
}

impl Ticks {
    fn now() -> Option<Self> {
        Self::read(&read_to_string("/proc/stat").ok()?)
    }

    /// From the first line of Linux's `/proc/stat`: user, nice, system, idle, waiting, two kinds of
    /// interrupts, and what was taken.
    fn read(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Option<Vec<u64>> = line.split_whitespace().map(|n| n.parse().ok()).collect();
        match ticks?[..] {
            [user, nice, system, _, _, hard, soft, taken, ..] => Some(Self {
                worked: user + nice + system + hard + soft,
                taken,
            }),
            _ => None,
        }
    }
}

/// A measurement under way.
pub struct Measurement {
    start: Option<Ticks>,
}

impl Measurement {
    /// From now on.
    pub fn begin() -> Self {
        Self {
            start: Ticks::now(),
        }
    }

    /// The day, the machine, and what others had of it since the beginning.
    ///
    /// # Errors
    /// If there is no `date`.
    pub fn when(self) -> Result<String> {
        let when = format!("{}: {}", verify::today()?, name());
        let both = self.start.zip(Ticks::now());
        let taken = both.and_then(|(start, end)| taken(start, end));
        Ok(taken.map_or(when.clone(), |percent| {
            format!(
                "{when}; its host gave others {percent:.0} % of the processor time it asked for"
            )
        }))
    }
}

/// Percent of the time asked for that was taken; none if nobody says, or nothing was asked for.
fn taken(start: Ticks, end: Ticks) -> Option<f64> {
    let worked = end.worked.checked_sub(start.worked)?;
    let taken = end.taken.checked_sub(start.taken)?;
    // A machine of its own has nobody to give its time to.
    (end.taken > 0 && worked + taken > 0).then(|| 100.0 * taken as f64 / (worked + taken) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_had_is_a_share_of_what_was_asked_for() {
        let [start, end] = [
            "cpu  100 2 30 9000 7 0 8 50 0 0\ncpu0 1 1",
            "cpu  250 2 40 9900 9 0 8 90 0 0\n",
        ]
        .map(|stat| Ticks::read(stat).unwrap());
        // 160 ticks of work, and 40 that were taken; idle time was not asked for.
        assert_eq!(taken(start, end), Some(20.0));
        assert_eq!(taken(start, start), None);
    }

    #[test]
    fn a_machine_of_its_own_has_no_such_share() {
        let [start, end] =
            ["cpu 1 0 0 1 0 0 0 0", "cpu 9 0 0 1 0 0 0 0"].map(|stat| Ticks::read(stat).unwrap());
        assert_eq!(taken(start, end), None);
        assert!(Ticks::read("").is_none() && Ticks::read("cpu 1 2 x").is_none());
    }
}
