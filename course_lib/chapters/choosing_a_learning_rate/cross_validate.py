"""Cross-validation of several learning rates: what each of them reaches on rows that it was not trained on."""

import numpy as np

from course_lib.checks.exercises import Problem, function

LRS = np.array([0.1, 0.5, 2.0])


class Spy:
    """A `fit` that notes what it is given, and predicts a number that depends on rate and first column."""

    def __init__(self, X, y):
        self.X, self.y, self.fits = X, y, []

    def fit(self, X, y, lr):
        """Train on these rows with this rate; returns `predict`, a function of X that returns a number for each row."""
        if np.ndim(X) != 2 or np.shape(X)[1:] != self.X.shape[1:] or np.ndim(y) != 1 or len(X) != len(y):
            raise Problem(f"`fit` was given X of shape {np.shape(X)} and y of shape {np.shape(y)}.")
        if np.ndim(lr):
            raise Problem("`fit` takes one learning rate at a time, and was given several.")
        one = {"X": np.array(X), "rows": self._rows(y), "lr": float(lr), "asked": []}
        self.fits.append(one)

        def predict(Z):
            """Predict a number for each row."""
            if np.ndim(Z) != 2:
                raise Problem(f"`predict` takes rows of shape (rows, features), and was given shape {np.shape(Z)}.")
            one["asked"].append(np.array(Z))
            return self.says(Z, one["lr"])

        return predict

    @staticmethod
    def says(Z, lr):
        return np.asarray(Z)[:, 0] * (1 - 0.2 * lr) + lr

    def _rows(self, y):
        where = np.abs(np.asarray(y, dtype=float)[:, None] - self.y).argmin(axis=1) if len(y) else np.zeros(0, int)
        known = len(y) > 0 and np.allclose(self.y[where], y)
        return np.sort(where) if known else None

    def held_out(self, one):
        return np.setdiff1d(np.arange(len(self.y)), one["rows"])

    def scaled(self, one):
        """Return all rows in the scale in which `fit` was given the training rows; None if there is no such scale."""
        rows = self.X[one["rows"]]
        given, order = np.sort(one["X"], axis=0), np.sort(rows, axis=0)
        width = order.std(axis=0)
        factor = given.std(axis=0) / np.where(width > 0, width, 1)
        moved = (self.X - order.mean(axis=0)) * factor + given.mean(axis=0)
        return moved if np.allclose(np.sort(moved[one["rows"]], axis=0), given) else None

    def asked_for(self, one, rows, scaled):
        """Tell whether `predict` was asked for these rows in this scale, whatever their order."""
        asked = np.concatenate(one["asked"]) if one["asked"] else np.zeros((0, self.X.shape[1]))
        return asked.shape == scaled[rows].shape and np.allclose(np.sort(asked, axis=0), np.sort(scaled[rows], axis=0))


def facts_of(spy, returned, lrs, k):
    """Return what a right cross-validation shares with every other, whatever the shuffle."""
    n = len(spy.y)
    if any(one["rows"] is None for one in spy.fits):
        return {"targets": "`fit` was given targets that are none of `y`"}
    train = [len(one["rows"]) for one in spy.fits]
    by_rate = [[one for one in spy.fits if one["lr"] == lr] for lr in lrs]
    facts = {
        "how often each rate is trained": [len(fits) for fits in by_rate],
        "rows in the training sets": sorted(train),
        "rows trained on twice in one set": any(len(np.unique(one["rows"])) < len(one["rows"]) for one in spy.fits),
    }
    held = [np.concatenate([spy.held_out(one) for one in fits] or [np.zeros(0, int)]) for fits in by_rate]
    facts["how often each row is held out, for each rate"] = [np.bincount(rows, minlength=n).tolist() for rows in held]
    folds = [sorted(tuple(spy.held_out(one)) for one in fits) for fits in by_rate]
    facts["the folds are the same for all rates"] = all(some == folds[0] for some in folds)
    scales = [spy.scaled(one) for one in spy.fits]
    facts["scale of the training rows"] = scale_of(spy, scales)
    facts["predictions are asked for"] = asked_of(spy, scales)
    facts["what is returned"] = meaning(spy, np.asarray(returned, dtype=float), by_rate)
    return facts


def scale_of(spy, scales):
    own = [one["X"] for one in spy.fits]
    if any(scale is None for scale in scales):
        return "not one shift and one factor for each column"
    if all(np.allclose(X.mean(axis=0), 0) and np.allclose(X.std(axis=0), 1, atol=0.2) for X in own):
        return "mean 0 and standard deviation 1 in each training set"
    if all(np.allclose(scale, spy.X) for scale in scales):
        return "as they came"
    if all(np.allclose(scale, (spy.X - spy.X.mean(axis=0)) / spy.X.std(axis=0)) for scale in scales):
        return "mean and standard deviation of all rows"
    if all(np.allclose(X.mean(axis=0), 0) for X in own):
        return "mean 0 in each training set, and not standard deviation 1"
    return "other means and standard deviations"


def asked_of(spy, scales):
    if any(scale is None for scale in scales):
        return "cannot be told"
    if all(spy.asked_for(one, spy.held_out(one), scale) for one, scale in zip(spy.fits, scales)):
        return "the held-out rows, in the scale of the training rows"
    if all(spy.asked_for(one, one["rows"], scale) for one, scale in zip(spy.fits, scales)):
        return "the training rows"
    if all(spy.asked_for(one, spy.held_out(one), spy.X) for one in spy.fits):
        return "the held-out rows as they came"
    return "other rows, or another scale"


def meaning(spy, returned, by_rate):
    """Say what the numbers are that came back: which mean of which squared errors."""
    of_folds, sizes = [], []
    for fits in by_rate:
        squares = []
        for one in fits:
            scale, rows = spy.scaled(one), spy.held_out(one)
            if scale is None:
                return "cannot be told"
            squares.append((spy.says(scale[rows], one["lr"]) - spy.y[rows]) ** 2)
        of_folds.append(squares)
        sizes.append(np.sqrt(np.concatenate(squares)).mean() if squares else np.nan)
    if any(not squares for squares in of_folds):
        return "cannot be told"
    with np.errstate(all="ignore"):
        rows = np.array([np.concatenate(squares).mean() for squares in of_folds])
        sums = np.array([np.concatenate(squares).sum() for squares in of_folds])
        folds = np.array([np.mean([part.mean() if len(part) else np.nan for part in squares]) for squares in of_folds])
    for name, values in {
        "the mean squared error over the held-out rows, one for each rate": rows,
        "the mean over the folds of each fold's mean": folds,
        "the sum of the squared errors": sums,
        "the root of the mean squared error": np.sqrt(rows),
        "the mean size of the errors, without squares": np.array(sizes),
        "the sum of the squared errors, over the number of folds": sums / max(len(of_folds[0]), 1),
        "one number for all rates": rows.mean(),
    }.items():
        if returned.shape == values.shape and np.allclose(returned, values, equal_nan=True):
            return name
    if returned.ndim == 0 and returned in [fits[0]["lr"] for fits in by_rate]:
        return "one of the rates"
    return "other numbers"


def table(n, d, seed):
    """Return rows whose columns have scales of their own, and targets that are all different."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) ** 3 * 10.0 ** np.arange(d) + 5 * np.arange(1, d + 1)
    return X, rng.permutation(n) + rng.uniform(0.1, 0.9, size=n)


def played(n, d, k, lrs):
    def folds(cross_validate):
        X, y = table(n, d, seed=n)
        spy = Spy(X, y)
        returned = cross_validate(spy.fit, X, y, lrs, k, np.random.default_rng(0))
        return facts_of(spy, returned, lrs, k)

    folds.__doc__ = f"{n} rows, k = {k}, {len(lrs)} rates; `fit` and `predict` note what they are given"
    return folds


def shuffles(cross_validate):
    """12 rows in 3 folds, with several seeds"""
    X, y = table(12, 2, seed=5)
    seen, rates = [], LRS[:1]
    for seed in (0, 0, *range(1, 25)):
        spy = Spy(X, y)
        cross_validate(spy.fit, X, y, rates, 3, np.random.default_rng(seed))
        if any(one["rows"] is None for one in spy.fits):
            return {"targets": "`fit` was given targets that are none of `y`"}
        seen.append(sorted(tuple(spy.held_out(one)) for one in spy.fits))
    together = [any({0, 1} <= set(fold) for fold in folds) for folds in seen]
    return {
        "the same seed makes the same folds": seen[0] == seen[1],
        "other seeds make other folds": len({tuple(folds) for folds in seen}) > 5,
        "the first two rows share a fold": "sometimes"
        if len(set(together)) > 1
        else "always"
        if together[0]
        else "never",
    }


def splits(rng):
    yield played(6, 1, 2, LRS[:1])
    yield played(10, 2, 5, LRS)
    yield played(11, 3, 3, LRS)
    yield played(14, 2, 4, LRS[:2])
    yield played(9, 1, 9, LRS[:2])
    yield shuffles


@function(
    inputs=splits,
    returns="the errors",
    praise="Each row is judged once, by a model that never saw it, in a scale that never saw it either; and all rates "
    "get the same folds.",
)
def cross_validate(fit, X, y, lrs, k, rng):
    folds = np.array_split(rng.permutation(len(y)), k)
    errors = np.zeros(len(lrs))
    for held in folds:
        train = np.setdiff1d(np.arange(len(y)), held)
        mean, std = X[train].mean(axis=0), X[train].std(axis=0)
        for i, lr in enumerate(lrs):
            predict = fit((X[train] - mean) / std, y[train], lr)
            errors[i] += np.sum((predict((X[held] - mean) / std) - y[held]) ** 2)
    return errors / len(y)


def _scaled(X, train, held):
    mean, std = X[train].mean(axis=0), X[train].std(axis=0)
    return (X[train] - mean) / std, (X[held] - mean) / std


def _cross(fit, X, y, lrs, k, rng, folds=None, scale=_scaled, train=None, error=None, mean="rows", power=2):
    """Return the errors; each part of the cross-validation can be replaced by a wrong one."""
    n = len(y)
    parts = np.array_split(rng.permutation(n), k) if folds is None else folds(n, k, rng)
    squares = [[] for _ in lrs]
    for held in parts:
        rest = np.setdiff1d(np.arange(n), held) if train is None else train(n, held)
        inside, outside = scale(X, rest, held)
        for i, lr in enumerate(lrs):
            predict = fit(inside, y[rest], lr)
            squares[i].append(
                np.abs(predict(outside) - y[held]) ** power if error is None else error(predict, inside, y[rest])
            )
    if mean == "folds":
        return np.array([np.mean([part.mean() for part in parts]) for parts in squares])
    return np.array([np.concatenate(parts).mean() for parts in squares])


@cross_validate.mistake(
    "The features are scaled before the split, by all rows: the held-out rows have told their mean and their size. "
    "Which rows may a fold's scale come from?"
)
def scales_before_the_split(fit, X, y, lrs, k, rng):
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return _cross(fit, X, y, lrs, k, rng, scale=lambda X, train, held: (X[train], X[held]))


@cross_validate.mistake(
    "The held-out rows are scaled by themselves, so they get another scale than the rows the model was trained on. By "
    "which mean and standard deviation should they go?"
)
def held_out_scaled_by_itself(fit, X, y, lrs, k, rng):
    def scale(X, train, held):
        with np.errstate(all="ignore"):
            return tuple((X[rows] - X[rows].mean(axis=0)) / X[rows].std(axis=0) for rows in (train, held))

    return _cross(fit, X, y, lrs, k, rng, scale=scale)


@cross_validate.mistake("Only the training rows are scaled. In which scale does the model meet the held-out rows?")
def held_out_not_scaled(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, scale=lambda X, train, held: (_scaled(X, train, held)[0], X[held]))


@cross_validate.mistake(
    "Nothing is scaled: the features come as they were measured. Give each of them mean 0 and standard deviation 1, by "
    "which rows?"
)
def not_scaled(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, scale=lambda X, train, held: (X[train], X[held]))


@cross_validate.mistake(
    "The error is that of the rows the model was trained on. Which rows can tell how it does on new ones?"
)
def training_error(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, error=lambda predict, X, y: (predict(X) - y) ** 2)


@cross_validate.mistake(
    "The model is trained on the fold and judged by the rest: turned around. How many of the k parts are trained on?"
)
def trains_on_the_fold(fit, X, y, lrs, k, rng):
    def turned(n, k, rng):
        return [np.setdiff1d(np.arange(n), part) for part in np.array_split(rng.permutation(n), k)]

    return _cross(fit, X, y, lrs, k, rng, folds=turned)


@cross_validate.mistake("The model is trained on all rows, those of the fold among them. Which must it never see?")
def trains_on_all_rows(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, train=lambda n, held: np.arange(n))


@cross_validate.mistake(
    "The folds are drawn anew each time, so they overlap: some rows are held out twice, others never. How can k folds "
    "share the rows out?"
)
def overlapping_folds(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, folds=lambda n, k, rng: [rng.permutation(n)[: n // k] for _ in range(k)])


@cross_validate.mistake(
    "Where k does not divide the number of rows, the rows that are left over are never held out. To which folds can "
    "they go?"
)
def rows_dropped(fit, X, y, lrs, k, rng):
    def folds(n, k, rng):
        return rng.permutation(n)[: n // k * k].reshape(k, -1)

    return _cross(fit, X, y, lrs, k, rng, folds=folds)


@cross_validate.mistake(
    "Where k does not divide the number of rows, the rows that are left over are in no fold and in no training set. "
    "Every row should be held out once."
)
def rows_thrown_away(fit, X, y, lrs, k, rng):
    kept = rng.permutation(len(y))[: len(y) // k * k]
    parts = np.split(kept, k)
    return _cross(fit, X, y, lrs, k, rng, folds=lambda *_: parts, train=lambda n, held: np.setdiff1d(kept, held))


@cross_validate.mistake(
    "All rows that are left over go to the last fold, which may get nearly twice as many. Make the sizes differ by one "
    "row at most (`np.array_split`)."
)
def last_fold_too_large(fit, X, y, lrs, k, rng):
    def folds(n, k, rng):
        return np.split(rng.permutation(n), n // k * np.arange(1, k))

    return _cross(fit, X, y, lrs, k, rng, folds=folds)


@cross_validate.mistake(
    "Each rate gets folds of its own, so one may be lucky with its folds and another not. Draw them once, before the "
    "loop over the rates."
)
def other_folds_for_each_rate(fit, X, y, lrs, k, rng):
    return np.concatenate([_cross(fit, X, y, [lr], k, rng) for lr in lrs])


@cross_validate.mistake(
    "The rows are cut into folds as they lie in the table. If they are in any order, the folds differ: shuffle first."
)
def no_shuffle(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, folds=lambda n, k, rng: np.array_split(np.arange(n), k))


@cross_validate.mistake("The shuffle is not drawn with the `rng` that is given, so no seed can repeat it.")
def own_random_numbers(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, np.random.default_rng())


@cross_validate.mistake(
    "This is the mean of the folds' means. Folds may differ by a row, and then a row counts more in the smaller one. "
    "Over what is the mean to be taken?"
)
def mean_over_the_folds(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, mean="folds")


@cross_validate.mistake("This is the sum of the squared errors. By what is it to be divided?")
def no_mean(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng) * len(y)


@cross_validate.mistake("This is the root of the mean squared error. The task asks for the mean squared error itself.")
def root_mean_square(fit, X, y, lrs, k, rng):
    return np.sqrt(_cross(fit, X, y, lrs, k, rng))


@cross_validate.mistake(
    "The mean is taken away, but nothing is divided by the standard deviation. What does a feature of large numbers do "
    "then?"
)
def only_the_mean(fit, X, y, lrs, k, rng):
    def scale(X, train, held):
        return X[train] - X[train].mean(axis=0), X[held] - X[train].mean(axis=0)

    return _cross(fit, X, y, lrs, k, rng, scale=scale)


@cross_validate.mistake(
    "One mean and one standard deviation serve for all features. Each feature needs its own: along which axis?"
)
def one_scale_for_all_features(fit, X, y, lrs, k, rng):
    def scale(X, train, held):
        mean, std = X[train].mean(), X[train].std()
        return (X[train] - mean) / std, (X[held] - mean) / std

    return _cross(fit, X, y, lrs, k, rng, scale=scale)


@cross_validate.mistake("Only one part is held out, so most rows judge nobody. Let each of the k folds take its turn.")
def a_single_smaller_split(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, folds=lambda n, k, rng: [rng.permutation(n)[: n // k]])


@cross_validate.mistake(
    "Each row draws its fold by chance, so the folds have different sizes, and one may be empty. How can their sizes "
    "differ by one at most?"
)
def folds_of_chance_sizes(fit, X, y, lrs, k, rng):
    def folds(n, k, rng):
        drawn = rng.integers(0, k, n)
        return [part for part in (np.flatnonzero(drawn == fold) for fold in range(k)) if len(part)]

    return _cross(fit, X, y, lrs, k, rng, folds=folds)


@cross_validate.mistake("This is divided by the number of folds. Over what is the mean to be taken?")
def divides_by_the_folds(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng) * len(y) / k


@cross_validate.mistake(
    "The errors of all rates are put into one mean. One number for each rate is wanted, so that they can be compared."
)
def one_number_for_all(fit, X, y, lrs, k, rng):
    return np.mean(_cross(fit, X, y, lrs, k, rng))


@cross_validate.mistake("Each row's error counts by its size here. The task asks for the mean of the squares.")
def absolute_error(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, power=1)


@cross_validate.mistake("This is the rate of least error. The errors of all rates are wanted, in the order of `lrs`.")
def returns_the_best_rate(fit, X, y, lrs, k, rng):
    return lrs[np.argmin(_cross(fit, X, y, lrs, k, rng))]


@cross_validate.mistake("Only one fold is held out, so most rows judge nobody. Let each of the k folds take its turn.")
def a_single_split(fit, X, y, lrs, k, rng):
    return _cross(fit, X, y, lrs, k, rng, folds=lambda n, k, rng: np.array_split(rng.permutation(n), k)[:1])


@cross_validate.right
def with_masks(fit, X, y, lrs, k, rng):
    fold_of = rng.permutation(np.arange(len(y)) % k)
    squares = np.empty((len(lrs), len(y)))
    for i, lr in enumerate(lrs):
        for fold in range(k):
            held = fold_of == fold
            mean, std = X[~held].mean(axis=0), X[~held].std(axis=0)
            predict = fit((X[~held] - mean) / std, y[~held], lr)
            squares[i, held] = (predict((X[held] - mean) / std) - y[held]) ** 2
    return squares.mean(axis=1)


@cross_validate.right
def with_scikit_learn(fit, X, y, lrs, k, rng):
    from sklearn.model_selection import KFold
    from sklearn.preprocessing import StandardScaler

    total = [0.0] * len(lrs)
    for train, held in KFold(k, shuffle=True, random_state=int(rng.integers(1000))).split(X):
        scaler = StandardScaler().fit(X[train])
        for i, lr in enumerate(lrs):
            predict = fit(scaler.transform(X[train]), y[train], lr)
            total[i] += float(((predict(scaler.transform(X[held])) - y[held]) ** 2).sum())
    return [value / len(y) for value in total]


@cross_validate.right
def row_by_row(fit, X, y, lrs, k, rng):
    order = rng.permutation(len(y))
    folds = [order[start::k] for start in range(k)]
    errors = []
    for lr in lrs:
        squared = 0.0
        for held in folds:
            train = np.array([i for i in range(len(y)) if i not in held])
            mean, std = X[train].mean(axis=0), X[train].std(axis=0)
            predict = fit((X[train] - mean) / std, y[train], lr)
            for i in held:
                squared += float(predict(((X[i] - mean) / std)[np.newaxis])[0] - y[i]) ** 2
        errors.append(squared / len(y))
    return np.array(errors)


@cross_validate.right
def with_the_other_deviation(fit, X, y, lrs, k, rng):
    order = np.arange(len(y))
    rng.shuffle(order)
    cuts = np.linspace(0, len(y), k + 1).astype(int)
    errors = np.zeros(len(lrs))
    for low, high in zip(cuts, cuts[1:]):
        held, train = order[low:high], np.concatenate([order[:low], order[high:]])
        mean, std = X[train].mean(axis=0), X[train].std(axis=0, ddof=1)
        for i, lr in enumerate(lrs):
            predict = fit((X[train] - mean) / std, y[train], lr)
            errors[i] += np.sum(np.square(y[held] - predict((X[held] - mean) / std))) / len(y)
    return errors


@cross_validate.right
def tables_shuffled_first(fit, X, y, lrs, k, rng):
    order = rng.permutation(len(y))
    X, y = X[order], y[order]
    parts, errors = np.array_split(np.arange(len(y)), k), []
    for lr in lrs:
        left = []
        for part in parts:
            rest = np.delete(np.arange(len(y)), part)
            inside, outside = _scaled(X, rest, part)
            left.extend(fit(inside, y[rest], lr)(outside) - y[part])
        errors.append(np.dot(left, left) / len(left))
    return errors
