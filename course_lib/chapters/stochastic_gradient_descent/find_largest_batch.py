"""Find the largest batch, and a learning rate for it, with which a budget of rows is enough."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, number, setting
from course_lib.data import load_diabetes, standardize
from course_lib.theory.minibatch import ExpectedLoss

BUDGET, GOAL, SIZES = 663, 0.1, tuple(2**k for k in range(9))  # 663 rows are one and a half passes
RATES = 2.0 ** np.arange(-8, -1.9, 0.25)


@dataclass(frozen=True)
class Spent:
    """What a setting needs: its steps to the goal, and the largest batch that any rate brings there in time.

    `last` is the loss above the least in the long run, relative to it; `steps` may be infinite.
    """

    steps: float
    rows: float
    last: float
    largest: int
    could: bool
    diverges: bool


@functools.cache
def expected_loss():
    """Return the theory of SGD on the diabetes data."""
    return ExpectedLoss(*standardize(load_diabetes()))


@functools.cache
def fewest_rows(batch_size):
    """Return how many rows a batch size needs at the best of many rates."""
    theory = expected_loss()
    return theory.best_rate(GOAL * theory.least, batch_size, RATES, 2**12)[1] * batch_size


@setting(
    kinds=[number("batch size", low=0), number("learning rate", low=0)],
    goal=lambda spent: spent.rows <= BUDGET and spent.largest,
    right=[(64, 0.15), (64, 0.177), (64.0, 0.125), {"batch_size": 64, "lr": 0.14}, (np.int64(64), 0.2)],
    praise=lambda batch_size, lr, spent: (
        f"{spent.steps} steps of 64 rows are {spent.rows:.0f} rows, within the {BUDGET}. Twice the batch takes "
        f"{fewest_rows(128)} rows at its best rate: it needs nearly as many steps, and each costs twice as much."
    ),
)
def find_largest_batch(batch_size, lr):
    """The largest of 1, 2, 4, …, 256, with a rate, that is within 10 % of the least loss after at most 663 rows."""
    if batch_size not in SIZES:
        raise Problem(f"Choose one of the batch sizes 1, 2, 4, 8, …, 256; got {batch_size:g}.")
    theory, size = expected_loss(), int(batch_size)
    steps = theory.steps_to(GOAL * theory.least, lr, size, 2**12)
    last = theory.curve(lr, size, 2**12)[1][-1] / theory.least
    could = fewest_rows(size) <= BUDGET
    largest = size == 256 or fewest_rows(2 * size) > BUDGET
    return Spent(steps, steps * size, float(last), largest, could, theory.diverges(lr, size))


@find_largest_batch.progress
def rows_of_the_budget(batch_size, lr, spent):
    if np.isinf(spent.rows):
        return "the loss does not stay below the line"
    if spent.rows > BUDGET:
        return f"{spent.rows:.0f} rows, {spent.rows - BUDGET:.0f} too many"
    return f"{spent.rows:.0f} rows" if spent.largest else f"{spent.rows:.0f} rows, but a larger batch can do it too"


@find_largest_batch.mistake(example=(8, 0.04))
def could_be_larger(batch_size, lr, spent):
    if spent.rows <= BUDGET:
        return (
            f"{batch_size:g} meets the goal, after {spent.rows:.0f} rows. But twice the batch can meet it too, at a "
            "rate of its own."
        )


@find_largest_batch.mistake(example=(64, 0.5))
def diverges(batch_size, lr, spent):
    if spent.diverges:
        return f"At η = {lr:.3g}, batches of {batch_size:g} diverge. Which rates converge?"


@find_largest_batch.mistake(example=(128, 0.17))
def too_large_for_the_budget(batch_size, lr, spent):
    if not spent.could:
        return (
            f"Batches of {batch_size:g} make {BUDGET // batch_size:g} steps with {BUDGET} rows, and no learning rate "
            "gets there in so few. Smaller?"
        )


@find_largest_batch.mistake(example=(8, 0.12))
def noise_holds_it_up(batch_size, lr, spent):
    if np.isinf(spent.steps):
        return (
            f"Batches of {batch_size:g} at η = {lr:.3g} never stay below the line: their noise holds them "
            f"{spent.last:.0%} above the least. What lowers it?"
        )


@find_largest_batch.mistake(example=(64, 0.03))
def rate_too_small(batch_size, lr, spent):
    return (
        f"At η = {lr:.3g}, batches of {batch_size:g} need {spent.steps} steps, which are {spent.rows:.0f} rows: more "
        f"than {BUDGET}. The batch size can do it at another rate."
    )


find_largest_batch.accept(
    (64, 0.15),
    [64, 0.177],
    np.array([64, 0.125]),
    (np.int64(64), np.float32(0.2)),
    {"batch_size": 64, "lr": 0.14},
)
