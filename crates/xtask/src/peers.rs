//! `bench --peers`: our models beside the same ones in other libraries, in one browser. What it finds is
//! a section of `BENCHMARKS.md`, which the other bench leaves as it is.

pub mod measured;
mod table;

use crate::{
    files, step,
    step::{command, root},
    tools, verify, wasm,
};
use anyhow::{Context, Result};
use std::process::{Command, Stdio};

/// Around the section.
const MARKS: [&str; 2] = ["<!-- peers: begin -->\n", "<!-- peers: end -->\n"];

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
    step::step("the libraries in Chromium (a quarter of an hour)", || {
        let (folder, out) = (ours.folder.display().to_string(), out.display().to_string());
        let mut node = command("node", &["tests/peers/bench.mjs", &folder, &out]);
        node.args(models).env("CHROMIUM", browsers.chromium);
        step::run(node)
    })?;
    let measured = serde_json::from_slice(&files::read(&out)?)
        .context("what the bench in the browser wrote is not readable")?;
    let when = format!("{}: {}", verify::today()?, verify::machine());
    let text = table::section(&measured, &when, torch())?;
    print!("\n{text}");
    if models.is_empty() {
        let path = root().join("BENCHMARKS.md");
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        files::write(&path, replaced(&old, &text).as_bytes())?;
    }
    Ok(())
}

/// Whether Python finds PyTorch here.
fn torch() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import torch"]);
    python.stdout(Stdio::null()).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

/// The section of a report, its marks included.
pub fn section(report: &str) -> Option<&str> {
    let begin = report.find(MARKS[0])?;
    let end = report.find(MARKS[1])? + MARKS[1].len();
    report.get(begin..end)
}

/// A report with its section replaced, or added at its end.
fn replaced(report: &str, section: &str) -> String {
    let new = format!("{}{section}{}", MARKS[0], MARKS[1]);
    match self::section(report) {
        Some(old) => report.replacen(old, &new, 1),
        None => format!("{}\n\n{new}", report.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_is_added_once_and_then_replaced() {
        let report = "# Benchmarks\n\n| a |\n";
        let first = replaced(report, "one\n");
        assert_eq!(
            first,
            "# Benchmarks\n\n| a |\n\n<!-- peers: begin -->\none\n<!-- peers: end -->\n"
        );
        let second = replaced(&first, "two\n");
        assert_eq!(second, first.replace("one", "two"));
        assert_eq!(
            section(&second),
            Some("<!-- peers: begin -->\ntwo\n<!-- peers: end -->\n")
        );
        assert_eq!(section(report), None);
    }
}
