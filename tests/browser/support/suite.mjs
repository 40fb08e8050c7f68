// One test: a fresh page in one browser, the host, a look at the console at the end, and a picture
// where it failed.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, openPage } from "./browser.mjs";
import { startProxy, startServer } from "./server.mjs";

const SCREENSHOTS = fileURLToPath(new URL("../../screenshots/", import.meta.url));

let host;
let proxy;
const browsers = new Map();

after(async () => {
  await Promise.all([...browsers.values()].map(async (browser) => (await browser).close()));
  await host?.stop();
  await proxy?.stop();
});

async function stage(kind) {
  host ??= await startServer();
  proxy ??= await startProxy();
  if (!browsers.has(kind)) browsers.set(kind, launch(kind));
  return browsers.get(kind);
}

/**
 * Lets `run` do something on a fresh page of one browser ("chrome" or "firefox") with
 * {page, host, proxy, open}, and answers what it answers. The console must stay empty.
 *
 * Options: `width`, `height` or `viewport`, `scripts` (run before the page's own), `allow` (patterns
 * of console messages that are provoked).
 */
export async function visit(title, kind, { allow = [], ...options }, run) {
  const browser = await stage(kind);
  host.alter = undefined;
  const page = await openPage(browser, proxy, options);
  page.setDefaultTimeout(60_000);
  const open = (path) => page.goto(host.origin + path, { waitUntil: "load" });
  try {
    const answer = await run({ page, host, proxy, open, kind });
    const unexpected = page.record.problems.filter((p) => !allow.some((pattern) => pattern.test(p)));
    assert.deepEqual(unexpected, [], "the console stays empty");
    return answer;
  } catch (error) {
    await picture(page, title);
    throw error;
  } finally {
    await page.shut().catch(() => {});
  }
}

/**
 * Registers a test of one visit, in each of the browsers named by `in` (Chromium by default). The limit is
 * for what hangs: a machine that is busy with something else may be five times slower.
 */
export function scenario(name, { in: kinds = ["chrome"], timeout = 600_000, ...options }, run) {
  for (const kind of kinds) {
    const title = kinds.length > 1 || kind !== "chrome" ? `${name} (${kind})` : name;
    test(title, { timeout }, () => visit(title, kind, options, run));
  }
}

async function picture(page, title) {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = `${SCREENSHOTS}${title.replace(/[^\w-]+/g, "-")}.png`;
  await page.screenshot({ path }).then(
    () => console.error(`a picture of the failure: ${path}`),
    () => {},
  );
}

/** Asks again and again until `ask` answers with something true, and returns that. */
export async function until(what, ask, { within = 30_000, every = 50 } = {}) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${within} ms in vain: ${what} (last: ${last?.message ?? last})`);
    await pause(every);
  }
}

/** Lets time pass. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
