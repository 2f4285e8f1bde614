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

    `least_score` is the accuracy of the digit with the least score, `next_digit` that of all digits moved by one place.
    """

    held_out: float
    seen: float
    error: float
    zero_rows: int
    all_alike: bool
    least_score: float
    next_digit: float


@functools.cache
def digits():
    """Return the digits to train with and those held out, scaled by the first."""
    return standardize(*split(load_digits()))


@setting(
    kinds=[code("X", "y", "rng")],
    goal=lambda trained: trained.held_out >= GOAL,
    right=[],
    praise=lambda train_digits, trained: (
        f"{trained.held_out:.1%} of 449 digits that nobody saw are read right, and {trained.seen:.1%} of those it was "
        "trained with: by ten linear models, a few rows at a time."
    ),
)
def train_digits(train_digits):
    """A function (X, y, rng) -> (W, b) whose ten linear models read at least 92 % of the held-out digits right."""
    train, test = digits()
    with np.errstate(all="ignore"):
        W, b = _parameters(train_digits(train.X, train.y, np.random.default_rng(0)), train.X.shape[1])
        wanted = train.y[:, np.newaxis] == np.arange(10)
        error = np.mean((train.X @ W.T + b - wanted) ** 2) / np.mean(wanted)
    return Trained(
        held_out=_accuracy(W, b, test),
        seen=_accuracy(W, b, train),
        error=float(error) if np.isfinite(error) else np.inf,
        zero_rows=int(np.sum(~W.any(axis=1))),
        all_alike=bool(np.isfinite(W).all() and W.any(axis=1).all() and np.corrcoef(W).min() > 0.5),
        least_score=_accuracy(-W, -b, test),
        next_digit=max(_accuracy(np.roll(W, k, axis=0), np.roll(b, k), test) for k in range(1, 10)),
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


def trained(lr, batch_size, passes, y_of=lambda y, digit: (y == digit).astype(float)):
    """Return a function that trains in the plain way, with this setting."""

    def train_digits(X, y, rng):
        W, b = np.zeros((10, X.shape[1])), np.zeros(10)
        for digit in range(10):
            for _ in range(passes):
                order = rng.permutation(len(y))
                W[digit], b[digit] = steps_in_order(W[digit], b[digit], X, y_of(y, digit), lr, batch_size, order)
        return W, b

    return train_digits


def only_the_last_digit(X, y, rng):
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    order = rng.permutation(len(y))
    W[9], b[9] = steps_in_order(W[9], b[9], X, (y == 9).astype(float), 0.003, 8, order)
    return W, b


@train_digits.mistake(example=only_the_last_digit)
def some_digits_never_trained(train_digits, trained):
    if trained.zero_rows:
        return f"{trained.zero_rows} of the ten rows of W are still 0. Which digits were never trained?"


@train_digits.mistake(example=trained(0.003, 8, 1, lambda y, digit: y.astype(float)))
def one_target_for_all(train_digits, trained):
    if trained.all_alike:
        return "All ten models are the same. What should the model of the 3 be told about a row that shows a 5?"


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
        return "It diverges: the squared error is more than a hundred times that of W = 0. Which rates converge?"


@train_digits.mistake(example=trained(0.01, 8, 3))
def rate_too_large(train_digits, trained):
    if trained.error > 1.2:
        return (
            f"{trained.held_out:.1%} of the held-out digits are right. The squared error is {trained.error:.1f} times "
            "that of W = 0, so the noise of the steps drowns what they learn. What lowers it?"
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
