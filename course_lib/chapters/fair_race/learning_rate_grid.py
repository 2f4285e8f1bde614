"""Learning rates to try, each as many times the one before."""

import numpy as np

from course_lib.checks.exercises import function


def ranges(rng):
    yield 1.0, 100.0, 3
    yield 0.001, 1.0, 4
    yield 0.001, 1.0, 7
    yield 1e-4, 100.0, 19
    yield 0.02, 0.5, 2
    yield 0.3, 5.0, 6
    yield 0.25, 4.0, 5
    yield 1e-6, 3e-2, 11


@function(
    inputs=ranges,
    returns="the rates",
    praise="Each rate is the same number of times the one before, and both ends are there.",
)
def learning_rate_grid(low, high, n):
    return low * (high / low) ** (np.arange(n) / (n - 1))


@learning_rate_grid.mistake(
    "The rates are equally far apart, so nearly all of them have the size of the largest. What should be equal instead?"
)
def linear(low, high, n):
    return np.linspace(low, high, n)


@learning_rate_grid.mistake(
    "`np.logspace` wants exponents of 10, and it was given natural logarithms (or a power of e the logarithms to 10). "
    "Which base undoes which logarithm?"
)
def natural_log(low, high, n):
    with np.errstate(over="ignore"):
        return np.logspace(np.log(low), np.log(high), n)


@learning_rate_grid.mistake("These are e to the power of logarithms to the base 10. Which base undoes which logarithm?")
def log_base(low, high, n):
    return np.exp(np.linspace(np.log10(low), np.log10(high), n))


@learning_rate_grid.mistake(
    "`np.logspace` was given the rates themselves. It wants exponents: 10 to which power is the lowest rate?"
)
def rates_for_exponents(low, high, n):
    return np.logspace(low, high, n)


@learning_rate_grid.mistake("The last rate is missing: there are n − 1 steps between n rates. Is `high` among yours?")
def end_missing(low, high, n):
    return low * (high / low) ** (np.arange(n) / n)


@learning_rate_grid.mistake("The first rate is missing: power 0 gives `low`. Does your count start at 0?")
def start_missing(low, high, n):
    return low * (high / low) ** (np.arange(1, n + 1) / n)


@learning_rate_grid.mistake("There is one rate too many. How many does n ask for, both ends counted?")
def one_too_many(low, high, n):
    return np.geomspace(low, high, n + 1)


@learning_rate_grid.mistake("There is one rate too few, and `high` is not among them. Both ends belong to the grid.")
def end_left_out(low, high, n):
    return low * (high / low) ** (np.arange(n - 1) / (n - 1))


@learning_rate_grid.mistake("These are the exponents. Which power of what is a rate?")
def exponents(low, high, n):
    return np.linspace(np.log10(low), np.log10(high), n)


@learning_rate_grid.mistake("The rates come from the largest to the smallest. The task starts with `low`.")
def from_the_largest(low, high, n):
    return np.geomspace(high, low, n)


@learning_rate_grid.mistake(
    "Each rate is ten times the one before, whatever `high` and `n` are. By which factor must each grow, so that n − 1 "
    "factors lead from `low` to `high`?"
)
def tenfold(low, high, n):
    return low * 10.0 ** np.arange(n)


@learning_rate_grid.right
def by_geomspace(low, high, n):
    return np.geomspace(low, high, n)


@learning_rate_grid.right
def by_logspace(low, high, n):
    return np.logspace(np.log10(low), np.log10(high), n)


@learning_rate_grid.right
def by_logarithms(low, high, n):
    return np.exp(np.linspace(np.log(low), np.log(high), n))


@learning_rate_grid.right
def one_by_one(low, high, n):
    factor = (high / low) ** (1 / (n - 1))
    rates = [low]
    while len(rates) < n:
        rates.append(rates[-1] * factor)
    return np.array(rates)


@learning_rate_grid.right
def weighted_logarithms(low, high, n):
    share = np.linspace(0, 1, n)
    return low ** (1 - share) * high**share
