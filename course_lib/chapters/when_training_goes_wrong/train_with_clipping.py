"""Train digits of which a few are broken, with one's own clipping."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared import clipped, joint_norm
from course_lib.chapters.when_training_goes_wrong.shared.broken import train_with, unseen
from course_lib.checks.exercises import Problem, code, number, setting

GOAL = 0.935


@dataclass(frozen=True)
class Trained:
    """The share of unseen digits read right, how far what comes back is from what should, and the norms.

    `apart` is the largest of all calls, relative to the right gradients' length: a run with rare long steps is
    chaotic, so its last weights tell rounding from mistakes no more. `longest` is the longest that came back, over
    the limit; `share` is that of clipped steps.
    """

    right: float
    apart: float
    longest: float
    share: float


def off(result, wanted):
    """Return the length of the difference over that of what is wanted; 0 where a run has left all numbers behind."""
    size, apart = joint_norm(wanted), joint_norm([np.asarray(a) - b for a, b in zip(result, wanted, strict=True)])
    return apart / (size or 1.0) if np.isfinite(size) else 0.0


@setting(
    kinds=[code("grads", "limit"), number("limit", low=0)],
    goal=lambda run: run.right >= GOAL and run.apart <= 1e-3,
    right=[(clipped, 2.0)],
    praise=lambda clip_by_norm, limit, run: (
        f"{run.right:.1%} of the digits that nobody saw are read right; {run.share:.0%} of the steps were clipped. "
        "The broken rows are still there, and pull no harder than the limit allows."
    ),
)
def train_with_clipping(clip_by_norm, limit):
    """One's own clip_by_norm and a limit with which at least 93.5 % of the unseen digits are read right."""
    longest, times, apart = [0.0], [], [0.0]

    def checked(grads, limit):
        result = clip_by_norm(grads, limit)
        if isinstance(result, np.ndarray) or not isinstance(result, (list, tuple)) or len(result) != len(grads):
            raise Problem("The first part should be your `clip_by_norm`, which returns a list like `grads`.")
        for g, new in zip(grads, result, strict=True):
            if np.shape(new) != g.shape:
                raise Problem(f"An array of shape {g.shape} comes back with the shape {np.shape(new)}.")
        longest.append(joint_norm([np.asarray(g) for g in result]) / limit)
        times.append(joint_norm(grads) > limit)
        apart.append(off(result, clipped(grads, limit)))
        return result

    with np.errstate(all="ignore"):
        parameters = train_with(checked, limit)
    return Trained(unseen(parameters), float(np.max(apart)), float(np.nanmax(longest)), float(np.mean(times)))


def unclipped(grads, limit):
    return list(grads)


def values(grads, limit):
    return [np.clip(g, -limit, limit) for g in grads]


@train_with_clipping.mistake(example=(unclipped, 2.0))
def too_long(clip_by_norm, limit, run):
    if run.longest > 1.001:
        return (
            f"What your function returns is up to {run.longest:.3g} times as long as the limit, and {run.right:.1%} "
            "are read right. Make `clip_by_norm` pass its own check; then come back."
        )


def longer(grads, limit):
    size = joint_norm(grads)
    return [limit / size * g for g in grads] if size else list(grads)


@train_with_clipping.mistake(example=(longer, 2.0))
def another_direction_or_length(clip_by_norm, limit, run):
    if not run.apart <= 1e-3:
        return (
            f"{run.right:.1%} are read right, and what your function returns is off by up to {run.apart:.2g} of its "
            "length. Does it keep the direction, and leave alone what is short? Make it pass its own check."
        )


@train_with_clipping.mistake(example=(clipped, 50.0))
def limit_too_large(clip_by_norm, limit, run):
    if run.share < 0.25:
        return (
            f"{run.right:.1%} are read right: at a limit of {limit:.3g} {run.share:.0%} of the steps are clipped, and "
            "the long ones are still long. How long is a gradient without broken rows?"
        )


@train_with_clipping.mistake(example=(clipped, 0.1))
def limit_too_small(clip_by_norm, limit, run):
    return (
        f"{run.right:.1%} are read right: at a limit of {limit:.3g} {run.share:.0%} of the steps are clipped, and 300 "
        "such short steps do not arrive. How long is a gradient without broken rows?"
    )


def other_way(grads, limit):
    size = joint_norm(grads)
    return [g / max(1.0, size / limit) for g in grads]


train_with_clipping.accept(
    (clipped, 2.0), (other_way, 1.5), [clipped, 2.5], {"clip_by_norm": other_way, "limit": 2}, (clipped, np.float32(1))
)
