//! Pictures as plain data: what is shown, never how it is drawn.

mod graph;
mod plane;

use serde::{Deserialize, Serialize};

pub use graph::{Dial, Edge, Graph, Node, Shape, Sketch};
pub use plane::{Path, Plane, Point};

/// A picture. A new kind is one variant here and one renderer in the site, usable by all papers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Figure {
    /// Lines over a shared horizontal axis.
    Series(Series),
    /// A matrix of numbers as colours.
    Heatmap(Heatmap),
    /// Text, each token tinted by a number.
    Tokens(Tokens),
    /// Counts by interval.
    Histogram(Histogram),
    /// Pieces of running text under titles.
    Texts(Texts),
    /// Rows of cells.
    Table(Table),
    /// Points, paths and areas in a plane.
    Plane(Plane),
    /// Nodes joined by edges: a circuit, a molecule, a tree.
    Graph(Graph),
    /// Pictures of one kind, shown one at a time.
    Stages(Stages),
}

impl Figure {
    /// What the reader may choose to see in it.
    pub fn pick(&self) -> Option<&Pick> {
        match self {
            Self::Tokens(figure) => figure.pick.as_ref(),
            Self::Plane(figure) => figure.pick.as_ref(),
            Self::Graph(figure) => figure.pick.as_ref(),
            Self::Stages(figure) => figure.pick.as_ref(),
            _ => None,
        }
    }
}

/// Lines over a shared horizontal axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Horizontal.
    pub x: Scale,
    /// Vertical.
    pub y: Scale,
    /// The lines.
    pub lines: Vec<Line>,
    /// Horizontal lines, named on the line.
    pub levels: Vec<Level>,
    /// A shaded range of x: where the model was trained.
    pub trained: Option<(f64, f64)>,
}

/// An axis of a [`Series`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// What is on it, with its unit.
    pub label: String,
    /// Logarithmic.
    pub log: bool,
    /// Shown range, if it should not follow from the data.
    pub range: Option<(f64, f64)>,
}

/// One line of a [`Series`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its name in the legend.
    pub label: String,
    /// Which of the site's arm colours and dashes it takes.
    pub colour: u32,
    /// Fainter: an earlier run, a raw series behind its smoothed one.
    pub faint: bool,
    /// A marker at every point (curves of a few points).
    pub marked: bool,
    /// (x, y), x rising; a y that is no number leaves a gap.
    pub points: Vec<(f64, f64)>,
}

/// A named horizontal line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// What stands on it.
    pub label: String,
    /// Where it lies.
    pub value: f64,
}

/// A matrix of numbers as colours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heatmap {
    /// What the rows are.
    pub rows_label: String,
    /// What the columns are.
    pub columns_label: String,
    /// One name a row.
    pub rows: Vec<String>,
    /// One name a column.
    pub columns: Vec<String>,
    /// Row-major, `rows.len() * columns.len()` values.
    pub values: Vec<f32>,
    /// Written into the cells, row-major; empty for none.
    pub texts: Vec<String>,
    /// Cells (row, column) with an outline: the gold alignment, the character that came.
    pub outlined: Vec<(u32, u32)>,
    /// What a colour means.
    pub colours: Colours,
    /// A reader may choose cells, one a row: each comes back as [`Input::Cell`].
    pub choosable: bool,
}

/// What colours mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Colours {
    /// The quantity, with its unit: `probability`.
    pub label: String,
    /// Values at the two ends.
    pub range: (f32, f32),
    /// Two colours meeting at the middle (−1 … 1), rather than one growing stronger.
    pub diverging: bool,
}

impl Default for Colours {
    fn default() -> Self {
        Self {
            label: String::new(),
            range: (0.0, 1.0),
            diverging: false,
        }
    }
}

/// Text, each token tinted by a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tokens {
    /// The strips, one above the other.
    pub strips: Vec<Strip>,
    /// What a tint means.
    pub colours: Colours,
    /// What the reader may choose to see: the cells of a layer, say.
    pub pick: Option<Pick>,
}

/// One strip of tinted tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Strip {
    /// What it shows: `cell 41, bracket depth, r = 0.88`.
    pub label: String,
    /// The tokens.
    pub tokens: Vec<String>,
    /// One value a token; NaN leaves it without a tint.
    pub values: Vec<f32>,
}

/// A choice within a figure; what is chosen comes back as [`Input::Pick`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// What is chosen: `Cell`.
    pub label: String,
    /// The options, the most telling first.
    pub options: Vec<PickOption>,
    /// The id of the one shown.
    pub chosen: u32,
}

/// An option of a [`Pick`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PickOption {
    /// Comes back in [`Input::Pick`].
    pub id: u32,
    /// What it is called: `cell 41`.
    pub label: String,
    /// Why it is offered here: `inside quotes, |r| = 0.91`; empty for the plain ones.
    pub note: String,
}

/// Counts by interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The quantity, with its unit.
    pub label: String,
    /// One above the other, sharing the intervals.
    pub groups: Vec<HistogramGroup>,
    /// The borders of the intervals, one more than counts.
    pub edges: Vec<f64>,
}

/// The counts of one group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HistogramGroup {
    /// Its name: `forget gate`.
    pub label: String,
    /// One count an interval.
    pub counts: Vec<u32>,
}

/// Pieces of running text under titles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Texts {
    /// The pieces.
    pub pieces: Vec<Text>,
}

/// A piece of running text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// Its title: `temperature 0.7`.
    pub title: String,
    /// The text.
    pub text: String,
    /// How many of its first characters are the reader's own beginning.
    pub given: u32,
    /// Byte ranges that are wrong: a bracket closed by the wrong closer.
    pub wrong: Vec<(u32, u32)>,
}

/// Rows of cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Column heads.
    pub head: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// Pictures of one kind, shown one at a time: the gates of a cell, the rounds of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stages {
    /// What one of them is: `Sub-step`, `Round`.
    pub label: String,
    /// In order; all of one kind of figure.
    pub stages: Vec<Stage>,
    /// What the reader may choose besides.
    pub pick: Option<Pick>,
}

/// One of [`Stages`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name: `Forget gate`.
    pub title: String,
    /// What happens, in a sentence.
    pub says: String,
    /// Names of marked places on the page (terms of equations, lines of code) that light up with it.
    pub lights: Vec<String>,
    /// The picture.
    pub figure: Figure,
}

/// What a reader gives to a lab or a probe: the closed list of what can come back from the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// A text, typed, pasted or from a file.
    Text(String),
    /// The option chosen in a figure's [`Pick`].
    Pick(u32),
    /// A row of words, by their place in [`crate::Reader::Words`].
    Words(Vec<u32>),
    /// Points in the unit square, x to the right and y upwards.
    Points(Vec<(f32, f32)>),
    /// A graph.
    Sketch(Sketch),
    /// A cell of a [`Heatmap`]; several of them for several rows.
    Cell {
        /// Which row.
        row: u32,
        /// Which cell of it.
        column: u32,
    },
    /// A [`Dial`] that was set; several of them for several dials.
    Dial {
        /// Which.
        id: u32,
        /// To what.
        value: f32,
    },
}

impl Input {
    /// The digest that names the reader's own data in a link, which never carries the data itself.
    ///
    /// # Panics
    /// Never: plain data always has a byte form.
    pub fn digest(&self) -> crate::Digest {
        crate::Digest::of(&postcard::to_stdvec(self).expect("plain data"))
    }
}
