"""What a run returns: its points, its losses, and what was recorded on the way."""

import dataclasses
from dataclasses import dataclass, field

import numpy as np

from course_lib.arguments import as_numbers
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
    recorded : dict
        What the call's `record` named: arrays with the steps on the first axis and the lanes next.
    """

    w: np.ndarray
    loss: np.ndarray
    lr: np.ndarray
    diverged: np.ndarray
    objective: object
    optimizer: Optimizer
    recorded: dict = field(default_factory=dict)

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
        w, loss, lr = (at_lane(array, lane, self.diverged.shape) for array in (self.w, self.loss, self.lr))
        recorded = at_lane(self.recorded, lane, self.diverged.shape)
        return Trajectory(w, loss, lr, diverged, self.objective, self.optimizer, recorded)

    def __repr__(self):
        runs = "1 run" if self.diverged.ndim == 0 else f"{self.diverged.size} runs"
        return f"Trajectory({runs} of {self.steps} steps, {int(self.diverged.sum())} diverged, {self.optimizer})"


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
    recorded : dict
        What the call's `record` named: arrays with the steps on the first axis and the lanes next.
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
    recorded: dict = field(default_factory=dict)

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
        names = ("w", "loss", "batch_loss", "lr", "validation_loss", "validation_score", "recorded")
        kept = {name: at_lane(getattr(self, name), lane, self.diverged.shape) for name in names}
        return dataclasses.replace(self, diverged=self.diverged[lane], **kept)

    def __repr__(self):
        runs = "1 run" if self.diverged.ndim == 0 else f"{self.diverged.size} runs"
        diverged = int(self.diverged.sum())
        return f"History({runs} of {self.epochs} epochs, {diverged} diverged, {self.model}, {self.optimizer})"


@dataclass(frozen=True, eq=False)
class Replay:
    """What `replay` returns; the leading axes of the points are called lanes.

    Attributes
    ----------
    w : array of shape (steps + 1, …, d)
        The points, the start first.
    delta : array of shape (steps, …, d)
        By what each step moved the point.
    state : array, tuple of arrays, or None
        What the rule remembers, before the first step and after each: like its state, with the steps
        on the first axis. A part without coordinates has a last axis of length 1.
    lr : array of shape (steps, …)
        The learning rate of each step; of shape (steps, …, d) where the coordinates have their own.
    optimizer
        The rule.
    """

    w: np.ndarray
    state: object
    lr: np.ndarray
    optimizer: Optimizer

    @property
    def delta(self):
        return np.diff(self.w, axis=0)

    @property
    def steps(self):
        """The number of steps."""
        return len(self.w) - 1

    def __getitem__(self, lane):
        """Return the run, or runs, of a lane: `run[3]` or `run[3, 0]`."""
        lane = lane if isinstance(lane, tuple) else (lane,)
        lanes = self.w.shape[1:-1]
        w, state, lr = (at_lane(array, lane, lanes) for array in (self.w, self.state, self.lr))
        return Replay(w, state, lr, self.optimizer)

    def __repr__(self):
        runs = self.w[0, ..., 0].size
        return f"Replay({runs} run{'s' * (runs != 1)} of {self.steps} steps, {self.optimizer})"


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


def at_lane(value, lane, lanes):
    """Return a lane of an array whose first axis counts steps, or of each array of a dict or a tuple."""
    if isinstance(value, dict):
        return {name: at_lane(part, lane, lanes) for name, part in value.items()}
    if isinstance(value, tuple):
        parts = [at_lane(part, lane, lanes) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if value is None or value.shape[1 : 1 + len(lanes)] != lanes:  # what has no lanes is the same for all
        return value
    # An ellipsis stands for lanes alone: the coordinates come after them.
    coordinates = value.ndim - 1 - len(lanes) if any(part is Ellipsis for part in lane) else 0
    return value[(slice(None), *lane, *(slice(None),) * coordinates)]
