//! What counting achieves: ridge regression on how many atoms and bonds of each kind a molecule has.

use super::{
    data::Data,
    molecule::{ELEMENTS, Molecule},
};

/// Counts of elements, then of bonds by their two elements and ring, then 1.
fn counts(molecule: &Molecule) -> Vec<f64> {
    let e = ELEMENTS.len();
    let mut counts = vec![0.0; e + 2 * e * e + 1];
    for atom in &molecule.atoms {
        counts[*atom] += 1.0;
    }
    for bond in &molecule.bonds {
        let (a, b) = (molecule.atoms[bond.a], molecule.atoms[bond.b]);
        counts[e + (a.min(b) * e + a.max(b)) * 2 + usize::from(bond.ring)] += 1.0;
    }
    *counts.last_mut().expect("the constant") = 1.0;
    counts
}

/// Mean absolute error on the test, in |β|, of ridge regression with penalty λ.
pub fn error(data: &Data, lambda: f64) -> f64 {
    let rows: Vec<Vec<f64>> = data.train.iter().map(counts).collect();
    let width = rows[0].len();
    let mut matrix = vec![0.0; width * width];
    let mut right = vec![0.0; width];
    for (row, y) in rows.iter().zip(&data.train_values) {
        for i in 0..width {
            right[i] += row[i] * y;
            for j in 0..width {
                matrix[i * width + j] += row[i] * row[j];
            }
        }
    }
    (0..width).for_each(|i| matrix[i * width + i] += lambda);
    let weights = solve(matrix, right);
    let miss = |(m, y): (&Molecule, &f64)| {
        let guess: f64 = counts(m).iter().zip(&weights).map(|(c, w)| c * w).sum();
        (guess - y).abs()
    };
    data.test
        .iter()
        .zip(&data.test_values)
        .map(miss)
        .sum::<f64>()
        / data.test.len() as f64
}

/// Mean absolute error on the test of the training set's mean.
pub fn constant(data: &Data) -> f64 {
    let miss = |y: &f64| (data.scale.0 - y).abs();
    data.test_values.iter().map(miss).sum::<f64>() / data.test.len() as f64
}

/// A·x = b for a positive definite A, by Gaussian elimination.
fn solve(mut a: Vec<f64>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for p in 0..n {
        for i in p + 1..n {
            let f = a[i * n + p] / a[p * n + p];
            for j in p..n {
                a[i * n + j] -= f * a[p * n + j];
            }
            b[i] -= f * b[p];
        }
    }
    for p in (0..n).rev() {
        let known: f64 = (p + 1..n).map(|j| a[p * n + j] * b[j]).sum();
        b[p] = (b[p] - known) / a[p * n + p];
    }
    b
}
