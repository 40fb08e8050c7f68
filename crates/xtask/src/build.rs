//! `build`: trainer → page → assets → pages, into `dist/`.

use crate::{
    assets::{self, Manifest},
    files, step,
    step::{dist, root, target},
    wasm,
};
use anyhow::{Result, bail};

/// What was built.
pub struct Built {
    /// The assets and where they lie.
    pub manifest: Manifest,
}

/// Builds the site into `dist/`. `base` is where it will be served, and only `404.html`, which is
/// shown at any depth, needs to know. With `messages`, the page says what made it panic.
///
/// # Errors
/// If anything does not compile, or the content has a mistake.
pub fn build(base: Option<&str>, messages: bool) -> Result<Built> {
    if let Some(base) = base.filter(|b| !b.starts_with('/') || !b.ends_with('/')) {
        bail!("--base is a path from / to /, as in /trainable-papers/, not “{base}”");
    }
    step::step("set-up", wasm::set_up)?;
    let trainer = step::step("trainer (wasm with SIMD; minutes when cold)", wasm::trainer)?;
    let site = step::step("page (wasm)", || wasm::site(messages))?;
    let new = target("dist-new");
    let manifest = step::step("assets", || {
        if new.exists() {
            std::fs::remove_dir_all(&new)?;
        }
        assets::place(&root().join("static"), &new, &trainer, &site)
    })?;
    step::step("pages", || {
        let list = target("manifest.json");
        files::write(&list, serde_json::to_string_pretty(&manifest)?.as_bytes())?;
        let (root, out, list) = (
            root(),
            new.display().to_string(),
            list.display().to_string(),
        );
        let root = root.display().to_string();
        let mut words = vec!["run", "--package", "press", "--"];
        words.extend(["--root", &root, "--out", &out, "--manifest", &list]);
        words.extend(base.iter().flat_map(|base| ["--base", base]));
        step::run(step::cargo(&words))?;
        files::mirror(&new, &dist())
    })?;
    report(&manifest)?;
    Ok(Built { manifest })
}

fn report(manifest: &Manifest) -> Result<()> {
    let size = |path: &str| -> Result<String> {
        let bytes = files::read(&dist().join(path))?;
        Ok(format!(
            "{} KB gzipped",
            files::gzipped(&bytes).div_ceil(1000)
        ))
    };
    println!(
        "   trainer {}, page {}",
        size(&manifest.trainer_wasm)?,
        size(&manifest.site_wasm)?
    );
    println!("   built {}", dist().display());
    Ok(())
}
