"""Find the angle at which AdaGrad falls behind momentum."""

import numpy as np

from course_lib.chapters.adaptive_learning_rates.shared import stays_below
from course_lib.checks.exercises import number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import AdaGrad, Momentum
from course_lib.training import minimize

AXES, GOAL, MOST = [1.0, 100.0], 1e-3, 300


def steps_at(angle, rule):
    """Return from which step on the loss stays below the goal, on the bowl turned by `angle` degrees."""
    bowl = Quadratic(AXES, angle=angle)
    return float(stays_below(minimize(bowl, bowl.eigenvectors @ [1.0, 0.4], rule, steps=MOST).loss, GOAL))


def adagrad_at(angle):
    return steps_at(angle, AdaGrad(lr=1.0))


def momentum_at(angle):
    return steps_at(angle, Momentum(lr=0.02, momentum=0.8))


@setting(
    kinds=[number("angle", low=-360, high=360)],
    goal=lambda it: it["whole"] and it["loses"] and not it["loses before"],
    right=[7, 7.0],
    praise=lambda angle, it: (
        f"{it['adagrad']:.0f} steps against {it['momentum']:.0f}. Momentum needs the same number at every angle. "
        "AdaGrad's advantage was that the axes of the bowl were the axes of its rates."
    ),
)
def find_rotation_angle(angle):
    """The smallest whole angle, in degrees, at which AdaGrad needs more steps than momentum."""
    degrees = np.round(float(angle))
    before = max(degrees - 1, 0)
    return {
        "adagrad": adagrad_at(degrees),
        "momentum": momentum_at(degrees),
        "loses": adagrad_at(degrees) > momentum_at(degrees),
        "loses before": adagrad_at(before) > momentum_at(before),
        "whole": degrees == float(angle),
    }


@find_rotation_angle.progress
def both_counts(angle, it):
    return f"AdaGrad {it['adagrad']:.0f} steps, momentum {it['momentum']:.0f}"


@find_rotation_angle.mistake(example=0.12)
def in_radians(angle, it):
    if 0 < angle < 1:
        return f"{angle:.4g} looks like an angle in radians. Give it in degrees."


@find_rotation_angle.mistake(example=-5)
def turned_the_other_way(angle, it):
    if angle < 0:
        return "An angle below 0 turns the bowl clockwise. Turn it counter-clockwise: angles above 0."


@find_rotation_angle.mistake(example=6.6)
def not_whole(angle, it):
    if not it["whole"]:
        return f"{angle:.4g} is not a whole angle, and a whole one is asked for. Try the two beside it."


@find_rotation_angle.mistake(example=83)
def past_the_diagonal(angle, it):
    if angle > 45:
        return "Past 45° the axes of the bowl come closer to the coordinates again. Look between 0° and 45°."


@find_rotation_angle.mistake(example=45)
def far_too_large(angle, it):
    if it["loses before"] and angle >= 30:
        return (
            f"At {angle:.4g}° AdaGrad loses by far, {it['adagrad']:.0f} steps against {it['momentum']:.0f}. It already "
            "lost at a much smaller angle."
        )


@find_rotation_angle.mistake(example=10)
def not_the_smallest(angle, it):
    if it["loses before"]:
        return (
            f"At {angle:.4g}° AdaGrad does lose, {it['adagrad']:.0f} steps against {it['momentum']:.0f}, but so "
            "it does "
            "one degree earlier. Smaller?"
        )


@find_rotation_angle.mistake(example=0)
def not_turned(angle, it):
    if angle == 0:
        return "At 0° the axes fit, and AdaGrad wins by far. Turn the bowl, counter-clockwise: angles above 0."


@find_rotation_angle.mistake(example=5)
def still_wins(angle, it):
    return f"At {angle:.4g}° AdaGrad still wins, {it['adagrad']:.0f} steps against {it['momentum']:.0f}. Larger?"


find_rotation_angle.accept(7, 7.0, np.int64(7), np.array(7), np.float32(7))
