// Browsers, and pages that keep a record of everything that should not happen on them.

import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { clipboard, downloads } from "./instruments.mjs";

const FOUND = {
  chrome: [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  firefox: [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"],
};

function executable(kind) {
  const path = FOUND[kind].find((candidate) => candidate && existsSync(candidate));
  if (path) return path;
  const variable = kind === "chrome" ? "CHROMIUM" : "FIREFOX";
  throw new Error(`no ${kind === "chrome" ? "Chromium" : "Firefox"} found: install one, or set ${variable} to its path`);
}

/** Launches "chrome" or "firefox". */
export function launch(kind) {
  const common = { browser: kind, executablePath: executable(kind), headless: true };
  if (kind === "firefox") return puppeteer.launch(common);
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=AutofillServerCommunication",
    "--no-first-run",
  ];
  return puppeteer.launch({ ...common, args });
}

/**
 * Opens a page in a storage of its own, everything but loopback led into the proxy. `page.record` fills with
 * {problems: console errors and warnings and uncaught errors, requests: every URL asked for, workers'
 * included where the browser tells}.
 */
export async function openPage(browser, proxy, { width = 1280, height = 900, viewport = { width, height }, scripts = [] } = {}) {
  const context = await browser.createBrowserContext({
    proxyServer: `127.0.0.1:${proxy.port}`,
  });
  const page = await context.newPage();
  const record = { problems: [], requests: [] };
  page.record = record;
  page.on("console", (message) => {
    if (["error", "warn", "assert"].includes(message.type())) {
      record.problems.push(`${message.type()}: ${message.text()} (${message.location()?.url ?? ""})`);
    }
  });
  page.on("pageerror", (error) => record.problems.push(`uncaught: ${error?.stack ?? error}`));
  page.on("request", (request) => record.requests.push(request.url()));
  await page.setViewport(viewport);
  for (const script of [downloads, clipboard, ...scripts]) {
    await page.evaluateOnNewDocument(script);
  }
  page.shut = () => context.close();
  return page;
}
