//! The pre-renderer: every route to HTML, with the labs' specifications as island props.
//!
//! `press --root REPO --out FOLDER --manifest FILE [--base PATH]` writes the pages;
//! `press specs` prints every lab's specification as JSON.

mod pages;
mod recorded;

use book::Library;
use lab::Spec;
use papers::PAPERS;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use web::shell::Assets;

/// What was asked for on the command line.
struct Order {
    root: PathBuf,
    out: PathBuf,
    manifest: PathBuf,
    base: String,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.first().map(String::as_str) {
        Some("specs") => specs_as_json(),
        _ => read_order(&words).and_then(|order| press(&order)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn read_order(words: &[String]) -> Result<Order, String> {
    let usage =
        "usage: press --root REPO --out FOLDER --manifest FILE [--base PATH]\n       press specs";
    let value = |flag: &str| {
        let at = words.iter().position(|w| w == flag)?;
        words.get(at + 1).cloned()
    };
    let path = |flag: &str| {
        value(flag)
            .map(PathBuf::from)
            .ok_or_else(|| usage.to_owned())
    };
    Ok(Order {
        root: path("--root")?,
        out: path("--out")?,
        manifest: path("--manifest")?,
        base: value("--base").unwrap_or_else(|| "/".to_owned()),
    })
}

/// Every lab of the registry.
fn specs() -> Vec<Spec> {
    PAPERS
        .iter()
        .flat_map(|paper| paper.labs)
        .map(|lab| (lab.spec)())
        .collect()
}

fn specs_as_json() -> Result<(), String> {
    let json = serde_json::to_string_pretty(&specs()).map_err(|e| e.to_string())?;
    println!("{json}");
    Ok(())
}

fn press(order: &Order) -> Result<(), String> {
    let manifest = fs::read_to_string(&order.manifest)
        .map_err(|e| format!("{}:1: {e}", order.manifest.display()))?;
    let assets: Assets = serde_json::from_str(&manifest)
        .map_err(|e| format!("{}:{}: {e}", order.manifest.display(), e.line()))?;
    let specs = specs();
    let registry: Vec<(&str, Vec<&str>)> = PAPERS
        .iter()
        .map(|paper| {
            let mine = specs.iter().filter(|s| paper_of(&s.id) == paper.id);
            (paper.id, mine.map(|s| s.id.as_str()).collect())
        })
        .collect();
    let library = Library::load(&order.root, &specs, &registry).map_err(|mistakes| {
        mistakes.iter().fold(String::new(), |mut all, mistake| {
            let _ = writeln!(all, "{mistake}");
            all
        })
    })?;
    let labs = recorded::labs(&order.root, &order.out, specs)?;
    for (path, html) in pages::all(&assets, &library, &labs, &order.base) {
        write(&order.out.join(path), html.as_bytes())?;
    }
    Ok(())
}

/// `char-rnn/writing` is a lab of `char-rnn`.
fn paper_of(lab: &str) -> &str {
    lab.split('/').next().unwrap_or(lab)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let say = |e: std::io::Error| format!("{}:1: {e}", path.display());
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .map_err(say)?;
    fs::write(path, bytes).map_err(say)
}
