"""Predict above which learning rate gradient descent diverges on a bowl given by its formula."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.01,
    praise=(
        "The second derivatives are 1 and 10, the steepest decides: 2/10 = 0.2. Above it every step makes the steep "
        "error larger."
    ),
)
def predict_divergence():
    """The learning rate above which f(x, y) = ½ x² + 5 y² diverges."""
    return 2 / 10


@predict_divergence.mistake(
    "At {answer} the steep error vanishes in a single step. How much further can a step go before it overshoots for "
    "good?"
)
def one_over_the_curvature():
    return 1 / 10


@predict_divergence.mistake(
    "At {answer} both directions shrink equally fast: that is the best learning rate, and not yet the one at which the "
    "run diverges."
)
def best_instead_of_largest():
    return 2 / (1 + 10)


@predict_divergence.mistake(
    "{answer} comes from the flat direction. All directions must shrink: which one gives up first?"
)
def the_flat_direction():
    return 2 / 1


@predict_divergence.mistake(
    "{answer} takes the factor 5 in front of y² for the curvature. What is the second derivative of 5 y²?"
)
def factor_for_curvature():
    return 2 / 5


@predict_divergence.mistake(
    "{answer} is 1/λ of the flat direction. Which direction gives up first, and how far can a step go there?"
)
def one_over_the_flat_curvature():
    return 1 / 1


@predict_divergence.mistake(
    "{answer} is the factor in front of y². The learning rate limit is small where the curvature is large."
)
def the_factor():
    return 5.0


@predict_divergence.mistake("{answer} is a curvature. The learning rate limit is small where the curvature is large.")
def the_curvature():
    return 10.0


@predict_divergence.mistake(
    "{answer} comes from the average of the curvatures. They do not share: the steepest decides alone."
)
def average_curvature():
    return 2 / 5.5


predict_divergence.accept(
    0.2,
    1 / 5,
    np.float32(0.2),
    np.array([0.2]),
    0.2001,
    [0.1995],
)
