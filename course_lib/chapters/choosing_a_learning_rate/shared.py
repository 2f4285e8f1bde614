"""Four problems, all rules, many rates: who is tuned here, on what, and the tables that `jobs/choosing.py` has made."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from course_lib.data import Data, load_breast_cancer, load_diabetes, load_digits, split, standardize
from course_lib.models import MLP, LinearRegression, LogisticRegression, SoftmaxRegression
from course_lib.optimizers import (
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    GradientDescent,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
)
from course_lib.training import fit
from course_lib.training.choosing import Drop, Warmup, as_it_is, cross_validated, halve, range_test, scaled, strongest

RULES = {
    "SGD": GradientDescent,
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "AdaDelta": AdaDelta,
    "Adam": Adam,
    "AdamW": AdamW,
    "AMSGrad": AMSGrad,
    "NAdam": NAdam,
}
RATES = np.geomspace(1e-5, 1e3, 65)  # eight for each factor of ten
BATCHES = (16, 64, 256)
PASSES = 20
SEEDS = np.arange(6)
UNIT = 0.002  # the tables keep logarithms in whole units
DIVERGED = 32_000
LEAST = 1e-12  # below it a loss counts as this
FILE, TABLES = (Path(__file__).parent / name for name in ("valleys.npz", "tables.npz"))


@dataclass(frozen=True)
class Problem:
    """A model, rows to train on, rows to choose a rate with, and rows that nobody sees before the end."""

    model: object
    train: Data
    held_out: Data
    unseen: Data


def _part(data, rows):
    return Data(data.X[rows], data.y[rows], name=data.name)


@cache
def problems():
    """Return the problems by name; features are scaled by the training rows, which batches of 16, 64, 256 divide."""
    made = {}
    for name, load, n, model in (
        ("diabetes", load_diabetes, 256, LinearRegression(10)),
        ("breast cancer", load_breast_cancer, 256, LogisticRegression(30)),
        ("digits, softmax", load_digits, 1024, SoftmaxRegression(64, 10)),
        ("digits, network", load_digits, 1024, MLP(64, 16, 10)),
    ):
        rows, unseen = split(load(), test=0.2)
        made[name] = Problem(model, *standardize(_part(rows, slice(n)), _part(rows, slice(n, None)), unseen))
    return made


def run(problem, rule, rates, batch_size, seeds, passes=PASSES):
    """Return the losses on the training rows and on the held-out rows after each pass: (passes + 1, rates, seeds)."""
    it = problems()[problem]
    lanes = RULES[rule](lr=np.asarray(rates)[:, None, None])
    history = fit(it.model, it.train, lanes, passes, batch_size, seed=seeds, validation=it.held_out)
    return history.loss, history.validation_loss


def typical(losses):
    """Return the logarithm of the geometric mean over the seeds, the last axis; infinity if a seed diverged."""
    with np.errstate(invalid="ignore"):
        logs = np.log(np.maximum(losses, LEAST)).mean(axis=-1)
    return np.where(np.isnan(logs), np.inf, logs)


def inside(logs):
    """Return which rates lie in the valley: within 10 % of the least loss."""
    return logs <= logs.min() + np.log(1.1)


def middle(logs):
    """Return the middle of the valley: the geometric mean of its rates."""
    return np.exp(np.log(RATES[inside(logs)]).mean())


def in_units(logs):
    """Return logarithms as whole numbers of two bytes, as the tables keep them."""
    units = np.round(np.minimum(logs, DIVERGED * UNIT) / UNIT)
    return np.where(units >= DIVERGED // 2, DIVERGED, units).astype(np.int16)


def from_units(units):
    """Return the logarithms that a table keeps."""
    return np.where(units >= DIVERGED // 2, np.inf, units * UNIT)


@cache
def valleys():
    """Return the table of valleys: `valleys()[problem, rule, batch size]` of shape (2, passes + 1, rates).

    Logarithms of the geometric mean over the seeds, of the training loss and then of the loss on held-out rows.
    """
    with np.load(FILE) as stored:
        kept = {tuple(key.split(" | ")): from_units(values) for key, values in stored.items()}
    return {(problem, rule, int(batch)): values for (problem, rule, batch), values in kept.items()}


# --------------------------------------------------------------------------- what a search costs

FULL, SEARCH_BATCH, DECADES = 16, 32, 6  # passes of a whole run, rows of its batches, width of the range
SEARCHING, JUDGING = np.arange(16), np.arange(100, 108)  # seeds that search, and seeds that judge what was found
COSTS = (1, 2, 3, 4, 6, 8, 12, 16)  # in whole runs
HALVED = {2: 4, 3: 8, 4: 16}  # cost: so many rates, of which half stay, round after round


def nearest(lrs):
    """Return the places in RATES that lie nearest to some rates."""
    steps = (len(RATES) - 1) / np.log10(RATES[-1] / RATES[0])
    return np.clip(np.round(np.log10(np.asarray(lrs) / RATES[0]) * steps), 0, len(RATES) - 1).astype(int)


def searches(curves, judged, repeats=60):
    """Return how far above the least loss each search ends: {(kind, cost): logarithms (seeds, repeats)}.

    The range of six factors of ten lies anew each time, with the best rate at least half a factor of ten inside.
    `curves` (passes + 1, rates, seeds) are logarithms of held-out losses, `judged` (rates,) those of the judging seeds.
    """
    found = {}
    for seed in range(curves.shape[-1]):
        rng, curve = np.random.default_rng(seed), curves[..., seed]
        for _ in range(repeats):
            low = np.log10(RATES[judged.argmin()]) - rng.uniform(0.5, DECADES - 0.5)
            drawn = rng.random(COSTS[-1])
            for cost in COSTS:
                for kind, share in (("grid", (np.arange(cost) + 0.5) / cost), ("random", drawn[:cost])):
                    places = nearest(10 ** (low + DECADES * share))
                    found.setdefault((kind, cost), []).append(places[curve[FULL, places].argmin()])
            for cost, k in HALVED.items():
                places = nearest(10 ** (low + DECADES * (np.arange(k) + 0.5) / k))
                found.setdefault(("halving", cost), []).append(halve(curve, places, FULL * cost))
    return {key: (judged[places] - judged.min()).reshape(-1, repeats) for key, places in found.items()}


# --------------------------------------------------------------------------- folds


def hits(place, kind, cost):
    """Return how often a search ends within 10 % of the best, for each seed; `place` is "problem | rule"."""
    return (tables()[f"search | {place} | {kind} | {cost}"] <= np.log(1.1)).mean(axis=1)


def tenth_hits(place):
    """Return how often a tenth of the rate of least loss is within 10 % of the best, for each length of range test."""
    judged = tables()[f"judged | {place}"]
    rates = tables()[f"range | {place}"] / 10 * RATES[judged.argmin()]
    return inside(judged)[nearest(np.maximum(rates, RATES[0]))].mean(axis=(1, 2))


def rising_run(problem, rule, low, high, passes, seeds):
    """Return rates and smoothed losses of a range test on a problem (see `course_lib.training.choosing`)."""
    it = problems()[problem]
    return range_test(it.model, it.train, RULES[rule], low, high, passes, SEARCH_BATCH, seeds)


LEAKY_RATES = np.geomspace(0.02, 20, 13)


def leak(kind, seed):
    """Return loss and error rate for each rate, said without the leak, said with it, and true: shape (3, 2, rates).

    `kind` is "scale", "select" or "twins". True is what rows say that were not there when the rates were compared.
    """
    rng, tumors, lrs = np.random.default_rng(seed), load_breast_cancer(), LEAKY_RATES
    order = rng.permutation(len(tumors))
    X, y, model = tumors.X[order], tumors.y[order], LogisticRegression(30)
    if kind == "twins":
        n, near = 60, X[:60] + 0.1 * X.std(axis=0) * rng.normal(size=(60, 30))
        X, y = np.concatenate([X[:n], near, X[n:]]), np.concatenate([y[:n], y])
        parts = np.array_split(rng.permutation(n), 5)
        clean = cross_validated(model, X[: 2 * n], y[: 2 * n], lrs, [np.r_[part, part + n] for part in parts])
        parts = np.array_split(rng.permutation(2 * n), 5)
        said = cross_validated(model, X[: 2 * n], y[: 2 * n], lrs, parts)
        return np.array([clean, said, cross_validated(model, X, y, lrs, [np.arange(2 * n, len(y))])])
    n, prepare = 400, scaled
    if kind == "select":
        n, prepare, model = 100, strongest(20), LogisticRegression(20)
        X, y = rng.normal(size=(600, 1000)), rng.permutation(600) % 2
    folds, before = np.array_split(rng.permutation(n), 5), prepare(X[:n], y[:n], X[:n])[0]
    clean = cross_validated(model, X[:n], y[:n], lrs, folds, prepare)
    said = cross_validated(model, before, y[:n], lrs, folds, as_it_is)
    return np.array([clean, said, cross_validated(model, X, y, lrs, [np.arange(n, len(y))], prepare)])


# --------------------------------------------------------------------------- does a large rate overfit?

LONG, FEW, TWENTY = 200, 16, np.arange(20)  # passes, rows of a batch, seeds
EARLY = 2  # passes that a warmup takes, or that a large rate lasts
LOOKS = (5, 20, 50, 200)  # passes after which all rates are compared
OVERFIT = {  # problem and rule: the rates, and the training losses at which they are compared
    "digits, network | SGD": (np.geomspace(0.03, 3, 7), (0.1, 0.03, 0.01)),
    "digits, network | Adam": (np.geomspace(0.001, 0.1, 7), (0.1, 0.03, 0.01)),
    "digits, softmax | SGD": (np.geomspace(0.03, 3, 7), (0.1, 0.05, 0.025)),
    "breast cancer | SGD": (np.geomspace(0.1, 3, 7), (0.08, 0.06, 0.05)),
}


@cache
def few_rows(problem):
    """Return a problem with 256 training rows, and all other rows that may be looked at as held out."""
    it, n = problems()[problem], 256
    rest = Data(np.concatenate([it.train.X[n:], it.held_out.X]), np.concatenate([it.train.y[n:], it.held_out.y]))
    return Problem(it.model, *standardize(_part(it.train, slice(n)), rest), it.unseen)


def train_long(problem, rule, rates, passes=LONG, seeds=TWENTY, warmup=0, then=None):
    """Return logarithms of training loss and held-out loss, and the held-out error rate: (passes + 1, rates, seeds).

    The rates rise for `warmup` passes; or, if a rate is given for `then`, they are what they are for two passes only.
    """
    it, lrs = few_rows(problem), np.asarray(rates)[:, None, None]
    steps = len(it.train) // FEW
    if then is not None:
        lrs = Drop(lrs, then, EARLY * steps)
    elif warmup:
        lrs = Warmup(lrs, warmup * steps)
    history = fit(it.model, it.train, RULES[rule](lr=lrs), passes, FEW, seed=seeds, validation=it.held_out)
    logs = (np.log(np.maximum(loss, LEAST)) for loss in (history.loss, history.validation_loss))
    return *logs, 1 - history.validation_score


@cache
def tables():
    """Return the other tables by name, as `jobs/choosing.py` describes them."""
    with np.load(TABLES) as stored:
        return dict(stored)
