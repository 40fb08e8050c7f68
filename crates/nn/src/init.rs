//! Eager, seeded initial values: drawn in the order in which a model's constructor asks for them.

use burn::{
    module::Param,
    tensor::{Tensor, TensorData},
};
use lab::Rng;

/// `n` values uniform in ±`bound`.
pub fn uniform(n: usize, bound: f64, rng: &mut Rng) -> Vec<f32> {
    (0..n).map(|_| rng.uniform(-bound, bound) as f32).collect()
}

/// A `[rows, columns]` matrix, uniform in ±√(6 / (rows + `fan_out`)) (Glorot & Bengio 2010, eq. 16).
///
/// `fan_out` is how many outputs one unit's signal spreads into: `columns`, or fewer where several
/// independent maps (the gates of an LSTM) lie side by side in one matrix.
pub fn glorot(rows: usize, columns: usize, fan_out: usize, rng: &mut Rng) -> Vec<f32> {
    uniform(rows * columns, (6.0 / (rows + fan_out) as f64).sqrt(), rng)
}

/// A random orthogonal `[n, n]` matrix (Saxe et al. 2014, §3): a Gaussian matrix made orthonormal
/// row by row (modified Gram–Schmidt, in f64).
pub fn orthogonal(n: usize, rng: &mut Rng) -> Vec<f32> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n);
    for _ in 0..n {
        let mut row: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        for done in &rows {
            let along: f64 = row.iter().zip(done).map(|(a, b)| a * b).sum();
            row.iter_mut().zip(done).for_each(|(a, b)| *a -= along * b);
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        row.iter_mut().for_each(|a| *a /= length);
        rows.push(row);
    }
    rows.into_iter().flatten().map(|a| a as f32).collect()
}

/// A learnable tensor with these row-major values, on the training device.
///
/// # Panics
/// If `values` does not fill `shape`.
pub fn param<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Param<Tensor<D>> {
    Param::from_tensor(Tensor::from_data(
        TensorData::new(values, shape),
        &crate::training(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glorot_fills_its_interval() {
        let values = glorot(30, 40, 40, &mut Rng::new(1, "init"));
        let bound = (6.0f32 / 70.0).sqrt();
        let largest = values.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        assert!(
            largest <= bound && largest > 0.98 * bound,
            "{largest} {bound}"
        );
        // The variance of a uniform in ±b is b²/3; 1200 draws give it to within 10 %.
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 1200.0;
        assert!(
            (variance * 3.0 / bound.powi(2) - 1.0).abs() < 0.1,
            "{variance}"
        );
    }

    #[test]
    fn orthogonal_times_its_transpose_is_the_identity() {
        let n = 20;
        let q = orthogonal(n, &mut Rng::new(2, "init"));
        for i in 0..n {
            for j in 0..n {
                let dot: f32 = (0..n).map(|k| q[i * n + k] * q[j * n + k]).sum();
                let want = if i == j { 1.0 } else { 0.0 };
                assert!((dot - want).abs() < 1e-5, "row {i} · row {j} = {dot}");
            }
        }
    }
}
