"""Train on the diabetes data in float16, with one's own sum."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import load_diabetes, standardize
from course_lib.models import LinearRegression

STEPS = 1500
STUCK, CLOSE = 300.0, 50.0


@functools.cache
def problem():
    """Return the Hessian and the minimum: they give the gradient and the height of the squared error exactly."""
    data, model = standardize(load_diabetes()), LinearRegression(n_features=10)
    return model.hessian(data.X), model.solve(*data)


def excess(add, lr):
    """Return how far above the least loss a run of 1500 full steps in float16 ends."""
    hessian, best = problem()
    total, lost = np.zeros((2, 11), dtype=np.float16)
    lr = np.float16(lr)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            grad = (hessian @ (total - best)).astype(np.float16)
            total, lost = add(total, -lr * grad, lost)
        return float((total - best) @ hessian @ (total - best) / 2)


def plainly(total, small, compensation):
    return total + small, compensation


def kahan(total, small, compensation):
    y = small - compensation
    t = total + y
    return t, (t - total) - y


@functools.lru_cache
def expected(lr):
    """Return how far above the least loss the plain sum ends at a rate, and Kahan's."""
    return excess(plainly, lr), excess(kahan, lr)


@dataclass(frozen=True)
class Training:
    """How far above the least loss one's own sum ends, the plain one, and Kahan's."""

    own: float
    plain: float
    kahan: float

    @property
    def same(self):
        return bool(np.isclose(self.own, self.kahan, rtol=1e-2, atol=1e-2, equal_nan=True))


def checked(add):
    """Return a reader's sum that gives two float16 arrays."""

    def sum_of(total, small, compensation):
        result = add(total, small, compensation)
        if not isinstance(result, (tuple, list, np.ndarray)) or len(result) != 2 or any(
            np.shape(part) != (11,) for part in result
        ):
            raise Problem("The first part should be your `kahan_add`, which returns (total, compensation).")
        return tuple(np.asarray(part, dtype=np.float16) for part in result)

    return sum_of


@setting(
    kinds=[code("total", "small", "compensation"), number("learning rate", low=0)],
    goal=lambda run: run.same and run.own < CLOSE and run.plain > STUCK,
    right=[(kahan, 0.0015), (kahan, 0.0013), (kahan, 0.0018)],
    praise=lambda add, lr, run: (
        f"Your sum ends {run.own:.0f} above the least loss, the plain one {run.plain:.0f}: the same rate, the same "
        "float16, and eleven more short numbers."
    ),
)
def train_in_float16(add, lr):
    """One's own compensated sum, and a rate at which it makes the difference."""
    plain, right = expected(lr)
    return Training(excess(checked(add), lr), plain, right)


@train_in_float16.mistake(example=(plainly, 0.0015))
def another_sum(add, lr, run):
    if not run.same:
        return (
            f"Your sum ends {run.own:.0f} above the least loss, Kahan's {run.kahan:.0f}. Make `kahan_add` pass its own "
            "check; then come back to the rate."
        )


@train_in_float16.mistake(example=(kahan, 0.0001))
def too_small(add, lr, run):
    if run.own >= CLOSE and run.plain > STUCK:
        return (
            f"At {lr:.3g} the plain sum is {run.plain:.0f} above the least loss after {STEPS} steps, and yours "
            f"{run.own:.0f}: too few steps for this rate. (On the way, a step rounded up to a whole ulp can be ahead.)"
        )


@train_in_float16.mistake(example=(kahan, 0.0025))
def nearly(add, lr, run):
    if run.own < CLOSE < run.plain:
        return (
            f"At {lr:.3g} yours ends {run.own:.0f} above the least loss and the plain sum {run.plain:.0f}: a "
            f"difference, but the plain sum is not yet above {STUCK:.0f}. At which rates does it stand further away?"
        )


@train_in_float16.mistake(example=(kahan, 0.05))
def no_difference(add, lr, run):
    if run.own < CLOSE:
        return (
            f"At {lr:.3g} the plain sum gets down to {run.plain:.1f} as well. Where does a run in float16 stand still "
            "further away, at a larger rate or at a smaller one?"
        )


@train_in_float16.mistake(example=(kahan, 1.0))
def diverges(add, lr, run):
    return f"At {lr:.3g} the run diverges, however it is added."


train_in_float16.accept(
    {"add": kahan, "lr": 0.0016},
    [kahan, np.float64(0.0014)],
    (kahan, 0.00145),
    (kahan, np.float32(0.0015)),
    (lambda total, small, compensation: kahan(total, small, compensation), 0.0017),
)
