//! Whether a figure's parts fit together.

use lab::{Figure, figure::Node};
use std::collections::BTreeSet;

/// A figure's parts fit together.
pub fn sound(figure: &Figure, at: &str) {
    if let Some(pick) = figure.pick() {
        let ids: BTreeSet<u32> = pick.options.iter().map(|o| o.id).collect();
        assert_eq!(ids.len(), pick.options.len(), "{at}");
        assert!(ids.contains(&pick.chosen), "{at}");
    }
    match figure {
        Figure::Series(f) => assert!(!f.lines.is_empty(), "{at}"),
        Figure::Heatmap(f) => {
            let cells = f.rows.len() * f.columns.len();
            assert_eq!(f.values.len(), cells, "{at}");
            assert!(f.texts.is_empty() || f.texts.len() == cells, "{at}");
            assert!(f.values.iter().all(|v| v.is_finite()), "{at}");
            let inside = |(r, c): &(u32, u32)| {
                (*r as usize) < f.rows.len() && (*c as usize) < f.columns.len()
            };
            assert!(f.outlined.iter().all(inside), "{at}");
        }
        Figure::Tokens(f) => {
            assert!(!f.strips.is_empty(), "{at}");
            assert!(
                f.strips.iter().all(|s| s.tokens.len() == s.values.len()),
                "{at}"
            );
        }
        Figure::Histogram(f) => {
            assert!(
                f.groups.iter().all(|g| g.counts.len() + 1 == f.edges.len()),
                "{at}"
            );
        }
        Figure::Texts(f) => {
            for piece in &f.pieces {
                assert!(piece.given as usize <= piece.text.chars().count(), "{at}");
                for (from, until) in &piece.wrong {
                    assert!(
                        piece.text.get(*from as usize..*until as usize).is_some(),
                        "{at}"
                    );
                }
            }
        }
        Figure::Table(f) => {
            assert!(f.rows.iter().all(|row| row.len() == f.head.len()), "{at}");
        }
        Figure::Plane(f) => {
            let finite = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
            assert!(f.paths.iter().flat_map(|p| &p.points).all(finite), "{at}");
            assert!(f.points.iter().all(|p| finite(&(p.x, p.y))), "{at}");
            assert!(
                f.points.iter().all(|p| (0.0..=1.0).contains(&p.weight)),
                "{at}"
            );
        }
        Figure::Graph(f) => {
            let inside = |n: u32| (n as usize) < f.nodes.len();
            assert!(
                f.edges.iter().all(|e| inside(e.from) && inside(e.to)),
                "{at}"
            );
            assert!(
                f.edges.iter().all(|e| (0.0..=1.0).contains(&e.weight)),
                "{at}"
            );
            let (width, height) = f.size;
            let fits = |n: &Node| (0.0..=width).contains(&n.x) && (0.0..=height).contains(&n.y);
            assert!(f.nodes.iter().all(fits), "{at}");
        }
        Figure::Stages(f) => {
            assert!(!f.stages.is_empty(), "{at}");
            let kind = std::mem::discriminant(&f.stages[0].figure);
            for stage in &f.stages {
                assert_eq!(std::mem::discriminant(&stage.figure), kind, "{at}");
                sound(&stage.figure, at);
            }
        }
    }
}
