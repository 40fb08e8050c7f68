//! A lab small enough to compute by hand: a counter whose loss falls by the learning rate.

use lab::*;
use std::collections::BTreeMap;

pub const LR: Knob<f64> = Knob::float("lr", "Learning rate", (0.0, 10.0), 1.0).live();
pub const SIZE: Knob<i64> = Knob::int("size", "Size", (1, 8), 2);
pub const CLIP: Knob<Option<f64>> = Knob::float("clip", "Clip at", (0.1, 9.0), 1.0)
    .or_off()
    .live();
pub const KIND: Knob<String> = Knob::choice("kind", "Kind", &[("slow", "Slow"), ("fast", "Fast")]);
pub const CARRY: Knob<bool> = Knob::toggle("carry", "Carry the state", true);

/// Loss starts at 100 and falls by `lr · size` a step; at `lr` 10 it stops being a number.
pub struct Toy {
    loss: f64,
    rate: f64,
    size: f64,
    noise: Rng,
    prepared: u32,
}

impl Experiment for Toy {
    fn spec() -> Spec {
        let arm = |id: &str, kind: &str| ArmSpec {
            id: id.into(),
            label: id.to_uppercase(),
            knobs: vec![KIND.pick(kind)],
        };
        let preset = |id: &str, knobs| Preset {
            id: id.into(),
            label: format!("The {id} one"),
            says: String::new(),
            breaks: id != "default",
            knobs,
            arms: None,
            steps: None,
        };
        let metric = |id: &str, every_step| MetricSpec {
            id: id.into(),
            label: id.into(),
            unit: String::new(),
            better: Better::Lower,
            every_step,
            axis: None,
            see: String::new(),
        };
        Spec {
            id: "toy".into(),
            title: "A toy".into(),
            arms: vec![arm("a", "slow"), arm("b", "fast")],
            knobs: vec![
                LR.spec(),
                SIZE.spec(),
                CLIP.spec(),
                KIND.spec(),
                CARRY.spec(),
            ],
            presets: vec![preset("default", vec![]), preset("hot", vec![LR.to(10.0)])],
            metrics: vec![metric("loss", true), metric("held", false)],
            references: vec![],
            probes: vec![ProbeSpec {
                id: "look".into(),
                label: "Look".into(),
                see: String::new(),
                input: Reader::None,
                every: 3,
                trail: vec![0],
            }],
            claims: vec![],
            input: Reader::None,
            files: vec![],
            steps: 10,
            eval_every: 5,
            diverged: "turn it down".into(),
        }
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        if setup.knobs.get(&SIZE) == 8 {
            return Err(SetupError("a size of 8 does not fit".into()));
        }
        Ok(Self {
            loss: 100.0,
            rate: setup.knobs.get(&LR),
            size: setup.knobs.get(&SIZE) as f64,
            noise: setup.rng.fork("noise"),
            prepared: 0,
        })
    }

    fn prepare(&mut self) -> Progress {
        self.prepared += 1;
        if self.prepared < 3 {
            Progress::More {
                done: self.prepared,
                of: 3,
            }
        } else {
            Progress::Done
        }
    }

    fn step(&mut self) -> Metrics {
        self.loss -= self.rate * self.size + self.noise.unit() * 1e-3;
        Metrics::one(
            "loss",
            if self.rate == 10.0 {
                f64::NAN
            } else {
                self.loss
            },
        )
    }

    fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        match part {
            0 => (Metrics::default(), Progress::More { done: 1, of: 2 }),
            _ => (Metrics::one("held", self.loss), Progress::Done),
        }
    }

    fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        if probe != "look" {
            return Err(ProbeError(format!("there is no probe “{probe}”")));
        }
        let rows = vec![vec![self.loss.to_string(), format!("{input:?}")]];
        Ok(Figure::Table(figure::Table {
            head: vec!["loss".into(), "input".into()],
            rows,
        }))
    }

    fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&LR);
    }

    fn parameters(&self) -> u64 {
        1
    }

    fn save(&self) -> Checkpoint {
        Checkpoint {
            step: 0,
            tensors: BTreeMap::new(),
            generators: BTreeMap::from([("noise".into(), self.noise.state())]),
            numbers: BTreeMap::from([("loss".into(), self.loss.to_bits() as i64)]),
        }
    }

    fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        let missing = || CheckpointError("the loss is missing".into());
        self.loss = f64::from_bits(*from.numbers.get("loss").ok_or_else(missing)? as u64);
        self.noise = Rng::from_state(from.generators["noise"]);
        Ok(())
    }
}
