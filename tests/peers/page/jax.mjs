// jax-js in a worker: one compiled function holds forward, backward and Adam.

import { defaultDevice, init, jit, numpy as np, tree, valueAndGrad } from "../node_modules/@jax-js/jax/dist/index.js";
import { layouts, models } from "./jax-models.mjs";
import { serve } from "./serve.mjs";

const [RATE, B1, B2, EPSILON] = [1e-3, 0.9, 0.999, 1e-8];

/** `[loss, weights, first moments, second moments]`; `unbias` holds 1/(1 − βᵗ) of both moments. */
function compiled({ family, sizes }) {
  const lossAndGradient = valueAndGrad((weights, batch) => models[family](weights, batch, sizes));
  return jit((weights, first, second, unbias, batch) => {
    const [loss, gradient] = lossAndGradient(tree.ref(weights), batch);
    const next = { weights: {}, first: {}, second: {} };
    for (const [name, g] of Object.entries(gradient)) {
      const m = first[name].mul(B1).add(g.ref.mul(1 - B1));
      const v = second[name].mul(B2).add(np.square(g).mul(1 - B2));
      const scaled = np.sqrt(v.ref.mul(unbias.ref.slice(1))).add(EPSILON);
      const change = m.ref.mul(unbias.ref.slice(0)).div(scaled).mul(RATE);
      next.weights[name] = weights[name].sub(change);
      [next.first[name], next.second[name]] = [m, v];
    }
    return [loss, next.weights, next.first, next.second];
  });
}

const array = ({ shape }, values) => np.array(values).reshape(shape);

serve({
  async load({ plan, weights, batch }) {
    await init("wasm");
    defaultDevice("wasm");
    const named = (list, values) => Object.fromEntries(list.map((a, i) => [a.name, array(a, values[i])]));
    const given = named(plan.weights, weights);
    const w = layouts[plan.family]?.(given) ?? given;
    const zeros = () => Object.fromEntries(Object.entries(w).map(([name, { shape }]) => [name, np.zeros(shape)]));
    const data = named(plan.batch, batch);
    const step = compiled(plan);
    let state = [w, zeros(), zeros()];
    let t = 0;
    return () => {
      t += 1;
      const unbias = np.array(new Float32Array([1 / (1 - B1 ** t), 1 / (1 - B2 ** t)]));
      const [loss, ...next] = step(...state, unbias, tree.ref(data));
      state = next;
      return loss.dataSync()[0];
    };
  },
});
