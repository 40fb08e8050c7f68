//! A drawn figure: legend, drawing and the reader's views of it (smoothed, logarithmic, as a table).

use super::{
    curve::smoothable,
    drawing::{At, Drawing, Key, STATIC_WIDTH},
    hands::Hands,
    html as words,
    series::Look,
    stage::{Sight, Stage},
    table,
};
use crate::islands::lab::live::follow;
use lab::{Figure, Input};
use leptos::{ev, html, prelude::*};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// A table of a figure that moves is made anew so often, in milliseconds: nobody reads faster.
const TABLE_EVERY: f64 = 1_000.0;

/// What a reader has chosen and where they point. One signal of one type: every type that a signal
/// holds is code of its own in the page's wasm.
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

/// A series, a heatmap or a histogram.
#[component]
pub fn Plot(
    /// What is shown.
    figure: Signal<Arc<Figure>>,
    /// Its accessible name.
    title: String,
    /// Who acts in it.
    hands: Option<Hands>,
) -> impl IntoView {
    let reader = RwSignal::new(Reader {
        smooth: true,
        log: None,
        table: false,
        at: None,
        pointer: None,
    });
    let live = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    let first = figure.read_untracked().clone();
    let opening = Drawing::new(&first, reader.get_untracked().look(&first), STATIC_WIDTH);
    let legend = RwSignal::new(opening.map(|d| d.legend()).unwrap_or_default());
    let rows = RwSignal::new(String::new());
    let around = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let stage = StoredValue::new_local(None::<Stage>);

    let name = title.clone();
    follow(move || {
        let (Some(canvas), Some(around)) = (canvas.get(), around.get()) else {
            return;
        };
        let name = name.clone();
        let tabulated = Cell::new(f64::NEG_INFINITY);
        stage.set_value(Stage::new(canvas, &around, move |sight| {
            draw(figure, reader, hands, legend, sight);
            live.set(true);
            tabulate(figure, reader, rows, &name, &tabulated, stage);
        }));
    });
    follow(move || {
        figure.track();
        reader.track();
        chosen(hands);
        ask(stage);
    });
    let choosable = Memo::new(move |_| {
        hands.is_some() && matches!(&**figure.read(), Figure::Heatmap(map) if map.choosable)
    });
    let choose = move |at: Option<At>| {
        if let (Some(At::Cell(row, column)), Some(hands), true) =
            (at, hands, choosable.get_untracked())
        {
            hands.give.run(Input::Cell {
                row: row as u32,
                column: column as u32,
            });
        }
    };
    let click = move |event: ev::MouseEvent| {
        // The layout is that of the last drawing: only a width is read.
        let width = around.get_untracked().map_or(0, |a| a.client_width());
        let figure = figure.get_untracked();
        let look = reader.get_untracked().look(&figure);
        let drawing = Drawing::new(&figure, look, width.into());
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        choose(drawing.and_then(|d| d.under(at)));
    };

    let key = move |event: ev::KeyboardEvent| {
        let key = match event.key().as_str() {
            "ArrowLeft" => Key::By(-1, 0),
            "ArrowRight" => Key::By(1, 0),
            "ArrowUp" => Key::By(0, -1),
            "ArrowDown" => Key::By(0, 1),
            "Home" => Key::Home,
            "End" => Key::End,
            "Escape" => return reader.update(|r| r.at = None),
            "Enter" | " " if choosable.get_untracked() => {
                event.prevent_default();
                return choose(reader.get_untracked().at);
            }
            _ => return,
        };
        event.prevent_default();
        let figure = figure.get_untracked();
        if let Some(mut drawing) =
            Drawing::new(&figure, reader.get_untracked().look(&figure), STATIC_WIDTH)
        {
            drawing.point(reader.get_untracked().at);
            drawing.point(drawing.step(key));
            said.set(drawing.readout());
            let at = drawing.at();
            reader.update(|r| (r.at, r.pointer) = (at, None));
        }
    };
    let point = move |event: ev::PointerEvent| {
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        reader.update(|r| r.pointer = Some(at));
    };
    let leave = move |_: ev::PointerEvent| reader.update(|r| (r.at, r.pointer) = (None, None));
    let still = Memo::new(move |_| !live.get());
    let show_table = move || live.get() && reader.read().table;
    view! {
        <div class="fig-head">
            <ul class="legend" inner_html=move || legend.get()></ul>
            {tools(figure, reader, live)}
        </div>
        <div class="fig-box" node_ref=around>
            // Wider than a phone, it scrolls: so it must be reachable by keyboard.
            <div
                class="fig-first"
                tabindex="0"
                hidden=move || !still.get()
                inner_html=first_frame(&first, &title)
            ></div>
            <canvas
                node_ref=canvas
                class:chooses=choosable
                role="img"
                tabindex="0"
                aria-label=format!("{title}. Arrow keys read values; a table is beside it.")
                hidden=move || still.get() || show_table()
                on:pointermove=point
                on:pointerdown=point
                on:pointerleave=leave
                on:click=click
                on:keydown=key
            ></canvas>
            <div
                class="fig-scroll"
                role="region"
                tabindex="0"
                aria-label=format!("{title}, table")
                hidden=move || !show_table()
                inner_html=move || rows.get()
            ></div>
        </div>
        {scale(figure)}
        <p class="fig-hint" hidden=move || !choosable.get()>
            "Click a cell to choose it for its row, or come to it by the arrow keys and press Enter; once more lets it go."
        </p>
        <p class="fig-said" aria-live="polite">{move || said.get()}</p>
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

/// The cells the reader has chosen; follows them.
fn chosen(hands: Option<Hands>) -> Vec<(usize, usize)> {
    let cell = |input| match input {
        Input::Cell { row, column } => Some((row as usize, column as usize)),
        _ => None,
    };
    let given = hands.map(|hands| hands.given.run(())).unwrap_or_default();
    given.into_iter().filter_map(cell).collect()
}

fn draw(
    figure: Signal<Arc<Figure>>,
    reader: RwSignal<Reader>,
    hands: Option<Hands>,
    legend: RwSignal<String>,
    sight: &Sight<'_>,
) {
    let (Some(figure), Some(choice)) = (figure.try_get_untracked(), reader.try_get_untracked())
    else {
        return;
    };
    let Some(mut drawing) = Drawing::new(&figure, choice.look(&figure), sight.width()) else {
        return;
    };
    drawing.point(match choice.pointer {
        Some(pointer) => drawing.under(pointer),
        None => choice.at,
    });
    drawing.choose(untrack(|| chosen(hands)));
    // Kept without a word to the signal: what it would cause is this very drawing.
    reader.update_untracked(|r| r.at = drawing.at());
    sight.paint(drawing.size(), |painter| drawing.draw(painter));
    let html = drawing.legend();
    if *legend.read_untracked() != html {
        legend.set(html);
    }
}

fn tabulate(
    figure: Signal<Arc<Figure>>,
    reader: RwSignal<Reader>,
    rows: RwSignal<String>,
    title: &str,
    tabulated: &Cell<f64>,
    stage: StoredValue<Option<Stage>, LocalStorage>,
) {
    if !reader.read_untracked().table {
        return;
    }
    let now = js_sys::Date::now();
    let since = now - tabulated.get();
    if since < TABLE_EVERY {
        set_timeout(
            move || ask(stage),
            Duration::from_millis((TABLE_EVERY - since) as u64),
        );
        return;
    }
    let html = table::of(&figure.get_untracked())
        .map(|t| table::html(&t, title))
        .unwrap_or_default();
    if *rows.read_untracked() != html {
        tabulated.set(now);
        rows.set(html);
    }
}

/// The colours' scale, below a matrix.
fn scale(figure: Signal<Arc<Figure>>) -> impl IntoView {
    let html = Memo::new(move |_| {
        let mut out = String::new();
        if let Figure::Heatmap(map) = &**figure.read() {
            words::scale(&mut out, &map.colours);
        }
        out
    });
    view! { <div class="fig-under" inner_html=move || html.get()></div> }
}

/// The reader's views. They are not there before the page is alive.
fn tools(
    figure: Signal<Arc<Figure>>,
    reader: RwSignal<Reader>,
    live: RwSignal<bool>,
) -> impl IntoView {
    let can_smooth = Memo::new(
        move |_| matches!(&**figure.read(), Figure::Series(s) if s.lines.iter().any(smoothable)),
    );
    let can_log = Memo::new(
        move |_| matches!(&**figure.read(), Figure::Series(s) if s.y.log || s.y.range.is_none()),
    );
    let own_log = Memo::new(move |_| logarithmic(&figure.read()));
    let smooth = move || reader.read().smooth;
    let log = move || reader.read().log.unwrap_or_else(|| own_log.get());
    let table = move || reader.read().table;
    let views = [
        (
            "Smooth",
            Signal::derive(smooth),
            Callback::new(move |()| reader.update(|r| r.smooth = !r.smooth)),
        ),
        (
            "Log scale",
            Signal::derive(log),
            Callback::new(move |()| {
                // Read before the update: while it lasts, nobody else may look.
                let on = !untrack(log);
                reader.update(|r| r.log = Some(on));
            }),
        ),
        (
            "Table",
            Signal::derive(table),
            Callback::new(move |()| reader.update(|r| r.table = !r.table)),
        ),
    ];
    let offered = [can_smooth, can_log, Memo::new(move |_| live.get())];
    let button = move |nth: usize| {
        let (label, on, turn) = views[nth];
        view! {
            <button
                type="button"
                class="fig-tool"
                hidden=move || !live.get() || !offered[nth].get()
                aria-pressed=move || if on.get() { "true" } else { "false" }
                on:click=move |_| turn.run(())
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="fig-tools" role="group" aria-label="View" hidden=move || !live.get()>
            {[0, 1, 2].map(button)}
        </div>
    }
}
