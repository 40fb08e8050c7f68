//! The verifier's table: every claim of a lab over its seeds, and the command that measured it.

use super::LabData;
use lab::{ClaimRow, ClaimTable, Expected, Seeds, Spec, claim::number};
use leptos::prelude::*;

/// The measured table of a lab.
#[component]
pub fn Measured(lab: LabData) -> impl IntoView {
    let LabData { spec, claims, .. } = lab;
    let Some(table) = claims else {
        return view! {
            <div class="measured">
                <p class="cap">"No measurement is recorded for this lab yet."</p>
            </div>
        }
        .into_any();
    };
    let outdated = table.spec != spec.stamp();
    let caption = format!("Claims measured over seeds {}", list(&table.seeds));
    let rows = table
        .rows
        .iter()
        .filter_map(|row| Some((claim(&spec, row)?, row.clone())));
    let rows: Vec<_> = rows
        .map(|(claim, row)| claim_row(&spec, claim, row))
        .collect();
    let ClaimTable {
        command,
        date,
        machine,
        ..
    } = table.clone();
    view! {
        <div class="measured">
            {outdated
                .then(|| {
                    view! {
                        <p class="outdated">
                            "Outdated: the lab has changed since this was measured, so the numbers below describe an earlier version of it."
                        </p>
                    }
                })}
            <table role="table">
                <caption>{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Verdict"</th>
                        <th role="columnheader" scope="col">"Claim"</th>
                        <th role="columnheader" scope="col">"Check"</th>
                        <th role="columnheader" scope="col">"Seed by seed"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            <All spec=spec table=table />
            <p class="cap">
                "Measured on " <time datetime=date.clone()>{date.clone()}</time> ", " {machine}
                ", by " <code>{command}</code> "."
            </p>
        </div>
    }
    .into_any()
}

fn claim(spec: &Spec, row: &ClaimRow) -> Option<lab::Claim> {
    spec.claims.iter().find(|c| c.id == row.claim).cloned()
}

fn claim_row(spec: &Spec, claim: lab::Claim, row: ClaimRow) -> impl IntoView + use<> {
    let (class, word, because) = match (&claim.expected, row.holds) {
        (Expected::Holds, true) => ("v ok", "Reproduced", None),
        (Expected::Holds, false) => ("v no", "Not reproduced", None),
        (Expected::NotHere { because }, _) => ("v here", "Not here", Some(because.clone())),
    };
    let formula = claim.check.formula(spec);
    let held = row.judged.iter().flatten().filter(|j| j.holds).count();
    let of = row.judged.len();
    let values: Vec<_> = row
        .judged
        .iter()
        .map(|judged| match judged {
            Some(j) => view! { <span class="seed" class:miss=!j.holds>{number(j.value)}</span> },
            None => view! { <span class="seed" class:miss=true>{"–".to_owned()}</span> },
        })
        .collect();
    let reported = (!claim.reported.is_empty()).then(|| {
        view! { <span class="reported">"Paper: " {claim.reported.clone()} " (" {claim.source.clone()} ")"</span> }
    });
    view! {
        <tr role="row">
            <td role="cell">
                <span class=class>{word}</span>
            </td>
            <td role="cell">
                <span class="says">{claim.says.clone()}</span>
                {reported}
                {because.map(|because| view! { <span class="because">{because}</span> })}
            </td>
            <td role="cell">
                <code>{formula}</code>
                <small>"at step " {claim.step} ", " {over(row.over)}</small>
            </td>
            <td role="cell">
                <span class="values">{values}</span>
                <small>{held} " of " {of} " hold"</small>
            </td>
        </tr>
    }
}

fn over(seeds: Seeds) -> String {
    match seeds {
        Seeds::Each => "on each seed".to_owned(),
        Seeds::AtLeast { k, of } => format!("on at least {k} of {of} seeds"),
        Seeds::Median { of } => format!("in the median of {of} seeds"),
        Seeds::Best { of } => format!("for the best of {of} seeds"),
    }
}

/// Every metric at the last step, seed by seed.
#[component]
fn All(spec: Spec, table: ClaimTable) -> impl IntoView {
    let label = |preset: &str, arm: &str| {
        let preset = spec.preset(preset);
        let arm_label = preset
            .and_then(|p| spec.arm(p, arm))
            .map_or_else(|| arm.to_owned(), |a| a.label.clone());
        (
            preset.map_or_else(String::new, |p| p.label.clone()),
            arm_label,
        )
    };
    let cell = |value: &Option<f64>| {
        let text = value.map_or_else(|| "–".to_owned(), number);
        view! { <td class="num">{text}</td> }
    };
    let row = |row: &lab::recorded::MetricRow| {
        let (preset, arm) = label(&row.preset, &row.arm);
        view! {
            <tr>
                <td>{preset}</td>
                <td>{arm}</td>
                <th scope="row">{row.metric.clone()}</th>
                {row.values.iter().map(cell).collect_view()}
            </tr>
        }
    };
    let seeds = table
        .seeds
        .iter()
        .map(|seed| view! { <th scope="col" class="num">{*seed}</th> });
    (!table.metrics.is_empty()).then(|| {
        view! {
            <details>
                <summary>"Everything that was measured, at the last step"</summary>
                <div class="scroll" tabindex="0" role="region" aria-label="All measured values">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">"Preset"</th>
                                <th scope="col">"Arm"</th>
                                <th scope="col">"Metric, by seed"</th>
                                {seeds.collect_view()}
                            </tr>
                        </thead>
                        <tbody>{table.metrics.iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
        }
    })
}

/// `1 to 5` for neighbours, otherwise all of them.
fn list(seeds: &[u64]) -> String {
    match seeds {
        [first, .., last] if last - first + 1 == seeds.len() as u64 => format!("{first} to {last}"),
        _ => seeds
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_seeds_are_a_range() {
        assert_eq!(list(&[1, 2, 3, 4, 5]), "1 to 5");
        assert_eq!(list(&[1, 3]), "1, 3");
        assert_eq!(list(&[7]), "7");
    }
}
