"""What the chapter, its exercises and its tests use: two ways to clip, dead units, and a regression that overfits."""

import functools

import numpy as np
from scipy.optimize import brentq

from course_lib.chapters.when_training_goes_wrong.shared.network import digits, forward, gradient, initial, joint_norm
from course_lib.data import load_diabetes
from course_lib.theory.failures import ridge_share, stopped_share

SEEDS = range(20)
STEPS = np.unique(np.geomspace(1, 1e5, 120).astype(int))
FEW = 80  # diabetes patients to train on


def clipped(grads, limit, how="jointly"):
    """Return clipped gradients: "jointly" by one norm, "each" array by its own, or "by value", entry by entry."""
    if how == "by value":
        return [np.clip(g, -limit, limit) for g in grads]
    if how == "each":
        return [part for g in grads for part in clipped([g], limit)]
    size = joint_norm(grads)
    return [g * min(1.0, limit / size) if size else g for g in grads]


def turned(grads, others):
    """Return the angle between two lists of arrays, in degrees."""
    inner = sum(np.vdot(g, other) for g, other in zip(grads, others, strict=True))
    return float(np.degrees(np.arccos(np.clip(inner / (joint_norm(grads) * joint_norm(others)), -1, 1))))


def turned_at(grads, share, how):
    """Return the angle, in degrees, by which clipping turns a gradient that it leaves this share of its length."""
    size = joint_norm(grads)
    limit = brentq(lambda limit: joint_norm(clipped(grads, limit, how)) - share * size, 0, size)
    return turned(grads, clipped(grads, limit, how))


def clipped_descent(lrs, limit, start, steps=2000, eigenvalue=1.0):
    """Return the last 100 points of clipped descent on a bowl of one dimension, by rate: shape (100, lrs)."""
    x, kept = np.full(np.shape(lrs), float(start)), []
    for _ in range(steps):
        grad = eigenvalue * x
        x = x - lrs * grad * np.minimum(1, limit / np.maximum(np.abs(grad), 1e-300))
        kept.append(x)
    return np.array(kept[-100:])


def clipped_average(targets, limit, batch_size, seed=0, lanes=64, steps=3000):
    """Return where clipped SGD on ½ (w − a)² is on average, over the second half of the steps, and its lanes' error."""
    rng, w, kept = np.random.default_rng(seed), np.full(lanes, np.mean(targets)), []
    lr = 0.05 * max(1.0, 0.2 / limit)
    for _ in range(steps):
        grad = (w[:, None] - targets[rng.integers(len(targets), size=(lanes, batch_size))]).mean(axis=1)
        w = w - lr * grad * np.minimum(1, limit / np.maximum(np.abs(grad), 1e-300))
        kept.append(w)
    means = np.mean(kept[steps // 2 :], axis=0)
    return means.mean(), means.std() / np.sqrt(lanes)


def share_off(X, depth, units=1000, seed=0):
    """Return the share of relu units that are 0 on all rows, with random weights and the biases −depth · ‖w‖."""
    W = np.random.default_rng(seed).normal(size=(units, X.shape[1]))
    return float(np.all(X @ W.T <= depth * np.linalg.norm(W, axis=1), axis=0).mean())


def lives(lr, bias, seed, steps=300, every=20, widths=(64, 32, 32, 10)):
    """Train a relu network on 600 digits; return which units are off at each look, (looks, units) by layer."""
    train, _ = digits()
    X, y, rng, off = train.X[:600], train.y[:600], np.random.default_rng(seed), []
    parameters = initial(widths, rng, bias=bias)
    for t in range(steps + 1):
        if t % every == 0:
            off.append([np.all(values == 0, axis=0) for values in forward(parameters, X)[:-1]])
        rows = rng.integers(len(y), size=32)
        grads = gradient(parameters, X[rows], y[rows])
        parameters = [w - lr * g for w, g in zip(parameters, grads, strict=True)]
    return [np.array(layer) for layer in zip(*off, strict=True)]


class Regression:
    """Linear regression on few diabetes patients, with squares and products of the features: 65 columns, all scaled.

    Attributes
    ----------
    eigenvalues, axes : arrays
        Of the Hessian of the mean squared error.
    lr : float
        1/λ_max.
    star : array
        The minimum of least length, along the axes.
    """

    def __init__(self, seed, few=FEW):
        data, order = load_diabetes(), np.random.default_rng(seed).permutation(442)
        Z = (data.X - data.X.mean(axis=0)) / data.X.std(axis=0)
        i, j = np.triu_indices(Z.shape[1])
        X, train, rest = np.concatenate([Z, Z[:, i] * Z[:, j]], axis=1), order[:few], order[few:]
        X = (X - X[train].mean(axis=0)) / np.maximum(X[train].std(axis=0), 1e-12)
        y = (data.y - data.y[train].mean()) / data.y[train].std()
        self.X, self.y, self.held_out = X[train], y[train], (X[rest], y[rest])
        eigenvalues, self.axes = np.linalg.eigh(2 / few * self.X.T @ self.X)
        self.eigenvalues, self.lr = np.maximum(eigenvalues, 0), 1 / eigenvalues.max()
        pull = self.axes.T @ (2 / few * self.X.T @ self.y)
        self.star = np.where(self.eigenvalues > 1e-9, pull / np.maximum(self.eigenvalues, 1e-9), 0)

    def stopped(self, steps):
        """Return the weights after so many steps from 0, in closed form; `steps` may be an array."""
        shares = stopped_share(self.eigenvalues, self.lr, np.asarray(steps)[..., None])
        return (shares * self.star) @ self.axes.T

    def penalized(self, penalty):
        """Return the minimum of the loss plus γ/2 ‖w‖², in closed form; `penalty` may be an array."""
        return (ridge_share(self.eigenvalues, np.asarray(penalty)[..., None]) * self.star) @ self.axes.T

    def descend(self, steps):
        """Return the weights after so many steps from 0, step by step."""
        w = np.zeros(self.X.shape[1])
        for _ in range(steps):
            w = w - self.lr * 2 / len(self.y) * (self.X @ w - self.y) @ self.X
        return w

    def errors(self, w, held_out=True):
        """Return the mean squared error of weights on held-out rows, or on those trained on, as a share of Var(y)."""
        X, y = self.held_out if held_out else (self.X, self.y)
        return ((w @ X.T - y) ** 2).mean(axis=-1)


@functools.cache
def regressions():
    """Return one regression for each of the seeds."""
    return tuple(Regression(seed) for seed in SEEDS)
