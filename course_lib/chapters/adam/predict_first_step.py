"""The first step."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.005,
    parts=("first coordinate", "second coordinate"),
    praise="The first step is lr · sign(g), against the gradient: 0.01 in both coordinates, though one gradient is "
    "more than sixty thousand times the other.",
)
def predict_first_step():
    """The change of w in Adam's first step, for the gradient (250, −0.004), lr = 0.01 and the usual other settings."""
    return -0.01, 0.01


@predict_first_step.mistake("{answer} has the right lengths, but it goes uphill: against the gradient, please.")
def along_the_gradient():
    return 0.01, -0.01


@predict_first_step.mistake(
    "{answer} is gradient descent: lr times the gradient. Adam divides by the size of the gradient. What is left of it?"
)
def gradient_descent_step():
    return -2.5, 0.00004


@predict_first_step.mistake(
    "{answer} is lr times the gradient, and uphill as well. Adam divides by the size of the gradient: what is left of "
    "it, and which sign goes down?"
)
def gradient_uphill():
    return 2.5, -0.00004


@predict_first_step.mistake(
    "Only the first coordinate goes downhill in {answer}: these are lr times the sizes of the gradients. Adam divides "
    "by the size, and each coordinate has a sign of its own."
)
def gradient_descent_without_signs():
    return -2.5, -0.00004


@predict_first_step.mistake(
    "{answer} is lr times the size of each gradient. Adam divides by that size: what is left of the gradient?"
)
def gradient_sizes():
    return 2.5, 0.00004


@predict_first_step.mistake(
    "{answer} is the step without bias correction, (1 − β₁)/√(1 − β₂) times lr. What do the corrections do at t = 1?"
)
def without_correction():
    return -0.01 * 0.1 / np.sqrt(0.001), 0.01 * 0.1 / np.sqrt(0.001)


@predict_first_step.mistake("{answer} takes m = (1 − β₁) g without its correction. What is m̂ at t = 1?")
def m_without_correction():
    return -0.001, 0.001


@predict_first_step.mistake("{answer} forgets that the second gradient is negative: each coordinate has its own sign.")
def same_sign_twice():
    return -0.01, -0.01


@predict_first_step.mistake("{answer} is the sign alone. How long is a step?")
def no_lr():
    return -1.0, 1.0


@predict_first_step.mistake("{answer} are the lengths. Each coordinate also has a direction: against its gradient.")
def lengths_only():
    return 0.01, 0.01


predict_first_step.accept(
    (-0.01, 0.01),
    [-0.01, 0.01],
    np.array([-0.01, 0.01]),
    (-1e-2, 0.01000001),
    -0.01 * np.sign([250, -0.004]),
)
