// Training as a person does it: transport, arms, workers, knobs, probes, what is said meanwhile.

import assert from "node:assert/strict";
import { compiled, draws, sparing, stamping, visibility, workers } from "./support/instruments.mjs";
import { Lab, PAPER, QUICK } from "./support/lab.mjs";
import { inWorker } from "./support/server.mjs";
import { pause, scenario, until } from "./support/suite.mjs";

const open = async ({ page, open: go }, path = PAPER) => {
  await go(path);
  return Lab.first(page);
};

const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

scenario("trains: the loss moves, in every arm", { in: ["chrome", "firefox"] }, async (stage) => {
  const lab = await open(stage);
  await lab.train();
  await lab.reaches(40);
  await lab.press("Pause");
  await lab.settled();
  const { columns, rows } = await lab.csv();
  assert.deepEqual(columns.slice(0, 2), ["arm", "step"]);
  const arms = [...new Set(rows.map((row) => row.arm))];
  assert.equal(arms.length, 2, `both arms: ${arms}`);
  for (const arm of arms) {
    const losses = rows.filter((row) => row.arm === arm && row.loss).map((row) => Number(row.loss));
    assert.ok(losses.length >= 40, `${arm}: ${losses.length} losses`);
    const [before, after] = [mean(losses.slice(0, 5)), mean(losses.slice(-5))];
    assert.ok(after < before * 0.9, `${arm}: ${before} became ${after}`);
  }
});

scenario("pause holds, step takes one, resume goes on, reset begins anew", { in: ["chrome", "firefox"] }, async (stage) => {
  const lab = await open(stage);
  await lab.awake();
  assert.match(await lab.status(), /not trained yet/i);
  assert.match(await lab.text(), /\d+ (s|min)/, "an estimate before starting");
  const { name, min, max, now } = await lab.progress();
  assert.ok(name && min === 0 && max > 100 && now === 0, JSON.stringify({ name, min, max, now }));

  await lab.train();
  await lab.reaches(5);
  await lab.shows(/steps\/s|steps a second|steps per second/i);
  await lab.press("Pause");
  await lab.find("button", "Resume");
  await lab.says(/paused at step/i);
  const held = await lab.settled();
  await pause(600);
  assert.equal(await lab.step(), held, "nothing moves while paused");
  await lab.says(new RegExp(`paused at step ${held} of`, "i"));

  await lab.press("Step");
  await until("one step more", async () => (await lab.step()) === held + 1);
  await pause(400);
  assert.equal(await lab.step(), held + 1, "one step and no more");
  await lab.find("button", "Resume");

  await lab.press("Resume");
  await lab.reaches(held + 5);
  await lab.find("button", "Pause");
  assert.match((await lab.progress()).text, /\d/);
  await lab.press("Reset");
  await lab.find("button", "Train");
  await until("step 0", async () => (await lab.step()) === 0);
  await lab.says(/shown is your last run, left at step [\d,]+ of [\d,]+\. the next: /i);
  for (const gone of ["Pause", "Resume"]) assert.equal(await lab.get("button", gone), null, `no ${gone} after Reset`);
});

scenario("Step alone starts a run and takes one step", {}, async (stage) => {
  const lab = await open(stage);
  await lab.awake();
  await lab.press("Step");
  await until("step 1", async () => (await lab.step()) === 1);
  await pause(400);
  assert.equal(await lab.step(), 1);
});

scenario("a live knob turned in the middle acts on all arms at one step and is said", {}, async (stage) => {
  const lab = await open(stage);
  await lab.train();
  await lab.reaches(8);
  await lab.set("Learning rate", 0.1);
  await lab.shows(/learning rate[^.]*0\.1/i);
  const step = await lab.step();
  await lab.reaches(step + 12);
  await lab.press("Pause");
  await lab.settled();
  const link = await lab.link();
  const turns = [...link.matchAll(/lr@(\d+)=([^&]+)/g)];
  assert.equal(turns.length, 1, link);
  assert.equal(turns[0][2], "0.1", link);
  assert.ok(Number(turns[0][1]) >= 8, `turned at a step to come: ${link}`);
});

scenario("a knob that cannot act now waits for the next run", {}, async (stage) => {
  const lab = await open(stage);
  await lab.awake();
  await lab.set("Hidden units", 16, "All arms");
  await lab.train();
  await lab.press("Pause");
  await lab.settled();
  assert.match(await lab.link(), /hidden=16/);
  await lab.set("Hidden units", 24, "All arms");
  await lab.shows(/next run/i);
  assert.match(await lab.link(), /hidden=16/, "the run under way is what it was");
});

scenario("arms train side by side, each in a worker, one message and one drawing a frame", { scripts: [workers, draws] }, async (stage) => {
  const { page, host } = stage;
  host.alter = inWorker(stamping);
  // Steps so small that there is something to report all the time.
  const lab = await open(stage, QUICK);
  await lab.train();
  await lab.reaches(10);
  const look = () =>
    page.evaluate(() => ({
      now: performance.now(),
      workers: window.__workers.map(({ url, messages, left }) => ({ url, messages, left })),
      frames: window.__draws.map((d) => Object.values(d.frames)),
    }));
  const before = await look();
  await pause(3000);
  const after = await look();

  const sent = after.workers.map((w, i) => w.messages - (before.workers[i]?.messages ?? 0));
  assert.equal(sent.filter((n) => n > 5).length, 2, `two workers train: ${sent}`);
  for (const { url } of after.workers) assert.ok(url.startsWith(host.origin), url);
  const frames = (after.now - before.now) / 16 + 2;
  for (const n of sent) assert.ok(n <= frames, `${n} messages in ${Math.round(frames)} frames`);
  for (const { left } of after.workers.filter((w) => w.messages > 5)) {
    const gaps = left.slice(1).map((t, i) => t - left[i]);
    assert.ok(gaps.length > 20, `${gaps.length} reports`);
    assert.ok(Math.min(...gaps) >= 14, `two reports within ${Math.min(...gaps)} ms`);
  }
  assert.ok(after.frames.some((f) => f.length > 5), "the chart is drawn while it trains");
  assert.deepEqual(after.frames.flat().filter((n) => n > 1), [], "at most one drawing a frame");
});

scenario("a recorded curve says so in the drawing and below it, and the reader's own does not", { width: 390 }, async (stage) => {
  const lab = await (await open(stage, "/papers/bahdanau/")).awake();
  const said = () =>
    lab.region.$eval("[role=tabpanel]", (panel) => [
      getComputedStyle(panel.querySelector(".fig-box, .fig-first"), "::before").content.includes("recorded"),
      panel.innerText.includes("recorded: cargo xtask verify"),
    ]);
  assert.deepEqual(await said(), [true, true], "before training");
  await lab.train();
  await lab.reaches(5);
  await until("neither is said of the reader's run", async () => !(await said()).includes(true), { within: 2000 });
  assert.ok((await lab.step()) < 250, "and before it is evaluated");
});

const trainers = ({ record }) => record.requests.filter((url) => /\/trainer-\w+\.wasm$/.test(url)).length;

scenario("the trainer is fetched and compiled once, when a lab comes into view, and workers wait", { scripts: [compiled, workers], height: 120 }, async (stage) => {
  const { page } = stage;
  const got = async () => ({
    fetched: trainers(page),
    ...(await page.evaluate(() => ({ compiled: window.__compiled, ready: window.__workers.filter((w) => w.messages).length, workers: window.__workers.length }))),
  });
  const lab = await (await open(stage)).awake();
  await pause(500);
  assert.deepEqual(await got(), { fetched: 0, compiled: 0, ready: 0, workers: 0 }, "nothing before");
  await page.setViewport({ width: 1280, height: 900 });
  await lab.region.scrollIntoView();
  const all = { fetched: 1, compiled: 1, ready: 2, workers: 2 };
  await until("a worker for each arm waits", async () => (await got()).ready === 2);
  assert.deepEqual(await got(), all);
  await lab.train();
  await lab.reaches(5);
  await lab.press("Pause");
  const { fetched, compiled: times, workers: started } = await got();
  assert.deepEqual({ fetched, times, started }, { fetched: 1, times: 1, started: 2 }, "Train finds them");
});

scenario("where data is to be saved the trainer is fetched when Train is pressed", { scripts: [sparing] }, async (stage) => {
  const lab = await (await open(stage)).awake();
  await lab.region.scrollIntoView();
  await pause(1500);
  assert.equal(trainers(stage.page), 0, "not before");
  await lab.train();
  assert.equal(trainers(stage.page), 1);
});

/** Where the parts of a lab begin below its top, in whole pixels, and how high it is. */
const places = (lab) =>
  lab.region.evaluate((region) => {
    const { top, height } = region.getBoundingClientRect();
    const parts = [...region.querySelectorAll("[role=tablist], [role=tabpanel] canvas, article")];
    return [...parts.map((part) => part.getBoundingClientRect().top - top), height].map(Math.round);
  });

for (const width of [1280, 390]) {
  for (const path of [PAPER, "/papers/bahdanau/"]) {
    scenario(`nothing in a lab moves while it trains: ${path}, ${width} px`, { width }, async (stage) => {
      const lab = await (await open(stage, path)).awake();
      await stage.page.evaluate(() => document.fonts.ready);
      await lab.region.scrollIntoView();
      const drawn = () => lab.region.$eval("[role=tabpanel] canvas", (canvas) => canvas.width > 0);
      await until("the first figure is drawn", drawn);
      const before = await places(lab);
      assert.ok(before.length > 4, `parts: ${before}`);
      await lab.train();
      for (let i = 0; i < 30; i += 1) {
        assert.deepEqual(await places(lab), before, `at step ${await lab.step()}`);
        await pause(100);
      }
    });
  }
}

scenario("on a phone there is room for all that a finished run says", { width: 390 }, async (stage) => {
  const lab = await (await open(stage, "/papers/mpnn/")).awake();
  const [shown, whole] = ["clientHeight", "scrollHeight"].map((of) => () => lab.region.$eval("[role=status]", (e, of) => e[of], of));
  const before = await shown();
  await lab.train();
  await lab.says(/finished.*T = 0, a bag of atoms/is, 120_000);
  assert.equal(await whole(), await shown(), "nothing of it is cut off");
  assert.equal(await shown(), before, "and nothing has moved for it");
});

scenario("the status changes at most every two seconds, and at once with the state", {}, async (stage) => {
  // Large, or a quick machine is done before enough is said.
  const lab = await open(stage, `${PAPER}#lab=char-rnn&seed=1&hidden=256`);
  await lab.awake();
  await lab.region.$eval("[role=status]", (status) => {
    window.__said = [];
    const note = () => window.__said.push({ at: performance.now(), text: status.innerText });
    new MutationObserver(note).observe(status, { childList: true, characterData: true, subtree: true });
  });
  await lab.train();
  const heard = () => stage.page.evaluate(() => window.__said);
  const state = (text) => text.split(/[\s,.]/)[0];
  const within = (said) =>
    said.filter((s, i) => i > 0 && state(s.text) === state(said[i - 1].text) && s.text !== said[i - 1].text);
  await until("more is said of one state, twice", async () => within(await heard()).length >= 2);
  await lab.press("Pause");
  await lab.says(/paused/i);
  const said = await heard();
  const quiet = within(said);
  for (const s of quiet) {
    const last = said[said.indexOf(s) - 1];
    assert.ok(s.at - last.at > 1900, `${Math.round(s.at - last.at)} ms between “${last.text}” and “${s.text}”`);
  }
  assert.match(said.find((s) => /^Training/.test(s.text) && /\d\.\d/.test(s.text))?.text ?? "", /LSTM/, "metrics are said");
});

scenario("a hidden tab says that it is paused, and goes on when it is seen", { scripts: [visibility] }, async (stage) => {
  const { page } = stage;
  const lab = await open(stage);
  await lab.train();
  await lab.reaches(4);
  await page.evaluate(() => window.__hide(true));
  await lab.says(/paused.*hidden/i);
  const held = await lab.settled();
  await pause(500);
  assert.equal(await lab.step(), held);
  await page.evaluate(() => window.__hide(false));
  await lab.reaches(held + 4);
  await lab.find("button", "Pause");
});

scenario("samples at three temperatures, before training and during it", {}, async (stage) => {
  const lab = await open(stage);
  await lab.awake();
  await lab.tab("Samples");
  const panel = await lab.region.$eval("[role=tabpanel]", (p) => p.innerText);
  assert.match(panel, /recorded: cargo xtask verify/, "before training: from a recorded run, and says so");
  await lab.train();
  const temperatures = () => lab.text().then((text) => new Set(text.match(/0\.3|0\.7|1\.2/g)));
  await until("three temperatures", async () => (await temperatures()).size === 3);
  const sample = () => lab.region.$$eval(".sample dd", (all) => all.map((e) => e.innerText).join("\n"));
  const first = await until("samples", async () => (await sample()).length > 60 && sample());
  await until("new samples", async () => (await sample()) !== first);
});

scenario("a probe answers what the reader types, from untrained weights if need be", {}, async (stage) => {
  const lab = await open(stage);
  await lab.awake();
  await lab.tab("Cells");
  const field = await lab.region.$("[role=tabpanel] textarea, [role=tabpanel] input[type=text]");
  assert.ok(field, "the probe takes a text");
  await field.click({ count: 3 });
  await field.type("[ab (cab) QQ]");
  await lab.shows(/untrained/i);
  const strip = () => lab.region.$$eval("[role=tabpanel] .tok", (all) => all.map((e) => e.textContent).join("\n"));
  await until("the strip shows what was typed", async () => /\[ab \(cab\)/.test(await strip()));
  await lab.train();
  await lab.reaches(20);
  const tints = () => lab.region.$eval("[role=tabpanel] .tok", (e) => e.innerHTML);
  const before = await tints();
  await until("the strip follows the training", async () => (await tints()) !== before);
});

scenario("a figure can be smoothed, scaled, read as a table and read out", { scripts: [draws] }, async (stage) => {
  const { page } = stage;
  const lab = await open(stage, QUICK);
  await lab.train();
  await lab.reaches(60);
  await lab.press("Pause");
  await lab.settled();
  const drawn = () => page.evaluate(() => window.__draws.reduce((n, d) => n + Object.keys(d.frames).length, 0));
  for (const tool of ["Smooth", "Log scale"]) {
    const pressed = async () => (await lab.find("button", tool)).evaluate((b) => b.getAttribute("aria-pressed"));
    const [before, pictures] = [await pressed(), await drawn()];
    await lab.press(tool);
    assert.notEqual(await pressed(), before, tool);
    await until(`${tool} redraws`, async () => (await drawn()) > pictures);
  }
  await lab.press("Table");
  const table = await until("a table", () => lab.region.$eval(".see table", (t) => t.innerText));
  assert.match(table, /LSTM/);
  assert.ok(table.split("\n").length > 2, table);
  await lab.press("Table");
  const canvas = await until("the chart again", () => lab.region.$("canvas"));
  await canvas.evaluate((c) => c.scrollIntoView({ block: "center", behavior: "instant" }));
  const box = await until("its place", () => canvas.boundingBox());
  const legend = () => lab.region.$eval(".legend", (e) => e.innerText);
  const plain = await legend();
  await page.mouse.move(box.x + box.width * 0.11, box.y + box.height / 2);
  await until("the legend reads out the place pointed at", async () => (await legend()) !== plain);
  await page.mouse.move(box.x - 20, box.y - 20);
  await until("and the latest values again", async () => (await legend()) === plain);
  await canvas.focus();
  await page.keyboard.press("Home");
  await until("the keyboard reads out too", async () => /^step 1: .*LSTM/.test(await lab.region.$eval(".fig-said", (e) => e.innerText)));
});

scenario("the index's first screen trains, and the network writes", {}, async (stage) => {
  const lab = await open(stage, "/");
  const box = await (await lab.find("button", "Train")).boundingBox();
  assert.ok(box.y + box.height <= 900, "Train is on the first screen");
  await lab.train();
  const written = () => lab.region.$$eval(".sample dd", (all) => all.map((e) => e.innerText).join("\n"));
  const first = await until("something written", async () => (await written()).length > 20 && written());
  await until("something else written", async () => (await written()) !== first);
  await lab.press("Pause");
  await lab.says(/paused/i);
});
