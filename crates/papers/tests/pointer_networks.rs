//! The pointer labs: what readers may draw, what is refused, and what the recorded weights are worth.

use lab::{Experiment, Figure, FromTrainer, Input, Run, Session, SetupError, Value, figure::Plane};
use papers::{
    PAPERS,
    pointer_networks::{Delaunay, Hull, Tsp},
};
use std::{collections::BTreeMap, fs, path::Path};

fn run(lab: &str, arm: &str, knobs: Vec<(&str, Value)>) -> Run {
    Run {
        lab: lab.to_owned(),
        arm: arm.to_owned(),
        preset: "default".to_owned(),
        knobs: knobs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        seed: 100,
        turns: Vec::new(),
    }
}

fn experiment<E: Experiment>(arm: &str, knobs: &[(&str, Value)]) -> Result<E, SetupError> {
    let spec = E::spec();
    let run = run(&spec.id, arm, knobs.to_vec());
    let (_, _, knobs) = run.resolve(&spec).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/data/pointer-hull.weights");
    E::new(lab::Setup {
        knobs,
        rng: lab::Rng::new(100, "run"),
        steps: spec.steps,
        input: None,
        files: [("hull-12000".to_owned(), fs::read(path).unwrap())].into(),
    })
}

fn choice(id: &str) -> Value {
    Value::Choice(id.to_owned())
}

fn ring(n: usize) -> Vec<(f32, f32)> {
    let angle = |i: usize| std::f32::consts::TAU * i as f32 / n as f32;
    (0..n)
        .map(|i| (0.5 + 0.4 * angle(i).cos(), 0.5 + 0.4 * angle(i).sin()))
        .collect()
}

/// The first stage's sentence and picture, and how many stages there are.
fn plane(experiment: &impl Experiment, points: &[(f32, f32)]) -> (String, Plane, usize) {
    let figure = experiment.probe("plane", &[Input::Points(points.to_vec())]);
    let Figure::Stages(stages) = figure.unwrap() else {
        panic!("stages")
    };
    let Figure::Plane(plane) = stages.stages[0].figure.clone() else {
        panic!("a plane")
    };
    (stages.stages[0].says.clone(), plane, stages.stages.len())
}

#[test]
fn few_points_are_answered_in_words_and_stay_editable() {
    fn each(experiment: &impl Experiment) {
        let line: Vec<(f32, f32)> = (1..6).map(|i| (0.1 * i as f32, 0.1 * i as f32)).collect();
        for (points, word) in [
            (vec![], "No points"),
            (vec![(0.5, 0.5)], "One point"),
            (vec![(0.1, 0.5), (0.7, 0.2)], "Two points"),
            (vec![(0.5, 0.5); 4], "one place"),
            (line, ""),
        ] {
            let (says, plane, _) = plane(experiment, &points);
            assert!(says.contains(word), "{points:?}: {says}");
            assert!(plane.editable && plane.points.len() == points.len());
        }
    }
    each(&experiment::<Hull>("ptr", &[]).unwrap());
    each(&experiment::<Hull>("attention", &[]).unwrap());
    each(&experiment::<Tsp>("ptr", &[]).unwrap());
    each(&experiment::<Delaunay>("attention", &[]).unwrap());
    let hull = experiment::<Hull>("ptr", &[]).unwrap();
    let line = [(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)];
    assert!(plane(&hull, &line).0.contains("no area"));
}

#[test]
fn impossible_points_are_refused_with_the_reason() {
    let hull = experiment::<Hull>("ptr", &[]).unwrap();
    let refused = |probe: &str, points: Vec<(f32, f32)>| {
        hull.probe(probe, &[Input::Points(points)]).unwrap_err().0
    };
    assert!(refused("plane", ring(21)).contains("at most 20"));
    assert!(refused("plane", vec![(0.5, 0.5), (f32::NAN, 0.1)]).contains("Point 2"));
    assert!(refused("attention", ring(2)).contains("fewer than three"));
    assert!(refused("renumber", vec![]).contains("fewer than three"));
}

#[test]
fn classes_that_are_missing_are_named() {
    let hull = experiment::<Hull>("attention", &[]).unwrap();
    let (says, ..) = plane(&hull, &ring(12));
    assert!(says.contains("12 points, and classes for 10"), "{says}");
    let Err(error) = experiment::<Hull>("attention", &[("to", Value::Int(15))]) else {
        panic!("there is no class 11")
    };
    assert!(error.0.contains("a class 11"), "{error}");
    assert!(experiment::<Hull>("ptr", &[("to", Value::Int(15))]).is_ok());
    assert!(experiment::<Hull>("ptr", &[("from", Value::Int(12))]).is_err());
}

#[test]
fn every_stage_holds_probabilities_and_the_first_the_legend() {
    let hull = experiment::<Hull>("ptr", &[]).unwrap();
    let Figure::Stages(stages) = hull.probe("plane", &[]).unwrap() else {
        panic!("stages")
    };
    let (_, first, _) = plane(&hull, &ring(8));
    let labels: Vec<&str> = first.paths.iter().map(|p| p.label.as_str()).collect();
    assert_eq!(labels, ["true hull", "answer"]);
    assert!(first.paths[0].dashed && !first.paths[1].dashed);
    assert!(stages.stages.len() > 1);
    for stage in &stages.stages[1..] {
        let Figure::Plane(plane) = &stage.figure else {
            panic!("a plane")
        };
        let sum: f32 = plane.points.iter().map(|p| p.weight).sum();
        assert!(sum > 0.0 && sum <= 1.0 + 1e-5, "{sum}");
        assert!(plane.points.iter().filter(|p| p.ringed).count() <= 1);
    }
}

#[test]
fn sorted_points_cannot_be_renumbered() {
    let sorted = experiment::<Hull>("ptr", &[("order", choice("x"))]).unwrap();
    let Figure::Table(table) = sorted.probe("renumber", &[]).unwrap() else {
        panic!("a table")
    };
    assert_eq!(table.rows[0][1], "0 of 20");
    assert_eq!(table.rows[1][1], "20 of 20");
}

#[test]
fn tours_visit_every_point_once_whatever_the_weights() {
    for arm in ["ptr", "attention"] {
        let tsp = experiment::<Tsp>(arm, &[]).unwrap();
        for n in [3, 8, 12] {
            let (_, plane, _) = plane(&tsp, &ring(n));
            let mut visited = plane.paths[1].points.clone();
            visited.sort_by(|a, b| a.partial_cmp(b).unwrap());
            visited.dedup();
            assert_eq!(visited.len(), n, "{arm}");
        }
    }
}

#[test]
fn the_recorded_weights_are_good_and_fit_only_their_model() {
    let recorded = ("weights", choice("recorded"));
    let mut hull = experiment::<Hull>("ptr", std::slice::from_ref(&recorded)).unwrap();
    while hull.prepare() != lab::Progress::Done {}
    let mut exact = BTreeMap::new();
    for part in 0.. {
        let (metrics, progress) = hull.evaluate(part);
        exact.extend(metrics.0);
        if progress == lab::Progress::Done {
            break;
        }
    }
    // Untrained weights are right about never.
    assert!(exact["exact@10"] > 55.0, "{exact:?}");
    assert!(exact["area@20"] > 97.0, "{exact:?}");
    for other in [("hidden", Value::Int(32)), ("head", choice("attention"))] {
        assert!(experiment::<Hull>("ptr", &[recorded.clone(), other]).is_err());
    }
}

#[test]
fn twenty_steps_lower_the_loss_of_every_lab() {
    for lab in [
        "pointer-networks",
        "pointer-networks/tsp",
        "pointer-networks/delaunay",
    ] {
        let mut session = Session::new(
            PAPERS,
            run(lab, "ptr", Vec::new()),
            None,
            BTreeMap::new(),
            None,
        )
        .unwrap();
        session.play(40);
        while session.has_work() {
            session.work();
        }
        let mut messages = Vec::new();
        session.report(0, &mut messages);
        assert!(
            !messages
                .iter()
                .any(|m| matches!(m, FromTrainer::Figure { .. }))
        );
        let at = |step| session.history().at("loss", step).unwrap();
        let early = (1..=5).map(at).sum::<f64>() / 5.0;
        let late = (36..=40).map(at).sum::<f64>() / 5.0;
        assert!(late < 0.95 * early, "{lab}: {early} then {late}");
    }
}
