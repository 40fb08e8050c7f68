//! Files and folders: walking, writing what changed, mirroring, gzipped sizes.

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Every file below `folder`, sorted; none if it is not there.
///
/// # Errors
/// If a folder cannot be read.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if !next.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a file, naming it if that fails.
///
/// # Errors
/// If it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Writes a file and the folders above it, unless it already says just that: a browser's cache and a
/// watcher see only what changed.
///
/// # Errors
/// If it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

/// Makes `to` hold exactly what `from` holds: new files first, stale ones removed last, so that a
/// page being served never misses what it names.
///
/// # Errors
/// If a file cannot be read, written or removed.
pub fn mirror(from: &Path, to: &Path) -> Result<()> {
    let pages_last = |path: &PathBuf| path.extension().is_some_and(|e| e == "html");
    let mut new = walk(from)?;
    new.sort_by_key(pages_last);
    for path in &new {
        write(&to.join(path.strip_prefix(from)?), &read(path)?)?;
    }
    for path in walk(to)? {
        if !from.join(path.strip_prefix(to)?).exists() {
            fs::remove_file(&path)?;
            let parents = path.ancestors().skip(1).take_while(|p| *p != to);
            for parent in parents {
                if fs::remove_dir(parent).is_err() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// How many bytes it takes on the wire of a host that gzips.
pub fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_or(bytes.len(), |gz| gz.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirroring_adds_changes_and_removes() -> Result<()> {
        let here = std::env::temp_dir().join(format!("mirror-{}", std::process::id()));
        let (from, to) = (here.join("from"), here.join("to"));
        write(&from.join("a/new.html"), b"new")?;
        write(&from.join("same.js"), b"same")?;
        write(&to.join("same.js"), b"was different")?;
        write(&to.join("old/gone.css"), b"old")?;
        mirror(&from, &to)?;
        let names: Vec<_> = walk(&to)?
            .iter()
            .map(|p| p.strip_prefix(&to).map(Path::to_owned))
            .collect::<Result<_, _>>()?;
        assert_eq!(
            names,
            [PathBuf::from("a/new.html"), PathBuf::from("same.js")]
        );
        assert_eq!(fs::read(to.join("same.js"))?, b"same");
        assert!(!to.join("old").exists());
        fs::remove_dir_all(here)?;
        Ok(())
    }
}
