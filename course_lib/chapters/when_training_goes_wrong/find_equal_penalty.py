"""Find the penalty that lets through what stopping lets through, where curvatures are small."""

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared.filters import Filters
from course_lib.checks.exercises import number, setting
from course_lib.words import short

STEPS, ROOM = 12, 0.03


def equal():
    """Return the penalty of the chapter's rule."""
    return 1 / (Filters(STEPS, 1.0).lr * STEPS)


@setting(
    kinds=[number("penalty", low=0)],
    goal=lambda it: abs(it.ratio - 1) <= ROOM,
    right=[2.518, 2.48, 2.56],
    praise=lambda penalty, it: (
        f"At λ = 0.001 the shares agree within {ROOM:.0%}, and at the largest eigenvalue the penalty lets through "
        f"{short(it.top)} of what stopping does: equal below, and a softer edge above."
    ),
)
def find_equal_penalty(penalty):
    """A penalty whose share at λ = 0.001 is within 3 % of that of descent stopped after 12 steps."""
    return Filters(STEPS, penalty)


@find_equal_penalty.progress
def shares(penalty, it):
    return f"the share at λ = 0.001 is off by {abs(it.ratio - 1):.1%}, and {ROOM:.0%} is allowed"


def near(penalty, wanted):
    return abs(penalty / wanted - 1) < 0.05


@find_equal_penalty.mistake(example=0.397)
def upside_down(penalty, it):
    if near(penalty, 1 / equal()):
        return "This is upside down: with more steps more gets through. Does a larger penalty let more through?"


@find_equal_penalty.mistake(example=1 / STEPS)
def no_lr(penalty, it):
    if near(penalty, 1 / STEPS):
        return f"{STEPS} short steps are not as far as {STEPS} long ones: where does the learning rate come in?"


@find_equal_penalty.mistake(example=30.2)
def no_steps(penalty, it):
    if near(penalty, 1 / it.lr):
        return "This is the penalty for one step. What do more steps do to the share of a small eigenvalue?"


@find_equal_penalty.mistake(example=5.04)
def factor_of_two(penalty, it):
    if near(penalty, 2 * equal()) or near(penalty, equal() / 2):
        return (
            "Here the penalty is γ/2 ‖w‖², and its slope is γw. A share differs by a factor of 2: is a 2 in it that "
            "belongs to another convention?"
        )


@find_equal_penalty.mistake(example=1.78)
def lets_too_much_through(penalty, it):
    if it.ratio > 1:
        return (
            f"At λ = 0.001 this penalty lets {it.ratio:.4g} times as much through as stopping does. If you made "
            "the curves meet in the middle or at the top: look at their left ends."
        )


@find_equal_penalty.mistake(example=10.0)
def lets_too_little_through(penalty, it):
    return (
        f"At λ = 0.001 this penalty lets only {it.ratio:.4g} times as much through as stopping does. What is the "
        "share of each for a small λ?"
    )


find_equal_penalty.accept(2.518, 2.5, 2.55, np.float32(2.52), {"penalty": 2.51}, [2.53])
