//! The network: an encoder reads the points, a decoder gives the answer one element at a time, and
//! three heads say what an element is.
//!
//! T decoding steps, B sets of points, n points, H units; everything time-major.

use super::geometry::Point;
use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData, activation::softmax},
};
use lab::Rng;
use nn::{Linear, Lstm, LstmState, additive_scores, init};

/// What reads the answer off the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The attention is the answer (§2.3).
    Pointer,
    /// The attention blends the inputs, and a layer of fixed size answers (§2.2).
    Attention,
    /// No attention: a layer of fixed size (§2.1).
    Plain,
}

/// The whole model.
#[derive(Module, Debug)]
pub struct PointerNet {
    /// Reads the points.
    pub encoder: Lstm,
    /// Gives the answer.
    pub decoder: Lstm,
    /// The decoder's first input `[1, 2]`: nothing was chosen yet.
    pub first: Param<Tensor<2>>,
    /// Scores the positions; not in the plain model.
    pub scorer: Option<Scorer>,
    /// Scores fixed classes: the end, then index 0, 1, …; not in the pointer network.
    pub classes: Option<Linear>,
}

/// Additive attention over the encoder's states and one for the end.
#[derive(Module, Debug)]
pub struct Scorer {
    /// W₁ `[H, H]`, of what is pointed at.
    pub keys: Param<Tensor<2>>,
    /// W₂ `[H, H]`, of who points.
    pub queries: Param<Tensor<2>>,
    /// v `[H, 1]`
    pub v: Param<Tensor<2>>,
    /// e₀ `[1, H]`: what is pointed at to end.
    pub end: Param<Tensor<2>>,
}

/// What the encoder made of the points.
#[derive(Clone, Debug)]
pub struct Memory {
    /// e₀ … e_n `[n + 1, B, H]`
    pub states: Tensor<3>,
    /// W₁·e `[n + 1, B, H]`; empty in the plain model.
    pub keys: Option<Tensor<3>>,
    /// Where the decoder begins.
    pub last: LstmState,
}

impl Scorer {
    fn new(hidden: usize, rng: &mut Rng) -> Self {
        let square = |rng: &mut Rng| {
            init::param(init::glorot(hidden, hidden, hidden, rng), [hidden, hidden])
        };
        Self {
            keys: square(rng),
            queries: square(rng),
            v: init::param(init::glorot(hidden, 1, 1, rng), [hidden, 1]),
            end: init::param(init::uniform(hidden, 0.1, rng), [1, hidden]),
        }
    }

    // region: pointer-head
    /// uⱼ = vᵀ·tanh(W₁·eⱼ + W₂·d) for every step at once (§2.3): keys W₁·e `[n + 1, B, H]`, decoder
    /// states `[T, B, H]` → `[T·B, n + 1]`. Position 0 is the end. The softmax of a row *is* the
    /// network's answer: as many classes as there are inputs, plus one.
    pub fn scores(&self, keys: Tensor<3>, states: Tensor<3>) -> Tensor<2> {
        let [steps, batch, hidden] = states.dims();
        let positions = keys.dims()[0];
        let queries = states
            .reshape([steps * batch, hidden])
            .matmul(self.queries.val())
            .reshape([steps, batch, hidden]);
        additive_scores(keys, queries, self.v.val()).reshape([steps * batch, positions])
    }
    // endregion: pointer-head
}

impl PointerNet {
    /// Glorot-uniform matrices, forget biases 1; `classes` is the number of indices that a layer of
    /// fixed size can name.
    pub fn new(head: Head, hidden: usize, classes: usize, rng: &mut Rng) -> Self {
        let outputs = match head {
            Head::Pointer => None,
            Head::Attention => Some(2 * hidden),
            Head::Plain => Some(hidden),
        };
        Self {
            encoder: Lstm::new(2, hidden, 1.0, rng),
            decoder: Lstm::new(2, hidden, 1.0, rng),
            first: init::param(init::uniform(2, 0.1, rng), [1, 2]),
            scorer: (head != Head::Plain).then(|| Scorer::new(hidden, rng)),
            classes: outputs.map(|inputs| Linear::new(inputs, classes + 1, rng)),
        }
    }

    /// Reads the points: `[n, B, 2]` → what can be pointed at.
    pub fn encode(&self, points: Tensor<3>) -> Memory {
        let [n, batch, _] = points.dims();
        let hidden = self.encoder.hidden();
        let device = points.device();
        let gates = self.encoder.project(points.reshape([n * batch, 2]));
        let zero = Tensor::zeros([batch, hidden], &device);
        let before = LstmState {
            h: zero.clone(),
            c: zero,
        };
        let (states, last) = self
            .encoder
            .window(gates.reshape([n, batch, 4 * hidden]), before);
        let Some(scorer) = &self.scorer else {
            return Memory {
                states,
                keys: None,
                last,
            };
        };
        let end = scorer.end.val().expand([batch, hidden]).unsqueeze::<3>();
        let states = Tensor::cat(vec![end, states], 0);
        let keys = states
            .clone()
            .reshape([(n + 1) * batch, hidden])
            .matmul(scorer.keys.val())
            .reshape([n + 1, batch, hidden]);
        Memory {
            states,
            keys: Some(keys),
            last,
        }
    }

    /// The decoder's first input for `batch` sets: `[B, 2]`.
    pub fn nothing(&self, batch: usize) -> Tensor<2> {
        self.first.val().expand([batch, 2])
    }

    /// Scores after every step of a known answer: inputs `[T, B, 2]` → `[T·B, positions]`.
    pub fn teach(&self, memory: &Memory, inputs: Tensor<3>) -> Tensor<2> {
        let [steps, batch, _] = inputs.dims();
        let hidden = self.decoder.hidden();
        let gates = self.decoder.project(inputs.reshape([steps * batch, 2]));
        let gates = gates.reshape([steps, batch, 4 * hidden]);
        let (states, _) = self.decoder.window(gates, memory.last.clone());
        self.answer(memory, states)
    }

    /// One step of decoding: what was chosen `[B, 2]` → scores `[B, positions]`.
    pub fn step(
        &self,
        memory: &Memory,
        chosen: Tensor<2>,
        before: LstmState,
    ) -> (Tensor<2>, LstmState) {
        let after = self.decoder.step(chosen, before);
        let scores = self.answer(memory, after.h.clone().unsqueeze::<3>());
        (scores, after)
    }

    // region: attention-head
    /// What the decoder's states `[T, B, H]` say, `[T·B, positions]`: the pointer network's scores
    /// themselves, or those of a layer of fixed size, which sees the inputs blended by attention.
    fn answer(&self, memory: &Memory, states: Tensor<3>) -> Tensor<2> {
        let [steps, batch, hidden] = states.dims();
        let flat = states.clone().reshape([steps * batch, hidden]);
        let scores = match (&self.scorer, &memory.keys) {
            (Some(scorer), Some(keys)) => Some(scorer.scores(keys.clone(), states)),
            _ => None,
        };
        match (scores, &self.classes) {
            (Some(scores), None) => scores,
            (Some(scores), Some(classes)) => {
                // d′ = Σⱼ softmax(u)ⱼ·eⱼ: where to look is a weight now, not an answer.
                let positions = scores.dims()[1];
                let weights = softmax(scores, 1).reshape([steps, batch, positions]);
                let weights = weights.permute([1, 0, 2]);
                let blend = weights.matmul(memory.states.clone().swap_dims(0, 1));
                let blend = blend.swap_dims(0, 1).reshape([steps * batch, hidden]);
                classes.forward(Tensor::cat(vec![flat, blend], 1))
            }
            (None, Some(classes)) => classes.forward(flat),
            (None, None) => flat,
        }
    }
    // endregion: attention-head

    /// The attention of one decoding step over the end and the points, `[B, n + 1]`; none in the
    /// plain model.
    pub fn attention(&self, memory: &Memory, state: &LstmState) -> Option<Tensor<2>> {
        let scorer = self.scorer.as_ref()?;
        let keys = memory.keys.clone()?;
        Some(softmax(
            scorer.scores(keys, state.h.clone().unsqueeze::<3>()),
            1,
        ))
    }
}

/// How coordinates reach the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// What they are multiplied with.
    pub scale: f64,
    /// Whether the middle of the square is its origin.
    pub centred: bool,
}

impl Lens {
    /// A point as the network sees it.
    pub fn see(self, (x, y): Point) -> [f32; 2] {
        let origin = if self.centred { 0.5 } else { 0.0 };
        [
            (self.scale * (x - origin)) as f32,
            (self.scale * (y - origin)) as f32,
        ]
    }

    /// Sets of equally many points, `[n, B, 2]`.
    pub fn sets<'a>(
        self,
        sets: impl Iterator<Item = &'a [Point]> + Clone,
        device: &burn::tensor::Device,
    ) -> Tensor<3> {
        let n = sets.clone().map(<[_]>::len).min().unwrap_or(0);
        let batch = sets.clone().count();
        let values: Vec<f32> = (0..n)
            .flat_map(|i| sets.clone().flat_map(move |set| self.see(set[i])))
            .collect();
        Tensor::from_data(TensorData::new(values, [n, batch, 2]), device)
    }
}
