"""The race: who runs, on what, with which settings, and the table that `jobs/race.py` has made of it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from course_lib.data import Data, load_diabetes, load_digits, split, standardize
from course_lib.models import MLP, LinearRegression, SoftmaxRegression
from course_lib.optimizers import Adam, GradientDescent, Momentum, RMSProp
from course_lib.theory.comparing import log_interval
from course_lib.training import fit

RULES = {"SGD": GradientDescent, "momentum": Momentum, "RMSProp": RMSProp, "Adam": Adam}
DEFAULT_RATE = {"SGD": 0.001, "momentum": 0.001, "RMSProp": 0.01, "Adam": 0.001}  # of PyTorch
BATCH = 32
TRIALS = 24  # settings that a protocol grants each rule
POOL = 60  # settings drawn at random, of which a protocol uses the first 24
TUNING, FRESH = np.arange(100, 108), np.arange(20)  # seeds that choose, and seeds that judge
MEASURES = ("last loss", "best loss", "test loss")
UNIT = 0.005  # the table keeps logarithms in whole units
DIVERGED = 32_000
FILE = Path(__file__).parent / "race.npz"


@dataclass(frozen=True)
class Problem:
    """A model, its data, the least possible loss, and after how many passes one looks: short, middle, long."""

    model: object
    train: Data
    test: Data
    least: float
    passes: tuple


@cache
def problems():
    """Return the problems by name. Batches of 32 divide the rows."""
    diabetes, diabetes_test = standardize(*split(load_diabetes()))
    digits, digits_test = standardize(*split(load_digits()))
    diabetes, digits = Data(diabetes.X[:320], diabetes.y[:320]), Data(digits.X[:1344], digits.y[:1344])
    linear, softmax, network = LinearRegression(10), SoftmaxRegression(64, 10), MLP(64, 16, 10)
    least = float(linear.loss(linear.solve(*diabetes), *diabetes))
    return {
        "linear, diabetes": Problem(linear, diabetes, diabetes_test, least, (2, 5, 20)),
        "softmax, digits": Problem(softmax, digits, digits_test, 0.0, (1, 2, 10)),
        "network, digits": Problem(network, digits, digits_test, 0.0, (1, 2, 10)),
    }


RATES = np.geomspace(1e-4, 100, TRIALS)


def _product(rates, **others):
    """Return every combination of so many rates, in the middle of equal parts of the range, and the others' values."""
    middle = 10 ** (-4 + 6 * (np.arange(rates) + 0.5) / rates)
    grids = np.meshgrid(middle, *others.values(), indexing="ij")
    return {name: values.ravel() for name, values in zip(("lr", *others), grids)}


def grids(name):
    """Return the settings of a rule by kind: "default", "rate" (all else at its default), "grid", "random".

    A rate has the range 1e-4 to 100. A random ε above 1 has a rate that is larger by as much, since there the step
    is about η/ε times the average gradient.
    """
    rng = np.random.default_rng(list(RULES).index(name))
    drawn = {"lr": 10 ** rng.uniform(-4, 2, POOL)}
    if name == "momentum":
        drawn["momentum"] = 1 - 10 ** rng.uniform(-2.5, 0, POOL)
        grid = _product(8, momentum=[0.5, 0.9, 0.99])
    elif name != "SGD":
        if name == "Adam":
            drawn["beta1"] = 1 - 10 ** rng.uniform(-2.5, 0, POOL)
        drawn["beta2"] = 1 - 10 ** rng.uniform(-4, -0.5, POOL)
        drawn["eps"] = 10 ** rng.uniform(-8, 2, POOL)
        averages = {"beta1": [0.5, 0.9], "beta2": [0.99, 0.999]} if name == "Adam" else {"beta2": [0.9, 0.99]}
        grid = _product(3 if name == "Adam" else 6, **averages, eps=[1e-8, 1.0])
        for settings in (drawn, grid):
            settings["lr"] = settings["lr"] * np.maximum(1, settings["eps"])
    kinds = {"default": {"lr": np.array([DEFAULT_RATE[name]])}, "rate": {"lr": RATES}}
    return kinds | ({"random": drawn} if name == "SGD" else {"grid": grid, "random": drawn})


def nearest_rate(lr):
    """Return the index of the rate of the table that is nearest, by its logarithm."""
    return int(np.abs(np.log(RATES / lr)).argmin())


@cache
def settings_of(name, kind):
    """Return the settings of a rule of one kind."""
    return grids(name)[kind]


def rule_with(name, settings):
    """Return a rule with a lane for each setting, and one more axis for seeds."""
    return RULES[name](**{key: np.asarray(values)[..., None, None] for key, values in settings.items()})


def run(problem, name, settings, seeds, passes):
    """Return the logarithms of the losses after each pass, by measure: shape (passes + 1, settings, seeds).

    Those of the training data are above the least possible loss. What left the finite numbers is infinite.
    """
    it = problems()[problem]
    history = fit(it.model, it.train, rule_with(name, settings), passes, BATCH, seed=seeds, validation=it.test)
    with np.errstate(invalid="ignore", divide="ignore"):
        last = np.log(np.maximum(history.loss - it.least, 1e-12))
        test = np.log(history.validation_loss)
    last, test = (np.where(np.isnan(log), np.inf, log) for log in (last, test))
    return dict(zip(MEASURES, (last, np.minimum.accumulate(last, axis=0), test)))


@cache
def table():
    """Return the results of all runs: `table()[problem, rule, kind][measure]` of shape (3 budgets, settings, seeds).

    They are logarithms, as `run` returns them, after the passes that the problem names. The seeds are those that
    choose and then those that judge; the test loss is kept for those that judge alone, and for 24 settings. A run
    whose last loss is infinite has no best loss either.
    """
    with np.load(FILE) as stored:
        kept = {tuple(key.split(" | ")): values for key, values in stored.items()}
    logs = {key: np.where(units >= DIVERGED // 2, np.inf, units * UNIT) for key, units in kept.items()}
    results = {key[:3]: {} for key in logs}
    for (*place, measure), values in logs.items():
        results[tuple(place)][measure] = values
    for measures in results.values():
        with np.errstate(invalid="ignore"):
            best = measures["last loss"] - measures["best loss"]
        measures["best loss"] = np.where(np.isnan(best), np.inf, best)
    return results


def in_units(logs):
    """Return logarithms as whole numbers of two bytes, as the table keeps them."""
    units = np.round(np.nan_to_num(logs, posinf=DIVERGED * UNIT) / UNIT)
    return np.where(units >= DIVERGED // 2, DIVERGED, units).astype(np.int16)


BUDGETS = ("short", "middle", "long")
SETTINGS = ("own best rate", "one rate for all", "default of PyTorch", "best of a grid", "best of 24 random")
KINDS = {"default of PyTorch": "default", "best of a grid": "grid", "best of 24 random": "random"}


@dataclass(frozen=True)
class Protocol:
    """How a race is run: what is fixed before anybody looks at a result."""

    problem: str = "softmax, digits"
    budget: str = "long"
    settings: str = "own best rate"
    lr: float = 0.1  # where there is one rate for all: the nearest of the 24
    chosen_by: str = "geometric mean"
    judged_on: str = "new seeds"
    seeds: int = 20
    measure: str = "last loss"


@dataclass(frozen=True)
class Outcome:
    """Who is crowned, and by how much.

    `candidates[rule]` holds the typical loss of each setting on the seeds that choose, `chosen[rule]` the index of the
    one that runs, `logs[rule]` the logarithms of what the seeds that judge have measured.
    """

    candidates: dict
    chosen: dict
    logs: dict

    @property
    def order(self):
        """The rules, best first."""
        return sorted(self.logs, key=lambda rule: self.logs[rule].mean())

    def against(self, one, other, comparisons=1):
        """Return the ratio of two rules' typical losses, and its interval, seeds in pairs."""
        with np.errstate(invalid="ignore"):
            return log_interval(self.logs[one] - self.logs[other], comparisons)


def kind_for(name, settings):
    """Return which part of the table a protocol looks at."""
    kind = KINDS.get(settings, "rate")
    return "rate" if (name, kind) == ("SGD", "grid") else kind


def outcome(protocol):
    """Return how the race ends under a protocol."""
    p, candidates, chosen, logs = protocol, {}, {}, {}
    for name in RULES:
        measures = table()[p.problem, name, kind_for(name, p.settings)]
        looked_at = {key: values[BUDGETS.index(p.budget), :TRIALS] for key, values in measures.items()}
        tuned = looked_at["best loss" if p.measure == "best loss" else "last loss"]
        chooses = tuned[:, : len(TUNING)]
        with np.errstate(over="ignore"):
            plain = np.log(np.exp(chooses).mean(axis=-1))
        candidates[name] = np.exp(chooses.mean(axis=-1))
        score = plain if p.chosen_by == "plain mean" else chooses.mean(axis=-1)
        if p.settings == "one rate for all":
            chosen[name] = nearest_rate(p.lr)
        else:
            chosen[name] = int(score.argmin())
        if p.measure == "test loss":
            judges = looked_at["test loss"][:, : p.seeds]
        elif p.judged_on == "new seeds":
            judges = tuned[:, len(TUNING) : len(TUNING) + p.seeds]
        else:
            judges = chooses[:, : p.seeds]
        logs[name] = judges[chosen[name]]
    return Outcome(candidates, chosen, logs)
