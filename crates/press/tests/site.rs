//! The whole site, pressed from the real content: what a reader's browser would stumble over.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'";

const MANIFEST: &str = r#"{"css":"assets/site.css","boot":"assets/boot.js","site_js":"assets/site.js",
"site_wasm":"assets/site.wasm","worker":"assets/worker.js","trainer_js":"assets/trainer.js",
"trainer_wasm":"assets/trainer.wasm","build":"0","scripts":{"theme.js":"assets/theme.js"},"fonts":{}}"#;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Presses into a folder of its own.
fn press(name: &str, base: &[&str]) -> (PathBuf, Output) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out).expect("a folder for the pages");
    let manifest = out.join("manifest.json");
    fs::write(&manifest, MANIFEST).expect("a manifest");
    let run = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("--root")
        .arg(repository())
        .arg("--out")
        .arg(&out)
        .arg("--manifest")
        .arg(&manifest)
        .args(base)
        .output()
        .expect("press runs");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    (out, run)
}

/// Every page by its path below the root.
fn pages(out: &Path) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut folders = vec![out.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "html") {
                let name = path
                    .strip_prefix(out)
                    .expect("below")
                    .to_string_lossy()
                    .into_owned();
                pages.insert(name, fs::read_to_string(&path).expect("a page"));
            }
        }
    }
    pages
}

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let open = format!(" {attribute}=\"");
    html.split(open.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn pages_obey_their_own_policy() {
    let (out, _) = press("policy", &[]);
    for (name, html) in pages(&out) {
        assert!(
            html.contains(&format!("content=\"{POLICY}\"")),
            "{name} states another policy"
        );
        assert!(!html.contains(" style=\""), "{name} has a style attribute");
        assert!(!html.contains("<style"), "{name} has a style element");
        for script in html.split("<script").skip(1) {
            assert!(
                script.trim_start().starts_with("src=")
                    || script.starts_with(" type=\"module\" src="),
                "{name}"
            );
        }
    }
}

#[test]
fn ids_are_unique_and_links_lead_somewhere() {
    let (out, _) = press("links", &[]);
    let pages = pages(&out);
    assert!(
        pages.contains_key("papers/char-rnn/index.html"),
        "{:?}",
        pages.keys()
    );
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(name, html)| {
            let all = values(html, "id");
            let set: BTreeSet<&str> = all.iter().copied().collect();
            assert_eq!(all.len(), set.len(), "{name} has the same id twice");
            (name.as_str(), set)
        })
        .collect();
    for (name, html) in &pages {
        if name == "404.html" {
            continue;
        }
        for href in values(html, "href")
            .into_iter()
            .filter(|h| !h.contains("://"))
        {
            let (path, anchor) = href.split_once('#').unwrap_or((href, ""));
            let target = resolve(name, path);
            let is_file = target.starts_with("assets/") || target == "icon.svg";
            let Some(there) = ids.get(target.as_str()) else {
                assert!(is_file, "{name} links to {href}, which is {target}");
                continue;
            };
            assert!(
                anchor.is_empty() || there.contains(anchor),
                "{name} links to {href}: no such anchor"
            );
        }
    }
}

/// The file a relative link on the page `from` means.
fn resolve(from: &str, path: &str) -> String {
    if path.is_empty() {
        return from.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    if path.ends_with('/') || path.ends_with("..") {
        parts.push("index.html");
    }
    parts.join("/")
}

#[test]
fn what_was_recorded_fits_the_labs_of_today() {
    let (_, run) = press("recorded", &[]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(!said.contains("warning:"), "{said}");
}

#[test]
fn the_missing_page_is_found_at_any_depth() {
    let (out, _) = press("missing", &["--base", "/under/a/path/"]);
    let html = &pages(&out)["404.html"];
    for href in values(html, "href")
        .into_iter()
        .filter(|h| !h.starts_with('#'))
    {
        assert!(href.starts_with("/under/a/path/"), "{href}");
    }
    assert!(!html.contains("leptos-island"), "it needs no script");
}

#[test]
fn specs_are_printed_as_json() {
    let run = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("specs")
        .output()
        .expect("press runs");
    let specs: Vec<lab::Spec> = serde_json::from_slice(&run.stdout).expect("specs as JSON");
    assert!(specs.iter().any(|spec| spec.id == "char-rnn/writing"));
}

#[test]
fn a_missing_flag_is_said() {
    let run = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("--out")
        .output()
        .expect("press runs");
    assert!(!run.status.success());
    assert!(String::from_utf8_lossy(&run.stderr).contains("usage:"));
}
