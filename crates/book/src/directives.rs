//! The fenced blocks: labs, measured tables, code, exercises, notes.

use crate::{
    excerpt, highlight, lights,
    markdown::{Fence, Piece, Place},
    markup::is_id,
    sheet::{Sheet, newlines},
    tex,
};
use lab::page::{Block, CodeBlock, Exercise, LabBlock, RunMark, lab_anchor};
use pulldown_latex::config::DisplayMode;
use serde::Deserialize;
use std::iter::repeat;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasuredFence {
    lab: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFence {
    path: Spanned<String>,
    region: Spanned<String>,
    equation: Option<Spanned<String>>,
    note: Option<Spanned<String>>,
    #[serde(default)]
    lights: Vec<(String, Spanned<String>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExerciseFence {
    id: Spanned<String>,
    ask: Spanned<String>,
    #[serde(default)]
    choices: Vec<Spanned<String>>,
    answer: Option<Spanned<u32>>,
    why: Spanned<String>,
    run: Option<RunMark>,
}

impl Fence {
    /// The line of the file at which byte `at` of the content stands.
    fn line_at(&self, at: usize) -> usize {
        self.line + 1 + newlines(&self.text, at)
    }

    fn line_of<T>(&self, value: &Spanned<T>) -> usize {
        self.line_at(value.span().start)
    }

    /// The line where a string's own text begins: a `"""` before a line break is a line above it.
    fn line_of_text(&self, value: &Spanned<String>) -> usize {
        let raw = &self.text[value.span()];
        let below = ["\"\"\"\n", "'''\n"]
            .iter()
            .any(|quote| raw.starts_with(quote));
        self.line_of(value) + usize::from(below)
    }

    /// The line where `name` first stands in quotes, or the fence's own.
    fn line_with(&self, name: &str) -> usize {
        self.text
            .find(&format!("\"{name}\""))
            .map_or(self.line, |at| self.line_at(at))
    }
}

impl Sheet<'_> {
    /// Compiles a page's body whose first line is line `line` of the file.
    pub(crate) fn body(&mut self, text: &str, line: usize) -> Vec<Block> {
        let mut blocks: Vec<Block> = vec![];
        for piece in self.markdown(text, line, Place::Body) {
            let block = match piece {
                Piece::Html(html) => Some(Block::Html(html)),
                Piece::Fence(fence) if fence.kind == "note" => {
                    self.note(&fence, &mut blocks);
                    continue;
                }
                Piece::Fence(fence) => self.directive(&fence),
            };
            match (blocks.last_mut(), block) {
                (Some(Block::Exercises(before)), Some(Block::Exercises(more))) => {
                    before.extend(more)
                }
                (_, block) => blocks.extend(block),
            }
        }
        self.check_anchors();
        blocks
    }

    fn directive(&mut self, fence: &Fence) -> Option<Block> {
        match fence.kind.as_str() {
            "lab" => self.lab(fence).map(Block::Lab),
            "measured" => self.measured(fence),
            "code" => self.code(fence).map(Block::Code),
            _ => self
                .exercise(fence)
                .map(|exercise| Block::Exercises(vec![exercise])),
        }
    }

    /// Puts a note beside the text before it.
    fn note(&mut self, fence: &Fence, blocks: &mut Vec<Block>) {
        let note = self.prose(&fence.text, fence.line + 1);
        match blocks.pop() {
            Some(Block::Html(html)) => blocks.push(Block::Noted { html, note }),
            other => {
                blocks.extend(other);
                self.error(fence.line, "a note needs text before it to stand beside");
            }
        }
    }

    fn lab(&mut self, fence: &Fence) -> Option<LabBlock> {
        let block: LabBlock = self.toml(&fence.text, fence.line + 1)?;
        let world = self.world;
        let spec = self.ok(fence.line_with(&block.lab), world.spec(&block.lab))?;
        if !self.ids.insert(lab_anchor(&block.lab)) {
            let message = format!("the lab “{}” stands on this page already", block.lab);
            self.error(fence.line_with(&block.lab), message);
        }
        for id in &block.show {
            let shown = crate::checks::can_show(spec, id);
            self.ok(fence.line_with(id), shown);
        }
        if !block.preset.is_empty() {
            self.ok(
                fence.line_with(&block.preset),
                crate::checks::has_preset(spec, &block.preset),
            );
        }
        Some(block)
    }

    fn measured(&mut self, fence: &Fence) -> Option<Block> {
        let MeasuredFence { lab } = self.toml(&fence.text, fence.line + 1)?;
        let world = self.world;
        self.ok(fence.line_with(&lab), world.spec(&lab))?;
        Some(Block::Measured { lab })
    }

    fn code(&mut self, fence: &Fence) -> Option<CodeBlock> {
        let code: CodeFence = self.toml(&fence.text, fence.line + 1)?;
        let equation = code.equation.map(|equation| {
            let math = tex::mathml(equation.as_ref(), DisplayMode::Block);
            self.ok(
                fence.line_of_text(&equation),
                math.map_err(|e| format!("TeX: {e}")),
            )
        });
        let note = code
            .note
            .map(|note| self.prose(note.as_ref(), fence.line_of_text(&note)));
        let line = fence.line_of(&code.path);
        let path = code.path.into_inner();
        let source = self.ok(line, self.source(&path))?;
        let region = code.region.as_ref();
        let cut = excerpt::cut(&source, region).map_err(|e| format!("{path}: {e}"));
        let lines = self.ok(fence.line_of(&code.region), cut)?;
        let pairs: Vec<(&str, &str)> = code
            .lights
            .iter()
            .map(|(name, piece)| (name.as_str(), piece.as_ref().as_str()))
            .collect();
        let named = lights::of_lines(&lines, &pairs)
            .map_err(|(nth, why)| self.error(fence.line_of(&code.lights[nth].1), why))
            .unwrap_or_default();
        let names = named.iter().map(String::as_str).chain(repeat(""));
        Some(CodeBlock {
            lines: highlight::lines(&path, &lines)
                .into_iter()
                .zip(names)
                .map(|(line, names)| lights::line(line, names))
                .collect(),
            path,
            region: region.clone(),
            equation: equation.flatten().unwrap_or_default(),
            note: note.unwrap_or_default(),
        })
    }

    fn source(&self, path: &str) -> Result<String, String> {
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return Err(format!("“{path}” leads out of the repository"));
        }
        let read = std::fs::read_to_string(self.world.root.join(path));
        read.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("there is no file “{path}”"),
            _ => format!("“{path}” cannot be read: {error}"),
        })
    }

    fn exercise(&mut self, fence: &Fence) -> Option<Exercise> {
        let exercise: ExerciseFence = self.toml(&fence.text, fence.line + 1)?;
        let id = exercise.id.as_ref();
        if !is_id(id) {
            let message = format!("“{id}” is no id: small letters, digits and hyphens");
            self.error(fence.line_of(&exercise.id), message);
        } else if !self.ids.insert(format!("exercise-{id}")) {
            let message = format!("the exercise “{id}” stands on this page already");
            self.error(fence.line_of(&exercise.id), message);
        }
        let count = exercise.choices.len();
        let answer = match &exercise.answer {
            None if count == 0 && exercise.run.is_some() => 0,
            None if count == 0 => {
                self.error(
                    fence.line,
                    "an exercise needs choices or a run that answers it",
                );
                0
            }
            None => {
                self.error(fence.line, "an exercise with choices needs an answer");
                0
            }
            Some(answer) => {
                let index = *answer.as_ref();
                if index as usize >= count {
                    let message =
                        format!("the answer {index} is none of the {count} choices (from 0)");
                    self.error(fence.line_of(answer), message);
                }
                index
            }
        };
        if let Some(run) = &exercise.run {
            self.run_mark(run, fence);
        }
        let text = |sheet: &mut Self, text: &Spanned<String>| {
            sheet.prose(text.as_ref(), fence.line_of_text(text))
        };
        let ask = text(self, &exercise.ask);
        let why = text(self, &exercise.why);
        let choice = |text: &Spanned<String>| self.phrase(text.as_ref(), fence.line_of_text(text));
        let choices = exercise.choices.iter().map(choice).collect();
        Some(Exercise {
            id: exercise.id.into_inner(),
            ask,
            choices,
            answer,
            why,
            run: exercise.run,
        })
    }

    fn run_mark(&mut self, run: &RunMark, fence: &Fence) {
        let (world, line) = (self.world, fence.line_with(&run.lab));
        let Some(spec) = self.ok(line, world.spec(&run.lab)) else {
            return;
        };
        if !world
            .labs
            .iter()
            .any(|(lab, at)| *lab == run.lab && at == self.address)
        {
            let message = format!("the lab “{}” does not stand on this page", run.lab);
            self.error(line, message);
        }
        for (knob, value) in &run.settings {
            let fits = spec.knob(knob).and_then(|spec| spec.check(value));
            self.ok(
                fence.line_with(knob),
                fits.map_err(|error| error.to_string()),
            );
        }
        for (name, message) in crate::checks::check(spec, &run.check, run.step) {
            self.error(fence.line_with(&name), message);
        }
    }
}
