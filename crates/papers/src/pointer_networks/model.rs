//! Reading points and answering with them: an encoder, a decoder, and three ways to name a point.
//!
//! n points, B sets of them, S steps of the answer, H units. Sequences are time-major: row t·B + b.

use super::knobs;
use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData},
};
use lab::{Knobs, Rng};
use nn::{Linear, Lstm, LstmState, init, product, softmax};

/// The whole model.
#[derive(Module, Debug)]
pub struct PointerModel {
    /// Reads the points one after another.
    pub encoder: Lstm,
    /// Takes over the encoder's state; reads the point named last.
    pub decoder: Lstm,
    /// What the decoder reads before it has named any `[1, 2]`
    pub go: Param<Tensor<2>>,
    /// From the decoder's state to a score for each answer.
    pub head: Head,
}

/// How a point is named.
#[derive(Module, Debug)]
pub enum Head {
    /// The attention itself is the answer.
    Pointer(Pointer),
    /// The attention blends the points; a class is the answer.
    Attention(Attention),
    /// No attention: a class is the answer.
    Classes(Linear),
}

/// u = vᵀ·tanh(W₁·e + W₂·d): how well each key suits each query (§2.2).
#[derive(Module, Debug)]
pub struct Scores {
    /// W₁ `[H, H]`
    pub keys: Param<Tensor<2>>,
    /// W₂ `[H, H]`
    pub queries: Param<Tensor<2>>,
    /// v `[H, 1]`
    pub v: Param<Tensor<2>>,
}

/// The paper's model (§2.3).
#[derive(Module, Debug)]
pub struct Pointer {
    /// The scores of the points and the end.
    pub scores: Scores,
    /// e₀ `[1, H]`: stands for the end of the answer.
    pub end: Param<Tensor<2>>,
}

/// The paper's stronger baseline (§2.2).
#[derive(Module, Debug)]
pub struct Attention {
    /// The weights of the blend.
    pub scores: Scores,
    /// From the decoder's state and the blend to the classes.
    pub out: Linear,
}

/// What the head keeps of the points that were read.
pub struct Read {
    /// W₁·e `[K, B, H]`; K is n, and one more for the end with a pointer; nothing without attention.
    keys: Option<Tensor<3>>,
    /// e `[n·B, H]`
    points: Tensor<2>,
    /// The state in which the decoder begins.
    pub state: LstmState,
}

impl PointerModel {
    /// A model with untrained weights.
    pub fn new(knobs: &Knobs, rng: &mut Rng) -> Self {
        let hidden = knobs.get(&knobs::HIDDEN) as usize;
        let answers = knobs.get(&knobs::CLASSES) as usize + 1;
        let encoder = Lstm::new(2, hidden, 1.0, rng);
        let decoder = Lstm::new(2, hidden, 1.0, rng);
        let go = init::param(init::uniform(2, 0.5, rng), [1, 2]);
        let head = match knobs.get(&knobs::HEAD).as_str() {
            "ptr" => Head::Pointer(Pointer {
                scores: Scores::new(hidden, rng),
                end: init::param(init::uniform(hidden, 0.5, rng), [1, hidden]),
            }),
            "attention" => Head::Attention(Attention {
                scores: Scores::new(hidden, rng),
                out: Linear::new(2 * hidden, answers, rng),
            }),
            _ => Head::Classes(Linear::new(hidden, answers, rng)),
        };
        Self {
            encoder,
            decoder,
            go,
            head,
        }
    }

    /// The place of the end among the answers, for sets of `n` points.
    pub fn end(&self, n: usize) -> usize {
        let classes = |out: &Linear| out.bias.dims()[1] - 1;
        match &self.head {
            Head::Pointer(_) => n,
            Head::Attention(head) => classes(&head.out),
            Head::Classes(out) => classes(out),
        }
    }

    /// Reads `batch` sets of points, `[n·B, 2]`.
    pub fn read(&self, points: Tensor<2>, batch: usize) -> Read {
        let before = LstmState::zero(batch, self.encoder.hidden());
        let (points, state) = self.encoder.window(self.encoder.project(points), before);
        let keys = match &self.head {
            Head::Pointer(head) => {
                // The end stands behind the last point.
                let end = head.end.val().repeat_dim(0, batch);
                let all = Tensor::cat(vec![points.clone(), end], 0);
                Some(head.scores.keys(all, batch))
            }
            Head::Attention(head) => Some(head.scores.keys(points.clone(), batch)),
            Head::Classes(_) => None,
        };
        Read {
            keys,
            points,
            state,
        }
    }

    /// The scores of all steps of answers that are known, `[S·B, answers]`: what the decoder reads
    /// comes from the true answer (teacher forcing), the places of its points, `[(S − 1)·B, 2]`.
    pub fn teach(&self, points: Tensor<2>, named: Tensor<2>, batch: usize) -> Tensor<2> {
        let read = self.read(points, batch);
        let fed = Tensor::cat(vec![self.go.val().repeat_dim(0, batch), named], 0);
        let gates = self.decoder.project(fed);
        let d = self.decoder.outputs(gates, read.state.clone());
        self.answer(d, &read).0
    }

    /// The scores of the answers for the decoder's states d `[S·B, H]`: `[S·B, answers]`; and the
    /// weights of the attention, `[S·B, K]`, where there is one beside the answer.
    pub fn answer(&self, d: Tensor<2>, read: &Read) -> (Tensor<2>, Option<Tensor<2>>) {
        match (&self.head, &read.keys) {
            // region: pointer-head
            // The scores of the points are the scores of the answers: there is no other output.
            (Head::Pointer(head), Some(keys)) => (head.scores.of(keys, d), None),
            // endregion: pointer-head
            // region: attention-head
            // The scores become weights; the points, blended by them, stand beside the decoder's
            // state; and a layer with a fixed number of outputs names a class.
            (Head::Attention(head), Some(keys)) => {
                let weights = softmax(head.scores.of(keys, d.clone()));
                let ([rows, hidden], [n, batch, _]) = (d.dims(), keys.dims());
                let by_set = weights.clone().reshape([rows / batch, batch, n]);
                let points = read.points.clone().reshape([n, batch, hidden]);
                let blend: Tensor<3> = product(by_set.swap_dims(0, 1), points.swap_dims(0, 1));
                let blend = blend.swap_dims(0, 1).reshape([rows, hidden]);
                let both = Tensor::cat(vec![d, blend], 1);
                (head.out.forward(both), Some(weights))
            }
            // endregion: attention-head
            (Head::Classes(out), _) => (out.forward(d), None),
            _ => unreachable!("both heads with attention have keys"),
        }
    }
}

impl Scores {
    fn new(hidden: usize, rng: &mut Rng) -> Self {
        let mut square =
            || init::param(init::glorot(hidden, hidden, hidden, rng), [hidden, hidden]);
        Self {
            keys: square(),
            queries: square(),
            v: init::param(init::glorot(hidden, 1, 1, rng), [hidden, 1]),
        }
    }

    /// W₁·e, once for all steps: `[K·B, H]` → `[K, B, H]`.
    fn keys(&self, e: Tensor<2>, batch: usize) -> Tensor<3> {
        let [rows, hidden] = e.dims();
        product(e, self.keys.val()).reshape([rows / batch, batch, hidden])
    }

    // region: pointer-scores
    /// Every query against every key of its set: keys `[K, B, H]`, d `[S·B, H]` → `[S·B, K]`.
    pub fn of(&self, keys: &Tensor<3>, d: Tensor<2>) -> Tensor<2> {
        let ([n, batch, hidden], [rows, _]) = (keys.dims(), d.dims());
        let queries = product(d, self.queries.val()).reshape([rows / batch, batch, hidden]);
        // u = vᵀ·tanh(W₁·e + W₂·d), for all steps, sets and points at once
        nn::additive_scores(keys.clone(), queries, self.v.val()).reshape([rows, n])
    }
    // endregion: pointer-scores
}

/// Places as they are fed, `[rows, 2]`, on the training device or the plain one.
pub fn rows(values: Vec<f32>, training: bool) -> Tensor<2> {
    let shape = [values.len() / 2, 2];
    let device = if training {
        nn::training()
    } else {
        nn::plain()
    };
    Tensor::from_data(TensorData::new(values, shape), &device)
}
