//! The address after `#`: a run somebody sent, and the one to send.

use super::pace::grouped;
use lab::{Digest, Plan, Spec};

/// What a link brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The settings it carries.
    pub plan: Plan,
    /// What the reader should know about it, a sentence each.
    pub says: Vec<String>,
}

/// Reads the text after `#`, if it is about this lab.
pub fn open(hash: &str, spec: &Spec, build: &str, text: Option<Digest>) -> Option<Opened> {
    let hash = hash.trim_start_matches('#');
    let mine = format!("lab={}", spec.id);
    if !hash.split('&').any(|part| part == mine) {
        return None;
    }
    let (mut plan, ignored) = Plan::from_link(hash, spec);
    let mut says = Vec::new();
    if !ignored.is_empty() {
        let list: Vec<String> = ignored.iter().map(|why| format!("{why}.")).collect();
        says.push(format!(
            "Not everything in this link could be had. {}",
            list.join(" ")
        ));
    }
    if !plan.build.is_empty() && plan.build != build {
        says.push(
            "This link was made by another build of the trainer: the run will be alike, not the \
             same to the bit."
                .to_owned(),
        );
    }
    if plan.start.take().is_some() {
        says.push("The link names a starting checkpoint, which only its maker has: the run starts from the beginning.".to_owned());
    }
    if let Some(wanted) = plan.input.filter(|wanted| Some(*wanted) != text) {
        says.push(format!(
            "This run was trained on a text that the link does not carry (digest {wanted}): open or \
             paste that text to get the same run."
        ));
    }
    if let Some(last) = plan.turns.last() {
        let (n, step) = (plan.turns.len(), grouped(last.step));
        let knobs = if n == 1 {
            "a knob is turned".to_owned()
        } else {
            format!("knobs are turned {n} times")
        };
        says.push(format!(
            "In this run {knobs} on the way, the last time at step {step}."
        ));
    }
    if says.is_empty() {
        says.push("The settings of the link are in place: press Train to see its run.".to_owned());
    }
    Some(Opened { plan, says })
}

/// The address of a run: this page's own, without what stood after `#`.
pub fn address(href: &str, plan: &Plan, spec: &Spec) -> String {
    let page = href.split('#').next().unwrap_or(href);
    format!("{page}#{}", plan.to_link(spec))
}
