//! What a figure that can be acted on knows of its reader.

use lab::{Input, Reader};
use leptos::prelude::*;

/// The reader's side of a figure. Without it a figure is only looked at: a chart, an earlier state.
#[derive(Clone, Copy)]
pub struct Hands {
    /// What the probe takes, with its limits.
    pub reader: &'static Reader,
    /// What it has been given, the example until there is something else: to be followed, so that a
    /// drawing shows a change before its answer comes.
    pub given: Callback<(), Vec<Input>>,
    /// Takes what the reader did. A cell given twice, and a dial given no number, are let go.
    pub give: Callback<Input>,
}
