//! Molecules to begin with, drawn by hand.

use super::probes::SIZE;
use lab::figure::Sketch;

/// Named drawings.
pub fn starters() -> Vec<(String, Sketch)> {
    let named = |name: &str, sketch| (name.to_owned(), sketch);
    let pyrrole = with(ring(5, 0.0, (0.0, 0.0)), 0, 2);
    let furan = with(ring(5, 0.0, (0.0, 0.0)), 0, 4);
    let pyridine = with(ring(6, 0.0, (0.0, 0.0)), 0, 1);
    vec![
        named("Pyridine", centred(pyridine)),
        named("Ethylene", centred(chain(2))),
        named("Butadiene", centred(chain(4))),
        named("Benzene", centred(ring(6, 0.0, (0.0, 0.0)))),
        named("Pyrrole", centred(pyrrole)),
        named("Furan", centred(furan)),
        named("Formaldehyde", centred(with(chain(2), 1, 3))),
        named("Naphthalene", centred(naphthalene())),
        named("Fulvalene", centred(fulvalene())),
    ]
}

fn chain(n: u32) -> Sketch {
    let node = |i: u32| {
        (
            0,
            i as f32 * 1.15,
            if i.is_multiple_of(2) { 0.0 } else { 0.66 },
        )
    };
    Sketch {
        nodes: (0..n).map(node).collect(),
        edges: (1..n).map(|i| (i - 1, i)).collect(),
    }
}

/// A regular ring whose first atom stands at `turn` from straight up.
fn ring(n: u32, turn: f32, (x, y): (f32, f32)) -> Sketch {
    let radius = 0.66 / (std::f32::consts::PI / n as f32).sin();
    let node = |i: u32| {
        let (sin, cos) = (turn + i as f32 * std::f32::consts::TAU / n as f32).sin_cos();
        (0, x + radius * sin, y - radius * cos)
    };
    let edge = |i: u32| (i.min((i + 1) % n), i.max((i + 1) % n));
    Sketch {
        nodes: (0..n).map(node).collect(),
        edges: (0..n).map(edge).collect(),
    }
}

/// With one atom of another kind.
fn with(mut sketch: Sketch, atom: usize, kind: u32) -> Sketch {
    sketch.nodes[atom].0 = kind;
    sketch
}

/// Two six-rings that share a bond.
fn naphthalene() -> Sketch {
    let wide = 2.0 * 1.32 * (std::f32::consts::PI / 6.0).cos();
    join(ring(6, 0.0, (0.0, 0.0)), ring(6, 0.0, (wide, 0.0)))
}

/// Two five-rings joined by a bond.
fn fulvalene() -> Sketch {
    let left = ring(5, std::f32::consts::FRAC_PI_2, (0.0, 0.0));
    let mut right = ring(5, -std::f32::consts::FRAC_PI_2, (3.6, 0.0));
    let mut all = left;
    let shift = all.nodes.len() as u32;
    right
        .edges
        .iter_mut()
        .for_each(|(a, b)| (*a, *b) = (*a + shift, *b + shift));
    all.nodes.extend(right.nodes);
    all.edges.extend(right.edges);
    all.edges.push((0, shift));
    all
}

/// Two drawings as one; atoms in one place are one.
fn join(mut all: Sketch, other: Sketch) -> Sketch {
    let mut places = Vec::new();
    for node in &other.nodes {
        let near = |old: &(u32, f32, f32)| (old.1 - node.1).hypot(old.2 - node.2) < 0.3;
        let at = all.nodes.iter().position(near).unwrap_or_else(|| {
            all.nodes.push(*node);
            all.nodes.len() - 1
        });
        places.push(at as u32);
    }
    for (a, b) in other.edges {
        let (a, b) = (places[a as usize], places[b as usize]);
        let edge = (a.min(b), a.max(b));
        if !all.edges.contains(&edge) {
            all.edges.push(edge);
        }
    }
    all
}

/// In the middle of the drawing.
fn centred(mut sketch: Sketch) -> Sketch {
    let middle = |of: fn(&(u32, f32, f32)) -> f32, size: f64| {
        let (low, high) = sketch
            .nodes
            .iter()
            .map(of)
            .fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(v), h.max(v)));
        size as f32 / 2.0 - (low + high) / 2.0
    };
    let (x, y) = (middle(|n| n.1, SIZE.0), middle(|n| n.2, SIZE.1));
    // Hundredths are enough for a drawing, and travel well.
    let round = |v: f32| (v * 100.0).round() / 100.0;
    for node in &mut sketch.nodes {
        (node.1, node.2) = (round(node.1 + x), round(node.2 + y));
    }
    sketch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mpnn::probes::molecule;

    #[test]
    fn starters_are_molecules_with_their_textbook_gaps() {
        let gaps = [
            ("Ethylene", 2.0),
            ("Butadiene", 1.236),
            ("Benzene", 2.0),
            ("Naphthalene", 1.236),
            ("Fulvalene", 0.364),
        ];
        for (name, sketch) in starters() {
            let found = molecule(&sketch).unwrap().levels().unwrap().gap();
            if let Some((_, want)) = gaps.iter().find(|(n, _)| *n == name) {
                assert!((found - want).abs() < 1e-3, "{name}: {found}");
            }
            let inside = |n: &(u32, f32, f32)| {
                n.1 > 0.4
                    && f64::from(n.1) < SIZE.0 - 0.4
                    && n.2 > 0.4
                    && f64::from(n.2) < SIZE.1 - 0.4
            };
            assert!(sketch.nodes.iter().all(inside), "{name}");
        }
    }
}
