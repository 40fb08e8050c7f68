//! One arm of a run under way, as the page knows it.

use lab::{ArmId, Checkpoint, Figure, History, Input, Key, ToTrainer};
use std::{collections::BTreeMap, sync::Arc};

/// What a probe last answered, at which step.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// After which step.
    pub step: u64,
    /// The figure, or why there is none.
    pub figure: Result<Arc<Figure>, String>,
}

/// The probe whose tab is open.
#[derive(Clone, Debug)]
struct Watch {
    probe: String,
    input: Vec<Input>,
    /// Asked, not answered yet.
    asked: bool,
    /// Another input came in the meantime.
    again: bool,
}

/// One arm of a run under way.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Which arm.
    pub arm: ArmId,
    /// Names it in the messages.
    pub key: Key,
    /// Learnable parameters, once it is built.
    pub parameters: Option<u64>,
    /// Parts of the preparation that are done, and how many there are.
    pub preparing: Option<(u32, u32)>,
    /// Steps taken.
    pub step: u64,
    /// Everything measured.
    pub history: History,
    /// The latest state the page could restart from.
    pub checkpoint: Option<Checkpoint>,
    /// It has come to its last step.
    pub finished: bool,
    /// It waits, and has said so.
    pub waiting: bool,
    /// What its probes showed last.
    pub looks: BTreeMap<String, Look>,
    /// The last figure of each probe: it stays in view while a question is refused.
    pub good: BTreeMap<String, Arc<Figure>>,
    /// The figures that stay: by probe and step.
    pub trail: BTreeMap<(String, u64), Arc<Figure>>,
    watch: Option<Watch>,
}

impl Lane {
    /// An arm that has not been built yet.
    pub fn new(arm: ArmId, key: Key) -> Self {
        Self {
            arm,
            key,
            parameters: None,
            preparing: None,
            step: 0,
            history: History::default(),
            checkpoint: None,
            finished: false,
            waiting: true,
            looks: BTreeMap::new(),
            good: BTreeMap::new(),
            trail: BTreeMap::new(),
            watch: None,
        }
    }

    /// Watches `probe` with `input`, and nothing else; one question at a time, the latest input wins.
    pub fn watch(&mut self, probe: &str, input: Vec<Input>, out: &mut Vec<ToTrainer>) {
        match &mut self.watch {
            Some(watch) if watch.probe == probe => {
                if watch.input == input {
                    return;
                }
                watch.input = input;
                if watch.asked {
                    watch.again = true;
                    return;
                }
            }
            _ => {
                self.unwatch(out);
                let probe = probe.to_owned();
                self.watch = Some(Watch {
                    probe,
                    input,
                    asked: false,
                    again: false,
                });
            }
        }
        self.ask(out);
    }

    /// Watches nothing.
    pub fn unwatch(&mut self, out: &mut Vec<ToTrainer>) {
        if let Some(watch) = self.watch.take() {
            out.push(ToTrainer::Unwatch {
                key: self.key,
                probe: watch.probe,
            });
        }
    }

    /// Asks (again) what is watched: after a question was answered, or in a new worker.
    pub fn ask(&mut self, out: &mut Vec<ToTrainer>) {
        let key = self.key;
        if let Some(watch) = &mut self.watch {
            (watch.asked, watch.again) = (true, false);
            let (probe, input) = (watch.probe.clone(), watch.input.clone());
            out.push(ToTrainer::Watch { key, probe, input });
        }
    }

    /// Notes a figure; asks again if the reader has gone on in the meantime.
    pub fn look(&mut self, probe: String, look: Look, stays: bool, out: &mut Vec<ToTrainer>) {
        if let Some(watch) = self.watch.as_mut().filter(|w| w.probe == probe) {
            watch.asked = false;
            if watch.again {
                self.ask(out);
            }
        }
        if let Ok(figure) = &look.figure {
            self.good.insert(probe.clone(), figure.clone());
            if stays {
                self.trail
                    .insert((probe.clone(), look.step), figure.clone());
            }
        }
        self.looks.insert(probe, look);
    }

    /// The figures of `probe` that stay and are older than the latest one, the newest first.
    pub fn trail_of(&self, probe: &str) -> Vec<(u64, Arc<Figure>)> {
        let latest = self.looks.get(probe).map_or(0, |l| l.step);
        let mine = self
            .trail
            .iter()
            .filter(|((p, step), _)| p == probe && *step < latest);
        mine.rev()
            .map(|((_, step), figure)| (*step, figure.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<Input> {
        vec![Input::Text(text.to_owned())]
    }

    #[test]
    fn one_question_at_a_time_and_the_latest_input_wins() {
        let mut lane = Lane::new("lstm".to_owned(), 7);
        let mut out = Vec::new();
        for typed in ["a", "ab", "abc"] {
            lane.watch("next", text(typed), &mut out);
        }
        assert_eq!(out.len(), 1, "the first is under way, the others wait");
        let look = Look {
            step: 0,
            figure: Err("too short".to_owned()),
        };
        lane.look("next".to_owned(), look.clone(), false, &mut out);
        let asked = ToTrainer::Watch {
            key: 7,
            probe: "next".to_owned(),
            input: text("abc"),
        };
        assert_eq!(out[1..], [asked]);
        lane.look("next".to_owned(), look, false, &mut out);
        assert_eq!(out.len(), 2, "nothing new, nothing to ask");
    }

    #[test]
    fn only_the_open_tab_is_watched() {
        let mut lane = Lane::new("lstm".to_owned(), 7);
        let mut out = Vec::new();
        lane.watch("next", Vec::new(), &mut out);
        lane.watch("cells", Vec::new(), &mut out);
        assert_eq!(
            out[1],
            ToTrainer::Unwatch {
                key: 7,
                probe: "next".to_owned()
            }
        );
    }
}
