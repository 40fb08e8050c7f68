//! Hückel's theory of π electrons: the smallest quantum chemistry there is, solved exactly.
//!
//! Energies are in units of |β|, measured from α downwards: since β < 0, the *largest* eigenvalue
//! here is the lowest level.

/// A symmetric matrix, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Symmetric {
    /// Its values.
    pub values: Vec<f64>,
    /// Rows and columns.
    pub n: usize,
}

/// What the levels say of a molecule, in |β|.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// The eigenvalues, the lowest level (the largest value) first.
    pub values: Vec<f64>,
    /// How many of them are filled, two electrons each.
    pub filled: usize,
}

impl Levels {
    /// E_LUMO − E_HOMO: what it takes to lift an electron.
    pub fn gap(&self) -> f64 {
        self.values[self.filled - 1] - self.values[self.filled]
    }

    /// The binding energy of the π electrons, 2·Σ over the filled levels.
    pub fn energy(&self) -> f64 {
        2.0 * self.values[..self.filled].iter().sum::<f64>()
    }

    /// The lowest empty level.
    pub fn lumo(&self) -> f64 {
        self.values[self.filled]
    }
}

// region: huckel
/// The levels of a molecule: diagonal h (in β, by element), off the diagonal k for every bond, and
/// the electrons filled in from below in pairs. `None` if their number is odd or no level is empty.
pub fn levels(diagonal: &[f64], bonds: &[(usize, usize, f64)], electrons: usize) -> Option<Levels> {
    let n = diagonal.len();
    let mut matrix = Symmetric {
        values: vec![0.0; n * n],
        n,
    };
    for (i, h) in diagonal.iter().enumerate() {
        matrix.values[i * n + i] = *h;
    }
    for (i, j, k) in bonds {
        matrix.values[i * n + j] = *k;
        matrix.values[j * n + i] = *k;
    }
    let mut values = eigenvalues(matrix);
    values.sort_by(|a, b| b.total_cmp(a));
    let filled = electrons / 2;
    (electrons.is_multiple_of(2) && filled > 0 && filled < n).then_some(Levels { values, filled })
}
// endregion: huckel

/// All eigenvalues, in no order, by cyclic Jacobi rotations (Jacobi 1846; Golub & Van Loan, §8.5).
pub fn eigenvalues(mut a: Symmetric) -> Vec<f64> {
    let n = a.n;
    let at = |i: usize, j: usize| i * n + j;
    for _ in 0..60 {
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a.values[at(i, j)].powi(2))
            .sum();
        if off < 1e-24 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let apq = a.values[at(p, q)];
                if apq.abs() < 1e-18 {
                    continue;
                }
                let theta = (a.values[at(q, q)] - a.values[at(p, p)]) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (kp, kq) = (a.values[at(k, p)], a.values[at(k, q)]);
                    a.values[at(k, p)] = c * kp - s * kq;
                    a.values[at(k, q)] = s * kp + c * kq;
                }
                for k in 0..n {
                    let (pk, qk) = (a.values[at(p, k)], a.values[at(q, k)]);
                    a.values[at(p, k)] = c * pk - s * qk;
                    a.values[at(q, k)] = s * pk + c * qk;
                }
            }
        }
    }
    (0..n).map(|i| a.values[at(i, i)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Rng;

    fn carbon(n: usize, bonds: &[(usize, usize)]) -> Levels {
        let bonds: Vec<_> = bonds.iter().map(|(i, j)| (*i, *j, 1.0)).collect();
        levels(&vec![0.0; n], &bonds, n).unwrap()
    }

    fn ring(n: usize) -> Vec<(usize, usize)> {
        (0..n).map(|i| (i, (i + 1) % n)).collect()
    }

    fn chain(n: usize) -> Vec<(usize, usize)> {
        (1..n).map(|i| (i - 1, i)).collect()
    }

    #[test]
    fn textbook_molecules_have_their_textbook_gaps() {
        let close = |got: f64, want: f64| assert!((got - want).abs() < 5e-4, "{got}, not {want}");
        close(carbon(2, &chain(2)).gap(), 2.0); // ethylene
        close(carbon(4, &chain(4)).gap(), 1.236); // butadiene
        close(carbon(6, &ring(6)).gap(), 2.0); // benzene
        close(carbon(4, &ring(4)).gap(), 0.0); // cyclobutadiene
        close(carbon(6, &chain(6)).gap(), 0.890); // hexatriene
        let mut azulene = ring(10);
        azulene.push((0, 6));
        close(carbon(10, &azulene).gap(), 0.878);
        let mut naphthalene = ring(10);
        naphthalene.push((0, 5));
        close(carbon(10, &naphthalene).gap(), 1.236);
        // Benzene: 6α + 8β.
        close(carbon(6, &ring(6)).energy(), 8.0);
    }

    #[test]
    fn chains_have_the_levels_of_a_formula() {
        // 2·cos(kπ / (n + 1)), k = 1 … n (Coulson 1938).
        for n in 2..11 {
            let levels = levels(&vec![0.0; n], &chain_bonds(n), n - n % 2).unwrap();
            for (k, value) in levels.values.iter().enumerate() {
                let want = 2.0 * ((k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64).cos();
                assert!((value - want).abs() < 1e-10);
            }
        }
    }

    fn chain_bonds(n: usize) -> Vec<(usize, usize, f64)> {
        chain(n).into_iter().map(|(i, j)| (i, j, 1.0)).collect()
    }

    #[test]
    fn eigenvalues_keep_the_traces_of_powers() {
        // Σλ = tr A, Σλ² = tr A², Σλ³ = tr A³: with random matrices these tie down the spectrum.
        let mut rng = Rng::new(1, "jacobi");
        for n in 1..10 {
            let mut values = vec![0.0; n * n];
            for i in 0..n {
                for j in 0..=i {
                    let v = rng.uniform(-1.0, 1.0);
                    (values[i * n + j], values[j * n + i]) = (v, v);
                }
            }
            let found = eigenvalues(Symmetric {
                values: values.clone(),
                n,
            });
            let product = |a: &[f64]| -> Vec<f64> {
                let cell =
                    |i: usize, j: usize| (0..n).map(|k| a[i * n + k] * values[k * n + j]).sum();
                (0..n * n).map(|ij| cell(ij / n, ij % n)).collect()
            };
            let mut power = values.clone();
            for k in 1..4 {
                let trace: f64 = (0..n).map(|i| power[i * n + i]).sum();
                let sum: f64 = found.iter().map(|v| v.powi(k)).sum();
                assert!((trace - sum).abs() < 1e-9, "{trace} {sum}");
                power = product(&power);
            }
        }
    }

    #[test]
    fn odd_electrons_and_full_shells_have_no_gap() {
        assert_eq!(levels(&[0.0; 3], &chain_bonds(3), 3), None);
        assert_eq!(levels(&[0.0, 0.0], &chain_bonds(2), 4), None);
        assert_eq!(levels(&[0.0, 0.0], &chain_bonds(2), 0), None);
    }
}
