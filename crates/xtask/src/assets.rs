//! Everything a page names: hashed, put into `assets/`, and listed for the pre-renderer.

use crate::{files, glue, wasm::Bound};
use anyhow::{Context, Result, bail};
use lab::Digest;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What the pre-renderer has to know: paths relative to the site's root.
#[derive(Debug, Default, Serialize)]
pub struct Manifest {
    /// The style sheet.
    pub css: String,
    /// The module that wakes the islands.
    pub boot: String,
    /// The worker's script.
    pub worker: String,
    /// The page's own JavaScript and wasm.
    pub site_js: String,
    /// The page's own wasm.
    pub site_wasm: String,
    /// The trainer's JavaScript.
    pub trainer_js: String,
    /// The trainer's wasm.
    pub trainer_wasm: String,
    /// Names the build of the trainer.
    pub build: String,
    /// Other scripts of `static/`, by file name.
    pub scripts: BTreeMap<String, String>,
    /// Fonts, by file name.
    pub fonts: BTreeMap<String, String>,
}

/// Puts all assets below `out`.
///
/// # Errors
/// If a file is missing, or a style sheet names one that is.
pub fn place(source: &Path, out: &Path, trainer: &Bound, site: &Bound) -> Result<Manifest> {
    let put = |name: &str, bytes: &[u8]| put(out, name, bytes);
    let mut manifest = Manifest {
        build: Digest::of(&trainer.wasm).to_string(),
        ..Manifest::default()
    };
    manifest.trainer_js = put("trainer.js", &trainer.js)?;
    manifest.trainer_wasm = put("trainer.wasm", &trainer.wasm)?;
    manifest.site_js = put("site.js", &site.js)?;
    manifest.site_wasm = put("site.wasm", &site.wasm)?;
    for bound in [trainer, site] {
        for path in files::walk(&bound.folder.join("snippets"))? {
            let name = path.strip_prefix(&bound.folder)?;
            files::write(&out.join("assets").join(name), &files::read(&path)?)?;
        }
    }
    for path in files::walk(&source.join("fonts"))? {
        let name = name_of(&path);
        if ["woff2", "woff", "ttf", "otf"]
            .iter()
            .any(|e| name.ends_with(e))
        {
            manifest.fonts.insert(
                name.clone(),
                put(&format!("fonts/{name}"), &files::read(&path)?)?,
            );
        } else if name.starts_with("OFL") {
            // The fonts' licence travels with them.
            files::write(&out.join("assets/fonts").join(&name), &files::read(&path)?)?;
        }
    }
    manifest.css = put("site.css", style_sheet(source, &manifest.fonts)?.as_bytes())?;
    for path in files::walk(&source.join("data"))? {
        files::write(&out.join(path.strip_prefix(source)?), &files::read(&path)?)?;
    }
    for path in files::walk(source)?
        .iter()
        .filter(|p| p.parent() == Some(source))
    {
        let (name, bytes) = (name_of(path), files::read(path)?);
        if name.ends_with(".js") {
            let script = glue::plain(&String::from_utf8(bytes)?)
                .with_context(|| format!("{name} cannot be made smaller"))?;
            let placed = put(&name, script.as_bytes())?;
            match name.as_str() {
                "boot.js" => manifest.boot = placed,
                "worker.js" => manifest.worker = placed,
                _ => drop(manifest.scripts.insert(name, placed)),
            }
        } else {
            files::write(&out.join(&name), &bytes)?;
        }
    }
    if manifest.boot.is_empty() || manifest.worker.is_empty() {
        bail!("static/boot.js or static/worker.js is missing");
    }
    Ok(manifest)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Writes `assets/<stem>-<digest>.<extension>`; its path below `out`.
fn put(out: &Path, name: &str, bytes: &[u8]) -> Result<String> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let digest = Digest::of(bytes).to_string();
    let path = format!("assets/{stem}-{}.{extension}", &digest[..10]);
    files::write(&out.join(&path), bytes)?;
    Ok(path)
}

/// All style sheets of `static/css`, in the order of their names, as one; fonts are named by where
/// they were put.
fn style_sheet(source: &Path, fonts: &BTreeMap<String, String>) -> Result<String> {
    let folder = source.join("css");
    let mut all = String::new();
    for path in files::walk(&folder)?
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "css"))
    {
        let text = String::from_utf8(files::read(path)?)?;
        all += &with_fonts(&text, fonts, path)?;
        all.push('\n');
    }
    Ok(without_comments(&all))
}

/// Replaces each `url("../fonts/NAME")` by the font's path beside the style sheet.
fn with_fonts(text: &str, fonts: &BTreeMap<String, String>, path: &Path) -> Result<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("url(") {
        let (before, after) = rest.split_at(at + "url(".len());
        out += before;
        let Some(end) = after.find(')') else {
            bail!("{}: an open url(", path.display())
        };
        let named = after[..end].trim().trim_matches(['"', '\'']);
        if named.starts_with("data:") || named.starts_with('#') {
            out += &after[..end];
        } else {
            let name = name_of(&PathBuf::from(named));
            let Some(placed) = fonts.get(&name) else {
                bail!("{}: there is no static/fonts/{name}", path.display());
            };
            out += &format!("\"{}\"", placed.trim_start_matches("assets/"));
        }
        rest = &after[end..];
    }
    Ok(out + rest)
}

/// Comments and indentation are for us, not for the reader's connection.
fn without_comments(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some(at) = rest.find("/*") {
        out += &rest[..at];
        rest = rest[at..]
            .find("*/")
            .map_or("", |end| &rest[at + end + 2..]);
    }
    out += rest;
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_name_the_placed_fonts() -> Result<()> {
        let fonts = BTreeMap::from([("a.woff2".to_owned(), "assets/fonts/a-12.woff2".to_owned())]);
        let css = "@font-face { src: url(\"../fonts/a.woff2\") } p { background: url(data:x) }";
        let out = with_fonts(css, &fonts, Path::new("x.css"))?;
        assert_eq!(
            out,
            "@font-face { src: url(\"fonts/a-12.woff2\") } p { background: url(data:x) }"
        );
        assert!(with_fonts("src: url(../fonts/b.woff2)", &fonts, Path::new("x.css")).is_err());
        Ok(())
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(
            without_comments("/* a */\np {\n  color: red; /* b\n c */\n}\n"),
            "p {\ncolor: red;\n}\n"
        );
    }
}
