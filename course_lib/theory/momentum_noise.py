"""What noise leaves of a run with momentum: its response to one noise, and the floors that follow from it.

One direction of a bowl: the gradient is λx + ξ, and the noise ξ has the mean 0 and a variance that is the
same everywhere. In the long run the error is x_t = −(h₀ξ_t + h₁ξ_{t−1} + …), and all floors are sums over h.
"""

import numpy as np


def response(lr, eigenvalue, momentum, steps):
    """Return h₀, h₁, …: by how much a noise of 1 moves the point, seen 0, 1, … steps after its own: shape (steps, …).

    ::

        h₀ = η,  h₁ = (1 + β − ηλ) h₀,  h_{k+1} = (1 + β − ηλ) h_k − β h_{k−1}

    Examples
    --------
    >>> print(response(0.1, 0.0, 0.5, 4))  # on a plain the gradient's share grows to η / (1 − β)
    [0.1    0.15   0.175  0.1875]
    """
    keep = 1 + momentum - lr * eigenvalue
    h = [np.zeros(np.shape(keep)), lr + np.zeros(np.shape(keep))]
    for _ in range(steps - 1):
        h.append(keep * h[-1] - momentum * h[-2])
    return np.array(h[1 : steps + 1])


def independent_floor(lr, eigenvalue, momentum, variance=1.0):
    """Return E[x²] in the long run for independent noise, infinite from ηλ = 2(1 + β) on; all broadcast.

    ::

        η/(1 − β) · σ²/λ · (1 + β) / (2(1 + β) − ηλ)

    Examples
    --------
    >>> print(independent_floor(0.1, 1.0, np.array([0.0, 0.9])).round(4))
    [0.0526 0.5135]
    """
    margin = 2 * (1 + momentum) - np.multiply(lr, eigenvalue)
    with np.errstate(divide="ignore", invalid="ignore"):
        floor = lr * variance * (1 + momentum) / (np.multiply(eigenvalue, 1 - np.asarray(momentum)) * margin)
    return np.where(margin > 0, floor, np.inf)


def mean_squares(lr, eigenvalue, momentum, variance, start, steps, batches=None):
    """Return E[x²] before and after each step of a run from rest: shape (steps + 1,).

    Parameters
    ----------
    lr, eigenvalue, momentum, variance, start : number
        η, λ, β, the variance of the noise in one step, and the first error.
    steps : int
        How many.
    batches : int or None, default None
        None for independent noise. Otherwise the noises of each `batches` steps, a pass, add up to 0.

    Examples
    --------
    >>> print(mean_squares(0.5, 1.0, 0.0, variance=1.0, start=0.0, steps=2))
    [0.     0.25   0.3125]
    """
    h = response(lr, eigenvalue, momentum, steps)
    keep, path = 1 + momentum - lr * eigenvalue, [start, (1 - lr * eigenvalue) * start]
    for _ in range(steps - 1):
        path.append(keep * path[-1] - momentum * path[-2])
    noise = np.append(0.0, np.cumsum(h**2))
    if batches is not None:
        sums = np.append(0.0, np.cumsum(h))
        passes = batches * np.arange(-(-steps // batches) + 1)
        ends = sums[np.maximum(np.arange(steps + 1)[:, np.newaxis] - passes, 0)]
        noise = (batches * noise - (np.diff(ends, axis=1) ** 2).sum(axis=1)) / (batches - 1)
    return np.square(path[: steps + 1]) + variance * noise


def reshuffled_floor(lr, eigenvalue, momentum, batches, variance=1.0):
    """Return E[x²] in the long run after 0, 1, … `batches` steps of a pass: shape (batches + 1,).

    The noises of a pass add up to 0. So the mean of h over the pass may be taken from each h:
    E[x²] = σ² m/(m − 1) Σ (h − mean of h over its pass)². The last number equals the first: the end of
    a pass is the start of the next. Infinite beyond the limit of stability, ηλ = 2(1 + β).

    Examples
    --------
    >>> print(reshuffled_floor(0.1, 1.0, 0.9, batches=20)[[0, 10, 20]].round(4))
    [0.5148 0.3987 0.5148]
    """
    if not lr * eigenvalue < 2 * (1 + momentum):
        return np.full(batches + 1, np.inf)
    step = np.array([[1 + momentum - lr * eigenvalue, -momentum], [1.0, 0.0]])  # of the last two errors
    powers = np.array([np.linalg.matrix_power(step, k) for k in range(batches + 1)])
    moved = lr * powers[:, :, 0]  # what a noise of 1 is, k steps later
    # A step that is still to come has not moved anything.
    of_noise = [np.concatenate([moved[:k], np.zeros((batches - k, 2))]) for k in range(batches + 1)]
    apart = np.array([moves - moves.mean(axis=0) for moves in of_noise])
    added = variance * batches / (batches - 1) * np.einsum("kji,kjl->kil", apart, apart)
    once = np.kron(powers[-1], powers[-1])
    at_the_end = np.linalg.solve(np.eye(4) - once, added[-1].ravel()).reshape(2, 2)
    return (powers @ at_the_end @ powers.transpose(0, 2, 1) + added)[:, 0, 0]
