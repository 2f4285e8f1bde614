"""Learning rates to try."""

import numpy as np

from course_lib.arguments import as_numbers, in_range, whole_number


def rate_grid(low, high, n):
    """Return `n` learning rates from `low` to `high`, each the same number of times the one before.

    Rates differ by factors: between 0.001 and 0.01 there is as much to find as between 0.1 and 1.

    Parameters
    ----------
    low, high : number
        The ends, which belong to the grid; 0 < low < high.
    n : int
        How many, at least 2.

    Returns
    -------
    array of shape (n,)

    Raises
    ------
    TypeError, ValueError
        If an end is not above 0, the ends are in the wrong order, or there are fewer than two rates.

    Examples
    --------
    >>> print(rate_grid(0.001, 1, 4))
    [0.001 0.01  0.1   1.   ]
    """
    low, high = (in_range(name, value, 0, low_open=True) for name, value in (("low", low), ("high", high)))
    for name, value in (("low", low), ("high", high)):
        if value.ndim:
            raise ValueError(f"{name} must be one number, got shape {value.shape}")
    if high <= low:
        raise ValueError(f"high must be above low, {low:g}, got {high:g}")
    return np.geomspace(low, high, whole_number("n", n, minimum=2))


def as_rates(name, value):
    """Return learning rates as an array of shape (L,), or say why they make no grid."""
    rates = as_numbers(name, value)
    if rates.ndim == 0:
        rates = rates[None]
    if rates.ndim != 1:
        raise ValueError(f"{name} must have shape (L,), got {rates.shape}; sweep makes the lanes")
    if rates.size == 0:
        raise ValueError(f"{name} must hold at least one learning rate, got none")
    in_range(name, rates, 0, low_open=True)
    wrong = np.flatnonzero(np.diff(rates) <= 0)
    if wrong.size:
        first, second = rates[wrong[0] : wrong[0] + 2]
        raise ValueError(f"{name} must rise from the smallest to the largest, got {first:g} before {second:g}")
    return rates
