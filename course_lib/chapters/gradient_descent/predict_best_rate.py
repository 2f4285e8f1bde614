"""Predict the best rate of a bowl with three curvatures, and its factor."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.descent import best_factor, best_rate

CURVATURES = [0.5, 2.0, 7.5]


@value(
    parts=("rate", "factor"),
    praise=(
        "The outermost curvatures decide: 2/(0.5 + 7.5) = 0.25, and both of them shrink by 1 − 0.25 · 0.5 = 0.875. The "
        "middle one shrinks by 0.5."
    ),
)
def predict_best_rate():
    """The best rate and the size of the slowest factor for the curvatures 0.5, 2 and 7.5."""
    return best_rate(CURVATURES), best_factor(CURVATURES[-1] / CURVATURES[0])


@predict_best_rate.mistake(
    "This rate uses all three curvatures. Which of the directions can be the slowest one, at any rate?"
)
def middle_curvature_counted():
    return 2 / 10, ...


@predict_best_rate.mistake("This rate is 1 over the average of all curvatures. Two directions decide alone: which?")
def average_curvature():
    return 3 / 10, ...


@predict_best_rate.mistake(
    "At this rate the steepest error vanishes in one step, and the flattest shrinks slowly. Where are both equally "
    "fast?"
)
def one_over_the_curvature():
    return 1 / 7.5, ...


@predict_best_rate.mistake("At this rate the steep direction stops shrinking. The best rate lies below it.")
def largest_instead_of_best():
    return 2 / 7.5, ...


@predict_best_rate.mistake("This rate lacks a factor of 2. Where do the lines of the two outermost factors cross?")
def half_of_the_rate():
    return 1 / 8, ...


@predict_best_rate.mistake(
    "The rate is right. The error of the steepest direction has this factor with its sign; the size is asked for."
)
def factor_with_its_sign():
    return 0.25, -0.875


@predict_best_rate.mistake("The rate is right. This is the factor of the loss. What happens to the error in a step?")
def factor_of_the_loss():
    return 0.25, 0.875**2


@predict_best_rate.mistake("The rate is right. 1 − 1/κ is the slowest factor at the rate 1/λ_max. And at this one?")
def factor_of_another_rate():
    return 0.25, 1 - 1 / 15


@predict_best_rate.mistake("The rate is right. A factor above 1 lets the error grow: what stands over what?")
def factor_upside_down():
    return 0.25, 16 / 14


@predict_best_rate.mistake(
    "The rate is right, the factor is that of the middle direction. The slowest one is asked for."
)
def factor_of_the_middle():
    return 0.25, 0.5


@predict_best_rate.mistake("The rate is right. This is the part of the error that a step takes away. What is left?")
def what_is_taken_away():
    return 0.25, 0.125


predict_best_rate.accept(
    (0.25, 0.875),
    [1 / 4, 7 / 8],
    (2 / (0.5 + 7.5), 14 / 16),
    np.array([0.25, 0.875]),
    (np.float32(0.25), 1 - 0.25 * 0.5),
)
