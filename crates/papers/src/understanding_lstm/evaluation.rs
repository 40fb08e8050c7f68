//! Accuracy at each lag, on sequences that are never trained on.

use super::{model::Memory, task::Task};
use lab::{Metrics, Progress, Rng};

/// The lags measured.
pub const LAGS: [usize; 7] = [2, 4, 8, 16, 32, 64, 128];
/// Sequences of each lag and gap: 504 of each lag.
const SIZE: usize = 84;
/// Gaps, one part each.
const GAPS: u32 = 6;
/// An accuracy that counts as remembering.
const REACHED: f64 = 0.9;

/// An evaluation under way.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    right: usize,
    accuracies: Vec<f64>,
}

impl Evaluation {
    /// Part `part`: one lag with one gap. The model must be on the plain device.
    pub fn part(&mut self, part: u32, model: &Memory, task: Task) -> (Metrics, Progress) {
        let of = GAPS * LAGS.len() as u32;
        let (lag, gap) = (LAGS[(part / GAPS) as usize], (part % GAPS) as usize + 1);
        let mut rng = Rng::new((100 * lag + gap) as u64, "evaluation");
        let batch = task.batch(lag, gap, SIZE, &mut rng);
        let scores = model.scores(&batch.tokens, SIZE);
        let rows = scores.chunks_exact(task.values).zip(&batch.answers);
        self.right += rows.filter(|(row, answer)| best(row) == **answer).count();
        let mut metrics = Metrics::default();
        if part % GAPS == GAPS - 1 {
            let accuracy = self.right as f64 / (GAPS as usize * SIZE) as f64;
            metrics.push_at("acc", lag as f64, accuracy);
            self.accuracies.push(accuracy);
            self.right = 0;
        }
        if part + 1 < of {
            return (metrics, Progress::More { done: part + 1, of });
        }
        metrics.push("reach", self.reach());
        (metrics, Progress::Done)
    }

    /// The largest lag up to which no accuracy falls below [`REACHED`]; 0 if there is none.
    fn reach(&self) -> f64 {
        let good = self.accuracies.iter().take_while(|a| **a >= REACHED);
        good.zip(LAGS).last().map_or(0.0, |(_, lag)| lag as f64)
    }
}

/// The value with the highest score; the first of equals.
pub fn best(scores: &[f32]) -> u8 {
    let mut best = 0;
    for (value, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = value;
        }
    }
    best as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_ends_at_the_first_lag_that_fails() {
        let reach = |accuracies: &[f64]| {
            Evaluation {
                right: 0,
                accuracies: accuracies.to_vec(),
            }
            .reach()
        };
        assert_eq!(reach(&[1.0, 0.95, 0.9, 0.89, 1.0, 1.0, 1.0]), 8.0);
        assert_eq!(reach(&[0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]), 0.0);
        assert_eq!(reach(&[1.0; 7]), 128.0);
    }
}
