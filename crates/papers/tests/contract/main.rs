//! What every paper keeps, looped over the registry: a new paper is tested by being listed.

mod figures;
mod specs;

use figures::sound;
use lab::{
    ArmSpec, Checkpoint, Experiment, FromTrainer, Input, KnobKind, KnobSpec, Knobs, Lab, Metrics,
    Preset, Progress, Reader, Reason, Run, Session, Setup, Spec, Value,
};
use papers::PAPERS;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const SEED: u64 = 100;

fn labs() -> Vec<(Lab, Spec)> {
    PAPERS
        .iter()
        .flat_map(|p| p.labs)
        .map(|lab| (*lab, (lab.spec)()))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text that satisfies a lab's or a probe's reader.
fn input(reader: &Reader) -> Option<Input> {
    match reader {
        Reader::None => None,
        Reader::Text { min, example, .. } => {
            let lines = (0..).map(|i| format!("Line {i} (of a [test]) says \"{example}\".\n"));
            let mut text = String::new();
            for line in lines {
                if text.len() as u64 > *min {
                    break;
                }
                text += &line;
            }
            Some(Input::Text(text))
        }
        drawn => drawn.example(),
    }
}

fn setup(spec: &Spec, knobs: Knobs, steps: u64) -> Setup {
    let read = |file: &lab::FileSpec| {
        let bytes = fs::read(root().join("static").join(&file.path));
        (
            file.id.clone(),
            bytes.unwrap_or_else(|e| panic!("static/{}: {e}", file.path)),
        )
    };
    Setup {
        files: spec.files_for(&knobs).map(read).collect(),
        knobs,
        rng: lab::Rng::new(SEED, "run"),
        steps,
        input: input(&spec.input),
    }
}

fn resolve(spec: &Spec, preset: &Preset, arm: &ArmSpec, reader: &[(String, Value)]) -> Knobs {
    Knobs::resolve(spec, preset, arm, reader)
        .unwrap_or_else(|e| panic!("{}, {}, {}: {e}", spec.id, preset.id, arm.id))
}

fn prepared(lab: Lab, setup: Setup) -> Result<Box<dyn Experiment>, lab::SetupError> {
    let mut experiment = (lab.start)(setup)?;
    while let Progress::More { done, of } = experiment.prepare() {
        assert!(done < of, "the preparation never ends");
    }
    Ok(experiment)
}

fn evaluate(experiment: &mut dyn Experiment) -> Metrics {
    let mut all = Metrics::default();
    for part in 0.. {
        let (metrics, progress) = experiment.evaluate(part);
        all.0.extend(metrics.0);
        match progress {
            Progress::Done => break,
            Progress::More { done, of } => assert!(done < of, "part {part}: {done} of {of}"),
        }
    }
    all
}

/// Every id a spec's metrics can produce: those over an axis once a point.
fn declared(spec: &Spec, every_step: bool) -> BTreeSet<String> {
    let metrics = spec.metrics.iter().filter(|m| m.every_step == every_step);
    metrics
        .flat_map(|m| match &m.axis {
            None => vec![m.id.clone()],
            Some(axis) => axis
                .points
                .iter()
                .map(|p| format!("{}@{p}", m.id))
                .collect(),
        })
        .collect()
}

fn names(metrics: &Metrics) -> BTreeSet<String> {
    let names: BTreeSet<String> = metrics.0.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(
        names.len(),
        metrics.0.len(),
        "a metric is produced twice: {metrics:?}"
    );
    for (id, value) in &metrics.0 {
        assert!(value.is_finite(), "{id} is {value}");
    }
    names
}

#[test]
fn at_its_defaults_every_arm_produces_exactly_what_is_declared() {
    for (lab, spec) in labs() {
        for arm in &spec.arms {
            let knobs = resolve(&spec, &spec.presets[0], arm, &[]);
            let mut run = prepared(lab, setup(&spec, knobs, spec.steps)).unwrap();
            let at = format!("{}, {}", spec.id, arm.id);
            assert!(run.parameters() > 0, "{at}");
            for _ in 0..3 {
                assert_eq!(names(&run.step()), declared(&spec, true), "{at}");
            }
            assert_eq!(names(&evaluate(&mut *run)), declared(&spec, false), "{at}");
            for probe in &spec.probes {
                let inputs = [
                    vec![],
                    input(&probe.input).into_iter().collect(),
                    vec![Input::Pick(0)],
                ];
                for given in inputs {
                    let figure = run.probe(&probe.id, &given);
                    let figure = figure.unwrap_or_else(|e| panic!("{at}, {}: {e}", probe.id));
                    sound(&figure, &format!("{at}, {}", probe.id));
                }
            }
            assert!(run.probe("no such probe", &[]).is_err(), "{at}");
        }
    }
}

/// The ends of what a knob can be set to.
fn extremes(knob: &KnobSpec) -> Vec<Value> {
    match &knob.kind {
        KnobKind::Float {
            min,
            max,
            may_be_off,
            ..
        } => {
            let off = may_be_off.then_some(Value::Off);
            [Value::Float(*min), Value::Float(*max)]
                .into_iter()
                .chain(off)
                .collect()
        }
        KnobKind::Int { min, max, .. } => vec![Value::Int(*min), Value::Int(*max)],
        KnobKind::Toggle => vec![Value::Bool(false), Value::Bool(true)],
        KnobKind::Choice { options } => options
            .iter()
            .map(|(id, _)| Value::Choice(id.clone()))
            .collect(),
    }
}

#[test]
fn every_preset_and_every_knob_at_its_ends_runs_or_says_why_not() {
    for (lab, spec) in labs() {
        let try_out = |preset: &Preset, arm: &ArmSpec, reader: &[(String, Value)]| {
            let at = format!("{}, {}, {}, {reader:?}", spec.id, preset.id, arm.id);
            let knobs = resolve(&spec, preset, arm, reader);
            match prepared(lab, setup(&spec, knobs, spec.steps_of(preset))) {
                Ok(mut run) => {
                    assert_eq!(names(&run.step()), declared(&spec, true), "{at}");
                    for probe in &spec.probes {
                        let figure = run.probe(&probe.id, &[]);
                        sound(&figure.unwrap_or_else(|e| panic!("{at}: {e}")), &at);
                    }
                }
                Err(error) => assert!(error.0.len() > 20, "{at}: “{error}” explains nothing"),
            }
        };
        for preset in &spec.presets {
            for arm in spec.arms_of(preset) {
                try_out(preset, arm, &[]);
            }
        }
        for knob in &spec.knobs {
            for value in extremes(knob) {
                try_out(&spec.presets[0], &spec.arms[0], &[(knob.id.clone(), value)]);
            }
        }
    }
}

#[test]
fn what_is_measured_elsewhere_is_declared() {
    for (lab, spec) in labs() {
        // A choice may take metrics away (a text without brackets), never add any.
        for knob in spec
            .knobs
            .iter()
            .filter(|k| matches!(k.kind, KnobKind::Choice { .. }))
        {
            for value in extremes(knob) {
                let reader = [(knob.id.clone(), value)];
                let knobs = resolve(&spec, &spec.presets[0], &spec.arms[0], &reader);
                let mut run = prepared(lab, setup(&spec, knobs, spec.steps)).unwrap();
                let found = names(&evaluate(&mut *run));
                let all = declared(&spec, false);
                assert!(found.is_subset(&all), "{}, {reader:?}: {found:?}", spec.id);
                assert!(!found.is_empty(), "{}, {reader:?}", spec.id);
            }
        }
    }
}

fn run_of(spec: &Spec, arm: &ArmSpec) -> Run {
    Run {
        lab: spec.id.clone(),
        arm: arm.id.clone(),
        preset: spec.presets[0].id.clone(),
        knobs: Vec::new(),
        seed: SEED,
        turns: Vec::new(),
    }
}

fn session(spec: &Spec, run: Run, start: Option<&Checkpoint>) -> Session {
    let (_, _, knobs) = run.resolve(spec).unwrap();
    let Setup { input, files, .. } = setup(spec, knobs, 0);
    Session::new(PAPERS, run, input, files, start).unwrap()
}

/// Trains on to `until`, looking inside at every step if asked.
fn train(
    session: &mut Session,
    spec: &Spec,
    until: u64,
    look: bool,
) -> BTreeMap<String, Vec<(u64, u64)>> {
    if look {
        for probe in &spec.probes {
            session.watch(probe.id.clone(), Vec::new());
        }
    }
    session.play(until);
    while session.has_work() {
        session.work();
    }
    let mut messages = Vec::new();
    session.report(0, &mut messages);
    for message in messages {
        if let FromTrainer::Stopped { reason, .. } = message {
            assert!(
                matches!(reason, Reason::Finished | Reason::Paused),
                "{reason}"
            );
        }
    }
    let bits = |curve: &Vec<(u64, f64)>| curve.iter().map(|(s, v)| (*s, v.to_bits())).collect();
    session
        .history()
        .curves
        .iter()
        .map(|(id, curve)| (id.clone(), bits(curve)))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_curve_to_the_bit_and_looking_changes_nothing() {
    for (_, spec) in labs() {
        for arm in &spec.arms {
            let mut once = session(&spec, run_of(&spec, arm), None);
            let mut again = session(&spec, run_of(&spec, arm), None);
            let first = train(&mut once, &spec, 6, false);
            assert_eq!(
                first,
                train(&mut again, &spec, 6, true),
                "{}, {}",
                spec.id,
                arm.id
            );
            assert_eq!(once.checkpoint(), again.checkpoint());
            let other = Run {
                seed: SEED + 1,
                ..run_of(&spec, arm)
            };
            let other = train(&mut session(&spec, other, None), &spec, 6, false);
            assert_ne!(
                first, other,
                "{}, {}: the seed changes nothing",
                spec.id, arm.id
            );
        }
    }
}

#[test]
fn save_load_step_agrees_to_the_bit_and_evaluating_changes_nothing() {
    for (lab, spec) in labs() {
        for arm in &spec.arms {
            let at = format!("{}, {}", spec.id, arm.id);
            let knobs = resolve(&spec, &spec.presets[0], arm, &[]);
            let new = || prepared(lab, setup(&spec, knobs.clone(), spec.steps)).unwrap();
            let mut whole = new();
            for _ in 0..4 {
                whole.step();
            }
            let saved = whole.save();
            let measured = evaluate(&mut *whole);
            assert_eq!(whole.save(), saved, "{at}: evaluating changed the run");
            let rest: Vec<Metrics> = (0..4).map(|_| whole.step()).collect();

            let mut resumed = new();
            resumed.load(&saved).unwrap();
            assert_eq!(resumed.save(), saved, "{at}");
            assert_eq!(evaluate(&mut *resumed), measured, "{at}");
            let again: Vec<Metrics> = (0..4).map(|_| resumed.step()).collect();
            assert_eq!(rest, again, "{at}");
            assert_eq!(whole.save(), resumed.save(), "{at}");

            damaged(&mut *new(), &saved, &at);
        }
    }
}

/// A checkpoint with a tensor too few, too many or of another shape is refused.
fn damaged(run: &mut dyn Experiment, saved: &Checkpoint, at: &str) {
    let (name, tensor) = saved.tensors.iter().next().expect("a tensor");
    let mut few = saved.clone();
    few.tensors.remove(name);
    let mut many = saved.clone();
    many.tensors.insert("stray".to_owned(), tensor.clone());
    let mut bent = saved.clone();
    bent.tensors.get_mut(name).expect("there").shape.push(1);
    for (what, checkpoint) in [("few", few), ("many", many), ("bent", bent)] {
        assert!(run.load(&checkpoint).is_err(), "{at}: too {what}");
    }
}
