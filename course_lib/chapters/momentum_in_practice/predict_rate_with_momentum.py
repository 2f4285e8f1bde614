"""Predict the learning rate that keeps the effective one when momentum is added, in two conventions."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value

RATE, MOMENTUM = 0.04, 0.95


@value(
    tolerance=0.005,
    praise="A sum of gradients is 1/(1 − β) times as long, so η shrinks by 1 − β; an average is as long as one "
    "gradient, so η stays. Keep η where gradients are summed up, and the effective rate is twenty times larger.",
)
def predict_rate_with_momentum():
    """The rates with β = 0.95 that move as far on a constant slope as gradient descent with 0.04."""
    return {"accumulate": RATE * (1 - MOMENTUM), "average": RATE}


@predict_rate_with_momentum.mistake(
    "These two are exchanged. In which convention does the velocity grow beyond one gradient when all gradients are "
    "equal?"
)
def accumulate_and_average_exchanged():
    return {"accumulate": RATE, "average": RATE * (1 - MOMENTUM)}


@predict_rate_with_momentum.mistake(
    "The rates are unchanged. On a slope g that stays the same, how long does the velocity of `accumulate` become?"
)
def nothing_translated():
    return {"accumulate": RATE, "average": RATE}


@predict_rate_with_momentum.mistake(
    "Both are scaled by 1 − β. That is right for a sum of gradients. How long is an average of equal gradients?"
)
def both_scaled():
    return {"accumulate": RATE * (1 - MOMENTUM), "average": RATE * (1 - MOMENTUM)}


@predict_rate_with_momentum.mistake(
    "The rate of `accumulate` is divided by 1 − β: that is its effective rate. It should stay what it was: so which "
    "way must η go?"
)
def divided_by_one_minus_beta():
    return {"accumulate": RATE / (1 - MOMENTUM), "average": ...}


@predict_rate_with_momentum.mistake(
    "The rate of `accumulate` is right. For `average` you translated once more: from gradient descent its rate need "
    "not change, since an average of equal gradients is as long as each of them."
)
def average_divided():
    return {"accumulate": RATE * (1 - MOMENTUM), "average": RATE / (1 - MOMENTUM)}


@predict_rate_with_momentum.mistake(
    "The rate of `accumulate` is multiplied by β. What is the sum of all the weights 1, β, β², …?"
)
def beta_for_one_minus_beta():
    return {"accumulate": RATE * MOMENTUM, "average": ...}


@predict_rate_with_momentum.mistake(
    "The rate of `accumulate` is divided by 1 + β. That belongs to gradients that change sign. Here they are "
    "equal: what is the sum of 1, β, β², …?"
)
def one_plus_beta():
    return {"accumulate": RATE / (1 + MOMENTUM), "average": ...}


@predict_rate_with_momentum.mistake(
    "The rate of `accumulate` has a root of 1 − β. Noise adds up like that; equal gradients add up one by one."
)
def root_of_one_minus_beta():
    return {"accumulate": RATE * np.sqrt(1 - MOMENTUM), "average": ...}


@predict_rate_with_momentum.mistake(
    "The rate of `accumulate` is right. For `average` the factor acts once more. The velocity has it already: how "
    "long is an average of equal gradients?"
)
def average_scaled_twice():
    return {"accumulate": RATE * (1 - MOMENTUM), "average": RATE * (1 - MOMENTUM) ** 2}


predict_rate_with_momentum.accept(
    {"accumulate": 0.002, "average": 0.04},
    {"accumulate": 0.04 * 0.05, "average": 0.04},
    {"average": np.float32(0.04), "accumulate": np.float64(0.002)},
    {"accumulate": Fraction(1, 500), "average": Fraction(1, 25)},
    {"accumulate": [0.002], "average": 0.0401},
)
