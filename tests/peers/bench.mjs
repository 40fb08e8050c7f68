// The same models in several libraries in one browser, turn by turn, for `cargo xtask bench --peers`.
// Writes the raw times as one JSON object; says what it is doing on standard error.
//
//   node tests/peers/bench.mjs BINDINGS OUT.json [MODEL …]

import { readFile, writeFile } from "node:fs/promises";
import { launch } from "../browser/support/browser.mjs";
import { sample } from "./sampler.mjs";
import { startServer } from "./server.mjs";
import { startTorch } from "./torch.mjs";
import { askIn, conduct, note, openPages, turn, TURN_MS, warmUp } from "./turns.mjs";

const [BINDINGS, OUT, ...MODELS] = process.argv.slice(2);

/** Turns of a library whose single step takes less than `below` ms: many and short, so that what else the
 * machine does meets all libraries alike. */
const TURNS = [
  { below: 100, turns: 45 },
  { below: 500, turns: 15 },
  { below: 3000, turns: 5 },
  { turns: 3 },
];
/** Turns of ours under the sampler. */
const SAMPLED = 45;
/** The side of the matrices whose product says in every turn what the machine can do just then. */
const LARGE = 256;
/** Libraries by page: `threads` is the page that may share memory between threads. */
const LIBRARIES = [
  { name: "ours", page: "plain", library: "ours" },
  { name: "jax-js", page: "plain", library: "jax-js" },
  { name: "jax-js, threads", page: "threads", library: "jax-js" },
  { name: "tfjs-cpu", page: "plain", library: "tfjs-cpu" },
  { name: "tfjs-wasm", page: "plain", library: "tfjs-wasm" },
];

/** Loads a model in PyTorch, where that is installed. */
async function loadTorch(torch, page, plan) {
  const runner = { name: "PyTorch, native", ask: torch.ask, losses: [], ms: [] };
  try {
    await torch.ask("load", { plan, ...(await conduct(page, "arrays")) });
  } catch (error) {
    runner.error = error.message;
  }
  return runner;
}

/** Loads a model everywhere and takes the first steps. */
async function begin(name, pages, torch) {
  const runners = [];
  let plan;
  for (const [kind, page] of Object.entries(pages)) {
    const here = LIBRARIES.filter((l) => l.page === kind);
    const loaded = await conduct(page, "load", name, here.map((l) => l.library));
    plan = loaded.plan;
    for (const { name, library } of here) {
      const ask = askIn(page, library);
      runners.push({ name, ask, error: loaded.errors[library], losses: [], ms: [] });
    }
  }
  runners.sort((a, b) => order(a) - order(b));
  if (torch) runners.push(await loadTorch(torch, pages.plain, plan));
  for (const runner of runners.filter((r) => !r.error)) {
    try {
      await warmUp(runner);
    } catch (error) {
      runner.error = error.message;
    }
  }
  return { plan, runners };
}

const order = (runner) => LIBRARIES.findIndex((l) => l.name === runner.name);

async function measure(name, pages, torch) {
  const { plan, runners } = await begin(name, pages, torch);
  const able = runners.filter((runner) => !runner.error);
  const [ours] = runners;
  if (ours.error) throw new Error(`${name}, ours: ${ours.error}`);
  const [alone, rates] = [[], []];
  for (let i = 0; i < TURNS[0].turns; i += 1) {
    for (const runner of able) {
      const { turns } = TURNS.find(({ below }) => !(runner.step >= below));
      if (i < turns) runner.ms.push((await turn(runner, runner.steps)).ms);
    }
    alone.push(await ours.ask("alone", { times: ours.steps }));
    rates.push(await ours.ask("rate", { n: LARGE, times: 10, rounds: 1 }));
  }
  const allocations = await ours.ask("allocations");
  const { functions } = await sample(pages.plain, ours.ask, SAMPLED * ours.steps);
  for (const page of Object.values(pages)) await conduct(page, "stop");
  const said = runners.map((r) => `${r.name} ${r.error ?? `${Math.min(...r.ms).toPrecision(3)} ms`}`);
  note(`${name}: ${said.join(" · ")}`);
  const peers = runners.map(({ name, error, losses, ms }) => ({ name, error, losses, ms }));
  return { name, plan, allocations, alone, rates, functions, peers };
}

/** The matrix products' GFLOP/s of our module, before and after everything else. */
async function productRates(page) {
  await conduct(page, "load", (await conduct(page, "names"))[0], ["ours"]);
  const found = [];
  for (const n of [64, 128, 256, 512]) {
    const times = Math.max(1, Math.round(5e8 / n ** 3));
    found.push({ n, gflops: (await conduct(page, "ask", "ours", "rate", { n, times, rounds: 8 })).result });
  }
  await conduct(page, "stop");
  return found;
}

/** A library's, where it is installed. */
async function version(name) {
  try {
    return JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
  } catch {
    return "not installed";
  }
}

const hosts = { plain: await startServer(BINDINGS, false), threads: await startServer(BINDINGS, true) };
const torch = await startTorch();
note(torch ? `PyTorch ${torch.version}` : "PyTorch is not installed");
const browser = await launch("chrome");
try {
  const pages = await openPages(browser, hosts);
  const threads = await pages.threads.evaluate(() => navigator.hardwareConcurrency);
  const before = await productRates(pages.plain);
  note(`products: ${before.map((r) => `${r.n}: ${r.gflops.toFixed(1)} GFLOP/s`).join(", ")}`);
  const models = [];
  for (const name of await conduct(pages.plain, "names")) {
    if (MODELS.length === 0 || MODELS.includes(name)) models.push(await measure(name, pages, torch));
  }
  const after = await productRates(pages.plain);
  const versions = {
    "jax-js": await version("@jax-js/jax"),
    tfjs: await version("@tensorflow/tfjs"),
    ...(torch ? { PyTorch: torch.version } : {}),
  };
  const rates = before.map(({ n, gflops }, i) => ({ n, gflops: Math.max(gflops, after[i].gflops) }));
  const how = { turns: TURNS, turn_ms: TURN_MS, large: LARGE };
  const found = { models, rates, versions, threads, browser: await browser.version(), ...how };
  await writeFile(OUT, JSON.stringify(found));
} finally {
  await browser.close();
  torch?.stop();
  for (const host of Object.values(hosts)) host.stop();
}
