//! A page of the book as plain data: what the content compiler makes and the site lays out.

use crate::{claim::Check, knob::Value};
use serde::{Deserialize, Serialize};

/// A compiled page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Its id and address: `char-rnn` is `papers/char-rnn/`.
    pub id: String,
    /// What stands at its head.
    pub front: FrontMatter,
    /// Its body in order.
    pub blocks: Vec<Block>,
    /// Its second-level headings.
    pub outline: Vec<Heading>,
}

/// What stands at the head of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    /// The work's title.
    pub title: String,
    /// Its authors.
    pub authors: String,
    /// Its year, or years: `2015`, `1989 / 2022`.
    pub year: String,
    /// Where to read it.
    pub source: String,
    /// How to cite it.
    #[serde(default)]
    pub bibtex: String,
    /// The id of its shelf.
    pub shelf: String,
    /// Minutes to read.
    pub minutes: u32,
    /// Its idea in one sentence.
    pub idea: String,
    /// What to know first, in one line: Markdown in the file, HTML in a compiled page.
    #[serde(default)]
    pub first: String,
}

/// A heading in the outline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// Its anchor.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// A piece of a page's body.
#[allow(missing_docs, reason = "each variant's line names its fields")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// Prose: headings with anchors, paragraphs, equations as MathML (`<div class="eq">`).
    Html(String),
    /// Prose, and a note in the margin beside its end.
    Noted { html: String, note: String },
    /// A lab.
    Lab(LabBlock),
    /// The verifier's table of a lab, with its command.
    Measured { lab: String },
    /// Running source beside its equation.
    Code(CodeBlock),
    /// Exercises.
    Exercises(Vec<Exercise>),
}

/// A lab on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabBlock {
    /// Which lab.
    pub lab: String,
    /// The figures offered as tabs, in order: metric and probe ids; empty for all.
    #[serde(default)]
    pub show: Vec<String>,
    /// The preset it opens with; empty for the default.
    #[serde(default)]
    pub preset: String,
}

/// The anchor of a lab's region, for links to it: `lab-char-rnn-writing`.
pub fn lab_anchor(lab: &str) -> String {
    format!("lab-{}", lab.replace('/', "-"))
}

/// Running source beside its equation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// Where it stands in the repository: `crates/nn/src/lstm.rs`.
    pub path: String,
    /// The marked region: `cell`.
    pub region: String,
    /// The highlighted lines, one string a line, classes only.
    pub lines: Vec<String>,
    /// MathML beside it; empty for none.
    pub equation: String,
    /// A sentence below it, as HTML; empty for none.
    pub note: String,
}

/// An exercise, marked from what the reader answers or from the reader's run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// Stable id, unique on the page.
    pub id: String,
    /// The question, as HTML.
    pub ask: String,
    /// Answers to choose from, as HTML; empty if a run answers.
    pub choices: Vec<String>,
    /// The right one.
    pub answer: u32,
    /// Why, shown after an answer, as HTML.
    pub why: String,
    /// The run that shows it.
    pub run: Option<RunMark>,
}

/// A run that answers an exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunMark {
    /// In which lab.
    pub lab: String,
    /// Settings the run must have.
    #[serde(default)]
    pub settings: Vec<(String, Value)>,
    /// What its metrics must show at its latest evaluation at or after `step`.
    pub check: Check,
    /// The step it must have come to.
    pub step: u64,
}
