"""What goes wrong in training and can be computed without a run: overflow, clipping, dead units, two filters."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr


def largest_power(dtype=np.float64):
    """Return the largest s for which exp(s) is finite in floating-point numbers of this kind.

    Examples
    --------
    >>> print(round(largest_power(), 2), round(largest_power(np.float32), 2))
    709.78 88.72
    """
    return float(np.log(float(np.finfo(dtype).max)))


def swing(lr, eigenvalue, limit):
    """Return the width of the swing in which clipped descent ends on a bowl of one dimension; 0 where it converges.

    ::

        x ← x − η · λx · min(1, Θ / |λx|)          width ηΘ  if ηλ > 2,  else 0

    On both sides the gradient is longer than the limit Θ, so that each step has the length ηΘ, to and fro. For this
    the two ends, ηΘ apart, must both lie outside of |x| < Θ/λ, where gradients pass unclipped: ηΘ > 2Θ/λ. At
    ηλ = 2 exactly the swing keeps the width that it has when it gets there.

    Examples
    --------
    >>> swing(3.0, 1.0, 0.5), swing(1.5, 1.0, 0.5)
    (1.5, 0.0)
    """
    return lr * limit if lr * eigenvalue > 2 else 0.0


def clipped_rest(targets, limit):
    """Return where descent on single rows rests, on average, if each row's gradient w − a is clipped to `limit`.

    ::

        Σ (w − a) min(1, Θ / |w − a|) = 0

    The terms are the slopes of Huber's loss: for a large limit w is the mean of the targets a, for a small one their
    median. Small learning rates, rows drawn independently.

    Reference: Huber (1964), Robust estimation of a location parameter.

    Examples
    --------
    >>> print(round(clipped_rest([0.0, 0.0, 9.0], 1.0), 3), clipped_rest([0.0, 0.0, 9.0], 100.0))
    0.5 3.0
    """
    targets = np.asarray(targets, dtype=float)
    return float(brentq(lambda w: np.clip(w - targets, -limit, limit).sum(), targets.min(), targets.max()))


def chance_all_off(depth_of_bias, rows):
    """Return the chance that a relu unit is 0 on all rows, for rows of independent standard normal features.

    ::

        score = w·x + b,  b = −k ‖w‖          Φ(k)^n

    `depth_of_bias` is k, `rows` is n.

    Examples
    --------
    >>> print(round(chance_all_off(3.0, 1000), 3))
    0.259
    """
    return ndtr(depth_of_bias) ** rows


def stopped_share(eigenvalues, lr, steps):
    """Return which share of the way to the minimum descent has gone along each eigenvector: 1 − (1 − ηλ)^t, from 0.

    Examples
    --------
    >>> print(stopped_share(np.array([0.0, 0.5, 1.0]), lr=1.0, steps=2))
    [0.   0.75 1.  ]
    """
    return 1 - (1 - lr * np.asarray(eigenvalues)) ** steps


def ridge_share(eigenvalues, penalty):
    """Return which share of the way the minimum of the loss plus γ/2 ‖w‖² lies along each eigenvector: λ/(λ + γ).

    Examples
    --------
    >>> print(ridge_share(np.array([0.0, 0.5, 1.0]), penalty=0.5))
    [0.         0.5        0.66666667]
    """
    eigenvalues = np.asarray(eigenvalues)
    return eigenvalues / (eigenvalues + penalty)


def equal_penalty(lr, steps):
    """Return the penalty whose shares are those of stopping where curvatures are small: γ = 1/(ηt).

    ::

        1 − (1 − ηλ)^t ≈ ηtλ,      λ/(λ + γ) ≈ λ/γ          for ηtλ small

    With z = ηtλ, and ηλ small, the shares are 1 − e⁻ᶻ and z/(1 + z): stopping goes farther, by a factor of at most
    1.30, near z = 1.79.

    Reference: Ali, Kolter, Tibshirani (2019), A continuous-time view of early stopping for least squares.

    Examples
    --------
    >>> equal_penalty(lr=0.5, steps=20)
    0.1
    """
    return 1 / (lr * steps)
