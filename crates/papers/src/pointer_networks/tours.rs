//! Shortest round trips.

use super::geometry::{Point, distance};

/// The length of a round trip.
pub fn length(points: &[Point], tour: &[usize]) -> f64 {
    let next = tour.iter().cycle().skip(1);
    tour.iter()
        .zip(next)
        .map(|(a, b)| distance(points[*a], points[*b]))
        .sum()
}

// region: held-karp
/// The shortest round trip, by Held and Karp's (1962) dynamic programme in O(2ⁿ·n²): from point 0, in
/// the direction in which the second point has a lower index than the last.
///
/// `best[visited][last]` is the shortest way from point 0 through `visited` (a set of the other
/// points, as bits) that ends in `last`.
pub fn held_karp(points: &[Point]) -> Vec<usize> {
    let n = points.len();
    if n < 3 {
        return (0..n).collect();
    }
    let others = n - 1;
    let sets = 1usize << others;
    let step = |a: usize, b: usize| distance(points[a], points[b]);
    let mut best = vec![(f64::INFINITY, 0u8); sets * others];
    for last in 0..others {
        best[(1 << last) * others + last] = (step(0, last + 1), 0);
    }
    for visited in 1..sets {
        for last in (0..others).filter(|k| visited >> k & 1 == 1) {
            let so_far = best[visited * others + last].0;
            for next in (0..others).filter(|k| visited >> k & 1 == 0) {
                let way = so_far + step(last + 1, next + 1);
                let there = &mut best[(visited | 1 << next) * others + next];
                if way < there.0 {
                    *there = (way, last as u8);
                }
            }
        }
    }
    // Close the trip, then walk it backwards.
    let all = sets - 1;
    let whole = |last: usize| best[all * others + last].0 + step(last + 1, 0);
    let mut last = (0..others).fold(0, |m, k| if whole(k) < whole(m) { k } else { m });
    let (mut visited, mut tour) = (all, Vec::with_capacity(n));
    while visited != 0 {
        tour.push(last + 1);
        let before = usize::from(best[visited * others + last].1);
        visited &= !(1 << last);
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
    use crate::pointer_networks::geometry::tests::points;
    use lab::Rng;

    /// The shortest of all orders.
    fn brute(points: &[Point], tour: &mut Vec<usize>) -> f64 {
        if tour.len() == points.len() {
            return length(points, tour);
        }
        let mut best = f64::INFINITY;
        for next in 0..points.len() {
            if !tour.contains(&next) {
                tour.push(next);
                best = best.min(brute(points, tour));
                tour.pop();
            }
        }
        best
    }

    #[test]
    fn tours_are_as_short_as_the_best_of_all_orders() {
        let mut rng = Rng::new(3, "tours");
        for trial in 0..90 {
            let n = 1 + trial % 8;
            let set = points(n, [None, Some(3)][trial % 2], &mut rng);
            let tour = held_karp(&set);
            let mut sorted = tour.clone();
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..n) && tour[0] == 0, "{tour:?}");
            assert!(n < 3 || tour[1] < tour[n - 1], "{tour:?}");
            let best = brute(&set, &mut vec![0]);
            assert!(
                (length(&set, &tour) - best).abs() < 1e-9,
                "{set:?}: {tour:?}"
            );
        }
        assert!(held_karp(&[]).is_empty());
        assert_eq!(length(&[], &[]), 0.0);
    }
}
