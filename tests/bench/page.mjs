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
const TRACED_MS = 8000;

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

/** Frames and steps over a stretch of time, as the page counts them. */
function watch(page, region, ms) {
  return page.evaluate(
    (region, ms) =>
      new Promise((resolve) => {
        const step = () => Number(region.querySelector("[role=progressbar]").getAttribute("aria-valuenow"));
        const [begun, from] = [performance.now(), step()];
        let frames = 0;
        const frame = () => {
          frames += 1;
          const seconds = (performance.now() - begun) / 1000;
          if (seconds * 1000 < ms) requestAnimationFrame(frame);
          else resolve({ fps: frames / seconds, stepsPerSecond: (step() - from) / seconds });
        };
        requestAnimationFrame(frame);
      }),
    region,
    ms,
  );
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

/** What the main thread does while this tab is open. */
async function traced(page, lab, tab) {
  await lab.tab(tab);
  await pause(1000);
  const path = join(tmpdir(), `trace-${process.pid}.json`);
  await page.tracing.start({ path, categories: ["disabled-by-default-devtools.timeline", "devtools.timeline"] });
  const seen = await watch(page, lab.region, TRACED_MS);
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
}

async function round(host, last) {
  const browser = await launch("chrome");
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(host.origin + PAPER, { waitUntil: "load" });
    const lab = await (await Lab.first(page)).awake();
    const begun = Date.now();
    const first = await firstStep(page, lab);
    const result = { first_step_ms: first };
    for (const [view, tab] of Object.entries(TABS)) result[view] = await traced(page, lab, tab);
    if (last) {
      const { max } = await lab.progress();
      await lab.reaches(max, 300_000);
      result.default_run_s = (Date.now() - begun) / 1000;
    }
    return { ...result, browser: await browser.version() };
  } finally {
    await browser.close();
  }
}

const host = await startServer();
const rounds = [];
for (let i = 0; i < ROUNDS; i += 1) {
  rounds.push(await round(host, i === ROUNDS - 1));
  const { first_step_ms, chart, heatmap } = rounds.at(-1);
  note(
    `round ${i + 1}: first step after ${first_step_ms.toFixed(0)} ms; frame p95 ${chart.frame_p95_ms.toFixed(1)} ms ` +
      `with a chart, ${heatmap.frame_p95_ms.toFixed(1)} ms with a heatmap; ${chart.steps_per_s.toFixed(1)} steps/s`,
  );
}
await host.stop();

const median = (of) => quantile(rounds.map(of), 0.5);
const keys = ["fps", "steps_per_s", "task_p95_ms", "frame_p95_ms", "frame_wall_p95_ms", "longest_ms"];
const medians = (view) => Object.fromEntries(keys.map((key) => [key, median((round) => round[view][key])]));
const { default_run_s, browser } = rounds.at(-1);
const found = {
  first_step_ms: median((round) => round.first_step_ms),
  chart: medians("chart"),
  heatmap: medians("heatmap"),
  default_run_s,
  browser,
  rounds: ROUNDS,
};
await writeFile(OUT, JSON.stringify(found));
