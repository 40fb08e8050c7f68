//! Held-out sentences, translated greedily in parts of a few milliseconds.

use super::{
    bleu::Bleu,
    decoding::{Output, greedy},
    language::{Grammar, Sentence},
    model::Translator,
};
use lab::{Metrics, Progress, Rng};
use std::collections::BTreeMap;

/// Words of the sentences measured.
pub const LENGTHS: [usize; 9] = [2, 4, 6, 8, 10, 12, 14, 16, 20];
/// Sentences of each length.
const SENTENCES: usize = 100;
/// Sentences in one part.
const PART: usize = 50;
/// So many words more than the longest right translation may be written.
pub const SLACK: usize = 4;

/// A measurement on its way.
pub struct Evaluation {
    model: Translator,
    bleu: Bleu,
    exact: usize,
    aligned: f64,
    words: usize,
    entropy: f64,
    looks: usize,
}

impl Evaluation {
    /// Nothing measured yet; the model as it is now.
    pub fn new(model: Translator) -> Self {
        Self {
            model,
            bleu: Bleu::default(),
            exact: 0,
            aligned: 0.0,
            words: 0,
            entropy: 0.0,
            looks: 0,
        }
    }

    /// The next part; the metrics of a length when all its sentences have been translated.
    pub fn part(&mut self, grammar: &Grammar, part: u32) -> (Metrics, Progress) {
        let parts = SENTENCES / PART;
        let (which, within) = (part as usize / parts, part as usize % parts);
        let Some(length) = LENGTHS.get(which) else {
            return (Metrics::default(), Progress::Done);
        };
        let all = sentences(grammar, *length);
        let some = &all[within * PART..(within + 1) * PART];
        let sources: Vec<&[usize]> = some.iter().map(|s| &s.source[..]).collect();
        let limit = grammar.longest(*length) + SLACK;
        let outputs = greedy(&self.model, &sources, limit, &BTreeMap::new());
        for (sentence, output) in some.iter().zip(&outputs) {
            self.bleu.add(&output.words, &sentence.target);
            self.exact += usize::from(output.ended && output.words == sentence.target);
            self.aligned += aligned(sentence, output);
            self.words += sentence.target.len();
            self.entropy += output.weights.iter().map(|row| entropy(row)).sum::<f64>();
            self.looks += output.weights.len();
        }
        let mut metrics = Metrics::default();
        if within + 1 == parts {
            let at = *length as f64;
            metrics.push_at("bleu", at, self.bleu.score());
            metrics.push_at("exact", at, 100.0 * self.exact as f64 / SENTENCES as f64);
            metrics.push_at("align", at, 100.0 * self.aligned / self.words as f64);
            metrics.push_at("entropy", at, self.entropy / self.looks as f64);
            let model = self.model.clone();
            *self = Self::new(model);
        }
        let of = parts * LENGTHS.len();
        if part as usize + 1 == of {
            return (metrics, Progress::Done);
        }
        let progress = Progress::More {
            done: part + 1,
            of: of as u32,
        };
        (metrics, progress)
    }
}

/// The test sentences of a length: the same in every run.
fn sentences(grammar: &Grammar, length: usize) -> Vec<Sentence> {
    let mut rng = Rng::new(1000 + length as u64, "test sentences");
    (0..SENTENCES)
        .map(|_| grammar.draw(length, &mut rng))
        .collect()
}

/// Over the places of the right translation: those where the largest weight lies on the right source
/// word. Where k words share the largest weight, 1/k; a place that the output does not reach counts 0.
pub fn aligned(sentence: &Sentence, output: &Output) -> f64 {
    let places = sentence.from.iter().zip(&output.weights);
    places
        .map(|(gold, row)| {
            let top = row.iter().fold(f32::MIN, |m, w| m.max(*w));
            let first = row.iter().filter(|w| **w >= top - 1e-6).count();
            if row[*gold] >= top - 1e-6 {
                1.0 / first as f64
            } else {
                0.0
            }
        })
        .sum()
}

/// −Σ α·log₂ α, in bits: 0 where one word has all the weight, log₂ L where all have the same.
fn entropy(row: &[f32]) -> f64 {
    let terms = row.iter().map(|w| f64::from(*w)).filter(|w| *w > 0.0);
    -terms.map(|w| w * w.log2()).sum::<f64>()
}
