//! What the page and the worker say to each other, and the worker's side of it without any I/O.

use crate::{
    experiment::{Checkpoint, Paper},
    figure::{Figure, Input},
    knob::KnobError,
    run::{Run, Turn},
    session::{Clock, Session},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Names a run in the messages about it; the page gives it out.
pub type Key = u32;

/// From the page to the worker.
#[allow(
    clippy::large_enum_variant,
    reason = "made once and moved once, never stored in numbers"
)]
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToTrainer {
    /// Build this run; what it needs comes along.
    Load {
        key: Key,
        run: Run,
        input: Option<Input>,
        files: BTreeMap<String, Vec<u8>>,
        start: Option<Checkpoint>,
    },
    /// Train up to this step (of this run), then wait.
    Play { key: Key, until: u64 },
    /// Stop after the step under way.
    Pause { key: Key },
    /// Turn a live knob at `turn.step`, or at once if that step is past.
    Retune { key: Key, turn: Turn },
    /// Refresh this probe with this input while training, and now; the latest input wins.
    Watch {
        key: Key,
        probe: String,
        input: Vec<Input>,
    },
    /// Stop refreshing it.
    Unwatch { key: Key, probe: String },
    /// Send a checkpoint.
    Save { key: Key },
    /// Forget this run.
    Drop { key: Key },
}

/// From the worker to the page.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromTrainer {
    /// The run is built.
    Loaded {
        key: Key,
        parameters: u64,
        step: u64,
        steps: u64,
    },
    /// Data or labels are being prepared.
    Preparing { key: Key, done: u32, of: u32 },
    /// New metrics: (step, values), and where the run stands.
    Progress { key: Key, step: u64, rows: Vec<Row> },
    /// A live knob was turned; `turn.step` is the step at which it acted.
    Turned { key: Key, turn: Turn },
    /// A look inside at `step`, or why there is none.
    Figure {
        key: Key,
        probe: String,
        step: u64,
        figure: Result<Figure, String>,
    },
    /// What was asked for.
    Checkpoint { key: Key, checkpoint: Checkpoint },
    /// The run is not running any more, and why.
    Stopped { key: Key, step: u64, reason: Reason },
}

/// Metrics of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// After which step.
    pub step: u64,
    /// (metric, value).
    pub values: Vec<(String, f64)>,
}

/// Why a run is not running.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// It came to its last step.
    Finished,
    /// It was asked to.
    Paused,
    /// A metric stopped being a number.
    Diverged { metric: String },
    /// It could not be built, or not be taken up.
    Failed(String),
    /// A knob was refused.
    Refused(KnobError),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => f.write_str("finished"),
            Self::Paused => f.write_str("paused"),
            Self::Diverged { metric } => write!(f, "{metric} is not a number any more"),
            Self::Failed(why) => f.write_str(why),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

/// The worker without its wires: runs by key, messages in, messages out, work in slices.
pub struct Trainer {
    papers: &'static [Paper],
    sessions: Vec<(Key, Session)>,
    outbox: Vec<FromTrainer>,
}

impl Trainer {
    /// A trainer for the labs of these papers.
    pub fn new(papers: &'static [Paper]) -> Self {
        Self {
            papers,
            sessions: Vec::new(),
            outbox: Vec::new(),
        }
    }

    /// Takes a message in; what there is to say to it lies in [`Self::drain`] afterwards.
    pub fn handle(&mut self, message: ToTrainer) {
        match message {
            ToTrainer::Load {
                key,
                run,
                input,
                files,
                start,
            } => {
                self.sessions.retain(|(k, _)| *k != key);
                match Session::new(self.papers, run, input, files, start.as_ref()) {
                    Ok(session) => self.sessions.push((key, session)),
                    Err(reason) => self.outbox.push(FromTrainer::Stopped {
                        key,
                        step: 0,
                        reason,
                    }),
                }
            }
            ToTrainer::Play { key, until } => self.with(key, |s| s.play(until)),
            ToTrainer::Pause { key } => self.with(key, Session::pause),
            ToTrainer::Retune { key, turn } => self.with(key, |s| s.retune(turn)),
            ToTrainer::Watch { key, probe, input } => self.with(key, |s| s.watch(probe, input)),
            ToTrainer::Unwatch { key, probe } => self.with(key, |s| s.unwatch(&probe)),
            ToTrainer::Save { key } => {
                if let Some((_, session)) = self.sessions.iter().find(|(k, _)| *k == key) {
                    let checkpoint = session.checkpoint();
                    self.outbox
                        .push(FromTrainer::Checkpoint { key, checkpoint });
                }
            }
            ToTrainer::Drop { key } => self.sessions.retain(|(k, _)| *k != key),
        }
    }

    fn with(&mut self, key: Key, act: impl FnOnce(&mut Session)) {
        if let Some((_, session)) = self.sessions.iter_mut().find(|(k, _)| *k == key) {
            act(session);
        }
    }

    /// Works for about `budget` milliseconds, always on the run that is furthest behind, so that the
    /// arms in one worker stay side by side. A single long step may exceed the budget. Returns
    /// whether work is left.
    pub fn slice(&mut self, clock: &dyn Clock, budget: f64) -> bool {
        let end = clock.now() + budget;
        loop {
            let next = self.sessions.iter_mut().filter(|(_, s)| s.has_work());
            let Some((_, session)) = next.min_by_key(|(_, s)| s.step()) else {
                return false;
            };
            session.work();
            if clock.now() >= end {
                return self.sessions.iter().any(|(_, s)| s.has_work());
            }
        }
    }

    /// Everything there is to say, in order.
    pub fn drain(&mut self) -> Vec<FromTrainer> {
        for (key, session) in &mut self.sessions {
            session.report(*key, &mut self.outbox);
        }
        std::mem::take(&mut self.outbox)
    }

    /// The run called `key`.
    pub fn session(&self, key: Key) -> Option<&Session> {
        self.sessions
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, s)| s)
    }
}
