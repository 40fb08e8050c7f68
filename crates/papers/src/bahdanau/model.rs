//! An encoder that keeps a note on every word, and a decoder that looks at them.
//!
//! L source words, B sentences, T words of the translation, H units, A the width of a note. Sequences
//! are time-major (row t·B + b), except where a note is blended.

use super::{
    knobs,
    language::{BEGIN, CLASSES, SOURCE},
    scorer::Scorer,
};
use burn::{
    module::Module,
    tensor::{Int, Tensor, TensorData},
};
use lab::{Knobs, Rng};
use nn::{Embedding, Gru, Linear, affine, init, pick, product, softmax, tanh};

/// Numbers in the vector of a word.
const EMBEDDING: usize = 24;

/// Both networks of the paper.
#[derive(Module, Debug)]
pub struct Translator {
    /// `[36, E]`
    pub source: Embedding,
    /// `[40, E]`
    pub target: Embedding,
    /// Reads the source from its beginning.
    pub forward: Gru,
    /// Reads it from its end.
    pub backward: Option<Gru>,
    /// W_s `[H, H]`: the decoder's first state.
    pub start: Linear,
    /// Reads the last word and the context, `[E + A]` → `[H]`.
    pub decoder: Gru,
    /// How well each note suits each state.
    pub scorer: Option<Scorer>,
    /// The next word, `[H + E + A]` → `[39]`.
    pub out: Linear,
    /// A new blend for each word, or one vector for all.
    pub search: bool,
}

/// What is kept of sentences that were read.
pub struct Read {
    /// h₁ … h_L `[B, L, A]`
    annotations: Tensor<3>,
    /// U_a·hⱼ, once for all steps `[L, B, H]`
    keys: Option<Tensor<3>>,
    /// The one vector `[B, A]`
    constant: Tensor<2>,
    /// s₀ `[B, H]`
    pub state: Tensor<2>,
}

/// What one step of the decoder gives.
pub struct Step {
    /// `[B, H]`
    pub state: Tensor<2>,
    /// cᵢ `[B, A]`
    pub context: Tensor<2>,
    /// αᵢ `[B, L]`
    pub weights: Tensor<2>,
}

/// The parts of the decoder's input product that do not change from step to step.
struct Ready {
    /// W·y + b for every word there is `[40, 3H]`
    words: Tensor<2>,
    /// The rows of W that the context meets `[A, 3H]`
    context: Tensor<2>,
}

impl Translator {
    /// A model with untrained weights.
    pub fn new(knobs: &Knobs, rng: &mut Rng) -> Self {
        let hidden = knobs.get(&knobs::HIDDEN) as usize;
        let both = knobs.get(&knobs::ENCODER) == "both";
        let search = knobs.get(&knobs::CONTEXT) == "search";
        let notes = if both { 2 * hidden } else { hidden };
        let table = |symbols: usize, rng: &mut Rng| Embedding {
            weight: init::param(
                init::uniform(symbols * EMBEDDING, 0.3, rng),
                [symbols, EMBEDDING],
            ),
        };
        Self {
            source: table(SOURCE, rng),
            target: table(BEGIN + 1, rng),
            forward: Gru::new(EMBEDDING, hidden, 0.0, rng),
            backward: both.then(|| Gru::new(EMBEDDING, hidden, 0.0, rng)),
            start: Linear::new(hidden, hidden, rng),
            decoder: Gru::new(EMBEDDING + notes, hidden, 0.0, rng),
            scorer: search
                .then(|| Scorer::new(&knobs.get(&knobs::SCORER), hidden, notes, rng))
                .flatten(),
            out: Linear::new(hidden + EMBEDDING + notes, CLASSES, rng),
            search,
        }
    }

    /// Reads sentences of one length.
    pub fn read(&self, sentences: &[&[usize]], training: bool) -> Read {
        let (batch, length) = (sentences.len(), sentences[0].len());
        let hidden = self.forward.hidden();
        let states = |layer: &Gru, turned: bool| {
            let order = (0..length).map(|t| if turned { length - 1 - t } else { t });
            let words = order.flat_map(|t| sentences.iter().map(move |s| s[t]));
            let x = layer.project(self.source.forward(ids(words, training)));
            let zero = Tensor::zeros([batch, hidden], &device(training));
            layer.window(x, zero)
        };
        let last = |h: &Tensor<2>| h.clone().narrow(0, (length - 1) * batch, batch);
        let by_word = |h: Tensor<2>| h.reshape([length, batch, hidden]);
        let forward = states(&self.forward, false);
        let mut constant = last(&forward);
        let mut summary = constant.clone();
        let mut notes = by_word(forward);
        if let Some(layer) = &self.backward {
            let backward = states(layer, true);
            summary = last(&backward);
            constant = Tensor::cat(vec![constant, summary.clone()], 1);
            notes = Tensor::cat(vec![notes, by_word(backward).flip([0])], 2);
        }
        let width = notes.dims()[2];
        let keys = self.scorer.as_ref().map(|scorer| {
            let flat = notes.clone().reshape([length * batch, width]);
            product(flat, scorer.keys.val()).reshape([length, batch, hidden])
        });
        Read {
            annotations: notes.swap_dims(0, 1),
            keys,
            constant,
            // s₀ = tanh(W_s·h), of the state that has read everything and ends at the first word
            state: tanh(self.start.forward(summary)),
        }
    }

    fn ready(&self) -> Ready {
        let input = self.decoder.input.val();
        let width = input.dims()[0] - EMBEDDING;
        let words = self.target.weight.val();
        Ready {
            words: affine(
                words,
                input.clone().narrow(0, 0, EMBEDDING),
                self.decoder.bias.val(),
            ),
            context: input.narrow(0, EMBEDDING, width),
        }
    }

    /// What [`nn::decode`] looks at; only for the paper's own scorer.
    fn attention(&self, read: &Read, ready: &Ready) -> Option<nn::Attention> {
        let scorer = self.scorer.as_ref().filter(|_| self.search)?;
        let (query, v) = (scorer.query.as_ref()?.val(), scorer.v.as_ref()?.val());
        Some(nn::Attention {
            keys: read.keys.clone()?,
            notes: read.annotations.clone().swap_dims(0, 1),
            context: ready.context.clone(),
            query,
            v,
        })
    }

    // region: decoder-step
    /// αᵢ from the scores of the state before: `[B, L]`.
    fn weights(&self, read: &Read, state: &Tensor<2>) -> Tensor<2> {
        let [batch, length, _] = read.annotations.dims();
        match (&self.scorer, &read.keys) {
            (Some(scorer), Some(keys)) => softmax(scorer.scores(keys, state)),
            _ => Tensor::ones([batch, length], &state.device()) / length as f64,
        }
    }

    /// One step: the last words `[B]`, sᵢ₋₁ and αᵢ → cᵢ and sᵢ.
    fn step(
        &self,
        ready: &Ready,
        read: &Read,
        weights: Tensor<2>,
        last: Tensor<1, Int>,
        state: Tensor<2>,
    ) -> Step {
        let [batch, length, width] = read.annotations.dims();
        // cᵢ = Σⱼ αᵢⱼ·hⱼ
        let rows = weights.clone().reshape([batch, 1, length]);
        let context = product(rows, read.annotations.clone()).reshape([batch, width]);
        // sᵢ = f(sᵢ₋₁, yᵢ₋₁, cᵢ)
        let x = pick(ready.words.clone(), last) + product(context.clone(), ready.context.clone());
        Step {
            state: self.decoder.window(x, state),
            context,
            weights,
        }
    }
    // endregion: decoder-step

    /// The scores of all words of translations that are known, `[T·B, 39]`: the decoder reads the
    /// right word before each (teacher forcing). `fed` are those words, time-major. Frozen scores
    /// pass no gradient on.
    pub fn teach(&self, read: &Read, fed: &[usize], frozen: bool) -> Tensor<2> {
        let batch = read.state.dims()[0];
        let steps = fed.len() / batch;
        let (ready, hidden) = (self.ready(), self.decoder.hidden());
        let all = ids(fed.iter().copied(), true);
        let words = || {
            let words = pick(ready.words.clone(), all.clone());
            words.reshape([steps, batch, 3 * hidden])
        };
        let attention = self.attention(read, &ready).filter(|_| !frozen);
        let (states, contexts) = if let Some(attention) = attention {
            // All steps of the paper's own alignment model as one operation.
            let start = read.state.clone();
            let (states, contexts) = nn::decode(&self.decoder, words(), start, attention);
            let width = contexts.dims()[2];
            (
                states.reshape([steps * batch, hidden]),
                contexts.reshape([steps * batch, width]),
            )
        } else if self.search {
            let (mut states, mut contexts) = (Vec::new(), Vec::new());
            let mut state = read.state.clone();
            for t in 0..steps {
                let last = ids(fed[t * batch..(t + 1) * batch].iter().copied(), true);
                let mut weights = self.weights(read, &state);
                if frozen {
                    weights = weights.detach();
                }
                let step = self.step(&ready, read, weights, last, state);
                state = step.state;
                states.push(state.clone());
                contexts.push(step.context);
            }
            (Tensor::cat(states, 0), Tensor::cat(contexts, 0))
        } else {
            // region: encdec-context
            // The same vector at every step, so the whole translation is one recurrence.
            let context = product(read.constant.clone(), ready.context.clone());
            let x = words() + context.reshape([1, batch, 3 * hidden]);
            let x = x.reshape([steps * batch, 3 * hidden]);
            let states = self.decoder.window(x, read.state.clone());
            (states, read.constant.clone().repeat_dim(0, steps))
            // endregion: encdec-context
        };
        self.out.forward(Tensor::cat(
            vec![states, self.target.forward(all), contexts],
            1,
        ))
    }

    /// One step of decoding, on the plain device: last words and states in, scores of the next words
    /// `[B, 39]` and the step out. `force` puts all attention on one source word.
    pub fn advance(
        &self,
        read: &Read,
        last: &[usize],
        state: Tensor<2>,
        force: Option<usize>,
    ) -> (Tensor<2>, Step) {
        let [batch, length, _] = read.annotations.dims();
        let (ready, words) = (self.ready(), ids(last.iter().copied(), false));
        let mut weights = self.weights(read, &state);
        if let Some(column) = force {
            let row = (0..batch * length).map(|i| f32::from(u8::from(i % length == column)));
            let row = TensorData::new(row.collect::<Vec<f32>>(), [batch, length]);
            weights = Tensor::from_data(row, &nn::plain());
        }
        let step = if self.search {
            self.step(&ready, read, weights, words.clone(), state)
        } else {
            let context = read.constant.clone();
            let x = pick(ready.words, words.clone()) + product(context.clone(), ready.context);
            Step {
                state: self.decoder.window(x, state),
                context,
                weights,
            }
        };
        let seen = vec![
            step.state.clone(),
            self.target.forward(words),
            step.context.clone(),
        ];
        (self.out.forward(Tensor::cat(seen, 1)), step)
    }
}

fn device(training: bool) -> burn::tensor::Device {
    if training {
        nn::training()
    } else {
        nn::plain()
    }
}

/// Words as a tensor.
pub fn ids(words: impl Iterator<Item = usize>, training: bool) -> Tensor<1, Int> {
    let words: Vec<i32> = words.map(|w| w as i32).collect();
    let shape = [words.len()];
    Tensor::from_data(TensorData::new(words, shape), &device(training))
}
