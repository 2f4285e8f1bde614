"""Run a rule on a surface, or train a model on data, and return what happened."""

from dataclasses import dataclass

import numpy as np

from course_lib.arguments import as_numbers, in_range, whole
from course_lib.optimizers import Optimizer


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What happened in `minimize`; the leading axes of the runs are called lanes.

    A lane that leaves the finite numbers is marked from that step on: its `w` is NaN and its
    `loss` infinite. The other lanes are not touched by it.

    Attributes
    ----------
    w : array of shape (steps + 1, …, d)
        The points, the start first.
    loss : array of shape (steps + 1, …)
        The objective's value at each point.
    lr : array of shape (steps, …)
        The learning rate of each step.
    diverged : bool, or array of bool of the lanes' shape
        Whether the run left the finite numbers.
    objective, optimizer
        What was minimized, and by which rule.
    """

    w: np.ndarray
    loss: np.ndarray
    lr: np.ndarray
    diverged: np.ndarray
    objective: object
    optimizer: Optimizer

    @property
    def steps(self):
        """The number of steps."""
        return len(self.loss) - 1

    def steps_to(self, tol):
        """Return the first step whose loss is at most `tol`, infinity where there is none.

        One run gives a number, a batch an array of the lanes' shape.
        """
        return first_step_to(self.loss, tol)

    def __getitem__(self, lane):
        """Return the run, or runs, of a lane: `run[3]` or `run[3, 0]`."""
        lane = lane if isinstance(lane, tuple) else (lane,)
        select = (slice(None), *lane)
        return Trajectory(
            self.w[select], self.loss[select], self.lr[select], self.diverged[lane], self.objective, self.optimizer
        )

    def __repr__(self):
        runs = "1 run" if self.diverged.ndim == 0 else f"{self.diverged.size} runs"
        return f"Trajectory({runs} of {self.steps} steps, {int(self.diverged.sum())} diverged, {self.optimizer})"


def minimize(objective, w0, optimizer, steps):
    """Descend a surface; return every point and loss on the way.

    Parameters
    ----------
    objective
        Has `value(w)` and `grad(w)`, both for points of shape (…, d) (see `course_lib.objectives`).
    w0 : array of shape (…, d)
        The start, or one for each lane.
    optimizer : Optimizer
        Its hyper-parameters broadcast against `w0`: 200 learning rates have shape (200, 1).
    steps : int
        How many steps, at least 0.

    Returns
    -------
    Trajectory
        With lanes of the broadcast shape. Each lane is bitwise equal to its own run alone.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, not finite, or does not fit the others.

    Examples
    --------
    >>> run = minimize(Quadratic([1.0, 10.0]), [1.0, 1.0], GradientDescent(lr=0.1), steps=50)
    >>> print(run.w.shape, run.steps_to(1e-3))
    (51, 2) 30
    """
    _require(objective, "objective", "value", "grad")
    w0 = as_numbers("w0", w0)
    steps = whole("steps", steps)
    shape = _lane_shape(optimizer, w0)
    path = _coordinates_first((steps + 1, *shape))
    # A run that leaves the finite numbers is data here, so its overflow is no warning.
    with np.errstate(all="ignore"):
        path[0] = w0
        w = path[0]
        state = optimizer.init(w)
        for t in range(1, steps + 1):
            w, state = optimizer.step(w, objective.grad(w), state, t)
            path[t] = w
        loss = _along(objective.value, path)
    diverged = mark_diverged(path, loss)
    return Trajectory(path, loss, _rates(optimizer, steps, shape), diverged, objective, optimizer)


def first_step_to(loss, tol):
    """Return the first index on axis 0 at which `loss` is at most `tol`, infinity where there is none."""
    tol = as_numbers("tol", tol)
    reached = loss <= tol
    first = np.where(reached.any(axis=0), reached.argmax(axis=0), np.inf)
    return first if first.ndim else (int(first) if np.isfinite(first) else np.inf)


def mark_diverged(path, loss):
    """Mark each lane, in place, from the step where it left the finite numbers; return which lanes did."""
    if np.isfinite(loss).all() and np.isfinite(path[-1]).all():  # a parameter that left once does not return
        return np.zeros(loss.shape[1:], dtype=bool)
    left = np.logical_or.accumulate(~(np.isfinite(loss) & np.isfinite(path).all(axis=-1)), axis=0)
    path[left] = np.nan
    loss[left] = np.inf
    return left[-1]


def _lane_shape(optimizer, w0):
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be an update rule such as GradientDescent(lr=0.1), got {optimizer!r}")
    if w0.ndim == 0:
        raise ValueError("w0 must have at least one axis, its coordinates; got a single number")
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


def _coordinates_first(shape):
    """Return an empty array of shape (steps, …, d) that stores each coordinate's lanes side by side.

    Sweeps are then fast: a learning rate of shape (lanes, 1) meets long contiguous rows.
    """
    steps, *lanes, d = shape
    return np.moveaxis(np.empty((steps, d, *lanes)), 1, -1)


def _along(value, path):
    """Return `value` of every point of `path`, some steps at a time so that they stay in the cache."""
    loss = np.empty(path.shape[:-1])
    block = max(1, 2**14 // max(1, loss[0].size))
    for first in range(0, len(path), block):
        loss[first : first + block] = value(path[first : first + block])
    return loss


def _rates(optimizer, steps, shape):
    """Return the learning rate of each step and lane, shape (steps, …)."""
    rates = np.array([optimizer.learning_rate(t) for t in range(1, steps + 1)]).reshape(steps, *np.shape(optimizer.learning_rate(1)))
    per_coordinate = rates.ndim > 1 and rates.shape[-1] > 1
    if per_coordinate:
        return np.broadcast_to(rates, (steps, *shape))
    rates = rates[..., 0] if rates.ndim > 1 else rates
    return np.broadcast_to(rates.reshape(steps, *(1,) * (len(shape) - rates.ndim), *rates.shape[1:]), (steps, *shape[:-1]))


def _require(value, name, *methods):
    for method in methods:
        if not callable(getattr(value, method, None)):
            raise TypeError(f"{name} must have a method {method!r}, got {value!r}")
