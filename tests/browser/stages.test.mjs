// Pictures one at a time and graphs: a cell is gone through gate by gate with its places on the page
// lit, a gate is forced, a molecule is drawn; with a mouse, a finger and the keyboard.

import assert from "node:assert/strict";
import { violations } from "./support/axe.mjs";
import { Lab } from "./support/lab.mjs";
import { scenario, until } from "./support/suite.mjs";

const LONG = { timeout: 400_000 };
const PHONE = { viewport: { width: 390, height: 844, isMobile: true, hasTouch: true } };

/** The first lab of a page that shows `selector` under one of its tabs. */
async function labWith({ open, page }, path, selector) {
  await open(path);
  for (const lab of await Lab.all(page)) {
    await lab.awake();
    const tabs = await lab.region.$$eval("[role=tab]", (all) => all.map((t) => t.innerText.trim()));
    for (const name of tabs) {
      await lab.tab(name);
      // Where nothing is recorded, untrained weights have something to show.
      if (await lab.region.$(".look .empty")) {
        await lab.press("Step");
        await until("a figure", async () => !(await lab.region.$(".look .empty")));
      }
      const look = await lab.region.$(`.look:has(${selector})`);
      if (look) return { lab, look };
    }
  }
  throw new Error(`${path} has no ${selector}`);
}

/** The first answer may need its data prepared. */
const ANSWER = { within: 120_000 };

const cell = (stage) => labWith(stage, "/papers/understanding-lstm/", ".stages .dials input");
const molecule = (stage) => labWith(stage, "/papers/mpnn/", ".stages .graph-box.edits");

const middle = (element) => element.evaluate((e) => e.scrollIntoView({ block: "center", behavior: "instant" }));
const words = (look, selector) => look.$eval(selector, (e) => e.textContent.trim());
const place = async (look) => Number(/\d+/.exec(await words(look, "[data-part=of]"))[0]);
const press = async (look, part) => {
  const button = await look.$(`.stages [data-part=${part}]`);
  await middle(button);
  await button.click();
};
const drawing = (look) => look.$eval(".graph-box", (box) => box.innerHTML);

/** The places on the page that are lit: their names, and what they are part of. */
const lit = (page) => page.$$eval("[data-light].lit", (all) => all.map((e) => [e.dataset.light, e.closest("math") ? "term" : "line"]));

scenario("a cell is gone through gate by gate, and its terms and lines light up", LONG, async (stage) => {
  const { look, lab } = await cell(stage);
  assert.equal(await place(look), 1);
  assert.deepEqual(await lit(stage.page), [], "nothing is lit before anything was done");
  const [before, says] = [await drawing(look), await words(look, ".stages-says")];
  await press(look, "on");
  await until("the second", async () => (await place(look)) === 2);
  assert.notEqual(await drawing(look), before);
  assert.notEqual(await words(look, ".stages-says"), says);
  const forget = await lit(stage.page);
  assert.ok(forget.some(([, what]) => what === "term") && forget.some(([, what]) => what === "line"), JSON.stringify(forget));
  assert.ok(forget.every(([names]) => names.split(" ").includes("forget")), JSON.stringify(forget));
  await press(look, "on");
  await until("others are lit", async () => (await lit(stage.page)).every(([names]) => names.split(" ").includes("input")));
  await press(look, "back");
  await until("back", async () => (await place(look)) === 2);
  // By keyboard, to both ends.
  await (await look.$("[data-part=slide]")).focus();
  await stage.page.keyboard.press("End");
  const count = Number(/of (\d+)/.exec(await words(look, "[data-part=of]"))[1]);
  await until("the last", async () => (await place(look)) === count);
  await press(look, "on");
  assert.equal(await place(look), count, "there is none after the last");
  await stage.page.keyboard.press("Tab");
  assert.deepEqual(await violations(stage.page, "section.lab"), []);
  assert.ok((await lab.region.$$(".stages")).length > 0);
});

scenario("the stages play to the end and stop, also where their tab is left meanwhile", LONG, async (stage) => {
  const { look, lab } = await cell(stage);
  const { keyboard } = stage.page;
  await (await look.$("[data-part=slide]")).focus();
  await keyboard.press("End");
  for (const key of ["ArrowLeft", "ArrowLeft"]) await keyboard.press(key);
  const from = await place(look);
  await press(look, "play");
  assert.equal(await words(look, "[data-part=play]"), "Stop");
  await until("two further", async () => (await place(look)) === from + 2);
  await until("it stops", async () => (await words(look, "[data-part=play]")) === "Play");
  await press(look, "play");
  await until("from the start again", async () => (await place(look)) <= 2);
  const other = await lab.region.$$eval("[role=tab]", (all) => all.find((t) => t.getAttribute("aria-selected") !== "true").innerText.trim());
  await lab.tab(other);
  await new Promise((done) => setTimeout(done, 2_500));
});

scenario("a forced gate changes what comes after it, and is let go", LONG, async (stage) => {
  const { look, lab } = await cell(stage);
  const { keyboard } = stage.page;
  const first = async () => {
    await (await look.$("[data-part=slide]")).focus();
    await keyboard.press("Home");
    await until("the first", async () => (await place(look)) === 1);
  };
  /** The first token written: what the input gate let in. */
  const written = async () => {
    await first();
    for (let i = 0; i < 6; i += 1) await keyboard.press("ArrowRight");
    await until("the seventh", async () => (await place(look)) === 7);
    return drawing(look);
  };
  const free = await written();
  await first();
  const slide = await look.$('.dials input[aria-label*="input"]');
  const value = Number(await slide.evaluate((s) => s.value));
  await slide.focus();
  await keyboard.press(value > 0.5 ? "Home" : "End");
  await until("it is forced", () => look.$(".dials .forced"));
  await until("it is said that a value is held", async () => /One value is held by you/.test(await lab.text()));
  assert.ok(await slide.evaluate((s) => s === document.activeElement), "the dial keeps the focus");
  await until("the drawing shows it", async () => (await drawing(look)).includes("forced"));
  await until("what comes after it follows", async () => (await written()) !== free, ANSWER);
  await first();
  const release = await look.$(".dials .forced button");
  await middle(release);
  await release.click();
  await until("nothing is forced", async () => !(await look.$(".dials .forced")));
  await until("all is as before", async () => (await written()) === free, ANSWER);
});

/** The molecule as the drawing shows it: nodes and edges, and where the nodes are in the window. */
const sketch = (look) => look.$eval(".graph-box svg", (svg) => {
  const centre = (e) => {
    const rect = e.getBoundingClientRect();
    return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  };
  return {
    atoms: [...svg.querySelectorAll(".n")].map(centre),
    bonds: svg.querySelectorAll(".e:not(.gap)").length,
    labels: [...svg.querySelectorAll(".l")].map((t) => t.textContent),
  };
});

const refusals = (lab) => lab.region.$$eval(".look > .wrong", (all) => all.map((w) => w.innerText).join(""));
const said = (look, pattern) => until(`it says ${pattern}`, async () => pattern.test(await words(look, "[data-part=said]")));

scenario("an atom is drawn, joined, changed, moved, taken away, and taken back", LONG, async (stage) => {
  const { look, lab } = await molecule(stage);
  const { mouse } = stage.page;
  const box = await look.$(".graph-box");
  await middle(box);
  const before = await sketch(look);
  const prediction = await words(look, ".stages-says");
  const n = before.atoms.length;
  // Two electrons more leave all of them in pairs.
  const fluorine = (await look.$$(".kinds button")).at(-1);
  await fluorine.click();
  await said(look, /next atom/);
  await middle(box);
  // One that takes another bond, and the side of it on which there is room.
  const frame = await box.boundingBox();
  const at = (await sketch(look)).atoms[1];
  const out = { x: at.x > frame.x + frame.width / 2 ? 44 : -44, y: at.y > frame.y + frame.height / 2 ? 26 : -26 };
  await mouse.click(at.x, at.y);
  await until("it is come to", async () => (await drawing(look)).includes("var(--accent)"));
  await mouse.click(at.x + out.x, at.y + out.y);
  await until("one more atom", async () => (await sketch(look)).atoms.length === n + 1);
  await until("joined", async () => (await sketch(look)).bonds === before.bonds + 1);
  await until("another answer", async () => (await words(look, ".stages-says")) !== prediction, ANSWER);
  await until("nothing is awaited", () => look.$("[aria-busy=false]"), ANSWER);
  assert.equal(await refusals(lab), "");
  // Clicked once more it is another kind, which leaves an electron alone; dragged it is elsewhere.
  const kind = (await sketch(look)).labels[n];
  const added = (await sketch(look)).atoms[n];
  await mouse.click(added.x, added.y);
  await until("another kind", async () => (await sketch(look)).labels[n] !== kind);
  await until("it is refused in words", async () => /odd number/.test(await refusals(lab)));
  await press(look, "undo");
  await until("the kind before", async () => (await sketch(look)).labels[n] === kind);
  await until("answered", async () => (await refusals(lab)) === "");
  await middle(box);
  Object.assign(added, (await sketch(look)).atoms[n]);
  // Seen from another atom, for the page may scroll.
  const below = async () => {
    const { atoms } = await sketch(look);
    return atoms[n].y - atoms[0].y;
  };
  const there = await below();
  await mouse.move(added.x, added.y);
  await mouse.down();
  await mouse.move(added.x + 8, added.y + 10, { steps: 3 });
  await mouse.up();
  await until("moved", async () => Math.abs((await below()) - there - 10) < 2);
  await press(look, "undo");
  await until("moved back", async () => Math.abs((await below()) - there) < 2);
  await press(look, "delete");
  await until("gone", async () => (await sketch(look)).atoms.length === n);
  await press(look, "undo");
  await until("there again", async () => (await sketch(look)).atoms.length === n + 1);
  // Bonds, from one atom to another.
  await press(look, "bond");
  await middle(box);
  const { atoms } = await sketch(look);
  await mouse.move(atoms[n].x, atoms[n].y);
  await mouse.down();
  await mouse.move(atoms[1].x, atoms[1].y, { steps: 4 });
  await mouse.up();
  await until("parted", async () => (await sketch(look)).bonds === before.bonds);
  await until("the lab refuses two molecules, in words", async () => (await refusals(lab)).length > 10, ANSWER);
  await lab.press("Back to the example");
  await until("as it was", async () => (await sketch(look)).atoms.length === n);
  await until("answered", async () => (await refusals(lab)) === "", ANSWER);
  assert.deepEqual(await violations(stage.page, "section.lab"), []);
});

scenario("a molecule is drawn from the keyboard alone, as large as it may be", LONG, async (stage) => {
  const { look, lab } = await molecule(stage);
  const keys = async (...all) => {
    for (const key of all) await stage.page.keyboard.press(key);
  };
  const tool = async (part) => {
    await (await look.$(`[data-part=${part}]`)).focus();
    await keys("Enter");
  };
  const n = (await sketch(look)).atoms.length;
  const box = await look.$(".graph-box");
  await box.focus();
  await keys("Home", "ArrowRight");
  await said(look, /Enter takes hold/);
  await tool("add");
  await until("one more", async () => (await sketch(look)).atoms.length === n + 1);
  await box.focus();
  const from = (await sketch(look)).atoms[n];
  await keys("Enter", "ArrowDown", "ArrowDown", "Enter");
  await until("moved", async () => Math.abs((await sketch(look)).atoms[n].y - from.y) > 5);
  const { bonds } = await sketch(look);
  await tool("bond");
  await box.focus();
  await keys("Home", "ArrowRight", "Enter");
  await until("parted", async () => (await sketch(look)).bonds === bonds - 1);
  await tool("bond");
  await box.focus();
  await keys("End", "Delete");
  await until("gone", async () => (await sketch(look)).atoms.length === n);
  for (let i = 0; i < 40 && !/the most it takes/.test(await lab.text()); i += 1) {
    await box.focus();
    await keys("End");
    await tool("add");
  }
  await lab.shows(/\d+ atoms are the most it takes/);
  for (let i = 0; i < 80 && !/last atom/.test(await lab.text()); i += 1) {
    await box.focus();
    await keys("End", "Delete");
  }
  await lab.shows(/The last atom cannot be deleted/);
});

for (const theme of ["light", "dark"]) {
  scenario(`graphs fit a phone, ${theme}`, { ...PHONE, ...LONG }, async (stage) => {
    await stage.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    for (const find of [cell, molecule]) {
      const { look } = await find(stage);
      await middle(await look.$(".graph-box"));
      const { small, wide } = await look.evaluate((look) => {
        const svg = look.querySelector(".graph-box svg");
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        const sizes = [...svg.querySelectorAll("text")].map((t) => Number.parseFloat(getComputedStyle(t).fontSize) * scale);
        return { small: Math.min(...sizes), wide: document.documentElement.scrollWidth - innerWidth };
      });
      assert.ok(small >= 10.9, `text of ${small} pixels`);
      assert.ok(wide <= 0, `nothing sticks out (${wide} px)`);
      assert.deepEqual(await violations(stage.page, "section.lab"), []);
    }
    // The molecule is edited with a finger.
    const { look } = await molecule(stage);
    const box = await look.$(".graph-box");
    await middle(box);
    const { atoms } = await sketch(look);
    const [at, top] = [atoms[0], await stage.page.evaluate(() => scrollY)];
    await stage.page.touchscreen.touchStart(at.x, at.y);
    await stage.page.touchscreen.touchMove(at.x + 6, at.y - 12);
    await stage.page.touchscreen.touchMove(at.x + 12, at.y - 24);
    await stage.page.touchscreen.touchEnd();
    await until("moved", async () => Math.abs((await sketch(look)).atoms[0].x - at.x - 12) < 3);
    assert.equal(await stage.page.evaluate(() => scrollY), top, "the page does not scroll under the finger");
  });
}
