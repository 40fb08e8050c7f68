//! Where a link leads.

use crate::{
    markup::{escape, names},
    sheet::Sheet,
};
use lab::page::lab_anchor;

/// A link's opening and closing tags.
pub(crate) struct Link {
    /// The opening tag.
    pub open: String,
    /// The closing tag.
    pub close: &'static str,
}

impl Sheet<'_> {
    /// Resolves `to`: `https:`, `paper:`, `lab:`, `page:` or an anchor on this page.
    pub(crate) fn link(&mut self, to: &str, line: usize) -> Link {
        let inside = |href: String| Link {
            open: format!("<a href=\"{}\">", escape(&href)),
            close: "</a>",
        };
        let up = self.up();
        let broken = match to.split_once(':') {
            Some(("http" | "https", _)) => {
                let open = format!("<a href=\"{}\" rel=\"noopener\">", escape(to));
                return Link {
                    open,
                    close: "</a>",
                };
            }
            Some(("paper", id)) if self.world.pages.contains(id) => {
                return inside(format!("{up}papers/{id}/"));
            }
            Some(("paper", id)) if self.world.coming.contains_key(id) => {
                let open = "<span class=\"coming\" title=\"coming\">".to_owned();
                return Link {
                    open,
                    close: "</span>",
                };
            }
            Some(("paper", id)) => format!("there is no page and no coming work “{id}”"),
            Some(("lab", id)) => match self.lab_address(id) {
                Some(address) if address == self.address => {
                    return inside(format!("#{}", lab_anchor(id)));
                }
                Some(address) => return inside(format!("{up}{address}#{}", lab_anchor(id))),
                None => {
                    let there = names(self.world.labs.iter().map(|(lab, _)| &**lab));
                    format!("no page shows the lab “{id}” (shown are: {there})")
                }
            },
            Some(("page", "about")) => return inside(format!("{up}about/")),
            Some(("page", "index")) if up.is_empty() => return inside("./".to_owned()),
            Some(("page", "index")) => return inside(up),
            Some(("page", id)) => format!("there is no page “{id}” (there are: about, index)"),
            _ => match to.strip_prefix('#') {
                Some(id) => {
                    self.anchors.push((line, id.to_owned()));
                    return inside(to.to_owned());
                }
                None => {
                    format!("“{to}” is no link (there are: https:, paper:, lab:, page: and #)")
                }
            },
        };
        self.error(line, broken);
        Link {
            open: String::new(),
            close: "",
        }
    }

    /// The address of the page that shows a lab: this one if it does.
    fn lab_address(&self, id: &str) -> Option<&str> {
        let shown = || {
            self.world
                .labs
                .iter()
                .filter(|(lab, _)| lab == id)
                .map(|(_, at)| &**at)
        };
        shown()
            .find(|at| *at == self.address)
            .or_else(|| shown().max_by_key(|at| at.len()))
    }
}
