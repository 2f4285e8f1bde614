"""Find a falling rate that beats every constant one."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.theory import noise

CURVATURES, START, STEPS, GOAL = (0.2, 5.0), 3.0, 2000, 0.0025


def rates(lr, halving):
    """Return the rate of each step, lr / (1 + t/halving)."""
    return lr / (1 + np.arange(STEPS) / halving)


def expected_loss(rates_of_the_steps, start=START, variance=1.0):
    """Return the expected loss after the last step: on a bowl it can be computed without a single run."""
    return sum(c / 2 * noise.mean_squares(rates_of_the_steps, c, variance, start)[-1] for c in CURVATURES)


@functools.cache
def best_constant():
    """Return the least expected loss that a constant rate reaches, of 60 rates."""
    return float(expected_loss(np.tile(np.geomspace(0.0005, 0.39, 60), (STEPS, 1))).min())


@dataclass(frozen=True)
class End:
    """The expected loss at the end, what of it is left of the start and what is noise, and c = lr · halving."""

    loss: float
    of_the_start: float
    of_the_noise: float
    c: float


@setting(
    kinds=[number("learning rate", low=0), number("halving", low=0)],
    goal=lambda end: end.loss <= GOAL,
    right=[(0.35, 14), (0.3, 15), (0.25, 20)],
    praise=lambda lr, halving, end: (
        f"The expected loss is {end.loss:.5f}; the best constant rate reaches {best_constant():.5f}. Late in the run "
        f"your rate is about c/t with c = {end.c:.2g}, and 2cλ of the flat direction is {0.4 * end.c:.2g}."
    ),
)
def find_decay(lr, halving):
    """A rate lr / (1 + t/halving) whose expected loss after 2000 steps is at most 0.0025."""
    with np.errstate(all="ignore"):
        falling = rates(lr, halving)
        return End(
            float(expected_loss(falling)),
            float(expected_loss(falling, variance=0.0)),
            float(expected_loss(falling, 0.0)),
            lr * halving,
        )


@find_decay.mistake(example=(3.0, 500.0))
def diverges(lr, halving, end):
    if not end.loss < 100:
        return (
            f"This blows up: at the start the rate {lr:.3g} is above 2/λ of the steep direction, and stays there too "
            "long. Where is the limit?"
        )


@find_decay.mistake(example=(0.3, 1.0))
def falls_too_fast(lr, halving, end):
    if (end.of_the_noise <= GOAL or end.of_the_start > end.of_the_noise) and 0.4 * end.c < 1.7:
        return (
            f"The start is not forgotten: {end.of_the_start:.4f} of the loss is left of it. Late in the run the rate "
            f"is about c/t with c = {end.c:.2g}. What is 2cλ of the flat direction?"
        )


@find_decay.mistake(example=(0.001, 1e6))
def too_small_from_the_start(lr, halving, end):
    if end.of_the_noise <= GOAL or end.of_the_start > end.of_the_noise:
        return (
            f"The start is not forgotten: {end.of_the_start:.4f} of the loss is left of it. All rates together are too "
            "small. Which rate can the steep direction bear at first?"
        )


@find_decay.mistake(example=(0.3, 1000.0))
def falls_too_slowly(lr, halving, end):
    return (
        f"The noise alone leaves {end.of_the_noise:.4f}, more than the goal. At the end the rate is still "
        f"{rates(lr, halving)[-1]:.2g}. When should it begin to fall?"
    )


find_decay.accept((0.35, 14), [0.3, 15], {"lr": 0.3, "halving": 20}, (0.38, 12.0), (np.float64(0.2), 25))
