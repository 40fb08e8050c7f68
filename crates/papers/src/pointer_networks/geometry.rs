//! Planar geometry in f64: the convex hull, areas, and whether a polygon crosses itself.

/// A point: x to the right, y upwards.
pub type Point = (f64, f64);

/// Points nearer than this are one point, and a corner that stands out by less is no corner: far above
/// the rounding of a dragged point, far below anything that can be seen.
pub const TOLERANCE: f64 = 1e-6;

/// Twice the signed area of the triangle a, b, c: positive if it turns left.
pub fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// The distance of two points.
pub fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// For every point the lowest index that stands at its place: coincident points answer as one.
pub fn places(points: &[Point]) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::with_capacity(points.len());
    for (i, p) in points.iter().enumerate() {
        let same = (0..i).find(|j| places[*j] == *j && distance(points[*j], *p) <= TOLERANCE);
        places.push(same.unwrap_or(i));
    }
    places
}

// region: hull-truth
/// The corners of the convex hull, counter-clockwise from the corner of lowest index (Andrew's
/// monotone chain, 1979). Of coincident points the lowest index answers; a point on an edge is no
/// corner; points on one line have two corners, their ends; one place has one.
pub fn hull(points: &[Point]) -> Vec<usize> {
    let places = places(points);
    let mut order: Vec<usize> = (0..points.len()).filter(|i| places[*i] == *i).collect();
    order.sort_by(|a, b| {
        let (a, b) = (points[*a], points[*b]);
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    if order.len() < 3 {
        order.sort_unstable();
        return order;
    }
    // From left to right only left turns stay: the lower side; then the same from right to left.
    let side = |order: &mut dyn Iterator<Item = usize>| {
        let mut chain: Vec<usize> = Vec::new();
        for i in order {
            while let [.., a, b] = chain[..]
                && turns_right(points[a], points[b], points[i])
            {
                chain.pop();
            }
            chain.push(i);
        }
        chain.pop();
        chain
    };
    let mut corners = side(&mut order.iter().copied());
    corners.extend(side(&mut order.iter().rev().copied()));
    // The ends of a line stand in both sides' way only once each.
    let first = (0..corners.len()).min_by_key(|k| corners[*k]).unwrap_or(0);
    corners.rotate_left(first);
    corners
}

/// Going from a by b to c does not turn left: b lies inside, or on the way.
fn turns_right(a: Point, b: Point, c: Point) -> bool {
    cross(a, b, c) <= TOLERANCE * distance(a, c)
}
// endregion: hull-truth

/// The signed area of the polygon with these corners: positive counter-clockwise.
pub fn area(points: &[Point], polygon: &[usize]) -> f64 {
    let Some((&first, rest)) = polygon.split_first() else {
        return 0.0;
    };
    let fan = rest.windows(2);
    fan.map(|w| cross(points[first], points[w[0]], points[w[1]]))
        .sum::<f64>()
        / 2.0
}

/// Whether the polygon has three corners or more, none of them twice, and no two edges that meet
/// anywhere but in the corner they share.
pub fn simple(points: &[Point], polygon: &[usize]) -> bool {
    let corners: Vec<Point> = polygon.iter().map(|i| points[*i]).collect();
    let n = corners.len();
    let apart = |i: usize, j: usize| distance(corners[i], corners[j]) > TOLERANCE;
    if n < 3 || !(0..n).all(|i| (0..i).all(|j| apart(i, j))) {
        return false;
    }
    let edge = |i: usize| (corners[i], corners[(i + 1) % n]);
    (0..n).all(|i| {
        (0..i).all(|j| {
            let ((a, b), (c, d)) = (edge(i), edge(j));
            match (j + 1 == i, (i + 1) % n == j) {
                // Neighbours share a corner: they may not fold back onto each other.
                (true, _) => !on(a, b, c) && !on(c, d, b),
                (_, true) => !on(c, d, a) && !on(a, b, d),
                _ => !meet(a, b, c, d),
            }
        })
    })
}

/// Whether p lies on the piece from a to b, within the tolerance.
fn on(a: Point, b: Point, p: Point) -> bool {
    let length = distance(a, b);
    let along = ((b.0 - a.0) * (p.0 - a.0) + (b.1 - a.1) * (p.1 - a.1)) / length;
    cross(a, b, p).abs() <= TOLERANCE * length && (-TOLERANCE..=length + TOLERANCE).contains(&along)
}

/// Whether two pieces have a point in common.
fn meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    crosses(a, b, c, d) || on(a, b, c) || on(a, b, d) || on(c, d, a) || on(c, d, b)
}

/// Whether two pieces cross inside both.
pub fn crosses(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |a: Point, b: Point, p: Point| {
        let far = cross(a, b, p) / distance(a, b).max(f64::MIN_POSITIVE);
        if far.abs() <= TOLERANCE {
            0.0
        } else {
            far.signum()
        }
    };
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use lab::Rng;

    /// Points on a coarse grid collide and line up; others do not.
    pub fn points(n: usize, grid: Option<usize>, rng: &mut Rng) -> Vec<Point> {
        let mut one = || match grid {
            Some(g) => rng.below(g) as f64 / g as f64,
            None => rng.unit(),
        };
        (0..n).map(|_| (one(), one())).collect()
    }

    /// By the definition: a place is a corner unless it lies in a triangle or between two places.
    fn corners(points: &[Point]) -> Vec<usize> {
        let places = places(points);
        let own: Vec<usize> = (0..points.len()).filter(|i| places[*i] == *i).collect();
        let others = |i: usize| own.iter().copied().filter(move |j| *j != i);
        let covered = |i: usize| {
            let p = points[i];
            others(i).any(|a| {
                others(i).filter(|b| *b != a).any(|b| {
                    on(points[a], points[b], p)
                        || others(i).filter(|c| *c != a && *c != b).any(|c| {
                            let (a, b, c) = (points[a], points[b], points[c]);
                            let sides = [cross(a, b, p), cross(b, c, p), cross(c, a, p)];
                            cross(a, b, c) > 1e-9 && sides.iter().all(|s| *s >= -1e-9)
                        })
                })
            })
        };
        own.iter().copied().filter(|i| !covered(*i)).collect()
    }

    #[test]
    fn hulls_agree_with_the_definition() {
        let mut rng = Rng::new(1, "hull");
        for trial in 0..600 {
            let grid = [None, Some(3), Some(5)][trial % 3];
            let set = points(rng.below(13), grid, &mut rng);
            let found = hull(&set);
            let mut sorted = found.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, corners(&set), "{set:?}");
            assert_eq!(found.first(), sorted.first(), "from the lowest index");
            if found.len() > 2 {
                assert!(area(&set, &found) > 0.0 && simple(&set, &found), "{set:?}");
                let n = found.len();
                let left = |k: usize| {
                    cross(
                        set[found[k]],
                        set[found[(k + 1) % n]],
                        set[found[(k + 2) % n]],
                    )
                };
                assert!((0..n).all(|k| left(k) > 0.0), "{set:?}: {found:?}");
            }
        }
    }

    #[test]
    fn degenerate_sets_have_their_corners() {
        assert!(hull(&[]).is_empty());
        assert_eq!(hull(&[(0.5, 0.5)]), [0]);
        assert_eq!(hull(&[(0.5, 0.5), (0.5, 0.5), (0.5, 0.5)]), [0]);
        assert_eq!(hull(&[(0.9, 0.1), (0.1, 0.1)]), [0, 1]);
        let line = [(0.5, 0.5), (0.9, 0.9), (0.1, 0.1), (0.3, 0.3)];
        assert_eq!(hull(&line), [1, 2]);
        // A square, a point in the middle of an edge, one coincident with a corner, one inside.
        let square = [
            (0.5, 0.0),
            (1.0, 1.0),
            (0.0, 0.0),
            (1.0, 0.0),
            (0.0, 1.0),
            (1.0, 1.0),
            (0.5, 0.5),
        ];
        assert_eq!(hull(&square), [1, 4, 2, 3]);
        assert!((area(&square, &hull(&square)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn polygons_that_cross_touch_or_fold_are_not_simple() {
        let p = [
            (0.0, 0.0),
            (1.0, 0.0),
            (1.0, 1.0),
            (0.0, 1.0),
            (0.5, 0.0),
            (0.4, 0.5),
        ];
        assert!(simple(&p, &[0, 1, 2, 3]) && simple(&p, &[3, 2, 1, 0]));
        assert!(simple(&p, &[0, 4, 1, 2, 3]) && simple(&p, &[0, 1, 5]));
        assert!(simple(&p, &[0, 1, 5, 2, 3]), "a dent is no crossing");
        for bad in [
            &[0, 2, 1, 3][..],
            &[0, 1],
            &[0, 1, 2, 1],
            &[0, 1, 4],
            &[0, 1, 2, 4, 3],
        ] {
            assert!(!simple(&p, bad), "{bad:?}");
        }
    }

    #[test]
    fn areas_agree_with_counting() {
        // The share of random points on the left of every edge of a convex polygon is its area.
        let mut rng = Rng::new(2, "area");
        let set = points(9, None, &mut rng);
        let polygon = hull(&set);
        let edges = || (0..polygon.len()).map(|k| (polygon[k], polygon[(k + 1) % polygon.len()]));
        let inside = (0..200_000).filter(|_| {
            let p = (rng.unit(), rng.unit());
            edges().all(|(a, b)| cross(set[a], set[b], p) > 0.0)
        });
        let counted = inside.count() as f64 / 200_000.0;
        // Five standard deviations of the count.
        assert!((area(&set, &polygon) - counted).abs() < 0.006);
    }
}
