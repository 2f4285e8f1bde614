"""Predict AdaGrad's hundredth step, for a frequent and for a rare feature, and the best rate in hindsight."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adaptive import adagrad_step_length

LR, T, EVERY, GRAD, DISTANCE = 0.5, 100, 4, 3.0, 6.0
FREQUENT, RARE = (float(LR * adagrad_step_length(T, every)) for every in (1, EVERY))
HINDSIGHT = float(DISTANCE * adagrad_step_length(T, EVERY) / GRAD)


@value(
    tolerance=0.001,
    parts=("frequent feature", "rare feature", "rate in hindsight"),
    praise="A tenth of lr, and a fifth: the roots of 100 and of 25 squares are 10 and 5 gradients long. The 3 cancels. "
    "The rare feature steps √4 times as far when it steps. In hindsight the same root stands below the distance: 6/15.",
)
def predict_adagrad_step():
    """AdaGrad's 100th step, lr = 0.5, gradients of 3 in every step and in every 4th; the best rate for D = 6."""
    return FREQUENT, RARE, HINDSIGHT


@predict_adagrad_step.mistake(
    "The first two are divided by the sum of squares itself. What does AdaGrad take of the sum first?"
)
def no_root():
    return LR / (GRAD * T), LR / (GRAD * T / EVERY), ...


@predict_adagrad_step.mistake(
    "The first two are divided by the number of gradients. The sum holds that many squares: how long is its root?"
)
def divided_by_the_number():
    return LR / T, LR / (T / EVERY), ...


@predict_adagrad_step.mistake("The first two still have the 3 in them. Put g = 3 into g / √(n g²): what is left of it?")
def gradient_kept():
    return GRAD * FREQUENT, GRAD * RARE, ...


@predict_adagrad_step.mistake(
    "In the first two the sum holds the gradients of 3 themselves. What does AdaGrad do to each before it adds it up?"
)
def no_square():
    return LR * GRAD / np.sqrt(GRAD * T), LR * GRAD / np.sqrt(GRAD * T / EVERY), ...


@predict_adagrad_step.mistake(
    "The first two are the first step. The sums have grown since: how many squares are in each?"
)
def first_step():
    return LR, LR, ...


@predict_adagrad_step.mistake(
    "The first two have one square too few under the root. Is the new gradient in the sum when its step is taken?"
)
def old_sum():
    return LR / np.sqrt(T - 1), LR / np.sqrt(T / EVERY - 1), ...


@predict_adagrad_step.mistake(
    "The first two are the ways covered in 100 steps. The length of one step is asked, the 100th."
)
def way_instead_of_step():
    return 2 * LR * np.sqrt(T), 2 * LR * np.sqrt(T / EVERY), ...


@predict_adagrad_step.mistake(
    "In the first two `lr` has no effect: they are 1 over the roots of 100 and 25. Where does it act?"
)
def no_lr():
    return FREQUENT / LR, RARE / LR, ...


@predict_adagrad_step.mistake(
    "The first two have changed places. Which feature has the larger sum, and what does that do?"
)
def swapped():
    return RARE, FREQUENT, ...


@predict_adagrad_step.mistake(
    "The frequent feature is right. The rare one goes just as far in yours. How many squares are in its own sum?"
)
def one_sum_for_both():
    return FREQUENT, FREQUENT, ...


@predict_adagrad_step.mistake(
    "The frequent feature is right. The rare one's *sum* is a quarter. What becomes of that under the root?"
)
def four_times_as_far():
    return FREQUENT, EVERY * FREQUENT, ...


@predict_adagrad_step.mistake(
    "The frequent feature is right. The rare one's step is shorter than that in yours. It divides by a smaller "
    "sum: does "
    "that make a step shorter?"
)
def rare_steps_shorter():
    return FREQUENT, FREQUENT / 2, ...


@predict_adagrad_step.mistake(
    "The first two have the gradient only in the denominator: √(n · 9). The step is lr times the gradient over that."
)
def no_gradient():
    return LR / np.sqrt(GRAD**2 * T), LR / np.sqrt(GRAD**2 * T / EVERY), ...


@predict_adagrad_step.mistake(
    "The two steps are right. The rate in hindsight is that of the frequent feature. How many squares has the rare one?"
)
def hindsight_of_the_other():
    return FREQUENT, RARE, HINDSIGHT / 2


@predict_adagrad_step.mistake(
    "The two steps are right. The rate in hindsight has the sum without its root: where is the derivative of the "
    "bound 0, and for which power of the rate?"
)
def hindsight_without_root():
    return FREQUENT, RARE, DISTANCE / (GRAD**2 * T / EVERY)


@predict_adagrad_step.mistake(
    "The two steps are right. The rate in hindsight has lr in place of the distance: that is AdaGrad, which does not "
    "know it."
)
def lr_for_the_distance():
    return FREQUENT, RARE, LR / (GRAD * np.sqrt(T / EVERY))


@predict_adagrad_step.mistake(
    "The two steps are right. The rate in hindsight forgets the gradients' size: the sum holds squares of 3, not ones."
)
def hindsight_without_gradient():
    return FREQUENT, RARE, DISTANCE / np.sqrt(T / EVERY)


predict_adagrad_step.accept(
    (0.05, 0.1, 0.4),
    [1 / 20, 1 / 10, 2 / 5],
    (0.5 / np.sqrt(100), 0.5 / np.sqrt(25), 6 / np.sqrt(225)),
    np.array([0.05, 0.1, 0.4]),
    (Fraction(1, 20), Fraction(1, 10), Fraction(2, 5)),
    np.float32([0.05, 0.1, 0.4]),
)
