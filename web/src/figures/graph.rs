//! Nodes and edges: one string of SVG, still on the built page and living in the lab. What is the
//! same in all of them is in the style sheet; nothing here is a `style` attribute.

mod acts;
mod draw;
mod edit;
mod hand;
mod live;
mod look;
#[cfg(test)]
mod tests;

use super::{html::number, text};
use lab::figure::{Colours, Graph, Node, Shape, Table};

pub use live::view;

/// CSS pixels of a unit, at least and at most: a value of four digits fits into a node.
const UNIT: (f64, f64) = (36.0, 42.0);
/// A drawing is made no wider than this, if its units can still be read.
const WIDTH: f64 = 600.0;
/// Around the picture, in CSS pixels: room for a ring around a node at its border.
const MARGIN: f64 = 7.0;
/// A drawing this wide still has text of 11 pixels when it is shrunk to a phone's width.
const SHRINKS: f64 = 400.0;
/// One this wide has it if its text is set larger there; a wider one scrolls.
const GROWS: f64 = 545.0;
/// How strong the strongest tint is: the text on it keeps its contrast.
const STRONGEST: f64 = 0.5;

/// Where things lie in a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Frame {
    /// CSS pixels of a unit.
    unit: f64,
    /// Of the whole drawing, in CSS pixels.
    size: (f64, f64),
}

impl Frame {
    fn new(graph: &Graph) -> Self {
        let whole = |v: f64| if v.is_finite() { v.max(1.0) } else { 1.0 };
        let (wide, high) = (whole(graph.size.0), whole(graph.size.1));
        let unit = (WIDTH / wide).clamp(UNIT.0, UNIT.1);
        let pixels = |units: f64| (units * unit + 2.0 * MARGIN).ceil();
        Self {
            unit,
            size: (pixels(wide), pixels(high)),
        }
    }

    /// Where a place of the graph lies in the drawing.
    fn place(&self, at: (f64, f64)) -> (f64, f64) {
        (MARGIN + at.0 * self.unit, MARGIN + at.1 * self.unit)
    }

    /// What lies at a place of the drawing.
    fn value(&self, at: (f64, f64)) -> (f64, f64) {
        ((at.0 - MARGIN) / self.unit, (at.1 - MARGIN) / self.unit)
    }

    /// Half the width and half the height of a node, in CSS pixels.
    fn half(&self, node: &Node) -> (f64, f64) {
        let words = text::width(&node.label).max(text::width(&node.value)) * 0.55;
        let lines = if node.value.is_empty() { 11.0 } else { 17.0 };
        match node.shape {
            Shape::Circle => (self.unit * 0.47, self.unit * 0.47),
            Shape::Dot => (self.unit * 0.25, self.unit * 0.25),
            Shape::Box => ((words + 7.0).max(self.unit * 0.44), lines + 2.0),
            Shape::Bare => (words + 4.0, lines),
        }
    }

    /// How far a node reaches towards `to`, from its centre `at` in the drawing.
    fn reach(&self, node: &Node, at: (f64, f64), to: (f64, f64)) -> f64 {
        let (wide, high) = self.half(node);
        let (dx, dy) = (to.0 - at.0, to.1 - at.1);
        let long = dx.hypot(dy).max(1e-6);
        match node.shape {
            Shape::Circle | Shape::Dot => wide,
            Shape::Box | Shape::Bare => {
                let side = |half: f64, d: f64| half * long / d.abs().max(1e-6);
                side(wide, dx).min(side(high, dy))
            }
        }
    }

    /// The node under a place of the drawing: the nearest, if it is no more than `slack` away.
    fn node_at(&self, nodes: &[Node], at: (f64, f64), slack: f64) -> Option<usize> {
        let beyond = |node: &Node| {
            let (x, y) = self.place((node.x, node.y));
            let (wide, high) = self.half(node);
            let out = |d: f64, half: f64| (d.abs() - half).max(0.0);
            out(at.0 - x, wide).hypot(out(at.1 - y, high))
        };
        let far = nodes.iter().map(beyond).enumerate();
        let (nth, far) = far.min_by(|a, b| a.1.total_cmp(&b.1))?;
        (far <= slack).then_some(nth)
    }
}

/// The custom property and the strength of a tint; none for a graph without a scale.
fn tint(value: Option<f32>, colours: &Colours) -> Option<(&'static str, f64)> {
    let value = value.filter(|v| v.is_finite() && !colours.label.is_empty())?;
    let (low, high) = colours.range;
    let part = if high > low {
        f64::from(((value - low) / (high - low)).clamp(0.0, 1.0))
    } else {
        0.0
    };
    Some(match (colours.diverging, part < 0.5) {
        (false, _) => ("--arm-1", part),
        (true, false) => ("--arm-1", 2.0 * part - 1.0),
        (true, true) => ("--arm-2", 1.0 - 2.0 * part),
    })
}

/// What a node is called: its label, with its number where several have that label.
fn name(graph: &Graph, nth: usize) -> String {
    let Some(node) = graph.nodes.get(nth) else {
        return String::new();
    };
    let alike = graph.nodes.iter().filter(|n| n.label == node.label).count();
    match (node.label.is_empty(), alike) {
        (true, _) => (nth + 1).to_string(),
        (false, 1) => node.label.clone(),
        _ => format!("{} {}", node.label, nth + 1),
    }
}

/// What is read out of a node.
fn readout(graph: &Graph, nth: usize) -> Option<String> {
    let node = graph.nodes.get(nth)?;
    let said = match (node.note.is_empty(), node.value.is_empty()) {
        (false, _) => node.note.clone(),
        (true, false) => format!("{}: {}", name(graph, nth), node.value),
        (true, true) => name(graph, nth),
    };
    let forced = node.dial.as_ref().is_some_and(|d| d.forced);
    Some(if forced { said + " (forced)" } else { said })
}

/// The nodes as rows: what each says, and what it leads to or is joined to.
fn rows(graph: &Graph) -> Table {
    let noted = graph.nodes.iter().any(|n| !n.note.is_empty());
    let ordered = graph.edges.iter().any(|e| e.arrow);
    let mut head = vec!["Node".to_owned(), "value".to_owned()];
    if noted {
        head.push("what it says".to_owned());
    }
    head.push(if ordered { "leads to" } else { "joined to" }.to_owned());
    let row = |nth: usize, node: &Node| {
        let mut row = vec![name(graph, nth), node.value.clone()];
        if noted {
            row.push(node.note.clone());
        }
        let ends = graph.edges.iter().filter_map(|edge| {
            let (from, to) = (edge.from as usize, edge.to as usize);
            let other = match () {
                () if from == nth => to,
                () if to == nth && !ordered => from,
                () => return None,
            };
            let mut end = name(graph, other);
            let mut said = Vec::new();
            if !edge.label.is_empty() {
                said.push(edge.label.clone());
            }
            if edge.weight > 0.0 {
                said.push(number(edge.weight.into()));
            }
            if !said.is_empty() {
                end = format!("{end} ({})", said.join(", "));
            }
            Some(end)
        });
        row.push(ends.collect::<Vec<_>>().join(", "));
        row
    };
    let nodes = graph.nodes.iter().enumerate();
    Table {
        head,
        rows: nodes.map(|(nth, node)| row(nth, node)).collect(),
    }
}
