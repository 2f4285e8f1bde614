"""Kahan's sum: what rounding takes is kept, and taken along."""

import numpy as np

from course_lib.checks.exercises import function


def in_short(result):
    """Return both results as arrays of float16, to be handed on."""
    total, lost = result
    return np.asarray(total, dtype=np.float16), np.asarray(lost, dtype=np.float16)


def inputs(rng):
    yield np.array([1.0, 8.0]), np.array([0.5, 0.25]), np.array([0.25, 1.0])
    short = np.float16
    yield np.array([1024.0], short), np.array([0.375], short), np.array([0.0], short)
    yield np.array([1024.0], short), np.array([0.375], short), np.array([-0.25], short)
    for scale in (1e-3, 1e-4):
        total, small = rng.uniform(1, 30, size=5), scale * rng.normal(size=5)
        yield total.astype(short), small.astype(short), (0.002 * rng.normal(size=5)).astype(short)
    yield rng.normal(size=4), rng.normal(size=4), rng.normal(size=4)

    def many(add):
        """0.0004 added to 1 five hundred times, in float16"""
        total, lost = np.ones(1, short), np.zeros(1, short)
        for _ in range(500):
            total, lost = in_short(add(total, np.full(1, 0.0004, short), lost))
        return {"total": total.astype(float)}

    yield many

    def up_and_down(add):
        """sixteen changes up, then sixteen down, in float16"""
        total, lost, path = np.full(1, 100.0, short), np.zeros(1, short), []
        for change in [0.013] * 16 + [-0.013] * 16:
            total, lost = in_short(add(total, np.full(1, change, short), lost))
            path.append(float(total[0]))
        return {"path": np.array(path)}

    yield up_and_down


@function(
    inputs=inputs,
    returns=("total", "compensation"),
    praise="What the sum rounds away is computed from the sum itself, and taken along next time. Plain float16 stands "
    "still at 1; this arrives at 1.2.",
)
def kahan_add(total, small, compensation):
    y = small - compensation
    t = total + y
    compensation = (t - total) - y
    return t, compensation


@kahan_add.mistake(
    "The compensation is always zero, or stays what it was: a plain sum. What did the addition make of `small`, and "
    "how can that be read off `t` and `total`?"
)
def plain_sum(total, small, compensation):
    return total + small, 0 * compensation


@kahan_add.mistake("This is a plain sum; the compensation is handed on unused and unchanged.")
def compensation_unused(total, small, compensation):
    return total + small, compensation


@kahan_add.mistake(
    "The sum uses the compensation, and hands the old one on: what was lost now is forgotten. Compute it anew."
)
def returns_the_old_compensation(total, small, compensation):
    return total + (small - compensation), compensation


@kahan_add.mistake("A new compensation is computed, but it is not taken along: `small` goes in without it.")
def not_taken_along(total, small, compensation):
    t = total + small
    return t, (t - total) - small


@kahan_add.mistake(
    "The compensation is added where the task subtracts it, though it is computed with the task's sign: the error "
    "doubles instead of vanishing."
)
def adds_the_compensation(total, small, compensation):
    y = small + compensation
    t = total + y
    return t, (t - total) - y


@kahan_add.mistake(
    "The new compensation has the other sign: this is y − (t − total). By the task's convention it is what the sum got "
    "too much, so that the next call can subtract it."
)
def other_sign(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, y - (t - total)


@kahan_add.mistake(
    "Both signs are turned: the compensation is what is missing, and is added. That mends the sum as well, but the "
    "task fixes the other convention, and callers rely on it."
)
def both_signs_turned(total, small, compensation):
    y = small + compensation
    t = total + y
    return t, y - (t - total)


@kahan_add.mistake(
    "The new compensation is computed with `small`, not with what was added: small − compensation. The old one is then "
    "counted twice."
)
def compares_with_small(total, small, compensation):
    t = total + (small - compensation)
    return t, (t - total) - small


@kahan_add.mistake(
    "Algebra has been at work: (t − total) − y was simplified to (total + y − total) − y, or 0. In rounded numbers the "
    "order of the brackets is the point. Subtract `total` from the *rounded* sum first."
)
def brackets_moved(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - (total + y)


@kahan_add.mistake(
    "The brackets stand elsewhere: t − (total − y) is not what was lost. First ask how far the sum moved: t − total."
)
def brackets_around_the_old(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - (total - y)


@kahan_add.mistake(
    "The compensation is what is left of `total` and not of what was added: y − (t − total) has `total` once."
)
def total_from_the_new(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - y


kahan_add.common("changes total in place")


@kahan_add.right
def in_one_line_each(total, small, compensation):
    t = total + (small - compensation)
    return t, (t - total) - (small - compensation)


@kahan_add.right
def with_numpy(total, small, compensation):
    y = np.subtract(small, compensation)
    t = np.add(total, y)
    return [t, np.subtract(np.subtract(t, total), y)]


@kahan_add.right
def copies_first(total, small, compensation):
    new = total.copy()
    add = small.copy()
    add -= compensation
    new += add
    moved = new - total
    return new, moved - add


@kahan_add.right
def negative_first(total, small, compensation):
    y = -(compensation - small)
    t = y + total
    return t, -(y - (t - total))


@kahan_add.right
def entry_by_entry(total, small, compensation):
    pairs = [kahan_add(a, b, c) for a, b, c in zip(total, small, compensation)]
    return np.array([t for t, _ in pairs]), np.array([c for _, c in pairs])
