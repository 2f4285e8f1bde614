"""Gradient descent on a bowl: the threshold, the best rate, the factor of a step, and how many steps."""

import numpy as np

from course_lib.optimizers import GradientDescent, Momentum, Nesterov
from course_lib.theory.momentum import spectral_radius


def threshold(eigenvalues):
    """Return the learning rate from which on the error does not shrink along the steepest axis: 2 / λ_max.

    Examples
    --------
    >>> threshold([0.4, 4.0])
    0.5
    """
    return float(2 / np.max(eigenvalues))


def factors(lr, eigenvalues):
    """Return what one step multiplies the error by along each eigenvector: 1 − ηλ.

    Examples
    --------
    >>> factors(0.25, [0.4, 4.0])
    array([0.9, 0. ])
    """
    return 1 - lr * np.asarray(eigenvalues)


def best_rate(eigenvalues):
    """Return the learning rate whose slowest direction is fastest: 2 / (λ_min + λ_max).

    Examples
    --------
    >>> best_rate([0.4, 4.0])
    0.45454545454545453
    """
    return float(2 / (np.min(eigenvalues) + np.max(eigenvalues)))


def best_factor(kappa):
    """Return by what a step multiplies the error at the best rate: (κ − 1) / (κ + 1).

    Examples
    --------
    >>> best_factor(9.0)
    0.8
    """
    return (kappa - 1) / (kappa + 1)


def steps_to(share, factor):
    """Return how many steps it takes until the error is this share of the first: ln(share) / ln(factor).

    A number of steps that is not whole; the run is there at the next whole one. Both lie between 0
    and 1, and are broadcast.

    Examples
    --------
    >>> round(float(steps_to(1e-6, best_factor(100))), 1)  # about κ/2 · ln(10⁶)
    690.8
    """
    return np.log(share) / np.log(factor)


def loss_parts(lr, eigenvalues, errors, t):
    """Return what each eigenvector holds of the loss above its minimum after t steps: ½ λ ((1 − ηλ)ᵗ x)².

    `errors` are the distances x from the minimum along the eigenvectors at the start. All arguments
    broadcast; the parts of a bowl stand on the last axis, and their sum is the height that is left.

    Examples
    --------
    >>> loss_parts(0.25, [0.4, 4.0], [1.0, 1.0], t=1)
    array([0.162, 0.   ])
    """
    eigenvalues = np.asarray(eigenvalues)
    return eigenvalues / 2 * (factors(lr, eigenvalues) ** t * np.asarray(errors)) ** 2


def curvatures(objective, h=1e-4):
    """Return the eigenvalues of the second derivatives at the minimum, shape (d,), in ascending order.

    An objective that knows its `eigenvalues` gives them, sorted. Of another, the gradient's
    central differences around its `minimum` are taken, h to either side.

    Examples
    --------
    >>> print(*curvatures(Rosenbrock()).round(2))  # κ is about 2500
    0.4 1001.6
    """
    if hasattr(objective, "eigenvalues"):
        return np.sort(objective.eigenvalues)
    shifts = h * np.eye(len(objective.minimum))
    hessian = (objective.grad(objective.minimum + shifts) - objective.grad(objective.minimum - shifts)) / (2 * h)
    return np.linalg.eigvalsh((hessian + hessian.T) / 2)


def predicted_factors(rule, eigenvalues):
    """Return by how much a step of this rule near the minimum multiplies the error along each eigenvector.

    Gradient descent multiplies by 1 − ηλ, with its sign. With momentum, two errors in a row follow a
    2×2 matrix, and in the long run each step multiplies by its spectral radius. The other rules have
    no such number: None.

    Examples
    --------
    >>> predicted_factors(Momentum(0.1, momentum=0.81), [1.0, 4.0])
    array([0.9, 0.9])
    """
    curvature = rule.lr * np.asarray(eigenvalues)
    if type(rule) is GradientDescent:
        return 1 - curvature
    if type(rule) in (Momentum, Nesterov):
        return spectral_radius(type(rule), curvature, rule.momentum)
    return None
