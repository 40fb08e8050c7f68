//! Where a value stands on its slider, and what a position of the slider means.

use lab::{KnobKind, Value, decimal};

/// Positions of a slider whose scale is not the value's own.
const NOTCHES: f64 = 1000.0;

/// The slider's own attributes: least and greatest position, and the step between positions.
pub fn notches(kind: &KnobKind) -> (i64, i64, i64) {
    match kind {
        KnobKind::Int {
            min,
            max,
            by,
            log: false,
        } => (*min, *max, *by),
        _ => (0, NOTCHES as i64, 1),
    }
}

/// The position of `value`; a value that is off stands at the upper end.
pub fn position(kind: &KnobKind, value: &Value) -> i64 {
    match (kind, value) {
        (KnobKind::Float { min, max, log, .. }, Value::Float(x)) => along(*x, *min, *max, *log),
        (KnobKind::Int { log: false, .. }, Value::Int(x)) => *x,
        (KnobKind::Int { min, max, .. }, Value::Int(x)) => {
            along(*x as f64, *min as f64, *max as f64, true)
        }
        _ => notches(kind).1,
    }
}

/// The value at a position: three significant digits, or a whole number of the knob's steps.
pub fn value_at(kind: &KnobKind, position: i64) -> Value {
    let part = (position as f64 / NOTCHES).clamp(0.0, 1.0);
    match kind {
        KnobKind::Float { min, max, log, .. } => {
            Value::Float(significant(between(part, *min, *max, *log)).clamp(*min, *max))
        }
        KnobKind::Int { min, max, by, log } => {
            let x = if *log {
                between(part, *min as f64, *max as f64, true)
            } else {
                position as f64
            };
            let steps = ((x - *min as f64) / *by as f64).round() as i64;
            Value::Int((min + steps * by).clamp(*min, *max))
        }
        KnobKind::Toggle => Value::Bool(position != 0),
        KnobKind::Choice { options } => {
            let last = options.len().saturating_sub(1);
            let at = usize::try_from(position).unwrap_or(0).min(last);
            Value::Choice(
                options
                    .get(at)
                    .map_or_else(String::new, |(id, _)| id.clone()),
            )
        }
    }
}

/// A logarithmic scale that starts at zero has no logarithm to start from: it is drawn evenly.
fn along(x: f64, min: f64, max: f64, log: bool) -> i64 {
    let part = if log && min > 0.0 {
        (x / min).ln() / (max / min).ln()
    } else {
        (x - min) / (max - min)
    };
    (part * NOTCHES).round() as i64
}

fn between(part: f64, min: f64, max: f64, log: bool) -> f64 {
    if log && min > 0.0 {
        min * (max / min).powf(part)
    } else {
        min + part * (max - min)
    }
}

fn significant(x: f64) -> f64 {
    if x == 0.0 {
        return x;
    }
    let digits = (2 - x.abs().log10().floor() as i32).clamp(0, 12) as usize;
    decimal::parse(&format!("{x:.digits$}")).unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: KnobKind = KnobKind::Float {
        min: 1e-4,
        max: 1.0,
        log: true,
        may_be_off: false,
    };
    const SIZE: KnobKind = KnobKind::Int {
        min: 8,
        max: 512,
        by: 8,
        log: true,
    };

    #[test]
    fn a_logarithmic_slider_gives_each_decade_the_same_room() {
        let at = |x| position(&RATE, &Value::Float(x));
        assert_eq!([at(1e-4), at(1e-3), at(1e-2), at(1.0)], [0, 250, 500, 1000]);
        assert_eq!(value_at(&RATE, 500), Value::Float(0.01));
        assert_eq!(value_at(&RATE, 501), Value::Float(0.0101));
    }

    #[test]
    fn the_ends_are_exact_and_whole_numbers_keep_their_step() {
        assert_eq!(value_at(&RATE, 0), Value::Float(1e-4));
        assert_eq!(value_at(&RATE, 1000), Value::Float(1.0));
        assert_eq!(value_at(&SIZE, 1000), Value::Int(512));
        for position in 0..=1000 {
            let Value::Int(x) = value_at(&SIZE, position) else {
                panic!("not a whole number")
            };
            assert_eq!(x % 8, 0);
        }
        let window = KnobKind::Int {
            min: 4,
            max: 64,
            by: 4,
            log: false,
        };
        assert_eq!(notches(&window), (4, 64, 4));
        assert_eq!(value_at(&window, 33), Value::Int(32));
    }
}
