use super::{
    Frame,
    draw::{Mark, svg},
    edit::{self, Rules},
    name, readout, rows, tint,
};
use lab::{
    NodeKind,
    figure::{Colours, Dial, Edge, Graph, Node, Shape, Sketch},
};

fn node(label: &str, x: f64, y: f64) -> Node {
    Node {
        label: label.to_owned(),
        x,
        y,
        ..Node::default()
    }
}

fn edge(from: u32, to: u32) -> Edge {
    Edge {
        from,
        to,
        lines: 1,
        ..Edge::default()
    }
}

fn graph() -> Graph {
    Graph {
        nodes: vec![
            node("f <1>", 1.0, 1.0),
            node("C", 4.0, 1.0),
            node("C", 4.0, 3.0),
        ],
        edges: vec![edge(0, 1), edge(1, 2)],
        size: (5.0, 4.0),
        colours: Colours {
            label: "value".to_owned(),
            range: (-1.0, 1.0),
            diverging: true,
        },
        ..Graph::default()
    }
}

fn drawn(graph: &Graph) -> String {
    svg(graph, "A \"cell\"", Mark::default())
}

#[test]
fn names_from_data_stay_text_and_no_style_attribute_is_written() {
    let mut graph = graph();
    graph.edges[0].label = "<b>".to_owned();
    let out = drawn(&graph);
    assert!(out.contains("f &lt;1&gt;") && out.contains("&lt;b&gt;") && !out.contains("<b>"));
    assert!(out.contains("aria-label=\"A &quot;cell&quot;\""));
    assert!(!out.contains("style"), "{out}");
    assert!(!out.contains("NaN"), "{out}");
}

#[test]
fn edges_that_lead_nowhere_are_not_drawn() {
    let mut graph = graph();
    graph.edges = vec![edge(0, 9), edge(1, 1)];
    assert!(!drawn(&graph).contains("<path"));
    graph.size = (f64::NAN, 0.0);
    assert!(!drawn(&graph).contains("NaN"));
}

#[test]
fn what_an_edge_says_is_how_it_looks() {
    let with = |change: fn(&mut Edge)| {
        let mut graph = graph();
        change(&mut graph.edges[0]);
        drawn(&graph)
    };
    let plain = with(|_| {});
    assert!(!plain.contains("class=\"h") && !plain.contains("dasharray"));
    assert!(with(|e| e.arrow = true).contains("<path class=\"h\""));
    assert!(with(|e| e.dashed = true).contains("stroke-dasharray"));
    assert!(with(|e| e.lines = 2).contains("class=\"e gap\""));
    assert!(with(|e| e.weight = 1.0).contains("stroke-width=\"7.5\""));
    assert!(with(|e| e.via = vec![(2.0, 3.0)]).contains('Q'), "rounded");
    let tinted = with(|e| e.tint = Some(-1.0));
    assert!(
        tinted.contains("stroke=\"var(--arm-2)\" stroke-opacity=\"1.00\""),
        "{tinted}"
    );
    let lit = with(|e| e.lit = true);
    assert!(
        lit.find("class=\"e\"") < lit.find("class=\"e lit\""),
        "above"
    );
}

#[test]
fn an_edge_ends_at_the_outline_of_its_nodes() {
    let graph = graph();
    let frame = Frame::new(&graph);
    let (from, to) = (frame.place((1.0, 1.0)), frame.place((4.0, 1.0)));
    let reach = frame.reach(&graph.nodes[0], from, to);
    assert!((reach - frame.unit * 0.47).abs() < 1e-9);
    let wide = Node {
        shape: Shape::Box,
        ..node("a long name of a layer", 1.0, 1.0)
    };
    let side = frame.reach(&wide, from, to);
    let above = frame.reach(&wide, from, (from.0, 0.0));
    assert!(side > reach && above < side, "{side} {above}");
}

#[test]
fn tints_need_a_scale() {
    let colours = graph().colours;
    assert_eq!(tint(Some(1.0), &colours), Some(("--arm-1", 1.0)));
    assert_eq!(tint(Some(-9.0), &colours), Some(("--arm-2", 1.0)));
    assert_eq!(tint(Some(f32::NAN), &colours), None);
    assert_eq!(tint(Some(1.0), &Colours::default()), None);
    let growing = Colours {
        label: "p".to_owned(),
        ..Colours::default()
    };
    assert_eq!(tint(Some(0.25), &growing), Some(("--arm-1", 0.25)));
}

#[test]
fn nodes_are_found_where_they_are_drawn() {
    let graph = graph();
    let frame = Frame::new(&graph);
    let at = |x, y| frame.node_at(&graph.nodes, frame.place((x, y)), 8.0);
    assert_eq!(at(4.2, 3.1), Some(2));
    assert_eq!(at(2.5, 2.0), None);
    let (x, y) = frame.value(frame.place((2.5, 0.5)));
    assert!((x - 2.5).abs() < 1e-9 && (y - 0.5).abs() < 1e-9);
}

#[test]
fn nodes_are_read_by_name_value_and_note() {
    let mut graph = graph();
    assert_eq!(name(&graph, 0), "f <1>");
    assert_eq!(name(&graph, 2), "C 3");
    graph.nodes[0].value = "0.73".to_owned();
    assert_eq!(readout(&graph, 0).unwrap(), "f <1>: 0.73");
    graph.nodes[0].note = "The gate keeps 73 %".to_owned();
    graph.nodes[0].dial = Some(Dial {
        forced: true,
        ..Dial::default()
    });
    assert_eq!(readout(&graph, 0).unwrap(), "The gate keeps 73 % (forced)");
    assert_eq!(readout(&graph, 7), None);
    graph.edges[1].weight = 0.5;
    let table = rows(&graph);
    assert_eq!(table.head, ["Node", "value", "what it says", "joined to"]);
    assert_eq!(table.rows[1].last().unwrap(), "f <1>, C 3 (0.500)");
    graph.edges[0].arrow = true;
    assert_eq!(rows(&graph).rows[2].last().unwrap(), "", "leads nowhere");
}

fn kinds() -> Vec<NodeKind> {
    [("C", 3), ("N", 2), ("O", 1)]
        .map(|(label, degree)| NodeKind {
            label: label.to_owned(),
            name: format!("kind {label}"),
            degree,
        })
        .to_vec()
}

fn chain() -> Sketch {
    Sketch {
        nodes: vec![(0, 1.0, 1.0), (0, 2.0, 1.0), (0, 3.0, 1.0)],
        edges: vec![(0, 1), (1, 2)],
    }
}

fn rules(kinds: &[NodeKind]) -> Rules<'_> {
    Rules {
        kinds,
        max: 4,
        size: (5.0, 4.0),
    }
}

#[test]
fn an_atom_is_added_bonded_up_to_the_most() {
    let kinds = kinds();
    let four = edit::added(&chain(), 1, Some((9.0, 2.0)), Some(2), rules(&kinds)).unwrap();
    assert_eq!(four.nodes[3], (1, 4.5, 2.0), "within the picture");
    assert!(four.edges.contains(&(2, 3)));
    let full = edit::added(&four, 1, None, None, rules(&kinds)).unwrap_err();
    assert!(full.contains("4 atoms are the most"), "{full}");
    let near = edit::added(&chain(), 0, None, Some(0), rules(&kinds)).unwrap();
    let (_, x, y) = near.nodes[3];
    assert!((x - 1.0).hypot(y - 1.0) < 1.6 && y > 1.3, "room at {x} {y}");
    let mut star = chain();
    star.nodes[2].0 = 2;
    let taken = edit::added(&star, 0, None, Some(2), rules(&kinds)).unwrap_err();
    assert!(taken.contains("Kind O 3 takes at most one bond"), "{taken}");
}

#[test]
fn a_bond_is_made_and_parted() {
    let kinds = kinds();
    let ring = edit::bonded(&chain(), 2, 0, rules(&kinds)).unwrap();
    assert_eq!(ring.edges, [(0, 1), (0, 2), (1, 2)], "in order");
    assert_eq!(edit::bonded(&ring, 0, 2, rules(&kinds)).unwrap(), chain());
    edit::bonded(&ring, 1, 1, rules(&kinds)).unwrap_err();
    edit::bonded(&ring, 1, 7, rules(&kinds)).unwrap_err();
}

#[test]
fn a_kind_takes_only_so_many_bonds() {
    let kinds = kinds();
    assert_eq!(edit::next_kind(&chain(), 1, rules(&kinds)), Some(1));
    let middle = edit::changed(&chain(), 1, 1, rules(&kinds)).unwrap();
    assert_eq!(
        edit::next_kind(&middle, 1, rules(&kinds)),
        Some(0),
        "O takes one"
    );
    let why = edit::changed(&chain(), 1, 2, rules(&kinds)).unwrap_err();
    assert!(why.contains("this atom has 2"), "{why}");
    let mut star = chain();
    star.nodes.push((0, 2.0, 2.0));
    star.edges.push((1, 3));
    assert_eq!(edit::next_kind(&star, 1, rules(&kinds)), None);
}

#[test]
fn a_deleted_atom_takes_its_bonds_along() {
    let two = edit::deleted(&chain(), 0).unwrap();
    assert_eq!((two.nodes.len(), two.edges), (2, vec![(0, 1)]));
    let apart = edit::deleted(&chain(), 1).unwrap();
    assert!(apart.edges.is_empty());
    let one = edit::deleted(&apart, 0).unwrap();
    edit::deleted(&one, 0).unwrap_err();
}

#[test]
fn a_sketch_is_seen_before_its_answer() {
    let mut answer = Graph {
        nodes: chain()
            .nodes
            .iter()
            .map(|(_, x, y)| Node {
                value: "0.5".to_owned(),
                ..node("C", (*x).into(), (*y).into())
            })
            .collect(),
        edges: vec![edge(0, 1), edge(1, 2)],
        size: (5.0, 4.0),
        editable: true,
        ..Graph::default()
    };
    answer.edges[0].weight = 0.7;
    assert_eq!(edit::shown(&answer, &chain(), &kinds()), answer);
    assert!(edit::answers(&answer, &chain()));
    let moved = edit::moved(&chain(), 1, (2.5, 2.0), answer.size);
    let shown = edit::shown(&answer, &moved, &kinds());
    assert_eq!((shown.nodes[1].x, &*shown.nodes[1].value), (2.5, "0.5"));
    assert!(!edit::answers(&answer, &moved) && edit::answers(&shown, &moved));
    assert_eq!(shown.edges, answer.edges);
    let grown = edit::added(&chain(), 1, None, Some(0), rules(&kinds())).unwrap();
    let shown = edit::shown(&answer, &grown, &kinds());
    assert_eq!((shown.nodes.len(), &*shown.nodes[3].label), (4, "N"));
    assert_eq!(
        (&*shown.nodes[3].value, &*shown.nodes[0].value),
        ("", "0.5")
    );
    assert_eq!(shown.edges.len(), 3);
    let less = edit::shown(&answer, &edit::deleted(&chain(), 0).unwrap(), &kinds());
    assert_eq!((less.nodes.len(), less.edges.len()), (2, 1));
}
