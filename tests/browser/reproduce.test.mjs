// P3: a link reproduces its run to the bit, in every browser, with a knob turned on the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, goldens } from "./support/golden.mjs";
import { Lab, PAPER } from "./support/lab.mjs";
import { visit } from "./support/suite.mjs";

/** Opens a link, trains so many steps and returns them as text, arm by arm. */
function run(kind, link, steps) {
  return visit(`reproduce in ${kind} ${link}`, kind, {}, async ({ page, open }) => {
    await open(`${PAPER}#${link}`);
    const lab = await Lab.first(page);
    await lab.train();
    await lab.reaches(steps);
    await lab.press("Pause");
    await lab.settled();
    const { rows } = await lab.csv();
    // A run that got further before the pause has measured more, and its table has more columns.
    const measured = (row) => Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ""));
    return rows.filter((row) => Number(row.step) <= steps).map(measured);
  });
}

const upTo = (rows, step) => rows.filter((row) => Number(row.step) <= step);
const curve = (rows, { arm, metric }) =>
  rows.filter((row) => row.arm === arm && metric in row).map((row) => [row.step, Number(row[metric])]);

function matches(rows, runs, where) {
  for (const golden of runs) {
    const found = curve(rows, golden);
    assert.equal(found.length, golden.steps, `${golden.arm} has every step in ${where}`);
    assert.equal(digest(found), golden.digest, `${golden.arm} in ${where} is the golden curve`);
  }
}

test("a link with a knob turned on the way gives one run to the bit, twice in each browser", { timeout: 480_000 }, async () => {
  const all = await goldens("char-rnn");
  const turned = all.find(({ link }) => link.includes("@"));
  const plain = all.find(({ link }) => !/@|preset=|arms=/.test(link));
  const { steps } = turned.runs[0];
  const turn = Number(turned.link.match(/@(\d+)=/)[1]);
  assert.ok(turned.runs.length >= 2 && turn > 0 && turn < steps);

  const one = await run("chrome", turned.link, steps);
  matches(one, turned.runs, "Chromium");
  assert.deepEqual(await run("chrome", turned.link, steps), one, "twice in Chromium");
  assert.deepEqual(await run("firefox", turned.link, steps), one, "in Firefox as in Chromium");
  assert.deepEqual(await run("firefox", turned.link, steps), one, "twice in Firefox");

  const without = await run("chrome", plain.link, steps);
  matches(without, plain.runs, "Chromium, nothing turned");
  assert.deepEqual(upTo(without, turn), upTo(one, turn), "before the turn nothing differs");
  assert.notDeepEqual(without, one, "and the turn acts");

  const other = await run("chrome", plain.link.replace(/seed=\d+/, "seed=8"), steps);
  assert.notDeepEqual(other, without, "another seed is another run");
});
