// What a reader brings, keeps and takes along: a text of their own, earlier runs, links, answers.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { violations } from "./support/axe.mjs";
import { Lab, PAPER, QUICK } from "./support/lab.mjs";
import { pause, scenario, until } from "./support/suite.mjs";

const TEXT = "The reader writes a line, and another one; then (perhaps) a third.\n".repeat(400);

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "own-text-"));
});
after(() => rm(folder, { recursive: true }));

async function file(name, bytes) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function open(stage, path = PAPER) {
  await stage.open(path);
  return (await Lab.first(stage.page)).awake();
}

/** Chooses the reader's own text among the texts to train on. */
async function chooseOwn(lab) {
  const handle = await lab.region.evaluateHandle((region) =>
    [...region.querySelectorAll("[role=radiogroup] label")].find((l) => /your/i.test(l.innerText)) ?? null,
  );
  assert.ok(handle.asElement(), "a text of one's own can be chosen");
  await handle.asElement().click();
  const all = await lab.get("button", "All arms");
  if (all) await all.click();
  return until("a field for the text", () => lab.region.$("textarea"));
}

async function paste(lab, text) {
  const area = await chooseOwn(lab);
  await area.click();
  await lab.page.keyboard.sendCharacter(text);
  await lab.press("Use this text");
  await lab.shows(/taken: [\d,]+ bytes/);
}

const steps = (lab, n) => lab.train().then(() => lab.reaches(n));

scenario("a pasted text is trained on, and a reload brings it back with the run", {}, async (stage) => {
  const { page } = stage;
  const lab = await open(stage);
  await paste(lab, TEXT);
  await steps(lab, 10);
  await lab.press("Pause");
  await lab.settled();
  const link = await lab.link();
  assert.match(link, /input=[0-9a-f]{16}/);
  assert.doesNotMatch(link, /reader|writes/, "the text is not in the link");
  await lab.press("Reset");

  await page.reload();
  const again = await (await Lab.first(page)).awake();
  await again.shows(/earlier runs/i);
  assert.match(await again.text(), /text of your own/i);
  const area = await chooseOwn(again);
  assert.equal(await area.evaluate((a) => a.value), TEXT);
  await steps(again, 3);
});

scenario("a link to a run on somebody's own text asks for the text", {}, async (stage) => {
  const lab = await open(stage, `${PAPER}#lab=char-rnn&corpus=yours&seed=3&input=0123456789abcdef`);
  await lab.shows(/0123456789abcdef/);
  await lab.shows(/open or paste that text/i);
  await lab.press("Train");
  await pause(500);
  assert.equal(await lab.step(), 0, "nothing else is trained in its place");
  await lab.find("button", "Train");
});

scenario("bad texts: a clear message each, and nothing lost", {}, async (stage) => {
  const lab = await open(stage);
  await paste(lab, TEXT);
  await steps(lab, 5);
  await lab.press("Pause");
  const held = await lab.settled();
  const picker = await lab.region.$("input[type=file]");
  const bad = [
    ["empty.txt", Buffer.alloc(0), /empty\.txt: This text is empty: 0 bytes/],
    ["huge.txt", Buffer.alloc(10 * 1024 * 1024, "all work and no play "), /huge\.txt: This text has 10,485,760 bytes; the lab takes at most [\d,]+/],
    ["latin1.txt", Buffer.from("caf\xe9 ".repeat(2000), "latin1"), /latin1\.txt: This is no UTF-8 text: byte 4/],
    ["tiny.txt", Buffer.from("too little"), /tiny\.txt: This text has 10 bytes; the lab needs at least [\d,]+/],
  ];
  for (const [name, bytes, says] of bad) {
    await picker.uploadFile(await file(name, bytes));
    await lab.shows(says);
    assert.equal(await lab.region.$eval("textarea", (a) => a.value), TEXT, `${name}: the text before is still there`);
    assert.equal(await lab.step(), held, `${name}: the run before is still there`);
  }
  await picker.uploadFile(await file("good.txt", TEXT.toUpperCase()));
  await lab.shows(/good\.txt taken/);
  await lab.press("Resume");
  await lab.reaches(held + 3);
});

scenario("earlier runs are overlaid, named, hidden, restored, taken along and removed", {}, async (stage) => {
  const { page } = stage;
  const lab = await open(stage);
  const seed = (n) => lab.set("Seed", n);
  for (const n of [1, 2]) {
    await seed(n);
    await steps(lab, 12);
    await lab.press("Pause");
    await lab.settled();
    await lab.press("Reset");
  }
  await lab.shows(/Run: .*seed 2/);
  const legend = () => lab.region.$eval(".see", (see) => see.innerText);
  await until("the chart names them", async () => /seed 2/.test(await legend()));
  // From the keyboard: on a busy machine the list still moves under the mouse.
  await (await lab.find("button", await nameOf(lab, /^Hide: .*seed 2/))).focus();
  await page.keyboard.press("Enter");
  // Coming to the list may have scrolled the chart away, and a chart nobody sees is not drawn.
  await lab.region.$eval(".see", (see) => see.scrollIntoView());
  await until("a hidden run leaves the chart", async () => !/seed 2/.test(await legend()));
  await page.reload();
  const again = await (await Lab.first(page)).awake();
  await again.shows(/Run: .*seed 2/);
  // What the chart and the claims speak of is named, though nothing was trained since the reload.
  await again.shows(/Shown is your last run, .* at step [\d,]+ of [\d,]+\. The next: /);

  await seed.call(null, 1).catch(() => {});
  await again.press(await nameOf(again, /^Use settings: .*seed 2/));
  assert.equal(await again.value("Seed"), "2");
  const before = await page.evaluate(() => window.__downloads.length);
  await again.press(await nameOf(again, /^CSV: .*seed 2/));
  const csv = await until("its metrics", () =>
    page.evaluate((n) => (window.__downloads.length > n ? window.__downloads.at(-1).text() : undefined), before),
  );
  assert.match(csv, /^arm,step,/);
  assert.ok(csv.split("\n").length > 20);
  await again.press(await nameOf(again, /^Remove: .*seed 2/));
  await until("it is gone", async () => !/Run: .*seed 2/.test(await again.text()));
  await page.reload();
  const last = await (await Lab.first(page)).awake();
  assert.doesNotMatch(await last.text(), /Run: .*seed 2/, "and stays gone");
});

/** The accessible name of the button that matches. */
function nameOf(lab, pattern) {
  return until(`a button ${pattern}`, async () => {
    const names = await lab.region.$$eval("button", (all) => all.map((b) => b.getAttribute("aria-label") ?? b.innerText));
    return names.find((name) => pattern.test(name));
  });
}

scenario("metrics as CSV: every arm, every step, every metric", {}, async (stage) => {
  const lab = await open(stage, QUICK);
  await steps(lab, 55);
  await lab.press("Pause");
  const step = await lab.settled();
  const { columns, rows } = await lab.csv();
  assert.deepEqual(columns.slice(0, 2), ["arm", "step"]);
  assert.ok(columns.includes("bpc"), `${columns}`);
  for (const arm of new Set(rows.map((r) => r.arm))) {
    const own = rows.filter((r) => r.arm === arm);
    const numbers = own.map((r) => Number(r.step));
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), "steps rise");
    assert.ok(numbers.includes(step) && numbers.includes(1), `${arm}: from the first step to ${step}`);
    assert.ok(own.some((r) => r.bpc !== ""), `${arm}: held-out metrics at step 50`);
    for (const row of own) for (const column of columns.slice(2)) assert.ok(row[column] === "" || Number.isFinite(Number(row[column])));
  }
});

scenario("keyboard only: tab to Train, start, pause, move a slider", {}, async (stage) => {
  const { page } = stage;
  const lab = await open(stage);
  const focused = () =>
    page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      return {
        name: e.getAttribute("aria-label") ?? e.innerText?.trim() ?? "",
        ring: style.outlineStyle !== "none" || style.boxShadow !== "none",
        inLab: Boolean(e.closest("[role=region] .run, form.knobs")),
      };
    });
  const tabTo = async (wanted) => {
    for (let i = 0; i < 120; i += 1) {
      await page.keyboard.press("Tab");
      const now = await focused();
      if (now.inLab && wanted.test(now.name)) return now;
    }
    throw new Error(`no way to ${wanted} by Tab`);
  };
  assert.ok((await tabTo(/^Train$/)).ring, "the focus can be seen");
  await page.keyboard.press("Enter");
  await lab.reaches(3);
  assert.equal((await focused()).name, "Pause", "the focus stays on the button");
  await page.keyboard.press("Space");
  await lab.says(/paused/i);
  const before = await lab.value("Learning rate");
  assert.ok((await tabTo(/^Learning rate, slider/)).ring);
  await page.keyboard.press("ArrowRight");
  await until("the value moves", async () => (await lab.value("Learning rate")) !== before);
});

scenario("claims: not yet while it runs, not judged once a knob was turned", {}, async (stage) => {
  const lab = await open(stage);
  const verdicts = () => lab.region.$$eval(".claim .v", (all) => all.map((v) => v.innerText.trim()));
  await steps(lab, 5);
  const early = await until("verdicts", async () => (await verdicts()).length > 0 && verdicts());
  assert.ok(early.includes("Not yet"), `${early}`);
  assert.ok(!early.includes("Reproduced") && !early.includes("Not reproduced"), `${early}`);
  await lab.set("Learning rate", 0.02);
  await until("no verdict on a changed run", async () => (await verdicts()).includes("Not judged"));
  await lab.shows(/learning rate/i);
});

for (const [theme, size] of [["light", { width: 1280, height: 900 }], ["dark", { width: 390, height: 844 }]]) {
  scenario(`axe-core finds nothing in a lab in use: ${theme}, ${size.width} px`, size, async (stage) => {
    const { page } = stage;
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    const lab = await open(stage, QUICK);
    await steps(lab, 52);
    await lab.press("Reset");
    await lab.shows(/earlier runs/i);
    await lab.link();
    await lab.set("Hidden units", 1e6);
    await chooseOwn(lab);
    await lab.press("Use this text");
    await lab.shows(/This text is empty/);
    await lab.press("Table");
    assert.deepEqual(await violations(page), [], "an earlier run, a table, a field and two refusals");
    const text = await lab.region.$$("[role=radiogroup] label");
    await text[0].click();
    await steps(lab, 2);
    await lab.press("Pause");
    for (const name of await lab.region.$$eval("[role=tab]", (all) => all.map((t) => t.innerText.trim()))) {
      await lab.tab(name);
      await lab.shows(/step|untrained/i);
      assert.deepEqual(await violations(page, "section.lab"), [], name);
    }
  });
}

scenario("exercises are marked", {}, async ({ page, open: go }) => {
  await go(PAPER);
  await (await Lab.first(page)).awake();
  const count = await page.$$eval(".exercise", (all) => all.length);
  assert.ok(count >= 2, `${count} exercises`);
  const choices = await page.$$(".exercise:first-of-type input[type=radio]");
  const marks = [];
  for (const choice of choices) {
    await choice.evaluate((c) => c.scrollIntoView({ block: "center", behavior: "instant" }));
    await choice.click();
    marks.push(await page.$eval(".exercise .mark", (m) => m.innerText));
  }
  assert.equal(marks.filter((m) => m === "Right.").length, 1, `${marks}`);
  assert.ok(marks.filter((m) => /^Not this one/.test(m)).length >= 1, `${marks}`);
});

scenario("a run goes to its end, and marks the exercise that asks for it", { timeout: 240_000 }, async (stage) => {
  // So few units that it is quick and cannot close the brackets: what the last exercise asks for.
  const lab = await open(stage, QUICK);
  const marks = () => stage.page.$$eval(".exercise .by-run .mark", (all) => all.map((m) => m.innerText));
  assert.ok((await marks()).every((m) => m === ""), "no mark before a run");
  await steps(lab, 100);
  await until("an exercise sees the run", async () => (await marks()).some((m) => /^This run counts/.test(m)));
  const { max } = await lab.progress();
  await lab.reaches(max, 180_000);
  await lab.says(/^Finished: 1,000 steps in/);
  await lab.find("button", "Train");
  await until("a mark", async () => (await marks()).some((m) => /^Your run shows it: closer/.test(m)));
});
