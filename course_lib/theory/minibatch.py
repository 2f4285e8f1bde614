"""The gradient of a minibatch: how wrong it is, and what loss is to be expected of the steps made with it.

A row's gradient gᵢ differs from the gradient g of all n rows by ξᵢ = gᵢ − g. The noise of the data
at a point w is σ² = mean ‖ξᵢ‖² = tr Σ, with Σ the covariance of the gᵢ.
"""

import functools

import numpy as np

from course_lib.models import LinearRegression

GRADUAL = 16  # steps that are looked at one by one; from there on, each doubling has half as many looks


def row_gradients(model, w, X, y):
    """Return the gradient that each row alone would give at w: shape (n, p)."""
    return model.grad(w, X[:, np.newaxis, :], y[:, np.newaxis])


def row_noise(model, w, X, y):
    """Return σ², the mean squared length of gᵢ − g over the rows.

    Examples
    --------
    >>> row_noise(LinearRegression(1), np.zeros(2), np.array([[1.0], [1.0]]), np.array([1.0, 3.0]))
    8.0
    """
    rows = row_gradients(model, w, X, y)
    return float(np.mean(np.sum((rows - rows.mean(axis=0)) ** 2, axis=1)))


def batch_factor(batch_size, n=None):
    """Return by what the noise of one row is multiplied in a minibatch.

    ::

        1/B                       for B independent draws, n=None
        (n − B) / (B (n − 1))     for B different rows out of n

    Examples
    --------
    >>> print(batch_factor(4), batch_factor(4, n=10), batch_factor(10, n=10))
    0.25 0.16666666666666666 0.0
    """
    B = np.asarray(batch_size, dtype=float)
    if n is None:
        return 1 / B
    return (n - B) / (n - 1) / B if n > 1 else 0 / B


def gradient_variance(noise, batch_size, n=None):
    """Return the expected squared error of a minibatch's gradient: `noise` is σ², of one row (see `batch_factor`)."""
    return noise * batch_factor(batch_size, n)


class ExpectedLoss:
    """The loss to be expected of SGD on a linear regression, without a single run.

    Each step draws B different rows, independently of the steps before. Row i has the Hessian Hᵢ;
    H is their mean. At the least loss its gradient is gᵢ*, with the covariance Σ. The mean E[e] of
    the error e, and M = E[eeᵀ], follow exactly, with φ from `batch_factor`::

        E[e] ← E[e] − η H E[e]
        M ← M − η (HM + MH) + η² (HMH + φ N)
        N = mean of HᵢMHᵢ − HMH + mean of Hᵢ E[e] gᵢ*ᵀ + its transpose + Σ

    and the loss above the least one is ½ tr(HM). All of it is linear in (M, E[e], 1), so a step is a
    matrix, and many steps are a power of it.

    Parameters
    ----------
    X, y : array of shape (n, d) and (n,)
        The data.
    start : array of shape (d + 1,), default zeros
        The parameters before the first step.

    Attributes
    ----------
    least : float
        The least loss.

    Examples
    --------
    >>> X, y = np.array([[-1.0], [0.0], [1.0]]), np.array([0.0, 3.0, 3.0])
    >>> steps, above = ExpectedLoss(X, y).curve(lr=0.1, batch_size=3, steps=2)
    >>> print(steps[:3], above[:3].round(4))
    [0 1 2] [5.5    3.6867 2.4847]
    """

    def __init__(self, X, y, start=None):
        model = LinearRegression(X.shape[1])
        best = model.solve(X, y)
        self.n = len(y)
        self.least = float(model.loss(best, X, y))
        self._rows = np.column_stack([X, np.ones(self.n)])
        self._at_best = row_gradients(model, best, X, y)
        self._H = model.hessian(X)
        self._upper = np.triu_indices(len(best))
        error = (np.zeros_like(best) if start is None else np.asarray(start)) - best
        self._start = np.concatenate([np.outer(error, error)[self._upper], error, [1.0]])
        self._loss = np.array([np.trace(self._H @ M) / 2 for M in self._unpack(np.eye(self._start.size))[0]])

    def curve(self, lr, batch_size, steps=2**14):
        """Return at which steps it was looked, and the loss above the least there.

        The steps are 0, 1, …, 16, and from there on eight in each doubling, until `steps` is reached.
        """
        taken, _, losses, _ = self._walk(lr, batch_size, steps)
        return taken, losses

    def steps_to(self, above, lr, batch_size, most=2**14):
        """Return the first step from which on the loss stays at most `above` over the least one; infinity if none."""
        taken, states, losses, powers = self._walk(lr, batch_size, most)
        high = np.flatnonzero(losses > above)
        if high.size == 0:
            return 0
        if high[-1] == len(losses) - 1:
            return np.inf
        step, state = int(taken[high[-1]]), states[high[-1]]
        # Between these two looks it goes below: halve the stride, and go on while it is still above.
        for k in reversed(range(int(np.log2(taken[high[-1] + 1] - step)))):
            if (further := state @ powers[k]) @ self._loss > above:
                step, state = step + 2**k, further
        return step + 1

    def best_rate(self, above, batch_size, rates, most=2**14):
        """Return the first of `rates` that needs the fewest steps to `above`, and how many those are."""
        steps = [self.steps_to(above, lr, batch_size, most) for lr in rates]
        return float(rates[np.argmin(steps)]), min(steps)

    def diverges(self, lr, batch_size):
        """Return whether the expected loss grows without bound: an eigenvalue of the step, without Σ, is above 1."""
        step = self._step(lr, batch_size)[:-1, :-1]
        return bool(np.abs(np.linalg.eigvals(step)).max() > 1)

    def _step(self, lr, batch_size):
        constant, first, second, noise = self._parts
        return constant + lr * first + lr**2 * (second + batch_factor(batch_size, self.n) * noise)

    def _walk(self, lr, batch_size, steps):
        with np.errstate(all="ignore"):  # what diverges is infinite, and said so
            power = self._step(lr, batch_size)
            powers, states, taken = [power], [self._start], [0]
            while taken[-1] < steps:
                if taken[-1] >= GRADUAL and taken[-1] == GRADUAL << (len(powers) - 1):
                    powers.append(powers[-1] @ powers[-1])
                states.append(states[-1] @ powers[-1])
                taken.append(taken[-1] + (1 << (len(powers) - 1)))
            states = np.array(states)
            losses = states @ self._loss
        return np.array(taken), states, np.where(np.isfinite(losses), losses, np.inf), powers

    @functools.cached_property
    def _parts(self):
        """Return the parts of a step's matrix: without η, with η, with η², and with η²φ. Rows are states before it."""
        M, mean, one = self._unpack(np.eye(self._start.size))
        H, rows, n = self._H, self._rows, self.n
        squares = np.einsum("ni,bij,nj->bn", rows, M, rows, optimize=True)
        of_rows = 4 / n * np.einsum("bn,ni,nj->bij", squares, rows, rows, optimize=True)
        mixed = 2 / n * np.einsum("bn,ni,nj->bij", mean @ rows.T, rows, self._at_best, optimize=True)
        covariance = self._at_best.T @ self._at_best / n
        extra = of_rows - H @ M @ H + mixed + mixed.swapaxes(1, 2) + one[:, np.newaxis, np.newaxis] * covariance
        first = self._pack(-(H @ M + M @ H), -mean @ H)
        return np.eye(self._start.size), first, self._pack(H @ M @ H, 0 * mean), self._pack(extra, 0 * mean)

    def _pack(self, M, mean):
        return np.concatenate([M[:, *self._upper], mean, np.zeros((len(mean), 1))], axis=1)

    def _unpack(self, states):
        p = len(self._H)
        M = np.zeros((len(states), p, p))
        M[:, *self._upper] = states[:, : -p - 1]
        M = M + M.swapaxes(1, 2) - M * np.eye(p)
        return M, states[:, -p - 1 : -1], states[:, -1]
