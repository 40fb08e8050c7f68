//! `test`: every stage, whatever became of the ones before it.

use crate::{
    build::{self, Built},
    peers, runner, step,
    step::{cargo, command, root, seconds, target},
    tools, verify, wasm,
};
use anyhow::{Result, bail};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const STAGES: [&str; 8] = [
    "fmt", "clippy", "native", "build", "golden", "recorded", "bench", "browser",
];

/// What became of a stage.
#[derive(Debug, Default, PartialEq)]
struct Count {
    passed: usize,
    failed: usize,
}

/// Runs all stages, or those named.
///
/// # Errors
/// If a stage is unknown, or anything failed.
pub fn test(asked: &[String]) -> Result<()> {
    if let Some(unknown) = asked.iter().find(|stage| !STAGES.contains(&stage.as_str())) {
        bail!(
            "there is no stage “{unknown}”; there are {}",
            STAGES.join(", ")
        );
    }
    let wanted = |stage: &&str| asked.is_empty() || asked.iter().any(|a| a == stage);
    let mut rows = Vec::new();
    let mut site = Site::default();
    for stage in STAGES.into_iter().filter(wanted) {
        println!("\n══ {stage}");
        let start = Instant::now();
        let count = stage_of(stage, &mut site).unwrap_or_else(|error| {
            eprintln!("\nerror: {error:#}");
            Count {
                passed: 0,
                failed: 1,
            }
        });
        rows.push((stage, count, start.elapsed()));
    }
    summary(&rows)
}

fn stage_of(stage: &str, site: &mut Site) -> Result<Count> {
    match stage {
        "fmt" => once(cargo(&["fmt", "--all", "--check"])),
        "clippy" => clippy(),
        "native" => counted(cargo(&[
            "test",
            "--workspace",
            "--features",
            "web/ssr",
            "--no-fail-fast",
        ])),
        "build" => {
            site.built()?;
            Ok(Count {
                passed: 1,
                failed: 0,
            })
        }
        "golden" => count_all(verify::check_golden(&site.trainer()?.flat())?),
        "recorded" => count_all(verify::check_recorded(&site.trainer()?)?),
        "bench" => {
            let ours = step::step("the bench's models (wasm with SIMD)", wasm::peers)?;
            let counted = step::step("the same with counters", wasm::counted_peers)?;
            let tried = target("peers-tried.json");
            let paths = [
                ("PEERS", &*ours.folder),
                ("COUNTED", &*counted),
                ("TRIED", &*tried),
            ];
            let count = in_browsers("tests/peers", &paths)?;
            // What was written makes a section of the report.
            peers::table::section(&peers::read(&tried)?, "today")?;
            Ok(count)
        }
        _ => {
            site.built()?;
            in_browsers("tests/browser", &[])
        }
    }
}

/// Once natively, once as the page's wasm: a half of the site exists only there.
fn clippy() -> Result<Count> {
    wasm::set_up()?;
    let rest = ["--", "-D", "warnings"];
    let mut native = cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "web/ssr",
    ]);
    native.args(rest);
    let mut page = cargo(&[
        "clippy",
        "--package",
        "web",
        "--lib",
        "--features",
        "hydrate,messages",
    ]);
    page.args(["--target", "wasm32-unknown-unknown", "--profile", "page"])
        .args(rest);
    page.env("CARGO_TARGET_DIR", target("page"));
    let mut count = Count::default();
    for command in [native, page] {
        match step::run(command) {
            Ok(()) => count.passed += 1,
            Err(error) => {
                eprintln!("\nerror: {error:#}");
                count.failed += 1;
            }
        }
    }
    Ok(count)
}

/// The site under test: built once, by the first stage that needs it.
#[derive(Default)]
struct Site(Option<Option<Built>>);

impl Site {
    fn built(&mut self) -> Result<&Built> {
        if self.0.is_none() {
            self.0 = Some(None);
            self.0 = Some(Some(build::build(None, false)?));
        }
        match &self.0 {
            Some(Some(built)) => Ok(built),
            _ => bail!("the site was not built, see above"),
        }
    }

    fn trainer(&mut self) -> Result<runner::Trainer> {
        tools::node()?;
        Ok(runner::Trainer::of(&self.built()?.manifest))
    }
}

fn count_all(checks: Vec<(String, Result<()>)>) -> Result<Count> {
    let mut count = Count::default();
    for (what, outcome) in checks {
        match outcome {
            Ok(()) => {
                count.passed += 1;
                println!("   ok      {what}");
            }
            Err(error) => {
                count.failed += 1;
                println!("   FAILED  {what}: {error:#}");
            }
        }
    }
    Ok(count)
}

/// The tests of one folder, with these folders by the names of variables.
fn in_browsers(folder: &str, paths: &[(&str, &Path)]) -> Result<Count> {
    tools::node()?;
    let browsers = tools::browsers()?;
    tools::packages("tests")?;
    let mut node = command(
        "node",
        &["--test", "--test-concurrency=1", "--test-reporter=spec"],
    );
    let mut tests = Vec::new();
    for entry in std::fs::read_dir(root().join(folder))? {
        tests.push(entry?.path());
    }
    tests.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    tests.sort();
    node.args(tests);
    node.envs(paths.iter().copied())
        .env("CHROMIUM", browsers.chromium)
        .env("FIREFOX", browsers.firefox);
    counted(node)
}

/// A command that is one test.
fn once(command: Command) -> Result<Count> {
    step::run(command)?;
    Ok(Count {
        passed: 1,
        failed: 0,
    })
}

/// A command that says how many tests passed and failed; shown as it runs.
fn counted(mut command: Command) -> Result<Count> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            let (passed, failed) = counts(&line);
            count.passed += passed;
            count.failed += failed;
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        bail!("the tests did not run to their end ({status})");
    }
    if count == Count::default() {
        bail!("no test ran");
    }
    Ok(count)
}

/// What a line of cargo's or of Node's summary adds.
fn counts(line: &str) -> (usize, usize) {
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    if let Some(rest) = line.strip_prefix("test result: ") {
        let of = |word: &str| {
            let part = rest
                .split([';', '.'])
                .find(|part| part.trim().ends_with(word));
            part.map_or(0, |part| number(part.trim().trim_end_matches(word)))
        };
        return (of(" passed"), of(" failed"));
    }
    let plain = line.trim_start_matches(['ℹ', '#']);
    if plain.len() == line.len() {
        return (0, 0);
    }
    match plain.trim().split_once(' ') {
        Some(("pass", n)) => (number(n), 0),
        Some(("fail" | "cancelled", n)) => (0, number(n)),
        _ => (0, 0),
    }
}

fn summary(rows: &[(&str, Count, Duration)]) -> Result<()> {
    println!(
        "\n{:<10} {:>7} {:>7} {:>10}",
        "stage", "passed", "failed", "time"
    );
    for (stage, count, time) in rows {
        println!(
            "{stage:<10} {:>7} {:>7} {:>10}",
            count.passed,
            count.failed,
            seconds(*time)
        );
    }
    let total = |of: fn(&Count) -> usize| rows.iter().map(|(_, count, _)| of(count)).sum::<usize>();
    let (passed, failed) = (total(|c| c.passed), total(|c| c.failed));
    println!("\n{passed} passed, {failed} failed");
    if failed > 0 {
        // The line above says it all, and stays the last one.
        std::process::exit(1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_read() {
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(counts(cargo), (12, 3));
        assert_eq!(
            counts("test result: ok. 2 passed; 0 failed; 0 ignored"),
            (2, 0)
        );
        assert_eq!(counts("ℹ pass 7"), (7, 0));
        assert_eq!(counts("# fail 2"), (0, 2));
        assert_eq!(counts("ℹ cancelled 1"), (0, 1));
        assert_eq!(counts("pass 7"), (0, 0));
    }
}
