//! `bench`: the budgets, measured on the built site, as a table with the budget beside each figure.

use crate::{
    assets::Manifest,
    build, files,
    machine::Measurement,
    report,
    runner::{Ran, Trainer},
    step,
    step::{command, dist},
    tools, verify,
};
use anyhow::{Context, Result};
use lab::{Plan, Spec, claim::number};
use serde::Deserialize;
use std::{fmt::Write, path::Path};

/// A measured figure beside its budget.
struct Row {
    what: String,
    at_most: Option<f64>,
    value: f64,
    unit: &'static str,
}

impl Row {
    fn at_most(what: impl Into<String>, value: f64, unit: &'static str, most: f64) -> Self {
        Self {
            what: what.into(),
            at_most: Some(most),
            value,
            unit,
        }
    }

    fn beside(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            at_most: None,
            value,
            unit,
        }
    }

    fn budget(&self) -> String {
        self.at_most.map_or(String::new(), |most| {
            format!("≤ {} {}", number(most), self.unit)
        })
    }

    fn kept(&self) -> &'static str {
        match self.at_most {
            None => "",
            Some(most) if self.value <= most => "kept",
            Some(_) => "MISSED",
        }
    }
}

/// What the browser's bench prints.
#[derive(Deserialize)]
struct InBrowser {
    first_step_ms: f64,
    chart: View,
    heatmap: View,
    default_run_s: f64,
    browser: String,
    rounds: u32,
}

/// What the main thread does while one tab is open and all arms train.
#[derive(Deserialize)]
struct View {
    fps: f64,
    steps_per_s: f64,
    task_p95_ms: f64,
    frame_p95_ms: f64,
    frame_wall_p95_ms: f64,
    longest_ms: f64,
}

/// Measures everything, prints the table and writes it to `BENCHMARKS.md`.
///
/// # Errors
/// If the site does not build, or a tool is missing. A missed budget is printed, and is no error.
pub fn bench() -> Result<()> {
    tools::node()?;
    let browsers = tools::browsers()?;
    tools::packages("tests")?;
    let manifest = build::build(None, false)?.manifest;
    let mut rows = sizes(&manifest)?;
    let wasm = Trainer::of(&manifest);
    let native = verify::native()?;
    let specs = wasm.specs()?;
    let spec = specs.first().context("there is no lab")?;
    let measurement = Measurement::begin();
    let in_browser: InBrowser = step::step("the page in Chromium", || {
        let out = step::target("bench.json");
        let mut node = command(
            "node",
            &["tests/bench/page.mjs", &out.display().to_string()],
        );
        node.env("CHROMIUM", browsers.chromium)
            .stdout(std::process::Stdio::null());
        step::run(node)?;
        Ok(serde_json::from_slice(&files::read(&out)?)?)
    })?;
    rows.extend(page(&in_browser));
    rows.push(Row::beside(
        "steps/s in Chromium, all arms side by side",
        in_browser.chart.steps_per_s,
        "steps/s",
    ));
    for (where_, trainer) in [("wasm in Node", wasm), ("native", native)] {
        rows.extend(step::step(&format!("training, {where_}"), || {
            speeds(where_, &trainer, spec)
        })?);
    }
    let text = table(&rows, &in_browser, spec, &measurement.when()?)?;
    print!("\n{text}");
    report::put_budgets(&text)
}

fn sizes(manifest: &Manifest) -> Result<Vec<Row>> {
    let gz = |path: &Path| -> Result<usize> { Ok(files::gzipped(&files::read(path)?)) };
    let at = |path: &str| gz(&dist().join(path));
    let kb = |bytes: usize| bytes as f64 / 1000.0;
    let css = at(&manifest.css)?;
    let mut rows = Vec::new();
    for path in files::walk(&dist())?
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "html"))
    {
        let name = path.strip_prefix(dist())?.display().to_string();
        if name.starts_with("papers") || name == "index.html" {
            let what = format!("HTML + CSS of {name}, gzipped");
            rows.push(Row::at_most(what, kb(gz(path)? + css), "KB", 60.0));
        }
    }
    let scripts =
        manifest
            .scripts
            .values()
            .chain([&manifest.boot, &manifest.site_js, &manifest.site_wasm]);
    let page: usize = scripts.map(|path| at(path)).sum::<Result<usize>>()?;
    rows.push(Row::at_most(
        "the page's wasm + JS, gzipped",
        kb(page),
        "KB",
        300.0,
    ));
    let trainer = at(&manifest.trainer_wasm)?;
    rows.push(Row::at_most(
        "the trainer's wasm, gzipped",
        kb(trainer),
        "KB",
        900.0,
    ));
    let fonts = manifest
        .fonts
        .values()
        .map(|path| Ok(files::read(&dist().join(path))?.len()));
    rows.push(Row::at_most(
        "fonts, all together",
        kb(fonts.sum::<Result<usize>>()?),
        "KB",
        200.0,
    ));
    Ok(rows)
}

fn page(seen: &InBrowser) -> Vec<Row> {
    let mut rows = vec![
        Row::at_most(
            "from Train to the first finished step, cold",
            seen.first_step_ms / 1000.0,
            "s",
            1.5,
        ),
        Row::at_most(
            "the default run, in Chromium",
            seen.default_run_s,
            "s",
            60.0,
        ),
    ];
    for (name, view) in [("a chart", &seen.chart), ("a heatmap", &seen.heatmap)] {
        let what = |what: &str| format!("training, {name} open: {what}");
        let cpu = |part: &str, ms, budget| Row::at_most(what(part), ms, "ms", budget);
        rows.extend([
            cpu("main-thread CPU a task, p95", view.task_p95_ms, 8.0),
            cpu("main-thread CPU a frame, p95", view.frame_p95_ms, 8.0),
            cpu("main-thread CPU, longest task", view.longest_ms, 50.0),
            Row::beside(
                what("main thread by the clock a frame, p95"),
                view.frame_wall_p95_ms,
                "ms",
            ),
            Row::beside(what("frames per second"), view.fps, "fps"),
        ]);
    }
    rows
}

/// Steps a second of each arm of a lab's default run, one thread, evaluation included.
fn speeds(where_: &str, trainer: &Trainer, spec: &Spec) -> Result<Vec<Row>> {
    let plan = Plan::of(spec);
    let mut rows = Vec::new();
    for arm in &plan.arms {
        let ran: Ran = trainer.train(spec, &plan.run(arm), None, false)?;
        let steps = ran
            .history
            .curves
            .values()
            .filter_map(|c| c.last())
            .map(|(step, _)| *step)
            .max();
        let rate = steps.unwrap_or(0) as f64 / ran.seconds.max(1e-9);
        rows.push(Row::beside(
            format!("{} {arm}, {where_}, one thread", spec.id),
            rate,
            "steps/s",
        ));
    }
    Ok(rows)
}

fn table(rows: &[Row], seen: &InBrowser, spec: &Spec, when: &str) -> Result<String> {
    let version = |program: &str| -> Result<String> {
        let output = command(program, &["--version"]).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let mut text = String::from("# Benchmarks\n\nWritten by `cargo xtask bench` on ");
    writeln!(text, "{when}.")?;
    writeln!(
        text,
        "{}, Node {}, {}.",
        version("rustc")?,
        version("node")?,
        seen.browser
    )?;
    writeln!(
        text,
        "The page's figures are medians of {} runs of the default lab, “{}”.\n",
        seen.rounds, spec.title
    )?;
    writeln!(
        text,
        "| what | budget | measured | |\n| --- | --- | --- | --- |"
    )?;
    for row in rows {
        let measured = format!("{} {}", number(row.value), row.unit);
        writeln!(
            text,
            "| {} | {} | {measured} | {} |",
            row.what,
            row.budget(),
            row.kept()
        )?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_over_its_budget_is_said_to_miss_it() {
        assert_eq!(Row::at_most("size", 61.0, "KB", 60.0).kept(), "MISSED");
        assert_eq!(Row::at_most("size", 60.0, "KB", 60.0).kept(), "kept");
        assert_eq!(Row::beside("fps", 3.0, "fps").kept(), "");
    }
}
