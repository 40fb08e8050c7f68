// The models in jax-js: (weights, batch, sizes) → loss. Every use of an array hands it over, so what is
// used again is passed on by `.ref`; all of it runs once, when `jit` records it.

import { lax, nn, numpy as np } from "../node_modules/@jax-js/jax/dist/index.js";

/** Mean of −ln softmax(scores)[target]. */
function crossEntropy(scores, targets) {
  const [rows, classes] = scores.shape;
  const right = nn.oneHot(targets.ref, classes);
  return nn.logSoftmax(scores, -1).mul(right).sum().mul(-1 / rows);
}

const product = (x, w, name) => np.matmul(x, w[name].ref);
const linear = (x, w, name) => product(x, w, `${name}.weight`).add(w[`${name}.bias`].ref);

/** Columns of a matrix. */
const columns = (x, from, to) => x.ref.slice([], [from, to]);

// The formulations are the fastest of several that were tried: a gated unit's projection in two products
// beat one.
const cells = {
  // Gates in the order i, f, o, g.
  lstm: (w, name, hidden) => ({
    blocks: [4],
    step([projected], { h, c }) {
      const z = projected.add(product(h, w, `${name}.recurrent`));
      const block = (k) => columns(z, k * hidden, (k + 1) * hidden);
      const [i, f, o] = [0, 1, 2].map((k) => nn.sigmoid(block(k)));
      const next = f.mul(c).add(i.mul(np.tanh(block(3))));
      return { h: o.mul(np.tanh(next.ref)), c: next };
    },
  }),
  // Blocks in the order z, r, candidate.
  gru: (w, name, hidden) => ({
    blocks: [2, 1],
    step([gated, fresh], { h }) {
      const gates = nn.sigmoid(gated.add(product(h.ref, w, `${name}.gates`)));
      const [z, r] = [columns(gates, 0, hidden), columns(gates, hidden, 2 * hidden)];
      const next = np.tanh(fresh.add(product(r.mul(h.ref), w, `${name}.candidate`)));
      return { h: h.mul(z.ref.mul(-1).add(1)).add(z.mul(next)) };
    },
  }),
  rnn: (w, name) => ({
    blocks: [1],
    step: ([projected], { h }) => ({ h: np.tanh(projected.add(product(h, w, `${name}.recurrent`))) }),
  }),
};

/** x·W + b of a cell, in its blocks. */
function project(x, w, name, hidden, blocks) {
  let to = 0;
  return blocks.map((width) => {
    const from = to;
    to += width * hidden;
    const cut = (matrix) => columns(matrix, from, to);
    return np.matmul(x.ref, cut(w[`${name}.input`])).add(cut(w[`${name}.bias`]));
  });
}

/** Runs a cell over what `inputs(t)` gives; h₁ … h_T one below another, and the state after them. */
function unroll(cell, inputs, time, before) {
  let state = before;
  const outputs = [];
  for (let t = 0; t < time; t += 1) {
    state = cell.step(inputs(t), state);
    outputs.push(state.h.ref);
  }
  return [np.concatenate(outputs, 0), state];
}

const blank = (batch, hidden) => ({ h: np.zeros([batch, hidden]), c: np.zeros([batch, hidden]) });

// The rows of W·E + b are picked by a product with rows of 0 and 1, which beat a gather and its gradient.
const chars = (kind, name) => (w, { symbols, targets }, { vocabulary, hidden, batch, time }) => {
  const cell = cells[kind](w, name, hidden);
  const tables = project(w["embedding.weight"], w, name, hidden, cell.blocks);
  const picked = nn.oneHot(symbols.ref.reshape([time, batch]), vocabulary);
  const inputs = (t) => tables.map((table) => np.matmul(picked.ref.slice(t), table.ref));
  const [h] = unroll(cell, inputs, time, blank(batch, hidden));
  return crossEntropy(linear(h, w, "head"), targets);
};

function norm(x, w, name) {
  return nn.standardize(x, -1, { epsilon: 1e-5 }).mul(w[`${name}.scale`].ref).add(w[`${name}.shift`].ref);
}

function attention(x, w, { width, heads, batch, time }) {
  const deep = width / heads;
  const split = (name) => linear(x.ref, w, name).reshape([batch, time, heads, deep]).transpose([0, 2, 1, 3]);
  const scores = np.matmul(split("queries"), split("keys").transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(deep));
  const future = Float32Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? -1e9 : 0));
  const weights = nn.softmax(scores.add(np.array(future).reshape([1, 1, time, time])), -1);
  const seen = np.matmul(weights, split("values")).transpose([0, 2, 1, 3]);
  return linear(seen.reshape([batch * time, width]), w, "joined");
}

export const models = {
  lstm: chars("lstm", "cell.Lstm"),
  gru: chars("gru", "cell.Gru"),
  rnn: chars("rnn", "cell.Rnn"),

  mlp(w, { x, targets }) {
    const first = nn.relu(linear(x.ref, w, "first"));
    const second = nn.relu(linear(first, w, "second"));
    return crossEntropy(linear(second, w, "third"), targets);
  },

  conv(w, { x, targets }, { side, first, second, batch }) {
    const layer = (x, name, channels, stride) => {
      const sums = lax.conv(x, w[`${name}.weight`].ref, [stride, stride], [[1, 1], [1, 1]]);
      return nn.relu(sums.add(w[`${name}.bias`].ref.reshape([1, channels, 1, 1])));
    };
    const one = x.ref.reshape([batch, 1, side, side]);
    const seen = layer(layer(one, "first", first, 1), "second", second, 2);
    return crossEntropy(linear(seen.reshape([batch, (second * side * side) / 4]), w, "head"), targets);
  },

  transformer(w, { symbols, targets }, sizes) {
    const { vocabulary, width, batch, time } = sizes;
    const picked = product(nn.oneHot(symbols.ref, vocabulary), w, "symbols.weight");
    const placed = picked.reshape([batch, time, width]).add(w["places.weight"].ref);
    const read = placed.reshape([batch * time, width]);
    const x = read.ref.add(attention(norm(read, w, "norms.0"), w, sizes));
    const inner = nn.relu(linear(norm(x.ref, w, "norms.1"), w, "widen"));
    const y = x.add(linear(inner, w, "narrow"));
    return crossEntropy(linear(norm(y, w, "norms.2"), w, "head"), targets);
  },

  pointer(w, { points, named, targets }, { points: n, hidden, batch }) {
    const run = (name, x, time, before) => {
      const cell = cells.lstm(w, name, hidden);
      const inputs = (t) => project(x.ref.slice([t * batch, (t + 1) * batch]), w, name, hidden, cell.blocks);
      return unroll(cell, inputs, time, before);
    };
    const [e, state] = run("encoder", points, n, blank(batch, hidden));
    const ends = np.ones([batch, 1]).mul(w.end.ref);
    const keys = product(np.concatenate([e, ends], 0), w, "keys").reshape([1, n + 1, batch, hidden]);
    const fed = np.concatenate([np.ones([batch, 1]).mul(w.go.ref), named.ref], 0);
    const [d] = run("decoder", fed, n + 1, state);
    const queries = product(d, w, "queries").reshape([n + 1, 1, batch, hidden]);
    const scores = np.tanh(keys.add(queries)).mul(w.v.ref.reshape([hidden])).sum(-1);
    return crossEntropy(scores.transpose([0, 2, 1]).reshape([(n + 1) * batch, n + 1]), targets);
  },

  mpnn(w, { atoms, mask, edges, targets }, { width: d, kinds, rounds, atoms: n, batch }) {
    const rows = batch * n;
    const start = np.tanh(linear(atoms.ref, w, "embed")).reshape([batch, n, d]).mul(mask.ref);
    const update = cells.gru(w, "update", d);
    let h = start.ref;
    for (let round = 0; round < rounds; round += 1) {
      const bound = np.matmul(edges.ref.reshape([batch, n * kinds, n]), h.ref);
      const messages = product(bound.reshape([rows, kinds * d]), w, "matrices");
      const projected = project(messages, w, "update", d, update.blocks);
      h = update.step(projected, { h: h.reshape([rows, d]) }).h.reshape([batch, n, d]);
    }
    const both = np.concatenate([h.ref, start], 2).reshape([rows, 2 * d]);
    const terms = nn.sigmoid(linear(both, w, "gate")).mul(linear(h.reshape([rows, d]), w, "value"));
    const read = terms.reshape([batch, n, d]).mul(mask.ref).sum(1);
    const answer = linear(nn.relu(linear(read, w, "hidden")), w, "answer");
    return np.square(answer.sub(targets.ref)).mean();
  },
};

/** Weights that are laid out differently here: channels written, channels read, rows, columns. */
export const layouts = {
  conv(w) {
    const kernels = (k, [seen, to] = k.shape) => k.reshape([3, 3, seen / 9, to]).transpose([3, 2, 0, 1]);
    const channels = w["second.weight"].shape[1];
    const [features, classes] = w["head.weight"].shape;
    const half = Math.sqrt(features / channels);
    const head = w["head.weight"].reshape([half, half, channels, classes]).transpose([2, 0, 1, 3]);
    return {
      ...w,
      "first.weight": kernels(w["first.weight"]),
      "second.weight": kernels(w["second.weight"]),
      "head.weight": head.reshape([features, classes]),
    };
  },
};
