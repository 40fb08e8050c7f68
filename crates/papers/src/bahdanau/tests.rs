//! The language, the network and the beam against what they must do.

use super::{
    decoding::{beam, beam_of, greedy},
    knobs,
    language::{CLASSES, Class, END, Grammar, NE, Sentence, class},
    model::Translator,
    run::{Run, loss},
    spec,
};
use crate::differences;
use burn::{
    module::Module,
    tensor::{Tensor, TensorData},
};
use lab::{Figure, Input, Knobs, Rng, Setup, Value};
use nn::{init, store};
use std::collections::BTreeMap;

fn knobs_of(arm: usize, set: &[(String, Value)]) -> Knobs {
    let spec = spec::spec();
    Knobs::resolve(&spec, &spec.presets[0], &spec.arms[arm], set).unwrap()
}

fn run(arm: usize) -> Run {
    Run::new(&Setup {
        knobs: knobs_of(arm, &[]),
        rng: Rng::new(100, "run"),
        steps: 100,
        input: None,
        files: BTreeMap::new(),
    })
}

fn some(length: usize, n: usize) -> Vec<Sentence> {
    let grammar = Grammar::new(&knobs_of(0, &[]));
    let mut rng = Rng::new(5, "some");
    (0..n).map(|_| grammar.draw(length, &mut rng)).collect()
}

#[test]
fn every_word_comes_from_its_source_and_phrases_turn_round() {
    for sentence in some(9, 200) {
        assert_eq!(sentence.source.len(), 9);
        assert_eq!(sentence.target.len(), sentence.from.len());
        for (place, word) in sentence.source.iter().enumerate() {
            let from = |at: &usize| *at == place;
            let words = sentence.from.iter().filter(|at| from(at)).count();
            assert_eq!(words, if class(*word) == Class::Verb { 2 } else { 1 });
            // An adjective is written directly after what follows it in the source.
            if class(*word) == Class::Adjective {
                let at = sentence.from.iter().position(from).unwrap();
                assert_eq!(sentence.from[at - 1], place + 1);
            }
        }
        // Verbs keep their places: between them, nothing is exchanged.
        let verbs: Vec<usize> = (0..sentence.target.len())
            .filter(|i| sentence.target[*i] == NE)
            .map(|i| sentence.from[i])
            .collect();
        assert!(verbs.is_sorted());
    }
}

#[test]
fn a_sentence_by_hand() {
    let grammar = Grammar::new(&knobs_of(0, &[]));
    // Adjective 12, adjective 20, noun 3, verb 27.
    let sentence = grammar.translate(&[12, 20, 3, 27]);
    assert_eq!(sentence.from, [2, 1, 0, 3, 3]);
    assert_eq!(sentence.target[3], NE);
    let name = |w: usize| grammar.translate(&[w]).target;
    assert_eq!(sentence.target[..3], [name(3)[0], name(20)[0], name(12)[0]]);
    // Adjectives without a noun keep their order.
    assert_eq!(grammar.translate(&[12, 20, 27, 13]).from, [0, 1, 2, 2, 3]);
}

#[test]
fn gradients_of_every_kind_of_network_agree_with_differences() {
    let small = (knobs::HIDDEN.id().to_owned(), Value::Int(8));
    let scorer = |kind| vec![small.clone(), knobs::SCORER.pick(kind)];
    for (arm, set) in [
        (0, scorer("additive")),
        (0, scorer("dot")),
        (0, scorer("uniform")),
        (1, vec![small.clone()]),
    ] {
        let model = Translator::new(&knobs_of(arm, &set), &mut Rng::new(3, "weights"));
        let sentences = some(4, 3);
        differences::agree(&model, 2e-2, |m| loss(m, &sentences, false));
    }
}

#[test]
fn attention_by_hand() {
    let small = [(knobs::HIDDEN.id().to_owned(), Value::Int(8))];
    let model = Translator::new(&knobs_of(0, &small), &mut Rng::new(4, "weights")).valid();
    let scorer = model.scorer.as_ref().unwrap();
    let mut rng = Rng::new(9, "hand");
    let (keys, state) = (
        init::uniform(24, 1.0, &mut rng),
        init::uniform(8, 1.0, &mut rng),
    );
    let of = |v: &[f32], shape: [usize; 2]| {
        Tensor::<2>::from_data(TensorData::new(v.to_vec(), shape), &nn::plain())
    };
    let scores = scorer.scores(&of(&keys, [3, 8]).reshape([3, 1, 8]), &of(&state, [1, 8]));
    let weights = store::values(nn::softmax(scores));
    let w = store::values(scorer.query.as_ref().unwrap().val());
    let v = store::values(scorer.v.as_ref().unwrap().val());
    let e: Vec<f64> = (0..3)
        .map(|j| {
            (0..8)
                .map(|k| {
                    let q: f32 = (0..8).map(|i| state[i] * w[i * 8 + k]).sum();
                    f64::from(v[k]) * f64::from(q + keys[j * 8 + k]).tanh()
                })
                .sum()
        })
        .collect();
    let sum: f64 = e.iter().map(|x| x.exp()).sum();
    for (got, want) in weights.iter().zip(e.iter().map(|x| x.exp() / sum)) {
        assert!((f64::from(*got) - want).abs() < 1e-5, "{got} {want}");
    }
}

#[test]
fn teaching_and_decoding_are_the_same_network() {
    for arm in [0, 1] {
        let run = run(arm);
        let sentence = &some(5, 1)[0];
        let model = run.model.valid();
        let output = &greedy(&model, &[&sentence.source], 12, &BTreeMap::new())[0];
        let own = Sentence {
            source: sentence.source.clone(),
            target: output.words.clone(),
            from: Vec::new(),
        };
        // The mean over the words that were written; the end is among them if it came.
        let mean = f64::from(store::values(loss(&run.model, &[own], false))[0]);
        if output.ended {
            let want = -output.log_p / (output.words.len() + 1) as f64;
            assert!((mean - want).abs() < 1e-4, "{mean} {want}");
        } else {
            assert!(mean > -output.log_p / (output.words.len() + 1) as f64);
        }
    }
}

#[test]
fn a_beam_of_one_is_greedy() {
    for arm in [0, 1] {
        let mut run = run(arm);
        for _ in 0..30 {
            run.step();
        }
        let model = run.model.valid();
        for sentence in some(4, 10) {
            let output = &greedy(&model, &[&sentence.source], 12, &BTreeMap::new())[0];
            let tree = beam_of(&model, &sentence.source, 1, 12);
            let mut words = tree.path(tree.answer);
            words.retain(|w| *w != END);
            assert_eq!(words, output.words);
            let log_p = tree.branches[tree.answer.unwrap()].log_p;
            assert!((log_p - output.log_p).abs() < 1e-5);
        }
    }
}

/// Probabilities of three symbols (the last one ends) that depend on the whole beginning.
fn toy(beginning: &[usize]) -> Vec<f64> {
    let seed = beginning.iter().fold(1, |s, w| s * 7 + *w as u64 + 1);
    let mut rng = Rng::new(seed, "toy");
    let weights: Vec<f64> = (0..3).map(|_| rng.uniform(0.05, 1.0)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| (w / sum).ln()).collect()
}

#[test]
fn a_wide_beam_finds_what_trying_everything_finds() {
    let search = |width| {
        let tree = beam(Vec::new(), width, 4, 2, |open| {
            open.iter()
                .map(|(last, before): &(Option<usize>, Vec<usize>)| {
                    let mut beginning = before.clone();
                    beginning.extend(last);
                    let log_p = toy(&beginning);
                    (beginning, log_p)
                })
                .collect()
        });
        tree.branches[tree.answer.unwrap()].log_p
    };
    fn all(beginning: &mut Vec<usize>, log_p: f64, best: &mut f64) {
        for (word, p) in toy(beginning).into_iter().enumerate() {
            if word == 2 {
                *best = best.max(log_p + p);
            } else if beginning.len() < 3 {
                beginning.push(word);
                all(beginning, log_p + p, best);
                beginning.pop();
            }
        }
    }
    let mut best = f64::MIN;
    all(&mut Vec::new(), 0.0, &mut best);
    assert!((search(81) - best).abs() < 1e-9, "{} {best}", search(81));
    assert!(search(1) <= best + 1e-9);
}

#[test]
fn a_forced_row_moves_its_attention_and_what_follows() {
    let run = run(0);
    let own = Input::Words(vec![14, 3, 27, 5]);
    let Figure::Heatmap(figure) = run
        .probe("alignment", &[own, Input::Cell { row: 0, column: 2 }])
        .unwrap()
    else {
        panic!("no heatmap")
    };
    assert_eq!(figure.values[..4], [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(figure.outlined[..2], [(0, 1), (1, 0)]);
}

#[test]
fn a_look_at_one_word_is_its_row_of_the_alignment() {
    let run = run(0);
    let own = Input::Words(vec![14, 3, 27, 5]);
    let Figure::Heatmap(all) = run.probe("alignment", std::slice::from_ref(&own)).unwrap() else {
        panic!("no heatmap")
    };
    let Figure::Tokens(one) = run.probe("look", &[own.clone(), Input::Pick(1)]).unwrap() else {
        panic!("no tokens")
    };
    assert_eq!(one.strips[0].values[..], all.values[4..8]);
    // A pick from a longer translation falls on the last word of this one.
    assert!(run.probe("look", &[own, Input::Pick(99)]).is_ok());
}

#[test]
fn what_cannot_be_translated_is_refused_in_words() {
    let run = run(0);
    for (words, says) in [
        (Vec::new(), "at least one"),
        (vec![1; 31], "at most 30"),
        (vec![36], "no word number 36"),
    ] {
        for probe in ["alignment", "look", "translation", "beam"] {
            let error = run
                .probe(probe, &[Input::Words(words.clone())])
                .unwrap_err();
            assert!(error.0.contains(says), "{error}");
        }
    }
    assert!(run.probe("beam", &[Input::Words(vec![12; 30])]).is_ok());
}

#[test]
fn frozen_scores_do_not_learn() {
    let model = run(0).model;
    let got = differences::gradients(&*model, loss(&model, &some(4, 3), true));
    assert!(got.tensors["scorer.keys"].data.iter().all(|g| *g == 0.0));
    assert!(got.tensors["out.weight"].data.iter().any(|g| *g != 0.0));
    assert_eq!(CLASSES, 39);
}
