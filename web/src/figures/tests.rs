//! What holds for every drawn kind: static and live drawings are laid out alike, labels never
//! meet, nothing is too odd to draw, and little of much is drawn.

use super::board::{Anchor, Surface};
use super::drawing::{At, Drawing, Key};
use super::palette::Pen;
use super::series::Look;
use super::svg::Svg;
use super::text;
use lab::Figure;
use lab::figure::{Heatmap, Histogram, HistogramGroup, Level, Line, Scale, Series};

/// Stands in for the canvas: keeps every call.
#[derive(Default)]
struct Recorder {
    texts: Vec<(String, f64, f64, Anchor, bool)>,
    paths: Vec<(Vec<(f64, f64)>, Pen)>,
    shapes: Vec<((f64, f64), (f64, f64))>,
}

impl Surface for Recorder {
    fn path(&mut self, points: &[(f64, f64)], pen: Pen, _: f64) {
        self.paths.push((points.to_vec(), pen));
    }

    fn rect(&mut self, at: (f64, f64), size: (f64, f64), _: Pen) {
        self.shapes.push((at, size));
    }

    fn frame(&mut self, at: (f64, f64), size: (f64, f64), _: Pen, _: f64) {
        self.shapes.push((at, size));
    }

    fn disc(&mut self, centre: (f64, f64), radius: f64, _: Pen) {
        self.shapes.push((centre, (radius, radius)));
    }

    fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, upright: bool, _: Pen) {
        self.texts
            .push((text.to_owned(), at.0, at.1, anchor, upright));
    }
}

impl Recorder {
    fn of(figure: &Figure, look: Look, width: f64) -> Self {
        let mut recorder = Self::default();
        Drawing::new(figure, look, width)
            .unwrap()
            .draw(&mut recorder);
        recorder
    }

    /// Left and right end of the level texts at one height.
    fn row(&self, y: f64) -> Vec<(f64, f64)> {
        let mut spans: Vec<(f64, f64)> = self
            .texts
            .iter()
            .filter(|t| !t.4 && (t.2 - y).abs() < 1.0)
            .map(|(label, x, _, anchor, _)| {
                let wide = text::width(label);
                match anchor {
                    Anchor::Start => (*x, x + wide),
                    Anchor::Middle => (x - wide / 2.0, x + wide / 2.0),
                    Anchor::End => (x - wide, *x),
                }
            })
            .collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        spans
    }
}

fn curve(points: usize) -> Series {
    let arm = |colour: u32| Line {
        label: format!("arm {colour}"),
        colour,
        points: (0..points)
            .map(|i| {
                (
                    i as f64,
                    1.0 + 2.0 * (-(i as f64) / 90.0).exp()
                        + ((i * 7919 + colour as usize) % 13) as f64 / 50.0,
                )
            })
            .collect(),
        ..Line::default()
    };
    Series {
        x: Scale {
            label: "step".to_owned(),
            range: Some((0.0, 1_000.0)),
            ..Scale::default()
        },
        y: Scale {
            label: "bits per character".to_owned(),
            ..Scale::default()
        },
        lines: vec![arm(0), arm(1)],
        levels: vec![
            Level {
                label: "entropy of the text".to_owned(),
                value: 1.087,
            },
            Level {
                label: "counting 5-grams".to_owned(),
                value: 1.1,
            },
        ],
        trained: Some((0.0, 400.0)),
    }
}

fn matrix() -> Heatmap {
    Heatmap {
        rows_label: "guess".to_owned(),
        columns_label: "text".to_owned(),
        rows: vec!["first".to_owned(), "second".to_owned()],
        columns: (0..12).map(|i| format!("token {i}")).collect(),
        values: (0..24).map(|i| i as f32 / 24.0).collect(),
        texts: vec!["<&".to_owned(); 24],
        outlined: vec![(1, 2), (9, 9)],
        ..Heatmap::default()
    }
}

fn counts() -> Histogram {
    Histogram {
        label: "activation".to_owned(),
        groups: (0..4)
            .map(|g| HistogramGroup {
                label: format!("gate {g}"),
                counts: (0..20).collect(),
            })
            .collect(),
        edges: (0..=20).map(|i| f64::from(i) / 20.0).collect(),
    }
}

fn all() -> [Figure; 3] {
    [
        Figure::Series(curve(300)),
        Figure::Heatmap(matrix()),
        Figure::Histogram(counts()),
    ]
}

const SMOOTH: Look = Look {
    smooth: true,
    log: false,
    at: None,
};

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(&tag[from..from + tag[from..].find('"')?])
}

#[test]
fn static_and_live_drawings_are_laid_out_alike() {
    for figure in all() {
        for width in [300.0, 640.0, 1000.0] {
            let recorder = Recorder::of(&figure, SMOOTH, width);
            let svg = super::svg(&figure, SMOOTH, width, "t");
            let texts: Vec<&str> = svg.split("<text").skip(1).collect();
            assert_eq!(texts.len(), recorder.texts.len());
            for (tag, (text, x, y, anchor, upright)) in texts.iter().zip(&recorder.texts) {
                let number = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
                assert!(
                    (number("x") - x).abs() <= 0.051 && (number("y") - y).abs() <= 0.051,
                    "{tag} {x} {y}"
                );
                let expected = match anchor {
                    Anchor::Start => None,
                    Anchor::Middle => Some("middle"),
                    Anchor::End => Some("end"),
                };
                assert_eq!(attribute(tag, "text-anchor"), expected);
                assert_eq!(tag.contains("rotate(-90"), *upright);
                let mut escaped = String::new();
                super::html::escape(&mut escaped, text);
                assert!(tag.contains(&format!(">{escaped}</text>")), "{tag}");
            }
            assert_eq!(svg.matches("<path").count(), recorder.paths.len());
            assert_eq!(
                svg.matches("<rect").count() + svg.matches("<circle").count(),
                recorder.shapes.len()
            );
        }
    }
}

#[test]
fn static_drawings_carry_tokens_and_no_style_attribute() {
    for figure in all() {
        let svg = super::svg(&figure, SMOOTH, 640.0, "a \"quoted\" name");
        assert!(
            !svg.contains("style=") && !svg.contains('#') && !svg.contains("rgb"),
            "{svg}"
        );
        assert!(
            svg.contains("var(--arm-1)")
                && svg.contains("aria-label=\"a &quot;quoted&quot; name\"")
        );
        let mut surface = Svg::default();
        Drawing::new(&figure, SMOOTH, 640.0)
            .unwrap()
            .draw(&mut surface);
    }
}

#[test]
fn no_two_labels_of_an_axis_meet_and_all_stay_inside() {
    for end in [1.0, 60.0, 1_000.0, 20_000.0, 3.5e6] {
        for width in (300..=1000).step_by(35) {
            let width = f64::from(width);
            let mut series = curve(50);
            series.x.range = Some((0.0, end));
            series.trained = None;
            let recorder = Recorder::of(&Figure::Series(series), SMOOTH, width);
            let below = recorder
                .texts
                .iter()
                .find(|t| t.3 == Anchor::Middle)
                .expect("a label below the axis")
                .2;
            let row = recorder.row(below);
            assert!((2..=6).contains(&row.len()), "{end} {width}: {row:?}");
            assert!(
                row.windows(2).all(|two| two[1].0 - two[0].1 >= 8.0),
                "{end} {width}: {row:?}"
            );
            assert!(
                row[0].0 >= 0.0 && row[row.len() - 1].1 <= width + 0.1,
                "{end} {width}: {row:?}"
            );
            let beside: Vec<f64> = recorder
                .texts
                .iter()
                .filter(|t| t.3 == Anchor::End && t.1 < 60.0)
                .map(|t| t.2)
                .collect();
            assert!((2..=6).contains(&beside.len()));
            assert!(beside.windows(2).all(|two| (two[0] - two[1]).abs() >= 12.0));
        }
    }
}

#[test]
fn names_of_close_levels_do_not_cover_each_other() {
    let recorder = Recorder::of(&Figure::Series(curve(300)), SMOOTH, 640.0);
    let y = |name: &str| {
        recorder
            .texts
            .iter()
            .find(|t| t.0 == name)
            .map(|t| t.2)
            .unwrap()
    };
    assert!((y("entropy of the text") - y("counting 5-grams")).abs() >= 12.0);
}

#[test]
fn the_name_of_a_level_makes_way_for_the_curve_that_begins_there() {
    let left = |start: f64| {
        let line = Line {
            points: vec![(0.0, start), (1.0, 2.1)],
            ..Line::default()
        };
        let level = Level {
            label: "level".to_owned(),
            value: 2.0,
        };
        let series = Series {
            y: Scale {
                range: Some((0.0, 4.0)),
                ..Scale::default()
            },
            lines: vec![line],
            levels: vec![level],
            ..Series::default()
        };
        let recorder = Recorder::of(&Figure::Series(series), SMOOTH, 640.0);
        let name = recorder.texts.iter().find(|t| t.0 == "level").unwrap();
        name.1 < 320.0
    };
    assert!(left(4.0), "at the left, as the curve begins far above");
    assert!(!left(2.2), "at the right, as the curve begins there");
}

#[test]
fn nothing_is_too_odd_to_draw() {
    let odd: Vec<Vec<(f64, f64)>> = vec![
        vec![],
        vec![(5.0, 2.0)],
        vec![(0.0, f64::NAN); 60],
        vec![
            (1.0, 0.0),
            (2.0, -1.0),
            (3.0, f64::INFINITY),
            (4.0, 1e308),
            (5.0, -1e308),
        ],
        vec![(f64::NAN, 1.0), (2.0, 1.0)],
        vec![(1e300, 1e-300); 3],
    ];
    for points in odd {
        for log in [false, true] {
            for smooth in [false, true] {
                let line = Line {
                    points: points.clone(),
                    marked: smooth,
                    ..Line::default()
                };
                let series = Series {
                    lines: vec![line],
                    levels: vec![Level {
                        value: f64::NAN,
                        ..Level::default()
                    }],
                    ..Series::default()
                };
                let look = Look {
                    smooth,
                    log,
                    at: Some(2.0),
                };
                let recorder = Recorder::of(&Figure::Series(series), look, 300.0);
                let sane = |v: f64| v.is_finite() && v.abs() < 5_000.0;
                assert!(
                    recorder
                        .paths
                        .iter()
                        .flat_map(|p| &p.0)
                        .all(|p| sane(p.0) && sane(p.1)),
                    "{points:?} {look:?}"
                );
            }
        }
    }
    for width in [0.0, 1.0, 20.0] {
        for figure in all().into_iter().chain([
            Figure::Heatmap(Heatmap::default()),
            Figure::Histogram(Histogram::default()),
        ]) {
            Recorder::of(&figure, SMOOTH, width);
        }
    }
}

#[test]
fn a_single_point_is_a_dot_and_zeros_are_gaps_on_a_log_axis() {
    let line = |points: &[(f64, f64)]| {
        let line = Line {
            points: points.to_vec(),
            ..Line::default()
        };
        Figure::Series(Series {
            lines: vec![line],
            ..Series::default()
        })
    };
    let curves = |r: &Recorder| {
        r.paths
            .iter()
            .filter(|p| p.1.property == Pen::arm(0).property)
            .count()
    };
    let dot = Recorder::of(&line(&[(1.0, 1.0)]), Look::default(), 640.0);
    assert_eq!((curves(&dot), dot.shapes.len()), (0, 1));
    let look = Look {
        log: true,
        ..Look::default()
    };
    let gap = Recorder::of(
        &line(&[(0.0, 8.0), (1.0, 4.0), (2.0, 0.0), (3.0, 2.0), (4.0, 1.0)]),
        look,
        640.0,
    );
    assert_eq!(curves(&gap), 2);
}

#[test]
fn much_is_drawn_with_little() {
    let mut series = curve(200_000);
    series.x.range = None;
    let recorder = Recorder::of(&Figure::Series(series), SMOOTH, 640.0);
    let points: usize = recorder.paths.iter().map(|p| p.0.len()).sum();
    assert!(points < 4 * 4 * 640, "{points}");
}

#[test]
fn what_lies_under_a_pointer_is_what_the_keys_come_to() {
    for figure in all() {
        let mut drawing = Drawing::new(&figure, SMOOTH, 640.0).unwrap();
        drawing.point(drawing.step(Key::Home));
        let first = drawing.at().unwrap();
        assert!(!drawing.readout().is_empty());
        drawing.point(drawing.step(Key::By(1, 0)));
        assert_ne!(drawing.at(), Some(first));
        drawing.point(drawing.step(Key::By(-1, 0)));
        assert_eq!(drawing.at(), Some(first));
        drawing.point(drawing.step(Key::End));
        drawing.point(drawing.step(Key::By(1, 1)));
        let last = drawing.at();
        drawing.point(drawing.step(Key::End));
        assert_eq!(drawing.at(), last);
        if !matches!(figure, Figure::Series(_)) {
            assert_eq!(first, At::Cell(0, 0));
        }
    }
}

#[test]
fn the_legend_tells_lines_apart_without_colour_and_gives_the_value_pointed_at() {
    let figure = Figure::Series(curve(300));
    let mut drawing = Drawing::new(&figure, Look::default(), 640.0).unwrap();
    let ends = drawing.legend().html();
    assert_eq!(ends.matches("<li").count(), 2);
    assert_eq!(ends.matches("stroke-dasharray").count(), 1);
    drawing.point(Some(At::X(0.0)));
    assert!(
        drawing.legend().html().contains(">3.00</b>") && !ends.contains(">3.00</b>"),
        "{}",
        drawing.legend().html()
    );
    assert!(
        drawing.readout().starts_with("step 0: arm 0 3.00, arm 1 "),
        "{}",
        drawing.readout()
    );
}

#[test]
fn plotters_is_told_the_width_of_our_own_font() {
    use plotters::drawing::IntoDrawingArea;
    use plotters::style::{IntoFont, TextStyle};
    let mut recorder = Recorder::default();
    let area = super::board::Board::new(&mut recorder, 100.0, 100.0).into_drawing_area();
    let style: TextStyle<'_> = ("serif", 40.0).into_font().into();
    let (width, _) = area
        .estimate_text_size("bits per character", &style)
        .unwrap();
    let ours = text::width("bits per character") * super::board::UNIT;
    assert!((f64::from(width) - ours).abs() <= 1.0, "{width} {ours}");
}
