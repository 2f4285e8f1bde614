"""Predict a scaling."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    praise="10 and 100: the feature enters the gradient once and the curvature twice. "
    "So along this weight the largest stable learning rate is 100 times smaller.",
)
def predict_scaling():
    """One feature times 10, residuals as they are: the factors of (its gradient, its curvature)."""
    return 10, 100


@predict_scaling.mistake(
    "The factors are the right ones, but the other way round: first the gradient, then the curvature."
)
def swapped():
    return 100, 10


@predict_scaling.mistake(
    "The gradient is right. The curvature is a second derivative, 2/n Σ x²: how often does the feature stand in it?"
)
def curvature_like_the_gradient():
    return 10, 10


@predict_scaling.mistake(
    "The curvature is right. The gradient is 2/n Σ residual · x: how often does the feature stand in it?"
)
def gradient_like_the_curvature():
    return 100, 100


@predict_scaling.mistake("The gradient is right. The curvature does change: it is 2/n Σ x², and x is 10 times larger.")
def curvature_unchanged():
    return 10, 1


@predict_scaling.mistake("Both change: the weight's gradient is 2/n Σ residual · x, its curvature 2/n Σ x².")
def nothing_changes():
    return 1, 1


@predict_scaling.mistake(
    "You divide: the best weight becomes 10 times smaller, but the slope and the curvature along it grow. Look at Σ "
    "residual · x."
)
def divided():
    return 1 / 10, 1 / 100


@predict_scaling.mistake(
    "The gradient is right. Twice as often in the formula is a square and not a doubling: 10 · 10."
)
def doubled():
    return 10, 20


@predict_scaling.mistake(
    "The curvature is right; the gradient is not. It is 2/n Σ residual · x: how often does the feature stand in it?"
)
def only_the_curvature():
    return ..., 100


@predict_scaling.mistake(
    "The gradient is right; the curvature is not. It is 2/n Σ x²: how often does the feature stand in it?"
)
def only_the_gradient():
    return 10, ...


predict_scaling.accept(
    (10, 100),
    [10, 100],
    (10.0, 1e2),
    np.array([10, 100]),
    (np.float32(10), np.int64(100)),
)
