// TensorFlow.js in a worker, on the backend named in the worker's address. A classic script, because
// the library's self-contained bundles are.

/* global tf, importScripts */
importScripts(
  "../node_modules/@tensorflow/tfjs/dist/tf.min.js",
  "../node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
);

const backend = new URL(location.href).searchParams.get("backend");

function load(models, { plan, weights, batch }) {
  const { family, sizes } = plan;
  const tensor = ({ shape }, values) => tf.tensor(values, shape, values instanceof Int32Array ? "int32" : "float32");
  const named = (list, values) => Object.fromEntries(list.map((a, i) => [a.name, tensor(a, values[i])]));
  const model = models[family];
  const [w, data] = model.adapt(named(plan.weights, weights), named(plan.batch, batch), sizes);
  const variables = Object.fromEntries(Object.entries(w).map(([name, value]) => [name, tf.variable(value)]));
  const list = Object.values(variables);
  const adam = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  return () => {
    const loss = adam.minimize(() => model.loss(variables, data, sizes), true, list);
    const value = loss.dataSync()[0];
    loss.dispose();
    return value;
  };
}

(async () => {
  tf.wasm.setWasmPaths(new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", location.href).href);
  tf.enableProdMode();
  await tf.setBackend(backend);
  await tf.ready();
  const { serve } = await import("./serve.mjs");
  const { models } = await import("./tfjs-models.mjs");
  serve({ load: (message) => load(models, message) });
})().catch((error) => postMessage({ error: String(error?.message ?? error) }));
