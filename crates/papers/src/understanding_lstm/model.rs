//! The four cells behind one face: tokens → vectors → cell → a score for each value.
//!
//! T time steps, B sequences, H units, V values. Sequences are time-major and flat: row t·B + b.

use super::{
    knobs,
    task::{Batch, Task},
};
use burn::{
    module::Module,
    tensor::{Device, Int, Tensor, TensorData},
};
use lab::{Knobs, Rng};
use nn::{
    Embedding, Gru, Linear, Lstm, LstmState, Peephole, Rnn, cross_entropy, init, pick, store,
};

/// Width of a token's vector.
const EMBEDDING: usize = 16;

/// The whole model.
#[derive(Module, Debug)]
pub struct Memory {
    /// A vector for each token.
    pub embedding: Embedding,
    /// What carries from token to token.
    pub cell: Cell,
    /// From the cell's last output to a score for each value.
    pub head: Linear,
}

/// A recurrent layer.
#[derive(Module, Debug)]
pub enum Cell {
    /// Two states, three gates.
    Lstm(Lstm),
    /// One state, two gates.
    Gru(Gru),
    /// Two states, gates that see the memory, the input gate tied to the forget gate.
    Peephole(Peephole),
    /// One state, no gates.
    Rnn(Rnn),
}

/// Everything that went on inside while sequences were read.
pub struct Look {
    /// What is carried, `[T, B, H]`: C of the cells that have one, h of the others.
    pub memory: Vec<f32>,
    /// What is shown, `[T, B, H]`.
    pub shown: Vec<f32>,
    /// The gates by name, the keeping one first, `[T, B, H]` each.
    pub gates: Vec<(&'static str, Vec<f32>)>,
}

impl Memory {
    /// A model for `task` with untrained weights.
    pub fn new(task: Task, knobs: &Knobs, rng: &mut Rng) -> Self {
        let hidden = knobs.get(&knobs::HIDDEN) as usize;
        let keep = knobs.get(&knobs::FORGET);
        let embedding = Embedding::new(task.symbols(), EMBEDDING, rng);
        let cell = match knobs.get(&knobs::CELL).as_str() {
            "gru" => Cell::Gru(Gru::new(EMBEDDING, hidden, -keep, rng)),
            "peep" => Cell::Peephole(Peephole::new(EMBEDDING, hidden, keep, rng)),
            "rnn" => Cell::Rnn(plain_cell(hidden, &knobs.get(&knobs::START), rng)),
            _ => Cell::Lstm(Lstm::new(EMBEDDING, hidden, keep, rng)),
        };
        Self {
            embedding,
            cell,
            head: Linear::new(hidden, task.values, rng),
        }
    }

    /// H
    pub fn hidden(&self) -> usize {
        self.cell.hidden()
    }

    /// Reads sequences, `tokens` `[T·B]`, and scores the values from the last output `[B, V]`.
    pub fn answer(&self, tokens: &[u8], batch: usize, device: &Device) -> Tensor<2> {
        // There are few different tokens: W·x + b once for each, then one row a token.
        let table = self.cell.project(self.embedding.weight.val());
        let hidden = self.hidden();
        let zero = || Tensor::zeros([batch, hidden], &nn::plain());
        let all = |table: Tensor<2>| pick(table, indices(tokens, device));
        let last = |h: Tensor<2>| h.narrow(0, tokens.len() - batch, batch);
        let h = match &self.cell {
            Cell::Lstm(cell) => last(cell.outputs(all(table), LstmState::zero(batch, hidden))),
            Cell::Gru(cell) => last(cell.window(all(table), zero())),
            Cell::Rnn(cell) => last(cell.window(all(table), zero())),
            Cell::Peephole(cell) => last(cell.window(all(table), LstmState::zero(batch, hidden)).0),
        };
        self.head.forward(h)
    }

    /// The same on the plain device, as plain numbers.
    pub fn scores(&self, tokens: &[u8], batch: usize) -> Vec<f32> {
        store::values(self.answer(tokens, batch, &nn::plain()))
    }

    /// One token of each sequence, `[B]`. Cells with one state keep it in both places.
    pub fn step(&self, tokens: &[u8], before: LstmState, device: &Device) -> LstmState {
        let x = self.embedding.forward(indices(tokens, device));
        let both = |h: Tensor<2>| LstmState { h: h.clone(), c: h };
        match &self.cell {
            Cell::Lstm(cell) => cell.step(x, before),
            Cell::Peephole(cell) => cell.step(cell.project(x), before),
            Cell::Gru(cell) => both(cell.step(cell.project(x), before.h)),
            Cell::Rnn(cell) => both(cell.step(x, before.h)),
        }
    }

    /// Reads sequences with everything that goes on inside, on the plain device.
    pub fn look(&self, tokens: &[u8], batch: usize) -> Look {
        let hidden = self.hidden();
        let row = batch * hidden;
        let x = self.embedding.forward(indices(tokens, &nn::plain()));
        let x = self.cell.project(x);
        let zero = Tensor::zeros([batch, hidden], &nn::plain());
        match &self.cell {
            Cell::Lstm(cell) => {
                let before = LstmState::zero(batch, hidden);
                let trace = cell.trace(x, &before);
                Look {
                    memory: trace.c[row..].to_vec(),
                    shown: trace.h[row..].to_vec(),
                    gates: vec![
                        ("forget gate f", block(&trace.gates, 4, 1, hidden)),
                        ("input gate i", block(&trace.gates, 4, 0, hidden)),
                        ("output gate o", block(&trace.gates, 4, 2, hidden)),
                    ],
                }
            }
            Cell::Gru(cell) => {
                let trace = cell.trace(x, &zero);
                let replaced = block(&trace.gates, 3, 0, hidden);
                let kept = replaced.iter().map(|z| 1.0 - z).collect();
                Look {
                    memory: trace.h[row..].to_vec(),
                    shown: trace.h[row..].to_vec(),
                    gates: vec![
                        ("kept, 1 − z", kept),
                        ("reset gate r", block(&trace.gates, 3, 1, hidden)),
                    ],
                }
            }
            Cell::Rnn(cell) => {
                let h = cell.trace(x, &zero);
                Look {
                    memory: h[row..].to_vec(),
                    shown: h[row..].to_vec(),
                    gates: Vec::new(),
                }
            }
            Cell::Peephole(cell) => {
                let before = LstmState::zero(batch, hidden);
                let trace = cell.trace(x, &before);
                let forget = block(&trace.gates, 3, 0, hidden);
                Look {
                    memory: trace.c[row..].to_vec(),
                    shown: trace.h[row..].to_vec(),
                    gates: vec![
                        ("forget gate f, input gate 1 − f", forget),
                        ("output gate o", block(&trace.gates, 3, 1, hidden)),
                    ],
                }
            }
        }
    }

    // region: cell-gradient
    /// How much the loss still depends on what the cell handed on t tokens before the end.
    pub fn gradient(&self, batch: &Batch) -> Fading {
        let (device, hidden, size) = (nn::training(), self.hidden(), batch.answers.len());
        let mut state = LstmState::zero(size, hidden);
        let mut nudges: Vec<Tensor<2>> = Vec::new();
        for tokens in batch.tokens.chunks_exact(size) {
            // A zero is added to the memory that is handed on: the loss's gradient by that zero is
            // its gradient by the memory.
            if let Some(nudge) = nudges.last() {
                state.c = state.c + nudge.clone();
                if matches!(self.cell, Cell::Gru(_) | Cell::Rnn(_)) {
                    state.h = state.c.clone();
                }
            }
            state = self.step(tokens, state, &device);
            nudges.push(Tensor::zeros([size, hidden], &device).require_grad());
        }
        // The last memory is handed on to nobody.
        nudges.pop();
        let scores = self.head.forward(state.h);
        let loss = cross_entropy(scores, indices(&batch.answers, &device)) * size as f64;
        let found = nn::sensitivity(loss, &nudges);
        Fading {
            whole: found.iter().rev().map(|g| mean_norm(g, hidden)).collect(),
            line: self.along_the_line(batch, found.last().cloned().unwrap_or_default()),
        }
    }
    // endregion: cell-gradient

    /// What would arrive if the memory line were the only way back: the last gradient, multiplied
    /// by one keeping gate after another. Empty for a cell without such a gate.
    fn along_the_line(&self, batch: &Batch, mut gradient: Vec<f32>) -> Vec<f64> {
        let (hidden, size) = (self.hidden(), batch.answers.len());
        let look = self.valid().look(&batch.tokens, size);
        let Some((_, keep)) = look.gates.first() else {
            return Vec::new();
        };
        let mut norms = vec![mean_norm(&gradient, hidden)];
        let tokens = keep.chunks_exact(size * hidden);
        // Not through the last token's gate, which is in the last gradient, nor before the first.
        for keep in tokens.rev().skip(1).take(batch.tokens.len() / size - 2) {
            gradient.iter_mut().zip(keep).for_each(|(g, f)| *g *= f);
            norms.push(mean_norm(&gradient, hidden));
        }
        norms
    }
}

/// Sizes of gradients by distance from the end, 1, 2, …: a mean over sequences.
#[derive(Clone, Debug)]
pub struct Fading {
    /// ‖∂L/∂Cₜ‖, or ‖∂L/∂hₜ‖ for a cell with one state, by all ways there are.
    pub whole: Vec<f64>,
    /// The part of it that comes along the memory line.
    pub line: Vec<f64>,
}

/// The mean of the rows' norms: `[B, H]`.
fn mean_norm(rows: &[f32], hidden: usize) -> f64 {
    let norm = |row: &[f32]| row.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
    let rows = rows.chunks_exact(hidden);
    let count = rows.len() as f64;
    rows.map(norm).sum::<f64>() / count
}

impl Cell {
    /// H
    pub fn hidden(&self) -> usize {
        match self {
            Self::Lstm(cell) => cell.hidden(),
            Self::Gru(cell) => cell.hidden(),
            Self::Peephole(cell) => cell.hidden(),
            Self::Rnn(cell) => cell.hidden(),
        }
    }

    /// What the inputs alone contribute: `[rows, I]` → one row of gates each.
    fn project(&self, x: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Lstm(cell) => cell.project(x),
            Self::Gru(cell) => cell.project(x),
            Self::Peephole(cell) => cell.project(x),
            Self::Rnn(cell) => cell.project(x),
        }
    }
}

fn plain_cell(hidden: usize, start: &str, rng: &mut Rng) -> Rnn {
    let orthogonal = Rnn::new(EMBEDDING, hidden, rng);
    let recurrent = match start {
        "glorot" => init::glorot(hidden, hidden, hidden, rng),
        "identity" => (0..hidden * hidden)
            .map(|i| f32::from(i % (hidden + 1) == 0))
            .collect(),
        _ => return orthogonal,
    };
    Rnn {
        recurrent: init::param(recurrent, [hidden, hidden]),
        ..orthogonal
    }
}

/// Block `which` of `blocks` in every row: `[rows, blocks·H]` → `[rows, H]`.
fn block(values: &[f32], blocks: usize, which: usize, hidden: usize) -> Vec<f32> {
    let rows = values.chunks_exact(blocks * hidden);
    rows.flat_map(|row| row[which * hidden..(which + 1) * hidden].to_vec())
        .collect()
}

/// Tokens as a tensor of indices.
pub fn indices(tokens: &[u8], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = tokens.iter().map(|s| i32::from(*s)).collect();
    Tensor::from_data(TensorData::new(values, [tokens.len()]), device)
}
