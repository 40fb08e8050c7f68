//! What a lab shows before it has fetched anything: its first tab, from a recorded run. The other
//! tabs' part of that run is a file of its own, so that a page's text does not wait for it.

use super::{LabProps, desk::Desk, wire};
use lab::Recorded;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A figure that can be shown: a metric's chart or a probe.
#[derive(Clone, Debug, PartialEq)]
pub enum Tab {
    /// The metric with this id.
    Metric(String),
    /// The probe with this id.
    Probe(String),
}

impl Tab {
    fn id(&self) -> &str {
        match self {
            Self::Metric(id) | Self::Probe(id) => id,
        }
    }
}

impl LabProps {
    /// The figures offered, in order.
    pub(super) fn tabs(&self) -> Vec<Tab> {
        let metrics = self.spec.metrics.iter().map(|m| Tab::Metric(m.id.clone()));
        let probes = self.spec.probes.iter().map(|p| Tab::Probe(p.id.clone()));
        let all: Vec<Tab> = metrics.chain(probes).collect();
        let wanted = |id: &String| all.iter().find(|t| t.id() == id).cloned();
        let mut shown: Vec<Tab> = self.block.show.iter().filter_map(wanted).collect();
        if shown.is_empty() {
            let probe = all.iter().find(|t| matches!(t, Tab::Probe(_)));
            let probe = probe.filter(|_| self.compact).cloned();
            shown = probe.map_or(all, |probe| vec![probe]);
        }
        if self.compact {
            shown.truncate(1);
        }
        shown
    }

    /// Leaves of the recorded run what the first tab shows; the rest is fetched, where there is
    /// another tab to show it.
    pub fn first_frame(mut self) -> Self {
        let tabs = self.tabs();
        let first = tabs.first().map(Tab::id).unwrap_or_default();
        // A metric over an axis has a curve for each of its points: `acc@64`.
        let metric = |id: &str| id.split('@').next() == Some(first);
        for arm in self.recorded.iter_mut().flat_map(|r| &mut r.arms) {
            arm.history.curves.retain(|id, _| metric(id));
            arm.figures.retain(|figure| figure.probe == first);
        }
        if tabs.len() < 2 {
            self.rest = None;
        }
        self
    }
}

/// How the whole recorded run stands.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// All there is of it is here.
    Whole(Option<&'static Recorded>),
    /// The first tab's part is here, the rest on its way.
    Coming(Option<&'static Recorded>),
}

impl Desk {
    /// The recorded run, as much of it as is here; follows its arrival.
    pub fn recorded(&self) -> Option<&'static Recorded> {
        match self.run.get() {
            Run::Whole(run) | Run::Coming(run) => run,
        }
    }

    /// Whether more of the recorded run is on its way; follows its arrival.
    pub fn more_comes(&self) -> bool {
        matches!(self.run.get(), Run::Coming(_))
    }

    /// Fetches what the first frame left out of the recorded run.
    pub async fn fetch_rest(self) {
        let Some(path) = &self.props().rest else {
            return;
        };
        let whole = match fetch(path).await {
            Ok(run) => Some(&*Box::leak(Box::new(run))),
            Err(why) => {
                let why = wire::words(&why);
                let text = format!(
                    "What was recorded of the other figures could not be loaded ({why}). Reload the page to try again."
                );
                self.say(text, false);
                self.props().recorded.as_ref()
            }
        };
        self.run.set(Run::Whole(whole));
    }
}

async fn fetch(path: &str) -> Result<Recorded, JsValue> {
    let response = wire::fetch(&wire::at_root(path)).await?;
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
    postcard::from_bytes(&bytes).map_err(|_| "it is of another build".into())
}
