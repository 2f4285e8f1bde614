"""A loop that trains in float16 and stands still, to be mended."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, setting

MINIMUM, START = np.array([1.5, 24.0, -300.0]), np.array([1.9, 30.0, -380.0])
CURVATURE, RATE, STEPS = 0.1, 0.05, 3000
NEAR = 2.0  # ulps, at the end
LATER, OFF_TRACK = 400, 20.0  # steps; ulps there: rounding at random takes 4, a rate of 1.5 times as much 50


def broken(grad_fn, w, lr, steps):
    """Return the weights after so many steps of gradient descent in float16."""
    w = w.astype(np.float16)
    for _ in range(steps):
        w = w - np.float16(lr) * grad_fn(w)
    return w


@dataclass(frozen=True)
class Mended:
    """What a loop did: how far off it ends in ulps of float16, where it asked for gradients, and what it returned."""

    ulps: np.ndarray
    asked: tuple
    dtype: str
    count: int
    places: int = 0  # different weights at which gradients were asked for
    too_far: bool = False  # whether the first step is longer than the rate says, by more than an ulp
    off_track: bool = False  # whether the weights after 400 steps are not those of the rate

    @property
    def arrives(self):
        return bool((self.ulps <= NEAR).all())


@setting(
    kinds=[code("grad_fn", "w", "lr", "steps")],
    goal=lambda run: (
        run.arrives
        and run.asked == ("float16",)
        and run.dtype == "float16"
        and run.count == STEPS
        and not run.too_far
        and not run.off_track
    ),
    right=lambda: [with_master, with_kahan, master_and_cast_once],
    praise=lambda answer, run: (
        "All three weights arrive, to within two ulps of float16, and every gradient was computed from float16 "
        "weights. What the sum rounded away is not lost for good any more."
    ),
)
def mend_standstill(descend):
    """A loop of gradient descent whose gradients are computed with float16 weights."""
    asked, places, count, second, later = set(), set(), 0, START, START

    def grad_fn(w):
        """the gradient of a bowl with the curvature 0.1, at float16 weights, in float16"""
        nonlocal count, second, later
        if not isinstance(w, np.ndarray) or w.shape != MINIMUM.shape:
            raise Problem("Give `grad_fn` the array of weights, with the shape of `w`.")
        asked.add(w.dtype.name)
        places.add(w.tobytes())
        count += 1
        if count == 2:
            second = w.astype(float)
        if count == LATER + 1:
            later = w.astype(float)
        if count > 10 * STEPS:
            raise Problem("This takes far more gradients than steps: one for each step is enough.")
        return (CURVATURE * (w.astype(np.float64) - MINIMUM)).astype(np.float16)

    got = descend(grad_fn, START, RATE, STEPS)
    if not isinstance(got, np.ndarray) or got.shape != MINIMUM.shape or got.dtype.kind != "f":
        raise Problem("The loop should return the array of weights after the last step.")
    ulp = np.spacing(np.abs(MINIMUM).astype(np.float16)).astype(float)
    with np.errstate(invalid="ignore"):
        off = np.abs(got.astype(float) - MINIMUM) / ulp
    longest = RATE * CURVATURE * np.abs(START - MINIMUM) + 1.5 * np.spacing(np.abs(START).astype(np.float16))
    too_far = bool((np.abs(second - START) > longest).any())
    off = np.where(np.isfinite(off), off, np.inf)
    exact = MINIMUM + (START - MINIMUM) * (1 - RATE * CURVATURE) ** LATER
    off_track = not (np.abs(later - exact) <= OFF_TRACK * np.spacing(np.abs(exact).astype(np.float16))).all()
    return Mended(off, tuple(sorted(asked)), got.dtype.name, count, len(places), too_far, off_track)


def with_master(grad_fn, w, lr, steps):
    master = w.astype(np.float32)
    for _ in range(steps):
        grad = grad_fn(master.astype(np.float16))
        master = master - lr * grad.astype(np.float32)
    return master.astype(np.float16)


def with_kahan(grad_fn, w, lr, steps):
    w = w.astype(np.float16)
    lost = np.zeros_like(w)
    for _ in range(steps):
        y = -np.float16(lr) * grad_fn(w) - lost
        t = w + y
        w, lost = t, (t - w) - y
    return w


def master_and_cast_once(grad_fn, w, lr, steps):
    short = np.asarray(w, dtype=np.float16)
    total = short.astype(np.float64)
    for _ in range(steps):
        total -= lr * grad_fn(short).astype(float)
        short = total.astype(np.float16)
    return short


def everything_longer(grad_fn, w, lr, steps):
    w = w.astype(np.float32)
    for _ in range(steps):
        w = w - np.float32(lr) * grad_fn(w)
    return w


def cast_each_step(grad_fn, w, lr, steps):
    w = w.astype(np.float16)
    for _ in range(steps):
        w = (w.astype(np.float32) - lr * grad_fn(w).astype(np.float32)).astype(np.float16)
    return w


def faster(grad_fn, w, lr, steps):
    return broken(grad_fn, w, 1.0, steps)


def master_returned(grad_fn, w, lr, steps):
    master = w.astype(np.float32)
    for _ in range(steps):
        master = master - lr * grad_fn(master.astype(np.float16)).astype(np.float32)
    return master


def more_steps(grad_fn, w, lr, steps):
    return with_master(grad_fn, w, lr, 2 * steps)


def always_at_the_start(grad_fn, w, lr, steps):
    master = w.astype(np.float32)
    for _ in range(steps):
        master = master - lr * grad_fn(w.astype(np.float16)).astype(np.float32)
    return master.astype(np.float16)


def uphill(grad_fn, w, lr, steps):
    return with_master(grad_fn, w, -lr, steps)


@mend_standstill.mistake(example=faster)
def another_rate(descend, run):
    if run.too_far:
        return "The first step is longer than the learning rate says. The task keeps the rate: mend the sum."


@mend_standstill.mistake(example=always_at_the_start)
def gradients_at_the_start(descend, run):
    if run.places == 1 and run.count > 1:
        return "Each gradient was asked for at the same weights. Which weights does the network have after a step?"


@mend_standstill.mistake(example=broken)
def still_stands(descend, run):
    if run.asked == ("float16",) and run.dtype == "float16" and run.count == STEPS and np.isfinite(run.ulps).all():
        if not run.arrives and run.ulps.max() < 1e3:
            return (
                f"It still stands {run.ulps.max():.0f} ulps away. Where is the small step lost: in the gradient, in "
                "the product, or in the sum? What that takes must be kept for the next step, at the rate given."
            )


@mend_standstill.mistake(example=everything_longer)
def float32_everywhere(descend, run):
    if run.asked != ("float16",) and run.asked:
        return (
            f"The gradient was asked for at {' and '.join(run.asked)} weights. The network computes in float16, so "
            "`grad_fn` gets float16; what else may be kept in a longer format?"
        )


@mend_standstill.mistake(example=master_returned)
def returns_the_master(descend, run):
    if run.dtype != "float16":
        return f"The weights come back as {run.dtype}. What is handed on to the network is float16."


@mend_standstill.mistake(example=more_steps)
def another_number_of_steps(descend, run):
    if run.count != STEPS:
        taken = "1 gradient was" if run.count == 1 else f"{run.count} gradients were"
        return f"{taken} taken, and {STEPS} steps were asked for: one gradient a step."


@mend_standstill.mistake(example=uphill)
def goes_away(descend, run):
    if not run.arrives:
        return "The weights end far from the minimum. Follow one weight by hand for two steps: where does it go?"


def steps_that_grow(grad_fn, w, lr, steps):
    master = w.astype(np.float32)
    for t in range(steps):
        master = master - lr * (1 + t / 100) * grad_fn(master.astype(np.float16)).astype(np.float32)
    return master.astype(np.float16)


@mend_standstill.mistake(example=steps_that_grow)
def another_pace(descend, run):
    if run.arrives and run.off_track:
        return (
            f"The weights arrive, but not at the pace of the rate given: after {LATER} steps they are elsewhere. Keep "
            "each step as it is, and mend the sum."
        )


def in_two_parts(grad_fn, w, lr, steps):
    high, low = w.astype(np.float16), np.zeros(w.shape, dtype=np.float32)
    for _ in range(steps):
        low = low - np.float32(lr) * grad_fn(high)
        new = (high + low).astype(np.float16)
        high, low = new, low - (new.astype(np.float32) - high)
    return high


def with_the_step_first(grad_fn, w, lr, steps):
    master = np.array(w, dtype=float)
    t = 0
    while t < steps:
        step = lr * np.asarray(grad_fn(np.float16(master)), dtype=float)
        np.subtract(master, step, out=master)
        t += 1
    return np.float16(master)


mend_standstill.accept(with_master, with_kahan, master_and_cast_once, in_two_parts, with_the_step_first)
