//! Runs of the trainer from start to end: the built wasm in Node, or the same code natively.

use crate::{assets::Manifest, files, step, step::dist};
use anyhow::{Context, Result, anyhow, bail};
use lab::{Digest, FromTrainer, History, Reason, Run, Spec, ToTrainer, recorded::RecordedFigure};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    sync::Mutex,
    time::Instant,
};

/// Steps of a golden curve.
pub const GOLDEN_STEPS: u64 = 20;

/// Where the trainer runs.
#[derive(Clone)]
pub enum Trainer {
    /// What the reader gets, in Node.
    Wasm {
        glue: String,
        module: String,
        /// Its memory must not grow.
        flat: bool,
    },
    /// The same code, compiled for this machine.
    Native,
}

impl Trainer {
    /// The trainer of the built site.
    pub fn of(manifest: &Manifest) -> Self {
        let at = |path: &str| dist().join(path).display().to_string();
        Self::Wasm {
            glue: at(&manifest.trainer_js),
            module: at(&manifest.trainer_wasm),
            flat: false,
        }
    }

    /// The same, whose runs fail if the module's memory grows.
    pub fn flat(mut self) -> Self {
        if let Self::Wasm { flat, .. } = &mut self {
            *flat = true;
        }
        self
    }

    fn command(&self, more: &[&str]) -> Command {
        match self {
            Self::Wasm { glue, module, flat } => {
                let mut words = vec!["tests/node/run.mjs", glue, module];
                words.extend(more);
                if *flat && more.is_empty() {
                    words.push("--flat");
                }
                step::command("node", &words)
            }
            Self::Native => {
                let program = step::target("release/examples/native");
                step::command(&program.display().to_string(), more)
            }
        }
    }

    /// Every lab there is.
    ///
    /// # Errors
    /// If the trainer does not start.
    pub fn specs(&self) -> Result<Vec<Spec>> {
        let output = self
            .command(&["--specs"])
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            bail!("the trainer did not start ({})", output.status);
        }
        serde_json::from_slice(&output.stdout)
            .context("the trainer's specifications are not readable")
    }

    /// Trains `run` up to `until` (its own end if `None`), with all probes watched if `look`.
    ///
    /// # Errors
    /// If the run cannot be built, or the trainer dies.
    pub fn train(&self, spec: &Spec, run: &Run, until: Option<u64>, look: bool) -> Result<Ran> {
        let (preset, _, knobs) = run.resolve(spec).map_err(|e| anyhow!("{}: {e}", spec.id))?;
        let steps = spec.steps_of(preset);
        let key = 1;
        let mut file_bytes = BTreeMap::new();
        for file in spec.files_for(&knobs) {
            file_bytes.insert(
                file.id.clone(),
                files::read(&step::root().join("static").join(&file.path))?,
            );
        }
        let mut messages = vec![ToTrainer::Load {
            key,
            run: run.clone(),
            input: None,
            files: file_bytes,
            start: None,
        }];
        if look {
            messages.extend(spec.probes.iter().map(|probe| ToTrainer::Watch {
                key,
                probe: probe.id.clone(),
                input: probe.input.example().into_iter().collect(),
            }));
        }
        messages.push(ToTrainer::Play {
            key,
            until: until.unwrap_or(steps).min(steps),
        });
        let mut ran = Ran {
            last: until.unwrap_or(steps).min(steps),
            ..Ran::default()
        };
        self.converse(&messages, |message| ran.take(message, spec))?;
        ran.check(spec, run, steps)?;
        Ok(ran)
    }

    /// Sends messages, then takes the answers until the trainer has nothing left to do.
    fn converse(&self, messages: &[ToTrainer], mut take: impl FnMut(FromTrainer)) -> Result<()> {
        let mut child = self
            .command(&[])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the trainer could not be started")?;
        let mut input = child.stdin.take().context("no way in")?;
        for message in messages {
            writeln!(input, "{}", hex(&postcard::to_stdvec(message)?))?;
        }
        drop(input);
        for line in BufReader::new(child.stdout.take().context("no way out")?).lines() {
            let said: Vec<FromTrainer> = postcard::from_bytes(&unhex(&line?)?)?;
            said.into_iter().for_each(&mut take);
        }
        let mut complaint = String::new();
        child
            .stderr
            .take()
            .context("no way out")?
            .read_to_string(&mut complaint)?;
        let status = child.wait()?;
        if !status.success() {
            bail!("the trainer stopped: {}", complaint.trim());
        }
        Ok(())
    }
}

/// What a run gave.
#[derive(Default)]
pub struct Ran {
    /// Learnable parameters.
    pub parameters: u64,
    /// Everything measured.
    pub history: History,
    /// What the probes showed at the steps of their trails and at the end.
    pub figures: Vec<RecordedFigure>,
    /// From the first step to the last, in seconds, evaluation included.
    pub seconds: f64,
    /// Why it stopped, if it did of itself.
    pub stopped: Option<Reason>,
    last: u64,
    begun: Option<Instant>,
    complaint: Option<String>,
}

impl Ran {
    fn take(&mut self, message: FromTrainer, spec: &Spec) {
        match message {
            FromTrainer::Loaded { parameters, .. } => {
                self.parameters = parameters;
                self.begun = Some(Instant::now());
            }
            FromTrainer::Progress { rows, .. } => {
                for row in rows {
                    for (metric, value) in row.values {
                        self.history.push(&metric, row.step, value);
                    }
                }
                self.seconds = self
                    .begun
                    .map_or(0.0, |begun| begun.elapsed().as_secs_f64());
            }
            FromTrainer::Figure {
                probe,
                step,
                figure,
                ..
            } => {
                let kept = spec.probe(&probe).is_some_and(|p| p.trail.contains(&step));
                match figure {
                    Ok(figure) if kept || step == self.last => {
                        self.figures.push(RecordedFigure {
                            probe,
                            step,
                            figure,
                        });
                    }
                    Ok(_) => {}
                    Err(error) => self.complaint = Some(format!("the probe {probe}: {error}")),
                }
            }
            FromTrainer::Stopped { reason, .. } => self.stopped = Some(reason),
            FromTrainer::Preparing { .. }
            | FromTrainer::Turned { .. }
            | FromTrainer::Checkpoint { .. } => {}
        }
    }

    fn check(&self, spec: &Spec, run: &Run, steps: u64) -> Result<()> {
        let what = format!(
            "{}, {} in “{}”, seed {}",
            spec.id, run.arm, run.preset, run.seed
        );
        match &self.stopped {
            Some(Reason::Finished | Reason::Diverged { .. }) => {}
            Some(other) => bail!("{what}: {other}"),
            None if self.last < steps => {}
            None => bail!("{what}: the trainer stopped without a word"),
        }
        if let Some(complaint) = &self.complaint {
            bail!("{what}: {complaint}");
        }
        Ok(())
    }

    /// The digest of the run's first steps, to the bit.
    pub fn golden(&self, spec: &Spec) -> Digest {
        let curve = self.history.curve(golden_metric(spec));
        let first: Vec<_> = curve
            .iter()
            .filter(|(step, _)| *step <= GOLDEN_STEPS)
            .copied()
            .collect();
        Digest::of_curve(&first)
    }
}

/// The metric whose first steps name a run: the first that every step measures.
pub fn golden_metric(spec: &Spec) -> &str {
    let each = spec.metrics.iter().find(|metric| metric.every_step);
    each.or(spec.metrics.first())
        .map_or("", |metric| &metric.id)
}

/// Does all jobs, two at a time; the results are in the order of the jobs.
///
/// # Errors
/// The first error of a job; jobs not begun by then are left out.
pub fn two_at_a_time<J: Sync, T: Send>(
    jobs: &[J],
    act: impl Fn(&J) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = Mutex::new(0_usize);
    let results: Mutex<Vec<Option<Result<T>>>> = Mutex::new(jobs.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Ok(mut at) = next.lock() else { return };
                    let Some(job) = jobs.get(*at) else { return };
                    let mine = *at;
                    *at += 1;
                    drop(at);
                    let done = act(job);
                    if done.is_err()
                        && let Ok(mut at) = next.lock()
                    {
                        *at = jobs.len();
                    }
                    if let Ok(mut results) = results.lock() {
                        results[mine] = Some(done);
                    }
                }
            });
        }
    });
    let results = results
        .into_inner()
        .map_err(|_| anyhow!("a job panicked"))?;
    results.into_iter().flatten().collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_back() -> Result<()> {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&bytes))?, bytes);
        assert!(unhex("0g").is_err());
        Ok(())
    }

    #[test]
    fn results_are_in_the_order_of_the_jobs() -> Result<()> {
        let doubled = two_at_a_time(&[3, 1, 2], |job| Ok(job * 2))?;
        assert_eq!(doubled, [6, 2, 4]);
        assert!(
            two_at_a_time(&[1, 2, 3], |job| if *job == 2 {
                bail!("two")
            } else {
                Ok(*job)
            })
            .is_err()
        );
        Ok(())
    }
}
