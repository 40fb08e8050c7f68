//! Convex hulls and polygons, in f64. Points a reader drags coincide, lie on one line, or are only
//! two: each case has an answer here.

/// A point of the plane.
pub type Point = (f64, f64);

/// Points closer than this are one point.
pub const SAME: f64 = 1e-6;

/// Twice the signed area of the triangle a, b, c: positive if it turns left.
pub fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

// region: hull-truth
/// The corners of the convex hull, counter-clockwise, from the corner of lowest index (Andrew's
/// monotone chain, 1979). A point inside an edge is no corner; of coincident points the lowest index
/// answers; of points on one line the two ends do.
pub fn hull(points: &[Point]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len())
        .filter(|i| (0..*i).all(|j| distance(points[*i], points[j]) >= SAME))
        .collect();
    order.sort_by(|a, b| {
        points[*a]
            .0
            .total_cmp(&points[*b].0)
            .then(points[*a].1.total_cmp(&points[*b].1))
    });
    if order.len() > 2 {
        let mut corners = chain(points, order.iter().copied());
        let upper = chain(points, order.iter().rev().copied());
        // Each chain ends where the other begins.
        corners.pop();
        corners.extend(&upper[..upper.len() - 1]);
        order = corners;
    }
    let first = order
        .iter()
        .enumerate()
        .min_by_key(|(_, i)| **i)
        .map_or(0, |(at, _)| at);
    order.rotate_left(first);
    order
}

/// One side of the hull: whatever does not turn left is passed over.
fn chain(points: &[Point], order: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut chain: Vec<usize> = Vec::new();
    for next in order {
        while let [.., a, b] = chain[..] {
            if turn(points[a], points[b], points[next]) > 1e-12 {
                break;
            }
            chain.pop();
        }
        chain.push(next);
    }
    chain
}
// endregion: hull-truth

/// The distance of two points.
pub fn distance(a: Point, b: Point) -> f64 {
    ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt()
}

/// The area of a polygon (the shoelace formula), without regard to its sense.
pub fn area(points: &[Point], corners: &[usize]) -> f64 {
    let sum: f64 = edges(corners)
        .map(|(a, b)| points[a].0 * points[b].1 - points[b].0 * points[a].1)
        .sum();
    sum.abs() / 2.0
}

/// Whether the corners are those of a simple polygon: at least three, none twice, and no two edges
/// that meet anywhere but at a shared corner.
pub fn is_simple(points: &[Point], corners: &[usize]) -> bool {
    let n = corners.len();
    let distinct = (0..n).all(|i| !corners[..i].contains(&corners[i]));
    if n < 3 || !distinct {
        return false;
    }
    let edges: Vec<(usize, usize)> = edges(corners).collect();
    (0..n).all(|i| {
        (i + 1..n).all(|j| {
            let beside = j == i + 1 || (i == 0 && j == n - 1);
            beside || !cross(points, edges[i], edges[j])
        })
    })
}

/// The edges of a closed polygon.
pub fn edges(corners: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    let next = corners.iter().cycle().skip(1);
    corners.iter().copied().zip(next.copied())
}

fn cross(points: &[Point], (a, b): (usize, usize), (c, d): (usize, usize)) -> bool {
    let [a, b, c, d] = [a, b, c, d].map(|i| points[i]);
    let sides = |p, q, r, s| turn(p, q, r) * turn(p, q, s) <= 0.0;
    sides(a, b, c, d) && sides(c, d, a, b)
}

/// Whether two closed walks are the same but for where they begin.
pub fn same_cycle(a: &[usize], b: &[usize]) -> bool {
    a.len() == b.len()
        && (a.is_empty()
            || (0..a.len()).any(|by| a.iter().cycle().skip(by).zip(b).all(|(x, y)| x == y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Rng;

    /// A point is a corner if some line through it leaves all others strictly on one side: tried
    /// over every pair, an independent definition.
    fn corners_by_force(points: &[Point]) -> Vec<usize> {
        let n = points.len();
        let mut found: Vec<usize> = (0..n)
            .filter(|i| {
                (0..n).filter(|j| j != i).any(|j| {
                    // The edge i → j has everything to its left.
                    (0..n)
                        .all(|k| k == *i || k == j || turn(points[*i], points[j], points[k]) > 0.0)
                })
            })
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn the_hull_is_what_force_finds() {
        let mut rng = Rng::new(1, "hull");
        for n in 3..14 {
            for _ in 0..40 {
                let points: Vec<Point> = (0..n).map(|_| (rng.unit(), rng.unit())).collect();
                let found = hull(&points);
                let mut sorted = found.clone();
                sorted.sort_unstable();
                assert_eq!(sorted, corners_by_force(&points));
                assert_eq!(found[0], sorted[0], "begins at the lowest index");
                let turns = edges(&found).zip(edges(&found).skip(1));
                let left = |((a, b), (_, c))| turn(points[a], points[b], points[c]) > 0.0;
                assert!({ turns }.all(left));
                assert!(is_simple(&points, &found));
            }
        }
    }

    #[test]
    fn what_a_dragging_reader_makes_has_an_answer() {
        assert_eq!(hull(&[]), Vec::<usize>::new());
        assert_eq!(hull(&[(0.5, 0.5)]), [0]);
        assert_eq!(hull(&[(0.5, 0.5), (0.1, 0.2)]).len(), 2);
        // On one line: the ends.
        let line = [(0.5, 0.5), (0.1, 0.1), (0.9, 0.9), (0.3, 0.3)];
        let mut ends = hull(&line);
        ends.sort_unstable();
        assert_eq!(ends, [1, 2]);
        // Coincident: the lowest index answers.
        let twice = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0)];
        assert_eq!(hull(&twice), [0, 1, 3]);
        // All in one place.
        assert_eq!(hull(&[(0.2, 0.2); 5]), [0]);
        // Three on an edge: the middle one is no corner.
        let square = [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        assert_eq!(hull(&square), [0, 2, 3, 4]);
        assert!((area(&square, &[0, 2, 3, 4]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn simple_polygons_are_told_from_crossed_ones() {
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        assert!(is_simple(&square, &[0, 1, 2, 3]));
        assert!(!is_simple(&square, &[0, 2, 1, 3]), "a bow tie");
        assert!(!is_simple(&square, &[0, 1, 1, 2]), "a corner twice");
        assert!(!is_simple(&square, &[0, 1]));
    }

    #[test]
    fn cycles_begin_anywhere_and_keep_their_sense() {
        assert!(same_cycle(&[1, 2, 3], &[3, 1, 2]));
        assert!(!same_cycle(&[1, 2, 3], &[3, 2, 1]));
        assert!(!same_cycle(&[1, 2], &[1, 2, 3]));
    }
}
