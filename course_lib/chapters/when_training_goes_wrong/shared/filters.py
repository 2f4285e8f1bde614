"""Two filters to drag: descent that is stopped, and a penalty, on the same eigenvalues."""

import numpy as np

from course_lib import plots
from course_lib.chapters.when_training_goes_wrong.shared import regressions
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Slider
from course_lib.theory.failures import ridge_share, stopped_share
from course_lib.words import short

STOPPED, PENALIZED = plots.COLORS["Momentum"], plots.COLORS["Adam"]
LAMBDAS = np.geomspace(1e-3, 30, 200)


class FiltersExplorer(Explorer):
    """The shares of the way to the minimum that stopping and a penalty let through, and their held-out errors.

    The data are one split of the chapter's regression; η is 1/λ_max.

    Parameters
    ----------
    **settings
        First values of the controls: `steps` and `penalty`.

    Examples
    --------
    >>> from course_lib.chapters.when_training_goes_wrong.shared.filters import FiltersExplorer
    >>> explorer = FiltersExplorer(steps=30, penalty=1.0)
    >>> explorer.answer
    'penalty = 1.0'
    """

    title = "Two filters"
    size = (9.4, 3.8)
    answers = ("penalty",)
    recorded = ("penalty",)
    controls = (
        Slider(name="steps", label="stopped after t =", low=1, high=1000, value=30, log=True),
        Slider(name="penalty", label="penalty γ", low=1e-3, high=100, value=10.0, log=True),
    )

    def background(self, figure):
        left, right = figure.subplots(1, 2)
        left.set(xscale="log", yscale="log", xlim=(1e-3, 30), ylim=(1e-5, 1.5), xlabel="eigenvalue λ")
        left.set(title="Share of the way to the minimum")
        left.plot([], [], color=STOPPED, label="stopped")
        left.plot([], [], "--", color=PENALIZED, label="penalty")
        left.legend(loc="lower right")
        it = regressions()[0]
        right.set(xscale="log", yscale="log", xlim=(1e-3, 100), ylim=(0.4, 4), xlabel="penalty γ")
        right.set(title="Held-out error / Var(y)")
        penalties = np.geomspace(1e-3, 100, 100)
        right.plot(penalties, it.errors(it.penalized(penalties)), "--", color=PENALIZED, linewidth=1)
        right.set_yticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
        right.minorticks_off()
        return left, right

    def compute(self, v):
        return Filters(v.steps, v.penalty)

    def draw(self, pen, axes, v, it):
        left, right = axes
        pen.curve(left, LAMBDAS, stopped_share(LAMBDAS, it.lr, it.steps), color=STOPPED)
        pen.curve(left, LAMBDAS, ridge_share(LAMBDAS, it.penalty), color=PENALIZED, style="--")
        pen.line(right, right.get_xlim(), [it.errors[0]] * 2, color=STOPPED)
        pen.dots(right, [it.penalty], [it.errors[1]], color=PENALIZED, size=9)

    def sentence(self, v, it):
        return (
            f"Stopped after {short(it.steps)} steps at η = {it.lr:.4f}, held-out error {short(it.errors[0])}; penalty "
            f"{short(it.penalty)}, held-out error {short(it.errors[1])}. At λ = 0.001 the penalty's share is "
            f"{short(it.ratio)} times that of stopping, at the largest λ {short(it.top)} times."
        )


class Filters:
    """Both filters at their settings.

    Attributes
    ----------
    lr, steps, penalty : float
    ratio, top : float
        Share of the penalty over that of stopping, at λ = 0.001 and at the largest eigenvalue.
    errors : array (2,)
        Held-out errors over Var(y), stopped and penalized.
    """

    def __init__(self, steps, penalty):
        one = regressions()[0]
        self.lr, self.steps, self.penalty = one.lr, round(steps), penalty
        at = np.array([1e-3, one.eigenvalues.max()])
        self.ratio, self.top = ridge_share(at, penalty) / stopped_share(at, self.lr, self.steps)
        self.errors = one.errors(np.array([one.stopped(self.steps), one.penalized(penalty)]))
