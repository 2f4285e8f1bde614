"""What chapter and exercises share: the table of measured steps, its problems, and shards that are unlike."""

from functools import cache
from pathlib import Path

import numpy as np

from course_lib.data import Data, load_diabetes, load_digits, standardize
from course_lib.models import MLP, LinearRegression

FILE = Path(__file__).with_name("measured.npz")
SIZES = (10**4, 3 * 10**4, 10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7)  # of a gradient, in bytes
WORKERS = (1, 2, 4, 8)
QUICK = 0.2  # a time is that which this share of the steps stays below
NETWORK = MLP(64, 512, 10)


@cache
def table():
    """Return the measured seconds and bytes by name, as `python -m jobs.parallel` has stored them."""
    with np.load(FILE) as stored:
        return {name: float(stored[name]) for name in stored}


def empty_work(size, workers):
    """Return data whose gradient has so many bytes and costs next to nothing: one row for each worker."""
    rng = np.random.default_rng(0)
    return Data(rng.normal(size=(workers, size // 8 - 1)), rng.normal(size=workers))


@cache
def rows():
    """Return the digits once, and eight times one after the other: little work, and more of it."""
    digits = standardize(load_digits())
    return {"small": digits, "large": Data(np.tile(digits.X, (8, 1)), np.tile(digits.y, 8))}


def constants():
    """Return latency and bandwidth of a star, fitted to the steps of two workers (least relative squares)."""
    seconds = np.array([table()[f"empty | 2 | {size}"] for size in SIZES])
    design = np.stack([np.full(len(SIZES), 2.0), 4.0 * np.array(SIZES)], axis=1) / seconds[:, np.newaxis]
    latency, per_byte = np.linalg.lstsq(design, np.ones(len(SIZES)), rcond=None)[0]
    return float(latency), float(1 / per_byte)


@cache
def diabetes_shards(kind):
    """Return the diabetes data as two shards of 300 and 142 rows: "random", or "sorted" by the body mass index."""
    data = standardize(load_diabetes())
    order = np.random.default_rng(0).permutation(len(data)) if kind == "random" else np.argsort(data.X[:, 2])
    return [Data(data.X[part], data.y[part]) for part in (order[:300], order[300:])]


def of_shards(shards):
    """Return Hessians, minima and shares of rows of the shards of a linear regression."""
    model = LinearRegression(shards[0].X.shape[1])
    share = np.array([len(shard) for shard in shards]) / sum(map(len, shards))
    return [model.hessian(shard.X) for shard in shards], [model.solve(*shard) for shard in shards], share
