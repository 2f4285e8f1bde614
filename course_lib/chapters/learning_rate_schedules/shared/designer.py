"""What the designer trains: a schedule of a few numbers, on a noisy bowl or on the digits with wrong labels."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from course_lib.chapters.learning_rate_schedules.shared import BATCH, RULES, WRONG, problems
from course_lib.data import minibatch_indices
from course_lib.objectives import Quadratic
from course_lib.schedules import Cosine, Exponential, InverseTime, Join, Polynomial, Warmup
from course_lib.theory.comparing import log_interval
from course_lib.theory.noise import mean_squares

STEPS, PASSES = 168, 4
BOWL, SGD, ADAM = "noisy bowl", "digits, SGD", "digits, Adam"
CURVATURES, START, RUNS = np.array([0.05, 1.0]), 3.0, 200
SEEDS = np.arange(40, 48)
LINE, COSINE, EXPONENTIAL, INVERSE = "line", "cosine", "exponential", "1/t"
SHAPES = (LINE, COSINE, EXPONENTIAL, INVERSE)
LEAST_END = 0.01  # an exponential and 1/t never arrive at 0
# The best constant rate of each task, the unit of the designer; a test looks for it again.
BEST_CONSTANT = {BOWL: 0.11, SGD: 0.85, ADAM: 0.025}
HUGE = 1e6


def designed(peak, warmup, hold, shape, end, steps=STEPS):
    """Return the schedule: a line up to the peak, a plateau until step `hold`, and a fall to the share `end` of it."""
    hold = max(warmup, hold)
    if shape in (EXPONENTIAL, INVERSE):
        end = max(end, LEAST_END)
    falls = max(steps - hold, 1)
    after = {
        LINE: lambda: Polynomial(peak, falls, end_lr=end * peak),
        COSINE: lambda: Cosine(peak, falls, end_lr=end * peak),
        EXPONENTIAL: lambda: Exponential(peak, end, falls),
        INVERSE: lambda: InverseTime(peak, (1 / end - 1) / falls),
    }[shape]()
    return Join([Warmup(peak, warmup), after], [hold]) if hold else after


@dataclass(frozen=True)
class Training:
    """How a task went: the rates, the mean loss before each step, and the logarithms of the last losses by seed.

    `expected` is the exact mean loss where it is known, before each step and after the last one. `ratio` compares the
    last loss with that of the best constant rate, with the ends of a 95 % interval, seeds in pairs; on the bowl it
    is exact.
    """

    rates: np.ndarray
    losses: np.ndarray
    last: float
    logs: np.ndarray
    expected: np.ndarray | None
    ratio: np.ndarray


def trained(task, schedule):
    """Train a task with a schedule whose rates are in units of its best constant rate."""
    rates = schedule(np.arange(STEPS)) * BEST_CONSTANT[task]
    return _of_the_bowl(rates) if task == BOWL else _of_the_digits(task, rates)


@cache
def constant(task):
    """Return the training with the best constant rate."""
    return trained(task, lambda step: np.ones(len(step)))


def _of_the_bowl(rates):
    expected = _expected(rates)
    w, losses, bowl = np.full((RUNS, 2), START), [], Quadratic(CURVATURES)
    with np.errstate(all="ignore"):
        for lr, noise in zip(rates, _noise(), strict=True):
            losses.append(bowl.value(w).mean())
            w = w - lr * (bowl.grad(w) + noise)
        last = bowl.value(w).mean()
    ratio = np.full(3, expected[-1] / _expected(np.full(STEPS, BEST_CONSTANT[BOWL]))[-1])
    return Training(rates, np.array(losses), float(last), np.log([last]), expected, ratio)


def _expected(rates):
    with np.errstate(all="ignore"):
        return sum(c / 2 * mean_squares(rates, c, 1.0, START) for c in CURVATURES)


@cache
def _noise():
    return np.random.default_rng(0).normal(size=(STEPS, RUNS, 2))


def _of_the_digits(task, rates):
    model, start, batches, whole = _digits()
    rule = RULES[task.removeprefix("digits, ")](lr=1.0)
    w, state, losses = start, rule.init(start), []
    with np.errstate(all="ignore"):
        for t, (lr, batch) in enumerate(zip(rates, batches, strict=True), start=1):
            loss, grad = batch.value_and_grad(w)
            direction, state = rule.direction(grad, state, t)
            w = w - lr * direction
            losses.append(loss.mean())
        ends = np.nan_to_num(whole.value(w), nan=HUGE, posinf=HUGE).clip(1e-12, HUGE)
    logs = np.log(ends)
    against = logs if (rates == BEST_CONSTANT[task]).all() else constant(task).logs
    losses = np.nan_to_num(losses, nan=HUGE, posinf=HUGE)
    return Training(rates, losses, float(np.exp(logs.mean())), logs, None, log_interval(logs - against))


@lru_cache(maxsize=1)
def _digits():
    """Return the model, the starts, the loss on each minibatch, and the loss on all rows; a lane for each seed."""
    it = problems()[WRONG]
    rngs = [np.random.default_rng(seed) for seed in SEEDS]
    start, whole, batches = np.array([it.model.init(rng) for rng in rngs]), it.model.on(*it.train), []
    for _ in range(PASSES):
        for rows in zip(*(minibatch_indices(len(it.train), BATCH, rng, False) for rng in rngs), strict=True):
            batches.append(whole.rows(np.array(rows)))
    return it.model, start, batches, whole
