"""Momentum on a bowl, one direction at a time: roots, critical damping, the best pair, the noise floor.

Along an eigenvector with eigenvalue λ the rule depends on two numbers alone, the momentum β and
`curvature`, which is ηλ. `rule` is the class `Momentum` (the heavy ball) or `Nesterov`.
"""

import numpy as np

from course_lib.optimizers import Momentum


def both_roots(rule, curvature, momentum):
    """Return the two factors that a direction's errors follow, shape (2, …), complex.

    They are the roots of z² − (1 + β − ηλ) z + β (Polyak 1964), and for Nesterov, whose stored point
    looks ahead, of z² − (1 + β)(1 − ηλ) z + β(1 − ηλ).

    Parameters
    ----------
    rule : `Momentum` or `Nesterov`
    curvature, momentum : array or number
        ηλ and β; they are broadcast against each other to the shape (…).

    Examples
    --------
    >>> both_roots(Momentum, 0.25, 0.25)
    array([0.5+0.j, 0.5+0.j])
    """
    if rule is Momentum:
        half, product = (1 + momentum - curvature) / 2, momentum + 0 * curvature
    else:
        half, product = (1 + momentum) * (1 - curvature) / 2, momentum * (1 - curvature)
    apart = np.sqrt(half**2 - product + 0j)
    return np.stack([half + apart, half - apart])


def spectral_radius(rule, curvature, momentum):
    """Return ρ, the larger root in absolute value: in the long run a step multiplies the error by it.

    Shapes as in `both_roots`, without the first axis. Exact up to a factor that is linear in t where
    both roots are equal.

    Examples
    --------
    >>> print(spectral_radius(Momentum, 0.3, 0.81).round(6))  # complex roots: √β, whatever ηλ
    0.9
    """
    return np.abs(both_roots(rule, curvature, momentum)).max(axis=0)


def critical_momentum(rule, curvature):
    """Return the momentum at which both roots are equal, NaN where there is none.

    (1 − √(ηλ))² for the heavy ball, (1 − √(ηλ)) / (1 + √(ηλ)) for Nesterov with ηλ ≤ 1. No other
    momentum has a smaller spectral radius at this ηλ (heavy ball: 0 < ηλ < 4).

    Examples
    --------
    >>> round(float(critical_momentum(Momentum, 0.1)), 4)
    0.4675
    """
    if rule is Momentum:
        return (1 - np.sqrt(curvature)) ** 2
    root = np.sqrt(np.where(curvature <= 1, curvature, np.nan))
    return (1 - root) / (1 + root)


def critical_curvatures(rule, momentum):
    """Return each ηλ that this momentum damps critically: (1 ∓ √β)² for the heavy ball, one for Nesterov.

    Examples
    --------
    >>> critical_curvatures(Momentum, 0.25)
    (0.25, 2.25)
    """
    if rule is Momentum:
        low, high = (1 - np.sqrt(momentum)) ** 2, (1 + np.sqrt(momentum)) ** 2
        return (float(low), float(high)) if np.ndim(momentum) == 0 else (low, high)
    return (((1 - momentum) / (1 + momentum)) ** 2,)


def stability_limit(rule, momentum):
    """Return the ηλ from which on a direction diverges: 2(1 + β), and for Nesterov 2(1 + β) / (1 + 2β).

    Condition: 0 ≤ β < 1. Gradient descent is β = 0: 2.

    Examples
    --------
    >>> stability_limit(Momentum, 0.9)
    3.8
    """
    limit = 2 * (1 + momentum)
    return limit if rule is Momentum else limit / (1 + 2 * momentum)


def best_pair(eigenvalues):
    """Return the learning rate and the momentum with the least spectral radius over these eigenvalues.

    For the heavy ball (Polyak 1964): η = (2 / (√λ_max + √λ_min))², β = ((√κ − 1) / (√κ + 1))², and the
    radius is √β. Both ends of the spectrum are then critically damped. All eigenvalues must be positive.

    Examples
    --------
    >>> lr, momentum = best_pair([1.0, 100.0])
    >>> print(f"{lr:.4f} {momentum:.4f} {momentum**0.5:.4f}")
    0.0331 0.6694 0.8182
    """
    low, high = (float(np.sqrt(end)) for end in (np.min(eigenvalues), np.max(eigenvalues)))
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


def errors_at_best_pair(momentum, t):
    """Return the exact errors after t steps at the best pair, along the flattest and the steepest axis.

    They start at 1, with the velocity 0. With ρ = √β both roots are ρ, and −ρ on the steepest axis, so
    the errors are ρᵗ (1 + (1 − ρ) t) and (−ρ)ᵗ (1 + (1 + ρ) t). The shape is (2, …), that of t behind.

    Examples
    --------
    >>> errors_at_best_pair(0.25, [0, 1, 2])
    array([[ 1.  ,  0.75,  0.5 ],
           [ 1.  , -1.25,  1.  ]])
    """
    rho, t = np.sqrt(momentum), np.asarray(t)
    return np.stack([rho**t * (1 + (1 - rho) * t), (-rho) ** t * (1 + (1 + rho) * t)])


def floor(lr, momentum, eigenvalues, variances):
    """Return the loss above the least at which the heavy ball stops, in the long run and on average.

    On a bowl, with independent noise of the variance σᵢ² along each eigenvector in every step's gradient::

        Σᵢ ησᵢ²(1 + β) / (2(1 − β)(2(1 + β) − ηλᵢ)), infinite from ηλᵢ = 2(1 + β) on

    For ηλ small against 1 − β it is that of plain descent at the rate η / (1 − β); `noise.floor` is
    the case β = 0. The shape is that of `lr` and `momentum`, broadcast.

    Examples
    --------
    >>> floor(0.1, [0.0, 0.9], eigenvalues=[1.0], variances=[1.0]).round(4)
    array([0.0263, 0.2568])
    """
    lr, momentum = (np.asarray(number, dtype=float)[..., np.newaxis] for number in (lr, momentum))
    left = 2 * (1 + momentum) - lr * np.asarray(eigenvalues)
    with np.errstate(divide="ignore"):
        each = lr * np.asarray(variances) * (1 + momentum) / (2 * (1 - momentum) * np.maximum(left, 0))
    return each.sum(axis=-1)
