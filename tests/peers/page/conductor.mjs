// The page: a worker for each library, asked one at a time. The bench outside calls `conductor`.

const ADDRESSES = {
  ours: ["ours.mjs", "module"],
  "jax-js": ["jax.mjs", "module"],
  "tfjs-cpu": ["tfjs.js?backend=cpu", "classic"],
  "tfjs-wasm": ["tfjs.js?backend=wasm", "classic"],
};

class Library {
  #worker;
  #settle;

  static async start(name) {
    const library = new Library();
    const [address, type] = ADDRESSES[name];
    library.#worker = new Worker(new URL(address, import.meta.url), { type });
    await new Promise((resolve, reject) => {
      library.#settle = { resolve, reject };
      library.#worker.onmessage = ({ data }) =>
        "error" in data ? library.#settle.reject(new Error(data.error)) : library.#settle.resolve(data.result);
      library.#worker.onerror = (event) => library.#settle.reject(new Error(event.message ?? `${name} does not load`));
    });
    return library;
  }

  ask(act, more = {}) {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.postMessage({ act, ...more });
    });
  }

  stop() {
    this.#worker.terminate();
  }
}

let libraries = {};
let loaded;

async function stop() {
  for (const library of Object.values(libraries)) library.stop();
  libraries = {};
}

globalThis.conductor = {
  /** What there is of one kind, models (`names`) or labs of the site (`labs`). */
  async names(kind = "names") {
    const ours = await Library.start("ours");
    const names = await ours.ask(kind);
    ours.stop();
    return names;
  },

  /** Fresh workers, the same model in each; its plan, and what stopped those that cannot have it. */
  async load(name, wanted) {
    await stop();
    const source = await Library.start("ours");
    const model = await source.ask("plan", { name });
    const errors = {};
    for (const library of wanted) {
      try {
        libraries[library] = await Library.start(library);
        await libraries[library].ask("load", { name, ...model });
      } catch (error) {
        errors[library] = error.message;
      }
    }
    source.stop();
    loaded = model;
    return { plan: model.plan, errors };
  },

  /** The weights and the batch of the model that was loaded, for a library outside the browser. */
  arrays() {
    const array = (about, values) => ({ ...about, whole: values instanceof Int32Array, values: [...values] });
    const arrays = (kind) => loaded.plan[kind].map((about, i) => array(about, loaded[kind][i]));
    return { weights: arrays("weights"), batch: arrays("batch") };
  },

  /** `{ result }` or `{ error }` of one request to one library. */
  async ask(library, act, more) {
    try {
      return { result: await libraries[library].ask(act, more) };
    } catch (error) {
      return { error: error.message };
    }
  },

  stop,
};
