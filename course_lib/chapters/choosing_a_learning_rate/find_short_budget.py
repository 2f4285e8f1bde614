"""Find a rate and the shortest budget with which Adam trains the network to a given held-out loss."""

import numpy as np

from course_lib.chapters.choosing_a_learning_rate.shared import PASSES, RATES, nearest, valleys
from course_lib.checks.exercises import Problem, at_most, number, setting
from course_lib.words import short

PLACE = dict(problem="digits, network", rule="Adam", batch_size="16")
LEVEL, MOST = 0.065, 8


@setting(
    kinds=[number("learning rate", low=0), number("number of passes", low=0)],
    goal=lambda loss: loss[0] <= LEVEL and loss[1] <= MOST,
    right=[(0.0178, 8), (0.0133, 8)],
    praise=lambda lr, passes, loss: (
        f"{short(loss[0])} after {passes:.0f} passes. The rate that is best for twenty passes needs more: a short "
        "budget wants a larger rate."
    ),
)
def find_short_budget(lr, passes):
    """A rate, and at most eight passes, after which the held-out loss is at most 0.065: (loss, passes)."""
    if not RATES[0] <= lr <= RATES[-1]:
        raise Problem(f"The table holds rates from {RATES[0]:g} to {RATES[-1]:g}; {short(lr)} is outside.")
    if passes != int(passes) or not 1 <= passes <= PASSES:
        raise Problem(f"The number of passes should be a whole number from 1 to {PASSES}, got {short(passes)}.")
    logs = valleys()[PLACE["problem"], PLACE["rule"], 16][1]
    return float(np.exp(min(logs[int(passes), nearest(lr)], 100))), int(passes)


@find_short_budget.progress
def loss_and_passes(lr, passes, loss):
    """Say the loss and the passes against what is asked for."""
    left = f", {short(loss[0] / LEVEL)} times what is asked for" if loss[0] > LEVEL else ""
    return f"held-out loss {short(loss[0])}{left}; {at_most(loss[1], MOST, 'passes')}"


@find_short_budget.mistake(example=(0.01, 20))
def budget_too_long(lr, passes, loss):
    if loss[0] <= LEVEL:
        curve = valleys()[PLACE["problem"], PLACE["rule"], 16][1]
        enough = np.exp(min(curve[MOST, nearest(lr)], 100)) <= LEVEL
        return (
            f"The loss is low enough, after {passes:.0f} passes. {MOST} will do, at "
            f"{'this very' if enough else 'another'} rate: go down with the passes one by one, and look where the "
            "valley moves."
        )


@find_short_budget.mistake(example=(0.0178, 3))
def too_few_passes(lr, passes, loss):
    if 0.012 < lr < 0.02 and passes < MOST:
        return f"The rate is good, and {passes:.0f} passes are too few: the loss is {short(loss[0])}."


@find_short_budget.mistake(example=(0.01, 8))
def rate_for_a_long_run(lr, passes, loss):
    curve = valleys()[PLACE["problem"], PLACE["rule"], 16][1]
    later = np.exp(np.minimum(curve[:, nearest(lr)], 100))
    if (later <= LEVEL).any() and np.flatnonzero(later <= LEVEL)[0] > passes:
        return (
            f"At η = {short(lr)} the run gets there, but not within {passes:.0f} passes. Which way do valleys move "
            "when the budget is shorter?"
        )


@find_short_budget.mistake(example=(0.1, 8))
def rate_too_large(lr, passes, loss):
    if lr > 0.02:
        return f"At η = {short(lr)} the loss is {short(loss[0])}, and longer runs do not help much. Is it too large?"


@find_short_budget.mistake(example=(0.001, 8))
def rate_too_small(lr, passes, loss):
    return f"At η = {short(lr)} the loss is {short(loss[0])} after {passes:.0f} passes: far from there. Which way?"


find_short_budget.accept(
    (0.015, 8), (0.016, 8), [0.0185, 8], (np.float64(0.0178), np.int64(8)), np.array([0.0133, 8]),
    {"lr": 0.014, "passes": 8},
)  # fmt: skip
