//! A drawn figure: legend, drawing and the reader's views of it (smoothed, logarithmic, as a table).

mod hear;

use super::{
    curve::smoothable,
    drawing::{At, Drawing, STATIC_WIDTH},
    hands::Hands,
    html::{self as words, escaped},
    legend,
    scene::{Parts, pointed},
    series::Look,
    stage::{Sight, Stage},
    table,
};
use crate::islands::lab::{
    live::{Live, follow},
    seldom::{BEAT, Seldom},
};
use lab::{Figure, Input};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// A table of a figure that moves is made anew so often, in milliseconds: nobody reads faster, and each
/// time the browser has to lay it out.
const TABLE_EVERY: f64 = 1_000.0;

/// What a reader has chosen and where they point.
#[derive(Clone, Copy)]
struct Reader {
    smooth: bool,
    log: Option<bool>,
    table: bool,
    at: Option<At>,
    /// A pointer not yet looked up: the lookup waits for the next frame.
    pointer: Option<(f64, f64)>,
}

impl Reader {
    fn look(&self, figure: &Figure) -> Look {
        Look {
            smooth: self.smooth,
            log: self.log.unwrap_or_else(|| logarithmic(figure)),
            at: None,
        }
    }
}

fn logarithmic(figure: &Figure) -> bool {
    matches!(figure, Figure::Series(series) if series.y.log)
}

/// One plot on the page, copied into its closures.
#[derive(Clone, Copy)]
struct Desk {
    figure: Signal<Arc<Figure>>,
    hands: Option<Hands>,
    reader: Live<Reader>,
    /// The canvas has been drawn: it stands in place of the first frame.
    live: Live<bool>,
    said: Live<String>,
    /// The legend as it was when its marks changed last, those marks, and its values, one a line.
    legend: Live<String>,
    marks: Live<String>,
    values: Live<String>,
    rows: Live<String>,
    stage: StoredValue<Option<Stage>, LocalStorage>,
}

/// A series, a heatmap or a histogram.
pub fn view(figure: Signal<Arc<Figure>>, title: String, hands: Option<Hands>) -> AnyView {
    let reader = Reader {
        smooth: true,
        log: None,
        table: false,
        at: None,
        pointer: None,
    };
    let first = figure.read_untracked().clone();
    let opening = Drawing::new(&first, reader.look(&first), STATIC_WIDTH);
    let opening = opening.map(|d| d.legend()).unwrap_or_default();
    let desk = Desk {
        figure,
        hands,
        reader: Live::new(reader),
        live: Live::new(false),
        said: Live::new(String::new()),
        legend: Live::new(opening.html()),
        marks: Live::new(opening.marks.concat()),
        values: Live::new(opening.lines()),
        rows: Live::new(String::new()),
        stage: StoredValue::new_local(None),
    };
    let html = desk.first(&first, &title);
    follow(move || {
        desk.figure.track();
        desk.reader.track();
        chosen(desk.hands);
        ask(desk.stage);
    });
    let draw = move |parts: &mut Parts| {
        if desk.stage.with_value(Option::is_none) {
            desk.set_stage(parts, &title);
        }
        desk.draw(parts);
    };
    pointed("plain", html, draw, move |_, event| desk.hear(event))
}

impl Desk {
    fn set_stage(self, parts: &Parts, title: &str) {
        let (Some(canvas), Some(around)) = (parts.find("canvas"), parts.find("box")) else {
            return;
        };
        let (mut legend, mut table) = (Seldom::new(BEAT), Seldom::new(TABLE_EVERY));
        let title = title.to_owned();
        let draw = move |sight: &Sight<'_>| {
            self.paint(sight, &mut legend);
            if !self.live.get_untracked() {
                self.live.set(true);
            }
            self.tabulate(&title, &mut table);
        };
        let stage = Stage::new(canvas.unchecked_into(), &around, draw);
        self.stage.set_value(stage);
        ask(self.stage);
    }

    fn choosable(self) -> bool {
        let offers = matches!(&**self.figure.read(), Figure::Heatmap(map) if map.choosable);
        offers && self.hands.is_some()
    }

    /// The whole, as it stands before anything is done.
    fn first(self, figure: &Figure, title: &str) -> String {
        let (frame, legend) = (first_frame(figure, title), self.legend.get_untracked());
        let (title, scale) = (escaped(title), scale(figure));
        let tool = |part: &str, words: &str| {
            format!(
                "<button type=\"button\" class=\"fig-tool\" hidden data-part=\"{part}\">{words}</button>"
            )
        };
        let tools = tool("smooth", "Smooth") + &tool("log", "Log scale") + &tool("table", "Table");
        // Wider than a phone, the first frame scrolls: so it must be reachable by keyboard.
        format!(
            "<div class=\"fig-head\"><ul class=\"legend\" data-part=\"legend\">{legend}</ul>\
             <div class=\"fig-tools\" role=\"group\" aria-label=\"View\" hidden data-part=\"tools\">{tools}</div></div>\
             <div class=\"fig-box\" data-part=\"box\">\
             <div class=\"fig-first\" tabindex=\"0\" data-part=\"first\">{frame}</div>\
             <canvas role=\"img\" tabindex=\"0\" aria-label=\"{title}. Arrow keys read values; a table is beside it.\" \
             hidden data-part=\"canvas\"></canvas>\
             <div class=\"fig-scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{title}, table\" hidden data-part=\"rows\"></div></div>\
             <div class=\"fig-under\" data-part=\"scale\">{scale}</div>\
             <p class=\"fig-hint\" hidden data-part=\"hint\">Click a cell to choose it for its row, or come to it by the arrow keys and press Enter; once more lets it go.</p>\
             <p class=\"fig-said\" aria-live=\"polite\" data-part=\"said\"></p>"
        )
    }

    fn draw(self, parts: &mut Parts) {
        let (live, reader, choosable) = (self.live.get(), self.reader.get(), self.choosable());
        let figure = self.figure.read();
        let table = live && reader.table;
        parts.html("legend", self.legend.get());
        for (i, value) in self.values.get().split('\n').enumerate() {
            parts.text(&legend::part(i), value);
        }
        parts.show("first", !live);
        parts.show("canvas", live && !table);
        parts.set("canvas", "class", if choosable { "chooses" } else { "" });
        parts.show("rows", table);
        parts.html("rows", self.rows.get());
        parts.html("scale", scale(&figure));
        parts.show("hint", choosable);
        parts.text("said", &self.said.get());
        let (smooth, log) = match &**figure {
            Figure::Series(s) => (
                s.lines.iter().any(smoothable),
                s.y.log || s.y.range.is_none(),
            ),
            _ => (false, false),
        };
        let logarithmic = reader.look(&figure).log;
        parts.show("tools", live);
        for (part, offered, on) in [
            ("smooth", smooth, reader.smooth),
            ("log", log, logarithmic),
            ("table", true, reader.table),
        ] {
            parts.show(part, live && offered);
            parts.set(part, "aria-pressed", if on { "true" } else { "false" });
        }
    }

    fn paint(self, sight: &Sight<'_>, seldom: &mut Seldom) {
        let Some(figure) = self.figure.try_get_untracked() else {
            return;
        };
        let choice = self.reader.get_untracked();
        let Some(mut drawing) = Drawing::new(&figure, choice.look(&figure), sight.width()) else {
            return;
        };
        drawing.point(match choice.pointer {
            Some(pointer) => drawing.under(pointer),
            None => choice.at,
        });
        drawing.choose(untrack(|| chosen(self.hands)));
        // Kept without a word to those who follow: what it would cause is this very drawing.
        self.reader.update_quietly(|r| r.at = drawing.at());
        sight.paint(drawing.size(), |painter| drawing.draw(painter));
        let legend = drawing.legend();
        let (marks, values) = (legend.marks.concat(), legend.lines());
        let other = self.marks.with_untracked(|old| *old != marks);
        let changed = other || self.values.with_untracked(|old| *old != values);
        if changed && (choice.pointer.is_some() || seldom.due(again(self.stage))) {
            if other {
                self.marks.set(marks);
                self.legend.set(legend.html());
            }
            self.values.set(values);
        }
    }

    fn tabulate(self, title: &str, seldom: &mut Seldom) {
        let shown = self.reader.with_untracked(|r| r.table);
        if !shown || !seldom.due(again(self.stage)) {
            return;
        }
        let html = table::of(&self.figure.get_untracked())
            .map(|t| table::html(&t, title))
            .unwrap_or_default();
        if self.rows.with_untracked(|old| *old != html) {
            self.rows.set(html);
        }
    }
}

/// The first frame is part of the built page. The living page keeps it as it finds it, and draws on
/// its canvas: the code that writes SVG stays out of the page's wasm.
#[cfg(feature = "ssr")]
fn first_frame(figure: &Figure, title: &str) -> String {
    let log = logarithmic(figure);
    super::svg(
        figure,
        Look {
            smooth: true,
            log,
            at: None,
        },
        STATIC_WIDTH,
        title,
    )
}

#[cfg(not(feature = "ssr"))]
fn first_frame(_: &Figure, _: &str) -> String {
    String::new()
}

fn ask(stage: StoredValue<Option<Stage>, LocalStorage>) {
    stage.try_with_value(|stage| stage.as_ref().map(Stage::request));
}

fn again(stage: StoredValue<Option<Stage>, LocalStorage>) -> Box<dyn FnOnce()> {
    Box::new(move || ask(stage))
}

/// The cells the reader has chosen; follows them.
fn chosen(hands: Option<Hands>) -> Vec<(usize, usize)> {
    let cell = |input| match input {
        Input::Cell { row, column } => Some((row as usize, column as usize)),
        _ => None,
    };
    let given = hands.map(|hands| hands.given.run(())).unwrap_or_default();
    given.into_iter().filter_map(cell).collect()
}

/// The colours' scale, below a matrix.
fn scale(figure: &Figure) -> String {
    let mut out = String::new();
    if let Figure::Heatmap(map) = figure {
        words::scale(&mut out, &map.colours);
    }
    out
}
