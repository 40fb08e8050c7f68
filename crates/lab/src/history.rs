//! The metrics of a run so far.

use crate::order::sort_by_key;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every metric of a run, by name, each a curve over steps. A metric over an axis has one curve per
/// point, named `metric@point` (`acc@64`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// By metric: (step, value), steps strictly rising.
    pub curves: BTreeMap<String, Vec<(u64, f64)>>,
}

impl History {
    /// Appends one value; a step already there is replaced, later ones are dropped (a run that was
    /// taken back to a checkpoint walks the same steps again).
    pub fn push(&mut self, metric: &str, step: u64, value: f64) {
        if !self.curves.contains_key(metric) {
            self.curves.insert(metric.to_owned(), Vec::new());
        }
        let curve = self.curves.get_mut(metric).expect("inserted above");
        while curve.last().is_some_and(|(last, _)| *last >= step) {
            curve.pop();
        }
        curve.push((step, value));
    }

    /// The curve of `metric`; empty if it was never measured.
    pub fn curve(&self, metric: &str) -> &[(u64, f64)] {
        self.curves.get(metric).map_or(&[], Vec::as_slice)
    }

    /// The value of `metric` measured exactly at `step`.
    pub fn at(&self, metric: &str, step: u64) -> Option<f64> {
        let curve = self.curve(metric);
        let i = curve.binary_search_by_key(&step, |(s, _)| *s).ok()?;
        Some(curve[i].1)
    }

    /// The latest step and value of `metric`.
    pub fn latest(&self, metric: &str) -> Option<(u64, f64)> {
        self.curve(metric).last().copied()
    }

    /// All metrics as comma-separated values: one row a step, one column a metric, empty where a
    /// metric was not measured.
    pub fn to_csv(&self) -> String {
        let mut steps: Vec<u64> = self.curves.values().flatten().map(|(s, _)| *s).collect();
        sort_by_key(&mut steps, |step| *step);
        steps.dedup();
        let names: Vec<&str> = self.curves.keys().map(String::as_str).collect();
        let mut csv = format!("step,{}\n", names.join(","));
        for step in steps {
            csv += &step.to_string();
            for name in &names {
                csv.push(',');
                if let Some(value) = self.at(name, step) {
                    csv += &value.to_string();
                }
            }
            csv.push('\n');
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_back_replaces_what_came_after() {
        let mut history = History::default();
        for (step, value) in [(1, 3.0), (2, 2.0), (3, 1.0), (2, 2.5)] {
            history.push("loss", step, value);
        }
        assert_eq!(history.curve("loss"), [(1, 3.0), (2, 2.5)]);
        assert_eq!(history.at("loss", 2), Some(2.5));
        assert_eq!(history.at("loss", 3), None);
    }

    #[test]
    fn csv_leaves_unmeasured_cells_empty() {
        let mut history = History::default();
        history.push("loss", 1, 0.5);
        history.push("loss", 2, 0.25);
        history.push("accuracy", 2, 1.0);
        assert_eq!(history.to_csv(), "step,accuracy,loss\n1,,0.5\n2,1,0.25\n");
    }
}
