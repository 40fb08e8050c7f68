//! A count model: the baseline without any learning by gradient.

use std::collections::BTreeMap;

/// Mean −log₂ p of `test` in bits per character under an interpolated model of the last `order − 1`
/// characters, counted on `train` (Witten & Bell 1991; formula 15 of Chen & Goodman 1999):
/// p(c | h) = (n(h c) + d(h) · p(c | h′)) / (n(h) + d(h)), where d(h) is how many different
/// characters followed h and h′ is h without its first character.
pub fn bits(train: &[u8], test: &[u8], symbols: usize, order: usize) -> f64 {
    // By context: how often each symbol followed.
    let mut counts: BTreeMap<&[u8], BTreeMap<u8, f64>> = BTreeMap::new();
    for at in 0..train.len() {
        for length in 0..order.min(at + 1) {
            let followers = counts.entry(&train[at - length..at]).or_default();
            *followers.entry(train[at]).or_default() += 1.0;
        }
    }
    let mut sum = 0.0;
    for at in 0..test.len() {
        let mut p = 1.0 / symbols as f64;
        for length in 0..order.min(at + 1) {
            if let Some(followers) = counts.get(&test[at - length..at]) {
                let total: f64 = followers.values().sum();
                let different = followers.len() as f64;
                let count = followers.get(&test[at]).copied().unwrap_or(0.0);
                p = (count + different * p) / (total + different);
            }
        }
        sum -= p.log2();
    }
    sum / test.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_case_by_hand() {
        // Trained on "aab", tested on "b": no context yet, so p = (1 + 2 · ½) / (3 + 2) = 0.4.
        assert!((bits(&[0, 0, 1], &[1], 2, 2) + 0.4f64.log2()).abs() < 1e-12);
        // Then "a" after "b": n("b") = 0, so the shorter context speaks: (2 + 1) / 5 = 0.6.
        let both = bits(&[0, 0, 1], &[1, 0], 2, 2);
        assert!((both + (0.4f64.log2() + 0.6f64.log2()) / 2.0).abs() < 1e-12);
    }
}
