"""Train on the diabetes data with one's own step of momentum."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import load_diabetes, standardize
from course_lib.models import LinearRegression
from course_lib.optimizers import Momentum
from course_lib.theory.momentum import best_pair, stability_limit
from course_lib.training import minimize

STEPS, GOAL = 100, 1.0


@dataclass(frozen=True)
class Training:
    """How far above the least loss the run ended, where the library's rule ends, the limit, and plain descent."""

    height: float
    expected: float
    limit: float
    plain: float


def library_step(w, grad, velocity, lr, momentum):
    """Take the step of the library's rule."""
    return Momentum(lr=lr, momentum=momentum).step(w, grad, velocity, 1)


def best_of_the_data():
    """Return the best pair for the curvatures of the data."""
    return best_pair(np.linalg.eigvalsh(LinearRegression(10).hessian(standardize(load_diabetes()).X)))


@setting(
    kinds=[
        code("w", "grad", "velocity", "lr", "momentum"),
        number("learning rate", low=0),
        number("momentum", low=0, high=1),
    ],
    goal=lambda run: run.height < GOAL and np.isclose(run.height, run.expected, rtol=1e-3, atol=1e-6),
    right=lambda: [(library_step, *best_of_the_data())],
    praise=lambda step, lr, momentum, run: (
        f"Your own step ends {run.height:.2g} above the least loss. Gradient descent at its best learning rate ends "
        f"{run.plain:.1f} above it."
    ),
)
def train_with_momentum(step, lr, momentum):
    """A step of momentum and its two settings that bring the diabetes loss within 1 of its least in 100 steps."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    loss, start = model.on(*data), np.zeros(model.size)
    least = loss.value(model.solve(*data))
    w, velocity = start, np.zeros(model.size)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            result = step(w, loss.grad(w), velocity, lr, momentum)
            if not isinstance(result, (tuple, list)) or len(result) != 2 or np.shape(result[0]) != w.shape:
                raise Problem("The first part should be your `momentum_step`, which returns (w, velocity).")
            w, velocity = result
        height = float(loss.value(w) - least)
    curvatures = np.linalg.eigvalsh(model.hessian(data.X))
    rates = 2 / curvatures[-1] * np.linspace(0.9, 1.0, 51)[:, np.newaxis]
    plain = minimize(loss, start, Momentum(lr=rates, momentum=0.0), STEPS).loss[-1].min()
    expected = minimize(loss, start, Momentum(lr=lr, momentum=momentum), STEPS).loss[-1]
    limit = stability_limit(Momentum, momentum) / curvatures[-1]
    return Training(height, float(expected - least), limit, float(plain - least))


@train_with_momentum.mistake(example=(lambda w, grad, velocity, lr, momentum: (w - lr * grad, velocity), 0.2, 0.9))
def another_step(step, lr, momentum, run):
    same = np.isclose(run.height, run.expected, rtol=1e-3, atol=1e-6)
    if not same and (np.isfinite(run.height) or np.isfinite(run.expected)):
        return (
            "Your step does not do what momentum does. Make `momentum_step` pass its own check; then come back to the "
            "two numbers."
        )


@train_with_momentum.mistake(example=(library_step, 0.5, 0.8))
def diverges(step, lr, momentum, run):
    if lr >= run.limit:
        return (
            f"A learning rate of {lr:.3g} diverges: with this momentum the limit is {run.limit:.3g}. "
            "Which direction sets it?"
        )


@train_with_momentum.mistake(example=(library_step, 0.24, 0.98))
def rings_too_long(step, lr, momentum, run):
    if np.sqrt(momentum) ** STEPS > 0.03:
        return (
            f"With momentum {momentum:.3g} no direction is faster than √β = {np.sqrt(momentum):.3f} per step, and the "
            f"run still swings after {STEPS} steps: {run.height:.3g} above the least loss. More friction?"
        )


@train_with_momentum.mistake(example=(library_step, 0.1, 0.3))
def too_slow(step, lr, momentum, run):
    return (
        f"After {STEPS} steps the loss is still {run.height:.3g} above the least. Which direction is the slow one, "
        "and which pair puts both ends of the spectrum on their borders?"
    )


train_with_momentum.accept(
    (library_step, 0.454, 0.831),
    (library_step, 0.39, 0.84),
    (library_step, 0.25, 0.88),
    [library_step, 0.3, 0.85],
    {"step": library_step, "lr": 0.35, "momentum": 0.8},
    (library_step, np.float64(0.2), np.float32(0.9)),
)
