//! Excerpts of running source, cut by marked regions: `// region: cell` … `// endregion: cell`.

/// The lines of `region` in `source`, without markers, blank ends and common indentation.
///
/// # Errors
/// If the region is missing, marked twice or not closed.
pub(crate) fn cut(source: &str, region: &str) -> Result<Vec<String>, String> {
    let opens = |line: &&str| marker(line, "region:") == Some(region);
    match source.lines().filter(opens).count() {
        0 => return Err(missing(source, region)),
        1 => {}
        n => return Err(format!("the region “{region}” is marked {n} times")),
    }
    let after = source.lines().skip_while(|line| !opens(line)).skip(1);
    let mut closed = false;
    let lines: Vec<&str> = after
        .take_while(|line| {
            closed = marker(line, "endregion:") == Some(region);
            !closed
        })
        .filter(|line| {
            marker(line, "region:")
                .or(marker(line, "endregion:"))
                .is_none()
        })
        .collect();
    if closed {
        Ok(dedent(&lines))
    } else {
        Err(format!("the region “{region}” is not closed"))
    }
}

fn marker<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    Some(
        line.trim()
            .strip_prefix("//")?
            .trim_start()
            .strip_prefix(word)?
            .trim(),
    )
}

fn missing(source: &str, region: &str) -> String {
    let there: Vec<&str> = source
        .lines()
        .filter_map(|line| marker(line, "region:"))
        .collect();
    let there = if there.is_empty() {
        "none".to_owned()
    } else {
        there.join(", ")
    };
    format!("there is no region “{region}” (there are: {there})")
}

fn dedent(lines: &[&str]) -> Vec<String> {
    let blank = |line: &&str| line.trim().is_empty();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let common = lines
        .iter()
        .filter(|l| !blank(l))
        .map(indent)
        .min()
        .unwrap_or(0);
    let first = lines.iter().position(|l| !blank(l)).unwrap_or(0);
    let end = lines
        .iter()
        .rposition(|l| !blank(l))
        .map_or(0, |last| last + 1);
    lines[first..end]
        .iter()
        .map(|l| l.get(common..).unwrap_or("").trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "fn a() {\n    // region: outer\n\n    let x = 1;\n    // region: inner\n    if x > 0 {\n        b();\n    }\n    // endregion: inner\n    // endregion: outer\n}\n// region: open\n";

    #[test]
    fn cuts_nested_regions_dedented() {
        assert_eq!(
            cut(SOURCE, "inner").unwrap(),
            ["if x > 0 {", "    b();", "}"]
        );
        assert_eq!(
            cut(SOURCE, "outer").unwrap(),
            ["let x = 1;", "if x > 0 {", "    b();", "}"]
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let message = |region| cut(SOURCE, region).unwrap_err();
        assert_eq!(
            message("no"),
            "there is no region “no” (there are: outer, inner, open)"
        );
        assert_eq!(message("open"), "the region “open” is not closed");
        let twice = SOURCE.repeat(2);
        assert_eq!(
            cut(&twice, "inner").unwrap_err(),
            "the region “inner” is marked 2 times"
        );
    }
}
