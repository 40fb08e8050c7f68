//! What the HTML renderers share: escaping and the numbers' form.

use std::fmt::Write as _;

/// Appends `text` such that it means itself inside an element or a quoted attribute.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        escape_char(out, c);
    }
}

/// `text` such that it means itself inside an element or a quoted attribute.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

/// `text` as a sentence begins.
pub fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// [`escape`] for a single character.
pub fn escape_char(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        c => out.push(c),
    }
}

/// A character as it can be seen: a line break keeps breaking the line behind its sign.
pub fn visible(c: char) -> &'static str {
    match c {
        '\n' => "↵\n",
        '\t' => "⇥",
        '\r' => "␍",
        c if c.is_control() => "␦",
        _ => "",
    }
}

/// A number as a reader wants it: about three digits, a real minus sign, no exponent where it can
/// be helped. No number is a dash.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "–".to_owned()
        } else {
            "∞".to_owned()
        };
    }
    let size = value.abs();
    let text = match size {
        0.0 => "0".to_owned(),
        s if s >= 1e7 => format!("{size:.2e}"),
        s if s >= 1e3 => grouped(size.round() as u64),
        s if s >= 100.0 => format!("{size:.0}"),
        s if s >= 10.0 => format!("{size:.1}"),
        s if s >= 1.0 => format!("{size:.2}"),
        s if s >= 0.001 => format!("{size:.3}"),
        _ => format!("{size:.1e}"),
    };
    if value < 0.0 {
        format!("−{text}")
    } else {
        text
    }
}

/// A count or a step: whole, in groups of three.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A place on an axis: whole numbers whole, others as [`number`] writes them.
pub fn place(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", grouped(value.abs() as u64))
    } else {
        number(value)
    }
}

/// The scale below a tinted figure: its quantity, and the values at its two ends.
pub fn scale(out: &mut String, colours: &lab::figure::Colours) {
    out.push_str("<p class=\"fig-scale\"><span>");
    escape(out, &colours.label);
    let (low, high) = colours.range;
    let _ = write!(
        out,
        "</span> <span class=\"num\">{}</span> <span class=\"ramp\" aria-hidden=\"true\">",
        number(low.into())
    );
    let classes: &[&str] = if colours.diverging {
        &["n8", "n6", "n4", "n2", "t0", "p2", "p4", "p6", "p8"]
    } else {
        &["t0", "t2", "t4", "t6", "t8", "t10", "t12", "t14", "t16"]
    };
    for class in classes {
        let _ = write!(out, "<i class=\"{class}\"></i>");
    }
    let _ = write!(
        out,
        "</span> <span class=\"num\">{}</span></p>",
        number(high.into())
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let cases = [
            (0.0, "0"),
            (1.2141, "1.21"),
            (-0.5, "−0.500"),
            (0.97312, "0.973"),
            (12.345, "12.3"),
            (1234.6, "1,235"),
            (1_000_000.0, "1,000,000"),
            (0.00012, "1.2e-4"),
            (f64::NAN, "–"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(place(620.0), "620");
        assert_eq!(place(1000.0), "1,000");
        assert_eq!(place(0.25), "0.250");
    }

    #[test]
    fn markup_in_data_stays_text() {
        let mut out = String::new();
        escape(&mut out, "<b a=\"x\">&");
        assert_eq!(out, "&lt;b a=&quot;x&quot;&gt;&amp;");
    }
}
