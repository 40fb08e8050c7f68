//! Which word of the source suits the moment: the alignment model.
//!
//! L source words, B sentences, H units, A the width of a note.

use burn::{
    module::{Module, Param},
    tensor::Tensor,
};
use lab::Rng;
use nn::init;

/// The alignment model (appendix A.1.2).
#[derive(Module, Debug)]
pub struct Scorer {
    /// W_a `[H, H]`; a product does without.
    pub query: Option<Param<Tensor<2>>>,
    /// U_a `[A, H]`
    pub keys: Param<Tensor<2>>,
    /// v_a `[H, 1]`; a product does without.
    pub v: Option<Param<Tensor<2>>>,
}

impl Scorer {
    /// An untrained one; `None` if the kind is to treat all words alike.
    pub fn new(kind: &str, hidden: usize, notes: usize, rng: &mut Rng) -> Option<Self> {
        let mut matrix = |rows: usize, columns: usize| {
            init::param(init::glorot(rows, columns, columns, rng), [rows, columns])
        };
        match kind {
            "additive" => Some(Self {
                query: Some(matrix(hidden, hidden)),
                keys: matrix(notes, hidden),
                v: Some(matrix(hidden, 1)),
            }),
            "dot" => Some(Self {
                query: None,
                keys: matrix(notes, hidden),
                v: None,
            }),
            _ => None,
        }
    }

    // region: alignment-model
    /// eᵢⱼ for all words of the source: keys U_a·hⱼ `[L, B, H]`, the state *before* the step
    /// `[B, H]` → `[B, L]`.
    pub fn scores(&self, keys: &Tensor<3>, state: &Tensor<2>) -> Tensor<2> {
        let [length, batch, hidden] = keys.dims();
        match (&self.query, &self.v) {
            // eᵢⱼ = v_aᵀ·tanh(W_a·sᵢ₋₁ + U_a·hⱼ)
            (Some(w), Some(v)) => {
                let query = nn::product(state.clone(), w.val()).reshape([1, batch, hidden]);
                nn::additive_scores(keys.clone(), query, v.val()).reshape([batch, length])
            }
            // eᵢⱼ = sᵢ₋₁ · U_a·hⱼ
            _ => (keys.clone() * state.clone().reshape([1, batch, hidden]))
                .sum_dim(2)
                .reshape([length, batch])
                .transpose(),
        }
    }
    // endregion: alignment-model
}
