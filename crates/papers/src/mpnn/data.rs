//! The molecules: made once, by rules, the same for every seed of a run; a network's seed draws its
//! weights and the order in which it meets them.

use super::molecule::{Molecule, Target};
use lab::Rng;
use std::collections::BTreeSet;

/// Molecules offered for training.
pub const TRAIN: usize = 3000;
/// Molecules to be tested on, none of which is offered.
pub const TEST: usize = 500;
/// Molecules made in one go.
const PART: usize = 100;

/// What is trained and tested on.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// For training, repeats among them: small molecules are few.
    pub train: Vec<Molecule>,
    /// For the test: by their keys, none of them is in `train`.
    pub test: Vec<Molecule>,
    /// What is to be predicted of each of `train`, in |β|.
    pub train_values: Vec<f64>,
    /// And of each of `test`.
    pub test_values: Vec<f64>,
    /// Mean and standard deviation of `train_values`.
    pub scale: (f64, f64),
}

/// Data in the making.
pub struct Draft {
    lengths: bool,
    train: Rng,
    test: Rng,
    keys: BTreeSet<(usize, Vec<i64>)>,
    data: Data,
}

impl Draft {
    /// Nothing made yet; with a length for every bond, or without.
    pub fn new(lengths: bool) -> Self {
        Self {
            lengths,
            train: Rng::new(5, "training molecules"),
            test: Rng::new(6, "test molecules"),
            keys: BTreeSet::new(),
            data: Data::default(),
        }
    }

    /// A part of the work: how much is done, or the data.
    ///
    /// # Errors
    /// While there is more to do: parts done, and of how many.
    pub fn part(&mut self, target: Target, offered: usize) -> Result<Data, (u32, u32)> {
        if self.data.train.len() < TRAIN {
            for _ in 0..PART {
                let molecule = Molecule::random(self.lengths, &mut self.train);
                self.keys.extend(molecule.key());
                self.data.train.push(molecule);
            }
        } else {
            (0..PART).for_each(|_| self.add());
        }
        let data = &mut self.data;
        let (done, of) = (data.train.len() + data.test.len(), TRAIN + TEST);
        if done < of {
            return Err(((done / PART) as u32, (of / PART) as u32));
        }
        // All are made whatever is asked for: the test set must not move with the knob.
        data.train.truncate(offered);
        let values = |some: &[Molecule]| some.iter().map(|m| value(m, target)).collect();
        data.train_values = values(&data.train);
        data.test_values = values(&data.test);
        data.scale = scale(&data.train_values);
        Ok(std::mem::take(data))
    }

    /// One more molecule for the test, if it is not in training.
    fn add(&mut self) {
        loop {
            let molecule = Molecule::random(self.lengths, &mut self.test);
            let new = molecule.key().is_some_and(|key| !self.keys.contains(&key));
            if new {
                self.data.test.push(molecule);
                return;
            }
        }
    }
}

/// The value to be predicted, in |β|.
pub fn value(molecule: &Molecule, target: Target) -> f64 {
    molecule.levels().map_or(0.0, |levels| target.of(&levels))
}

fn scale(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt().max(1e-9))
}

/// All of it at once.
#[cfg(test)]
pub fn make(lengths: bool, target: Target, offered: usize) -> Data {
    let mut draft = Draft::new(lengths);
    loop {
        if let Ok(data) = draft.part(target, offered) {
            return data;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_tested_was_offered_for_training() {
        let data = make(false, Target::Gap, TRAIN);
        let keys: BTreeSet<_> = data.train.iter().filter_map(Molecule::key).collect();
        assert!(data.test.iter().all(|m| !keys.contains(&m.key().unwrap())));
        assert_eq!((data.train.len(), data.test.len()), (TRAIN, TEST));
        assert!(keys.len() < TRAIN, "small molecules repeat");
        let fewer = make(false, Target::Gap, 200);
        assert_eq!(fewer.test, data.test, "the test does not move");
        assert_eq!(fewer.train[..], data.train[..200]);
    }
}
