//! A gated recurrent unit that looks at a source before every step (Bahdanau et al. 2015, appendix
//! A.2.2), over a whole sequence. T time steps, L words of the source, B sequences, H units, A
//! numbers in the note on a word; everything time-major.
//!
//! What a step reads depends on the state before it, so no product can be taken for all steps at
//! once on the way forward. On the way back those by the weights can.

use super::{
    Matrix, additive, by_matrix,
    gru::{self, Cell, Recurrent},
    packed::Packed,
    scalar::dot,
    softmax,
};

/// The decoder's weights.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// U, which multiplies the state.
    pub u: Recurrent<'a>,
    /// C `[A, 3H]`, which multiplies the context.
    pub context: &'a [f32],
    /// W_a `[H, H]`
    pub query: &'a [f32],
    /// v_a `[H]`
    pub v: &'a [f32],
}

/// What it looks at.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// U_a·hⱼ `[L, B, H]`
    pub keys: &'a [f32],
    /// hⱼ `[L, B, A]`
    pub notes: &'a [f32],
}

/// What a forward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The states s₀ … s_T and their gates.
    pub states: gru::Trace,
    /// cᵢ `[T, B, A]`
    pub contexts: Vec<f32>,
    /// αᵢ `[T, B, L]`
    pub weights: Vec<f32>,
    /// tanh(W_a·sᵢ₋₁ + U_a·hⱼ) `[T, B, L, H]`
    active: Vec<f32>,
}

fn sizes(source: Source, row: usize, hidden: usize) -> additive::Sizes {
    additive::Sizes {
        queries: 1,
        positions: source.keys.len() / row,
        batch: row / hidden,
        hidden,
    }
}

/// Calls `f` with the sequence and the word of the n-th weight of a step, where its note is.
fn each_note(sizes: additive::Sizes, width: usize, mut f: impl FnMut(usize, usize, usize)) {
    for b in 0..sizes.batch {
        for l in 0..sizes.positions {
            let note = (l * sizes.batch + b) * width;
            f(b * sizes.positions + l, b * width, note);
        }
    }
}

/// Runs it: `x` `[T, B, 3H]` holds W·y + b of the words that are fed and is overwritten, `s0` is
/// `[B, H]`.
pub fn forward(x: Vec<f32>, of: Weights, source: Source, s0: &[f32], hidden: usize) -> Trace {
    let row = s0.len();
    let steps = x.len() / (3 * row);
    let sizes = sizes(source, row, hidden);
    let width = of.context.len() / (3 * hidden);
    let cell = Cell::new(of.u, hidden);
    let query = Packed::new(Matrix::new(of.query, hidden));
    let context = Packed::new(Matrix::new(of.context, 3 * hidden));
    let mut trace = Trace {
        states: gru::Trace::new(x, s0, hidden),
        contexts: vec![0.0; steps * sizes.batch * width],
        weights: Vec::with_capacity(steps * sizes.batch * sizes.positions),
        active: Vec::with_capacity(steps * source.keys.len()),
    };
    let mut queries = vec![0.0; row];
    let blends = trace.contexts.chunks_exact_mut(sizes.batch * width);
    for (t, blend) in blends.enumerate() {
        let before = &trace.states.h[t * row..(t + 1) * row];
        query.multiply(&mut queries, false, before);
        // eᵢⱼ = v_aᵀ·tanh(W_a·sᵢ₋₁ + U_a·hⱼ), and αᵢ
        let looks = additive::forward(source.keys, &queries, of.v, sizes);
        trace.active.extend_from_slice(&looks.active);
        let weights = softmax::forward(looks.scores, sizes.positions);
        // cᵢ = Σⱼ αᵢⱼ·hⱼ
        each_note(sizes, width, |weight, to, note| {
            let notes = source.notes[note..note + width].iter();
            let blend = blend[to..to + width].iter_mut();
            blend
                .zip(notes)
                .for_each(|(c, h)| *c += weights[weight] * h);
        });
        trace.weights.extend_from_slice(&weights);
        context.multiply(trace.states.gates(t), true, blend);
        cell.step(t, &mut trace.states);
    }
    trace
}

/// Gradients of a loss by everything that went into [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[T, B, 3H]`
    pub x: Vec<f32>,
    /// `[H, 2H]`
    pub gates: Vec<f32>,
    /// `[H, H]`
    pub candidate: Vec<f32>,
    /// `[A, 3H]`
    pub context: Vec<f32>,
    /// `[H, H]`
    pub query: Vec<f32>,
    /// `[H]`
    pub v: Vec<f32>,
    /// `[L, B, H]`
    pub keys: Vec<f32>,
    /// `[L, B, A]`
    pub notes: Vec<f32>,
    /// `[B, H]`
    pub s0: Vec<f32>,
}

/// The backward pass: `ds` `[T, B, H]` is the gradient by s₁ … s_T, `dc` `[T, B, A]` that by the
/// contexts.
pub fn backward(trace: Trace, of: Weights, source: Source, ds: &[f32], dc: &[f32]) -> Gradients {
    let Trace {
        mut states,
        contexts,
        weights,
        active,
    } = trace;
    let hidden = states.hidden;
    let row = states.h.len() - ds.len();
    let sizes = sizes(source, row, hidden);
    let width = of.context.len() / (3 * hidden);
    let blended = sizes.batch * width;
    let cell = Cell::transposed(of.u, hidden);
    let query = Packed::new(Matrix::new(of.query, hidden).transposed());
    let context = Packed::new(Matrix::new(of.context, 3 * hidden).transposed());
    let mut by_queries = vec![0.0; ds.len()];
    let (mut keys, mut notes) = (vec![0.0; source.keys.len()], vec![0.0; source.notes.len()]);
    let (mut v, mut s0) = (vec![0.0; hidden], vec![0.0; row]);
    for (t, ds) in ds.chunks_exact(row).enumerate().rev() {
        cell.back(t, &mut states, ds, &mut s0);
        let mut dc = dc[t * blended..(t + 1) * blended].to_vec();
        context.multiply(&mut dc, true, states.gates(t));
        let step = sizes.batch * sizes.positions;
        let weights = &weights[t * step..(t + 1) * step];
        let mut by = vec![0.0; step];
        each_note(sizes, width, |weight, from, note| {
            let dc = &dc[from..from + width];
            by[weight] = dot(dc, &source.notes[note..note + width]);
            let notes = notes[note..note + width].iter_mut();
            notes
                .zip(dc)
                .for_each(|(dh, dc)| *dh += weights[weight] * dc);
        });
        softmax::backward(weights, &mut by, sizes.positions);
        let active = &active[t * keys.len()..(t + 1) * keys.len()];
        let by_queries = &mut by_queries[t * row..(t + 1) * row];
        let to = [&mut keys[..], &mut *by_queries, &mut v];
        additive::add_gradients(active, of.v, &by, sizes, to);
        query.multiply(&mut s0, true, by_queries);
    }
    let [gates, candidate] = states.by_matrices();
    Gradients {
        gates,
        candidate,
        context: by_matrix(&contexts, width, Matrix::new(&states.gates, 3 * hidden)),
        query: by_matrix(
            &states.h[..ds.len()],
            hidden,
            Matrix::new(&by_queries, hidden),
        ),
        x: states.gates,
        v,
        keys,
        notes,
        s0,
    }
}
