"""PyTorch on one thread: a request a line on standard input, its answer a line on standard output.

`{"act": "version"}`, `{"act": "load", "plan": …, "weights": […], "batch": […]}`, where an array is
`{"name": …, "shape": […], "whole": …, "values": […]}`, or `{"act": "run", "steps": n}`; and then
`{"result": …}` or `{"error": …}`.
"""

import json
import sys
import time

import torch

from models import MODELS

torch.set_num_threads(1)


def named(arrays):
    """Tensors by name, indices as whole numbers."""

    def tensor(array):
        kind = torch.int64 if array["whole"] else torch.float32
        return torch.tensor(array["values"], dtype=kind).reshape(array["shape"])

    return {array["name"]: tensor(array) for array in arrays}


def load(plan, weights, batch):
    """The function that takes one training step and returns the loss before it."""
    adapt, loss_of = MODELS[plan["family"]]
    w = {name: value.requires_grad_() for name, value in adapt(named(weights)).items()}
    data = named(batch)
    adam = torch.optim.Adam(w.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, fused=True)

    def step():
        adam.zero_grad(set_to_none=True)
        loss = loss_of(w, data, plan["sizes"])
        loss.backward()
        adam.step()
        return loss.item()

    return step


class Peer:
    """What it was asked to train."""

    def version(self):
        """The library's."""
        return torch.__version__

    def load(self, plan, weights, batch):
        """A model with its first weights."""
        self.step = load(plan, weights, batch)

    def run(self, steps):
        """So many steps on the clock."""
        begun = time.perf_counter()
        losses = [self.step() for _ in range(steps)]
        return {"ms": 1000 * (time.perf_counter() - begun), "losses": losses}


def main():
    """Answers until the input ends."""
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": getattr(peer, request.pop("act"))(**request)}
        except Exception as error:  # Whatever it is, the bench says it and goes on.
            answer = {"error": str(error).split("\n")[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
