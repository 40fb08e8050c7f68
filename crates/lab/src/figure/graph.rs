//! Nodes and edges, shown or drawn by the reader.

use super::{Colours, Pick};
use serde::{Deserialize, Serialize};

/// Nodes joined by edges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges, drawn below the nodes.
    pub edges: Vec<Edge>,
    /// Width and height of the picture in the unit of the nodes' places, whose corner (0, 0) is at
    /// the top left. A node is about one unit wide.
    pub size: (f64, f64),
    /// What a tint means; without a label there are no tints.
    pub colours: Colours,
    /// The graph is the reader's, to be edited: it comes back as [`super::Input::Sketch`].
    pub editable: bool,
    /// What a click on a node chooses, by its place in `nodes`.
    pub pick: Option<Pick>,
}

/// A node of a [`Graph`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its centre: right of the left border.
    pub x: f64,
    /// Below the upper border.
    pub y: f64,
    /// Its name: `f`, `N`.
    pub label: String,
    /// Written under its name: `0.73`; empty for none.
    pub value: String,
    /// What is read out of it; empty for name and value.
    pub note: String,
    /// Its outline.
    pub shape: Shape,
    /// Its place on the scale of colours, if it has one.
    pub tint: Option<f32>,
    /// In the reader's [`super::Input::Sketch`]: which of the kinds it is.
    pub kind: u32,
    /// Emphasised: what happens at this stage.
    pub lit: bool,
    /// What a reader may force it to.
    pub dial: Option<Dial>,
}

/// The outline of a [`Node`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// A circle: an atom, a unit.
    #[default]
    Circle,
    /// A box: a layer, a vector.
    Box,
    /// A small circle: an operation (×, +).
    Dot,
    /// No outline: an input, a name.
    Bare,
}

/// A number a reader may force; what is set comes back as [`super::Input::Dial`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dial {
    /// Comes back in [`super::Input::Dial`].
    pub id: u32,
    /// Its name for those who do not see where it stands: `forget gate at step 3`.
    pub label: String,
    /// Lowest and highest.
    pub range: (f32, f32),
    /// Where it stands.
    pub value: f32,
    /// The reader set it.
    pub forced: bool,
}

/// An edge of a [`Graph`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// A node, by its place in the list.
    pub from: u32,
    /// Another.
    pub to: u32,
    /// Corners on the way, for wires.
    pub via: Vec<(f64, f64)>,
    /// Written beside it; empty for none.
    pub label: String,
    /// Thickness, 0 … 1: the size of a message.
    pub weight: f32,
    /// Its place on the scale of colours, if it has one.
    pub tint: Option<f32>,
    /// Parallel lines: 1, or 2 for a double bond.
    pub lines: u8,
    /// With an arrow head.
    pub arrow: bool,
    /// Dashed: not taken, pruned.
    pub dashed: bool,
    /// Emphasised: what happens at this stage.
    pub lit: bool,
}

/// A graph a reader draws: atoms and bonds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    /// The nodes: which kind, where (as in [`Graph::size`]).
    pub nodes: Vec<(u32, f32, f32)>,
    /// Pairs of nodes, by their place in the list, the smaller first.
    pub edges: Vec<(u32, u32)>,
}
