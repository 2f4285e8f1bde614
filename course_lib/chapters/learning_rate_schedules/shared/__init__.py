"""The schedules that are compared, on what, and the table that `jobs/schedules.py` has made of it."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from course_lib.chapters.fair_race.shared import problems as race_problems
from course_lib.data import Data
from course_lib.optimizers import Adam, GradientDescent
from course_lib.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    OneCycle,
    Polynomial,
    StepDecay,
    WarmRestarts,
    Warmup,
    WarmupStableDecay,
)
from course_lib.training import fit

BATCH, BATCHES, PASSES = 32, 42, 10  # rows in a minibatch, minibatches in a pass, passes
TUNING, FRESH = np.arange(100, 108), np.arange(20)  # seeds that choose, and seeds that judge
RULES = {"SGD": GradientDescent, "Adam": Adam}
PEAKS = {"SGD": np.geomspace(0.2, 12, 20), "Adam": np.geomspace(0.004, 0.24, 20)}  # neighbors: a factor of 1.24
CLEAN, WRONG = "right labels", "a fifth of the labels drawn at random"
FILE = Path(__file__).parents[1] / "schedules.npz"


@cache
def problems():
    """Return the network on the digits, by what its training labels are; the held-out labels are right in both.

    The held-out rows are in two halves: one chooses, the other judges.
    """
    it = race_problems()["network, digits"]
    rng, labels = np.random.default_rng(1), it.train.y.copy()
    drawn = rng.random(len(labels)) < 0.2
    labels[drawn] = rng.integers(10, size=drawn.sum())
    return {CLEAN: it, WRONG: replace(it, train=replace(it.train, y=labels))}


def halves(data):
    """Return the held-out rows that choose a peak, and those that judge."""
    return Data(data.X[::2], data.y[::2]), Data(data.X[1::2], data.y[1::2])


# A shape of a schedule by its name: a function of the peak, the number of steps, and a second number of its own.
SHAPES = {
    "constant": (lambda peak, steps, _: Constant(peak), (None,)),
    "steps": (lambda peak, steps, drop: StepDecay(peak, drop, steps // 4), (0.1, 0.3, 0.5, 0.7)),
    "exponential": (lambda peak, steps, end: Exponential(peak, end, steps), (0.01, 0.1, 0.3, 0.5)),
    "1/t": (lambda peak, steps, end: InverseTime(peak, (1 / end - 1) / steps), (0.03, 0.1, 0.3, 0.5)),
    "polynomial": (lambda peak, steps, power: Polynomial(peak, steps, power), (0.25, 0.5, 2.0, 3.0)),
    "linear to 0": (lambda peak, steps, _: Polynomial(peak, steps), (None,)),
    "cosine": (lambda peak, steps, _: Cosine(peak, steps), (None,)),
    "warm restarts": (lambda peak, steps, cycles: WarmRestarts(peak, steps // cycles), (2, 3, 4)),
    "one cycle": (lambda peak, steps, up: OneCycle(peak, steps, up), (0.1, 0.3, 0.5)),
    "warmup, cosine": (
        lambda peak, steps, up: Warmup(Cosine(peak, steps - int(up * steps)), int(up * steps)), (0.05, 0.1, 0.2, 0.4),
    ),
    "warmup, stable, decay": (
        lambda peak, steps, down: WarmupStableDecay(peak, steps, steps // 20, int(down * steps)), (0.1, 0.2, 0.5, 0.8),
    ),
}  # fmt: skip


def schedule(name, peak, steps, number=None):
    """Return a schedule by its name, for so many steps; without its second number, the first of those compared."""
    shape, numbers = SHAPES[name]
    return shape(peak, steps, numbers[0] if number is None else number)


def run(labels, rule, schedule, seeds, passes=PASSES):
    """Return the logarithms of the losses at the end: on the training data, the choosing and the judging held-out rows.

    A run that left the finite numbers has an infinite loss.
    """
    it = problems()[labels]
    history = fit(it.model, it.train, RULES[rule](lr=schedule), passes, BATCH, seed=seeds)
    losses = [history.loss[-1]] + [it.model.loss(history.w[-1], *half) for half in halves(it.test)]
    with np.errstate(all="ignore"):
        logs = np.log(losses)
    return np.where(np.isnan(logs), np.inf, logs)


def shapes():
    """Yield every name with every second number it is tried with."""
    for name, (_, numbers) in SHAPES.items():
        for number in numbers:
            yield name, number


@dataclass(frozen=True)
class Best:
    """The setting of a schedule that the tuning seeds chose, and its losses.

    `at_edge` says whether its peak is the first or the last of the grid, `number_at_edge` whether its second number is
    (False where there is none). `logs` are those of the fresh seeds, on what judges: the training data, or the held-out
    rows that had no say.
    """

    peak: float
    number: float
    at_edge: bool
    number_at_edge: bool
    logs: np.ndarray


@cache
def table():
    """Return what the job has stored, by name."""
    with np.load(FILE) as stored:
        return dict(stored)


def best(labels, rule, name, measure="training"):
    """Return the best of all peaks and second numbers of a schedule, by the typical loss on the tuning seeds."""
    tuned = table()[f"{labels} | {rule} | {name} | tuning"][0 if measure == "training" else 1]
    row, k = np.unravel_index(tuned.mean(axis=-1).argmin(), tuned.shape[:2])
    logs = table()[f"{labels} | {rule} | {name} | {measure}"]
    numbers = SHAPES[name][1]
    last = len(numbers) > 1 and row in (0, len(numbers) - 1)
    return Best(PEAKS[rule][k], numbers[row], k in (0, len(PEAKS[rule]) - 1), last, logs)
