//! How near translations are to the right ones (Papineni et al. 2002), over a whole corpus.

use std::collections::BTreeMap;

/// Counts of shared word groups, summed over sentences.
#[derive(Clone, Debug, Default)]
pub struct Bleu {
    shared: [usize; 4],
    written: [usize; 4],
    wanted: [usize; 4],
    lengths: (usize, usize),
}

impl Bleu {
    /// Counts one translation against the right one.
    pub fn add(&mut self, output: &[usize], gold: &[usize]) {
        for n in 1..=4 {
            let (ours, right) = (groups(output, n), groups(gold, n));
            let clipped = ours
                .iter()
                .map(|(group, count)| *count.min(right.get(group).unwrap_or(&0)));
            self.shared[n - 1] += clipped.sum::<usize>();
            self.written[n - 1] += ours.values().sum::<usize>();
            self.wanted[n - 1] += right.values().sum::<usize>();
        }
        self.lengths.0 += output.len();
        self.lengths.1 += gold.len();
    }

    /// 0 to 100: the geometric mean of the shares of groups of one to four words that occur in the
    /// right translation, times a penalty for what is too short. Orders that no right translation
    /// has (a corpus of three-word sentences has no groups of four) are left out.
    pub fn score(&self) -> f64 {
        let orders: Vec<usize> = (0..4).filter(|n| self.wanted[*n] > 0).collect();
        if orders.is_empty() || orders.iter().any(|n| self.shared[*n] == 0) {
            return 0.0;
        }
        let logs = orders
            .iter()
            .map(|n| (self.shared[*n] as f64 / self.written[*n] as f64).ln());
        let mean = logs.sum::<f64>() / orders.len() as f64;
        let penalty = (1.0 - self.lengths.1 as f64 / self.lengths.0 as f64).min(0.0);
        100.0 * (mean + penalty).exp()
    }
}

fn groups(words: &[usize], n: usize) -> BTreeMap<&[usize], usize> {
    let mut counts = BTreeMap::new();
    for group in words.windows(n) {
        *counts.entry(group).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&[usize], &[usize])]) -> f64 {
        let mut bleu = Bleu::default();
        pairs.iter().for_each(|(o, g)| bleu.add(o, g));
        bleu.score()
    }

    #[test]
    fn by_hand() {
        // Shares 5/6, 3/5, 2/4, 1/3 of the orders one to four, no penalty.
        let got = of(&[(&[1, 2, 3, 4, 9, 6], &[1, 2, 3, 4, 5, 6])]);
        let want = 100.0 * (5.0f64 / 6.0 * 3.0 / 5.0 * 2.0 / 4.0 / 3.0).powf(0.25);
        assert!((got - want).abs() < 1e-9, "{got} {want}");
        // All of four words right, two missing: e^(1 − 6/4).
        let got = of(&[(&[1, 2, 3, 4], &[1, 2, 3, 4, 5, 6])]);
        assert!((got - 100.0 * (-0.5f64).exp()).abs() < 1e-9, "{got}");
        // A word said twice counts once: 1/2 and no groups of two wanted.
        assert!((of(&[(&[1, 1], &[1])]) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn counts_are_summed_before_they_are_divided() {
        // Orders: 4/5 words, 2/3 pairs; a mean over sentences would give something else.
        let got = of(&[(&[1, 2, 3], &[1, 2, 3]), (&[4, 5], &[4, 6])]);
        let want = 100.0 * (4.0f64 / 5.0 * 2.0 / 3.0).powf(1.0 / 3.0);
        assert!((got - want).abs() < 1e-9, "{got} {want}");
        assert_eq!(of(&[(&[], &[1, 2])]), 0.0);
    }
}
