"""Sweep through an executor: what is to be written."""

import numpy as np

from course_lib.checks.exercises import function


def inputs(rng):
    yield np.array([2.0]), 0.5
    yield rng.normal(size=3), 0.1


@function(inputs=inputs, returns="w", praise="Say in a sentence what is right about it.")
def sweep_through_an_executor(w, lr):
    return w - lr * w


sweep_through_an_executor.common("uphill", "returns the step", "changes w in place")


@sweep_through_an_executor.mistake("Say what was done, and ask the question that leads on.")
def no_step(w, lr):
    return w


@sweep_through_an_executor.mistake("Say what was done, and ask the question that leads on.")
def squared_learning_rate(w, lr):
    return w - lr**2 * w


@sweep_through_an_executor.right
def entry_by_entry(w, lr):
    return np.array([x - lr * x for x in w])


sweep_through_an_executor.accept(
    lambda w, lr: (1 - lr) * w,
    lambda w, lr: w * (1 - lr),
    lambda w, lr: np.subtract(w, lr * w),
    lambda w, lr: (w - lr * w).tolist(),
)
