"""How many times as large one rule's loss is as another's, seed by seed, with its interval."""

import numpy as np
from scipy import stats

from course_lib.checks.exercises import function


def pairs(rng):
    yield np.array([2.0, 8.0]), np.array([1.0, 1.0])
    yield np.array([1.0, 2.0, 4.0]), np.array([4.0, 2.0, 4.0])
    for n in (3, 5, 10, 30):
        hard = np.exp(rng.normal(size=n))  # a seed that is hard for one rule is hard for the other
        yield 0.8 * hard * np.exp(0.2 * rng.normal(size=n)), hard
    yield 3e-5 * np.exp(rng.normal(size=6)), 2e-5 * np.exp(rng.normal(size=6))
    yield 200 * np.exp(0.1 * rng.normal(size=8)), 150 * np.exp(0.1 * rng.normal(size=8))


@function(
    inputs=pairs,
    returns=("ratio", "low", "high"),
    praise="Paired, on the logarithms, with Student's quantile: turned around, b against a, it gives the reciprocals.",
)
def paired_ratio(a, b):
    logs = np.log(a / b)
    n = len(logs)
    half = stats.t.ppf(0.975, n - 1) * logs.std(ddof=1) / np.sqrt(n)
    return np.exp(logs.mean()), np.exp(logs.mean() - half), np.exp(logs.mean() + half)


def _interval(mean, half):
    return np.exp(mean), np.exp(mean - half), np.exp(mean + half)


def _of(a, b, quantile=None, ddof=1, root=True, turned=False):
    logs = np.log(b / a) if turned else np.log(a / b)
    n = len(logs)
    quantile = stats.t.ppf(0.975, n - 1) if quantile is None else quantile
    return _interval(logs.mean(), quantile * logs.std(ddof=ddof) / (np.sqrt(n) if root else 1))


@paired_ratio.mistake(
    "This averages the ratios themselves. Then 4 and ¼ do not cancel, and `a` against `b` may win both ways round. On "
    "which scale do they cancel?"
)
def arithmetic_mean(a, b):
    ratios = a / b
    half = stats.t.ppf(0.975, len(a) - 1) * ratios.std(ddof=1) / np.sqrt(len(a))
    return ratios.mean(), ratios.mean() - half, ratios.mean() + half


@paired_ratio.mistake(
    "Two intervals are compared, end against end. They ask too much, and do not use the pairs. Make one number of each "
    "pair first."
)
def two_intervals(a, b):
    mean, n = np.log(a).mean() - np.log(b).mean(), len(a)
    half = stats.t.ppf(0.975, n - 1) * (np.log(a).std(ddof=1) + np.log(b).std(ddof=1)) / np.sqrt(n)
    return _interval(mean, half)


@paired_ratio.mistake(
    "Both lists are sorted first, so the pairs are gone: a seed now meets another one. Leave the order as it is."
)
def sorted_first(a, b):
    return paired_ratio(np.sort(a), np.sort(b))


@paired_ratio.mistake(
    "The ratio of the two plain means follows the worst seeds alone. Compare within each seed first, then average."
)
def ratio_of_the_means(a, b):
    half = stats.t.ppf(0.975, len(a) - 1) * np.log(a / b).std(ddof=1) / np.sqrt(len(a))
    ratio = a.mean() / b.mean()
    return ratio, ratio * np.exp(-half), ratio * np.exp(half)


@paired_ratio.mistake(
    "The ratio is right, but the interval adds the two rules' variances, as if their seeds had nothing in common. What "
    "varies within a pair?"
)
def unpaired(a, b):
    n = len(a)
    error = np.sqrt((np.log(a).var(ddof=1) + np.log(b).var(ddof=1)) / n)
    return _interval(np.log(a / b).mean(), stats.t.ppf(0.975, n - 1) * error)


@paired_ratio.mistake(
    "The ratio is right, but the interval adds the two variances, and takes the degrees of freedom of two separate "
    "groups. These are pairs: how many independent numbers are there?"
)
def two_groups(a, b):
    n = len(a)
    error = np.sqrt((np.log(a).var(ddof=1) + np.log(b).var(ddof=1)) / n)
    return _interval(np.log(a / b).mean(), stats.t.ppf(0.975, 2 * n - 2) * error)


@paired_ratio.mistake(
    "This is the interval in which single seeds lie. The mean of n seeds is known better than one seed: by "
    "which factor?"
)
def standard_deviation_for_the_error(a, b):
    return _of(a, b, root=False)


@paired_ratio.mistake(
    "The factor of the interval is that of a normal distribution, 1.96. With few seeds the standard deviation is a "
    "guess itself; which distribution knows that?"
)
def normal_quantile(a, b):
    return _of(a, b, quantile=stats.norm.ppf(0.975))


@paired_ratio.mistake(
    "The factor 1.96 is rounded, and it is that of a normal distribution. With few seeds the standard deviation is a "
    "guess itself; which distribution knows that?"
)
def factor_1_96(a, b):
    return _of(a, b, quantile=1.96)


@paired_ratio.mistake(
    "Two standard errors to each side: right for sixty seeds, too narrow for five. Which distribution gives the factor "
    "for n seeds?"
)
def two_standard_errors(a, b):
    return _of(a, b, quantile=2.0)


@paired_ratio.mistake(
    "The standard deviation divides by n here. NumPy does so unless told otherwise; a sample's own mean makes it look "
    "less scattered than it is."
)
def ddof_0(a, b):
    return _of(a, b, ddof=0)


@paired_ratio.mistake(
    "Two things are left to NumPy's and the normal distribution's habits: the standard deviation divides by n, and the "
    "factor is 1.96. What should each be for a few seeds?"
)
def ddof_0_and_1_96(a, b):
    return _of(a, b, quantile=1.96, ddof=0)


@paired_ratio.mistake(
    "These are the degrees of freedom of n + 1 seeds. One number is used up by the mean: how many are left of n?"
)
def n_degrees_of_freedom(a, b):
    return _of(a, b, quantile=stats.t.ppf(0.975, len(a)))


@paired_ratio.mistake(
    "The quantile at 0.95 leaves 5 % on each side, so this is a 90 % interval. How much may lie beyond each end?"
)
def one_sided_quantile(a, b):
    return _of(a, b, quantile=stats.t.ppf(0.95, len(a) - 1))


@paired_ratio.mistake(
    "The logarithm is to another base than the power that undoes it. `np.log10` is undone by `10 ** …`, "
    "`np.log` by `np.exp`."
)
def log_base(a, b):
    logs = np.log10(a / b)
    n = len(logs)
    return _interval(logs.mean(), stats.t.ppf(0.975, n - 1) * logs.std(ddof=1) / np.sqrt(n))


@paired_ratio.mistake("These are still logarithms. Which ratio has this logarithm?")
def still_logarithms(a, b):
    ratio, low, high = _of(a, b)
    return np.log(ratio), np.log(low), np.log(high)


@paired_ratio.mistake("This is b against a. The task asks how many times as large `a` is.")
def b_over_a(a, b):
    return _of(a, b, turned=True)


@paired_ratio.mistake(
    "The interval is laid around the ratio by adding and subtracting. It belongs to the logarithm; take it there, and "
    "then undo the logarithm of each end."
)
def interval_around_the_ratio(a, b):
    logs = np.log(a / b)
    half = stats.t.ppf(0.975, len(a) - 1) * logs.std(ddof=1) / np.sqrt(len(a))
    ratio = np.exp(logs.mean())
    return ratio, ratio - half, ratio + half


@paired_ratio.mistake("The two ends of the interval have changed places: the lower one comes first.")
def ends_exchanged(a, b):
    ratio, low, high = _of(a, b)
    return ratio, high, low


@paired_ratio.mistake("This is the median of the ratios. It is a fair number too, but the interval is not one for it.")
def median(a, b):
    ratio, low, high = _of(a, b)
    return np.median(a / b), low, high


@paired_ratio.right
def difference_of_logarithms(a, b):
    d = np.log(a) - np.log(b)
    error = np.std(d, ddof=1) / len(d) ** 0.5
    t = stats.t.ppf(0.975, df=len(d) - 1)
    return tuple(np.exp([d.mean(), d.mean() - t * error, d.mean() + t * error]))


@paired_ratio.right
def by_the_interval_of_scipy(a, b):
    d = np.log(a) - np.log(b)
    low, high = stats.t.interval(0.95, len(d) - 1, loc=d.mean(), scale=stats.sem(d))
    return np.exp(d.mean()), np.exp(low), np.exp(high)


@paired_ratio.right
def by_a_paired_test(a, b):
    found = stats.ttest_rel(np.log(a), np.log(b))
    ends = found.confidence_interval(0.95)
    return stats.gmean(a / b), np.exp(ends.low), np.exp(ends.high)


@paired_ratio.right
def to_the_base_two(a, b):
    d = np.log2(a / b)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return 2 ** d.mean(), 2 ** (d.mean() - half), 2 ** (d.mean() + half)


@paired_ratio.right
def with_a_loop(a, b):
    d = [np.log(x / y) for x, y in zip(a, b)]
    n = len(d)
    mean = sum(d) / n
    variance = sum((x - mean) ** 2 for x in d) / (n - 1)
    factor = np.exp(-stats.t.ppf(0.025, n - 1) * np.sqrt(variance / n))
    ratio = np.exp(mean)
    return [ratio, ratio / factor, ratio * factor]
