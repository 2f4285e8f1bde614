"""A deep network with a loop of its own: its layers forward and back, lanes of networks at a time, and its training."""

import functools
import itertools
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from course_lib.data import load_digits, split, standardize
from course_lib.models import cross_entropy

FILE = Path(__file__).with_name("depth.npz")
GAINS = (0.125, 0.25, 0.5, 1.0, 2**0.5, 2.0)
DEPTHS = (2, 5, 10, 20, 40)
RATES = np.geomspace(1e-3, 10, 13)
SEEDS = (0, 1, 2, 3, 4)
FINER = (1.0, 1.2, 2**0.5, 1.55, 1.7, 2.0)  # gains of plain networks, finer about √2
LEAK = 0.8  # what a leaky relu hands on of a negative score

ACTIVATIONS = {  # the function, and its derivative
    "relu": (lambda s: np.maximum(s, 0), lambda s: (s > 0).astype(s.dtype)),
    "leaky": (lambda s: np.where(s > 0, s, s * LEAK), lambda s: np.where(s > 0, 1, LEAK).astype(s.dtype)),
    "tanh": (np.tanh, lambda s: 1 - np.tanh(s) ** 2),
    "none": (lambda s: s, np.ones_like),
}
WIRINGS = {  # what is kept of the scores, what a layer adds, and whether it gets scores of mean square 1
    "plain": lambda depth: (0.0, 1.0, False),
    "residual": lambda depth: (1.0, 1.0, False),
    "residual / √depth": lambda depth: (1.0, depth**-0.5, False),
    "normalized": lambda depth: (0.0, 1.0, True),
    "residual, normalized": lambda depth: (1.0, 1.0, True),
}


def draws(depth, width, lanes, seed=0):
    """Return standard normal numbers for the weights of all layers, shape (depth, lanes, width, width)."""
    return np.random.default_rng(seed).normal(size=(depth, lanes, width, width))


def forward(weights, s, activation="relu", wiring="plain"):
    """Return the scores of all layers, and what the way back needs.

    A layer makes new scores from the old ones: W·act(s), or s + W·act(s) in a residual network; there, and in a
    normalized one, s is divided by its root mean square first. No biases.

    Parameters
    ----------
    weights : sequence of arrays of shape (…, width, width)
        One for each layer; leading axes are lanes.
    s : array of shape (…, width, n)
        The first scores, a column for each row of the data.
    activation, wiring : str
        A key of ACTIVATIONS, and of WIRINGS.

    Returns
    -------
    scores : list of depth + 1 arrays of shape (…, width, n)
    inputs : list of depth arrays, what each layer multiplies by its weights
    """
    act, _ = ACTIVATIONS[activation]
    keep, share, normalize = WIRINGS[wiring](len(weights))
    scores, inputs = [s], []
    for W in weights:
        inputs.append(act(s / _root(s) if normalize else s))
        s = share * (W @ inputs[-1]) + (keep * s if keep else 0)
        scores.append(s)
    return scores, inputs


def backward_through(weights, scores, slope, activation="relu", wiring="plain"):
    """Return the gradients of a loss by the scores of all layers, depth + 1 arrays; `slope` is the last of them.

    The gradient by the weights of a layer is share · (that by its new scores) times its inputs, transposed.
    """
    _, act_slope = ACTIVATIONS[activation]
    keep, share, normalize = WIRINGS[wiring](len(weights))
    slopes = [slope]
    for W, s in zip(weights[::-1], scores[-2::-1], strict=True):
        root = _root(s) if normalize else 1.0
        inner = act_slope(s / root) * (W.swapaxes(-1, -2) @ (share * slope))
        if normalize:
            inner = (inner - s * (inner * s).mean(axis=-2, keepdims=True) / root**2) / root
        slope = inner + (keep * slope if keep else 0)
        slopes.append(slope)
    return slopes[::-1]


def layer_sizes(weights, s, slope, activation="relu", wiring="plain"):
    """Return three sizes by layer and lane: mean square of the scores, squared lengths of ∂L/∂scores and ∂L/∂weights.

    `s` and `slope` have one column. Shapes (depth + 1, …), (depth + 1, …) and (depth, …).
    """
    scores, inputs = forward(weights, s, activation, wiring)
    slopes = backward_through(weights, scores, slope, activation, wiring)
    _, share, _ = WIRINGS[wiring](len(weights))
    lengths = np.array([np.sum(g**2, axis=(-2, -1)) for g in slopes])
    handed = np.array([np.sum(x**2, axis=(-2, -1)) for x in inputs])  # one column: the gradient is an outer product
    return np.array([np.mean(s**2, axis=(-2, -1)) for s in scores]), lengths, share**2 * lengths[1:] * handed


def train_deep(data, depth, wiring, gain, lrs, seed, activation="relu", width=32, steps=100, batch_size=64):
    """Train a network of `depth` square layers between a first and a last one, by SGD, one lane for each rate.

    Returns the cross-entropy on all rows before the first step and after the last, each of the shape of `lrs`.
    """
    rng = np.random.default_rng(seed)
    lrs = np.asarray(lrs, dtype=np.float32)[:, None, None]
    X, n_classes = data.X.T.astype(np.float32), int(data.y.max()) + 1
    shapes = [(width, len(X)), *[(width, width)] * depth, (n_classes, width)]
    gains = [1.0, *[gain] * depth, 1.0]
    drawn = [g * rng.normal(size=shape) / shape[1] ** 0.5 for g, shape in zip(gains, shapes, strict=True)]
    first, *middle, last = (np.repeat(W[None].astype(np.float32), len(lrs), axis=0) for W in drawn)

    act, act_slope = ACTIVATIONS[activation]

    def loss_of(X, y):
        scores, inputs = forward(middle, first @ X, activation, wiring)
        features = act(scores[-1])
        return *cross_entropy(last @ features, y), scores, inputs, features

    with np.errstate(all="ignore"):
        start = loss_of(X, data.y)[0]
        for _ in range(steps):
            rows = rng.integers(len(data.y), size=batch_size)
            _, slope, scores, inputs, features = loss_of(X[:, rows], data.y[rows])
            back = act_slope(scores[-1]) * (last.swapaxes(-1, -2) @ slope)
            slopes = backward_through(middle, scores, back.astype(np.float32), activation, wiring)
            last = last - lrs * (slope @ features.swapaxes(-1, -2)).astype(np.float32)
            first = first - lrs * (slopes[0] @ X[:, rows].T)
            share = np.float32(WIRINGS[wiring](depth)[1])
            layers = zip(middle, slopes[1:], inputs, strict=True)
            middle = [W - lrs * share * (after @ x.swapaxes(-1, -2)) for W, after, x in layers]
        return start, loss_of(X, data.y)[0]


def _root(s):
    return np.sqrt(np.mean(s**2, axis=-2, keepdims=True)) + 1e-12


@functools.cache
def digits():
    """Return the digits to train with and those held out, standardized by the first."""
    return standardize(*split(load_digits()))


def depth_table(name="losses"):
    """Return the losses that `python -m jobs.depth` stored: shape (wirings, GAINS, DEPTHS, RATES, SEEDS).

    After 100 steps; ∞ where a run overflowed. "finer": plain networks, shape (FINER, DEPTHS, RATES, SEEDS).
    """
    with np.load(FILE) as stored:
        return np.nan_to_num(stored[name].astype(float), nan=np.inf)


def every_choice(losses):
    """Return each wiring's best gain at each depth, and its loss there, for every pair of seeds that chooses.

    Geometric means decide on gain and rate, and judge. Both results have the shape (pairs, wirings, DEPTHS).
    """
    logs, gains, means = np.log(losses).swapaxes(1, 2), [], []  # wirings, depths, gains, rates, seeds
    wiring, depth = np.indices(logs.shape[:2])
    for pair in itertools.combinations(range(logs.shape[-1]), 2):
        typical = logs[..., list(pair)].mean(axis=-1)
        flat = typical.reshape(*typical.shape[:2], -1).argmin(axis=-1)
        best, rates = np.unravel_index(flat, typical.shape[2:])
        gains.append(np.array(GAINS)[best])
        means.append(np.exp(np.delete(logs[wiring, depth, best, rates], pair, axis=-1).mean(axis=-1)))
    return np.array(gains), np.array(means)


def random_networks(depth, width, gain, networks, activation="relu", wiring="plain", seed=0):
    """Return `layer_sizes` of networks with random weights, each with first scores and a last gradient of its own.

    The first scores have the mean square 1, the last gradient the length 1. A few networks at a time are in memory.
    """
    rng, parts, lanes = np.random.default_rng(seed), [], max(1, 2**21 // (depth * width**2))
    for first in range(0, networks, lanes):
        many = min(lanes, networks - first)
        weights = gain / width**0.5 * rng.normal(size=(depth, many, width, width))
        s, slope = rng.normal(size=(2, many, width, 1))
        s /= np.sqrt(np.mean(s**2, axis=1, keepdims=True))
        slope /= np.linalg.norm(slope, axis=1, keepdims=True)
        parts.append(layer_sizes(weights, s, slope, activation, wiring))
    return [np.concatenate(sizes, axis=1) for sizes in zip(*parts, strict=True)]


def units(model, w):
    """Return the weights of an MLP as W1, b1, W2, b2; leading axes of `w` are lanes."""
    h, d, k = model.n_hidden, model.n_inputs, model.n_classes
    first = w[..., : h * (d + 1)].reshape(*w.shape[:-1], h, d + 1)
    last = w[..., h * (d + 1) :].reshape(*w.shape[:-1], k, h + 1)
    return first[..., :-1], first[..., -1], last[..., :-1], last[..., -1]


def renamed(model, w, order):
    """Return the parameters of an MLP with its hidden units in another order: the same function."""
    W1, b1, W2, b2 = units(model, w)
    first = np.concatenate([W1, b1[:, None]], axis=1)[order]
    return np.concatenate([first.ravel(), np.concatenate([W2[:, order], b2[:, None]], axis=1).ravel()])


def matching(model, w, other):
    """Return the order of `other`'s hidden units in which their weights are most like those of `w`."""
    (W1, b1, W2, _), (V1, c1, V2, _) = units(model, w), units(model, other)
    alike = W1 @ V1.T + np.outer(b1, c1) + W2.T @ V2
    return linear_sum_assignment(alike, maximize=True)[1]


def train_stack(weights, data, lr, steps, batch_size=64):
    """Train a plain relu network without biases by SGD; return its cross-entropy on all rows after the last step."""
    rng, weights, X = np.random.default_rng(0), [np.array(W) for W in weights], data.X.T
    for _ in range(steps):
        rows = rng.integers(len(data.y), size=batch_size)
        values, scores = _stacked(weights, X[:, rows])
        slope = cross_entropy(scores, data.y[rows])[1]
        for k in reversed(range(len(weights))):
            grad = slope @ values[k].T
            if k:
                slope = (weights[k].T @ slope) * (values[k] > 0)
            weights[k] = weights[k] - lr * grad
    return float(cross_entropy(_stacked(weights, X)[1], data.y)[0])


def _stacked(weights, X):
    values = [X]
    for W in weights[:-1]:
        values.append(np.maximum(W @ values[-1], 0))
    return values, weights[-1] @ values[-1]


def train_own(backward, lr, passes=5, batch_size=32, n_hidden=32):
    """Train a relu network on the digits with one's own `backward`, from seed 0; return W1, b1, W2, b2."""
    train, rng = digits()[0], np.random.default_rng(0)
    W1, W2 = (rng.normal(size=(o, i)) * (2 / i) ** 0.5 for i, o in ((64, n_hidden), (n_hidden, 10)))
    parameters = W1, np.zeros(n_hidden), W2, np.zeros(10)
    for _ in range(passes):
        order = rng.permutation(len(train.y))
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            grads = backward(*parameters, train.X[rows], train.y[rows])
            parameters = tuple(part - lr * grad for part, grad in zip(parameters, grads, strict=True))
    return parameters


def share_right(parameters, data):
    """Return the share of rows whose class has the largest score, 0 for a network that has diverged."""
    W1, b1, W2, b2 = parameters
    scores = np.maximum(data.X @ W1.T + b1, 0) @ W2.T + b2
    return float(np.mean(scores.argmax(axis=1) == data.y)) if np.isfinite(scores).all() else 0.0
