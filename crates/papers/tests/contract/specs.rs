//! Whether a specification holds together, and stands on a page.

use crate::{labs, root};
use lab::{Check, run::RESERVED};
use papers::PAPERS;
use std::{collections::BTreeSet, fs};

#[test]
fn specs_hold_together() {
    let labs = labs();
    let ids: BTreeSet<&str> = labs.iter().map(|(_, spec)| spec.id.as_str()).collect();
    assert_eq!(ids.len(), labs.len(), "two labs share an id");
    for (_, spec) in &labs {
        let at = &spec.id;
        unique(at, "arm", spec.arms.iter().map(|a| &a.id));
        unique(at, "knob", spec.knobs.iter().map(|k| &k.id));
        unique(at, "preset", spec.presets.iter().map(|p| &p.id));
        unique(at, "metric", spec.metrics.iter().map(|m| &m.id));
        unique(at, "probe", spec.probes.iter().map(|p| &p.id));
        unique(at, "claim", spec.claims.iter().map(|c| &c.id));
        unique(at, "reference", spec.references.iter().map(|r| &r.id));
        assert!(spec.steps > 0 && spec.eval_every > 0, "{at}");
        for knob in &spec.knobs {
            assert!(
                !RESERVED.contains(&knob.id.as_str()),
                "{at}: {} is a link’s own key",
                knob.id
            );
            knob.check(&knob.default)
                .unwrap_or_else(|e| panic!("{at}: {e}"));
            assert!(!knob.help.is_empty(), "{at}: {} is not explained", knob.id);
        }
        for reference in &spec.references {
            assert!(
                spec.metric(&reference.metric).is_some(),
                "{at}: {}",
                reference.id
            );
            assert!(reference.value.is_finite(), "{at}: {}", reference.id);
        }
        let conditions = spec
            .references
            .iter()
            .map(|r| &r.when)
            .chain(spec.files.iter().map(|f| &f.when));
        for (knob, value) in conditions.flatten() {
            spec.knob(knob)
                .and_then(|k| k.check(value))
                .unwrap_or_else(|e| panic!("{at}: {e}"));
        }
        for claim in &spec.claims {
            let at = format!("{at}, {}", claim.id);
            let preset = spec
                .preset(&claim.preset)
                .unwrap_or_else(|| panic!("{at}: no such preset"));
            let arms = spec.arms_of(preset);
            for arm in claim.check.arms() {
                assert!(arms.iter().any(|a| a.id == arm), "{at}: no arm {arm}");
            }
            let metric = spec
                .metric(claim.check.metric())
                .unwrap_or_else(|| panic!("{at}: no such metric"));
            assert_eq!(
                metric.axis.is_some(),
                claim.check.metric().contains('@'),
                "{at}"
            );
            let steps = spec.steps_of(preset);
            let by = if let Check::ReachedBy { step, .. } = claim.check {
                step
            } else {
                claim.step
            };
            for step in [by, claim.step] {
                assert!(
                    step <= steps
                        && (metric.every_step || step % spec.eval_every == 0 || step == steps),
                    "{at}"
                );
            }
        }
    }
}

fn unique<'a>(at: &str, what: &str, ids: impl Iterator<Item = &'a String>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        assert!(
            !id.is_empty() && seen.insert(id),
            "{at}: {what} “{id}” twice or nameless"
        );
    }
}

#[test]
fn every_paper_has_its_page_and_every_file_its_digest() {
    for paper in PAPERS {
        let page = root().join(format!("content/papers/{}.md", paper.id));
        assert!(
            page.is_file(),
            "{} has no page at {}",
            paper.id,
            page.display()
        );
        for lab in paper.labs {
            let spec = (lab.spec)();
            assert!(
                spec.id == paper.id || spec.id.starts_with(&format!("{}/", paper.id)),
                "{}",
                spec.id
            );
            for file in &spec.files {
                let bytes = fs::read(root().join("static").join(&file.path)).unwrap();
                let digest = lab::Digest::of(&bytes);
                assert_eq!(digest, file.digest, "static/{} is {digest}", file.path);
            }
        }
    }
}
