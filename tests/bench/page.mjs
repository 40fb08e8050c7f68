// What a reader's browser does while a lab trains, measured in Chromium for `cargo xtask bench`.
// Writes one JSON object; says what it is doing on standard error.
//
//   node tests/bench/page.mjs OUT.json [ROUNDS]

import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../browser/support/browser.mjs";
import { Lab, PAPER } from "../browser/support/lab.mjs";
import { startServer } from "../browser/support/server.mjs";

const [OUT, asked = "5"] = process.argv.slice(2);
const ROUNDS = Number(asked);
/** How long a tab is looked at, at most, and what is too short to say anything. */
const [TRACED_MS, ENOUGH_MS] = [8000, 2500];

/** What is looked at while it trains: a chart that grows with each step, a heatmap of what it reads. */
const TABS = { chart: "Bits per character, training", heatmap: "Next character" };

const note = (text) => process.stderr.write(`   ${text}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** From the click on Train to the first finished step, in ms, in a browser that has seen nothing. */
async function firstStep(page, lab) {
  const button = await lab.find("button", "Train");
  return page.evaluate(
    (region, button) =>
      new Promise((resolve) => {
        const bar = region.querySelector("[role=progressbar]");
        let begun;
        const observer = new MutationObserver(() => {
          if (Number(bar.getAttribute("aria-valuenow")) < 1) return;
          observer.disconnect();
          resolve(performance.now() - begun);
        });
        observer.observe(bar, { attributes: true });
        begun = performance.now();
        button.click();
      }),
    lab.region,
    button,
  );
}

/**
 * Frames and steps as the page counts them, over a stretch of time that ends before the run does: the page of
 * a finished one has nothing to do.
 */
async function watch(page, region) {
  const seen = await page.evaluate(
    (region, most) =>
      new Promise((resolve) => {
        const bar = region.querySelector("[role=progressbar]");
        const [step, max] = ["now", "max"].map((of) => () => Number(bar.getAttribute(`aria-value${of}`)));
        const [begun, from] = [performance.now(), step()];
        let frames = 0;
        const frame = () => {
          frames += 1;
          const ms = performance.now() - begun;
          if (ms < most && step() < 0.9 * max()) requestAnimationFrame(frame);
          else resolve({ ms, fps: (frames / ms) * 1000, stepsPerSecond: ((step() - from) / ms) * 1000 });
        };
        requestAnimationFrame(frame);
      }),
    region,
    TRACED_MS,
  );
  if (seen.ms < ENOUGH_MS) throw new Error(`the run was nearly over after ${Math.round(seen.ms)} ms of looking at it`);
  return seen;
}

/** CPU time of the page's main thread by task and by frame, and the frames' time by the clock, from a trace. */
async function mainThread(path) {
  const { traceEvents } = JSON.parse(await readFile(path, "utf8"));
  const threads = traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain");
  const tasksOf = ({ pid, tid }) =>
    traceEvents.filter((e) => e.pid === pid && e.tid === tid && e.name === "RunTask" && e.ph === "X");
  // The page that trains is the one that has most to do.
  const [busiest] = threads.map((thread) => ({ thread, tasks: tasksOf(thread) })).sort((a, b) => b.tasks.length - a.tasks.length);
  const { pid, tid } = busiest.thread;
  const callbacks = traceEvents.filter((e) => e.pid === pid && e.tid === tid && e.name === "FireAnimationFrame");
  const times = callbacks.map((e) => e.ts).sort((a, b) => a - b);
  const tasks = busiest.tasks
    .map((e) => ({ from: e.ts, to: e.ts + e.dur, cpu: (e.tdur ?? e.dur) / 1000, wall: e.dur / 1000 }))
    .sort((a, b) => a.from - b.from);
  // A frame goes from one task that runs animation callbacks to the next; what lies before the first
  // and after the last is no whole frame.
  const frames = [];
  let next = 0;
  for (const { from, to, cpu, wall } of tasks) {
    while (next < times.length && times[next] < from) next += 1;
    if (next < times.length && times[next] <= to) frames.push({ cpu: 0, wall: 0 });
    const frame = frames.at(-1);
    if (frame) {
      frame.cpu += cpu;
      frame.wall += wall;
    }
  }
  frames.pop();
  return { tasks: tasks.map((t) => t.cpu), frames: frames.map((f) => f.cpu), walls: frames.map((f) => f.wall) };
}

const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
};

/** Does something with a lab in a browser that has seen nothing. */
async function afresh(host, act) {
  const browser = await launch("chrome");
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(host.origin + PAPER, { waitUntil: "load" });
    return await act(await (await Lab.first(page)).awake(), page, browser);
  } finally {
    await browser.close();
  }
}

/** What the main thread does while a run goes on and this tab is open. */
function traced(host, tab) {
  return afresh(host, async (lab, page) => {
    await lab.train();
    await lab.tab(tab);
    await pause(500);
    const path = join(tmpdir(), `trace-${process.pid}.json`);
    await page.tracing.start({ path, categories: ["disabled-by-default-devtools.timeline", "devtools.timeline"] });
    const seen = await watch(page, lab.region);
    await page.tracing.stop();
    const { tasks, frames, walls } = await mainThread(path);
    await rm(path);
    return {
      fps: seen.fps,
      steps_per_s: seen.stepsPerSecond,
      task_p95_ms: quantile(tasks, 0.95),
      frame_p95_ms: quantile(frames, 0.95),
      frame_wall_p95_ms: quantile(walls, 0.95),
      longest_ms: Math.max(0, ...tasks),
    };
  });
}

/** A default run that nobody looks into, from the first click to its end. */
function whole(host) {
  return afresh(host, async (lab, page, browser) => {
    const begun = Date.now();
    const first_step_ms = await firstStep(page, lab);
    const { max } = await lab.progress();
    await lab.reaches(max, 300_000);
    return { first_step_ms, default_run_s: (Date.now() - begun) / 1000, browser: await browser.version() };
  });
}

async function round(host) {
  const result = await whole(host);
  for (const [view, tab] of Object.entries(TABS)) result[view] = await traced(host, tab);
  return result;
}

const host = await startServer();
const rounds = [];
for (let i = 0; i < ROUNDS; i += 1) {
  rounds.push(await round(host));
  const { first_step_ms, default_run_s, chart, heatmap } = rounds.at(-1);
  note(
    `round ${i + 1}: first step after ${first_step_ms.toFixed(0)} ms, the whole run ${default_run_s.toFixed(1)} s; ` +
      `frame p95 ${chart.frame_p95_ms.toFixed(1)} ms with a chart, ${heatmap.frame_p95_ms.toFixed(1)} ms with a heatmap; ` +
      `${chart.steps_per_s.toFixed(1)} steps/s`,
  );
}
await host.stop();

const median = (of) => quantile(rounds.map(of), 0.5);
const keys = ["fps", "steps_per_s", "task_p95_ms", "frame_p95_ms", "frame_wall_p95_ms", "longest_ms"];
const medians = (view) => Object.fromEntries(keys.map((key) => [key, median((round) => round[view][key])]));
const found = {
  first_step_ms: median((round) => round.first_step_ms),
  chart: medians("chart"),
  heatmap: medians("heatmap"),
  default_run_s: median((round) => round.default_run_s),
  browser: rounds[0].browser,
  rounds: ROUNDS,
};
await writeFile(OUT, JSON.stringify(found));
