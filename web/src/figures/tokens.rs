//! Text, each token tinted by a number: a strip of spans whose tint is a class, because the page's
//! policy allows no `style` attribute.

use super::html::{escape, escape_char, number, scale, visible};
use lab::figure::{Colours, Tokens};
use std::fmt::Write as _;

/// Where a value lies between the two ends of a scale, 0 … 1; no number lies nowhere.
pub fn part(value: f32, colours: &Colours) -> Option<f64> {
    let (low, high) = colours.range;
    let part = if high > low {
        ((value - low) / (high - low)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    value.is_finite().then_some(f64::from(part))
}

/// The class of a value: `t0` … `t16` grow from nothing to full, `n8` … `p8` part at zero. No
/// number, no tint.
pub fn tint(value: f32, colours: &Colours) -> Option<String> {
    let part = part(value, colours)?;
    if !colours.diverging {
        return Some(format!("t{}", (part * 16.0).round() as u32));
    }
    Some(match ((part - 0.5) * 16.0).round() as i32 {
        0 => "t0".to_owned(),
        side if side < 0 => format!("n{}", -side),
        side => format!("p{side}"),
    })
}

/// The strips and their scale. The n-th child of the n-th `.tok` is the token of that index, which
/// is how the page finds the value under the pointer.
pub fn html(tokens: &Tokens) -> String {
    let mut out = String::new();
    for strip in &tokens.strips {
        out.push_str("<div class=\"tok-strip\"><p class=\"tok-label\">");
        escape(&mut out, &strip.label);
        out.push_str("</p><p class=\"tok\">");
        for (i, token) in strip.tokens.iter().enumerate() {
            let value = strip.values.get(i).copied().unwrap_or(f32::NAN);
            match tint(value, &tokens.colours) {
                Some(class) => {
                    let _ = write!(out, "<span class=\"{class}\">");
                }
                None => out.push_str("<span>"),
            }
            for c in token.chars() {
                match visible(c) {
                    "" => escape_char(&mut out, c),
                    sign => out.push_str(sign),
                }
            }
            out.push_str("</span>");
        }
        out.push_str("</p></div>");
    }
    scale(&mut out, &tokens.colours);
    out
}

/// What the readout says of one token: `b: 0.310`.
pub fn readout(tokens: &Tokens, strip: usize, token: usize) -> Option<String> {
    let strip = tokens.strips.get(strip)?;
    let (text, value) = (strip.tokens.get(token)?, *strip.values.get(token)?);
    let name = match text.as_str() {
        " " => "space".to_owned(),
        "\n" => "line break".to_owned(),
        "\t" => "tab".to_owned(),
        text => format!("“{text}”"),
    };
    Some(if value.is_finite() {
        format!("{name}: {}", number(value.into()))
    } else {
        format!("{name}: no value")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::figure::Strip;

    fn strip(tokens: &[&str], values: &[f32]) -> Tokens {
        Tokens {
            strips: vec![Strip {
                label: "cell 41 & co".to_owned(),
                tokens: tokens.iter().map(|t| (*t).to_owned()).collect(),
                values: values.to_vec(),
            }],
            ..Tokens::default()
        }
    }

    #[test]
    fn every_token_is_one_span_even_without_a_value() {
        let figure = strip(&["a", "<", "\n", " "], &[0.0, 1.0, f32::NAN]);
        let html = html(&figure);
        let body = &html[html.find("<p class=\"tok\">").unwrap()..html.find("</p></div>").unwrap()];
        assert_eq!(body.matches("<span").count(), 4);
        assert!(body.contains("<span class=\"t0\">a</span><span class=\"t16\">&lt;</span><span>↵\n</span><span> </span>"));
        assert!(html.contains("cell 41 &amp; co"));
        assert!(!html.contains("style="));
    }

    #[test]
    fn tints_stay_in_their_classes() {
        let diverging = Colours {
            label: String::new(),
            range: (-1.0, 1.0),
            diverging: true,
        };
        let tints = [-9.0, -1.0, -0.01, 0.5, 9.0].map(|v| tint(v, &diverging).unwrap());
        assert_eq!(tints, ["n8", "n8", "t0", "p4", "p8"]);
        let flat = Colours {
            range: (1.0, 1.0),
            ..Colours::default()
        };
        assert_eq!(tint(3.0, &flat).unwrap(), "t0");
        assert_eq!(tint(f32::NAN, &flat), None);
    }

    #[test]
    fn the_readout_names_what_cannot_be_seen() {
        let figure = strip(&["\n", "q"], &[0.5, f32::NAN]);
        assert_eq!(readout(&figure, 0, 0).unwrap(), "line break: 0.500");
        assert_eq!(readout(&figure, 0, 1).unwrap(), "“q”: no value");
        assert_eq!(readout(&figure, 0, 2), None);
    }
}
