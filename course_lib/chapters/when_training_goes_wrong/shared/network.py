"""A network with a loop of its own: parameters as a list [W1, b1, W2, b2, …], rows of data as rows of arrays."""

import functools

import numpy as np

from course_lib.data import load_digits, split, standardize

ACTIVATIONS = {  # the function, and its derivative by the value that it returned
    "relu": (lambda s: np.maximum(s, 0), lambda x: (x > 0).astype(x.dtype)),
    "tanh": (np.tanh, lambda x: 1 - x**2),
}


@functools.cache
def digits():
    """Return the digits to train with and those held out, standardized by the first."""
    return standardize(*split(load_digits()))


def initial(widths, rng, gain=2**0.5, bias=0.0):
    """Return normal weights of standard deviation gain/√inputs and equal biases, the last layer's with gain 1 and 0."""
    parameters = []
    for k, (n_in, n_out) in enumerate(zip(widths[:-1], widths[1:], strict=True)):
        last = k == len(widths) - 2
        parameters.append((1.0 if last else gain) / n_in**0.5 * rng.normal(size=(n_out, n_in)))
        parameters.append(np.full(n_out, 0.0 if last else bias))
    return parameters


def forward(parameters, X, activation="relu"):
    """Return what flows through the network: the hidden values of each layer (rows, units), and then the scores."""
    act, _ = ACTIVATIONS[activation]
    values = [X]
    for k in range(0, len(parameters), 2):
        scores = values[-1] @ parameters[k].T + parameters[k + 1]
        values.append(scores if k == len(parameters) - 2 else act(scores))
    return values[1:]


def row_losses(scores, y):
    """Return −log P(class y) of each row, by log-sum-exp: finite wherever the scores are."""
    scores = scores - scores.max(axis=-1, keepdims=True)
    return np.log(np.exp(scores).sum(axis=-1)) - scores[np.arange(len(y)), np.asarray(y, dtype=int)]


def slope_of_entropy(scores, y):
    """Return the mean cross-entropy's gradient by the scores (n, k)."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (powers / powers.sum(axis=-1, keepdims=True) - np.eye(scores.shape[-1])[y]) / len(y)


def slope_of_squares(scores, y):
    """Return the gradient by the scores of half of the squared distance from the one-hot digits, averaged over rows."""
    return (scores - np.eye(scores.shape[-1])[y]) / len(y)


def gradient(parameters, X, y, activation="relu", slope=slope_of_entropy):
    """Return the gradient of the mean loss by each parameter, a list like `parameters`."""
    _, act_slope = ACTIVATIONS[activation]
    values = [X, *forward(parameters, X, activation)]
    back, grads = slope(values[-1], y), [None] * len(parameters)
    for k in range(len(parameters) - 2, -1, -2):
        below = values[k // 2]
        grads[k], grads[k + 1] = back.T @ below, back.sum(axis=0)
        if k:
            back = (back @ parameters[k]) * act_slope(below)
    return grads


def joint_norm(arrays):
    """Return the length of several arrays taken together as one vector."""
    return float(np.sqrt(sum(np.vdot(array, array) for array in arrays)))
