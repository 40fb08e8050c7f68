//! How wide a text will be. Asking the browser would force a layout, and plotters' own guess
//! differs between a page being built and a page in use, so both take the width from the one table
//! of the one font.

use super::widths::{ASCII, SIGNS};

/// Size of every text in a chart, in CSS pixels, whatever the chart's width.
pub const SIZE: f64 = 11.0;

/// A sign of unknown width is as wide as a wide letter, so that nothing is cut for being guessed.
const UNKNOWN: u16 = 800;

/// Width of `text` at [`SIZE`], in CSS pixels.
pub fn width(text: &str) -> f64 {
    let thousandths: u32 = text.chars().map(|c| u32::from(advance(c))).sum();
    f64::from(thousandths) * SIZE / 1000.0
}

/// `text`, or as much of its beginning as fits `room` CSS pixels with an ellipsis.
pub fn fit(text: &str, room: f64) -> String {
    // Room is often the width of the widest text itself, give or take a rounding.
    if width(text) <= room + 0.01 {
        return text.to_owned();
    }
    let mut left = room + 0.01 - width("…");
    let kept: String = text
        .chars()
        .take_while(|c| {
            left -= f64::from(advance(*c)) * SIZE / 1000.0;
            left >= 0.0
        })
        .collect();
    if kept.is_empty() {
        String::new()
    } else {
        kept + "…"
    }
}

fn advance(c: char) -> u16 {
    match (c as usize).checked_sub(32).and_then(|i| ASCII.get(i)) {
        Some(width) => *width,
        None => SIGNS
            .iter()
            .find(|(sign, _)| *sign == c)
            .map_or(UNKNOWN, |(_, width)| *width),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_the_fonts() {
        assert_eq!(width(""), 0.0);
        assert!(width("iii") < width("mmm") / 2.0, "proportional");
        assert!(
            (width("0") - SIZE * 0.63).abs() < 0.6,
            "a digit is {} wide",
            width("0")
        );
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis_within_its_room() {
        let fitted = fit("counting 5-grams of the text", 60.0);
        assert!(fitted.ends_with('…') && width(&fitted) <= 60.02, "{fitted}");
        assert_eq!(fit("x", 60.0), "x");
        assert_eq!(fit("wide", 2.0), "");
    }
}
