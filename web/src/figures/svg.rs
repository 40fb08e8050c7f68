//! The static drawing: an SVG whose colours are custom properties in presentation attributes, so
//! that it follows the reader's theme, with no `style` attribute, which the page's policy forbids.

use super::{
    board::{Anchor, Surface},
    html::escape,
    palette::Pen,
};
use std::fmt::Write as _;

/// An SVG under way.
#[derive(Default)]
pub struct Svg {
    body: String,
}

/// One decimal, and none where it is zero: a page's curves are most of its weight.
fn short(out: &mut String, value: f64) {
    let tenths = (value * 10.0).round() as i64;
    if tenths % 10 == 0 {
        let _ = write!(out, "{}", tenths / 10);
    } else {
        let _ = write!(out, "{}", tenths as f64 / 10.0);
    }
}

impl Svg {
    /// The finished drawing, `width` by `height` CSS pixels, named `title`.
    pub fn finish(self, width: f64, height: f64, title: &str) -> String {
        let mut out = String::from("<svg role=\"img\" aria-label=\"");
        escape(&mut out, title);
        let _ = write!(
            out,
            "\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">{}</svg>",
            self.body
        );
        out
    }

    fn attribute(&mut self, name: &str, value: f64) {
        let _ = write!(self.body, " {name}=\"");
        short(&mut self.body, value);
        self.body.push('"');
    }

    fn fill(&mut self, pen: Pen) {
        let _ = write!(self.body, " fill=\"var({})\"", pen.name());
        if pen.alpha < 1.0 {
            let _ = write!(self.body, " fill-opacity=\"{:.2}\"", pen.alpha);
        }
    }

    fn stroke(&mut self, pen: Pen, width: f64) {
        let _ = write!(self.body, " fill=\"none\" stroke=\"var({})\"", pen.name());
        self.attribute("stroke-width", width);
        if pen.alpha < 1.0 {
            let _ = write!(self.body, " stroke-opacity=\"{:.2}\"", pen.alpha);
        }
        if !pen.dashes().is_empty() {
            let dashes: Vec<String> = pen.dashes().iter().map(f64::to_string).collect();
            let _ = write!(self.body, " stroke-dasharray=\"{}\"", dashes.join(" "));
        }
    }

    fn corner(&mut self, at: (f64, f64), size: (f64, f64)) {
        self.attribute("x", at.0);
        self.attribute("y", at.1);
        self.attribute("width", size.0);
        self.attribute("height", size.1);
    }
}

impl Surface for Svg {
    fn path(&mut self, points: &[(f64, f64)], pen: Pen, width: f64) {
        self.body.push_str("<path d=\"");
        for (i, (x, y)) in points.iter().enumerate() {
            self.body.push(if i == 0 { 'M' } else { 'L' });
            short(&mut self.body, *x);
            self.body.push(' ');
            short(&mut self.body, *y);
        }
        self.body.push('"');
        self.stroke(pen, width);
        self.body.push_str("/>");
    }

    fn rect(&mut self, at: (f64, f64), size: (f64, f64), pen: Pen) {
        self.body.push_str("<rect");
        self.corner(at, size);
        self.fill(pen);
        self.body.push_str("/>");
    }

    fn frame(&mut self, at: (f64, f64), size: (f64, f64), pen: Pen, width: f64) {
        self.body.push_str("<rect");
        self.corner(at, size);
        self.stroke(pen, width);
        self.body.push_str("/>");
    }

    fn disc(&mut self, centre: (f64, f64), radius: f64, pen: Pen) {
        self.body.push_str("<circle");
        self.attribute("cx", centre.0);
        self.attribute("cy", centre.1);
        self.attribute("r", radius);
        self.fill(pen);
        self.body.push_str("/>");
    }

    fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, upright: bool, pen: Pen) {
        self.body.push_str("<text");
        self.attribute("x", at.0);
        self.attribute("y", at.1);
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.body.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.body.push_str(" text-anchor=\"end\""),
        }
        if upright {
            let _ = write!(
                self.body,
                " transform=\"rotate(-90 {:.1} {:.1})\"",
                at.0, at.1
            );
        }
        self.fill(pen);
        self.body.push('>');
        escape(&mut self.body, text);
        self.body.push_str("</text>");
    }
}
