//! The message passing network: messages, updates, readout (§2).
//!
//! B molecules of A atoms together, d numbers an atom, K kinds of bond.

use super::batch::{Batch, FEATURES, Kinds};
use burn::{
    module::{Module, Param},
    tensor::{Tensor, TensorData},
};
use lab::Rng;
use nn::{
    Gru, Linear, Lstm, LstmState, init, pass_messages, product, sigmoid, softmax, store, tanh,
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

/// What happened on the way with one molecule of N atoms.
#[derive(Clone, Debug)]
pub struct Trace {
    /// h⁰ … h^T, each `[N, d]`
    pub states: Vec<Tensor<2>>,
    /// What every atom sends to every other in a round, summed over kinds: size of messages
    /// `[N, N]`, at (receiver, sender)
    pub messages: Vec<Tensor<2>>,
    /// How much of each atom was read, each `[1, N]`: set2set's looks, or the mean opening of the
    /// gate, or the one atom
    pub looks: Vec<Tensor<2>>,
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
        let start = self.start(batch);
        let h = match self.blend(batch) {
            None => {
                let (h, matrices) = (start.clone(), self.matrices.val());
                pass_messages(&batch.bonds, matrices, &self.update, h, plan.rounds)
            }
            Some(blend) => {
                (0..plan.rounds).fold(start.clone(), |h, _| self.round(batch, Some(&blend), h))
            }
        };
        self.answer(plan.readout, h, start, batch)
    }

    /// The same of one molecule with everything on the way, for looking at.
    pub fn trace(&self, plan: Plan, batch: &Batch) -> Trace {
        let start = self.start(batch);
        let blend = self.blend(batch);
        let (mut states, mut messages) = (vec![start.clone()], Vec::new());
        let mut h = start.clone();
        for _ in 0..plan.rounds {
            messages.push(self.sizes(batch, blend.as_ref(), &h));
            h = self.round(batch, blend.as_ref(), h);
            states.push(h.clone());
        }
        let atoms = h.dims()[0];
        let device = h.device();
        let (_, looks) = self.read(plan.readout, h, start, batch);
        let looks = match plan.readout {
            Readout::Sum | Readout::Mean => {
                let mean = |open: Tensor<2>| open.mean_dim(1).reshape([1, atoms]);
                looks.into_iter().map(mean).collect()
            }
            Readout::Set2Set(_) => looks,
            Readout::One => vec![batch.one.dense(&device)],
        };
        Trace {
            states,
            messages,
            looks,
        }
    }

    /// h⁰ of all atoms, `[A, d]`.
    fn start(&self, batch: &Batch) -> Tensor<2> {
        tanh(self.embed.forward(batch.atoms.clone()))
    }

    /// h^T and h⁰ → the answers, standardised: `[B, 1]`.
    pub fn answer(
        &self,
        readout: Readout,
        h: Tensor<2>,
        start: Tensor<2>,
        batch: &Batch,
    ) -> Tensor<2> {
        let (read, _) = self.read(readout, h, start, batch);
        let [hidden, last] = &self.last;
        last.forward(hidden.rectified(read))
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
    fn round(&self, batch: &Batch, blend: Option<&Tensor<2>>, h: Tensor<2>) -> Tensor<2> {
        let ([atoms, _], [stacked, _]) = (h.dims(), self.matrices.dims());
        let sums = match blend {
            None => batch.bonds.product(h.clone()).reshape([atoms, stacked]),
            Some(blend) => batch.bonds.blends(blend.clone(), h.clone()),
        };
        self.updated(product(sums, self.matrices.val()), h)
    }
    // endregion: message-matrix

    // region: update
    /// h_v ← GRU(h_v, m_v), with the same weights in every round.
    fn updated(&self, messages: Tensor<2>, h: Tensor<2>) -> Tensor<2> {
        self.update.window(self.update.project(messages), h)
    }
    // endregion: update

    /// What is read of each molecule, `[B, d]`, or `[B, 2d]` for set2set; and how much of each atom: the
    /// gates `[A, d]`, or every look `[B, N]`.
    fn read(
        &self,
        readout: Readout,
        h: Tensor<2>,
        start: Tensor<2>,
        batch: &Batch,
    ) -> (Tensor<2>, Vec<Tensor<2>>) {
        match readout {
            Readout::Sum => self.gated(h, start, batch),
            Readout::Mean => {
                let (sum, looks) = self.gated(h, start, batch);
                (sum / batch.counts.clone(), looks)
            }
            Readout::One => (batch.one.product(h), Vec::new()),
            Readout::Set2Set(times) => self.set2set(h, batch, times),
        }
    }

    // region: readout-gated
    /// Σ_v σ(i(h_v, h⁰_v)) ⊙ j(h_v) over the atoms of each molecule (eq. 4).
    fn gated(&self, h: Tensor<2>, start: Tensor<2>, batch: &Batch) -> (Tensor<2>, Vec<Tensor<2>>) {
        let Some([i, j]) = &self.gate else {
            return (batch.members.product(h), Vec::new());
        };
        let open = sigmoid(i.forward(Tensor::cat(vec![h.clone(), start], 1)));
        let terms = open.clone() * j.forward(h);
        (batch.members.product(terms), vec![open])
    }
    // endregion: readout-gated

    // region: set2set
    /// So many times: a query q from an LSTM, a = softmax_v(q·h_v) over the molecule's atoms,
    /// r = Σ a_v·h_v, and [q, r] asks the next question.
    fn set2set(&self, h: Tensor<2>, batch: &Batch, times: usize) -> (Tensor<2>, Vec<Tensor<2>>) {
        // A table with a row of N places for each molecule; a place without an atom is as good as
        // excluded before the softmax.
        let ([atoms, width], [size, _]) = (h.dims(), batch.counts.dims());
        let n = batch.places.dims()[0] / size;
        let taken = batch.places.product(Tensor::ones([atoms, 1], &h.device()));
        let outside = (taken.reshape([size, n]) - 1.0) * 1e9;
        let h = batch.places.product(h).reshape([size, n, width]);
        let zero = Tensor::zeros([size, width], &h.device());
        let mut state = LstmState {
            h: zero.clone(),
            c: zero.clone(),
        };
        let mut both = Tensor::cat(vec![zero.clone(), zero], 1);
        let mut looks = Vec::new();
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
        (both, looks)
    }
    // endregion: set2set

    /// How large the message of every atom of the one molecule to every other is: `[N, N]`, at
    /// (receiver, sender).
    fn sizes(&self, batch: &Batch, blend: Option<&Tensor<2>>, h: &Tensor<2>) -> Tensor<2> {
        let [n, width] = h.dims();
        let kinds = self.matrices.dims()[0] / width;
        let weights = match blend {
            None => batch.bonds.dense(&h.device()).reshape([n, kinds, n]),
            Some(blend) => spread(batch, blend, n),
        };
        // Of one molecule all pairs' messages fit.
        let matrices = self.matrices.val().reshape([kinds, width, width]);
        let matrices = matrices.swap_dims(0, 1).reshape([width, kinds * width]);
        let sent = product(h.clone(), matrices);
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
