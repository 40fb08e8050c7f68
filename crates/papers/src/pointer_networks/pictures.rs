//! The plane with the points, the truth and the answer: whole, then pointer by pointer.

use super::{
    delaunay::triples,
    geometry::places,
    probes::Look,
    task::{Problem, Task},
};
use lab::{
    Figure,
    figure::{Path, Plane, Point, Scale, Stage, Stages},
};

/// Ink, and the colour of answers.
const TRUE: u32 = 0;
const ANSWERED: u32 = 1;

/// The whole answer first, then one stage a pointer.
pub fn stages(look: &Look) -> Stages {
    let whole = stage("The whole answer", verdict(look), look, None);
    let steps = look.answer.steps.len();
    let pointers = (0..steps).map(|k| {
        let title = format!("Pointer {} of {steps}", k + 1);
        stage(&title, choice(look, k), look, Some(k))
    });
    Stages {
        label: "Pointer".into(),
        stages: [whole].into_iter().chain(pointers).collect(),
        pick: None,
    }
}

/// A picture of the answer up to and without step `at`, and the probabilities there.
fn stage(title: &str, says: String, look: &Look, at: Option<usize>) -> Stage {
    let Problem { points, truth } = &look.problem;
    let n = points.len();
    let upto = at.map_or(look.answer.row.len(), |k| k.min(look.answer.row.len()));
    let named: Vec<usize> = look.answer.row[..upto]
        .iter()
        .copied()
        .filter(|i| *i < n)
        .collect();
    let corners = |row: &[usize]| row.iter().map(|i| points[*i]).collect::<Vec<_>>();
    let path = |row: &[usize], label: &str, colour| Path {
        label: label.into(),
        colour,
        points: corners(row),
        ..Path::default()
    };
    let dashed = |row: &[usize], label: &str| Path {
        closed: true,
        dashed: true,
        ..path(row, label, TRUE)
    };
    let whole = at.is_none() && (look.answer.ended || look.task == Task::Tour);
    let mut paths = Vec::new();
    if look.task == Task::Triangles {
        let right = triples(n, truth);
        paths.extend(right.iter().map(|t| dashed(t, "true triangles")));
        paths.extend(triples(n, &named).iter().map(|t| Path {
            closed: true,
            filled: look.judged.exact || right.contains(t),
            ..path(t, "answer; right ones tinted", ANSWERED)
        }));
        let open = &named[named.len() - named.len() % 3..];
        if open.len() == 2 {
            paths.push(path(open, "", ANSWERED));
        }
    } else {
        let name = if look.task == Task::Hull {
            "true hull"
        } else {
            "shortest tour"
        };
        paths.push(dashed(truth, name));
        paths.push(Path {
            closed: whole,
            arrows: true,
            ..path(&named, "answer", ANSWERED)
        });
    }
    let probabilities = at.and_then(|k| look.answer.steps.get(k));
    let chosen = at.and_then(|k| look.answer.row.get(k).copied());
    let point = |(i, p): (usize, &(f64, f64))| {
        let weight = probabilities.and_then(|all| all.get(i)).copied();
        // An arm with classes has no name for what stands behind its last class.
        let weight = weight.filter(|_| i < look.end);
        Point {
            x: p.0,
            y: p.1,
            label: (i + 1).to_string(),
            note: weight.map_or(String::new(), |w| format!("probability {w:.2}")),
            colour: if weight.is_some() { ANSWERED } else { TRUE },
            weight: weight.unwrap_or(0.0).clamp(0.0, 1.0),
            ringed: chosen == Some(i),
            id: None,
        }
    };
    let scale = Scale {
        range: Some((0.0, 1.0)),
        ..Scale::default()
    };
    Stage {
        title: title.into(),
        says,
        lights: Vec::new(),
        figure: Figure::Plane(Plane {
            x: scale.clone(),
            y: scale,
            square: true,
            paths,
            points: points.iter().enumerate().map(point).collect(),
            editable: true,
            pick: None,
        }),
    }
}

/// What was chosen at a step, and what came next, in a sentence.
fn choice(look: &Look, at: usize) -> String {
    let p = &look.answer.steps[at];
    let chosen = look.answer.row.get(at).copied().unwrap_or(look.end);
    let n = look.problem.points.len();
    let name = |k: usize| match k {
        k if k == look.end => "the end".to_owned(),
        k if k < n => format!("point {}", k + 1),
        k => format!("class {}, which no point has", k + 1),
    };
    let others = (0..p.len()).filter(|k| *k != chosen);
    let next = others.max_by(|a, b| p[*a].total_cmp(&p[*b]));
    let next = next.filter(|k| p[*k] >= 0.005).map_or(String::new(), |k| {
        format!(" Next comes {}, with {:.2}.", name(k), p[k])
    });
    let mut chosen_name = name(chosen);
    if let Some(first) = chosen_name.get(..1) {
        chosen_name = first.to_uppercase() + &chosen_name[1..];
    }
    format!("{chosen_name}, with probability {:.2}.{next}", p[chosen])
}

/// How the whole answer stands, in words.
fn verdict(look: &Look) -> String {
    let n = look.problem.points.len();
    let own = places(&look.problem.points);
    let different = (0..n).filter(|i| own[*i] == *i).count();
    let mut says = match (n, different) {
        (0, _) => "No points yet: click into the square.".to_owned(),
        (1, _) => "One point: there is nothing to choose. Add two more.".to_owned(),
        (2, _) => "Two points: there is nothing to choose. Add another.".to_owned(),
        (_, 1) => "All points lie in one place, and count as one.".to_owned(),
        _ if look.task == Task::Triangles && look.problem.truth.is_empty() => {
            "All points lie on one line: there is no triangle.".to_owned()
        }
        _ if look.task == Task::Hull && look.problem.truth.len() == 2 => {
            let right = if look.judged.exact {
                "The answer is those two"
            } else {
                "The answer is something else: it never saw points on a line"
            };
            format!(
                "All points lie on one line: the hull is its two ends and has no area. {right}."
            )
        }
        _ => judged(look),
    };
    if n > 2 && different < n {
        let twice = n - different;
        says = format!("{says} Points in one place count as one ({twice} too many here).");
    }
    if n > look.end && n > 2 {
        says = format!(
            "{n} points, and classes for {}: from point {} on they have no name and cannot be \
             answered. {says}",
            look.end,
            look.end + 1
        );
    }
    says
}

fn judged(look: &Look) -> String {
    let Problem { points, truth } = &look.problem;
    let (row, share) = (&look.answer.row, look.judged.share);
    match look.task {
        Task::Hull if look.judged.exact => {
            format!("Right: all {} corners, in their order.", truth.len())
        }
        Task::Hull if look.judged.valid => format!(
            "A polygon, and not the hull: {:.1} % of its area.",
            100.0 * share
        ),
        Task::Hull => {
            let twice = (0..row.len()).find(|k| row[..*k].contains(&row[*k]));
            if row.iter().any(|i| *i >= points.len()) {
                "Wrong: it names a class that no point has.".to_owned()
            } else if let Some(k) = twice {
                format!("No polygon: it names point {} twice.", row[k] + 1)
            } else if !look.answer.ended {
                "No polygon: it never came to its end.".to_owned()
            } else if row.len() < 3 {
                format!("No polygon: it ends after {} of them.", row.len())
            } else {
                "No polygon: it crosses or touches itself.".to_owned()
            }
        }
        Task::Tour if look.judged.exact => "The shortest tour there is.".to_owned(),
        Task::Tour => format!(
            "A tour {:.1} % longer than the shortest.",
            100.0 * (share - 1.0)
        ),
        Task::Triangles if look.judged.exact => {
            format!("Right: all {} triangles.", truth.len() / 3)
        }
        Task::Triangles => format!(
            "{:.0} of {} true triangles, in an answer of {}.",
            share * (truth.len() / 3) as f64,
            truth.len() / 3,
            row.len() / 3
        ),
    }
}
