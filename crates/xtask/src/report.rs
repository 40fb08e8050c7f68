//! `BENCHMARKS.md`: the budgets, and below them a section for each further bench, which the others
//! leave as it is.

use crate::{files, step::root};
use anyhow::Result;

fn marks(name: &str) -> [String; 2] {
    ["begin", "end"].map(|which| format!("<!-- {name}: {which} -->\n"))
}

fn read() -> String {
    // There is none before the first bench.
    std::fs::read_to_string(root().join("BENCHMARKS.md")).unwrap_or_default()
}

fn write(text: &str) -> Result<()> {
    files::write(&root().join("BENCHMARKS.md"), text.as_bytes())
}

/// Writes the budgets above the sections there are.
///
/// # Errors
/// If the file cannot be written.
pub fn put_budgets(budgets: &str) -> Result<()> {
    write(&headed(&read(), budgets))
}

/// Writes the section called `name`.
///
/// # Errors
/// If the file cannot be written.
pub fn put_section(name: &str, section: &str) -> Result<()> {
    write(&replaced(&read(), name, section))
}

/// A report with what stands above its sections replaced.
fn headed(report: &str, budgets: &str) -> String {
    match report.find("<!-- ") {
        Some(at) => format!("{budgets}\n{}", &report[at..]),
        None => budgets.to_owned(),
    }
}

/// A report with a section replaced, or added at its end.
fn replaced(report: &str, name: &str, section: &str) -> String {
    let [begin, end] = marks(name);
    let new = format!("{begin}{section}{end}");
    let old = report.find(&begin).zip(report.find(&end));
    match old.and_then(|(from, to)| report.get(from..to + end.len())) {
        Some(old) => report.replacen(old, &new, 1),
        None => format!("{}\n\n{new}", report.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_added_once_and_then_replaced() {
        let report = "# Benchmarks\n\n| a |\n";
        let first = replaced(report, "peers", "one\n");
        assert_eq!(
            first,
            "# Benchmarks\n\n| a |\n\n<!-- peers: begin -->\none\n<!-- peers: end -->\n"
        );
        let second = replaced(&first, "peers", "two\n");
        assert_eq!(second, first.replace("one", "two"));
        let both = replaced(&second, "scale", "three\n");
        assert!(both.starts_with(&second) && both.contains("three"));
        assert_eq!(
            replaced(&both, "peers", "one\n"),
            both.replace("two", "one")
        );
    }

    #[test]
    fn sections_outlive_the_budgets_above_them() {
        let report = replaced("# Benchmarks\n\n| a |\n", "peers", "one\n");
        assert_eq!(
            headed(&report, "| b |\n"),
            report.replace("# Benchmarks\n\n| a |", "| b |")
        );
        assert_eq!(headed("# Benchmarks\n", "| b |\n"), "| b |\n");
    }
}
