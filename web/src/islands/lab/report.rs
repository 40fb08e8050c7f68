//! What a lab tells the rest of its page: an event on the window at every evaluation.

use crate::packed;
use lab::{ArmId, History, Plan};
use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

/// The event's name; its detail is a packed [`Report`].
pub const EVENT: &str = "lab-run";

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What is being run, the lab's id among it.
    pub plan: Plan,
    /// Its arms' metrics.
    pub histories: BTreeMap<ArmId, History>,
    /// The step all arms have come to.
    pub step: u64,
    /// Whether that is the last one.
    pub finished: bool,
}

impl Report {
    /// Tells whoever listens.
    pub fn send(&self) {
        let Some(detail) = packed::write(self) else {
            return;
        };
        let init = web_sys::CustomEventInit::new();
        init.set_detail(&JsValue::from_str(&detail));
        if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(EVENT, &init) {
            // Nobody may be listening.
            let _ = window().dispatch_event(&event);
        }
    }

    /// Reads an event's detail; `None` if it is no report of a run.
    pub fn of(event: &web_sys::Event) -> Option<Self> {
        let detail = js_sys::Reflect::get(event, &"detail".into())
            .ok()?
            .as_string()?;
        packed::read(&detail)
    }
}
