"""Lower a noise floor in four ways."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.03,
    praise="A quarter of the rate; four times the batch; or the mean of 160 points, 8 / (2 · 5 · 160) = 0.005. The "
    "mean takes neither smaller steps nor larger batches. And shuffled, half the rate is an eighth of the loss.",
)
def lower_the_floor():
    """From the floor 0.02 to 0.005 by rate, batch, or mean; and an eighth at the ends of shuffled passes."""
    return {"lr": 0.0025, "batch_size": 16, "points": 160, "shuffled": 0.005}


@lower_the_floor.mistake("`lr` and `batch_size` go the wrong way: which of the two has to grow?")
def rate_and_batch_exchanged():
    return {"lr": 0.04, "batch_size": 1, "points": ..., "shuffled": ...}


@lower_the_floor.mistake("`lr` halves the floor. It should fall to a quarter: how does it depend on η?")
def half_of_the_rate():
    return {"lr": 0.005, "batch_size": ..., "points": ..., "shuffled": ...}


@lower_the_floor.mistake(
    "`shuffled` is an eighth of the rate, as if the floor went like η. At which order is it, at the ends of passes?"
)
def shuffled_like_drawn_anew():
    return {"lr": ..., "batch_size": ..., "points": ..., "shuffled": 0.01 / 8}


@lower_the_floor.mistake(
    "`shuffled` takes the order of the loss between the ends of passes. What is it at the ends themselves?"
)
def between_the_ends():
    return {"lr": ..., "batch_size": ..., "points": ..., "shuffled": 0.01 / 8**0.5}


@lower_the_floor.mistake("`shuffled` is larger than before. Which way does a smaller rate go, shuffled or not?")
def shuffled_at_twice_the_rate():
    return {"lr": ..., "batch_size": ..., "points": ..., "shuffled": 0.02}


@lower_the_floor.mistake(
    "`shuffled` would lower a loss of the order η³ to a 64th. How many times smaller is an eighth?"
)
def shuffled_at_a_quarter():
    return {"lr": ..., "batch_size": ..., "points": ..., "shuffled": 0.0025}


@lower_the_floor.mistake("`lr` is 16 times smaller. The floor goes like η itself, not like its root.")
def rate_by_the_square():
    return {"lr": 0.01 / 16, "batch_size": ..., "points": ..., "shuffled": ...}


@lower_the_floor.mistake("`batch_size` is 16 times larger. The floor goes like 1/B, not like its root.")
def batch_by_the_square():
    return {"lr": ..., "batch_size": 64, "points": ..., "shuffled": ...}


@lower_the_floor.mistake("`lr` is larger than before. A larger rate has a higher floor.")
def larger_rate():
    return {"lr": 0.04, "batch_size": ..., "points": ..., "shuffled": ...}


@lower_the_floor.mistake("`batch_size` is smaller than before. A smaller batch has more noise.")
def smaller_batch():
    return {"lr": ..., "batch_size": 1, "points": ..., "shuffled": ...}


@lower_the_floor.mistake(
    "4 `points` would be enough if they were independent. But each is 0.95 times the one before, and a little noise. "
    "What is independent from step to step?"
)
def points_as_if_independent():
    return {"lr": ..., "batch_size": ..., "points": 4, "shuffled": ...}


@lower_the_floor.mistake("`points` takes the variance of a single row. Each step has the mean of 4 rows.")
def variance_of_one_row():
    return {"lr": ..., "batch_size": ..., "points": 640, "shuffled": ...}


@lower_the_floor.mistake("`points` is twice too large: the loss of an error x is λx²/2.")
def no_half():
    return {"lr": ..., "batch_size": ..., "points": 320, "shuffled": ...}


@lower_the_floor.mistake("With these `points` the mean of x² is 0.005. What is the loss of an error x?")
def mean_square_for_loss():
    return {"lr": ..., "batch_size": ..., "points": 64, "shuffled": ...}


@lower_the_floor.mistake(
    "`points` leaves the curvature out. The mean of the noise is divided by λ, and the loss is λ/2 times its square."
)
def no_curvature():
    return {"lr": ..., "batch_size": ..., "points": 800, "shuffled": ...}


@lower_the_floor.mistake(
    "16 `points` would be enough if four neighbors told as much as one independent point. They tell far less, being "
    "nearly the same: what is independent from step to step?"
)
def sixteen_points():
    return {"lr": ..., "batch_size": ..., "points": 16, "shuffled": ...}


@lower_the_floor.mistake("With these `points` the loss of the mean is twice the goal: is λ/2 taken once, or λ/4?")
def half_too_much():
    return {"lr": ..., "batch_size": ..., "points": 80, "shuffled": ...}


@lower_the_floor.mistake(
    "`points` divides by λ² alone, or by λ twice. The mean of x² has λ² below it, and the loss is λ/2 times that."
)
def curvature_twice():
    return {"lr": ..., "batch_size": ..., "points": 32, "shuffled": ...}


@lower_the_floor.mistake("40 `points` leave the batch at 16 rows. It is the run as it is: with 4 rows a step.")
def both_at_once():
    return {"lr": ..., "batch_size": ..., "points": 40, "shuffled": ...}


@lower_the_floor.mistake("`batch_size` halves the floor. It should fall to a quarter: how does it depend on B?")
def twice_the_batch():
    return {"lr": ..., "batch_size": 8, "points": ..., "shuffled": ...}


lower_the_floor.accept(
    {"lr": 0.01 / 4, "batch_size": 4 * 4, "points": 8 / (2 * 5 * 0.005), "shuffled": 0.01 / 8 ** (1 / 3)},
    {"points": 160.0, "batch_size": 16.0, "lr": 2.5e-3, "shuffled": 5e-3},
    {"lr": [0.0025], "batch_size": np.int64(16), "points": np.array(160), "shuffled": np.float64(0.005)},
    {"lr": np.float32(0.0025), "batch_size": 16, "points": 158, "shuffled": 0.005},
    {"lr": 0.00254, "batch_size": 16, "points": 160, "shuffled": 0.0051},
)

_RETURN = "`return {'lr': 0.0025, 'batch_size': 16, 'points': 160, 'shuffled': 0.005}`"
for _points in (159, 161):
    lower_the_floor.equivalent(f"160 → {_points} in {_RETURN}", "one point more or less is within the tolerance")
