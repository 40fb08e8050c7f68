//! Whether what a page names exists in the lab it speaks of.

use crate::markup::names;
use lab::{Bound, Check, Spec};

/// Whether `id` is a figure of the lab.
pub(crate) fn can_show(spec: &Spec, id: &str) -> Result<(), String> {
    let there = || {
        let metrics = spec.metrics.iter().map(|metric| &*metric.id);
        metrics.chain(spec.probes.iter().map(|probe| &*probe.id))
    };
    if there().any(|known| known == id) {
        return Ok(());
    }
    Err(format!(
        "the lab “{}” has no metric or probe “{id}” (it has: {})",
        spec.id,
        names(there())
    ))
}

/// Whether the lab has this preset.
pub(crate) fn has_preset(spec: &Spec, id: &str) -> Result<(), String> {
    let there = names(spec.presets.iter().map(|preset| &*preset.id));
    let missing = || {
        format!(
            "the lab “{}” has no preset “{id}” (it has: {there})",
            spec.id
        )
    };
    spec.preset(id).map(|_| ()).ok_or_else(missing)
}

/// What a check names that the lab does not have: the name, and what is wrong with it.
pub(crate) fn check(spec: &Spec, check: &Check, step: u64) -> Vec<(String, String)> {
    let mut wrong = vec![];
    if let Err(message) = metric(spec, check.metric()) {
        wrong.push((check.metric().to_owned(), message));
    }
    let own = spec
        .presets
        .iter()
        .flat_map(|preset| preset.arms.iter().flatten());
    let arms: Vec<&str> = spec.arms.iter().chain(own).map(|arm| &*arm.id).collect();
    for arm in check.arms() {
        if !arms.contains(&arm) {
            let there = names(arms.iter().copied());
            let message = format!("the lab “{}” has no arm “{arm}” (it has: {there})", spec.id);
            wrong.push((arm.to_owned(), message));
        }
    }
    if let Check::AtMost {
        bound: Bound::Reference { id, .. },
        ..
    }
    | Check::AtLeast {
        bound: Bound::Reference { id, .. },
        ..
    } = check
        && !spec.references.iter().any(|reference| reference.id == *id)
    {
        let there = names(spec.references.iter().map(|reference| &*reference.id));
        let message = format!(
            "the lab “{}” has no reference “{id}” (it has: {there})",
            spec.id
        );
        wrong.push((id.clone(), message));
    }
    let longest = spec
        .presets
        .iter()
        .map(|preset| spec.steps_of(preset))
        .max();
    let longest = longest.unwrap_or(spec.steps);
    if step > longest {
        let message = format!(
            "no run of the lab “{}” comes to step {step}: they end at {longest}",
            spec.id
        );
        wrong.push((spec.id.clone(), message));
    }
    wrong
}

/// Whether a check can compare `id`: a metric, or one point of a curve.
fn metric(spec: &Spec, id: &str) -> Result<(), String> {
    let there = names(spec.metrics.iter().map(|metric| &*metric.id));
    let Some(metric) = spec.metric(id) else {
        return Err(format!(
            "the lab “{}” has no metric “{id}” (it has: {there})",
            spec.id
        ));
    };
    match (&metric.axis, id.split_once('@')) {
        (None, None) => Ok(()),
        (Some(axis), Some((_, at))) if axis.points.iter().any(|p| at.parse() == Ok(*p)) => Ok(()),
        (None, Some(_)) => Err(format!(
            "the metric “{}” is no curve, it has no points",
            metric.id
        )),
        (Some(axis), _) => {
            let points: Vec<String> = axis.points.iter().map(ToString::to_string).collect();
            let points = names(points.iter().map(|point| &**point));
            Err(format!(
                "“{id}” is no point of the curve “{}” (its points: {points})",
                metric.id
            ))
        }
    }
}
