"""Predict a limit, a swing and a best rate under delay."""

from fractions import Fraction

import numpy as np

from course_lib.checks.exercises import value

LATE, FLAT, STEEP = 6, 0.3, 4.0


@value(
    tolerance=0.005,
    praise="2 sin(π/26)/4, a swing of 4 · 6 + 2 = 26 steps, and 6⁶/7⁷ = 0.0567 divided by 4: less than a "
    "quarter of the limit. And (6/7)⁷ = 0.34: a third of the results are later than the mean.",
)
def predict_delay():
    """The limit of a bowl with gradients 6 steps late, its swing, the best rate of its steep direction; workers."""
    return {
        "limit": 2 * np.sin(np.pi / (2 * (2 * LATE + 1))) / STEEP,
        "swing": 4 * LATE + 2,
        "best": LATE**LATE / (LATE + 1) ** (LATE + 1) / STEEP,
        "later": (LATE / (LATE + 1)) ** (LATE + 1),
    }


@predict_delay.mistake("`limit` is 2/λ_max, that of gradients in time. What do six late steps change?")
def without_delay():
    return {"limit": 2 / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake(
    "`limit` is that of the flattest direction alone. All directions must shrink: which one gives way first?"
)
def flattest_direction():
    return {"limit": 2 * np.sin(np.pi / 26) / FLAT, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` is that of ηλ. The learning rate is asked for: which curvature decides?")
def curvature_forgotten():
    return {"limit": 2 * np.sin(np.pi / 26), "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` multiplies by the curvature. A steeper bowl wants a smaller rate.")
def multiplied_by_the_curvature():
    return {"limit": 2 * np.sin(np.pi / 26) * STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` has the angle θ itself in the sine. How long is 1 − z for a z at the angle θ?")
def full_angle_in_the_sine():
    return {"limit": 2 * np.sin(np.pi / 13) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` is half of it. How long is the chord from 1 to z on the unit circle?")
def factor_two_missing():
    return {"limit": np.sin(np.pi / 26) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake(
    "`limit` turns by τθ alone, as if 1 − z had no angle of its own. What is the sum of both angles?"
)
def no_angle_of_the_chord():
    return {"limit": 2 * np.sin(np.pi / 6) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake(
    "`limit` has 2τ where 2τ + 1 belongs: half of the angle θ comes from 1 − z. What is the sum of both angles?"
)
def delay_for_twice_the_delay():
    return {"limit": 2 * np.sin(np.pi / 12) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake(
    "`limit` counts the angle of 1 − z whole. It is half of θ − π: which triangle do 0, 1 and z make?"
)
def whole_angle_of_the_chord():
    return {"limit": 2 * np.sin(np.pi / 14) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` is that of a gradient five steps late: a delay of 0 is a gradient in time.")
def one_less_late():
    return {"limit": 2 * np.sin(np.pi / 22) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` is that of a gradient seven steps late: a delay of 0 is a gradient in time.")
def one_more_late():
    return {"limit": 2 * np.sin(np.pi / 30) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`limit` takes the sine of an angle in degrees. `np.sin` wants radians.")
def degrees():
    return {"limit": 2 * np.sin(180 / 26) / STEEP, "swing": ..., "best": ..., "later": ...}


@predict_delay.mistake("`swing` is half of one: after it the error has the other sign. When is it back?")
def half_swings():
    return {"limit": ..., "swing": 13, "best": ..., "later": ...}


@predict_delay.mistake("`swing` is the delay itself. Each step turns by θ: how many make a full turn?")
def delay_for_the_swing():
    return {"limit": ..., "swing": 6, "best": ..., "later": ...}


@predict_delay.mistake("`swing` is twice the delay. Each step turns by θ: how many make a full turn?")
def twice_the_delay():
    return {"limit": ..., "swing": 12, "best": ..., "later": ...}


@predict_delay.mistake(
    "`swing` is four times the delay, which would be 0 without delay. There it is 2: from side to side."
)
def four_times_the_delay():
    return {"limit": ..., "swing": 24, "best": ..., "later": ...}


@predict_delay.mistake("`swing` counts two of them. How many steps of θ make one full turn?")
def swing_counted_twice():
    return {"limit": ..., "swing": 52, "best": ..., "later": ...}


@predict_delay.mistake("`best` is half the limit. That is so without delay. Where do two roots meet?")
def half_of_the_limit():
    return {"limit": ..., "swing": ..., "best": np.sin(np.pi / 26) / STEEP, "later": ...}


@predict_delay.mistake("`best` is the best ηλ. The learning rate is asked for.")
def curvature_forgotten_in_the_best_rate():
    return {"limit": ..., "swing": ..., "best": 6**6 / 7**7, "later": ...}


@predict_delay.mistake("`best` is 1/λ, that of gradients in time. Where do two roots meet when six steps late?")
def best_rate_without_delay():
    return {"limit": ..., "swing": ..., "best": 1 / STEEP, "later": ...}


@predict_delay.mistake("`best` is that of the flat direction. The task asks for the steep one.")
def best_for_the_flat_direction():
    return {"limit": ..., "swing": ..., "best": 6**6 / 7**7 / FLAT, "later": ...}


@predict_delay.mistake("`best` is the factor per step. At which ηλ is it reached?")
def factor_for_the_rate():
    return {"limit": ..., "swing": ..., "best": 6 / 7, "later": ...}


@predict_delay.mistake(
    "`best` is z^τ alone, per curvature. Where is the factor 1 − z?"
)
def one_power_short():
    return {"limit": ..., "swing": ..., "best": 6**6 / 7**6 / STEEP, "later": ...}


@predict_delay.mistake("`best` is that of a bowl with gradients in time. One direction is asked for, six steps late.")
def bowl_for_the_direction():
    return {"limit": ..., "swing": ..., "best": 2 / (FLAT + STEEP), "later": ...}


@predict_delay.mistake("`swing` is that of a gradient five steps late: a delay of 0 is a gradient in time.")
def swing_one_less_late():
    return {"limit": ..., "swing": 22, "best": ..., "later": ...}


@predict_delay.mistake("`swing` is that of a gradient seven steps late: a delay of 0 is a gradient in time.")
def swing_one_more_late():
    return {"limit": ..., "swing": 30, "best": ..., "later": ...}


@predict_delay.mistake("`best` is that of a gradient five steps late: a delay of 0 is a gradient in time.")
def best_one_less_late():
    return {"limit": ..., "swing": ..., "best": 5**5 / 6**6 / STEEP, "later": ...}


@predict_delay.mistake("`best` is that of a gradient seven steps late: a delay of 0 is a gradient in time.")
def best_one_more_late():
    return {"limit": ..., "swing": ..., "best": 7**7 / 8**8 / STEEP, "later": ...}


@predict_delay.mistake("`best` is the form for large τ, and 6 is not large: take z^τ (1 − z) itself.")
def form_for_long_delays():
    return {"limit": ..., "swing": ..., "best": 1 / (7 * np.e) / STEEP, "later": ...}


@predict_delay.mistake("`best` divides the factor per step by the curvature. At which ηλ is this factor reached?")
def factor_per_curvature():
    return {"limit": ..., "swing": ..., "best": 6 / 7 / STEEP, "later": ...}


@predict_delay.mistake("`best` is the limit itself: there the direction does not shrink at all.")
def limit_for_the_best():
    return {"limit": ..., "swing": ..., "best": 2 * np.sin(np.pi / 26) / STEEP, "later": ...}


@predict_delay.mistake("`later` counts those exactly six steps late, too: *more* than six, please.")
def at_least_so_late():
    return {"limit": ..., "swing": ..., "best": ..., "later": (6 / 7) ** 6}


@predict_delay.mistake(
    "`later` is the share of those exactly six steps late. How many are overtaken at least seven "
    "times?"
)
def exactly_so_late():
    return {"limit": ..., "swing": ..., "best": ..., "later": (6 / 7) ** 6 / 7}


@predict_delay.mistake("`later` is the share of the others, at most six steps late.")
def the_other_share():
    return {"limit": ..., "swing": ..., "best": ..., "later": 1 - (6 / 7) ** 7}


@predict_delay.mistake(
    "`later` is one half, as if the mean cut the results into two halves. What is the chance to be "
    "overtaken once more?"
)
def half_for_the_mean():
    return {"limit": ..., "swing": ..., "best": ..., "later": 0.5}


@predict_delay.mistake("`later` has six workers. With a mean delay of six, how many are there?")
def workers_for_the_delay():
    return {"limit": ..., "swing": ..., "best": ..., "later": (5 / 6) ** 7}


@predict_delay.mistake("`swing` is one step short: what is 2π over the angle π/(2τ + 1)?")
def swing_one_step_short():
    return {"limit": ..., "swing": 25, "best": ..., "later": ...}


@predict_delay.mistake("`later` is the share that is late at all. *More* than six steps, please.")
def late_at_all():
    return {"limit": ..., "swing": ..., "best": ..., "later": 6 / 7}


@predict_delay.mistake("`later` is the share that is in time. *More* than six steps late, please.")
def in_time():
    return {"limit": ..., "swing": ..., "best": ..., "later": 1 / 7}


@predict_delay.mistake("`later` is the share more than *seven* steps late.")
def one_later_still():
    return {"limit": ..., "swing": ..., "best": ..., "later": (6 / 7) ** 8}


predict_delay.equivalent(
    "np.sin(np.pi / (2 * (2 * LATE + 1))) → np.pi / (2 * (2 * LATE + 1)) in `return {'limit': 2 * np.sin(np.pi / (2 * "
    "(2 * LATE + 1))) / STEEP, 'swing': 4 * LATE + 2, 'best': LATE ** LATE / (LATE + 1) ** (LATE + 1) / STEEP, "
    "'later': (LATE / (LATE + 1)) ** (LATE + 1)}`",
    "the sine of so small an angle is the angle, to three digits",
)

predict_delay.accept(
    {"limit": 0.0603, "swing": 26, "best": 0.01416, "later": 0.34},
    {"limit": 2 * np.sin(np.pi / 26) / 4, "swing": 26.0, "best": Fraction(6**6, 4 * 7**7), "later": (6 / 7) ** 7},
    {"later": 0.3399, "best": 0.014163, "swing": 26, "limit": 0.060268},
    {"limit": np.float32(0.060268), "swing": np.int64(26), "best": np.float32(0.014163), "later": np.float32(0.3399)},
    {"limit": [0.06027], "swing": [26], "best": [0.01416], "later": [0.34]},
)
