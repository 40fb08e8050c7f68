//! The worker's messages as JavaScript sees them, and what else is asked of the browser for it.

use js_sys::{Array, Object, Reflect, Uint8Array, WebAssembly};
use lab::{FromTrainer, Key, ToTrainer};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Worker, WorkerOptions, WorkerType};

/// A module that is valid only where 128-bit SIMD is: one function, a splat and a population count.
const SIMD: [u8; 31] = [
    0, 97, 115, 109, 1, 0, 0, 0, // magic, version
    1, 5, 1, 96, 0, 1, 123, // type: () -> v128
    3, 2, 1, 0, // one function of it
    10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11, // i32.const 0, i8x16.splat, i8x16.popcnt
];

/// What a worker posts.
pub enum FromWorker {
    /// It is up; the build of its trainer.
    Ready(String),
    /// The trainer says something.
    Said(Vec<FromTrainer>),
    /// A file could not be fetched.
    Unfetched(String),
    /// The trainer is gone.
    Trap(String),
    /// Nothing known.
    Other,
}

/// Whether this browser can train at all.
///
/// # Errors
/// What it lacks, and what to do.
pub fn can_train() -> Result<(), String> {
    let have = |name: &str| Reflect::has(&js_sys::global(), &name.into()).unwrap_or(false);
    if !have("Worker") {
        return Err(
            "This browser has no workers, in which the training would run: the page reads \
                    on, but nothing can be trained here."
                .to_owned(),
        );
    }
    let bytes = Uint8Array::from(&SIMD[..]);
    if !WebAssembly::validate(&bytes).unwrap_or(false) {
        return Err(
            "This browser's WebAssembly has no SIMD, which the trainer needs: the page \
                    reads on, but nothing can be trained here. A browser from 2023 or later has it."
                .to_owned(),
        );
    }
    Ok(())
}

/// The number of cores the browser admits to.
pub fn cores() -> usize {
    web_sys::window().map_or(2, |w| w.navigator().hardware_concurrency() as usize)
}

/// Whether the reader pays for what is fetched, or asks to be spared, as far as the browser tells.
pub fn metered() -> bool {
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into());
    let navigator = of(&js_sys::global(), "navigator");
    navigator.and_then(|n| of(&n, "connection")).is_ok_and(|c| {
        of(&c, "saveData").is_ok_and(|save| save.is_truthy())
            || of(&c, "type").is_ok_and(|kind| kind == "cellular")
    })
}

/// An attribute `data-…` of the page's root element.
fn datum(name: &str) -> String {
    let root = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element());
    root.and_then(|r| r.get_attribute(&format!("data-{name}")))
        .unwrap_or_default()
}

/// The build of the trainer this page was made with.
pub fn build() -> String {
    datum("build")
}

/// The absolute address of something at the site's root.
pub fn at_root(path: &str) -> String {
    let base = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.base_uri().ok().flatten())
        .unwrap_or_default();
    let path = format!("{}{path}", datum("root"));
    web_sys::Url::new_with_base(&path, &base).map_or(path, |url| url.href())
}

/// The absolute address of a file named in an attribute of the root element.
pub fn asset(name: &str) -> String {
    at_root(&datum(name))
}

/// What is at `url`.
pub async fn fetch(url: &str) -> Result<web_sys::Response, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let response = JsFuture::from(window.fetch_with_str(url)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    if response.ok() {
        Ok(response)
    } else {
        Err(format!("status {}", response.status()).into())
    }
}

/// Starts a worker and hands it the compiled trainer.
pub fn spawn(
    module: &JsValue,
    listen: &js_sys::Function,
    fail: &js_sys::Function,
) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&asset("worker"), &options)?;
    worker.set_onmessage(Some(listen));
    worker.set_onerror(Some(fail));
    let first = Object::new();
    Reflect::set(&first, &"module".into(), module)?;
    Reflect::set(&first, &"glue".into(), &asset("trainer-js").into())?;
    Reflect::set(&first, &"build".into(), &build().into())?;
    worker.post_message(&first)?;
    Ok(worker)
}

/// Posts a message with the files it needs.
pub fn post(worker: &Worker, message: &ToTrainer, files: &[(String, String)]) {
    let Ok(bytes) = postcard::to_stdvec(message) else {
        return;
    };
    let bytes = Uint8Array::from(&bytes[..]);
    let list: Array = files
        .iter()
        .map(|(id, url)| Array::of2(&id.into(), &url.into()))
        .collect();
    let parcel = Object::new();
    let filled = Reflect::set(&parcel, &"bytes".into(), &bytes)
        .and_then(|_| Reflect::set(&parcel, &"files".into(), &list));
    if filled.is_ok() {
        // A worker that is gone takes nothing; that it is gone is said elsewhere.
        let _ = worker.post_message_with_transfer(&parcel, &Array::of1(&bytes.buffer()));
    }
}

/// Reads what a worker posted.
pub fn read(data: &JsValue) -> FromWorker {
    let field = |name: &str| {
        Reflect::get(data, &name.into())
            .ok()
            .filter(|v| !v.is_undefined())
    };
    if let Some(bytes) = field("bytes").and_then(|b| b.dyn_into::<Uint8Array>().ok()) {
        return match postcard::from_bytes(&bytes.to_vec()) {
            Ok(messages) => FromWorker::Said(messages),
            Err(_) => FromWorker::Trap(
                "it speaks another version of the protocol; reload the page".to_owned(),
            ),
        };
    }
    let text = |name: &str| field(name).map(|v| words(&v));
    if let Some(build) = text("ready") {
        FromWorker::Ready(build)
    } else if let Some(why) = text("trap") {
        FromWorker::Trap(why)
    } else if let Some(why) = text("failed") {
        FromWorker::Unfetched(why)
    } else {
        FromWorker::Other
    }
}

/// An error or a string from JavaScript, in words.
pub fn words(value: &JsValue) -> String {
    if let Some(text) = value.as_string() {
        return text;
    }
    message(value).unwrap_or_else(|| format!("{value:?}"))
}

/// What an error or an event says of itself, if it says anything.
pub fn message(of: &JsValue) -> Option<String> {
    let message = Reflect::get(of, &"message".into()).ok()?.as_string()?;
    (!message.is_empty()).then_some(message)
}

/// The run a message is about.
pub fn key_of(message: &FromTrainer) -> Key {
    match message {
        FromTrainer::Loaded { key, .. }
        | FromTrainer::Preparing { key, .. }
        | FromTrainer::Progress { key, .. }
        | FromTrainer::Turned { key, .. }
        | FromTrainer::Figure { key, .. }
        | FromTrainer::Checkpoint { key, .. }
        | FromTrainer::Stopped { key, .. } => *key,
    }
}

/// The run a message is for.
pub fn key_for(message: &ToTrainer) -> Key {
    match message {
        ToTrainer::Load { key, .. }
        | ToTrainer::Play { key, .. }
        | ToTrainer::Pause { key }
        | ToTrainer::Retune { key, .. }
        | ToTrainer::Watch { key, .. }
        | ToTrainer::Unwatch { key, .. }
        | ToTrainer::Save { key }
        | ToTrainer::Drop { key } => *key,
    }
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    web_sys::window()
        .and_then(|w| w.performance())
        .map_or(0.0, |p| p.now())
}
