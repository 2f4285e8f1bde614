"""Runs whose steps ask the loss how far to go."""

from types import SimpleNamespace

import numpy as np

from course_lib.theory.local_models import backtrack


def search(objective, start, direction, steps, lr=1.0, growth=None, slope=0.5):
    """Return a run that goes along `direction(w)` at rates found by backtracking.

    Parameters
    ----------
    objective
        Has `value(w)` and `grad(w)`.
    start : array of shape (d,)
    direction : function
        From a point to where the step goes at the rate 1.
    steps : int
    lr : number, default 1
        The first rate that is tried.
    growth : number, optional
        The next step first tries the rate accepted last, times this number; by default it tries `lr` again.
    slope : number or None, default ½
        The share of the promised decrease that will do. None takes every step at the rate `lr`, unasked.

    Returns
    -------
    A namespace with `w` of shape (steps + 1, d), `loss` of shape (steps + 1,), and of shape (steps,) the
    accepted `rates` and how many `trials` each took. A run that leaves the finite numbers, or comes to a
    point without a direction, is NaN from there on.

    Examples
    --------
    >>> run = search(Quadratic([1.0, 10.0]), [1.0, 1.0], lambda w: -w * [1, 10], steps=2, growth=2)
    >>> print(run.rates, run.trials)
    [0.0625 0.0625] [5 2]
    """
    w, path = np.asarray(start, dtype=float), np.full((steps + 1, len(start)), np.nan)
    rates, trials, path[0] = np.full(steps, np.nan), np.ones(steps, dtype=int), w
    with np.errstate(all="ignore"):
        for t in range(steps):
            try:
                move = direction(w)
            except np.linalg.LinAlgError:  # no curvature is left
                break
            if slope is None:
                w = w + lr * move
            else:
                w, lr_found, trials[t] = backtrack(objective.value, w, objective.grad(w), move, lr, slope=slope)
                rates[t], lr = lr_found, lr_found * growth if growth else lr
            if not np.isfinite(w).all():
                break
            path[t + 1] = w
        loss = np.array([objective.value(w) for w in path])
    return SimpleNamespace(w=path, loss=loss, rates=rates, trials=trials)


def highest_from_here(values):
    """Return, for each place on axis 0, the largest value there and later: what a run stays below."""
    return np.maximum.accumulate(np.asarray(values)[::-1], axis=0)[::-1]
