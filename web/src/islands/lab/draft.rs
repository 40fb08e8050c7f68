//! The settings being made: which value each knob shows, whom a change concerns, and what of it
//! needs a new run.

use lab::{ArmSpec, Digest, Input, KnobKind, KnobSpec, Knobs, Plan, Preset, Spec, Value};

/// The option of a choice that stands for the reader's own text.
pub const YOURS: &str = "yours";

/// The preset a plan is in.
pub fn preset<'a>(spec: &'a Spec, plan: &Plan) -> &'a Preset {
    spec.preset(&plan.preset).unwrap_or(&spec.presets[0])
}

/// The arms a plan could run.
pub fn arms<'a>(spec: &'a Spec, plan: &Plan) -> &'a [ArmSpec] {
    spec.arms_of(preset(spec, plan))
}

/// What the legend calls an arm of `plan`, and which of the site's arm colours it has.
pub fn arm_look(spec: &Spec, plan: &Plan, arm: &str) -> (String, u32) {
    let arms = arms(spec, plan);
    let at = arms.iter().position(|a| a.id == arm);
    at.map_or_else(
        || (arm.to_owned(), 0),
        |i| (arms[i].label.clone(), i as u32),
    )
}

/// Every knob's value in one arm; with `step`, after the turns made up to that step.
pub fn resolved(spec: &Spec, plan: &Plan, arm: &str, step: Option<u64>) -> Option<Knobs> {
    let mut knobs = plan.run(arm).resolve(spec).ok()?.2;
    for turn in plan
        .turns
        .iter()
        .filter(|t| step.is_some_and(|s| t.step <= s))
    {
        knobs.set(spec, &turn.knob, turn.value.clone()).ok()?;
    }
    Some(knobs)
}

/// What `knob` is set to in each arm that runs: (arm's label, value).
pub fn values(spec: &Spec, plan: &Plan, knob: &str, step: Option<u64>) -> Vec<(String, Value)> {
    let value = |arm: &String| {
        let knobs = resolved(spec, plan, arm, step)?;
        Some((arm_look(spec, plan, arm).0, knobs.value(knob)?.clone()))
    };
    plan.arms.iter().filter_map(value).collect()
}

/// The arms that run and set `knob` themselves: a change of it must say whom it concerns.
pub fn setters<'a>(spec: &'a Spec, plan: &Plan, knob: &str) -> Vec<&'a ArmSpec> {
    let runs = |a: &&ArmSpec| plan.arms.contains(&a.id) && a.knobs.iter().any(|(id, _)| id == knob);
    arms(spec, plan).iter().filter(runs).collect()
}

/// Sets a knob, in one arm or in all; a value that holds anyway is not worth a word in the link.
pub fn set(spec: &Spec, plan: &mut Plan, arm: Option<&str>, knob: &str, value: Value) {
    plan.turns.retain(|t| t.knob != knob);
    let mut plain = plan.clone();
    plain
        .knobs
        .retain(|(of, id, _)| id != knob || (arm.is_some() && of.as_deref() != arm));
    let holds =
        |a: &String| resolved(spec, &plain, a, None).is_some_and(|k| k.value(knob) == Some(&value));
    if plan
        .arms
        .iter()
        .filter(|a| arm.is_none_or(|only| *a == only))
        .all(holds)
    {
        *plan = plain;
    } else {
        plan.set(arm, knob, value);
    }
}

/// Lets an arm run or not; the last one stays.
pub fn switch_arm(spec: &Spec, plan: &mut Plan, arm: &str, runs: bool) {
    let chosen = |a: &&ArmSpec| {
        if a.id == arm {
            runs
        } else {
            plan.arms.contains(&a.id)
        }
    };
    let next: Vec<_> = arms(spec, plan)
        .iter()
        .filter(chosen)
        .map(|a| a.id.clone())
        .collect();
    if !next.is_empty() {
        plan.arms = next;
    }
}

/// Whether a run of `plan` is trained on the reader's own data.
pub fn wants_input(spec: &Spec, plan: &Plan) -> bool {
    if spec.input == lab::Reader::None {
        return false;
    }
    let Some(knob) = own_knob(spec) else {
        return true;
    };
    let yours = Value::Choice(YOURS.to_owned());
    values(spec, plan, &knob.id, None)
        .iter()
        .any(|(_, value)| *value == yours)
}

/// The knob that chooses between the lab's texts and the reader's.
pub fn own_knob(spec: &Spec) -> Option<&KnobSpec> {
    let yours = |k: &&KnobSpec| match &k.kind {
        KnobKind::Choice { options } => options.iter().any(|(id, _)| id == YOURS),
        _ => false,
    };
    spec.knobs.iter().find(yours)
}

/// The plan a press on *Train* starts, and the data that goes with it.
///
/// # Errors
/// If the plan is to be trained on the reader's text and there is none.
pub fn complete(
    spec: &Spec,
    draft: &Plan,
    text: Option<&str>,
    build: &str,
) -> Result<(Plan, Option<Input>), String> {
    let mut plan = draft.clone();
    plan.build = build.to_owned();
    plan.start = None;
    if !wants_input(spec, &plan) {
        plan.input = None;
        return Ok((plan, None));
    }
    let Some(text) = text else {
        return Err(match draft.input {
            Some(digest) => format!(
                "This run was trained on somebody's own text (digest {digest}), which no link \
                 carries. Open or paste that text below, then press Train."
            ),
            None => "There is no text of yours yet: open or paste one below, then press Train."
                .to_owned(),
        });
    };
    let input = Input::Text(text.to_owned());
    plan.input = Some(input.digest());
    Ok((plan, Some(input)))
}

/// Whether the next run will differ from the one under way: the live knobs left out, since they act
/// at once. `text` is the digest of the reader's text.
pub fn needs_restart(spec: &Spec, draft: &Plan, running: &Plan, text: Option<Digest>) -> bool {
    if wants_input(spec, draft) && text.is_some() && text != running.input {
        return true;
    }
    if (&draft.preset, &draft.arms, draft.seed) != (&running.preset, &running.arms, running.seed) {
        return true;
    }
    spec.knobs
        .iter()
        .filter(|k| !k.live)
        .any(|k| later(spec, draft, running, k))
}

/// Whether `knob` has been moved since the run under way began and waits for the next one.
pub fn later(spec: &Spec, draft: &Plan, running: &Plan, knob: &KnobSpec) -> bool {
    !knob.live && values(spec, draft, &knob.id, None) != values(spec, running, &knob.id, None)
}

/// A plan's name in a list: what differs from the lab as it comes.
pub fn name(spec: &Spec, plan: &Plan) -> String {
    let differs = plan.differences(&Plan::of(spec), spec);
    if differs.is_empty() {
        "default settings".to_owned()
    } else {
        differs
    }
}
