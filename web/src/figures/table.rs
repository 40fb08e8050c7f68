//! Rows of cells, and every drawn figure as rows of cells: what the table view shows.

use super::html::{escape, grouped, number, place};
use lab::figure::{Figure, Series, Table};
use lab::order::{key, sort_by_key};

/// A table whose first column names its rows.
pub fn html(table: &Table, caption: &str) -> String {
    let mut out = String::from("<table class=\"fig-table\"><caption>");
    escape(&mut out, caption);
    out.push_str("</caption><thead><tr>");
    for head in &table.head {
        out.push_str("<th scope=\"col\">");
        escape(&mut out, head);
        out.push_str("</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        out.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            let (open, close) = if i == 0 {
                ("<th scope=\"row\">", "</th>")
            } else {
                ("<td>", "</td>")
            };
            out.push_str(open);
            escape(&mut out, cell);
            out.push_str(close);
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

/// The most rows the table view shows of a curve; more are thinned evenly, the last one kept.
const ROWS: usize = 200;

/// The numbers behind a drawn figure; `None` where the figure is words already.
pub fn of(figure: &Figure) -> Option<Table> {
    match figure {
        Figure::Series(series) => Some(series_rows(series)),
        Figure::Heatmap(map) => Some(Table {
            head: [map.rows_label.clone()]
                .into_iter()
                .chain(map.columns.iter().cloned())
                .collect(),
            rows: map
                .rows
                .iter()
                .enumerate()
                .map(|(r, name)| {
                    let cells = (0..map.columns.len()).map(|c| {
                        let at = r * map.columns.len() + c;
                        let value = map
                            .values
                            .get(at)
                            .map_or(String::new(), |v| number(f64::from(*v)));
                        match map.texts.get(at) {
                            Some(text) if !text.is_empty() => format!("{text} {value}"),
                            _ => value,
                        }
                    });
                    [name.clone()].into_iter().chain(cells).collect()
                })
                .collect(),
        }),
        Figure::Histogram(histogram) => Some(Table {
            head: [histogram.label.clone()]
                .into_iter()
                .chain(histogram.groups.iter().map(|g| g.label.clone()))
                .collect(),
            rows: histogram
                .edges
                .windows(2)
                .enumerate()
                .map(|(i, edge)| {
                    let counts = histogram.groups.iter().map(|g| {
                        g.counts
                            .get(i)
                            .map_or(String::new(), |n| grouped((*n).into()))
                    });
                    [format!("{} to {}", number(edge[0]), number(edge[1]))]
                        .into_iter()
                        .chain(counts)
                        .collect()
                })
                .collect(),
        }),
        _ => None,
    }
}

fn series_rows(series: &Series) -> Table {
    let mut xs: Vec<f64> = series
        .lines
        .iter()
        .flat_map(|l| l.points.iter().map(|p| p.0))
        .collect();
    sort_by_key(&mut xs, |x| key(*x));
    xs.dedup();
    let every = xs.len().div_ceil(ROWS).max(1);
    let last = xs.len().saturating_sub(1);
    let rows = xs
        .iter()
        .enumerate()
        .filter(|(i, _)| i % every == 0 || *i == last)
        .map(|(_, x)| {
            let cells = series.lines.iter().map(|line| {
                let at = line.points.partition_point(|p| p.0 < *x);
                line.points
                    .get(at)
                    .filter(|p| p.0 == *x)
                    .map_or(String::new(), |p| number(p.1))
            });
            [place(*x)].into_iter().chain(cells).collect()
        });
    let rows: Vec<Vec<String>> = rows.collect();
    let levels = series.levels.iter().map(|level| {
        let cells = series.lines.iter().map(|_| number(level.value));
        [level.label.clone()].into_iter().chain(cells).collect()
    });
    Table {
        head: [series.x.label.clone()]
            .into_iter()
            .chain(series.lines.iter().map(|l| l.label.clone()))
            .collect(),
        rows: rows.into_iter().chain(levels).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::figure::{Heatmap, Level, Line, Scale};

    #[test]
    fn a_curve_is_one_row_an_x_and_lines_that_lack_it_stay_empty() {
        let line = |label: &str, points: &[(f64, f64)]| Line {
            label: label.to_owned(),
            points: points.to_vec(),
            ..Line::default()
        };
        let table = of(&Figure::Series(Series {
            x: Scale {
                label: "step".to_owned(),
                ..Scale::default()
            },
            lines: vec![
                line("A", &[(1.0, 5.0), (2.0, f64::NAN)]),
                line("B", &[(2.0, 4.0)]),
            ],
            levels: vec![Level {
                label: "floor".to_owned(),
                value: 1.0,
            }],
            ..Series::default()
        }))
        .unwrap();
        assert_eq!(table.head, ["step", "A", "B"]);
        assert_eq!(
            table.rows,
            [
                ["1", "5.00", ""],
                ["2", "–", "4.00"],
                ["floor", "1.00", "1.00"]
            ]
        );
    }

    #[test]
    fn long_curves_are_thinned_and_keep_their_end() {
        let points: Vec<(f64, f64)> = (0..5_001).map(|i| (f64::from(i), 0.0)).collect();
        let table = of(&Figure::Series(Series {
            lines: vec![Line {
                points,
                ..Line::default()
            }],
            ..Series::default()
        }))
        .unwrap();
        assert!(table.rows.len() <= ROWS + 1);
        assert_eq!(table.rows.last().unwrap()[0], "5,000");
    }

    #[test]
    fn a_matrix_short_of_values_leaves_cells_empty() {
        let table = of(&Figure::Heatmap(Heatmap {
            rows: vec!["r".to_owned()],
            columns: vec!["a".to_owned(), "b".to_owned()],
            values: vec![0.5],
            ..Heatmap::default()
        }))
        .unwrap();
        assert_eq!(table.rows, [["r", "0.500", ""]]);
    }

    #[test]
    fn heads_have_scopes() {
        let html = html(
            &Table {
                head: vec!["a".to_owned()],
                rows: vec![vec!["<".to_owned(), "1".to_owned()]],
            },
            "t",
        );
        assert!(
            html.contains("<th scope=\"col\">a</th>")
                && html.contains("<th scope=\"row\">&lt;</th><td>1</td>")
        );
    }
}
