"""One pass of SGD."""

import functools
import itertools

import numpy as np

from course_lib.chapters.stochastic_gradient_descent.shared import steps_in_order
from course_lib.checks.exercises import Problem, function
from course_lib.data import minibatch_indices
from course_lib.models import LinearRegression

START = np.array([1.0, -1.0]), 0.5
X_PLAYED = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -1.5], [2.0, 1.0], [-0.5, -1.0], [1.5, 0.0], [0.0, 0.7]])
Y_PLAYED = np.array([1.0, -2.0, 3.0, 0.5, -1.0, 2.0, -0.4])


@functools.cache
def possible_ends(n, batch_size):
    """Return the orders of the first n rows that differ in their batches, and where a pass over each of them ends."""
    orders = {}
    for order in itertools.permutations(range(n)):
        batches = tuple(frozenset(order[k : k + batch_size]) for k in range(0, n, batch_size))
        orders.setdefault(batches, order)
    runs = (steps_in_order(*START, X_PLAYED[:n], Y_PLAYED[:n], 0.1, batch_size, list(o)) for o in orders.values())
    return list(orders.values()), np.array([np.append(w, b) for w, b in runs])


def end_of(sgd_epoch, *given):
    """Run one pass; return w and b in one array."""
    result = sgd_epoch(*given)
    if isinstance(result, np.ndarray) and result.shape == (len(given[0]) + 1,):
        raise Problem("`w` and `b` come back in one array. They are two things: return them separately.")
    if not isinstance(result, tuple) or len(result) != 2 or np.size(result[0]) != len(given[0]):
        raise Problem("Two things should come back: w of the shape it had, and b, a number.")
    if np.size(result[1]) != 1:
        raise Problem(f"b should be a number, but it has the shape {np.shape(result[1])}.")
    return np.append(result[0], result[1]).astype(float)


def different_rows(n, batch_size):
    def many_passes(sgd_epoch):
        given = START + (X_PLAYED[:n], Y_PLAYED[:n], 0.1, batch_size)
        seeds = (0, 0, 0, 0, 0, *range(1, 40))
        ends = [end_of(sgd_epoch, *given, np.random.default_rng(seed)) for seed in seeds]
        orders, possible = possible_ends(n, batch_size)
        distances = [np.abs(possible - end).max(axis=1) for end in ends]
        known = max(distance.min() for distance in distances) < 1e-4
        taken = np.array([orders[int(distance.argmin())] for distance in distances[4:]])
        return {
            "every pass is one of those that use each row once, in batches of the wanted size": known,
            "other seeds, other orders": any(np.abs(end - ends[0]).max() > 1e-3 for end in ends[5:]),
            "the same seed gives the same result": all(np.abs(end - ends[0]).max() < 1e-4 for end in ends[:5]),
        } | (places(taken) if batch_size == 1 and known else {})

    many_passes.__doc__ = f"passes over {n} different rows in batches of {batch_size}, with several seeds"
    return many_passes


def places(orders):
    """Return what all shuffles share: any row may come first and last, and most rows leave their place."""
    return {
        "rows that come first": np.unique(orders[:, 0]).tolist(),
        "rows that come last": np.unique(orders[:, -1]).tolist(),
        "most rows leave their place": bool(np.mean(orders == np.arange(orders.shape[1])) < 0.45),
    }


def what_each_row_does(sgd_epoch):
    """a pass over the 6 rows of the identity matrix with a tiny lr: entry i of w then shows what row i did"""
    lr, y = 1e-7, np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
    end = end_of(sgd_epoch, np.zeros(6), 0.0, np.eye(6), y, lr, 2, np.random.default_rng(3)) / lr
    of_rows = end[:-1].round(2)
    return {
        "rows that did nothing": int(np.sum(of_rows == 0)),
        "the targets came, each once": sorted(of_rows) == sorted(y),
        "each row has its own target": np.array_equal(of_rows, y),
        "what all targets did to b, added up": round(float(end[-1]), 1),
    }


def epochs(rng):
    # A single row, and rows that are all alike: the order does not matter.
    yield np.array([2.0]), 0.0, np.array([[1.0]]), np.array([3.0]), 0.25, 1, np.random.default_rng(0)
    yield np.array([1.0, 0.0]), 0.0, np.array([[1.0, 2.0]]), np.array([3.0]), 0.1, 1, np.random.default_rng(0)
    yield (np.array([1.0, 0.5]), 1.0, np.tile([1.0, -2.0], (5, 1)), np.full(5, 4.0), 0.05, 2, np.random.default_rng(0))
    yield (np.array([1.0, 0.5]), 1.0, np.tile([2.0, 1.0], (4, 1)), np.full(4, -1.0), 0.05, 1, np.random.default_rng(0))
    # A batch size larger than the table: all rows in one batch.
    yield (np.array([1.0, 0.5]), 1.0, np.tile([2.0, 1.0], (3, 1)), np.full(3, -1.0), 0.05, 8, np.random.default_rng(0))
    # All rows in one batch, and they differ.
    X, y = rng.normal(size=(6, 3)), rng.normal(size=6)
    yield rng.normal(size=3), -1.0, X, y, 0.1, 6, np.random.default_rng(0)
    yield from (what_each_row_does, different_rows(5, 1), different_rows(5, 2), different_rows(7, 3))


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
def gradient_of_the_sum(w, b, X, y, lr, batch_size, rng):
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
def no_db(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * 2 / len(rows) * X[rows].T @ (X[rows] @ w + b - y[rows])
    return w, b


@sgd_epoch.mistake("`b` moves half as far as it should: its gradient lacks the 2. Which derivative does it come from?")
def no_two_in_db(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ residual, b - lr * residual.mean()
    return w, b


@sgd_epoch.mistake("`w` moves half as far as it should: its gradient lacks the 2. Which derivative does it come from?")
def no_two_in_dw(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr / len(rows) * X[rows].T @ residual, b - lr * 2 * residual.mean()
    return w, b


@sgd_epoch.mistake(
    "The step of `b` grows with the batch size: its gradient is a sum over the rows. What makes it a mean?"
)
def db_is_a_sum(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ residual, b - lr * 2 * residual.sum()
    return w, b


@sgd_epoch.mistake(
    "The step of `w` grows with the batch size: its gradient is a sum over the rows. What makes it a mean?"
)
def dw_is_a_sum(w, b, X, y, lr, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 * X[rows].T @ residual, b - lr * 2 * residual.mean()
    return w, b


@sgd_epoch.mistake(
    "One step with the gradient of all rows is a step of gradient descent. How many steps does a pass have in batches?"
)
def one_full_step(w, b, X, y, lr, batch_size, rng):
    residual = X @ w + b - y
    return w - lr * 2 / len(y) * X.T @ residual, b - lr * 2 * residual.mean()


@sgd_epoch.mistake(
    "X and y are shuffled apart, so a row meets the target of another one. How can one order serve both?"
)
def shuffled_apart(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X[rng.permutation(len(y))], y[rng.permutation(len(y))], lr, batch_size, range(len(y)))


@sgd_epoch.mistake("Only X is shuffled, so its rows stand beside the wrong targets. What has to happen to y?")
def only_X_shuffled(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X[rng.permutation(len(y))], y, lr, batch_size, np.arange(len(y)))


@sgd_epoch.mistake(
    "The rows are shared out evenly over the batches. The task wants `batch_size` rows in each batch, and a shorter "
    "last one."
)
def rows_shared_out_evenly(w, b, X, y, lr, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(y)), -(-len(y) // batch_size)):
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ residual, b - lr * 2 * residual.mean()
    return w, b


@sgd_epoch.mistake("Only two rows change places, and the others stay. What puts all of them in a random order?")
def only_two_rows_exchanged(w, b, X, y, lr, batch_size, rng):
    order = np.arange(len(y))
    i, j = rng.integers(len(y), size=2)
    order[[i, j]] = order[[j, i]]
    return steps_in_order(w, b, X, y, lr, batch_size, order)


@sgd_epoch.mistake("The first row always comes first. Does the order take in every row, also row 0?")
def first_row_stays(w, b, X, y, lr, batch_size, rng):
    order = np.append(0, 1 + rng.permutation(len(y) - 1))
    return steps_in_order(w, b, X, y, lr, batch_size, order)


@sgd_epoch.mistake("The last row always comes last. Does the order take in every row, also the last one?")
def last_row_stays(w, b, X, y, lr, batch_size, rng):
    order = np.append(rng.permutation(len(y) - 1), len(y) - 1)
    return steps_in_order(w, b, X, y, lr, batch_size, order)


@sgd_epoch.mistake("`w` and `b` come back in one array. They are two things: return them separately.")
def one_long_vector(w, b, X, y, lr, batch_size, rng):
    return np.append(*steps_in_order(w, b, X, y, lr, batch_size, rng.permutation(len(y))))


@sgd_epoch.mistake(
    "Each batch is drawn from all rows anew, so some rows come twice in a pass and others never. Draw one order for "
    "the whole pass, then cut it."
)
def each_batch_drawn_anew(w, b, X, y, lr, batch_size, rng):
    for start in range(0, len(y), batch_size):
        rows = rng.permutation(len(y))[: min(batch_size, len(y) - start)]
        w, b = steps_in_order(w, b, X[rows], y[rows], lr, batch_size, range(len(rows)))
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
def last_short_batch_dropped(w, b, X, y, lr, batch_size, rng):
    kept = len(y) // batch_size * batch_size
    return steps_in_order(w, b, X[:kept], y[:kept], lr, batch_size, rng.permutation(kept)) if kept else (w, b)


@sgd_epoch.mistake("One step, and the pass is over, with most rows unused. If there is a loop, is `return` inside it?")
def returns_after_one_batch(w, b, X, y, lr, batch_size, rng):
    rows = rng.permutation(len(y))[:batch_size]
    return steps_in_order(w, b, X[rows], y[rows], lr, batch_size, range(len(rows)))


@sgd_epoch.mistake("This climbs: the steps go along the gradient. Which sign goes down?")
def uphill(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, -lr, batch_size, rng.permutation(len(y)))


@sgd_epoch.mistake(
    "The rows come in the same order in every pass, whatever `rng` is. Where should the order come from?"
)
def not_shuffled(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, batch_size, np.arange(len(y)))


@sgd_epoch.mistake(
    "The random numbers do not come from `rng`: the same seed gives another result each time. Which generator was it "
    "given?"
)
def random_numbers_of_its_own(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, batch_size, np.random.default_rng().permutation(len(y)))


@sgd_epoch.mistake(
    "The rows of a pass are drawn with replacement: some are used twice, others never. A pass uses every row once."
)
def with_replacement(w, b, X, y, lr, batch_size, rng):
    return steps_in_order(w, b, X, y, lr, batch_size, rng.integers(len(y), size=len(y)))


def minibatches_by_shuffling_the_numbers(X, y, batch_size, rng):
    rows = np.arange(X.shape[0])
    rng.shuffle(rows)
    while len(rows):
        yield X[rows[:batch_size]], y[rows[:batch_size]]
        rows = rows[batch_size:]


@sgd_epoch.right
def epoch_of_minibatches(w, b, X, y, lr, batch_size, rng):
    for Xb, yb in minibatches_by_shuffling_the_numbers(X, y, batch_size, rng):
        residual = Xb @ w + b - yb
        w = w - lr * 2 * (Xb.T @ residual) / len(yb)
        b = b - lr * 2 * np.mean(residual)
    return w, b


@sgd_epoch.right
def epoch_in_place_on_a_copy(w, b, X, y, lr, batch_size, rng):
    w = w.copy()
    order = rng.permutation(len(y))
    for i in range(0, len(y), batch_size):
        Xb, yb = X[order[i : i + batch_size]], y[order[i : i + batch_size]]
        errors = yb - (Xb * w).sum(axis=1) - b
        w += lr * 2 * (errors[:, None] * Xb).mean(axis=0)
        b += lr * 2 * errors.mean()
    return w, b


@sgd_epoch.right
def epoch_with_a_column_of_ones(weights, bias, features, targets, rate, size, generator):
    both, table = np.append(weights, bias), np.column_stack([features, np.ones(len(targets))])
    for rows in minibatch_indices(len(targets), min(size, len(targets)), generator):
        both = both - rate * 2 / len(rows) * table[rows].T @ (table[rows] @ both - targets[rows])
    return both[:-1], both[-1]


@sgd_epoch.right
def epoch_with_the_model(w, b, X, y, lr, batch_size, rng):
    model, both = LinearRegression(X.shape[1]), np.append(w, b)
    for rows in minibatch_indices(len(y), min(batch_size, len(y)), rng):
        both = both - lr * model.grad(both, X[rows], y[rows])
    return [both[:-1], both[-1]]


@sgd_epoch.right
def epoch_from_the_last_row_on(w, b, X, y, lr, batch_size, rng):
    left = list(rng.permutation(len(y))[::-1])
    while left:
        rows = [left.pop() for _ in range(min(batch_size, len(left)))]
        dw = np.zeros(len(w))
        db = 0.0
        for row in rows:
            error = float(X[row] @ w + b - y[row])
            dw = dw + 2 * error * X[row] / len(rows)
            db = db + 2 * error / len(rows)
        w, b = w - lr * dw, b - lr * db
    return w.tolist(), b
