"""Train on the diabetes data with one's own schedule."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import load_diabetes, split, standardize
from course_lib.models import LinearRegression
from course_lib.optimizers import GradientDescent
from course_lib.schedules import Constant, Cosine, Warmup
from course_lib.training import fit

PASSES, BATCH, STEPS, SEEDS, GOAL = 10, 8, 420, np.arange(60, 68), 15.0


@cache
def problem():
    """Return the model, the data, and the least loss."""
    data, _ = standardize(*split(load_diabetes()))
    model = LinearRegression(10)
    return model, data, model.loss(model.solve(*data), *data)


def ends(rates):
    """Return how far above the least loss the seeds end, with a rate for each step."""
    model, data, least = problem()
    run = fit(model, data, GradientDescent(lr=lambda step: rates[step]), PASSES, BATCH, seed=SEEDS)
    return run.loss[-1] - least


def typical(losses):
    """Return the geometric mean, infinite if a run diverged."""
    with np.errstate(all="ignore"):
        return float(np.exp(np.log(np.maximum(losses, 1e-12)).mean()))


@cache
def best_constant():
    """Return what the best constant rate of 24 reaches."""
    return min(typical(ends(Constant(lr)(np.arange(STEPS)))) for lr in np.geomspace(0.003, 0.05, 24))


@dataclass(frozen=True)
class Training:
    """The rates of the reader's schedule and the library's, and how far above the least loss the first ends."""

    rates: np.ndarray
    expected: np.ndarray
    loss: float

    @property
    def same(self):
        return np.allclose(self.rates, self.expected, rtol=1e-6, atol=1e-9)


def library_schedule(step, total_steps, warmup_steps, peak_lr):
    """Return the library's rate."""
    return Warmup(Cosine(peak_lr, total_steps - warmup_steps), warmup_steps)(step)


@setting(
    kinds=[
        code("step", "total_steps", "warmup_steps", "peak_lr"),
        number("warmup steps", low=-1),
        number("peak", low=0),
    ],
    goal=lambda run: run.same and run.loss <= GOAL,
    right=[(library_schedule, 20, 0.15)],
    praise=lambda schedule, warmup_steps, peak_lr, run: (
        f"Your schedule ends {run.loss:.1f} above the least loss, typical of eight seeds; the best constant rate ends "
        f"{best_constant():.0f} above it."
    ),
)
def train_with_schedule(schedule, warmup_steps, peak_lr):
    """One's own warmup_cosine, a warmup and a peak, with which 420 steps end at most 15 above the least loss."""
    if warmup_steps != int(warmup_steps) or not 0 <= warmup_steps < STEPS:
        raise Problem(f"The warmup should be a whole number of steps, from 0 to {STEPS - 1}.")
    warmup_steps = int(warmup_steps)
    rates = []
    for step in range(STEPS):
        rate = np.asarray(schedule(step, STEPS, warmup_steps, peak_lr), dtype=float)
        if rate.size != 1 or not np.isfinite(rate).all() or rate.min() < 0:
            raise Problem(f"At step {step} your schedule gives no learning rate: one number, at least 0, is wanted.")
        rates.append(rate.item())
    rates = np.array(rates)
    expected = np.array([library_schedule(step, STEPS, warmup_steps, peak_lr) for step in range(STEPS)])
    return Training(rates, expected, typical(ends(rates)))


@train_with_schedule.mistake(example=(lambda step, total, warmup, peak: peak, 0, 0.15))
def another_schedule(schedule, warmup_steps, peak_lr, run):
    if not run.same:
        return "Your schedule is not warmup and half a cosine. Make `warmup_cosine` pass its own check; then come back."


@train_with_schedule.mistake(example=(library_schedule, 20, 3.0))
def diverges(schedule, warmup_steps, peak_lr, run):
    if not run.loss < 1e4 and peak_lr > 0.1:
        return f"With a peak of {peak_lr:.3g} the run is thrown away before the rate falls. Smaller?"


@train_with_schedule.mistake(example=(library_schedule, 20, 0.25))
def peak_too_high(schedule, warmup_steps, peak_lr, run):
    if peak_lr > 0.21:
        return (
            f"With a peak of {peak_lr:.3g} the run ends {run.loss:.1f} above the least: it is near the limit, and what "
            "the first steps throw away must be won back. A little smaller?"
        )


@train_with_schedule.mistake(example=(library_schedule, 300, 0.1))
def too_long_a_warmup(schedule, warmup_steps, peak_lr, run):
    if warmup_steps > STEPS / 3:
        return (
            f"{warmup_steps:.0f} of {STEPS} steps go into the warmup, and the run ends {run.loss:.1f} above the least. "
            "What does a linear model need a long warmup for?"
        )


@train_with_schedule.mistake(example=(library_schedule, 120, 0.15))
def shorter_warmup_would_do(schedule, warmup_steps, peak_lr, run):
    if warmup_steps > 30 and typical(ends(library_schedule(np.arange(STEPS), STEPS, 20, peak_lr))) <= GOAL:
        return (
            f"{warmup_steps:.0f} of {STEPS} steps go into the warmup, and the run ends {run.loss:.1f} above the least. "
            "With this peak a shorter one would do."
        )


@train_with_schedule.mistake(example=(library_schedule, 20, 0.007))
def peak_of_a_constant_rate(schedule, warmup_steps, peak_lr, run):
    if peak_lr < 0.012:
        return (
            f"With a peak of {peak_lr:.3g} the run ends {run.loss:.0f} above the least. About this is the best "
            "*constant* rate; one that falls spends few steps at its peak. Where may it start?"
        )


@train_with_schedule.mistake(example=(library_schedule, 20, 0.04))
def peak_too_low(schedule, warmup_steps, peak_lr, run):
    return (
        f"With a peak of {peak_lr:.3g} the run ends {run.loss:.1f} above the least; the best constant rate ends "
        f"{best_constant():.0f} above it. The flat directions still have a way to go. Higher?"
    )


train_with_schedule.accept(
    (library_schedule, 20, 0.15),
    (library_schedule, 0, 0.12),
    [library_schedule, 40, 0.18],
    {"schedule": library_schedule, "warmup_steps": 10, "peak_lr": 0.2},
    (library_schedule, np.int64(15), np.float64(0.16)),
)
