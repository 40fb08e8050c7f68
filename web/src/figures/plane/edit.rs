//! What a reader does to the points of a plane, apart from how they do it.

use super::same;
use lab::figure::{Plane, Point};

/// Points in the unit square, as they are given.
pub type Points = Vec<(f32, f32)>;

/// `plane` with the reader's points in it before the answer to them has come: what a figure says of
/// a point goes with it, and so do the corners that lie on it.
pub fn shown(plane: &Plane, own: &[(f32, f32)]) -> Plane {
    let own: Vec<(f64, f64)> = own
        .iter()
        .map(|(x, y)| (f64::from(*x), f64::from(*y)))
        .collect();
    let old: Vec<(f64, f64)> = plane.points.iter().map(|p| (p.x, p.y)).collect();
    let moved = old
        .iter()
        .zip(&own)
        .filter(|(a, b)| !same(**a, **b))
        .count();
    if old.len() == own.len() && moved == 0 {
        return plane.clone();
    }
    // Of a few points moved, each is still itself; of other points, those that lie the same are.
    let in_order = old.len() == own.len() && 2 * moved <= own.len();
    let heir = |nth: usize| {
        if in_order {
            return Some(nth);
        }
        own.iter().position(|p| same(*p, old[nth]))
    };
    let heirs: Vec<Option<usize>> = (0..old.len()).map(heir).collect();
    let mut next = plane.clone();
    next.points = (0..own.len())
        .map(|i| {
            let before = heirs.iter().position(|h| *h == Some(i));
            let point = before.map_or_else(Point::default, |nth| plane.points[nth].clone());
            Point {
                x: own[i].0,
                y: own[i].1,
                ..point
            }
        })
        .collect();
    for path in &mut next.paths {
        path.points = path
            .points
            .iter()
            .filter_map(|corner| match old.iter().position(|p| same(*p, *corner)) {
                None => Some(*corner),
                Some(nth) => heirs[nth].map(|i| own[i]),
            })
            .collect();
    }
    next
}

/// The points with the one at `nth` at another place; within the unit square.
pub fn moved(points: &[(f32, f32)], nth: usize, to: (f64, f64)) -> Points {
    let mut points = points.to_vec();
    if let Some(point) = points.get_mut(nth) {
        // Four digits tell any two pixels apart, and keep a reader's points short.
        let short = |v: f64| (v.clamp(0.0, 1.0) * 1e4).round() as f32 / 1e4;
        *point = (short(to.0), short(to.1));
    }
    points
}

/// The points with another one, at `to` or where most room is.
///
/// # Errors
/// Says so if there are as many as can be.
pub fn added(points: &[(f32, f32)], to: Option<(f64, f64)>, max: u32) -> Result<Points, String> {
    if points.len() >= max as usize {
        return Err(format!(
            "{max} points are the most it takes: delete one first."
        ));
    }
    let mut all = points.to_vec();
    all.push((0.5, 0.5));
    Ok(moved(
        &all,
        points.len(),
        to.unwrap_or_else(|| room(points)),
    ))
}

/// The points without the one at `nth`.
///
/// # Errors
/// Says so if there are as few as can be.
pub fn deleted(points: &[(f32, f32)], nth: usize, min: u32) -> Result<Points, String> {
    if points.len() <= min as usize {
        return Err(format!(
            "It takes at least {min} points: none can be deleted."
        ));
    }
    let mut points = points.to_vec();
    points.remove(nth);
    Ok(points)
}

/// The place on a coarse grid that is farthest from every point.
fn room(points: &[(f32, f32)]) -> (f64, f64) {
    let away = |at: (f64, f64)| {
        let to = |p: &(f32, f32)| (f64::from(p.0) - at.0).hypot(f64::from(p.1) - at.1);
        points.iter().map(to).fold(f64::INFINITY, f64::min)
    };
    let grid = (0..81).map(|i| (f64::from(i % 9 + 1) / 10.0, f64::from(i / 9 + 1) / 10.0));
    grid.max_by(|a, b| away(*a).total_cmp(&away(*b)))
        .unwrap_or((0.5, 0.5))
}
