//! Molecules of different sizes as tensors.
//!
//! B molecules are padded to the largest of them, N atoms. What is padding has no bonds, is set to
//! zero after every update, and is left out of every sum and softmax, so it changes nothing.

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
    /// `[B·N, FEATURES]`
    pub atoms: Tensor<2>,
    /// 1 for an atom, 0 for padding: `[B, N, 1]`
    pub mask: Tensor<3>,
    /// Who is bound to each atom by a bond of each kind: `[B·N·K, B·N]`, atom w of molecule b sending
    /// to its atom v at ((b·N + v)·K + k, b·N + w)
    pub bonds: Adjacency,
    /// Of every 1 in `bonds`: length (in 0.04 Å from 1.41) and ring, `[E, 2]`; zero if it is no bond
    pub lengths: Tensor<2>,
    /// 1 at the one atom that is read where only one is: `[B, N, 1]`
    pub one: Tensor<3>,
    /// B and N
    pub size: (usize, usize),
}

/// The atom that is farthest from some other: the first of those of largest eccentricity.
pub fn remotest(molecule: &Molecule) -> usize {
    let atoms = 0..molecule.atoms.len();
    let far: Vec<usize> = atoms.map(|a| molecule.eccentricity(a)).collect();
    let most = far.iter().max();
    far.iter().position(|f| Some(f) == most).unwrap_or(0)
}

impl Batch {
    /// Lays molecules side by side, padded to at least `room` atoms.
    pub fn new(molecules: &[&Molecule], kinds: Kinds, room: usize, device: &Device) -> Self {
        let batch = molecules.len();
        let n = molecules
            .iter()
            .map(|m| m.atoms.len())
            .max()
            .unwrap_or(0)
            .max(room);
        let count = kinds.count();
        let mut atoms = vec![0.0f32; batch * n * FEATURES];
        let mut mask = vec![0.0f32; batch * n];
        let mut bonds = Vec::new();
        let mut one = vec![0.0f32; batch * n];
        for (b, molecule) in molecules.iter().enumerate() {
            for (v, element) in molecule.atoms.iter().enumerate() {
                let row = (b * n + v) * FEATURES;
                atoms[row + element] = 1.0;
                atoms[row + FEATURES - 1] = molecule.neighbours(v).count() as f32 / 3.0;
                mask[b * n + v] = 1.0;
            }
            one[b * n + remotest(molecule)] = 1.0;
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
                    let pair = ((b * n + v) * count + kind, b * n + w);
                    bonds.push((pair, [length, ring as f32]));
                }
            }
            if kinds == Kinds::Virtual {
                let size = molecule.atoms.len();
                for (v, w) in (0..size).flat_map(|v| (0..size).map(move |w| (v, w))) {
                    if v != w && !molecule.neighbours(v).any(|u| u == w) {
                        bonds.push((((b * n + v) * count + 2, b * n + w), [0.0; 2]));
                    }
                }
            }
        }
        // In the order in which an adjacency has its ones.
        bonds.sort_unstable_by_key(|(pair, _)| *pair);
        bonds.dedup_by_key(|(pair, _)| *pair);
        let (bonds, lengths): (Vec<_>, Vec<_>) = bonds.into_iter().unzip();
        let two =
            |values, shape: [usize; 2]| Tensor::from_data(TensorData::new(values, shape), device);
        let three =
            |values, shape: [usize; 3]| Tensor::from_data(TensorData::new(values, shape), device);
        Self {
            atoms: two(atoms, [batch * n, FEATURES]),
            mask: three(mask, [batch, n, 1]),
            lengths: two(lengths.into_flattened(), [bonds.len(), 2]),
            bonds: Adjacency::new([batch * n * count, batch * n], bonds),
            one: three(one, [batch, n, 1]),
            size: (batch, n),
        }
    }
}
