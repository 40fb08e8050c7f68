// A lab as a person meets it: a region with a name, buttons that say what they do, a progress bar
// and a line of status.

import assert from "node:assert/strict";
import { until } from "./suite.mjs";

/** The paper's address, below the site's root. */
export const PAPER = "/papers/char-rnn/";

/** The paper with networks so small that a thousand steps take seconds. */
export const QUICK = `${PAPER}#lab=char-rnn&seed=1&hidden=8&window=4`;

const query = (name, role) => `::-p-aria([name=${JSON.stringify(name)}][role="${role}"])`;

export class Lab {
  constructor(page, region, name) {
    Object.assign(this, { page, region, name });
  }

  /** The labs of a page in order. */
  static async all(page) {
    const regions = await page.$$("section[role=region], section[aria-label]");
    const labs = [];
    for (const region of regions) {
      if (!(await region.$("[role=progressbar]"))) continue;
      labs.push(new Lab(page, region, await region.evaluate((e) => e.getAttribute("aria-label"))));
    }
    return labs;
  }

  /** The first lab of a page. */
  static async first(page) {
    const [lab] = await Lab.all(page);
    assert.ok(lab, "the page has a lab");
    return lab;
  }

  /** What has this role and this name in the lab, or nothing. */
  get(role, name) {
    return this.region.$(query(name, role));
  }

  /** The same; waits for it. */
  find(role, name) {
    return until(`a ${role} named “${name}” in “${this.name}”`, () => this.get(role, name));
  }

  /** Waits until the lab's scripts have taken it over. */
  async awake() {
    await until(`“${this.name}” is awake`, async () => {
      const { ready, failed } = await this.region.evaluate((e) => ({
        ready: e.hasAttribute("data-ready"),
        failed: e.querySelector("[data-boot-failed]:not([hidden])")?.innerText,
      }));
      // Waiting longer would not help.
      if (failed) return { failed };
      return ready && {};
    }).then(({ failed }) => assert.equal(failed, undefined));
    return this;
  }

  async press(name) {
    const button = await this.find("button", name);
    await until(`“${name}” can be pressed`, () => button.evaluate((b) => !b.disabled));
    await button.click();
  }

  /** Presses Train and waits for the first step. */
  async train() {
    await this.awake();
    await this.press("Train");
    await this.reaches(1);
  }

  progress() {
    return this.region.$eval("[role=progressbar]", (bar) => ({
      name: bar.getAttribute("aria-label"),
      now: Number(bar.getAttribute("aria-valuenow")),
      min: Number(bar.getAttribute("aria-valuemin")),
      max: Number(bar.getAttribute("aria-valuemax")),
      text: bar.getAttribute("aria-valuetext") ?? "",
    }));
  }

  async step() {
    return (await this.progress()).now;
  }

  /** Waits until `step` steps are taken. */
  reaches(step, within = 60_000) {
    return until(`“${this.name}” at step ${step}`, async () => (await this.step()) >= step, { within });
  }

  status() {
    return this.region.$eval("[role=status]", (e) => e.innerText.replace(/\s+/g, " ").trim());
  }

  /** Waits until the status says this. */
  says(pattern, within = 30_000) {
    return until(`the status of “${this.name}” says ${pattern}`, async () => {
      const text = await this.status();
      return pattern.test(text) && text;
    }, { within });
  }

  /** Everything the lab shows, as text. */
  text() {
    return this.region.evaluate((e) => e.innerText);
  }

  /** Waits until the lab shows this somewhere. */
  shows(pattern, within = 30_000) {
    return until(`“${this.name}” shows ${pattern}`, async () => pattern.test(await this.text()), { within });
  }

  /** Waits until the steps have stopped, and returns where. */
  async settled() {
    let [last, since] = [-1, Date.now()];
    const { step } = await until("the steps stop", async () => {
      const now = await this.step();
      if (now !== last) [last, since] = [now, Date.now()];
      // The arms may still even out: a slow one takes its last steps after the others.
      return Date.now() - since > 900 && { step: now };
    }, { every: 100 });
    return step;
  }

  /** Opens the tab of a figure. */
  async tab(name) {
    const tab = await this.find("tab", name);
    await tab.click();
    await until(`the tab “${name}” is open`, () => tab.evaluate((t) => t.getAttribute("aria-selected") === "true"));
  }

  /** The control that a label belongs to. */
  async control(label) {
    const handle = await this.region.evaluateHandle((region, text) => {
      const labels = [...region.querySelectorAll("label")];
      return labels.find((l) => l.innerText.trim().startsWith(text))?.control ?? null;
    }, label);
    const control = handle.asElement();
    assert.ok(control, `a control labelled “${label}” in “${this.name}”`);
    return control;
  }

  /** Types a value into a knob's entry; where the lab asks whom it concerns, answers `arm`. */
  async set(label, value, arm = "All arms") {
    const entry = await this.control(label);
    await entry.click({ count: 3 });
    await entry.type(String(value));
    await this.page.keyboard.press("Tab");
    const asked = await until("the entry is taken", () =>
      this.region.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))),
    ).then(() => this.get("button", arm));
    if (asked) await asked.click();
  }

  /** What the entry of a knob shows. */
  async value(label) {
    return (await this.control(label)).evaluate((e) => e.value);
  }

  /** The address that “Copy link to this run” hands out. */
  async link() {
    await this.page.evaluate(() => delete window.__copied);
    await this.press("Copy link to this run");
    return until("a copied link", () => this.page.evaluate(() => window.__copied));
  }

  /** The metrics as the page hands them out, parsed: {columns, rows: [{arm, step, …}]}. */
  async csv() {
    const before = await this.page.evaluate(() => window.__downloads.length);
    await this.press("Metrics as CSV");
    const text = await until("a download", () =>
      this.page.evaluate((n) => (window.__downloads.length > n ? window.__downloads.at(-1).text() : undefined), before),
    );
    return parse(text);
  }
}

// Numbers stay text, so that they can be compared to the bit.
function parse(text) {
  const [head, ...lines] = text.trim().split("\n");
  const columns = head.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i], cell])));
  return { columns, rows };
}
