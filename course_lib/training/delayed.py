"""Descent with gradients that are late: the delays of workers, and the loop that obeys them."""

import numpy as np

from course_lib.arguments import as_numbers, whole_number


def delayed(grad, w0, lr, delays, look=None):
    """Take a step with a late gradient for each delay, and return what was looked at.

    ::

        w(t+1) = w(t) − lr · grad(w(t − delay(t)), t)        before the start stands w0

    Parameters
    ----------
    grad : function of (w, t)
        Returns the gradient at points of shape (…, d) for step t = 0, 1, …
    w0 : array of shape (…, d)
        The start, one for each lane.
    lr : number or array that broadcasts with (…, d)
    delays : whole numbers of shape (steps,) or (steps, …)
        How many steps ago each lane's point was taken; 0 is the present one.
    look : function of (w, t), optional
        What to keep after each step, and before the first with t = −1; None as a result is not kept. By default the
        points.

    Returns
    -------
    array, or list of what `look` returned
        By default the points, of shape (steps + 1, …, d).

    Examples
    --------
    >>> delayed(lambda w, t: w, [1.0], 0.5, [0, 1, 1])[:, 0]
    array([ 1.  ,  0.5 ,  0.  , -0.25])
    """
    w, delays = as_numbers("w0", w0), np.asarray(delays)
    if delays.dtype.kind not in "iu" or delays.ndim == 0 or (delays < 0).any():
        raise ValueError("delays must be whole numbers of at least 0, one for each step")
    lanes = np.broadcast_shapes(w.shape, np.shape(lr), (*delays.shape[1:], 1))
    w = np.broadcast_to(w, lanes)
    size = min(int(delays.max(initial=0)), len(delays)) + 1
    held = np.array([w] * size)  # the last points, that of step t at t modulo size
    flat, columns = held.reshape(size, -1, lanes[-1]), np.arange(int(np.prod(lanes[:-1])))
    kept = [w if look is None else look(w, -1)]
    with np.errstate(all="ignore"):  # a run that diverges is data here
        for t, delay in enumerate(delays):
            places = np.broadcast_to((t - np.minimum(delay, t)) % size, lanes[:-1]).ravel()
            late = flat[places, columns].reshape(lanes)
            w = w - lr * grad(late, t)
            held[(t + 1) % size] = w
            kept.append(w if look is None else look(w, t))
    return np.array(kept) if look is None else [seen for seen in kept if seen is not None]


def worker_delays(workers, steps, rng, lanes=()):
    """Return the delays of so many workers whose computing times are random and without memory: (steps, *lanes).

    At each step one worker, drawn with equal chances, hands in the gradient of the point that it took when it handed
    in the last one, or of the start. Without memory: how long a worker has computed says nothing on when it ends.

    Examples
    --------
    >>> worker_delays(1, 4, np.random.default_rng(0))
    array([0, 0, 0, 0])
    """
    workers = whole_number("workers", workers, 1)
    drawn = rng.integers(workers, size=(steps, *lanes))
    taken = np.zeros((workers, *lanes), dtype=int)  # the step at which each has taken its point
    delays = np.empty((steps, *lanes), dtype=int)
    for t, who in enumerate(drawn):
        delays[t] = t - np.take_along_axis(taken, who[np.newaxis], axis=0)[0]
        np.put_along_axis(taken, who[np.newaxis], t + 1, axis=0)
    return delays
