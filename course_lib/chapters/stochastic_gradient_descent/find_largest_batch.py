"""Find the largest batch, and a learning rate for it, with which a budget is enough when a step has a fixed cost."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, number, setting
from course_lib.data import load_diabetes, standardize
from course_lib.theory.minibatch import ExpectedLoss

BUDGET, FIXED, GOAL, SIZES = 480, 10, 0.1, tuple(2**k for k in range(9))  # budget and fixed cost count in rows
RATES = 2.0 ** np.arange(-8, -1.9, 0.125)


@dataclass(frozen=True)
class Spent:
    """What a setting needs: its steps to the goal, and the largest batch that any rate brings there in time.

    `last` is the loss above the least in the long run, relative to it; `steps` may be infinite. `cost` is
    that of the rows and of the steps, in rows.
    """

    steps: float
    cost: float
    last: float
    largest: int
    could: bool
    diverges: bool


@functools.cache
def expected_loss():
    """Return the theory of SGD on the diabetes data."""
    return ExpectedLoss(*standardize(load_diabetes()))


@functools.cache
def least_cost(batch_size):
    """Return what a batch size costs at the best of many rates."""
    theory = expected_loss()
    return theory.best_rate(GOAL * theory.least, batch_size, RATES, 2**12)[1] * (FIXED + batch_size)


@setting(
    kinds=[number("batch size", low=0), number("learning rate", low=0)],
    goal=lambda spent: spent.cost <= BUDGET and spent.could and spent.largest,
    right=[(32, 0.14), (32, 0.12), (32.0, 0.15), {"batch_size": 32, "lr": 0.13}, (np.int64(32), 0.125)],
    praise=lambda batch_size, lr, spent: (
        f"{spent.steps} steps of 32 rows, each for {FIXED} rows more, cost {spent.cost:.0f}, within {BUDGET}. Twice "
        f"the batch costs {least_cost(64)} at its best rate: it needs more than half as many steps."
    ),
)
def find_largest_batch(batch_size, lr):
    """The largest of 1, 2, 4, …, 256, with a rate, that comes within 10 % of the least loss at a cost of 480."""
    if batch_size not in SIZES:
        raise Problem(f"Choose one of the batch sizes 1, 2, 4, 8, …, 256; got {batch_size:g}.")
    theory, size = expected_loss(), int(batch_size)
    steps = theory.steps_to(GOAL * theory.least, lr, size, 2**12)
    last = theory.curve(lr, size, 2**12)[1][-1] / theory.least
    could = least_cost(size) <= BUDGET
    largest = size == 256 or least_cost(2 * size) > BUDGET
    return Spent(steps, steps * (FIXED + size), float(last), largest, could, theory.diverges(lr, size))


@find_largest_batch.progress
def share_of_the_budget(batch_size, lr, spent):
    if np.isinf(spent.cost):
        return "the loss does not stay below the line"
    if spent.cost > BUDGET:
        return f"it costs {spent.cost:.0f}, {spent.cost - BUDGET:.0f} too much"
    return f"it costs {spent.cost:.0f}" + ("" if spent.largest else ", but a larger batch can do it too")


@find_largest_batch.mistake(example=(16, 0.085))
def could_be_larger(batch_size, lr, spent):
    if spent.cost <= BUDGET:
        return (
            f"{batch_size:g} meets the goal, at a cost of {spent.cost:.0f}. But twice the batch can meet it too, at a "
            "rate of its own."
        )


@find_largest_batch.mistake(example=(64, 0.5))
def diverges(batch_size, lr, spent):
    if spent.diverges:
        return f"At η = {lr:.3g}, batches of {batch_size:g} diverge. Which rates converge?"


@find_largest_batch.mistake(example=(128, 0.17))
def too_large_for_the_budget(batch_size, lr, spent):
    if not spent.could and batch_size > 8:
        return (
            f"A step of {batch_size:g} rows costs {batch_size + FIXED:g}: {BUDGET} pay for "
            f"{BUDGET // (batch_size + FIXED):g} steps, and no learning rate gets there in so few. Smaller?"
        )


@find_largest_batch.mistake(example=(8, 0.044))
def too_small_for_the_budget(batch_size, lr, spent):
    if not spent.could:
        return (
            f"A step of {batch_size:g} rows costs {batch_size + FIXED:g}, most of it before the first row. {BUDGET} "
            f"pay for {BUDGET // (batch_size + FIXED):g} steps, and no learning rate gets there in so few. Larger?"
        )


@find_largest_batch.mistake(example=(16, 0.18))
def noise_holds_it_up(batch_size, lr, spent):
    if np.isinf(spent.steps):
        return (
            f"Batches of {batch_size:g} at η = {lr:.3g} never stay below the line: their noise holds them "
            f"{spent.last:.0%} above the least. What lowers it?"
        )


@find_largest_batch.mistake(example=(32, 0.03))
def another_rate(batch_size, lr, spent):
    return (
        f"At η = {lr:.3g}, batches of {batch_size:g} need {spent.steps} steps, and cost {spent.cost:.0f}: more than "
        f"{BUDGET}. The batch size can do it at another rate."
    )


find_largest_batch.accept(
    (32, 0.14),
    [32, 0.12],
    np.array([32, 0.15]),
    (np.int64(32), np.float32(0.13)),
    {"batch_size": 32, "lr": 0.125},
)
