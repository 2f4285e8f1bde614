"""Find how large ε may be until Keras' convention shows in the fourth digit."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.frameworks.explorer import digits_of_steps, paths
from course_lib.checks.exercises import number, setting
from course_lib.optimizers.conventions import FRAMEWORKS
from course_lib.words import short

RATE, BETA2, DIGITS, LEAST = 0.1, 0.99, 4.0, 4e-5


@dataclass(frozen=True)
class Agreement:
    """How many digits of Keras' run agree with course_lib's, over the whole run, and at which ε."""

    digits: float
    eps: float


def said(run):
    """Return the digits of a run in two decimals, rounded down: 3.999 are not four."""
    return f"{np.floor(100 * run.digits) / 100:.2f}"


@setting(
    kinds=[number("epsilon", low=0)],
    goal=lambda run: run.digits >= DIGITS and run.eps >= LEAST,
    right=[6e-5, 5e-5],
    praise=lambda eps, run: (
        f"At ε = {short(eps)} the runs agree to {said(run)} digits. Ten times the ε costs one digit, and with "
        "β₂ = 0.999 in place of 0.99 there are about 0.6 fewer."
    ),
)
def find_agreeing_eps(eps):
    """An ε of at least 4e-5 with which Adam in Keras agrees with the others to four digits for 100 steps."""
    runs = paths("Adam", RATE, BETA2, float(eps), 0.0, False, 1.0)
    return Agreement(float(digits_of_steps(runs[FRAMEWORKS.index("keras")], runs[0])[-1]), float(eps))


@find_agreeing_eps.progress
def digits_that_agree(eps, run):
    return f"{said(run)} digits of four, ε = {short(eps)}"


@find_agreeing_eps.mistake(example=1e-8)
def smaller_than_needed(eps, run):
    if eps < LEAST:
        return (
            f"At ε = {short(eps)} the runs agree to {said(run)} digits, more than four. How many digits does an ε "
            "ten times as large cost?"
        )


@find_agreeing_eps.mistake(example=1.0)
def dominates(eps, run):
    if run.digits < 2:
        return (
            f"At ε = {short(eps)} only {said(run)} digits agree, and four are wanted. Go down by powers of ten "
            "and see what each of them gives."
        )


@find_agreeing_eps.mistake(example=1e-3)
def some_digits_short(eps, run):
    if run.digits < DIGITS - 0.4:
        return (
            f"At ε = {short(eps)} the runs agree to {said(run)} digits, and four are wanted. How many more does an ε "
            "bring that is ten times smaller?"
        )


@find_agreeing_eps.mistake(example=1e-4)
def a_little_too_large(eps, run):
    if run.digits < DIGITS:
        return f"At ε = {short(eps)} the runs agree to {said(run)} digits. A little smaller: four are wanted."


find_agreeing_eps.accept(4.5e-5, 7e-5, 4.2e-5, {"eps": 5.5e-5}, np.float64(6.5e-5))
