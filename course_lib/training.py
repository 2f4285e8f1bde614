"""Run a rule on a surface, or train a model on data, and return what happened."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from course_lib.arguments import as_numbers, in_range, whole
from course_lib.data import Data, batch_rows, minibatch_indices
from course_lib.models import Model
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
        The learning rate of each step; of shape (steps, …, d) where the coordinates have their own.
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
        try:
            diverged = np.asarray(self.diverged)[lane]
        except IndexError:
            lanes = f"the lanes have shape {self.diverged.shape}" if self.diverged.ndim else "this is a single run"
            raise IndexError(f"there is no lane {', '.join(map(repr, lane))}: {lanes}") from None
        # An ellipsis stands for lanes alone: the coordinates come after them.
        whole_points = (slice(None),) if any(part is Ellipsis for part in lane) else ()
        every_step = (slice(None), *lane)
        lr = self.lr[every_step + (whole_points if self.lr.ndim == self.w.ndim else ())]
        return Trajectory(
            self.w[every_step + whole_points], self.loss[every_step], lr, diverged, self.objective, self.optimizer
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
    steps = whole("steps", steps)
    shape = _lane_shape(optimizer, w0)
    minimum = getattr(objective, "minimum", None)
    if minimum is not None and np.shape(minimum) != shape[-1:]:
        raise ValueError(f"w0 must have {np.size(minimum)} coordinates on its last axis, got shape {w0.shape}")
    path = _coordinates_first((steps + 1, *shape))
    # A run that leaves the finite numbers is data here, so its overflow is no warning.
    with np.errstate(all="ignore"):
        path[0] = w0
        w = path[0]
        state = optimizer.init(w)
        for t in range(1, steps + 1):
            grad = objective.grad(w)
            if np.shape(grad) != w.shape:
                raise ValueError(f"objective.grad must return the shape of w, {w.shape}, got {np.shape(grad)}")
            w, state = optimizer.step(w, grad, state, t)
            path[t] = w
        loss = _along(objective.value, path)
    diverged = mark_diverged(path, loss)
    return Trajectory(path, loss, _rates(optimizer, steps, shape), diverged, objective, optimizer)


@dataclass(frozen=True, eq=False)
class History:
    """What happened in `fit`; the leading axes of the runs are called lanes.

    A lane that leaves the finite numbers is marked from that epoch on: its `w` and `validation_score`
    are NaN, its losses infinite. The other lanes are not touched by it.

    Attributes
    ----------
    w : array of shape (epochs + 1, …, p)
        The parameters before the first epoch and after each.
    loss : array of shape (epochs + 1, …)
        Their loss on all training data.
    batch_loss : array of shape (steps, …)
        The loss of each step's minibatch, before the step.
    passes : array of shape (steps,)
        How many passes over the data were done before each step: the axis for `batch_loss`.
    lr : array of shape (steps, …)
        The learning rate of each step.
    diverged : bool, or array of bool of the lanes' shape
        Whether the run left the finite numbers.
    validation_loss, validation_score : arrays of shape (epochs + 1, …), or None
        Loss and score (R² or accuracy) on the validation data, where there are any.
    model, optimizer
        What was trained, and by which rule.
    """

    w: np.ndarray
    loss: np.ndarray
    batch_loss: np.ndarray
    passes: np.ndarray
    lr: np.ndarray
    diverged: np.ndarray
    validation_loss: np.ndarray
    validation_score: np.ndarray
    model: Model
    optimizer: Optimizer

    @property
    def epochs(self):
        """The number of epochs, each one pass over the data."""
        return len(self.loss) - 1

    @property
    def steps(self):
        """The number of steps."""
        return len(self.batch_loss)

    def epochs_to(self, tol):
        """Return the first epoch after which the training loss is at most `tol`, infinity where there is none.

        0 is before the first. One run gives a number, a batch an array of the lanes' shape.
        """
        return first_step_to(self.loss, tol)

    def __getitem__(self, lane):
        """Return the run, or runs, of a lane: `run[3]` or `run[3, 0]`."""
        lane = lane if isinstance(lane, tuple) else (lane,)
        select = (slice(None), *lane)
        names = ("w", "loss", "batch_loss", "lr", "validation_loss", "validation_score")
        kept = {name: getattr(self, name)[select] for name in names if getattr(self, name) is not None}
        return dataclasses.replace(self, diverged=self.diverged[lane], **kept)

    def __repr__(self):
        runs = "1 run" if self.diverged.ndim == 0 else f"{self.diverged.size} runs"
        diverged = int(self.diverged.sum())
        return f"History({runs} of {self.epochs} epochs, {diverged} diverged, {self.model}, {self.optimizer})"


def fit(
    model, data, optimizer, epochs, batch_size=None, seed=0, w0=None, replace=False, validation=None, progress=None
):
    """Train a model on data; return what happened in each epoch and each step.

    Every seed is a lane: it draws its own start and its own minibatches. Seeds of shape (S,) make the
    last lane axis, so a learning rate of shape (L, 1, 1) gives (L, S) lanes, L runs for each seed
    on the same minibatches.

    Parameters
    ----------
    model : Model
        What to train (see `course_lib.models`).
    data : Data
        The training data, n rows.
    optimizer : Optimizer
        Its hyper-parameters broadcast against parameters of shape (…, p), as in `minimize`.
    epochs : int
        How many passes over the data.
    batch_size : int or None, default None
        Rows in a minibatch, 1 to n; the last of an epoch may be shorter. None takes all rows each step.
    seed : int or array of ints, default 0
        Of start and minibatches. The minibatches do not depend on `w0`.
    w0 : array of shape (…, p) or None, default None
        The start; None lets each seed draw one by `model.init`.
    replace : bool, default False
        Draw minibatches with replacement instead of shuffling (see `minibatch_indices`).
    validation : Data or None, default None
        Data to look at after each epoch, never trained on.
    progress : function or None, default None
        Called as `progress(epoch, epochs)` after each epoch.

    Returns
    -------
    History
        With lanes of the broadcast shape. A lane equals its own run alone to rounding: matrix
        products of other shapes may add in another order.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, out of range, or does not fit the others.

    Examples
    --------
    >>> train, test = standardize(*split(load_diabetes()))
    >>> model = LinearRegression(10)
    >>> run = fit(model, train, GradientDescent(lr=0.05), epochs=20, batch_size=32, validation=test)
    >>> print(run.steps, run.loss.shape, run.validation_score[-1].round(2))
    220 (21,) 0.49
    """
    _require_model_and_data(model, data, validation)
    epochs = whole("epochs", epochs)
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function of (epoch, epochs), got {progress!r}")
    n = len(data)
    if batch_size is None and replace:
        raise ValueError("replace=True draws minibatches: give it a batch_size")
    batch_size = n if batch_size is None else batch_rows("batch_size", batch_size, n)
    seeds = _seeds(seed)
    rngs = [np.random.default_rng(seed) for seed in seeds.flat]
    drawn = np.array([model.init(rng) for rng in rngs]).reshape(*seeds.shape, model.size)
    w0 = drawn if w0 is None else _start(w0, drawn.shape)
    shape = _lane_shape(optimizer, w0)
    objective = model.on(*data)
    path = np.empty((epochs + 1, *shape))
    batch_loss, passes = [], []
    # A run that leaves the finite numbers is data here, so its overflow is no warning.
    with np.errstate(all="ignore"):
        path[0] = w0
        w = path[0]
        state = optimizer.init(w)
        for epoch in range(epochs):
            done = 0
            for indices in _epoch(n, batch_size, rngs, replace, seeds.shape):
                batch = objective if batch_size == n and not replace else objective.rows(indices)
                loss, grad = batch.value_and_grad(w)
                w, state = optimizer.step(w, grad, state, t=len(passes) + 1)
                batch_loss.append(loss)
                passes.append(epoch + done / n)
                done += indices.shape[-1]
            path[epoch + 1] = w
            if progress is not None:
                progress(epoch + 1, epochs)
        loss = objective.value(path)
        diverged = mark_diverged(path, loss)
        held_out = (None, None) if validation is None else _judge(model, path, validation)
    batch_loss = np.array(batch_loss).reshape(-1, *shape[:-1])
    batch_loss[np.logical_or.accumulate(~np.isfinite(batch_loss), axis=0)] = np.inf
    rates = _rates(optimizer, len(passes), shape)
    return History(path, loss, batch_loss, np.array(passes), rates, diverged, *held_out, model, optimizer)


def first_step_to(loss, tol):
    """Return the first index on axis 0 at which `loss` is at most `tol`, infinity where there is none."""
    tol, lanes = as_numbers("tol", tol), loss.shape[1:]
    try:
        reached = loss <= np.broadcast_to(tol, lanes)
    except ValueError:
        raise ValueError(f"tol of shape {tol.shape} does not broadcast with the lanes' shape {lanes}") from None
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
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        raise TypeError(f"optimizer must be a rule with settings, {optimizer.__name__}(lr=0.1), got the class alone")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be an update rule such as GradientDescent(lr=0.1), got {optimizer!r}")
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


def _require_model_and_data(model, data, validation):
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model such as LinearRegression(10), got {model!r}")
    for name, value in dict(data=data, validation=validation).items():
        if not isinstance(value, Data) and not (name == "validation" and value is None):
            raise TypeError(f"{name} must be Data, such as load_diabetes() returns, got {type(value).__name__}")


def _seeds(seed):
    seeds = in_range("seed", seed, 0)
    if seeds.size == 0 or (seeds != np.floor(seeds)).any():
        raise ValueError(f"seed must be a whole number, or an array of them, got {seed!r}")
    return seeds.astype(np.int64)


def _start(w0, shape):
    """Return the given start, with the lanes of the seeds."""
    w0 = as_numbers("w0", w0)
    if w0.shape[-1:] != shape[-1:]:
        raise ValueError(f"w0 must have the model's {shape[-1]} parameters on its last axis, got shape {w0.shape}")
    try:
        return np.broadcast_to(w0, np.broadcast_shapes(w0.shape, shape))
    except ValueError:
        raise ValueError(f"w0 of shape {w0.shape} does not broadcast with seeds of shape {shape[:-1]}") from None


def _epoch(n, batch_size, rngs, replace, shape):
    """Return the rows of each minibatch of an epoch: shape (b,), or (…, b) for seeds of shape (…)."""
    of_each_seed = [minibatch_indices(n, batch_size, rng, replace) for rng in rngs]
    return [np.reshape(indices, (*shape, -1)) for indices in zip(*of_each_seed, strict=True)]


def _judge(model, path, data):
    """Return loss and score of every point of `path` on other data."""
    loss = model.on(*data).value(path)
    return np.where(np.isnan(loss), np.inf, loss), model.score(path, *data)


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
        points = path[first : first + block]
        values = value(points)
        if np.shape(values) != points.shape[:-1]:
            raise ValueError(
                f"objective.value must return one number for each point, so for w of shape {points.shape} the shape "
                f"{points.shape[:-1]}, got {np.shape(values)}; sum over the last axis alone, with axis=-1"
            )
        loss[first : first + block] = values
    return loss


def _rates(optimizer, steps, shape):
    """Return the learning rate of each step and lane, shape (steps, …), with coordinates where each has its own."""
    first = rates = optimizer.learning_rate(1)
    if callable(optimizer.lr):
        rates = np.array([optimizer.learning_rate(t) for t in range(1, steps + 1)])
        rates = rates.reshape(steps, *(1,) * (len(shape) - first.ndim), *first.shape)
    rates = np.broadcast_to(rates, (steps, *shape))
    return rates if first.shape[-1:] not in ((), (1,)) else rates[..., 0]


def _require(value, name, *methods):
    if isinstance(value, type):
        raise TypeError(f"{name} must be an object, {value.__name__}(), got the class alone")
    for method in methods:
        if not callable(getattr(value, method, None)):
            raise TypeError(f"{name} must have a method {method!r}, got {value!r}")
