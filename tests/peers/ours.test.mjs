// Our own side of the bench, tried briefly: `PEERS` is the folder of our module's bindings, `COUNTED`
// that of those that count calls, `TRIED` where a comparison of one small model is written. What the other
// libraries do is compared with it, loss by loss, in every `cargo xtask bench --peers`; here they need not be installed.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { launch } from "../browser/support/browser.mjs";
import { watchMemory } from "./memory.mjs";
import { startServer } from "./server.mjs";
import { askIn, conduct, openPages } from "./turns.mjs";

let host;
let browser;
let page;

before(async () => {
  host = await startServer(process.env.PEERS, false);
  browser = await launch("chrome");
  ({ page } = await openPages(browser, { page: host }));
});

after(async () => {
  await browser?.close();
  host?.stop();
});

test("every model and every lab trains in the bench", async () => {
  for (const kind of ["names", "labs"]) {
    const names = await conduct(page, "names", kind);
    assert.ok(names.length > 0);
    for (const name of names) {
      const { errors } = await conduct(page, "load", name, ["ours"]);
      assert.deepEqual(errors, {}, name);
      const { losses } = await askIn(page, "ours")("run", { steps: 3 });
      assert.equal(losses.length, 3, name);
      assert.ok(losses.every(Number.isFinite) && new Set(losses).size > 1, `${name}: ${losses}`);
    }
  }
  await conduct(page, "stop");
});

test("ten thousand steps leave memory as it was", async () => {
  const [early, late] = await watchMemory(page, "LSTM 8/8/4/5", [100, 10_000]);
  assert.equal(late.live, early.live, "bytes that nobody has given back");
  assert.equal(late.all, early.all, "the module's memory");
});

test("a comparison runs to its end, with what there is of the libraries", async () => {
  const script = fileURLToPath(new URL("bench.mjs", import.meta.url));
  await promisify(execFile)(process.execPath, [script, process.env.PEERS, process.env.TRIED, "MLP 2-16-16-2"]);
  const { models, turns } = JSON.parse(await readFile(process.env.TRIED, "utf8"));
  const [{ peers, alone, rates, functions }] = models;
  const [ours, ...others] = peers;
  const most = turns[0].turns;
  assert.deepEqual([ours.name, ours.ms.length, alone.length, rates.length], ["ours", most, most, most]);
  assert.ok(ours.losses.length >= 10 && functions.length > 0);
  assert.ok(others.length >= 4);
  for (const { name, error, ms } of others) assert.ok(error || ms.length > 0, `${name} neither trains nor says why`);
});

test("a profile names the functions of a step and counts their calls", async () => {
  const folder = await mkdtemp(join(tmpdir(), "profile-"));
  try {
    const [script, out] = [fileURLToPath(new URL("profile.mjs", import.meta.url)), join(folder, "out.json")];
    await promisify(execFile)(process.execPath, [script, process.env.PEERS, process.env.COUNTED, out, "MLP 2-16-16-2"]);
    const { models, labs } = JSON.parse(await readFile(out, "utf8"));
    assert.deepEqual(labs, []);
    const [{ name, steps, ms, functions, allocations }] = models;
    assert.equal(name, "MLP 2-16-16-2");
    assert.ok(steps > 0 && ms > 0 && allocations.bytes > 0);
    assert.ok(functions.some((f) => f.ms > 0 && f.name.startsWith("nn::kernel::packed")));
    const calls = (part) => functions.find((f) => f.name.includes(part))?.calls;
    // A matrix and a bias of each of three layers: six parameters, and three layers back.
    assert.equal(calls("optim::Rule::apply"), 6);
    assert.equal(calls("dense::AffineBackward"), 3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
