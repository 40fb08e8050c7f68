//! Looks inside: writing, guesses, cells, gates.

use super::{
    correlation::FEATURES,
    evaluation::{NAMED, TEMPERATURES},
    run::Run,
    sampling::Writer,
    text::{Memory, wrong_closers},
};
use lab::{
    Figure, Input, ProbeError, Rng,
    figure::{
        Colours, Heatmap, Histogram, HistogramGroup, Pick, PickOption, Strip, Text, Texts, Tokens,
    },
};

/// Characters written at each temperature.
const WRITTEN: usize = 280;
/// Characters of one short piece.
const SHORT: usize = 150;
/// Guesses shown for each position.
const GUESSES: usize = 5;
/// Characters of held-out text shown: under the guesses, and under the cells.
const SHOWN: (usize, usize) = (40, 240);
/// Characters of held-out text read before the shown ones, so that the memory is warm.
const BEFORE: usize = 100;
/// Characters of each stream over which cells are correlated.
const CORRELATED: usize = 200;
/// Intervals of a histogram.
const INTERVALS: usize = 20;

impl Run {
    /// A look inside.
    ///
    /// # Errors
    /// If there is no such probe, or the reader's text has nothing this model can read.
    pub fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        let text = input.iter().find_map(|i| match i {
            Input::Text(text) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        });
        let pick = input.iter().find_map(|i| match i {
            Input::Pick(id) => Some(*id),
            _ => None,
        });
        match probe {
            "samples" => {
                let temperatures = [TEMPERATURES[0], self.temperature, TEMPERATURES[2]];
                self.writes(text, &temperatures, WRITTEN)
            }
            "writing" => self.writes(text, &[self.temperature], SHORT),
            "next" => self.next(text),
            "cells" => self.cells(text, pick),
            "gates" => Ok(self.gates()),
            _ => Err(ProbeError(format!("there is no probe “{probe}”"))),
        }
    }

    /// What of a reader's text the model can read, and what it cannot, in words.
    fn readable(&self, text: &str) -> Result<(Vec<u8>, String), ProbeError> {
        let mut unknown: Vec<char> = Vec::new();
        let mut read = Vec::new();
        for c in text.chars().filter(|c| *c != '\r') {
            match self.text.index(c) {
                Some(symbol) => read.push(symbol),
                None if unknown.contains(&c) => {}
                None => unknown.push(c),
            }
        }
        let unknown: String = unknown.iter().collect();
        if read.is_empty() {
            let known: String = self.text.alphabet.iter().map(|c| shown(*c)).collect();
            return Err(ProbeError(format!(
                "None of these characters is in the text it learns from, which has only: {known}"
            )));
        }
        let left_out = if unknown.is_empty() {
            String::new()
        } else {
            format!("; left out, not in its text: {unknown}")
        };
        Ok((read, left_out))
    }

    /// What it writes at these temperatures, `length` characters each.
    fn writes(
        &self,
        text: Option<&str>,
        temperatures: &[f64],
        length: usize,
    ) -> Result<Figure, ProbeError> {
        let (given, left_out) = match text {
            Some(text) => self.readable(text)?,
            None => (Vec::new(), String::new()),
        };
        let model = self.plain();
        let beginning = [self.beginning(), given.clone()].concat();
        // The same dice for all: what differs is the temperature alone.
        let rows = temperatures
            .iter()
            .map(|t| (*t, Rng::new(8, "samples")))
            .collect();
        let mut writer = Writer::new(&model, &beginning, rows);
        writer.write(&model, length);
        let piece = |(temperature, written): (&f64, &Vec<u8>)| {
            let written = [given.clone(), written.clone()].concat();
            let characters = self.text.characters(&written);
            let wrong = wrong_closers(&characters).1;
            let mut starts: Vec<u32> = Vec::new();
            let mut text = String::new();
            for c in &characters {
                starts.push(text.len() as u32);
                text.push(*c);
            }
            let range = |at: &usize| (starts[*at], starts[*at] + characters[*at].len_utf8() as u32);
            Text {
                title: format!("temperature {temperature}{left_out}"),
                wrong: wrong
                    .iter()
                    .filter(|at| **at >= given.len())
                    .map(range)
                    .collect(),
                text,
                given: given.len() as u32,
            }
        };
        let pieces = temperatures.iter().zip(&writer.texts).map(piece).collect();
        Ok(Figure::Texts(Texts { pieces }))
    }

    /// The text to show, as (read before it, shown): the reader's, or a piece of the held-out text.
    fn line(&self, text: Option<&str>, length: usize) -> Result<(Vec<u8>, Vec<u8>), ProbeError> {
        if let Some(text) = text {
            return Ok((self.beginning(), self.readable(text)?.0));
        }
        let held_out = &self.text.held_out;
        let from = BEFORE.min(held_out.len() / 4);
        let until = (from + length).min(held_out.len());
        Ok((held_out[..from].to_vec(), held_out[from..until].to_vec()))
    }

    fn next(&self, text: Option<&str>) -> Result<Figure, ProbeError> {
        let (before, line) = self.line(text, SHOWN.0)?;
        let model = self.plain();
        let all = [before.clone(), line.clone()].concat();
        let look = model.look(&all, &model.blank(1));
        let symbols = self.text.alphabet.len();
        let ranks = GUESSES.min(symbols);
        let mut values = vec![0.0; ranks * line.len()];
        let mut texts = vec![String::new(); ranks * line.len()];
        let mut outlined = Vec::new();
        for (column, came) in line.iter().enumerate() {
            let row = before.len() + column - 1;
            let scores = &look.scores[row * symbols..(row + 1) * symbols];
            let p = softmax(scores);
            let mut order: Vec<usize> = (0..symbols).collect();
            // Equals stay in the order of the alphabet.
            order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
            for (rank, symbol) in order.into_iter().take(ranks).enumerate() {
                values[rank * line.len() + column] = p[symbol];
                texts[rank * line.len() + column] = shown(self.text.alphabet[symbol]).to_string();
                if symbol == usize::from(*came) {
                    outlined.push((rank as u32, column as u32));
                }
            }
        }
        Ok(Figure::Heatmap(Heatmap {
            rows_label: "guess".to_owned(),
            columns_label: "the text, one character a column".to_owned(),
            rows: (1..=ranks).map(|r| r.to_string()).collect(),
            columns: self
                .text
                .characters(&line)
                .into_iter()
                .map(|c| shown(c).to_string())
                .collect(),
            values,
            texts,
            outlined,
            colours: Colours {
                label: "probability".to_owned(),
                ..Colours::default()
            },
            choosable: false,
        }))
    }

    fn cells(&self, text: Option<&str>, pick: Option<u32>) -> Result<Figure, ProbeError> {
        let (before, line) = self.line(text, SHOWN.1)?;
        let model = self.plain();
        let found = self.held_out.correlate(&model, CORRELATED);
        let mut options: Vec<PickOption> = Vec::new();
        let option = |cell: usize, note: String| PickOption {
            id: cell as u32,
            label: format!("cell {cell}"),
            note,
        };
        for (feature, name) in FEATURES.iter().enumerate() {
            let free = |(cell, _): &(usize, f64)| options.iter().all(|o| o.id != *cell as u32);
            if let Some((cell, r)) = found.best(feature).filter(free) {
                options.push(option(cell, format!("best with {name}, r = {r:.2}")));
            }
        }
        let named = options.len();
        let mut others: Vec<(usize, Option<(usize, f64)>)> = (0..model.hidden())
            .filter(|cell| options[..named].iter().all(|o| o.id != *cell as u32))
            .map(|cell| (cell, found.of_cell(cell)))
            .collect();
        let size = |best: &Option<(usize, f64)>| best.map_or(0.0, |(_, r)| r.abs());
        others.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)));
        options.extend(others.into_iter().map(|(cell, best)| {
            let best = best.filter(|(_, r)| r.abs() >= NAMED);
            option(
                cell,
                best.map_or(String::new(), |(f, r)| {
                    format!("{}, r = {r:.2}", FEATURES[f])
                }),
            )
        }));
        let hidden = model.hidden() as u32;
        let chosen = pick.filter(|id| *id < hidden).unwrap_or(options[0].id);
        let cell = chosen as usize;

        let all = [before.clone(), line.clone()].concat();
        let look = model.look(&all, &model.blank(1));
        let values = look
            .cells
            .chunks_exact(model.hidden())
            .skip(before.len())
            .map(|row| row[cell]);
        let tokens: Vec<String> = self
            .text
            .characters(&line)
            .into_iter()
            .map(|c| token(c).to_string())
            .collect();
        let best = found.of_cell(cell);
        let with = best.map_or(String::new(), |(f, r)| {
            format!(", r = {r:.2} with {}", FEATURES[f])
        });
        let mut strips = vec![Strip {
            label: format!("cell {cell}{with}"),
            tokens: tokens.clone(),
            values: values.collect(),
        }];
        if let Some((feature, r)) = best {
            strips.push(self.feature(&all, before.len(), feature, r < 0.0, tokens));
        }
        let by_chance = found.control().map_or(String::new(), |r| {
            format!(" (found by correlation; by chance the best cell reaches {r:.2})")
        });
        Ok(Figure::Tokens(Tokens {
            strips,
            colours: Colours {
                label: format!("what the cell holds{by_chance}"),
                range: (-1.0, 1.0),
                diverging: true,
            },
            pick: Some(Pick {
                label: "Cell".to_owned(),
                options,
                chosen,
            }),
        }))
    }

    /// What the cell is held against, read off the text itself and stretched to ±1; turned over
    /// where the cell follows it with the opposite sign.
    fn feature(
        &self,
        all: &[u8],
        from: usize,
        feature: usize,
        turned: bool,
        tokens: Vec<String>,
    ) -> Strip {
        let memory = Memory::of(&self.text.characters(all));
        let values = [memory.quote, memory.depth, memory.column][feature][from..].to_vec();
        let low = values.iter().copied().fold(f32::MAX, f32::min);
        let high = values.iter().copied().fold(f32::MIN, f32::max);
        let sign = if turned { -1.0 } else { 1.0 };
        let stretch = |v: &f32| {
            if high > low {
                sign * (2.0 * (v - low) / (high - low) - 1.0)
            } else {
                0.0
            }
        };
        let turned = if turned { ", turned over" } else { "" };
        Strip {
            label: format!("{}{turned} (read off the text)", FEATURES[feature]),
            tokens,
            values: values.iter().map(stretch).collect(),
        }
    }

    fn gates(&self) -> Figure {
        let (before, line) = (BEFORE.min(self.text.held_out.len() / 4), 600);
        let until = (before + line).min(self.text.held_out.len());
        let model = self.plain();
        let look = model.look(&self.text.held_out[..until], &model.blank(1));
        let hidden = model.hidden();
        let gated = !look.gates.is_empty();
        let (low, high) = if gated { (0.0, 1.0) } else { (-1.0, 1.0) };
        let step = (high - low) / INTERVALS as f64;
        let mut names = vec![("hidden units", 0)];
        if gated {
            names = vec![("input gate", 0), ("forget gate", 1), ("output gate", 2)];
        }
        let (values, width) = if gated {
            (&look.gates, 4 * hidden)
        } else {
            (&look.cells, hidden)
        };
        let group = |(label, block): (&str, usize)| {
            let mut counts = vec![0; INTERVALS];
            for row in values.chunks_exact(width).skip(before) {
                for value in &row[block * hidden..(block + 1) * hidden] {
                    let interval = (f64::from(*value) - low) / step;
                    counts[(interval.max(0.0) as usize).min(INTERVALS - 1)] += 1;
                }
            }
            HistogramGroup {
                label: label.to_owned(),
                counts,
            }
        };
        Figure::Histogram(Histogram {
            label: if gated {
                "gate, 0 closed to 1 open"
            } else {
                "output of a unit, −1 to 1"
            }
            .to_owned(),
            groups: names.into_iter().map(group).collect(),
            edges: (0..=INTERVALS).map(|i| low + i as f64 * step).collect(),
        })
    }
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let weights: Vec<f32> = scores.iter().map(|z| (z - top).exp()).collect();
    let total: f32 = weights.iter().sum();
    weights.into_iter().map(|w| w / total).collect()
}

/// A character that can be seen.
fn shown(c: char) -> char {
    match c {
        '\n' => '↵',
        ' ' => '␣',
        c => c,
    }
}

/// A character as a token of running text: only the end of a line needs a sign.
fn token(c: char) -> char {
    if c == '\n' { '↵' } else { c }
}
