//! What a worker says, taken into the run.

use super::{
    lane::{Lane, Look},
    runner::{Heard, Phase, Runner, Want},
};
use lab::{FromTrainer, Key, KnobError, Reason, ToTrainer};
use std::sync::Arc;

/// The page keeps a checkpoint of each arm at most every so many milliseconds.
const KEEP_EVERY: f64 = 5000.0;

impl Runner {
    /// Takes in what a worker says.
    pub fn receive(&mut self, message: FromTrainer, now: f64) -> Heard {
        let mut heard = Heard::default();
        match message {
            FromTrainer::Loaded {
                key,
                parameters,
                step,
                steps,
            } => {
                let Some(lane) = self.lane(key) else {
                    return heard;
                };
                (lane.parameters, lane.step, lane.preparing) = (Some(parameters), step, None);
                self.steps = steps;
                if self.phase() == Phase::Running {
                    self.begin(self.want, now);
                }
            }
            FromTrainer::Preparing { key, done, of } => {
                if let Some(lane) = self.lane(key) {
                    lane.preparing = Some((done, of));
                }
            }
            FromTrainer::Progress { key, step, rows } => {
                let spec = self.spec;
                let held_out = |m: &str| spec.metric(m).is_some_and(|m| !m.every_step);
                let Some(lane) = self.lane(key) else {
                    return heard;
                };
                lane.step = lane.step.max(step);
                for row in &rows {
                    for (metric, value) in &row.values {
                        lane.history.push(metric, row.step, *value);
                    }
                }
                heard.metrics = !rows.is_empty();
                let mut values = rows.iter().flat_map(|r| &r.values);
                heard.evaluated = values.any(|(metric, _)| held_out(metric));
                self.after_progress(heard.evaluated, key, now);
            }
            // The page scheduled it itself, at a step no arm had passed.
            FromTrainer::Turned { .. } => {}
            FromTrainer::Figure {
                key,
                probe,
                step,
                figure,
            } => {
                let stays = self
                    .spec
                    .probe(&probe)
                    .is_some_and(|p| p.trail.contains(&step));
                heard.looked = true;
                let look = Look {
                    step,
                    figure: figure.map(Arc::new),
                };
                if let Some(at) = self.lanes.iter().position(|l| l.key == key) {
                    self.lanes[at].look(probe, look, stays, &mut self.out);
                }
            }
            FromTrainer::Checkpoint { key, checkpoint } => {
                if let Some(lane) = self.lane(key) {
                    lane.checkpoint = Some(checkpoint);
                }
            }
            FromTrainer::Stopped { key, step, reason } => {
                heard.evaluated = self.stopped(key, step, reason, now, &mut heard.refused);
            }
        }
        heard
    }

    fn lane(&mut self, key: Key) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|l| l.key == key)
    }

    fn after_progress(&mut self, evaluated: bool, key: Key, now: f64) {
        let step = self.step();
        self.pace.at(now, step);
        if let Want::Until(goal) = self.want
            && step >= goal
        {
            self.want = Want::Hold;
            self.pace.stop(now);
        }
        self.extend(false);
        // All arms are kept at about the same moment, the first one to be evaluated sets it off.
        if evaluated
            && (self.lanes.first().is_some_and(|l| l.key == key))
            && now >= self.kept_at + KEEP_EVERY
        {
            self.kept_at = now;
            self.out
                .extend(self.lanes.iter().map(|l| ToTrainer::Save { key: l.key }));
        }
    }

    /// Returns whether this is an end.
    fn stopped(
        &mut self,
        key: Key,
        step: u64,
        reason: Reason,
        now: f64,
        refused: &mut Option<KnobError>,
    ) -> bool {
        let Some(lane) = self.lane(key) else {
            return false;
        };
        let (arm, built) = (lane.arm.clone(), lane.parameters.is_some());
        match reason {
            Reason::Finished => {
                (lane.step, lane.finished) = (step, true);
                if self.lanes.iter().all(|l| l.finished) {
                    self.finish(Phase::Finished, now);
                    return true;
                }
            }
            Reason::Paused => {
                (lane.step, lane.waiting) = (step, true);
                self.even_out();
            }
            Reason::Diverged { metric } => {
                lane.step = step;
                self.finish(Phase::Diverged { arm, metric, step }, now);
                return true;
            }
            Reason::Refused(error) if built => *refused = Some(error),
            Reason::Refused(error) => self.fail(error.to_string(), now),
            Reason::Failed(why) => self.fail(why, now),
        }
        false
    }

    /// Once all arms wait, those behind come up to the one in front: then the next turn, step or
    /// look finds them at one step.
    fn even_out(&mut self) {
        if self.want != Want::Hold || self.end.is_some() || self.lanes.iter().any(|l| !l.waiting) {
            return;
        }
        let until = self.furthest();
        self.horizon = until;
        let behind = self.lanes.iter().filter(|l| l.step < until && !l.finished);
        self.out
            .extend(behind.map(|l| ToTrainer::Play { key: l.key, until }));
    }
}
