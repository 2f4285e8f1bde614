"""Descent by compressed gradients: what a worker sends in place of its gradient, and the loop that adds it up.

A message is a dense array of the gradient's shape; what it would cost to send, `course_lib.theory.compression` counts.
Vectors lie along the last axis, all other axes are lanes.
"""

import numpy as np

from course_lib.arguments import as_numbers, whole_number


def quantize(grad, levels, rng):
    """Return the gradient on a grid of 2·levels + 1 values, each entry rounded up or down so that its mean is right.

    ::

        scale = max |grad|,   grid: scale · (−levels, …, −1, 0, 1, …, levels) / levels

    An entry between two values of the grid goes to the upper one with the share of the way it has gone from the lower.

    Parameters
    ----------
    grad : array of shape (…, d)
    levels : int
        At least 1.
    rng : numpy.random.Generator

    Examples
    --------
    >>> quantize(np.array([4.0, 0.0, -2.0]), 2, np.random.default_rng(0))
    array([ 4.,  0., -2.])
    """
    scale = np.abs(grad).max(axis=-1, keepdims=True)
    place = grad / np.where(scale > 0, scale, 1.0) * whole_number("levels", levels, 1)
    lower = np.floor(place)
    return scale * (lower + (rng.random(np.shape(grad)) < place - lower)) / levels


def top_k(grad, k):
    """Return the k entries of largest absolute value, and 0 in place of the others.

    Examples
    --------
    >>> top_k(np.array([1.0, -3.0, 2.0]), 2)
    array([ 0., -3.,  2.])
    """
    k, d = whole_number("k", k, 1), np.shape(grad)[-1]
    if k >= d:
        return np.array(grad, dtype=float)
    kept, sent = np.argpartition(np.abs(grad), d - k, axis=-1)[..., d - k :], np.zeros_like(grad)
    np.put_along_axis(sent, kept, np.take_along_axis(grad, kept, axis=-1), axis=-1)
    return sent


def scaled_sign(grad):
    """Return the signs of the entries, times the mean of their absolute values.

    Examples
    --------
    >>> scaled_sign(np.array([1.0, -3.0, 2.0]))
    array([ 2., -2.,  2.])
    """
    return np.abs(grad).mean(axis=-1, keepdims=True) * np.sign(grad)


def compressed(grad, w0, lr, steps, send, memory=False, look=None):
    """Descend by what workers send, and return what was looked at.

    ::

        sent(i) = send(grad(i) + memory(i), t)      without memory: send(grad(i), t)
        memory(i) ← grad(i) + memory(i) − sent(i)
        w ← w − lr · mean of sent(i) over the workers i

    Parameters
    ----------
    grad : function of (w, t)
        Gets points of shape (…, 1, d), returns a gradient for each worker, shape (…, workers, d).
    w0 : array of shape (…, d)
        The start, one for each lane.
    lr : number or array that broadcasts with (…, d)
    send : function of (grad, t)
        What the workers send in place of their gradients.
    memory : bool, default False
        Whether a worker keeps what it did not send.
    look : function of (w, t), optional
        As in `delayed`.

    Examples
    --------
    >>> path = compressed(lambda w, t: w, [1.0, 3.0], 0.5, 2, lambda grad, t: top_k(grad, 1), memory=True)
    >>> path[-1]
    array([0. , 1.5])
    """
    w, steps = as_numbers("w0", w0), whole_number("steps", steps)
    w = np.broadcast_to(w, np.broadcast_shapes(w.shape, np.shape(lr)))
    kept, owed = [w if look is None else look(w, -1)], 0.0
    with np.errstate(all="ignore"):  # a run that diverges is data here
        for t in range(steps):
            wanted = grad(w[..., np.newaxis, :], t) + owed
            sent = send(wanted, t)
            if memory:
                owed = wanted - sent
            w = w - lr * sent.mean(axis=-2)
            kept.append(w if look is None else look(w, t))
    return np.array(kept) if look is None else [seen for seen in kept if seen is not None]
