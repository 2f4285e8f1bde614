"""What several exercises of this chapter use."""

import numpy as np


def averaged(grad, m, v, beta1, beta2):
    """Return both averages with the new gradient in them."""
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


def moved(w, m, v, t, lr, beta1, beta2, eps):
    """Return where Adam goes with these averages at step t."""
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


GRADS = ([3.0, -0.2], [1.0, 0.4], [-2.0, 0.1], [0.5, -0.3], [4.0, 0.0])


def inputs(rng, *more):
    """Yield points, gradients, averages and settings; `more` are the settings that come last."""
    zeros, none = np.zeros(2), np.zeros(1)
    yield np.array([1.0, 2.0]), np.array([3.0, -4.0]), zeros, zeros, 1, 0.1, 0.9, 0.999, 1e-8, *more
    yield np.array([2.0]), np.array([0.5]), none, none, 1, 0.1, 0.5, 0.75, 0.5, *more
    yield np.array([1.0, 2.0]), np.array([0.0, 1.0]), zeros, zeros, 1, 0.2, 0.8, 0.9, 1e-3, *more
    small = np.array([1e-5, -1e-7])  # so small that it shows where an ε of 1e-8 stands
    yield np.ones(2), small, small / 2, small**2 / 2, 3, 0.1, 0.9, 0.999, 1e-8, *more
    for size, *settings in (
        (5, 3, 0.3, 0.9, 0.99, 0.2),
        (3, 2, 0.3, 0.0, 0.6, 0.1),
        (4, 7, 0.2, 0.7, 0.0, 0.1),
        (6, 10, 0.3, 0.8, 0.95, 0.1),
        (3, 400, 0.2, 0.9, 0.999, 0.1),
    ):
        w, grad, m = rng.normal(size=(3, size))
        yield w, grad, m, rng.uniform(1.0, 4.0, size=size), *settings, *more

    def five_steps(step):
        """five steps from w = [1, 1], both averages handed on, t = 1, 2, 3, 4, 5"""
        w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
        for t, grad in enumerate(GRADS, start=1):
            w, m, v = step(w, np.array(grad), m, v, t, 0.1, 0.9, 0.999, 1e-2, *more)
        return w, m, v

    yield five_steps
