//! What only the character labs do: reading, writing, a text of the reader's own.

use lab::{Figure, FromTrainer, Input, Reason, Run, Session, Turn, Value, figure::Texts};
use papers::PAPERS;
use std::collections::BTreeMap;

fn run(arm: &str, knobs: &[(&str, Value)]) -> Run {
    Run {
        lab: "char-rnn".to_owned(),
        arm: arm.to_owned(),
        preset: "default".to_owned(),
        knobs: knobs
            .iter()
            .map(|(id, value)| ((*id).to_owned(), value.clone()))
            .collect(),
        seed: 100,
        turns: Vec::new(),
    }
}

fn start(run: Run, text: Option<&str>) -> Result<Session, Reason> {
    let input = text.map(|t| Input::Text(t.to_owned()));
    Session::new(PAPERS, run, input, BTreeMap::new(), None)
}

fn train(session: &mut Session, until: u64) -> Vec<FromTrainer> {
    session.play(until);
    while session.has_work() {
        session.work();
    }
    let mut messages = Vec::new();
    session.report(0, &mut messages);
    messages
}

fn loss(session: &Session, step: u64) -> f64 {
    session.history().at("loss", step).expect("a loss")
}

fn own() -> (String, Value) {
    ("corpus".to_owned(), Value::Choice("yours".to_owned()))
}

#[test]
fn both_arms_learn_within_sixty_steps() {
    for arm in ["lstm", "rnn"] {
        let mut session = start(run(arm, &[]), None).unwrap();
        train(&mut session, 60);
        let (first, last) = (loss(&session, 1), loss(&session, 60));
        // Untrained, a guess among 21 characters costs log₂ 21 = 4.39 bits.
        assert!((first - 21f64.log2()).abs() < 0.2, "{arm}: {first}");
        assert!(last < 2.2, "{arm}: {last}");
    }
}

#[test]
fn every_optimiser_and_two_layers_learn() {
    let choice = |id: &str| Value::Choice(id.to_owned());
    let cases = [
        vec![("optimiser", choice("rmsprop")), ("lr", Value::Float(2e-3))],
        vec![("optimiser", choice("adagrad")), ("lr", Value::Float(0.1))],
        vec![("layers", Value::Int(2)), ("dropout", Value::Float(0.1))],
    ];
    for knobs in cases {
        let mut session = start(run("lstm", &knobs), None).unwrap();
        train(&mut session, 60);
        assert!(
            loss(&session, 60) < 3.0,
            "{knobs:?}: {}",
            loss(&session, 60)
        );
    }
}

#[test]
fn a_text_of_the_readers_own_is_learnt() {
    let text = "The rain it raineth every day, und der Regen f\u{e4}llt. ".repeat(80);
    let own = run("lstm", &[("corpus", own().1)]);
    let mut session = start(own, Some(&text)).unwrap();
    train(&mut session, 60);
    assert!(
        loss(&session, 60) < 0.5 * loss(&session, 1),
        "{}",
        loss(&session, 60)
    );
    assert!(session.history().at("bpc", 50).is_some());
    // It has no brackets and no generator: what they measure is not there, rather than wrong.
    assert_eq!(session.history().at("closer", 50), None);
    assert_eq!(session.history().at("excess", 50), None);
}

#[test]
fn a_text_that_cannot_be_learnt_is_refused_with_the_reason() {
    let refused = |text: Option<&str>| match start(run("lstm", &[("corpus", own().1)]), text)
        .err()
        .expect("refused")
    {
        Reason::Failed(why) => why,
        other => panic!("{other}"),
    };
    assert!(refused(None).contains("no text of yours"));
    assert!(refused(Some("")).contains("0 bytes"));
    assert!(refused(Some("too short")).contains("at least 2000"));
    assert!(refused(Some(&"a".repeat(10_000_000))).contains("at most 500000"));
}

fn samples(session: &Session, input: &[Input]) -> Texts {
    match session.experiment().probe("samples", input).unwrap() {
        Figure::Texts(texts) => texts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn writing_goes_on_from_the_readers_beginning() {
    let mut session = start(run("lstm", &[]), None).unwrap();
    train(&mut session, 20);
    let texts = samples(&session, &[Input::Text("(ab \u{e9}".to_owned())]);
    assert_eq!(texts.pieces.len(), 3);
    for piece in &texts.pieces {
        assert!(piece.text.starts_with("(ab "), "{}", piece.text);
        assert_eq!(piece.given, 4);
        assert!(
            piece.title.ends_with("left out, not in its text: \u{e9}"),
            "{}",
            piece.title
        );
        for (from, until) in &piece.wrong {
            let closer = &piece.text[*from as usize..*until as usize];
            assert!([")", "]", "}"].contains(&closer), "{closer}");
        }
    }
    let unreadable = [Input::Text("\u{e9}\u{e9}".to_owned())];
    let error = session
        .experiment()
        .probe("samples", &unreadable)
        .unwrap_err();
    assert!(error.0.contains("abcdef"), "{error}");
}

#[test]
fn the_temperature_changes_the_reading_and_never_the_weights() {
    let turn = Turn {
        step: 5,
        knob: "temperature".to_owned(),
        value: Value::Float(1.9),
    };
    let mut warm = start(
        Run {
            turns: vec![turn],
            ..run("lstm", &[])
        },
        None,
    )
    .unwrap();
    let mut plain = start(run("lstm", &[]), None).unwrap();
    train(&mut warm, 10);
    train(&mut plain, 10);
    assert_eq!(warm.checkpoint(), plain.checkpoint());
    let (a, b) = (samples(&warm, &[]), samples(&plain, &[]));
    assert_eq!(a.pieces[0], b.pieces[0]);
    assert_ne!(a.pieces[1].text, b.pieces[1].text);
    assert_eq!(a.pieces[2], b.pieces[2]);
}

#[test]
fn a_turn_in_the_middle_acts_from_its_step_on() {
    let turn = Turn {
        step: 5,
        knob: "lr".to_owned(),
        value: Value::Float(0.1),
    };
    let mut turned = start(
        Run {
            turns: vec![turn],
            ..run("lstm", &[])
        },
        None,
    )
    .unwrap();
    let mut plain = start(run("lstm", &[]), None).unwrap();
    train(&mut turned, 8);
    train(&mut plain, 8);
    // The sixth step is the first at the new rate; its loss was measured before it acted.
    assert_eq!(loss(&turned, 6).to_bits(), loss(&plain, 6).to_bits());
    assert_ne!(loss(&turned, 7).to_bits(), loss(&plain, 7).to_bits());
}

#[test]
fn guesses_are_probabilities_and_the_cells_can_be_picked() {
    let mut session = start(run("lstm", &[]), None).unwrap();
    train(&mut session, 20);
    let probe = |id: &str, input: &[Input]| session.experiment().probe(id, input).unwrap();
    let Figure::Heatmap(next) = probe("next", &[Input::Text("(ab)".to_owned())]) else {
        panic!()
    };
    assert_eq!(next.columns, ["(", "a", "b", ")"]);
    for column in 0..4 {
        let guesses: Vec<f32> = (0..next.rows.len())
            .map(|row| next.values[row * 4 + column])
            .collect();
        assert!(guesses.is_sorted_by(|a, b| a >= b), "{guesses:?}");
        assert!(guesses.iter().sum::<f32>() <= 1.0 + 1e-5, "{guesses:?}");
    }
    let Figure::Tokens(cells) = probe("cells", &[Input::Pick(41)]) else {
        panic!()
    };
    let pick = cells.pick.unwrap();
    assert_eq!(pick.chosen, 41);
    assert_eq!(pick.options.len(), 96);
    assert!(
        pick.options[0].note.contains("best with"),
        "{}",
        pick.options[0].note
    );
    assert!(
        cells.strips[0].label.starts_with("cell 41"),
        "{}",
        cells.strips[0].label
    );
    assert!(cells.strips[0].values.iter().all(|v| v.abs() <= 1.0));
    let Figure::Histogram(gates) = probe("gates", &[]) else {
        panic!()
    };
    assert_eq!(gates.groups.len(), 3);
    assert!(
        gates
            .groups
            .iter()
            .all(|g| g.counts.iter().sum::<u32>() == 600 * 96)
    );
}
