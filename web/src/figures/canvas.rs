//! The live drawing: [`Surface`] over a canvas, sharp at the screen's own resolution. A backend of
//! our own rather than `plotters-canvas`, which measures text with a styled element (a layout each
//! time, and blocked by the page's policy), rounds lines to whole pixels and knows no dashes.

use super::{
    board::{Anchor, Surface},
    palette::{DASHES, PROPERTIES, Pen},
    text,
};
use js_sys::Array;
use std::f64::consts::TAU;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The style sheet's colours and font as they are now.
pub struct Palette {
    colours: Vec<String>,
    font: String,
    dashes: Vec<JsValue>,
}

impl Palette {
    /// Reads the custom properties of the page.
    pub fn read() -> Self {
        let window = leptos::prelude::window();
        let root = window.document().and_then(|d| d.document_element());
        let style = root.and_then(|root| window.get_computed_style(&root).ok().flatten());
        let value = |name: &str| {
            let value = style.as_ref().and_then(|s| s.get_property_value(name).ok());
            value.map(|v| v.trim().to_owned()).unwrap_or_default()
        };
        Self {
            colours: PROPERTIES.into_iter().map(value).collect(),
            font: format!("{}px {}", text::SIZE, value("--sans")),
            dashes: DASHES
                .iter()
                .map(|d| {
                    d.iter()
                        .copied()
                        .map(JsValue::from_f64)
                        .collect::<Array>()
                        .into()
                })
                .collect(),
        }
    }
}

/// A canvas with its context.
pub struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Canvas {
    /// The drawing context of `element`; `None` where the browser gives none.
    pub fn new(element: HtmlCanvasElement) -> Option<Self> {
        let context = element.get_context("2d").ok().flatten()?.dyn_into().ok()?;
        Some(Self { element, context })
    }

    /// An empty sheet of that size in CSS pixels.
    pub fn begin<'a>(&'a self, (width, height): (f64, f64), palette: &'a Palette) -> Painter<'a> {
        let ratio = leptos::prelude::window().device_pixel_ratio().max(1.0);
        let pixels = (
            (width * ratio).round() as u32,
            (height * ratio).round() as u32,
        );
        if (self.element.width(), self.element.height()) != pixels {
            self.element.set_width(pixels.0);
            self.element.set_height(pixels.1);
            let style = self.element.style();
            let _ = style.set_property("width", &format!("{width}px"));
            let _ = style.set_property("height", &format!("{height}px"));
        }
        let context = &self.context;
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        context.set_font(&palette.font);
        context.set_line_join("round");
        context.set_global_alpha(1.0);
        Painter {
            context,
            palette,
            fill: None,
            stroke: None,
            dash: None,
            alpha: 1.0,
        }
    }
}

/// A drawing under way. Remembers what the context was last told, because every call crosses from
/// wasm to the browser.
pub struct Painter<'a> {
    context: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
    fill: Option<u8>,
    stroke: Option<u8>,
    dash: Option<u8>,
    alpha: f64,
}

impl Painter<'_> {
    fn alpha(&mut self, alpha: f64) {
        if self.alpha != alpha {
            self.alpha = alpha;
            self.context.set_global_alpha(alpha);
        }
    }

    fn fill(&mut self, pen: Pen) {
        self.alpha(pen.alpha);
        if self.fill.replace(pen.property) != Some(pen.property) {
            self.context
                .set_fill_style_str(&self.palette.colours[usize::from(pen.property)]);
        }
    }

    fn stroke(&mut self, pen: Pen, width: f64) {
        self.alpha(pen.alpha);
        if self.stroke.replace(pen.property) != Some(pen.property) {
            self.context
                .set_stroke_style_str(&self.palette.colours[usize::from(pen.property)]);
        }
        if self.dash.replace(pen.dash) != Some(pen.dash) {
            let _ = self
                .context
                .set_line_dash(&self.palette.dashes[usize::from(pen.dash)]);
        }
        self.context.set_line_width(width);
    }
}

impl Surface for Painter<'_> {
    fn path(&mut self, points: &[(f64, f64)], pen: Pen, width: f64) {
        self.stroke(pen, width);
        self.context.begin_path();
        for (x, y) in points {
            self.context.line_to(*x, *y);
        }
        self.context.stroke();
    }

    fn rect(&mut self, at: (f64, f64), size: (f64, f64), pen: Pen) {
        self.fill(pen);
        self.context.fill_rect(at.0, at.1, size.0, size.1);
    }

    fn frame(&mut self, at: (f64, f64), size: (f64, f64), pen: Pen, width: f64) {
        self.stroke(pen, width);
        self.context.stroke_rect(at.0, at.1, size.0, size.1);
    }

    fn disc(&mut self, centre: (f64, f64), radius: f64, pen: Pen) {
        self.fill(pen);
        self.context.begin_path();
        let _ = self.context.arc(centre.0, centre.1, radius, 0.0, TAU);
        self.context.fill();
    }

    fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, upright: bool, pen: Pen) {
        self.fill(pen);
        self.context.set_text_align(match anchor {
            Anchor::Start => "left",
            Anchor::Middle => "center",
            Anchor::End => "right",
        });
        if !upright {
            let _ = self.context.fill_text(text, at.0, at.1);
            return;
        }
        self.context.save();
        let _ = self.context.translate(at.0, at.1);
        let _ = self.context.rotate(-TAU / 4.0);
        let _ = self.context.fill_text(text, 0.0, 0.0);
        self.context.restore();
    }
}
