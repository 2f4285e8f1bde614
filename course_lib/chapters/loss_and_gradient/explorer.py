"""A line among the points, and its dot on the bowl of the loss."""

import numpy as np

from course_lib import plots
from course_lib.data import load_diabetes, standardize
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Slider
from course_lib.models import LinearRegression
from course_lib.words import short

MODEL = LinearRegression(1)


class LossBowlExplorer(Explorer):
    """A line through one standardized feature of the diabetes data; settings `slope` and `intercept`.

    Parameters
    ----------
    feature : str, default "bmi"
        The name of the feature.
    **settings
        First values of the controls.
    """

    title = "A line, its residuals and its loss"
    recorded = ("slope", "intercept")
    answers = ("slope", "intercept")
    controls = (
        Slider(name="slope", label="slope w", low=-60, high=150, value=0.0, step=1),
        Slider(name="intercept", label="intercept b", low=50, high=260, value=100.0, step=1),
    )

    def __init__(self, feature="bmi", **settings):
        data = standardize(load_diabetes())
        self._x = data.X[:, [data.feature_names.index(feature)]]
        self._y = data.y
        self._objective = MODEL.on(self._x, self._y)
        self._feature = feature
        self._best = MODEL.solve(self._x, self._y)
        super().__init__(**settings)

    def background(self, figure):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.25, 1)).subplots()
        left.plot(self._x[:, 0], self._y, "o", color="#7f93a6", markersize=3.5, alpha=0.7)
        left.set(xlim=(-2.8, 4), ylim=(0, 360), title=f"{len(self._y)} patients and the line")
        left.set(xlabel=f"{self._feature}, standardized", ylabel="progression after a year")
        box = tuple((control.low, control.high) for control in self.controls)
        plots.surface(right, self._objective, box=box, title="mean squared error")
        right.set(xlabel="slope w", ylabel="intercept b")
        return left, right

    def compute(self, v):
        w = np.array([v.slope, v.intercept])
        return self._objective.value(w), self._objective.grad(w)

    def draw(self, pen, axes, v, result):
        left, right = axes
        _, grad = result
        x, predicted = self._x[:, 0], v.slope * self._x[:, 0] + v.intercept
        gap = np.full(len(x), np.nan)
        pen.line(left, np.column_stack([x, x, gap]).ravel(), np.column_stack([predicted, self._y, gap]).ravel(),
                 color=plots.color_of("Adam"), width=0.7, alpha=0.35)  # fmt: skip
        ends = np.array(left.get_xlim())
        pen.line(left, ends, v.slope * ends + v.intercept, color=plots.color_of("Momentum"), width=2.5)
        at = np.array([v.slope, v.intercept])
        pen.arrow(right, at, at - grad / 4, color=plots.color_of("Momentum"))
        pen.handle(right, ("slope", "intercept"), at, color=plots.color_of("Momentum"),
                   label=f"the line, at slope {v.slope:g} and intercept {v.intercept:g}")  # fmt: skip

    def sentence(self, v, result):
        loss, (dw, db) = result
        above = loss - self._objective.value(self._best)
        return (
            f"With slope {short(v.slope)} and intercept {short(v.intercept)} the mean squared error is {short(loss)}, "
            f"{short(above)} above the least possible. Its gradient is ({short(dw)}, {short(db)}); the arrow is a step "
            "with learning rate ¼."
        )
