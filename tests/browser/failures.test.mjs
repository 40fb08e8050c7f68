// What can go wrong gets a message in the lab and loses nothing.

import assert from "node:assert/strict";
import { withoutStorage, withoutWebAssembly, withoutWorkers, workers } from "./support/instruments.mjs";
import { Lab, PAPER } from "./support/lab.mjs";
import { inWorker } from "./support/server.mjs";
import { scenario, until } from "./support/suite.mjs";

const visible = (page, pattern) =>
  until(`the page shows ${pattern}`, async () => pattern.test(await page.evaluate(() => document.body.innerText)));

scenario("no WebAssembly: each lab says so, and the page reads on", { scripts: [withoutWebAssembly] }, async ({ page, open }) => {
  for (const path of ["/", PAPER]) {
    await open(path);
    for (const lab of await Lab.all(page)) await lab.shows(/WebAssembly/);
  }
  const words = await page.evaluate(() => document.querySelector("main").innerText.split(/\s+/).length);
  assert.ok(words > 800, `${words} words`);
});

scenario("no workers: Train says why nothing can be trained", { scripts: [withoutWorkers] }, async ({ page, open }) => {
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.press("Train");
  await lab.shows(/no workers/i);
  await lab.find("button", "Train");
});

// A browser whose WebAssembly lacks SIMD: it refuses what contains vector instructions.
function withoutSimd() {
  const native = WebAssembly.validate.bind(WebAssembly);
  WebAssembly.validate = (bytes) => bytes.byteLength > 1000 && native(bytes);
}

scenario("no SIMD: Train says what is missing", { scripts: [withoutSimd] }, async ({ page, open }) => {
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.press("Train");
  await lab.shows(/SIMD/);
});

/** What answers 404 from now on. */
const gone = (pattern) => (path, answer) =>
  pattern.test(path) ? { status: 404, type: "text/plain", body: "gone" } : answer;

scenario("a trainer that cannot be fetched is reported", { allow: [/404/] }, async ({ page, host, open }) => {
  host.alter = gone(/trainer[^/]*\.wasm$/);
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.press("Train");
  await lab.shows(/could not be loaded[^.]*404|404[^.]*could not be loaded/i);
  await lab.find("button", "Train");
});

scenario("a worker's script that cannot be fetched is reported, and fetched again when asked", { allow: [/404/] }, async ({ page, host, open }) => {
  host.alter = gone(/worker[^/]*\.js$/);
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.press("Train");
  await lab.shows(/script did not load/);
  host.alter = undefined;
  const restart = await until("a way to go on", () =>
    lab.region.$$eval("button", (all) => all.map((b) => b.innerText.trim()).find((text) => /^(Restart|Train)/.test(text))),
  );
  await lab.press(restart);
  await lab.reaches(3);
});

scenario("a text that cannot be fetched is reported", { allow: [/404/] }, async ({ page, host, open }) => {
  host.alter = gone(/\/data\//);
  await open(`${PAPER}#lab=char-rnn&corpus=prose&seed=1`);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.press("Train");
  await lab.shows(/could not be fetched/i);
});

// Runs in a worker: after a while it traps as the trainer would, and is dead from then on.
function trapping() {
  const post = self.postMessage.bind(self);
  let reports = 0;
  self.postMessage = (message, ...rest) => {
    post(message, ...rest);
    if (message.bytes && (reports += 1) === 40) {
      post({ trap: "unreachable executed" });
      self.close();
    }
  };
}

scenario("a trainer that traps in the middle is reported and can be restarted", {}, async ({ page, host, open }) => {
  host.alter = inWorker(trapping);
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.train();
  await lab.shows(/unreachable executed/);
  await lab.says(/failure/i);
  const held = await lab.settled();
  assert.ok(held > 0, "what was trained is still there");
  host.alter = undefined;
  const restart = await until("a way to go on", () =>
    lab.region.$$eval("button", (all) => all.map((b) => b.innerText.trim()).find((text) => /^Restart/.test(text))),
  );
  await lab.press(restart);
  await lab.reaches(held + 3);
  await lab.find("button", "Pause");
});

// Runs in a worker: after a while its script throws outside of everything.
function throwing() {
  setTimeout(() => {
    throw new Error("the worker was killed");
  }, 1500);
}

scenario("a worker that dies with an error is reported", { allow: [/the worker was killed/] }, async ({ page, host, open }) => {
  host.alter = inWorker(throwing);
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.train();
  await lab.shows(/the worker was killed/);
  await lab.says(/failure/i);
});

scenario("a link made by another build of the trainer says that it promises nothing", {}, async ({ page, open }) => {
  await open(`${PAPER}#lab=char-rnn&seed=2&build=ffffffffffffffff`);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.shows(/another build[^.]*not the same to the bit/i);
  assert.equal(await lab.value("Seed"), "2");
});

scenario("no storage: it trains all the same, and says that nothing is kept", { scripts: [withoutStorage] }, async ({ page, open }) => {
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.train();
  await lab.reaches(5);
  await lab.press("Pause");
  await lab.settled();
  await lab.press("Reset");
  await lab.shows(/a reload loses/i);
});

// Runs in a worker: after a while it says, in the trainer's own words (a list of one message:
// stopped, of this run, at this step, because the metric "loss" diverged), what a NaN would make it say.
function diverging() {
  let [key, reports] = [0, 0];
  self.addEventListener("message", ({ data }) => {
    if (data.bytes && !key) key = data.bytes[1];
  });
  const post = self.postMessage.bind(self);
  self.postMessage = (message, ...rest) => {
    post(message, ...rest);
    if (message.bytes && (reports += 1) === 30) {
      const [stopped, step, diverged] = [6, 20, 2];
      post({ bytes: Uint8Array.of(1, stopped, key, step, diverged, 4, ...new TextEncoder().encode("loss")) });
    }
  };
}

scenario("a loss that is not a number any more stops the run and names the knob to turn", {}, async ({ page, host, open }) => {
  host.alter = inWorker(diverging);
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.train();
  await lab.shows(/broke down at step 20: .* is not a number any more/);
  await lab.shows(/turn the learning rate down/i);
  await lab.says(/broke down/i);
  await lab.find("button", "Train");
});

scenario("presets that break training say why", {}, async ({ page, open }) => {
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.awake();
  const chips = await lab.region.$$(".presets button");
  const says = () => lab.region.$eval(".says", (p) => p.innerText);
  const said = new Set();
  let breaking = 0;
  for (const chip of chips) {
    await chip.click();
    await until("it is chosen", () => chip.evaluate((c) => c.getAttribute("aria-pressed") === "true"));
    said.add(await says());
    breaking += await chip.evaluate((c) => /breaks training/i.test(c.title));
  }
  assert.equal(said.size, chips.length, "each says something of its own");
  assert.ok(breaking >= 1, "one breaks training on purpose, and is marked");
});

scenario("a link with absurd knobs: says what was ignored and why, and trains with the rest", {}, async ({ page, open }) => {
  await open(`${PAPER}#lab=char-rnn&seed=5&lr=1000&hidden=0.5&window=banana&nonsense=3&preset=nope&arms=lstm,gru&lr@ten=0.1&clip@4=-2`);
  const lab = await Lab.first(page);
  await lab.awake();
  await lab.shows(/Not everything in this link/);
  const text = await lab.text();
  for (const said of [/1000/, /0\.5/, /banana/, /nonsense/, /“nope”/, /“gru”/, /“ten”/, /-2|−2/]) assert.match(text, said);
  assert.match(text, /0\.0001 to 1/, "and which range there is");
  assert.equal(await lab.value("Seed"), "5", "what could be had was taken");
  await lab.train();
  await lab.reaches(3);
  const link = await lab.link();
  assert.match(link, /seed=5/);
  assert.match(link, /arms=lstm/);
  assert.doesNotMatch(link, /nonsense|banana|gru/);
});

scenario("a knob out of range is refused with its range, and stays as it was", {}, async ({ page, open }) => {
  await open(PAPER);
  const lab = await Lab.first(page);
  await lab.awake();
  const before = await lab.value("Hidden units");
  await lab.set("Hidden units", 100000);
  await lab.shows(/Hidden units \(hidden\) cannot be 100000: it goes 8 to/i);
  await lab.set("Hidden units", "many");
  await lab.shows(/cannot be many/i);
  assert.match(await lab.link(), /#lab=char-rnn&seed=1(&|$)/);
  await lab.set("Hidden units", before);
});
