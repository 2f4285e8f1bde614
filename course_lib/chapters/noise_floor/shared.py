"""Runs with noise, as the chapter and its exercises make them; each is the loop of `fit` that looks at every step."""

import numpy as np

from course_lib.data import points_around_a_line
from course_lib.models import LinearRegression
from course_lib.theory.noise import RowNoise

# The problem that the explorer and an exercise drag on: a line through 442 points.
DATA = points_around_a_line()
LOSS = LinearRegression(1).on(*DATA)
NOISE = RowNoise(*DATA)


def descend(bowl, w, rates, rng):
    """Run SGD on a bowl whose gradient has independent noise of variance 1 in each coordinate.

    Parameters
    ----------
    bowl : Quadratic
    w : array of shape (…, runs, d)
        The starts.
    rates : array of shape (steps, …)
        The learning rate of each step, one for all runs of a group.
    rng : numpy.random.Generator

    Returns
    -------
    points : array of shape (steps + 1, …, runs, d)
        The points, the start first, in single precision.
    """
    path = np.empty((len(rates) + 1, *w.shape), dtype=np.float32)
    path[0] = w
    for t, lr in enumerate(np.asarray(rates)):
        w = w - lr[..., np.newaxis, np.newaxis] * (bowl.grad(w) + rng.normal(size=w.shape))
        path[t + 1] = w
    return path


def sgd_losses(loss, w, lr, batches):
    """Run SGD on data and return the loss on all rows before and after each step: shape (steps + 1, …, runs).

    `batches` gives each run its rows, step by step: shape (steps, runs, B). What diverges becomes infinite.
    """
    losses = [loss.value(w)]
    with np.errstate(all="ignore"):
        for rows in batches:
            w = w - lr * loss.rows(rows).grad(w)
            losses.append(loss.value(w))
    return np.nan_to_num(losses, nan=np.inf)


def sgd_mean(loss, w, lr, batches, every=20):
    """Run SGD on data; return the mean of each run's points, and the mean of the losses at every 20th of them."""
    total, losses = np.zeros_like(w), []
    for t, rows in enumerate(batches, start=1):
        w = w - lr * loss.rows(rows).grad(w)
        total += w
        if t % every == 0:
            losses.append(loss.value(w))
    return total / len(batches), np.mean(losses, axis=0)
