"""Mend a cross-validation that leaks: everything that looks at other rows belongs inside the fold."""

import numpy as np

from course_lib.checks.exercises import function


def line(X, y):
    """Fit a linear model by least squares with a small ridge; returns `predict`, a function of X."""
    mean = y.mean()
    w = np.linalg.solve(X.T @ X + 0.5 * np.eye(X.shape[1]), X.T @ (y - mean))

    def predict(Z):
        """Predict a number for each row."""
        return mean + Z @ w

    return predict


def nearest_row(X, y):
    """Remember all rows; returns `predict`, the target of the nearest of them."""

    def predict(Z):
        """Predict a number for each row."""
        return y[((np.asarray(Z)[:, None] - X) ** 2).sum(axis=-1).argmin(axis=1)]

    return predict


def middle(X, y):
    """Predict the mean of the targets, and a little of the sum of the features; returns `predict`."""

    def predict(Z):
        """Predict a number for each row."""
        return np.mean(y) + 0.1 * np.sum(Z, axis=1)

    return predict


def tables(rng):
    for n, d, k, count, fit in (
        (8, 2, 2, 1, middle),
        (12, 4, 3, 2, line),
        (15, 6, 4, 2, line),
        (14, 5, 3, 3, nearest_row),
    ):
        X = rng.normal(size=(n, d)) ** 3 * rng.uniform(1, 20, size=d) + rng.normal(size=d)
        folds = rng.permutation(np.arange(n) % k)
        yield fit, X, X[:, 0] / 5 + rng.normal(size=n), folds, count
    X = rng.normal(size=(20, 30))
    yield line, X, rng.normal(size=20), np.arange(20) % 5, 4
    X = rng.normal(size=(11, 3)) * np.array([1.0, 100.0, 0.01])
    yield middle, X, rng.normal(size=11) + 3, np.array([0] * 6 + [1] * 3 + [2] * 2), 2


@function(
    inputs=tables,
    returns="the error",
    praise="Scale and choice come from the training rows of each fold, so the fold that judges has told nothing.",
)
def mend_leak(fit, X, y, folds, count):
    squares = np.zeros(len(y))
    for fold in np.unique(folds):
        held = folds == fold
        mean, std = X[~held].mean(axis=0), X[~held].std(axis=0)
        scaled = (X - mean) / std
        strength = np.abs((y[~held] - y[~held].mean()) @ scaled[~held])
        chosen = np.argsort(-strength)[:count]
        predict = fit(scaled[~held][:, chosen], y[~held])
        squares[held] = (predict(scaled[held][:, chosen]) - y[held]) ** 2
    return squares.mean()


mend_leak.equivalent(
    "np.unique(folds) → folds in `for fold in np.unique(folds):`", "a fold that comes again writes the same errors"
)
mend_leak.equivalent(
    "y[~held] - y[~held].mean() → y[~held] + y[~held].mean() in "
    "`strength = np.abs((y[~held] - y[~held].mean()) @ scaled[~held])`",
    "the scaled columns of the training rows add up to 0, so a shift of y changes nothing",
)


def _error(fit, X, y, folds, count, scale, choose, rows=lambda held: ~held):
    """Return the error, with scale and choice made by other rows than those of the training set."""
    n = len(y)
    squares, means = np.zeros(n), []
    for fold in np.unique(folds):
        held = folds == fold
        by = scale(held)
        Z = (X - X[by].mean(axis=0)) / X[by].std(axis=0)
        by = choose(held)
        chosen = np.argsort(-np.abs((y[by] - y[by].mean()) @ Z[by]))[:count]
        predict = fit(Z[rows(held)][:, chosen], y[rows(held)])
        squares[held] = (predict(Z[held][:, chosen]) - y[held]) ** 2
        means.append(squares[held].mean())
    return squares.mean(), np.mean(means)


def _all(held):
    return np.ones(len(held), dtype=bool)


def _train(held):
    return ~held


@mend_leak.mistake(
    "Both leaks are still there: mean, deviation and choice are made from all rows, before the loop. Which rows may "
    "they come from?"
)
def nothing_mended(fit, X, y, folds, count):
    return _error(fit, X, y, folds, count, _all, _all)[0]


@mend_leak.mistake(
    "The scale comes from the training rows now. But the features are still chosen with a look at the targets of all "
    "rows, the fold's among them."
)
def still_selects_before_the_split(fit, X, y, folds, count):
    return _error(fit, X, y, folds, count, _train, _all)[0]


@mend_leak.mistake(
    "The features are chosen inside the fold now. But mean and deviation still come from all rows, the fold's among "
    "them."
)
def scales_before_the_split(fit, X, y, folds, count):
    return _error(fit, X, y, folds, count, _all, _train)[0]


@mend_leak.mistake("The features are chosen by the fold itself: the rows that judge. Which rows may choose?")
def selects_by_the_fold(fit, X, y, folds, count):
    return _error(fit, X, y, folds, count, _train, lambda held: held)[0]


@mend_leak.mistake(
    "The held-out rows are scaled by themselves, so they get another scale than the rows the model was trained on. By "
    "which mean and standard deviation should they go?"
)
def held_out_scaled_by_itself(fit, X, y, folds, count):
    squares = np.zeros(len(y))
    for fold in np.unique(folds):
        held = folds == fold
        Z, W = ((X[by] - X[by].mean(axis=0)) / X[by].std(axis=0) for by in (~held, held))
        chosen = np.argsort(-np.abs((y[~held] - y[~held].mean()) @ Z))[:count]
        squares[held] = (fit(Z[:, chosen], y[~held])(W[:, chosen]) - y[held]) ** 2
    return squares.mean()


@mend_leak.mistake(
    "The error is that of the rows the model was trained on. Which rows can tell how it does on new ones?"
)
def training_error(fit, X, y, folds, count):
    total = 0.0
    for fold in np.unique(folds):
        held = folds == fold
        Z = (X - X[~held].mean(axis=0)) / X[~held].std(axis=0)
        chosen = np.argsort(-np.abs((y[~held] - y[~held].mean()) @ Z[~held]))[:count]
        total += np.mean((fit(Z[~held][:, chosen], y[~held])(Z[~held][:, chosen]) - y[~held]) ** 2) * held.sum()
    return total / len(y)


@mend_leak.mistake("The model is trained on all rows, those of the fold among them. Which must it never see?")
def trains_on_all_rows(fit, X, y, folds, count):
    return _error(fit, X, y, folds, count, _train, _train, rows=_all)[0]


@mend_leak.mistake(
    "This is the mean of the folds' means. Folds may differ by a row, and then a row counts more in the smaller one. "
    "Over what is the mean to be taken?"
)
def mean_over_the_folds(fit, X, y, folds, count):
    return _error(fit, X, y, folds, count, _train, _train)[1]


@mend_leak.mistake(
    "The features are chosen from the raw columns, so those with large numbers win. Scale first, and choose then, as "
    "the program did."
)
def chooses_before_it_scales(fit, X, y, folds, count):
    squares = np.zeros(len(y))
    for fold in np.unique(folds):
        held = folds == fold
        chosen = np.argsort(-np.abs((y[~held] - y[~held].mean()) @ X[~held]))[:count]
        Z = (X - X[~held].mean(axis=0)) / X[~held].std(axis=0)
        squares[held] = (fit(Z[~held][:, chosen], y[~held])(Z[held][:, chosen]) - y[held]) ** 2
    return squares.mean()


@mend_leak.mistake(
    "Nothing is chosen any more: all features go in. The choice was wanted, with the training rows of each fold."
)
def all_features(fit, X, y, folds, count):
    return _error(fit, X, y, folds, X.shape[1], _train, _train)[0]


def _inside(fit, X, y, folds, count, strength=np.abs, raw=False):
    """Return squared errors without a leak, with another strength of a feature, or with features left unscaled."""
    squares = np.zeros(len(y))
    for fold in np.unique(folds):
        held = folds == fold
        Z = (X - X[~held].mean(axis=0)) / X[~held].std(axis=0)
        chosen = np.argsort(-strength((y[~held] - y[~held].mean()) @ Z[~held]))[:count]
        Z = X if raw else Z
        squares[held] = (fit(Z[~held][:, chosen], y[~held])(Z[held][:, chosen]) - y[held]) ** 2
    return squares


@mend_leak.mistake(
    "A feature that goes down where y goes up tells as much as one that goes up with it. What did the program do about "
    "the sign?"
)
def sign_kept(fit, X, y, folds, count):
    return _inside(fit, X, y, folds, count, strength=lambda x: x).mean()


@mend_leak.mistake("The weakest features are chosen, not the strongest. Which end of the sorted list is wanted?")
def chooses_the_weakest(fit, X, y, folds, count):
    return _inside(fit, X, y, folds, count, strength=lambda x: -np.abs(x)).mean()


@mend_leak.mistake(
    "The choice is right, but the model gets the features as they were measured. The program scales what it gives to "
    "`fit`."
)
def not_scaled(fit, X, y, folds, count):
    return _inside(fit, X, y, folds, count, raw=True).mean()


@mend_leak.mistake("This is the root of the mean squared error. The task asks for the mean squared error itself.")
def root_mean_square(fit, X, y, folds, count):
    return np.sqrt(_inside(fit, X, y, folds, count).mean())


@mend_leak.right
def row_numbers(fit, X, y, folds, count):
    total = 0.0
    for fold in set(folds.tolist()):
        held, train = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        mean, std = X[train].mean(axis=0), X[train].std(axis=0)
        inside, outside = (X[train] - mean) / std, (X[held] - mean) / std
        strength = abs(((y[train] - y[train].mean())[:, None] * inside).mean(axis=0))
        chosen = np.argsort(strength)[::-1][:count]
        predict = fit(inside[:, chosen], y[train])
        total += ((predict(outside[:, chosen]) - y[held]) ** 2).sum()
    return total / len(y)


@mend_leak.right
def with_a_helper(fit, X, y, folds, count):
    def prepare(train):
        scaled = (X - X[train].mean(0)) / X[train].std(0)
        strength = np.abs(scaled[train].T @ (y[train] - np.mean(y[train])))
        return scaled[:, np.argsort(-strength)[:count]]

    errors = []
    for fold in np.unique(folds):
        Z = prepare(folds != fold)
        predict = fit(Z[folds != fold], y[folds != fold])
        errors.extend((predict(Z[folds == fold]) - y[folds == fold]) ** 2)
    return float(np.mean(errors))


@mend_leak.right
def with_correlations(fit, X, y, folds, count):
    total = []
    for fold in range(int(folds.max()) + 1):
        train = folds != fold
        mean, std = np.mean(X[train], axis=0), np.std(X[train], axis=0)
        correlation = [abs(np.corrcoef(X[train, j], y[train])[0, 1]) for j in range(X.shape[1])]
        chosen = sorted(range(X.shape[1]), key=lambda j: -correlation[j])[:count]
        predict = fit(((X - mean) / std)[train][:, chosen], y[train])
        total += list((predict(((X - mean) / std)[~train][:, chosen]) - y[~train]) ** 2)
    return np.sum(total) / len(total)


@mend_leak.right
def predictions_first(fit, X, y, folds, count):
    predicted = np.empty(len(y))
    for fold in np.unique(folds):
        train = folds != fold
        A = X[train] - X[train].mean(axis=0)
        A, B = A / A.std(axis=0), (X[~train] - X[train].mean(axis=0)) / X[train].std(axis=0)
        keep = np.argsort(-np.abs(A.T @ (y[train] - y[train].mean())), kind="stable")[:count]
        predicted[~train] = fit(A[:, keep], y[train])(B[:, keep])
    return np.mean((predicted - y) ** 2)


@mend_leak.right
def row_after_row(fit, X, y, folds, count):
    error = 0.0
    for i in range(len(y)):
        train = folds != folds[i]
        mean, std = X[train].mean(axis=0), X[train].std(axis=0)
        Z = (X - mean) / std
        keep = np.argsort(-np.abs((y[train] - y[train].mean()) @ Z[train]))[:count]
        error += (fit(Z[train][:, keep], y[train])(Z[i : i + 1, keep])[0] - y[i]) ** 2
    return error / len(y)
