"""Pass over the data, minibatch by minibatch: the loop that `fit` and `sweep` share."""

from typing import NamedTuple

import numpy as np

from course_lib.arguments import in_range
from course_lib.data import minibatch_indices


class Step(NamedTuple):
    """What a step leaves: its number, the epoch it belongs to, the rows seen before it in this epoch, and the rest."""

    t: int
    epoch: int
    rows_before: int
    loss: np.ndarray
    grad: np.ndarray
    w: np.ndarray
    state: object
    ends_epoch: bool


def as_seeds(name, value):
    """Return whole numbers of at least 0 as an array, or raise an error that names the argument."""
    seeds = in_range(name, value, 0)
    if seeds.size == 0 or (seeds != np.floor(seeds)).any():
        raise ValueError(f"{name} must be a whole number, or an array of them, got {value!r}")
    return seeds.astype(np.int64)


def starts(model, seeds):
    """Return a generator for each seed, and the start that it has drawn, of shape (…, p) for seeds of shape (…)."""
    rngs = [np.random.default_rng(seed) for seed in seeds.flat]
    drawn = [model.init(rng) for rng in rngs]
    return rngs, np.array(drawn).reshape(*seeds.shape, model.size)


def steps(objective, optimizer, w, state, epochs, batches, t=0):
    """Yield every `Step` of so many epochs, from `w` and `state` after `t` steps.

    `batches()` gives the minibatches of the next epoch: rows of shape (b,), or (…, b) with lanes; None stands for
    all rows in their order. The objective may be anything with `value_and_grad(w)`, and `rows(indices)` that
    returns such a thing: a loss whose shards lie elsewhere, too.
    """
    for epoch in range(epochs):
        done, of_this_epoch = 0, batches()
        for i, indices in enumerate(of_this_epoch, start=1):
            batch = objective if indices is None else objective.rows(indices)
            loss, grad = batch.value_and_grad(optimizer.gradient_point(w, state))
            t += 1
            w, state = optimizer.step(w, grad, state, t)
            yield Step(t, epoch, done, loss, grad, w, state, i == len(of_this_epoch))
            done += 0 if indices is None else indices.shape[-1]


def minibatches(n, batch_size, rngs, shape, replace=False):
    """Return a function that draws the minibatches of an epoch, each seed its own: (b,), or (…, b) for (…) seeds."""
    if batch_size == n and not replace:
        return lambda: [None]

    def draw():
        of_each_seed = [minibatch_indices(n, batch_size, rng, replace) for rng in rngs]
        return [np.reshape(indices, (*shape, -1)) for indices in zip(*of_each_seed, strict=True)]

    return draw
