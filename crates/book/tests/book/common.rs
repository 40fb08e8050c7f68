//! The site that all tests start from, and the one lab it knows.

use lab::{ArmSpec, Axis, Better, Knob, MetricSpec, Preset, ProbeSpec, Reader, Reference, Spec};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// `crates/book/tests`.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// A lab with one of everything that a page can name.
pub fn spec() -> Spec {
    let metric = |id: &str, axis: Option<Axis>| MetricSpec {
        id: id.to_owned(),
        label: id.to_owned(),
        unit: String::new(),
        better: Better::Lower,
        every_step: false,
        axis,
        see: String::new(),
    };
    let arm = |id: &str| ArmSpec {
        id: id.to_owned(),
        label: id.to_owned(),
        knobs: vec![],
    };
    let preset = |id: &str, arms: Option<Vec<ArmSpec>>| Preset {
        id: id.to_owned(),
        label: id.to_owned(),
        says: String::new(),
        breaks: false,
        knobs: vec![],
        arms,
        steps: None,
    };
    let axis = Axis {
        label: "length".to_owned(),
        unit: String::new(),
        points: vec![2.0, 4.0],
        trained: None,
    };
    Spec {
        id: "demo".to_owned(),
        title: "A demo".to_owned(),
        arms: vec![arm("lstm"), arm("rnn")],
        knobs: vec![
            Knob::float("lr", "Learning rate", (1e-4, 1.0), 1e-2).spec(),
            Knob::toggle("carry", "Carry state", true).spec(),
        ],
        presets: vec![
            preset("default", None),
            preset("hot", Some(vec![arm("tiny")])),
        ],
        metrics: vec![metric("loss", None), metric("acc", Some(axis))],
        references: vec![Reference {
            id: "floor".to_owned(),
            label: "floor".to_owned(),
            metric: "loss".to_owned(),
            value: 1.0,
            when: vec![],
        }],
        probes: vec![ProbeSpec {
            id: "samples".to_owned(),
            label: "Samples".to_owned(),
            see: String::new(),
            input: Reader::None,
            every: 50,
            trail: vec![],
        }],
        claims: vec![],
        input: Reader::None,
        files: vec![],
        steps: 100,
        eval_every: 50,
        diverged: String::new(),
    }
}

/// The registry of the tests.
pub fn papers() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![("demo", vec!["demo"])]
}

/// Copies everything below `from` into `to`, over what is there.
pub fn overlay(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            overlay(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}
