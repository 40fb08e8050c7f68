//! What a reader can do in a lab, and what happens when a worker answers.

use super::{
    desk::Desk,
    draft,
    frame::Tab,
    kept::{self, Kept},
    pool,
    runner::{Phase, Runner},
    wire,
};
use lab::{Input, Key, Plan, ToTrainer, Value};
use leptos::prelude::*;

impl Desk {
    /// The transport button: trains, holds, goes on.
    pub fn press(self) {
        let open = self.runner.with_untracked(|r| {
            r.as_ref()
                .is_some_and(|r| r.phase().is_open() && (r.step() > 0 || r.wants_to_run()))
        });
        if open {
            self.with_runner(|r| {
                if r.wants_to_run() {
                    r.hold(wire::now())
                } else {
                    r.go(wire::now())
                }
            });
        } else if self.ready() {
            self.with_runner(|r| r.go(wire::now()));
        }
    }

    /// One step, in every arm.
    pub fn step(self) {
        let open = self.runner.with_untracked(|r| {
            r.as_ref()
                .is_some_and(|r| r.phase().is_open() && r.step() > 0)
        });
        if open || self.ready() {
            self.with_runner(|r| r.step_once(wire::now()));
        }
    }

    /// Back to step 0: the run is put away.
    pub fn reset(self) {
        self.notice.set(None);
        self.put_away();
        self.frame();
    }

    /// Has the run of the settings as they stand built, unless it stands there already at step 0.
    /// False if they cannot be run; then that has been said.
    fn ready(self) -> bool {
        let (spec, draft) = (self.spec(), self.draft.get_untracked());
        let text = self.text.get_untracked();
        let (plan, input) = match draft::complete(spec, &draft, text.as_deref(), &wire::build()) {
            Ok(complete) => complete,
            Err(why) => {
                self.say(why, true);
                return false;
            }
        };
        let stands = self.runner.with_untracked(|r| {
            r.as_ref()
                .is_some_and(|r| r.phase().is_open() && r.step() == 0 && r.plan == plan)
        });
        if !stands {
            self.begin(plan, input);
        }
        self.notice.set(None);
        true
    }

    fn begin(self, plan: Plan, input: Option<Input>) {
        self.put_away();
        let runner = Runner::new(self.spec(), plan, input, pool::new_key);
        let keys: Vec<Key> = runner.lanes.iter().map(|l| l.key).collect();
        self.runner.update_quietly(|v| *v = Some(runner));
        self.run_id.update_quietly(|id| *id += 1);
        for key in keys {
            self.listen(key);
        }
        self.watch();
        self.flush();
        self.frame();
    }

    fn listen(self, key: Key) {
        pool::open(key, move |heard| self.hear(key, heard));
    }

    /// Puts the run among the kept ones and forgets it in the workers.
    pub fn put_away(self) {
        let (spec, id) = (self.spec(), self.run_id.get_untracked());
        let Some(mut runner) = self.runner.update_quietly(Option::take) else {
            return;
        };
        if let Some(run) = Kept::of(&runner, id, spec, wire::now()) {
            self.runs.update(|runs| kept::keep(runs, run));
            self.warned.update_quietly(|v| *v = false);
            self.write_runs();
        }
        runner.close();
        for message in runner.drain() {
            pool::close(wire::key_for(&message));
        }
        self.changed
            .update_quietly(|c| (c.metrics, c.evaluated) = (true, true));
    }

    /// A failed run, again: from what the page kept of it, or from the beginning.
    pub fn restart(self) {
        self.notice.set(None);
        let keys = self.runner.with_untracked(|r| {
            r.iter()
                .flat_map(|r| &r.lanes)
                .map(|l| l.key)
                .collect::<Vec<_>>()
        });
        // What made one worker die may have hurt its neighbours.
        for key in keys {
            pool::retire(key);
        }
        self.with_runner(|r| r.restart(pool::new_key, wire::now()));
    }

    /// Does something to the run and passes on what it says.
    fn with_runner(self, act: impl FnOnce(&mut Runner)) {
        self.runner.update_quietly(|r| {
            if let Some(runner) = r {
                act(runner);
            }
        });
        self.flush();
        self.frame();
    }

    fn flush(self) {
        let spec = self.spec();
        let out = self
            .runner
            .update_quietly(|r| r.as_mut().map(Runner::drain));
        for message in out.unwrap_or_default() {
            let key = wire::key_for(&message);
            match &message {
                ToTrainer::Drop { .. } => pool::close(key),
                ToTrainer::Load { run, .. } => {
                    let knobs = run
                        .resolve(spec)
                        .map(|(.., knobs)| knobs)
                        .unwrap_or_default();
                    let file = |f: &lab::FileSpec| (f.id.clone(), wire::at_root(&f.path));
                    let files: Vec<_> = spec.files_for(&knobs).map(file).collect();
                    if !pool::knows(key) {
                        self.listen(key);
                    }
                    pool::send(key, &message, &files);
                }
                _ => pool::send(key, &message, &[]),
            }
        }
    }

    fn hear(self, key: Key, heard: pool::Heard) {
        let now = wire::now();
        let mut refused = None;
        self.runner.update_quietly(|r| {
            let Some(runner) = r.as_mut().filter(|r| r.lanes.iter().any(|l| l.key == key)) else {
                return;
            };
            match heard {
                pool::Heard::Said(message) => {
                    let heard = runner.receive(*message, now);
                    refused = heard.refused;
                    self.changed.update_quietly(|c| {
                        c.metrics |= heard.metrics;
                        c.evaluated |= heard.evaluated;
                        c.looked |= heard.looked;
                    });
                }
                pool::Heard::Unfetched(why) if runner.phase() == Phase::Building => {
                    runner.fail(why, now);
                }
                pool::Heard::Unfetched(_) => {}
                pool::Heard::Died(why) => runner.fail(why, now),
            }
        });
        if let Some(error) = refused {
            self.say(format!("{error}."), true);
        }
        self.flush();
        self.frame();
    }

    /// Moves a knob: in the run under way if it acts there, in the settings, or after asking whom
    /// it concerns.
    pub fn move_knob(self, id: &str, value: Value) {
        let spec = self.spec();
        let Ok(knob) = spec.knob(id) else { return };
        if let Err(error) = knob.check(&value) {
            self.say(format!("{error}. It stays as it was."), true);
            return;
        }
        let under_way = self.runner.with_untracked(|r| {
            r.as_ref()
                .is_some_and(|r| r.phase().is_open() && (r.step() > 0 || r.wants_to_run()))
        });
        if knob.live && under_way {
            let mut refused = None;
            self.with_runner(|r| refused = r.turn(id, value.clone()).err());
            if let Some(error) = refused {
                self.say(format!("{error}. It stays as it was."), true);
                return;
            }
            self.draft
                .update(|plan| draft::set(spec, plan, None, id, value));
            self.turns.update(|n| *n += 1);
        } else if self
            .draft
            .with_untracked(|plan| draft::setters(spec, plan, id).is_empty())
        {
            self.draft
                .update(|plan| draft::set(spec, plan, None, id, value));
        } else {
            self.asking.set(Some((id.to_owned(), value)));
        }
    }

    /// The answer to whom a moved knob concerns: one arm, or all.
    pub fn answer(self, arm: Option<&str>) {
        let spec = self.spec();
        if let Some((id, value)) = self.asking.get_untracked() {
            self.asking.set(None);
            self.draft
                .update(|plan| draft::set(spec, plan, arm, &id, value));
        }
    }

    /// Settings from a preset, a kept run or a link.
    pub fn adopt(self, plan: Plan) {
        self.asking.set(None);
        self.draft.set(plan);
    }

    /// Watches the probe whose tab is open, and no other.
    pub fn watch(self) {
        let tabs = self.tabs();
        let open = tabs.get(self.tab.get_untracked());
        self.runner.update_quietly(|r| {
            if let Some(runner) = r {
                match open {
                    Some(Tab::Probe(id)) => runner.watch(Some(id), |arm| self.probe_input(id, arm)),
                    _ => runner.watch(None, |_| Vec::new()),
                }
            }
        });
        self.flush();
    }

    /// The reader asks a probe something; without a run, the untrained model answers.
    pub fn ask(self) {
        if self.runner.with_untracked(Option::is_none) {
            self.ready();
        }
        self.watch();
    }

    /// The tab was hidden or is seen again: training waits meanwhile.
    pub fn seen(self, visible: bool) {
        let running = self
            .runner
            .with_untracked(|r| r.as_ref().is_some_and(Runner::wants_to_run));
        if !visible && running {
            self.hidden.update_quietly(|v| *v = true);
            self.with_runner(|r| r.hold(wire::now()));
            // A hidden tab gets no frames.
            self.publish();
        } else if visible && self.hidden.get_untracked() {
            self.hidden.update_quietly(|v| *v = false);
            self.with_runner(|r| r.go(wire::now()));
        }
    }
}
