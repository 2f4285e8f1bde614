"""Learning rates that fall, on a noisy bowl, and the size of Adam's first updates.

`eigenvalues` are curvatures λᵢ, `variances` the variance of a step's gradient along the same directions, as in
`course_lib.theory.noise`. Losses are above the least one.
"""

import numpy as np
from scipy.optimize import minimize

from course_lib.theory.noise import mean_squares


def best_rates_of_one_direction(eigenvalue, variance, start, steps):
    """Return the rates after which E[x²] is least, in one direction of a bowl: shape (steps,).

    ::

        η_t = 1 / (λ (t + t₀))         t = 1, 2, …;  t₀ = variance / (λ² start²)

    They leave E[x²] = variance / (λ² (T + t₀)) after T steps.

    Examples
    --------
    >>> best_rates_of_one_direction(eigenvalue=2.0, variance=1.0, start=0.5, steps=3)
    array([0.25      , 0.16666667, 0.125     ])
    """
    return 1 / (eigenvalue * (np.arange(1, steps + 1) + variance / (eigenvalue * start) ** 2))


def expected_end(rates, eigenvalues, variances, start):
    """Return the expected loss after the last step, for any rates: the steps are the first axis, the others lanes.

    Examples
    --------
    >>> print(expected_end([0.5, 0.5], [1.0], [1.0], start=0.0))
    0.15625
    """
    each = zip(eigenvalues, np.broadcast_to(variances, np.shape(eigenvalues)), strict=True)
    return sum(curvature / 2 * mean_squares(rates, curvature, variance, start)[-1] for curvature, variance in each)


def best_rates(eigenvalues, variances, start, steps, highest):
    """Return rates from 0 to `highest`, one for each step, that make the expected loss at the end least.

    They are found by descent on the rates themselves, from a line to 0. The loss is not convex in them: what is
    returned is a minimum that nearby rates do not improve.

    Examples
    --------
    >>> same = best_rates_of_one_direction(1.0, 1.0, 3.0, steps=20)
    >>> print(np.abs(best_rates([1.0], [1.0], 3.0, steps=20, highest=1.0) - same).max() < 1e-3)
    True
    """
    eigenvalues = np.asarray(eigenvalues, dtype=float)
    start_line = highest * (1 - np.arange(steps) / steps)
    found = minimize(
        _end_and_gradient, start_line, (eigenvalues, np.broadcast_to(variances, eigenvalues.shape), start), jac=True,
        method="L-BFGS-B", bounds=[(0, highest)] * steps,
        options=dict(maxiter=5000, maxfun=20_000, ftol=1e-14, gtol=1e-10),
    )  # fmt: skip
    return found.x


def _end_and_gradient(rates, eigenvalues, variances, start):
    """Return the expected loss at the end, and its derivative by every rate, by going back through the steps."""
    keep = 1 - rates[:, np.newaxis] * eigenvalues
    squares = [np.full(len(eigenvalues), float(start) ** 2)]
    for lr, factor in zip(rates, keep, strict=True):
        squares.append(factor**2 * squares[-1] + lr**2 * variances)
    weight, slopes = eigenvalues / 2, np.zeros(len(rates))
    end = weight @ squares[-1]
    for t in reversed(range(len(rates))):
        slopes[t] = weight @ (2 * rates[t] * variances - 2 * eigenvalues * keep[t] * squares[t])
        weight = weight * keep[t] ** 2
    return end, slopes


def first_updates(t, beta1=0.9):
    """Return the root mean square of Adam's update t = 1, 2, …, in learning rates, on gradients that are pure noise.

    ::

        √( (1 − β₁)(1 + β₁ᵗ) / ((1 + β₁)(1 − β₁ᵗ)) )

    Conditions: independent gradients of the mean 0; v̂ is their mean square; no ε.

    Examples
    --------
    >>> print(first_updates(np.array([1, 2, 10, 1000])).round(3))
    [1.    0.708 0.33  0.229]
    """
    kept = beta1 ** np.asarray(t, dtype=float)
    return np.sqrt((1 - beta1) * (1 + kept) / ((1 + beta1) * (1 - kept)))
