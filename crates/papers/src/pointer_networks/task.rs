//! What is asked of the network: the answer to a set of points as a sequence of pointers, and what
//! an answer is worth.

use super::{
    delaunay::{Triangle, delaunay},
    geometry::{self, Point},
    tour,
};
use lab::Rng;

/// What an answer is a sequence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// The corners of the convex hull, then the end (§3.1).
    Hull,
    /// The shortest tour, a point at a time; its end needs no sign (§3.3).
    Tour,
    /// The Delaunay triangles, three points each, then the end (§3.2).
    Triangles,
}

/// How the points are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// At random, as they were drawn.
    Drawn,
    /// From left to right.
    ByX,
    /// By angle round their middle.
    ByAngle,
}

/// Points and the answer to learn.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The points, in the unit square.
    pub points: Vec<Point>,
    /// The sequence of indices.
    pub answer: Vec<usize>,
}

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// It is the right answer: for a hull up to where it begins, for triangles as a set.
    pub exact: bool,
    /// Hull: the polygon's area as a share of the hull's; `None` if it is no simple polygon.
    /// Tour: its length over the shortest. Triangles: the share of the true ones found.
    pub measure: Option<f64>,
}

impl Task {
    /// Whether the answer has a sign for its end.
    pub fn ends(self) -> bool {
        self != Self::Tour
    }

    /// The longest answer of `n` points, without its end: what decoding stops at.
    pub fn longest(self, n: usize) -> usize {
        match self {
            Self::Hull | Self::Tour => n,
            Self::Triangles => 3 * (2 * n.max(3) - 5),
        }
    }

    /// The right answer.
    pub fn answer(self, points: &[Point]) -> Vec<usize> {
        match self {
            Self::Hull => geometry::hull(points),
            Self::Tour => tour::shortest(points),
            Self::Triangles => delaunay(points).concat(),
        }
    }

    /// `n` points, uniform in the unit square, with their answer; a hull's begins at a random
    /// corner if `anywhere`.
    pub fn example(self, n: usize, order: Order, anywhere: bool, rng: &mut Rng) -> Example {
        let mut points: Vec<Point> = (0..n).map(|_| (rng.unit(), rng.unit())).collect();
        let angle = |p: &Point| (p.1 - 0.5).atan2(p.0 - 0.5);
        match order {
            Order::Drawn => {}
            Order::ByX => points.sort_by(|a, b| a.0.total_cmp(&b.0)),
            Order::ByAngle => points.sort_by(|a, b| angle(a).total_cmp(&angle(b))),
        }
        let mut answer = self.answer(&points);
        if anywhere && self == Self::Hull {
            let by = rng.below(answer.len());
            answer.rotate_left(by);
        }
        Example { points, answer }
    }

    /// What `given` is worth against the right answer.
    pub fn mark(self, points: &[Point], right: &[usize], given: &[usize]) -> Mark {
        match self {
            Self::Hull => Mark {
                exact: geometry::same_cycle(given, right),
                measure: geometry::is_simple(points, given)
                    .then(|| geometry::area(points, given) / geometry::area(points, right)),
            },
            Self::Tour => {
                let ratio = tour::length(points, given) / tour::length(points, right);
                let all = (0..points.len()).all(|i| given.contains(&i));
                Mark {
                    exact: all && ratio < 1.0 + 1e-9,
                    measure: all.then_some(ratio),
                }
            }
            Self::Triangles => {
                let (given, right) = (triangles(given), triangles(right));
                let found = right.iter().filter(|t| given.contains(t)).count();
                Mark {
                    exact: found == right.len() && given.len() == right.len(),
                    measure: (!right.is_empty()).then(|| found as f64 / right.len() as f64),
                }
            }
        }
    }
}

/// A sequence of pointers as triangles; a rest of one or two is none.
pub fn triangles(sequence: &[usize]) -> Vec<Triangle> {
    let mut found: Vec<Triangle> = Vec::new();
    for corners in sequence.chunks_exact(3) {
        let mut corners = [corners[0], corners[1], corners[2]];
        corners.sort_unstable();
        if !found.contains(&corners) {
            found.push(corners);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_answer_is_right_and_a_missed_corner_is_not() {
        let mut rng = Rng::new(3, "task");
        for _ in 0..50 {
            let Example { points, answer } = Task::Hull.example(8, Order::Drawn, true, &mut rng);
            let right = Task::Hull.answer(&points);
            let mark = Task::Hull.mark(&points, &right, &answer);
            assert!(mark.exact && (mark.measure.unwrap() - 1.0).abs() < 1e-12);
            if answer.len() > 3 {
                let mark = Task::Hull.mark(&points, &right, &answer[1..]);
                assert!(!mark.exact && mark.measure.unwrap() < 1.0);
            }
            let twice = [&answer[..], &answer[..1]].concat();
            assert_eq!(Task::Hull.mark(&points, &right, &twice).measure, None);
        }
    }

    #[test]
    fn tours_and_triangles_are_marked_by_what_they_cover() {
        let mut rng = Rng::new(4, "task");
        let Example { points, answer } = Task::Tour.example(6, Order::Drawn, false, &mut rng);
        assert!(Task::Tour.mark(&points, &answer, &answer).exact);
        let mut backwards = answer.clone();
        backwards.reverse();
        assert!(
            Task::Tour.mark(&points, &answer, &backwards).exact,
            "either sense"
        );
        assert_eq!(
            Task::Tour.mark(&points, &answer, &answer[1..]).measure,
            None
        );
        let Example { points, answer } = Task::Triangles.example(5, Order::Drawn, false, &mut rng);
        let half = Task::Triangles.mark(&points, &answer, &answer[3..]);
        let count = (answer.len() / 3) as f64;
        assert!(!half.exact && (half.measure.unwrap() - (count - 1.0) / count).abs() < 1e-12);
    }
}
