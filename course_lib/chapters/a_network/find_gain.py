"""Find a gain for tanh with which the scores live through fifty layers, and the gradient neither dies nor explodes."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.a_network.explorer import signals
from course_lib.checks.exercises import number, setting
from course_lib.words import short

DEPTH, WIDTH, ALIVE, FACTOR = 50, 64, 0.2, 10.0


@dataclass(frozen=True)
class Signal:
    """The median mean square of the last scores, and the median squared length of the gradient at the bottom."""

    scores: float
    gradient: float


@setting(
    kinds=[number("gain", low=0)],
    goal=lambda signal: signal.scores >= ALIVE and 1 / FACTOR <= signal.gradient <= FACTOR,
    right=[1.25, 1.2, 1.22, 1.33],
    praise=lambda gain, signal: (
        f"After {DEPTH} layers the scores have the mean square {short(signal.scores)}, and the gradient's "
        f"squared length is {short(signal.gradient)} at the bottom. The band is narrow: a third more, and it explodes."
    ),
)
def find_gain(gain):
    """A gain for which a tanh network of depth 50 and width 64 hands on both its scores and its gradient."""
    scores, gradient, _ = signals(DEPTH, WIDTH, gain, "tanh", "plain").drawn
    return Signal(*(float(np.nan_to_num(np.median(x), nan=np.inf)) for x in (scores[-1], gradient[0])))


@find_gain.progress
def how_far(gain, signal):
    """Say how large both are."""
    return (
        f"the last scores have {short(signal.scores)}, of {ALIVE} wanted; the gradient at the bottom has "
        f"{short(signal.gradient)}, between {1 / FACTOR:g} and {FACTOR:g} wanted"
    )


@find_gain.mistake(example=1.0)
def gain_of_the_straight_line(gain, signal):
    if 0.99 <= gain <= 1.01:
        return (
            f"Gain 1 keeps what is not bent. Tanh bends a little in each layer: after {DEPTH} of them the scores have "
            f"{short(signal.scores)} left. Which way does the gain have to go?"
        )


@find_gain.mistake(example=2**0.5)
def gain_for_relu(gain, signal):
    if abs(gain - 2**0.5) < 0.006:
        return (
            f"√2 makes up for the half that relu drops. Tanh drops nothing, and here the gradient grows to "
            f"{short(signal.gradient)} on its way down. More, or less?"
        )


@find_gain.mistake(example=0.7)
def signals_die(gain, signal):
    if gain < 1:
        return f"Below 1 every layer makes the scores smaller: {short(signal.scores)} is left of them after {DEPTH}."


@find_gain.mistake(example=1.12)
def scores_too_small(gain, signal):
    if signal.scores < ALIVE:
        return f"The scores live, but have only {short(signal.scores)} at the last layer. A little more gain?"


@find_gain.mistake(example=2.0)
def gradient_explodes(gain, signal):
    if signal.gradient < 1:
        return (
            f"Nearly every tanh is bent flat, where its slope is nearly 0: the scores have {short(signal.scores)}, and "
            f"of the gradient {short(signal.gradient)} is left. Much less gain?"
        )
    return (
        f"The scores are well, but the gradient's squared length grows to {short(signal.gradient)} on its way "
        "down. Where tanh is bent, the scores stop growing, and the gradient does not. Less gain?"
    )


find_gain.accept(1.25, 1.21, {"gain": 1.3}, np.float32(1.24), [1.28])
