"""Predict the factor per step of three directions: one creeps, one rings, one jumps from side to side."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.optimizers import Momentum
from course_lib.theory.momentum import both_roots, spectral_radius

CURVATURES, LR, MOMENTUM = (0.08, 2.0, 13.0), 0.25, 0.64


def factors(curvatures=CURVATURES, lr=LR):
    """Return the larger absolute value of both roots for each curvature."""
    return tuple(float(spectral_radius(Momentum, lr * curvature, MOMENTUM)) for curvature in curvatures)


def with_part(place, number):
    """Return the right factors with another number in one place."""
    answer = list(factors())
    answer[place] = float(number)
    return tuple(answer)


@value(
    tolerance=0.002,
    parts=("factor for 0.08", "factor for 2", "factor for 13"),
    praise="Only the middle one lies between the borders ηλ = 0.04 and 3.24, and shrinks by √β = 0.8. The others "
    "have real roots, one pair positive, one negative, and the flattest direction is the slowest.",
)
def predict_three_factors():
    """The factors of the error per step along the curvatures 0.08, 2 and 13, at η = 0.25 and β = 0.64."""
    return factors()


@predict_three_factors.mistake(
    "All three have √β. That is the factor of a direction that rings. Between which two values of ηλ does one ring at "
    "this β, and where do the three lie?"
)
def all_of_them_ring():
    return (np.sqrt(MOMENTUM),) * 3


@predict_three_factors.mistake(
    "All three have β. That is the product of both roots: how long is each where they are a conjugate pair? And which "
    "of the three directions ring?"
)
def product_for_the_factor():
    return (MOMENTUM,) * 3


@predict_three_factors.mistake(
    "These are |1 − ηλ|, the factors of gradient descent. With momentum the last two errors decide the next one: each "
    "direction has two roots."
)
def factors_of_gradient_descent():
    return tuple(abs(1 - LR * curvature) for curvature in CURVATURES)


@predict_three_factors.mistake(
    "The learning rate is left out: in the polynomial, and at the borders, it stands beside λ, as the product ηλ."
)
def learning_rate_left_out():
    return factors(lr=1)


@predict_three_factors.mistake(
    "A factor below √β: of two real roots you took the smaller one. Their product is β. Which of the two is left in "
    "the long run?"
)
def smaller_root():
    return tuple(np.abs(both_roots(Momentum, LR * curvature, MOMENTUM)).min() for curvature in CURVATURES)


@predict_three_factors.mistake(
    "A factor is the absolute value of a root. That the last one is negative means that the error jumps from side to "
    "side while it shrinks."
)
def sign_of_the_root():
    return with_part(2, -factors()[2])


@predict_three_factors.mistake(
    "The first and the second are right. The steepest direction does not ring any more: there is a second border, and "
    "beyond it the roots are real and negative."
)
def second_border_overlooked():
    return with_part(2, np.sqrt(MOMENTUM))


@predict_three_factors.mistake(
    "The second and the third are right. The flattest direction does not ring yet: below the first border its roots "
    "are real, and one of them is larger than √β."
)
def first_border_overlooked():
    return with_part(0, np.sqrt(MOMENTUM))


@predict_three_factors.mistake(
    "The first and the third are right. The middle one rings: β is the product of a conjugate pair. How long is each "
    "of the two?"
)
def product_where_it_rings():
    return with_part(1, MOMENTUM)


@predict_three_factors.mistake(
    "The first and the third are right. In the middle you have the real part of the roots. The factor is their "
    "absolute value, and the imaginary part belongs to it."
)
def real_part():
    return with_part(1, (1 + MOMENTUM - LR * CURVATURES[1]) / 2)


predict_three_factors.accept(
    (0.937, 0.8, 0.895),
    [0.9369, 0.8, 0.8947],
    np.array([0.937, 0.8, 0.8947]),
    (0.81 + np.sqrt(0.81**2 - 0.64), 0.64**0.5, 0.805 + np.sqrt(0.805**2 - 0.64)),
    (np.float32(0.9369), 4 / 5, 0.8947),
)
