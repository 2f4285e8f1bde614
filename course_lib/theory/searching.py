"""What a search for a learning rate finds: the chance that one of the rates that are tried lies in the valley."""

import numpy as np


def grid_hits(width, reach, rates):
    """Return how likely one of so many rates of a grid lies in the valley.

    ::

        min(1, R ν / Ω)

    The valley is ν factors of ten wide and lies at a random place of the Ω that are searched; the rates lie in the
    middles of R equal parts of them. Exact on a circle: what the ends of the range change is neglected, so that on a
    line the valley should be narrow against Ω.

    Parameters
    ----------
    width, reach : number or array
        ν and Ω, in factors of ten.
    rates : int or array
        R, how many rates are tried.

    Examples
    --------
    >>> print(grid_hits(0.75, 6, 4), grid_hits(0.75, 6, 16))
    0.5 1.0
    """
    return np.minimum(1.0, np.asarray(rates) * width / reach)


def random_hits(width, reach, rates):
    """Return how likely one of so many rates drawn at random lies in the valley; arguments as of `grid_hits`.

    ::

        1 − (1 − ν / Ω)ᴿ

    Examples
    --------
    >>> print(random_hits(0.75, 6, 4).round(3), random_hits(0.75, 6, 16).round(3))
    0.414 0.882

    Reference: Bergstra, Bengio (2012), Random search for hyper-parameter optimization.
    """
    return 1 - (1 - width / reach) ** np.asarray(rates)
