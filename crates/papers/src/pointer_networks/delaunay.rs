//! Delaunay triangulations of a few points, by their definition.

use super::geometry::{Point, SAME, distance, turn};

/// Three points, by ascending index.
pub type Triangle = [usize; 3];

// region: delaunay-truth
/// The triangles with no point inside their circumcircle (Delaunay 1934), ordered by their
/// incentres, left to right. Four points on a circle have two triangulations: the one whose
/// triangles come first by index is taken. Coincident points count once; points on one line have no
/// triangles.
pub fn delaunay(points: &[Point]) -> Vec<Triangle> {
    let distinct: Vec<usize> = (0..points.len())
        .filter(|i| (0..*i).all(|j| distance(points[*i], points[j]) >= SAME))
        .collect();
    let mut found: Vec<Triangle> = Vec::new();
    for (i, a) in distinct.iter().enumerate() {
        for (j, b) in distinct.iter().enumerate().skip(i + 1) {
            for c in &distinct[j + 1..] {
                let corners = [*a, *b, *c];
                let flat = turn(points[*a], points[*b], points[*c]).abs() < 1e-9;
                let empty = || {
                    let mut others = distinct.iter().filter(|d| !corners.contains(d));
                    others.all(|d| in_circle(points, corners, points[*d]) <= 1e-10)
                };
                if !flat && empty() && found.iter().all(|t| !overlap(points, *t, corners)) {
                    found.push(corners);
                }
            }
        }
    }
    let centre = |t: &Triangle| incentre(points, *t);
    found.sort_by(|a, b| {
        let (a, b) = (centre(a), centre(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    found
}
// endregion: delaunay-truth

/// Positive if `p` lies inside the circle through the corners, whatever their sense.
fn in_circle(points: &[Point], [a, b, c]: Triangle, p: Point) -> f64 {
    let row = |i: usize| {
        let (x, y) = (points[i].0 - p.0, points[i].1 - p.1);
        [x, y, x * x + y * y]
    };
    let [a_, b_, c_] = [row(a), row(b), row(c)];
    let det = a_[0] * (b_[1] * c_[2] - b_[2] * c_[1]) - a_[1] * (b_[0] * c_[2] - b_[2] * c_[0])
        + a_[2] * (b_[0] * c_[1] - b_[1] * c_[0]);
    det * turn(points[a], points[b], points[c]).signum()
}

/// Whether two triangles share more than an edge: some edge of one crosses some edge of the other,
/// or they have two corners in common and lie on the same side of them.
fn overlap(points: &[Point], a: Triangle, b: Triangle) -> bool {
    let sides = |t: Triangle| [(t[0], t[1]), (t[1], t[2]), (t[0], t[2])];
    let crossing = sides(a).into_iter().any(|(p, q)| {
        sides(b).into_iter().any(|(r, s)| {
            let apart = p != r && p != s && q != r && q != s;
            let [p, q, r, s] = [p, q, r, s].map(|i| points[i]);
            apart
                && turn(p, q, r) * turn(p, q, s) < -1e-18
                && turn(r, s, p) * turn(r, s, q) < -1e-18
        })
    });
    let own = |t: Triangle, u: Triangle| t.into_iter().find(|i| !u.contains(i));
    let same_side = match (own(a, b), own(b, a)) {
        (Some(p), Some(q)) => {
            let shared: Vec<usize> = a.into_iter().filter(|i| b.contains(i)).collect();
            matches!(shared[..], [r, s]
                if turn(points[r], points[s], points[p]) * turn(points[r], points[s], points[q]) > 0.0)
        }
        _ => true,
    };
    crossing || same_side
}

/// Where the three angle bisectors meet.
fn incentre(points: &[Point], [a, b, c]: Triangle) -> Point {
    let [a, b, c] = [a, b, c].map(|i| points[i]);
    let (u, v, w) = (distance(b, c), distance(a, c), distance(a, b));
    let sum = u + v + w;
    (
        (u * a.0 + v * b.0 + w * c.0) / sum,
        (u * a.1 + v * b.1 + w * c.1) / sum,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer_networks::geometry::{area, hull};
    use lab::Rng;

    #[test]
    fn triangles_are_empty_fill_the_hull_and_are_as_many_as_euler_says() {
        let mut rng = Rng::new(1, "delaunay");
        for n in 3..11 {
            for _ in 0..20 {
                let points: Vec<Point> = (0..n).map(|_| (rng.unit(), rng.unit())).collect();
                let triangles = delaunay(&points);
                let corners = hull(&points);
                assert_eq!(triangles.len(), 2 * n - 2 - corners.len());
                let whole: f64 = triangles.iter().map(|t| area(&points, t)).sum();
                assert!((whole - area(&points, &corners)).abs() < 1e-9);
                for t in &triangles {
                    // The circumcircle from its centre and radius, not from the determinant.
                    let [a, b, c] = t.map(|i| points[i]);
                    let d = 2.0 * turn(a, b, c);
                    let s = |p: Point| p.0 * p.0 + p.1 * p.1;
                    let x = (s(a) * (b.1 - c.1) + s(b) * (c.1 - a.1) + s(c) * (a.1 - b.1)) / d;
                    let y = (s(a) * (c.0 - b.0) + s(b) * (a.0 - c.0) + s(c) * (b.0 - a.0)) / d;
                    let radius = distance((x, y), a);
                    assert!(points.iter().all(|p| distance((x, y), *p) > radius - 1e-7));
                }
            }
        }
    }

    #[test]
    fn degenerate_points_have_an_answer() {
        assert!(delaunay(&[]).is_empty() && delaunay(&[(0.0, 0.0), (1.0, 0.0)]).is_empty());
        assert!(
            delaunay(&[(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]).is_empty(),
            "on one line"
        );
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        assert_eq!(delaunay(&square).len(), 2, "one of the two diagonals");
        let twice = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)];
        assert_eq!(delaunay(&twice), [[0, 1, 2]]);
        // Six on a circle: four triangles, whichever.
        let hexagon: Vec<Point> = (0..6)
            .map(|k| (f64::from(k) * std::f64::consts::TAU / 6.0).sin_cos())
            .collect();
        let triangles = delaunay(&hexagon);
        let whole: f64 = triangles.iter().map(|t| area(&hexagon, t)).sum();
        assert_eq!(triangles.len(), 4);
        assert!((whole - 1.5 * 3f64.sqrt()).abs() < 1e-9);
    }
}
