//! Looks inside: what a cell would answer, its gates along a sequence, the gradient's way back.

use super::{
    evaluation::best,
    model::{Cell, Look, Memory},
    run::Reach,
    task::{Batch, DISTRACTORS},
};
use burn::{
    module::Module,
    tensor::{Tensor, TensorData},
};
use lab::{
    Figure, Input, ProbeError, Rng, Word,
    figure::{
        Colours, Heatmap, Histogram, HistogramGroup, Line, Pick, PickOption, Scale, Series, Strip,
        Tokens,
    },
};
use nn::{LstmState, store};

/// Values a reader's sequence can have, whatever the network was trained on.
pub const VALUES: usize = 8;
/// Tokens a reader's sequence can have.
pub const LONGEST: usize = 128;
/// Intervals of a histogram.
const INTERVALS: usize = 20;
/// Sequences behind the gradient, and behind the histogram.
const SEQUENCES: (usize, usize) = (8, 50);
/// The gap of the sequences shown.
const GAP: usize = 3;
/// The longest lag of the histogram's sequences: it is about gates, not about length.
const SHOWN: usize = 16;

/// The words of a reader's sequence: values, distractors, *store*, *ask*.
pub fn words() -> Vec<Word> {
    let word = |label: String, group: &str| Word {
        label,
        group: group.into(),
    };
    let letters = |from: char, n: usize| (from..).take(n).map(String::from);
    let values = letters('A', VALUES).map(|l| word(l, "values"));
    let distractors = letters('s', DISTRACTORS).map(|l| word(l, "distractors"));
    let marks = ["store", "ask"].map(|l| word(l.into(), "marks"));
    values.chain(distractors).chain(marks).collect()
}

/// The word of a token and back, for a task of `values` values.
fn word(token: u8, values: usize) -> usize {
    let token = usize::from(token);
    if token < values {
        token
    } else {
        token + VALUES - values
    }
}

impl Reach {
    /// A look inside.
    ///
    /// # Errors
    /// If there is no such probe, or the reader's sequence cannot be read.
    pub(super) fn look(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        let words = input.iter().find_map(|i| match i {
            Input::Words(words) => Some(words.as_slice()),
            _ => None,
        });
        let pick = input.iter().find_map(|i| match i {
            Input::Pick(id) => Some(*id as usize),
            _ => None,
        });
        match probe {
            "own" => self.own(&self.read(words)?),
            "strips" => self.strips(&self.read(words)?, pick),
            "gradient" => Ok(self.gradients()),
            "forget" => Ok(self.gates()),
            _ => Err(ProbeError(format!("there is no probe “{probe}”"))),
        }
    }

    /// The reader's words as tokens; without any, a sequence of the task.
    fn read(&self, words: Option<&[u32]>) -> Result<Vec<u8>, ProbeError> {
        let Some(words) = words else {
            let lag = self.longest.min(SHOWN);
            return Ok(self.task.sequence(lag, GAP, &mut Rng::new(3, "shown")).0);
        };
        if words.is_empty() {
            return Err(ProbeError(
                "There is nothing to read yet: choose at least one token.".to_owned(),
            ));
        }
        if words.len() > LONGEST {
            return Err(ProbeError(format!(
                "This sequence has {} tokens; at most {LONGEST} are read. Delete some.",
                words.len()
            )));
        }
        let values = self.task.values;
        let token = |w: &u32| match *w as usize {
            w if w >= VALUES + DISTRACTORS + 2 => {
                Err(ProbeError(format!("There is no token number {w}.")))
            }
            w if w >= values && w < VALUES => Err(ProbeError(format!(
                "This network knows {values} values, {} to {}; “{}” is none of them. Delete it, or \
                 train with more values.",
                label(0, values),
                label(values - 1, values),
                letter(w),
            ))),
            w if w < values => Ok(w as u8),
            w => Ok((w + values - VALUES) as u8),
        };
        words.iter().map(token).collect()
    }

    /// What the cell would answer if *ask* came after each of the tokens.
    fn own(&self, tokens: &[u8]) -> Result<Figure, ProbeError> {
        let model = self.model.valid();
        let (hidden, length, values) = (model.hidden(), tokens.len(), self.task.values);
        let look = model.look(tokens, 1);
        // Every prefix is a sequence of its own; one more token asks them all at once.
        let state = |rows: Vec<f32>| {
            Tensor::from_data(TensorData::new(rows, [length, hidden]), &nn::plain())
        };
        let before = LstmState {
            h: state(look.shown),
            c: state(look.memory),
        };
        let asks = vec![self.task.ask(); length];
        let asked = model.step(&asks, before, &nn::plain());
        let scores = store::values(model.head.forward(asked.h));
        let mut shares = vec![0.0; values * length];
        let mut outlined = Vec::new();
        for (t, row) in scores.chunks_exact(values).enumerate() {
            for (value, share) in softmax(row).into_iter().enumerate() {
                shares[value * length + t] = share;
            }
            if let Some(answer) = self.task.answer(&tokens[..=t]) {
                outlined.push((u32::from(answer), t as u32));
            }
        }
        Ok(Figure::Heatmap(Heatmap {
            rows_label: "answer".to_owned(),
            columns_label: "asked after this token; the right answer is outlined".to_owned(),
            rows: (0..values).map(|v| label(v, values)).collect(),
            columns: self.names(tokens),
            values: shares,
            texts: Vec::new(),
            outlined,
            colours: Colours {
                label: "probability of the answer".to_owned(),
                ..Colours::default()
            },
            choosable: false,
        }))
    }

    fn names(&self, tokens: &[u8]) -> Vec<String> {
        let name = |t: &u8| label(usize::from(*t), self.task.values);
        tokens.iter().map(name).collect()
    }

    /// Gates and memory of one unit along a sequence; the units the answer hangs on come first.
    fn strips(&self, tokens: &[u8], pick: Option<usize>) -> Result<Figure, ProbeError> {
        let model = self.model.valid();
        let hidden = model.hidden();
        let look = model.look(tokens, 1);
        let weights = self.weights(&model, tokens, &look);
        let mut order: Vec<usize> = (0..hidden).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        let chosen = pick.filter(|unit| *unit < hidden).unwrap_or(order[0]);
        // Side by side, words would run into each other.
        let names: Vec<String> = self.names(tokens).into_iter().map(|n| n + " ").collect();
        let strip = |label: &str, values: &[f32]| Strip {
            label: label.to_owned(),
            tokens: names.clone(),
            values: values
                .iter()
                .skip(chosen)
                .step_by(hidden)
                .copied()
                .collect(),
        };
        let mut strips: Vec<Strip> = look.gates.iter().map(|(n, v)| strip(n, v)).collect();
        let two = matches!(self.model.cell, Cell::Lstm(_) | Cell::Peephole(_));
        let memory = if two { "memory, tanh C" } else { "state h" };
        let squashed: Vec<f32> = if two {
            look.memory.iter().map(|c| c.tanh()).collect()
        } else {
            look.memory.clone()
        };
        strips.push(strip(memory, &squashed));
        let option = |unit: &usize| PickOption {
            id: *unit as u32,
            label: format!("unit {unit}"),
            note: format!("moves the answer’s score by {:.2}", weights[*unit]),
        };
        Ok(Figure::Tokens(Tokens {
            strips,
            colours: Colours {
                label: "gate (0 shut, 1 open) or value".to_owned(),
                range: (-1.0, 1.0),
                diverging: true,
            },
            pick: Some(Pick {
                label: "Unit".to_owned(),
                options: order.iter().map(option).collect(),
                chosen: chosen as u32,
            }),
        }))
    }

    /// By unit: |∂ score of the answer / ∂C| at the last token (∂h for a cell with one state).
    fn weights(&self, model: &Memory, tokens: &[u8], look: &Look) -> Vec<f32> {
        let (hidden, values) = (model.hidden(), self.task.values);
        let last = look.shown.len() - hidden;
        let head = store::values(model.head.weight.val());
        let shown = Tensor::from_data(
            TensorData::new(look.shown[last..].to_vec(), [1, hidden]),
            &nn::plain(),
        );
        let said = best(&store::values(model.head.forward(shown)));
        let answer = usize::from(self.task.answer(tokens).unwrap_or(said));
        let slope = |unit: usize| {
            if !matches!(self.model.cell, Cell::Lstm(_) | Cell::Peephole(_)) {
                return 1.0;
            }
            // h = o·tanh C
            let gate = &look.gates[look.gates.len() - 1].1;
            gate[last + unit] * (1.0 - look.memory[last + unit].tanh().powi(2))
        };
        (0..hidden)
            .map(|unit| (head[unit * values + answer] * slope(unit)).abs())
            .collect()
    }

    fn shown(&self, lag: usize, size: usize) -> Batch {
        self.task.batch(lag, GAP, size, &mut Rng::new(4, "shown"))
    }

    /// The gradient by the memory against the distance from the end: untrained, and now.
    fn gradients(&self) -> Figure {
        let batch = self.shown(self.longest, SEQUENCES.0);
        // What rounds to zero has no place on a logarithmic axis: the line ends there.
        let points = |norms: Vec<f64>| -> Vec<(f64, f64)> {
            let places = norms.into_iter().enumerate();
            places
                .map(|(d, norm)| ((d + 1) as f64, norm))
                .take_while(|(_, norm)| *norm > 1e-20)
                .collect()
        };
        let line = |label: &str, colour, faint, points| Line {
            label: label.to_owned(),
            colour,
            faint,
            marked: false,
            points,
        };
        let mut lines = Vec::new();
        let times = [("untrained", 2, true), ("now", 1, false)];
        let untrained = self.fading.get_or_init(|| self.untrained.gradient(&batch));
        let found = [untrained.clone(), self.model.gradient(&batch)];
        for ((when, colour, faint), found) in times.into_iter().zip(found) {
            lines.push(line(
                &format!("{when}, all ways"),
                colour,
                faint,
                points(found.whole),
            ));
            if !found.line.is_empty() {
                let name = format!("{when}, the memory line alone");
                lines.push(line(&name, colour + 2, faint, points(found.line)));
            }
        }
        Figure::Series(Series {
            x: Scale {
                label: "tokens before the end".to_owned(),
                ..Scale::default()
            },
            y: Scale {
                label: "size of the gradient by the memory".to_owned(),
                log: true,
                range: None,
            },
            lines,
            levels: Vec::new(),
            trained: None,
        })
    }

    /// How far the keeping gate stands open where a value is marked, and elsewhere.
    fn gates(&self) -> Figure {
        let model = self.model.valid();
        let (hidden, size) = (model.hidden(), SEQUENCES.1);
        let batch = self.shown(SHOWN, size);
        let look = model.look(&batch.tokens, size);
        let (name, values) = match look.gates.first() {
            Some((name, values)) => (*name, values),
            None => ("output of a unit", &look.memory),
        };
        let (low, high) = if look.gates.is_empty() {
            (-1.0, 1.0)
        } else {
            (0.0, 1.0)
        };
        let width = (high - low) / INTERVALS as f64;
        let (lag_end, ask) = (batch.tokens.len() / size - 1, self.task.ask());
        let mut counts = [vec![0; INTERVALS], vec![0; INTERVALS]];
        for (row, values) in values.chunks_exact(hidden).enumerate() {
            let t = row / size;
            if batch.tokens[row] == ask {
                continue;
            }
            // The value to be kept is the last token before the lag.
            let writes = t + SHOWN + 1 == lag_end;
            let waits = t + SHOWN >= lag_end;
            if !(writes || waits) {
                continue;
            }
            for value in values {
                let interval = (f64::from(*value) - low) / width;
                let interval = (interval.max(0.0) as usize).min(INTERVALS - 1);
                counts[usize::from(waits)][interval] += 1;
            }
        }
        let labels = ["at the value to be kept", "while waiting"];
        let group = |(label, counts): (&str, Vec<u32>)| HistogramGroup {
            label: label.to_owned(),
            counts,
        };
        Figure::Histogram(Histogram {
            label: name.to_owned(),
            groups: labels.into_iter().zip(counts).map(group).collect(),
            edges: (0..=INTERVALS).map(|i| low + i as f64 * width).collect(),
        })
    }
}

fn letter(word: usize) -> String {
    words()[word].label.clone()
}

/// What stands on a token, in a task of `values` values.
fn label(token: usize, values: usize) -> String {
    letter(word(token as u8, values))
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let weights: Vec<f32> = scores.iter().map(|z| (z - top).exp()).collect();
    let total: f32 = weights.iter().sum();
    weights.into_iter().map(|w| w / total).collect()
}
