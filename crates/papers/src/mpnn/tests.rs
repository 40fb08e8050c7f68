//! The network against what it must do whatever it has learnt.

use super::{
    batch::{Batch, Kinds},
    data,
    model::{BLEND, Message, Mpnn, Plan, Readout},
    molecule::{Molecule, Target},
    ridge, run, spec,
};
use crate::differences;
use burn::tensor::Tensor;
use lab::{Checkpoint, Rng};
use nn::{plain, store};

fn plans() -> Vec<Plan> {
    let plan = |message, readout| Plan {
        width: 6,
        rounds: 2,
        message,
        readout,
    };
    vec![
        plan(Message::Matrix(Kinds::Two), Readout::Sum),
        plan(Message::Matrix(Kinds::Virtual), Readout::Mean),
        plan(Message::Matrix(Kinds::Bins), Readout::One),
        plan(Message::EdgeNetwork, Readout::Set2Set(3)),
    ]
}

fn some(n: usize) -> Vec<Molecule> {
    let mut rng = Rng::new(9, "molecules");
    (0..n).map(|_| Molecule::random(true, &mut rng)).collect()
}

fn answers(model: &Mpnn, plan: Plan, molecules: &[&Molecule]) -> Vec<f32> {
    use burn::module::Module;
    let batch = Batch::new(molecules, plan.message.kinds(), &plain());
    store::values(model.valid().forward(plan, &batch))
}

fn close(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .for_each(|(a, b)| assert!((a - b).abs() < 1e-5, "{a} {b}"));
}

#[test]
fn company_changes_nothing() {
    let molecules = some(5);
    let all: Vec<&Molecule> = molecules.iter().collect();
    for plan in plans() {
        let model = Mpnn::new(plan, &mut Rng::new(1, "weights"));
        let together = answers(&model, plan, &all);
        let alone: Vec<f32> = all
            .iter()
            .flat_map(|m| answers(&model, plan, &[m]))
            .collect();
        close(&together, &alone);
    }
}

#[test]
fn an_atom_alone_hears_nothing_and_is_answered_for() {
    let alone = Molecule::new(vec![0], &[]);
    for plan in plans() {
        let model = Mpnn::new(plan, &mut Rng::new(1, "weights"));
        assert!(answers(&model, plan, &[&alone])[0].is_finite());
    }
}

#[test]
fn numbering_changes_nothing() {
    let mut rng = Rng::new(4, "order");
    for molecule in some(8) {
        let n = molecule.atoms.len();
        let mut order: Vec<usize> = (0..n).collect();
        rng.shuffle(&mut order);
        let mut other = molecule.clone();
        order
            .iter()
            .enumerate()
            .for_each(|(old, new)| other.atoms[*new] = molecule.atoms[old]);
        for bond in &mut other.bonds {
            let (a, b) = (order[bond.a], order[bond.b]);
            (bond.a, bond.b) = (a.min(b), a.max(b));
        }
        // The one atom is a choice among equals by number: it is left out.
        for plan in plans().into_iter().filter(|p| p.readout != Readout::One) {
            let model = Mpnn::new(plan, &mut Rng::new(1, "weights"));
            close(
                &answers(&model, plan, &[&molecule]),
                &answers(&model, plan, &[&other]),
            );
        }
    }
}

#[test]
fn a_message_goes_one_bond_a_round_and_no_further() {
    let plan = Plan {
        width: 5,
        rounds: 3,
        message: Message::Matrix(Kinds::Two),
        readout: Readout::Sum,
    };
    let model = Mpnn::new(plan, &mut Rng::new(1, "weights"));
    let chain = |first: usize| {
        Molecule::new(
            [vec![first], vec![0; 5]].concat(),
            &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)],
        )
    };
    let states = |m: &Molecule| -> Vec<Vec<f32>> {
        use burn::module::Module;
        let batch = Batch::new(&[m], Kinds::Two, &plain());
        let trace = model.valid().trace(plan, &batch);
        trace.states.into_iter().map(store::values).collect()
    };
    let (a, b) = (states(&chain(0)), states(&chain(3)));
    for (t, (a, b)) in a.iter().zip(&b).enumerate() {
        for v in 0..6 {
            let same = a[v * 5..v * 5 + 5] == b[v * 5..v * 5 + 5];
            assert_eq!(same, v > t, "atom {v} after round {t}");
        }
    }
}

#[test]
fn what_is_looked_at_is_what_answers() {
    // Round by round with everything kept, against all rounds as one operation.
    use burn::module::Module;
    for plan in plans() {
        let model = Mpnn::new(plan, &mut Rng::new(1, "weights"));
        for molecule in &some(3) {
            let batch = Batch::new(&[molecule], plan.message.kinds(), &plain());
            let resting = model.valid();
            let states = resting.trace(plan, &batch).states;
            let (first, last) = (states[0].clone(), states[states.len() - 1].clone());
            let looked_at = resting.answer(plan.readout, last, first, &batch);
            close(
                &store::values(looked_at),
                &answers(&model, plan, &[molecule]),
            );
        }
    }
}

#[test]
fn an_edge_network_is_a_matrix_for_every_bond() {
    // Eq. 1 as it is written: A(e) made for every pair, by loops, against the product of all.
    use burn::module::Module;
    let plan = Plan {
        width: 4,
        rounds: 1,
        message: Message::EdgeNetwork,
        readout: Readout::Sum,
    };
    let model = Mpnn::new(plan, &mut Rng::new(2, "weights")).valid();
    let molecule = &some(1)[0];
    let n = molecule.atoms.len();
    let batch = Batch::new(&[molecule], Kinds::One, &plain());
    let trace = model.trace(plan, &batch);
    let h = store::values(trace.states[0].clone());
    let w = store::values(model.matrices.val());
    let [first, second] = model.edge.clone().unwrap();
    let mut want = vec![0.0f32; n * 4];
    let mut lengths = vec![0.0f32; n * n];
    for bond in &molecule.bonds {
        let vector = vec![
            ((bond.length - 1.41) / 0.04) as f32,
            f32::from(u8::from(bond.ring)),
        ];
        let vector =
            Tensor::<2>::from_data(burn::tensor::TensorData::new(vector, [1, 2]), &plain());
        let phi = store::values(second.forward(first.forward(vector).tanh()));
        for (v, u) in [(bond.a, bond.b), (bond.b, bond.a)] {
            let mut message = [0.0f32; 4];
            for (i, m) in message.iter_mut().enumerate() {
                for j in 0..4 {
                    let a: f32 = (0..BLEND)
                        .map(|k| 0.5 * phi[k] * w[(k * 4 + j) * 4 + i])
                        .sum();
                    *m += a * h[u * 4 + j];
                }
                want[v * 4 + i] += *m;
            }
            lengths[v * n + u] = message.iter().map(|m| m * m).sum::<f32>().sqrt();
        }
    }
    close(&store::values(trace.messages[0].clone()), &lengths);
    let want = Tensor::<2>::from_data(burn::tensor::TensorData::new(want, [n, 4]), &plain());
    let projected = model.update.project(want);
    let start = trace.states[0].clone();
    close(
        &store::values(model.update.step(projected, start)),
        &store::values(trace.states[1].clone()),
    );
}

#[test]
fn the_references_are_as_measured() {
    for (lengths, constant, counted) in [
        (false, spec::CONSTANT, spec::RIDGE),
        (true, spec::CONSTANT_LENGTHS, spec::RIDGE_LENGTHS),
    ] {
        let data = data::make(lengths, Target::Gap, data::TRAIN);
        let (c, r) = (ridge::constant(&data), ridge::error(&data, 1.0));
        assert!((c - constant).abs() < 1e-6, "constant {c:.6}, ridge {r:.6}");
        assert!((r - counted).abs() < 1e-6, "constant {c:.6}, ridge {r:.6}");
    }
}

/// The model with its rectifiers open on everything: a difference must not reach across a kink.
fn lifted(model: Mpnn) -> Mpnn {
    let mut weights = Checkpoint::default();
    store::save(&model, "m", &mut weights);
    let bias = weights.tensors.get_mut("m.last.0.bias").unwrap();
    bias.data.iter_mut().for_each(|b| *b += 3.0);
    store::Loading::new(&weights).model("m", model).unwrap()
}

#[test]
fn gradients_of_every_kind_of_network_agree_with_differences() {
    let molecules = some(4);
    let all: Vec<&Molecule> = molecules.iter().collect();
    for plan in plans() {
        let model = Mpnn::new(plan, &mut Rng::new(2, "weights"));
        let batch = Batch::new(&all, plan.message.kinds(), &nn::training());
        differences::agree(&lifted(model), 2e-2, |m| {
            let off = m.forward(plan, &batch) - 1.0;
            (off.clone() * off).mean()
        });
    }
}

#[test]
fn a_third_of_a_padded_batch_would_be_padding() {
    // The number on the page.
    let molecules = data::make(false, Target::Gap, data::TRAIN).train;
    let (mut atoms, mut rows) = (0, 0);
    for batch in molecules.chunks(run::BATCH) {
        let sizes = batch.iter().map(|m| m.atoms.len());
        atoms += sizes.clone().sum::<usize>();
        rows += batch.len() * sizes.max().unwrap_or(0);
    }
    let padding = 1.0 - atoms as f64 / rows as f64;
    assert!((0.30..0.37).contains(&padding), "{padding:.3}");
}
