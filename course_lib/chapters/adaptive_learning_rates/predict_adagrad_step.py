"""Predict AdaGrad's hundredth step, for a frequent and for a rare feature."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adaptive import adagrad_step_length

LR, T, EVERY = 0.5, 100, 4
FREQUENT, RARE = (float(LR * adagrad_step_length(T, every)) for every in (1, EVERY))


@value(
    tolerance=0.001,
    parts=("frequent feature", "rare feature"),
    praise="A tenth of lr, and a fifth: the roots of 100 and of 25 squares are 10 and 5 gradients long. The 3 cancels. "
    "The rare feature steps √4 times as far when it steps.",
)
def predict_adagrad_step():
    """The lengths of AdaGrad's 100th step with lr = 0.5 and gradients of 3: in every step, and in every 4th."""
    return FREQUENT, RARE


@predict_adagrad_step.mistake(
    "Both are divided by the sum itself, or by the number of gradients. What does AdaGrad take of the sum first?"
)
def no_root():
    return LR / T, LR / (T / EVERY)


@predict_adagrad_step.mistake("Both still have the 3 in them. Put g = 3 into g / √(n g²): what is left of it?")
def gradient_kept():
    return 3 * FREQUENT, 3 * RARE


@predict_adagrad_step.mistake("Both are the first step. The sums have grown since: how many squares are in each?")
def first_step():
    return LR, LR


@predict_adagrad_step.mistake(
    "Both have one square too few under the root. Is the new gradient in the sum when its step is taken?"
)
def old_sum():
    return LR / np.sqrt(T - 1), LR / np.sqrt(T / EVERY - 1)


@predict_adagrad_step.mistake(
    "The frequent feature is right. The rare one goes just as far in yours. How many squares are in its own sum?"
)
def one_sum_for_both():
    return FREQUENT, FREQUENT


@predict_adagrad_step.mistake(
    "The frequent feature is right. The rare one's *sum* is a quarter. What becomes of that under the root?"
)
def four_times_as_far():
    return FREQUENT, EVERY * FREQUENT


@predict_adagrad_step.mistake(
    "The frequent feature is right. The rare one's step is shorter than that in yours. It divides by a smaller "
    "sum: does "
    "that make a step shorter?"
)
def rare_steps_shorter():
    return FREQUENT, FREQUENT / 2


@predict_adagrad_step.mistake(
    "These have the gradient only in the denominator: √(n · 9). The step is lr times the gradient over that."
)
def no_gradient():
    return LR / np.sqrt(9 * T), LR / np.sqrt(9 * T / EVERY)


predict_adagrad_step.accept(
    (0.05, 0.1),
    [1 / 20, 1 / 10],
    (0.5 / np.sqrt(100), 0.5 / np.sqrt(25)),
    np.array([0.05, 0.1]),
    (Fraction(1, 20), Fraction(1, 10)),
    np.float32([0.05, 0.1]),
)
