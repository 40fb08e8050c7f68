//! `bench --sizes`: what each crate adds to the trainer, as a section of `BENCHMARKS.md`.

use crate::{files::gzipped, machine, report, step, verify, wasm};
use anyhow::{Result, bail};
use lab::claim::number;
use rustc_demangle::demangle;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    ops::Range,
};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Crates that add less, in bytes gzipped, stand in one row.
const LISTED: usize = 2048;
/// Libraries whose traits and types appear in everybody's functions.
const STANDARD: [&str; 5] = ["alloc", "core", "hashbrown", "std", "str"];
/// Ours: an implementation for a library's type is theirs.
const OURS: [&str; 4] = ["lab", "nn", "papers", "trainer"];

/// Measures, prints the section and writes it into `BENCHMARKS.md`.
///
/// # Errors
/// If the trainer does not build.
pub fn bench() -> Result<()> {
    let module = step::step(
        "the trainer with its functions' names (wasm with SIMD)",
        wasm::named_trainer,
    )?;
    let module = Module::of(&module)?;
    let when = format!("{}: {}", verify::today()?, machine::name());
    let text = step::step("the module without each crate", || section(&module, &when))?;
    print!("\n{text}");
    report::put_section("sizes", &text)
}

/// A module's functions by the crate they come from.
struct Module<'a> {
    all: &'a [u8],
    /// All bodies.
    code: Range<usize>,
    /// Bodies, in the module's order.
    functions: Vec<(String, Range<usize>)>,
}

impl<'a> Module<'a> {
    fn of(all: &'a [u8]) -> Result<Self> {
        let (mut bodies, mut imports) = (Vec::new(), 0);
        let mut names = BTreeMap::new();
        for payload in Parser::new(0).parse_all(all) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        imports += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(places(body.range())?),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(subsections) = section.as_known() {
                        for subsection in subsections {
                            if let Name::Function(map) = subsection? {
                                for naming in map {
                                    let naming = naming?;
                                    names.insert(naming.index, naming.name);
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let crate_of = |i: u32| {
            let name = names.get(&(imports + i)).copied().unwrap_or_default();
            home(&format!("{:#}", demangle(name)))
        };
        let [first, .., last] = &bodies[..] else {
            bail!("the module has no code");
        };
        let code = first.start..last.end;
        let functions = (0..).map(crate_of).zip(bodies).collect();
        Ok(Self {
            all,
            code,
            functions,
        })
    }

    fn code(&self) -> &[u8] {
        &self.all[self.code.clone()]
    }

    /// The code without a crate's functions.
    fn without(&self, name: &str) -> Vec<u8> {
        let (mut rest, mut at) = (Vec::new(), self.code.start);
        for (_, body) in self.functions.iter().filter(|(home, _)| home == name) {
            rest.extend_from_slice(&self.all[at..body.start]);
            at = body.end;
        }
        rest.extend_from_slice(&self.all[at..self.code.end]);
        rest
    }
}

/// Where something stands, to take it from there.
fn places(range: Range<u64>) -> Result<Range<usize>> {
    Ok(range.start.try_into()?..range.end.try_into()?)
}

/// The crate a function comes from, by its name: `nn::optim::update` and
/// `<burn_flex::Flex as nn::dense::Products>::affine` are `nn`'s.
fn home(name: &str) -> String {
    let Some(inner) = name.strip_prefix('<') else {
        return first(name);
    };
    let (of, by) = inner.split_once(" as ").unwrap_or((inner, ""));
    let (of, by) = (first(of), first(by));
    let named = |name: &str| !name.is_empty() && !STANDARD.contains(&name);
    match (named(&of), named(&by)) {
        (true, true) if OURS.contains(&by.as_str()) => by,
        (true, _) => of,
        (false, true) => by,
        _ => "std".into(),
    }
}

/// The first word of a path, whatever stands before it.
fn first(path: &str) -> String {
    let from = path.find(|c: char| c.is_alphanumeric() || c == '_');
    let path = &path[from.unwrap_or(path.len())..];
    let path = ["mut ", "dyn ", "impl "]
        .iter()
        .fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    let to = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    let word = &path[..to.unwrap_or(path.len())];
    // A name without a path is a symbol of the compiler's or the allocator's.
    if STANDARD.contains(&word) || !path.contains("::") {
        "std".into()
    } else {
        word.into()
    }
}

fn section(module: &Module, when: &str) -> Result<String> {
    let whole = gzipped(module.code());
    let crates: BTreeSet<&str> = module
        .functions
        .iter()
        .map(|(home, _)| home.as_str())
        .collect();
    let mut rows: Vec<(&str, usize, usize, usize)> = crates
        .into_iter()
        .map(|name| {
            let own = module.functions.iter().filter(|(home, _)| home == name);
            let (count, bytes) = own.fold((0, 0), |(n, sum), (_, body)| (n + 1, sum + body.len()));
            let saved = whole.saturating_sub(gzipped(&module.without(name)));
            (name, count, bytes, saved)
        })
        .collect();
    rows.sort_by_key(|(.., saved)| std::cmp::Reverse(*saved));
    let (listed, rest) = rows.split_at(rows.partition_point(|(.., saved)| *saved >= LISTED));
    let kilobytes = |bytes: usize| number(bytes as f64 / 1024.0);
    let mut text = format!(
        "## What each crate adds to the trainer\n\nWritten by `cargo xtask bench --sizes` on {when}.\n\n\
         The trainer's code as the compiler leaves it, with its functions' names: {} KB, {} KB gzipped, and {} KB of \
         data and tables beside it. A crate's functions are those whose names begin with it, what was inlined into them \
         included; a generic function is its author's, whoever asked for it. Gzipped is what the whole gets smaller by \
         without them.\n\n| crate | functions | KB | KB gzipped |\n| --- | --- | --- | --- |\n",
        kilobytes(module.code().len()),
        kilobytes(whole),
        kilobytes(data(module.all)?),
    );
    for (name, count, bytes, saved) in listed {
        writeln!(
            text,
            "| {name} | {count} | {} | {} |",
            kilobytes(*bytes),
            kilobytes(*saved)
        )?;
    }
    let sum =
        |part: fn(&(&str, usize, usize, usize)) -> usize| rest.iter().map(part).sum::<usize>();
    writeln!(
        text,
        "| {} more, together | {} | {} | {} |",
        rest.len(),
        sum(|row| row.1),
        kilobytes(sum(|row| row.2)),
        kilobytes(sum(|row| row.3)),
    )?;
    Ok(text)
}

/// The bytes of a module's data and tables.
fn data(module: &[u8]) -> Result<usize> {
    let mut sum = 0;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::DataSection(section) => sum += places(section.range())?.len(),
            Payload::ElementSection(section) => sum += places(section.range())?.len(),
            _ => {}
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_at_home_where_its_code_stands() {
        for (name, want) in [
            ("nn::optim::Rule::apply", "nn"),
            (
                "<burn_flex::backend::Flex as nn::dense::Products>::affine",
                "nn",
            ),
            (
                "<burn_flex::backend::Flex as burn_backend::Ops>::add",
                "burn_flex",
            ),
            ("<alloc::vec::Vec<T> as burn_std::Data>::read", "burn_std"),
            ("<&mut papers::Run as core::fmt::Debug>::fmt", "papers"),
            ("core::fmt::write", "std"),
            ("memcpy", "std"),
            (
                "<alloc::string::String as core::clone::Clone>::clone",
                "std",
            ),
        ] {
            assert_eq!(home(name), want, "{name}");
        }
    }

    #[test]
    fn a_module_without_a_crate_lacks_its_functions_only() {
        let module = Module {
            all: b"..aabbbcc!",
            code: 1..9,
            functions: vec![("a".into(), 2..4), ("b".into(), 4..7), ("a".into(), 7..9)],
        };
        assert_eq!(module.without("a"), b".bbb");
        assert_eq!(module.without("b"), b".aacc");
    }
}
