"""Predict what plain gradient descent does when nobody calls zero_grad."""

import numpy as np

from course_lib.checks.exercises import value

RATE, CURVATURE, FIRST, STEP = 0.3, 2.5, 4.0, 12


def error(step, product=RATE * CURVATURE):
    """Return the error after some steps of a swing without friction."""
    angle = np.arccos(1 - product / 2)
    return float(FIRST * np.cos((step + 0.5) * angle) / np.cos(angle / 2))


def period(product=RATE * CURVATURE):
    """Return after how many steps the swing comes back."""
    return float(2 * np.pi / np.arccos(1 - product / 2))


@value(
    tolerance=0.005,
    praise="The gradients add up to a velocity that never fades: β = 1. The run swings about the minimum, and after a "
    "thousand steps as far as after ten. With zero_grad, a quarter of the error would be left after one step.",
)
def predict_forgotten_gradients():
    """The period of the swing in steps, and the error after step 12."""
    return {"period": period(), "error": error(STEP)}


@predict_forgotten_gradients.mistake(
    "This is gradient descent as it should be: the error shrinks by 1 − ηλ in each step. What does the step use when "
    "nothing takes the old gradients away?"
)
def as_if_it_were_called():
    return {"period": ..., "error": FIRST * (1 - RATE * CURVATURE) ** STEP}


@predict_forgotten_gradients.mistake(
    "The period is that of small ηλ, 2π/√(ηλ). Here ηλ is 0.75: take the angle from its cosine."
)
def small_angle():
    return {"period": 2 * np.pi / np.sqrt(RATE * CURVATURE), "error": ...}


@predict_forgotten_gradients.mistake(
    "The period is half of it: after π/θ steps the run is on the other side. When is it back?"
)
def half_the_period():
    return {"period": period() / 2, "error": ...}


@predict_forgotten_gradients.mistake(
    "The cosine of θ is taken to be 1 − ηλ. The two roots add up to 2 − ηλ, and each has half of that as its "
    "real part."
)
def twice_the_curvature():
    angle = np.arccos(1 - RATE * CURVATURE)
    return {"period": 2 * np.pi / angle, "error": ...}


@predict_forgotten_gradients.mistake(
    "The error is that of a swing which starts at its turning point, x₀ cos(tθ). After the first step it is (1 − ηλ) "
    "x₀: does this give that?"
)
def no_half_step():
    return {"period": ..., "error": FIRST * np.cos(STEP * np.arccos(1 - RATE * CURVATURE / 2))}


@predict_forgotten_gradients.mistake(
    "The angle and the full turn have different units: 360/θ needs θ in degrees, 2π/θ needs radians."
)
def degrees_and_radians():
    return {"period": 360 / np.arccos(1 - RATE * CURVATURE / 2), "error": ...}


@predict_forgotten_gradients.mistake(
    "This is the angle θ by which the swing goes on in one step. How many such steps make a full turn?"
)
def angle_for_the_period():
    return {"period": np.arccos(1 - RATE * CURVATURE / 2), "error": ...}


@predict_forgotten_gradients.mistake(
    "The error has the right size and the wrong sign: it starts at +4. On which side is the swing at step 12?"
)
def error_with_the_other_sign():
    return {"period": ..., "error": -error(STEP)}


@predict_forgotten_gradients.mistake("The angle is in degrees here, and the full turn 2π in radians. Take one of them.")
def radians_over_degrees():
    return {"period": 2 * np.pi / np.degrees(np.arccos(1 - RATE * CURVATURE / 2)), "error": ...}


@predict_forgotten_gradients.mistake(
    "The error is that of step 11. Error 0 is the start; what is asked is the error after step 12."
)
def one_step_less():
    return {"period": ..., "error": error(STEP - 1)}


@predict_forgotten_gradients.mistake(
    "The error is that of step 13. Error 0 is the start; what is asked is the error after step 12."
)
def one_step_more():
    return {"period": ..., "error": error(STEP + 1)}


@predict_forgotten_gradients.mistake(
    "The error is that of a swing which starts at 1. Where does this one start?"
)
def started_at_one():
    return {"period": ..., "error": error(STEP) / FIRST}


@predict_forgotten_gradients.mistake(
    "The cosine has the half step, but at t = 0 it is not yet 1. By what is it divided, so that the error starts at 4?"
)
def not_divided():
    return {"period": ..., "error": error(STEP) * np.cos(np.arccos(1 - RATE * CURVATURE / 2) / 2)}


@predict_forgotten_gradients.mistake(
    "The cosine is divided as it should be, but the half step is missing in it: at t = 0 this is not 4."
)
def half_step_only_below():
    angle = np.arccos(1 - RATE * CURVATURE / 2)
    return {"period": ..., "error": FIRST * np.cos(STEP * angle) / np.cos(angle / 2)}


@predict_forgotten_gradients.mistake(
    "The error is as large as at the start. The *swing* keeps its size; where in the swing is step 12?"
)
def as_large_as_at_the_start():
    return {"period": ..., "error": FIRST}


predict_forgotten_gradients.accept(
    {"error": error(STEP), "period": 7.02},
    {"period": 7.0, "error": 0.8826},
    {"period": 7.015, "error": 0.883},
    {"period": 7.02, "error": 0.8826},
    {"period": np.float32(period()), "error": np.float64(error(STEP))},
)
