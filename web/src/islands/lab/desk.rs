//! The state of one lab on the page, as signals: what the views read and the acts change.

use super::{
    LabProps,
    kept::Kept,
    runner::{Phase, Runner},
};
use lab::{Plan, Spec, Value};
use leptos::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// What the transport button says and does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// Starts a run.
    #[default]
    Train,
    /// Holds it.
    Pause,
    /// Goes on.
    Resume,
}

/// The numbers beside the transport, which may change every frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readout {
    /// Steps all arms have taken.
    pub step: u64,
    /// Steps the run takes.
    pub steps: u64,
    /// Steps a second.
    pub rate: Option<f64>,
    /// Seconds gone.
    pub elapsed: f64,
    /// Parts prepared, and how many there are.
    pub preparing: Option<(u32, u32)>,
    /// Which arms have how many parameters.
    pub parameters: Vec<(String, u64)>,
}

/// Something the reader should know.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// A sentence or two.
    pub text: String,
    /// Something went wrong: it is read out at once.
    pub bad: bool,
    /// The run can be taken up again, from this step (or from the beginning).
    pub restart: Option<Option<u64>>,
}

/// What changed since the page was last drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changed {
    /// Any metric.
    pub metrics: bool,
    /// A held-out metric, or the run ended.
    pub evaluated: bool,
    /// A frame is asked for.
    pub framed: bool,
}

/// One lab on the page. Copied into every closure of its views.
#[derive(Clone, Copy)]
pub struct Desk {
    spec: StoredValue<Arc<Spec>>,
    props: StoredValue<Arc<LabProps>>,
    /// The settings being made.
    pub draft: RwSignal<Plan>,
    /// How the run stands; `None` without one.
    pub phase: RwSignal<Option<Phase>>,
    /// The transport button.
    pub face: RwSignal<Face>,
    /// The fast numbers.
    pub readout: RwSignal<Readout>,
    /// The status region's text.
    pub status: RwSignal<String>,
    /// What is to be said beside it.
    pub notice: RwSignal<Option<Notice>>,
    /// Rises with every new metric.
    pub beat: RwSignal<u32>,
    /// Rises with every evaluation, and when a run begins or ends.
    pub evals: RwSignal<u32>,
    /// Rises with every figure.
    pub looks: RwSignal<u32>,
    /// Rises with every turn.
    pub turns: RwSignal<u32>,
    /// Runs that are over, the oldest first.
    pub runs: RwSignal<Vec<Kept>>,
    /// The reader's own text.
    pub text: RwSignal<Option<String>>,
    /// Which figure is shown.
    pub tab: RwSignal<usize>,
    /// What the reader typed for a probe.
    pub typed: RwSignal<BTreeMap<String, String>>,
    /// What the reader picked, by probe and arm.
    pub picks: RwSignal<BTreeMap<(String, String), u32>>,
    /// A knob that arms set was moved, and it is not said whom that concerns.
    pub asking: RwSignal<Option<(String, Value)>>,
    /// Seconds a step, in the reader's last run on this machine.
    pub speed: RwSignal<Option<f64>>,
    /// The run under way, or the last one until the next begins.
    pub runner: StoredValue<Option<Runner>>,
    /// Its place in the list of kept runs.
    pub run_id: StoredValue<u32>,
    /// What has not been drawn yet.
    pub changed: StoredValue<Changed>,
    /// When the status region, and the storage, were last written.
    pub written: StoredValue<(f64, f64)>,
    /// It has been said that nothing can be stored.
    pub warned: StoredValue<bool>,
    /// The run was going on when the tab was hidden.
    pub hidden: StoredValue<bool>,
}

/// A figure that can be shown: a metric's chart or a probe.
#[derive(Clone, Debug, PartialEq)]
pub enum Tab {
    /// The metric with this id.
    Metric(String),
    /// The probe with this id.
    Probe(String),
}

impl Desk {
    /// The lab as it stands before anything happened.
    pub fn new(props: LabProps) -> Self {
        let spec = Arc::new(props.spec.clone());
        let preset = spec.preset(&props.block.preset).unwrap_or(&spec.presets[0]);
        let draft = Plan::of_preset(&spec, preset);
        let steps = spec.steps_of(preset);
        let desk = Self {
            spec: StoredValue::new(spec),
            props: StoredValue::new(Arc::new(props)),
            draft: RwSignal::new(draft),
            phase: RwSignal::new(None),
            face: RwSignal::new(Face::Train),
            readout: RwSignal::new(Readout {
                steps,
                ..Readout::default()
            }),
            status: RwSignal::new(String::new()),
            notice: RwSignal::new(None),
            beat: RwSignal::new(0),
            evals: RwSignal::new(0),
            looks: RwSignal::new(0),
            turns: RwSignal::new(0),
            runs: RwSignal::new(Vec::new()),
            text: RwSignal::new(None),
            tab: RwSignal::new(0),
            typed: RwSignal::new(BTreeMap::new()),
            picks: RwSignal::new(BTreeMap::new()),
            asking: RwSignal::new(None),
            speed: RwSignal::new(None),
            runner: StoredValue::new(None),
            run_id: StoredValue::new(0),
            changed: StoredValue::new(Changed::default()),
            written: StoredValue::new((f64::NEG_INFINITY, f64::NEG_INFINITY)),
            warned: StoredValue::new(false),
            hidden: StoredValue::new(false),
        };
        desk.status
            .set(format!("Not trained yet. {}", untrack(|| desk.estimate())));
        desk
    }

    /// What the lab is.
    pub fn spec(&self) -> Arc<Spec> {
        self.spec.get_value()
    }

    /// What the page was built with.
    pub fn props(&self) -> Arc<LabProps> {
        self.props.get_value()
    }

    /// An id for an element of this lab.
    pub fn id(&self, name: &str) -> String {
        let props = self.props();
        format!(
            "lab{}-{}-{name}",
            props.number.0,
            props.spec.id.replace('/', "-")
        )
    }

    /// The figures offered, in order.
    pub fn tabs(&self) -> Vec<Tab> {
        let (spec, props) = (self.spec(), self.props());
        let metrics = spec.metrics.iter().map(|m| Tab::Metric(m.id.clone()));
        let all: Vec<Tab> = metrics
            .chain(spec.probes.iter().map(|p| Tab::Probe(p.id.clone())))
            .collect();
        let id = |tab: &Tab| match tab {
            Tab::Metric(id) | Tab::Probe(id) => id.clone(),
        };
        let wanted = props
            .block
            .show
            .iter()
            .filter_map(|w| all.iter().find(|t| id(t) == *w));
        let mut shown: Vec<Tab> = wanted.cloned().collect();
        if shown.is_empty() {
            let probe = all
                .iter()
                .find(|t| props.compact && matches!(t, Tab::Probe(_)));
            shown = probe.map_or_else(|| all.clone(), |t| vec![t.clone()]);
        }
        if props.compact {
            shown.truncate(1);
        }
        shown
    }

    /// The plan of the run in front, for the views.
    pub fn run_plan(&self) -> Option<Plan> {
        self.runner
            .with_value(|r| r.as_ref().map(|r| r.plan.clone()))
    }

    /// Says something.
    pub fn say(&self, text: impl Into<String>, bad: bool) {
        self.notice.set(Some(Notice {
            text: text.into(),
            bad,
            restart: None,
        }));
    }
}
