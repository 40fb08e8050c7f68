// A worker's side of the bench: requests one at a time, each answered with a result or an error.

/**
 * `load(message)` gives the function that takes one training step and returns its loss; `more` are
 * further requests by name.
 */
export function serve({ load, ...more }) {
  let step;
  const acts = {
    async load(message) {
      step = await load(message);
    },
    /** So many steps on the clock. */
    run({ steps }) {
      const losses = [];
      const begun = performance.now();
      for (let i = 0; i < steps; i += 1) losses.push(step());
      return { ms: performance.now() - begun, losses };
    },
    ...more,
  };
  addEventListener("message", async ({ data }) => {
    try {
      postMessage({ result: await acts[data.act](data) });
    } catch (error) {
      postMessage({ error: String(error?.message ?? error).split("\n")[0] });
    }
  });
  postMessage({ ready: true });
}
