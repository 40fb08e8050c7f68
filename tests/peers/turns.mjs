// Turns of a library, in a page's worker or elsewhere: so many steps on the clock.

/** Losses that must agree; they are the warm-up as well, compilation included. */
const FIRST = 10;
/** Turns off the record, at most. */
const WARM_TURNS = 8;
/** How long one of them lasts, at least one step. */
const WARM_MS = 150;
/** How long a turn lasts, at least one step. */
export const TURN_MS = 50;

/** Says what is going on. */
export const note = (text) => process.stderr.write(`   ${text}\n`);

/** Asks a page's conductor. */
export const conduct = (page, act, ...more) =>
  page.evaluate((act, more) => globalThis.conductor[act](...more), act, more);

/** A page with a conductor for each host, by the host's name. */
export async function openPages(browser, hosts) {
  const pages = {};
  for (const [kind, host] of Object.entries(hosts)) {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on("pageerror", (error) => note(`the page: ${error.message}`));
    await page.goto(host.address);
    await page.waitForFunction(() => globalThis.conductor);
    pages[kind] = page;
  }
  return pages;
}

/** Asks a library in a page's worker. */
export const askIn = (page, library) => async (act, more) => {
  const { result, error } = await conduct(page, "ask", library, act, more);
  if (error) throw new Error(error);
  return result;
};

/** So many steps of a runner: the milliseconds of one, and the losses. */
export async function turn(runner, steps) {
  const { ms, losses } = await runner.ask("run", { steps });
  return { ms: ms / steps, losses };
}

/**
 * The first steps, with their losses; then turns off the record until they get no faster: browsers compile
 * what is hot once more, in their own time.
 */
export async function warmUp(runner) {
  // The page's clock ticks every 0.1 ms.
  const steps = (ms) => Math.max(1, Math.round(ms / Math.max(0.1, runner.step)));
  for (let i = 0; i < FIRST; i += 1) {
    const { ms, losses } = await turn(runner, 1);
    runner.losses.push(...losses);
    runner.step = ms;
  }
  for (let i = 0; i < WARM_TURNS && runner.step < WARM_MS; i += 1) {
    const before = runner.step;
    runner.step = (await turn(runner, steps(WARM_MS))).ms;
    if (i > 0 && runner.step > 0.95 * before) break;
  }
  runner.steps = steps(TURN_MS);
}
