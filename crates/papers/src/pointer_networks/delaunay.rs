//! Delaunay triangulation by its definition: triangles whose circumcircle is empty.

use super::geometry::{Point, TOLERANCE, area, cross, crosses, distance, hull, places};

/// Three indices, ascending.
pub type Triangle = [usize; 3];

// region: delaunay-truth
/// The triangles whose circumcircle holds no other point. Where four points and more lie on one
/// circle several triangulations are right: taken in the order of their indices, each triangle that
/// crosses none taken before it stays. They come sorted by incentre, from left to right.
pub fn delaunay(points: &[Point]) -> Vec<Triangle> {
    let places = places(points);
    let own: Vec<usize> = (0..points.len()).filter(|i| places[*i] == *i).collect();
    let mut found: Vec<Triangle> = Vec::new();
    for (k, &a) in own.iter().enumerate() {
        for (l, &b) in own.iter().enumerate().skip(k + 1) {
            for &c in &own[l + 1..] {
                let triangle = [a, b, c];
                if empty(points, triangle) && found.iter().all(|t| apart(points, *t, triangle)) {
                    found.push(triangle);
                }
            }
        }
    }
    found.sort_by(|s, t| {
        let (s, t) = (incentre(points, *s), incentre(points, *t));
        s.0.total_cmp(&t.0).then(s.1.total_cmp(&t.1))
    });
    found
}

/// Whether three points make a triangle, and no other lies within the circle through them.
fn empty(points: &[Point], [a, b, c]: Triangle) -> bool {
    let (p, q, r) = (points[a], points[b], points[c]);
    let double = cross(p, q, r);
    let longest = distance(p, q).max(distance(q, r)).max(distance(r, p));
    if double.abs() <= TOLERANCE * longest {
        return false;
    }
    // The circumcentre, from p.
    let (u, v) = ((q.0 - p.0, q.1 - p.1), (r.0 - p.0, r.1 - p.1));
    let (uu, vv) = (u.0 * u.0 + u.1 * u.1, v.0 * v.0 + v.1 * v.1);
    let x = (v.1 * uu - u.1 * vv) / (2.0 * double);
    let y = (u.0 * vv - v.0 * uu) / (2.0 * double);
    let (centre, radius) = ((p.0 + x, p.1 + y), x.hypot(y));
    let others = (0..points.len()).filter(|i| ![a, b, c].contains(i));
    others.map(|i| points[i]).all(|o| {
        distance(o, centre) >= radius - TOLERANCE
            || [p, q, r].iter().any(|s| distance(*s, o) <= TOLERANCE)
    })
}
// endregion: delaunay-truth

/// Whether two triangles share no more than a corner or an edge.
fn apart(points: &[Point], s: Triangle, t: Triangle) -> bool {
    let edges = |t: Triangle| [(t[0], t[1]), (t[1], t[2]), (t[0], t[2])];
    s != t
        && edges(s).iter().all(|(a, b)| {
            let clear =
                |(c, d): &(usize, usize)| !crosses(points[*a], points[*b], points[*c], points[*d]);
            edges(t).iter().all(clear)
        })
}

/// Where the bisectors of its angles meet.
fn incentre(points: &[Point], [a, b, c]: Triangle) -> Point {
    let (p, q, r) = (points[a], points[b], points[c]);
    let (x, y, z) = (distance(q, r), distance(p, r), distance(p, q));
    let sum = x + y + z;
    (
        (x * p.0 + y * q.0 + z * r.0) / sum,
        (x * p.1 + y * q.1 + z * r.1) / sum,
    )
}

/// The triangles of a row of indices, three by three; indices that are no points make none.
pub fn triples(points: usize, row: &[usize]) -> Vec<Triangle> {
    let mut triples: Vec<Triangle> = Vec::new();
    for three in row
        .chunks_exact(3)
        .filter(|t| t.iter().all(|i| *i < points))
    {
        let mut triangle = [three[0], three[1], three[2]];
        triangle.sort_unstable();
        triples.push(triangle);
    }
    triples
}

/// Whether these triangles, each once, are a Delaunay triangulation: any of them, where several are
/// right.
pub fn right(points: &[Point], triangles: &[Triangle]) -> bool {
    let distinct = |k: usize| {
        triangles[..k]
            .iter()
            .all(|t| apart(points, *t, triangles[k]))
    };
    let covered: f64 = triangles.iter().map(|t| area(points, t).abs()).sum();
    triangles.iter().all(|t| empty(points, *t))
        && (0..triangles.len()).all(distinct)
        && (covered - area(points, &hull(points))).abs() < 1e-4
}

/// How many of the true triangles are among these: those of `truth`, or of another triangulation that
/// is as right.
pub fn found(points: &[Point], truth: &[Triangle], triangles: &[Triangle]) -> usize {
    if right(points, triangles) {
        return truth.len();
    }
    truth.iter().filter(|t| triangles.contains(t)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer_networks::geometry::tests::points;
    use lab::Rng;

    /// The in-circle determinant of Guibas and Stolfi (1985): another way to the same answer.
    fn inside(a: Point, b: Point, c: Point, d: Point) -> bool {
        let row = |p: Point| {
            let (x, y) = (p.0 - d.0, p.1 - d.1);
            (x, y, x * x + y * y)
        };
        let (a1, b1, c1) = (row(a), row(b), row(c));
        let det = a1.0 * (b1.1 * c1.2 - b1.2 * c1.1) - a1.1 * (b1.0 * c1.2 - b1.2 * c1.0)
            + a1.2 * (b1.0 * c1.1 - b1.1 * c1.0);
        det * cross(a, b, c).signum() > 1e-7
    }

    #[test]
    fn random_sets_agree_with_the_determinant_and_with_eulers_count() {
        let mut rng = Rng::new(4, "delaunay");
        for n in 3..13 {
            let set = points(n, None, &mut rng);
            let mut want = Vec::new();
            for a in 0..n {
                for b in a + 1..n {
                    for c in b + 1..n {
                        let clear = |d: usize| {
                            [a, b, c].contains(&d) || !inside(set[a], set[b], set[c], set[d])
                        };
                        if (0..n).all(clear) {
                            want.push([a, b, c]);
                        }
                    }
                }
            }
            let mut got = delaunay(&set);
            assert!(right(&set, &got));
            got.sort_unstable();
            assert_eq!(got, want, "{set:?}");
            assert_eq!(got.len(), 2 * n - 2 - hull(&set).len());
        }
    }

    #[test]
    fn sets_with_ties_are_covered_once() {
        let mut rng = Rng::new(5, "ties");
        for trial in 0..200 {
            let set = points(3 + trial % 8, Some(3 + trial % 2), &mut rng);
            let corners = hull(&set);
            let got = delaunay(&set);
            assert_eq!(got.is_empty(), corners.len() < 3, "{set:?}");
            assert!(right(&set, &got), "{set:?}: {got:?}");
        }
    }

    #[test]
    fn degenerate_sets_and_both_diagonals_of_a_square() {
        for none in [
            &[][..],
            &[(0.1, 0.2)],
            &[(0.0, 0.0), (1.0, 1.0)],
            &[(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)],
        ] {
            assert!(delaunay(none).is_empty());
        }
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        assert_eq!(delaunay(&square).len(), 2);
        assert!(right(&square, &[[0, 1, 2], [0, 2, 3]]) && right(&square, &[[0, 1, 3], [1, 2, 3]]));
        assert!(!right(&square, &[[0, 1, 2], [0, 1, 3]]), "they overlap");
        assert!(!right(&square, &[[0, 1, 2]]) && !right(&square, &[[0, 1, 2], [0, 1, 2]]));
        // Three on an edge: the middle one divides it.
        let edge = [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (0.4, 1.0)];
        assert_eq!(delaunay(&edge), [[0, 1, 3], [1, 2, 3]]);
        // A coincident point changes nothing.
        let twice = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 0.0)];
        assert_eq!(delaunay(&twice), [[0, 1, 2]]);
    }

    #[test]
    fn rows_are_read_in_threes() {
        assert_eq!(triples(4, &[2, 0, 1, 3, 9, 1, 0]), [[0, 1, 2]]);
        let set = [(0.0, 0.0), (1.0, 0.0), (1.1, 1.0), (0.0, 1.0)];
        let truth = delaunay(&set);
        assert_eq!(found(&set, &truth, &truth[..1]), 1);
        assert_eq!(found(&set, &truth, &truth), 2);
    }
}
