//! Looks inside, on the reader's own points.

use super::{
    decoding::{Answer, decode},
    delaunay::triples,
    geometry::{Point, places},
    model::Head,
    pictures,
    run::Run,
    spec,
    task::{Judgement, Problem, Task},
};
use lab::{
    Figure, Input, ProbeError, Rng,
    figure::{Colours, Heatmap, Table},
};

/// Renumberings tried.
const TRIES: usize = 20;
/// Different answers listed.
const LISTED: usize = 6;

/// The reader's points, and what the network makes of them; indices are the reader's.
pub struct Look {
    /// What is asked.
    pub task: Task,
    /// The points and the true answer.
    pub problem: Problem,
    /// The network's answer.
    pub answer: Answer,
    /// How it stands against the truth.
    pub judged: Judgement,
    /// The place of the end among the answers; what lies between the points and it are classes that
    /// no point has.
    pub end: usize,
}

impl Run {
    /// A look inside.
    ///
    /// # Errors
    /// If there is no such probe, or the points are too many, none, or no points of the square.
    pub fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        let drawn = input.iter().find_map(|i| match i {
            Input::Points(points) => Some(points.clone()),
            _ => None,
        });
        let points = drawn.unwrap_or_else(|| spec::example(self.task).to_vec());
        let most = spec::most(self.task);
        if points.len() > most {
            return Err(ProbeError(format!(
                "These are {} points; here a set has at most {most}. Delete some.",
                points.len()
            )));
        }
        let inside = |v: f32| (0.0..=1.0).contains(&v);
        if let Some(at) = points.iter().position(|p| !inside(p.0) || !inside(p.1)) {
            return Err(ProbeError(format!(
                "Point {} lies outside the square from 0 to 1. Drag it back in.",
                at + 1
            )));
        }
        let points: Vec<Point> = points
            .iter()
            .map(|p| (f64::from(p.0), f64::from(p.1)))
            .collect();
        match probe {
            "plane" => Ok(Figure::Stages(pictures::stages(&self.look(points)))),
            "attention" => self.attention(self.look(few(points)?)),
            "renumber" => self.renumber(few(points)?),
            _ => Err(ProbeError(format!("there is no probe “{probe}”"))),
        }
    }

    /// What the network makes of these points.
    fn look(&self, points: Vec<Point>) -> Look {
        let order = self.order.of(&points);
        let model = self.plain();
        let end = model.end(points.len());
        let mut answer = self
            .answers(std::slice::from_ref(&order), &points, true)
            .remove(0);
        // Sets of a point or two have nothing to ask.
        if points.len() < 3 {
            answer = Answer {
                row: (0..points.len()).collect(),
                ended: true,
                ..Answer::default()
            };
        } else {
            for step in &mut answer.steps {
                unsort(step, &order);
            }
            for step in &mut answer.attention {
                unsort(step, &order);
            }
        }
        let problem = Problem {
            truth: self.task.truth(&points),
            points,
        };
        Look {
            task: self.task,
            judged: self.task.judge(&problem, &answer.row, answer.ended),
            problem,
            answer,
            end,
        }
    }

    /// The answers when the points are read in these orders, in the points' own indices.
    fn answers(&self, orders: &[Vec<usize>], points: &[Point], look: bool) -> Vec<Answer> {
        let read: Vec<Vec<Point>> = orders
            .iter()
            .map(|order| order.iter().map(|i| points[*i]).collect())
            .collect();
        let sets: Vec<&[Point]> = read.iter().map(Vec::as_slice).collect();
        let mut answers = decode(&self.plain(), self.feed, &sets, self.task, self.rule, look);
        for (answer, order) in answers.iter_mut().zip(orders) {
            for i in &mut answer.row {
                *i = order.get(*i).copied().unwrap_or(*i);
            }
        }
        answers
    }

    fn attention(&self, look: Look) -> Result<Figure, ProbeError> {
        let n = look.problem.points.len();
        let blended = !look.answer.attention.is_empty();
        let shown = if blended {
            &look.answer.attention
        } else {
            &look.answer.steps
        };
        let (rows_of, label) = match &self.model.head {
            Head::Pointer(_) => (n + 1, "probability"),
            Head::Attention(_) => (n, "weight in the blend"),
            Head::Classes(_) => (look.end + 1, "probability of the class"),
        };
        let name = |k: usize| {
            if k == look.end {
                "end".to_owned()
            } else {
                (k + 1).to_string()
            }
        };
        let chosen = look.answer.row.iter().copied().chain([look.end]);
        let outlined = chosen
            .take(shown.len())
            .enumerate()
            .filter(|(_, k)| *k < rows_of)
            .map(|(row, k)| (row as u32, k as u32));
        Ok(Figure::Heatmap(Heatmap {
            rows_label: "step of the answer".into(),
            columns_label: "point".into(),
            rows: (1..=shown.len()).map(|s| s.to_string()).collect(),
            columns: (0..rows_of).map(name).collect(),
            values: shown.iter().flatten().copied().collect(),
            texts: Vec::new(),
            outlined: outlined.collect(),
            colours: Colours {
                label: label.into(),
                ..Colours::default()
            },
            choosable: false,
        }))
    }

    fn renumber(&self, points: Vec<Point>) -> Result<Figure, ProbeError> {
        let mut dice = Rng::new(10, "renumber");
        let mut orders = vec![(0..points.len()).collect::<Vec<usize>>()];
        for _ in 0..TRIES {
            let mut order = orders[0].clone();
            dice.shuffle(&mut order);
            orders.push(order);
        }
        // A network that sorts its points sorts them again.
        let orders: Vec<Vec<usize>> = orders
            .into_iter()
            .map(|order| {
                let moved: Vec<Point> = order.iter().map(|i| points[*i]).collect();
                self.order
                    .of(&moved)
                    .into_iter()
                    .map(|k| order[k])
                    .collect()
            })
            .collect();
        let answers = self.answers(&orders, &points, false);
        let problem = Problem {
            truth: self.task.truth(&points),
            points,
        };
        let mut counts: Vec<(String, usize, bool)> = Vec::new();
        let now = self.written(&problem, &answers[0]);
        for answer in &answers[1..] {
            let written = self.written(&problem, answer);
            match counts.iter_mut().find(|(w, ..)| *w == written) {
                Some((_, count, _)) => *count += 1,
                None => {
                    let judged = self.task.judge(&problem, &answer.row, answer.ended);
                    counts.push((written, 1, judged.exact));
                }
            }
        }
        let same = counts.iter().find(|(w, ..)| *w == now).map_or(0, |c| c.1);
        counts.sort_by_key(|c| std::cmp::Reverse(c.1));
        let listed = counts.into_iter().take(LISTED);
        let mut rows = vec![vec![
            "another answer than as numbered now".to_owned(),
            format!("{} of {TRIES}", TRIES - same),
            String::new(),
        ]];
        rows.extend(listed.map(|(written, count, right)| {
            let right = if right { "right" } else { "wrong" };
            vec![written, format!("{count} of {TRIES}"), right.to_owned()]
        }));
        Ok(Figure::Table(Table {
            head: ["Answer", "Renumberings", "Judged"]
                .map(String::from)
                .to_vec(),
            rows,
        }))
    }

    /// An answer in words that do not depend on where it begins.
    fn written(&self, problem: &Problem, answer: &Answer) -> String {
        let n = problem.points.len();
        let places = places(&problem.points);
        let mut row: Vec<usize> = answer
            .row
            .iter()
            .map(|i| places.get(*i).copied().unwrap_or(*i))
            .collect();
        let number = |i: &usize| (i + 1).to_string();
        let mut words = if self.task == Task::Triangles {
            let mut triangles = triples(n, &row);
            triangles.sort_unstable();
            triangles
                .iter()
                .map(|t| t.iter().map(number).collect::<Vec<_>>().join("-"))
                .collect::<Vec<_>>()
        } else {
            let first = (0..row.len()).min_by_key(|k| row[*k]).unwrap_or(0);
            row.rotate_left(first);
            if self.task == Task::Tour && n > 2 && row[1] > row[n - 1] {
                row[1..].reverse();
            }
            row.iter().map(number).collect()
        };
        if !answer.ended && self.task != Task::Tour {
            words.push("…".to_owned());
        }
        words.join(" ")
    }
}

/// Values by the points' places in the row as it was read, put back into the reader's order; what
/// stands behind the points stays.
fn unsort(values: &mut [f32], order: &[usize]) {
    let read = values.to_vec();
    for (k, &i) in order.iter().enumerate() {
        if let (Some(to), Some(from)) = (values.get_mut(i), read.get(k)) {
            *to = *from;
        }
    }
}

/// Points that something can be asked of.
fn few(points: Vec<Point>) -> Result<Vec<Point>, ProbeError> {
    if points.len() < 3 {
        return Err(ProbeError(
            "With fewer than three points there is nothing to choose. Add some in the plane."
                .to_owned(),
        ));
    }
    Ok(points)
}
