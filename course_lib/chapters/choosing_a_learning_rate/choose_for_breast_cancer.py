"""Choose a rate for trainings whose unit nobody knows, and be judged by tumors that nobody saw."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib.checks.exercises import Problem, code, setting
from course_lib.data import load_breast_cancer
from course_lib.training.choosing import scaled
from course_lib.words import short

ROWS, STEPS, ROOM = 200, 40, 1.15
FACTORS = (1.0, 100.0, 0.01)  # what the three trainings multiply the loss by
SPLITS = (2, 3)


@dataclass(frozen=True)
class Judgement:
    """The chosen rates and their errors on unseen rows, over the least: shape (trainings, splits)."""

    rates: np.ndarray
    over_best: np.ndarray

    @property
    def typical(self):
        return float(np.exp(np.log(self.over_best).mean()))


def training(factor):
    """Return a `fit` that takes 40 full steps of gradient descent on a loss multiplied by a factor."""

    def fit(X, y, lr):
        """Train a logistic model on scaled rows; returns `predict`, the probability of class 1 for each row."""
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        if X.ndim != 2 or y.shape != X.shape[:1] or np.ndim(lr):
            raise Problem(f"`fit` was given X of shape {X.shape}, y of shape {y.shape} and lr of shape {np.shape(lr)}.")
        w = weights(X, y, np.array([lr * factor]))[0]

        def predict(Z):
            """Return the probability of class 1 for each row."""
            return probability(np.asarray(Z, dtype=float) @ w[:-1] + w[-1])

        return predict

    return fit


def probability(scores):
    return 0.5 + 0.5 * np.tanh(0.5 * scores)


def weights(X, y, lrs):
    """Return the weights and bias after the steps, for each rate: (rates, features + 1)."""
    X, w = np.column_stack([X, np.ones(len(X))]), np.zeros((len(lrs), X.shape[1] + 1))
    for _ in range(STEPS):
        w = w - lrs[:, None] * ((probability(w @ X.T) - y) @ X) / len(y)
    return w


@cache
def split_of(seed):
    """Return the rows to choose with, as they were measured, and the unseen ones: (X, y, X, y)."""
    tumors, order = load_breast_cancer(), np.random.default_rng(seed).permutation(569)
    few, rest = order[:ROWS], order[ROWS:]
    return tumors.X[few], tumors.y[few], tumors.X[rest], tumors.y[rest]


def errors_unseen(seed, lrs):
    """Return the mean squared error of the probabilities on unseen rows, for rates of the loss as it is."""
    X, y, Z, z = split_of(seed)
    inside, outside = scaled(X, y, Z)
    w = weights(inside, y, np.asarray(lrs, dtype=float))
    return ((probability(outside @ w[:, :-1].T + w[:, -1]) - z[:, None]) ** 2).mean(axis=0)


@cache
def least_error(seed):
    """Return the error of the best of many rates on the unseen rows themselves."""
    return float(errors_unseen(seed, np.geomspace(1e-2, 1e2, 65)).min())


def in_folds(train=False, grid=(1e-4, 1e3, 29), k=5):
    """Return a `choose` by cross-validation; `train` looks at the training rows instead."""

    def choose(fit, X, y):
        lrs, total = np.geomspace(*grid), 0.0
        for held in np.array_split(np.random.default_rng(0).permutation(len(y)), k):
            rest = np.setdiff1d(np.arange(len(y)), held)
            inside, outside = scaled(X[rest], y[rest], X[held])
            rows, truth = (inside, y[rest]) if train else (outside, y[held])
            total = total + np.array([np.sum((fit(inside, y[rest], lr)(rows) - truth) ** 2) for lr in lrs])
        return lrs[np.argmin(total)]

    return choose


def one_rate(lr):
    """Return what `choose` gave as a number, or say what is wrong with it."""
    lr = np.asarray(lr)
    if lr.size != 1 or lr.dtype.kind not in "iuf" or not 0 < float(lr.reshape(())) < np.inf:
        raise Problem("`choose` should return one learning rate, a number above 0.")
    return float(lr.reshape(()))


@setting(
    kinds=[code("fit", "X", "y")],
    goal=lambda judged: judged.typical <= ROOM,
    right=[in_folds()],
    praise=lambda choose, judged: (
        f"On {569 - ROWS} tumors that nobody saw, the chosen rates typically err {short(judged.typical)} times as much "
        "as the best rate in hindsight, for three trainings whose units differ ten-thousandfold."
    ),
)
def choose_for_breast_cancer(choose):
    """A function that chooses rates which are typically within 15 % of the best, on rows that it never gets."""
    rates = np.zeros((len(FACTORS), len(SPLITS)))
    for i, factor in enumerate(FACTORS):
        for j, seed in enumerate(SPLITS):
            X, y, _, _ = split_of(seed)
            lr = choose(training(factor), X, y)
            rates[i, j] = one_rate(lr)
    over = [[errors_unseen(s, [rates[i, j] * f])[0] / least_error(s) for j, s in enumerate(SPLITS)]
            for i, f in enumerate(FACTORS)]  # fmt: skip
    return Judgement(rates, np.array(over))


@choose_for_breast_cancer.mistake(example=lambda fit, X, y: 1.0)
def one_rate_for_all(choose, judged):
    if np.ptp(judged.rates) == 0:
        return (
            f"Your function chose {short(judged.rates[0, 0])} for all three trainings. Their losses have different "
            "units. Let held-out rows choose, each time."
        )


@choose_for_breast_cancer.mistake(example=in_folds(grid=(1e-2, 1e1, 13)))
def grid_too_narrow(choose, judged):
    worst = judged.over_best.mean(axis=1)
    ends = [judged.rates.min(), judged.rates.max()]
    reach = np.ptp(np.log10(judged.rates.mean(axis=1)))
    if judged.typical > ROOM and worst.max() > 1.3 and worst.min() < ROOM and reach < 3.5 and 0.01 <= ends[0] < 10:
        return (
            f"For some of the trainings the choice is good, for others {short(worst.max())} times as bad as the best. "
            f"The rates lie between {short(ends[0])} and {short(ends[1])}: is one of these an end of your grid?"
        )


@choose_for_breast_cancer.mistake(example=in_folds(train=True))
def chosen_by_training_error(choose, judged):
    if (judged.rates * np.array(FACTORS)[:, None]).min() > 5:
        return (
            f"The chosen rates are all too large: typically {short(judged.typical)} times as bad as the best on unseen "
            "rows. Were they chosen by rows that had been trained on?"
        )


@choose_for_breast_cancer.mistake(example=lambda fit, X, y: 1e-4 * (1 + X[0, 0]))
def far_from_the_best(choose, judged):
    return (
        f"The chosen rates are typically {short(judged.typical)} times as bad as the best on unseen rows; within "
        f"{ROOM - 1:.0%} of it is wanted. Print what your function chooses, and its error on held-out rows."
    )


choose_for_breast_cancer.accept(
    in_folds(k=4),
    in_folds(k=10, grid=(1e-4, 1e3, 22)),
    in_folds(grid=(1e-3, 1e3, 19), k=3),
    {"choose": in_folds(grid=(1e-4, 1e3, 15))},
    lambda fit, X, y: [in_folds(grid=(1e-3, 1e3, 25))(fit, X, y)],
)
