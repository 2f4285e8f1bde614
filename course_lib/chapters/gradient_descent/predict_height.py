"""Predict how high a run may still be when its gradient is small: what no stopping rule knows."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.01,
    praise=(
        "‖g‖² / (2 λ_min) = 0.01² / 0.004 = 0.025, when all that is left lies along the flattest axis. Along the "
        "steepest the same gradient means 1e-05. The run itself cannot tell which of the two it is."
    ),
)
def predict_height():
    """The largest L − L_min at a point with ‖g‖ = 0.01, on a bowl with curvatures from 0.002 to 5."""
    return 0.01**2 / (2 * 0.002)


@predict_height.mistake(
    "{answer} belongs to the steepest axis: there a gradient of this length means the least height. Where does it mean "
    "the most?"
)
def steepest_for_flattest():
    return 0.01**2 / (2 * 5)


@predict_height.mistake("{answer} is twice too high. What is the height of a parabola with the slope λx at x?")
def half_missing():
    return 0.01**2 / 0.002


@predict_height.mistake("{answer} is the largest distance from the minimum, ‖g‖/λ_min. How high is the bowl there?")
def distance_for_height():
    return 0.01 / 0.002


@predict_height.mistake("{answer} has the gradient without its square. How does the height go with the slope?")
def gradient_not_squared():
    return 0.01 / (2 * 0.002)


@predict_height.mistake("{answer} multiplies by the curvature. Does the same slope mean more height where it is flat?")
def multiplies_by_the_curvature():
    return 0.002 * 0.01**2 / 2


@predict_height.mistake(
    "{answer} takes the gradient for the distance. How far away is a slope of 0.01 at the flattest?"
)
def gradient_for_distance():
    return 5 * 0.01**2 / 2


@predict_height.mistake(
    "{answer} has the curvature of the steepest axis at the distance of the flattest. All of the gradient lies along "
    "one axis: take both numbers there."
)
def two_axes_in_one():
    return 5 / 2 * (0.01 / 0.002) ** 2


@predict_height.mistake(
    "{answer} is the gradient times κ. How far from the minimum is a slope of 0.01, where it is flat?"
)
def gradient_times_kappa():
    return 0.01 * 5 / 0.002


@predict_height.mistake("{answer} is half of the gradient. Which curvature must come in, and where is it least?")
def no_curvature():
    return 0.01 / 2


@predict_height.mistake("{answer} is half of the square of the gradient. Which curvature must come in?")
def square_without_a_curvature():
    return 0.01**2 / 2


predict_height.accept(0.025, 1 / 40, np.float32(0.025), [0.025], 0.01**2 / 0.004)
