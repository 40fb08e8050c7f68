//! The drawing itself.

use super::{Frame, GROWS, SHRINKS, STRONGEST, tint};
use crate::figures::html::escape;
use lab::figure::{Edge, Graph, Node, Shape};
use std::fmt::Write as _;

/// A corner of a wire is no sharper than this, in CSS pixels.
const BEND: f64 = 9.0;
/// Length of an arrow head.
const HEAD: f64 = 8.0;

type Place = (f64, f64);

/// What a reader's hand is at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mark {
    /// The node come to.
    pub at: Option<usize>,
    /// The node a new edge begins at.
    pub from: Option<usize>,
    /// Where in the graph it has been drawn to.
    pub to: Option<(f64, f64)>,
}

/// The drawing, named `title`.
pub fn svg(graph: &Graph, title: &str, mark: Mark) -> String {
    let frame = Frame::new(graph);
    let (width, height) = frame.size;
    let class = match width {
        w if w <= SHRINKS => "",
        w if w <= GROWS => " class=\"mid\"",
        _ => " class=\"far\"",
    };
    let mut out = format!("<svg role=\"img\"{class} aria-label=\"");
    escape(&mut out, title);
    let _ = write!(
        out,
        "\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    );
    // What happens now lies above what does not.
    for lit in [false, true] {
        for edge in graph.edges.iter().filter(|e| e.lit == lit) {
            draw_edge(&mut out, graph, edge, &frame);
        }
    }
    if let (Some(node), Some(to)) = (mark.from.and_then(|i| graph.nodes.get(i)), mark.to) {
        let (x, y) = frame.place((node.x, node.y));
        let (to_x, to_y) = frame.place(to);
        let _ = write!(
            out,
            "<path class=\"e lit\" stroke-width=\"2\" stroke-dasharray=\"4 3\" d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\"/>"
        );
    }
    for (nth, node) in graph.nodes.iter().enumerate() {
        draw_node(&mut out, graph, node, &frame);
        let chosen = graph
            .pick
            .as_ref()
            .is_some_and(|p| p.chosen as usize == nth);
        let rings = [
            (chosen, 3.5, "--ink"),
            (
                mark.at == Some(nth) || mark.from == Some(nth),
                5.5,
                "--accent",
            ),
        ];
        for (_, beyond, colour) in rings.into_iter().filter(|r| r.0) {
            outline(&mut out, node, &frame, beyond);
            let _ = write!(
                out,
                " fill=\"none\" stroke=\"var({colour})\" stroke-width=\"2\"/>"
            );
        }
    }
    for edge in graph.edges.iter().filter(|e| !e.label.is_empty()) {
        if let Some(way) = way(graph, edge, &frame) {
            label(&mut out, &edge.label, &way, edge.lit);
        }
    }
    out.push_str("</svg>");
    out
}

/// The corners of an edge in the drawing, from the outline of one node to that of the other.
fn way(graph: &Graph, edge: &Edge, frame: &Frame) -> Option<Vec<Place>> {
    let node = |nth: u32| graph.nodes.get(nth as usize);
    let (from, to) = (node(edge.from)?, node(edge.to)?);
    let centre = |node: &Node| frame.place((node.x, node.y));
    let mut way = vec![centre(from)];
    way.extend(edge.via.iter().map(|p| frame.place(*p)));
    way.push(centre(to));
    let last = way.len() - 1;
    way[0] = toward(way[0], way[1], frame.reach(from, way[0], way[1]));
    way[last] = toward(
        way[last],
        way[last - 1],
        frame.reach(to, way[last], way[last - 1]) + if edge.arrow { 1.5 } else { 0.0 },
    );
    (length(&way) > 1.0).then_some(way)
}

/// The place `far` pixels from `from` on the way to `to`.
fn toward(from: Place, to: Place, far: f64) -> Place {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = dx.hypot(dy).max(1e-6);
    (from.0 + dx / long * far, from.1 + dy / long * far)
}

fn between(a: Place, b: Place) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn length(way: &[Place]) -> f64 {
    way.windows(2).map(|w| between(w[0], w[1])).sum()
}

/// The path over `way`, its corners rounded.
fn path(out: &mut String, way: &[Place]) {
    let _ = write!(out, "M{:.1} {:.1}", way[0].0, way[0].1);
    for w in way.windows(3) {
        let bend = BEND
            .min(between(w[0], w[1]) / 2.0)
            .min(between(w[1], w[2]) / 2.0);
        let (a, b) = (toward(w[1], w[0], bend), toward(w[1], w[2], bend));
        let _ = write!(
            out,
            "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
            a.0, a.1, w[1].0, w[1].1, b.0, b.1
        );
    }
    let end = way[way.len() - 1];
    let _ = write!(out, "L{:.1} {:.1}", end.0, end.1);
}

fn draw_edge(out: &mut String, graph: &Graph, edge: &Edge, frame: &Frame) {
    let Some(mut way) = way(graph, edge, frame) else {
        return;
    };
    let weight = f64::from(edge.weight.clamp(0.0, 1.0));
    let plain = if edge.lit { 2.6 } else { 1.5 };
    let width = plain + 6.0 * weight;
    let class = if edge.lit { "e lit" } else { "e" };
    let tinted = tint(edge.tint, &graph.colours);
    // Even the weakest is there.
    let colour = tinted.filter(|_| !edge.lit).map(|(name, strength)| {
        let there = 0.2 + 0.8 * strength;
        format!(" stroke=\"var({name})\" stroke-opacity=\"{there:.2}\"")
    });
    let colour = colour.unwrap_or_default();
    let dash = if edge.dashed {
        " stroke-dasharray=\"4 4\""
    } else {
        ""
    };
    let head = edge.arrow.then(|| {
        let last = way.len() - 1;
        let (tip, before) = (way[last], way[last - 1]);
        way[last] = toward(tip, before, (HEAD - 1.0).min(between(tip, before)));
        (tip, toward(tip, before, HEAD + weight * 3.0))
    });
    let mut stroke = |class: &str, width: f64, extra: &str| {
        let _ = write!(
            out,
            "<path class=\"{class}\" stroke-width=\"{width:.1}\"{extra} d=\""
        );
        path(out, &way);
        out.push_str("\"/>");
    };
    if edge.lines > 1 {
        // Two lines are a broad one with a gap, also round corners.
        stroke(class, 2.0 * width + 3.0, &format!("{colour}{dash}"));
        stroke("e gap", 3.0, "");
    } else {
        stroke(class, width, &format!("{colour}{dash}"));
    }
    if let Some((tip, back)) = head {
        let half = 4.0 + weight * 3.0;
        let (ux, uy) = ((tip.0 - back.0), (tip.1 - back.1));
        let long = ux.hypot(uy).max(1e-6);
        let (nx, ny) = (-uy / long * half, ux / long * half);
        let class = if edge.lit { "h lit" } else { "h" };
        let _ = write!(
            out,
            "<path class=\"{class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\"/>",
            tip.0,
            tip.1,
            back.0 + nx,
            back.1 + ny,
            back.0 - nx,
            back.1 - ny
        );
    }
}

/// The words of an edge, beside the middle of its way.
fn label(out: &mut String, words: &str, way: &[Place], lit: bool) {
    let mut left = length(way) / 2.0;
    let piece = way.windows(2).find(|w| {
        let long = between(w[0], w[1]);
        let here = left <= long;
        if !here {
            left -= long;
        }
        here
    });
    let Some(piece) = piece else { return };
    let (x, y) = toward(piece[0], piece[1], left);
    let flat = (piece[1].0 - piece[0].0).abs() >= (piece[1].1 - piece[0].1).abs();
    let (x, y, anchor) = if flat {
        (x, y - 8.0, "middle")
    } else {
        (x + 6.0, y, "start")
    };
    let class = if lit { "s lit" } else { "s" };
    let _ = write!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" dy=\".35em\" text-anchor=\"{anchor}\">"
    );
    escape(out, words);
    out.push_str("</text>");
}

/// The beginning of a node's outline, so much beyond it.
fn outline(out: &mut String, node: &Node, frame: &Frame, beyond: f64) {
    let (x, y) = frame.place((node.x, node.y));
    let (wide, high) = frame.half(node);
    let (wide, high) = (wide + beyond, high + beyond);
    let _ = match node.shape {
        Shape::Circle | Shape::Dot => {
            write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{wide:.1}\"")
        }
        Shape::Box | Shape::Bare => write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{:.0}\"",
            x - wide,
            y - high,
            2.0 * wide,
            2.0 * high,
            5.0 + beyond
        ),
    };
}

fn draw_node(out: &mut String, graph: &Graph, node: &Node, frame: &Frame) {
    let (x, y) = frame.place((node.x, node.y));
    let forced = node.dial.as_ref().is_some_and(|d| d.forced);
    if node.shape != Shape::Bare || node.lit || forced {
        let class = match (node.lit, forced) {
            (true, true) => "n lit forced",
            (true, false) => "n lit",
            (false, true) => "n forced",
            (false, false) => "n",
        };
        outline(out, node, frame, 0.0);
        let _ = write!(out, " class=\"{class}\"/>");
    }
    if let Some((colour, strength)) = tint(node.tint, &graph.colours) {
        outline(out, node, frame, -0.5);
        let _ = write!(
            out,
            " fill=\"var({colour})\" fill-opacity=\"{:.2}\"/>",
            strength * STRONGEST
        );
    }
    let mut write = |words: &str, class: &str, dy: f64| {
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" dy=\".35em\" text-anchor=\"middle\">",
            y + dy
        );
        escape(out, words);
        out.push_str("</text>");
    };
    match (node.label.is_empty(), node.value.is_empty()) {
        (false, true) => write(&node.label, "l", 0.0),
        (true, false) => write(&node.value, "v", 0.0),
        (false, false) => {
            write(&node.label, "l", -6.5);
            write(&node.value, "v", 7.0);
        }
        (true, true) => {}
    }
}
