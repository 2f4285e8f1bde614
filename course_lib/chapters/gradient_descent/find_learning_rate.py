"""Find a learning rate by dragging: a bowl with κ = 20, where the best rate of the error is too slow for the loss."""

import numpy as np

from course_lib.checks.exercises import at_most, number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize

LOW, HIGH, MOST = 0.3, 6.0, 65


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda run: run.steps_to(1e-6) <= MOST,
    right=[0.31, 0.30, 0.296, np.float32(0.31), np.array([0.305])],
    praise=lambda lr, run: (
        f"{lr:.4g} needs {run.steps_to(1e-6)} steps. At 2/(λ_min + λ_max) both directions shrink equally fast; that "
        f"needs {_steps(2 / (LOW + HIGH))}. The steep direction weighs {HIGH / LOW:.0f} times more in this loss, so it "
        "pays to favor it."
    ),
)
def find_learning_rate(lr):
    """A learning rate for the bowl λ = 0.3 and 6 that brings the loss from (1, 1) to 1e-6 in at most 65 steps."""
    return minimize(Quadratic([LOW, HIGH]), [1.0, 1.0], GradientDescent(lr), steps=5000)


@find_learning_rate.progress
def steps_needed(lr, run):
    return "it diverges" if lr > 2 / HIGH else at_most(run.steps_to(1e-6), MOST)


@find_learning_rate.mistake(example=0.4)
def diverges(lr, run):
    if lr > 1.0001 * 2 / HIGH:
        return f"{lr:.4g} diverges: 2/λ_max is {2 / HIGH:.3f} here, and {_swing(lr)}."


@find_learning_rate.mistake(example=2 / HIGH)
def on_the_edge(lr, run):
    if lr > 0.999 * 2 / HIGH:
        return f"{lr:.4g} lies on the edge of divergence: {_swing(lr)}, so it jumps to and fro. Smaller?"


@find_learning_rate.mistake(example=0.332)
def beyond_the_best(lr, run):
    if lr > 2 / (LOW + HIGH):
        return f"{lr:.4g} converges but {_needs(run)}: {_swing(lr)}, it jumps from side to side. Smaller?"


@find_learning_rate.mistake(example=2 / (LOW + HIGH))
def best_rate_of_the_error(lr, run):
    if lr > 0.3:
        return (
            f"{lr:.4g} {_needs(run)}. Near 2/(λ_min + λ_max) both directions shrink equally fast, which is best for "
            f"the "
            "error in the long run. At the start, which direction has the larger part of the loss?"
        )


@find_learning_rate.mistake(example=0.1)
def too_slow(lr, run):
    return (
        f"{lr:.4g} converges but {_needs(run)}: the flat direction shrinks by only {100 * lr * LOW:.2g} % a step. "
        "Larger?"
    )


def _steps(lr):
    return find_learning_rate(lr).steps_to(1e-6)


def _swing(lr):
    factor = 1 - lr * HIGH
    if factor < -1000:
        return f"one step makes the steep error {-factor:.0e} times larger".replace("e+", "e")
    digits = 2 if abs(factor + 1) > 0.01 else 5
    return f"one step multiplies the steep error by {factor:.{digits}f}".replace("-", "−")


def _needs(run):
    needed = run.steps_to(1e-6)
    return f"needs {needed} steps" if np.isfinite(needed) else f"is not there after {run.steps} steps"


find_learning_rate.accept(
    0.3,
    0.314,
    np.float64(0.31),
    np.array(0.3),
    [0.305],
    {"lr": 0.3},
)
