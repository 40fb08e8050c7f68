//! Functions of one number, as polynomials and their quotients, and sums over rows: loops of them
//! vectorise, and every browser computes the same bits.

use std::hint::black_box;

/// tanh as a quotient of polynomials of degree 13 and 6 (Eigen's approximation; error ≤ 4e-7).
#[derive(Clone, Copy)]
struct Tanh {
    odd: [f32; 7],
    even: [f32; 4],
    bound: f32,
}

const TANH: Tanh = Tanh {
    odd: [
        4.893_524_6e-3,
        6.372_619_3e-4,
        1.485_722_4e-5,
        5.122_297_1e-8,
        -8.604_672e-11,
        2.000_188e-13,
        -2.760_768_5e-16,
    ],
    even: [4.893_525e-3, 2.268_434_6e-3, 1.185_347_1e-4, 1.198_258_4e-6],
    bound: 7.905_311,
};

impl Tanh {
    #[inline(always)]
    fn of(&self, x: f32) -> f32 {
        // Not `clamp`: a NaN must stay one, so that a diverged run is seen.
        let x = if x > self.bound { self.bound } else { x };
        let x = if x < -self.bound { -self.bound } else { x };
        let s = x * x;
        x * polynomial(&self.odd, s) / polynomial(&self.even, s)
    }
}

/// Every number to its tanh.
///
/// The constants lie behind a black box: a browser that knows them sets them up anew for every four
/// numbers.
#[inline(never)]
pub fn tanh_all(row: &mut [f32]) {
    let tanh = *black_box(&TANH);
    row.iter_mut().for_each(|x| *x = tanh.of(*x));
}

/// Every number to its logistic function, σ(x) = ½ + ½·tanh(x/2).
#[inline(never)]
pub fn sigmoid_all(row: &mut [f32]) {
    let (tanh, half) = *black_box(&(TANH, 0.5));
    row.iter_mut()
        .for_each(|x| *x = half + half * tanh.of(half * *x));
}

/// Every number below 0 to 0.
pub(crate) fn rectify(row: &mut [f32]) {
    // Not `max`: a NaN must stay one.
    row.iter_mut()
        .for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x });
}

/// The gradient by what [`rectify`] was given, in place of that by what it made, `y`.
pub(crate) fn rectify_gradient(by: &mut [f32], y: &[f32]) {
    let pairs = by.iter_mut().zip(y);
    pairs.for_each(|(by, y)| *by = if *y <= 0.0 { 0.0 } else { *by });
}

/// Σ aₙ·xⁿ by Horner's rule.
#[inline(always)]
fn polynomial<const N: usize>(a: &[f32; N], x: f32) -> f32 {
    a[..N - 1].iter().rev().fold(a[N - 1], |sum, a| sum * x + a)
}

/// eˣ for x ≤ 88, and e⁸⁸ above: 2ⁿ·eʳ with n the whole number nearest to x/ln 2, and the polynomial
/// for eʳ of Moshier's Cephes library (relative error ≤ 2e-7). What would be below 1.2e-38 is 0.
#[derive(Clone, Copy)]
struct Exp {
    terms: [f32; 6],
    /// Between these it is computed.
    bounds: [f32; 2],
    /// 1/ln 2
    to_powers: f32,
    /// ln 2 in two parts, the first short enough for a whole number of it to be exact.
    ln_2: [f32; 2],
    /// Added to a number of moderate size, it leaves the nearest whole number in the lowest bits.
    round: f32,
    /// From those bits to the exponent of that power of 2.
    exponent: u32,
    one: f32,
}

const ROUND: f32 = 12_582_912.0;

const EXP: Exp = Exp {
    terms: [
        0.5,
        1.666_666_5e-1,
        4.166_58e-2,
        8.333_452e-3,
        1.398_2e-3,
        1.987_569_2e-4,
    ],
    bounds: [-87.3, 88.0],
    to_powers: std::f32::consts::LOG2_E,
    ln_2: [0.693_359_4, -2.121_944_4e-4],
    round: ROUND,
    exponent: 127u32.wrapping_sub(ROUND.to_bits()),
    one: 1.0,
};

impl Exp {
    #[inline(always)]
    fn of(&self, x: f32) -> f32 {
        let [low, high] = self.bounds;
        // Not `clamp`: a NaN must stay one.
        let bounded = if x > high { high } else { x };
        let bounded = if bounded < low { low } else { bounded };
        let rounded = bounded * self.to_powers + self.round;
        let n = rounded - self.round;
        let r = bounded - n * self.ln_2[0] - n * self.ln_2[1];
        let p = polynomial(&self.terms, r);
        let power = rounded.to_bits().wrapping_add(self.exponent) << 23;
        let value = (p * r * r + r + self.one) * f32::from_bits(power);
        if x < low { 0.0 } else { value }
    }
}

/// Every number to e to the power of it less `top`; the constants as in [`tanh_all`].
#[inline(never)]
pub(super) fn exp_all(row: &mut [f32], top: f32) {
    let exp = *black_box(&EXP);
    row.iter_mut().for_each(|x| *x = exp.of(*x - top));
}

/// Numbers added side by side: a sum over a row vectorises and is the same everywhere.
pub(super) const LANES: usize = 8;

/// Σ of a row.
#[inline(always)]
pub(super) fn sum(row: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let (parts, rest) = row.as_chunks::<LANES>();
    for part in parts {
        for lane in 0..LANES {
            sums[lane] += part[lane];
        }
    }
    rest.iter().fold(sums.iter().sum(), |sum, x| sum + x)
}

/// Σ of a row's products with another.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = a_rest.iter().zip(b_rest);
    rest.fold(sums.iter().sum(), |sum, (a, b)| sum + a * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_one(function: impl Fn(&mut [f32]), x: f32) -> f32 {
        let mut row = [x];
        function(&mut row);
        row[0]
    }

    fn tanh(x: f32) -> f32 {
        of_one(tanh_all, x)
    }

    fn sigmoid(x: f32) -> f32 {
        of_one(sigmoid_all, x)
    }

    fn exp(x: f32) -> f32 {
        of_one(|row| exp_all(row, 0.0), x)
    }

    #[test]
    fn tanh_is_within_its_stated_error() {
        let mut worst = 0.0f64;
        for i in -120_000..=120_000 {
            let x = i as f32 * 1e-4;
            worst = worst.max((f64::from(tanh(x)) - f64::from(x).tanh()).abs());
        }
        assert!(worst < 4e-7, "{worst}");
        assert!(tanh(f32::NAN).is_nan() && tanh(1e30) <= 1.0 && tanh(-1e30) >= -1.0);
    }

    #[test]
    fn sigmoid_is_the_logistic_function() {
        for x in [-20.0f32, -3.0, -0.1, 0.0, 0.7, 4.0, 30.0] {
            let want = 1.0 / (1.0 + f64::from(-x).exp());
            assert!((f64::from(sigmoid(x)) - want).abs() < 4e-7, "σ({x})");
        }
    }

    #[test]
    fn exp_is_within_its_stated_error() {
        let mut worst = 0.0f64;
        for i in -87_299..88_000 {
            let x = i as f32 * 1e-3;
            let want = f64::from(x).exp();
            worst = worst.max((f64::from(exp(x)) - want).abs() / want);
        }
        assert!(worst < 2e-7, "{worst}");
        assert_eq!((exp(0.0), exp(-88.0), exp(-1e9)), (1.0, 0.0, 0.0));
        assert_eq!((exp(f32::NEG_INFINITY), exp(1e9)), (0.0, exp(88.0)));
        assert!(exp(f32::NAN).is_nan() && exp(1e9).is_finite());
    }
}
