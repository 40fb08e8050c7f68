//! Held-out metrics, in parts of a few milliseconds.

use super::{
    correlation::{Correlation, Features},
    model::{CharModel, State},
    sampling::Writer,
    text::{Memory, Text, wrong_closers},
};
use lab::{Metrics, Progress, Rng};

/// Streams of held-out text read side by side.
const STREAMS: usize = 20;
/// Characters a stream should have at least before there are more of them.
const STREAM: usize = 100;
/// Characters at a stream's beginning that are not scored: the model has to find out where it is.
const WARM: usize = 50;
/// Characters of each stream in one part.
const PART: usize = 50;
/// Lower ends of the distances at which closers are counted; each goes up to the next.
pub const DISTANCES: [u32; 5] = [2, 4, 8, 16, 32];
/// Above the last of them.
const FARTHEST: u32 = 64;
/// From here on an opening bracket is far.
const FAR: u32 = 16;
/// A cell with such an |r| is said to follow its feature.
pub const NAMED: f64 = 0.7;
/// Temperatures at which closers are counted in the model's own writing.
pub const TEMPERATURES: [f64; 3] = [0.3, 0.7, 1.2];
/// Texts written at each temperature, and their length: 1,000 characters in all.
const WRITTEN: (usize, usize) = (4, 250);
/// Characters of each written in one part.
const WRITING: usize = 25;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruments {
    /// Bits per character.
    Bits,
    /// That, closers, newlines, cells and the model's own writing.
    All,
}

/// What a held-out text asks of its reader, worked out once.
#[derive(Clone, Debug)]
pub struct HeldOut {
    text: Vec<u8>,
    bits: Option<Vec<f64>>,
    back: Vec<u32>,
    features: Features,
    closers: [Option<u8>; 3],
    newline: Option<u8>,
    streams: usize,
    length: usize,
    warm: usize,
    instruments: Instruments,
}

impl HeldOut {
    /// The held-out part of a text, measured with these instruments.
    pub fn new(text: &Text, instruments: Instruments) -> Self {
        let characters = text.characters(&text.held_out);
        let memory = Memory::of(&characters);
        let symbol = |c: char| text.alphabet.binary_search(&c).ok().map(|i| i as u8);
        let (streams, length) = match instruments {
            Instruments::All => shape(text.held_out.len()),
            // The small lab reads less of it.
            Instruments::Bits => shape(text.held_out.len().min(6_001)),
        };
        Self {
            features: Features::of(&memory),
            back: memory.back,
            text: text.held_out.clone(),
            bits: text.bits.clone(),
            closers: [symbol(')'), symbol(']'), symbol('}')],
            newline: symbol('\n'),
            streams,
            length,
            warm: WARM.min(length / 4),
            instruments,
        }
    }

    /// The mean of −log₂ of the true probabilities over the scored characters: the floor.
    pub fn floor(&self) -> Option<f64> {
        let bits = self.bits.as_ref()?;
        let scored = |s: usize| &bits[s * self.length + self.warm + 1..(s + 1) * self.length + 1];
        let sum: f64 = (0..self.streams).flat_map(scored).sum();
        Some(sum / (self.streams * (self.length - self.warm)) as f64)
    }

    /// Correlates every cell with the features over the first `steps` characters of every stream.
    pub fn correlate(&self, model: &CharModel, steps: usize) -> Correlation {
        let mut state = model.blank(self.streams);
        let mut cells = Correlation::new(model.hidden());
        let steps = steps.min(self.length);
        for from in (0..steps).step_by(PART) {
            let until = (from + PART).min(steps);
            let look = model.look(&self.symbols(from, until, 0), &state);
            state = look.after;
            for (row, values) in look.cells.chunks_exact(model.hidden()).enumerate() {
                let (t, stream) = (from + row / self.streams, row % self.streams);
                if t >= self.warm {
                    cells.see(values, &self.features, stream * self.length + t);
                }
            }
        }
        cells
    }

    /// The symbols of all streams at times `from .. until`, shifted by `ahead`, time-major.
    fn symbols(&self, from: usize, until: usize, ahead: usize) -> Vec<u8> {
        let at = |t: usize| (0..self.streams).map(move |s| s * self.length + t + ahead);
        (from..until).flat_map(at).map(|i| self.text[i]).collect()
    }
}

/// Streams and their length in a held-out text of so many characters.
fn shape(characters: usize) -> (usize, usize) {
    let streams = ((characters - 1) / STREAM).clamp(1, STREAMS);
    (streams, (characters - 1) / streams)
}

/// Right answers out of so many.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    right: u32,
    of: u32,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += u32::from(right);
        self.of += 1;
    }

    fn value(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.right) / f64::from(self.of))
    }
}

/// An evaluation under way.
pub struct Evaluation {
    model: CharModel,
    state: State,
    read: usize,
    bits: f64,
    scored: u64,
    closer: Share,
    far: Share,
    by: [Share; DISTANCES.len()],
    newline: Share,
    cells: Correlation,
    writer: Option<Writer>,
}

impl Evaluation {
    /// Of this model, which must be on the plain device.
    pub fn new(model: CharModel, held_out: &HeldOut) -> Self {
        Self {
            state: model.blank(held_out.streams),
            cells: Correlation::new(model.hidden()),
            model,
            read: 0,
            bits: 0.0,
            scored: 0,
            closer: Share::default(),
            far: Share::default(),
            by: Default::default(),
            newline: Share::default(),
            writer: None,
        }
    }

    /// One part more; the metrics come with the last.
    pub fn part(
        &mut self,
        text: &HeldOut,
        beginning: &[u8],
        names: &[char],
    ) -> (Metrics, Progress) {
        let to_write = if text.instruments == Instruments::All {
            WRITTEN.1
        } else {
            0
        };
        if self.read < text.length {
            self.read(text);
        } else {
            self.write(beginning);
        }
        let written = self.writer.as_ref().map_or(0, |w| w.texts[0].len());
        if self.read == text.length && written >= to_write {
            return (self.metrics(text, names), Progress::Done);
        }
        let done = self.read.div_ceil(PART) + written / WRITING;
        let of = text.length.div_ceil(PART) + to_write / WRITING;
        (
            Metrics::default(),
            Progress::More {
                done: done as u32,
                of: of as u32,
            },
        )
    }

    fn read(&mut self, text: &HeldOut) {
        let until = (self.read + PART).min(text.length);
        let look = self
            .model
            .look(&text.symbols(self.read, until, 0), &self.state);
        self.state = look.after;
        let width = look.scores.len() / (text.streams * (until - self.read));
        let hidden = self.model.hidden();
        let rows = look
            .scores
            .chunks_exact(width)
            .zip(look.cells.chunks_exact(hidden));
        for (row, (scores, cells)) in rows.enumerate() {
            let (t, stream) = (self.read + row / text.streams, row % text.streams);
            if t >= text.warm {
                let at = stream * text.length + t;
                self.score(text, scores, at + 1);
                if text.instruments == Instruments::All {
                    self.cells.see(cells, &text.features, at);
                }
            }
        }
        self.read = until;
    }

    /// Scores the guess of the character at `at`.
    fn score(&mut self, text: &HeldOut, scores: &[f32], at: usize) {
        let symbol = text.text[at];
        let right = usize::from(symbol);
        let top = scores.iter().copied().fold(f32::MIN, f32::max);
        let total: f64 = scores.iter().map(|z| f64::from(z - top).exp()).sum();
        self.bits += (total.ln() - f64::from(scores[right] - top)) / std::f64::consts::LN_2;
        self.scored += 1;
        if text.newline == Some(symbol) {
            // The most likely character is the newline.
            self.newline.add(scores[right] >= top);
        }
        let back = text.back[at];
        if back > 0 {
            // Of the three closers, the right one is the most likely.
            let others = text.closers.iter().flatten().filter(|c| **c != symbol);
            let best = others
                .map(|c| scores[usize::from(*c)])
                .fold(f32::MIN, f32::max);
            let good = scores[right] > best;
            self.closer.add(good);
            if back >= FAR {
                self.far.add(good);
            }
            let bin = DISTANCES.iter().rposition(|d| back >= *d);
            if let Some(bin) = bin.filter(|_| back < FARTHEST) {
                self.by[bin].add(good);
            }
        }
    }

    fn write(&mut self, beginning: &[u8]) {
        let Self { model, writer, .. } = self;
        let writer = writer.get_or_insert_with(|| {
            // The same dice at each temperature.
            let dice = |k| Rng::new(7, "writing").fork(["a", "b", "c", "d"][k]);
            let rows = TEMPERATURES
                .iter()
                .flat_map(|t| (0..WRITTEN.0).map(move |k| (*t, dice(k))));
            Writer::new(model, beginning, rows.collect())
        });
        writer.write(model, WRITING);
    }

    fn metrics(&self, text: &HeldOut, names: &[char]) -> Metrics {
        let mut metrics = Metrics::default();
        let bpc = self.bits / self.scored as f64;
        metrics.push("bpc", bpc);
        if text.instruments == Instruments::Bits {
            return metrics;
        }
        if let Some(floor) = text.floor() {
            metrics.push("excess", bpc - floor);
        }
        let mut share = |name: &str, share: Share| {
            if let Some(value) = share.value() {
                metrics.push(name, value);
            }
        };
        share("closer", self.closer);
        share("closer_far", self.far);
        share("newline", self.newline);
        for (from, share) in DISTANCES.iter().zip(self.by) {
            if let Some(value) = share.value() {
                metrics.push_at("closer_by", f64::from(*from), value);
            }
        }
        for (feature, name) in ["cell_quote", "cell_depth", "cell_column"]
            .iter()
            .enumerate()
        {
            if let Some((_, r)) = self.cells.best(feature) {
                metrics.push(name, r.abs());
            }
        }
        if let Some(r) = self.cells.control() {
            metrics.push("cell_control", r);
        }
        let all = self.cells.cells();
        let follows = |cell: &usize| {
            self.cells
                .of_cell(*cell)
                .is_some_and(|(_, r)| r.abs() >= NAMED)
        };
        metrics.push(
            "cells_named",
            (0..all).filter(follows).count() as f64 / all as f64,
        );
        if text.closer_exists() {
            self.writing(&mut metrics, names);
        }
        metrics
    }

    /// The share of wrong closers in what the model wrote; writing without any closer counts as all
    /// wrong.
    fn writing(&self, metrics: &mut Metrics, names: &[char]) {
        let Some(writer) = &self.writer else { return };
        for (texts, temperature) in writer.texts.chunks_exact(WRITTEN.0).zip(TEMPERATURES) {
            let (mut closers, mut wrong) = (0, 0);
            for text in texts {
                let text: Vec<char> = text.iter().map(|s| names[usize::from(*s)]).collect();
                let (all, bad) = wrong_closers(&text);
                closers += all;
                wrong += bad.len();
            }
            let share = if closers == 0 {
                1.0
            } else {
                wrong as f64 / closers as f64
            };
            metrics.push_at("wrong_closers", temperature, share);
        }
    }
}

impl HeldOut {
    fn closer_exists(&self) -> bool {
        self.back.iter().any(|b| *b > 0)
    }
}
