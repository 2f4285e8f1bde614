"""The exercises of chapter 03: minibatches, one pass of SGD, and what the batch size does to noise and cost."""

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, function, number, setting, take, value
from course_lib.data import load_diabetes, points_around_a_line, standardize
from course_lib.models import LinearRegression
from course_lib.optimizers import GradientDescent
from course_lib.training import fit

# ---------------------------------------------------------------------------------- minibatches


def table(n):
    """Features and targets of n rows; y holds the number of the row, and so does the first column of X."""
    y = np.arange(float(n))
    return np.column_stack([y, 10 - y * y, np.ones(n)]), y


def rows_of(minibatches, n, batch_size, rng):
    """Go through one pass; return the numbers of the rows in each batch, as X and as y have them."""
    X, y = table(n)
    batches, value = [], minibatches(X, y, batch_size, rng)
    if isinstance(value, tuple) and [np.ndim(part) for part in value if isinstance(part, np.ndarray)] == [2, 1]:
        raise Problem("This is a single pair (Xb, yb); one pair after the other is wanted.")
    for item in take(value, at_most=3 * n):
        if isinstance(item, np.ndarray) and item.ndim == 2:
            raise Problem("Each item is a single table: a pair (Xb, yb) is wanted.")
        if isinstance(item, np.ndarray) and item.ndim == 1:
            raise Problem("Each item is a single row of numbers: a pair (Xb, yb) is wanted.")
        if not isinstance(item, tuple) or len(item) != 2:
            raise Problem("Each item should be a pair, the features and the targets of one batch: (Xb, yb).")
        Xb, yb = item
        if np.ndim(Xb) == 1 and np.ndim(yb) == 2:
            raise Problem("The pairs stand the other way round: the features come first, (Xb, yb).")
        if np.ndim(Xb) != 2 or Xb.shape[1] != 3 or np.shape(yb) != Xb.shape[:1]:
            raise Problem(
                f"A batch of b rows should have Xb of shape (b, 3) and yb of shape (b,); "
                f"got {np.shape(Xb)} and {np.shape(yb)}."
            )
        batches.append((Xb[:, 0].astype(int).tolist(), yb.astype(int).tolist()))
    return batches


def facts(batches, n):
    """Return what every right pass over n rows has in common, whatever its order."""
    of_x, of_y = (
        (list(itertools.chain.from_iterable(part)) for part in zip(*batches, strict=True)) if batches else ([], [])
    )
    return {
        "rows in each batch": tuple(len(rows) for rows, _ in batches),
        "X and y belong together": of_x == of_y,
        "a row comes twice in one batch": any(len(set(rows)) < len(rows) for rows, _ in batches),
        "a row comes twice in the pass": len(set(of_x)) < len(of_x),
        "a row never comes": len(set(of_x)) < n,
    }


def passes(rng):
    def ten_rows(minibatches):
        """one pass over 10 rows in batches of 4"""
        return facts(rows_of(minibatches, 10, 4, np.random.default_rng(0)), 10)

    def a_size_that_divides(minibatches):
        """one pass over 8 rows in batches of 4"""
        return facts(rows_of(minibatches, 8, 4, np.random.default_rng(0)), 8)

    def single_rows(minibatches):
        """one pass over 6 rows in batches of 1"""
        return facts(rows_of(minibatches, 6, 1, np.random.default_rng(0)), 6)

    def all_at_once(minibatches):
        """one pass over 30 rows in a batch of 30"""
        return facts(rows_of(minibatches, 30, 30, np.random.default_rng(0)), 30)

    def large_batches(minibatches):
        """one pass over 50 rows in batches of 20"""
        return facts(rows_of(minibatches, 50, 20, np.random.default_rng(0)), 50)

    def two_passes(minibatches):
        """two passes over 24 rows in batches of 4, with one rng"""
        rng = np.random.default_rng(0)
        first, second = (rows_of(minibatches, 24, 4, rng) for _ in range(2))
        return {
            "X comes in the order of the table": first == sorted(first),
            "y comes in the order of the table": [rows for _, rows in first] == sorted(rows for _, rows in first),
            "the second pass is like the first": first == second,
            "the second pass has the same batches": sorted(map(sorted, first)) == sorted(map(sorted, second)),
        }

    def one_seed_twice(minibatches):
        """a pass over 24 rows in batches of 4, repeated with a fresh rng of the same seed"""
        first, second = (rows_of(minibatches, 24, 4, np.random.default_rng(7)) for _ in range(2))
        return {"the same seed gives the same batches": first == second}

    yield from (ten_rows, a_size_that_divides, single_rows, all_at_once, large_batches, two_passes, one_seed_twice)


@function(
    inputs=passes,
    returns="the minibatches",
    praise="Every row once in a pass, each beside its own target, in a new order each time: the deviations of a pass "
    "add up to 0.",
)
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "X and y are shuffled apart, so a row gets the target of another one. How can one order serve both?"
)
def shuffled_apart(X, y, batch_size, rng):
    X, y = X[rng.permutation(len(y))], y[rng.permutation(len(y))]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "`rng.shuffle` changes its array in place: the caller's tables are overwritten, and X and y are shuffled apart. "
    "Shuffle the row numbers instead."
)
def shuffled_apart_and_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake("Only X is shuffled, so its rows stand beside the wrong targets. What has to happen to y?")
def only_X_shuffled(X, y, batch_size, rng):
    X = X[rng.permutation(len(y))]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake("Only y is shuffled, so its targets stand beside the wrong rows. What has to happen to X?")
def only_y_shuffled(X, y, batch_size, rng):
    y = y[rng.permutation(len(y))]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "The batches are right, but the caller's X and y are overwritten: `X[:] = …` writes into the array that came in. "
    "Make new arrays, or pick the rows by number."
)
def changes_X_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    X[:], y[:] = X[order], y[order]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size].copy(), y[start : start + batch_size].copy()


@minibatches.mistake(
    "The last, shorter batch is missing, so its rows are left out of the pass. What should come when batch_size does "
    "not divide the number of rows?"
)
def last_short_batch_dropped(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y) - batch_size + 1, batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The last batch is filled up to full size with rows that came before. Let it be shorter, so that every row comes "
    "once."
)
def last_batch_filled_up(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size] if start + batch_size <= len(y) else order[-batch_size:]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Where batch_size divides the number of rows, an empty batch comes at the end. How many batches are needed then?"
)
def empty_batch_at_the_end(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for k in range(len(y) // batch_size + 1):
        rows = order[k * batch_size : (k + 1) * batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The rows come in the order of the table. Real tables are often sorted, and then every batch is one-sided: "
    "use `rng`."
)
def not_shuffled(X, y, batch_size, rng):
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "Every pass has the same order: your function starts a generator with a fixed seed of its own. "
    "Which one was it given?"
)
def same_order_each_pass(X, y, batch_size, rng):
    order = np.random.default_rng(0).permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The random numbers do not come from `rng`, so a run cannot be repeated with the same seed. Which generator was it "
    "given?"
)
def random_numbers_of_its_own(X, y, batch_size, rng):
    yield from minibatches(X, y, batch_size, np.random.default_rng())


@minibatches.mistake(
    "The batches are shuffled, and the rows are not: neighbors in the table always stay together. "
    "What should be put in a random order?"
)
def batches_shuffled_and_not_rows(X, y, batch_size, rng):
    for start in rng.permutation(np.arange(0, len(y), batch_size)):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "This draws with replacement: some rows come twice in a pass, others never. How does a pile of cards differ from a "
    "die?"
)
def with_replacement(X, y, batch_size, rng):
    order = rng.integers(len(y), size=len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Each batch is drawn from all rows anew, so within a pass some rows come twice and others never. "
    "Draw one order for the whole pass, then cut it."
)
def each_batch_drawn_anew(X, y, batch_size, rng):
    for start in range(0, len(y), batch_size):
        rows = rng.permutation(len(y))[: min(batch_size, len(y) - start)]
        yield X[rows], y[rows]


@minibatches.mistake("The batches overlap: each starts one row after the last one. How far apart should they start?")
def overlapping(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(len(y) - batch_size + 1):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake("The rows come one by one, each without its axis. A batch is a table, also when it has one row.")
def single_rows_without_their_axis(X, y, batch_size, rng):
    for row in rng.permutation(len(y)):
        yield X[row], y[row]


@minibatches.mistake("The pairs stand the other way round: the task wants the features first, (Xb, yb).")
def y_before_X(X, y, batch_size, rng):
    for Xb, yb in minibatches(X, y, batch_size, rng):
        yield yb, Xb


@minibatches.mistake("Only the features come out. What does a step need besides them?")
def no_targets(X, y, batch_size, rng):
    for Xb, _ in minibatches(X, y, batch_size, rng):
        yield Xb


@minibatches.mistake("These are row numbers; the rows themselves are wanted, as a pair (Xb, yb).")
def row_numbers(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        yield order[start : start + batch_size]


@minibatches.mistake(
    "The first batch is right, and all others are empty: every slice ends at `batch_size`. Where does the one end "
    "that begins at `start`?"
)
def slices_end_at_the_batch_size(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start:batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "One row never comes: the order is one number short. `permutation(n)` already stops before n, as `range(n)` does."
)
def one_row_never_drawn(X, y, batch_size, rng):
    order = rng.permutation(len(y) - 1)
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake("A single batch is drawn, and the pass is over. Where are the other rows?")
def a_single_batch(X, y, batch_size, rng):
    rows = rng.choice(len(y), size=batch_size, replace=False)
    yield X[rows], y[rows]


@minibatches.mistake("This never ends: batch after batch is drawn anew. A pass is over when every row has come once.")
def goes_on_for_ever(X, y, batch_size, rng):
    while True:
        rows = rng.integers(len(y), size=batch_size)
        yield X[rows], y[rows]


@minibatches.mistake(
    "The order has one number for each column. Which axis of X counts the rows? (`n, d = X.shape` names both.)"
)
def columns_counted_as_rows(X, y, batch_size, rng):
    order = rng.permutation(X.shape[1])
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Only the first batch comes out: `return` ends the function inside the loop. `yield` hands out a batch and goes on."
)
def returns_the_first_batch(X, y, batch_size, rng):
    return next(minibatches(X, y, batch_size, rng))


# ---------------------------------------------------------------------------------- one pass of SGD


def steps_in_order(w, b, X, y, lr, batch_size, order):
    """One pass of SGD over the rows in a given order."""
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 * X[rows].T @ residual / len(rows), b - lr * 2 * residual.mean()
    return w, b


START = np.array([1.0, -1.0]), 0.5
X_PLAYED = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -1.5], [2.0, 1.0], [-0.5, -1.0]])
Y_PLAYED = np.array([1.0, -2.0, 3.0, 0.5, -1.0])


@functools.cache
def possible_ends(batch_size):
    """Where a pass over the five rows may end, for all orders of the rows."""
    orders = itertools.permutations(range(len(Y_PLAYED)))
    runs = (steps_in_order(*START, X_PLAYED, Y_PLAYED, 0.1, batch_size, list(order)) for order in orders)
    return np.array([np.append(w, b) for w, b in runs])


def epochs(rng):
    # A single row, and rows that are all alike: the order does not matter.
    yield np.array([2.0]), 0.0, np.array([[1.0]]), np.array([3.0]), 0.25, 1, np.random.default_rng(0)
    yield np.array([1.0, 0.0]), 0.0, np.array([[1.0, 2.0]]), np.array([3.0]), 0.1, 1, np.random.default_rng(0)
    yield (np.array([1.0, 0.5]), 1.0, np.tile([1.0, -2.0], (5, 1)), np.full(5, 4.0), 0.05, 2, np.random.default_rng(0))
    yield (np.array([1.0, 0.5]), 1.0, np.tile([2.0, 1.0], (4, 1)), np.full(4, -1.0), 0.05, 1, np.random.default_rng(0))
    # All rows in one batch.
    X, y = rng.normal(size=(6, 3)), rng.normal(size=6)
    yield rng.normal(size=3), -1.0, X, y, 0.1, 6, np.random.default_rng(0)

    def different_rows(batch_size):
        def many_passes(sgd_epoch):
            ends = []
            for seed in (0, 0, 0, 0, 0, 1, 2, 3, 4, 5):
                w, b = sgd_epoch(*START, X_PLAYED, Y_PLAYED, 0.1, batch_size, np.random.default_rng(seed))
                ends.append(np.append(w, b).astype(float))
            nearest = [np.abs(possible_ends(batch_size) - end).max(axis=1).min() for end in ends]
            return {
                "every pass uses each row once": max(nearest) < 1e-4,
                "other seeds, other orders": any(np.abs(end - ends[0]).max() > 1e-3 for end in ends[5:]),
                "the same seed gives the same result": all(np.abs(end - ends[0]).max() < 1e-4 for end in ends[:5]),
            }

        many_passes.__doc__ = f"a pass over 5 different rows in batches of {batch_size}, with several seeds"
        return many_passes

    yield from (different_rows(1), different_rows(2))


@function(
    inputs=epochs,
    returns=("w", "b"),
    praise="One pass, a step for each batch, each with the gradient at the newest w and b: the cost of one full "
    "gradient, and many steps for it.",
)
def sgd_epoch(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        dw = 2 / len(rows) * X[rows].T @ residual
        db = 2 / len(rows) * residual.sum()
        w, b = w - lr * dw, b - lr * db
    return w, b


@sgd_epoch.mistake(
    "The gradient of a batch is summed over its rows, so the step grows with the batch size. What makes it a mean?"
)
def sum_instead_of_mean(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 * X[rows].T @ residual, b - lr * 2 * residual.sum()
    return w, b


@sgd_epoch.mistake(
    "Every step uses all rows: this is gradient descent, at many times the cost of a pass. Which rows belong into the "
    "gradient of one step?"
)
def full_gradient(w, b, X, y, lr, batch_size, rng):
    for _ in range(0, len(y), batch_size):
        residual = X @ w + b - y
        w, b = w - lr * 2 / len(y) * X.T @ residual, b - lr * 2 * residual.mean()
    return w, b


@sgd_epoch.mistake(
    "One row is taken out of the table, and loses its axis: `X[i]` has the shape (d,), its prediction is a single "
    "number, and a number has no `shape[0]`. How do you take one row and keep a table?"
)
def row_loses_its_axis(w, b, X, y, lr, batch_size, rng):
    for i in rng.permutation(len(y)):
        y_pred = X[i] @ w + b
        residual = y_pred - y[i]
        n = y_pred.shape[0]
        w, b = w - lr * 2 / n * X[i].T @ residual, b - lr * 2 / n * residual
    return w, b


@sgd_epoch.mistake(
    "One row is taken out of the table, and loses its axis: its prediction and its residual are single numbers, and "
    "`@` wants arrays. How do you take one row and keep a table?"
)
def row_loses_its_axis_in_a_product(w, b, X, y, lr, batch_size, rng):
    for i in rng.permutation(len(y)):
        residual = X[i] @ w + b - y[i]
        w, b = w - lr * 2 * X[i].T @ residual, b - lr * 2 * residual
    return w, b


@sgd_epoch.mistake(
    "Every step uses a single row, whatever `batch_size` says. What should a step do with the rows of its batch?"
)
def always_one_row(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, 1, rng.permutation(len(y)))


@sgd_epoch.mistake("The 2 of the gradient is missing. It comes from the derivative of the square.")
def no_two(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr / 2, batch_size, rng.permutation(len(y)))


@sgd_epoch.mistake("The residual leaves the bias out. What does the model predict for a row?")
def residual_without_bias(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w - y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ residual, b - lr * 2 * residual.mean()
    return w, b


@sgd_epoch.mistake("The bias stays where it was. It has a gradient, too: the mean residual of the batch, times 2.")
def bias_never_moves(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * 2 / len(rows) * X[rows].T @ (X[rows] @ w + b - y[rows])
    return w, b


@sgd_epoch.mistake(
    "The bias moves with a residual that already knows the new w. Compute both gradients first, then move both."
)
def bias_sees_the_new_w(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * 2 / len(rows) * X[rows].T @ (X[rows] @ w + b - y[rows])
        b = b - lr * 2 * (X[rows] @ w + b - y[rows]).mean()
    return w, b


@sgd_epoch.mistake(
    "All gradients of the pass are taken at the w and b that came in. Where is the second batch's gradient to be taken?"
)
def gradients_at_the_start(w, b, X, y, lr, batch_size, rng):
    order, first_w, first_b = rng.permutation(len(y)), w, b
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ first_w + first_b - y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ residual, b - lr * 2 * residual.mean()
    return w, b


@sgd_epoch.mistake(
    "The gradient of a batch is divided by the number of all rows. How many rows is its mean taken over?"
)
def divided_by_all_rows(w, b, X, y, lr, batch_size, rng):
    order, n = rng.permutation(len(y)), len(y)
    for start in range(0, n, batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 / n * X[rows].T @ residual, b - lr * 2 / n * residual.sum()
    return w, b


@sgd_epoch.mistake(
    "The last batch is shorter, but its sum is divided by `batch_size` all the same. How many rows does it really have?"
)
def short_batch_divided_by_batch_size(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 / batch_size * X[rows].T @ residual, b - lr * 2 / batch_size * residual.sum()
    return w, b


@sgd_epoch.mistake("The last, shorter batch is left out; its rows belong to the pass as well.")
def last_short_batch_left_out(w, b, X, y, lr, batch_size, rng):
    kept = len(y) // batch_size * batch_size
    return steps_in_order(w, b, X[:kept], y[:kept], lr, batch_size, rng.permutation(kept)) if kept else (w, b)


@sgd_epoch.mistake("One step, and the pass is over, with most rows unused. If there is a loop, is `return` inside it?")
def returns_after_one_batch(w, b, X, y, lr, batch_size, rng):
    rows = rng.permutation(len(y))[:batch_size]
    return steps_in_order(w, b, X[rows], y[rows], lr, batch_size, range(len(rows)))


@sgd_epoch.mistake("This climbs: the steps go along the gradient. Which sign goes down?")
def climbs(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, -lr, batch_size, rng.permutation(len(y)))


@sgd_epoch.mistake(
    "The rows come in the same order in every pass, whatever `rng` is. Where should the order come from?"
)
def not_shuffled_at_all(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, batch_size, np.arange(len(y)))


@sgd_epoch.mistake(
    "The random numbers do not come from `rng`: the same seed gives another result each time. Which generator was it "
    "given?"
)
def own_random_numbers(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, batch_size, np.random.default_rng().permutation(len(y)))


@sgd_epoch.mistake(
    "The rows of a pass are drawn with replacement: some are used twice, others never. A pass uses every row once."
)
def drawn_with_replacement(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, batch_size, rng.integers(len(y), size=len(y)))


# ---------------------------------------------------------------------------------- predict the variance


@value(
    tolerance=0.01,
    praise="Sixteen times the rows, a sixteenth of the variance: 800 / 16 = 50. The typical error, its root, is only "
    "four times smaller.",
)
def predict_variance():
    """The variance with 64 independent rows, when it is 800 with 4."""
    return 50


@predict_variance.mistake(
    "{answer} is what happens to the typical error, the root of the variance. The variance itself goes like 1/B."
)
def root_of_the_factor():
    return 800 / 4


@predict_variance.mistake("{answer} is larger than before. Can more rows make the gradient less exact?")
def upside_down():
    return 800 * 16


@predict_variance.mistake("{answer} divides by the factor twice. The variance goes like 1/B, and not like 1/B².")
def square_of_the_factor():
    return 800 / 16**2


@predict_variance.mistake(
    "{answer} divides 800 by 64. But 800 is the variance of 4 rows already: what is it for one row?"
)
def divided_by_64():
    return 800 / 64


@predict_variance.mistake("{answer} divides by 64 − 4. What counts is the ratio of the batch sizes.")
def difference_of_the_sizes():
    return 800 / 60


@predict_variance.mistake("{answer} is the variance of a single row, σ². Divide it by the new batch size.")
def variance_of_one_row():
    return 800 * 4


@predict_variance.mistake("{answer} is the factor. The variance was 800 before: what is it now?")
def the_factor():
    return 16


@predict_variance.mistake("{answer} would mean that the batch size does not matter. It does: variance = σ²/B.")
def unchanged():
    return 800


# ---------------------------------------------------------------------------------- find the largest batch

LR, PASSES, GOAL = 0.04, 3, 3.7


@dataclass(frozen=True)
class Budget:
    """What a batch size reaches within the passes: its loss, that of twice the batch, and how it got there."""

    loss: float
    twice: float
    after_one_pass: float
    steps: int


@functools.cache
def losses(batch_size):
    """Return the mean loss of 16 runs after each pass, and the number of steps of a run."""
    run = fit(
        LinearRegression(1),
        points_around_a_line(),
        GradientDescent(LR),
        epochs=PASSES,
        batch_size=batch_size,
        seed=np.arange(16),
        w0=np.zeros(2),
    )
    return run.loss.mean(axis=1), run.steps


@setting(
    kinds=[number("batch size", low=0)],
    goal=lambda budget: budget.loss <= GOAL < budget.twice,
    right=[32, 32.0, np.int64(32), [32], {"batch_size": 32}],
    praise=lambda batch_size, budget: (
        f"{budget.steps} steps in {PASSES} passes bring the loss to {budget.loss:.2f}. Twice the batch makes half the "
        f"steps, and they end at {budget.twice:.2f}."
    ),
)
def find_largest_batch(batch_size):
    """The largest power of two with which SGD on a line, lr = 0.04, brings the loss to 3.7 within 3 passes."""
    if batch_size not in 2.0 ** np.arange(9):
        raise Problem(f"Choose one of 1, 2, 4, 8, …, 256; got {batch_size:g}.")
    mean, steps = losses(int(batch_size))
    twice, _ = losses(min(2 * int(batch_size), len(points_around_a_line())))
    return Budget(loss=mean[-1], twice=twice[-1], after_one_pass=mean[1], steps=steps)


@find_largest_batch.mistake(example=8)
def could_be_larger(batch_size, budget):
    if budget.loss <= GOAL:
        return (
            f"{batch_size:g} meets the goal: the loss is {budget.loss:.2f} after {PASSES} passes. But twice the batch "
            f"ends at {budget.twice:.2f}, and meets it too."
        )


@find_largest_batch.mistake(example=64)
def too_few_steps(batch_size, budget):
    if budget.loss < 0.98 * budget.after_one_pass:
        return (
            f"With the batch size {batch_size:g}, {PASSES} passes are only {budget.steps} steps. The loss is still on "
            f"its way down, at {budget.loss:.2f}. Smaller?"
        )


@find_largest_batch.mistake(example=1)
def stands_on_its_floor(batch_size, budget):
    return (
        f"With the batch size {batch_size:g} the loss stands at {budget.loss:.2f} since the first pass: that is its "
        "noise floor, and more passes will not help. What lowers the floor?"
    )


# ---------------------------------------------------------------------------------- read four curves

SIZES = {"A": 64, "B": 1, "C": 442, "D": 8}


def curves_to_read():
    """Return the loss after each of 12 passes for four batch sizes, by the letters of the exercise."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    rule = GradientDescent(lr=0.03)
    return {
        letter: fit(model, data, rule, epochs=12, batch_size=size, seed=0, w0=np.zeros(model.size)).loss
        for letter, size in SIZES.items()
    }


@value(
    praise="Small batches make many steps in a pass: they fall at once and stay on a high, restless floor. Large ones "
    "fall slowly and end lower."
)
def read_batch_sizes():
    """The batch size of each curve."""
    return SIZES


@read_batch_sizes.mistake(
    "All four are the other way round. A batch of one row makes 442 steps in a pass: does its curve fall early or late?"
)
def the_other_way_round():
    return {"A": 8, "B": 442, "C": 1, "D": 64}


@read_batch_sizes.mistake(
    "The two small batches are swapped. Both fall within the first pass: which of them has the higher floor?"
)
def small_ones_swapped():
    return {"A": 64, "B": 8, "C": 442, "D": 1}


@read_batch_sizes.mistake(
    "The two large batches are swapped. Neither is noisy: which of them makes more steps in a pass?"
)
def large_ones_swapped():
    return {"A": 442, "B": 1, "C": 64, "D": 8}


@read_batch_sizes.mistake(
    "The two in the middle are swapped. In one pass, how many steps does a batch of 8 make, and how many one of 64?"
)
def middle_ones_swapped():
    return {"A": 8, "B": 1, "C": 442, "D": 64}


@read_batch_sizes.mistake(
    "The full batch and the single row are swapped. The full gradient has no noise: which curve is perfectly smooth?"
)
def ends_swapped():
    return {"A": ..., "B": 442, "C": 1, "D": ...}


@read_batch_sizes.mistake("Each batch size belongs to one curve, so no number can come twice.")
def one_size_for_all():
    return {"A": 8, "B": 8, "C": 8, "D": 8}
