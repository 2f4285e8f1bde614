"""The parts of a sweep: what each one computes, wherever it runs."""

import inspect
import pickle
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_lib.data import Data
from course_lib.models import Model
from course_lib.training.fitting import judged
from course_lib.training.lanes import lane_shape
from course_lib.training.stepping import minibatches, starts, steps
from course_lib.training.sweeps import CURVES
from course_lib.training.threads import one_thread

DIED = "the process that ran it died"
GIVEN = ("rule", "lr", "seed", "data", "validation", "epochs", "batch_size")


class Part(NamedTuple):
    """A piece of a sweep: which rule, rates, seeds and fold, by their places on the axes."""

    rule: int
    lrs: slice
    seeds: slice
    fold: int

    @property
    def place(self):
        """Where its numbers stand among those of rules × lrs × seeds × folds."""
        return self.rule, self.lrs, self.seeds, self.fold


class Outcome(NamedTuple):
    """What became of a part: its numbers by name, or the error."""

    numbers: dict | None = None
    error: BaseException | None = None


@dataclass(frozen=True, eq=False)
class Training:
    """What the parts of one rule and one fold share: all that a worker needs, besides rates and seeds.

    `rule` makes an update rule of a learning rate. `lanes` tells whether it may be given many at once.
    """

    model: Model
    rule: object
    data: Data
    validation: Data | None
    epochs: int
    batch_size: int | None
    curves: bool
    lanes: bool

    def run(self, lrs, seeds, tell):
        """Return the numbers of all rates and seeds by name: (L, S), curves (epochs + 1, L, S)."""
        shape = (len(lrs), len(seeds))
        lanes = shape if self.lanes else ()
        if len(seeds) == 1:  # an axis of one seed would cut each matrix product into one for every rate
            seeds, lanes = np.asarray(seeds[0]), lanes[:1]
        rule = self.rule(lrs.reshape(-1, *(1,) * len(lanes)) if lanes else float(lrs[0]))
        # A run that leaves the finite numbers is data here, so its overflow is no warning.
        with np.errstate(all="ignore"):
            looks = [self._look(w) for w in self._points(rule, seeds, lanes, tell)]
        curves = {name: np.array([look[name] for look in looks]).reshape(-1, *shape) for name in looks[0]}
        lost = np.logical_or.accumulate(curves.pop("lost"), axis=0)
        for name, values in curves.items():
            values[lost] = np.nan if name == "validation_score" else np.inf
        numbers = {name: values[-1] for name, values in curves.items()}
        return numbers | {CURVES[name]: values for name, values in curves.items() if self.curves}

    def _points(self, rule, seeds, lanes, tell):
        """Yield the points to look at: the last one, or the first and that after each epoch."""
        n = len(self.data)
        rngs, w = starts(self.model, seeds)
        if lane_shape(rule, w) != (*lanes, self.model.size):
            raise ValueError(f"a rule of a sweep has one learning rate and no lanes of its own, got {rule}")
        w = np.array(np.broadcast_to(w, (*lanes, self.model.size)))
        if self.curves or self.epochs == 0:
            yield w
        batches = minibatches(n, n if self.batch_size is None else self.batch_size, rngs, seeds.shape)
        for step in steps(_Gradients(self.model.on(*self.data)), rule, w, rule.init(w), self.epochs, batches):
            if step.ends_epoch:
                tell((step.epoch + 1) / self.epochs)
                if self.curves or step.epoch + 1 == self.epochs:
                    yield rule.reported(step.w, step.state)

    def _look(self, w):
        loss = self.model.on(*self.data).value(w)
        look = {"loss": loss, "lost": ~(np.isfinite(loss) & np.isfinite(w).all(axis=-1))}
        if self.validation is not None:
            look["validation_loss"], look["validation_score"] = judged(self.model, w, self.validation)
        return look


@dataclass(frozen=True, eq=False)
class _Gradients:
    """An objective whose losses on minibatches nobody asks for."""

    objective: object

    def rows(self, indices):
        return _Gradients(self.objective.rows(indices))

    def value_and_grad(self, w):
        return None, self.objective.grad(w)


@dataclass(frozen=True, eq=False)
class OwnTraining:
    """As `Training`, but a function of the reader's trains; it runs for one rate and one seed."""

    model: object
    rule: object
    data: Data | None
    validation: Data | None
    epochs: int | None
    batch_size: int | None
    curves: bool

    lanes = False

    def run(self, lrs, seeds, tell):
        """Return the numbers of the one rate and seed, as `Training.run` does."""
        shared = {name: getattr(self, name) for name in ("rule", "data", "validation", "epochs", "batch_size")}
        given = shared | {"lr": float(lrs[0]), "seed": int(seeds[0])}
        result = self.model(**{name: given[name] for name in asked_for(self.model)})
        results = result if isinstance(result, tuple) else (result,)
        if len(results) > 2:
            raise ValueError(f"{_name(self.model)} must return its loss, or (loss, validation_loss), got {result!r}")
        numbers = {}
        for name, values in zip(("loss", "validation_loss"), results):
            values = self._checked(name, values)
            numbers[name] = values[-1:].reshape(1, 1)
            if self.curves:
                numbers[CURVES[name]] = values.reshape(-1, 1, 1)
        return numbers

    def _checked(self, name, values):
        try:
            values = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"{_name(self.model)} must return numbers, got {values!r} for the {name}") from None
        if values.ndim > 1 or values.size == 0:
            raise ValueError(f"{_name(self.model)} must return one {name} or its curve, got shape {values.shape}")
        if self.curves and values.shape != (self.epochs + 1,):
            wanted = f"the {name} before the first epoch and after each, shape ({self.epochs + 1},)"
            raise ValueError(f"with curves=True {_name(self.model)} must return {wanted}, got shape {values.shape}")
        values = np.atleast_1d(values)
        values[np.logical_or.accumulate(~np.isfinite(values))] = np.inf
        return values


def asked_for(train):
    """Return which of the things that a sweep gives a reader's function asks for, by name."""
    kinds = inspect.Parameter
    arguments = inspect.signature(train).parameters.values()
    if any(each.kind is kinds.VAR_KEYWORD for each in arguments):
        return GIVEN
    arguments = [each for each in arguments if each.kind is not kinds.VAR_POSITIONAL]
    for each in arguments:
        if each.kind is kinds.POSITIONAL_ONLY or (each.name not in GIVEN and each.default is kinds.empty):
            raise TypeError(f"{_name(train)} needs {each.name}, but sweep gives only {', '.join(GIVEN)}, by name")
    return tuple(each.name for each in arguments if each.name in GIVEN)


def _name(function):
    return getattr(function, "__name__", repr(function))


@lru_cache(maxsize=8)
def unpacked(packed):
    """Return what was packed for another process; the parts that share it come one after the other."""
    import cloudpickle

    return cloudpickle.loads(packed)


def run_part(training, lrs, seeds, tell=lambda share: None):
    """Run a part, of a `Training` or its packed bytes; return its `Outcome`, the error too, whatever it is."""
    try:
        training = unpacked(training) if isinstance(training, bytes) else training
        with one_thread():
            return Outcome(numbers=training.run(lrs, seeds, tell))
    except (Exception, SystemExit) as error:
        return Outcome(error=_portable(error))


def run_apart(*call):
    """As `run_part`, in a process below this one: if it dies, this one lives to tell."""
    program = (
        "import pickle, sys; from course_lib.training.parts import run_part; "
        "call = pickle.load(sys.stdin.buffer); out, sys.stdout = sys.stdout, sys.stderr; "
        "pickle.dump(run_part(*call), out.buffer)"
    )
    child = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(call), stdout=subprocess.PIPE, check=False
    )
    if child.returncode:
        return Outcome(error=RuntimeError(f"{DIED}, with code {child.returncode}"))
    return pickle.loads(child.stdout)


def _portable(error):
    """Return the error, or one that says the same, where it could not travel to another process."""
    import cloudpickle

    try:
        cloudpickle.loads(cloudpickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
