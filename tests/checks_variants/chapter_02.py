"""Right answers to the exercises of chapter 02."""

import functools

import numpy as np

from checks_variants.chapter_00 import STEPS


def path_filled_in(grad_fn, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad_fn(path[t])
    return path


def path_in_place_on_a_copy(grad_fn, w0, lr, steps):
    w = w0.copy()
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w.copy())
    return path


def path_of_a_while_loop(slope, start, rate, count):
    points = [list(start)]
    while len(points) <= count:
        last = np.array(points[-1])
        points.append((last - rate * slope(last)).tolist())
    return points


def path_stacked(grad_fn, w0, lr, steps):
    path = w0[None]
    for _ in range(steps):
        path = np.vstack([path, path[-1] - lr * grad_fn(path[-1])])
    return path


def path_by_reduction(*, grad_fn, w0, lr, steps):
    return np.array(functools.reduce(lambda path, _: [*path, path[-1] - lr * grad_fn(path[-1])], range(steps), [w0]))


def path_of_singles(grad_fn, w0, lr, steps):
    w = w0.astype(np.float32)
    path = [w]
    for _ in range(steps):
        w = w - np.float32(lr) * grad_fn(w).astype(np.float32)
        path.append(w)
    return np.array(path)


def stop_from_the_differences(loss, tol, patience):
    flat = np.abs(np.diff(loss)) < tol
    for i in range(patience, len(loss)):
        if flat[i - patience : i].all():
            return i
    return len(loss) - 1


def stop_counting_down(loss, tol, patience):
    left = patience
    for step, (before, after) in enumerate(zip(loss[:-1], loss[1:], strict=True), start=1):
        left = left - 1 if -tol < after - before < tol else patience
        if not left:
            return step
    return len(loss) - 1


def stop_with_a_while_loop(losses, tolerance, how_many):
    i = flat = 0
    while i < len(losses) - 1 and flat < how_many:
        i += 1
        if max(losses[i], losses[i - 1]) - min(losses[i], losses[i - 1]) < tolerance:
            flat += 1
        else:
            flat = 0
    return i


def stop_by_windows(*, loss, tol, patience):
    changes = np.abs(np.diff(loss))
    if len(changes) >= patience:
        largest = np.lib.stride_tricks.sliding_window_view(changes, patience).max(axis=1)
        if (largest < tol).any():
            return np.argmax(largest < tol) + patience
    return len(loss) - 1


VARIANTS = {
    "gradient_descent_step": STEPS,
    "gradient_descent": [
        path_filled_in,
        path_in_place_on_a_copy,
        path_of_a_while_loop,
        path_stacked,
        path_by_reduction,
        path_of_singles,
        lambda grad_fn, w0, lr, steps: path_filled_in(grad_fn, w0, lr, steps).astype(np.float32),
    ],
    "find_learning_rate": [0.3, 0.317, np.float64(0.31), np.array(0.3), [0.305], {"lr": 0.3}],
    "predict_divergence": [0.2, 1 / 5, np.float32(0.2), np.array([0.2]), 0.2001, [0.1995]],
    "mend_zigzag": [
        lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
        lambda X: (X - np.mean(X, 0)) / np.std(X, 0, ddof=1),
        lambda X: 2 * (X - X.min(axis=0)) / np.ptp(X, axis=0) - 1,
        lambda X: ((X - np.median(X, 0)) / (np.quantile(X, 0.75, 0) - np.quantile(X, 0.25, 0))).tolist(),
        lambda features: ((features - features.mean(0)) / features.std(0)).astype(np.float32),
        lambda X: np.column_stack([(column - column.mean()) / column.std() for column in X.T]),
        lambda X: np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[0] * np.sqrt(len(X)),
    ],
    "stop_step": [
        stop_from_the_differences,
        stop_counting_down,
        stop_with_a_while_loop,
        stop_by_windows,
        lambda loss, tol, patience: float(stop_counting_down(loss, tol, patience)),
        lambda loss, tol, patience: np.int32(stop_counting_down(loss, tol, patience)),
    ],
}

EQUIVALENT = {
    ("gradient_descent", "np.array(path) → path in `return np.array(path)`"): "a list of points is a path as well",
}
