//! Shortest round trips, exactly.

use super::geometry::{Point, distance, edges};

/// The length of a closed walk.
pub fn length(points: &[Point], tour: &[usize]) -> f64 {
    edges(tour)
        .map(|(a, b)| distance(points[a], points[b]))
        .sum()
}

// region: held-karp
/// The shortest tour through all points, from point 0, in the sense in which its second index is
/// smaller than its last (Held & Karp 1962). n²·2ⁿ steps: for no more than a dozen points or so.
pub fn shortest(points: &[Point]) -> Vec<usize> {
    let n = points.len();
    if n < 3 {
        return (0..n).collect();
    }
    // best[set][last]: the shortest way from 0 through `set` (of the points 1 … n−1) that ends in
    // `last`, and the point before it.
    let others = n - 1;
    let mut best = vec![(f64::INFINITY, 0usize); (1 << others) * others];
    for last in 0..others {
        best[(1 << last) * others + last] = (distance(points[0], points[last + 1]), last);
    }
    for set in 1usize..1 << others {
        for last in (0..others).filter(|last| set >> last & 1 == 1) {
            let (so_far, _) = best[set * others + last];
            for next in (0..others).filter(|next| set >> next & 1 == 0) {
                let length = so_far + distance(points[last + 1], points[next + 1]);
                let way = &mut best[(set | 1 << next) * others + next];
                if length < way.0 {
                    *way = (length, last);
                }
            }
        }
    }
    let mut set = (1 << others) - 1;
    let close = |last: &usize| best[set * others + last].0 + distance(points[last + 1], points[0]);
    let mut last = (0..others)
        .min_by(|a, b| close(a).total_cmp(&close(b)))
        .unwrap_or(0);
    let mut tour = Vec::with_capacity(n);
    while set != 0 {
        tour.push(last + 1);
        let (_, before) = best[set * others + last];
        set &= !(1 << last);
        last = before;
    }
    tour.push(0);
    tour.reverse();
    if tour[1] > tour[n - 1] {
        tour[1..].reverse();
    }
    tour
}
// endregion: held-karp

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Rng;

    fn by_force(points: &[Point], tour: &mut Vec<usize>, best: &mut f64) {
        let n = points.len();
        if tour.len() == n {
            *best = best.min(length(points, tour));
        }
        for next in 0..n {
            if !tour.contains(&next) {
                tour.push(next);
                by_force(points, tour, best);
                tour.pop();
            }
        }
    }

    #[test]
    fn no_permutation_is_shorter() {
        let mut rng = Rng::new(1, "tour");
        for n in 3..8 {
            for _ in 0..10 {
                let points: Vec<Point> = (0..n).map(|_| (rng.unit(), rng.unit())).collect();
                let tour = shortest(&points);
                let mut best = f64::INFINITY;
                by_force(&points, &mut vec![0], &mut best);
                assert!((length(&points, &tour) - best).abs() < 1e-12);
                let mut sorted = tour.clone();
                sorted.sort_unstable();
                assert_eq!(sorted, (0..n).collect::<Vec<_>>());
                assert!(tour[0] == 0 && tour[1] < tour[n - 1]);
            }
        }
    }

    #[test]
    fn the_smallest_and_the_degenerate() {
        assert_eq!(shortest(&[]), Vec::<usize>::new());
        assert_eq!(shortest(&[(0.0, 0.0), (1.0, 1.0)]), [0, 1]);
        let line = [(0.0, 0.0), (0.6, 0.0), (0.3, 0.0), (1.0, 0.0)];
        assert!((length(&line, &shortest(&line)) - 2.0).abs() < 1e-12);
        assert_eq!(shortest(&[(0.3, 0.3); 4]).len(), 4);
    }
}
