//! Looking for single cells that follow something in the text: correlation, not assumption.

use super::text::Memory;
use lab::Rng;

/// What cells are held against.
pub const FEATURES: [&str; 3] = ["inside quotes", "bracket depth", "column"];

/// The features of every position of a text, and a control: the depth, its positions shuffled, which
/// a cell can follow by chance only.
#[derive(Clone, Debug)]
pub struct Features([Vec<f32>; 4]);

impl Features {
    /// From what there is to remember.
    pub fn of(memory: &Memory) -> Self {
        let mut control = memory.depth.clone();
        Rng::new(9, "control").shuffle(&mut control);
        Self([
            memory.quote.clone(),
            memory.depth.clone(),
            memory.column.clone(),
            control,
        ])
    }
}

/// Running sums for Pearson's r between every cell and every feature.
#[derive(Clone, Debug)]
pub struct Correlation {
    count: f64,
    /// By feature: Σf, Σf²
    feature: [(f64, f64); 4],
    /// By cell: Σx, Σx²
    cell: Vec<(f64, f64)>,
    /// By cell and feature: Σx·f
    cross: Vec<[f64; 4]>,
}

impl Correlation {
    /// Nothing seen yet.
    pub fn new(cells: usize) -> Self {
        Self {
            count: 0.0,
            feature: [(0.0, 0.0); 4],
            cell: vec![(0.0, 0.0); cells],
            cross: vec![[0.0; 4]; cells],
        }
    }

    /// One position: the cells' values there, and where in the text it is.
    pub fn see(&mut self, cells: &[f32], features: &Features, at: usize) {
        let f = [0, 1, 2, 3].map(|k| f64::from(features.0[k][at]));
        self.count += 1.0;
        for (sums, f) in self.feature.iter_mut().zip(f) {
            *sums = (sums.0 + f, sums.1 + f * f);
        }
        for ((x, sums), cross) in cells.iter().zip(&mut self.cell).zip(&mut self.cross) {
            let x = f64::from(*x);
            *sums = (sums.0 + x, sums.1 + x * x);
            cross.iter_mut().zip(f).for_each(|(c, f)| *c += x * f);
        }
    }

    /// r of one cell with one feature; `None` where the feature never changes. A cell that never
    /// changes follows nothing: 0.
    pub fn r(&self, cell: usize, feature: usize) -> Option<f64> {
        let n = self.count;
        let (f, ff) = self.feature[feature];
        let (x, xx) = self.cell[cell];
        let spread = n * ff - f * f;
        if spread <= 0.0 {
            return None;
        }
        let own = n * xx - x * x;
        // Below this the cell's own spread is rounding.
        if own <= 1e-9 * n * xx {
            return Some(0.0);
        }
        Some((n * self.cross[cell][feature] - x * f) / (spread * own).sqrt())
    }

    /// The cell with the largest |r| with a feature, and its r; the first of equals.
    pub fn best(&self, feature: usize) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for cell in 0..self.cell.len() {
            let r = self.r(cell, feature)?;
            if best.is_none_or(|(_, b)| r.abs() > b.abs()) {
                best = Some((cell, r));
            }
        }
        best
    }

    /// The feature a cell follows best, and its r.
    pub fn of_cell(&self, cell: usize) -> Option<(usize, f64)> {
        let all = (0..FEATURES.len()).filter_map(|f| Some((f, self.r(cell, f)?)));
        all.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
    }

    /// The control: feature 3.
    pub fn control(&self) -> Option<f64> {
        self.best(FEATURES.len()).map(|(_, r)| r.abs())
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.cell.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_agrees_with_its_definition() {
        let memory = Memory::of(&"(a) [b] \"C\" (d [e])".chars().collect::<Vec<_>>());
        let features = Features::of(&memory);
        let n = memory.depth.len();
        let mut rng = Rng::new(1, "test");
        let cells: Vec<[f32; 2]> = (0..n)
            .map(|i| [-2.0 * memory.depth[i] + 1.0, rng.normal() as f32])
            .collect();
        let mut sums = Correlation::new(2);
        (0..n).for_each(|at| sums.see(&cells[at], &features, at));
        assert!(
            (sums.r(0, 1).unwrap() + 1.0).abs() < 1e-9,
            "a multiple of the depth"
        );
        // The definition: Σ(x − x̄)(f − f̄) / √(Σ(x − x̄)² Σ(f − f̄)²).
        let x: Vec<f64> = cells.iter().map(|c| f64::from(c[1])).collect();
        let f: Vec<f64> = memory.column.iter().map(|v| f64::from(*v)).collect();
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (mx, mf) = (mean(&x), mean(&f));
        let sum = |g: &dyn Fn(usize) -> f64| (0..n).map(g).sum::<f64>();
        let want = sum(&|i| (x[i] - mx) * (f[i] - mf))
            / (sum(&|i| (x[i] - mx).powi(2)) * sum(&|i| (f[i] - mf).powi(2))).sqrt();
        assert!((sums.r(1, 2).unwrap() - want).abs() < 1e-9);
        assert_eq!(sums.best(1).unwrap().0, 0);
    }

    #[test]
    fn a_feature_that_never_changes_has_no_r() {
        let memory = Memory::of(&"ab".repeat(20).chars().collect::<Vec<_>>());
        let features = Features::of(&memory);
        let mut sums = Correlation::new(1);
        (0..40).for_each(|at| sums.see(&[at as f32], &features, at));
        assert_eq!((sums.r(0, 0), sums.r(0, 1)), (None, None));
        assert!(sums.r(0, 2).unwrap() > 0.99);
    }
}
