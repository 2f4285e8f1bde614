"""Stochastic gradients: their variance, the noise floor, its exact value for a linear model, and where it ends.

`noise` is what a gradient of one row has; a batch of B rows, drawn independently, has a B-th of it.
"""

import numpy as np


def share_without_replacement(n, batch_size):
    """Return by what drawing without replacement multiplies the variance of a batch: (n − B) / (n − 1).

    Examples
    --------
    >>> share_without_replacement(101, [1, 51, 101])
    array([1. , 0.5, 0. ])
    """
    return (n - np.asarray(batch_size)) / (n - 1)


def row_noise(model, w, X, y):
    """Return the covariance of the gradients of single rows at w, shape (size, size), without Bessel's correction.

    Its trace is σ², the mean square of what a row's gradient is away from the whole one.

    Examples
    --------
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([0.0, 2.0])
    >>> row_noise(LinearRegression(1), np.zeros(2), X, y)
    array([[4., 4.],
           [4., 4.]])
    """
    rows = model.grad(w, X[:, np.newaxis, :], y[:, np.newaxis])
    apart = rows - rows.mean(axis=0)
    return apart.T @ apart / len(rows)


def noise_floor(lr, eigenvalues, noise, batch_size=1):
    """Return the loss above the minimum that remains in each direction, in the long run and on average.

    x ← (1 − ηλ)x − ηξ with independent noise ξ of the variance σᵢ²/B keeps the mean square
    ησᵢ² / (Bλ(2 − ηλ)), and the loss is half of it times λ: ησᵢ² / (2B(2 − ηλ)), about ησᵢ²/(4B).
    Exact where the noise has the same variance everywhere; on data it grows with the distance, and
    `linear_floor` is exact. Infinite from ηλ = 2 on. All are broadcast; sum over the eigenvalues.

    Examples
    --------
    >>> noise_floor(0.1, [0.4, 4.0], noise=1.0).round(4)
    array([0.0255, 0.0312])
    """
    lr, eigenvalues, noise, batch_size = map(np.asarray, (lr, eigenvalues, noise, batch_size))
    margin = 2 - lr * eigenvalues
    with np.errstate(divide="ignore"):
        floor = lr * noise / (2 * batch_size * margin)
    return np.where(margin > 0, floor, np.inf)


def second_moment_step(X, lr, batch_size):
    """Return the matrix that one step multiplies E[e eᵀ] by, for least squares on rows drawn with replacement.

    With a row's x̃ = (x, 1), its Hessian h = 2 x̃ x̃ᵀ and the mean H, a step is e ← (I − ηH_B)e − ηg_B, with
    H_B and g_B the batch's means. So vec S ← [(I − ηH)⊗(I − ηH) + η²/B (mean of h⊗h − H⊗H)] vec S + η²/B vec C.
    The shape is (D², D²) for D = features + 1.

    Examples
    --------
    >>> step = second_moment_step(np.array([[-1.0], [1.0]]), lr=0.25, batch_size=1)
    >>> print(np.abs(np.linalg.eigvals(step)).max().round(6))
    0.5
    """
    with_bias = np.column_stack([X, np.ones(len(X))])
    size = with_bias.shape[1]
    h = 2 * (with_bias[:, :, np.newaxis] * with_bias[:, np.newaxis, :]).reshape(len(X), -1)
    H = h.mean(axis=0).reshape(size, size)
    pairs = h.T @ h / len(X)  # h⊗h and this product have the same entries, 4 x̃_i x̃_j x̃_k x̃_l
    mean = np.eye(size) - lr * H
    return np.kron(mean, mean) + lr**2 / batch_size * (pairs - np.kron(H, H))


def second_moment(X, noise, lr, batch_size):
    """Return E[e eᵀ] in the long run for least squares, shape (D, D); None where it grows without bound.

    The fixed point of `second_moment_step`, with `noise` from `row_noise` at the minimum. It is exact
    for draws with replacement, whatever the learning rate.

    Examples
    --------
    >>> X = np.array([[-1.0], [1.0]])
    >>> second_moment(X, np.eye(2), lr=2.0, batch_size=1) is None
    True
    """
    step = second_moment_step(X, lr, batch_size)
    if not np.abs(np.linalg.eigvals(step)).max() < 1:
        return None
    S = np.linalg.solve(np.eye(len(step)) - step, lr**2 / batch_size * np.ravel(noise))
    return S.reshape(np.shape(noise))


def linear_floor(X, noise, lr, batch_size):
    """Return the loss above the least in the long run, for least squares on rows drawn with replacement.

    ½ tr(H S) with S from `second_moment`; infinite where there is none.

    Examples
    --------
    >>> X = np.array([[-1.0], [1.0]])
    >>> round(float(linear_floor(X, np.eye(2), lr=1e-3, batch_size=1)), 6)  # about η tr(C) / 4
    0.000501
    """
    S = second_moment(X, noise, lr, batch_size)
    if S is None:
        return np.inf
    with_bias = np.column_stack([X, np.ones(len(X))])
    return float(np.sum(with_bias.T @ with_bias * S) / len(X))


def linear_limit(X, batch_size):
    """Return the learning rate from which on the mean square error of least squares grows without bound.

    Where the spectral radius of `second_moment_step` reaches 1, found by bisection. It lies below 2/λ_max
    and comes closer to it with larger batches. A single run may still converge beyond it.

    Examples
    --------
    >>> round(linear_limit(np.array([[-1.0], [1.0]]), batch_size=1), 6)
    0.5
    """
    low, high = 0.0, float(2 / np.linalg.eigvalsh(_hessian(X)).max())
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        radius = np.abs(np.linalg.eigvals(second_moment_step(X, middle, batch_size))).max()
        low, high = (middle, high) if radius < 1 else (low, middle)
    return low


def _hessian(X):
    with_bias = np.column_stack([X, np.ones(len(X))])
    return 2 / len(X) * with_bias.T @ with_bias
