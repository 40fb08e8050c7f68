//! `verify`: trains what the claims speak of, judges it, and writes what the pages show.

use crate::{
    files, judge,
    judge::{Runs, Stamp},
    machine,
    runner::{GOLDEN_STEPS, Ran, Trainer, golden_metric, two_at_a_time},
    step,
    step::{root, seconds},
    tools, wasm,
};
use anyhow::{Context, Result, anyhow, bail};
use lab::{ClaimTable, Digest, Plan, Recorded, RecordedArm, Spec, Turn, Value};
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// What was asked for.
pub struct Asked {
    /// With the trainer compiled for this machine.
    pub native: bool,
    /// How many seeds.
    pub seeds: u64,
    /// The first of them.
    pub first_seed: u64,
    /// Whose labs, or the one lab; all if none is named.
    pub of: Option<String>,
}

impl Asked {
    /// The command that would ask for it.
    fn command(&self) -> String {
        let of = self.of.as_ref().map(|of| format!(" {of}"));
        let of = of.unwrap_or_default();
        format!("cargo xtask verify{of} --seeds {}", self.seeds)
    }
}

/// One arm, one preset, one seed.
struct Job<'a> {
    spec: &'a Spec,
    preset: String,
    arm: String,
    seed: u64,
    look: bool,
}

/// Verifies the claims of a paper, of one lab or of all. Only what the reader gets, from seed 1 on, is
/// written down: other seeds are for tuning, and the native trainer differs in the last bits.
///
/// # Errors
/// If a run breaks down, or a claim does not come out as declared.
pub fn verify(asked: &Asked) -> Result<()> {
    if asked.seeds == 0 {
        bail!("--seeds is at least 1");
    }
    let trainer = if asked.native { native()? } else { wasm()? };
    let specs = chosen(&trainer, asked.of.as_deref())?;
    let seeds: Vec<u64> = (asked.first_seed..asked.first_seed + asked.seeds).collect();
    let record = !asked.native && asked.first_seed == 1;
    let mut surprises = Vec::new();
    for spec in &specs {
        let jobs = jobs(spec, &seeds, record);
        let ran = train(&trainer, &jobs)?;
        let mut runs = Runs::new();
        for (job, ran) in jobs.iter().zip(ran) {
            runs.entry((job.preset.clone(), job.arm.clone()))
                .or_default()
                .push(ran);
        }
        let stamp = Stamp {
            command: asked.command(),
            date: today()?,
            machine: machine::name(),
        };
        let table = judge::table(spec, &seeds, &runs, stamp);
        judge::print(spec, &table);
        let pairs = spec.claims.iter().zip(&table.rows);
        let wrong = pairs.filter(|(claim, row)| !judge::as_declared(claim, row));
        surprises.extend(wrong.map(|(claim, _)| format!("{}: {}", spec.id, claim.id)));
        if record {
            write(spec, &table, runs)?;
        }
    }
    if !surprises.is_empty() {
        bail!("not as declared: {}", surprises.join(", "));
    }
    Ok(())
}

/// The trainer that goes into `dist/`, byte for byte; the rest of the site is not needed here.
fn wasm() -> Result<Trainer> {
    tools::node()?;
    step::step("set-up", wasm::set_up)?;
    let bound = step::step("trainer (wasm with SIMD; minutes when cold)", wasm::trainer)?;
    let at = |name: &str| bound.folder.join(name).display().to_string();
    Ok(Trainer::Wasm {
        glue: at("trainer.js"),
        module: at("trainer_bg.wasm"),
        flat: false,
    })
}

/// The trainer compiled for this machine.
///
/// # Errors
/// If it does not compile.
pub fn native() -> Result<Trainer> {
    step::step("native trainer", || {
        let words = [
            "build",
            "--release",
            "--package",
            "trainer",
            "--example",
            "native",
        ];
        step::run(step::cargo(&words))
    })?;
    Ok(Trainer::Native)
}

fn chosen(trainer: &Trainer, of: Option<&str>) -> Result<Vec<Spec>> {
    let all = trainer.specs()?;
    let named = |id: &str| of.is_none_or(|of| id == of || id.split('/').next() == Some(of));
    if !all.iter().any(|spec| named(&spec.id)) {
        let ids: Vec<&str> = all.iter().map(|spec| spec.id.as_str()).collect();
        bail!(
            "there is no paper or lab “{}”; there are {}",
            of.unwrap_or(""),
            ids.join(", ")
        );
    }
    Ok(all.into_iter().filter(|spec| named(&spec.id)).collect())
}

/// The default preset and those that claims name.
fn presets(spec: &Spec) -> Vec<&lab::Preset> {
    let named = |id: &str| spec.claims.iter().any(|claim| claim.preset == id);
    let first = spec.presets.first().map(|preset| preset.id.clone());
    spec.presets
        .iter()
        .filter(|p| Some(&p.id) == first.as_ref() || named(&p.id))
        .collect()
}

fn jobs<'a>(spec: &'a Spec, seeds: &[u64], record: bool) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    for (i, preset) in presets(spec).into_iter().enumerate() {
        for arm in spec.arms_of(preset) {
            jobs.extend(seeds.iter().map(|seed| Job {
                spec,
                preset: preset.id.clone(),
                arm: arm.id.clone(),
                seed: *seed,
                look: record && i == 0 && *seed == 1,
            }));
        }
    }
    jobs
}

fn train(trainer: &Trainer, jobs: &[Job]) -> Result<Vec<Ran>> {
    let start = Instant::now();
    two_at_a_time(jobs, |job| {
        let Job {
            spec,
            preset,
            arm,
            seed,
            ..
        } = job;
        let plan = Plan::of_preset(spec, spec.preset(preset).context("a preset of its own")?);
        let run = Plan {
            seed: *seed,
            ..plan
        }
        .run(arm);
        let ran = trainer.train(spec, &run, None, job.look)?;
        let last = ran.history.latest(golden_metric(spec));
        let last = last.map_or(String::new(), |(step, value)| {
            format!(
                " · step {step}, {} {}",
                golden_metric(spec),
                lab::claim::number(value)
            )
        });
        let (took, since) = (Duration::from_secs_f64(ran.seconds), start.elapsed());
        println!(
            "   {} {preset}/{arm} seed {seed}{last} · {} (at {})",
            spec.id,
            seconds(took),
            seconds(since)
        );
        Ok(ran)
    })
}

fn write(spec: &Spec, table: &ClaimTable, mut runs: Runs) -> Result<()> {
    let preset = spec.presets.first().context("a lab has a preset")?;
    let mut arms = Vec::new();
    for arm in spec.arms_of(preset) {
        let ran = runs
            .remove(&(preset.id.clone(), arm.id.clone()))
            .unwrap_or_default();
        let ran = ran.into_iter().next().context("seed 1 ran")?;
        arms.push(RecordedArm {
            arm: arm.id.clone(),
            parameters: ran.parameters,
            seconds: ran.seconds,
            curve: ran.golden(spec),
            history: ran.history,
            figures: ran.figures,
        });
    }
    let recorded = Recorded {
        command: table.command.clone(),
        date: table.date.clone(),
        machine: table.machine.clone(),
        spec: table.spec,
        preset: preset.id.clone(),
        seed: 1,
        arms,
    };
    let folder = folder(spec);
    files::write(&folder.join("claims.json"), json(table)?.as_bytes())?;
    files::write(
        &folder.join("run.json"),
        serde_json::to_string(&recorded)?.as_bytes(),
    )?;
    println!(
        "   written to {}",
        folder.strip_prefix(root()).unwrap_or(&folder).display()
    );
    Ok(())
}

fn folder(spec: &Spec) -> PathBuf {
    root()
        .join("content/recorded")
        .join(spec.id.replace('/', "-"))
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// A run whose first steps are known to the bit.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Golden {
    /// Which lab.
    lab: String,
    /// The link that carries the run; all its arms, one of which is meant.
    link: String,
    /// In which preset.
    preset: String,
    /// Which arm.
    arm: String,
    /// Which metric's curve.
    metric: String,
    /// Its first so many steps.
    steps: u64,
    /// Their digest.
    digest: Digest,
}

fn goldens(trainer: &Trainer) -> Result<Vec<Golden>> {
    let specs = trainer.specs()?;
    let mut jobs = Vec::new();
    for spec in &specs {
        let plain = presets(spec)
            .into_iter()
            .map(|preset| Plan::of_preset(spec, preset));
        for plan in plain.chain(turned(spec)) {
            jobs.extend(
                plan.arms
                    .clone()
                    .into_iter()
                    .map(|arm| (spec, plan.clone(), arm)),
            );
        }
    }
    two_at_a_time(&jobs, |(spec, plan, arm)| {
        let ran = trainer.train(spec, &plan.run(arm), Some(GOLDEN_STEPS), false)?;
        Ok(Golden {
            lab: spec.id.clone(),
            link: plan.to_link(spec),
            preset: plan.preset.clone(),
            arm: arm.clone(),
            metric: golden_metric(spec).to_owned(),
            steps: GOLDEN_STEPS,
            digest: ran.golden(spec),
        })
    })
}

/// The default run with its first live number turned down in the middle, to where no arm has it
/// already.
fn turned(spec: &Spec) -> Option<Plan> {
    let plan = Plan::of(spec);
    let has = |arm: &String, knob: &str, value: &Value| {
        let resolved = plan.run(arm).resolve(spec).ok();
        resolved.is_some_and(|(_, _, knobs)| knobs.value(knob) == Some(value))
    };
    let turn = spec
        .knobs
        .iter()
        .filter(|knob| knob.live)
        .find_map(|knob| {
            let Value::Float(default) = knob.default else {
                return None;
            };
            let values = [2.0, 4.0, 8.0].map(|by| Value::Float(default / by));
            let value = values.into_iter().find(|value| {
                knob.check(value).is_ok() && !plan.arms.iter().any(|arm| has(arm, &knob.id, value))
            })?;
            Some(Turn {
                step: GOLDEN_STEPS / 2,
                knob: knob.id.clone(),
                value,
            })
        })?;
    Some(Plan {
        turns: vec![turn],
        ..plan.clone()
    })
}

/// Rewrites the golden curves from the built trainer.
///
/// # Errors
/// If a run breaks down.
pub fn write_golden() -> Result<()> {
    let goldens = goldens(&wasm()?)?;
    files::write(&golden_file(), json(&goldens)?.as_bytes())?;
    println!("   {} curves written to tests/golden.json", goldens.len());
    Ok(())
}

fn golden_file() -> PathBuf {
    root().join("tests/golden.json")
}

fn kept_goldens() -> Result<Vec<Golden>> {
    let text = files::read(&golden_file())?;
    serde_json::from_slice(&text).context("tests/golden.json is not readable")
}

/// The built trainer gives the golden curves, to the bit, in Node.
///
/// # Errors
/// If a run breaks down or the file is missing.
pub fn check_golden(trainer: &Trainer) -> Result<Vec<(String, Result<()>)>> {
    let (kept, now) = (kept_goldens()?, goldens(trainer)?);
    let rewrite =
        "if the change is meant, run `cargo xtask verify --golden` and `cargo xtask verify`";
    let same = |link: &str, a: &Golden, b: &Golden| b.link == link && a.arm == b.arm;
    let mut checks: Vec<(String, Result<()>)> = Vec::new();
    for golden in &now {
        let outcome = match kept.iter().find(|old| same(&golden.link, golden, old)) {
            Some(old) if old.digest == golden.digest => Ok(()),
            Some(old) => Err(anyhow!("{}, not {}: {rewrite}", golden.digest, old.digest)),
            None => Err(anyhow!("is not in tests/golden.json: {rewrite}")),
        };
        checks.push((format!("{} {}", golden.arm, golden.link), outcome));
    }
    for old in kept
        .iter()
        .filter(|old| !now.iter().any(|new| same(&old.link, old, new)))
    {
        checks.push((
            format!("{} {}", old.arm, old.link),
            Err(anyhow!("is no run any more: {rewrite}")),
        ));
    }
    Ok(checks)
}

/// What stands on the pages was measured with these specifications and this trainer.
///
/// # Errors
/// If the golden curves are missing.
pub fn check_recorded(trainer: &Trainer) -> Result<Vec<(String, Result<()>)>> {
    let kept = kept_goldens()?;
    let specs = trainer.specs()?;
    Ok(specs
        .iter()
        .map(|spec| (format!("recorded {}", spec.id), recorded(spec, &kept)))
        .collect())
}

fn recorded(spec: &Spec, kept: &[Golden]) -> Result<()> {
    let again = format!(
        "run `cargo xtask verify {}`",
        spec.id.split('/').next().unwrap_or_default()
    );
    let table: ClaimTable =
        serde_json::from_slice(&files::read(&folder(spec).join("claims.json"))?)
            .with_context(|| format!("claims.json is not readable: {again}"))?;
    let run: Recorded = serde_json::from_slice(&files::read(&folder(spec).join("run.json"))?)
        .with_context(|| format!("run.json is not readable: {again}"))?;
    if table.spec != spec.stamp() || run.spec != spec.stamp() {
        bail!("was measured for another specification: {again}");
    }
    for (name, digest) in &table.curves {
        let plain = |golden: &&Golden| {
            golden.lab == spec.id
                && !golden.link.contains('@')
                && *name == format!("{}/{}", golden.preset, golden.arm)
        };
        if kept
            .iter()
            .find(plain)
            .is_none_or(|golden| golden.digest != *digest)
        {
            bail!("{name} was measured with another trainer: {again}");
        }
    }
    Ok(())
}

/// The day, `2026-11-21`.
///
/// # Errors
/// If there is no `date`.
pub fn today() -> Result<String> {
    let output = std::process::Command::new("date")
        .args(["-u", "+%Y-%m-%d"])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
