// Where the time of our steps goes: V8's sampled profile of the worker that trains.

/** How often the sampler looks. */
export const INTERVAL_US = 250;

/** Milliseconds of each function's own, by name. */
function own({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName || "(nameless)"]));
  const spent = new Map();
  samples.forEach((id, i) => {
    const name = names.get(id);
    spent.set(name, (spent.get(name) ?? 0) + timeDeltas[i] / 1000);
  });
  return [...spent].map(([name, ms]) => ({ name, ms }));
}

/** So many steps of the model loaded in a page's worker under the sampler: the milliseconds of one, and each function's in all. */
export async function sample(page, ask, steps) {
  const { client } = page.workers().find((worker) => worker.url().endsWith("ours.mjs"));
  await client.send("Profiler.enable");
  await client.send("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  await client.send("Profiler.start");
  const run = await ask("run", { steps });
  const { profile } = await client.send("Profiler.stop");
  await client.send("Profiler.disable");
  return { ms: run.ms / steps, samples: profile.samples.length, functions: own(profile) };
}
