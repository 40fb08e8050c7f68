//! Writing: the model reads its own guesses.

use super::model::{CharModel, State};
use lab::Rng;

// region: sample
/// Draws a symbol from p ∝ exp(z/τ) with the random number `u` in [0, 1).
pub fn draw(scores: &[f32], temperature: f64, u: f64) -> usize {
    // Low τ sharpens the distribution, high τ flattens it; the largest score is taken off first, so
    // that no exponential overflows.
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let weight = |z: &f32| (f64::from(z - top) / temperature).exp();
    // The first symbol at which the cumulated share passes u
    let mut left = u * scores.iter().map(weight).sum::<f64>();
    scores
        .iter()
        .position(|z| {
            left -= weight(z);
            left < 0.0
        })
        .unwrap_or(scores.len() - 1)
}
// endregion: sample

/// Several texts written side by side.
pub struct Writer {
    state: State,
    scores: Vec<f32>,
    temperatures: Vec<f64>,
    dice: Vec<Rng>,
    /// The texts so far, without their beginning.
    pub texts: Vec<Vec<u8>>,
}

impl Writer {
    /// One text for each temperature and its own dice, after all have read `beginning`, which must
    /// not be empty.
    pub fn new(model: &CharModel, beginning: &[u8], rows: Vec<(f64, Rng)>) -> Self {
        let (temperatures, dice): (Vec<f64>, Vec<Rng>) = rows.into_iter().unzip();
        let batch = dice.len();
        let mut writer = Self {
            state: model.blank(batch),
            scores: Vec::new(),
            temperatures,
            dice,
            texts: vec![Vec::new(); batch],
        };
        for symbol in beginning {
            writer.read(model, &vec![*symbol; batch]);
        }
        writer
    }

    fn read(&mut self, model: &CharModel, symbols: &[u8]) {
        (self.scores, self.state) = model.step(symbols, self.state.clone());
    }

    /// Writes `count` characters more in each text.
    pub fn write(&mut self, model: &CharModel, count: usize) {
        for _ in 0..count {
            let symbols: Vec<u8> = self
                .scores
                .chunks_exact(self.scores.len() / self.dice.len())
                .zip(&self.temperatures)
                .zip(&mut self.dice)
                .map(|((scores, temperature), dice)| draw(scores, *temperature, dice.unit()) as u8)
                .collect();
            self.read(model, &symbols);
            self.texts
                .iter_mut()
                .zip(symbols)
                .for_each(|(text, symbol)| text.push(symbol));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_tempered_softmax() {
        let scores = [1.0f32, 0.0, -2.0];
        let mut rng = Rng::new(1, "draw");
        for temperature in [0.5, 1.0, 2.0] {
            let weights = scores.map(|z| (f64::from(z) / temperature).exp());
            let total: f64 = weights.iter().sum();
            let mut counts = [0.0f64; 3];
            for _ in 0..20_000 {
                counts[draw(&scores, temperature, rng.unit())] += 1.0;
            }
            for (count, weight) in counts.iter().zip(weights) {
                // Five standard deviations of a binomial are at most 354.
                assert!(
                    (count - 20_000.0 * weight / total).abs() < 354.0,
                    "{counts:?}"
                );
            }
        }
    }

    #[test]
    fn the_coldest_draw_is_the_largest_score() {
        assert_eq!(draw(&[0.1, 3.0, 2.9], 0.01, 0.999), 1);
        assert_eq!(draw(&[f32::MAX, 0.0], 0.1, 0.5), 0);
    }
}
