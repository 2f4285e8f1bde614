"""Find the step of a difference quotient for a function that bends over a distance of a thousandth."""

import numpy as np

from course_lib.checks.exercises import number, setting

SCALE = 1e-3
GOAL = 1e-9
BEST = SCALE * np.finfo(float).eps ** (1 / 3)


@setting(
    kinds=[number("step h", low=0)],
    goal=lambda error: error < GOAL,
    right=[BEST, 1e-9, 5e-9, 1e-8, np.float64(3e-9)],
    praise=lambda h, error: (
        f"With {h:.0e} the median error is below {GOAL:.0e}. The best step is near ε₆₄^(1/3) = 6e-06 times the "
        f"distance over which the function bends: {BEST:.0e} here."
    ),
)
def find_difference_step(h):
    """Return the median relative error of central differences at 201 places between 0.0002 and 0.0008."""
    u = np.linspace(0.2, 0.8, 201)
    slope = np.exp(u) * (np.sin(3 * u) + 3 * np.cos(3 * u)) / SCALE
    return np.median(np.abs((_f(SCALE * u + h) - _f(SCALE * u - h)) / (2 * h) / slope - 1))


def _f(w):
    u = np.clip(w / SCALE, -100, 100)
    return np.exp(u) * np.sin(3 * u)


@find_difference_step.mistake(example=np.finfo(float).eps ** (1 / 3))
def step_for_a_distance_of_one(h, error):
    if 3e-6 < h < 2e-5:
        return (
            f"With {h:.0e} the median error is {error:.0e}. This step suits a function that bends over a "
            "distance of 1. And this one?"
        )


@find_difference_step.mistake(example=1e-12)
def rounding(h, error):
    if h < BEST:
        return f"With {h:.0e} the median error is {error:.0e}. The two values agree in nearly all digits. Larger?"


@find_difference_step.mistake(example=SCALE)
def the_distance_itself(h, error):
    if h >= SCALE / 10:
        return f"With {h:.3g} the two points lie too far apart to measure a slope. By which factor should h be smaller?"


@find_difference_step.mistake(example=5e-7)
def too_large(h, error):
    return f"With {h:.0e} the median error is {error:.0e}. It falls like h²: a step ten times smaller has a hundredth."


find_difference_step.accept(6e-9, [5e-9], {"h": 4e-9}, np.float32(2e-9), 1e-3 * 2.2e-16 ** (1 / 3))
