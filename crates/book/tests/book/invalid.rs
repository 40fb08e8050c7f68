//! Content that must fail: each folder of `tests/invalid/` is laid over the fixture site, and its
//! `errors.txt` holds every mistake, in order.

use crate::common;
use book::Library;
use std::fs;

fn check(name: &str) {
    let fixture = common::tests().join("invalid").join(name);
    let site = std::env::temp_dir().join(format!("book-invalid-{name}-{}", std::process::id()));
    common::overlay(&common::tests().join("site"), &site);
    common::overlay(&fixture, &site);
    let loaded = Library::load(&site, &[common::spec()], &common::papers());
    fs::remove_dir_all(&site).expect("the copy can be removed");
    let errors = loaded.err().unwrap_or_default();
    let actual: String = errors.iter().map(|error| format!("{error}\n")).collect();
    let path = fixture.join("errors.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &actual).expect("the expectation can be written");
    }
    assert_eq!(
        actual,
        fs::read_to_string(&path).unwrap_or_default(),
        "{name}"
    );
    assert!(!actual.is_empty(), "{name} must fail");
}

#[test]
fn a_registered_paper_needs_a_page_and_its_labs_a_spec() {
    let papers = [("demo", vec!["demo", "demo/ghost"]), ("none", vec![])];
    let site = common::tests().join("site");
    let errors = Library::load(&site, &[common::spec()], &papers).expect_err("two mistakes");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "content/papers/demo.md:1: its lab “demo/ghost” has no spec",
            "content/papers/none.md:1: this paper is registered but has no page",
        ]
    );
}

macro_rules! invalid {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        #[test]
        fn every_fixture_is_tested() {
            let tested = [$(stringify!($name)),*];
            for entry in fs::read_dir(common::tests().join("invalid")).expect("the fixtures") {
                let name = entry.expect("an entry").file_name();
                assert!(tested.iter().any(|t| name == **t), "{name:?} is not tested");
            }
        }
    };
}

invalid!(
    code,
    directives,
    exercises,
    files,
    front_matter,
    prose,
    registry,
    shelves,
    tex
);
