"""Predict where one setting comes to rest in PyTorch and in Keras."""

import numpy as np

from course_lib.checks.exercises import value

CURVATURE, MINIMUM, MOMENTUM, DECAY = 1.6, 3.0, 0.85, 0.4


def rest(decay):
    """Return the point where the slope of the bowl and a pull of this strength towards 0 are in balance."""
    return CURVATURE * MINIMUM / (CURVATURE + decay)


@value(
    tolerance=0.002,
    praise="In PyTorch the decay goes through the velocity, like the gradient, and γ stays γ. In Keras only the "
    "gradient is summed up 1/(1 − β) times, so the decay counts 1 − β of it.",
)
def predict_resting_point():
    """Where momentum with a weight decay comes to rest, in PyTorch's SGD and in Keras'."""
    return {"pytorch": rest(DECAY), "keras": rest((1 - MOMENTUM) * DECAY)}


@predict_resting_point.mistake(
    "The two are exchanged. Whose decay is part of the gradient, and is summed up in the velocity with it?"
)
def the_two_exchanged():
    return {"pytorch": rest((1 - MOMENTUM) * DECAY), "keras": rest(DECAY)}


@predict_resting_point.mistake(
    "Both rest where an L2 decay does. In Keras the decay acts past the velocity: how long is the velocity at rest, "
    "when the gradient stays g?"
)
def l2_for_both():
    return {"pytorch": rest(DECAY), "keras": rest(DECAY)}


@predict_resting_point.mistake(
    "Both rest where a decoupled decay does. PyTorch's SGD adds γw to the gradient: what is zero at rest then?"
)
def decoupled_for_both():
    return {"pytorch": rest((1 - MOMENTUM) * DECAY), "keras": rest((1 - MOMENTUM) * DECAY)}


@predict_resting_point.mistake(
    "In Keras the decay counts for less than in PyTorch, not for more: the velocity makes the *gradient* larger there, "
    "and the decay stays as it is."
)
def decay_magnified():
    return {"pytorch": rest(DECAY), "keras": rest(DECAY / (1 - MOMENTUM))}


@predict_resting_point.mistake(
    "β stands where 1 − β should. The velocity at rest is g/(1 − β): what does that make of u + γw = 0?"
)
def beta_for_one_minus_beta():
    return {"pytorch": rest(DECAY), "keras": rest(MOMENTUM * DECAY)}


@predict_resting_point.mistake(
    "Both are the minimum of the loss alone. There the gradient is 0, and the decay still pulls: does the run stay?"
)
def decay_forgotten():
    return {"pytorch": MINIMUM, "keras": MINIMUM}


@predict_resting_point.mistake(
    "Of the two, Keras pulls less, as it should. But each decay counts 1/(1 − β) times too much: in PyTorch the "
    "gradient goes through the velocity as well as the decay. What is in balance with what?"
)
def velocity_for_the_decay_alone():
    return {"pytorch": rest(DECAY / (1 - MOMENTUM)), "keras": rest(DECAY)}


@predict_resting_point.mistake(
    "In Keras the decay is left out. It stands beside the velocity, and pulls there: does the run stay at 3?"
)
def no_decay_in_keras():
    return {"pytorch": rest(DECAY), "keras": MINIMUM}


@predict_resting_point.mistake(
    "The curvature and the decay are exchanged: λ pulls towards 3, the decay towards 0. Where is the rest "
    "without decay?"
)
def curvature_and_decay_exchanged():
    return {"pytorch": MINIMUM - rest(DECAY), "keras": MINIMUM - rest((1 - MOMENTUM) * DECAY)}


@predict_resting_point.mistake(
    "The decay is taken off the minimum. It is a strength, not a distance: in which balance does it stand?"
)
def decay_taken_off():
    return {"pytorch": MINIMUM - DECAY, "keras": MINIMUM - (1 - MOMENTUM) * DECAY}


@predict_resting_point.mistake(
    "This is the share of the minimum that is left. The point is that share times the minimum, which is not at 1 here."
)
def fraction_of_the_minimum():
    return {"pytorch": rest(DECAY) / MINIMUM, "keras": rest((1 - MOMENTUM) * DECAY) / MINIMUM}


predict_resting_point.accept(
    {"keras": 4.8 / 1.66, "pytorch": 2.4},
    {"pytorch": 2.4, "keras": 2.8916},
    {"pytorch": 1.6 * 3 / 2, "keras": 2.892},
    {"pytorch": 2.401, "keras": 2.891},
    {"pytorch": np.float32(2.4), "keras": np.float64(4.8 / 1.66)},
)
