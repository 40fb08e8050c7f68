//! What a reader does to a sketch, apart from how they do it.

use super::super::html::capital;
use lab::{
    NodeKind,
    figure::{Edge, Graph, Node, Sketch},
};

/// What a sketch may be.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The kinds of nodes.
    pub kinds: &'a [NodeKind],
    /// So many nodes at most.
    pub max: u32,
    /// The picture's width and height.
    pub size: (f64, f64),
}

fn same(node: &Node, place: &(u32, f32, f32)) -> bool {
    let near = |a: f64, b: f32| (a - f64::from(b)).abs() < 1e-3;
    node.kind == place.0 && near(node.x, place.1) && near(node.y, place.2)
}

fn pair(edge: &Edge) -> (u32, u32) {
    (edge.from.min(edge.to), edge.from.max(edge.to))
}

/// Whether `graph` is what was answered to this sketch.
pub fn answers(graph: &Graph, own: &Sketch) -> bool {
    let nodes = graph.nodes.iter().zip(&own.nodes);
    graph.nodes.len() == own.nodes.len()
        && graph.edges.len() == own.edges.len()
        && nodes.into_iter().all(|(n, o)| same(n, o))
        && graph.edges.iter().all(|e| own.edges.contains(&pair(e)))
}

/// `graph` with the reader's sketch in it before the answer to it has come: what it says of a node
/// goes with the node, as long as the node stays what it is.
pub fn shown(graph: &Graph, own: &Sketch, kinds: &[NodeKind]) -> Graph {
    let kinds_stay = graph.nodes.len() == own.nodes.len()
        && graph
            .nodes
            .iter()
            .zip(&own.nodes)
            .all(|(n, o)| n.kind == o.0);
    let mut next = graph.clone();
    next.nodes = own
        .nodes
        .iter()
        .enumerate()
        .map(|(nth, place)| {
            let before = if kinds_stay {
                graph.nodes.get(nth)
            } else {
                graph.nodes.iter().find(|n| same(n, place))
            };
            let label = || kinds.get(place.0 as usize).map(|k| k.label.clone());
            let fresh = || Node {
                label: label().unwrap_or_default(),
                kind: place.0,
                ..Node::default()
            };
            Node {
                x: place.1.into(),
                y: place.2.into(),
                ..before.cloned().unwrap_or_else(fresh)
            }
        })
        .collect();
    let edge = |ends: &(u32, u32)| {
        let before = graph.edges.iter().filter(|_| kinds_stay);
        let fresh = Edge {
            from: ends.0,
            to: ends.1,
            lines: 1,
            ..Edge::default()
        };
        let mut before = before.filter(|e| pair(e) == *ends);
        before.next().cloned().unwrap_or(fresh)
    };
    next.edges = own.edges.iter().map(edge).collect();
    next
}

/// How many edges a node has.
pub fn degree(sketch: &Sketch, nth: usize) -> usize {
    let ends = sketch.edges.iter().flat_map(|(a, b)| [*a, *b]);
    ends.filter(|end| *end as usize == nth).count()
}

fn most(rules: Rules<'_>, kind: u32) -> usize {
    rules
        .kinds
        .get(kind as usize)
        .map_or(0, |k| k.degree as usize)
}

/// What a kind is called in a sentence.
pub fn called(rules: Rules<'_>, kind: u32) -> &str {
    let kind = rules.kinds.get(kind as usize);
    kind.map_or("", |k| if k.name.is_empty() { &k.label } else { &k.name })
}

fn times(n: usize) -> String {
    match n {
        1 => "one bond".to_owned(),
        n => format!("{n} bonds"),
    }
}

/// The sketch with a node of `kind` in it, at `to` or where there is room, bonded to `from`.
///
/// # Errors
/// Says why it cannot be added.
pub fn added(
    sketch: &Sketch,
    kind: u32,
    to: Option<(f64, f64)>,
    from: Option<usize>,
    rules: Rules<'_>,
) -> Result<Sketch, String> {
    if sketch.nodes.len() >= rules.max as usize {
        return Err(format!(
            "{} atoms are the most it takes: delete one first.",
            rules.max
        ));
    }
    let from = from.filter(|nth| *nth < sketch.nodes.len());
    let to = to.unwrap_or_else(|| room(sketch, from, rules.size));
    let mut next = sketch.clone();
    next.nodes.push((kind, 0.0, 0.0));
    let new = sketch.nodes.len();
    let next = moved(&next, new, to, rules.size);
    match from {
        Some(from) => bonded(&next, from, new, rules),
        None => Ok(next),
    }
}

/// The sketch with an edge between two nodes, or without the one there is.
///
/// # Errors
/// Says which of the two takes no more.
pub fn bonded(sketch: &Sketch, a: usize, b: usize, rules: Rules<'_>) -> Result<Sketch, String> {
    if a == b {
        return Err("A bond joins two different atoms: choose another one.".to_owned());
    }
    let ends = (a.min(b) as u32, a.max(b) as u32);
    let mut next = sketch.clone();
    if let Some(at) = sketch.edges.iter().position(|e| *e == ends) {
        next.edges.remove(at);
        return Ok(next);
    }
    for nth in [a, b] {
        let Some((kind, ..)) = sketch.nodes.get(nth) else {
            return Err("That atom is gone: choose another one.".to_owned());
        };
        if degree(sketch, nth) >= most(rules, *kind) {
            return Err(format!(
                "{} {} takes at most {} here: remove one first.",
                capital(called(rules, *kind)),
                nth + 1,
                times(most(rules, *kind)),
            ));
        }
    }
    next.edges.push(ends);
    next.edges.sort_unstable();
    Ok(next)
}

/// The sketch with a node of another kind.
///
/// # Errors
/// Says so if it has more edges than that kind takes.
pub fn changed(sketch: &Sketch, nth: usize, kind: u32, rules: Rules<'_>) -> Result<Sketch, String> {
    let has = degree(sketch, nth);
    if has > most(rules, kind) {
        return Err(format!(
            "{} takes at most {}, this atom has {has}: remove one first.",
            capital(called(rules, kind)),
            times(most(rules, kind))
        ));
    }
    let mut next = sketch.clone();
    if let Some(node) = next.nodes.get_mut(nth) {
        node.0 = kind;
    }
    Ok(next)
}

/// The next kind that takes the edges a node has.
pub fn next_kind(sketch: &Sketch, nth: usize, rules: Rules<'_>) -> Option<u32> {
    let (now, ..) = *sketch.nodes.get(nth)?;
    let (has, count) = (degree(sketch, nth), rules.kinds.len() as u32);
    (1..count)
        .map(|by| (now + by) % count)
        .find(|kind| has <= most(rules, *kind))
}

/// The sketch without a node and its edges.
///
/// # Errors
/// Says so if it is the last one.
pub fn deleted(sketch: &Sketch, nth: usize) -> Result<Sketch, String> {
    if sketch.nodes.len() <= 1 {
        return Err("The last atom cannot be deleted.".to_owned());
    }
    let mut next = sketch.clone();
    next.nodes.remove(nth);
    let gone = nth as u32;
    next.edges.retain(|(a, b)| *a != gone && *b != gone);
    for (a, b) in &mut next.edges {
        *a -= u32::from(*a > gone);
        *b -= u32::from(*b > gone);
    }
    Ok(next)
}

/// The sketch with a node at another place, within the picture.
pub fn moved(sketch: &Sketch, nth: usize, to: (f64, f64), size: (f64, f64)) -> Sketch {
    let mut next = sketch.clone();
    if let Some(node) = next.nodes.get_mut(nth) {
        // Two digits tell any two pixels apart.
        let within = |v: f64, size: f64| {
            (v.clamp(0.5, (size - 0.5).max(0.5)) * 100.0).round() as f32 / 100.0
        };
        (node.1, node.2) = (within(to.0, size.0), within(to.1, size.1));
    }
    next
}

/// Cosine and sine of a twenty-fourth of the full turn.
const COS: f64 = 0.965_925_826_289_068_3;
/// See [`COS`].
const SIN: f64 = 0.258_819_045_102_520_76;

/// Where there is room for another node: about a bond away from `from`, far from all others.
fn room(sketch: &Sketch, from: Option<usize>, size: (f64, f64)) -> (f64, f64) {
    let at = |node: &(u32, f32, f32)| (f64::from(node.1), f64::from(node.2));
    let away = |p: &(f64, f64)| {
        let far = |n: &(u32, f32, f32)| (at(n).0 - p.0).hypot(at(n).1 - p.1);
        sketch.nodes.iter().map(far).fold(f64::INFINITY, f64::min)
    };
    let within = |p: &(f64, f64)| {
        let inside = |v: f64, size: f64| (0.5..=size - 0.5).contains(&v);
        inside(p.0, size.0) && inside(p.1, size.1)
    };
    let around = from.and_then(|nth| sketch.nodes.get(nth)).map(at);
    let ring = |(x, y): (f64, f64)| {
        // Turned by a twenty-fourth each time: a sine for any angle is kilobytes of code.
        let turn = |(a, b): &(f64, f64)| Some((a * COS - b * SIN, a * SIN + b * COS));
        let ring = std::iter::successors(Some((1.5, 0.0)), turn);
        ring.take(24).map(move |(a, b)| (x + a, y + b))
    };
    let grid = (0..100).map(|i| {
        let part = |i: i32| (f64::from(i) + 0.5) / 10.0;
        (part(i % 10) * size.0, part(i / 10) * size.1)
    });
    let best = |all: &mut dyn Iterator<Item = (f64, f64)>| {
        all.filter(within)
            .max_by(|a, b| away(a).total_cmp(&away(b)))
    };
    around
        .and_then(|at| best(&mut ring(at)))
        .or_else(|| best(&mut { grid }))
        .unwrap_or((size.0 / 2.0, size.1 / 2.0))
}
