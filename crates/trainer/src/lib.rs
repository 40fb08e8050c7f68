//! The training core as a Web Worker sees it: bytes in, bytes out, work in slices. Everything that
//! deserves a test lies in [`lab::Trainer`]; here are only its wires to JavaScript.

use lab::{Clock, FromTrainer, ToTrainer};
use papers::PAPERS;
use std::{collections::BTreeMap, sync::Once};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    /// Whoever loads this module says what is to happen with the message of a panic.
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = trainerTrapped)]
    fn trainer_trapped(message: &str) -> Result<(), JsValue>;
}

/// Memory to begin with, in bytes: the labs train in less than a third of it as they are set, so that
/// it does not grow in the middle of a step. What is not used costs addresses and no memory.
const RESERVED: usize = 32 << 20;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: nn::Heap = nn::Heap::new();

struct Performance;

impl Clock for Performance {
    fn now(&self) -> f64 {
        performance_now()
    }
}

/// One worker's trainer: the runs it holds, and the files offered to the next one.
#[wasm_bindgen]
pub struct Trainer {
    inner: lab::Trainer,
    offered: BTreeMap<String, Vec<u8>>,
}

#[wasm_bindgen]
impl Trainer {
    /// A trainer for all labs. A panic's message goes to `globalThis.trainerTrapped`.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // JavaScript has no use for `Default`.
    pub fn new() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            std::panic::set_hook(Box::new(|info| {
                // Nothing is left to do if even the report fails.
                let _ = trainer_trapped(&info.to_string());
            }));
        });
        // The allocator keeps what is given back to it.
        drop(std::hint::black_box(Vec::<u8>::with_capacity(RESERVED)));
        Self {
            inner: lab::Trainer::new(PAPERS),
            offered: BTreeMap::new(),
        }
    }

    /// Keeps a fetched file for the `Load` that comes next: so its bytes cross into wasm once.
    pub fn offer_file(&mut self, id: String, bytes: Vec<u8>) {
        self.offered.insert(id, bytes);
    }

    /// Takes in one message: the postcard bytes of a [`ToTrainer`].
    ///
    /// # Errors
    /// If the bytes are not a message of this build.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        let mut message: ToTrainer = postcard::from_bytes(bytes).map_err(|e| {
            JsError::new(&format!(
                "the page and the trainer differ ({e}); reload the page"
            ))
        })?;
        if let ToTrainer::Load { files, .. } = &mut message {
            files.append(&mut self.offered);
        }
        self.inner.handle(message);
        Ok(())
    }

    /// Works for about `budget` milliseconds; whether work is left.
    pub fn slice(&mut self, budget: f64) -> bool {
        self.inner.slice(&Performance, budget)
    }

    /// What there is to say, as the postcard bytes of a list of [`FromTrainer`]; `undefined` if
    /// there is nothing.
    ///
    /// # Errors
    /// Never: plain data always has a byte form.
    pub fn drain(&mut self) -> Result<Option<Vec<u8>>, JsError> {
        let said: Vec<FromTrainer> = self.inner.drain();
        if said.is_empty() {
            Ok(None)
        } else {
            Ok(Some(postcard::to_stdvec(&said)?))
        }
    }
}

/// Every lab's specification, as a JSON list.
///
/// # Errors
/// Never: plain data always has a text form.
#[wasm_bindgen]
pub fn specs() -> Result<String, JsError> {
    let labs = PAPERS.iter().flat_map(|paper| paper.labs);
    let specs: Vec<lab::Spec> = labs.map(|lab| (lab.spec)()).collect();
    Ok(serde_json::to_string(&specs)?)
}
