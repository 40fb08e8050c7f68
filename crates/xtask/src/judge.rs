//! Runs into tables: the claims over seeds, and how they are printed.

use crate::runner::Ran;
use lab::{
    Claim, ClaimRow, ClaimTable, Expected, Judged, Spec, claim::number, recorded::MetricRow,
};
use std::collections::BTreeMap;

/// The runs of a lab by preset, arm and seed, seeds in order.
pub type Runs = BTreeMap<(String, String), Vec<Ran>>;

/// What a table says of itself.
pub struct Stamp {
    /// The command that wrote it.
    pub command: String,
    /// The day.
    pub date: String,
    /// What it ran on.
    pub machine: String,
}

/// The table of a lab.
pub fn table(spec: &Spec, seeds: &[u64], runs: &Runs, stamp: Stamp) -> ClaimTable {
    let golden = |ran: &[Ran]| ran.first().map(|first| first.golden(spec));
    ClaimTable {
        command: stamp.command,
        date: stamp.date,
        machine: stamp.machine,
        spec: spec.stamp(),
        seeds: seeds.to_vec(),
        curves: runs
            .iter()
            .filter_map(|((preset, arm), ran)| Some((format!("{preset}/{arm}"), golden(ran)?)))
            .collect(),
        rows: spec
            .claims
            .iter()
            .map(|claim| row(spec, claim, seeds.len(), runs))
            .collect(),
        metrics: runs
            .iter()
            .flat_map(|((preset, arm), ran)| metrics(preset, arm, ran))
            .collect(),
    }
}

fn row(spec: &Spec, claim: &Claim, seeds: usize, runs: &Runs) -> ClaimRow {
    let judged: Vec<Option<Judged>> = (0..seeds)
        .map(|i| {
            claim.check.measure(spec, claim.step, |arm| {
                let runs = runs.get(&(claim.preset.clone(), arm.to_owned()))?;
                Some(&runs.get(i)?.history)
            })
        })
        .collect();
    let holding = judged.iter().flatten().filter(|j| j.holds).count();
    ClaimRow {
        claim: claim.id.clone(),
        holds: claim.seeds.satisfied(holding, seeds),
        over: claim.seeds,
        judged,
    }
}

fn metrics(preset: &str, arm: &str, runs: &[Ran]) -> Vec<MetricRow> {
    let Some(longest) = runs.iter().max_by_key(|ran| ran.history.curves.len()) else {
        return Vec::new();
    };
    let last = |ran: &Ran, metric: &str| {
        let diverged = matches!(ran.stopped, Some(lab::Reason::Diverged { .. }));
        (!diverged)
            .then(|| ran.history.latest(metric))
            .flatten()
            .map(|(_, value)| value)
    };
    longest
        .history
        .curves
        .keys()
        .map(|metric| MetricRow {
            preset: preset.to_owned(),
            arm: arm.to_owned(),
            metric: metric.clone(),
            values: runs.iter().map(|ran| last(ran, metric)).collect(),
        })
        .collect()
}

/// Whether a claim came out as declared.
pub fn as_declared(claim: &Claim, row: &ClaimRow) -> bool {
    row.holds == (claim.expected == Expected::Holds)
}

/// The table as text.
pub fn print(spec: &Spec, table: &ClaimTable) {
    println!("\n{} · seeds {:?}", spec.id, table.seeds);
    for row in &table.metrics {
        let values: Vec<String> = row
            .values
            .iter()
            .map(|v| v.map_or("—".into(), number))
            .collect();
        println!(
            "   {:<28} {:<16} {}",
            format!("{}/{}", row.preset, row.arm),
            row.metric,
            values.join("  ")
        );
    }
    for (claim, row) in spec.claims.iter().zip(&table.rows) {
        let word = match (as_declared(claim, row), row.holds) {
            (true, true) => "holds",
            (true, false) => "not here, as declared",
            (false, true) => "HOLDS, though declared as not here",
            (false, false) => "DOES NOT HOLD",
        };
        let values: Vec<String> = row
            .judged
            .iter()
            .map(|j| {
                j.map_or("—".to_owned(), |j| {
                    format!("{}{}", number(j.value), if j.holds { "" } else { "!" })
                })
            })
            .collect();
        println!(
            "   {word}: {} · {} · at step {} · {}",
            claim.id,
            claim.check.formula(spec),
            claim.step,
            values.join("  ")
        );
    }
}
