//! The message passing network: messages, updates, readout (§2).
//!
//! B molecules of up to N atoms, d numbers an atom, K kinds of bond.

use super::batch::{Batch, FEATURES, Kinds};
use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData},
};
use lab::Rng;
use nn::{
    Gru, Linear, Lstm, LstmState, init, pass_messages, product, relu, sigmoid, softmax, store, tanh,
};

/// Matrices that an edge network blends.
pub const BLEND: usize = 16;
/// Units of the last layer.
const LAST: usize = 32;

/// How messages are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A matrix for each kind of bond (§5.1, “Matrix Multiplication”).
    Matrix(Kinds),
    /// A matrix that a small network makes from the bond's length and ring (§5.1, “Edge Network”).
    EdgeNetwork,
}

impl Message {
    /// The kinds that a batch has to be laid out for.
    pub fn kinds(self) -> Kinds {
        match self {
            Self::Matrix(kinds) => kinds,
            Self::EdgeNetwork => Kinds::One,
        }
    }
}

/// How a molecule is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readout {
    /// A gated sum over atoms (eq. 4).
    Sum,
    /// Its mean: size is forgotten.
    Mean,
    /// So many looks at all atoms (§5.3; Vinyals et al. 2016).
    Set2Set(usize),
    /// The remotest atom alone.
    One,
}

/// The weights.
#[derive(Module, Debug)]
pub struct Mpnn {
    /// Features → h⁰
    pub embed: Linear,
    /// `[K·d, d]`: the kinds' matrices one below another.
    pub matrices: Param<Tensor<2>>,
    /// Length and ring → how much of each matrix.
    pub edge: Option<[Linear; 2]>,
    /// U
    pub update: Gru,
    /// i and j of the gated sum.
    pub gate: Option<[Linear; 2]>,
    /// Turns [r, q] into the next query.
    pub query: Option<Lstm>,
    /// What was read → the answer.
    pub last: [Linear; 2],
}

/// What happened on the way.
#[derive(Clone, Debug)]
pub struct Trace {
    /// h⁰ … h^T, each `[B, N, d]`
    pub states: Vec<Tensor<3>>,
    /// What every atom sends to every other in a round, summed over kinds: size of messages
    /// `[N, N]`, at (receiver, sender)
    pub messages: Vec<Tensor<2>>,
    /// How much of each atom was read, each `[B, N]`: set2set's looks, or the mean opening of the
    /// gate, or the one atom
    pub looks: Vec<Tensor<2>>,
    /// `[B, 1]`, standardised
    pub answer: Tensor<2>,
}

/// What a network is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// d
    pub width: usize,
    /// T
    pub rounds: usize,
    /// Messages.
    pub message: Message,
    /// Readout.
    pub readout: Readout,
}

impl Mpnn {
    /// Glorot-uniform matrices; the update gate's bias is −1, so that an atom keeps most of what it
    /// knows at first.
    pub fn new(plan: Plan, rng: &mut Rng) -> Self {
        let Plan {
            width,
            message,
            readout,
            ..
        } = plan;
        let (kinds, edge) = match message {
            Message::Matrix(kinds) => (kinds.count(), None),
            Message::EdgeNetwork => (BLEND, Some(())),
        };
        let read = if matches!(readout, Readout::Set2Set(_)) {
            2 * width
        } else {
            width
        };
        Self {
            embed: Linear::new(FEATURES, width, rng),
            matrices: init::param(
                init::glorot(width, kinds * width, width, rng),
                [kinds * width, width],
            ),
            edge: edge.map(|()| [Linear::new(2, 8, rng), Linear::new(8, BLEND, rng)]),
            update: Gru::new(width, width, -1.0, rng),
            gate: matches!(readout, Readout::Sum | Readout::Mean).then(|| {
                [
                    Linear::new(2 * width, width, rng),
                    Linear::new(width, width, rng),
                ]
            }),
            query: matches!(readout, Readout::Set2Set(_))
                .then(|| Lstm::new(2 * width, width, 1.0, rng)),
            last: [Linear::new(read, LAST, rng), Linear::new(LAST, 1, rng)],
        }
    }

    /// The answers, standardised: `[B, 1]`.
    pub fn forward(&self, plan: Plan, batch: &Batch) -> Tensor<2> {
        self.run(plan, batch, false).answer
    }

    /// The same of one molecule with everything on the way, for looking at.
    pub fn trace(&self, plan: Plan, batch: &Batch) -> Trace {
        self.run(plan, batch, true)
    }

    fn run(&self, plan: Plan, batch: &Batch, look: bool) -> Trace {
        let (size, n) = batch.size;
        let start = tanh(self.embed.forward(batch.atoms.clone()));
        let start = start.reshape([size, n, plan.width]) * batch.mask.clone();
        let blend = self.blend(batch);
        let (mut states, mut messages) = (vec![start.clone()], Vec::new());
        let mut h = start.clone();
        if look || blend.is_some() {
            for _ in 0..plan.rounds {
                if look {
                    messages.push(self.sizes(batch, blend.as_ref(), &h));
                }
                h = self.round(batch, blend.as_ref(), h);
                if look {
                    states.push(h.clone() * batch.mask.clone());
                }
            }
        } else {
            h = self.all_rounds(plan.rounds, batch, h);
        }
        // Padding is bound to nothing and sends nothing, but the biases gave it a state of its own.
        h = h * batch.mask.clone();
        let mut looks = Vec::new();
        let read = self.read(plan.readout, h, start, batch, &mut looks);
        let [hidden, last] = &self.last;
        let answer = last.forward(relu(hidden.forward(read)));
        Trace {
            states,
            messages,
            looks,
            answer,
        }
    }

    // region: message-edge-network
    /// The weight of every matrix on every bond, `[E, K]`, if there is an edge network.
    /// A(e) = ½·Σₖ φₖ(e)·Wₖ is the paper's network from an edge's vector to a d × d matrix whose last
    /// layer has BLEND inputs; written so, the matrices are never made.
    fn blend(&self, batch: &Batch) -> Option<Tensor<2>> {
        let [first, second] = self.edge.as_ref()?;
        Some(second.forward(tanh(first.forward(batch.lengths.clone()))) * 0.5)
    }
    // endregion: message-edge-network

    // region: message-matrix
    /// One round. The messages, m_v = Σ_w A(e_vw)·h_w (eq. 1), for all atoms of all molecules: first
    /// the states of what is bound to an atom are added up kind by kind, then each kind's sum meets
    /// its matrix. Then the update (eq. 2).
    fn round(&self, batch: &Batch, blend: Option<&Tensor<2>>, h: Tensor<3>) -> Tensor<3> {
        let [size, n, width] = h.dims();
        let rows = size * n;
        let stacked = self.matrices.dims()[0];
        let flat = h.clone().reshape([rows, width]);
        let sums = match blend {
            None => batch.bonds.product(flat).reshape([rows, stacked]),
            Some(blend) => batch.bonds.blends(blend.clone(), flat),
        };
        self.updated(product(sums, self.matrices.val()), h)
    }
    // endregion: message-matrix

    // region: update
    /// h_v ← GRU(h_v, m_v), with the same weights in every round.
    fn updated(&self, messages: Tensor<2>, h: Tensor<3>) -> Tensor<3> {
        let [size, n, width] = h.dims();
        let rows = size * n;
        let (messages, h) = (self.update.project(messages), h.reshape([rows, width]));
        self.update
            .fused_step(messages, h)
            .reshape([size, n, width])
    }
    // endregion: update

    /// So many of [`Self::round`] with a matrix for each kind of bond, recorded as one operation.
    fn all_rounds(&self, rounds: usize, batch: &Batch, h: Tensor<3>) -> Tensor<3> {
        let [size, n, width] = h.dims();
        let (edges, matrices) = (&batch.bonds, self.matrices.val());
        let h = h.reshape([size * n, width]);
        pass_messages(edges, matrices, &self.update, h, rounds).reshape([size, n, width])
    }

    /// What is read of a molecule: `[B, d]`, or `[B, 2d]` for set2set.
    fn read(
        &self,
        readout: Readout,
        h: Tensor<3>,
        start: Tensor<3>,
        batch: &Batch,
        looks: &mut Vec<Tensor<2>>,
    ) -> Tensor<2> {
        let width = h.dims()[2];
        let (size, n) = batch.size;
        match readout {
            Readout::Sum => self.gated(h, start, batch, looks),
            Readout::Mean => {
                self.gated(h, start, batch, looks)
                    / batch.mask.clone().sum_dim(1).reshape([size, 1])
            }
            Readout::One => {
                looks.push(batch.one.clone().reshape([size, n]));
                (h * batch.one.clone()).sum_dim(1).reshape([size, width])
            }
            Readout::Set2Set(times) => self.set2set(h, batch, times, looks),
        }
    }

    // region: readout-gated
    /// Σ_v σ(i(h_v, h⁰_v)) ⊙ j(h_v) over atoms (eq. 4).
    fn gated(
        &self,
        h: Tensor<3>,
        start: Tensor<3>,
        batch: &Batch,
        looks: &mut Vec<Tensor<2>>,
    ) -> Tensor<2> {
        let [size, n, width] = h.dims();
        let Some([i, j]) = &self.gate else {
            return h.sum_dim(1).reshape([size, width]);
        };
        let both = Tensor::cat(vec![h.clone(), start], 2).reshape([size * n, 2 * width]);
        let open = sigmoid(i.forward(both));
        let mean = open.clone().mean_dim(1).reshape([size, n, 1]) * batch.mask.clone();
        looks.push(mean.reshape([size, n]));
        let terms = open * j.forward(h.reshape([size * n, width]));
        (terms.reshape([size, n, width]) * batch.mask.clone())
            .sum_dim(1)
            .reshape([size, width])
    }
    // endregion: readout-gated

    // region: set2set
    /// So many times: a query q from an LSTM, a = softmax_v(q·h_v) over the molecule's atoms,
    /// r = Σ a_v·h_v, and [q, r] asks the next question.
    fn set2set(
        &self,
        h: Tensor<3>,
        batch: &Batch,
        times: usize,
        looks: &mut Vec<Tensor<2>>,
    ) -> Tensor<2> {
        let [size, n, width] = h.dims();
        let zero = Tensor::zeros([size, width], &h.device());
        let mut state = LstmState {
            h: zero.clone(),
            c: zero.clone(),
        };
        let mut both = Tensor::cat(vec![zero.clone(), zero], 1);
        // Padding is as good as excluded before the softmax.
        let outside = (batch.mask.clone().reshape([size, n]) - 1.0) * 1e9;
        for _ in 0..times {
            let Some(query) = &self.query else { break };
            state = query.step(both, state);
            let q = state.h.clone();
            let scores = product(h.clone(), q.clone().reshape([size, width, 1]));
            let scores = scores.reshape([size, n]);
            let a = softmax(scores + outside.clone());
            looks.push(a.clone());
            let r = product(a.reshape([size, 1, n]), h.clone()).reshape([size, width]);
            both = Tensor::cat(vec![q, r], 1);
        }
        both
    }
    // endregion: set2set

    /// How large the message of every atom of the one molecule to every other is: `[N, N]`, at
    /// (receiver, sender).
    fn sizes(&self, batch: &Batch, blend: Option<&Tensor<2>>, h: &Tensor<3>) -> Tensor<2> {
        let [_, n, width] = h.dims();
        let kinds = self.matrices.dims()[0] / width;
        let weights = match blend {
            None => batch.bonds.dense(&h.device()).reshape([n, kinds, n]),
            Some(blend) => spread(batch, blend, n),
        };
        // Of one molecule all pairs' messages fit.
        let matrices = self.matrices.val().reshape([kinds, width, width]);
        let matrices = matrices.swap_dims(0, 1).reshape([width, kinds * width]);
        let sent = product(h.clone().reshape([n, width]), matrices);
        let sent = sent.reshape([n, kinds, width]);
        let messages = product(weights.permute([2, 0, 1]), sent);
        let sizes = messages.powi_scalar(2).sum_dim(2).sqrt();
        sizes.reshape([n, n]).swap_dims(0, 1)
    }
}

/// Weights of bonds `[E, K]` at (receiver, kind, sender): `[N, K, N]`.
fn spread(batch: &Batch, blend: &Tensor<2>, n: usize) -> Tensor<3> {
    let [_, kinds] = blend.dims();
    let mut weights = vec![0.0; n * kinds * n];
    let values = store::values(blend.clone());
    for ((v, w), values) in batch.bonds.ones().iter().zip(values.chunks_exact(kinds)) {
        for (k, value) in values.iter().enumerate() {
            weights[(v * kinds + k) * n + w] = *value;
        }
    }
    Tensor::from_data(TensorData::new(weights, [n, kinds, n]), &blend.device())
}
