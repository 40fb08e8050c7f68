//! The two wasm modules: built, bound to JavaScript, and looked into.

use crate::{
    count, files, glue, prune,
    step::{cargo, root, run, target},
};
use anyhow::{Context, Result, bail};
use lab::Digest;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;
use wasmparser::{Parser, Payload};

/// A module with its JavaScript.
pub struct Bound {
    /// The folder of the generated files.
    pub folder: PathBuf,
    /// The generated JavaScript.
    pub js: Vec<u8>,
    /// The module.
    pub wasm: Vec<u8>,
}

/// Builds the trainer: SIMD belongs to it alone, so it has a target folder of its own.
///
/// # Errors
/// If it does not compile, or came out without SIMD.
pub fn trainer() -> Result<Bound> {
    run(with_simd(wasm_cargo("build", "trainer", "trainer", &[])))?;
    let bound = bind("trainer", "trainer", Names::Gone)?;
    let simd = Simd::of(&bound.wasm)?;
    // Only Burn's own kernels multiply many lanes: a handful would be the compiler's doing.
    if simd.multiplications < 50 {
        bail!(
            "the trainer has {} vector instructions, {} of them multiplications: Burn's SIMD is not in it",
            simd.all,
            simd.multiplications
        );
    }
    if simd.relaxed > 0 {
        bail!(
            "the trainer has {} relaxed SIMD instructions, which differ between machines",
            simd.relaxed
        );
    }
    println!("   the trainer has {} vector instructions", simd.all);
    Ok(bound)
}

/// Builds the trainer as it comes from the compiler, with the names of its functions.
///
/// # Errors
/// If it does not compile.
pub fn named_trainer() -> Result<Vec<u8>> {
    set_up()?;
    let names = ["--", "-C", "strip=none"];
    run(with_simd(wasm_cargo("rustc", "trainer", "trainer", &names)))?;
    files::read(&target(
        "trainer/wasm32-unknown-unknown/trainer/trainer.wasm",
    ))
}

/// Builds our side of the comparison with other libraries, as the trainer is built; only the names of
/// its functions are kept, for a profile.
///
/// # Errors
/// If it does not compile.
pub fn peers() -> Result<Bound> {
    set_up()?;
    let names = ["--", "-C", "strip=none"];
    run(with_simd(wasm_cargo("rustc", "peers", "trainer", &names)))?;
    bind("peers", "trainer", Names::Kept)
}

/// The same with a counter in every function.
///
/// # Errors
/// If it does not compile.
pub fn counted_peers() -> Result<PathBuf> {
    let plain = peers()?;
    let folder = target("bindings/peers-counted");
    for path in files::walk(&plain.folder)? {
        let name = path.strip_prefix(&plain.folder)?;
        files::write(&folder.join(name), &files::read(&path)?)?;
    }
    let module = count::calls(&plain.wasm)?;
    files::write(&folder.join("peers_bg.wasm"), &module)?;
    Ok(folder)
}

/// The trainer's instructions, in a target folder of their own.
///
/// Without the compiler's loop strength reduction: what it makes of places in memory (a number counted up
/// for each of them) does not fit into a wasm load's own offset, so that every load is an addition as
/// well. Without it the products are an eighth faster, and the trainer is smaller.
fn with_simd(mut command: std::process::Command) -> std::process::Command {
    command.env("CARGO_TARGET_DIR", target("trainer"));
    let flags = "-C target-feature=+simd128,+bulk-memory -C llvm-args=-disable-lsr";
    command.env("RUSTFLAGS", flags);
    command
}

/// Builds the page's own wasm, which must run where SIMD is missing, to say so.
///
/// Unless it is to have the `messages` of its panics, the standard library is compiled with it: for
/// size, and with panics that stop without a word. That is a tenth of the page. The flags for it are
/// not stable, but the toolchain is pinned.
///
/// # Errors
/// If it does not compile, or came out with SIMD.
pub fn site(messages: bool) -> Result<Bound> {
    let silent = !messages && {
        let there = std_source().is_ok_and(|source| source.exists());
        if !there {
            println!("   without the standard library's source the page is a tenth larger");
        }
        there
    };
    let features = if silent {
        "hydrate"
    } else {
        "hydrate,messages"
    };
    let std = [
        "-Zbuild-std=std,panic_abort",
        "-Zbuild-std-features=optimize_for_size",
    ];
    // As a library for other crates, too, cargo would not optimise it across crates: good for the
    // trainer, which that makes larger by what it inlines.
    let alone = ["--crate-type", "cdylib", "--features", features];
    let more = [&alone[..], if silent { &std } else { &[] }].concat();
    let mut command = wasm_cargo("rustc", "web", "page", &more);
    command.env("CARGO_TARGET_DIR", target("page"));
    if silent {
        command.env("RUSTC_BOOTSTRAP", "1");
        command.env("RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort");
    } else {
        command.env_remove("RUSTFLAGS");
    }
    run(command)?;
    let bound = bind("web", "page", Names::Gone)?;
    let simd = Simd::of(&bound.wasm)?;
    if simd.all > 0 {
        bail!(
            "the page's wasm has {} vector instructions: it could not say that SIMD is missing",
            simd.all
        );
    }
    Ok(bound)
}

/// `cargo build`, or `cargo rustc` where `more` ends with words for the compiler of this package alone.
fn wasm_cargo(act: &str, package: &str, profile: &str, more: &[&str]) -> std::process::Command {
    let mut words = vec![act, "--package", package, "--lib"];
    words.extend(["--target", "wasm32-unknown-unknown", "--profile", profile]);
    words.extend(more);
    cargo(&words)
}

/// Whether a module still says what its functions are called.
#[derive(PartialEq)]
enum Names {
    Kept,
    Gone,
}

/// Generates the JavaScript of a module, unless the module is the one it was last generated for.
fn bind(name: &str, profile: &str, names: Names) -> Result<Bound> {
    let built = target(&format!(
        "{profile}/wasm32-unknown-unknown/{profile}/{name}.wasm"
    ));
    let folder = target(&format!("bindings/{name}"));
    let stamp = folder.join("made-from");
    let module = files::read(&built)?;
    let digest = Digest::of(&module).to_string();
    if !std::fs::read_to_string(&stamp).is_ok_and(|old| old == digest) {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let stripped = names == Names::Gone;
        let input = if stripped {
            with_features(module)
        } else {
            module
        };
        Bindgen::new()
            .input_bytes(name, input)
            .web(true)?
            .typescript(false)
            .remove_name_section(stripped)
            .remove_producers_section(true)
            // Its own idea of the module's address would be wrong: the files are renamed.
            .omit_default_module_path(true)
            .generate(&folder)
            .with_context(|| format!("the bindings of {name} cannot be generated"))?;
        if stripped {
            let (js, wasm) = (
                folder.join(format!("{name}.js")),
                folder.join(format!("{name}_bg.wasm")),
            );
            let written = std::fs::read_to_string(&js)?;
            let (bytes, glue) = prune::classes(&files::read(&wasm)?, &written)?;
            let (small, plain) = glue::shrink(&bytes, &glue)
                .with_context(|| format!("the bindings of {name} cannot be made smaller"))?;
            files::write(&wasm, &small)?;
            files::write(&js, plain.as_bytes())?;
        }
        files::write(&stamp, digest.as_bytes())?;
    }
    Ok(Bound {
        js: files::read(&folder.join(format!("{name}.js")))?,
        wasm: files::read(&folder.join(format!("{name}_bg.wasm")))?,
        folder,
    })
}

/// The module with the list of its features, which stripping it took away and the generator warns
/// about; without the list it guesses just this.
fn with_features(mut module: Vec<u8>) -> Vec<u8> {
    let (name, feature) = (b"target_features", b"+\x0freference-types");
    let section = [&[name.len() as u8][..], name, &[1], feature].concat();
    module.extend([0, section.len() as u8]);
    module.extend(section);
    module
}

/// Vector instructions in a module.
struct Simd {
    all: usize,
    multiplications: usize,
    relaxed: usize,
}

impl Simd {
    fn of(wasm: &[u8]) -> Result<Self> {
        let mut simd = Self {
            all: 0,
            multiplications: 0,
            relaxed: 0,
        };
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CodeSectionEntry(body) = payload? else {
                continue;
            };
            let mut reader = body.get_operators_reader()?;
            while !reader.eof() {
                let at = usize::try_from(reader.original_position())?;
                reader.read()?;
                // 0xfd is the prefix of all vector instructions; a LEB128 number follows.
                if wasm[at] == 0xfd {
                    let code = u32::from(wasm[at + 1] & 0x7f) | u32::from(wasm[at + 2] & 0x7f) << 7;
                    let code = if wasm[at + 1] & 0x80 == 0 {
                        u32::from(wasm[at + 1])
                    } else {
                        code
                    };
                    simd.all += 1;
                    simd.multiplications += usize::from(code == 0xe6);
                    simd.relaxed += usize::from(code >= 0x100);
                }
            }
        }
        Ok(simd)
    }
}

/// What the pinned toolchain's compiler says of itself.
fn rustc(words: &[&str]) -> Result<String> {
    let output = std::process::Command::new("rustc")
        .args(words)
        .current_dir(root())
        .output()
        .context("rustc could not be started: install Rust from https://rustup.rs")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where the standard library's source is, if it is there.
fn std_source() -> Result<PathBuf> {
    let source = "lib/rustlib/src/rust/library/Cargo.lock";
    Ok(PathBuf::from(rustc(&["--print", "sysroot"])?).join(source))
}

/// The pinned toolchain can build for wasm, and has the standard library's source if it can be had.
///
/// # Errors
/// If the target is missing and cannot be added.
pub fn set_up() -> Result<()> {
    if !std_source()?.exists() {
        let add = crate::step::command("rustup", &["component", "add", "rust-src"]);
        if let Err(error) = run(add) {
            println!("   {error:#}");
        }
    }
    let asked = [
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
    ];
    let folder = PathBuf::from(rustc(&asked)?);
    if folder.is_dir() {
        return Ok(());
    }
    let add = crate::step::command("rustup", &["target", "add", "wasm32-unknown-unknown"]);
    run(add).context("the target wasm32-unknown-unknown is missing; add it to this Rust toolchain")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one function of the body given.
    fn module(body: &[u8]) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0]);
        let code = [&[0][..], body, &[0x0b]].concat();
        wasm.extend([10, code.len() as u8 + 2, 1, code.len() as u8]);
        wasm.extend(code);
        wasm
    }

    #[test]
    fn vector_instructions_are_counted() -> Result<()> {
        // i32.const 0; f32x4.splat needs a float, but counting does not validate.
        let plain = Simd::of(&module(&[0x41, 0, 0x1a]))?;
        assert_eq!((plain.all, plain.multiplications, plain.relaxed), (0, 0, 0));
        // f32x4.mul is 0xfd 0xe6 0x01, i8x16.splat 0xfd 0x0f, a relaxed one 0xfd 0x80 0x02.
        let vector = Simd::of(&module(&[0xfd, 0xe6, 1, 0xfd, 0x0f, 0xfd, 0x80, 2]))?;
        assert_eq!(
            (vector.all, vector.multiplications, vector.relaxed),
            (3, 1, 1)
        );
        Ok(())
    }
}
