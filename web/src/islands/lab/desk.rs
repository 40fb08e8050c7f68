//! The state of one lab on the page, as signals: what the views read and the acts change.

use super::{
    LabProps,
    frame::{self, Tab},
    given::Given,
    kept::Kept,
    live::Live,
    runner::{Phase, Runner},
    seldom::{BEAT, Seldom},
};
use lab::{Plan, Spec, Value};
use leptos::prelude::*;
use std::collections::BTreeMap;

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
    /// It waits, and all arms have come to rest.
    pub settled: bool,
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
    /// A figure, or the run it belongs to.
    pub looked: bool,
    /// A frame is asked for.
    pub framed: bool,
}

/// One lab on the page. Copied into every closure of its views.
#[derive(Clone, Copy)]
pub struct Desk {
    props: &'static LabProps,
    /// The settings being made.
    pub draft: Live<Plan>,
    /// How the run stands; `None` without one.
    pub phase: Live<Option<Phase>>,
    /// The recorded run.
    pub run: Live<frame::Run>,
    /// The transport button.
    pub face: Live<Face>,
    /// The fast numbers.
    pub readout: Live<Readout>,
    /// The status region's text.
    pub status: Live<String>,
    /// What is to be said beside it.
    pub notice: Live<Option<Notice>>,
    /// Rises with every new metric.
    pub beat: RwSignal<u32>,
    /// Rises with every evaluation, and when a run begins or ends.
    pub evals: RwSignal<u32>,
    /// Rises with every figure.
    pub looks: RwSignal<u32>,
    /// Rises with every turn.
    pub turns: RwSignal<u32>,
    /// Runs that are over, the oldest first.
    pub runs: Live<Vec<Kept>>,
    /// The reader's own text.
    pub text: Live<Option<String>>,
    /// Which figure is shown.
    pub tab: Live<usize>,
    /// What the reader gave the probes.
    pub given: Live<BTreeMap<String, Given>>,
    /// A knob that arms set was moved, and it is not said whom that concerns.
    pub asking: Live<Option<(String, Value)>>,
    /// Seconds a step, in the reader's last run on this machine.
    pub speed: Live<Option<f64>>,
    /// The run under way, or the last one until the next begins.
    pub runner: Live<Option<Runner>>,
    /// Its place in the list of kept runs.
    pub run_id: Live<u32>,
    /// What has not been drawn yet.
    pub changed: Live<Changed>,
    /// What is not written every time.
    pub written: Live<Written>,
    /// It has been said that nothing can be stored.
    pub warned: Live<bool>,
    /// The run was going on when the tab was hidden.
    pub hidden: Live<bool>,
}

/// When what is not written every time was written last; moments in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// The status region.
    pub said: f64,
    /// The numbers beside the progress bar.
    pub read: Seldom,
    /// The storage.
    pub kept: f64,
}

impl Written {
    fn never() -> Self {
        Self {
            said: f64::NEG_INFINITY,
            read: Seldom::new(BEAT),
            kept: f64::NEG_INFINITY,
        }
    }
}

impl Desk {
    /// The lab as it stands before anything happened.
    pub fn new(props: LabProps) -> Self {
        let props: &'static LabProps = Box::leak(Box::new(props));
        let spec = &props.spec;
        let preset = spec.preset(&props.block.preset).unwrap_or(&spec.presets[0]);
        let draft = Plan::of_preset(spec, preset);
        let steps = spec.steps_of(preset);
        let run = match props.rest {
            Some(_) => frame::Run::Coming(props.recorded.as_ref()),
            None => frame::Run::Whole(props.recorded.as_ref()),
        };
        let desk = Self {
            props,
            draft: Live::new(draft),
            phase: Live::new(None),
            run: Live::new(run),
            face: Live::new(Face::Train),
            readout: Live::new(Readout {
                steps,
                ..Readout::default()
            }),
            status: Live::new(String::new()),
            notice: Live::new(None),
            beat: RwSignal::new(0),
            evals: RwSignal::new(0),
            looks: RwSignal::new(0),
            turns: RwSignal::new(0),
            runs: Live::new(Vec::new()),
            text: Live::new(None),
            tab: Live::new(0),
            given: Live::new(BTreeMap::new()),
            asking: Live::new(None),
            speed: Live::new(None),
            runner: Live::new(None),
            run_id: Live::new(0),
            changed: Live::new(Changed::default()),
            written: Live::new(Written::never()),
            warned: Live::new(false),
            hidden: Live::new(false),
        };
        desk.status
            .set(format!("Not trained yet. {}", untrack(|| desk.estimate())));
        desk
    }

    /// What the lab is.
    pub fn spec(&self) -> &'static Spec {
        &self.props.spec
    }

    /// What the page was built with.
    pub fn props(&self) -> &'static LabProps {
        self.props
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
        self.props.tabs()
    }

    /// The plan of the run in front, for the views.
    pub fn run_plan(&self) -> Option<Plan> {
        self.runner
            .with_untracked(|r| r.as_ref().map(|r| r.plan.clone()))
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
