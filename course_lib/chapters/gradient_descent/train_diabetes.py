"""Use the loop: how many steps on the diabetes data until the gradient is short."""

import functools

import numpy as np

from course_lib.checks.exercises import value
from course_lib.data import load_diabetes, standardize
from course_lib.models import LinearRegression
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize


@functools.cache
def training():
    """Return the run from 0 at η = 0.05 on the standardized data: losses above the least, and gradients."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    loss = model.on(data.X, data.y)
    run = minimize(loss, np.zeros(model.size), GradientDescent(lr=0.05), steps=200)
    return run.loss - loss.value(model.solve(data.X, data.y)), loss.grad(run.w)


def lengths():
    """Return the length of the gradient at each point."""
    return np.linalg.norm(training()[1], axis=-1)


def first(true):
    """Return the first index that is true."""
    return int(np.argmax(true))


@value(
    unit="steps",
    tolerance=0.001,
    praise=lambda: (
        f"The loss is then {training()[0][65]:.1f} above the least possible, and after 200 steps still "
        f"{training()[0][200]:.1f}: what is left lies along the flattest axis."
    ),
)
def train_diabetes():
    """The first step of the run whose gradient is shorter than 1."""
    return first(lengths() < 1)


@train_diabetes.mistake("{answer} counts the points. The start is a point, and no step has been made there.")
def points_for_steps():
    return train_diabetes() + 1


@train_diabetes.mistake("{answer} is the last step whose gradient is not yet below 1. Which is the first that is?")
def last_before():
    return train_diabetes() - 1


@train_diabetes.mistake(
    "At step {answer} the loss changes by less than 1 for the first time. How long is the gradient?"
)
def change_of_the_loss():
    return first(np.abs(np.diff(training()[0])) < 1) + 1


@train_diabetes.mistake(
    "{answer} is the index of the first change of the loss below 1, among the changes. The question is for the length "
    "of the gradient."
)
def index_of_the_change():
    return first(np.abs(np.diff(training()[0])) < 1)


@train_diabetes.mistake(
    "`np.argmax` gives 0 when nothing is True. Is the run long enough, and is there one length for each row of the "
    "path?"
)
def argmax_of_nothing():
    return 0


@train_diabetes.mistake(
    "At step {answer} some entry of the gradient is below 1 for the first time. The length is the root of the sum of "
    "all squares."
)
def any_entry():
    return first((np.abs(training()[1]) < 1).any(axis=-1))


@train_diabetes.mistake(
    "At step {answer} the mean of the absolute entries of the gradient is below 1. The length is the root of the sum "
    "of all squares."
)
def mean_of_the_entries():
    return first(np.abs(training()[1]).mean(axis=-1) < 1)


@train_diabetes.mistake(
    "At step {answer} the *mean* of the squares of the gradient's entries is below 1. Its length has their sum."
)
def mean_of_the_squares():
    return first((training()[1] ** 2).mean(axis=-1) < 1)


@train_diabetes.mistake("At step {answer} the step η‖g‖ is shorter than 1. The gradient is asked for, without η.")
def length_of_the_step():
    return first(0.05 * lengths() < 1)


@train_diabetes.mistake(
    "At step {answer} each entry of the gradient is below 1, with its sign. How long is it? A length has no sign."
)
def signed_entries():
    return first((training()[1] < 1).all(axis=-1))


@train_diabetes.mistake("At step {answer} the weights' part of the gradient is shorter than 1. The bias belongs to it.")
def no_bias():
    return first(np.linalg.norm(training()[1][:, :-1], axis=-1) < 1)


@train_diabetes.mistake(
    "At step {answer} the largest entry of the gradient is below 1. The length is the root of the sum of all squares."
)
def largest_entry():
    return first(np.abs(training()[1]).max(axis=-1) < 1)


@train_diabetes.mistake("{answer} is what the chapter found for the learning rate 0.1. How many does 0.05 need?")
def rate_of_the_chapter():
    return 32


@train_diabetes.mistake("{answer} is the number of steps that you made. At which of them is the gradient short enough?")
def all_steps():
    return 200


train_diabetes.accept(65, 65.0, np.int64(65), [65], np.array(65))
train_diabetes.equivalent("lengths() < 1 → lengths() <= 1 in `return first(lengths() < 1)`", "no length is exactly 1")
