"""Find the largest batch."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, number, setting
from course_lib.data import points_around_a_line
from course_lib.models import LinearRegression
from course_lib.optimizers import GradientDescent
from course_lib.training import fit

LR, PASSES, GOAL = 0.04, 3, 3.7


@dataclass(frozen=True)
class Budget:
    """What a batch size reaches within the passes: its loss, that of twice the batch, and how it got there."""

    loss: float
    twice: float
    after_one_pass: float
    steps: int


@functools.cache
def losses(batch_size):
    """Return the mean loss of 16 runs after each pass, and the number of steps of a run."""
    run = fit(
        LinearRegression(1),
        points_around_a_line(),
        GradientDescent(LR),
        epochs=PASSES,
        batch_size=batch_size,
        seed=np.arange(16),
        w0=np.zeros(2),
    )
    return run.loss.mean(axis=1), run.steps


@setting(
    kinds=[number("batch size", low=0)],
    goal=lambda budget: budget.loss <= GOAL < budget.twice,
    right=[32, 32.0, np.int64(32), [32], {"batch_size": 32}],
    praise=lambda batch_size, budget: (
        f"{budget.steps} steps in {PASSES} passes bring the loss to {budget.loss:.2f}. Twice the batch makes half the "
        f"steps, and they end at {budget.twice:.2f}."
    ),
)
def find_largest_batch(batch_size):
    """The largest power of two with which SGD on a line, lr = 0.04, brings the loss to 3.7 within 3 passes."""
    if batch_size not in 2.0 ** np.arange(9):
        raise Problem(f"Choose one of 1, 2, 4, 8, …, 256; got {batch_size:g}.")
    mean, steps = losses(int(batch_size))
    twice, _ = losses(min(2 * int(batch_size), len(points_around_a_line())))
    return Budget(loss=mean[-1], twice=twice[-1], after_one_pass=mean[1], steps=steps)


@find_largest_batch.mistake(example=8)
def could_be_larger(batch_size, budget):
    if budget.loss <= GOAL:
        return (
            f"{batch_size:g} meets the goal: the loss is {budget.loss:.2f} after {PASSES} passes. But twice the batch "
            f"ends at {budget.twice:.2f}, and meets it too."
        )


@find_largest_batch.mistake(example=64)
def too_few_steps(batch_size, budget):
    if budget.loss < 0.98 * budget.after_one_pass:
        return (
            f"With the batch size {batch_size:g}, {PASSES} passes are only {budget.steps} steps. The loss is still on "
            f"its way down, at {budget.loss:.2f}. Smaller?"
        )


@find_largest_batch.mistake(example=1)
def stands_on_its_floor(batch_size, budget):
    return (
        f"With the batch size {batch_size:g} the loss stands at {budget.loss:.2f} since the first pass: that is its "
        "noise floor, and more passes will not help. What lowers the floor?"
    )


find_largest_batch.accept(
    32,
    32.0,
    np.int64(32),
    [32],
    np.array(32),
    {"batch_size": 32},
)
