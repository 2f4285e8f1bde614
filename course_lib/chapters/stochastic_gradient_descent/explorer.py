"""Batch size, learning rate, and what a step costs: which batch is cheapest?"""

import functools

import numpy as np

from course_lib import plots
from course_lib.data import load_diabetes, standardize
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Slider
from course_lib.theory.minibatch import ExpectedLoss
from course_lib.words import counted, short

ROWS = 442
GOAL = 0.1  # above the least loss, relative to it
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 352, ROWS)
PALE = (1, 64, ROWS)  # batch sizes that are drawn at their own best rates
RATES = 2.0 ** np.arange(-8, -1.9, 0.25)
MOST_STEPS = 2**12
CHEAP, DEAR = 0.7, 200.0  # ends of the axes, relative to the cheapest way to the goal


class BatchSizeExplorer(Explorer):
    """The expected loss of SGD on the diabetes data, over what its steps cost: a fixed cost and B rows each.

    Parameters
    ----------
    **settings
        First values of the controls: `batch_size`, `lr`, and `fixed_cost`, what a step costs beside its rows.

    Examples
    --------
    >>> from course_lib.chapters.stochastic_gradient_descent.explorer import BatchSizeExplorer
    >>> explorer = BatchSizeExplorer(batch_size=64, lr=0.15)
    >>> explorer.result.steps
    8
    """

    title = "Batch size, learning rate, cost"
    recorded = ("batch_size", "lr")
    answers = ("batch_size", "lr")
    controls = (
        Slider(name="batch_size", label="batch size B", low=1, high=ROWS, value=8, whole=True, landmarks=SIZES),
        Slider(name="lr", label="learning rate η", low=1e-3, high=1, value=0.03, log=True),
        Slider(name="fixed_cost", label="fixed cost of a step, in rows", low=0.1, high=1e4, value=230.0, log=True),
    )

    def background(self, figure):
        figure.set_layout_engine("constrained", wspace=0.06)
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.1, 1)).subplots()
        cost = "cost (1: cheapest batch size to the line)"
        left.set(
            xscale="log", yscale="log", xlim=(0.01, 100), ylim=(5e-3, 20), xlabel=cost, title="loss above the least"
        )
        right.set(xscale="log", yscale="log", xlim=(1, 1.3 * ROWS), ylim=(CHEAP, DEAR), xlabel="batch size B")
        right.set(title=f"cost to {GOAL:.0%} above the least")
        for ax, line in ((left, GOAL), (right, 1)):
            ax.axhline(line, color=plots.MUTED, linewidth=1)
        left.set_ylabel("relative to the least")
        for size, style in zip(PALE, plots.CYCLE[1:]):
            left.plot([], [], **style, label=f"B = {size}, own best rate")
        left.legend(loc="lower left", fontsize=8.5)
        return left, right

    def compute(self, v):
        return Outcome(v.batch_size, v.lr, v.fixed_cost)

    def draw(self, pen, axes, v, outcome):
        left, right = axes
        for size, style in zip(PALE, plots.CYCLE[1:]):
            at, above = curve(size, best_rates()[size][0])
            x = np.maximum(at, 0.5) * (v.fixed_cost + size) / outcome.cheapest
            pen.curve(left, x, above, color=style["color"], style=style["linestyle"], width=1.5, alpha=0.7)
        at, above = curve(v.batch_size, v.lr)
        x = np.maximum(at, 0.5) * (v.fixed_cost + v.batch_size) / outcome.cheapest
        pen.curve(left, x, above, color=plots.INK, width=2.6)
        pen.line(right, SIZES, outcome.costs / outcome.cheapest, color=plots.COLORS["Momentum"], width=2)
        pen.dots(right, SIZES, outcome.costs / outcome.cheapest, color=plots.COLORS["Momentum"], size=5)
        ratio = min(outcome.cost / outcome.cheapest, 0.6 * DEAR)
        name = f"batch size {v.batch_size}"
        pen.handle(right, ("batch_size", None), (v.batch_size, ratio), label=name)
        if np.isinf(outcome.cost):
            align = "right" if v.batch_size > ROWS / 2 else "center"  # the axes end there
            pen.text(right, v.batch_size, 0.38 * DEAR, "never", size=9, align=align)

    def sentence(self, v, outcome):
        sentence = f"Batches of {v.batch_size} at η = {short(v.lr)} "
        if np.isinf(outcome.steps):
            last = f"come no closer to the least loss than {short(100 * outcome.last)} % above it"
            sentence += "diverge." if outcome.diverges else f"{last}."
        else:
            sentence += (
                f"come within 10 % of the least loss after {counted(outcome.steps, 'step')}, "
                f"{short(outcome.steps * v.batch_size / ROWS)} passes, at {short(outcome.cost / outcome.cheapest)} "
                "times the least cost."
            )
        if self._goal is not None:  # which size and rate are cheap is what the exercise asks
            return sentence
        rate, steps = best_rates()[outcome.best]
        return (
            f"{sentence} At a fixed cost of {short(v.fixed_cost)} rows a step, the cheapest of the batch sizes shown "
            f"is {outcome.best}, at η = {short(rate)} with {counted(steps, 'step')}."
        )


class Outcome:
    """What a setting leads to, and what each batch size needs at its own best rate.

    Attributes
    ----------
    steps, cost : number
        From which step on the loss stays below the goal, and what these steps cost; infinity if it does not.
    last : float
        The expected loss above the least in the end, relative to it.
    diverges : bool
        Whether the expected loss grows without bound.
    costs : array
        Of each batch size of `SIZES` at its own best rate.
    cheapest, best
        The least of them, and its batch size.
    """

    def __init__(self, batch_size, lr, fixed_cost):
        theory = expected_loss()
        self.steps = theory.steps_to(GOAL * theory.least, lr, batch_size, MOST_STEPS)
        self.cost = self.steps * (fixed_cost + batch_size)
        self.last = float(curve(batch_size, lr)[1][-1])
        self.diverges = theory.diverges(lr, batch_size)
        steps = np.array([best_rates()[size][1] for size in SIZES])
        self.costs = steps * (fixed_cost + np.array(SIZES))
        self.cheapest = float(self.costs.min())
        self.best = SIZES[int(self.costs.argmin())]


@functools.cache
def expected_loss():
    """Return the theory of SGD on the diabetes data."""
    return ExpectedLoss(*standardize(load_diabetes()))


@functools.cache
def best_rates():
    """Return for each batch size the learning rate with the fewest steps to the goal, and how many those are."""
    theory, best = expected_loss(), {}
    for size in SIZES:
        rate, _ = theory.best_rate(GOAL * theory.least, size, RATES, MOST_STEPS)
        near = rate * 2.0 ** np.array([-0.125, -0.0625, 0, 0.0625, 0.125])
        best[size] = theory.best_rate(GOAL * theory.least, size, near, MOST_STEPS)
    return best


@functools.lru_cache(maxsize=64)
def curve(batch_size, lr):
    """Return steps, and the expected loss above the least after them, relative to it."""
    theory = expected_loss()
    at, above = theory.curve(lr, batch_size, MOST_STEPS)
    return at, above / theory.least
