// The training core in a worker, as on the site; the weights and batches of all libraries come from it.

import start, { Bench, LabRun, labs, live, names, Products } from "../bindings/peers.js";
import { serve } from "./serve.mjs";

const exports = await start({ module_or_path: new URL("../bindings/peers_bg.wasm", import.meta.url) });

let bench;

serve({
  names: () => names(),
  labs: () => labs(),

  /** Everything a peer needs to train the same model; nobody else trains the site's labs. */
  plan({ name }) {
    if (labs().includes(name)) return { plan: {}, weights: [], batch: [] };
    bench = new Bench(name);
    const plan = JSON.parse(bench.plan());
    const batch = plan.batch.map((_, i) => bench.floats(i) ?? bench.integers(i));
    return { plan, weights: plan.weights.map((_, i) => bench.weight(i)), batch };
  },

  load: ({ name }) => {
    bench = labs().includes(name) ? new LabRun(name) : new Bench(name);
    return () => bench.step();
  },

  /** Bytes that one step allocates, and pieces of up to 256 bytes, 4 KiB, 64 KiB, and above. */
  allocations() {
    const [bytes, ...pieces] = bench.allocations();
    return { bytes, pieces };
  },

  /** The milliseconds of a step's products alone, and of its functions: tanh, the logistic one, e^x. */
  alone({ times }) {
    const timed = (act) => {
      const begun = performance.now();
      for (let i = 0; i < times; i += 1) act();
      return (performance.now() - begun) / times;
    };
    return { products: timed(() => bench.multiply()), functions: timed(() => bench.activate()) };
  },

  /** Bytes that are allocated now, and the size of the module's memory. */
  memory: () => ({ live: live(), all: exports.memory.buffer.byteLength }),

  /** How often every function is called in a step, where the module counts. */
  calls() {
    const counters = Object.entries(exports).filter(([name]) => name.startsWith("calls "));
    const before = counters.map(([, counter]) => counter.value);
    bench.step();
    return Object.fromEntries(counters.map(([name, counter], i) => [name.slice("calls ".length), counter.value - before[i]]));
  },

  /** Products of two n × n matrices: the best GFLOP/s of some rounds. */
  rate({ n, times, rounds }) {
    const products = new Products(n);
    let best = 0;
    for (let i = 0; i < rounds; i += 1) {
      const begun = performance.now();
      const flop = products.multiply(times);
      best = Math.max(best, flop / (performance.now() - begun) / 1e6);
    }
    return best;
  },
});
