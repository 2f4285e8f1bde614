"""Predict what a change of unit does to the gradient and to the curvature of a weight."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    parts=("gradient factor", "curvature factor"),
    praise="10 and 100: the feature enters the gradient once and the curvature twice. "
    "So along this weight the largest stable learning rate is 100 times smaller, as chapter 02 shows.",
)
def predict_scaling():
    """One feature times 10, residuals as they are: the factors of (its gradient, its curvature)."""
    return 10, 100


@predict_scaling.mistake("The factors are the right ones, but in the other order: first the gradient's.")
def exchanged():
    return 100, 10


@predict_scaling.mistake(
    "The gradient factor is right. The curvature is the derivative of the gradient. Does a feature come out once more?"
)
def curvature_like_the_gradient():
    return 10, 10


@predict_scaling.mistake(
    "The curvature factor is right. The gradient has been differentiated once less. How often does the feature stand "
    "in it?"
)
def gradient_like_the_curvature():
    return 100, 100


@predict_scaling.mistake(
    "The gradient factor is right. And how much does that gradient change when the weight changes by 1?"
)
def curvature_unchanged():
    return 10, 1


@predict_scaling.mistake(
    "Both change. What is the derivative of one residual by this weight, and what happens to that number?"
)
def nothing_changes():
    return 1, 1


@predict_scaling.mistake(
    "You divide. The best weight becomes smaller, but what happens to the slope and the curvature along it?"
)
def divided():
    return 1 / 10, 1 / 100


@predict_scaling.mistake(
    "The gradient factor is right. A feature that enters twice: do its two factors add up or multiply?"
)
def doubled():
    return 10, 20


@predict_scaling.mistake("The curvature factor is right, the gradient factor is not. How often does the feature enter?")
def only_the_curvature():
    return ..., 100


@predict_scaling.mistake("The gradient factor is right, the curvature factor is not. How often does the feature enter?")
def only_the_gradient():
    return 10, ...


predict_scaling.accept(
    (10, 100),
    [10, 100],
    (10.0, 1e2),
    np.array([10, 100]),
    (np.float32(10), np.int64(100)),
)
