"""Right answers to the exercises of chapter 01."""

import math

import numpy as np


def loss_in_a_loop(w, b, X, y):
    total = 0.0
    for row, target in zip(X, y, strict=True):
        total += (sum(a * c for a, c in zip(row, w, strict=True)) + b - target) ** 2
    return total / len(y)


def loss_of_columns(w, b, X, y):
    residual = X @ w.reshape(-1, 1) + b - y.reshape(-1, 1)
    return (residual.T @ residual / len(y)).item()


def loss_from_the_residual(weights, bias, features, targets):
    residual = targets - bias - features @ weights
    return residual @ residual / len(residual)


def gradient_in_a_loop(w, b, X, y):
    dw, db = np.zeros_like(w), 0.0
    for row, target in zip(X, y, strict=True):
        residual = row @ w + b - target
        dw += 2 * residual * row / len(y)
        db += 2 * residual / len(y)
    return dw, db


def gradient_of_columns(w, b, X, y):
    with_ones = np.column_stack([X, np.ones(len(X))])
    gradient = 2 / len(y) * with_ones.T @ (with_ones @ np.append(w, b) - y)
    return gradient[:-1], gradient[-1]


def gradient_with_the_sign_twice(w, b, X, y):
    residual = y - (X @ w + b)
    return [-2 * np.mean(X.T * residual, axis=1), -2 * np.mean(residual)]


def check_in_place(loss, grad, w, h):
    exact = np.array(grad(w))
    numeric = np.zeros_like(exact)
    for i in range(w.size):
        before = w[i]
        w[i] = before + h
        above = loss(w)
        w[i] = before - h
        below = loss(w)
        w[i] = before
        numeric[i] = (above - below) / (2 * h)
    return np.linalg.norm(numeric - exact) / np.linalg.norm(exact)


def check_with_copies(loss, grad, w, h):
    numeric = []
    for i in range(len(w)):
        plus, minus = w.copy(), w.copy()
        plus[i] += h
        minus[i] -= h
        numeric.append((loss(plus) - loss(minus)) / h / 2)
    difference = np.array(numeric) - grad(w)
    return math.sqrt((difference**2).sum() / (grad(w) ** 2).sum())


def check_step_up_then_down(loss, grad, w, h):
    point, numeric = w.astype(float), np.empty(len(w))
    for i in range(len(w)):
        point[i] += h
        numeric[i] = loss(point)
        point[i] -= 2 * h
        numeric[i] -= loss(point)
        point[i] += h
    return float(np.linalg.norm(grad(w) - numeric / (2 * h)) / np.linalg.norm(grad(w)))


def check_of_averages(loss, grad, w, h):
    """The mean of the forward and the backward difference is the central one."""
    steps = h * np.eye(len(w))
    forward = np.array([(loss(w + e) - loss(w)) / h for e in steps])
    backward = np.array([(loss(w) - loss(w - e)) / h for e in steps])
    exact = grad(w)
    return np.linalg.norm((forward + backward) / 2 - exact) / np.linalg.norm(exact)


def check_by_name(*, loss, grad, w, h):
    numeric = [(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(len(w))]
    return np.linalg.norm(np.subtract(numeric, grad(w))) / np.linalg.norm(grad(w))


VARIANTS = {
    "mse_loss": [
        loss_in_a_loop,
        loss_of_columns,
        loss_from_the_residual,
        lambda w, b, X, y: np.square(X.dot(w) + b - y).mean(),
        lambda w, b, X, y: np.sum((y - X @ w - b) ** 2) / X.shape[0],
        lambda w, b, X, y: np.linalg.norm(X @ w + b - y) ** 2 / len(y),
        lambda w, b, X, y: np.float32(np.mean((X @ w + b - y) ** 2)),
        lambda w, b, X, y: np.array(np.mean((np.float32(X) @ np.float32(w) + np.float32(b) - np.float32(y)) ** 2)),
        lambda *, w, b, X, y: np.mean((np.einsum("nd,d->n", X, w) + b - y) ** 2),
    ],
    "mse_gradient": [
        gradient_in_a_loop,
        gradient_of_columns,
        gradient_with_the_sign_twice,
        lambda w, b, X, y: (2 * (X @ w + b - y) @ X / len(y), 2 * (X @ w + b - y).mean()),
        lambda w, b, X, y: tuple(part.tolist() for part in gradient_of_columns(w, b, X, y)),
        lambda w, b, X, y: tuple(np.float32(part) for part in gradient_of_columns(w, b, X, y)),
        lambda *, w, b, X, y: (
            np.mean(2 * X * (X @ w + b - y)[:, None], axis=0),
            np.array(2 * np.mean(X @ w + b - y)),
        ),
    ],
    "check_gradient": [
        check_in_place,
        check_with_copies,
        check_step_up_then_down,
        check_of_averages,
        check_by_name,
        lambda loss, grad, w, h: np.float32(check_with_copies(loss, grad, w, h)),
    ],
    "predict_scaling": [(10, 100), [10, 100], (10.0, 1e2), np.array([10, 100]), (np.float32(10), np.int64(100))],
}
