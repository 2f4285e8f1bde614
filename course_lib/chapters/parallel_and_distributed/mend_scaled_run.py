"""Mend a run that was scaled to more workers, twice."""

import numpy as np

from course_lib.checks.exercises import function


def mean_distance(w, rows):
    """The mean over the rows of w − row."""
    return w - np.mean(rows, axis=0)


def of_lines(w, rows):
    """The gradient of the mean squared error of lines through the rows (x, …, y)."""
    X, y = rows[:, :-1], rows[:, -1]
    return 2 * X.T @ (X @ w - y) / len(rows)


def runs(rng):
    two = [np.array([[2.0], [4.0]]), np.array([[8.0], [6.0]])]
    yield mean_distance, [two], np.array([1.0]), 0.1, 2
    yield mean_distance, [two[:1]], np.array([1.0]), 0.1, 2
    yield mean_distance, [[np.array([[2.0], [4.0], [3.0]]), np.array([[9.0]])]], np.array([1.0]), 0.1, 2
    yield mean_distance, [two[:1]], np.array([1.0]), 0.1, 4
    yield mean_distance, [[np.array([[2.0], [4.0], [0.0]])], two[:1]], np.array([1.0]), 0.1, 2
    yield of_lines, [[rng.normal(size=(6, 3)) for _ in range(3)] for _ in range(4)], rng.normal(size=2), 0.01, 6
    uneven = [[rng.normal(size=(n, 3)) for n in sizes] for sizes in ((9, 7, 6), (8, 8, 8), (6, 12, 7))]
    yield of_lines, uneven, rng.normal(size=2), 0.01, 4
    yield of_lines, uneven, rng.normal(size=2), 0.02, int(rng.integers(6, 11))


@function(
    inputs=runs,
    returns="the new w",
    praise="The gradient is a mean over the rows of all workers, and the rate grows with the rows of a step, once.",
)
def mend_scaled_run(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        total = sum(len(rows) for rows in shards)
        grad = sum(len(rows) / total * grad_fn(w, rows) for rows in shards)
        w = w - lr * total / batch_size * grad
    return w


def _run(grad_fn, steps, w, gradient, rate):
    for shards in steps:
        counts = [len(rows) for rows in shards]
        w = w - rate(counts) * gradient([grad_fn(w, rows) for rows in shards], counts)
    return w


def _mean(grads, counts):
    return sum(n / sum(counts) * grad for grad, n in zip(grads, counts))


@mend_scaled_run.mistake(
    "This is the program as it was. The gradients are added up, so they are W times as long, and the rate is W times "
    "as large: the step has grown with the square of W."
)
def as_it_was(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, lambda grads, counts: sum(grads), lambda counts: lr * len(counts))


@mend_scaled_run.mistake(
    "This is W times the plain mean of the gradients, or their sum: right while all workers have `batch_size` rows. "
    "Here they need not. By what is each gradient weighted, and with what does the rate grow?"
)
def plain_mean(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, lambda grads, counts: sum(grads), lambda counts: lr)


@mend_scaled_run.mistake("The rate is right, but the gradients are averaged as if all workers had as many rows.")
def plain_mean_at_the_right_rate(grad_fn, steps, w, lr, batch_size):
    return _run(
        grad_fn, steps, w, lambda grads, counts: sum(grads) / len(grads), lambda counts: lr * sum(counts) / batch_size
    )


@mend_scaled_run.mistake(
    "The mean is right. The rate grows with the number of workers: which of them may have more or fewer rows than the "
    "batch that `lr` was tuned for?"
)
def rate_by_the_workers(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * len(counts))


@mend_scaled_run.mistake("The mean is right, and the rate is that of one worker. What does the linear rule say?")
def rate_not_scaled(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr)


@mend_scaled_run.mistake(
    "The gradients are averaged as if all workers had as many rows, and the rate is that of one worker. Mend both."
)
def plain_mean_at_the_old_rate(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, lambda grads, counts: sum(grads) / len(grads), lambda counts: lr)


@mend_scaled_run.mistake(
    "The gradients, each times its rows over `batch_size`, have the larger rate in them already. Then the number of "
    "workers multiplies it once more."
)
def scaled_twice(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * len(counts) * sum(counts) / batch_size)


@mend_scaled_run.mistake(
    "The rate grows with the rows, as it should, but the gradients are added up: they are too long by the number of "
    "workers. What makes the mean over all rows of them?"
)
def sum_at_the_right_rate(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, lambda grads, counts: sum(grads), lambda counts: lr * sum(counts) / batch_size)


@mend_scaled_run.mistake(
    "The mean is right. The rate grows with the rows of one worker, on the average: by how many rows is the step made?"
)
def rate_by_the_mean_of_the_rows(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * sum(counts) / len(counts) / batch_size)


@mend_scaled_run.mistake("The mean is right. The rate takes workers over `batch_size`: compare rows with rows.")
def workers_over_the_batch(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * len(counts) / batch_size)


@mend_scaled_run.mistake("`lr` is overwritten, so the rate grows again in each step. It belongs to the tuned batch.")
def rate_grows_on(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        counts = [len(rows) for rows in shards]
        lr = lr * sum(counts) / batch_size
        w = w - lr * _mean([grad_fn(w, rows) for rows in shards], counts)
    return w


@mend_scaled_run.mistake("The rate grows like the root of the rows. The task names the linear rule.")
def root_of_the_batch(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * (sum(counts) / batch_size) ** 0.5)


@mend_scaled_run.mistake("The rate falls with the rows of a step. A larger minibatch has less noise: which way?")
def rate_the_other_way(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * batch_size / sum(counts))


@mend_scaled_run.mistake("The rate grows with all rows, and is not divided by those that it was tuned for.")
def not_over_the_batch(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: lr * sum(counts))


@mend_scaled_run.mistake(
    "The workers step one after the other, each from where the last one ended. In a data-parallel step all look at the "
    "same w."
)
def one_after_the_other(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        for rows in shards:
            w = w - lr * len(rows) / batch_size * grad_fn(w, rows)
    return w


@mend_scaled_run.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(grad_fn, steps, w, lr, batch_size):
    return _run(grad_fn, steps, w, _mean, lambda counts: -lr * sum(counts) / batch_size)


@mend_scaled_run.right
def all_rows_in_one_array(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        rows = np.concatenate(shards)
        w = w - lr * len(rows) / batch_size * grad_fn(w, rows)
    return w


@mend_scaled_run.right
def total_cancelled(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        w = w - lr / batch_size * sum(len(rows) * grad_fn(w, rows) for rows in shards)
    return w


@mend_scaled_run.right
def with_average(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        counts = [len(rows) for rows in shards]
        grad = np.average([grad_fn(w, rows) for rows in shards], axis=0, weights=counts)
        w = w - lr * (sum(counts) / batch_size) * grad
    return w


@mend_scaled_run.right
def moves_added_up(grad_fn, steps, w, lr, batch_size):
    for shards in steps:
        moves = [len(rows) / batch_size * lr * grad_fn(w, rows) for rows in shards]
        w = w - np.sum(moves, axis=0)
    return w


@mend_scaled_run.right
def in_place_on_a_copy(grad_fn, steps, w, lr, batch_size):
    w = np.array(w, dtype=float)
    for shards in steps:
        counts = np.array([rows.shape[0] for rows in shards])
        grads = np.stack([grad_fn(w, rows) for rows in shards])
        w -= lr * counts.sum() / batch_size * (counts / counts.sum() @ grads)
    return w
