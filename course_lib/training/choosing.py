"""Searches for a learning rate: the range test, successive halving on recorded curves, and rows held out in folds."""

import numpy as np

from course_lib.schedules import Schedule
from course_lib.training.fitting import fit


class Rising(Schedule):
    """A rate that rises from `low` to `high` within `steps` steps, by the same factor each time."""

    def __init__(self, low, high, steps):
        self.low, self.high, self.steps = low, high, steps

    def _rate(self, step):
        return self.low * (self.high / self.low) ** (np.asarray(step) / max(self.steps - 1, 1))


class Warmup(Schedule):
    """A rate that rises in equal parts within `steps` steps, and stays at `lr`, a number or an array."""

    def __init__(self, lr, steps):
        self.lr, self.steps = lr, steps

    def _rate(self, step):
        return self.lr * np.minimum(1, (np.asarray(step) + 1) / self.steps)


class Drop(Schedule):
    """A rate that is `first` for `steps` steps, and `then` from there on; numbers or arrays."""

    def __init__(self, first, then, steps):
        self.first, self.then, self.steps = first, then, steps

    def _rate(self, step):
        return np.where(np.asarray(step) < self.steps, self.first, self.then)


def range_test(model, data, rule, low, high, epochs, batch_size, seeds):
    """Train while the rate rises from `low` to `high`; return the rates (steps,) and the smoothed loss (steps, seeds).

    The loss is that of each step's minibatch, smoothed as Adam smooths gradients: with 0.9, and the bias correction.

    Examples
    --------
    >>> rates, loss = range_test(LinearRegression(10), load_diabetes(), GradientDescent, 1e-9, 1e-3, 2, 32, [0, 1])
    >>> print(rates.shape, loss.shape)
    (28,) (28, 2)

    Smith (2015), Cyclical learning rates for training neural networks, lets the rate rise in equal parts and watches
    the accuracy; equal factors and the loss are the form that the fastai library made popular.
    """
    steps = epochs * -(-len(data) // batch_size)
    rising = Rising(low, high, steps)
    loss = fit(model, data, rule(lr=rising), epochs, batch_size, seed=seeds).batch_loss
    average, smoothed = 0.0, []
    with np.errstate(all="ignore"):
        for t, now in enumerate(loss, start=1):
            average = 0.9 * average + 0.1 * now
            smoothed.append(average / (1 - 0.9**t))
    return rising(np.arange(steps)), np.nan_to_num(np.array(smoothed), nan=np.inf)


def halve(curve, places, budget):
    """Return which of some rates successive halving keeps, where their curves are known.

    Each of the ⌈log₂ k⌉ rounds shares its part of the budget among the rates that are left; the better half, rounded
    up, goes on.

    Parameters
    ----------
    curve : array of shape (length + 1, rates)
        The loss of each rate after 0, 1, 2, … passes or steps.
    places : k whole numbers
        Which of the rates take part.
    budget : int
        In the unit of the curve, for all together.

    Examples
    --------
    >>> curve = np.array([[9.0, 9.0, 9.0, 9.0], [5.0, 3.0, 4.0, 8.0], [5.0, 2.0, 4.0, 8.0], [5.0, 2.0, 1.0, 8.0]])
    >>> halve(curve, [0, 1, 2, 3], 8)
    2
    """
    places, done = list(places), 0
    rounds = (len(places) - 1).bit_length()
    while len(places) > 1:
        done += budget // (rounds * len(places))
        order = np.argsort(curve[done, places], kind="stable")
        places = [places[k] for k in order[: (len(places) + 1) // 2]]
    return places[0]


def at_loss(train, other, level):
    """Return after how many passes the training loss stays below a level, and what another curve says there.

    Both lie between the last pass above the level and the next one, on a straight line; NaN where a run ends above the
    level, or starts below it.

    Parameters
    ----------
    train, other : arrays of shape (passes + 1, …)
    level : number

    Examples
    --------
    >>> passes, other = at_loss(np.array([4.0, 2.0, 3.0, 1.0]), np.array([40.0, 20.0, 30.0, 10.0]), 2.5)
    >>> print(passes, other)
    2.25 25.0
    """
    above = ~(train <= level)
    last = np.where(above.any(axis=0), len(above) - 1 - above[::-1].argmax(axis=0), 0)
    after = np.minimum(last + 1, len(above) - 1)

    def read(values, passes):
        return np.take_along_axis(values, passes[None], axis=0)[0]

    with np.errstate(all="ignore"):
        share = (level - read(train, last)) / (read(train, after) - read(train, last))
        share = np.where(above[-1] | ~above.any(axis=0), np.nan, share)
        return last + share, read(other, last) * (1 - share) + read(other, after) * share


def scaled(X, y, others):
    """Return the training rows with mean 0 and standard deviation 1, and other rows in their scale."""
    mean, deviation = X.mean(axis=0), X.std(axis=0)
    return (X - mean) / deviation, (others - mean) / deviation


def strongest(count):
    """Return a preparation: the features that go along most with y on the training rows, and these scaled."""

    def prepare(X, y, others):
        inside, outside = scaled(X, y, others)
        chosen = np.argsort(-np.abs((y - y.mean()) @ inside), kind="stable")[:count]
        return inside[:, chosen], outside[:, chosen]

    return prepare


def as_it_is(X, y, others):
    """Return the rows as they came."""
    return X, others


def cross_validated(model, X, y, lrs, folds, prepare=scaled, steps=50):
    """Return loss and error rate of a classifier on rows held out, for each rate: shape (2, rates).

    Parameters
    ----------
    folds : list of arrays of whole numbers
        The rows that are held out together; each model is trained on all others, by full steps of gradient descent
        from 0.
    prepare : function of (X, y, others), default `scaled`
        Returns the training rows and other rows as the model gets them.
    """
    total, count = np.zeros((2, len(lrs))), 0
    for held in folds:
        rest = np.setdiff1d(np.arange(len(y)), held)
        inside, outside = prepare(X[rest], y[rest], X[held])
        loss, w = model.on(inside, y[rest]), np.zeros((len(lrs), model.size))
        with np.errstate(all="ignore"):
            for _ in range(steps):
                w = w - np.asarray(lrs)[:, None] * loss.grad(w)
            judged = model.loss(w, outside, y[held]), 1 - model.score(w, outside, y[held])
        total, count = total + len(held) * np.array(judged), count + len(held)
    return total / count
