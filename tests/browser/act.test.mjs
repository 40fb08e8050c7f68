// What a reader does in a figure: points dragged, added and deleted, sentences composed, cells chosen;
// on every page that has such a figure, with a mouse, a finger and the keyboard.

import assert from "node:assert/strict";
import { violations } from "./support/axe.mjs";
import { Lab } from "./support/lab.mjs";
import { allPages } from "./support/pages.mjs";
import { scenario, until } from "./support/suite.mjs";

const PHONE = { viewport: { width: 390, height: 844, isMobile: true, hasTouch: true } };

/** Opens every lab with a tab in which `selector` is found, one a page, and lets `act` do something. */
async function everywhere({ page, host, open }, selector, act) {
  const { paths } = await allPages(page, `${host.origin}/`);
  let found = 0;
  for (const path of paths.filter((p) => p.startsWith("papers/"))) {
    await open(`/${path}`);
    for (const lab of await Lab.all(page)) {
      const figure = await tabWith(lab, selector);
      if (!figure) continue;
      await act(lab, figure, path);
      found += 1;
      break;
    }
  }
  assert.ok(found > 0, `no page has a ${selector}`);
}

async function tabWith(lab, selector) {
  await lab.awake();
  const tabs = await lab.region.$$eval("[role=tab]", (all) => all.map((t) => t.innerText.trim()));
  for (const name of tabs) {
    await lab.tab(name);
    // Where nothing is recorded, untrained weights have something to show.
    if (await lab.region.$(".look .empty")) {
      await lab.press("Step");
      await until("a figure", async () => !(await lab.region.$(".look .empty")));
    }
    const figure = await lab.region.$(selector);
    if (figure) return figure;
  }
  return undefined;
}

const PLANE = ".plane-box.edits";

/** Where the point of this number is in the window, with the plane in the middle of it. */
async function point(plane, nth) {
  return plane.evaluate((box, i) => {
    const rect = box.querySelector(`[data-point="${i}"]`).getBoundingClientRect();
    return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  }, nth);
}

const count = (plane) => plane.evaluate((box) => box.querySelectorAll("[data-point]").length);

const middle = (element) => element.evaluate((e) => e.scrollIntoView({ block: "center", behavior: "instant" }));

/** Waits until the worker has answered: a figure of this run in place of the recorded one. */
const answered = (lab) => until("an answer", () =>
  lab.region.$eval("[role=tabpanel] .when", (w) => !/recorded/.test(w.innerText)));

const refusal = (lab) => lab.region.$$eval("[role=tabpanel] .look > .wrong", (all) => all.map((w) => w.innerText).join(""));

scenario("a point follows the mouse, the answer follows the point, and the example comes back", {}, (stage) =>
  everywhere(stage, PLANE, async (lab, plane) => {
    const { mouse } = stage.page;
    await middle(plane);
    const [n, from] = [await count(plane), await point(plane, 0)];
    const box = await plane.boundingBox();
    const to = { x: from.x + (from.x > box.x + box.width / 2 ? -60 : 60), y: from.y + (from.y > box.y + box.height / 2 ? -40 : 40) };
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
    await mouse.move(to.x, to.y, { steps: 3 });
    await until("the point is under the mouse", async () => {
      const now = await point(plane, 0);
      return Math.hypot(now.x - to.x, now.y - to.y) < 3;
    }, { within: 2000 });
    await mouse.up();
    await answered(lab);
    assert.equal(await refusal(lab), "");
    assert.equal(await count(plane), n, "dragging adds nothing");
    await lab.press("Back to the example");
    // Pressing may have scrolled: measured from the drawing's corner.
    await until("the point is back", async () => {
      const [now, corner] = [await point(plane, 0), await plane.boundingBox()];
      return Math.hypot(now.x - corner.x - (from.x - box.x), now.y - corner.y - (from.y - box.y)) < 3;
    });
  }));

scenario("a finger on a point drags it and does not scroll the page", PHONE, (stage) =>
  everywhere(stage, PLANE, async (_, plane) => {
    const { page } = stage;
    await middle(plane);
    const at = await point(plane, 0);
    const scrolled = () => page.evaluate(() => window.scrollY);
    const [before, box] = [await scrolled(), await plane.boundingBox()];
    const by = at.y > box.y + box.height / 2 ? -12 : 12;
    await page.touchscreen.touchStart(at.x, at.y);
    for (let i = 1; i <= 5; i += 1) await page.touchscreen.touchMove(at.x, at.y + by * i);
    await page.touchscreen.touchEnd();
    await until("the point was moved", async () => Math.abs((await point(plane, 0)).y - at.y - 5 * by) < 4);
    assert.equal(await scrolled(), before);
  }));

scenario("points are moved, added and deleted from the keyboard, as many as it takes", {}, (stage) =>
  everywhere(stage, PLANE, async (lab, plane) => {
    const { keyboard } = stage.page;
    const keys = async (...all) => {
      for (const key of all) await keyboard.press(key);
    };
    await plane.focus();
    await keys("Home");
    const from = await point(plane, 0);
    const size = (await plane.boundingBox()).width;
    await keys("Enter", ...Array(5).fill(from.y > (await plane.boundingBox()).y + size / 2 ? "ArrowUp" : "ArrowDown"), "Enter");
    await until("the point was moved", async () => Math.abs((await point(plane, 0)).y - from.y) > size * 0.05);
    const n = await count(plane);
    await keys("Delete");
    await until("one less", async () => (await count(plane)) === n - 1);
    for (const way of ["Add a point", "Add a point"]) await lab.press(way);
    await until("two more", async () => (await count(plane)) === n + 1);
    await answered(lab);
    assert.equal(await refusal(lab), "");
    for (let i = n; i < 100 && !/the most it takes/.test(await lab.text()); i += 1) await lab.press("Add a point");
    await lab.shows(/\d+ points are the most it takes/);
    await plane.focus();
    for (let i = 0; i < 100 && !/none can be deleted/.test(await lab.text()); i += 1) await keys("Home", "Delete");
    await lab.shows(/at least \d+ points: none can be deleted/);
    assert.equal(await refusal(lab), "", "as many as it takes are answered, and as few");
    assert.deepEqual(await violations(stage.page, "section.lab"), []);
  }));

for (const options of [{}, { width: 390, height: 844 }]) {
  scenario(`a row of words is composed, typed and taken apart, ${options.width ?? 1280} px`, options, (stage) =>
    everywhere(stage, ".compose", async (lab, compose) => {
      const row = () => compose.$$eval(".row button", (all) => all.map((b) => b.firstChild.textContent));
      const example = await row();
      assert.ok(example.length > 0, "an example stands there");
      await lab.press("Clear");
      await until("nothing is left", async () => (await row()).length === 0);
      await lab.shows(/add \d+ more/);
      // The example again, by buttons and by keys.
      const half = Math.ceil(example.length / 2);
      for (const word of example.slice(0, half)) {
        const button = await compose.evaluateHandle((c, w) => [...c.querySelectorAll(".words button")].find((b) => b.textContent === w), word);
        const fold = await button.evaluateHandle((b) => b.closest("details:not([open])")?.firstElementChild);
        if (fold.asElement()) {
          await middle(fold.asElement());
          await fold.asElement().click();
        }
        await middle(button.asElement());
        await button.asElement().click();
      }
      await until("half of it", async () => (await row()).length === half);
      await (await compose.$("input")).type(`${example.slice(half).join(" ")}\n`);
      await until("all of it", async () => (await row()).join(" ") === example.join(" "));
      const [first] = await compose.$$(".row button");
      await first.focus();
      await stage.page.keyboard.press("Enter");
      await until("the first is gone", async () => (await row()).length === example.length - 1);
      await until("the next has the focus", () => compose.evaluate((c) => c.querySelector(".row button") === document.activeElement));
      await (await compose.$("input")).type("qwertz\n");
      await lab.shows(/“qwertz” is none of the words/);
      await lab.press("Back to the example");
      await until("the example is back", async () => (await row()).join(" ") === example.join(" "));
      await answered(lab);
      assert.equal(await refusal(lab), "");
      const wide = await compose.evaluate((c) => c.scrollWidth - c.clientWidth);
      assert.ok(wide <= 0, `nothing sticks out (${wide} px)`);
    }));
}

scenario("a cell is chosen for its row, by mouse and by keyboard, and let go", {}, (stage) =>
  everywhere(stage, "canvas.chooses", async (lab, canvas) => {
    const held = () => lab.region.$$eval(".held", (all) => all.map((h) => h.innerText).join(""));
    await until("the drawing is there", async () => (await canvas.boundingBox())?.height > 40);
    await middle(canvas);
    const box = await canvas.boundingBox();
    await canvas.click({ offset: { x: box.width / 2, y: box.height - 20 } });
    await until("one value is held", async () => /One value is held by you/.test(await held()));
    await answered(lab);
    assert.equal(await refusal(lab), "");
    await lab.press("Release");
    await until("nothing is held", async () => (await held()) === "");
    await canvas.focus();
    for (const key of ["Home", "ArrowRight", "Enter"]) await stage.page.keyboard.press(key);
    await until("one value is held", async () => /One value/.test(await held()));
    await stage.page.keyboard.press("Enter");
    await until("the same cell again lets it go", async () => (await held()) === "");
  }));
