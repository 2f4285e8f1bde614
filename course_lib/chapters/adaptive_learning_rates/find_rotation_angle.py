"""Find the angle."""

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import Momentum, RMSProp
from course_lib.training import minimize

AXES = [1.0, 100.0]


GOAL = 1e-3


def steps_at(angle, rule):
    """How many steps a rule needs on the bowl turned by `angle` degrees; the start turns with it."""
    bowl = Quadratic(AXES, angle=angle)
    return minimize(bowl, bowl.eigenvectors @ [1.0, 0.4], rule, steps=1000).steps_to(GOAL)


def rmsprop_at(angle):
    return steps_at(angle, RMSProp(lr=0.1, beta2=0.99))


def momentum_at(angle):
    return steps_at(angle, Momentum(lr=0.01, momentum=0.9))


@setting(
    kinds=[number("angle", low=-360, high=360)],
    goal=lambda it: it["loses"] and not it["loses before"],
    right=[12, 12.0],
    praise=lambda angle, it: (
        f"{it['rmsprop']} steps against {it['momentum']}. Momentum needs the same number at every angle. "
        "RMSProp's advantage was that the axes of the bowl were the axes of its rates."
    ),
)
def find_rotation_angle(angle):
    """The smallest whole angle, in degrees, at which RMSProp needs more steps than momentum."""
    whole = np.round(float(angle))
    return {
        "rmsprop": rmsprop_at(whole),
        "momentum": momentum_at(whole),
        "loses": rmsprop_at(whole) > momentum_at(whole),
        "loses before": rmsprop_at(max(whole - 1, 0)) > momentum_at(max(whole - 1, 0)),
    }


@find_rotation_angle.mistake(example=0.21)
def in_radians(angle, it):
    if 0 < angle < 1:
        return f"{angle:.4g} looks like an angle in radians. Give it in degrees."


@find_rotation_angle.mistake(example=80)
def past_the_diagonal(angle, it):
    if angle > 45:
        return "Past 45° the axes of the bowl come closer to the coordinates again. Look between 0° and 45°."


@find_rotation_angle.mistake(example=45)
def far_too_large(angle, it):
    if it["loses before"] and angle >= 30:
        return (
            f"At {angle:.4g}° RMSProp loses by far, {it['rmsprop']} steps against {it['momentum']}. It already lost "
            "at a much smaller angle."
        )


@find_rotation_angle.mistake(example=15)
def not_the_smallest(angle, it):
    if it["loses before"]:
        return (
            f"At {angle:.4g}° RMSProp does lose, {it['rmsprop']} steps against {it['momentum']}, but so it does one "
            "degree earlier. Smaller?"
        )


@find_rotation_angle.mistake(example=0)
def not_turned(angle, it):
    if angle <= 0:
        return "At 0° the axes fit, and RMSProp wins by far. Turn the bowl, counter-clockwise: angles above 0."


@find_rotation_angle.mistake(example=8)
def still_wins(angle, it):
    return f"At {angle:.4g}° RMSProp still wins, {it['rmsprop']} steps against {it['momentum']}. Larger?"


find_rotation_angle.accept(
    12,
    12.0,
    np.int64(12),
    np.array(12),
    np.float32(12),
)
