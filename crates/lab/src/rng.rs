//! The only randomness in the house.

use serde::{Deserialize, Serialize};

/// xoshiro256++ (Blackman & Vigna, 2019), seeded through splitmix64 (Steele et al., 2014).
///
/// Burn's own generator is one process-wide static, so two runs in one process would disturb each
/// other; this one is owned by a run, and its state is part of the run's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// The generator of `seed`, on the independent stream called `stream`.
    pub fn new(seed: u64, stream: &str) -> Self {
        let mut x = seed ^ crate::Digest::of(stream.as_bytes()).0;
        let mut next = || {
            x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = x;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self {
            state: [next(), next(), next(), next()],
        }
    }

    /// A generator for `stream`, drawn from this one's present state without advancing it.
    pub fn fork(&self, stream: &str) -> Self {
        Self::new(
            self.state
                .iter()
                .fold(0, |sum, word| sum.rotate_left(13) ^ word),
            stream,
        )
    }

    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let out = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// Uniform in [0, 1), with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [`low`, `high`).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Standard normal, by Box and Muller's method.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Uniform in 0 .. `n`, without bias (Lemire, 2019).
    ///
    /// # Panics
    /// If `n` is zero.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "a choice among nothing");
        let n = n as u64;
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            if (wide as u64) >= n.wrapping_neg() % n {
                return (wide >> 64) as usize;
            }
        }
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// The generator's whole state, for a checkpoint.
    pub fn state(&self) -> [u64; 4] {
        self.state
    }

    /// The generator with exactly this state.
    pub fn from_state(state: [u64; 4]) -> Self {
        Self { state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_outputs_match_the_reference_implementation() {
        // xoshiro256++ from the state {1, 2, 3, 4}, as its authors' C program prints it.
        let mut rng = Rng::from_state([1, 2, 3, 4]);
        let first: Vec<u64> = (0..4).map(|_| rng.bits()).collect();
        assert_eq!(
            first,
            [41943041, 58720359, 3588806011781223, 3591011842654386]
        );
    }

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |stream| Rng::new(7, stream).bits();
        assert_eq!(draw("data"), draw("data"));
        assert_ne!(draw("data"), draw("init"));
    }

    #[test]
    fn below_is_uniform() {
        let mut rng = Rng::new(1, "test");
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[rng.below(6)] += 1;
        }
        // Five standard deviations of a binomial with p = 1/6.
        assert!(
            counts.iter().all(|c| c.abs_diff(10_000) < 460),
            "{counts:?}"
        );
    }

    #[test]
    fn normal_has_unit_moments() {
        let mut rng = Rng::new(2, "test");
        let draws: Vec<f64> = (0..40_000).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 40_000.0;
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / 40_000.0;
        assert!(
            mean.abs() < 0.025 && (variance - 1.0).abs() < 0.04,
            "{mean} {variance}"
        );
    }
}
