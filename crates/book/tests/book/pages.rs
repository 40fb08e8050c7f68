//! The fixture site compiles to exactly what stands in `tests/pages/`. After a wanted change, run
//! once with `UPDATE=1` and read the difference.

use crate::common;
use book::Library;
use lab::page::Block;
use std::{fmt::Write, fs};

fn compiled() -> Library {
    let site = common::tests().join("site");
    Library::load(&site, &[common::spec()], &common::papers()).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"))
    })
}

/// Blocks as text that a person can compare.
fn shown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Html(html) => writeln!(out, "=== html\n{html}"),
            Block::Noted { html, note } => writeln!(out, "=== html\n{html}\n=== its note\n{note}"),
            Block::Code(code) => {
                let head = format!("=== code {} {}", code.path, code.region);
                let lines = code.lines.join("\n");
                writeln!(
                    out,
                    "{head}\n{lines}\n--- {}\n--- {}",
                    code.equation, code.note
                )
            }
            Block::Exercises(exercises) => exercises
                .iter()
                .try_for_each(|exercise| writeln!(out, "=== exercise\n{exercise:#?}")),
            Block::Lab(_) | Block::Measured { .. } => writeln!(out, "=== {block:?}"),
        }
        .expect("a string takes everything");
    }
    out
}

fn compare(name: &str, actual: &str) {
    let path = common::tests().join("pages").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, actual).expect("the expectation can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "see {}", path.display());
}

#[test]
fn a_page_compiles_to_what_is_expected() {
    let library = compiled();
    let page = library.page("demo").expect("the page");
    let head = format!("{:#?}\n{:#?}\n", page.front, page.outline);
    compare("demo.txt", &(head + &shown(&page.blocks)));
}

#[test]
fn links_are_relative_to_where_they_stand() {
    let library = compiled();
    compare("index.txt", &shown(&library.index.blocks));
    compare("about.txt", &shown(&library.about.blocks));
}

#[test]
fn shelves_and_path_are_read_in_order() {
    let library = compiled();
    let shelves: Vec<&str> = library.shelves.iter().map(|shelf| &*shelf.id).collect();
    assert_eq!(shelves, ["sequence", "attention"]);
    let coming: Vec<&str> = library.coming.iter().map(|work| &*work.id).collect();
    assert_eq!(coming, ["earlier", "later"], "by year");
    let path: Vec<&str> = library.path.iter().map(|step| &*step.id).collect();
    assert_eq!(path, ["demo", "later"]);
    assert_eq!(library.title("later"), Some("A Later Work"));
    assert_eq!(library.neighbours("demo"), (None, None));
}

#[test]
fn no_style_attribute_and_no_error_comes_out() {
    let library = compiled();
    let page = library.page("demo").expect("the page");
    let all = shown(&page.blocks) + &shown(&library.index.blocks) + &shown(&library.about.blocks);
    assert!(!all.contains("style="));
    assert!(!all.contains("<merror"));
}
