"""Find the β₂ that needs no correction at the first step."""

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.theory.adam import Uncorrected, uncorrected_step
from course_lib.training import replay

BETA1 = 0.9
NEAR = 0.03


@setting(
    kinds=[number("β₂", low=0, high=1)],
    goal=lambda first: abs(first - 1) <= NEAR,
    right=[0.99, 1 - 0.1**2, 1 - (1 - 0.9) ** 2, 0.9901, np.float32(0.99)],
    praise=lambda beta2, first: (
        f"The first step is {first:.3f} learning rates: m is ten times too small, and √v as well. It holds for the "
        f"first step only: at step 10 of a constant gradient it is {uncorrected_step(10, BETA1, beta2):.2f}."
    ),
)
def find_uncorrected_beta2(beta2):
    """The β₂ for which the first step without correction is one learning rate long, with β₁ = 0.9."""
    rule = Uncorrected(1.0, beta1=BETA1, beta2=beta2, eps=0.0)
    return float(-replay(rule, [[1.0]]).delta[0, 0])


@find_uncorrected_beta2.progress
def first_step_length(beta2, first):
    return f"the first step is {first:.3g} η long"


@find_uncorrected_beta2.mistake(example=0.9)
def same_beta_for_both(beta2, first):
    if abs(beta2 - BETA1) <= 0.0005:
        return (
            f"With β₂ = β₁ both averages are ten times too small, but the step divides by the root of v: it is only "
            f"{first:.2f} learning rates long. By how much should v be too small?"
        )


@find_uncorrected_beta2.mistake(example=0.999)
def usual_beta2(beta2, first):
    if abs(beta2 - 0.999) <= 0.0002:
        return f"0.999 is the usual setting: there the first step is {first:.2f} learning rates long. Is √v right?"


@find_uncorrected_beta2.mistake(example=BETA1**2)
def square_of_beta1(beta2, first):
    if abs(beta2 - BETA1**2) <= 0.0005:
        return f"{beta2:.3g} is β₁². Which of the two is to be a square, β or 1 − β?"


@find_uncorrected_beta2.mistake(example=1 - np.sqrt(0.1))
def root_for_the_square(beta2, first):
    if abs(beta2 - (1 - np.sqrt(0.1))) <= 0.0005:
        return f"{beta2:.3g} makes 1 − β₂ the root of 1 − β₁. It is the other way round: √(1 − β₂) is in the step."


@find_uncorrected_beta2.mistake(example=0.01)
def one_minus_beta2(beta2, first):
    if abs(beta2 - 0.01) <= 0.0005:
        return "0.01 is 1 − β₂, the weight of the new square. Which β₂ has it?"


@find_uncorrected_beta2.mistake(example=0.995)
def too_long(beta2, first):
    if first > 1:
        return (
            f"With β₂ = {beta2:.4g} the first step is {first:.3f} learning rates long: √v is too small for this m. "
            "Should v forget faster, or more slowly?"
        )


@find_uncorrected_beta2.mistake(example=0.5)
def too_short(beta2, first):
    return (
        f"With β₂ = {beta2:.4g} the first step is {first:.3f} learning rates long: √v is too large for this m. Should "
        "v forget faster, or more slowly?"
    )


find_uncorrected_beta2.accept(0.99, np.float64(0.99), np.array(0.99), [0.99], {"beta2": 0.9899})
