"""Predict how many steps a condition number costs."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.descent import best_factor, steps_to

KAPPA = 6 / 0.02


@value(
    unit="steps",
    tolerance=0.01,
    praise=(
        "κ = 6/0.02 = 300, and each step multiplies the error by 299/301: ln(0.001) / ln(299/301) = 1036.2, so step "
        "1037 is the first. The rule κ/2 · ln(1000) gives the same."
    ),
)
def predict_steps():
    """Steps at the best rate, on a bowl with the curvatures 0.02 and 6, to a thousandth of the error."""
    return steps_to(1e-3, best_factor(KAPPA))


@predict_steps.mistake(
    "{answer} is twice too many. By which part of itself does the error shrink in a step: 1/κ or 2/κ?"
)
def one_over_kappa_a_step():
    return 300 * np.log(1000)


@predict_steps.mistake(
    "After {answer} steps the *loss* is a thousandth, since it goes with the square of the error. What does the error "
    "need?"
)
def loss_for_the_error():
    return 150 * np.log(1000) / 2


@predict_steps.mistake("{answer} comes from the decimal logarithm of 1000. Which one belongs to ln(1 − x) ≈ −x?")
def decimal_logarithm():
    return 150 * 3


@predict_steps.mistake("{answer} is κ/2: after so many steps the error is about 1/e of the first. And a thousandth?")
def without_the_logarithm():
    return 150


@predict_steps.mistake("{answer} is the condition number. How does the number of steps follow from it?")
def only_kappa():
    return 300


@predict_steps.mistake("{answer} takes one step for each part of a thousand, but every step multiplies the error.")
def times_a_thousand():
    return 150 * 1000


@predict_steps.mistake("{answer} has the curvature 6 for κ. The condition number is a ratio: of what?")
def steepest_for_kappa():
    return 3 * np.log(1000)


predict_steps.accept(1036.2, 1037, 1036, np.log(1e-3) / np.log(299 / 301), 150 * np.log(1000), np.array([1037]))
