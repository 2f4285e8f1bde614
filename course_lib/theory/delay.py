"""Descent whose gradients are late, one direction of a bowl at a time: limits, factors, floors.

`curvature` is ηλ, `delay` the number τ of steps by which a gradient is late: x ← x − ηλ·x(τ steps ago) − ηξ. The
*workers* of the second half each hold a point and compute its gradient; at every step one of them, drawn with equal
chances, hands its gradient in and takes the new point.
"""

import numpy as np
from scipy.optimize import brentq

from course_lib.arguments import whole_number


def limit(delay):
    """Return the ηλ below which delayed descent is stable: 2 sin(π / (2(2τ + 1))).

    Examples
    --------
    >>> print([round(float(limit(delay)), 4) for delay in (0, 1, 2, 10)])
    [2.0, 1.0, 0.618, 0.1495]
    """
    return 2 * np.sin(np.pi / (2 * (2 * whole_number("delay", delay) + 1)))


def best_curvature(delay):
    """Return the ηλ at which a single direction shrinks fastest, τ^τ/(τ + 1)^(τ + 1): the factor is then τ/(τ + 1).

    Examples
    --------
    >>> print([round(float(best_curvature(delay)), 4) for delay in (0, 1, 2)])
    [1.0, 0.25, 0.1481]
    """
    delay = whole_number("delay", delay)
    return (delay / (delay + 1)) ** delay / (delay + 1)


def roots(curvature, delay):
    """Return the τ + 1 roots of z^(τ+1) − z^τ + ηλ, complex, the largest first.

    Examples
    --------
    >>> print(roots(0.25, 1).round(4).real)
    [0.5 0.5]
    """
    delay = whole_number("delay", delay)
    found = np.roots([1.0, -1.0, *[0.0] * (delay - 1), curvature] if delay else [1.0, curvature - 1.0])
    return found[np.argsort(-np.abs(found), kind="stable")].astype(complex)


def factor(curvature, delay):
    """Return ρ, the largest root in absolute value: in the long run a step multiplies the error by it. Any shape.

    Examples
    --------
    >>> print(factor([0.5, 1.0, 1.5], 1).round(4))
    [0.7071 1.     1.2247]
    """
    curvature = np.asarray(curvature, dtype=float)
    found = [np.abs(roots(each, delay)).max() for each in curvature.flat]
    return np.reshape(found, curvature.shape)


def best_rate(eigenvalues, delay):
    """Return the learning rate with the least factor on a bowl, and that factor.

    The flattest direction shrinks faster with a larger rate, the steepest with a smaller one, beyond its own best: the
    two are equal at the best rate.

    Examples
    --------
    >>> print([round(float(number), 4) for number in best_rate([1.0, 9.0], 0)])
    [0.2, 0.8]
    """
    flat, steep = min(eigenvalues), max(eigenvalues)
    low, high = best_curvature(delay) / steep, limit(delay) / steep

    def lead(lr):
        return float(factor(lr * flat, delay) - factor(lr * steep, delay))

    lr = low if flat == steep else brentq(lead, low, high, xtol=1e-13)
    return lr, float(factor(lr * flat, delay))


def responses(curvature, delay, steps):
    """Return what is left of an error of 1 after 0, 1, … steps, if there was none before: shape (steps + 1, …)."""
    curvature = np.asarray(curvature, dtype=float)
    left = [np.ones_like(curvature)]
    for t in range(steps):
        late = left[t - delay] if t >= delay else 0.0
        left.append(left[-1] - curvature * late)
    return np.array(left)


def floor(lr, eigenvalues, variances, delay):
    """Return the loss at which a constant rate stops with late gradients and noise that is the same everywhere.

    With r(k) the mean product of two errors k steps apart, a step says r(k) = r(k − 1) − ηλ r(|k − 1 − τ|) for
    k = 1 … τ + 1, and r(0) = r(1) − ηλ r(τ + 1) + η²σᵢ²: a linear system. (The same is η²σᵢ² Σ responses².) Infinite at
    and beyond the limit. Shape of `lr`.

    Examples
    --------
    >>> print(floor([0.1, 0.2], [0.4, 4.0], [1.0, 1.0], delay=0).round(4))
    [0.0568 0.1354]
    """
    lr, delay = np.asarray(lr, dtype=float)[..., np.newaxis], whole_number("delay", delay)
    eigenvalues = np.asarray(eigenvalues, dtype=float)
    curvature = lr * eigenvalues
    stable = (curvature > 0) & (curvature < limit(delay) * (1 - 1e-12))
    inside = np.where(stable, curvature, limit(delay) / 2)
    k = np.arange(1, delay + 2)
    system = np.zeros((*curvature.shape, delay + 2, delay + 2))
    system[..., k, k] += 1
    system[..., k, k - 1] -= 1
    system[..., k, np.abs(k - 1 - delay)] += inside[..., np.newaxis]
    system[..., 0, 0] += 1
    system[..., 0, 1] -= 1
    system[..., 0, delay + 1] += inside
    noise = np.zeros((*curvature.shape, delay + 2, 1))
    noise[..., 0, 0] = lr**2 * np.asarray(variances)
    squares = np.linalg.solve(system, noise)[..., 0, 0]
    return np.where(stable.all(axis=-1), (eigenvalues / 2 * squares).sum(axis=-1), np.inf)


def workers_step(curvature, workers):
    """Return what a step makes of the mean squares of M workers' run, as a matrix of shape (…, 4, 4).

    The four numbers are the means of x², of x times the mean of the held points, of that mean's square, and of the
    square of a held point. With the worker J drawn anew at each step, x ← x − ηλ·held(J) and held(J) ← x; all four
    follow by squaring.
    """
    a, share = np.asarray(curvature, dtype=float), 1 / whole_number("workers", workers, 1)
    zero, one = np.zeros_like(a), np.ones_like(a)
    square = np.stack([one, -2 * a, zero, a**2])  # of the new x
    with_mean = np.stack([zero, one, -a, zero])  # new x times the old mean
    with_taken = np.stack([zero, one, zero, -a])  # new x times the point that was held
    mean, held = np.stack([zero, zero, one, zero]), np.stack([zero, zero, zero, one])
    product = with_mean + share * (square - with_taken)
    means = mean + 2 * share * (with_mean - mean) + share**2 * (square - 2 * with_taken + held)
    matrix = np.stack([square, product, means, held + share * (square - held)])
    return np.moveaxis(matrix, (0, 1), (-2, -1))


def workers_factor(curvature, workers):
    """Return the factor of the mean square of the error in a step of M workers, in the long run."""
    if workers == 1:  # the held point is x itself, and the four numbers are one
        return (1 - np.asarray(curvature, dtype=float)) ** 2
    return np.abs(np.linalg.eigvals(workers_step(curvature, workers))).max(axis=-1)


def workers_limit(workers):
    """Return the ηλ from which on the mean square of the error of M workers grows without bound.

    Examples
    --------
    >>> print(round(workers_limit(1), 6))
    2.0
    """
    low, high = 1e-3 / workers, 3.0
    return float(brentq(lambda a: float(workers_factor(a, workers)) - 1, low, high, xtol=1e-12))


def workers_mean_limit(workers):
    """Return the ηλ below which the *mean* of the error of M workers goes to 0: 2(2M − 1), that of momentum 1 − 1/M.

    Examples
    --------
    >>> workers_mean_limit(1), workers_mean_limit(8)
    (2, 30)
    """
    return 2 * (2 * whole_number("workers", workers, 1) - 1)


def workers_floor(lr, eigenvalues, variances, workers):
    """Return the loss at which M workers stop at a constant rate; infinite beyond their limit. Shape of `lr`.

    Examples
    --------
    >>> print(workers_floor([0.1, 0.2], [0.4, 4.0], [1.0, 1.0], workers=1).round(4))
    [0.0568 0.1354]
    """
    lr = np.asarray(lr, dtype=float)[..., np.newaxis]
    eigenvalues, share = np.asarray(eigenvalues, dtype=float), 1 / workers
    matrix = workers_step(lr * eigenvalues, workers)
    added = lr**2 * np.asarray(variances) * np.ones_like(eigenvalues)
    noise = np.stack([added, share * added, share**2 * added, share * added], axis=-1)  # the new x enters all four
    squares = np.linalg.solve(np.eye(4) - matrix, noise[..., np.newaxis])[..., 0, 0]
    stable = (lr * eigenvalues < workers_limit(workers)).all(axis=-1)
    return np.where(stable, (eigenvalues / 2 * squares).sum(axis=-1), np.inf)
