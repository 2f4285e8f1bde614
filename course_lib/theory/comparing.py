"""What chance does to a comparison: intervals from few seeds, many comparisons, and the best of many readings."""

import numpy as np
from scipy import integrate, special, stats


def log_interval(logs, comparisons=1, confidence=0.95):
    """Return the geometric mean and the ends of its interval, from logarithms with the seeds on the last axis.

    ::

        exp(mean),  exp(mean ± t · s / √n)

    with s the standard deviation of the n logarithms (n − 1 in its denominator), and t the quantile of Student's
    distribution with n − 1 degrees of freedom. For several comparisons at once, each interval is made so wide
    that all of them together hold with this confidence (Bonferroni).

    Examples
    --------
    >>> print(np.round(log_interval(np.log([0.5, 0.6, 0.4, 0.7])), 3))
    [0.538 0.367 0.79 ]
    """
    logs = np.asarray(logs, dtype=float)
    n = logs.shape[-1]
    quantile = stats.t.ppf(1 - (1 - confidence) / 2 / comparisons, n - 1)
    with np.errstate(invalid="ignore"):
        mean, error = logs.mean(axis=-1), logs.std(axis=-1, ddof=1) / np.sqrt(n)
    return np.exp(np.array([mean, mean - quantile * error, mean + quantile * error]))


def coverage(n, factor):
    """Return how often mean ± factor · s / √n contains the true mean, for n independent normal numbers.

    Examples
    --------
    >>> print(round(coverage(5, 2.0), 3), round(coverage(5, 2.776), 3))
    0.884 0.95
    """
    return 2 * stats.t.cdf(factor, np.asarray(n) - 1) - 1


def some_false_verdict(comparisons, confidence=0.95):
    """Return how likely at least one of so many independent intervals misses, where there is nothing to be found.

    Examples
    --------
    >>> print(some_false_verdict(12).round(2))
    0.46
    """
    return 1 - confidence ** np.asarray(comparisons)


def expected_best(k):
    """Return by how many standard deviations the best of k equal normal readings is expected to beat their mean.

    ::

        E[max] = ∫ x · k φ(x) Φ(x)ᵏ⁻¹ dx ≤ √(2 ln k)

    Examples
    --------
    >>> print(round(expected_best(1), 3), round(expected_best(2), 3), round(expected_best(10), 3))
    0.0 0.564 1.539
    """

    def density_times_x(x):
        return x * k * stats.norm.pdf(x) * stats.norm.cdf(x) ** (k - 1)

    return abs(integrate.quad(density_times_x, -10, 10)[0]) if k > 1 else 0.0


def of_best_drawn(scores, values, k, quantiles=(0.1, 0.5, 0.9)):
    """Return quantiles of the value of the setting with the least score, when k of the settings are drawn at random.

    ::

        P(the setting of rank r is chosen) = C(N − r, k − 1) / C(N, k),   r = 1, …, N

    Parameters
    ----------
    scores, values : arrays of shape (N,)
        What a setting is chosen by, and what it is worth.
    k : int
        How many of the N are drawn, without replacement.

    Examples
    --------
    >>> scores, values = [3.0, 1.0, 2.0], [30.0, 10.0, 20.0]
    >>> print(of_best_drawn(scores, values, 2), of_best_drawn(scores, values, 3))
    [10. 10. 20.] [10. 10. 10.]
    """
    scores, values = np.asarray(scores, dtype=float), np.asarray(values, dtype=float)
    n = len(scores)
    by_score = np.argsort(scores, kind="stable")
    chance = special.comb(n - np.arange(1, n + 1), k - 1) / special.comb(n, k)
    values = values[by_score]
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(chance[order])
    return values[order][np.searchsorted(reached, np.asarray(quantiles) - 1e-12)]
