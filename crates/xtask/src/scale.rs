//! `bench --scale`: what a step costs as a network grows, and whether memory stays flat, as a section
//! of `BENCHMARKS.md`.

use crate::{files, machine::Measurement, report, step, step::command, tools, wasm};
use anyhow::{Context, Result};
use lab::claim::number;
use serde::Deserialize;
use std::fmt::Write;

/// What the bench in the browser writes.
#[derive(Deserialize)]
struct Measured {
    series: Vec<Series>,
    long: Long,
    turns: u32,
    rounds: u32,
    browser: String,
}

/// Networks that differ in one size.
#[derive(Deserialize)]
struct Series {
    size: String,
    others: String,
    points: Vec<Point>,
}

/// One of them.
#[derive(Deserialize)]
struct Point {
    n: f64,
    flop: f64,
    /// Of a step, turn by turn.
    ms: Vec<f64>,
}

/// A long run.
#[derive(Deserialize)]
struct Long {
    name: String,
    seen: Vec<Seen>,
}

/// Its memory after so many steps, in bytes.
#[derive(Deserialize)]
struct Seen {
    step: u64,
    /// Of a step since the last look.
    ms: f64,
    live: f64,
    all: f64,
}

/// Measures, prints the section and writes it into `BENCHMARKS.md`.
///
/// # Errors
/// If something does not build, or a tool is missing.
pub fn bench() -> Result<()> {
    tools::node()?;
    let browsers = tools::browsers()?;
    tools::packages("tests")?;
    let ours = step::step("our models (wasm with SIMD)", wasm::peers)?;
    let out = step::target("scale.json");
    let measurement = Measurement::begin();
    step::step("growing networks in Chromium (five minutes)", || {
        let (folder, out) = (ours.folder.display().to_string(), out.display().to_string());
        let mut node = command("node", &["tests/peers/scale.mjs", &folder, &out]);
        node.env("CHROMIUM", browsers.chromium);
        step::run(node)
    })?;
    let measured = serde_json::from_slice(&files::read(&out)?)
        .context("what the bench in the browser wrote is not readable")?;
    let when = measurement.when()?;
    let text = section(&measured, &when)?;
    print!("\n{text}");
    report::put_section("scale", &text)
}

fn section(measured: &Measured, when: &str) -> Result<String> {
    let mut text = format!(
        "## What a step costs as it grows\n\nWritten by `cargo xtask bench --scale` on {when}. {}.\n\n\
         An LSTM of characters (vocabulary 64, embedding 24) trained in a worker: the quickest of {} turns in {} rounds \
         over all sizes, each after a warm-up, as what else the machine does can only make a turn slower. \
         The growth from one row to the next is an exponent: 1 is linear, 2 square. That of the arithmetic is \
         counted from the shapes; a step that grows slower than its arithmetic has costs of its own that do not grow.\n",
        measured.browser, measured.turns, measured.rounds,
    );
    for series in &measured.series {
        let size = &series.size;
        write!(
            text,
            "\n{}, with {}:\n\n| {size} | MFLOP a step | ms a step | GFLOP/s | growth of the time | of the arithmetic |\n\
             | --- | --- | --- | --- | --- | --- |\n",
            capital(size),
            series.others
        )?;
        let mut before: Option<&Point> = None;
        for point in &series.points {
            let ms = point.quickest();
            let growth = before.map(|b| {
                (
                    point.growth(b, Point::quickest),
                    point.growth(b, |p| p.flop),
                )
            });
            let [time, flop] =
                growth.map_or_else(Default::default, |(t, f)| [t, f].map(|g| format!("{g:.2}")));
            writeln!(
                text,
                "| {} | {} | {} | {} | {time} | {flop} |",
                point.n,
                number(point.flop / 1e6),
                number(ms),
                number(point.flop / ms / 1e6),
            )?;
            before = Some(point);
        }
    }
    write!(
        text,
        "\nMemory of {} over a long run; what is in use is what the allocator handed out and did not get back:\n\n\
         | step | in use, KB | the module's memory, MB | ms a step |\n| --- | --- | --- | --- |\n",
        measured.long.name
    )?;
    for seen in &measured.long.seen {
        let (kb, mb) = (number(seen.live / 1e3), number(seen.all / 1e6));
        writeln!(
            text,
            "| {} | {kb} | {mb} | {} |",
            seen.step,
            number(seen.ms)
        )?;
    }
    Ok(text)
}

impl Point {
    /// The milliseconds of a step in the quickest turn.
    fn quickest(&self) -> f64 {
        self.ms.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The exponent with which something grew since `before`.
    fn growth(&self, before: &Self, of: impl Fn(&Self) -> f64) -> f64 {
        (of(self) / of(before)).ln() / (self.n / before.n).ln()
    }
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_an_exponent_of_the_quickest_turns() {
        let point = |n, ms: &[f64]| Point {
            n,
            flop: n * n,
            ms: ms.to_vec(),
        };
        let (small, large) = (
            point(16.0, &[9.0, 2.0, 3.0]),
            point(64.0, &[9.0, 8.0, 11.0]),
        );
        assert!((large.growth(&small, Point::quickest) - 1.0).abs() < 1e-12);
        assert!((large.growth(&small, |p| p.flop) - 2.0).abs() < 1e-12);
        let series = vec![Series {
            size: "units".to_owned(),
            others: "batch 1".to_owned(),
            points: vec![small, large],
        }];
        let seen = vec![Seen {
            step: 100,
            ms: 1.5,
            live: 2e3,
            all: 3e6,
        }];
        let long = Long {
            name: "a".to_owned(),
            seen,
        };
        let measured = Measured {
            series,
            long,
            turns: 3,
            rounds: 1,
            browser: "b".to_owned(),
        };
        let text = section(&measured, "today").unwrap();
        assert!(
            text.contains("Units, with batch 1") && text.contains("| 1.00 | 2.00 |"),
            "{text}"
        );
        assert!(text.contains("| 100 | 2 | 3 | 1.5 |"), "{text}");
    }
}
