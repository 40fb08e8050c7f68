//! What was measured, as the section of `BENCHMARKS.md`.

use super::measured::{Measured, TOLERANCE, TORCH, Turns};
use crate::step::command;
use anyhow::{Context, Result};
use lab::claim::number;
use std::fmt::Write;

/// The section of `BENCHMARKS.md`; `when` is the date and the machine.
pub fn section(measured: &Measured, when: &str) -> Result<String> {
    let rustc = command("rustc", &["--version"]).output()?;
    let version = |name: &str| measured.versions.get(name).map_or("", String::as_str);
    let bookkeeping = measured.least_bookkeeping();
    let first = measured.models.first().context("no model was measured")?;
    let rates = measured.rates.iter();
    let rates: Vec<String> = rates
        .map(|r| format!("{}: {}", r.n, number(r.gflops)))
        .collect();
    let mut text = format!(
        "## Beside other libraries\n\nWritten by `cargo xtask bench --peers` on {when}. {}, {}, jax-js {}, TensorFlow.js {}, PyTorch {}.\n\n",
        String::from_utf8_lossy(&rustc.stdout).trim(),
        measured.browser,
        version("jax-js"),
        version("tfjs"),
        measured
            .versions
            .get(TORCH)
            .map_or("not installed", String::as_str),
    );
    writeln!(
        text,
        "The same models, initial weights, batch and optimiser (Adam) everywhere, each library in a worker of one \
         headless browser, PyTorch in a process of its own on one thread, not compiled ahead. Times are of one step with its loss read, medians over turns of {} ms or one step, \
         taken in rotation once they have stopped getting faster: {}. Compilation is not in them. A library whose \
         first ten losses differ from ours by more than {TOLERANCE} is void.\n",
        measured.turn_ms,
        turns(&measured.turns),
    )?;
    writeln!(
        text,
        "Products of two n × n matrices in our module, GFLOP/s at best: {}. The floor is a step's products and \
         convolutions (forward and backward, counted from their shapes) at the rate of a product of {1} × {1} \
         matrices in the same turn, as what the machine can do changes by half from minute to minute; so do the \
         share of that rate and what is said of the floor. Beside it stands what the step's \
         products really take, one by one in their own shapes and nothing else, measured in the same turns: small \
         matrices are multiplied at less than the best rate, and no step can be faster than its products. Nor can it \
         do without its tanh, logistic functions and e^x, once each forward: they are taken alone as well, all as tanh. \
         In the message passing network the others multiply by a matrix of zeros and ones and fill molecules up to \
         equal size; ours adds up along bonds, which is no product here, and leaves out atoms that are not there.\n",
        rates.join(", "),
        measured.large,
    )?;
    text.push_str(
        "| model | weights | MFLOP a step | ours, ms | floor, ms | products alone, ms | with functions, ms | without bookkeeping, ms | GFLOP/s | of the rate | allocations a step | MB a step |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for model in &measured.models {
        writeln!(
            text,
            "{}",
            model
                .row(bookkeeping)
                .context("nothing was measured of ours")?
        )?;
    }
    writeln!(
        text,
        "\nA share of the rate is the median of the turns' shares, with what the middle half of them lie between; how \
         many times faster ours is, that of their ratios, in the same way, with the library's own time. \
         “{} threads” is the same library on a page that may share memory between threads, which plain static \
         hosts do not allow; all else is one thread.\n\n\
         Where a target is missed, the cell says what would be left of it to reach. jax-js multiplies and adds in one \
         relaxed instruction where the browser has it, and PyTorch in vectors of up to 16 numbers; a module that computes \
         the same bits everywhere has vectors of four and adds on its own, so that a product that does nothing else may \
         still be too slow: the ratio at the floor. Small matrices cost more than the floor, as a product of few terms \
         spends its time beginning and ending: the ratio for the products alone, and with the functions that nobody can \
         leave out. The last two bounds come from a profile of the same steps, taken after the turns: what would be left if \
         the tape, allocation and all else that is neither arithmetic nor moving numbers cost nothing, and if they cost \
         {} ms, the least of all models here. What a step does is in `PROFILE.md`.\n",
        measured.threads,
        number(bookkeeping),
    )?;
    let libraries: Vec<String> = first.peers[1..]
        .iter()
        .map(|library| threads(&library.name, measured.threads))
        .collect();
    writeln!(text, "| model | {} |", libraries.join(" | "))?;
    writeln!(text, "| --- |{}", " --- |".repeat(libraries.len()))?;
    for model in &measured.models {
        let cells: Vec<String> = model.peers[1..]
            .iter()
            .map(|p| model.cell(p, bookkeeping))
            .collect();
        writeln!(text, "| {} | {} |", model.name, cells.join(" | "))?;
    }
    text.push_str("\nSizes:\n\n");
    for model in &measured.models {
        let sizes = model.plan.sizes.iter();
        let sizes: Vec<String> = sizes.map(|(name, size)| format!("{name} {size}")).collect();
        writeln!(text, "- {}: {}", model.name, sizes.join(", "))?;
    }
    Ok(text)
}

/// `15 turns where a step takes under 0.5 s, otherwise 3`.
fn turns(turns: &[Turns]) -> String {
    let each = turns.iter().map(|Turns { below, turns }| match below {
        Some(ms) => format!("{turns} turns where a step takes under {} s", ms / 1000.0),
        None => format!("otherwise {turns}"),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A library's name with the number of its threads.
fn threads(name: &str, threads: u32) -> String {
    name.replace("threads", &format!("{threads} threads"))
}
