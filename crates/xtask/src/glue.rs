//! What the binding generator writes, made smaller: it names each import after what it calls and a
//! hash that no compression shortens, and its JavaScript is written to be read.

use anyhow::{Result, bail, ensure};
use std::{collections::BTreeMap, fmt::Write};
use wasmparser::{Parser, Payload, TypeRef};

/// The module and its JavaScript with imports called a, b, c …, and without comments and
/// indentation.
///
/// # Errors
/// If either is not as the generator writes it.
pub fn shrink(wasm: &[u8], js: &str) -> Result<(Vec<u8>, String)> {
    let (wasm, names) = rename(wasm)?;
    Ok((wasm, plain(&renamed(js, &names)?)?))
}

/// The module with short names for its imports, and which they are.
fn rename(wasm: &[u8]) -> Result<(Vec<u8>, BTreeMap<String, String>)> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ImportSection(section) = payload? else {
            continue;
        };
        let range = section.range();
        let mut body = number(section.count());
        for import in section.into_imports() {
            let import = import?;
            let TypeRef::Func(kind) = import.ty else {
                bail!("“{}” is imported and no function", import.name);
            };
            ensure!(
                import.module.ends_with("_bg.js"),
                "“{}” is imported from another script",
                import.name
            );
            let short = letters(names.len());
            body.extend(text(import.module)?);
            body.extend(text(&short)?);
            body.push(0);
            body.extend(number(kind));
            let before = names.insert(import.name.to_owned(), short);
            ensure!(before.is_none(), "“{}” is imported twice", import.name);
        }
        let (from, to) = (usize::try_from(range.start)?, usize::try_from(range.end)?);
        // Before its content a section has its kind and its length.
        let header = from - 1 - number(u32::try_from(to - from)?).len();
        ensure!(wasm[header] == 2, "the section of imports begins elsewhere");
        let length = number(u32::try_from(body.len())?);
        let whole = [&wasm[..header], &[2], &length, &body, &wasm[to..]].concat();
        return Ok((whole, names));
    }
    Ok((wasm.to_vec(), names))
}

/// An unsigned LEB128 number.
fn number(mut n: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A text with its length before it.
fn text(name: &str) -> Result<Vec<u8>> {
    let mut bytes = number(u32::try_from(name.len())?);
    bytes.extend(name.as_bytes());
    Ok(bytes)
}

/// a, b … z, aa, ba …; `$` at the end, so that none is a word of the language.
fn letters(mut n: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
        if n == 0 {
            return name + "$";
        }
    }
}

/// The JavaScript with the functions that the module imports under their short names.
fn renamed(js: &str, names: &BTreeMap<String, String>) -> Result<String> {
    let mut found = 0;
    let mut out = String::with_capacity(js.len());
    for line in js.lines() {
        // `        __wbg_append_0123456789abcdef: function(`
        let name = line.trim_start().split_once(':').map(|(name, _)| name);
        if let Some((name, short)) = name.and_then(|name| Some((name, names.get(name)?))) {
            found += 1;
            out.push_str(&line.replacen(name, short, 1));
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    ensure!(
        found == names.len(),
        "{found} of {} imports found in the JavaScript",
        names.len()
    );
    Ok(out)
}

/// The JavaScript without comments on lines of their own, and without indentation.
///
/// # Errors
/// If it holds a text of several lines.
pub fn plain(js: &str) -> Result<String> {
    let mut out = String::with_capacity(js.len());
    let mut within = false;
    for line in js.lines().map(str::trim) {
        if within || line.starts_with("/*") {
            within = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            let whole = line.matches('`').count().is_multiple_of(2);
            ensure!(whole, "a text over several lines: {line}");
            writeln!(out, "{line}")?;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports two functions of one type.
    fn module() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([1, 4, 1, 0x60, 0, 0]);
        let mut imports = vec![2];
        for name in ["__wbg_now_0123456789abcdef", "__wbg_log_fedcba9876543210"] {
            imports.extend(text("./m_bg.js").unwrap());
            imports.extend(text(name).unwrap());
            imports.extend([0, 0]);
        }
        wasm.extend([2, imports.len() as u8]);
        wasm.extend(imports);
        wasm.extend([3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0b]);
        wasm
    }

    const JS: &str = "const imports = {\n    /**\n     * The time: now\n     */\n    \
        __wbg_now_0123456789abcdef: function() { return `${now()}`; },\n    // A note: nothing\n    \
        __wbg_log_fedcba9876543210: function(x) {\n        log(x);\n    },\n};\n";

    #[test]
    fn imports_are_renamed_on_both_sides_and_nothing_else_changes() -> Result<()> {
        let (wasm, js) = shrink(&module(), JS)?;
        let mut imports = Vec::new();
        for payload in Parser::new(0).parse_all(&wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        imports.push((import.module.to_owned(), import.name.to_owned()));
                    }
                }
                Payload::CodeSectionStart { count, .. } => assert_eq!(count, 1),
                _ => {}
            }
        }
        let of = |name: &str| ("./m_bg.js".to_owned(), name.to_owned());
        assert_eq!(imports, [of("a$"), of("b$")]);
        let want = "const imports = {\na$: function() { return `${now()}`; },\n\
            b$: function(x) {\nlog(x);\n},\n};\n";
        assert_eq!(js, want);
        Ok(())
    }

    #[test]
    fn what_does_not_fit_together_is_an_error() {
        assert!(shrink(&module(), "const imports = {};\n").is_err());
        assert!(plain("const text = `one\ntwo`;\n").is_err());
    }

    #[test]
    fn names_are_all_different() {
        let names: std::collections::BTreeSet<String> = (0..800).map(letters).collect();
        assert_eq!(names.len(), 800);
    }
}
