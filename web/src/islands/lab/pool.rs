//! The workers that train: as many as there are cores to spare, one compiled trainer for all of
//! them, shared by all labs of a page.

use super::wire::{self, FromWorker};
use js_sys::WebAssembly;
use lab::{FromTrainer, Key, ToTrainer};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Worker;

/// What a lab hears about one of its runs.
pub enum Heard {
    /// The trainer says something.
    Said(Box<FromTrainer>),
    /// What the run needs could not be fetched: it cannot be built.
    Unfetched(String),
    /// The worker is gone, and the run with it.
    Died(String),
}

type Listener = Rc<dyn Fn(Heard)>;

struct Slot {
    worker: Worker,
    // Kept alive as long as the worker may call it.
    _listen: Closure<dyn FnMut(web_sys::MessageEvent)>,
    _fail: Closure<dyn FnMut(JsValue)>,
}

struct Run {
    slot: usize,
    listener: Listener,
}

/// A message with the files it needs, (id, address) each.
type Letter = (Key, ToTrainer, Vec<(String, String)>);

#[derive(Default)]
struct Pool {
    state: State,
    /// As many as have been of use at a time; none of them has a worker before the trainer is compiled.
    slots: Vec<Option<Slot>>,
    runs: BTreeMap<Key, Run>,
    /// What was said before the trainer was compiled.
    waiting: Vec<Letter>,
    last_key: Key,
}

#[derive(Default)]
enum State {
    #[default]
    Cold,
    Compiling,
    Ready(JsValue),
    Broken(String),
}

thread_local! {
    static POOL: RefCell<Pool> = RefCell::default();
}

/// A key no run on this page has.
pub fn new_key() -> Key {
    POOL.with_borrow_mut(|pool| {
        pool.last_key += 1;
        pool.last_key
    })
}

impl Pool {
    /// How many runs the worker of slot `i` has.
    fn runs_of(&self, i: usize) -> usize {
        self.runs.values().filter(|r| r.slot == i).count()
    }

    /// The slot with the fewest runs: a new one if all are taken and there is a core to spare.
    fn slot(&mut self) -> usize {
        let least = (0..self.slots.len()).min_by_key(|i| self.runs_of(*i));
        match least.filter(|i| self.runs_of(*i) == 0 || self.slots.len() >= most()) {
            Some(i) => i,
            None => {
                self.slots.push(None);
                self.slots.len() - 1
            }
        }
    }
}

/// How many workers there may be.
fn most() -> usize {
    wire::cores().saturating_sub(1).max(2)
}

/// Gets the trainer and workers for so many runs ready before anybody asks: called as soon as a lab is
/// in view, so that *Train* finds them waiting.
pub fn warm(runs: usize) {
    POOL.with_borrow_mut(|pool| {
        let workers = pool.slots.len().max(runs.min(most()));
        pool.slots.resize_with(workers, || None);
    });
    fetch_trainer();
    start_all();
}

/// Fetches and compiles the trainer, if that has not been done.
fn fetch_trainer() {
    let cold = POOL.with_borrow_mut(|pool| {
        let cold = matches!(pool.state, State::Cold);
        if cold {
            pool.state = State::Compiling;
        }
        cold
    });
    if !cold {
        return;
    }
    if let Err(why) = wire::can_train() {
        broken(why);
        return;
    }
    spawn_local(async {
        match compile().await {
            Ok(module) => ready(module),
            Err(why) => broken(format!(
                "The trainer could not be loaded ({}). Reload the page to try again.",
                wire::words(&why)
            )),
        }
    });
}

async fn compile() -> Result<JsValue, JsValue> {
    let response = wire::fetch(&wire::asset("trainer-wasm")).await?;
    // A host that serves wasm under another type still serves it.
    let kind = response.headers().get("content-type")?.unwrap_or_default();
    if kind.starts_with("application/wasm") {
        let response = js_sys::Promise::resolve(&JsValue::from(response));
        return JsFuture::from(WebAssembly::compile_streaming(&response)).await;
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    JsFuture::from(WebAssembly::compile(&bytes)).await
}

fn ready(module: JsValue) {
    let waiting = POOL.with_borrow_mut(|pool| {
        pool.state = State::Ready(module);
        std::mem::take(&mut pool.waiting)
    });
    start_all();
    for (key, message, files) in waiting {
        send(key, &message, &files);
    }
}

fn broken(why: String) {
    let runs = POOL.with_borrow_mut(|pool| {
        pool.state = State::Broken(why.clone());
        pool.waiting.clear();
        std::mem::take(&mut pool.runs)
    });
    for run in runs.into_values() {
        (run.listener)(Heard::Died(why.clone()));
    }
}

fn start_all() {
    for i in 0..POOL.with_borrow(|p| p.slots.len()) {
        start(i);
    }
}

/// Starts the worker of slot `i`, unless it runs already or the trainer is not compiled yet.
fn start(i: usize) {
    let module = POOL.with_borrow(|pool| match &pool.state {
        State::Ready(module) if pool.slots[i].is_none() => Some(module.clone()),
        _ => None,
    });
    let Some(module) = module else { return };
    let listen = Closure::new(move |event: web_sys::MessageEvent| hear(i, &event.data()));
    // Where the script did not load, the event is a plain one and has no message.
    let fail = Closure::new(move |event: JsValue| {
        let why = wire::message(&event);
        die(i, why.as_deref().unwrap_or("its script did not load"));
    });
    match wire::spawn(
        &module,
        listen.as_ref().unchecked_ref(),
        fail.as_ref().unchecked_ref(),
    ) {
        Ok(worker) => {
            let slot = Slot {
                worker,
                _listen: listen,
                _fail: fail,
            };
            POOL.with_borrow_mut(|pool| pool.slots[i] = Some(slot));
        }
        Err(why) => die(i, &wire::words(&why)),
    }
}

/// The worker of slot `i` is gone: its runs are told, and the next run there gets a new one.
fn die(i: usize, why: &str) {
    let (slot, runs) = POOL.with_borrow_mut(|pool| {
        let keys: Vec<Key> = pool
            .runs
            .iter()
            .filter(|(_, r)| r.slot == i)
            .map(|(k, _)| *k)
            .collect();
        let runs: Vec<Run> = keys.iter().filter_map(|k| pool.runs.remove(k)).collect();
        (pool.slots[i].take(), runs)
    });
    if let Some(slot) = slot {
        slot.worker.terminate();
        // Its closures may be on the stack right now: they go with the next tick.
        spawn_local(async move { drop(slot) });
    }
    for run in runs {
        (run.listener)(Heard::Died(format!(
            "The worker that trained this stopped: {why}."
        )));
    }
}

fn hear(i: usize, data: &JsValue) {
    match wire::read(data) {
        FromWorker::Said(messages) => {
            for message in messages {
                let listener = POOL.with_borrow(|p| {
                    p.runs
                        .get(&wire::key_of(&message))
                        .map(|r| r.listener.clone())
                });
                if let Some(listener) = listener {
                    listener(Heard::Said(Box::new(message)));
                }
            }
        }
        FromWorker::Ready(build) if build == wire::build() => {}
        FromWorker::Ready(_) => {
            broken(
                "The trainer and this page are of different builds: reload the page.".to_owned(),
            );
        }
        FromWorker::Unfetched(why) => {
            let listeners: Vec<Listener> = POOL.with_borrow(|p| {
                p.runs
                    .values()
                    .filter(|r| r.slot == i)
                    .map(|r| r.listener.clone())
                    .collect()
            });
            for listener in listeners {
                listener(Heard::Unfetched(why.clone()));
            }
        }
        FromWorker::Trap(why) => die(i, &why),
        FromWorker::Other => {}
    }
}

/// Gives the run `key` a worker, the one with the fewest runs, and a listener.
pub fn open(key: Key, listener: impl Fn(Heard) + 'static) {
    fetch_trainer();
    let listener: Listener = Rc::new(listener);
    let why = POOL.with_borrow_mut(|pool| {
        if let State::Broken(why) = &pool.state {
            return Err(why.clone());
        }
        let (slot, listener) = (pool.slot(), listener.clone());
        pool.runs.insert(key, Run { slot, listener });
        Ok(slot)
    });
    match why {
        Ok(slot) => start(slot),
        // Not at once: whoever opens a run is still busy with it.
        Err(why) => spawn_local(async move { listener(Heard::Died(why)) }),
    }
}

/// Says something to the worker of `message`'s run; `files` are fetched first, (id, address) each.
pub fn send(key: Key, message: &ToTrainer, files: &[(String, String)]) {
    let worker = POOL.with_borrow_mut(|pool| {
        if matches!(pool.state, State::Cold | State::Compiling) {
            pool.waiting.push((key, message.clone(), files.to_vec()));
            return None;
        }
        let slot = pool.runs.get(&key)?.slot;
        pool.slots[slot].as_ref().map(|s| s.worker.clone())
    });
    if let Some(worker) = worker {
        wire::post(&worker, message, files);
    }
}

/// Forgets the run: nothing about it is heard any more.
pub fn close(key: Key) {
    send(key, &ToTrainer::Drop { key }, &[]);
    POOL.with_borrow_mut(|pool| pool.runs.remove(&key));
}

/// Whether the run has a worker.
pub fn knows(key: Key) -> bool {
    POOL.with_borrow(|pool| pool.runs.contains_key(&key))
}

/// Forgets the run and, if no other one is there, its worker too.
pub fn retire(key: Key) {
    let slot = POOL.with_borrow_mut(|pool| {
        let slot = pool.runs.remove(&key)?.slot;
        let shared = pool.runs.values().any(|r| r.slot == slot);
        if shared {
            None
        } else {
            pool.slots[slot].take()
        }
    });
    if let Some(slot) = slot {
        slot.worker.terminate();
    }
}
