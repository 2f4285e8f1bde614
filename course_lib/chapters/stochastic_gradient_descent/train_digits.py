"""Train ten linear models on the digits with one's own pass of SGD, and be judged on digits nobody saw."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.chapters.stochastic_gradient_descent.shared import steps_in_order
from course_lib.checks.exercises import Problem, code, setting
from course_lib.checks.values import shown
from course_lib.data import load_digits, minibatch_indices, split, standardize

GOAL = 0.92


@dataclass(frozen=True)
class Trained:
    """What came out: accuracy on both parts, the squared error beside that of all zeros, and what W looks like.

    `least_score` is the accuracy of the digit with the least score, `next_digit` that of all moved by some places.
    `own` and `others` are the mean scores of a digit's own rows and of the rows of other digits, `spread` the
    standard deviation of the latter; `steepness` says how far own is above others for each digit, and
    `from_here_on` how well the scores follow the target y >= digit.
    """

    held_out: float
    seen: float
    error: float
    zero_rows: tuple
    all_alike: bool
    least_score: float
    next_digit: float
    own: float
    others: float
    spread: float
    steepness: tuple
    from_here_on: float

    @property
    def own_rows_only(self):
        """Whether a digit's own rows all get about 1, and the others anything: least squares gives 0.7, and 0.13."""
        return 0.85 < self.own < 1.2 and abs(self.others) < 0.3 and self.spread > 0.25


@functools.cache
def digits():
    """Return the digits to train with and those held out, scaled by the first."""
    return standardize(*split(load_digits()))


@setting(
    kinds=[code("X", "y", "rng")],
    goal=lambda trained: trained.held_out >= GOAL and not trained.own_rows_only,
    right=[],
    praise=lambda train_digits, trained: (
        f"{trained.held_out:.1%} of 449 digits that nobody saw are read right, and {trained.seen:.1%} of those it was "
        "trained with: by ten linear models."
    ),
)
def train_digits(train_digits):
    """A function (X, y, rng) -> (W, b) whose ten linear models read at least 92 % of the held-out digits right."""
    train, test = digits()
    with np.errstate(all="ignore"):
        W, b = _parameters(train_digits(train.X, train.y, np.random.default_rng(0)), train.X.shape[1])
        wanted = train.y[:, np.newaxis] == np.arange(10)
        scores = train.X @ W.T + b
        error = np.mean((scores - wanted) ** 2) / np.mean(wanted)
        steepness = [scores[wanted[:, c], c].mean() - scores[~wanted[:, c], c].mean() for c in range(10)]
        later = [np.corrcoef(scores[:, c], train.y >= c)[0, 1] for c in range(1, 10)]
    return Trained(
        held_out=_accuracy(W, b, test),
        seen=_accuracy(W, b, train),
        error=float(error) if np.isfinite(error) else np.inf,
        zero_rows=tuple(np.flatnonzero(~W.any(axis=1)).tolist()),
        all_alike=bool(np.isfinite(W).all() and W.any(axis=1).all() and np.corrcoef(W).min() > 0.5),
        least_score=_accuracy(-W, -b, test),
        next_digit=max(_accuracy(np.roll(W, k, axis=0), np.roll(b, k), test) for k in range(1, 10)),
        own=float(scores[wanted].mean()),
        others=float(scores[~wanted].mean()),
        spread=float(scores[~wanted].std()),
        steepness=tuple(steepness),
        from_here_on=float(np.mean(later)),
    )


def _parameters(result, d):
    if result is None:
        raise Problem("Your function returns nothing: it needs a `return`.")
    if not isinstance(result, tuple) or len(result) != 2:
        raise Problem(f"Two things should come back, W and b; got {shown(result)}.")
    shapes = tuple(np.shape(part) for part in result)
    if shapes[0] == (d, 10):
        raise Problem(f"W should have a row for each digit, shape (10, {d}), and it has the shape ({d}, 10).")
    if shapes != ((10, d), (10,)):
        raise Problem(f"W should have the shape (10, {d}) and b the shape (10,); got {shapes[0]} and {shapes[1]}.")
    return (np.asarray(part, dtype=float) for part in result)


def _accuracy(W, b, data):
    scores = data.X @ W.T + b
    return float(np.mean(scores.argmax(axis=1) == data.y)) if np.isfinite(scores).all() else 0.0


def trained(lr, batch_size, passes, y_of=lambda y, digit: (y == digit).astype(float), own_rows=False):
    """Return a function that trains in the plain way with this setting, each model with its `own_rows` alone or not."""

    def train_digits(X, y, rng):
        W, b = np.zeros((10, X.shape[1])), np.zeros(10)
        for digit in range(10):
            rows = np.flatnonzero((y == digit) | (not own_rows))
            for _ in range(passes):
                order = rng.permutation(len(rows))
                given = X[rows], y_of(y, digit)[rows], lr, batch_size, order
                W[digit], b[digit] = steps_in_order(W[digit], b[digit], *given)
        return W, b

    return train_digits


def only_the_last_digit(X, y, rng):
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    order = rng.permutation(len(y))
    W[9], b[9] = steps_in_order(W[9], b[9], X, (y == 9).astype(float), 0.003, 8, order)
    return W, b


@train_digits.mistake(example=only_the_last_digit)
def some_digits_never_trained(train_digits, trained):
    if len(trained.zero_rows) == 10:
        return "W is still 0 everywhere. Is what `sgd_epoch` returns kept, and put into W?"
    if trained.zero_rows == (0,):
        return "Row 0 of W is still 0. Was the digit 0 trained, and with which targets?"
    if trained.zero_rows:
        return f"{len(trained.zero_rows)} of the ten rows of W are still 0. Which digits were never trained?"


@train_digits.mistake(example=trained(0.003, 8, 1, lambda y, digit: y.astype(float)))
def one_target_for_all(train_digits, trained):
    if trained.all_alike:
        return "All ten models are the same. What should the model of the 3 be told about a row that shows a 5?"


@train_digits.mistake(example=trained(0.003, 8, 3, lambda y, digit: np.ones(len(y)), own_rows=True))
def only_its_own_rows(train_digits, trained):
    if trained.own_rows_only:
        return (
            f"A digit's own rows get {trained.own:.2f} on average, as if nothing else had been asked of its model, and "
            f"those of other digits anything around {trained.others:.2f}. Were these trained with too, with target 0?"
        )


@train_digits.mistake(example=trained(0.003, 8, 3, lambda y, digit: np.where(y == digit, digit + 1.0, 0.0)))
def number_of_the_digit_for_a_target(train_digits, trained):
    low, high = np.mean(trained.steepness[1:3]), np.mean(trained.steepness[6:8])
    if trained.held_out > 0.4 and low > 0 and high > 2.2 * low:
        return (
            f"{trained.held_out:.1%} of the held-out digits are right. The scores of large digits are larger, as if a "
            "digit's own number had been its target: then an 8 outbids a 3. Which target is the same for all models?"
        )


@train_digits.mistake(example=trained(0.003, 8, 3, lambda y, digit: (y >= digit).astype(float)))
def all_digits_from_here_on(train_digits, trained):
    if abs(trained.from_here_on) > 0.5:
        return (
            f"{trained.held_out:.1%} of the held-out digits are right. The model of a digit tells whether a picture "
            "shows a larger or a smaller digit. Which rows should get the target 1, and which 0?"
        )


@train_digits.mistake(example=trained(0.003, 8, 3, lambda y, digit: (y != digit).astype(float)))
def targets_the_other_way_round(train_digits, trained):
    if trained.least_score > 0.5:
        return (
            f"Only {trained.held_out:.1%} are right, but {trained.least_score:.1%} would be if the least score "
            "counted. Which rows should a model give a large score?"
        )


@train_digits.mistake(example=trained(0.003, 8, 3, lambda y, digit: (y == (digit + 1) % 10).astype(float)))
def rows_of_other_digits(train_digits, trained):
    if trained.next_digit > 0.5:
        return (
            f"Only {trained.held_out:.1%} of the held-out digits are right, but most would be with the rows of W moved "
            "round. Row c of W belongs to digit c: which target was it trained with?"
        )


@train_digits.mistake(example=trained(0.1, 8, 3))
def diverges(train_digits, trained):
    if trained.error > 100:
        return (
            "The squared error is more than a hundred times that of W = 0. Does it grow with each pass? Then the rate "
            "is too large. Does it fall? Then look at the start."
        )


@train_digits.mistake(example=trained(0.01, 8, 3))
def rate_too_large(train_digits, trained):
    if trained.error > 1.2:
        return (
            f"{trained.held_out:.1%} of the held-out digits are right. The squared error is {trained.error:.1f} times "
            "that of W = 0. If the targets are 1 and 0, the steps are too long: do more passes make it worse?"
        )


@train_digits.mistake(example=trained(0.0003, 32, 3))
def rate_too_small(train_digits, trained):
    return (
        f"{trained.held_out:.1%} of the held-out digits are right, and {trained.seen:.1%} of the others. The models "
        "have not come far in their passes. How do you give them more, or longer, steps?"
    )


def plus_and_minus_one(X, y, rng):
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    for _ in range(4):
        for digit in range(10):
            order = rng.permutation(len(y))
            W[digit], b[digit] = steps_in_order(W[digit], b[digit], X, np.where(y == digit, 1, -1), 0.003, 8, order)
    return W, b


def all_ten_at_once(X, y, rng):
    W, b, targets = np.zeros((10, X.shape[1])), np.zeros(10), np.eye(10)[y]
    for _ in range(5):
        for rows in minibatch_indices(len(y), 16, rng):
            residual = X[rows] @ W.T + b - targets[rows]
            W, b = W - 0.005 * 2 / len(rows) * residual.T @ X[rows], b - 0.005 * 2 * residual.mean(axis=0)
    return W, b


train_digits.accept(
    trained(0.003, 8, 3),
    trained(0.001, 1, 2),
    trained(0.03, 128, 4),
    plus_and_minus_one,
    all_ten_at_once,
    lambda X, y, rng: [part.tolist() for part in trained(0.003, 8, 3)(X, y, rng)],
)
train_digits.right.append(trained(0.003, 8, 3))
