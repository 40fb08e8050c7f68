//! Geometry and scatter: one drawing as a string, the same in the built page and while it lives. Its
//! size does not depend on its place, so that nothing jumps and a phone shows what a desk shows.

mod edit;
mod live;

use super::{
    axis::Axis,
    html::{escape, number, place},
    palette::DASHES,
    text,
};
use lab::figure::{Path, Plane, Point, Table};
use std::fmt::Write as _;

pub use live::view;

/// Width of every plane, in CSS pixels: two fit beside each other, and one on a phone.
const WIDTH: f64 = 304.0;
/// From the border to the box where no axis is drawn: a point in a corner keeps its disc and name.
const MARGIN: f64 = 20.0;
/// Below the box, with an axis: tick labels and its name.
const BELOW: f64 = 36.0;
/// The radius of a disc of full weight.
const DISC: f64 = 24.0;
/// The dash of what should be, finer than those of the arms.
const TRUTH: &[f64] = &[3.0, 3.0];

/// Where things lie in a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    x: Axis,
    y: Axis,
    /// Left and top edge of the box.
    origin: (f64, f64),
    /// Its width and height.
    inner: (f64, f64),
    /// Width and height of the whole drawing.
    size: (f64, f64),
}

impl Frame {
    /// The layout of `plane`.
    pub fn new(plane: &Plane) -> Self {
        let corners = plane.paths.iter().flat_map(|p| p.points.iter().copied());
        let all: Vec<(f64, f64)> = corners
            .chain(plane.points.iter().map(|p| (p.x, p.y)))
            .collect();
        let unit = plane.editable.then_some((0.0, 1.0));
        let (xs, ys) = (all.iter().map(|p| p.0), all.iter().map(|p| p.1));
        let (asked_x, asked_y) = (plane.x.range.or(unit), plane.y.range.or(unit));
        let (x, y) = if plane.square && asked_x.is_none() && asked_y.is_none() {
            let both = Axis::over(xs.chain(ys), None, plane.x.log, 0.05);
            (both, both)
        } else {
            let pad = 0.05;
            (
                Axis::over(xs, asked_x, plane.x.log, pad),
                Axis::over(ys, asked_y, plane.y.log, pad),
            )
        };
        let ticks = y.ticks(5);
        let widest = ticks.iter().map(|t| text::width(&t.1)).fold(0.0, f64::max);
        let left = if plane.y.label.is_empty() {
            MARGIN
        } else {
            widest + 28.0
        };
        let below = if plane.x.label.is_empty() {
            MARGIN
        } else {
            BELOW
        };
        let wide = WIDTH - left - MARGIN;
        let span = |axis: Axis| axis.range().end - axis.range().start;
        let high = if plane.square {
            (wide * span(y) / span(x)).clamp(wide / 3.0, wide * 1.25)
        } else {
            wide * 0.72
        };
        Self {
            x,
            y,
            origin: (left, MARGIN),
            inner: (wide, high),
            size: (WIDTH, (MARGIN + high + below).ceil()),
        }
    }

    /// Where a point of the plane lies in the drawing.
    fn place(&self, at: (f64, f64)) -> (f64, f64) {
        let part = |axis: &Axis, value: f64| {
            let range = axis.range();
            (axis.measure(value) - range.start) / (range.end - range.start)
        };
        (
            self.origin.0 + self.inner.0 * part(&self.x, at.0),
            self.origin.1 + self.inner.1 * (1.0 - part(&self.y, at.1)),
        )
    }

    /// Whether a point has a place at all.
    fn takes(&self, at: (f64, f64)) -> bool {
        self.x.takes(at.0) && self.y.takes(at.1)
    }

    /// What lies at a place of the drawing; at most at the ends of the axes.
    fn value(&self, at: (f64, f64)) -> (f64, f64) {
        let part = |at: f64, origin: f64, inner: f64| ((at - origin) / inner).clamp(0.0, 1.0);
        (
            self.x.at(part(at.0, self.origin.0, self.inner.0)),
            self.y.at(1.0 - part(at.1, self.origin.1, self.inner.1)),
        )
    }

    /// Whether a place of the drawing lies in the box.
    fn holds(&self, at: (f64, f64)) -> bool {
        let within = |at: f64, origin: f64, inner: f64| (0.0..=inner).contains(&(at - origin));
        within(at.0, self.origin.0, self.inner.0) && within(at.1, self.origin.1, self.inner.1)
    }

    /// The point nearest to a place of the drawing, if one lies within `reach`.
    fn nearest(&self, points: &[Point], at: (f64, f64), reach: f64) -> Option<usize> {
        let away = |p: &Point| {
            let (x, y) = self.place((p.x, p.y));
            (x - at.0).hypot(y - at.1)
        };
        let nearest = (0..points.len()).map(|i| (i, away(&points[i])));
        let (i, away) = nearest.min_by(|a, b| a.1.total_cmp(&b.1))?;
        (away <= reach).then_some(i)
    }
}

/// The custom property of a colour: ink, or an arm's.
fn property(colour: u32) -> &'static str {
    match colour {
        0 => "--ink",
        c => ["--arm-1", "--arm-2", "--arm-3", "--arm-4", "--arm-5"][(c as usize - 1) % 5],
    }
}

/// The stroke of a path, as attributes.
fn stroke(out: &mut String, path: &Path) {
    let dash = match path.colour {
        _ if path.dashed => TRUTH,
        0 => DASHES[0],
        c => DASHES[(c as usize - 1) % DASHES.len()],
    };
    let width = if path.dashed { 1.6 } else { 2.2 };
    let _ = write!(
        out,
        " stroke=\"var({})\" stroke-width=\"{width}\"",
        property(path.colour)
    );
    if !dash.is_empty() {
        let dash: Vec<String> = dash.iter().map(f64::to_string).collect();
        let _ = write!(out, " stroke-dasharray=\"{}\"", dash.join(" "));
    }
}

/// The drawing, named `title`, with a mark around the point a reader has come to.
pub fn svg(plane: &Plane, title: &str, at: Option<usize>) -> String {
    let frame = Frame::new(plane);
    let (width, height) = frame.size;
    let mut out = String::from("<svg role=\"img\" aria-label=\"");
    escape(&mut out, title);
    let _ = write!(
        out,
        "\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    );
    let ((left, top), (wide, high)) = (frame.origin, frame.inner);
    let _ = write!(
        out,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" fill=\"none\" stroke=\"var(--line)\"/>"
    );
    axes(&mut out, plane, &frame);
    for path in &plane.paths {
        draw_path(&mut out, path, &frame);
    }
    let there = |p: &Point| frame.takes((p.x, p.y));
    for point in plane.points.iter().filter(|p| p.weight > 0.0 && there(p)) {
        let (x, y) = frame.place((point.x, point.y));
        let radius = DISC * f64::from(point.weight.clamp(0.0, 1.0)).sqrt();
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"var({})\" fill-opacity=\".25\"/>",
            property(point.colour)
        );
    }
    let drawn = plane.points.iter().enumerate();
    for (i, point) in drawn.filter(|(_, p)| there(p)) {
        draw_point(&mut out, plane, i, at == Some(i), &frame);
        label(&mut out, point, &frame);
    }
    out.push_str("</svg>");
    out
}

fn axes(out: &mut String, plane: &Plane, frame: &Frame) {
    let ((left, top), (wide, high)) = (frame.origin, frame.inner);
    let (right, bottom) = (left + wide, top + high);
    let mut write = |x: f64, y: f64, anchor: &str, fill: &str, text: &str| {
        let _ = write!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" dy=\".35em\" text-anchor=\"{anchor}\" fill=\"var({fill})\">"
        );
        escape(out, text);
        out.push_str("</text>");
    };
    let mut grid = Vec::new();
    if !plane.x.label.is_empty() {
        for (value, tick) in frame.x.ticks(5) {
            let x = frame.place((value, 0.0)).0;
            grid.push((x, top, x, bottom));
            write(x, bottom + 10.0, "middle", "--faint", &tick);
        }
        let name = text::fit(&plane.x.label, wide);
        write(right, bottom + 26.0, "end", "--soft", &name);
    }
    if !plane.y.label.is_empty() {
        for (value, tick) in frame.y.ticks(5) {
            let y = frame.place((0.0, value)).1;
            grid.push((left, y, right, y));
            write(left - 6.0, y, "end", "--faint", &tick);
        }
        let name = text::fit(&plane.y.label, WIDTH - 8.0);
        write(2.0, 9.0, "start", "--soft", &name);
    }
    for (x, y, to_x, to_y) in grid {
        let _ = write!(
            out,
            "<path d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\" stroke=\"var(--hair)\"/>"
        );
    }
}

fn draw_path(out: &mut String, path: &Path, frame: &Frame) {
    let corners: Vec<(f64, f64)> = path
        .points
        .iter()
        .filter(|p| frame.takes(**p))
        .map(|p| frame.place(*p))
        .collect();
    let Some(first) = corners.first() else { return };
    out.push_str("<path d=\"");
    for (i, (x, y)) in corners.iter().enumerate() {
        let _ = write!(out, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
    }
    if path.closed {
        out.push('Z');
    }
    out.push_str("\" stroke-linejoin=\"round\"");
    if path.filled {
        let _ = write!(
            out,
            " fill=\"var({})\" fill-opacity=\".12\"",
            property(path.colour)
        );
    } else {
        out.push_str(" fill=\"none\"");
    }
    stroke(out, path);
    out.push_str("/>");
    if path.arrows {
        let last = path.closed.then_some(*first);
        let ends = corners.iter().skip(1).copied().chain(last);
        out.push_str("<path d=\"");
        for (from, to) in corners.iter().zip(ends) {
            arrow(out, *from, to);
        }
        let _ = write!(out, "\" fill=\"var({})\"/>", property(path.colour));
    }
}

/// A head past the middle of the way: its end is under a point.
fn arrow(out: &mut String, from: (f64, f64), to: (f64, f64)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = dx.hypot(dy);
    if long < 14.0 {
        return;
    }
    let (ux, uy) = (dx / long, dy / long);
    let (x, y) = (from.0 + dx * 0.58 + ux * 4.0, from.1 + dy * 0.58 + uy * 4.0);
    let (back_x, back_y) = (x - ux * 9.0, y - uy * 9.0);
    let _ = write!(
        out,
        "M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
        back_x - uy * 4.0,
        back_y + ux * 4.0,
        back_x + uy * 4.0,
        back_y - ux * 4.0
    );
}

fn draw_point(out: &mut String, plane: &Plane, nth: usize, at: bool, frame: &Frame) {
    let point = &plane.points[nth];
    let (x, y) = frame.place((point.x, point.y));
    let many = plane.points.len() > 60;
    let radius = match () {
        () if plane.editable => 5.5,
        () if many => 2.6,
        () => 4.0,
    };
    let _ = write!(
        out,
        "<circle class=\"pt\" data-point=\"{nth}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"var({})\"{}/>",
        property(point.colour),
        // Points on top of each other are told apart by an edge, or many of them by how dark it is.
        if many {
            " fill-opacity=\".7\""
        } else {
            " stroke=\"var(--panel)\""
        }
    );
    for (there, beyond, colour) in [(point.ringed, 4.0, "--ink"), (at, 7.0, "--accent")] {
        if there {
            let _ = write!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"none\" stroke=\"var({colour})\" stroke-width=\"2\"/>",
                radius + beyond
            );
        }
    }
}

/// A name beside its point, on the side where there is room.
fn label(out: &mut String, point: &Point, frame: &Frame) {
    if point.label.is_empty() {
        return;
    }
    let (x, y) = frame.place((point.x, point.y));
    let beyond = x + 10.0 + text::width(&point.label) > WIDTH;
    let (x, anchor) = if beyond {
        (x - 9.0, "end")
    } else {
        (x + 9.0, "start")
    };
    let y = if y < 16.0 { y + 10.0 } else { y - 9.0 };
    let _ = write!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" dy=\".35em\" text-anchor=\"{anchor}\" fill=\"var(--ink)\" stroke=\"var(--panel)\" stroke-width=\"3\" paint-order=\"stroke\">"
    );
    escape(out, &point.label);
    out.push_str("</text>");
}

/// The legend: each name once, with its colour and its dash.
pub fn legend(plane: &Plane) -> String {
    let mut out = String::new();
    let mut named: Vec<&str> = Vec::new();
    for path in plane.paths.iter().filter(|p| !p.label.is_empty()) {
        if named.contains(&path.label.as_str()) {
            continue;
        }
        named.push(&path.label);
        out.push_str("<li><svg width=\"26\" height=\"10\" aria-hidden=\"true\"><path d=\"");
        if path.filled {
            let _ = write!(
                out,
                "M1 1H25V9H1Z\" fill=\"var({})\" fill-opacity=\".12\"",
                property(path.colour)
            );
        } else {
            out.push_str("M0 5H26\" fill=\"none\"");
        }
        stroke(&mut out, path);
        out.push_str("/></svg>");
        escape(&mut out, &path.label);
        out.push_str("</li>");
    }
    out
}

/// What a point is called: its label, or its number.
fn name(points: &[Point], nth: usize) -> String {
    match points.get(nth) {
        Some(point) if !point.label.is_empty() => point.label.clone(),
        _ => (nth + 1).to_string(),
    }
}

/// What is read out of a point: what it says of itself, or its place.
fn readout(plane: &Plane, nth: usize) -> Option<String> {
    let point = plane.points.get(nth)?;
    let name = name(&plane.points, nth);
    if !point.note.is_empty() {
        return Some(format!("{name}: {}", point.note));
    }
    let axis = |label: &str, none: &str| (if label.is_empty() { none } else { label }).to_owned();
    Some(format!(
        "{name}: {} {}, {} {}",
        axis(&plane.x.label, "x"),
        number(point.x),
        axis(&plane.y.label, "y"),
        number(point.y)
    ))
}

/// The points as a table under `title`, and the paths as the points they lead over.
fn table(plane: &Plane, title: &str) -> String {
    let axis = |label: &str, none: &str| (if label.is_empty() { none } else { label }).to_owned();
    let noted = plane.points.iter().any(|p| !p.note.is_empty());
    let weighted = plane.points.iter().any(|p| p.weight > 0.0);
    let mut head = vec![
        "Point".to_owned(),
        axis(&plane.x.label, "x"),
        axis(&plane.y.label, "y"),
    ];
    if weighted {
        head.push("weight".to_owned());
    }
    if noted {
        head.push("what it says".to_owned());
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (i, point) in plane.points.iter().enumerate() {
        let mut row = vec![name(&plane.points, i), number(point.x), number(point.y)];
        if weighted {
            row.push(number(f64::from(point.weight)));
        }
        if noted {
            row.push(point.note.clone());
        }
        rows.push(row);
    }
    let mut out = super::table::html(&Table { head, rows }, title);
    for path in plane.paths.iter().filter(|p| !p.label.is_empty()) {
        let close = path.points.first().filter(|_| path.closed);
        let corner = |at: &(f64, f64)| {
            let nth = plane.points.iter().position(|p| same((p.x, p.y), *at));
            nth.map_or_else(
                || format!("({}, {})", place(at.0), place(at.1)),
                |nth| name(&plane.points, nth),
            )
        };
        let way: Vec<String> = path.points.iter().chain(close).map(corner).collect();
        out.push_str("<p>");
        escape(&mut out, &format!("{}: {}", path.label, way.join(" → ")));
        out.push_str("</p>");
    }
    out
}

/// Whether two places are the same but for the shorter form in which they travel.
fn same(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.0 - b.0).abs() < 1e-5 && (a.1 - b.1).abs() < 1e-5
}

#[cfg(test)]
mod tests;
