//! The colours of the style sheet: enough contrast in both themes, and the dark theme, which stands
//! there twice, twice the same.

use std::{collections::BTreeMap, fs, path::Path};

type Tokens = BTreeMap<String, String>;

fn sheet() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/css/10-tokens.css");
    fs::read_to_string(path).expect("the tokens")
}

/// The custom properties of the first block after `selector`.
fn block(sheet: &str, selector: &str) -> Tokens {
    let after = sheet
        .split_once(&format!("{selector} {{"))
        .expect("the block")
        .1;
    let body = after.split_once('}').expect("its end").0;
    let property = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((
            name.trim().strip_prefix("--")?.to_owned(),
            value.trim().to_owned(),
        ))
    };
    body.split(';').filter_map(property).collect()
}

fn light() -> Tokens {
    block(&sheet(), ":root")
}

fn dark() -> Tokens {
    block(&sheet(), ":root[data-theme=\"dark\"]")
}

/// Relative luminance, WCAG 2.2.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&hex[at..at + 2], 16).expect("two hexadecimal digits");
        let c = f64::from(value) / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_can_be_read_on_every_ground_in_both_themes() {
    let texts = [
        "ink", "soft", "faint", "accent", "arm-1", "arm-2", "arm-3", "arm-4", "arm-5", "code-k",
        "code-s", "code-c", "code-t", "code-n", "code-f", "code-m", "code-a",
    ];
    let pairs = [
        ("good", "good-bg"),
        ("wait", "wait-bg"),
        ("bad", "bad-bg"),
        ("away", "away-bg"),
        ("bad", "panel"),
        ("wait", "panel"),
        ("accent-ink", "accent"),
    ];
    for (theme, tokens) in [("light", light()), ("dark", dark())] {
        let grounds = ["paper", "panel", "sunk"];
        let all = texts
            .iter()
            .flat_map(|text| grounds.map(|ground| (*text, ground)));
        for (text, ground) in all.chain(pairs) {
            let ratio = contrast(&tokens[text], &tokens[ground]);
            assert!(
                ratio >= 4.5,
                "{theme}: --{text} on --{ground} has {ratio:.2}:1"
            );
        }
        let edge = contrast(&tokens["edge"], &tokens["panel"]);
        assert!(edge >= 3.0, "{theme}: the edge of a field has {edge:.2}:1");
    }
}

#[test]
fn the_dark_theme_is_the_same_by_choice_and_by_system() {
    assert_eq!(block(&sheet(), ":root:not([data-theme=\"light\"])"), dark());
}

#[test]
fn contrast_is_what_the_guidelines_say() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
}
