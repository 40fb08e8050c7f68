//! What was measured, as tables.

use crate::step::command;
use anyhow::{Context, Result};
use lab::claim::number;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Write};

/// Losses that differ by more are not those of the same model.
const TOLERANCE: f64 = 1e-3;
/// Weights of a model that is called small.
const SMALL: u64 = 50_000;

/// What the browser's bench writes.
#[derive(Deserialize)]
pub struct Measured {
    models: Vec<Model>,
    rates: Vec<Rate>,
    versions: BTreeMap<String, String>,
    threads: u32,
    browser: String,
    turns: u32,
    slow_turns: u32,
    slow_ms: f64,
    turn_ms: f64,
}

/// Products of two n × n matrices.
#[derive(Deserialize)]
struct Rate {
    n: u32,
    gflops: f64,
}

/// One model in all libraries, ours first.
#[derive(Deserialize)]
struct Model {
    name: String,
    plan: Plan,
    allocations: f64,
    bytes: f64,
    peers: Vec<Library>,
}

#[derive(Deserialize)]
struct Plan {
    family: String,
    flop: f64,
    parameters: u64,
}

/// One library's first losses, and the time of a step turn by turn.
#[derive(Deserialize)]
struct Library {
    name: String,
    error: Option<String>,
    losses: Vec<f64>,
    ms: Vec<f64>,
}

/// The middle one; of two in the middle, their mean.
fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() % 2 {
        _ if sorted.is_empty() => None,
        1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// The largest difference of the first losses.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let far = |(a, b): (&f64, &f64)| {
        if a.is_nan() || b.is_nan() {
            f64::INFINITY
        } else {
            (a - b).abs()
        }
    };
    a.iter().zip(b).map(far).fold(0.0, f64::max)
}

/// How many times faster ours is than a library, turn by turn.
fn ratio(ours: &Library, peer: &Library) -> Option<f64> {
    median(peer.ms.iter().zip(&ours.ms).map(|(peer, ours)| peer / ours))
}

/// What a model has to reach.
enum Aim {
    /// So many times jax-js, and TensorFlow.js.
    Times(f64, f64),
    /// A share of the products' rate, and so many times TensorFlow.js.
    Share(f64, f64),
}

impl Model {
    fn aim(&self) -> Aim {
        match self.plan.family.as_str() {
            "lstm" | "gru" | "rnn" | "pointer" => Aim::Times(8.0, 100.0),
            _ if self.plan.parameters < SMALL && self.plan.family != "transformer" => {
                Aim::Times(3.0, 15.0)
            }
            _ => Aim::Share(0.8, 15.0),
        }
    }

    /// A library's cell: how many times faster ours is, and the library's own time.
    fn cell(&self, peer: &Library) -> String {
        let ours = &self.peers[0];
        if let Some(error) = &peer.error {
            return format!("cannot: {}", error.replace('|', "\\|"));
        }
        let apart = apart(&ours.losses, &peer.losses);
        if apart > TOLERANCE {
            return format!("void: losses differ by {}", number(apart));
        }
        let (Some(ratio), Some(ms)) = (ratio(ours, peer), median(peer.ms.iter().copied())) else {
            return "not measured".into();
        };
        let aim = match (self.aim(), peer.name.as_str()) {
            (Aim::Times(jax, _), "jax-js") => Some(jax),
            (Aim::Times(_, tf) | Aim::Share(_, tf), name) if name.starts_with("tfjs") => Some(tf),
            _ => None,
        };
        let missed = aim.filter(|aim| ratio < *aim);
        let missed = missed.map_or(String::new(), |aim| format!(", MISSED {}×", number(aim)));
        format!("**{}×**, {} ms{missed}", number(ratio), number(ms))
    }

    /// Our own row: sizes, time, rate, memory.
    fn row(&self, best: f64) -> Option<String> {
        let ms = median(self.peers[0].ms.iter().copied())?;
        let gflops = self.plan.flop / ms / 1e6;
        let share = gflops / best;
        let missed = matches!(self.aim(), Aim::Share(aim, _) if share < aim);
        Some(format!(
            "| {} | {} | {} | {} | {} | {} | {:.0} %{} | {} | {} |",
            self.name,
            self.plan.parameters,
            number(self.plan.flop / 1e6),
            number(ms),
            number(self.plan.flop / best / 1e6),
            number(gflops),
            100.0 * share,
            if missed { ", MISSED 80 %" } else { "" },
            self.allocations,
            number(self.bytes / 1e6),
        ))
    }
}

/// The section of `BENCHMARKS.md`; `when` is the date and the machine.
pub fn section(measured: &Measured, when: &str, torch: bool) -> Result<String> {
    let rustc = command("rustc", &["--version"]).output()?;
    let version = |name: &str| measured.versions.get(name).map_or("", String::as_str);
    let first = measured.models.first().context("no model was measured")?;
    let best = measured.rates.iter().map(|r| r.gflops).fold(0.0, f64::max);
    let rates = measured.rates.iter();
    let rates: Vec<String> = rates
        .map(|r| format!("{}: {}", r.n, number(r.gflops)))
        .collect();
    let mut text = format!(
        "## Beside other libraries\n\nWritten by `cargo xtask bench --peers` on {when}. {}, {}, jax-js {}, TensorFlow.js {}.\n\n",
        String::from_utf8_lossy(&rustc.stdout).trim(),
        measured.browser,
        version("jax-js"),
        version("tfjs"),
    );
    writeln!(
        text,
        "The same models, initial weights, batch and optimiser (Adam) everywhere, each library in a worker of one \
         headless browser. Times are of one step with its loss read, medians over {} turns of {} ms taken in \
         rotation ({} where a step takes over {} s); the ten steps before them are not in them, compilation included. \
         A library whose first ten losses differ from ours by more than {TOLERANCE} is void.\n",
        measured.turns,
        measured.turn_ms,
        measured.slow_turns,
        measured.slow_ms / 1000.0,
    )?;
    writeln!(
        text,
        "Products of two n × n matrices in our module, GFLOP/s: {}. The floor is a step's products and convolutions \
         (forward and backward, counted from their shapes) at the best of these rates; a recurrence can go below it, \
         because its own kernel multiplies faster than the general one.\n",
        rates.join(", "),
    )?;
    text.push_str(
        "| model | weights | MFLOP a step | ours, ms | floor, ms | GFLOP/s | of the rate | allocations a step | MB a step |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for model in &measured.models {
        writeln!(
            text,
            "{}",
            model.row(best).context("nothing was measured of ours")?
        )?;
    }
    writeln!(
        text,
        "\nHow many times faster ours is, the median of the turns' ratios, and the library's own time. \
         “{} threads” is the same library on a page that may share memory between threads, which plain static \
         hosts do not allow; all else is one thread. {}\n",
        measured.threads,
        if torch {
            "PyTorch is installed here, but this bench does not run it."
        } else {
            "PyTorch is not installed on this machine, and so not in the table."
        },
    )?;
    let peers = || first.peers.iter().skip(1);
    let names = peers().map(|p| {
        p.name
            .replace("threads", &format!("{} threads", measured.threads))
    });
    writeln!(
        text,
        "| model | {} |",
        names.collect::<Vec<_>>().join(" | ")
    )?;
    writeln!(text, "| --- |{}", " --- |".repeat(peers().count()))?;
    for model in &measured.models {
        let cells: Vec<String> = model.peers.iter().skip(1).map(|p| model.cell(p)).collect();
        writeln!(text, "| {} | {} |", model.name, cells.join(" | "))?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(name: &str, losses: &[f64], ms: &[f64]) -> Library {
        Library {
            name: name.into(),
            error: None,
            losses: losses.into(),
            ms: ms.into(),
        }
    }

    fn model(peer: Library) -> Model {
        Model {
            name: "m".into(),
            plan: Plan {
                family: "lstm".into(),
                flop: 6e6,
                parameters: 100,
            },
            allocations: 5.0,
            bytes: 2e6,
            peers: vec![library("ours", &[2.0, 1.0], &[1.0, 2.0, 4.0]), peer],
        }
    }

    #[test]
    fn the_ratio_is_the_median_of_the_pairs_and_not_of_the_times() {
        let model = model(library("jax-js", &[2.0, 1.0005], &[10.0, 12.0, 20.0]));
        // The pairs are 10, 6 and 5 times.
        assert_eq!(model.cell(&model.peers[1]), "**6×**, 12 ms, MISSED 8×");
        assert_eq!(median([1.0, 4.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([]), None);
    }

    #[test]
    fn other_losses_are_another_model() {
        let model = model(library("jax-js", &[2.0, 1.01], &[10.0]));
        assert_eq!(model.cell(&model.peers[1]), "void: losses differ by 0.01");
        assert_eq!(apart(&[1.0], &[f64::NAN]), f64::INFINITY);
    }

    #[test]
    fn a_peer_that_cannot_says_why() {
        let mut peer = library("tfjs-wasm", &[], &[]);
        peer.error = Some("no kernel".into());
        let model = model(peer);
        assert_eq!(model.cell(&model.peers[1]), "cannot: no kernel");
    }

    #[test]
    fn the_rate_is_the_arithmetic_by_the_median_time() {
        let model = model(library("x", &[], &[]));
        // 6 MFLOP in 2 ms are 3 GFLOP/s, half of the best rate of 6, at which they would take 1 ms.
        assert_eq!(
            model.row(6.0).as_deref(),
            Some("| m | 100 | 6 | 2 | 1 | 3 | 50 % | 5 | 2 |")
        );
    }
}
