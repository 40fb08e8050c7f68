// The models in jax-js: (weights, batch, sizes) → loss. Every use of an array hands it over, so what is
// used again is passed on by `.ref`; all of it runs once, when `jit` records it.

import { lax, nn, numpy as np } from "../node_modules/@jax-js/jax/dist/index.js";

/** Mean of −ln softmax(scores)[target]; targets as rows of 0 and 1. */
function crossEntropy(scores, targets) {
  const [rows] = scores.shape;
  return nn.logSoftmax(scores, -1).mul(targets).sum().mul(-1 / rows);
}

const linear = (x, w, name) => np.matmul(x, w[`${name}.weight`].ref).add(w[`${name}.bias`].ref);

/** Blocks of `width` columns of the last axis. */
const columns = (x, width, from) => x.ref.slice([], [from * width, (from + 1) * width]);

/** Row `t` of the first axis. */
const row = (x, t) => x.ref.slice(t);

const cells = {
  // Gates in the order i, f, o, g.
  lstm(w, prefix, hidden) {
    const u = w[`${prefix}.recurrent`];
    return (projected, { h, c }) => {
      const z = projected.add(np.matmul(h, u.ref));
      const sigma = nn.sigmoid(columns(z, hidden * 3, 0));
      const g = np.tanh(columns(z, hidden, 3));
      const [i, f, o] = [0, 1, 2].map((k) => columns(sigma, hidden, k));
      const next = f.mul(c).add(i.mul(g));
      return { h: o.mul(np.tanh(next.ref)), c: next };
    };
  },
  // Blocks in the order z, r, candidate.
  gru(w, prefix, hidden) {
    const [gates, candidate] = [w[`${prefix}.gates`], w[`${prefix}.candidate`]];
    return (projected, { h }) => {
      const zr = nn.sigmoid(columns(projected, 2 * hidden, 0).add(np.matmul(h.ref, gates.ref)));
      const [z, r] = [0, 1].map((k) => columns(zr, hidden, k));
      const seen = np.matmul(r.mul(h.ref), candidate.ref);
      const next = np.tanh(columns(projected, hidden, 2).add(seen));
      return { h: h.ref.add(z.mul(next.sub(h))) };
    };
  },
  rnn(w, prefix) {
    const u = w[`${prefix}.recurrent`];
    return (projected, { h }) => ({ h: np.tanh(projected.add(np.matmul(h, u.ref))) });
  },
};

/** Runs a cell over `[T, B, …]`; all hₜ, and the state after them. */
function unrolled(cell, projected, time, before) {
  let state = before;
  const outputs = [];
  for (let t = 0; t < time; t += 1) {
    state = cell(row(projected, t), state);
    outputs.push(state.h.ref);
  }
  return [np.stack(outputs), state];
}

const project = (x, w, prefix) => np.matmul(x, w[`${prefix}.input`].ref).add(w[`${prefix}.bias`].ref);

const recurrent = (kind) => (w, batch, { vocabulary, hidden, batch: size, time }) => {
  const prefix = kind === "lstm" ? "cell" : "cell";
  const table = project(w["embedding.weight"].ref, w, prefix);
  const projected = np.take(table, batch.symbols.ref, 0).reshape([time, size, -1]);
  const zero = () => np.zeros([size, hidden]);
  const [h] = unrolled(cells[kind](w, prefix, hidden), projected, time, { h: zero(), c: zero() });
  const scores = linear(h.reshape([time * size, hidden]), w, "head");
  return crossEntropy(scores, nn.oneHot(batch.targets.ref, vocabulary));
};

export const models = {
  lstm: recurrent("lstm"),
  gru: recurrent("gru"),
  rnn: recurrent("rnn"),

  mlp(w, batch, { classes }) {
    const first = nn.relu(linear(batch.x.ref, w, "first"));
    const second = nn.relu(linear(first, w, "second"));
    return crossEntropy(linear(second, w, "third"), nn.oneHot(batch.targets.ref, classes));
  },

  conv(w, batch, { first, second, side, classes, batch: size }) {
    const padding = [[1, 1], [1, 1]];
    const layer = (x, name, channels, stride) =>
      nn.relu(
        lax
          .conv(x, w[name].ref, [stride, stride], padding)
          .add(w[`${name}_bias`].ref.reshape([1, channels, 1, 1])),
      );
    const x = layer(layer(batch.x.ref, "first", first, 1), "second", second, 2);
    const features = (second * side * side) / 4;
    const scores = linear(x.reshape([size, features]), w, "head");
    return crossEntropy(scores, nn.oneHot(batch.targets.ref, classes));
  },
};
