"""Predict how RMSProp begins on a bowl, and where it ends."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adaptive import rmsprop_first_step, swing

LR, CURVATURE, BETA2 = 0.06, 5.0, 0.84
FIRST = float(LR * rmsprop_first_step(BETA2))
DISTANCE = swing(LR)
LOSS = CURVATURE / 2 * DISTANCE**2


@value(
    tolerance=0.005,
    parts=("first step", "distance", "loss"),
    praise="A long first step, since the average starts at 0. In the end half "
    "of a learning rate to either side, at any curvature and any β₂. The loss there does depend on the "
    "curvature: a steep direction pays more for the same swing.",
)
def predict_swing():
    """RMSProp's first step with lr = 0.06 and β₂ = 0.84, and the distance and loss at which it swings where λ = 5."""
    return FIRST, DISTANCE, LOSS


@predict_swing.mistake(
    "The last two are those of a whole step. It leads from one side to the other: where is the minimum?"
)
def whole_step():
    return ..., LR, CURVATURE / 2 * LR**2


@predict_swing.mistake("Your distance is a whole step. It leads from one side to the other: where is the minimum?")
def whole_step_as_distance():
    return ..., LR, ...


@predict_swing.mistake(
    "The distance is right. The loss lacks its ½: along a direction with curvature λ it is ½ λ times the squared "
    "distance."
)
def no_half():
    return ..., DISTANCE, CURVATURE * DISTANCE**2


@predict_swing.mistake("The distance is right. The loss has the distance without its square.")
def distance_not_squared():
    return ..., DISTANCE, CURVATURE / 2 * DISTANCE


@predict_swing.mistake(
    "The distance is right. In the loss the curvature is squared: that is half of the squared gradient."
)
def loss_of_the_gradient():
    return ..., DISTANCE, (CURVATURE * DISTANCE) ** 2 / 2


@predict_swing.mistake(
    "The distance is right. The loss forgets the curvature: the swing is the same everywhere, its height is not."
)
def no_curvature():
    return ..., DISTANCE, DISTANCE**2 / 2


@predict_swing.mistake(
    "The curvature is in your distance. The gradient has it, and √v has it too: what does the quotient have?"
)
def curvature_in_the_distance():
    return ..., LR / (2 * CURVATURE), ...


@predict_swing.mistake(
    "The curvature is in your distance. The gradient has it, and √v has it too: what does the quotient have?"
)
def whole_step_over_the_curvature():
    return ..., LR / CURVATURE, ...


@predict_swing.mistake(
    "Your distance holds the factor 1/√(1 − β₂) of the very first step. In the long run the average has caught up."
)
def first_step():
    return ..., LR / (2 * np.sqrt(1 - BETA2)), ...


@predict_swing.mistake(
    "RMSProp with a constant rate does not come to rest here: near the minimum √v shrinks along with the gradient."
)
def comes_to_rest():
    return ..., 0.0, 0.0


@predict_swing.mistake(
    "Your distance is the length of a gradient-descent step. RMSProp divides the gradient by its own size: how long "
    "are its steps?"
)
def gradient_descent():
    return ..., LR * CURVATURE, ...


@predict_swing.mistake(
    "The last two are right. The first step is one `lr` in yours, as if the average were g² already. Which share of g² "
    "is in it after one step?"
)
def first_step_of_adagrad():
    return LR, DISTANCE, LOSS


@predict_swing.mistake(
    "The last two are right. The first step divides by the average itself. What does RMSProp take of it first?"
)
def no_root():
    return LR / (1 - BETA2), DISTANCE, LOSS


@predict_swing.mistake(
    "The last two are right. In the first step the new square has the weight β₂. Which weight has the new, which "
    "the past?"
)
def past_and_present_swapped():
    return LR / np.sqrt(BETA2), DISTANCE, LOSS


predict_swing.accept(
    (0.15, 0.03, 0.00225),
    [0.06 / 0.4, 0.06 / 2, 5 / 2 * 0.03**2],
    np.array([0.15, 0.03, 0.00225]),
    (Fraction(3, 20), Fraction(3, 100), Fraction(9, 4000)),
    (0.15, 0.03, 2.25e-3),
)
