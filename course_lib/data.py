"""Real data sets that come with scikit-learn: loaded, split, scaled, and cut into minibatches.

Everything works offline. scikit-learn is imported when a data set is loaded, not before.
"""

from dataclasses import dataclass, replace

import numpy as np

from course_lib.arguments import as_numbers, in_range, whole_number


@dataclass(frozen=True, eq=False, repr=False)
class Data:
    """A table of examples and what to predict for each of them. It unpacks: `X, y = data`.

    Parameters
    ----------
    X : array of shape (n, d)
        A row for each example, a column for each feature.
    y : array of shape (n,)
        The targets: numbers, or whole numbers 0, 1, … that stand for classes.
    feature_names : d strings, default x0, x1, …
        What the columns hold.
    target_names : strings or None, default None
        What the classes are called; None where the target is a quantity.
    name : str, default "data"
        What a figure's title calls it.

    Raises
    ------
    TypeError, ValueError
        If X or y holds anything but finite numbers, or their shapes do not fit.

    Examples
    --------
    >>> X, y = Data([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 1, 1])
    >>> print(X.shape, y)
    (3, 2) [0 1 1]
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple = None
    target_names: tuple = None
    name: str = "data"

    def __post_init__(self):
        X, y = rows_and_targets(self.X, self.y)
        if X.ndim != 2 or y.ndim != 1:
            raise ValueError(f"X must have shape (n, d) and y shape (n,), got {X.shape} and {y.shape}")
        if np.asarray(self.y).dtype.kind in "bui":
            y = y.astype(np.int64)
        names = [f"x{j}" for j in range(X.shape[1])] if self.feature_names is None else self.feature_names
        if len(names) != X.shape[1]:
            raise ValueError(f"feature_names must name the {X.shape[1]} columns of X, got {len(names)} names")
        classes = None if self.target_names is None else tuple(map(str, self.target_names))
        for field, value in dict(X=X, y=y, feature_names=tuple(map(str, names)), target_names=classes).items():
            object.__setattr__(self, field, value)

    def __iter__(self):
        return iter((self.X, self.y))

    def __len__(self):
        return len(self.y)

    def __repr__(self):
        return f"Data({self.name}: {self.X.shape[0]} rows, {self.X.shape[1]} features)"


def load_diabetes():
    """Return 442 diabetes patients: ten measurements, and how the disease went on in the next year.

    Columns: age (years), sex (1 or 2), bmi (kg/m²), bp (mean blood pressure, mmHg), and six blood
    values: s1 (total cholesterol), s2 (LDL), s3 (HDL), s4 (their ratio, total to HDL), s5 (log of
    triglycerides), s6 (blood sugar). The target is a score of progression after one year, 25 to
    346, without unit. All columns are on their own scale, as they were measured.

    Examples
    --------
    >>> data = load_diabetes()
    >>> print(data, data.feature_names[:4])
    Data(diabetes: 442 rows, 10 features) ('age', 'sex', 'bmi', 'bp')

    Reference: Efron, Hastie, Johnstone, Tibshirani (2004), Least angle regression.
    """
    from sklearn import datasets

    raw = datasets.load_diabetes(scaled=False)
    return Data(raw.data, raw.target, raw.feature_names, name="diabetes")


def load_breast_cancer():
    """Return 569 tumors: thirty measurements of cell nuclei, and whether each was malignant (0) or benign (1).

    The columns are the mean, the standard error and the worst of ten quantities: lengths and areas
    in the scale of the image, and numbers without unit. Some columns are in the thousands, others
    in the thousandths.

    Examples
    --------
    >>> data = load_breast_cancer()
    >>> print(data, data.target_names)
    Data(breast cancer: 569 rows, 30 features) ('malignant', 'benign')

    Reference: Street, Wolberg, Mangasarian (1993), Nuclear feature extraction for breast tumor diagnosis.
    """
    from sklearn import datasets

    raw = datasets.load_breast_cancer()
    return Data(raw.data, raw.target, raw.feature_names, raw.target_names, name="breast cancer")


def load_digits():
    """Return 1797 handwritten digits of 8 × 8 pixels, and which digit each one is, 0 to 9.

    A column is a pixel, its darkness a whole number from 0 to 16; rows of the picture follow each
    other. Some pixels at the edge are 0 in every picture.

    Examples
    --------
    >>> data = load_digits()
    >>> print(data, data.y[:5])
    Data(digits: 1797 rows, 64 features) [0 1 2 3 4]

    Reference: Alpaydin, Kaynak (1998), Cascading classifiers.
    """
    from sklearn import datasets

    raw = datasets.load_digits()
    return Data(raw.data, raw.target, raw.feature_names, raw.target_names, name="digits")


def points_around_a_line():
    """Return 442 points around the line y = 2 x + 3, with noise of standard deviation 2: a problem of two parameters.

    The feature has mean 0 and standard deviation 1. The points are always the same.

    Examples
    --------
    >>> data = points_around_a_line()
    >>> print(data, LinearRegression(1).solve(*data).round(2))
    Data(points around a line: 442 rows, 1 features) [2.21 2.96]
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=442)
    x = (x - x.mean()) / x.std()
    return Data(x[:, np.newaxis], 2 * x + 3 + rng.normal(scale=2, size=x.size), name="points around a line")


def split(data, test=0.25, seed=0):
    """Shuffle the rows and share them out; return `(train, test)`.

    Parameters
    ----------
    data : Data
        At least two rows.
    test : number, default 0.25
        The share of rows in the test set, above 0 and below 1. Each part gets at least one row.
    seed : int, default 0
        The same seed makes the same split.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> train, test = split(load_diabetes())
    >>> print(len(train), len(test))
    332 110
    """
    _require_data("data", data)
    if len(data) < 2:
        raise ValueError("data must have at least 2 rows to be split, got 1")
    share = in_range("test", test, 0, 1, low_open=True, high_open=True)
    if share.ndim:
        raise ValueError(f"test must be one number, got shape {share.shape}")
    order = np.random.default_rng(whole_number("seed", seed)).permutation(len(data))
    n_test = min(max(round(float(share) * len(data)), 1), len(data) - 1)
    return _rows(data, order[n_test:]), _rows(data, order[:n_test])


def standardize(train, *others):
    """Give every feature mean 0 and standard deviation 1, measured on `train` alone.

    ::

        x ← (x − mean of train) / (standard deviation of train)

    The mean and standard deviation of the other sets are not looked at: what is learned from a test set
    no longer tests. A feature that is constant in `train` has no scale and becomes 0 in every set.

    Parameters
    ----------
    train : Data
        The set that is measured.
    *others : Data
        Sets that are scaled in the same way; they must have the same features.

    Returns
    -------
    Data, or a tuple of Data if there are others
        New data sets; the arguments are left as they are.

    Raises
    ------
    TypeError, ValueError
        If an argument is no Data, or its number of features differs from `train`'s.

    Examples
    --------
    >>> train, test = standardize(*split(load_diabetes()))
    >>> print(abs(train.X.mean(axis=0)).max() < 1e-12, abs(test.X.mean(axis=0)).max() < 1e-12)
    True False
    """
    _require_data("train", train)
    for other in others:
        _require_data("others", other)
        if other.X.shape[1] != train.X.shape[1]:
            raise ValueError(f"others must have {train.X.shape[1]} features, as train, got {other.X.shape[1]}")
    varies = train.X.min(axis=0) < train.X.max(axis=0)
    mean = train.X.mean(axis=0)
    deviation = np.where(varies, train.X.std(axis=0), np.inf)  # a number over infinity is 0
    scaled = tuple(replace(data, X=(data.X - mean) / deviation) for data in (train, *others))
    return scaled if others else scaled[0]


def minibatch_indices(n, batch_size, rng, replace=False):
    """Return the rows of each minibatch of one pass over `n` rows.

    Parameters
    ----------
    n : int
        The number of rows.
    batch_size : int
        Rows in a minibatch, 1 to n. The last one is shorter when `batch_size` does not divide n.
    rng : numpy.random.Generator
        Its state moves on, so the next pass has another order.
    replace : bool, default False
        False: a new shuffle, in which every row comes once. True: n independent draws, in which a
        row may come twice or not at all.

    Returns
    -------
    list of int arrays

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> for rows in minibatch_indices(5, 2, np.random.default_rng(0)):
    ...     print(rows)
    [2 4]
    [3 0]
    [1]

    Frameworks: PyTorch's `DataLoader(shuffle=True)` and Keras' `fit` reshuffle each pass and keep
    the short batch, as here; `drop_last=True` drops it.
    """
    n = whole_number("n", n, minimum=1)
    batch_size = batch_rows("batch_size", batch_size, n)
    require_generator("rng", rng)
    order = rng.integers(n, size=n) if replace else rng.permutation(n)
    return np.split(order, range(batch_size, n, batch_size))


def batch_rows(name, value, n):
    """Return the batch size `value` as an int from 1 to `n`, or raise an error that names the argument."""
    value = whole_number(name, value, minimum=1)
    if value > n:
        raise ValueError(f"{name} must be at most the number of rows, {n}, got {value}")
    return value


def require_generator(name, rng):
    """Raise an error that names the argument unless `rng` is a random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{name} must be a generator such as np.random.default_rng(0), got {rng!r}")


def rows_and_targets(X, y):
    """Return X of shape (…, n, d) and y of shape (…, n) as numbers, or say which of them does not fit."""
    X, y = rows("X", X), as_numbers("y", y)
    n = X.shape[-2]
    if y.ndim == 0:
        raise ValueError(f"y must have shape (n,), one target for each of the {n} rows of X, got a single number")
    if y.shape[-1] == n:
        return X, y
    if y.ndim >= 2 and y.shape[-2:] == (n, 1):
        raise ValueError(
            f"y must have shape ({n},), got {y.shape}: minus predictions of shape ({n},) "
            f"it would become an ({n}, {n}) matrix; use y.ravel()"
        )
    raise ValueError(f"X and y must be of equal length: X has {n} rows, y has shape {y.shape}")


def rows(name, X):
    """Return X of shape (…, n, d) as numbers, or raise an error that names the argument."""
    X = as_numbers(name, X)
    if X.ndim < 2:
        raise ValueError(f"{name} must have shape (n, d), got {X.shape}; a single feature is x[:, None]")
    if X.shape[-2] == 0 or X.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one row and one column, got shape {X.shape}")
    return X


def _rows(data, indices):
    return replace(data, X=data.X[indices], y=data.y[indices])


def _require_data(name, data):
    if not isinstance(data, Data):
        raise TypeError(f"{name} must be Data, such as load_diabetes() returns, got {type(data).__name__}")
