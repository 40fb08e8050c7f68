// The worker around the trainer: messages in order, work in slices, at most one report a frame.
//
// In:  {module, glue, build} once, then {bytes, files: [[id, url], …]}.
// Out: {ready: build}, {bytes}, {failed: text} for a file that could not be had, {trap: text} when
//      the trainer is dead.

const SLICE_MS = 12;
const REPORT_MS = 16;

let trainer;
let dead = false;
let trapped = "";
let busy = false;
let scheduled = false;
let reported = -Infinity;
let reportTimer = 0;

globalThis.trainerTrapped = (message) => {
  trapped = message;
};

function trap(error) {
  if (dead) return;
  dead = true;
  const text = trapped || (error && error.message) || String(error);
  postMessage({ trap: text });
}

// A MessageChannel yields to the messages that wait, and is not clamped to 4 ms like a timer.
const channel = new MessageChannel();
channel.port1.onmessage = () => {
  scheduled = false;
  work();
};

function schedule() {
  if (scheduled || dead) return;
  scheduled = true;
  channel.port2.postMessage(0);
}

function report() {
  reportTimer = 0;
  if (dead) return;
  const bytes = trainer.drain();
  if (bytes === undefined) return;
  postMessage({ bytes }, [bytes.buffer]);
  // After it has left: a worker that is held up in between must not count that as waiting.
  reported = performance.now();
}

function reportSoon() {
  const wait = reported + REPORT_MS - performance.now();
  if (wait <= 0) {
    clearTimeout(reportTimer);
    report();
  } else if (!busy && !reportTimer) {
    reportTimer = setTimeout(() => guarded(report), Math.ceil(wait));
  }
}

function guarded(act) {
  try {
    act();
  } catch (error) {
    trap(error);
  }
}

function work() {
  if (dead) return;
  guarded(() => {
    busy = trainer.slice(SLICE_MS);
    reportSoon();
    if (busy) schedule();
  });
}

async function start({ module, glue, build }) {
  const bindings = await import(glue);
  await bindings.default({ module_or_path: module });
  trainer = new bindings.Trainer();
  postMessage({ ready: build });
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function receive({ bytes, files = [] }) {
  for (const [id, url] of files) {
    try {
      trainer.offer_file(id, await fetched(url));
    } catch (error) {
      postMessage({ failed: `${url} could not be fetched: ${error.message}` });
      return;
    }
  }
  trainer.receive(bytes);
  schedule();
}

// A file that is still being fetched holds back the messages behind it.
let queue = Promise.resolve();

onmessage = ({ data }) => {
  queue = queue
    .then(() => {
      if (dead) return undefined;
      return data.module ? start(data) : receive(data);
    })
    .catch(trap);
};

onmessageerror = () => trap(new Error("the trainer could not be handed over to a worker"));
