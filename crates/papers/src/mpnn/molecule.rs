//! Molecules built by rules, and what a graph of them knows.

use super::huckel::{self, Levels};
use lab::Rng;

/// An element as Hückel's theory sees it (parameters after Van-Catledge 1980, rounded).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// What is written in its circle.
    pub label: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How much lower than carbon's its own level lies, in |β|.
    pub h: f64,
    /// The strength of its bonds, in |β|: of two, the smaller counts.
    pub k: f64,
    /// Electrons it gives to the π system.
    pub electrons: usize,
    /// Bonds at most.
    pub degree: usize,
}

const fn element(
    label: &'static str,
    name: &'static str,
    h: f64,
    k: f64,
    electrons: usize,
    degree: usize,
) -> Element {
    Element {
        label,
        name,
        h,
        k,
        electrons,
        degree,
    }
}

/// The elements, carbon first.
pub const ELEMENTS: [Element; 6] = [
    element("C", "carbon", 0.0, 1.0, 1, 3),
    element("N", "nitrogen as in pyridine, one electron", 0.5, 1.0, 1, 2),
    element(
        "NH",
        "nitrogen as in pyrrole, two electrons",
        1.5,
        0.8,
        2,
        3,
    ),
    element(
        "=O",
        "oxygen as in a carbonyl, one electron",
        1.0,
        1.0,
        1,
        1,
    ),
    element("O", "oxygen as in furan, two electrons", 2.0, 0.8, 2, 2),
    element("F", "fluorine", 3.0, 0.7, 2, 1),
];

/// A bond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bond {
    /// One atom.
    pub a: usize,
    /// The other, with the larger index.
    pub b: usize,
    /// It lies in a ring.
    pub ring: bool,
    /// Its length in Å.
    pub length: f64,
}

/// The length at which a bond has its tabled strength, in Å.
pub const LENGTH: f64 = 1.40;

/// Atoms and bonds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Molecule {
    /// Places in [`ELEMENTS`].
    pub atoms: Vec<usize>,
    /// Each once.
    pub bonds: Vec<Bond>,
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// E_LUMO − E_HOMO.
    Gap,
    /// The energy of the π electrons.
    Energy,
    /// The lowest empty level.
    Lumo,
}

impl Target {
    /// Its value, in |β|.
    pub fn of(self, levels: &Levels) -> f64 {
        match self {
            Self::Gap => levels.gap(),
            Self::Energy => levels.energy(),
            Self::Lumo => levels.lumo(),
        }
    }
}

impl Molecule {
    /// From elements and pairs; which bonds lie in rings is found out.
    pub fn new(atoms: Vec<usize>, pairs: &[(usize, usize)]) -> Self {
        let mut bonds: Vec<Bond> = Vec::new();
        for (a, b) in pairs.iter().map(|(a, b)| (*a.min(b), *a.max(b))) {
            if !bonds.iter().any(|bond| (bond.a, bond.b) == (a, b)) {
                bonds.push(Bond {
                    a,
                    b,
                    ring: false,
                    length: LENGTH,
                });
            }
        }
        let mut molecule = Self { atoms, bonds };
        for i in 0..molecule.bonds.len() {
            molecule.bonds[i].ring = molecule.in_ring(i);
        }
        molecule
    }

    /// Whether the two ends of a bond are joined without it.
    fn in_ring(&self, bond: usize) -> bool {
        let Bond { a, b, .. } = self.bonds[bond];
        let rest = Self {
            atoms: self.atoms.clone(),
            bonds: [&self.bonds[..bond], &self.bonds[bond + 1..]].concat(),
        };
        rest.distances(a)[b].is_some()
    }

    /// Bonds from `from` to every atom along the shortest way, where there is one.
    pub fn distances(&self, from: usize) -> Vec<Option<usize>> {
        let mut far = vec![None; self.atoms.len()];
        let mut front = vec![from];
        let mut steps = 0;
        while !front.is_empty() {
            for atom in &front {
                far[*atom] = Some(steps);
            }
            steps += 1;
            let next = |atom: &usize| self.neighbours(*atom);
            front = front
                .iter()
                .flat_map(next)
                .filter(|n| far[*n].is_none())
                .collect();
            front.sort_unstable();
            front.dedup();
        }
        far
    }

    /// The atoms bound to one.
    pub fn neighbours(&self, atom: usize) -> impl Iterator<Item = usize> {
        let other = move |bond: &Bond| match (bond.a == atom, bond.b == atom) {
            (true, _) => Some(bond.b),
            (_, true) => Some(bond.a),
            _ => None,
        };
        self.bonds.iter().filter_map(other)
    }

    /// How many bonds it is from this atom to the farthest.
    pub fn eccentricity(&self, atom: usize) -> usize {
        self.distances(atom)
            .into_iter()
            .flatten()
            .max()
            .unwrap_or(0)
    }

    /// The most bonds between any two atoms.
    pub fn diameter(&self) -> usize {
        (0..self.atoms.len())
            .map(|a| self.eccentricity(a))
            .max()
            .unwrap_or(0)
    }

    /// Electrons in the π system.
    pub fn electrons(&self) -> usize {
        self.atoms.iter().map(|a| ELEMENTS[*a].electrons).sum()
    }

    /// Its levels: a bond's strength is the smaller of its two elements', and falls off with its
    /// length as e^(−(r − 1.40 Å) / 0.31 Å) (Salem 1966). `None` as for [`huckel::levels`].
    pub fn levels(&self) -> Option<Levels> {
        let diagonal: Vec<f64> = self.atoms.iter().map(|a| ELEMENTS[*a].h).collect();
        let strength = |bond: &Bond| {
            let k = ELEMENTS[self.atoms[bond.a]]
                .k
                .min(ELEMENTS[self.atoms[bond.b]].k);
            (bond.a, bond.b, k * (-(bond.length - LENGTH) / 0.31).exp())
        };
        let bonds: Vec<_> = self.bonds.iter().map(strength).collect();
        huckel::levels(&diagonal, &bonds, self.electrons())
    }

    /// What two drawings of one molecule have in common: its size and its levels to four digits.
    /// (Different molecules may share it, too: then neither is tested when the other is trained on.)
    pub fn key(&self) -> Option<(usize, Vec<i64>)> {
        let levels = self.levels()?;
        let rounded = levels.values.iter().map(|v| (v * 1e4).round() as i64);
        Some((self.atoms.len(), rounded.collect()))
    }

    /// A random one: a tree of degree three at most, often with a ring of five or six closed, some
    /// carbons replaced; drawn again until it is a molecule with an even number of electrons, at
    /// least half carbon, no two other elements side by side, and an empty level. With `lengths`,
    /// every bond has its own, uniform in 1.34 … 1.48 Å.
    pub fn random(lengths: bool, rng: &mut Rng) -> Self {
        loop {
            let n = 4 + rng.below(7);
            let Some(pairs) = skeleton(n, rng) else {
                continue;
            };
            let mut molecule = Self::new(vec![0; n], &pairs);
            for atom in 0..n {
                if rng.chance(0.35) {
                    let degree = molecule.neighbours(atom).count();
                    let fits: Vec<usize> = (1..ELEMENTS.len())
                        .filter(|e| ELEMENTS[*e].degree >= degree)
                        .collect();
                    if !fits.is_empty() {
                        molecule.atoms[atom] = fits[rng.below(fits.len())];
                    }
                }
            }
            if lengths {
                for bond in &mut molecule.bonds {
                    bond.length = rng.uniform(1.34, 1.48);
                }
            }
            if molecule.plausible() && molecule.levels().is_some() {
                return molecule;
            }
        }
    }

    fn plausible(&self) -> bool {
        let carbons = self.atoms.iter().filter(|a| **a == 0).count();
        let apart = self
            .bonds
            .iter()
            .all(|b| self.atoms[b.a] == 0 || self.atoms[b.b] == 0);
        2 * carbons >= self.atoms.len() && apart
    }
}

/// The bonds of a random tree, often with one ring closed.
fn skeleton(n: usize, rng: &mut Rng) -> Option<Vec<(usize, usize)>> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let degree = |pairs: &[(usize, usize)], i: usize| {
        pairs.iter().filter(|(a, b)| *a == i || *b == i).count()
    };
    for i in 1..n {
        let along = rng.chance(0.6) && degree(&pairs, i - 1) < 3;
        let to = if along {
            i - 1
        } else {
            let free: Vec<usize> = (0..i).filter(|j| degree(&pairs, *j) < 3).collect();
            *free.get(rng.below(free.len().max(1)))?
        };
        pairs.push((to, i));
    }
    if rng.chance(0.7) {
        let tree = Molecule::new(vec![0; n], &pairs);
        let mut closing = Vec::new();
        for a in 0..n {
            let far = tree.distances(a);
            for (b, far) in far.into_iter().enumerate().skip(a + 1) {
                let ring = matches!(far, Some(4 | 5));
                if ring && degree(&pairs, a) < 3 && degree(&pairs, b) < 3 {
                    closing.push((a, b));
                }
            }
        }
        if !closing.is_empty() {
            pairs.push(closing[rng.below(closing.len())]);
        }
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_molecules_keep_the_rules() {
        let mut rng = Rng::new(1, "molecules");
        let mut rings = 0;
        for _ in 0..300 {
            let m = Molecule::random(false, &mut rng);
            assert!((4..=10).contains(&m.atoms.len()));
            assert!(m.distances(0).iter().all(Option::is_some), "one piece");
            for (i, atom) in m.atoms.iter().enumerate() {
                assert!(m.neighbours(i).count() <= ELEMENTS[*atom].degree);
            }
            assert!(m.plausible() && m.electrons().is_multiple_of(2));
            let in_ring = m.bonds.iter().filter(|b| b.ring).count();
            assert!([0, 5, 6].contains(&in_ring), "{in_ring}");
            rings += usize::from(in_ring > 0);
        }
        assert!(rings > 60, "{rings}");
    }

    #[test]
    fn numbering_does_not_change_a_molecule() {
        let mut rng = Rng::new(2, "molecules");
        for _ in 0..50 {
            let m = Molecule::random(false, &mut rng);
            let n = m.atoms.len();
            let mut order: Vec<usize> = (0..n).collect();
            rng.shuffle(&mut order);
            let mut atoms = vec![0; n];
            order
                .iter()
                .enumerate()
                .for_each(|(old, new)| atoms[*new] = m.atoms[old]);
            let pairs: Vec<_> = m.bonds.iter().map(|b| (order[b.a], order[b.b])).collect();
            let other = Molecule::new(atoms, &pairs);
            assert_eq!(m.key(), other.key());
            assert_eq!(m.diameter(), other.diameter());
        }
    }

    #[test]
    fn rings_and_distances_are_found() {
        let mut pairs: Vec<_> = (0..6).map(|i| (i, (i + 1) % 6)).collect();
        pairs.push((0, 6));
        let m = Molecule::new(vec![0; 7], &pairs);
        assert!(m.bonds[..6].iter().all(|b| b.ring) && !m.bonds[6].ring);
        assert_eq!(m.distances(6)[3], Some(4));
        assert_eq!((m.diameter(), m.eccentricity(0)), (4, 3));
    }

    #[test]
    fn a_longer_bond_is_weaker() {
        let mut m = Molecule::new(vec![0, 0], &[(0, 1)]);
        m.bonds[0].length = LENGTH + 0.31;
        assert!((m.levels().unwrap().gap() - 2.0 / std::f64::consts::E).abs() < 1e-12);
    }
}
