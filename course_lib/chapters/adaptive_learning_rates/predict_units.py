"""Predict what a change of unit does to the learning rate of three rules."""

import numpy as np

from course_lib.checks.exercises import value

SCALE = 100.0


@value(
    tolerance=0.001,
    parts=("gradient descent", "RMSProp", "AdaDelta"),
    praise="A weight grows by 100, its gradient shrinks by 100. So plain descent needs 100², a rule without unit "
    "needs 100, "
    "and a rule that has the unit already needs nothing. With ε = 0 AdaDelta could not start, and ε has units.",
)
def predict_units():
    """By what η must be multiplied when a weight is measured in centimeters instead of meters; ε is 0."""
    return SCALE**2, SCALE, 1.0


@predict_units.mistake(
    "All three go the wrong way round: in centimeters the weight has a *larger* number. Must its steps be longer "
    "or shorter?"
)
def upside_down():
    return 1 / SCALE**2, 1 / SCALE, 1.0


@predict_units.mistake(
    "For gradient descent the step must become 100 times as long, and its gradient has become shorter as well. "
    "By how much?"
)
def gradient_not_changed():
    return SCALE, SCALE, 1.0


@predict_units.mistake(
    "Gradient descent is right. RMSProp divides the gradient by its own size, so its change cancels. What is "
    "left to mend?"
)
def rmsprop_like_gradient_descent():
    return SCALE**2, SCALE**2, 1.0


@predict_units.mistake(
    "Gradient descent is right. RMSProp's steps have no unit: without a new η it would move as many centimeters "
    "as it did "
    "meters. Is that as far?"
)
def rmsprop_does_not_notice():
    return SCALE**2, 1.0, 1.0


@predict_units.mistake(
    "The first two are right. AdaDelta's second average holds its own squared steps. In which unit is the root of that?"
)
def adadelta_like_rmsprop():
    return SCALE**2, SCALE, SCALE


@predict_units.mistake("A rate that is right for meters is not right for centimeters, for two of the three rules.")
def nothing_changes():
    return 1.0, 1.0, 1.0


@predict_units.mistake(
    "The last two are right. With the same η for gradient descent: how long must a step be now, and how long is the "
    "gradient?"
)
def descent_does_not_notice():
    return 1.0, SCALE, 1.0


@predict_units.mistake(
    "The last two are right. Gradient descent goes the wrong way round: in centimeters the weight has a larger number."
)
def descent_upside_down():
    return 1 / SCALE**2, SCALE, 1.0


@predict_units.mistake(
    "Gradient descent and RMSProp have changed places. In which of the two does the gradient's own size cancel?"
)
def swapped():
    return SCALE, SCALE**2, 1.0


@predict_units.mistake(
    "All three are the factor of the length. How does the gradient's number change, and which rules feel that?"
)
def one_factor_for_all():
    return SCALE, SCALE, SCALE


@predict_units.mistake(
    "AdaDelta is right. In gradient descent the step must grow and the gradient shrinks; in RMSProp only one of the "
    "two counts. Which?"
)
def rmsprop_does_not_notice_either():
    return SCALE, 1.0, 1.0


@predict_units.mistake(
    "Gradient descent is right. RMSProp's is the wrong way round: its steps must become longer in centimeters."
)
def rmsprop_upside_down():
    return SCALE**2, 1 / SCALE, 1.0


predict_units.accept(
    (10_000, 100, 1),
    [1e4, 1e2, 1e0],
    np.array([10_000.0, 100.0, 1.0]),
    (100**2, 100, 1.0),
    np.array([10_000, 100, 1]),
)
