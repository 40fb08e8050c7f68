//! What the verifier recorded, checked against the labs of today and trimmed to what a page shows.

use crate::write;
use lab::{ClaimTable, Digest, History, Recorded, Spec};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, fs, path::Path};
use web::pages::{LabData, Labs};

/// A curve on a page has at most so many points.
const POINTS: usize = 125;

/// Every lab with what was recorded of it under `root/content/recorded`; the runs are put below
/// `out`, one file each, for pages that show more than their first frame.
///
/// # Errors
/// If a recorded file cannot be read, with its path and line, or a run cannot be written.
pub fn labs(root: &Path, out: &Path, specs: Vec<Spec>) -> Result<Labs, String> {
    let mut labs = BTreeMap::new();
    for spec in specs {
        let folder = root
            .join("content/recorded")
            .join(spec.id.replace('/', "-"));
        let run: Option<Recorded> = read(&folder.join("run.json"))?;
        let claims: Option<ClaimTable> = read(&folder.join("claims.json"))?;
        let stamp = spec.stamp();
        let fits = |of: Digest, file: &str, so: &str| {
            if of != stamp {
                let path = folder.join(file);
                eprintln!(
                    "warning: {}:1: it describes the lab {of}, which is now {stamp}: {so}",
                    path.display()
                );
            }
            of == stamp
        };
        let recorded = run.filter(|run| fits(run.spec, "run.json", "it is left out"));
        if let Some(table) = &claims {
            fits(table.spec, "claims.json", "it is marked as outdated");
        }
        let recorded = recorded.map(trim);
        let file = recorded.as_ref().map(|run| put(run, &spec.id, out));
        let file = file.transpose()?;
        labs.insert(
            spec.id.clone(),
            LabData {
                spec,
                recorded,
                file,
                claims,
            },
        );
    }
    Ok(labs)
}

/// Writes a run as a page's wasm reads it; its path below `out`, which names what is in it.
fn put(run: &Recorded, lab: &str, out: &Path) -> Result<String, String> {
    let bytes = postcard::to_stdvec(run).map_err(|e| format!("{lab}: {e}"))?;
    let digest = Digest::of(&bytes).to_string();
    let path = format!(
        "assets/recorded/{}-{}.bin",
        lab.replace('/', "-"),
        &digest[..10]
    );
    write(&out.join(&path), &bytes)?;
    Ok(path)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(path).map_err(|e| format!("{}:1: {e}", path.display()))?;
    let read = serde_json::from_str(&text);
    read.map(Some)
        .map_err(|e| format!("{}:{}: {e}", path.display(), e.line()))
}

/// Thinner curves; earlier looks inside only of the first arm, the paper's own model.
fn trim(mut run: Recorded) -> Recorded {
    for (i, arm) in run.arms.iter_mut().enumerate() {
        arm.history = thin(&arm.history);
        let last = arm.figures.iter().map(|f| f.step).max();
        arm.figures.retain(|f| i == 0 || Some(f.step) == last);
    }
    run
}

/// Fewer points and fewer digits; the last point stays.
fn thin(history: &History) -> History {
    let thin = |curve: &[(u64, f64)]| -> Vec<(u64, f64)> {
        let every = curve.len().div_ceil(POINTS).max(1);
        let last = curve.len().saturating_sub(1);
        // Counted from the end, so that the last value a reader sees is the run's own.
        let kept = curve
            .iter()
            .enumerate()
            .filter(|(i, _)| (last - i).is_multiple_of(every));
        kept.map(|(_, (step, value))| (*step, rounded(*value)))
            .collect()
    };
    let curves = history
        .curves
        .iter()
        .map(|(metric, curve)| (metric.clone(), thin(curve)));
    History {
        curves: curves.collect(),
    }
}

/// Eighteen significant bits, five digits and more; the other bits are zeros, which weigh nothing
/// in a compressed page.
fn rounded(value: f64) -> f64 {
    const DROPPED: u32 = 34;
    let half = 1u64 << (DROPPED - 1);
    let bits = (value.to_bits() + half) & !((1 << DROPPED) - 1);
    f64::from_bits(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_curve_keeps_its_end_and_five_digits() {
        let mut history = History::default();
        for step in 0..=1000 {
            history.push("loss", step, 1.0 / 3.0 + step as f64);
        }
        let thin = thin(&history);
        let curve = thin.curve("loss");
        assert!(curve.len() <= POINTS, "{}", curve.len());
        let (step, value) = curve[curve.len() - 1];
        assert_eq!(step, 1000);
        assert!((value / (1000.0 + 1.0 / 3.0) - 1.0).abs() < 4e-6, "{value}");
        assert_eq!(value.to_bits() << 30, 0, "{value} is not short");
    }

    #[test]
    fn short_curves_stay_whole() {
        let mut history = History::default();
        for step in 0..20 {
            history.push("loss", step, 0.5);
        }
        assert_eq!(thin(&history), history);
    }
}
