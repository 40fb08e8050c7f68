//! The colours of drawings, by what they mean. plotters passes colours as RGB; ours pass through it
//! as a sentinel that names a custom property of the style sheet (and a dash, which plotters does
//! not know). A static SVG then says `var(--arm-1)` and follows light and dark by itself, and the
//! canvas looks the property up.

use plotters::style::{Color, RGBAColor, RGBColor, ShapeStyle};

/// The custom properties that drawings use, in the order of their sentinels.
pub const PROPERTIES: [&str; 13] = [
    "--ink", "--soft", "--faint", "--line", "--hair", "--panel", "--sunk", "--good", "--arm-1",
    "--arm-2", "--arm-3", "--arm-4", "--arm-5",
];

/// Number of arm colours.
const ARMS: u32 = 5;

/// Dashes by arm, in CSS pixels of stroke and gap: solid, long, dotted, dash-dot, short.
pub const DASHES: [&[f64]; 5] = [
    &[],
    &[8.0, 4.0],
    &[1.5, 3.5],
    &[9.0, 3.0, 1.5, 3.0],
    &[4.0, 3.0],
];

/// A pen: which custom property it takes its colour from, which dash, and how opaque it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Index into [`PROPERTIES`].
    pub property: u8,
    /// Index into [`DASHES`].
    pub dash: u8,
    /// 0 … 1.
    pub alpha: f64,
}

impl Pen {
    /// Body text, crosshair and outlines.
    pub const INK: Self = Self::of(0);
    /// Names of axes and levels.
    pub const SOFT: Self = Self::of(1);
    /// Tick labels.
    pub const FAINT: Self = Self::of(2);
    /// Axes.
    pub const LINE: Self = Self::of(3);
    /// Grid.
    pub const HAIR: Self = Self::of(4);
    /// What lies behind the drawing.
    pub const PANEL: Self = Self::of(5);
    /// The trained range.
    pub const SUNK: Self = Self::of(6);
    /// Growing values, and the upper half of a diverging scale.
    pub const WARM: Self = Self::of(8);
    /// The lower half of a diverging scale.
    pub const COLD: Self = Self::of(9);

    const fn of(property: u8) -> Self {
        Self {
            property,
            dash: 0,
            alpha: 1.0,
        }
    }

    /// The pen of the arm with this index: past the fifth, the colours come again with other dashes.
    pub fn arm(index: u32) -> Self {
        let colour = index % ARMS;
        let dash = (colour + index / ARMS) % DASHES.len() as u32;
        Self {
            property: 8 + colour as u8,
            dash: dash as u8,
            alpha: 1.0,
        }
    }

    /// This pen, so opaque.
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// This pen with another dash.
    pub fn dashed(self, dash: u8) -> Self {
        Self { dash, ..self }
    }

    /// The name of its custom property.
    pub fn name(self) -> &'static str {
        PROPERTIES[usize::from(self.property) % PROPERTIES.len()]
    }

    /// Its strokes and gaps in CSS pixels.
    pub fn dashes(self) -> &'static [f64] {
        DASHES[usize::from(self.dash) % DASHES.len()]
    }

    /// As the colour that passes through plotters.
    pub fn colour(self) -> RGBAColor {
        RGBColor(self.property, self.dash, 0).mix(self.alpha)
    }

    /// As a filled shape.
    pub fn fill(self) -> ShapeStyle {
        ShapeStyle {
            color: self.colour(),
            filled: true,
            stroke_width: 0,
        }
    }

    /// As a line `width` CSS pixels wide.
    pub fn stroke(self, width: f64) -> ShapeStyle {
        let stroke_width = (width * super::board::UNIT).round() as u32;
        ShapeStyle {
            color: self.colour(),
            filled: false,
            stroke_width,
        }
    }

    /// Back from the colour that passed through plotters.
    pub fn read(rgb: (u8, u8, u8), alpha: f64) -> Self {
        Self {
            property: rgb.0,
            dash: rgb.1,
            alpha,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_differ_in_colour_and_dash_and_ten_are_all_different() {
        let pens: Vec<(u8, u8)> = (0..10)
            .map(Pen::arm)
            .map(|p| (p.property, p.dash))
            .collect();
        for (i, a) in pens.iter().enumerate() {
            for b in &pens[..i] {
                assert_ne!(a, b);
                if i < 5 {
                    assert!(a.0 != b.0 && a.1 != b.1);
                }
            }
        }
        assert_eq!(Pen::arm(0).name(), "--arm-1");
        assert_eq!(Pen::arm(6).name(), "--arm-2");
        assert!(Pen::arm(0).dashes().is_empty());
    }

    #[test]
    fn a_pen_survives_the_way_through_plotters() {
        let pen = Pen::arm(3).alpha(0.25);
        let plotters::style::RGBAColor(r, g, b, alpha) = pen.colour();
        assert_eq!(Pen::read((r, g, b), alpha), pen);
    }
}
