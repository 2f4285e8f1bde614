"""Four curves."""

import numpy as np

from course_lib.chapters.adam.adam_step import (
    adam_step,
    betas_exchanged,
    corrected_moments_kept_as_state,
    m_hat_without_v_hat,
    no_bias_correction,
)
from course_lib.checks.exercises import value
from course_lib.objectives import Quadratic

BROKEN = {
    "A": betas_exchanged,
    "B": corrected_moments_kept_as_state,
    "C": no_bias_correction,
    "D": m_hat_without_v_hat,
}


CHOICES = ("no correction", "betas exchanged", "corrected moments kept", "no division by the root", "uphill")


def four_adams(steps=150):
    """Return the loss curves of the right Adam and of four broken ones on a bowl, by name: "right", "A", … "D"."""
    bowl = Quadratic([1.0, 20.0])
    curves = {}
    for name, step in {"right": adam_step, **BROKEN}.items():
        w, m, v = np.array([30.0, 30.0]), np.zeros(2), np.zeros(2)
        curve = [bowl.value(w)]
        for t in range(1, steps + 1):
            w, m, v = step(w, bowl.grad(w), m, v, t, 0.5, 0.9, 0.999, 1e-8)
            curve.append(bowl.value(w))
        curves[name] = np.array(curve)
    return curves


@value(
    options=CHOICES,
    praise="Each mistake has its signature: a swing that never ends, a standstill, a start that is too quick, a jump "
    "off the chart.",
)
def mend_four_adams():
    """Which mistake made which of the four curves."""
    return {
        "A": "betas exchanged",
        "B": "corrected moments kept",
        "C": "no correction",
        "D": "no division by the root",
    }


def exchanged(one, other):
    """Return the right answer with two curves exchanged."""
    right = mend_four_adams.reference()
    return right | {one: right[other], other: right[one]}


@mend_four_adams.mistake(
    "D comes back in the end, so it is no rule that goes uphill: that loss would rise at every step. What makes a step "
    "grow with the gradient?"
)
def d_goes_uphill():
    return mend_four_adams.reference() | {"D": "uphill"}


@mend_four_adams.mistake(
    "A begins exactly like the right rule and ends in a swing; C begins too quickly and ends well. Which of the two "
    "has its corrections?"
)
def a_and_c_exchanged():
    return exchanged("A", "C")


@mend_four_adams.mistake(
    "A comes close to the minimum and swings out again; B stands still, as if it divided by ever more. Which of the "
    "two has a wrong memory, and which a state that grows?"
)
def a_and_b_exchanged():
    return exchanged("A", "B")


@mend_four_adams.mistake(
    "B stands still: its steps become shorter and shorter. A rule that does not divide takes steps as large as the "
    "gradient. Which curve jumps?"
)
def b_and_d_exchanged():
    return exchanged("B", "D")


@mend_four_adams.mistake(
    "Without correction the steps are at most a few times too long. C is quick, and D jumps far above its start: which "
    "of them has no bound?"
)
def c_and_d_exchanged():
    return exchanged("C", "D")


@mend_four_adams.mistake(
    "C is quicker than the right rule at first, and B stands still. A state that is corrected again and again grows: "
    "what does a large v̂ do to the steps?"
)
def b_and_c_exchanged():
    return exchanged("B", "C")


@mend_four_adams.mistake(
    "D jumps above its start in the first steps, A only swings around the minimum later. Which of them has no bound on "
    "its steps?"
)
def a_and_d_exchanged():
    return exchanged("A", "D")


CURVES = {"A": "betas exchanged", "B": "corrected moments kept", "C": "no correction", "D": "no division by the root"}


mend_four_adams.accept(
    CURVES,
    dict(reversed(CURVES.items())),
    {name: f" {choice.upper()} " for name, choice in CURVES.items()},
    {name: choice.capitalize() for name, choice in CURVES.items()},
    dict(zip("ABCD", CURVES.values(), strict=True)),
)
