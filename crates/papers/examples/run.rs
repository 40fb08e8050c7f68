//! Trains one arm of one lab natively, through the same session as the page, and prints what it
//! measures:
//!
//! ```sh
//! cargo run -p papers --example run -- char-rnn lstm --preset default --seed 100
//! ```
//!
//! Further options: `--steps N` stops early, `--set knob=value` turns a knob, `--probe id` prints a
//! look inside at the end, `--save FILE` writes the weights (all tensors in the order of their paths,
//! four bytes a value, the lowest first). Native numbers differ from the browser's in their last digits.

use lab::{FromTrainer, Knobs, Run, Session};
use papers::PAPERS;
use std::{collections::BTreeMap, fs, path::Path, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<String>) -> Result<(), String> {
    let mut arguments = arguments.into_iter();
    let usage = "run LAB ARM [--preset P] [--seed S] [--steps N] [--set knob=value]… [--probe id]… [--save FILE]";
    let lab = arguments.next().ok_or(usage)?;
    let arm = arguments.next().ok_or(usage)?;
    let specs = PAPERS.iter().flat_map(|p| p.labs).map(|l| (l.spec)());
    let spec = specs
        .into_iter()
        .find(|s| s.id == lab)
        .ok_or(format!("there is no lab “{lab}”"))?;
    let mut run = Run {
        lab,
        arm,
        preset: spec.presets[0].id.clone(),
        knobs: Vec::new(),
        seed: 100,
        turns: Vec::new(),
    };
    let (mut steps, mut probes, mut save) = (u64::MAX, Vec::new(), None);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or(usage)?;
        match option.as_str() {
            "--preset" => run.preset = value,
            "--seed" => run.seed = value.parse().map_err(|_| usage)?,
            "--steps" => steps = value.parse().map_err(|_| usage)?,
            "--probe" => probes.push(value),
            "--save" => save = Some(value),
            "--set" => {
                let (knob, value) = value.split_once('=').ok_or(usage)?;
                let knob = spec.knob(knob).map_err(|e| e.to_string())?;
                run.knobs.push((
                    knob.id.clone(),
                    knob.parse(value).map_err(|e| e.to_string())?,
                ));
            }
            _ => return Err(usage.to_owned()),
        }
    }
    let (preset, _, knobs) = run.resolve(&spec).map_err(|e| e.to_string())?;
    let last = steps.min(spec.steps_of(preset));
    let files = read_files(&spec, &knobs)?;
    let mut session = Session::new(PAPERS, run, None, files, None).map_err(|e| e.to_string())?;
    let every = spec.eval_every;
    let (mut training, mut evaluating) = (0.0, 0.0);
    session.play(last);
    while session.has_work() {
        let (before, began) = (session.step(), Instant::now());
        session.work();
        let took = began.elapsed().as_secs_f64();
        if session.step() > before {
            training += took;
        } else {
            evaluating += took;
        }
        if session.step() % (5 * every) == 0 && session.step() > before {
            eprintln!("step {}", session.step());
        }
    }
    if let Some(file) = save {
        let checkpoint = session.checkpoint();
        let weights = checkpoint
            .tensors
            .iter()
            .filter(|(name, _)| name.starts_with("model."));
        let bytes: Vec<u8> = weights
            .flat_map(|(_, tensor)| &tensor.data)
            .flat_map(|value| value.to_le_bytes())
            .collect();
        fs::write(&file, &bytes).map_err(|e| format!("{file}: {e}"))?;
        eprintln!(
            "{file}: {} bytes, digest {}",
            bytes.len(),
            lab::Digest::of(&bytes)
        );
    }
    for probe in probes {
        session.watch(probe, Vec::new());
        while session.has_work() {
            session.work();
        }
    }
    let mut messages = Vec::new();
    session.report(0, &mut messages);
    for message in messages {
        if let FromTrainer::Figure { probe, figure, .. } = message {
            println!(
                "{probe}: {}",
                figure.map_or_else(|e| e, |f| format!("{f:#?}"))
            );
        }
    }
    for (metric, curve) in &session.history().curves {
        let shown: Vec<String> = curve
            .iter()
            .filter(|(s, _)| s % (5 * every) == 0 || *s == last || *s == 1)
            .map(|(s, v)| format!("{s}: {v:.4}"))
            .collect();
        println!("{metric:18} {}", shown.join("  "));
    }
    println!(
        "{:.2} ms a step; {:.0} ms of evaluation in all",
        1e3 * training / last as f64,
        1e3 * evaluating
    );
    Ok(())
}

fn read_files(spec: &lab::Spec, knobs: &Knobs) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static");
    let read = |file: &lab::FileSpec| {
        let bytes = fs::read(root.join(&file.path)).map_err(|e| format!("{}: {e}", file.path))?;
        Ok((file.id.clone(), bytes))
    };
    spec.files_for(knobs).map(read).collect()
}
