"""Predict where Newton's step leads."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.006,
    parts=("w₁", "w₂", "change of the loss"),
    praise="Along w₁ the step is −4/12, along w₂ it is −(−2)/(−1) = −2: (2/3, 0). There the curvature is negative, and "
    "Newton climbs to the ridge where the slope is 0; gradient descent would go down, away from it. So the loss rises, "
    "from −1 to 16/81.",
)
def predict_newton_step():
    """Where Newton's step leads from (1, 2) on L = w₁⁴ − ½ w₂², and by how much the loss changes."""
    return (2 / 3, 0.0, 97 / 81)


@predict_newton_step.mistake("This is a step of gradient descent with the rate 1. Which rate has each direction?")
def rate_one():
    return (-3.0, 4.0, ...)


@predict_newton_step.mistake("The sign is turned: H Δw = −g. Which sign has the step along each axis?")
def uphill():
    return (4 / 3, 4.0, ...)


@predict_newton_step.mistake("This is how far it moves, not where it ends. Where does the step lead from (1, 2)?")
def returns_the_step():
    return (-1 / 3, -2.0, ...)


@predict_newton_step.mistake(
    "Both directions have the rate of the steeper one. Newton's step has a rate for each of them."
)
def one_rate_for_both():
    return (2 / 3, 2 + 2 / 12, ...)


@predict_newton_step.mistake(
    "Along w₂ this goes down, as gradient descent would. The curvature there is negative: what does 1/λ make of the "
    "step?"
)
def size_of_the_curvature():
    return (2 / 3, 4.0, ...)


@predict_newton_step.mistake("Along w₁ it is right, and along w₂ nothing moves. What are slope and curvature there?")
def second_axis_forgotten():
    return (2 / 3, 2.0, ...)


@predict_newton_step.mistake("These are the right numbers in the wrong order: w₁ comes first.")
def coordinates_exchanged():
    return (0.0, 2 / 3, ...)


@predict_newton_step.mistake(
    "There the gradient of the loss is 0. The step leads to the point where that of the local model is."
)
def the_saddle_itself():
    return (0.0, 0.0, ...)


@predict_newton_step.mistake(
    "The curvature along w₁ is the second derivative of w₁⁴. At w₁ = 1 that is not 4, nor 3: derive twice."
)
def first_derivative_for_curvature():
    return (0.0, ..., ...)


@predict_newton_step.mistake("The step is multiplied by the curvatures. Where it is steep, should the rate be large?")
def times_the_curvature():
    return (1 - 48.0, 0.0, ...)


@predict_newton_step.mistake(
    "The point is right, but the loss has a minus before ½ w₂². Which sign has the curvature along w₂?"
)
def minus_overlooked():
    return (2 / 3, 0.0, 16 / 81 - 3)


@predict_newton_step.mistake("The point is right. This is the loss there; the change is that minus the loss before.")
def loss_for_its_change():
    return (2 / 3, 0.0, 16 / 81)


@predict_newton_step.mistake(
    "The point is right, and so is the size of the change. Is the loss there higher or lower than before?"
)
def change_turned():
    return (2 / 3, 0.0, -97 / 81)


predict_newton_step.accept(
    (2 / 3, 0, 97 / 81),
    [0.67, 0.0, 1.2],
    np.array([2 / 3, 0.0, 97 / 81]),
    (np.float32(2 / 3), np.float32(0), np.float32(97 / 81)),
    (1 - 4 / 12, 2 - 2 / 1, (2 / 3) ** 4 + 1),
)
