"""Predict the best learning rate and momentum for a bowl."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.momentum import best_pair

FLAT, STEEP = 0.16, 4.0
LR, MOMENTUM = best_pair([FLAT, STEEP])


@value(
    tolerance=0.015,
    parts=("learning rate", "momentum"),
    praise="√κ = 5, so ρ = 4/6 and β is its square. Both ends of the spectrum are critically damped, and the error "
    "shrinks by a third in each step.",
)
def predict_best_pair():
    """The best (learning rate, momentum) on a bowl with the curvatures from 0.16 to 4."""
    return best_pair([FLAT, STEEP])


@predict_best_pair.mistake(
    "The learning rate is right. The momentum is ρ itself, the factor per step: which β has √β = ρ?"
)
def not_squared():
    return LR, np.sqrt(MOMENTUM)


@predict_best_pair.mistake(
    "The learning rate is right. In the momentum κ stands where √κ belongs: compare with the distance of both roots "
    "from each other, √λ_max and √λ_min."
)
def kappa_for_its_root():
    return LR, ((STEEP - FLAT) / (STEEP + FLAT)) ** 2


@predict_best_pair.mistake(
    "Both are those of gradient descent, with κ in place of √κ. With momentum the two borders hold the *roots* of the "
    "curvatures."
)
def kappa_for_its_root_in_both():
    return 2 / (FLAT + STEEP), ((STEEP - FLAT) / (STEEP + FLAT)) ** 2


@predict_best_pair.mistake(
    "The momentum is right. The learning rate is the best one of gradient descent. Which η puts the flattest and the "
    "steepest direction on their borders, at this β?"
)
def best_rate_of_gradient_descent():
    return 2 / (FLAT + STEEP), MOMENTUM


@predict_best_pair.mistake(
    "The momentum is right. Of the learning rate you have the root: adding both borders gives √η. Which η has it?"
)
def rate_not_squared():
    return np.sqrt(LR), MOMENTUM


@predict_best_pair.mistake("Both want a square: you have √η and √β. Which numbers have these roots?")
def neither_squared():
    return np.sqrt(LR), np.sqrt(MOMENTUM)


@predict_best_pair.mistake("The numbers are right, but the other way round: first the learning rate.")
def swapped():
    return MOMENTUM, LR


@predict_best_pair.mistake(
    "The momentum is right. At this learning rate the steepest direction is at the limit of stability: which rate puts "
    "it on its border, (1 + √β)²?"
)
def limit_of_stability():
    return 2 * (1 + MOMENTUM) / STEEP, MOMENTUM


@predict_best_pair.mistake(
    "The momentum is right. 1/λ_max is a cautious rate; at this β the flattest direction is overdamped there. Which "
    "rate puts both ends on their borders?"
)
def one_over_the_steepest():
    return 1 / STEEP, MOMENTUM


@predict_best_pair.mistake(
    "The learning rate is right. The momentum makes the flattest direction critical for η = 1. It acts together with "
    "your η: (1 − √(ηλ))²."
)
def rate_left_out_of_the_momentum():
    return LR, (1 - np.sqrt(FLAT)) ** 2


predict_best_pair.accept(
    (0.694, 0.444),
    [25 / 36, 4 / 9],
    np.array([0.6944, 0.4444]),
    (np.float32(0.6944), 0.4444),
    ((2 / 2.4) ** 2, (1.6 / 2.4) ** 2),
)
