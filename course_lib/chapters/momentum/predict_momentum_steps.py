"""Predict how many steps momentum takes at its best pair, and how far its error grows on the way."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.momentum import best_pair, errors_at_best_pair

KAPPA, SHARE = 900, 1e-6


def by_factor(factor):
    """Return the steps after which powers of a factor are below a millionth."""
    return np.log(SHARE) / np.log(factor)


def in_a_run(directions=(0, 1), first=None):
    """Return from which step on the error along these directions (flattest, steepest) is small."""
    _, momentum = best_pair([1, KAPPA])
    size = np.linalg.norm(errors_at_best_pair(momentum, np.arange(2000))[list(directions)], axis=0)
    return float(np.flatnonzero(size > SHARE * (first or size[0]))[-1] + 1)


def largest():
    """Return the largest size of the steepest error."""
    _, momentum = best_pair([1, KAPPA])
    return float(np.abs(errors_at_best_pair(momentum, np.arange(2000))[1]).max())


RHO = (np.sqrt(KAPPA) - 1) / (np.sqrt(KAPPA) + 1)


@value(
    tolerance=0.005,
    parts=("steps by ρ alone", "steps of the run", "largest error"),
    praise="About √κ/2 · ln 10⁶ by ρ alone, and almost half as many again in a run, because of the double roots. On "
    "the way the steepest error grows to √κ/e. Gradient descent takes 6217 steps.",
)
def predict_momentum_steps():
    """The steps to a millionth at κ = 900, by the factor per step alone and of a run; the largest steepest error."""
    return by_factor(RHO), in_a_run(), largest()


@predict_momentum_steps.mistake(
    "The first is the count of gradient descent: its factor has κ. What stands there at momentum's best pair?"
)
def kappa_for_its_root():
    return by_factor((KAPPA - 1) / (KAPPA + 1)), ..., ...


@predict_momentum_steps.mistake(
    "The first is half of what it should be: β in place of the factor, or a thousandth in place of a millionth? How "
    "large is ρ when the roots have the product β?"
)
def momentum_for_the_factor():
    return by_factor(RHO**2), ..., ...


@predict_momentum_steps.mistake(
    "The first mixes logarithms of two bases. Both must have the same base: ln 10⁻⁶ is not −6."
)
def two_logarithms():
    return 6 / -np.log(RHO), ..., ...


@predict_momentum_steps.mistake("The first is √κ · ln 10⁶. For large κ, ln ρ is about −2/√κ: where does the 2 go?")
def half_forgotten():
    return np.sqrt(KAPPA) * np.log(1 / SHARE), ..., ...


@predict_momentum_steps.mistake(
    "The first is right. The run takes longer: at the best pair the flattest and the steepest direction have a double "
    "root. What multiplies ρᵗ then?"
)
def double_root_forgotten():
    return by_factor(RHO), np.ceil(by_factor(RHO)), ...


@predict_momentum_steps.mistake(
    "The first is right. The run you count looks at the flattest direction alone. The steepest one starts with the "
    "same error, and grows before it falls."
)
def flattest_direction():
    return by_factor(RHO), in_a_run((0,)), ...


@predict_momentum_steps.mistake(
    "The first is right. The run is a few steps too long: a millionth of the *first* length is wanted. Two directions "
    "start with the error 1 each: how long is the error then?"
)
def first_error_taken_as_one():
    return by_factor(RHO), in_a_run(first=1), ...


@predict_momentum_steps.mistake(
    "Both counts are right. The third looks at the start: the steepest error grows first. What is the largest of "
    "(1 + (1 + ρ) t) ρᵗ?"
)
def no_transient():
    return by_factor(RHO), in_a_run(), 1


@predict_momentum_steps.mistake(
    "Both counts are right. The third is the step at which the error is largest, or its number in the formula. How "
    "large is the error there?"
)
def step_of_the_largest():
    return by_factor(RHO), in_a_run(), np.sqrt(KAPPA) / 2


@predict_momentum_steps.mistake(
    "Both counts are right. The third leaves out what has shrunk by then: at its largest the error is multiplied by "
    "ρᵗ, about 1/e."
)
def decay_forgotten():
    return by_factor(RHO), in_a_run(), np.sqrt(KAPPA)


@predict_momentum_steps.mistake(
    "Both counts are right. The third has κ in place of √κ: how large is the factor (1 + ρ) t at the step where the "
    "error is largest?"
)
def kappa_for_its_root_in_the_transient():
    return by_factor(RHO), in_a_run(), KAPPA / np.e


@predict_momentum_steps.mistake(
    "Both counts are right, but the other way round: first by the factor alone, then of the run."
)
def swapped():
    return in_a_run(), by_factor(RHO), ...


predict_momentum_steps.accept(
    (208, 298, 11.04),
    (207, 298, 30 / np.e),
    [207.16, 298, 11.045],
    (np.ceil(207.16), np.int64(298), np.float32(11.04)),
    (207.2, 297, 11.0),
    (15 * np.log(1e6), 298.0, 11.045),
)
