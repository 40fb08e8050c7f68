//! `bench --profile`: where a step of each model of the comparison, and of each lab of the site, spends its time, as `PROFILE.md`.

use crate::{
    files,
    machine::Measurement,
    peers::measured::Allocations,
    step,
    step::{command, root},
    tools, wasm,
};
use anyhow::{Context, Result};
use lab::claim::number;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Write};

/// Functions listed for each model.
const LISTED: usize = 12;

/// What the browser's profile writes.
#[derive(Deserialize)]
struct Profiled {
    models: Vec<Model>,
    /// The site's own, whose products nobody has counted.
    labs: Vec<Model>,
    interval_us: u32,
    browser: String,
}

/// One model's steps under the sampler.
#[derive(Deserialize)]
struct Model {
    name: String,
    plan: Plan,
    steps: u32,
    ms: f64,
    allocations: Allocations,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Plan {
    flop: Option<f64>,
}

/// What a function took for itself, in all steps, and how often it is called in one.
#[derive(Deserialize)]
pub struct Function {
    /// With its compiler's hashes.
    pub name: String,
    /// Milliseconds.
    pub ms: f64,
    /// Nothing of what is not the module's, or where nobody counted.
    pub calls: Option<u32>,
}

/// The share of the time that goes into numbers: without the tape, allocation and whatever is of no
/// other kind.
pub fn arithmetic(functions: &[Function]) -> f64 {
    let busy = functions.iter().filter(|f| kind(&f.name) != "idle");
    let (mut all, mut numbers) = (0.0, 0.0);
    for function in busy {
        all += function.ms;
        if !["the tape", "allocation", "the browser", OTHER].contains(&kind(&function.name)) {
            numbers += function.ms;
        }
    }
    numbers / all
}

/// Kinds of work by the first of these fragments that a function's name has.
const KINDS: &[(&str, &str)] = &[
    ("(idle)", "idle"),
    ("(program)", "the browser"),
    ("(garbage collector)", "the browser"),
    ("malloc", "allocation"),
    ("__rust_", "allocation"),
    ("nn::heap", "allocation"),
    ("__rg_", "allocation"),
    ("alloc_with_data", "allocation"),
    ("alloc::", "allocation"),
    ("Allocation", "allocation"),
    ("memcpy", "copies"),
    ("memmove", "copies"),
    ("memset", "copies"),
    ("gemm", "products"),
    ("kernel::packed", "products"),
    ("ops::matmul", "products"),
    ("nn::kernel", "fused kernels"),
    ("nn::recurrence", "fused kernels"),
    ("nn::optim", "the optimiser"),
    ("nn::store", "the optimiser"),
    ("nn::loss", "fused kernels"),
    ("libm", "exponentials and the like"),
    ("logf", "exponentials and the like"),
    ("ops::conv", "convolutions"),
    ("ops::reduce", "sums and maxima"),
    ("softmax", "softmax"),
    ("layer_norm", "normalisation"),
    ("gather_scatter", "picking and placing"),
    ("ops::slice", "cutting and joining"),
    ("ops::cat", "cutting and joining"),
    ("contiguous", "laying out"),
    ("ops::binary", "element by element"),
    ("ops::unary", "element by element"),
    ("burn_flex", "other operations"),
    ("autodiff", "the tape"),
];

/// What is of no kind.
const OTHER: &str = "everything else";

/// What kind of work a function does.
fn kind(name: &str) -> &'static str {
    let found = KINDS.iter().find(|(fragment, _)| name.contains(fragment));
    found.map_or(OTHER, |(_, kind)| kind)
}

/// A function's name without what only its compiler needs: the hash at its end, and those of crates.
fn readable(name: &str) -> String {
    let end = name.rfind("::h").filter(|at| {
        let hash = &name[at + 3..];
        hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit())
    });
    let mut left = &name[..end.unwrap_or(name.len())];
    let mut text = String::new();
    while let Some((before, after)) = left.split_once('[') {
        text.push_str(before);
        let (inside, rest) = after.split_once(']').unwrap_or((after, ""));
        if inside.len() < 12 || !inside.chars().all(|c| c.is_ascii_hexdigit()) {
            text.push_str(&format!("[{inside}]"));
        }
        left = rest;
    }
    text.push_str(left);
    text.replace('|', "\\|")
}

/// Profiles every model and writes `PROFILE.md`.
///
/// # Errors
/// If something does not build, or a tool is missing.
pub fn profile() -> Result<()> {
    tools::node()?;
    let browsers = tools::browsers()?;
    tools::packages("tests")?;
    let ours = step::step("our models (wasm with SIMD)", wasm::peers)?;
    let counted = step::step("the same with counters", wasm::counted_peers)?;
    let out = step::target("profile.json");
    let measurement = Measurement::begin();
    step::step("profiles in Chromium", || {
        let [folder, counted, out] =
            [&ours.folder, &counted, &out].map(|path| path.display().to_string());
        let script = ["tests/peers/profile.mjs", &folder, &counted, &out];
        let mut node = command("node", &script);
        node.env("CHROMIUM", browsers.chromium);
        step::run(node)
    })?;
    let profiled: Profiled = serde_json::from_slice(&files::read(&out)?)
        .context("what the profile in the browser wrote is not readable")?;
    let when = measurement.when()?;
    let text = page(&profiled, &when)?;
    files::write(&root().join("PROFILE.md"), text.as_bytes())
}

fn page(profiled: &Profiled, when: &str) -> Result<String> {
    let mut text = format!(
        "# Where a step's time goes\n\nWritten by `cargo xtask bench --profile` on {when}. {}.\n\n\
         The models are those of `cargo xtask bench --peers` (`crates/peers`), trained in a worker by the trainer's \
         own build with its functions' names kept, and sampled by V8 every {} µs (`tests/peers/profile.mjs`). Times \
         are a function's own, what was inlined into it included; its calls are those of one step, counted by a copy of the \
         module with a counter in every function. Allocations are counted by the module's allocator \
         in one step. After the models come the labs of the site: the first arm of each, with its default settings.\n",
        profiled.browser, profiled.interval_us,
    );
    for model in profiled.models.iter().chain(&profiled.labs) {
        let steps = f64::from(model.steps);
        let flop = model.plan.flop.map(|flop| number(flop / 1e6));
        let products = flop.map(|flop| format!(", {flop} MFLOP of products"));
        let [small, medium, large, huge] = model.allocations.pieces;
        writeln!(
            text,
            "\n## {}\n\n{} ms a step over {} steps{}. {} MB in {} allocations: {} of up to 256 bytes, \
             {} of up to 4 KiB, {} of up to 64 KiB, {} above.\n",
            model.name,
            number(model.ms),
            model.steps,
            products.unwrap_or_default(),
            number(model.allocations.bytes / 1e6),
            small + medium + large + huge,
            small,
            medium,
            large,
            huge,
        )?;
        let busy = model.functions.iter().filter(|f| kind(&f.name) != "idle");
        let mut busy: Vec<&Function> = busy.collect();
        busy.sort_by(|a, b| b.ms.total_cmp(&a.ms));
        let all: f64 = busy.iter().map(|f| f.ms).sum();
        let share = |ms: f64| 100.0 * ms / all;
        let mut kinds: BTreeMap<&str, (f64, u32)> = BTreeMap::new();
        for function in &busy {
            let (ms, calls) = kinds.entry(kind(&function.name)).or_default();
            *ms += function.ms;
            *calls += function.calls.unwrap_or(0);
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by(|(_, (a, _)), (_, (b, _))| b.total_cmp(a));
        let kinds = kinds.iter().filter(|(_, (ms, _))| share(*ms) >= 0.5);
        let kinds: Vec<String> = kinds
            .map(|(kind, (ms, calls))| format!("{kind} {:.0} % ({calls})", share(*ms)))
            .collect();
        writeln!(text, "By kind, with the calls: {}.\n", kinds.join(", "))?;
        text.push_str(
            "| share | ms a step | calls a step | function |\n| --- | --- | --- | --- |\n",
        );
        for function in busy.iter().take(LISTED) {
            writeln!(
                text,
                "| {:.1} % | {} | {} | `{}` |",
                share(function.ms),
                number(function.ms / steps),
                function
                    .calls
                    .map_or(String::new(), |calls| calls.to_string()),
                readable(&function.name)
            )?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_hashes_and_nothing_else() {
        assert_eq!(readable("a::b<[u8]>::h0123456789abcdef"), "a::b<[u8]>");
        assert_eq!(readable("libm[40f58339702e5617]::expf"), "libm::expf");
        assert_eq!(readable("a::hash"), "a::hash");
    }

    #[test]
    fn arithmetic_is_what_is_left_without_tape_and_allocation() {
        let function = |name: &str, ms| Function {
            name: name.into(),
            ms,
            calls: None,
        };
        let functions = [
            function("nn::kernel::lstm::forward", 3.0),
            function("burn_autodiff::graph", 0.5),
            function("dlmalloc::malloc", 0.25),
            function("core::hash::hash_one", 0.25),
            function("(idle)", 9.0),
        ];
        assert!((arithmetic(&functions) - 0.75).abs() < 1e-12);
    }

    #[test]
    fn the_first_fragment_says_the_kind() {
        assert_eq!(kind("nn::kernel::packed::Packed::multiply"), "products");
        assert_eq!(kind("nn::kernel::lstm::forward"), "fused kernels");
        assert_eq!(kind("core::convert::From::from"), "everything else");
    }
}
