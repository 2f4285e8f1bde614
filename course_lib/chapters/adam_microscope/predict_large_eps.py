"""Predict which Adam is a given momentum, and how far its third step goes."""

import numpy as np

from course_lib.checks.exercises import value

RATE, BETA, EPS = 0.03, 0.8, 50.0
LONGER = 1 / (1 - BETA**3)


@value(
    parts=("learning rate", "ratio of the third steps"),
    praise="ε stands for the root, 1 − β₁ turns the average into the sum, and the correction fades within a few steps.",
)
def predict_large_eps():
    """The η of Adam that is momentum, and how many times as long its third step is."""
    return RATE * EPS / (1 - BETA), LONGER


@predict_large_eps.mistake(
    "Your η is momentum's rate times ε. Momentum adds gradients, Adam averages them: by which factor do they differ?"
)
def average_taken_for_the_sum():
    return RATE * EPS, ...


@predict_large_eps.mistake(
    "Your η has 1 − β₁ on the wrong side. Adam's average is smaller than momentum's sum: must η be larger or smaller?"
)
def one_minus_beta_on_the_wrong_side():
    return RATE * EPS * (1 - BETA), ...


@predict_large_eps.mistake(
    "Your η is divided by ε. Adam divides by ε already: what must η do so that the quotient is momentum's rate?"
)
def divided_by_eps():
    return RATE / EPS / (1 - BETA), ...


@predict_large_eps.mistake("Your η is momentum's own. Adam divides it by 50: what would be left of a step?")
def momentums_rate():
    return RATE, ...


@predict_large_eps.mistake("Your η leaves out ε, which stands in the denominator of every step here.")
def eps_left_out():
    return RATE / (1 - BETA), ...


@predict_large_eps.mistake("Your second number is for the first step. What is left of the correction at the third?")
def ratio_of_the_first_steps():
    return ..., 1 / (1 - BETA)


@predict_large_eps.mistake("Your second number is for the second step: the first one has the number 1.")
def ratio_of_the_second_steps():
    return ..., 1 / (1 - BETA**2)


@predict_large_eps.mistake(
    "Your second number says that all steps agree. Which part of Adam does a large ε leave alone?"
)
def no_correction():
    return ..., 1.0


@predict_large_eps.mistake("Your second number divides by β₁³, which the average still misses. How much does it have?")
def power_alone():
    return ..., 1 / BETA**3


@predict_large_eps.mistake("Your second number is upside down: which of the two rules takes the longer step?")
def upside_down():
    return ..., 1 - BETA**3


@predict_large_eps.mistake(
    "Your second number corrects v. With so large an ε no part of v is seen: which average is left?"
)
def correction_of_the_squares():
    return ..., 1 / (1 - 0.999**3)


predict_large_eps.accept(
    (7.5, 2.049),
    [7.5, 1 / 0.488],
    (np.float32(7.5), np.float64(2.05)),
    np.array([7.5, 2.0492]),
    (15 / 2, 1 / (1 - 0.8 * 0.8 * 0.8)),
)
