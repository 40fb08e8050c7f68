//! Answers: greedy decoding of many sets at once, on the plain device.

use super::{
    geometry::Point,
    model::{Lens, PointerNet},
    task::Task,
};
use burn::tensor::{Tensor, TensorData, activation::softmax};
use nn::{plain, store};

/// How the next element is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The likeliest.
    Greedy,
    /// The likeliest of those not yet chosen. (A tour is always decoded so: without it, a mean
    /// length over valid tours would be one over the easy ones.)
    NoRepeats,
}

/// One decoded answer, step by step.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The indices named; `None` if one of them does not exist: a class beyond the last point.
    pub answer: Option<Vec<usize>>,
    /// Whether it ended by itself.
    pub ended: bool,
    /// At every step, over the end and the points: the attention; empty in the plain model.
    pub attention: Vec<Vec<f32>>,
    /// At every step, over the end and the points (or classes): the probability of the answer.
    pub chances: Vec<Vec<f32>>,
}

/// Decodes sets of equally many points; `look` keeps the distributions.
pub fn decode(
    model: &PointerNet,
    task: Task,
    lens: Lens,
    choice: Choice,
    sets: &[&[Point]],
    look: bool,
) -> Vec<Decoded> {
    let batch = sets.len();
    let n = sets.iter().map(|set| set.len()).min().unwrap_or(0);
    if n == 0 {
        return vec![Decoded::default(); batch];
    }
    let memory = model.encode(lens.sets(sets.iter().copied(), &plain()));
    let mut state = memory.last.clone();
    let mut input = model.nothing(batch);
    let mut answers: Vec<Option<Vec<usize>>> = vec![Some(Vec::new()); batch];
    let mut open = vec![true; batch];
    let mut decoded = vec![Decoded::default(); batch];
    let (limit, once) = (
        task.longest(n),
        task == Task::Tour || choice == Choice::NoRepeats,
    );
    let steps = limit + usize::from(task.ends());
    for _ in 0..steps {
        let (scores, after) = model.step(&memory, input, state);
        let positions = scores.dims()[1];
        if look {
            let rows = |t: Tensor<2>| -> Vec<Vec<f32>> {
                let width = t.dims()[1];
                store::values(t)
                    .chunks_exact(width)
                    .map(<[f32]>::to_vec)
                    .collect()
            };
            let attention = model.attention(&memory, &after).map(rows);
            let chances = rows(softmax(scores.clone(), 1));
            for b in (0..batch).filter(|b| open[*b]) {
                decoded[b].chances.push(chances[b].clone());
                decoded[b]
                    .attention
                    .extend(attention.as_ref().map(|a| a[b].clone()));
            }
        }
        let scores = store::values(scores);
        let mut next = vec![[0.0f32; 2]; batch];
        for b in 0..batch {
            let Some(answer) = answers[b].as_mut().filter(|_| open[b]) else {
                continue;
            };
            let row = &scores[b * positions..(b + 1) * positions];
            let free = |p: &usize| match p.checked_sub(1) {
                None => task.ends(),
                Some(point) => {
                    !(once && answer.contains(&point)) && (task != Task::Tour || point < n)
                }
            };
            let best = (0..positions)
                .filter(free)
                .max_by(|p, q| row[*p].total_cmp(&row[*q]));
            match best.map(|p| p.checked_sub(1)) {
                None | Some(None) => {
                    open[b] = false;
                    decoded[b].ended = true;
                }
                Some(Some(point)) if point < n && answer.len() < limit => {
                    answer.push(point);
                    next[b] = lens.see(sets[b][point]);
                }
                Some(Some(point)) => {
                    open[b] = false;
                    if point >= n {
                        answers[b] = None;
                    }
                }
            }
        }
        if !open.iter().any(|o| *o) {
            break;
        }
        input = Tensor::from_data(TensorData::new(next.concat(), [batch, 2]), &plain());
        state = after;
    }
    for (decoded, answer) in decoded.iter_mut().zip(answers) {
        decoded.ended |= !task.ends();
        decoded.answer = answer;
    }
    decoded
}
