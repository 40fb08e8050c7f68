//! What the tests need beyond Rust: Node, browsers, and the packages of `tests/`.

use crate::step::{command, root, run};
use anyhow::{Result, bail};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The programs the browser tests use.
pub struct Browsers {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// Firefox.
    pub firefox: PathBuf,
}

/// Node, at least 18.
///
/// # Errors
/// If it is missing or too old, and cannot be installed here.
pub fn node() -> Result<()> {
    if node_version().is_none() {
        install(&["nodejs", "npm"], "Node")?;
    }
    match node_version() {
        Some(version) if version >= 18 => Ok(()),
        Some(version) => {
            bail!("Node {version} is too old: install Node 18 or newer from https://nodejs.org")
        }
        None => bail!("Node is missing: install Node 18 or newer from https://nodejs.org"),
    }
}

fn node_version() -> Option<u32> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Both browsers.
///
/// # Errors
/// If one is missing and cannot be installed here.
pub fn browsers() -> Result<Browsers> {
    let chromium = || {
        let names = [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ];
        let mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
        find("CHROMIUM", &names, mac)
    };
    let firefox = || {
        find(
            "FIREFOX",
            &["firefox", "firefox-esr"],
            "/Applications/Firefox.app/Contents/MacOS/firefox",
        )
    };
    let missing: Vec<&str> = [("chromium", chromium()), ("firefox-esr", firefox())]
        .into_iter()
        .filter_map(|(package, found)| found.is_none().then_some(package))
        .collect();
    if !missing.is_empty() {
        install(&missing, &missing.join(" and "))?;
    }
    match (chromium(), firefox()) {
        (Some(chromium), Some(firefox)) => Ok(Browsers { chromium, firefox }),
        _ => bail!(
            "a browser is missing: install Chromium and Firefox, or set CHROMIUM and FIREFOX to them"
        ),
    }
}

fn find(variable: &str, names: &[&str], elsewhere: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    let folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|p| std::env::split_paths(&p).collect())
        .unwrap_or_default();
    let found = names.iter().find_map(|name| {
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    });
    found.or_else(|| Path::new(elsewhere).is_file().then(|| elsewhere.into()))
}

/// The packages that the scripts of a folder import, exactly as locked.
///
/// # Errors
/// If npm cannot install them.
pub fn packages(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    let (lock, installed) = (
        folder.join("package-lock.json"),
        folder.join("node_modules/.package-lock.json"),
    );
    let time = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    if installed.is_file() && time(&installed) >= time(&lock) {
        return Ok(());
    }
    if !has("npm") {
        install(&["npm"], "npm")?;
    }
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund"]);
    npm.current_dir(folder);
    run(npm)
}

fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Installs Debian packages where this is a Debian and we may; otherwise says the one command.
fn install(packages: &[&str], what: &str) -> Result<()> {
    let words = format!("apt-get install -y {}", packages.join(" "));
    if !has("apt-get") {
        bail!("{what} is missing: install it, or on Debian or Ubuntu run `sudo {words}`");
    }
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|o| o.stdout.starts_with(b"0\n"));
    if !root {
        bail!("{what} is missing: run `sudo {words}`");
    }
    println!("   {words}");
    run(command("apt-get", &["update", "-qq"]))?;
    let mut command = command(
        "apt-get",
        &["install", "-y", "-qq", "--no-install-recommends"],
    );
    command
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(command)
}
