//! Numbers from text, exactly: the nearest one there is, as the standard library reads them, but
//! without its tables of powers, which would be a thirtieth of what a page may weigh.

use std::cmp::Ordering;

/// Reads `-12.5e3`; `None` if it is something else, infinity and no number among it.
pub fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, power) = match text.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut size = Natural::default();
    for digit in whole.chars().chain(part.chars()) {
        size.grow(10, digit.to_digit(10)?);
    }
    let size = nearest(size, i64::from(power) - part.len() as i64);
    Some(if negative { -size } else { size })
}

/// The number nearest to `size` · 10^`power`; of two as near the even one.
fn nearest(size: Natural, power: i64) -> f64 {
    let magnitude = size.bits() as i64 * 3 / 10 + power;
    if size.bits() == 0 || magnitude < -400 {
        return 0.0;
    }
    if magnitude > 400 {
        return f64::INFINITY;
    }
    let (mut above, mut below) = (size, Natural(vec![1]));
    for _ in 0..power.unsigned_abs() {
        let side = if power > 0 { &mut above } else { &mut below };
        side.grow(10, 0);
    }
    // So many binary places that the quotient has 54 or 55 bits, and none below the least there is.
    let places = (54 - above.bits() as i64 + below.bits() as i64).min(1075);
    if places > 0 {
        above.double(places);
    } else {
        below.double(-places);
    }
    let (quotient, rest) = above.divided(&below);
    let length = 64 - i64::from(quotient.leading_zeros());
    let drop = (length - 53).max(places - 1074);
    let half = 1u64 << (drop - 1);
    let over = quotient & (2 * half - 1);
    let mut mantissa = quotient >> drop;
    if over > half || over == half && (rest || mantissa & 1 == 1) {
        mantissa += 1;
    }
    // The bits of a number are its exponent and what is above the leading bit: a carry from one into
    // the other is just right.
    let exponent = drop - places + 1074;
    if exponent >= 2046 {
        return f64::INFINITY;
    }
    f64::from_bits(mantissa + ((exponent as u64) << 52))
}

/// A natural number of any size, the lowest digits first.
#[derive(Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn bits(&self) -> usize {
        let top = self.0.last().map_or(0, |d| d.leading_zeros() as usize);
        32 * self.0.len() - top
    }

    /// Multiplies, and adds.
    fn grow(&mut self, times: u32, plus: u32) {
        let mut carry = u64::from(plus);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(times);
            *digit = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn double(&mut self, times: i64) {
        for _ in 0..times {
            self.grow(2, 0);
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Takes `other`, which is not larger, away.
    fn take(&mut self, other: &Self) {
        let mut borrowed = 0;
        for (i, digit) in self.0.iter_mut().enumerate() {
            let less = i64::from(other.0.get(i).copied().unwrap_or(0)) + borrowed;
            let left = i64::from(*digit) - less;
            *digit = left as u32;
            borrowed = i64::from(left < 0);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// The quotient, below 2^56, and whether something is left over.
    fn divided(mut self, by: &Self) -> (u64, bool) {
        let mut steps = vec![Self(by.0.clone())];
        while let Some(last) = steps.last()
            && last.order(&self) == Ordering::Less
        {
            let mut next = Self(last.0.clone());
            next.grow(2, 0);
            steps.push(next);
        }
        let mut quotient = 0;
        for step in steps.iter().rev() {
            quotient <<= 1;
            if step.order(&self) != Ordering::Greater {
                self.take(step);
                quotient |= 1;
            }
        }
        (quotient, !self.0.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;

    fn same(text: &str) {
        let (ours, theirs) = (parse(text).unwrap(), text.parse::<f64>().unwrap());
        assert_eq!(ours.to_bits(), theirs.to_bits(), "{text}: {ours} {theirs}");
    }

    #[test]
    fn any_number_comes_back_to_the_bit() {
        let mut rng = Rng::new(1, "decimal");
        for _ in 0..4000 {
            let value = f64::from_bits(rng.bits());
            if value.is_finite() {
                same(&format!("{value:e}"));
                same(&format!("{value:.3e}"));
            }
            let value = (rng.unit() - 0.5) * 1000.0;
            same(&value.to_string());
            same(&format!("{value:.2}"));
        }
    }

    #[test]
    fn the_edges_are_where_they_are() {
        let halfway = "9007199254740993";
        for text in [
            "0",
            "-0",
            "1",
            "+1.",
            ".5",
            "1e3",
            "1E-3",
            "0.1",
            "0.30000000000000004",
            halfway,
            "4.9e-324",
            "2.4e-324",
            "2.5e-324",
            "2.2250738585072011e-308",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "1e400",
            "1e-500",
            "9007199254740992.5",
            "0.000001",
            "2.2250738585072014e-308",
            "123456789012345678901234567890",
        ] {
            same(text);
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", ".", "-", "e5", "1e", "1 000", "0x10", "inf", "nan", "1..2", "--1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
