"""Find the shortest memory with which Adam goes the right way."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.theory.adam import amsgrad_drift, drift, turning_beta2
from course_lib.words import short

C, GAP = 6.0, 5
TURN = float(turning_beta2(C, GAP))


@dataclass(frozen=True)
class Drift:
    """The memory, how far Adam moves in a cycle, in learning rates, and how far AMSGrad does."""

    beta2: float
    adam: float
    amsgrad: float


@setting(
    kinds=[number("β₂", low=0, high=1)],
    goal=lambda run: run.adam < 0 and run.beta2 <= TURN + 0.0101,
    right=[0.7, 0.705, TURN + 0.005],
    praise=lambda beta2, run: (
        f"The drift turns at β₂ = {TURN:.4f}, a memory of {1 / (1 - TURN):.1f} steps in a cycle of {GAP}. "
        f"AMSGrad needs no such care: at your β₂ it moves by {short(run.amsgrad)} η a cycle, the right way too."
    ),
)
def find_memory(beta2):
    """The shortest memory, in hundredths, with which Adam walks the right way on the gradients 6, −1, −1, −1, −1."""
    return Drift(beta2, float(drift(C, beta2, GAP)), float(amsgrad_drift(C, beta2, GAP)))


@find_memory.progress
def where_it_goes(beta2, run):
    way = "the right way" if run.adam < 0 else "the wrong way"
    return f"Adam goes {way}, by {abs(run.adam):.3f} η a cycle"


@find_memory.mistake(example=1 - TURN)
def one_minus_beta2(beta2, run):
    if abs(beta2 - (1 - TURN)) <= 0.011:
        return f"{beta2:.3g} is 1 − β₂, the share of the new square. Asked is β₂, the share of the past."


@find_memory.mistake(example=float(turning_beta2(4.0)))
def the_chapters(beta2, run):
    if abs(beta2 - float(turning_beta2(4.0))) <= 0.005:
        return f"{beta2:.3g} is the chapter's, for the gradients 4, −1, −1. Set C and the length of the cycle as asked."


@find_memory.mistake(example=0.69)
def just_too_short(beta2, run):
    if run.adam > 0 and TURN - beta2 <= 0.015:
        return (
            f"At β₂ = {beta2:.4g} Adam still goes the wrong way, by {run.adam:.3f} η a cycle. That is little: how much "
            "more memory turns it?"
        )


@find_memory.mistake(example=0.5)
def too_short(beta2, run):
    if run.adam > 0:
        return f"At β₂ = {beta2:.3g} Adam goes the wrong way, by {run.adam:.2f} η a cycle. It forgets the 6 too soon."


@find_memory.mistake(example=0.99)
def usual_value(beta2, run):
    if beta2 >= 0.98:
        return f"β₂ = {beta2:.4g} goes the right way, as usual values do. How short may the memory be?"


@find_memory.mistake(example=0.8)
def too_long(beta2, run):
    return (
        f"β₂ = {beta2:.3g} goes the right way, by {abs(run.adam):.2f} η a cycle. Is there a shorter memory that does?"
    )


find_memory.accept(0.70, 0.7, np.float64(0.7), [0.7], {"beta2": 0.7}, 0.708)
