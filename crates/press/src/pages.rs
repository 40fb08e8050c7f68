//! From the compiled book and the labs to the site's documents.

use book::{Coming, Library};
use lab::page::{Block, Page};
use web::{
    pages::{
        Card, IndexPage, LabData, Labs, Neighbour, PaperPage, Picture, Row, Step, about, index,
        missing, paper, training_time,
    },
    shell::Assets,
};

/// The lab that trains on the first screen.
const HERO: &str = "char-rnn/writing";

/// Every document with its path below the site's root.
pub fn all(assets: &Assets, library: &Library, labs: &Labs, base: &str) -> Vec<(String, String)> {
    let mut documents = vec![
        (
            "index.html".to_owned(),
            index(assets.clone(), first_page(library, labs)),
        ),
        ("404.html".to_owned(), missing(assets.clone(), base)),
        (
            "about/index.html".to_owned(),
            about(
                assets.clone(),
                library.about.title.clone(),
                library.about.says.clone(),
                library.about.blocks.clone(),
            ),
        ),
    ];
    for page in &library.pages {
        let html = paper(assets.clone(), paper_page(library, page, labs));
        documents.push((format!("{}index.html", address(&page.id)), html));
    }
    documents
}

/// A page's address below the site's root.
fn address(id: &str) -> String {
    format!("papers/{id}/")
}

fn paper_page(library: &Library, page: &Page, labs: &Labs) -> PaperPage {
    let shelf = library.shelves.iter().find(|s| s.id == page.front.shelf);
    let mine = |id: &str| {
        page.blocks.iter().any(|block| match block {
            Block::Lab(block) => block.lab == id,
            Block::Measured { lab } => lab == id,
            Block::Exercises(all) => all.iter().flat_map(|e| &e.run).any(|run| run.lab == id),
            _ => false,
        })
    };
    let neighbour = |page: &Page| Neighbour {
        href: Some(address(&page.id)),
        title: page.front.title.clone(),
    };
    let (previous, next) = library.neighbours(&page.id);
    PaperPage {
        page: page.clone(),
        shelf: shelf
            .map(|s| (s.id.clone(), s.title.clone()))
            .unwrap_or_default(),
        labs: labs
            .iter()
            .filter(|(id, _)| mine(id))
            .map(|(id, lab)| (id.clone(), lab.clone()))
            .collect(),
        previous: previous.map(neighbour),
        next: next
            .map(neighbour)
            .or_else(|| next_on_the_path(library, &page.id)),
    }
}

/// Where the suggested path leads from here, if the shelves end.
fn next_on_the_path(library: &Library, id: &str) -> Option<Neighbour> {
    let at = library.path.iter().position(|step| step.id == id)?;
    let next = library.path.get(at + 1)?;
    Some(Neighbour {
        href: library.page(&next.id).map(|page| address(&page.id)),
        title: library.title(&next.id)?.to_owned(),
    })
}

fn first_page(library: &Library, labs: &Labs) -> IndexPage {
    let step = |step: &book::Waypoint| Step {
        title: library.title(&step.id).unwrap_or(&step.id).to_owned(),
        why: step.why.clone(),
        href: library.page(&step.id).map(|page| address(&page.id)),
    };
    let row = |shelf: &book::Shelf| {
        let present = library.pages.iter().filter(|p| p.front.shelf == shelf.id);
        let coming = library
            .coming
            .iter()
            .filter(|c| c.shelf == shelf.id)
            .map(coming_card);
        let mut cards: Vec<Card> = present.map(|page| card(page, labs)).chain(coming).collect();
        cards.sort_by(|a, b| a.year.cmp(&b.year));
        Row {
            id: shelf.id.clone(),
            title: shelf.title.clone(),
            says: shelf.says.clone(),
            cards,
        }
    };
    IndexPage {
        title: library.index.title.clone(),
        says: library.index.says.clone(),
        blocks: library.index.blocks.clone(),
        hero: labs.get(HERO).cloned(),
        path: library.path.iter().map(step).collect(),
        rows: library.shelves.iter().map(row).collect(),
    }
}

fn card(page: &Page, labs: &Labs) -> Card {
    let lab: Option<&LabData> = page.blocks.iter().find_map(|block| match block {
        Block::Lab(block) => labs.get(&block.lab),
        _ => None,
    });
    let train = lab
        .and_then(training_time)
        .map(|time| format!(" · {time} to train"))
        .unwrap_or_default();
    Card {
        href: Some(address(&page.id)),
        title: page.front.title.clone(),
        year: page.front.year.clone(),
        idea: page.front.idea.clone(),
        time: format!("{} min to read{train}", page.front.minutes),
        picture: lab.and_then(|lab| Picture::of(&lab.spec, lab.recorded.as_ref()?)),
    }
}

fn coming_card(work: &Coming) -> Card {
    Card {
        href: None,
        title: work.title.clone(),
        year: work.year.clone(),
        idea: work.idea.clone(),
        time: String::new(),
        picture: None,
    }
}
