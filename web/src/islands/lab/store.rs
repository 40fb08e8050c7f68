//! What stays over a reload: the runs, the reader's text, how fast this machine was. Everything is
//! in the browser's own storage, under a version; what another version wrote is left alone.

use super::kept::{Ended, Kept};
use serde::{Serialize, de::DeserializeOwned};

/// Raised when the stored form changes: an older form is not read.
const VERSION: u32 = 1;

/// What a lab keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The kept runs.
    Runs,
    /// The reader's text.
    Text,
    /// Seconds a step, measured in the reader's last run.
    Speed,
}

impl Slot {
    fn key(self, lab: &str) -> String {
        let name = match self {
            Self::Runs => "runs",
            Self::Text => "text",
            Self::Speed => "speed",
        };
        format!("trainable-papers/{VERSION}/{lab}/{name}")
    }
}

/// Writes `value`.
///
/// # Errors
/// A sentence for the reader if the browser will not store it.
pub fn write<T: Serialize>(lab: &str, slot: Slot, value: &T) -> Result<(), String> {
    let bytes = postcard::to_stdvec(value).map_err(|e| e.to_string())?;
    let store = storage().ok_or("This browser keeps nothing for this page: a reload loses it.")?;
    let full = "The browser's storage for this page is full: a reload loses it. Remove some runs.";
    store
        .set_item(&slot.key(lab), &to_text(&bytes))
        .map_err(|_| full.to_owned())
}

/// Reads what was written; `None` if there is nothing, or nothing readable.
pub fn read<T: DeserializeOwned>(lab: &str, slot: Slot) -> Option<T> {
    let text = storage()?.get_item(&slot.key(lab)).ok()??;
    postcard::from_bytes(&from_text(&text)?).ok()
}

/// Forgets what was written.
pub fn remove(lab: &str, slot: Slot) {
    if let Some(store) = storage() {
        // Storage that cannot be written to holds nothing to forget.
        let _ = store.remove_item(&slot.key(lab));
    }
}

/// The kept runs.
pub fn runs(lab: &str) -> Vec<Kept> {
    read(lab, Slot::Runs).unwrap_or_default()
}

/// Writes the kept runs, the one under way among them; if they do not all fit, the oldest are left
/// out.
///
/// # Errors
/// If not even one fits.
pub fn write_runs(lab: &str, runs: &[Kept], current: Option<Kept>) -> Result<(), String> {
    let mut all: Vec<Kept> = runs.to_vec();
    if let Some(mut run) = current {
        if run.ended == Ended::Left {
            run.ended = Ended::UnderWay;
        }
        super::kept::keep(&mut all, run);
    }
    loop {
        match write(lab, Slot::Runs, &all) {
            Err(_) if all.len() > 1 => {
                all.remove(0);
            }
            done => return done,
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// One character a byte: the storage takes any characters, and counts these once.
fn to_text(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

fn from_text(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_as_text() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = to_text(&bytes);
        assert_eq!(text.chars().count(), 256);
        assert_eq!(from_text(&text), Some(bytes));
        assert_eq!(from_text("€"), None, "written by somebody else");
    }
}
