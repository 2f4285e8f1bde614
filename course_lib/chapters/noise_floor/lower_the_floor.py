"""Lower a noise floor in three ways."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.03,
    praise="A quarter of the rate; four times the batch; or the mean of 160 points, 8 / (2 · 5 · 160) = 0.005. The "
    "last one takes neither smaller steps nor larger batches.",
)
def lower_the_floor():
    """Three ways from the floor 0.02 to 0.005: the rate, the batch, the number of points in a mean."""
    return {"lr": 0.0025, "batch_size": 16, "points": 160}


@lower_the_floor.mistake("`lr` and `batch_size` go the wrong way: which of the two has to grow?")
def rate_and_batch_exchanged():
    return {"lr": 0.04, "batch_size": 1, "points": ...}


@lower_the_floor.mistake("These halve the floor. It should fall to a quarter: how does it depend on η, and how on B?")
def halves_it():
    return {"lr": 0.005, "batch_size": 8, "points": ...}


@lower_the_floor.mistake("`lr` is 16 times smaller. The floor goes like η itself, not like its root.")
def rate_by_the_square():
    return {"lr": 0.01 / 16, "batch_size": ..., "points": ...}


@lower_the_floor.mistake("`batch_size` is 16 times larger. The floor goes like 1/B, not like its root.")
def batch_by_the_square():
    return {"lr": ..., "batch_size": 64, "points": ...}


@lower_the_floor.mistake("`lr` is larger than before. A larger rate has a higher floor.")
def larger_rate():
    return {"lr": 0.04, "batch_size": ..., "points": ...}


@lower_the_floor.mistake("`batch_size` is smaller than before. A smaller batch has more noise.")
def smaller_batch():
    return {"lr": ..., "batch_size": 1, "points": ...}


@lower_the_floor.mistake(
    "4 `points` would be enough if they were independent. But each is 0.95 times the one before, and a little noise. "
    "What is independent from step to step?"
)
def points_as_if_independent():
    return {"lr": ..., "batch_size": ..., "points": 4}


@lower_the_floor.mistake("`points` takes the variance of a single row. Each step has the mean of 4 rows.")
def variance_of_one_row():
    return {"lr": ..., "batch_size": ..., "points": 640}


@lower_the_floor.mistake("`points` is twice too large: the loss of an error x is λx²/2.")
def no_half():
    return {"lr": ..., "batch_size": ..., "points": 320}


@lower_the_floor.mistake("With these `points` the mean of x² is 0.005. What is the loss of an error x?")
def mean_square_for_loss():
    return {"lr": ..., "batch_size": ..., "points": 64}


@lower_the_floor.mistake(
    "`points` leaves the curvature out. The mean of the noise is divided by λ, and the loss is λ/2 times its square."
)
def no_curvature():
    return {"lr": ..., "batch_size": ..., "points": 800}


lower_the_floor.accept(
    {"lr": 0.01 / 4, "batch_size": 4 * 4, "points": 8 / (2 * 5 * 0.005)},
    {"points": 160.0, "batch_size": 16.0, "lr": 2.5e-3},
    {"lr": [0.0025], "batch_size": np.int64(16), "points": np.array(160)},
    {"lr": np.float32(0.0025), "batch_size": 16, "points": 158},
    {"lr": 0.00254, "batch_size": 16, "points": 160},
)

_RETURN = "`return {'lr': 0.0025, 'batch_size': 16, 'points': 160}`"
for _points in (159, 161):
    lower_the_floor.equivalent(f"160 → {_points} in {_RETURN}", "one point more or less is within the tolerance")
