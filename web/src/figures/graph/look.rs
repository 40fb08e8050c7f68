//! What stands on the page: the drawing, its words, its dials and tools.

use super::{
    draw::{Mark, svg},
    live::{Desk, KINDS},
    readout, rows,
};
use crate::figures::{
    html::{self, escape},
    scene::Parts,
    table,
};
use lab::figure::{Dial, Graph};
use std::fmt::Write as _;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// More dials than this stand there only while their node is in question.
const DIALS: usize = 6;

impl Desk {
    /// What stands below the drawing: the node in question, or how many there are.
    pub(super) fn words(self, graph: &Graph) -> String {
        let hand = self.hand.get();
        if hand.refused || hand.from.is_some() {
            return self.said.get();
        }
        let at = hand.over.or(hand.at).and_then(|nth| readout(graph, nth));
        let count = || {
            let n = graph.nodes.len();
            self.rules()
                .map(|rules| format!("{n} atoms, of at most {}.", rules.max))
        };
        at.or_else(count).unwrap_or_default()
    }

    /// What can be done.
    pub(super) fn hint(self, graph: &Graph) -> &'static str {
        if self.rules().is_some() {
            "Click an empty place to add an atom, joined to the chosen one; click the chosen one to change its kind; drag it to move it. With Bond pressed, drag from one to another to join or part them. By keyboard: arrow keys, Enter, Delete."
        } else if self.hands.is_some() && graph.pick.is_some() {
            "Click a node to choose it, or come to it by the arrow keys and press Enter."
        } else {
            ""
        }
    }

    /// The dials in question: all of a few; of many, those of nodes that are lit, come to or forced.
    pub(super) fn dials(self, graph: &Graph) -> Vec<&Dial> {
        if self.hands.is_none() {
            return Vec::new();
        }
        let at = self.hand.with(|h| h.at);
        let all = || {
            graph
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, n)| n.dial.is_some())
        };
        let few = all().count() <= DIALS;
        let here = |nth: usize| {
            let node = &graph.nodes[nth];
            few || node.lit || at == Some(nth) || node.dial.as_ref().is_some_and(|d| d.forced)
        };
        all()
            .filter(|(nth, _)| here(*nth))
            .filter_map(|(_, n)| n.dial.as_ref())
            .collect()
    }

    /// The whole, as it stands before anything is done.
    pub(super) fn first(self, title: &str) -> String {
        let graph = self.graph();
        let role = if self.hands.is_some() {
            "application"
        } else {
            "group"
        };
        let mut named = String::new();
        escape(&mut named, title);
        let tool = |part: &str, words: &str| {
            format!(
                "<button type=\"button\" class=\"fig-tool\" data-part=\"{part}\">{words}</button>"
            )
        };
        let mut edits = String::new();
        if let Some(rules) = self.rules() {
            edits.push_str("<span class=\"kinds\" role=\"group\" aria-label=\"Kind of atom\">");
            for (kind, part) in rules.kinds.iter().zip(KINDS) {
                let (mut label, mut long) = (String::new(), String::new());
                escape(&mut label, &kind.label);
                escape(&mut long, &kind.name);
                let _ = write!(
                    edits,
                    "<button type=\"button\" class=\"fig-tool\" data-part=\"{part}\" title=\"{long}\" aria-label=\"{label}, {long}\">{label}</button>"
                );
            }
            edits.push_str("</span>");
            for (part, words) in [
                ("add", "Add"),
                ("bond", "Bond"),
                ("delete", "Delete"),
                ("undo", "Undo"),
            ] {
                edits.push_str(&tool(part, words));
            }
        }
        format!(
            "<div class=\"graph-box\" data-part=\"drawing\" tabindex=\"0\" role=\"{role}\" aria-label=\"{named}: arrow keys read single nodes\">{}</div>\
             <div class=\"fig-scroll\" data-part=\"rows\" role=\"region\" tabindex=\"0\" aria-label=\"{named}, table\" hidden></div>\
             <div data-part=\"scale\">{}</div><p class=\"fig-read\" data-part=\"words\">{}</p>\
             <p class=\"fig-said\" data-part=\"said\" aria-live=\"polite\"></p>\
             <div class=\"dials\" data-part=\"dials\">{}</div>\
             <div class=\"fig-tools\">{edits}{}</div>\
             <p class=\"fig-hint\" data-part=\"hint\">{}</p>",
            svg(&graph, title, Mark::default()),
            scale(&graph),
            self.words(&graph),
            dials_html(&self.dials(&graph)),
            tool("table", "Table"),
            self.hint(&graph)
        )
    }

    pub(super) fn draw(self, parts: &mut Parts, title: &str) {
        let pressed = |is: bool| if is { "true" } else { "false" };
        let (graph, hand) = (self.graph(), self.hand.get());
        let mark = Mark {
            at: hand.at,
            from: hand.from,
            to: hand.to,
        };
        parts.html("drawing", svg(&graph, title, mark));
        let edits = self.rules().is_some();
        let class = match (edits, hand.over.is_some()) {
            (true, true) => "graph-box edits on-node",
            (true, false) => "graph-box edits",
            (false, true) if graph.pick.is_some() => "graph-box on-node",
            _ => "graph-box",
        };
        parts.set("drawing", "class", class);
        parts.set("drawing", "aria-busy", pressed(self.waits()));
        parts.html("scale", scale(&graph));
        let mut words = String::new();
        escape(&mut words, &self.words(&graph));
        parts.html("words", words);
        let wrong = if hand.refused {
            "fig-read wrong"
        } else {
            "fig-read"
        };
        parts.set("words", "class", wrong);
        parts.html("hint", self.hint(&graph).to_owned());
        let mut said = String::new();
        escape(&mut said, &self.said.get());
        parts.html("said", said);
        if edits {
            let kind = hand.at.and_then(|nth| graph.nodes.get(nth)).map(|n| n.kind);
            for (nth, part) in KINDS.into_iter().enumerate() {
                let is = kind.unwrap_or(hand.kind) as usize == nth;
                parts.set(part, "aria-pressed", pressed(is));
            }
            parts.set("bond", "aria-pressed", pressed(hand.bonding));
        }
        parts.set("table", "aria-pressed", pressed(hand.table));
        parts.show("drawing", !hand.table);
        parts.show("rows", hand.table);
        if hand.table {
            parts.html("rows", table::html(&rows(&graph), title));
        }
        self.draw_dials(parts, &self.dials(&graph));
    }

    /// Rows of dials stay what they are while they are turned: only their values change.
    pub(super) fn draw_dials(self, parts: &mut Parts, dials: &[&Dial]) {
        parts.html("dials", dials_html(dials));
        let Some(list) = parts.find("dials").map(|d| d.children()) else {
            return;
        };
        for (row, dial) in (0..).map_while(|i| list.item(i)).zip(dials) {
            let find = |name: &str| row.query_selector(name).ok().flatten();
            if let Some(input) = find("input") {
                input
                    .unchecked_into::<HtmlInputElement>()
                    .set_value(&dial.value.to_string());
            }
            if let Some(output) = find("output") {
                output.set_text_content(Some(&html::number(dial.value.into())));
            }
            if let Some(button) = find("button") {
                let _ = button.toggle_attribute_with_force("hidden", !dial.forced);
            }
            let _ = row.class_list().toggle_with_force("forced", dial.forced);
        }
    }
}

/// What the tints mean, if there are any.
fn scale(graph: &Graph) -> String {
    let mut out = String::new();
    if !graph.colours.label.is_empty() {
        html::scale(&mut out, &graph.colours);
    }
    out
}

/// A row for each dial, without what changes as it is turned.
fn dials_html(dials: &[&Dial]) -> String {
    let mut out = String::new();
    for dial in dials {
        let mut label = String::new();
        escape(&mut label, &dial.label);
        let (low, high) = dial.range;
        let step = f64::from(high - low) / 100.0;
        let id = dial.id;
        let _ = write!(
            out,
            "<div><span>{label}</span><input type=\"range\" data-dial=\"{id}\" aria-label=\"{label}\" min=\"{low}\" max=\"{high}\" step=\"{step:.4}\"><output></output><button type=\"button\" class=\"quiet\" data-let=\"{id}\" aria-label=\"Release {label}\" hidden>Release</button></div>"
        );
    }
    out
}
