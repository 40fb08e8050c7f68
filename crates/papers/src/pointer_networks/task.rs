//! Three questions about a set of points, their answers as rows of indices, and how answers are judged.

use super::{
    delaunay::{self, delaunay},
    geometry::{Point, area, distance, hull, places, simple},
    tours::{held_karp, length},
};
use lab::Rng;

/// A question about a set of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Its convex hull, counter-clockwise.
    Hull,
    /// The shortest round trip.
    Tour,
    /// Its Delaunay triangulation, three indices a triangle.
    Triangles,
}

/// In which order the points are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they are drawn.
    Drawn,
    /// From left to right.
    ByX,
    /// Counter-clockwise about their mean.
    ByAngle,
}

/// A set of points with its answer.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The points, as they are read.
    pub points: Vec<Point>,
    /// The answer.
    pub truth: Vec<usize>,
}

/// How an answer stands against the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// It is right, in any of the ways in which it can be written.
    pub exact: bool,
    /// A hull: a polygon that does not cross itself. A tour: through every point once. Triangles: all
    /// of them have three corners.
    pub valid: bool,
    /// A hull: its area over the true one. A tour: its length over the shortest. Triangles: the share
    /// of the true ones found. 0 where there is nothing to compare.
    pub share: f64,
}

impl Task {
    /// The true answer.
    pub fn truth(self, points: &[Point]) -> Vec<usize> {
        match self {
            Self::Hull => hull(points),
            Self::Tour => held_karp(points),
            Self::Triangles => delaunay(points).concat(),
        }
    }

    /// The longest answer there can be, its end not counted.
    pub fn longest(self, points: usize) -> usize {
        match self {
            Self::Hull | Self::Tour => points,
            Self::Triangles => 3 * (2 * points).saturating_sub(5),
        }
    }

    /// A set of `n` points, uniform in the unit square, and its answer.
    pub fn draw(self, n: usize, order: Order, rng: &mut Rng) -> Problem {
        let drawn: Vec<Point> = (0..n).map(|_| (rng.unit(), rng.unit())).collect();
        let points: Vec<Point> = order.of(&drawn).iter().map(|i| drawn[*i]).collect();
        Problem {
            truth: self.truth(&points),
            points,
        }
    }

    /// Holds an answer against the truth; `ended` says that it came to its own end.
    pub fn judge(self, problem: &Problem, answer: &[usize], ended: bool) -> Judgement {
        let points = &problem.points;
        let truth = &problem.truth;
        let named = ended && answer.iter().all(|i| *i < points.len());
        match self {
            Self::Hull => {
                let valid = named && simple(points, answer);
                let whole = area(points, truth);
                Judgement {
                    exact: named && rotation(points, truth, answer),
                    valid,
                    share: if valid && whole > 0.0 {
                        area(points, answer).abs() / whole
                    } else {
                        0.0
                    },
                }
            }
            Self::Tour => {
                let mut sorted = answer.to_vec();
                sorted.sort_unstable();
                let valid = sorted.into_iter().eq(0..points.len());
                let best = length(points, truth);
                let share = if valid && best > 0.0 {
                    length(points, answer) / best
                } else {
                    0.0
                };
                Judgement {
                    exact: valid && length(points, answer) <= best + 1e-9,
                    valid,
                    share,
                }
            }
            Self::Triangles => {
                let triangles = delaunay::triples(points.len(), answer);
                let want = delaunay::triples(points.len(), truth);
                let found = delaunay::found(points, &want, &triangles);
                let valid = named && answer.len().is_multiple_of(3);
                Judgement {
                    exact: valid && delaunay::right(points, &triangles),
                    valid,
                    share: found as f64 / want.len().max(1) as f64,
                }
            }
        }
    }
}

/// Whether two rows name the same places in the same direction, from wherever they begin.
fn rotation(points: &[Point], truth: &[usize], answer: &[usize]) -> bool {
    let n = truth.len();
    let places = places(points);
    let same = |k: usize| (0..n).all(|i| places[answer[i]] == places[truth[(i + k) % n]]);
    n == answer.len() && (n == 0 || (0..n).any(same))
}

impl Order {
    /// The indices of the points in this order.
    pub fn of(self, points: &[Point]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..points.len()).collect();
        let n = points.len().max(1) as f64;
        let centre = points
            .iter()
            .fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
        match self {
            Self::Drawn => {}
            Self::ByX => order.sort_by(|a, b| points[*a].0.total_cmp(&points[*b].0)),
            Self::ByAngle => {
                let angle = |i: &usize| {
                    let p = points[*i];
                    if distance(p, centre) == 0.0 {
                        0.0
                    } else {
                        (p.1 - centre.1).atan2(p.0 - centre.0)
                    }
                };
                order.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(task: Task) -> Problem {
        let points = vec![(0.0, 0.0), (1.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.0, 1.0)];
        let truth = task.truth(&points);
        Problem { points, truth }
    }

    #[test]
    fn hulls_are_judged_up_to_rotation() {
        let judge = |answer: &[usize]| Task::Hull.judge(&square(Task::Hull), answer, true);
        for right in [[0, 1, 3, 4], [3, 4, 0, 1]] {
            assert_eq!(
                judge(&right),
                Judgement {
                    exact: true,
                    valid: true,
                    share: 1.0
                }
            );
        }
        assert!(!judge(&[4, 3, 1, 0]).exact, "clockwise");
        assert_eq!(
            judge(&[0, 1, 3]),
            Judgement {
                exact: false,
                valid: true,
                share: 0.5
            }
        );
        for bad in [&[0, 3, 1, 4][..], &[0, 1, 3, 9], &[], &[0, 1]] {
            assert_eq!(
                judge(bad),
                Judgement {
                    exact: false,
                    valid: false,
                    share: 0.0
                }
            );
        }
        let unended = Task::Hull.judge(&square(Task::Hull), &[0, 1, 3, 4], false);
        assert!(!unended.exact && !unended.valid);
    }

    #[test]
    fn tours_and_triangles_are_judged() {
        let tour = square(Task::Tour);
        let judge = |answer: &[usize]| Task::Tour.judge(&tour, answer, true);
        assert!(judge(&tour.truth).exact && judge(&tour.truth).share == 1.0);
        assert!(judge(&[0, 3, 2, 4, 1]).share > 1.0 && !judge(&[0, 1, 2, 3]).valid);
        let triangles = square(Task::Triangles);
        let judge = |answer: &[usize]| Task::Triangles.judge(&triangles, answer, true);
        assert!(judge(&triangles.truth).exact);
        assert_eq!(judge(&triangles.truth[..3]).share, 0.25);
        let extra = [triangles.truth.clone(), vec![0]].concat();
        assert!(!judge(&extra).exact);
    }

    #[test]
    fn orders_are_orders() {
        let points = square(Task::Hull).points;
        assert_eq!(Order::Drawn.of(&points), [0, 1, 2, 3, 4]);
        assert_eq!(Order::ByX.of(&points), [0, 4, 2, 1, 3]);
        assert_eq!(Order::ByAngle.of(&points), [0, 1, 2, 3, 4]);
    }
}
