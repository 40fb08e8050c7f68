//! Molecules of different sizes as tensors: the A atoms of B molecules are one list, and a table says
//! whose each of them is.

use super::molecule::{ELEMENTS, Molecule};
use burn::tensor::{Device, Tensor, TensorData};
use nn::Adjacency;

/// Features of an atom: its element, one of six, and a third of its degree.
pub const FEATURES: usize = ELEMENTS.len() + 1;

/// Which matrix, or which weight of matrices, a bond has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// One kind for all.
    One,
    /// Two: in a ring, in a chain.
    Two,
    /// Two, and a third between atoms that are not bound (§5.2, “virtual edges”).
    Virtual,
    /// Eight intervals of length for each of the two.
    Bins,
}

impl Kinds {
    /// How many there are.
    pub fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Virtual => 3,
            Self::Bins => 16,
        }
    }
}

/// Molecules side by side.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `[A, FEATURES]`
    pub atoms: Tensor<2>,
    /// Who is bound to each atom by a bond of each kind: `[A·K, A]`, atom w sending to atom v at
    /// (v·K + k, w)
    pub bonds: Adjacency,
    /// Of every 1 in `bonds`: length (in 0.04 Å from 1.41) and ring, `[E, 2]`; zero if it is no bond
    pub lengths: Tensor<2>,
    /// The atoms of each molecule: `[B, A]`
    pub members: Adjacency,
    /// How many they are: `[B, 1]`
    pub counts: Tensor<2>,
    /// Of them the one that is read where only one is: `[B, A]`
    pub one: Adjacency,
    /// Where each atom stands in a table of molecules by N atoms, N those of the largest: `[B·N, A]`
    pub places: Adjacency,
}

/// The atom that is farthest from some other: the first of those of largest eccentricity.
pub fn remotest(molecule: &Molecule) -> usize {
    let atoms = 0..molecule.atoms.len();
    let far: Vec<usize> = atoms.map(|a| molecule.eccentricity(a)).collect();
    let most = far.iter().max();
    far.iter().position(|f| Some(f) == most).unwrap_or(0)
}

impl Batch {
    /// Lists the atoms of molecules one after another.
    pub fn new(molecules: &[&Molecule], kinds: Kinds, device: &Device) -> Self {
        let batch = molecules.len();
        let sizes = molecules.iter().map(|m| m.atoms.len());
        let (total, largest) = (sizes.clone().sum(), sizes.clone().max().unwrap_or(0));
        let count = kinds.count();
        let mut atoms = vec![0.0f32; total * FEATURES];
        let (mut bonds, mut members) = (Vec::new(), Vec::new());
        let (mut one, mut places) = (Vec::new(), Vec::new());
        let mut first = 0;
        for (b, molecule) in molecules.iter().enumerate() {
            for (v, element) in molecule.atoms.iter().enumerate() {
                let row = (first + v) * FEATURES;
                atoms[row + element] = 1.0;
                atoms[row + FEATURES - 1] = molecule.neighbours(v).count() as f32 / 3.0;
                members.push((b, first + v));
                places.push((b * largest + v, first + v));
            }
            one.push((b, first + remotest(molecule)));
            for bond in &molecule.bonds {
                let ring = usize::from(bond.ring);
                let interval = ((bond.length - 1.34) / 0.14 * 8.0).floor().clamp(0.0, 7.0);
                let kind = match kinds {
                    Kinds::One => 0,
                    Kinds::Two | Kinds::Virtual => ring,
                    Kinds::Bins => 8 * ring + interval as usize,
                };
                for (v, w) in [(bond.a, bond.b), (bond.b, bond.a)] {
                    let length = ((bond.length - 1.41) / 0.04) as f32;
                    let pair = ((first + v) * count + kind, first + w);
                    bonds.push((pair, [length, ring as f32]));
                }
            }
            if kinds == Kinds::Virtual {
                let size = molecule.atoms.len();
                for (v, w) in (0..size).flat_map(|v| (0..size).map(move |w| (v, w))) {
                    if v != w && !molecule.neighbours(v).any(|u| u == w) {
                        bonds.push((((first + v) * count + 2, first + w), [0.0; 2]));
                    }
                }
            }
            first += molecule.atoms.len();
        }
        // In the order in which an adjacency has its ones.
        bonds.sort_unstable_by_key(|(pair, _)| *pair);
        bonds.dedup_by_key(|(pair, _)| *pair);
        let (bonds, lengths): (Vec<_>, Vec<_>) = bonds.into_iter().unzip();
        let two =
            |values, shape: [usize; 2]| Tensor::from_data(TensorData::new(values, shape), device);
        Self {
            atoms: two(atoms, [total, FEATURES]),
            lengths: two(lengths.into_flattened(), [bonds.len(), 2]),
            bonds: Adjacency::new([total * count, total], bonds),
            members: Adjacency::new([batch, total], members),
            counts: two(sizes.map(|n| n as f32).collect(), [batch, 1]),
            one: Adjacency::new([batch, total], one),
            places: Adjacency::new([batch * largest, total], places),
        }
    }
}
