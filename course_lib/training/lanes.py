"""The lanes of a run: which shape rule and start make together."""

import numpy as np

from course_lib.optimizers import Optimizer


def require_rule(optimizer):
    """Raise a `TypeError` that names the argument, if this is no update rule."""
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        raise TypeError(f"optimizer must be a rule with settings, {optimizer.__name__}(lr=0.1), got the class alone")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be an update rule such as GradientDescent(lr=0.1), got {optimizer!r}")


def lane_shape(optimizer, w0):
    """Return the shape of all points of a step: the lanes of rule and start, then the coordinates."""
    require_rule(optimizer)
    if w0.ndim == 0 or w0.shape[-1] == 0:
        raise ValueError(f"w0 must have at least one coordinate on its last axis, got shape {w0.shape}")
    lanes = optimizer.lanes()
    if lanes and lanes[-1] not in (1, w0.shape[-1]):
        raise ValueError(
            f"the hyper-parameters have shape {lanes}, but w0 has {w0.shape[-1]} coordinates; "
            f"give them a last axis of length 1, as in lr=rates[:, None]"
        )
    try:
        return np.broadcast_shapes(lanes, w0.shape)
    except ValueError:
        raise ValueError(f"w0 of shape {w0.shape} does not broadcast with hyper-parameters of shape {lanes}") from None


def coordinates_first(shape):
    """Return an empty array of shape (steps, …, d) that stores each coordinate's lanes side by side.

    Sweeps are then fast: a learning rate of shape (lanes, 1) meets long contiguous rows.
    """
    steps, *lanes, d = shape
    return np.moveaxis(np.empty((steps, d, *lanes)), 1, -1)


def rates_of(optimizer, steps, shape):
    """Return the learning rate of each step and lane, shape (steps, …), with coordinates where each has its own."""
    first = rates = optimizer.learning_rate(1)
    if callable(optimizer.lr):
        rates = np.array([optimizer.learning_rate(t) for t in range(1, steps + 1)])
        rates = rates.reshape(steps, *(1,) * (len(shape) - first.ndim), *first.shape)
    rates = np.broadcast_to(rates, (steps, *shape))
    return rates if first.shape[-1:] not in ((), (1,)) else rates[..., 0]
