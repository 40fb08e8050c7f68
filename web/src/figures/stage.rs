//! When a canvas is drawn: at most once an animation frame, only while it can be seen, and again
//! when its width, the theme or the font changes. Nothing here reads the layout: the width comes
//! with the observer's report.

use super::canvas::{Canvas, Painter, Palette};
use crate::islands::theme;
use js_sys::{Array, Function};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    Element, EventTarget, HtmlCanvasElement, IntersectionObserver, IntersectionObserverEntry,
    ResizeObserver, ResizeObserverEntry,
};

type Listener = Closure<dyn FnMut(JsValue)>;

/// A canvas that is drawn when there is reason to.
pub struct Stage {
    state: Rc<State>,
    resize: Option<ResizeObserver>,
    sight: Option<IntersectionObserver>,
    heard: Vec<(EventTarget, &'static str, usize)>,
    /// Kept alive as long as the browser may call them.
    listeners: Vec<Listener>,
}

struct State {
    canvas: Canvas,
    palette: RefCell<Palette>,
    width: Cell<f64>,
    seen: Cell<bool>,
    stale: Cell<bool>,
    frame: Cell<Option<i32>>,
    tick: RefCell<Option<Listener>>,
}

impl State {
    fn request(&self) {
        self.stale.set(true);
        if !self.seen.get() || self.width.get() < 1.0 || self.frame.get().is_some() {
            return;
        }
        if let Some(tick) = &*self.tick.borrow() {
            self.frame.set(
                leptos::prelude::window()
                    .request_animation_frame(function(tick))
                    .ok(),
            );
        }
    }
}

fn function(listener: &Listener) -> &Function {
    listener.as_ref().unchecked_ref()
}

impl Stage {
    /// Watches `canvas` within `around`, whose width it may take; `draw` draws it. `None` where the
    /// browser gives no drawing context: the static drawing stays.
    pub fn new(
        canvas: HtmlCanvasElement,
        around: &Element,
        mut draw: impl FnMut(&Sight<'_>) + 'static,
    ) -> Option<Self> {
        let state = Rc::new(State {
            canvas: Canvas::new(canvas)?,
            palette: RefCell::new(Palette::read()),
            width: Cell::new(0.0),
            // Its first drawing gives it its height, also where nobody sees it yet.
            seen: Cell::new(true),
            stale: Cell::new(true),
            frame: Cell::new(None),
            tick: RefCell::new(None),
        });
        // Weak, or the state would keep itself alive through its own tick.
        let weak = Rc::downgrade(&state);
        let tick = Listener::new(move |_| {
            let Some(state) = weak.upgrade() else { return };
            state.frame.set(None);
            if state.stale.replace(false) {
                draw(&Sight { state: &state });
            }
        });
        state.tick.replace(Some(tick));

        let mut stage = Self {
            state,
            resize: None,
            sight: None,
            heard: Vec::new(),
            listeners: Vec::new(),
        };
        let width = stage.listener(|state, entries| {
            let entries: Array = entries.unchecked_into();
            let entry: ResizeObserverEntry = entries.at(-1).unchecked_into();
            if (state.width.replace(entry.content_rect().width()) - entry.content_rect().width())
                .abs()
                > 0.5
            {
                state.request();
            }
        });
        let sight = stage.listener(|state, entries| {
            let entries: Array = entries.unchecked_into();
            let entry: IntersectionObserverEntry = entries.at(-1).unchecked_into();
            state.seen.set(entry.is_intersecting());
            if state.stale.get() {
                state.request();
            }
        });
        let anew = stage.listener(|state, _| {
            state.palette.replace(Palette::read());
            state.request();
        });
        stage.resize = ResizeObserver::new(function(&stage.listeners[width])).ok();
        stage.sight = IntersectionObserver::new(function(&stage.listeners[sight])).ok();
        if let (Some(resize), Some(sight)) = (&stage.resize, &stage.sight) {
            resize.observe(around);
            sight.observe(around);
        }
        let window = leptos::prelude::window();
        if let Ok(Some(system)) = window.match_media("(prefers-color-scheme: dark)") {
            stage.listen(system.into(), "change", anew);
        }
        // Text drawn before the font came was drawn in another one.
        if let Some(document) = window.document() {
            stage.listen(document.fonts().into(), "loadingdone", anew);
        }
        stage.listen(window.into(), theme::CHANGED, anew);
        Some(stage)
    }

    /// Asks for a drawing in the next frame in which it can be seen.
    pub fn request(&self) {
        self.state.request();
    }

    fn listen(&mut self, target: EventTarget, event: &'static str, listener: usize) {
        let _ = target.add_event_listener_with_callback(event, function(&self.listeners[listener]));
        self.heard.push((target, event, listener));
    }

    fn listener(&mut self, act: impl Fn(&State, JsValue) + 'static) -> usize {
        let weak = Rc::downgrade(&self.state);
        self.listeners.push(Listener::new(move |value| {
            if let Some(state) = weak.upgrade() {
                act(&state, value);
            }
        }));
        self.listeners.len() - 1
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(resize) = &self.resize {
            resize.disconnect();
        }
        if let Some(sight) = &self.sight {
            sight.disconnect();
            // What was seen but not yet reported must not reach a listener that is gone.
            sight.take_records();
        }
        for (target, event, listener) in &self.heard {
            let _ = target
                .remove_event_listener_with_callback(event, function(&self.listeners[*listener]));
        }
        if let Some(frame) = self.state.frame.take() {
            let _ = leptos::prelude::window().cancel_animation_frame(frame);
        }
    }
}

/// What a drawing function gets: how wide it may be, and the canvas.
pub struct Sight<'a> {
    state: &'a State,
}

impl Sight<'_> {
    /// Width of what is around the canvas, in CSS pixels.
    pub fn width(&self) -> f64 {
        self.state.width.get()
    }

    /// Draws on a cleared canvas of that size.
    pub fn paint(&self, size: (f64, f64), paint: impl FnOnce(&mut Painter<'_>)) {
        let palette = self.state.palette.borrow();
        paint(&mut self.state.canvas.begin(size, &palette));
    }
}
