//! Looks inside: the network at work on the reader's molecule, and on the unseen ones.

use super::{
    batch::Batch,
    data::value,
    model::Trace,
    molecule::{ELEMENTS, Molecule, Target},
    run::Run,
    starters::starters,
};
use lab::{
    Figure, Input, ProbeError, Rng,
    figure::{
        Colours, Edge, Graph, Heatmap, Node, Path, Pick, PickOption, Plane, Point, Scale, Sketch,
        Stage, Stages, Table,
    },
};
use nn::store;

/// A reader's molecule has so many atoms at most.
pub const LARGEST: usize = 12;
/// Width and height of the drawing.
pub const SIZE: (f64, f64) = (7.6, 6.2);
/// So many renumberings of the reader's molecule are tried.
const RENUMBERINGS: usize = 10;
/// So many unseen molecules are drawn.
const SHOWN: usize = 200;

impl Run {
    /// A look inside.
    ///
    /// # Errors
    /// If there is no such probe, or what was drawn is no molecule.
    pub fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        match probe {
            "scatter" => return Ok(self.scatter()),
            "by-diameter" => return Ok(self.by_diameter()),
            _ => {}
        }
        let sketch = input.iter().find_map(|input| match input {
            Input::Sketch(sketch) => Some(sketch.clone()),
            _ => None,
        });
        let first = || starters().swap_remove(0).1;
        let sketch = &sketch.unwrap_or_else(first);
        let molecule = molecule(sketch)?;
        let picked = input.iter().find_map(|input| match input {
            Input::Pick(atom) => Some(*atom as usize),
            _ => None,
        });
        match probe {
            "molecule" => Ok(self.messages(sketch, &molecule)),
            "influence" => Ok(self.influence(sketch, &molecule, picked.unwrap_or(0))),
            "readout" => Ok(self.readout(&molecule)),
            _ => Err(ProbeError(format!(
                "There is no look inside called “{probe}”"
            ))),
        }
    }

    fn trace(&self, molecule: &Molecule) -> Trace {
        use burn::module::Module;
        let batch = Batch::new(&[molecule], self.plan.message.kinds(), &nn::plain());
        self.model.valid().trace(self.plan, &batch)
    }

    /// Messages round by round.
    fn messages(&self, sketch: &Sketch, molecule: &Molecule) -> Figure {
        let trace = self.trace(molecule);
        let n = molecule.atoms.len();
        let states: Vec<Vec<f32>> = trace
            .states
            .iter()
            .map(|s| store::values(s.clone()))
            .collect();
        let sizes: Vec<Vec<f32>> = trace
            .messages
            .iter()
            .map(|m| store::values(m.clone()))
            .collect();
        let largest = sizes.iter().flatten().copied().fold(1e-9, f32::max);
        let width = self.plan.width;
        let moved = |t: usize, v: usize| -> f32 {
            let at = |t: usize| states[t][v * width..(v + 1) * width].iter();
            at(t)
                .zip(at(t - 1))
                .map(|(a, b)| (a - b).powi(2))
                .sum::<f32>()
                .sqrt()
        };
        let most = (1..states.len())
            .flat_map(|t| (0..n).map(move |v| (t, v)))
            .map(|(t, v)| moved(t, v))
            .fold(1e-9, f32::max);
        let colours = Colours {
            label: "change of an atom in the round".into(),
            range: (0.0, most),
            diverging: false,
        };
        let mut stages = vec![Stage {
            title: "The molecule".into(),
            says: self.verdict(molecule),
            lights: Vec::new(),
            figure: Figure::Graph(drawing(sketch, molecule, Colours::default())),
        }];
        for (t, sizes) in sizes.iter().enumerate() {
            let mut graph = drawing(sketch, molecule, colours.clone());
            for (v, node) in graph.nodes.iter_mut().enumerate() {
                node.tint = Some(moved(t + 1, v));
                node.note = format!(
                    "{}: moved by {:.2} in round {}",
                    ELEMENTS[molecule.atoms[v]].name,
                    moved(t + 1, v),
                    t + 1
                );
            }
            for edge in &mut graph.edges {
                let (a, b) = (edge.from as usize, edge.to as usize);
                let both = (sizes[a * n + b] + sizes[b * n + a]) / 2.0;
                edge.weight = (both / largest).clamp(0.0, 1.0);
            }
            stages.push(Stage {
                title: format!("Round {}", t + 1),
                says: format!(
                    "Thick bonds carry large messages, dark atoms change most. By now an atom can \
                     have heard of atoms {} away.",
                    bonds(t + 1)
                ),
                lights: Vec::new(),
                figure: Figure::Graph(graph),
            });
        }
        Figure::Stages(Stages {
            label: "Round".into(),
            stages,
            pick: None,
        })
    }

    /// Prediction against truth, and whether numbering matters.
    fn verdict(&self, molecule: &Molecule) -> String {
        let said = self.predict(&[molecule])[0];
        let right = value(molecule, self.target);
        let mut dice = Rng::new(0, "renumbering");
        let others: Vec<Molecule> = (0..RENUMBERINGS)
            .map(|_| renumbered(molecule, &mut dice))
            .collect();
        let others: Vec<&Molecule> = others.iter().collect();
        let change = self
            .predict(&others)
            .iter()
            .map(|y| (y - said).abs())
            .fold(0.0, f64::max);
        let name = match self.target {
            Target::Gap => "HOMO–LUMO gap",
            Target::Energy => "π energy",
            Target::Lumo => "LUMO",
        };
        let same = if change < 1e-5 {
            "gives the same prediction".to_owned()
        } else {
            format!("changes the prediction by up to {change:.1e}")
        };
        format!(
            "{name}: predicted {said:.3} |β|, computed {right:.3} |β|, off by {:.3}. Numbering the \
             atoms in {RENUMBERINGS} other ways {same}.",
            (said - right).abs()
        )
    }

    /// How far a changed atom is felt.
    fn influence(&self, sketch: &Sketch, molecule: &Molecule, atom: usize) -> Figure {
        let atom = atom.min(molecule.atoms.len() - 1);
        let mut other = molecule.clone();
        other.atoms[atom] = usize::from(molecule.atoms[atom] == 0);
        let states = |m: &Molecule| -> Vec<Vec<f32>> {
            self.trace(m)
                .states
                .iter()
                .map(|s| store::values(s.clone()))
                .collect()
        };
        let (before, after) = (states(molecule), states(&other));
        let (n, width) = (molecule.atoms.len(), self.plan.width);
        let change = |t: usize, v: usize| -> f32 {
            let row = v * width..(v + 1) * width;
            let pairs = before[t][row.clone()].iter().zip(&after[t][row]);
            pairs.map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
        };
        let most = (0..n)
            .map(|v| change(before.len() - 1, v))
            .fold(1e-9, f32::max);
        let most = (0..before.len())
            .map(|t| change(t, atom))
            .fold(most, f32::max);
        let far = molecule.distances(atom);
        let stages = (0..before.len()).map(|t| {
            let mut graph = drawing(
                sketch,
                molecule,
                Colours {
                    label: "change of an atom’s state".into(),
                    range: (0.0, most),
                    diverging: false,
                },
            );
            graph.editable = false;
            graph.pick = Some(pick(molecule, atom));
            for (v, node) in graph.nodes.iter_mut().enumerate() {
                node.tint = Some(change(t, v));
                node.lit = v == atom;
                let away = far[v].map_or("not joined".to_owned(), |d| format!("{} away", bonds(d)));
                node.note = format!(
                    "{} ({away}): {:.4}",
                    ELEMENTS[molecule.atoms[v]].name,
                    change(t, v)
                );
            }
            let beyond = (0..n).filter(|v| far[*v].is_none_or(|d| d > t));
            let beyond: Vec<usize> = beyond.collect();
            let untouched = beyond.iter().all(|v| change(t, *v) == 0.0);
            let said = match (beyond.is_empty(), untouched) {
                (true, _) => "The change has reached every atom.".to_owned(),
                (false, true) => format!(
                    "{} of {n} atoms are farther than {} from it: their change is exactly 0.",
                    beyond.len(),
                    bonds(t)
                ),
                (false, false) => {
                    "Some messages do not go along bonds: the change is felt at once.".to_owned()
                }
            };
            Stage {
                title: format!("After round {t}"),
                says: format!("The marked atom was exchanged for another element. {said}"),
                lights: Vec::new(),
                figure: Figure::Graph(graph),
            }
        });
        Figure::Stages(Stages {
            label: "Round".into(),
            stages: stages.collect(),
            pick: Some(pick(molecule, atom)),
        })
    }

    /// How much of each atom is read.
    fn readout(&self, molecule: &Molecule) -> Figure {
        let trace = self.trace(molecule);
        let names = molecule.atoms.iter().enumerate();
        Figure::Heatmap(Heatmap {
            rows_label: "look".into(),
            columns_label: "atom".into(),
            rows: (1..=trace.looks.len()).map(|t| t.to_string()).collect(),
            columns: names
                .map(|(i, a)| format!("{} {}", ELEMENTS[*a].label, i + 1))
                .collect(),
            values: trace
                .looks
                .iter()
                .flat_map(|l| store::values(l.clone()))
                .collect(),
            texts: Vec::new(),
            outlined: Vec::new(),
            colours: Colours {
                label: "share read".into(),
                ..Colours::default()
            },
            choosable: false,
        })
    }

    /// Predicted against computed, on unseen molecules.
    fn scatter(&self) -> Figure {
        let some: Vec<&Molecule> = self.data.test.iter().take(SHOWN).collect();
        let said = self.predict(&some);
        let right = &self.data.test_values;
        let points: Vec<Point> = some
            .iter()
            .zip(said.iter().zip(right))
            .map(|(m, (y, x))| Point {
                x: *x,
                y: *y,
                note: format!("{}: computed {x:.3}, predicted {y:.3}", formula(m)),
                colour: 1,
                ..Point::default()
            })
            .collect();
        let ends = points.iter().flat_map(|p| [p.x, p.y]);
        let (low, high) = ends.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        let axis = |label: &str| Scale {
            label: label.into(),
            ..Scale::default()
        };
        Figure::Plane(Plane {
            x: axis("computed, |β|"),
            y: axis("predicted, |β|"),
            square: true,
            paths: vec![Path {
                label: "predicted = computed".into(),
                points: vec![(low, low), (high, high)],
                dashed: true,
                ..Path::default()
            }],
            points,
            editable: false,
            pick: None,
        })
    }

    /// The error on unseen molecules, by how wide they are.
    fn by_diameter(&self) -> Figure {
        let all: Vec<&Molecule> = self.data.test.iter().collect();
        let mut rows: std::collections::BTreeMap<usize, Vec<f64>> =
            std::collections::BTreeMap::new();
        for ((m, said), right) in all
            .iter()
            .zip(self.predict(&all))
            .zip(&self.data.test_values)
        {
            rows.entry(m.diameter())
                .or_default()
                .push((said - right).abs());
        }
        let head = [
            "diameter, bonds",
            "unseen molecules",
            "mean error, |β|",
            "messages cross it",
        ];
        let row = |(diameter, misses): (&usize, &Vec<f64>)| {
            let mean = misses.iter().sum::<f64>() / misses.len() as f64;
            let cross = if *diameter <= self.plan.rounds {
                "yes"
            } else {
                "no"
            };
            vec![
                diameter.to_string(),
                misses.len().to_string(),
                format!("{mean:.3}"),
                cross.to_owned(),
            ]
        };
        Figure::Table(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: rows.iter().map(row).collect(),
        })
    }
}

fn bonds(n: usize) -> String {
    if n == 1 {
        "1 bond".to_owned()
    } else {
        format!("{n} bonds")
    }
}

/// Which atom is exchanged.
fn pick(molecule: &Molecule, chosen: usize) -> Pick {
    let option = |(i, atom): (usize, &usize)| PickOption {
        id: i as u32,
        label: format!("{} {}", ELEMENTS[*atom].label, i + 1),
        note: String::new(),
    };
    Pick {
        label: "Exchanged atom".into(),
        options: molecule.atoms.iter().enumerate().map(option).collect(),
        chosen: chosen as u32,
    }
}

/// Elements with their numbers: `C4 N1 O1, ring of 5`.
fn formula(molecule: &Molecule) -> String {
    let count = |e: usize| molecule.atoms.iter().filter(|a| **a == e).count();
    let parts = (0..ELEMENTS.len()).filter(|e| count(*e) > 0);
    let parts: Vec<String> = parts
        .map(|e| format!("{} {}", count(e), ELEMENTS[e].label))
        .collect();
    let ring = match molecule.bonds.iter().filter(|b| b.ring).count() {
        0 => "no ring".to_owned(),
        n => format!("ring of {n}"),
    };
    format!("{}; {ring}", parts.join(", "))
}

fn renumbered(molecule: &Molecule, dice: &mut Rng) -> Molecule {
    let n = molecule.atoms.len();
    let mut order: Vec<usize> = (0..n).collect();
    dice.shuffle(&mut order);
    let mut other = molecule.clone();
    for (old, new) in order.iter().enumerate() {
        other.atoms[*new] = molecule.atoms[old];
    }
    for bond in &mut other.bonds {
        let (a, b) = (order[bond.a], order[bond.b]);
        (bond.a, bond.b) = (a.min(b), a.max(b));
    }
    other
}

/// The sketch as a molecule.
///
/// # Errors
/// Says why it is none.
pub fn molecule(sketch: &Sketch) -> Result<Molecule, ProbeError> {
    let refuse = |why: String| Err(ProbeError(why));
    let n = sketch.nodes.len();
    if n < 2 {
        return refuse("A molecule needs two atoms at least: add some".into());
    }
    if n > LARGEST {
        return refuse(format!(
            "There are {n} atoms; at most {LARGEST} are computed: delete some"
        ));
    }
    let atoms: Vec<usize> = sketch
        .nodes
        .iter()
        .map(|(kind, ..)| *kind as usize)
        .collect();
    let pairs: Vec<(usize, usize)> = sketch
        .edges
        .iter()
        .map(|(a, b)| (*a as usize, *b as usize))
        .collect();
    let strange = atoms.iter().any(|a| *a >= ELEMENTS.len())
        || pairs.iter().any(|(a, b)| *a >= n || *b >= n || a == b);
    if strange {
        return refuse("This is no drawing of a molecule".into());
    }
    let molecule = Molecule::new(atoms, &pairs);
    for (i, atom) in molecule.atoms.iter().enumerate() {
        let (element, degree) = (ELEMENTS[*atom], molecule.neighbours(i).count());
        if degree > element.degree {
            return refuse(format!(
                "Atom {} ({}) has {degree} bonds; {} takes {} at most",
                i + 1,
                element.label,
                element.name,
                element.degree
            ));
        }
    }
    if molecule.distances(0).iter().any(Option::is_none) {
        return refuse("The atoms are not all joined: draw the missing bonds".into());
    }
    let electrons = molecule.electrons();
    if !electrons.is_multiple_of(2) {
        return refuse(format!(
            "It has {electrons} π electrons, an odd number: they fill levels in pairs. Change, add or delete an atom"
        ));
    }
    if molecule.levels().is_none() {
        return refuse("All its levels are filled: there is none for an electron to be lifted to. Exchange an atom for carbon".into());
    }
    Ok(molecule)
}

/// The reader's drawing.
fn drawing(sketch: &Sketch, molecule: &Molecule, colours: Colours) -> Graph {
    let node = |(i, (kind, x, y)): (usize, &(u32, f32, f32))| Node {
        x: f64::from(*x).clamp(0.0, SIZE.0),
        y: f64::from(*y).clamp(0.0, SIZE.1),
        label: ELEMENTS[*kind as usize].label.into(),
        note: format!("{}, atom {}", ELEMENTS[*kind as usize].name, i + 1),
        kind: *kind,
        ..Node::default()
    };
    let edge = |bond: &super::molecule::Bond| Edge {
        from: bond.a as u32,
        to: bond.b as u32,
        lines: 1,
        ..Edge::default()
    };
    Graph {
        nodes: sketch.nodes.iter().enumerate().map(node).collect(),
        edges: molecule.bonds.iter().map(edge).collect(),
        size: SIZE,
        colours,
        editable: true,
        pick: None,
    }
}
