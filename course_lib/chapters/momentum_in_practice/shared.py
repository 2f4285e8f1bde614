"""A fair race of momentum against gradient descent: each at its own best rate, judged on new seeds, in pairs."""

import numpy as np

from course_lib.models import LinearRegression
from course_lib.optimizers import Momentum
from course_lib.training import fit

JUDGES, FIRST_JUDGE = 4, 1000  # four times as many seeds judge as choose, from 1000 on


def race(model, data, effective, seeds, options, momentum=0.9):
    """Return gradient descent's best rate, and for each new seed log(momentum's final loss / gradient descent's).

    Parameters
    ----------
    model, data : the model and its rows
    effective : array
        Effective rates to try, η/(1 − β). Each rule gets the one with the least mean log of the final loss (above
        the least loss, for a linear model); if that is the first or the last, a `ValueError` says so.
    seeds : int
        How many seeds choose the rates. Four times as many others, the same for both rules, judge them.
    options : dict
        Passed on to `fit`: `epochs`, `batch_size`, …
    momentum : number, default 0.9
    """
    least = model.on(*data).value(model.solve(*data)) if isinstance(model, LinearRegression) else 0.0

    def final(beta, rates, seeds):
        rule = Momentum(lr=(1 - beta) * rates[:, np.newaxis, np.newaxis], momentum=beta)
        return np.log(fit(model, data, rule, seed=seeds, w0=np.zeros(model.size), **options).loss[-1] - least)

    best, judged = [], []
    for beta in (0.0, momentum):
        chosen = final(beta, effective, np.arange(seeds)).mean(axis=-1).argmin()
        if chosen in (0, len(effective) - 1):
            raise ValueError(f"effective: the best rate for momentum {beta:g} lies at the edge of the grid")
        best.append(effective[chosen])
        judged.append(final(beta, effective[[chosen]], FIRST_JUDGE + np.arange(JUDGES * seeds))[0])
    return best[0], judged[1] - judged[0]
