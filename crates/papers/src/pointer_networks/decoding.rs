//! Reading an answer off a model, one point after another.

use super::{
    geometry::Point,
    model::{PointerModel, rows},
    task::Task,
};
use burn::tensor::Tensor;
use nn::store;

/// The map from a point to what the networks read.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// Every coordinate is multiplied by it …
    pub scale: f64,
    /// … after this was taken off.
    pub middle: f64,
}

/// Which answers may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Any, again and again.
    Free,
    /// Those not yet given.
    Distinct,
    /// Every point once, then the end.
    Tour,
}

/// What was answered to one set.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The answers before the end: indices of points, or of classes that no point has.
    pub row: Vec<usize>,
    /// It came to its own end.
    pub ended: bool,
    /// The probabilities of all answers, at every step.
    pub steps: Vec<Vec<f32>>,
    /// The weights of the attention, at every step; none without it.
    pub attention: Vec<Vec<f32>>,
}

impl Feed {
    /// Points of one step after another, as they are read.
    pub fn of(self, points: impl Iterator<Item = Point>) -> Vec<f32> {
        let one = |x: f64| (self.scale * (x - self.middle)) as f32;
        points.flat_map(|p| [one(p.0), one(p.1)]).collect()
    }

    /// Sets of equally many points, time-major.
    pub fn sets(self, sets: &[&[Point]]) -> Vec<f32> {
        let n = sets.first().map_or(0, |s| s.len());
        self.of((0..n).flat_map(|i| sets.iter().map(move |s| s[i])))
    }
}

/// Answers to sets of equally many points, greedily, on the plain device. `look` keeps what went on.
///
/// An answer ends when the end is named, when a class is named that no point has, or when it is longer
/// than any right answer can be.
pub fn decode(
    model: &PointerModel,
    feed: Feed,
    sets: &[&[Point]],
    task: Task,
    rule: Rule,
    look: bool,
) -> Vec<Answer> {
    let (batch, n) = (sets.len(), sets.first().map_or(0, |s| s.len()));
    let mut answers = vec![Answer::default(); batch];
    if n == 0 {
        return answers;
    }
    let end = model.end(n);
    let read = model.read(rows(feed.sets(sets), false), batch);
    let mut state = read.state.clone();
    let mut fed: Tensor<2> = model.go.val().repeat_dim(0, batch);
    let mut open = vec![true; batch];
    for _ in 0..=task.longest(n) {
        state = model.decoder.step(fed, state);
        let (scores, weights) = model.answer(state.h.clone(), &read);
        let width = scores.dims()[1];
        let scores = store::values(scores);
        let weights = weights.filter(|_| look).map(store::values);
        let mut next = vec![(0.0, 0.0); batch];
        for (b, answer) in answers.iter_mut().enumerate() {
            if !open[b] {
                continue;
            }
            let scores = &scores[b * width..(b + 1) * width];
            let allowed = |k: usize| rule.allows(k, &answer.row, n, end);
            let chosen = best(scores, allowed);
            if look {
                answer.steps.push(probabilities(scores, allowed));
                if let Some(weights) = &weights {
                    answer.attention.push(weights[b * n..(b + 1) * n].to_vec());
                }
            }
            match chosen {
                Some(k) if k != end => {
                    answer.row.push(k);
                    open[b] = k < n && answer.row.len() <= task.longest(n);
                    next[b] = sets[b].get(k).copied().unwrap_or_default();
                }
                _ => {
                    answer.ended = true;
                    open[b] = false;
                }
            }
        }
        if !open.contains(&true) {
            break;
        }
        fed = rows(feed.of(next.into_iter()), false);
    }
    if rule == Rule::Tour {
        // What has no name is visited last, in the order in which it was drawn.
        for answer in &mut answers {
            let left: Vec<usize> = (0..n).filter(|i| !answer.row.contains(i)).collect();
            answer.row.extend(left);
        }
    }
    answers
}

impl Rule {
    fn allows(self, answer: usize, row: &[usize], n: usize, end: usize) -> bool {
        match self {
            Self::Free => true,
            Self::Distinct => !row.contains(&answer),
            Self::Tour if answer == end => row.len() >= n.min(end),
            Self::Tour => answer < n && !row.contains(&answer),
        }
    }
}

/// The highest score among those allowed; the first of equals.
fn best(scores: &[f32], allowed: impl Fn(usize) -> bool) -> Option<usize> {
    let mut best: Option<usize> = None;
    for k in (0..scores.len()).filter(|k| allowed(*k)) {
        if best.is_none_or(|b| scores[k] > scores[b]) {
            best = Some(k);
        }
    }
    best
}

/// The softmax over those allowed.
fn probabilities(scores: &[f32], allowed: impl Fn(usize) -> bool) -> Vec<f32> {
    let at = |k: usize| {
        if allowed(k) {
            scores[k]
        } else {
            f32::NEG_INFINITY
        }
    };
    let top = (0..scores.len()).map(at).fold(f32::NEG_INFINITY, f32::max);
    if !top.is_finite() {
        return vec![0.0; scores.len()];
    }
    let raised: Vec<f32> = (0..scores.len()).map(|k| (at(k) - top).exp()).collect();
    let sum: f32 = raised.iter().sum();
    raised.into_iter().map(|p| p / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_allow_what_they_say() {
        let row = [2, 0];
        let allowed = |rule: Rule, end| -> Vec<usize> {
            (0..=end)
                .filter(|k| rule.allows(*k, &row, 4, end))
                .collect()
        };
        assert_eq!(allowed(Rule::Free, 4), [0, 1, 2, 3, 4]);
        assert_eq!(allowed(Rule::Distinct, 4), [1, 3, 4]);
        assert_eq!(allowed(Rule::Tour, 4), [1, 3]);
        assert_eq!(allowed(Rule::Tour, 6), [1, 3], "classes that no point has");
        assert_eq!(
            allowed(Rule::Tour, 2),
            [1, 2],
            "as far as there are classes"
        );
    }

    #[test]
    fn the_softmax_is_over_what_is_allowed() {
        let p = probabilities(&[1.0, 9.0, 1.0], |k| k != 1);
        assert_eq!(p, [0.5, 0.0, 0.5]);
        assert_eq!(best(&[1.0, 9.0, 2.0], |k| k != 1), Some(2));
        assert_eq!(best(&[1.0], |_| false), None);
        assert_eq!(probabilities(&[1.0], |_| false), [0.0]);
    }

    #[test]
    fn points_are_fed_set_by_set_within_a_step() {
        let feed = Feed {
            scale: 4.0,
            middle: 0.5,
        };
        let (a, b) = ([(0.0, 1.0), (0.5, 0.25)], [(1.0, 1.0), (0.5, 0.5)]);
        assert_eq!(
            feed.sets(&[&a, &b]),
            [-2.0, 2.0, 2.0, 2.0, 0.0, -1.0, 0.0, 0.0]
        );
    }
}
