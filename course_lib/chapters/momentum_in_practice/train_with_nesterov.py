"""Train a classifier of digits with one's own step of Nesterov's rule."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import Data, load_digits, split, standardize
from course_lib.models import SoftmaxRegression
from course_lib.objectives import Quadratic
from course_lib.optimizers import Nesterov, own_rule
from course_lib.training import fit

ROWS, BATCH, PASSES, SEEDS, GOAL = 1344, 64, 5, 10, 0.025
OF_DESCENT = 0.034  # gradient descent at the best of many rates


@dataclass(frozen=True)
class Training:
    """The mean training loss of ten runs at the end, and whether the step is that of Nesterov's rule."""

    loss: float
    is_nesterov: bool


def library_step(w, grad, velocity, lr, momentum):
    """Take the step of the library's rule."""
    return Nesterov(lr=lr, momentum=momentum).step(w, grad, velocity, 1)


@setting(
    kinds=[
        code("w", "grad", "velocity", "lr", "momentum"),
        number("learning rate", low=0),
        number("momentum", least=0, high=1),
    ],
    goal=lambda run: run.is_nesterov and run.loss < GOAL,
    right=[(library_step, 0.5, 0.9), (library_step, 0.3, 0.95)],
    praise=lambda step, lr, momentum, run: (
        f"Ten runs with your own step end at a mean training loss of {run.loss:.3f}. Gradient descent ends at "
        f"{OF_DESCENT} with the best of many rates."
    ),
)
def train_with_nesterov(step, lr, momentum):
    """Nesterov's step and its settings, with a mean training loss below 0.025 on the digits after five passes."""
    with np.errstate(all="ignore"):
        same = np.allclose(few_steps(step), few_steps(library_step), rtol=1e-4)
        return Training(train(step, lr, momentum), bool(same))


def few_steps(step):
    """Return the points of six steps on a bowl."""
    bowl, w, velocity, path = Quadratic([0.5, 4.0]), np.array([3.0, -1.0]), np.zeros(2), []
    for _ in range(6):
        w, velocity = point_and_velocity(step, w, bowl.grad(w), velocity, 0.15, 0.8)
        path.append(w)
    return np.array(path)


def point_and_velocity(step, w, grad, velocity, lr, momentum):
    """Take a step of a reader's; return both of its results."""
    result = step(w, grad, velocity, lr, momentum)
    if not isinstance(result, (tuple, list)) or len(result) != 2 or np.shape(result[0]) != w.shape:
        raise Problem("The first part should be your `nesterov_step`, which returns (w, velocity).")
    return tuple(result)


def train(step, lr, momentum):
    """Return the mean training loss of ten runs after five passes in reshuffled batches of 64."""

    def one_step(w, grad, velocity, lr, momentum):
        return point_and_velocity(step, w, grad, velocity, lr, momentum)

    rule = own_rule(one_step, state="velocity", lr=lr, momentum=momentum)
    model = SoftmaxRegression(n_features=64, n_classes=10)
    w0, seeds = np.zeros(model.size), np.arange(SEEDS)
    return float(fit(model, digits(), rule, epochs=PASSES, batch_size=BATCH, seed=seeds, w0=w0).loss[-1].mean())


@lru_cache(maxsize=1)
def digits():
    """Return the first 1344 rows of the training digits, which batches of 64 divide."""
    data, _ = standardize(*split(load_digits()))
    return Data(data.X[:ROWS], data.y[:ROWS])


@train_with_nesterov.mistake(
    example=(lambda w, grad, velocity, lr, momentum: (w - lr * (momentum * velocity + grad), grad), 0.5, 0.9)
)
def another_step(step, lr, momentum, run):
    if not run.is_nesterov:
        return (
            "Your step does not do what Nesterov's rule does. Make 7.1 pass first; then come back to the two numbers."
        )


@train_with_nesterov.mistake(example=(library_step, 3.5, 0.0))
def no_momentum(step, lr, momentum, run):
    if momentum == 0:
        return (
            f"Without momentum this is gradient descent: {run.loss:.3f} here, and {OF_DESCENT} at the best of many "
            "rates. At this batch size the best rate lies near the limit: what moves the limit?"
        )


@train_with_nesterov.mistake(example=(library_step, 3.5, 0.9))
def rate_not_translated(step, lr, momentum, run):
    if lr / (1 - momentum) > 12:
        return (
            f"The effective rate is {lr / (1 - momentum):.3g}, and the mean loss {run.loss:.3g}: too long steps. Good "
            "effective rates lie between 4 and 10 here; what does that make of η?"
        )


@train_with_nesterov.mistake(example=(library_step, 0.05, 0.9))
def too_slow(step, lr, momentum, run):
    if lr / (1 - momentum) < 2.5:
        return (
            f"The mean loss is {run.loss:.3f}. The effective rate is {lr / (1 - momentum):.3g}, less than gradient "
            "descent stands by itself. A larger η?"
        )


@train_with_nesterov.mistake(example=(library_step, 0.105, 0.97))
def rings_too_long(step, lr, momentum, run):
    if momentum > 0.96:
        return (
            f"The mean loss is {run.loss:.3f}. With momentum {momentum:.3g} the velocity remembers about "
            f"{1 / (1 - momentum):.0f} steps, and the whole run has 105. A little less, at the same effective rate?"
        )


@train_with_nesterov.mistake(example=(library_step, 2.5, 0.5))
def too_little_momentum(step, lr, momentum, run):
    if momentum < 0.89:
        return (
            f"The mean loss is {run.loss:.3f} with the effective rate {lr / (1 - momentum):.3g}. More momentum at the "
            "same effective rate goes further: what does that make of η?"
        )


@train_with_nesterov.mistake(example=(library_step, 0.8, 0.9))
def effective_rate_off(step, lr, momentum, run):
    return (
        f"The mean loss is {run.loss:.3f}. With momentum {momentum:.3g} one can get there; your effective rate is "
        f"{lr / (1 - momentum):.3g}. Try others, from gradient descent's best, 3.5, to twice that."
    )


train_with_nesterov.accept(
    (library_step, 0.52, 0.9),
    [library_step, 0.25, 0.95],
    {"step": library_step, "lr": 0.35, "momentum": 0.95},
    (library_step, np.float64(0.55), np.float32(0.9)),
    (library_step, 0.2, 0.95),
)
