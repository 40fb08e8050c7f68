//! Held-out sets, measured in parts of a few milliseconds.

use super::{
    decoding::{Feed, Rule, decode},
    geometry::Point,
    model::PointerModel,
    task::{Order, Problem, Task},
    tours::length,
};
use lab::{Metrics, Progress, Rng};

/// Sets of each size.
const SETS: usize = 300;
/// Sets answered, or drawn, in one part.
const PART: usize = 50;

/// The sizes measured.
pub fn sizes(task: Task) -> &'static [usize] {
    match task {
        Task::Hull => &[5, 10, 15, 20],
        Task::Tour => &[5, 8, 10, 12],
        Task::Triangles => &[5, 6, 8],
    }
}

/// Sets nobody trains on, the same throughout a run.
pub struct Tests {
    task: Task,
    order: Order,
    rng: Rng,
    sets: Vec<Problem>,
}

impl Tests {
    /// None drawn yet.
    pub fn new(task: Task, order: Order, rng: Rng) -> Self {
        Self {
            task,
            order,
            rng,
            sets: Vec::new(),
        }
    }

    /// Draws a part of them and works out their answers.
    pub fn prepare(&mut self) -> Progress {
        let all = SETS * sizes(self.task).len();
        for _ in self.sets.len()..(self.sets.len() + PART).min(all) {
            let n = sizes(self.task)[self.sets.len() / SETS];
            self.sets.push(self.task.draw(n, self.order, &mut self.rng));
        }
        if self.sets.len() == all {
            return Progress::Done;
        }
        Progress::More {
            done: (self.sets.len() / PART) as u32,
            of: (all / PART) as u32,
        }
    }
}

/// Sums over the sets of one size.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    exact: u32,
    valid: u32,
    share: f64,
    length: f64,
    best: f64,
}

/// A measurement on its way.
pub struct Evaluation {
    model: PointerModel,
    sums: Sums,
}

impl Evaluation {
    /// Nothing measured yet; the model as it is now.
    pub fn new(model: PointerModel) -> Self {
        Self {
            model,
            sums: Sums::default(),
        }
    }

    /// The next part; the metrics of a size when all its sets have been answered.
    pub fn part(
        &mut self,
        tests: &Tests,
        feed: Feed,
        rule: Rule,
        part: u32,
    ) -> (Metrics, Progress) {
        let parts = tests.sets.len() / PART;
        let from = part as usize * PART;
        let Some(problems) = tests.sets.get(from..from + PART) else {
            return (Metrics::default(), Progress::Done);
        };
        let sets: Vec<&[Point]> = problems.iter().map(|p| &p.points[..]).collect();
        let answers = decode(&self.model, feed, &sets, tests.task, rule, false);
        for (problem, answer) in problems.iter().zip(&answers) {
            let judged = tests.task.judge(problem, &answer.row, answer.ended);
            self.sums.exact += u32::from(judged.exact);
            self.sums.valid += u32::from(judged.valid);
            self.sums.share += judged.share;
            if tests.task == Task::Tour {
                self.sums.length += length(&problem.points, &answer.row);
                self.sums.best += length(&problem.points, &problem.truth);
            }
        }
        let mut metrics = Metrics::default();
        if (from + PART).is_multiple_of(SETS) {
            let sums = std::mem::take(&mut self.sums);
            sums.report(tests.task, problems[0].points.len(), &mut metrics);
        }
        if part as usize + 1 == parts {
            return (metrics, Progress::Done);
        }
        let progress = Progress::More {
            done: part + 1,
            of: parts as u32,
        };
        (metrics, progress)
    }
}

impl Sums {
    fn report(self, task: Task, n: usize, metrics: &mut Metrics) {
        let n = n as f64;
        let percent = |of: f64| 100.0 * of / SETS as f64;
        match task {
            Task::Hull => {
                metrics.push_at("exact", n, percent(f64::from(self.exact)));
                // Over the valid ones only, as in the paper; without any, nothing is covered.
                let valid = f64::from(self.valid.max(1));
                metrics.push_at("area", n, 100.0 * self.share / valid);
                metrics.push_at("fail", n, 100.0 - percent(f64::from(self.valid)));
            }
            Task::Tour => {
                metrics.push_at("ratio", n, self.length / self.best);
                metrics.push_at("length", n, self.length / SETS as f64);
                metrics.push_at("exact", n, percent(f64::from(self.exact)));
            }
            Task::Triangles => {
                metrics.push_at("exact", n, percent(f64::from(self.exact)));
                metrics.push_at("triangles", n, percent(self.share));
            }
        }
    }
}
