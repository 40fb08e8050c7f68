//! A page's body, block by block.

use super::{Labs, measured::Measured};
use crate::islands::{
    self,
    exercises::{self, Exercises},
    island,
    lab::LabProps,
};
use lab::{
    ClaimTable, Reader, Spec,
    page::{Block, CodeBlock, LabBlock, lab_anchor},
};
use leptos::prelude::*;

/// The body of the page called `page`.
#[component]
pub fn Blocks(page: String, blocks: Vec<Block>, labs: Labs) -> impl IntoView {
    let of = blocks.iter().filter(|b| matches!(b, Block::Lab(_))).count() as u32;
    let mut at = 0;
    let block = move |block| match block {
        Block::Html(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
        Block::Noted { html, note } => view! {
            <div class="noted">
                <div class="prose" inner_html=html></div>
                <aside class="note" inner_html=note></aside>
            </div>
        }
        .into_any(),
        Block::Lab(block) => {
            at += 1;
            lab(block, &labs, (at, of))
        }
        Block::Measured { lab } => labs
            .get(&lab)
            .map(|lab| view! { <Measured lab=lab.clone() /> })
            .into_any(),
        Block::Code(code) => view! { <Code code=code /> }.into_any(),
        Block::Exercises(exercises) => {
            let asked = |id: &&String| {
                exercises
                    .iter()
                    .flat_map(|e| &e.run)
                    .any(|run| run.lab == **id)
            };
            let marking: Vec<_> = labs
                .keys()
                .filter(asked)
                .map(|id| for_marking(&labs[id].spec))
                .collect();
            let props = Exercises {
                page: page.clone(),
                exercises,
                labs: marking,
            };
            island("exercises", props, exercises::view)
        }
    };
    blocks.into_iter().map(block).collect_view()
}

fn lab(block: LabBlock, labs: &Labs, number: (u32, u32)) -> AnyView {
    let Some(lab) = labs.get(&block.lab).cloned() else {
        return ().into_any();
    };
    // Where two blocks show one lab, links lead to the first.
    let anchor = lab_anchor(&block.lab);
    let current = lab.spec.stamp();
    let props = LabProps {
        spec: lab.spec,
        block,
        number,
        recorded: lab.recorded,
        rest: lab.file,
        claims: lab
            .claims
            .filter(|table| table.spec == current)
            .map(rows_only),
        compact: false,
    };
    view! {
        <div class="place" id=anchor>
            {island("lab", props.first_frame(), islands::lab::view)}
        </div>
    }
    .into_any()
}

/// The claims' rows, which stand beside the reader's verdicts; the values behind them stand in the
/// page's own table.
fn rows_only(mut table: ClaimTable) -> ClaimTable {
    table.curves.clear();
    table.metrics.clear();
    table
}

/// What marking a run needs of a lab's spec, and nothing more: it travels with the page.
fn for_marking(spec: &Spec) -> Spec {
    let mut spec = spec.clone();
    spec.probes.clear();
    spec.claims.clear();
    spec.files.clear();
    spec.input = Reader::None;
    spec.diverged.clear();
    spec.knobs.iter_mut().for_each(|knob| knob.help.clear());
    spec.presets
        .iter_mut()
        .for_each(|preset| preset.says.clear());
    spec.metrics
        .iter_mut()
        .for_each(|metric| metric.see.clear());
    spec
}

/// The source that runs, beside its equation.
#[component]
fn Code(code: CodeBlock) -> impl IntoView {
    let CodeBlock {
        path,
        region,
        lines,
        equation,
        note,
    } = code;
    let name = format!("Source: {region} in {path}");
    let equation_name = format!("Equation of {region}");
    let alone = equation.is_empty();
    let lines = lines
        .into_iter()
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    view! {
        <figure class="code" class:alone=alone>
            {(!alone)
                .then(|| view! { <div class="maths" tabindex="0" role="group" aria-label=equation_name inner_html=equation></div> })}
            <pre tabindex="0" role="region" aria-label=name>
                <code inner_html=lines></code>
            </pre>
            <figcaption>
                {(!note.is_empty()).then(|| view! { <span inner_html=note></span> })}
                <span class="path">"Cut from " <code>{path}</code> " when this page was built."</span>
            </figcaption>
        </figure>
    }
}
