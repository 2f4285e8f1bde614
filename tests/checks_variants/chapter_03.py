"""Right answers to the exercises of chapter 03."""

import numpy as np

from course_lib import LinearRegression, minibatch_indices


def minibatches_as_a_list(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def minibatches_by_shuffling_the_numbers(X, y, batch_size, rng):
    rows = np.arange(X.shape[0])
    rng.shuffle(rows)
    while len(rows):
        yield X[rows[:batch_size]], y[rows[:batch_size]]
        rows = rows[batch_size:]


def minibatches_of_one_table(X, y, batch_size, rng):
    both = rng.permutation(np.column_stack([X, y]))
    for part in np.split(both, range(batch_size, len(both), batch_size)):
        yield part[:, :-1], part[:, -1]


def minibatches_of_lists(features, targets, size, generator):
    keys = generator.random(len(targets))
    order = sorted(range(len(targets)), key=lambda row: keys[row])
    for k in range(-(-len(order) // size)):
        rows = order[k * size : (k + 1) * size]
        yield [features[row].tolist() for row in rows], [targets[row] for row in rows]


def minibatches_of_singles(*, X, y, batch_size, rng):
    for rows in minibatch_indices(len(y), batch_size, rng):
        yield X[rows].astype(np.float32), y[rows].astype(np.float32)


def minibatches_by_choice(X, y, batch_size, rng):
    order = rng.choice(len(y), size=len(y), replace=False)
    return iter([[X[order[i : i + batch_size]], y[order[i : i + batch_size]]] for i in range(0, len(y), batch_size)])


def epoch_of_minibatches(w, b, X, y, lr, batch_size, rng):
    for Xb, yb in minibatches_by_shuffling_the_numbers(X, y, batch_size, rng):
        residual = Xb @ w + b - yb
        w = w - lr * 2 * (Xb.T @ residual) / len(yb)
        b = b - lr * 2 * np.mean(residual)
    return w, b


def epoch_in_place_on_a_copy(w, b, X, y, lr, batch_size, rng):
    w = w.copy()
    order = rng.permutation(len(y))
    for i in range(0, len(y), batch_size):
        Xb, yb = X[order[i : i + batch_size]], y[order[i : i + batch_size]]
        errors = yb - (Xb * w).sum(axis=1) - b
        w += lr * 2 * (errors[:, None] * Xb).mean(axis=0)
        b += lr * 2 * errors.mean()
    return w, b


def epoch_with_a_column_of_ones(weights, bias, features, targets, rate, size, generator):
    both, table = np.append(weights, bias), np.column_stack([features, np.ones(len(targets))])
    for rows in minibatch_indices(len(targets), size, generator):
        both = both - rate * 2 / len(rows) * table[rows].T @ (table[rows] @ both - targets[rows])
    return both[:-1], both[-1]


def epoch_with_the_model(w, b, X, y, lr, batch_size, rng):
    model, both = LinearRegression(X.shape[1]), np.append(w, b)
    for rows in minibatch_indices(len(y), batch_size, rng):
        both = both - lr * model.grad(both, X[rows], y[rows])
    return [both[:-1], both[-1]]


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


VARIANTS = {
    "minibatches": [
        minibatches_as_a_list,
        minibatches_by_shuffling_the_numbers,
        minibatches_of_one_table,
        minibatches_of_lists,
        minibatches_of_singles,
        minibatches_by_choice,
    ],
    "sgd_epoch": [
        epoch_of_minibatches,
        epoch_in_place_on_a_copy,
        epoch_with_a_column_of_ones,
        epoch_with_the_model,
        epoch_from_the_last_row_on,
    ],
    "predict_variance": [50, 50.0, 800 / 16, np.float32(50), [50], np.array(50.2)],
    "find_largest_batch": [32, 32.0, np.int64(32), [32], np.array(32), {"batch_size": 32}],
    "read_batch_sizes": [
        {"A": 64, "B": 1, "C": 442, "D": 8},
        {"D": 8, "C": 442, "B": 1, "A": 64},
        {"A": 64.0, "B": 1.0, "C": 442.0, "D": 8.0},
        {"A": np.int64(64), "B": np.int64(1), "C": np.int64(442), "D": np.int64(8)},
        {"A": [64], "B": [1], "C": [442], "D": [8]},
    ],
}
