//! The character model: symbols → vectors → recurrent layers → a score for each next symbol.
//!
//! T time steps, B sequences, H units, V symbols. Sequences are time-major and flat: row t·B + b.

use burn::{
    module::Module,
    tensor::{Int, Tensor, TensorData},
};
use lab::{Checkpoint, CheckpointError, Knobs, Rng, StoredTensor};
use nn::{Embedding, Linear, Lstm, LstmState, Rnn, dropout, pick, store};

use super::knobs;

/// Width of a symbol's vector.
const EMBEDDING: usize = 24;

/// The whole model.
#[derive(Module, Debug)]
pub struct CharModel {
    /// A vector for each symbol.
    pub embedding: Embedding,
    /// From the lowest to the highest.
    pub layers: Vec<Layer>,
    /// From the highest layer's output to scores.
    pub head: Linear,
}

/// A recurrent layer.
#[derive(Module, Debug)]
pub enum Layer {
    /// With gates and a memory.
    Lstm(Lstm),
    /// Without.
    Rnn(Rnn),
}

/// What the layers carry from one character to the next.
#[derive(Clone, Debug)]
pub struct State(Vec<LayerState>);

/// What one layer carries.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there are as many as layers: three at most"
)]
enum LayerState {
    Lstm(LstmState),
    /// h `[B, H]`
    Rnn(Tensor<2>),
}

/// Everything that went on in a stretch of text.
pub struct Look {
    /// `[T, B, V]`
    pub scores: Vec<f32>,
    /// Of the highest layer, `[T, B, H]`: tanh c of an LSTM, h of a plain layer.
    pub cells: Vec<f32>,
    /// Of the highest layer, `[T, B, 4H]`: σ(i), σ(f), σ(o), tanh(g); empty for a plain layer.
    pub gates: Vec<f32>,
    /// The state after it.
    pub after: State,
}

impl CharModel {
    /// A model for `symbols` symbols with untrained weights.
    pub fn new(symbols: usize, knobs: &Knobs, rng: &mut Rng) -> Self {
        let hidden = knobs.get(&knobs::HIDDEN) as usize;
        let embedding = Embedding::new(symbols, EMBEDDING, rng);
        let mut layers = Vec::new();
        for level in 0..knobs.get(&knobs::LAYERS) {
            let inputs = if level == 0 { EMBEDDING } else { hidden };
            layers.push(if knobs.get(&knobs::CELL) == "lstm" {
                Layer::Lstm(Lstm::new(inputs, hidden, knobs.get(&knobs::FORGET), rng))
            } else {
                Layer::Rnn(Rnn::new(inputs, hidden, rng))
            });
        }
        Self {
            embedding,
            layers,
            head: Linear::new(hidden, symbols, rng),
        }
    }

    /// H
    pub fn hidden(&self) -> usize {
        self.layers[0].hidden()
    }

    /// Nothing read yet.
    pub fn blank(&self, batch: usize) -> State {
        let zero = |layer: &Layer| match layer {
            Layer::Lstm(l) => LayerState::Lstm(LstmState::zero(batch, l.hidden())),
            Layer::Rnn(l) => LayerState::Rnn(Tensor::zeros([batch, l.hidden()], &nn::plain())),
        };
        State(self.layers.iter().map(zero).collect())
    }

    // region: window
    /// One window of training: `symbols` `[T·B]` → scores `[T·B, V]` and the state after it.
    ///
    /// The state before comes in as plain numbers: what was read earlier is remembered, but no
    /// gradient flows back into it. That is the truncation of truncated back-propagation.
    pub fn window(
        &self,
        symbols: Tensor<1, Int>,
        before: State,
        drop: f64,
        rng: &mut Rng,
    ) -> (Tensor<2>, State) {
        // There are only V different inputs: W·x + b for each of them once, then one row a character.
        let table = self.layers[0].project(self.embedding.weight.val());
        let mut x = pick(table, symbols);
        let mut after = Vec::new();
        for (level, (layer, state)) in self.layers.iter().zip(before.0).enumerate() {
            if level > 0 {
                x = layer.project(dropout(x, drop, rng));
            }
            // hₜ for every t of the window, and what the next window starts from
            let (h, state) = layer.window(x, state);
            x = h;
            after.push(state.detached());
        }
        // The scores of every possible next character
        (self.head.forward(dropout(x, drop, rng)), State(after))
    }
    // endregion: window

    /// One character of each sequence: `symbols` `[B]` → scores `[B, V]` and the state after it. On
    /// the plain device, like everything below.
    pub fn step(&self, symbols: &[u8], before: State) -> (Vec<f32>, State) {
        let mut x = self.embedding.forward(indices(symbols));
        let mut after = Vec::new();
        for (layer, state) in self.layers.iter().zip(before.0) {
            let (h, state) = match (layer, state) {
                (Layer::Lstm(layer), LayerState::Lstm(state)) => {
                    let state = layer.step(x, state);
                    (state.h.clone(), LayerState::Lstm(state))
                }
                (Layer::Rnn(layer), LayerState::Rnn(h)) => {
                    let h = layer.step(x, h);
                    (h.clone(), LayerState::Rnn(h))
                }
                _ => unreachable!("a state belongs to its model"),
            };
            x = h;
            after.push(state);
        }
        (store::values(self.head.forward(x)), State(after))
    }

    /// A stretch of text with everything that went on inside: `symbols` `[T·B]`.
    pub fn look(&self, symbols: &[u8], before: &State) -> Look {
        let table = self.layers[0].project(self.embedding.weight.val());
        let mut x = pick(table, indices(symbols));
        let mut look = Look {
            scores: Vec::new(),
            cells: Vec::new(),
            gates: Vec::new(),
            after: State(Vec::new()),
        };
        for (level, (layer, state)) in self.layers.iter().zip(&before.0).enumerate() {
            if level > 0 {
                x = layer.project(x);
            }
            x = layer.look(x, state, &mut look);
        }
        look.scores = store::values(self.head.forward(x));
        look
    }
}

impl Layer {
    fn hidden(&self) -> usize {
        match self {
            Self::Lstm(layer) => layer.hidden(),
            Self::Rnn(layer) => layer.hidden(),
        }
    }

    /// What the inputs alone contribute: `[rows, I]` → `[rows, 4H]`, or `[rows, H]`.
    fn project(&self, x: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Lstm(layer) => layer.project(x),
            Self::Rnn(layer) => layer.project(x),
        }
    }

    /// From [`Self::project`]'s rows to h₁ … h_T `[T·B, H]`.
    fn window(&self, x: Tensor<2>, before: LayerState) -> (Tensor<2>, LayerState) {
        match (self, before) {
            (Self::Lstm(layer), LayerState::Lstm(before)) => {
                let (h, after) = layer.window(x, before);
                (h, LayerState::Lstm(after))
            }
            (Self::Rnn(layer), LayerState::Rnn(before)) => {
                let ([rows, _], [batch, _]) = (x.dims(), before.dims());
                let h = layer.window(x, before);
                let after = h.clone().narrow(0, rows - batch, batch);
                (h, LayerState::Rnn(after))
            }
            _ => unreachable!("a state belongs to its model"),
        }
    }

    /// The same with a look inside.
    fn look(&self, x: Tensor<2>, before: &LayerState, look: &mut Look) -> Tensor<2> {
        let [rows, _] = x.dims();
        let hidden = self.hidden();
        let h = match (self, before) {
            (Self::Lstm(layer), LayerState::Lstm(before)) => {
                let batch = before.h.dims()[0];
                let trace = layer.trace(x, before);
                let after = LstmState::after(&trace, batch);
                look.after.0.push(LayerState::Lstm(after));
                look.cells = trace.active;
                look.gates = trace.gates;
                trace.h[batch * hidden..].to_vec()
            }
            (Self::Rnn(layer), LayerState::Rnn(before)) => {
                let batch = before.dims()[0];
                let h = layer.trace(x, before);
                let after = h[h.len() - batch * hidden..].to_vec();
                look.after
                    .0
                    .push(LayerState::Rnn(plain(after, [batch, hidden])));
                look.cells = h[batch * hidden..].to_vec();
                look.cells.clone()
            }
            _ => unreachable!("a state belongs to its model"),
        };
        plain(h, [rows, hidden])
    }
}

impl LayerState {
    /// The same numbers without a way back for the gradient.
    fn detached(self) -> Self {
        match self {
            Self::Lstm(LstmState { h, c }) => Self::Lstm(LstmState {
                h: h.inner(),
                c: c.inner(),
            }),
            Self::Rnn(h) => Self::Rnn(h.inner()),
        }
    }
}

impl State {
    fn tensors(&mut self) -> impl Iterator<Item = (String, &mut Tensor<2>)> {
        self.0
            .iter_mut()
            .enumerate()
            .flat_map(|(level, state)| match state {
                LayerState::Lstm(LstmState { h, c }) => {
                    vec![
                        (format!("state.{level}.h"), h),
                        (format!("state.{level}.c"), c),
                    ]
                }
                LayerState::Rnn(h) => vec![(format!("state.{level}.h"), h)],
            })
    }

    /// Puts the state into a checkpoint.
    pub fn save(&self, into: &mut Checkpoint) {
        for (name, tensor) in self.clone().tensors() {
            let shape = tensor.dims().to_vec();
            into.tensors.insert(
                name,
                StoredTensor {
                    shape,
                    data: store::values(tensor.clone()),
                },
            );
        }
    }

    /// The state as it was saved.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(&self, from: &mut store::Loading) -> Result<Self, CheckpointError> {
        let mut loaded = self.clone();
        for (name, tensor) in loaded.tensors() {
            let shape = tensor.dims();
            *tensor = plain(from.tensor(&name, &shape)?, shape);
        }
        Ok(loaded)
    }
}

fn plain(values: Vec<f32>, shape: [usize; 2]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), &nn::plain())
}

/// Symbols as a tensor of indices on the plain device.
fn indices(symbols: &[u8]) -> Tensor<1, Int> {
    on(symbols, &nn::plain())
}

/// Symbols as a tensor of indices.
pub fn on(symbols: &[u8], device: &burn::tensor::Device) -> Tensor<1, Int> {
    let values: Vec<i32> = symbols.iter().map(|s| i32::from(*s)).collect();
    Tensor::from_data(TensorData::new(values, [symbols.len()]), device)
}
