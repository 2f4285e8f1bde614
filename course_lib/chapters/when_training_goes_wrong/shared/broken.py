"""Digits of which a few are broken, to train on with somebody's way to clip."""

import functools

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared.network import digits, forward, gradient, initial, joint_norm
from course_lib.chapters.when_training_goes_wrong.shared.patients import Recipe

RECIPE = Recipe(seed=31, huge=5, widths=(64, 48, 10))


@functools.cache
def broken_digits():
    """Return 600 digits; five rows show one picture in another unit, with the labels of five others."""
    return RECIPE.data()


def train_with(clip, limit, lr=0.1, steps=300):
    """Return the parameters after so many steps, whose gradients `clip(grads, limit)` shortens."""
    data, rng = broken_digits(), np.random.default_rng(RECIPE.seed)
    parameters = initial(RECIPE.widths, rng)
    for _ in range(steps):
        rows = rng.integers(len(data.y), size=32)
        grads = gradient(parameters, data.X[rows], data.y[rows])
        parameters = [w - lr * np.asarray(g) for w, g in zip(parameters, clip(grads, limit), strict=True)]
    return parameters


def unseen(parameters):
    """Return the share of the 449 digits held out that are read right."""
    _, test = digits()
    return float((forward(parameters, test.X)[-1].argmax(axis=1) == test.y).mean())


def gradient_lengths(steps, lr=0.1):
    """Return the lengths of gradients in a run that skips broken batches: of those without and with such a row.

    Nothing is clipped. Two arrays, as many numbers as there are batches of each kind.
    """
    data, rng, lengths = broken_digits(), np.random.default_rng(RECIPE.seed), ([], [])
    parameters = initial(RECIPE.widths, rng)
    broken = np.linalg.norm(data.X, axis=1) > 100
    for _ in range(steps):
        rows = rng.integers(len(data.y), size=32)
        grads = gradient(parameters, data.X[rows], data.y[rows])
        lengths[int(broken[rows].any())].append(joint_norm(grads))
        if not broken[rows].any():
            parameters = [w - lr * np.asarray(g) for w, g in zip(parameters, grads, strict=True)]
    return tuple(map(np.array, lengths))
