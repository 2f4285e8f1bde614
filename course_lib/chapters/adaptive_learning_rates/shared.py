"""What the chapter and several of its exercises use: a table of rare features, how runs are counted and compared."""

import numpy as np

from course_lib.data import Data

GRADS = ([3.0, -0.2, 0.0], [1.0, 0.4, 0.0], [-2.0, 0.1, 0.0], [0.5, -0.3, 2e-3], [4.0, 0.0, -1e-3])


def played(rule_step, grads, *settings):
    """Hand the state on over some steps; return the last point and state."""
    w = np.ones(len(grads[0]))
    state = np.zeros(len(grads[0]))
    for grad in grads:
        w, state = rule_step(w, np.array(grad), state, *settings)
    return w, state


def table_of_features(shares, seed=0, rows=4000, noise=1.0):
    """Return rows whose features are ±1 in these shares of them, else 0; the target is their weighted sum and noise.

    The weights are drawn with standard deviation 2, the noise with standard deviation `noise`.
    """
    rng = np.random.default_rng(seed)
    shares = np.asarray(shares)
    X = (rng.random((rows, shares.size)) < shares) * rng.choice([-1.0, 1.0], size=(rows, shares.size))
    y = X @ rng.normal(scale=2.0, size=shares.size) + noise * rng.normal(size=rows)
    return Data(X, y, name="rare features")


def stays_below(loss, goal):
    """Return the first step from which the loss stays at or below a goal, infinity where it does not end there.

    The steps are the first axis of `loss`; the others are lanes.
    """
    above = ~(np.asarray(loss) <= goal)
    first = len(above) - above[::-1].argmax(axis=0)
    return np.where(above.any(axis=0), np.where(above[-1], np.inf, first), 0.0)


def ratio_with_interval(a, b):
    """Return the geometric mean of a/b over pairs, and the ends of its 95 % interval."""
    from scipy import stats

    logs = np.log(np.asarray(a) / b)
    reach = stats.t.ppf(0.975, logs.size - 1) * logs.std(ddof=1) / np.sqrt(logs.size)
    return tuple(np.exp(logs.mean() + reach * np.array([0.0, -1.0, 1.0])))
