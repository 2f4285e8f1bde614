"""Predict a limit, a swing and a best rate under delay."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value

LATE, FLAT, STEEP = 6, 0.3, 4.0


@value(
    tolerance=0.005,
    praise="2 sin(π/26)/4, a swing of 4 · 6 + 2 = 26 steps, and 6⁶/7⁷ = 0.0567 divided by 4: less than a "
    "quarter of the limit.",
)
def predict_delay():
    """The limit of a bowl with gradients 6 steps late, the swing at it, and the best rate of its steep direction."""
    return {
        "limit": 2 * np.sin(np.pi / (2 * (2 * LATE + 1))) / STEEP,
        "swing": 4 * LATE + 2,
        "best": LATE**LATE / (LATE + 1) ** (LATE + 1) / STEEP,
    }


@predict_delay.mistake("`limit` is 2/λ_max, that of gradients in time. What do six late steps change?")
def without_delay():
    return {"limit": 2 / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake(
    "`limit` is that of the flattest direction alone. All directions must shrink: which one gives way first?"
)
def flattest_direction():
    return {"limit": 2 * np.sin(np.pi / 26) / FLAT, "swing": ..., "best": ...}


@predict_delay.mistake("`limit` is that of ηλ. The learning rate is asked for: which curvature decides?")
def curvature_forgotten():
    return {"limit": 2 * np.sin(np.pi / 26), "swing": ..., "best": ...}


@predict_delay.mistake("`limit` multiplies by the curvature. A steeper bowl wants a smaller rate.")
def multiplied_by_the_curvature():
    return {"limit": 2 * np.sin(np.pi / 26) * STEEP, "swing": ..., "best": ...}


@predict_delay.mistake("`limit` has the angle θ itself in the sine. How long is 1 − z for a z at the angle θ?")
def full_angle_in_the_sine():
    return {"limit": 2 * np.sin(np.pi / 13) / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake("`limit` is half of it. How long is the chord from 1 to z on the unit circle?")
def factor_two_missing():
    return {"limit": np.sin(np.pi / 26) / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake(
    "`limit` turns by τθ alone, as if 1 − z had no angle of its own worth counting twice. What is the "
    "sum of both angles?"
)
def delay_for_twice_the_delay():
    return {"limit": 2 * np.sin(np.pi / 14) / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake("`limit` is that of a gradient five steps late: a delay of 0 is a gradient in time.")
def one_less_late():
    return {"limit": 2 * np.sin(np.pi / 22) / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake("`limit` is that of a gradient seven steps late: a delay of 0 is a gradient in time.")
def one_more_late():
    return {"limit": 2 * np.sin(np.pi / 30) / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake("`limit` takes the sine of an angle in degrees. `np.sin` wants radians.")
def degrees():
    return {"limit": 2 * np.sin(180 / 26) / STEEP, "swing": ..., "best": ...}


@predict_delay.mistake("`swing` is half of one: after it the error has the other sign. When is it back?")
def half_swings():
    return {"limit": ..., "swing": 13, "best": ...}


@predict_delay.mistake("`swing` is the delay itself. Each step turns by θ: how many make a full turn?")
def delay_for_the_swing():
    return {"limit": ..., "swing": 6, "best": ...}


@predict_delay.mistake("`swing` is twice the delay. Each step turns by θ: how many make a full turn?")
def twice_the_delay():
    return {"limit": ..., "swing": 12, "best": ...}


@predict_delay.mistake(
    "`swing` is four times the delay, which would be 0 without delay. There it is 2: from side to side."
)
def four_times_the_delay():
    return {"limit": ..., "swing": 24, "best": ...}


@predict_delay.mistake("`swing` counts two of them. How many steps of θ make one full turn?")
def swing_counted_twice():
    return {"limit": ..., "swing": 52, "best": ...}


@predict_delay.mistake("`best` is half the limit. That is so without delay. Where do two roots meet?")
def half_of_the_limit():
    return {"limit": ..., "swing": ..., "best": np.sin(np.pi / 26) / STEEP}


@predict_delay.mistake("`best` is the best ηλ. The learning rate is asked for.")
def curvature_forgotten_in_the_best_rate():
    return {"limit": ..., "swing": ..., "best": 6**6 / 7**7}


@predict_delay.mistake("`best` is 1/λ, that of gradients in time. Where do two roots meet when six steps late?")
def best_rate_without_delay():
    return {"limit": ..., "swing": ..., "best": 1 / STEEP}


@predict_delay.mistake("`best` is that of the flat direction. The task asks for the steep one.")
def best_for_the_flat_direction():
    return {"limit": ..., "swing": ..., "best": 6**6 / 7**7 / FLAT}


@predict_delay.mistake("`best` is the factor per step. At which ηλ is it reached?")
def factor_for_the_rate():
    return {"limit": ..., "swing": ..., "best": 6 / 7}


@predict_delay.mistake(
    "`best` has one power of τ/(τ + 1) without the step from z to 1. What is z^τ (1 − z) at the double root?"
)
def one_power_short():
    return {"limit": ..., "swing": ..., "best": 6**6 / 7**6 / STEEP}


@predict_delay.mistake("`best` is that of a bowl with gradients in time. One direction is asked for, six steps late.")
def bowl_for_the_direction():
    return {"limit": ..., "swing": ..., "best": 2 / (FLAT + STEEP)}


predict_delay.equivalent(
    "np.sin(np.pi / (2 * (2 * LATE + 1))) → np.pi / (2 * (2 * LATE + 1)) in `return {'limit': 2 * np.sin(np.pi / (2 * "
    "(2 * LATE + 1))) / STEEP, 'swing': 4 * LATE + 2, 'best': LATE ** LATE / (LATE + 1) ** (LATE + 1) / STEEP}`",
    "the sine of so small an angle is the angle, to three digits",
)

predict_delay.accept(
    {"limit": 0.0603, "swing": 26, "best": 0.01416},
    {"limit": 2 * np.sin(np.pi / 26) / 4, "swing": 26.0, "best": Fraction(6**6, 4 * 7**7)},
    {"best": 0.014163, "swing": 26, "limit": 0.060268},
    {"limit": np.float32(0.060268), "swing": np.int64(26), "best": np.float32(0.014163)},
    {"limit": [0.06027], "swing": [26], "best": [0.01416]},
)
