"""Predict what a step is sure to gain."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.005,
    praise="0.15 · (1 − 0.3) · 100 = 10.5. The slope alone promises 15; the curvature can take back no more than 4.5.",
)
def predict_guaranteed_decrease():
    """What a step of rate 0.15 is sure to gain where g = (6, 8) and no curvature exceeds 4."""
    return 0.15 * (1 - 0.15 * 4 / 2) * 100


@predict_guaranteed_decrease.mistake("{answer} is what the slope alone promises. By how much may curvature lessen it?")
def only_the_slope():
    return 0.15 * 100


@predict_guaranteed_decrease.mistake(
    "{answer} has the length of the gradient where its square belongs: the step is longer where the slope is steeper."
)
def norm_not_squared():
    return 0.15 * (1 - 0.15 * 4 / 2) * 10


@predict_guaranteed_decrease.mistake("{answer} lacks a ½: the second-order term of the Taylor expansion has one.")
def no_half():
    return 0.15 * (1 - 0.15 * 4) * 100


@predict_guaranteed_decrease.mistake(
    "{answer} is the best guarantee, at the rate 1/Λ = 0.25. The step has another rate."
)
def at_the_best_rate():
    return 100 / 8


@predict_guaranteed_decrease.mistake(
    "{answer} is what the curvature may take back. What is left of the slope's promise then?"
)
def only_the_loss():
    return 0.15**2 * 4 / 2 * 100


@predict_guaranteed_decrease.mistake(
    "In {answer} the two coordinates of g are added; ‖g‖² is the sum of their squares."
)
def coordinates_added():
    return 0.15 * (1 - 0.15 * 4 / 2) * 14


@predict_guaranteed_decrease.mistake("In {answer} the sum of the coordinates is squared; ‖g‖² is the sum of squares.")
def sum_squared():
    return 0.15 * (1 - 0.15 * 4 / 2) * 196


@predict_guaranteed_decrease.mistake("{answer} is the bracket, a share. Of what is it a share?")
def only_the_bracket():
    return 1 - 0.15 * 4 / 2


@predict_guaranteed_decrease.mistake(
    "{answer} is the rate times the length of g. What does a step move, on which slope?"
)
def only_the_slope_of_the_length():
    return 0.15 * 10


@predict_guaranteed_decrease.mistake("{answer} is the square of the length of g. Which share of it is sure?")
def only_the_square():
    return 100.0


@predict_guaranteed_decrease.mistake("{answer} has the bracket without the rate before it. How far does the step go?")
def rate_forgotten():
    return 70.0


@predict_guaranteed_decrease.mistake("{answer} lacks the rate before the bracket, and the square of the length of g.")
def rate_and_square_forgotten():
    return 7.0


predict_guaranteed_decrease.accept(10.5, 21 / 2, np.float32(10.5), [10.5], np.array(10.5), 0.15 * 0.7 * 100)
