//! What only the labs of the LSTM page do: the two tasks, the cell set by hand, the reader's sequences.

use burn::{
    module::Module,
    tensor::{Tensor, TensorData},
};
use lab::{Experiment, Figure, Input, Knobs, Rng, Setup, Spec, Value, figure::Stages};
use nn::LstmState;
use papers::understanding_lstm::{
    OneCell, Reach,
    model::{Cell, Memory},
    task::{Batch, Kind, Task, lags},
};

fn setup(spec: &Spec, arm: &str, reader: &[(&str, Value)], seed: u64) -> Setup {
    let reader: Vec<(String, Value)> = reader
        .iter()
        .map(|(id, value)| ((*id).to_owned(), value.clone()))
        .collect();
    let preset = &spec.presets[0];
    let arm = spec.arm(preset, arm).unwrap();
    Setup {
        knobs: Knobs::resolve(spec, preset, arm, &reader).unwrap(),
        rng: Rng::new(seed, "run"),
        steps: spec.steps,
        input: None,
        files: Default::default(),
    }
}

fn reach(arm: &str, reader: &[(&str, Value)]) -> Reach {
    Reach::new(setup(&Reach::spec(), arm, reader, 100)).unwrap()
}

fn cell(arm: &str) -> OneCell {
    OneCell::new(setup(&OneCell::spec(), arm, &[], 100)).unwrap()
}

const LATCH: Task = Task {
    kind: Kind::Latch,
    values: 8,
};
const RECALL: Task = Task {
    kind: Kind::Recall,
    values: 8,
};

#[test]
fn a_latch_sequence_is_as_long_and_as_marked_as_described() {
    let mut rng = Rng::new(1, "test");
    for (lag, gap) in [(2, 1), (16, 6), (64, 3)] {
        for _ in 0..200 {
            let (tokens, answer) = LATCH.sequence(lag, gap, &mut rng);
            assert_eq!(tokens.len(), 2 + gap + 2 + lag + 1);
            let marks = tokens.iter().enumerate().filter(|(_, t)| **t == 16);
            let marks: Vec<usize> = marks.map(|(at, _)| at).collect();
            assert_eq!(marks, [0, gap + 2]);
            assert_eq!(tokens[gap + 3], answer);
            assert_eq!(tokens.iter().filter(|t| **t == 17).count(), 1);
            assert_eq!(tokens.last(), Some(&17));
            assert_eq!(LATCH.answer(&tokens), Some(answer));
        }
    }
}

#[test]
fn unmarked_values_do_occur_in_latch_and_never_in_recall() {
    let mut rng = Rng::new(2, "test");
    let mut counts = [0; 16];
    for _ in 0..2000 {
        let (tokens, _) = LATCH.sequence(8, 1, &mut rng);
        tokens[5..13]
            .iter()
            .for_each(|t| counts[usize::from(*t)] += 1);
        let (tokens, answer) = RECALL.sequence(8, 1, &mut rng);
        assert_eq!((tokens.len(), tokens[0]), (10, answer));
        assert!(tokens[1..9].iter().all(|t| (8..16).contains(t)));
    }
    // Uniform over values and distractors: 1000 each, within five standard deviations.
    assert!(
        counts.iter().all(|c: &i32| (c - 1000).abs() < 153),
        "{counts:?}"
    );
}

#[test]
fn no_answer_before_a_mark_and_the_last_mark_counts() {
    assert_eq!(LATCH.answer(&[3, 9, 4]), None);
    assert_eq!(LATCH.answer(&[16, 3, 4, 16]), Some(3));
    assert_eq!(LATCH.answer(&[16, 3, 16, 9, 5]), Some(3));
    assert_eq!(LATCH.answer(&[16, 3, 16, 5, 1]), Some(5));
    assert_eq!(RECALL.answer(&[9, 8]), None);
    assert_eq!(RECALL.answer(&[9, 6, 8]), Some(6));
}

#[test]
fn the_lags_of_training_end_at_the_longest() {
    assert_eq!(lags(64), [2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64]);
    assert_eq!(lags(10), [2, 3, 4, 6, 8, 10]);
    assert_eq!(lags(128).last(), Some(&128));
}

#[test]
fn the_cells_have_the_weights_counted_on_the_page() {
    let counted = [("lstm", 6824), ("gru", 5256), ("peep", 5320), ("rnn", 2120)];
    for (arm, parameters) in counted {
        assert_eq!(reach(arm, &[]).parameters(), parameters, "{arm}");
    }
}

/// Chance level at step 0, and far below it after a short training on an easy diet.
#[test]
fn every_cell_learns_the_short_lags() {
    for arm in ["lstm", "gru", "peep", "rnn"] {
        let easy = [
            ("longest", Value::Int(8)),
            ("values", Value::Int(2)),
            ("task", Value::Choice("recall".to_owned())),
        ];
        let mut run = reach(arm, &easy);
        let loss = |run: &mut Reach| run.step().0[0].1;
        let first = loss(&mut run);
        assert!((first - 1.0).abs() < 0.6, "{arm}: {first}");
        (0..120).for_each(|_| {
            loss(&mut run);
        });
        assert!(loss(&mut run) < 0.2, "{arm}");
    }
}

fn untrained(arm: &str, bias: f64) -> Memory {
    let knobs = setup(&Reach::spec(), arm, &[("forget", Value::Float(bias))], 100).knobs;
    Memory::new(LATCH, &knobs, &mut Rng::new(5, "test"))
}

/// −ln p of the answer, in f64 from the scores, after the memory before the last `left` tokens was
/// moved by `by` in one unit.
fn moved(model: &Memory, batch: &Batch, left: usize, unit: usize, by: f32) -> f64 {
    let (plain, hidden) = (nn::plain(), model.hidden());
    let mut state = LstmState::zero(1, hidden);
    for (t, token) in batch.tokens.iter().enumerate() {
        if t + left == batch.tokens.len() {
            let mut nudge = vec![0.0; hidden];
            nudge[unit] = by;
            let nudge = Tensor::from_data(TensorData::new(nudge, [1, hidden]), &plain);
            state.c = state.c + nudge;
            // A cell with one state keeps it in both places.
            if matches!(model.cell, Cell::Gru(_) | Cell::Rnn(_)) {
                state.h = state.c.clone();
            }
        }
        state = model.step(&[*token], state, &plain);
    }
    let scores = nn::store::values(model.head.forward(state.h));
    let total: f64 = scores.iter().map(|z| f64::from(*z).exp()).sum();
    total.ln() - f64::from(scores[usize::from(batch.answers[0])])
}

#[test]
fn the_gradient_by_the_memory_is_the_difference_quotient_of_the_loss() {
    const STEP: f32 = 0.02;
    for arm in ["lstm", "gru", "peep", "rnn"] {
        let model = untrained(arm, 1.0);
        let batch = LATCH.batch(4, 2, 1, &mut Rng::new(6, "test"));
        let found = model.gradient(&batch).whole;
        assert_eq!(found.len(), batch.tokens.len() - 1);
        let plain = model.valid();
        for left in [1, 3, 6] {
            let quotient = |unit| {
                let above = moved(&plain, &batch, left, unit, STEP);
                (above - moved(&plain, &batch, left, unit, -STEP)) / f64::from(2.0 * STEP)
            };
            let norm = (0..32).map(|u| quotient(u).powi(2)).sum::<f64>().sqrt();
            let got = found[left - 1];
            assert!(
                (got / norm - 1.0).abs() < 0.02,
                "{arm}, {left} before the end: {got}, not {norm}"
            );
        }
    }
}

#[test]
fn along_the_memory_line_the_gradient_fades_as_the_forget_bias_says() {
    for bias in [-2.0, 0.0, 1.0, 2.0, 3.0] {
        let batch = LATCH.batch(32, 3, 8, &mut Rng::new(6, "test"));
        let found = untrained("lstm", bias).gradient(&batch);
        assert_eq!(found.line.len(), found.whole.len());
        assert!((found.line[0] / found.whole[0] - 1.0).abs() < 1e-6);
        // σ(b) a token; the inputs move the untrained gates about a little.
        let keep: f64 = 1.0 / (1.0 + f64::exp(-bias));
        let a_token = |norms: &[f64]| (norms[24] / norms[4]).powf(1.0 / 20.0);
        let (line, whole) = (a_token(&found.line), a_token(&found.whole));
        assert!(
            (line - keep).abs() < 0.03,
            "bias {bias}: {line}, not {keep}"
        );
        // The other ways carry more than the line: by the gates and the candidate.
        assert!(
            whole > line,
            "bias {bias}: {whole} a token, {line} along the line"
        );
    }
}

fn stages(cell: &OneCell, input: &[Input]) -> Stages {
    match cell.probe("cell", input).unwrap() {
        Figure::Stages(stages) => stages,
        other => panic!("{other:?}"),
    }
}

/// What the last stage of a sequence says as the answer.
fn said(cell: &OneCell, input: &[Input]) -> String {
    let stages = stages(cell, input);
    match &stages.stages.last().unwrap().figure {
        Figure::Graph(graph) => graph.nodes[15].value.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_cell_set_by_hand_is_right_on_every_sequence() {
    let cell = cell("by-hand");
    // All sequences of five tokens before the question.
    for n in 0..4u32.pow(5) {
        let mut row: Vec<u32> = (0..5).map(|k| n / 4u32.pow(k) % 4).collect();
        row.push(3);
        let last = row.iter().rev().find(|w| **w < 2).copied();
        let said = said(&cell, &[Input::Words(row.clone())]);
        match last {
            None => assert!(said.contains("undecided"), "{row:?}: {said}"),
            Some(_) => assert!(said.ends_with(": right"), "{row:?}: {said}"),
        }
    }
}

#[test]
fn the_exercise_on_forced_gates_comes_out_as_marked() {
    let cell = cell("by-hand");
    let row = Input::Words(vec![0, 2, 2, 1, 3]);
    let dial = |id, value| Input::Dial { id, value };
    // One unit, four gates a token: the forget and input gates of the fourth token.
    let (f, i) = (12, 13);
    let answer = |inputs: Vec<Input>| said(&cell, &[vec![row.clone()], inputs].concat());
    assert_eq!(answer(vec![]), "−, 100 %: right");
    let kept = answer(vec![dial(f, 1.0), dial(i, 0.0)]);
    assert!(kept.starts_with("+, 100 %: wrong"), "{kept}");
    // The forget gate alone: the two add up to about nothing.
    assert!(answer(vec![dial(f, 1.0)]).contains("undecided"));
}

#[test]
fn the_cell_is_shown_seven_steps_a_token_with_its_true_numbers() {
    let cell = cell("by-hand");
    let stages = stages(&cell, &[Input::Words(vec![0, 3])]);
    assert_eq!(stages.stages.len(), 14);
    assert!(stages.pick.is_none());
    let says = |k: usize| stages.stages[k].says.as_str();
    // σ(−6) = 0.0025, σ(6) = 0.9975, tanh 3 = 0.9951; C = 0.9926, and tanh C = 0.7585.
    assert!(says(1).ends_with("f = 0.00."), "{}", says(1));
    assert!(
        says(5).ends_with("0.00 + 1.00 × 1.00 = 0.99."),
        "{}",
        says(5)
    );
    // Two tokens on: C = 0.9975 · 0.9926 = 0.9902, shown 0.9975 · tanh C = 0.7555.
    assert!(
        says(13).ends_with("1.00 × tanh 0.99 = 0.76."),
        "{}",
        says(13)
    );
}

#[test]
fn the_trained_cell_is_the_layer_that_was_trained() {
    let mut cell = cell("trained");
    (0..200).for_each(|_| {
        cell.step();
    });
    // The plain numbers of the figure, against the evaluation by the layer itself.
    let (metrics, _) = (0..)
        .map(|part| cell.evaluate(part))
        .find(|(_, progress)| *progress == lab::Progress::Done)
        .unwrap();
    assert!(metrics.0[0].1 > 0.95, "{metrics:?}");
    for row in [
        vec![0, 2, 1, 2, 3],
        vec![1, 3, 2, 0, 3],
        vec![0, 2, 2, 2, 2, 2, 3],
    ] {
        let said = said(&cell, &[Input::Words(row.clone())]);
        assert!(said.ends_with(": right"), "{row:?}: {said}");
    }
    assert_eq!(stages(&cell, &[]).pick.unwrap().options.len(), 4);
}

#[test]
fn impossible_sequences_are_refused_in_words() {
    let lstm = reach("lstm", &[]);
    let cell = cell("by-hand");
    let refused = |run: &dyn Experiment2, probe: &str, words: Vec<u32>| {
        run.ask(probe, &[Input::Words(words)]).unwrap_err()
    };
    for probe in ["own", "strips"] {
        assert!(refused(&lstm, probe, vec![]).contains("at least one"));
        assert!(refused(&lstm, probe, vec![9; 129]).contains("129 tokens"));
        assert!(refused(&lstm, probe, vec![18]).contains("no token number 18"));
    }
    assert!(refused(&cell, "cell", vec![]).contains("at least one"));
    assert!(refused(&cell, "cell", vec![2; 13]).contains("13 tokens"));
    assert!(refused(&cell, "cell", vec![4]).contains("no token number 4"));
    let few = reach("lstm", &[("values", Value::Int(4))]);
    let why = refused(&few, "own", vec![16, 6]);
    assert!(why.contains("A to D") && why.contains("“G”"), "{why}");
    // What it does know is read, whatever the number of values.
    assert!(few.ask("own", &[Input::Words(vec![16, 3, 15, 17])]).is_ok());
}

/// Probes of both labs under one face.
trait Experiment2 {
    fn ask(&self, probe: &str, input: &[Input]) -> Result<Figure, String>;
}

impl<E: Experiment> Experiment2 for E {
    fn ask(&self, probe: &str, input: &[Input]) -> Result<Figure, String> {
        self.probe(probe, input).map_err(|e| e.0)
    }
}

#[test]
fn the_answer_outlined_is_the_right_one_at_every_token() {
    let lstm = reach("lstm", &[]);
    let row = vec![3, 16, 0, 5, 16, 2, 4];
    let Figure::Heatmap(figure) = lstm.probe("own", &[Input::Words(row)]).unwrap() else {
        panic!("another figure");
    };
    let outlined = [(0, 2), (0, 3), (0, 4), (2, 5), (2, 6)];
    assert_eq!(figure.outlined, outlined);
    for column in 0..7 {
        let total: f32 = (0..8).map(|row| figure.values[row * 7 + column]).sum();
        assert!((total - 1.0).abs() < 1e-4);
    }
}
