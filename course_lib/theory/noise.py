"""Where stochastic gradient descent stops: noise floors, their exact recursion, and what lowers them.

`eigenvalues` are curvatures λᵢ, `variances` the variance of a step's gradient along the same
directions: σᵢ²/B for a minibatch of B independent rows. Losses are above the least one.
"""

from functools import cached_property

import numpy as np

from course_lib.models import LinearRegression, LogisticRegression


def floor(lr, eigenvalues, variances):
    """Return the loss at which a constant rate stops, for noise that is the same everywhere: shape of `lr`.

    ::

        Σᵢ η σᵢ² / (2 (2 − ηλᵢ)), infinite from ηλᵢ = 2 on

    Examples
    --------
    >>> floor([0.1, 0.2, 0.5], eigenvalues=[0.4, 4.0], variances=[1.0, 1.0]).round(4)
    array([0.0568, 0.1354,    inf])
    """
    lr = np.asarray(lr, dtype=float)[..., np.newaxis]
    left = 2 - lr * np.asarray(eigenvalues)
    with np.errstate(divide="ignore"):
        each = lr * np.asarray(variances) / (2 * np.maximum(left, 0))
    return each.sum(axis=-1)


def mean_squares(rates, eigenvalue, variance, start=0.0):
    """Return E[x²] before and after each step x ← x − η(λx + ξ), for any rates: shape (steps + 1, …).

    The steps are the first axis of `rates`; the other axes, and the other arguments, are lanes.

    Examples
    --------
    >>> mean_squares([0.5, 0.5], eigenvalue=1.0, variance=1.0)
    array([0.    , 0.25  , 0.3125])
    """
    rates = np.asarray(rates, dtype=float)
    lanes = np.broadcast_shapes(rates.shape[1:], *map(np.shape, (eigenvalue, variance, start)))
    values = [np.broadcast_to(np.square(start), lanes).astype(float)]
    for lr in rates:
        values.append((1 - lr * eigenvalue) ** 2 * values[-1] + lr**2 * variance)
    return np.array(values)


def decay_exponent(c, eigenvalue):
    """Return the power of 1/t with which E[x²] falls under the rate c/t, late in the run: 2cλ up to 1, and 1 above.

    At 2cλ = 1 itself a factor log t comes on top. Early rates above 2/λ throw the run away first, by a factor that
    grows exponentially with cλ and is not in the power.

    Examples
    --------
    >>> decay_exponent([0.1, 1.0], eigenvalue=0.5)
    array([0.1, 1. ])
    """
    return np.minimum(1.0, 2 * np.asarray(c) * eigenvalue)


def reshuffled_floor(lr, eigenvalues, variances, batches):
    """Return the loss after 0, 1, … `batches` minibatches of a pass, in the long run: shape (batches + 1,).

    In a pass the errors of the minibatches add up to zero, and curvature and errors are the same
    everywhere. (Rows of unlike curvature add a part that is the same in every pass: see
    `RowNoise.reshuffled_shift`.) `variances` are those of one minibatch. The last number equals the first: the end
    of a pass is the start of the next.

    Examples
    --------
    >>> reshuffled_floor(0.1, [1.0], [1.0], batches=10)[[0, 5, 10]].round(4)
    array([0.0024, 0.0106, 0.0024])
    """
    eigenvalues, variances = np.asarray(eigenvalues, dtype=float), np.asarray(variances, dtype=float)
    k = np.arange(batches + 1)[:, np.newaxis]
    keep = 1 - lr * eigenvalues
    powers = np.cumsum(keep ** np.maximum(k - 1, 0) * (k > 0), axis=0)  # 1 + q + … , k terms
    squares = np.cumsum(keep ** (2 * np.maximum(k - 1, 0)) * (k > 0), axis=0)
    added = lr**2 * variances * batches / (batches - 1) * (squares - powers**2 / batches)
    at_the_end = added[-1] / (1 - keep ** (2 * batches))
    return (eigenvalues / 2 * (keep ** (2 * k) * at_the_end + added)).sum(axis=-1)


def averaged_floor(lr, eigenvalues, variances, points):
    """Return the loss of the mean of so many points in a row, in the long run; about Σ σᵢ²/(2 λᵢ points).

    Examples
    --------
    >>> print([round(averaged_floor(0.1, [1.0], [1.0], points).item(), 5) for points in (1, 1000)])
    [0.02632, 0.0005]
    """
    eigenvalues = np.asarray(eigenvalues, dtype=float)
    each = lr * np.asarray(variances) / (2 * (2 - lr * eigenvalues))
    return (each * mean_of_correlated(1 - lr * eigenvalues, points)).sum(axis=-1)


def averaged_loss(lr, eigenvalues, variances, points, start, after=0):
    """Return the expected loss of the mean of so many points, the first one `after` steps from the start.

    For noise that is the same everywhere; shape of `lr`. `start` is the error at step 0 along each direction.

    Examples
    --------
    >>> print(averaged_loss(0.1, [1.0], [0.0], points=1, start=3.0).round(5))
    4.5
    >>> print(averaged_loss(0.5, [1.0], [1.0], points=2, start=0.0).round(5))
    0.03125
    """
    lr = np.asarray(lr, dtype=float)[..., np.newaxis]
    eigenvalues, variances = np.asarray(eigenvalues, dtype=float), np.asarray(variances, dtype=float)
    keep = 1 - lr * eigenvalues
    fresh = 1 - keep ** (2 * after)  # the share of the floor that the first of the points has
    first = (1 - fresh) * np.square(start) + fresh * lr * variances / (eigenvalues * (2 - lr * eigenvalues))
    carried = (1 - keep**points) / (lr * eigenvalues * points)  # what the mean keeps of the first point
    j = np.arange(points)[:, np.newaxis].reshape(-1, *[1] * keep.ndim)
    added = variances * np.sum(((1 - keep**j) / (eigenvalues * points)) ** 2, axis=0)
    return np.sum(eigenvalues / 2 * (carried**2 * first + added), axis=-1)


def mean_of_correlated(keep, points):
    """Return the variance of a mean of numbers of variance 1 with the correlations keep, keep², …

    Examples
    --------
    >>> print(mean_of_correlated(0.0, 4), mean_of_correlated(0.5, 2))
    0.25 0.75
    """
    keep = np.asarray(keep, dtype=float)
    far = (1 - keep**points) / (1 - keep)
    return (1 + keep - 2 * keep * far / points) / (1 - keep) / points


class RowNoise:
    """The noise of single rows under the squared error, and all that follows from it exactly.

    The rows of a minibatch are drawn independently. Row i has the Hessian Hᵢ and, at the
    minimum, the gradient gᵢ*; H is the mean of the Hᵢ, `covariance` that of the gᵢ*. With e the
    error, a step is e ← e − η (mean of Hᵢe + gᵢ* over the minibatch).

    Parameters
    ----------
    X, y : array
        The data of a `LinearRegression`, shapes (n, d) and (n,).

    Attributes
    ----------
    best, least
        The parameters of least loss, and that loss.
    hessian, covariance : array of shape (p, p)
        H, and the covariance of the rows' gradients at the minimum.

    Examples
    --------
    >>> exact = RowNoise(np.array([[-1.0], [1.0]]), np.array([0.0, 2.0]))  # a line through both points
    >>> print(round(exact.limit(batch_size=1), 6), round(exact.floor(0.1, batch_size=1), 6))
    0.5 0.0
    """

    def __init__(self, X, y):
        model = LinearRegression(X.shape[1])
        self.best = model.solve(X, y)
        self.least = float(model.loss(self.best, X, y))
        self.hessian = model.hessian(X)
        rows = model.grad(self.best, X[:, np.newaxis, :], y[:, np.newaxis])
        self.covariance = rows.T @ rows / len(y)
        with_ones = np.column_stack([X, np.ones(len(y))])
        # The gradient of row i as one matrix for (e, 1): its last column is gᵢ*.
        hessians = 2 * with_ones[:, :, np.newaxis] * with_ones[:, np.newaxis, :]
        self._rows = np.concatenate([hessians, rows[:, :, np.newaxis]], axis=-1)

    def floor(self, lr, batch_size):
        """Return the mean loss in the long run, infinite where the mean square of the error grows for ever."""
        if lr >= self.limit(batch_size):
            return np.inf
        return float(np.trace(self.hessian @ self.second_moments(lr, batch_size)) / 2)

    def limit(self, batch_size):
        """Return the learning rate from which on E‖e‖² grows without bound."""
        shrink, grow = self._parts(batch_size)
        return float(1 / np.abs(np.linalg.eigvals(np.linalg.solve(shrink, grow))).max())

    def radius(self, lr, batch_size):
        """Return the factor of E[eeᵀ] in a step, in the long run: the spectral radius of the exact recursion."""
        shrink, grow = self._parts(batch_size)
        return float(np.abs(np.linalg.eigvals(np.eye(len(shrink)) - lr * shrink + lr**2 * grow)).max())

    def second_moments(self, lr, batch_size):
        """Return E[eeᵀ] in the long run, shape (p, p)."""
        shrink, grow = self._parts(batch_size)
        noise = lr / batch_size * self.covariance.ravel()
        return np.linalg.solve(shrink - lr * grow, noise).reshape(self.hessian.shape)

    def averaged_floor(self, lr, batch_size, points):
        """Return the expected loss of the mean of so many points in a row, in the long run."""
        if lr >= self.limit(batch_size):
            return np.inf
        curvatures, directions = np.linalg.eigh(self.hessian)
        squares = np.diag(directions.T @ self.second_moments(lr, batch_size) @ directions)
        return float(curvatures @ (squares * mean_of_correlated(1 - lr * curvatures, points)) / 2)

    def reshuffled_shift(self, lr, batch_size):
        """Return the mean error at the ends of reshuffled passes, in the long run and for a small rate.

        It is −η/(2B) · (n − B)/(n − 1) · H⁻¹ E[Hᵢgᵢ*], and 0 where a row's Hessian and gradient are unrelated.
        """
        n = len(self._rows)
        related = np.einsum("nij,nj->i", self._rows[:, :, :-1], self._rows[:, :, -1]) / n
        return -lr / 2 * (n - batch_size) / (n - 1) / batch_size * np.linalg.solve(self.hessian, related)

    def moments(self, lr, batch_size, start, steps):
        """Return E[e] and E[eeᵀ] before and after each step: shapes (steps + 1, p) and (steps + 1, p, p)."""
        p = len(self.hessian)
        step = np.eye(p + 1) - lr * np.vstack([self._rows.mean(axis=0), np.zeros(p + 1)])
        pairs = np.kron(step, step) + lr**2 / batch_size * self._spread_with_ones
        error = np.append(np.asarray(start) - self.best, 1.0)
        both = [np.outer(error, error).ravel()]
        with np.errstate(all="ignore"):  # above the limit they grow without bound
            for _ in range(steps):
                both.append(pairs @ both[-1])
        both = np.reshape(both, (steps + 1, p + 1, p + 1))
        return both[:, :p, p], both[:, :p, :p]

    def expected(self, lr, batch_size, start, steps):
        """Return E[loss] above the least before and after each step, from a given start: shape (steps + 1,)."""
        return np.einsum("ij,tji->t", self.hessian, self.moments(lr, batch_size, start, steps)[1]) / 2

    @cached_property
    def _spread(self):
        """E[Hᵢ ⊗ Hᵢ] − H ⊗ H: what a distance adds to the noise of a row."""
        return _pairs(self._rows[:, :, :-1]) - np.kron(self.hessian, self.hessian)

    @cached_property
    def _spread_with_ones(self):
        rows = np.concatenate([self._rows, np.zeros_like(self._rows[:, :1])], axis=1)
        mean = rows.mean(axis=0)
        return _pairs(rows) - np.kron(mean, mean)

    def _parts(self, batch_size):
        """Return A and Q of the exact recursion M ← (I − ηA + η²Q) M + noise, for M = E[eeᵀ] as a vector."""
        H, eye = self.hessian, np.eye(len(self.hessian))
        return np.kron(H, eye) + np.kron(eye, H), np.kron(H, H) + self._spread / batch_size


def _pairs(rows):
    """Return the mean of aᵢ ⊗ aᵢ over square matrices aᵢ."""
    p = rows.shape[-1]
    return np.einsum("nij,nkl->ikjl", rows, rows, optimize=True).reshape(p * p, p * p) / len(rows)


class LogisticNoise:
    """Logistic regression near its minimum: where constant steps have their mean, which is not the minimum.

    Parameters
    ----------
    X, y : array
        Data whose classes overlap, shapes (n, d) and (n,): otherwise there is no minimum.

    Attributes
    ----------
    best, least
        The parameters of least loss, and that loss.
    hessian, covariance : array of shape (p, p)
        The second derivatives there, and the covariance of the rows' gradients.
    """

    def __init__(self, X, y):
        model = LogisticRegression(X.shape[1])
        self._rows = np.column_stack([X, np.ones(len(y))])
        self.best = np.zeros(model.size)
        for _ in range(50):  # Newton's steps, halved as long as the loss would rise
            step = np.linalg.solve(self._mean(self._slope(1)), model.grad(self.best, X, y))
            while model.loss(self.best - step, X, y) > model.loss(self.best, X, y) and np.abs(step).max() > 1e-12:
                step = step / 2
            self.best = self.best - step
        self.least = float(model.loss(self.best, X, y))
        self.hessian = self._mean(self._slope(1))
        rows = model.grad(self.best, X[:, np.newaxis, :], y[:, np.newaxis])
        self.covariance = rows.T @ rows / len(y)

    def shift(self, lr, batch_size):
        """Return how far the mean of all points lies from the minimum, in the long run and for a small rate.

        The mean gradient is 0 there: H · shift + ½ Σⱼₖ ∂ⱼₖ∇L · E[eⱼeₖ] = 0, with HM + MH = ηΣ/B for M = E[eeᵀ].
        """
        H, eye = self.hessian, np.eye(len(self.hessian))
        flat = np.linalg.solve(np.kron(H, eye) + np.kron(eye, H), lr / batch_size * self.covariance.ravel())
        spread = np.einsum("ni,ij,nj->n", self._rows, flat.reshape(H.shape), self._rows)
        return -np.linalg.solve(H, self._rows.T @ (self._slope(2) * spread) / len(spread)) / 2

    def _slope(self, order):
        """Return the first or second derivative of the sigmoid p(s) at the score of every row."""
        sigma = (1 + np.tanh(self._rows @ self.best / 2)) / 2
        return sigma * (1 - sigma) * (1 if order == 1 else 1 - 2 * sigma)

    def _mean(self, weights):
        return self._rows.T @ (weights[:, np.newaxis] * self._rows) / len(weights)
