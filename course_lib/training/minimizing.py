"""Run a rule on a surface."""

import numpy as np

from course_lib.arguments import as_numbers, whole_number
from course_lib.training.lanes import coordinates_first, lane_shape, rates_of
from course_lib.training.recording import Recorder
from course_lib.training.runs import Trajectory, mark_diverged


def minimize(objective, w0, optimizer, steps, record=()):
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
    record : str, function, or tuple of these, default none
        What to keep of every step besides the points, in `run.recorded` by name: "grad" (the gradients
        that the rule got), "norm" (their lengths), "state" (what the rule remembers, before the first
        step and after each), or a function of `(w, grad, state, t)`, called after each step.

    Returns
    -------
    Trajectory
        With lanes of the broadcast shape. Each lane is bitwise equal to its own run alone, or equal
        to rounding where the objective multiplies matrices, as a model's loss does.

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
    steps = whole_number("steps", steps)
    shape = lane_shape(optimizer, w0)
    minimum = getattr(objective, "minimum", None)
    if minimum is not None and np.shape(minimum) != shape[-1:]:
        raise ValueError(f"w0 must have {np.size(minimum)} coordinates on its last axis, got shape {w0.shape}")
    recorder = Recorder(record, objective.value, shape[:-1])
    path = coordinates_first((steps + 1, *shape))
    # A run that leaves the finite numbers is data here, so its overflow is no warning.
    with np.errstate(all="ignore"):
        path[0] = w0
        w = path[0]
        state = optimizer.init(w)
        recorder.start(w, state)
        for t in range(1, steps + 1):
            grad = objective.grad(optimizer.gradient_point(w, state))
            if np.shape(grad) != w.shape:
                raise ValueError(f"objective.grad must return the shape of w, {w.shape}, got {np.shape(grad)}")
            w, state = optimizer.step(w, grad, state, t)
            path[t] = optimizer.reported(w, state)
            if record:
                recorder.after_step(path[t], grad, state, t)
        loss = _along(objective.value, path)
    diverged = mark_diverged(path, loss)
    return Trajectory(path, loss, rates_of(optimizer, steps, shape), diverged, objective, optimizer, recorder.result())


def _along(value, path):
    """Return `value` of every point of `path`, some steps at a time so that they stay in the cache."""
    loss = np.empty(path.shape[:-1])
    block = max(1, 2**14 // max(1, loss[0].size))
    for first in range(0, len(path), block):
        points = path[first : first + block]
        values = value(points)
        if np.shape(values) != points.shape[:-1]:
            raise ValueError(
                f"objective.value must return one number for each point, so for w of shape {points.shape} the shape "
                f"{points.shape[:-1]}, got {np.shape(values)}; sum over the last axis alone, with axis=-1"
            )
        loss[first : first + block] = values
    return loss


def _require(value, name, *methods):
    if isinstance(value, type):
        raise TypeError(f"{name} must be an object, {value.__name__}(), got the class alone")
    for method in methods:
        if not callable(getattr(value, method, None)):
            raise TypeError(f"{name} must have a method {method!r}, got {value!r}")
