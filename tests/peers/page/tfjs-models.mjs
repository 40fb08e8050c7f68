// The models in TensorFlow.js: `loss(weights, batch, sizes)`, and `adapt` where weights or inputs are
// laid out differently there.

/* global tf */

/** Rows of a table by index. The wasm backend has no gradient of a gather, so there it is a product. */
function rows(table, indices) {
  if (tf.getBackend() !== "wasm") return tf.gather(table, indices);
  return tf.matMul(tf.oneHot(indices, table.shape[0]).toFloat(), table);
}

/** Mean of −ln softmax(scores)[target]. */
function crossEntropy(scores, targets) {
  const right = tf.oneHot(targets, scores.shape[1]).toFloat();
  return tf.logSoftmax(scores).mul(right).sum().mul(-1 / scores.shape[0]);
}

const linear = (x, w, name) => tf.matMul(x, w[`${name}.weight`]).add(w[`${name}.bias`]);
const project = (x, w, name) => tf.matMul(x, w[`${name}.input`]).add(w[`${name}.bias`]);

const cells = {
  // Gates in the order i, f, o, g.
  lstm: (w, name) => (projected, { h, c }) => {
    const z = projected.add(tf.matMul(h, w[`${name}.recurrent`]));
    const [i, f, o, g] = tf.split(z, 4, 1);
    const next = tf.sigmoid(f).mul(c).add(tf.sigmoid(i).mul(tf.tanh(g)));
    return { h: tf.sigmoid(o).mul(tf.tanh(next)), c: next };
  },
  // Blocks in the order z, r, candidate.
  gru: (w, name) => (projected, { h }) => {
    const [pz, pr, pn] = tf.split(projected, 3, 1);
    const [uz, ur] = tf.split(tf.matMul(h, w[`${name}.gates`]), 2, 1);
    const [z, r] = [tf.sigmoid(pz.add(uz)), tf.sigmoid(pr.add(ur))];
    const next = tf.tanh(pn.add(tf.matMul(r.mul(h), w[`${name}.candidate`])));
    return { h: h.add(z.mul(next.sub(h))) };
  },
  rnn: (w, name) => (projected, { h }) => ({
    h: tf.tanh(projected.add(tf.matMul(h, w[`${name}.recurrent`]))),
  }),
};

/** Runs a cell over `[T, B, …]`; h₁ … h_T one below another, and the state after them. */
function unroll(cell, projected, before) {
  let state = before;
  const outputs = tf.unstack(projected).map((x) => {
    state = cell(x, state);
    return state.h;
  });
  return [tf.concat(outputs, 0), state];
}

const blank = (batch, hidden) => ({ h: tf.zeros([batch, hidden]), c: tf.zeros([batch, hidden]) });
const asTheyAre = (weights, batch) => [weights, batch];

const chars = (kind, name) => ({
  adapt: asTheyAre,
  loss(w, { symbols, targets }, { hidden, batch, time }) {
    const table = project(w["embedding.weight"], w, name);
    const projected = rows(table, symbols).reshape([time, batch, -1]);
    const [h] = unroll(cells[kind](w, name), projected, blank(batch, hidden));
    return crossEntropy(linear(h, w, "head"), targets);
  },
});

function norm(x, w, name) {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.div(variance.add(1e-5).sqrt()).mul(w[`${name}.scale`]).add(w[`${name}.shift`]);
}

function attention(x, w, future, { width, heads, batch, time }) {
  const deep = width / heads;
  const split = (name) => linear(x, w, name).reshape([batch, time, heads, deep]).transpose([0, 2, 1, 3]);
  const scores = tf.matMul(split("queries"), split("keys"), false, true).mul(1 / Math.sqrt(deep));
  const seen = tf.matMul(tf.softmax(scores.add(future)), split("values"));
  return linear(seen.transpose([0, 2, 1, 3]).reshape([batch * time, width]), w, "joined");
}

export const models = {
  lstm: chars("lstm", "cell.Lstm"),
  gru: chars("gru", "cell.Gru"),
  rnn: chars("rnn", "cell.Rnn"),

  mlp: {
    adapt: asTheyAre,
    loss(w, { x, targets }) {
      const first = tf.relu(linear(x, w, "first"));
      const second = tf.relu(linear(first, w, "second"));
      return crossEntropy(linear(second, w, "third"), targets);
    },
  },

  conv: {
    // Rows, columns, channels read, channels written: as here.
    adapt(w, batch) {
      const kernels = (name, k = w[`${name}.weight`]) => k.reshape([3, 3, k.shape[0] / 9, k.shape[1]]);
      return [{ ...w, "first.weight": kernels("first"), "second.weight": kernels("second") }, batch];
    },
    loss(w, { x, targets }, { side, second, batch }) {
      const sums = (x, name, stride) => tf.conv2d(x, w[`${name}.weight`], stride, 1).add(w[`${name}.bias`]);
      const seen = tf.relu(sums(tf.relu(sums(x, "first", 1)), "second", 2));
      return crossEntropy(linear(seen.reshape([batch, (second * side * side) / 4]), w, "head"), targets);
    },
  },

  transformer: {
    adapt(w, batch, { time }) {
      const future = Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? -1e9 : 0));
      return [w, { ...batch, future: tf.tensor(future, [1, 1, time, time]) }];
    },
    loss(w, { symbols, targets, future }, sizes) {
      const { width, batch, time } = sizes;
      const picked = rows(w["symbols.weight"], symbols).reshape([batch, time, width]);
      const read = picked.add(w["places.weight"]).reshape([batch * time, width]);
      const x = read.add(attention(norm(read, w, "norms.0"), w, future, sizes));
      const inner = tf.relu(linear(norm(x, w, "norms.1"), w, "widen"));
      const y = x.add(linear(inner, w, "narrow"));
      return crossEntropy(linear(norm(y, w, "norms.2"), w, "head"), targets);
    },
  },

  pointer: {
    adapt: asTheyAre,
    loss(w, { points, named, targets }, { points: n, hidden, batch }) {
      const run = (name, x, time, before) =>
        unroll(cells.lstm(w, name), project(x, w, name).reshape([time, batch, 4 * hidden]), before);
      const repeated = (row) => tf.ones([batch, 1]).mul(row);
      const [e, state] = run("encoder", points, n, blank(batch, hidden));
      const keys = tf.matMul(tf.concat([e, repeated(w.end)], 0), w.keys);
      const [d] = run("decoder", tf.concat([repeated(w.go), named], 0), n + 1, state);
      const queries = tf.matMul(d, w.queries).reshape([n + 1, 1, batch, hidden]);
      const seen = tf.tanh(keys.reshape([1, n + 1, batch, hidden]).add(queries));
      const scores = tf.matMul(seen.reshape([-1, hidden]), w.v).reshape([n + 1, n + 1, batch]);
      return crossEntropy(scores.transpose([0, 2, 1]).reshape([(n + 1) * batch, n + 1]), targets);
    },
  },

  mpnn: {
    adapt: asTheyAre,
    loss(w, { atoms, mask, edges, targets }, { width: d, kinds, rounds, atoms: n, batch }) {
      const all = batch * n;
      const start = tf.tanh(linear(atoms, w, "embed")).reshape([batch, n, d]).mul(mask);
      const update = cells.gru(w, "update");
      let h = start;
      for (let round = 0; round < rounds; round += 1) {
        const bound = tf.matMul(edges.reshape([batch, n * kinds, n]), h);
        const projected = project(tf.matMul(bound.reshape([all, kinds * d]), w.matrices), w, "update");
        h = update(projected, { h: h.reshape([all, d]) }).h.reshape([batch, n, d]);
      }
      const both = tf.concat([h, start], 2).reshape([all, 2 * d]);
      const terms = tf.sigmoid(linear(both, w, "gate")).mul(linear(h.reshape([all, d]), w, "value"));
      const read = terms.reshape([batch, n, d]).mul(mask).sum(1);
      const answer = linear(tf.relu(linear(read, w, "hidden")), w, "answer");
      return answer.sub(targets).square().mean();
    },
  },
};
