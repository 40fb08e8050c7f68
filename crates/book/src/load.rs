//! Reads `content/` and checks what holds between its files.

use crate::{
    BookError, Coming, Library, Shelf, Waypoint,
    file::{File, error, is_address, read},
    markup::is_id,
    sheet::{Sheet, World, newlines},
};
use lab::{Spec, page::Page};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use toml::Spanned;

const SHELVES: &str = "content/shelves.toml";
const PAPERS: &str = "content/papers";

/// `content/shelves.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelves {
    #[serde(default)]
    shelf: Vec<Spanned<Shelf>>,
    #[serde(default)]
    coming: Vec<Spanned<Coming>>,
    #[serde(default)]
    path: Vec<Spanned<Waypoint>>,
}

pub(crate) fn load(
    root: &Path,
    specs: &[Spec],
    papers: &[(&str, Vec<&str>)],
) -> Result<Library, Vec<BookError>> {
    let mut errors = vec![];
    let ids = page_ids(root, &mut errors);
    let file = |path: String, address: String, errors: &mut Vec<BookError>| {
        File::read(root, path, address)
            .map_err(|error| errors.push(error))
            .ok()
    };
    let index = file("content/index.md".to_owned(), String::new(), &mut errors);
    let about = file(
        "content/about.md".to_owned(),
        "about/".to_owned(),
        &mut errors,
    );
    let pages: Vec<(String, File)> = ids
        .iter()
        .filter_map(|id| {
            let (path, address) = (format!("{PAPERS}/{id}.md"), format!("papers/{id}/"));
            Some((id.clone(), file(path, address, &mut errors)?))
        })
        .collect();
    let text = read(root, SHELVES)
        .map_err(|error| errors.push(error))
        .unwrap_or_default();

    let mut world = World {
        root,
        specs,
        pages: ids,
        coming: BTreeMap::new(),
        labs: vec![],
    };
    let shelves: Shelves = {
        let mut sheet = Sheet::new(&world, SHELVES, "");
        let shelves = sheet.toml(&text, 1).unwrap_or_default();
        errors.append(&mut sheet.errors);
        shelves
    };
    let coming = shelves.coming.iter().map(Spanned::as_ref);
    world.coming = coming
        .map(|work| (work.id.clone(), work.title.clone()))
        .collect();
    let files = pages
        .iter()
        .map(|(_, file)| file)
        .chain(&index)
        .chain(&about);
    world.labs = files.flat_map(File::labs).collect();

    errors.extend(check_shelves(&world, &shelves, &text));
    errors.extend(check_registry(&world, papers));
    let order: Vec<&str> = shelves
        .shelf
        .iter()
        .map(|shelf| &*shelf.as_ref().id)
        .collect();
    let mut compiled: Vec<Page> = pages
        .iter()
        .filter_map(|(id, file)| file.page(&world, id, &order, &mut errors))
        .collect();
    let index = index.and_then(|file| file.essay(&world, &mut errors));
    let about = about.and_then(|file| file.essay(&world, &mut errors));
    if !errors.is_empty() {
        errors.sort();
        return Err(errors);
    }

    let place = |shelf: &str| order.iter().position(|id| *id == shelf);
    compiled.sort_by_cached_key(|p| (place(&p.front.shelf), p.front.year.clone(), p.id.clone()));
    let mut coming: Vec<Coming> = shelves
        .coming
        .iter()
        .map(|work| work.as_ref().clone())
        .collect();
    coming.sort_by_cached_key(|work| (place(&work.shelf), work.year.clone()));
    Ok(Library {
        pages: compiled,
        coming,
        shelves: shelves.shelf.into_iter().map(Spanned::into_inner).collect(),
        path: shelves.path.into_iter().map(Spanned::into_inner).collect(),
        index: index.unwrap_or_default(),
        about: about.unwrap_or_default(),
    })
}

/// The ids of the files in `content/papers/`.
fn page_ids(root: &Path, errors: &mut Vec<BookError>) -> BTreeSet<String> {
    let entries = match fs::read_dir(root.join(PAPERS)) {
        Ok(entries) => entries,
        Err(e) => {
            errors.push(error(PAPERS, 1, format!("cannot be read: {e}")));
            return BTreeSet::new();
        }
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let ids: BTreeSet<String> = names
        .filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()))
        .collect();
    for id in ids.iter().filter(|id| !is_id(id)) {
        let message = "its name is its address: small letters, digits and hyphens";
        errors.push(error(&format!("{PAPERS}/{id}.md"), 1, message));
    }
    ids
}

/// Every registered paper has a page, and every page a registered paper.
fn check_registry(world: &World<'_>, papers: &[(&str, Vec<&str>)]) -> Vec<BookError> {
    let path = |id: &str| format!("{PAPERS}/{id}.md");
    let mut errors = vec![];
    for (id, labs) in papers {
        if !world.pages.contains(*id) {
            errors.push(error(
                &path(id),
                1,
                "this paper is registered but has no page",
            ));
        }
        for lab in labs.iter().filter(|lab| world.spec(lab).is_err()) {
            errors.push(error(&path(id), 1, format!("its lab “{lab}” has no spec")));
        }
    }
    for id in world
        .pages
        .iter()
        .filter(|id| !papers.iter().any(|(paper, _)| paper == id))
    {
        errors.push(error(
            &path(id),
            1,
            "there is a page, but no registered paper of this name",
        ));
    }
    errors
}

fn check_shelves(world: &World<'_>, shelves: &Shelves, text: &str) -> Vec<BookError> {
    let mut errors = vec![];
    let mut says = |at: usize, message: String| {
        errors.push(error(SHELVES, 1 + newlines(text, at), message));
    };
    let mut seen = BTreeSet::new();
    for shelf in &shelves.shelf {
        let (at, shelf) = (shelf.span().start, shelf.as_ref());
        if !is_id(&shelf.id) || !seen.insert(&shelf.id) {
            says(
                at,
                format!("the shelf's id “{}” is no id, or used twice", shelf.id),
            );
        }
    }
    let known = |id: &String| shelves.shelf.iter().any(|shelf| shelf.as_ref().id == *id);
    let mut seen = BTreeSet::new();
    for work in &shelves.coming {
        let (at, work) = (work.span().start, work.as_ref());
        if !is_id(&work.id) || !seen.insert(&work.id) {
            says(
                at,
                format!("the work's id “{}” is no id, or used twice", work.id),
            );
        }
        if world.pages.contains(&work.id) {
            says(
                at,
                format!("“{}” has a page: it is no longer coming", work.id),
            );
        }
        if !known(&work.shelf) {
            says(
                at,
                format!("“{}” stands on an unknown shelf, “{}”", work.id, work.shelf),
            );
        }
        if !is_address(&work.source) {
            says(at, format!("the source of “{}” is no address", work.id));
        }
    }
    let mut seen = BTreeSet::new();
    for step in &shelves.path {
        let (at, step) = (step.span().start, step.as_ref());
        if !world.pages.contains(&step.id) && !world.coming.contains_key(&step.id) {
            says(
                at,
                format!(
                    "the path leads to “{}”, which is no page and not coming",
                    step.id
                ),
            );
        }
        if !seen.insert(&step.id) {
            says(at, format!("the path leads to “{}” twice", step.id));
        }
    }
    errors
}
