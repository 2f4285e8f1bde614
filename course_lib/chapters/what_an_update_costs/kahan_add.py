"""Kahan's sum: what rounding takes is kept, and taken along."""

import numpy as np

from course_lib.checks.exercises import function

STEPS = 1 << 14


def in_short(result):
    """Return both results as arrays of float16, to be handed on."""
    total, lost = result
    return np.asarray(total, dtype=np.float16), np.asarray(lost, dtype=np.float16)


def in_steps(x):
    """Return the nearest multiples of 1 / 16384 in float16: sums of a few are exact, in whatever order."""
    return (np.round(x * STEPS) / STEPS).astype(np.float16)


def inputs(rng):
    yield np.array([1.0, 8.0, 3.0]), np.array([0.5, 0.25, 0.5]), np.array([0.25, 1.0, -0.5])
    short = np.float16
    yield np.array([1024.0], short), np.array([0.375], short), np.array([0.0], short)
    yield np.array([1024.0], short), np.array([0.375], short), np.array([-0.25], short)
    for scale in (1e-3, 1e-4):
        total, small, lost = rng.uniform(1, 30, size=5), scale * rng.normal(size=5), 0.002 * rng.normal(size=5)
        yield total.astype(short), in_steps(small), in_steps(lost)
    yield rng.normal(size=4), rng.normal(size=4), rng.normal(size=4)

    total, small, lost = rng.uniform(1, 2, size=5), *(rng.integers(-400, 400, size=(2, 5)) / 2.0**58)

    def in_float64(add):
        """one change in float64, about as large as the spacing there"""
        t, c = add(total, small, lost)
        return {"total": np.asarray(t), "compensation / 2^-53": 2.0**53 * np.asarray(c)}

    yield in_float64

    def many(add):
        """7 / 16384 added to 1 five hundred times, in float16"""
        total, lost = np.ones(1, short), np.zeros(1, short)
        for _ in range(500):
            total, lost = in_short(add(total, np.full(1, 7 / STEPS, short), lost))
        return {"total": total.astype(float)}

    yield many

    def up_and_down(add):
        """sixteen changes up, then sixteen down, in float16"""
        total, lost, path = np.full(1, 100.0, short), np.zeros(1, short), []
        for change in [213 / STEPS] * 16 + [-213 / STEPS] * 16:
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


@kahan_add.mistake("This is a plain sum: the compensation is not taken along, and no new one is computed.")
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
    "The compensation is added where the task subtracts it, though it is computed with the task's sign: what was lost "
    "is lost once more, and not won back."
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
    "The new compensation is computed with `small`, not with what was added: small − compensation. So the old one goes "
    "on with the other sign, and the next call takes its correction back."
)
def compares_with_small(total, small, compensation):
    t = total + (small - compensation)
    return t, (t - total) - small


@kahan_add.mistake(
    "The new compensation is always 0, or nearly. Were the brackets moved, as in t − (total + y)? Or was the sum made "
    "in a longer format, which loses nothing? Subtract `total` from the sum as it is *rounded* in the arrays' dtype."
)
def brackets_moved(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - (total + y)


@kahan_add.mistake(
    "The sum comes back in a longer format, where little is lost. The arrays are to keep their dtype: what would the "
    "short sum have been?"
)
def in_a_longer_format(total, small, compensation):
    y = small.astype(float) - compensation
    t = total.astype(float) + y
    return t, (t - total) - y


@kahan_add.mistake(
    "The brackets stand elsewhere: t − (total − y) is not what was lost. First ask how far the sum moved: t − total."
)
def brackets_around_the_old(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - (total - y)


@kahan_add.mistake(
    "`t - y` is the old total, or nearly: no error of a sum. First ask how far the sum moved, from `total` to `t`."
)
def total_from_the_new(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - y


@kahan_add.mistake(
    "The new compensation is how far the sum moved, t − total. How far should it have moved? What is too much is the "
    "difference of the two."
)
def only_how_far_it_moved(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, t - total


@kahan_add.mistake(
    "The new compensation is computed with `small`, not with what was added, and has the other sign: this is "
    "small − (t − total). By the task's convention it is what the sum got too much of `small - compensation`."
)
def compares_with_small_and_other_sign(total, small, compensation):
    t = total + (small - compensation)
    return t, small - (t - total)


@kahan_add.mistake(
    "The sum is rounded twice: `small` and the compensation meet the total one after the other. Nothing is lost for "
    "good, but the total may be further off than one rounding leaves. Join the two small numbers before they meet it."
)
def compensates_the_total(total, small, compensation):
    t = (total + small) - compensation
    return t, (t - total) - (small - compensation)


@kahan_add.mistake(
    "Two slips: the compensation and `small` meet the large number one after the other, and the new one is computed "
    "with `small` alone. Join the two small numbers first; what should have moved the sum is then that one number."
)
def compensates_the_total_and_compares_with_small(total, small, compensation):
    t = (total + small) - compensation
    return t, (t - total) - small


@kahan_add.mistake(
    "What is too much is computed in float64: for arrays that are float64 already that is no longer format, and the "
    "difference comes out 0 or rounded. Use differences in the arrays' own dtype."
)
def exact_in_float64(total, small, compensation):
    t = total + (small - compensation)
    exact = total.astype(float) + small - compensation
    return t, (t - exact).astype(total.dtype)


@kahan_add.mistake(
    "The sum is made in another format and cast back: where the arrays are float64 already, nothing is left to compare "
    "with. Compute in the arrays' own dtype."
)
def sum_made_in_another_format(total, small, compensation):
    exact = total.astype(float) + (small.astype(float) - compensation)
    t = exact.astype(total.dtype)
    return t, (t - exact).astype(total.dtype)


@kahan_add.mistake(
    "The compensation meets the total alone, where rounding takes it. Join the two small numbers before they meet the "
    "large one."
)
def compensation_meets_the_total_alone(total, small, compensation):
    mended = total - compensation
    t = mended + small
    return t, (t - mended) - small


@kahan_add.mistake(
    "The sum is plain, and its errors are only collected beside it: the compensation is never taken along."
)
def errors_collected_beside(total, small, compensation):
    t = total + small
    return t, compensation + ((t - total) - small)


@kahan_add.mistake(
    "The total is right, and the old compensation is added to the new one. It has gone into the sum already: take it "
    "along once."
)
def old_compensation_kept(total, small, compensation):
    t, lost = kahan_add(total, small, compensation)
    return t, compensation + lost


@kahan_add.mistake(
    "The new compensation is the change turned round: small − compensation with a minus. How far did the sum move "
    "really, and how far should it have moved?"
)
def the_change_turned_round(total, small, compensation):
    y = small - compensation
    return total + y, -y


@kahan_add.mistake(
    "`total - t` is how far the sum moved, with the other sign; the change is then subtracted instead of compared. "
    "What is too much is how far the sum moved less how far it should have."
)
def the_move_turned_round(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, (total - t) - y


@kahan_add.mistake(
    "The new sum is compared with the plain one, total + small, which is rounded as well. How far did the sum move, "
    "and how far should it have moved?"
)
def compared_with_the_plain_sum(total, small, compensation):
    t = total + (small - compensation)
    return t, t - (total + small)


@kahan_add.mistake(
    "The compensation is added where the task subtracts it, and the new one is computed with `small` alone: two slips. "
    "Begin with small − compensation."
)
def adds_the_compensation_and_compares_with_small(total, small, compensation):
    t = total + (small + compensation)
    return t, (t - total) - small


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


@kahan_add.right
def takes_apart_what_was_added(total, small, compensation):
    t = total + (small - compensation)
    return t, (t - total) - small + compensation


@kahan_add.right
def begins_with_the_old_compensation(total, small, compensation):
    t = total + (small - compensation)
    return t, compensation + (t - total) - small


@kahan_add.right
def what_is_too_much_in_a_longer_format(total, small, compensation):
    t = total + (small - compensation)
    exact = total.astype(np.longdouble) + small - compensation
    return t, (t - exact).astype(total.dtype)
