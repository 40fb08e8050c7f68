"""The models in PyTorch: `loss(weights, batch, sizes)`, and `adapt` where weights are laid out
differently there."""

import torch
from torch.nn import functional as F

# Ours stand in the order i, f, o, g; PyTorch's in i, f, g, o.
GATES = [0, 1, 3, 2]


def linear(x, w, name):
    return torch.addmm(w[f"{name}.bias"], x, w[f"{name}.weight"])


def torch_layout(w, name, blocks):
    """A cell's weights as PyTorch has them: transposed, its blocks in PyTorch's order."""

    def ordered(matrix):
        parts = matrix.chunk(len(blocks), dim=-1)
        return torch.cat([parts[block] for block in blocks], dim=-1).t().contiguous()

    input_, recurrent, bias = (w.pop(f"{name}.{part}") for part in ("input", "recurrent", "bias"))
    return {
        f"{name}.input": ordered(input_),
        f"{name}.recurrent": ordered(recurrent),
        f"{name}.bias": ordered(bias.reshape(1, -1)).reshape(-1),
    }


def with_cells(cells, blocks):
    def adapt(w):
        w = dict(w)
        for name in cells:
            w |= torch_layout(w, name, blocks)
        return w

    return adapt


def as_they_are(w):
    return w


def flat(w, name):
    """The flat list that PyTorch's recurrences take; their second bias is zero and stays so."""
    bias = w[f"{name}.bias"]
    return [w[f"{name}.input"], w[f"{name}.recurrent"], bias, torch.zeros_like(bias, requires_grad=False)]


def lstm(x, state, w, name):
    """The library's own over `[T, B, …]`; h₁ … h_T, and the state after them."""
    h, *state = torch.lstm(x, state, flat(w, name), True, 1, 0.0, True, False, False)
    return h, state


def blank(batch, hidden):
    return torch.zeros(1, batch, hidden)


def gru_step(projected, h, w, name):
    """Blocks z, r, candidate; the library's own resets after the product, ours and Cho's before it."""
    hidden = h.shape[1]
    gated, fresh = projected.split([2 * hidden, hidden], dim=1)
    z, r = torch.sigmoid(torch.addmm(gated, h, w[f"{name}.gates"])).chunk(2, dim=1)
    return torch.lerp(h, torch.tanh(torch.addmm(fresh, r * h, w[f"{name}.candidate"])), z)


def project(x, w, name):
    return torch.addmm(w[f"{name}.bias"], x, w[f"{name}.input"])


def read_chars(w, batch, sizes):
    return F.embedding(batch["symbols"], w["embedding.weight"]).reshape(sizes["time"], sizes["batch"], -1)


def char_scores(h, w, batch, sizes):
    return F.cross_entropy(linear(h.reshape(-1, sizes["hidden"]), w, "head"), batch["targets"])


def char_lstm(w, batch, sizes):
    start = blank(sizes["batch"], sizes["hidden"])
    h, _ = lstm(read_chars(w, batch, sizes), [start, start], w, "cell.Lstm")
    return char_scores(h, w, batch, sizes)


def char_rnn(w, batch, sizes):
    start = blank(sizes["batch"], sizes["hidden"])
    x, weights = read_chars(w, batch, sizes), flat(w, "cell.Rnn")
    h, _ = torch.rnn_tanh(x, start, weights, True, 1, 0.0, True, False, False)
    return char_scores(h, w, batch, sizes)


def char_gru(w, batch, sizes):
    table = project(w["embedding.weight"], w, "cell.Gru")
    projected = F.embedding(batch["symbols"], table).reshape(sizes["time"], sizes["batch"], -1)
    h, seen = torch.zeros(sizes["batch"], sizes["hidden"]), []
    for x in projected.unbind():
        h = gru_step(x, h, w, "cell.Gru")
        seen.append(h)
    return char_scores(torch.stack(seen), w, batch, sizes)


def mlp(w, batch, sizes):
    first = F.relu(linear(batch["x"], w, "first"))
    second = F.relu(linear(first, w, "second"))
    return F.cross_entropy(linear(second, w, "third"), batch["targets"])


def with_channels_first(w):
    """Kernels with channels written, channels read, rows, columns; what reads them in the order of theirs."""
    w = dict(w)
    for name in ("first.weight", "second.weight"):
        seen, to = w[name].shape
        w[name] = w[name].reshape(3, 3, seen // 9, to).permute(3, 2, 0, 1).contiguous()
    channels = w["second.weight"].shape[0]
    features, classes = w["head.weight"].shape
    half = round((features / channels) ** 0.5)
    head = w["head.weight"].reshape(half, half, channels, classes).permute(2, 0, 1, 3)
    w["head.weight"] = head.reshape(features, classes).contiguous()
    return w


def conv(w, batch, sizes):
    def layer(x, name, stride):
        return F.relu(F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"].reshape(-1), stride=stride, padding=1))

    size, side = sizes["batch"], sizes["side"]
    seen = layer(layer(batch["x"].reshape(size, 1, side, side), "first", 1), "second", 2)
    return F.cross_entropy(linear(seen.reshape(size, -1), w, "head"), batch["targets"])


def transformer(w, batch, sizes):
    width, heads, time = sizes["width"], sizes["heads"], sizes["time"]

    def norm(x, name):
        return F.layer_norm(x, [width], w[f"{name}.scale"], w[f"{name}.shift"])

    def attention(x):
        def split(name):
            return linear(x, w, name).reshape(-1, time, heads, width // heads).transpose(1, 2)

        seen = F.scaled_dot_product_attention(split("queries"), split("keys"), split("values"), is_causal=True)
        return linear(seen.transpose(1, 2).reshape(-1, width), w, "joined")

    picked = F.embedding(batch["symbols"], w["symbols.weight"]).reshape(-1, time, width)
    x = (picked + w["places.weight"]).reshape(-1, width)
    x = x + attention(norm(x, "norms.0"))
    x = x + linear(F.relu(linear(norm(x, "norms.1"), w, "widen")), w, "narrow")
    return F.cross_entropy(linear(norm(x, "norms.2"), w, "head"), batch["targets"])


def pointer(w, batch, sizes):
    n, hidden, size = sizes["points"], sizes["hidden"], sizes["batch"]
    start = blank(size, hidden)
    e, state = lstm(batch["points"].reshape(n, size, 2), [start, start], w, "encoder")
    e = torch.cat([e, w["end"].expand(1, size, hidden)])
    keys = (e.reshape(-1, hidden) @ w["keys"]).reshape(1, n + 1, size, hidden)
    fed = torch.cat([w["go"].expand(size, 2), batch["named"]]).reshape(n + 1, size, 2)
    d, _ = lstm(fed, state, w, "decoder")
    queries = (d.reshape(-1, hidden) @ w["queries"]).reshape(n + 1, 1, size, hidden)
    scores = (torch.tanh(keys + queries).reshape(-1, hidden) @ w["v"]).reshape(n + 1, n + 1, size)
    return F.cross_entropy(scores.transpose(1, 2).reshape(-1, n + 1), batch["targets"])


def mpnn(w, batch, sizes):
    d, kinds, n = sizes["width"], sizes["kinds"], sizes["atoms"]
    mask = batch["mask"]
    start = torch.tanh(linear(batch["atoms"], w, "embed")).reshape(-1, n, d) * mask
    h = start
    for _ in range(sizes["rounds"]):
        bound = batch["edges"].reshape(-1, n * kinds, n) @ h
        projected = project(bound.reshape(-1, kinds * d) @ w["matrices"], w, "update")
        h = gru_step(projected, h.reshape(-1, d), w, "update").reshape(-1, n, d)
    both = torch.cat([h, start], dim=2).reshape(-1, 2 * d)
    terms = torch.sigmoid(linear(both, w, "gate")) * linear(h.reshape(-1, d), w, "value")
    read = (terms.reshape(-1, n, d) * mask).sum(1)
    answer = linear(F.relu(linear(read, w, "hidden")), w, "answer")
    return F.mse_loss(answer, batch["targets"])


MODELS = {
    "lstm": (with_cells(["cell.Lstm"], GATES), char_lstm),
    "gru": (as_they_are, char_gru),
    "rnn": (with_cells(["cell.Rnn"], [0]), char_rnn),
    "mlp": (as_they_are, mlp),
    "conv": (with_channels_first, conv),
    "transformer": (as_they_are, transformer),
    "pointer": (with_cells(["encoder", "decoder"], GATES), pointer),
    "mpnn": (as_they_are, mpnn),
}
