"""Predict momentum's noise floor where gradient descent with the same effective rate has none."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.momentum import floor

CURVATURE, VARIANCE, RATE, MOMENTUM = 4.0, 3.0, 0.2, 0.8
EFFECTIVE = RATE / (1 - MOMENTUM)


@value(
    tolerance=0.005,
    praise="At ηλ/(1 − β) = 4 gradient descent would diverge; momentum has a floor, 0.482, 29 % above the value for "
    "small rates, 0.375.",
)
def predict_momentum_floor():
    """The mean of error² in the long run for λ = 4, noise of variance 3, η = 0.2 and β = 0.8."""
    return 2 * floor(RATE, MOMENTUM, [CURVATURE], [VARIANCE]) / CURVATURE


@predict_momentum_floor.mistake(
    "{answer} is the value for small rates. Here the effective rate times λ is 4, and the denominator is no longer 2."
)
def small_rate():
    return EFFECTIVE * VARIANCE / (2 * CURVATURE)


@predict_momentum_floor.mistake(
    "{answer} is the floor of gradient descent with the rate η. What does β make of the rate?"
)
def gradient_descent():
    return RATE * VARIANCE / (CURVATURE * (2 - RATE * CURVATURE))


@predict_momentum_floor.mistake(
    "{answer} is negative, and a mean of squares is not. This is gradient descent's formula at the effective rate, "
    "beyond its limit. What stands beside ηₑλ for momentum?"
)
def gradient_descent_at_the_effective_rate():
    return EFFECTIVE * VARIANCE / (CURVATURE * (2 - EFFECTIVE * CURVATURE))


@predict_momentum_floor.mistake(
    "{answer} is negative, and a mean of squares is not. Of 1 − β and 1 + β, which one is on top?"
)
def fraction_upside_down():
    return EFFECTIVE * VARIANCE / (CURVATURE * (2 - EFFECTIVE * CURVATURE * (1 + MOMENTUM) / (1 - MOMENTUM)))


@predict_momentum_floor.mistake(
    "{answer} is the mean of the *loss*, half of λ times what is asked. The mean of error² is wanted."
)
def loss_for_the_error():
    return floor(RATE, MOMENTUM, [CURVATURE], [VARIANCE])


@predict_momentum_floor.mistake(
    "{answer} takes the root of the noise's variance. The variance itself, 3, belongs into the formula."
)
def root_of_the_variance():
    return predict_momentum_floor() / np.sqrt(VARIANCE)


@predict_momentum_floor.mistake("{answer} is the typical error, the root of what is asked: the mean of error².")
def root_of_the_floor():
    return np.sqrt(predict_momentum_floor())


@predict_momentum_floor.mistake(
    "{answer} takes η where the effective rate belongs, in front of the fraction. β is in it only once then."
)
def rate_for_the_effective_rate():
    return RATE * VARIANCE / CURVATURE / (2 - EFFECTIVE * CURVATURE * (1 - MOMENTUM) / (1 + MOMENTUM))


@predict_momentum_floor.mistake(
    "{answer} takes η in the denominator together with (1 − β)/(1 + β). That is one 1 − β too many: with η it is "
    "divided by 1 + β alone."
)
def one_minus_beta_too_many():
    return EFFECTIVE * VARIANCE / CURVATURE / (2 - RATE * CURVATURE * (1 - MOMENTUM) / (1 + MOMENTUM))


@predict_momentum_floor.mistake("{answer} forgets the curvature outside of the fraction: the noise is divided by λ.")
def curvature_left_out():
    return predict_momentum_floor() * CURVATURE


@predict_momentum_floor.mistake("{answer} squares the variance, which is a square already: σ² is 3 here, and not σ.")
def variance_squared():
    return predict_momentum_floor() * VARIANCE


@predict_momentum_floor.mistake(
    "{answer} has η in both places of the effective rate, beside a fraction that belongs to the effective one. Which "
    "rate stands in the box?"
)
def rate_in_both_places():
    return RATE * VARIANCE / CURVATURE / (2 - RATE * CURVATURE * (1 - MOMENTUM) / (1 + MOMENTUM))


@predict_momentum_floor.mistake("{answer} leaves the noise out. How does the floor grow with its variance?")
def variance_left_out():
    return predict_momentum_floor() / VARIANCE


@predict_momentum_floor.mistake(
    "{answer} is the value for small rates, with η. The velocity adds up: what is the rate then? And is it small?"
)
def small_rate_without_momentum():
    return RATE * VARIANCE / (2 * CURVATURE)


@predict_momentum_floor.mistake(
    "{answer} has 1 − β beside ηₑλ, and not the fraction: below it something is missing that grows with β."
)
def one_plus_beta_forgotten():
    return EFFECTIVE * VARIANCE / CURVATURE / (2 - EFFECTIVE * CURVATURE * (1 - MOMENTUM))


@predict_momentum_floor.mistake(
    "{answer} leaves λ out of the denominator: the effective rate stands there beside the curvature."
)
def curvature_left_out_below():
    return EFFECTIVE * VARIANCE / CURVATURE / (2 - EFFECTIVE * (1 - MOMENTUM) / (1 + MOMENTUM))


predict_momentum_floor.accept(0.4821, 27 / 56, np.float64(0.48214), Fraction(27, 56), [0.482], np.float32(0.4821))
