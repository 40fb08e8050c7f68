//! `bench --peers`: our models beside the same ones in other libraries, in one browser. What it finds is
//! a section of `BENCHMARKS.md`, which the other bench leaves as it is.

pub mod measured;
pub mod table;

use crate::{files, machine::Measurement, report, step, step::command, tools, wasm};
use anyhow::{Context, Result};
use measured::Measured;
use std::path::Path;

/// Measures, prints the section and writes it into `BENCHMARKS.md`. `models` are the ones wanted; none
/// are all, and only all are written.
///
/// # Errors
/// If something does not build, or a tool is missing.
pub fn bench(models: &[String]) -> Result<()> {
    tools::node()?;
    let browsers = tools::browsers()?;
    tools::packages("tests")?;
    tools::packages("tests/peers")?;
    let ours = step::step("our models (wasm with SIMD)", wasm::peers)?;
    let out = step::target("peers.json");
    let measurement = Measurement::begin();
    step::step(
        "the libraries in Chromium, and PyTorch where it is (a quarter of an hour)",
        || {
            let (folder, out) = (ours.folder.display().to_string(), out.display().to_string());
            let mut node = command("node", &["tests/peers/bench.mjs", &folder, &out]);
            node.args(models).env("CHROMIUM", browsers.chromium);
            step::run(node)
        },
    )?;
    let measured = read(&out)?;
    let when = measurement.when()?;
    let text = table::section(&measured, &when)?;
    print!("\n{text}");
    if models.is_empty() {
        report::put_section("peers", &text)?;
    }
    Ok(())
}

/// What the bench in the browser wrote.
///
/// # Errors
/// If it is not there, or is something else.
pub fn read(path: &Path) -> Result<Measured> {
    serde_json::from_slice(&files::read(path)?)
        .context("what the bench in the browser wrote is not readable")
}
