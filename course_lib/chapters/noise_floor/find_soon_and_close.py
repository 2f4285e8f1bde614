"""Find a learning rate that arrives, and arrives close."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.noise_floor.shared import NOISE
from course_lib.checks.exercises import number, setting

BATCH, STEPS, GOAL = 4, 200, 0.025


@dataclass(frozen=True)
class End:
    """The expected loss above the least after the last step, without noise, and in the long run."""

    loss: float
    without_noise: float
    floor: float


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda end: end.loss <= GOAL,
    right=[0.0105, 0.0098, 0.011],
    praise=lambda lr, end: (
        f"At {lr:.3g} the expected loss is {end.loss:.4f} above the least: {end.floor:.4f} is the floor, the rest is "
        "what is left of the start. The range is narrow; for the mean of the second half, every rate from about 0.013 "
        "to 0.35 would do."
    ),
)
def find_soon_and_close(lr):
    """A learning rate with which 200 steps of 4 rows end at most 0.025 above the least loss."""
    error, _ = NOISE.moments(lr, BATCH, (0.0, 0.0), STEPS)
    left = float(error[-1] @ NOISE.hessian @ error[-1] / 2)
    return End(float(NOISE.expected(lr, BATCH, (0.0, 0.0), STEPS)[-1]), left, NOISE.floor(lr, BATCH))


@find_soon_and_close.mistake(example=0.8)
def no_floor_at_all(lr, end):
    if end.floor == np.inf:
        return f"At {lr:.3g} the mean loss grows without bound: this rate has no floor. Far smaller?"


@find_soon_and_close.mistake(example=0.005)
def not_there_yet(lr, end):
    if end.floor <= GOAL:
        return (
            f"At {lr:.3g} the floor of {end.floor:.4f} is low enough, but after {STEPS} steps {end.without_noise:.4f} "
            "is left of the start on top of it: the run has not arrived. Larger?"
        )


@find_soon_and_close.mistake(example=0.05)
def stands_on_its_floor(lr, end):
    return f"At {lr:.3g} the run arrived long ago, and stands on a floor of {end.floor:.3f}. Which rate halves a floor?"


find_soon_and_close.accept(0.0105, [0.0105], np.float64(0.01), {"lr": 0.0102}, 0.0108)
