"""Predict the largest stable learning rate under momentum."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.momentum import best_pair

FLAT, STEEP, MOMENTUM = 0.2, 8.0, 0.6


@value(
    tolerance=0.005,
    praise="2(1 + β)/λ_max: there the steepest direction has a root at −1. It is 1 + β times the limit of gradient "
    "descent.",
)
def predict_stability_limit():
    """The learning rate below which momentum 0.6 converges on a bowl with the curvatures 0.2 and 8."""
    return 2 * (1 + MOMENTUM) / STEEP


@predict_stability_limit.mistake(
    "{answer} is 2/λ_max, the limit of gradient descent. With momentum the run survives a larger rate: where is a root "
    "of the steepest direction equal to −1?"
)
def limit_of_gradient_descent():
    return 2 / STEEP


@predict_stability_limit.mistake(
    "{answer} is the limit of the flattest direction alone. All directions must shrink: which one gives way first?"
)
def flattest_direction():
    return 2 * (1 + MOMENTUM) / FLAT


@predict_stability_limit.mistake(
    "{answer} is 2/λ of the flattest direction, without momentum. Which direction gives way first, and what does β "
    "change?"
)
def flattest_direction_without_momentum():
    return 2 / FLAT


@predict_stability_limit.mistake(
    "{answer} holds the *effective* rate η/(1 − β) below 2/λ_max. In the steepest direction the gradients change sign, "
    "so they do not add up to 1/(1 − β) of them. Look at the roots."
)
def limit_of_the_effective_rate():
    return 2 * (1 - MOMENTUM) / STEEP


@predict_stability_limit.mistake(
    "{answer} is the limit of gradient descent divided by 1 − β. Look at the roots: where does one of them leave the "
    "interval from −1 to 1?"
)
def divided_by_one_minus_beta():
    return 2 / (STEEP * (1 - MOMENTUM))


@predict_stability_limit.mistake(
    "{answer} is (1 + β)/λ_max. Put z = −1 into z² − (1 + β − ηλ) z + β once more: what is twice there?"
)
def factor_two_missing():
    return (1 + MOMENTUM) / STEEP


@predict_stability_limit.mistake(
    "{answer} is the right border of ringing, (1 + √β)²/λ_max. Beyond it the roots are real and negative, but not yet "
    "beyond −1."
)
def border_of_ringing():
    return (1 + np.sqrt(MOMENTUM)) ** 2 / STEEP


@predict_stability_limit.mistake(
    "{answer} is the limit that holds for a β close to 1. How much of it is left at β = 0.6?"
)
def momentum_of_one():
    return 4 / STEEP


@predict_stability_limit.mistake(
    "{answer} is for Nesterov's rule, which has other roots. Here the step goes along the velocity itself."
)
def nesterovs_limit():
    return 2 * (1 + MOMENTUM) / ((1 + 2 * MOMENTUM) * STEEP)


@predict_stability_limit.mistake(
    "{answer} divides by the sum of both curvatures, as the best rate of gradient descent does. The limit has to do "
    "with one of them."
)
def sum_of_the_curvatures():
    return 2 * (1 + MOMENTUM) / (FLAT + STEEP)


@predict_stability_limit.mistake(
    "{answer} is the condition number. The limit has to do with one curvature alone: which one?"
)
def condition_number():
    return STEEP / FLAT


@predict_stability_limit.mistake(
    "{answer} has √β where β belongs: the borders of ringing have the root. Put z = −1 into "
    "z² − (1 + β − ηλ) z + β: what stands there?"
)
def root_of_the_momentum():
    return 2 * (1 + np.sqrt(MOMENTUM)) / STEEP


@predict_stability_limit.mistake(
    "{answer} is the learning rate of the best pair, which has another β. The limit is the rate from which the error "
    "no longer shrinks."
)
def rate_of_the_best_pair():
    return best_pair([FLAT, STEEP])[0]


@predict_stability_limit.mistake(
    "{answer} is the best learning rate of gradient descent. The limit is the rate from which the error no longer "
    "shrinks, and here there is momentum."
)
def best_rate_of_gradient_descent():
    return 2 / (FLAT + STEEP)


predict_stability_limit.accept(0.4, 3.2 / 8, np.float32(0.4), [0.4], Fraction(2, 5), 0.3999)
