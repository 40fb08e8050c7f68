//! Steps with their times, and the commands they run.

use anyhow::{Context, Result, bail};
use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

/// The repository's root.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(here)
        .join("../..")
        .components()
        .fold(PathBuf::new(), |path, part| {
            if part.as_os_str() == ".." {
                path.parent().map_or(path.clone(), Into::into)
            } else {
                path.join(part)
            }
        })
}

/// A built or intermediate file below `target/`.
pub fn target(path: &str) -> PathBuf {
    root().join("target").join(path)
}

/// Where the built site lies.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Does `act`, saying what it is and how long it took.
///
/// # Errors
/// Those of `act`.
pub fn step<T>(what: &str, act: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("── {what} …");
    let start = Instant::now();
    let done = act();
    let word = if done.is_ok() { "" } else { " (failed)" };
    println!("── {what}: {}{word}", seconds(start.elapsed()));
    done
}

/// `12.3 s`.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// A cargo command at the root, free of what `cargo run` put into our own environment.
pub fn cargo(words: &[&str]) -> Command {
    let mut command = command("cargo", words);
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// A command at the root.
pub fn command(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).current_dir(root());
    command
}

/// Runs a command to its end, its output shown as it comes.
///
/// # Errors
/// If it cannot be started, or ends with a failure.
pub fn run(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("{program} could not be started"))?;
    if !status.success() {
        let words: Vec<_> = command.get_args().map(|w| w.to_string_lossy()).collect();
        bail!("`{program} {}` failed ({status})", words.join(" "));
    }
    Ok(())
}
