// Where a step of each of our models, and of each lab of the site, spends its time: V8's sampled profile of the worker that trains,
// for `cargo xtask bench --profile`. Writes one JSON object; says what it is doing on standard error.
//
//   node tests/peers/profile.mjs BINDINGS COUNTED OUT.json [MODEL or LAB …]
//
// COUNTED are bindings whose functions count their calls.

import { writeFile } from "node:fs/promises";
import { launch } from "../browser/support/browser.mjs";
import { INTERVAL_US, sample } from "./sampler.mjs";
import { startServer } from "./server.mjs";
import { askIn, conduct, note, openPages } from "./turns.mjs";

const [BINDINGS, COUNTED, OUT, ...ONLY] = process.argv.slice(2);

/** How long a model trains before and while it is looked at. */
const [WARM_MS, LOOK_MS] = [500, 3000];

/** How often each function is called in the third step. */
async function count(page, name) {
  await conduct(page, "load", name, ["ours"]);
  const ask = askIn(page, "ours");
  await ask("run", { steps: 2 });
  const calls = await ask("calls");
  await conduct(page, "stop");
  return calls;
}

async function profile({ page, counted }, name) {
  const { plan, errors } = await conduct(page, "load", name, ["ours"]);
  if (errors.ours) throw new Error(`${name}: ${errors.ours}`);
  const ask = askIn(page, "ours");
  let step = (await ask("run", { steps: 1 })).ms;
  const steps = (ms) => Math.max(1, Math.round(ms / step));
  for (const _ of [1, 2, 3]) {
    const warm = steps(WARM_MS);
    step = (await ask("run", { steps: warm })).ms / warm;
  }
  const looked = steps(LOOK_MS);
  const { ms, samples, functions: sampled } = await sample(page, ask, looked);
  const allocations = await ask("allocations");
  await conduct(page, "stop");
  note(`${name}: ${looked} steps, ${samples} samples`);
  const calls = await count(counted, name);
  const functions = sampled.map((f) => ({ ...f, calls: calls[f.name] }));
  const seen = new Set(functions.map((f) => f.name));
  for (const [name, times] of Object.entries(calls)) {
    if (times > 0 && !seen.has(name)) functions.push({ name, ms: 0, calls: times });
  }
  return { name, plan, steps: looked, ms, allocations, functions };
}

const hosts = { page: await startServer(BINDINGS, false), counted: await startServer(COUNTED, false) };
const browser = await launch("chrome");
try {
  const pages = await openPages(browser, hosts);
  const each = async (kind) => {
    const all = [];
    for (const name of await conduct(pages.page, "names", kind)) {
      if (ONLY.length === 0 || ONLY.includes(name)) all.push(await profile(pages, name));
    }
    return all;
  };
  const found = { models: await each("names"), labs: await each("labs"), interval_us: INTERVAL_US, browser: await browser.version() };
  await writeFile(OUT, JSON.stringify(found));
} finally {
  await browser.close();
  for (const host of Object.values(hosts)) host.stop();
}
