"""Predict the variance."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.01,
    praise="Sixteen times the rows, a sixteenth of the variance: 800 / 16 = 50. The typical error, its root, is only "
    "four times smaller.",
)
def predict_variance():
    """The variance with 64 independent rows, when it is 800 with 4."""
    return 50


@predict_variance.mistake(
    "{answer} is what happens to the typical error, the root of the variance. The variance itself goes like 1/B."
)
def root_of_the_factor():
    return 800 / 4


@predict_variance.mistake("{answer} is larger than before. Can more rows make the gradient less exact?")
def upside_down():
    return 800 * 16


@predict_variance.mistake("{answer} divides by the factor twice. The variance goes like 1/B, and not like 1/B².")
def square_of_the_factor():
    return 800 / 16**2


@predict_variance.mistake(
    "{answer} divides 800 by 64. But 800 is the variance of 4 rows already: what is it for one row?"
)
def divided_by_64():
    return 800 / 64


@predict_variance.mistake("{answer} divides by 64 − 4. What counts is the ratio of the batch sizes.")
def difference_of_the_sizes():
    return 800 / 60


@predict_variance.mistake("{answer} is the variance of a single row, σ². Divide it by the new batch size.")
def variance_of_one_row():
    return 800 * 4


@predict_variance.mistake("{answer} is the factor. The variance was 800 before: what is it now?")
def the_factor():
    return 16


@predict_variance.mistake("{answer} would mean that the batch size does not matter. It does: variance = σ²/B.")
def unchanged():
    return 800


predict_variance.accept(
    50,
    50.0,
    800 / 16,
    np.float32(50),
    [50],
    np.array(50.2),
)
