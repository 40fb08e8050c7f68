//! A run driven from the page's side against the real trainer, one worker an arm, without a browser.

mod run;
mod settings;

use super::{
    runner::{Phase, Runner},
    wire::key_for,
};
use lab::{Experiment as _, FromTrainer, Key, Lab, Paper, Plan, Spec, ToTrainer, Trainer};

#[allow(dead_code)]
#[path = "../../../../../crates/lab/tests/toy/mod.rs"]
mod toy;

static PAPERS: [Paper; 1] = [Paper {
    id: "toy",
    labs: &[Lab::of::<toy::Toy>()],
}];

/// Every look at it takes a millisecond: a slice is one piece of work.
struct Ticking(std::cell::Cell<f64>);

impl lab::Clock for Ticking {
    fn now(&self) -> f64 {
        self.0.set(self.0.get() + 1.0);
        self.0.get()
    }
}

struct World {
    runner: Runner,
    workers: Vec<(Key, Trainer)>,
    turned: Vec<(Key, u64)>,
    now: f64,
}

impl World {
    fn new(plan: Plan) -> Self {
        let mut last = 0;
        let keys = || {
            last += 1;
            last
        };
        let runner = Runner::new(spec(), plan, None, keys);
        Self {
            runner,
            workers: Vec::new(),
            turned: Vec::new(),
            now: 0.0,
        }
    }

    fn deliver(&mut self) {
        for message in self.runner.drain() {
            let key = key_for(&message);
            if matches!(message, ToTrainer::Load { .. }) {
                self.workers.push((key, Trainer::new(&PAPERS)));
            }
            if let Some((_, worker)) = self.workers.iter_mut().find(|(k, _)| *k == key) {
                worker.handle(message);
            }
        }
    }

    /// The worker of the arm at `i` does one piece of work and reports.
    fn work(&mut self, i: usize) {
        self.deliver();
        let key = self.runner.lanes[i].key;
        let Some((_, worker)) = self.workers.iter_mut().find(|(k, _)| *k == key) else {
            return;
        };
        worker.slice(&Ticking(0.0.into()), 0.5);
        self.now += 10.0;
        for message in worker.drain() {
            if let FromTrainer::Turned { key, turn } = &message {
                self.turned.push((*key, turn.step));
            }
            self.runner.receive(message, self.now);
        }
        self.deliver();
    }

    /// Both work, the second `slow` times slower than the first.
    fn work_on(&mut self, rounds: usize, slow: usize) {
        for round in 0..rounds {
            self.work(0);
            if round % slow == 0 {
                self.work(1);
            }
        }
    }

    fn steps(&self) -> Vec<u64> {
        self.runner.lanes.iter().map(|l| l.step).collect()
    }
}

fn spec() -> &'static Spec {
    Box::leak(Box::new(toy::Toy::spec()))
}

fn finished(plan: Plan) -> World {
    let mut world = World::new(plan);
    world.runner.go(0.0);
    world.work_on(200, 1);
    assert_eq!(world.runner.phase(), Phase::Finished);
    world
}
