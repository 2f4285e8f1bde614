"""Find a learning rate and a momentum that are soon near the minimum, and stay nearer than gradient descent can."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.theory.momentum import mean_squares
from course_lib.words import short

BATCHES, FROM_STEP, STEPS, LEVEL, START = 40, 80, 400, 0.012, 3.0
OF_DESCENT = 0.015  # the least largest mean square of gradient descent, over all rates


@dataclass(frozen=True)
class Quiet:
    """The largest mean of error² from step 80 on, the part of the start in it, and the last step above the level."""

    largest: float
    of_the_start: float
    last_above: float
    effective: float


@setting(
    kinds=[number("learning rate", low=0), number("momentum", least=0, high=1)],
    goal=lambda quiet: quiet.largest <= LEVEL,
    right=[(0.004, 0.9), (0.0055, 0.86), (0.0026, 0.92), (0.005, 0.88)],
    praise=lambda lr, momentum, quiet: (
        f"From step {quiet.last_above:.0f} on the mean of error² stays below {LEVEL}; from step {FROM_STEP} on it is "
        f"at most {short(quiet.largest)}. No rate brings gradient descent below {OF_DESCENT}."
    ),
)
def find_quiet_momentum(lr, momentum):
    """A rate and a momentum with which the mean of error² stays below 0.012 from step 80 on, rows reshuffled."""
    with np.errstate(all="ignore"):
        noisy = mean_squares(lr, momentum, 1.0, 1.0, START, STEPS, BATCHES)
        alone = mean_squares(lr, momentum, 1.0, 0.0, START, STEPS, BATCHES)
    above = np.flatnonzero(~(noisy <= LEVEL))
    largest = np.nan_to_num(noisy[FROM_STEP:].max(), nan=np.inf)
    of_the_start = np.nan_to_num(alone[FROM_STEP:].max(), nan=np.inf)
    last = above[-1] + 1.0 if above[-1] < STEPS else np.inf
    return Quiet(float(largest), float(of_the_start), float(last), lr / (1 - momentum))


@find_quiet_momentum.progress
def how_far(lr, momentum, quiet):
    """Say how large the mean of error² still gets."""
    return f"from step {FROM_STEP} on the mean of error² is at most {short(quiet.largest)}, and {LEVEL} is allowed"


@find_quiet_momentum.mistake(example=(3.9, 0.9))
def diverges(lr, momentum, quiet):
    if lr >= 2 * (1 + momentum):
        return f"A learning rate of {lr:.3g} diverges: the limit is 2(1 + β)/λ = {2 * (1 + momentum):.3g} here."


@find_quiet_momentum.mistake(example=(0.03, 0.0))
def no_momentum(lr, momentum, quiet):
    if momentum == 0:
        return (
            f"Gradient descent gets to {short(quiet.largest)} with this rate, and below {OF_DESCENT} with none. What "
            "makes the response to a noise less uneven within a pass?"
        )


@find_quiet_momentum.mistake(example=(0.02, 0.5))
def window_too_short(lr, momentum, quiet):
    if momentum < 0.695:
        return (
            f"With momentum {momentum:.3g} no rate will do: either the start is not forgotten in time, or the noise is "
            "too large. What does a longer window do to the response?"
        )


@find_quiet_momentum.mistake(example=(0.001, 0.98))
def rings_too_long(lr, momentum, quiet):
    rings = (1 + momentum - lr) ** 2 < 4 * momentum
    too_long = START**2 * momentum**FROM_STEP > LEVEL / 2  # √β a step, squared; below that a larger rate helps
    if rings and too_long and quiet.of_the_start > LEVEL / 2:
        return (
            f"The run still swings from its start: each step keeps √β = {np.sqrt(momentum):.3f} of the error. After "
            f"{FROM_STEP} steps the swings alone have {short(quiet.of_the_start)}. Less momentum?"
        )


@find_quiet_momentum.mistake(example=(0.001, 0.9))
def too_slow(lr, momentum, quiet):
    if quiet.of_the_start > LEVEL / 2:
        return (
            f"The effective rate {quiet.effective:.3g} is too small: after {FROM_STEP} steps the start alone still has "
            f"{short(quiet.of_the_start)}. A larger rate, with the same momentum?"
        )


@find_quiet_momentum.mistake(example=(0.01, 0.9))
def too_noisy(lr, momentum, quiet):
    return (
        f"The start is forgotten; the noise keeps the mean of error² at up to {short(quiet.largest)}. The effective "
        f"rate is {quiet.effective:.3g}: a smaller one, or a longer window?"
    )


find_quiet_momentum.accept(
    (0.004, 0.9),
    {"lr": 0.0045, "momentum": 0.88},
    [0.0025, 0.92],
    (np.float64(0.006), np.float32(0.84)),
    np.array([0.0045, 0.9]),
)
