"""Predict where Newton's step leads."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.005,
    praise="Along w₁ the step is −4/12, along w₂ it is −2/1: (2/3, 0). The second direction is a parabola and done at "
    "once; the first is not, and its model is true only nearby.",
)
def predict_newton_step():
    """The point to which Newton's step leads from (1, 2) on L = w₁⁴ + ½ w₂²."""
    return (2 / 3, 0.0)


@predict_newton_step.mistake("This is a step of gradient descent with the rate 1. Which rate has each direction?")
def rate_one():
    return (-3.0, 0.0)


@predict_newton_step.mistake("This goes uphill: H d = −g. Which sign has the step?")
def uphill():
    return (4 / 3, 4.0)


@predict_newton_step.mistake("This is how far it moves, not where it ends. Where does the step lead from (1, 2)?")
def returns_the_step():
    return (-1 / 3, -2.0)


@predict_newton_step.mistake(
    "Both directions have the rate of the steeper one. Newton's step has a rate for each of them."
)
def one_rate_for_both():
    return (2 / 3, 2 - 2 / 12)


@predict_newton_step.mistake("This is the minimum of the loss. The step leads to the minimum of the local model.")
def the_minimum_itself():
    return (0.0, 0.0)


@predict_newton_step.mistake(
    "The curvature along w₁ is the second derivative of w₁⁴. At w₁ = 1 that is not 4, nor 3: derive twice."
)
def first_derivative_for_curvature():
    return (0.0, ...)


@predict_newton_step.mistake("The step is multiplied by the curvatures. Where it is steep, should the rate be large?")
def times_the_curvature():
    return (1 - 48.0, 0.0)


predict_newton_step.accept(
    (2 / 3, 0), [0.667, 0.0], np.array([2 / 3, 0.0]), (np.float32(2 / 3), np.float32(0)), (1 - 4 / 12, 2 - 2 / 1)
)
