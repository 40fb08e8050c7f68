// What a step of our LSTM costs as it gets wider, longer and fuller, and whether memory stays flat, for
// `cargo xtask bench --scale`. Writes one JSON object; says what it is doing on standard error.
//
//   node tests/peers/scale.mjs BINDINGS OUT.json

import { writeFile } from "node:fs/promises";
import { launch } from "../browser/support/browser.mjs";
import { watchMemory } from "./memory.mjs";
import { startServer } from "./server.mjs";
import { askIn, conduct, note, openPages, turn, warmUp } from "./turns.mjs";

const [BINDINGS, OUT] = process.argv.slice(2);

/** LSTMs that differ in one size: vocabulary/hidden/batch/time. */
const SERIES = [
  { size: "hidden units", others: "batch 16, 32 time steps", over: [32, 64, 128, 256, 512], name: (n) => `LSTM 64/${n}/16/32` },
  { size: "time steps", others: "64 hidden units, batch 16", over: [16, 32, 64, 128, 256, 512], name: (n) => `LSTM 64/64/16/${n}` },
  { size: "batch", others: "64 hidden units, 25 time steps", over: [1, 4, 16, 64, 256], name: (n) => `LSTM 64/64/${n}/25` },
];

/** Turns of each size in each round over all sizes, on the record: what else the machine does comes and goes. */
const [ROUNDS, TURNS] = [3, 5];

/** The run that memory is watched in: the first look after the warm-up. */
const LONG = { name: "LSTM 64/64/16/25", looks: [100, 1000, 2000, 4000, 6000, 8000, 10_000] };

async function cost(page, name) {
  const { plan } = await conduct(page, "load", name, ["ours"]);
  const runner = { ask: askIn(page, "ours"), losses: [] };
  await warmUp(runner);
  const ms = [];
  for (let i = 0; i < TURNS; i += 1) ms.push((await turn(runner, runner.steps)).ms);
  note(`${name}: ${Math.min(...ms).toPrecision(3)} ms`);
  return { flop: plan.flop, ms };
}

async function memory(page) {
  const seen = await watchMemory(page, LONG.name, LONG.looks);
  note(`${LONG.name}: ${seen.map(({ step, live, all }) => `step ${step} ${live} of ${all} bytes`).join(" · ")}`);
  return { name: LONG.name, seen };
}

const host = await startServer(BINDINGS, false);
const browser = await launch("chrome");
try {
  const { page } = await openPages(browser, { page: host });
  const series = SERIES.map(({ size, others, over }) => ({ size, others, points: over.map((n) => ({ n, ms: [] })) }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, { name }] of SERIES.entries()) {
      for (const point of series[i].points) {
        const { flop, ms } = await cost(page, name(point.n));
        point.flop = flop;
        point.ms.push(...ms);
      }
    }
  }
  const long = await memory(page);
  await writeFile(OUT, JSON.stringify({ series, long, turns: ROUNDS * TURNS, rounds: ROUNDS, browser: await browser.version() }));
} finally {
  await browser.close();
  host.stop();
}
