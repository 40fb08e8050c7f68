//! Looks inside: the answer on the reader's own points, pointer by pointer.

use super::{
    decode::{Decoded, decode},
    geometry::{self, Point, SAME},
    run::Run,
    task::{Task, triangles},
};
use lab::{
    Figure, Input, ProbeError, Rng,
    figure::{self, Colours, Heatmap, Path, Plane, Stage, Stages},
};

/// So many renumberings of the reader's points are tried.
const RENUMBERINGS: usize = 20;
/// The truth is ink, the answer has the arm's first colour, what is wrong in it the second.
const TRUTH: u32 = 0;
const ANSWER: u32 = 1;
const WRONG: u32 = 2;

impl Run {
    /// A look inside.
    ///
    /// # Errors
    /// If there is no such probe, or the points cannot be answered for.
    pub fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        let points: Vec<Point> = input
            .iter()
            .find_map(|input| match input {
                Input::Points(points) => Some(points),
                _ => None,
            })
            .map(|points| {
                points
                    .iter()
                    .map(|(x, y)| (f64::from(*x), f64::from(*y)))
                    .collect()
            })
            .unwrap_or_default();
        check(self.task, &points)?;
        let decoded = self.answer(&[&points], true).remove(0);
        match probe {
            "plane" => Ok(self.stages(&points, &decoded)),
            "attention" => attention(&points, &decoded),
            _ => Err(ProbeError(format!(
                "There is no look inside called “{probe}”"
            ))),
        }
    }

    fn answer(&self, sets: &[&[Point]], look: bool) -> Vec<Decoded> {
        decode(&self.plain(), self.task, self.lens, self.choice, sets, look)
    }

    fn stages(&self, points: &[Point], decoded: &Decoded) -> Figure {
        let right = self.task.answer(points);
        let given = decoded.answer.clone().unwrap_or_default();
        let whole = Stage {
            title: "The answer".into(),
            says: self.verdict(points, &right, decoded),
            lights: Vec::new(),
            figure: Figure::Plane(self.whole(points, &right, &given)),
        };
        let mut stages = vec![whole];
        for (t, chances) in decoded.chances.iter().enumerate() {
            let discs = decoded.attention.get(t);
            stages.push(Stage {
                title: format!("Step {}", t + 1),
                says: said(chances, given.get(t).copied(), points.len()),
                lights: Vec::new(),
                figure: Figure::Plane(self.step_plane(
                    points,
                    &given[..t.min(given.len())],
                    given.get(t),
                    discs,
                )),
            });
        }
        Figure::Stages(Stages {
            label: "Step".into(),
            stages,
            pick: None,
        })
    }

    /// In words: what was named, what it is worth, and whether numbering matters.
    fn verdict(&self, points: &[Point], right: &[usize], decoded: &Decoded) -> String {
        let Some(given) = &decoded.answer else {
            return "It names a class that stands for no point here. A layer of fixed size can name \
                    only what it was built for."
                .into();
        };
        let mark = self.task.mark(points, right, given);
        let names: Vec<String> = given.iter().map(|i| (i + 1).to_string()).collect();
        let sequence = if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(" → ")
        };
        let worth = match (self.task, mark.exact, mark.measure) {
            (Task::Hull, true, _) => "the right hull".into(),
            (Task::Hull, false, Some(area)) => {
                format!("a polygon with {:.1} % of the hull’s area", 100.0 * area)
            }
            (Task::Hull, false, None) => "no polygon".into(),
            (Task::Tour, true, _) => "the shortest tour".into(),
            (Task::Tour, false, Some(ratio)) => {
                format!(
                    "a tour {:.1} % longer than the shortest",
                    100.0 * (ratio - 1.0)
                )
            }
            (Task::Tour, false, None) => "no tour".into(),
            (Task::Triangles, true, _) => "the right triangles".into(),
            (Task::Triangles, false, found) => {
                format!(
                    "{:.0} % of the right triangles",
                    100.0 * found.unwrap_or(0.0)
                )
            }
        };
        let end = if decoded.ended {
            ""
        } else {
            " It did not end by itself."
        };
        let changed = self.changed(points, given);
        format!(
            "It names {sequence}: {worth}.{end} Numbered in {RENUMBERINGS} other ways, the same \
             points get another answer {changed} times.{}",
            degenerate(self.task, points)
        )
    }

    /// How many renumberings of the points change the answer.
    fn changed(&self, points: &[Point], given: &[usize]) -> usize {
        let mut dice = Rng::new(0, "renumbering");
        let orders: Vec<Vec<usize>> = (0..RENUMBERINGS)
            .map(|_| {
                let mut order: Vec<usize> = (0..points.len()).collect();
                dice.shuffle(&mut order);
                order
            })
            .collect();
        let sets: Vec<Vec<Point>> = orders
            .iter()
            .map(|order| order.iter().map(|i| points[*i]).collect())
            .collect();
        let sets: Vec<&[Point]> = sets.iter().map(Vec::as_slice).collect();
        let same = |(order, decoded): &(&Vec<usize>, Decoded)| {
            let Some(answer) = &decoded.answer else {
                return false;
            };
            let back: Vec<usize> = answer.iter().map(|i| order[*i]).collect();
            match self.task {
                Task::Hull => geometry::same_cycle(&back, given),
                Task::Tour => {
                    let mut turned = given.to_vec();
                    turned.reverse();
                    geometry::same_cycle(&back, given) || geometry::same_cycle(&back, &turned)
                }
                Task::Triangles => {
                    let (mut a, mut b) = (triangles(&back), triangles(given));
                    a.sort_unstable();
                    b.sort_unstable();
                    a == b
                }
            }
        };
        let answers = self.answer(&sets, false);
        orders
            .iter()
            .zip(answers)
            .filter(|pair| !same(pair))
            .count()
    }

    /// Truth and answer over one another.
    fn whole(&self, points: &[Point], right: &[usize], given: &[usize]) -> Plane {
        let mut paths = Vec::new();
        match self.task {
            Task::Hull | Task::Tour => {
                let (truth, answer) = match self.task {
                    Task::Hull => ("convex hull", "the network’s answer"),
                    _ => ("shortest tour", "the network’s tour"),
                };
                paths.push(Path {
                    arrows: true,
                    ..path(answer, ANSWER, points, given)
                });
                paths.push(Path {
                    dashed: true,
                    ..path(truth, TRUTH, points, right)
                });
            }
            Task::Triangles => {
                let (right, given) = (triangles(right), triangles(given));
                let drawn = |label, colour, t: &[usize; 3]| Path {
                    filled: true,
                    ..path(label, colour, points, t)
                };
                let (hits, misses): (Vec<_>, Vec<_>) =
                    given.iter().partition(|t| right.contains(t));
                paths.extend(
                    misses
                        .into_iter()
                        .map(|t| drawn("named, but no Delaunay triangle", WRONG, t)),
                );
                paths.extend(
                    hits.into_iter()
                        .map(|t| drawn("named, and right", ANSWER, t)),
                );
                paths.extend(right.iter().map(|t| Path {
                    dashed: true,
                    ..path("Delaunay triangles", TRUTH, points, t)
                }));
            }
        }
        plane(paths, points, None, None)
    }

    /// What is named before a step, and where the step looks.
    fn step_plane(
        &self,
        points: &[Point],
        before: &[usize],
        chosen: Option<&usize>,
        weights: Option<&Vec<f32>>,
    ) -> Plane {
        let mut paths = Vec::new();
        let way = |label, points, corners: &[usize]| Path {
            closed: false,
            arrows: true,
            ..path(label, ANSWER, points, corners)
        };
        if self.task == Task::Triangles {
            let drawn = |t: &[usize; 3]| Path {
                filled: true,
                ..path("triangles so far", ANSWER, points, t)
            };
            paths.extend(triangles(before).iter().map(drawn));
            let rest = &before[before.len() / 3 * 3..];
            paths.push(way("the one under way", points, rest));
        } else {
            paths.push(way("named so far", points, before));
        }
        plane(paths, points, chosen, weights)
    }
}

/// Points that cannot be answered for, and why.
fn check(task: Task, points: &[Point]) -> Result<(), ProbeError> {
    let refuse = |why: &str| Err(ProbeError(why.to_owned()));
    let fewest = if task == Task::Triangles { 3 } else { 1 };
    if points.len() < fewest {
        return refuse(match task {
            Task::Triangles => "A triangle needs three points: add some",
            _ => "There are no points: add some",
        });
    }
    if points.len() > most(task) {
        return Err(ProbeError(format!(
            "There are {} points; the exact answer is computed for at most {}: delete some",
            points.len(),
            most(task)
        )));
    }
    let inside = |v: f64| (0.0..=1.0).contains(&v);
    if !points.iter().all(|(x, y)| inside(*x) && inside(*y)) {
        return refuse("A point lies outside the unit square: drag it back");
    }
    Ok(())
}

/// The most points a reader may draw.
pub fn most(task: Task) -> usize {
    match task {
        Task::Hull => 20,
        Task::Tour => 12,
        Task::Triangles => 10,
    }
}

/// What is special about the points.
fn degenerate(task: Task, points: &[Point]) -> &'static str {
    let twice = (0..points.len()).any(|i| {
        points[..i]
            .iter()
            .any(|p| geometry::distance(*p, points[i]) < SAME)
    });
    let flat = geometry::hull(points).len() < 3;
    match (task, points.len() < 3, flat, twice) {
        (Task::Hull, true, ..) => {
            " Fewer than three points have no polygon: they are their own hull."
        }
        (Task::Hull, _, true, _) => {
            " All points lie on one line: its two ends are the hull, and it has no area."
        }
        (Task::Triangles, _, true, _) => " All points lie on one line: there is no triangle.",
        (_, _, _, true) => " Two points coincide: the one with the lower number answers for both.",
        _ => "",
    }
}

fn path(label: &str, colour: u32, points: &[Point], corners: &[usize]) -> Path {
    Path {
        label: label.into(),
        colour,
        points: corners.iter().map(|i| points[*i]).collect(),
        closed: true,
        ..Path::default()
    }
}

/// The unit square with the reader's points; `weights` are over the end and the points.
fn plane(
    paths: Vec<Path>,
    points: &[Point],
    chosen: Option<&usize>,
    weights: Option<&Vec<f32>>,
) -> Plane {
    let unit = || figure::Scale {
        range: Some((0.0, 1.0)),
        ..figure::Scale::default()
    };
    let points = points.iter().enumerate().map(|(i, (x, y))| {
        let weight = weights.and_then(|w| w.get(i + 1)).copied().unwrap_or(0.0);
        let at = format!("point {} at ({x:.2}, {y:.2})", i + 1);
        figure::Point {
            x: *x,
            y: *y,
            label: (i + 1).to_string(),
            note: match weights {
                Some(_) => format!("{at}, attention {weight:.2}"),
                None => at,
            },
            colour: ANSWER,
            weight: weight.clamp(0.0, 1.0),
            ringed: chosen == Some(&i),
            id: None,
        }
    });
    Plane {
        x: unit(),
        y: unit(),
        square: true,
        paths,
        points: points.collect(),
        editable: true,
        pick: None,
    }
}

/// A step in words.
fn said(chances: &[f32], chosen: Option<usize>, n: usize) -> String {
    let of = |position: usize| chances.get(position).copied().unwrap_or(0.0);
    match chosen {
        Some(point) => {
            let rival = (0..chances.len().min(n + 1))
                .filter(|p| *p != point + 1)
                .max_by(|a, b| of(*a).total_cmp(&of(*b)));
            let rival = rival.map_or(String::new(), |p| {
                let name = if p == 0 {
                    "the end".to_owned()
                } else {
                    format!("point {p}")
                };
                format!("; next to it {name} with {:.2}", of(p))
            });
            format!(
                "Point {} with probability {:.2}{rival}.",
                point + 1,
                of(point + 1)
            )
        }
        None => format!("The end, with probability {:.2}.", of(0)),
    }
}

/// Where each step looks.
fn attention(points: &[Point], decoded: &Decoded) -> Result<Figure, ProbeError> {
    if decoded.attention.is_empty() {
        return Err(ProbeError(
            "This network has no attention: there is nothing to show".into(),
        ));
    }
    let given = decoded.answer.clone().unwrap_or_default();
    let names = (1..=points.len()).map(|i| i.to_string());
    let order = |row: &Vec<f32>| [&row[1..], &row[..1]].concat();
    Ok(Figure::Heatmap(Heatmap {
        rows_label: "step of the answer".into(),
        columns_label: "point, and the end".into(),
        rows: (1..=decoded.attention.len())
            .map(|t| t.to_string())
            .collect(),
        columns: names.chain(["end".to_owned()]).collect(),
        values: decoded.attention.iter().flat_map(order).collect(),
        texts: Vec::new(),
        outlined: (0..decoded.attention.len())
            .map(|t| (t as u32, given.get(t).map_or(points.len(), |p| *p) as u32))
            .collect(),
        colours: Colours {
            label: "attention".into(),
            ..Colours::default()
        },
        choosable: false,
    }))
}
