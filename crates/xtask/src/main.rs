//! `cargo xtask`: serve, build, test, verify, bench. Light on purpose: it builds and runs the other
//! crates rather than linking them, so that it speaks at once.

mod assets;
mod bench;
mod build;
mod count;
mod files;
mod glue;
mod judge;
mod machine;
mod peers;
mod profile;
mod prune;
mod report;
mod runner;
mod scale;
mod serve;
mod sizes;
mod step;
mod test;
mod tools;
mod verify;
mod wasm;

use anyhow::{Result, bail};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask serve  [--port N] [--watch] [--messages]
                                            build, then serve the site on this machine
cargo xtask build  [--base PATH]            build the site into dist/
cargo xtask test   [STAGE …]                every check there is, on the dist/ it builds
cargo xtask verify [PAPER|LAB] [--seeds N] [--first-seed S] [--native]
                                            train what the claims speak of, judge, write the tables
cargo xtask verify --golden                 rewrite tests/golden.json
cargo xtask bench                           measure the budgets, write BENCHMARKS.md
cargo xtask bench --peers [MODEL …]         the same models in other libraries, into BENCHMARKS.md
cargo xtask bench --scale                   what a step costs as it grows, into BENCHMARKS.md
cargo xtask bench --sizes                   what each crate adds to the trainer, into BENCHMARKS.md
cargo xtask bench --profile                 where a step's time goes, into PROFILE.md";

fn main() -> ExitCode {
    let mut words = Words(std::env::args().skip(1).collect());
    match run(&mut words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &mut Words) -> Result<()> {
    if words.flag("--help") || words.flag("-h") {
        println!("{HELP}");
        return Ok(());
    }
    match words.plain().as_deref() {
        Some("serve") => {
            let port = words.number("--port")?;
            let (watch, messages) = (words.flag("--watch"), words.flag("--messages"));
            words.end()?;
            serve::serve(port, watch, messages)
        }
        Some("build") => {
            let base = words.value("--base")?;
            words.end()?;
            build::build(base.as_deref(), false).map(|_| ())
        }
        Some("test") => test::test(&words.rest()?),
        Some("verify") => {
            let golden = words.flag("--golden");
            let asked = verify::Asked {
                native: words.flag("--native"),
                seeds: words.number("--seeds")?.unwrap_or(5),
                first_seed: words.number("--first-seed")?.unwrap_or(1),
                of: words.plain(),
            };
            words.end()?;
            if golden {
                verify::write_golden()
            } else {
                verify::verify(&asked)
            }
        }
        Some("bench") => {
            let peers = words.flag("--peers");
            if peers {
                return peers::bench(&words.rest()?);
            }
            type Bench = fn() -> Result<()>;
            let benches: [(&str, Bench); 3] = [
                ("--scale", scale::bench),
                ("--sizes", sizes::bench),
                ("--profile", profile::profile),
            ];
            let mut asked = benches.into_iter().filter(|(name, _)| words.flag(name));
            let first = asked.next();
            if asked.next().is_some() {
                bail!("one bench at a time");
            }
            drop(asked);
            words.end()?;
            first.map_or(bench::bench as Bench, |(_, bench)| bench)()
        }
        Some(other) => bail!("there is no command “{other}”\n\n{HELP}"),
        None => bail!("say what to do\n\n{HELP}"),
    }
}

/// The command line's words, taken out as they are understood.
struct Words(Vec<String>);

impl Words {
    fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|word| word == name);
        at.map(|i| self.0.remove(i)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(i) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.0.remove(i);
        if i >= self.0.len() {
            bail!("{name} wants a value");
        }
        Ok(Some(self.0.remove(i)))
    }

    fn number<T: std::str::FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.value(name)? else {
            return Ok(None);
        };
        let number = text
            .parse()
            .map_err(|_| anyhow::anyhow!("{name} cannot be “{text}”"))?;
        Ok(Some(number))
    }

    fn plain(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    fn rest(&mut self) -> Result<Vec<String>> {
        let words: Vec<String> = std::iter::from_fn(|| self.plain()).collect();
        self.end()?;
        Ok(words)
    }

    fn end(&self) -> Result<()> {
        match self.0.first() {
            Some(word) => bail!("“{word}” means nothing here\n\n{HELP}"),
            None => Ok(()),
        }
    }
}
