//! Geometry and scatter.

use super::{Pick, Scale};
use serde::{Deserialize, Serialize};

/// Points, paths and areas in a plane.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plane {
    /// Horizontal; without a label, no axis is drawn.
    pub x: Scale,
    /// Vertical.
    pub y: Scale,
    /// One unit is as long on both axes: geometry, or two values of one quantity.
    pub square: bool,
    /// Areas and lines, the first at the bottom.
    pub paths: Vec<Path>,
    /// Above the paths.
    pub points: Vec<Point>,
    /// The points are the reader's, to be dragged, added and deleted: all of them come back as
    /// [`super::Input::Points`], in the order of `points`.
    pub editable: bool,
    /// What a click on a point chooses, by its `id`.
    pub pick: Option<Pick>,
}

/// A line or an area of a [`Plane`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Its name in the legend; empty for none. Paths of one name share an entry.
    pub label: String,
    /// Which of the site's colours it takes: 0 is ink, 1 … 5 are those of the arms.
    pub colour: u32,
    /// The corners.
    pub points: Vec<(f64, f64)>,
    /// The last corner is joined to the first.
    pub closed: bool,
    /// Tinted inside.
    pub filled: bool,
    /// Dashed: the truth, a level, what should be.
    pub dashed: bool,
    /// An arrow head on every piece: an order.
    pub arrows: bool,
}

/// A point of a [`Plane`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Horizontal.
    pub x: f64,
    /// Vertical.
    pub y: f64,
    /// Written beside it: its number; empty for none.
    pub label: String,
    /// What is read out of it: `predicted 1.02, exact 0.98`; empty for its place.
    pub note: String,
    /// As for a [`Path`].
    pub colour: u32,
    /// The area of a disc behind it, 0 … 1: a probability.
    pub weight: f32,
    /// With a ring: the one in question.
    pub ringed: bool,
    /// What comes back as [`super::Input::Pick`] when it is chosen.
    pub id: Option<u32>,
}
