"""What an exercise trains on: shards of patients, sorted by body mass."""

import numpy as np

from course_lib.chapters.parallel_and_distributed.shared import diabetes_shards
from course_lib.data import Data
from course_lib.models import LinearRegression

ROUNDS = 20


def sorted_shards():
    """Return two shards of the diabetes data as arrays (300, 4) and (142, 4), their last column the target."""
    return [np.column_stack([part.X, part.y]) for part in diabetes_shards("sorted")]


def gradient(w, shard):
    """Return the gradient of the mean squared error of a linear model, w of shape (4,), on the rows of a shard."""
    return LinearRegression(3).grad(w, shard[:, :-1], shard[:, -1])


def percent_above(w):
    """Return by how many percent the loss at w, on the rows of all shards, is above the least possible one."""
    rows = np.concatenate(sorted_shards())
    rows = Data(rows[:, :-1], rows[:, -1])
    loss = LinearRegression(3).on(*rows)
    with np.errstate(all="ignore"):
        above = float(100 * (loss.value(w) / loss.value(loss.model.solve(*rows)) - 1))
    return above if np.isfinite(above) else np.inf
