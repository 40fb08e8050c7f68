//! Writing a translation: the likeliest word at every step, or a beam of beginnings.

use super::{
    language::{BEGIN, CLASSES, END},
    model::Translator,
};
use burn::tensor::{Tensor, TensorData};
use nn::store;
use std::collections::BTreeMap;

/// What was written for one sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// Words, without the end.
    pub words: Vec<usize>,
    /// αᵢ of every step, that of the end among them.
    pub weights: Vec<Vec<f32>>,
    /// Σ ln p
    pub log_p: f64,
    /// Whether it came to its end within the limit.
    pub ended: bool,
}

/// Writes translations of sentences of one length, at most `limit` words each; at the steps named in
/// `forced` all attention is put on one source word.
pub fn greedy(
    model: &Translator,
    sentences: &[&[usize]],
    limit: usize,
    forced: &BTreeMap<usize, usize>,
) -> Vec<Output> {
    let read = model.read(sentences, false);
    let mut state = read.state.clone();
    let mut last = vec![BEGIN; sentences.len()];
    let mut outputs = vec![Output::default(); sentences.len()];
    for t in 0..=limit {
        let (scores, step) = model.advance(&read, &last, state, forced.get(&t).copied());
        state = step.state;
        let (scores, weights) = (store::values(scores), store::values(step.weights));
        let length = sentences[0].len();
        for (b, output) in outputs.iter_mut().enumerate().filter(|(_, o)| !o.ended) {
            let log_p = log_softmax(&scores[b * CLASSES..(b + 1) * CLASSES]);
            let best = best(&log_p);
            output.log_p += log_p[best];
            output
                .weights
                .push(weights[b * length..(b + 1) * length].to_vec());
            output.ended = best == END;
            if !output.ended {
                output.words.push(best);
            }
            last[b] = best;
        }
        if outputs.iter().all(|o| o.ended) {
            break;
        }
    }
    outputs
}

/// The first of the largest.
fn best(values: &[f64]) -> usize {
    (0..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

fn log_softmax(scores: &[f32]) -> Vec<f64> {
    let top = scores.iter().fold(f32::MIN, |m, v| m.max(*v));
    let sum: f64 = scores.iter().map(|v| f64::from(v - top).exp()).sum();
    scores
        .iter()
        .map(|v| f64::from(v - top) - sum.ln())
        .collect()
}

/// A beginning that a beam looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The beginning it goes on from, by its place in [`Tree`].
    pub parent: Option<usize>,
    /// Its last word.
    pub word: usize,
    /// Words so far.
    pub depth: usize,
    /// Σ ln p
    pub log_p: f64,
    /// Whether it was kept.
    pub kept: bool,
}

/// Everything a beam kept, and the best of what it did not.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Parents before their children.
    pub branches: Vec<Branch>,
    /// The last branch of the answer.
    pub answer: Option<usize>,
}

impl Tree {
    /// The words on the way to a branch.
    pub fn path(&self, branch: Option<usize>) -> Vec<usize> {
        let mut words = Vec::new();
        let mut at = branch;
        while let Some(i) = at {
            words.push(self.branches[i].word);
            at = self.branches[i].parent;
        }
        words.reverse();
        words
    }
}

// region: beam-search
/// Keeps the `width` likeliest beginnings, `steps` words long at most. `advance` gets the last word
/// of each (none at first) and its state, and gives the next state and ln p of every word. Finished
/// ones leave the beam and are ranked against each other; the search stops when the best of them is
/// likelier than every beginning still open, which can only lose by going on.
pub fn beam<S: Clone>(
    start: S,
    width: usize,
    steps: usize,
    end: usize,
    mut advance: impl FnMut(&[(Option<usize>, S)]) -> Vec<(S, Vec<f64>)>,
) -> Tree {
    let mut tree = Tree::default();
    let mut open = vec![(None::<usize>, 0.0f64, start)];
    let mut done: Option<(usize, f64)> = None;
    for depth in 1..=steps {
        let asked: Vec<_> = open
            .iter()
            .map(|(at, _, state)| (at.map(|i| tree.branches[i].word), state.clone()))
            .collect();
        let answers = advance(&asked);
        let mut longer = Vec::new();
        for (i, (_, log_p)) in answers.iter().enumerate() {
            longer.extend(log_p.iter().enumerate().map(|(w, p)| (i, w, open[i].1 + p)));
        }
        longer.sort_by(|a, b| b.2.total_cmp(&a.2));
        let mut next = Vec::new();
        for (rank, (i, word, log_p)) in longer.into_iter().take(width + 2).enumerate() {
            let kept = rank < width;
            tree.branches.push(Branch {
                parent: open[i].0,
                word,
                depth,
                log_p,
                kept,
            });
            let at = tree.branches.len() - 1;
            if kept && word == end {
                if done.is_none_or(|(_, best)| log_p > best) {
                    done = Some((at, log_p));
                }
            } else if kept {
                next.push((Some(at), log_p, answers[i].0.clone()));
            }
        }
        open = next;
        let Some((_, first, _)) = open.first() else {
            break;
        };
        if done.is_some_and(|(_, best)| best >= *first) {
            break;
        }
    }
    let unfinished = open.first().and_then(|(at, ..)| *at);
    tree.answer = done.map(|(at, _)| at).or(unfinished);
    tree
}
// endregion: beam-search

/// The beam of one sentence.
pub fn beam_of(model: &Translator, sentence: &[usize], width: usize, limit: usize) -> Tree {
    let read = model.read(&vec![sentence; width], false);
    let hidden = model.decoder.hidden();
    let start = store::values(read.state.clone())[..hidden].to_vec();
    beam(start, width, limit + 1, END, |open| {
        // Always `width` rows: what is not open repeats the first.
        let row = |b: usize| open.get(b).unwrap_or(&open[0]);
        let last: Vec<usize> = (0..width).map(|b| row(b).0.unwrap_or(BEGIN)).collect();
        let states: Vec<f32> = (0..width).flat_map(|b| row(b).1.clone()).collect();
        let states = Tensor::from_data(TensorData::new(states, [width, hidden]), &nn::plain());
        let (scores, step) = model.advance(&read, &last, states, None);
        let (scores, states) = (store::values(scores), store::values(step.state));
        (0..open.len())
            .map(|b| {
                let state = states[b * hidden..(b + 1) * hidden].to_vec();
                (state, log_softmax(&scores[b * CLASSES..(b + 1) * CLASSES]))
            })
            .collect()
    })
}
