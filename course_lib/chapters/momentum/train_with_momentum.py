"""Train on the diabetes data with one's own step of momentum, at the best pair of the data."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import load_diabetes, standardize
from course_lib.models import LinearRegression
from course_lib.optimizers import Momentum
from course_lib.theory.momentum import best_pair, critical_momentum, spectral_radius, stability_limit
from course_lib.training import minimize

STEPS, GOAL = 250, 1e-8


@dataclass(frozen=True)
class Training:
    """What is left of the first error, with the student's step and with the library's, and what the settings do."""

    left: float
    expected: float
    plain: float
    limit: float
    critical: float
    factor: float
    best: tuple

    def is_momentum(self):
        """Return whether the student's step does what the library's does."""
        return np.isclose(self.left, self.expected, rtol=1e-3, atol=1e-11)


def library_step(w, grad, velocity, lr, momentum):
    """Take the step of the library's rule."""
    return Momentum(lr=lr, momentum=momentum).step(w, grad, velocity, 1)


def curvatures():
    """Return the curvatures of the data's bowl, from the flattest to the steepest."""
    return np.linalg.eigvalsh(LinearRegression(10).hessian(standardize(load_diabetes()).X))


def what_is_left(rule):
    """Return the share of the first error that a rule leaves, from zero."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    best = model.solve(*data)
    end = minimize(model.on(*data), np.zeros(model.size), rule, STEPS).w[-1]
    return np.linalg.norm(end - best, axis=-1) / np.linalg.norm(best)


@functools.cache
def plain_descent():
    """Return what gradient descent leaves at the best of 51 learning rates."""
    rates = 2 / curvatures()[-1] * np.linspace(0.9, 1.0, 51)[:, np.newaxis]
    with np.errstate(all="ignore"):
        return float(what_is_left(Momentum(rates, momentum=0.0)).min())


@setting(
    kinds=[
        code("w", "grad", "velocity", "lr", "momentum"),
        number("learning rate", low=0),
        number("momentum", least=0, high=1),
    ],
    goal=lambda run: run.left <= GOAL and run.is_momentum(),
    right=lambda: [(library_step, *best_pair(curvatures()))],
    praise=lambda step, lr, momentum, run: (
        f"After {STEPS} of your own steps {run.left:.1e} of the first error is left. Gradient descent at its best "
        f"learning rate leaves {run.plain:.2f} of it."
    ),
)
def train_with_momentum(step, lr, momentum):
    """A step of momentum and two settings that leave a hundred-millionth of the diabetes error after 250 steps."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    loss, best = model.on(*data), model.solve(*data)
    w, velocity = np.zeros(model.size), np.zeros(model.size)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            result = step(w, loss.grad(w), velocity, lr, momentum)
            if not isinstance(result, (tuple, list)) or len(result) != 2 or np.shape(result[0]) != w.shape:
                raise Problem("The first part should be your `momentum_step`, which returns (w, velocity).")
            w, velocity = result
        expected = what_is_left(Momentum(lr, momentum=momentum))
    flattest, steepest = curvatures()[[0, -1]]
    return Training(
        left=float(np.linalg.norm(w - best) / np.linalg.norm(best)),
        expected=float(expected),
        plain=plain_descent(),
        limit=float(stability_limit(Momentum, momentum) / steepest),
        critical=float(critical_momentum(Momentum, lr * flattest)),
        factor=float(spectral_radius(Momentum, lr * np.array([flattest, steepest]), momentum).max()),
        best=best_pair([flattest, steepest]),
    )


@train_with_momentum.mistake(example=(lambda w, grad, velocity, lr, momentum: (w - lr * grad, velocity), 0.2, 0.9))
def another_step(step, lr, momentum, run):
    if not run.is_momentum() and (np.isfinite(run.left) or np.isfinite(run.expected)):
        return (
            "Your step does not do what momentum does. Make `momentum_step` pass its own check; then come back to the "
            "two numbers."
        )


@train_with_momentum.mistake(example=(library_step, 0.6739, 0.8314))
def rate_not_squared(step, lr, momentum, run):
    if abs(lr - np.sqrt(run.best[0])) < 0.002:
        return f"{lr:.3g} is the root of the best learning rate: adding both borders gives √η. Which η has it?"


@train_with_momentum.mistake(example=(library_step, 0.5, 0.8))
def diverges(step, lr, momentum, run):
    if lr >= run.limit:
        return (
            f"A learning rate of {lr:.3g} diverges: with this momentum the limit is {run.limit:.3g}. "
            "Which direction sets it?"
        )


@train_with_momentum.mistake(example=(library_step, 0.454, 0.9118))
def not_squared(step, lr, momentum, run):
    if abs(momentum - np.sqrt(run.best[1])) < 0.002:
        return f"{momentum:.3g} is ρ, the factor per step at the best pair. Which β has √β = ρ?"


@train_with_momentum.mistake(example=(library_step, 0.2479, 0.9915))
def kappa_for_its_root(step, lr, momentum, run):
    if abs(np.sqrt(momentum) - 0.99575) < 0.0005 or abs(momentum - 0.99575) < 0.0005:
        return (
            f"The momentum {momentum:.4g} has κ in it, as the factor of gradient descent. What stands there at the "
            "best pair?"
        )


@train_with_momentum.mistake(example=(library_step, 0.4541, 0.831))
def rounded(step, lr, momentum, run):
    if abs(lr / run.best[0] - 1) < 0.005 and abs(momentum - run.best[1]) < 0.002:
        return (
            f"This is the best pair, rounded, and {run.left:.1e} of the error is left. A little less β than the "
            f"borders ask for, and an end has real roots, one of them larger: {run.factor:.4f} a step in place of "
            f"{np.sqrt(run.best[1]):.4f}. Give the numbers as they are computed."
        )


@train_with_momentum.mistake(example=(library_step, 0.3, 0.9))
def rings_too_long(step, lr, momentum, run):
    if momentum > run.critical:
        return (
            f"After {STEPS} steps {run.left:.1e} of the error is left. At this learning rate even the flattest "
            f"direction rings, from β = {run.critical:.3f} on, and all that ring have √β = {np.sqrt(momentum):.3f}. "
            "Can less β go with another η?"
        )


@train_with_momentum.mistake(example=(library_step, 0.1, 0.3))
def too_slow(step, lr, momentum, run):
    return (
        f"After {STEPS} steps {run.left:.1e} of the error is left: the slowest direction has the factor "
        f"{run.factor:.4f} per step, and √β is {np.sqrt(momentum):.3f}. Which pair puts both ends on their borders?"
    )


train_with_momentum.accept(
    (library_step, 0.454, 0.831),
    (library_step, 0.45, 0.83),
    (library_step, 0.4, 0.85),
    [library_step, 0.44, 0.85],
    {"step": library_step, "lr": 0.42, "momentum": 0.86},
    (library_step, np.float64(0.45), np.float32(0.83)),
)
