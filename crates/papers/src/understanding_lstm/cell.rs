//! One LSTM cell of a few units, small enough to show every number, and a reader's hand on its gates.

use super::{
    cell_figure::stages,
    cell_spec,
    cell_task::{TOKENS, batch},
    evaluation::best,
    model::indices,
};
use burn::{module::Module, tensor::Tensor};
use lab::{
    Checkpoint, CheckpointError, Experiment, Figure, Input, Knob, Knobs, Metrics, ProbeError,
    Progress, Rng, Setup, SetupError, Spec,
};
use nn::{Learner, Linear, Lstm, LstmState, Rule, cross_entropy, init, pick, resume, store};
use std::{collections::BTreeMap, f64::consts::LN_2};

/// Whose weights.
pub(super) const WEIGHTS: Knob<String> = Knob::choice(
    "weights",
    "Weights",
    &[("trained", "trained"), ("hand", "set by hand")],
)
.help("Set by hand: one unit, right from the start. Trained: begins at random.");
/// Units of the trained cell.
pub(super) const HIDDEN: Knob<i64> = Knob::int("hidden", "Units", (1, 8), 4).help(
    "One is enough, if it is lucky. Eight: more to look at than to see. Trained weights only.",
);
/// The learning rate of the trained cell.
pub(super) const RATE: Knob<f64> = Knob::float("lr", "Learning rate", (1e-3, 0.3), 3e-2)
    .log()
    .live()
    .help("Low: still guessing at the end. High: gates stuck at the wrong end.");

/// Tokens of a reader's sequence.
pub(super) const LONGEST: usize = 12;
/// The shortest and longest sequences of training and evaluation.
const LENGTHS: (usize, usize) = (2, 12);
/// Sequences in a batch.
const BATCH: usize = 32;
/// Sequences of each length in the evaluation.
const MEASURED: usize = 50;
/// Gates of a unit, in the order f, i, C̃, o: the place of a dial's id.
pub(super) const GATES: usize = 4;

/// The cell and what reads it.
#[derive(Module, Debug)]
struct Reader {
    cell: Lstm,
    head: Linear,
}

/// One arm of the lab of the one cell.
pub struct OneCell {
    model: Learner<Reader>,
    by_hand: bool,
    data: Rng,
    rate: f64,
    step: u64,
    right: usize,
}

/// One token's way through the cell: `[H]` each.
#[derive(Clone, Debug, Default)]
pub(super) struct Passage {
    /// C before it.
    pub before: Vec<f32>,
    /// h before it.
    pub shown_before: Vec<f32>,
    /// f, i, C̃, o.
    pub gates: [Vec<f32>; GATES],
    /// Which of them the reader has set.
    pub forced: [Vec<bool>; GATES],
    /// C after it.
    pub memory: Vec<f32>,
    /// h after it.
    pub shown: Vec<f32>,
    /// The probability of “+”.
    pub plus: f32,
}

impl OneCell {
    /// Scores of + and −, `[B, 2]`, after sequences of one length.
    fn scores(&self, model: &Reader, tokens: &[u8], size: usize, training: bool) -> Tensor<2> {
        let device = if training {
            nn::training()
        } else {
            nn::plain()
        };
        let hidden = model.cell.hidden();
        // A token's vector has a one in its own place: W·x is a row of W.
        let table = model.cell.input.val() + model.cell.bias.val();
        let gates = pick(table, indices(tokens, &device));
        let (_, after) = model.cell.window(gates, LstmState::zero(size, hidden));
        model.head.forward(after.h)
    }

    /// Reads a sequence in plain numbers, gates set by the reader where there is a dial.
    pub(super) fn read(&self, tokens: &[u8], dials: &BTreeMap<u32, f32>) -> Vec<Passage> {
        let hidden = self.model.cell.hidden();
        let [w, u, b] = [
            self.model.cell.input.val(),
            self.model.cell.recurrent.val(),
            self.model.cell.bias.val(),
        ]
        .map(store::values);
        let head = store::values(self.model.head.weight.val());
        let bias = store::values(self.model.head.bias.val());
        let sigma = |z: f32| 1.0 / (1.0 + (-z).exp());
        let (mut memory, mut shown) = (vec![0.0; hidden], vec![0.0; hidden]);
        let mut passages = Vec::new();
        for (t, token) in tokens.iter().enumerate() {
            let mut passage = Passage {
                before: memory.clone(),
                shown_before: shown.clone(),
                ..Passage::default()
            };
            for unit in 0..hidden {
                // The layer keeps its blocks in the order i, f, o, g.
                for (gate, block) in [1, 0, 3, 2].into_iter().enumerate() {
                    let j = block * hidden + unit;
                    let past = passage.shown_before.iter().enumerate();
                    let past: f32 = past.map(|(k, h)| h * u[k * 4 * hidden + j]).sum();
                    let z = w[usize::from(*token) * 4 * hidden + j] + past + b[j];
                    let open = if gate == 2 { z.tanh() } else { sigma(z) };
                    let set = dials.get(&dial(t, unit, gate, hidden));
                    passage.gates[gate].push(set.copied().unwrap_or(open));
                    passage.forced[gate].push(set.is_some());
                }
                let [f, i, g, o] = [0, 1, 2, 3].map(|gate: usize| passage.gates[gate][unit]);
                memory[unit] = f * memory[unit] + i * g;
                shown[unit] = o * memory[unit].tanh();
            }
            let score = |answer: usize| {
                let seen = shown.iter().enumerate();
                bias[answer] + seen.map(|(k, h)| h * head[k * 2 + answer]).sum::<f32>()
            };
            passage.plus = sigma(score(0) - score(1));
            passage.memory.clone_from(&memory);
            passage.shown.clone_from(&shown);
            passages.push(passage);
        }
        passages
    }
}

/// The id of a dial: token, unit and gate.
pub(super) fn dial(token: usize, unit: usize, gate: usize, hidden: usize) -> u32 {
    ((token * hidden + unit) * GATES + gate) as u32
}

/// Weights that solve the task with one unit: what a token does to each gate, as pre-activations.
fn by_hand() -> Reader {
    const OPEN: f32 = 6.0;
    const SHUT: f32 = -6.0;
    // Columns i, f, o, g; rows +, −, ·, ?.
    let rows = [
        [OPEN, SHUT, SHUT, 3.0],
        [OPEN, SHUT, SHUT, -3.0],
        [SHUT, OPEN, SHUT, 0.0],
        [SHUT, OPEN, OPEN, 0.0],
    ];
    Reader {
        cell: Lstm {
            input: init::param(rows.concat(), [4, 4]),
            recurrent: init::param(vec![0.0; 4], [1, 4]),
            bias: init::param(vec![0.0; 4], [1, 4]),
        },
        head: Linear {
            weight: init::param(vec![5.0, -5.0], [1, 2]),
            bias: init::param(vec![0.0; 2], [1, 2]),
        },
    }
}

impl Experiment for OneCell {
    fn spec() -> Spec {
        cell_spec::cell()
    }

    fn new(setup: Setup) -> Result<Self, SetupError> {
        let knobs = &setup.knobs;
        let hand = knobs.get(&WEIGHTS) == "hand";
        let model = if hand {
            by_hand()
        } else {
            let rng = &mut setup.rng.fork("weights");
            let hidden = knobs.get(&HIDDEN) as usize;
            Reader {
                cell: Lstm::new(TOKENS.len(), hidden, 1.0, rng),
                head: Linear::new(hidden, 2, rng),
            }
        };
        Ok(Self {
            model: Learner::new(Rule::Adam, model),
            by_hand: hand,
            data: setup.rng.fork("data"),
            rate: knobs.get(&RATE),
            step: 0,
            right: 0,
        })
    }

    fn step(&mut self) -> Metrics {
        let length = LENGTHS.0 + self.data.below(LENGTHS.1 - LENGTHS.0 + 1);
        let (tokens, answers) = batch(length, BATCH, &mut self.data);
        self.step += 1;
        let scores = self.scores(&self.model, &tokens, BATCH, true);
        let loss = cross_entropy(scores, indices(&answers, &nn::training()));
        // What was set by hand stays as it is.
        let rate = if self.by_hand { 0.0 } else { self.rate };
        let update = self.model.update(loss, rate, Some(1.0));
        Metrics::one("loss", update.loss / LN_2)
    }

    fn evaluate(&mut self, part: u32) -> (Metrics, Progress) {
        if part == 0 {
            self.right = 0;
        }
        let length = LENGTHS.0 + part as usize;
        let of = (LENGTHS.1 - LENGTHS.0 + 1) as u32;
        let mut rng = Rng::new(length as u64, "signs");
        let (tokens, answers) = batch(length, MEASURED, &mut rng);
        let model = self.model.valid();
        let scores = store::values(self.scores(&model, &tokens, MEASURED, false));
        let rows = scores.chunks_exact(2).zip(&answers);
        self.right += rows.filter(|(row, answer)| best(row) == **answer).count();
        if part + 1 < of {
            let done = part + 1;
            return (Metrics::default(), Progress::More { done, of });
        }
        let all = of as usize * MEASURED;
        (
            Metrics::one("acc", self.right as f64 / all as f64),
            Progress::Done,
        )
    }

    fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        if probe != "cell" {
            return Err(ProbeError(format!("there is no probe “{probe}”")));
        }
        let (mut words, mut pick, mut dials) = (None, None, BTreeMap::new());
        for input in input {
            match input {
                Input::Words(given) => words = Some(given.clone()),
                Input::Pick(unit) => pick = Some(*unit as usize),
                Input::Dial { id, value } if value.is_finite() => {
                    dials.insert(*id, value.clamp(-1.0, 1.0));
                }
                _ => {}
            }
        }
        let words = words.unwrap_or_else(|| vec![0, 2, 2, 1, 3]);
        if words.is_empty() {
            return Err(ProbeError(
                "There is nothing to read yet: choose at least one token.".to_owned(),
            ));
        }
        if words.len() > LONGEST {
            return Err(ProbeError(format!(
                "This sequence has {} tokens; the cell is shown for at most {LONGEST}. Delete some.",
                words.len()
            )));
        }
        if let Some(word) = words.iter().find(|w| **w as usize >= TOKENS.len()) {
            return Err(ProbeError(format!(
                "There is no token number {word}: there are {}.",
                TOKENS.join(" ")
            )));
        }
        let tokens: Vec<u8> = words.iter().map(|w| *w as u8).collect();
        let hidden = self.model.cell.hidden();
        let unit = pick.filter(|unit| *unit < hidden).unwrap_or(0);
        Ok(Figure::Stages(stages(
            &tokens,
            &self.read(&tokens, &dials),
            unit,
        )))
    }

    fn retune(&mut self, knobs: &Knobs) {
        self.rate = knobs.get(&RATE);
    }

    fn parameters(&self) -> u64 {
        self.model.num_params() as u64
    }

    fn save(&self) -> Checkpoint {
        let stream = ("data", &self.data);
        resume::save(self.step, &self.model, stream)
    }

    fn load(&mut self, from: &Checkpoint) -> Result<(), CheckpointError> {
        (self.model, self.data) = resume::load(from, &self.model, "data")?;
        self.step = from.step;
        Ok(())
    }
}
