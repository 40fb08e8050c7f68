//! Pictures of one kind, one at a time.

use super::{
    Hands,
    html::escape,
    scene::{self, Parts},
    view::body,
};
use crate::islands::lab::live::Live;
use lab::{Figure, figure::Stages};
use leptos::prelude::*;
use std::{sync::Arc, time::Duration};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// How long a picture stays while they play.
const PACE: Duration = Duration::from_millis(1200);

/// So many sentences are read without scripts.
const READ: usize = 12;

/// Which picture is shown.
#[derive(Clone, Copy, Default)]
struct At {
    stage: usize,
    playing: bool,
    /// The reader has moved it: places on the page light up with it from then on.
    touched: bool,
}

/// One flip book on the page, copied into its closures.
#[derive(Clone, Copy)]
struct Desk {
    figure: Signal<Arc<Figure>>,
    at: Live<At>,
}

impl Desk {
    /// Asks the stages; follows the figure. It may be gone while they still play.
    fn with<R>(self, f: impl FnOnce(&Stages) -> R) -> Option<R> {
        match &**self.figure.try_read()? {
            Figure::Stages(stages) if !stages.stages.is_empty() => Some(f(stages)),
            _ => None,
        }
    }

    fn count(self) -> usize {
        self.with(|s| s.stages.len()).unwrap_or(0)
    }

    /// The stage shown: the last, if there are fewer now.
    fn now(self) -> usize {
        self.at
            .with(|at| at.stage)
            .min(self.count().saturating_sub(1))
    }

    fn go(self, stage: usize) {
        let last = untrack(|| self.count()).saturating_sub(1);
        self.at
            .update(|at| (at.stage, at.touched) = (stage.min(last), true));
    }

    fn play(self) {
        let ended = untrack(|| self.now() + 1 >= self.count());
        self.at.update(|at| {
            at.playing = !at.playing;
            if at.playing && ended {
                at.stage = 0;
            }
            at.touched = true;
        });
        self.tick();
    }

    fn tick(self) {
        if !self.at.get_untracked().playing {
            return;
        }
        let next = move || {
            if !self.at.get_untracked().playing {
                return;
            }
            let next = untrack(|| self.now()) + 1;
            self.go(next);
            if next + 1 >= untrack(|| self.count()) {
                self.at.update(|at| at.playing = false);
            }
            self.tick();
        };
        set_timeout(next, PACE);
    }

    /// The picture shown now.
    fn picture(self) -> Arc<Figure> {
        let now = self.now();
        let figure = self.with(|s| s.stages[now].figure.clone());
        Arc::new(figure.unwrap_or_else(|| Figure::Texts(lab::figure::Texts::default())))
    }

    fn words(self) -> (String, String, String) {
        let (now, count) = (self.now(), self.count());
        let stage = self.with(|s| {
            let (mut title, mut says) = (String::new(), String::new());
            escape(&mut title, &s.stages[now].title);
            escape(&mut says, &s.stages[now].says);
            (title, says)
        });
        let (title, says) = stage.unwrap_or_default();
        (title, says, format!("{} of {count}", now + 1))
    }

    /// The whole, as it stands before anything is done.
    fn first(self, title: &str) -> String {
        let (stage, says, of) = self.words();
        let mut named = String::new();
        escape(&mut named, title);
        let mut label = String::new();
        escape(
            &mut label,
            &self.with(|s| s.label.clone()).unwrap_or_default(),
        );
        let last = self.count().saturating_sub(1);
        format!(
            "<div class=\"stages-bar\" role=\"group\" aria-label=\"{named}: {label}\">\
             <button type=\"button\" data-part=\"back\"><span aria-hidden=\"true\">← </span>Previous</button>\
             <button type=\"button\" data-part=\"on\">Next<span aria-hidden=\"true\"> →</span></button>\
             <button type=\"button\" class=\"quiet\" data-part=\"play\">Play</button>\
             <input type=\"range\" data-part=\"slide\" min=\"0\" max=\"{last}\" value=\"0\" aria-label=\"{label}\">\
             <span data-part=\"of\">{of}</span></div>\
             <p class=\"stages-says\" aria-live=\"polite\"><b data-part=\"title\">{stage}</b> <span data-part=\"says\">{says}</span></p>{}",
            self.with(unscripted).unwrap_or_default()
        )
    }

    fn draw(self, parts: &mut Parts) {
        let (title, says, of) = self.words();
        let (now, count) = (self.now(), self.count());
        let at = self.at.get();
        parts.html("title", title);
        parts.html("says", says);
        parts.html("of", of.clone());
        parts.html("play", if at.playing { "Stop" } else { "Play" }.to_owned());
        parts.set("slide", "max", &count.saturating_sub(1).to_string());
        parts.set("slide", "aria-valuetext", &of);
        if let Some(slide) = parts.find("slide") {
            slide
                .unchecked_into::<HtmlInputElement>()
                .set_value(&now.to_string());
        }
        parts.set("back", "aria-disabled", bool(now == 0));
        parts.set("on", "aria-disabled", bool(now + 1 >= count));
        if at.touched {
            light(
                &self
                    .with(|s| s.stages[now].lights.clone())
                    .unwrap_or_default(),
            );
        }
    }

    fn hear(self, event: &Event) {
        let on = |name: &str| scene::target(event, &format!("[data-part={name}]"));
        let now = untrack(|| self.now());
        match event.type_().as_str() {
            "click" if on("back").is_some() => self.stop_at(now.saturating_sub(1)),
            "click" if on("on").is_some() => self.stop_at(now + 1),
            "click" if on("play").is_some() => self.play(),
            "input" => {
                let slide = on("slide").map(JsCast::unchecked_into::<HtmlInputElement>);
                if let Some(to) = slide.and_then(|s| s.value().parse().ok()) {
                    self.stop_at(to);
                }
            }
            _ => {}
        }
    }

    fn stop_at(self, stage: usize) {
        self.at.update_quietly(|at| at.playing = false);
        self.go(stage);
    }
}

fn bool(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// What the pictures say, for a page without scripts; nothing if they are too many to read.
fn unscripted(stages: &Stages) -> String {
    let mut out = String::new();
    if stages.stages.len() > READ {
        return out;
    }
    out.push_str("<noscript><ol>");
    for stage in &stages.stages {
        out.push_str("<li>");
        escape(&mut out, &format!("{}: {}", stage.title, stage.says));
        out.push_str("</li>");
    }
    out.push_str("</ol></noscript>");
    out
}

/// Marks the places on the page that have one of these names, and no others.
fn light(names: &[String]) {
    let Some(places) = document().query_selector_all("[data-light]").ok() else {
        return;
    };
    for i in 0..places.length() {
        let Some(place) = places
            .item(i)
            .and_then(|p| p.dyn_into::<web_sys::Element>().ok())
        else {
            continue;
        };
        let lit = place
            .get_attribute("data-light")
            .is_some_and(|own| own.split(' ').any(|name| names.iter().any(|n| n == name)));
        let _ = place.class_list().toggle_with_force("lit", lit);
    }
}

/// The figure, living.
pub fn view(figure: Signal<Arc<Figure>>, title: String, hands: Option<Hands>) -> AnyView {
    let desk = Desk {
        figure,
        at: Live::new(At::default()),
    };
    let first = untrack(|| desk.first(&title));
    let bar = scene::form(
        "stages-head",
        first,
        move |parts| desk.draw(parts),
        move |_, event| desk.hear(event),
    );
    let picture = Memo::new_with_compare(
        move |_| desk.picture(),
        |old: Option<&Arc<Figure>>, new| old != new,
    );
    let picture = body(picture.into(), title, hands);
    view! { <div class="stages">{bar}{picture}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::figure::{Graph, Node, Stage};

    fn stages(count: usize) -> Arc<Figure> {
        let stage = |nth: usize| Stage {
            title: format!("Gate <{nth}>"),
            says: "It keeps.".to_owned(),
            lights: vec![],
            figure: Figure::Graph(Graph {
                nodes: vec![Node {
                    label: format!("node {nth}"),
                    ..Node::default()
                }],
                ..Graph::default()
            }),
        };
        Arc::new(Figure::Stages(Stages {
            label: "Sub-step".to_owned(),
            stages: (0..count).map(stage).collect(),
            pick: None,
        }))
    }

    #[test]
    fn the_built_page_shows_the_first_and_tells_of_all() {
        let owner = Owner::new();
        let html =
            owner.with(|| view(Signal::stored(stages(3)), "The cell".to_owned(), None).to_html());
        assert!(html.contains("Gate &lt;0&gt;") && !html.contains("Gate <"));
        assert!(html.contains("1 of 3") && html.contains("max=\"2\""));
        assert!(html.contains(">node 0<") && !html.contains(">node 1<"));
        assert_eq!(html.matches("<li>Gate").count(), 3, "{html}");
        assert!(!html.contains("style="));
    }

    #[test]
    fn the_stage_stays_as_the_figure_is_refreshed() {
        let owner = Owner::new();
        owner.with(|| {
            let figure = RwSignal::new(stages(5));
            let at = Live::new(At::default());
            let desk = Desk {
                figure: figure.into(),
                at,
            };
            desk.go(3);
            assert_eq!((desk.now(), desk.words().2), (3, "4 of 5".to_owned()));
            figure.set(stages(5));
            assert_eq!(desk.now(), 3);
            figure.set(stages(2));
            assert_eq!(desk.now(), 1, "the last there is");
            figure.set(stages(5));
            assert_eq!(desk.now(), 3);
            desk.go(99);
            assert_eq!(desk.now(), 4);
            assert!(at.with(|at| at.touched));
            figure.set(stages(0));
            assert_eq!(desk.now(), 0);
            assert!(matches!(&*desk.picture(), Figure::Texts(_)));
        });
    }
}
