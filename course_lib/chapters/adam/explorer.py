"""Adam's path, its two averages, and the step that they give to each coordinate."""

from dataclasses import replace

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Point, Slider, Toggle
from course_lib.explore.losses import MOST_STEPS, above_minimum
from course_lib.explore.surfaces import box_around
from course_lib.objectives import Quadratic, Ravine, Rosenbrock
from course_lib.optimizers import Adam
from course_lib.theory.adam import Uncorrected
from course_lib.training import minimize
from course_lib.words import counted, short

OBJECTIVES = {
    "a bowl with κ = 20": Quadratic([1.0, 20.0]),
    "a winding ravine": Ravine(),
    "Rosenbrock's valley": Rosenbrock(),
}
COORDINATES = ("$w_1$", "$w_2$")
COLORS = (plots.COLORS["Momentum"], plots.COLORS["AdaGrad"])
LONGEST = 7.5  # in learning rates: with the usual β₁ and β₂, and with the correction, no step is longer than 7.3


class AdamExplorer(Explorer):
    """A run of Adam: its path, its averages m and √v in each coordinate, and the changes of w in learning rates.

    Parameters
    ----------
    **settings
        First values of the controls: `surface`, `lr`, `beta1`, `beta2`, `eps`, `correction`, `steps`, `start`.

    Examples
    --------
    >>> from course_lib.chapters.adam.explorer import AdamExplorer
    >>> explorer = AdamExplorer(lr=0.1, correction=False)
    >>> round(float(abs(explorer.result[1].steps[0, 0])), 2)
    3.16
    """

    title = "Adam and its two averages"
    recorded = ("lr", "steps")
    controls = (
        Choice(name="surface", label="surface", value="a bowl with κ = 20", options=tuple(OBJECTIVES)),
        Slider(name="lr", label="learning rate η", low=1e-3, high=2, value=0.1, log=True),
        Slider(name="beta1", label="β₁, memory of m", low=0, high=0.99, value=0.9, step=0.01),
        Slider(name="beta2", label="β₂, memory of v", low=0, high=0.999, value=0.999, step=0.001),
        Slider(name="eps", label="ε", low=1e-10, high=100, value=1e-8, log=True),
        Toggle(name="correction", label="bias correction", value=True),
        Slider(name="steps", label="steps", low=1, high=MOST_STEPS, value=100, whole=True, play=True),
        Point(name="start", label="start", value=(-2.5, 2.0)),
    )

    def view(self, v):
        return v.surface, box_around(OBJECTIVES[v.surface], v.start)

    def background(self, figure, surface, box):
        left, middle, right = figure.add_gridspec(1, 3, width_ratios=(1.3, 1.0, 1.0)).subplots()
        plots.surface(left, OBJECTIVES[surface], box=box)
        middle.set(yscale="log", xlim=(0, MOST_STEPS), ylim=(1e-5, 1e4), xlabel="step", title="averages")
        right.set(xlim=(0, MOST_STEPS), ylim=(-LONGEST, LONGEST), xlabel="step", title="change / η")
        for height in (-1, 1):
            right.axhline(height, color=plots.MUTED, linewidth=1, linestyle=":")
        for color, name in zip(COLORS, COORDINATES, strict=True):
            middle.plot([], [], color=color, linestyle="-", label=f"{name}: |m|")
            middle.plot([], [], color=color, linestyle="--", label=f"{name}: √v + ε")
            right.plot([], [], color=color, linestyle="-", label=name)
        for ax in (middle, right):  # below the axes, where no curve comes
            ax.legend(ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.17), columnspacing=1.0, handlelength=1.8)
        return left, middle, right

    def compute(self, v):
        settings = dict(lr=v.lr, beta1=v.beta1, beta2=v.beta2, eps=v.eps)
        rule = (Adam if v.correction else Uncorrected)(**settings)
        run = minimize(OBJECTIVES[v.surface], v.start, rule, v.steps, record="state")
        return replace(run, optimizer=Adam(**settings)), Anatomy(rule, run)

    def draw(self, pen, axes, v, result):
        left, middle, right = axes
        run, anatomy = result
        pen.path(left, run)
        pen.handle(
            left, "start", v.start, color=plots.color_of(Adam), label=f"start, at {v.start[0]:g}, {v.start[1]:g}"
        )
        t = np.arange(1, run.steps + 1)
        for k, color in enumerate(COLORS):
            pen.curve(middle, t, np.abs(anatomy.m[:, k]), color=color)
            pen.curve(middle, t, anatomy.root[:, k], color=color, style="--")
            pen.curve(right, t, -anatomy.steps[:, k], color=color)
            pen.dots(right, t[:1], np.clip(-anatomy.steps[:1, k], -LONGEST, LONGEST), color=color, size=6)

    def sentence(self, v, result):
        run, anatomy = result
        correction = "with" if v.correction else "without"
        lengths = anatomy.lengths
        first, longest, last = (short(float(size)) for size in (lengths[0], lengths.max(), lengths[-1]))
        return (
            f"Adam {correction} bias correction on {v.surface} from ({short(v.start[0])}, {short(v.start[1])}), "
            f"learning rate {short(v.lr)}, β₁ = {v.beta1:g}, β₂ = {v.beta2:g}, ε = {short(v.eps)}: the first step is "
            f"{first} η long, the longest {longest} η, at step {lengths.argmax() + 1}, and the last {last} η. "
            f"After {counted(v.steps, 'step')} the loss is {short(above_minimum(run)[-1])} above the minimum."
        )


class Anatomy:
    """What the steps of a run are made of, one row each: `m` and `root` as they enter, and `steps` = m / root."""

    def __init__(self, rule, run):
        state = run.recorded["state"]
        t = np.full(run.steps, np.inf) if isinstance(rule, Uncorrected) else np.arange(1, run.steps + 1)
        with np.errstate(all="ignore"):  # a run that diverged has numbers that are none
            self.m = state.m[1:] / (1 - rule.beta1 ** t[:, None])
            self.root = np.sqrt(state.v[1:] / (1 - rule.beta2 ** t[:, None])) + rule.eps
            self.steps = self.m / self.root

    @property
    def lengths(self):
        """The larger of the two coordinates' steps, in learning rates."""
        return np.abs(self.steps).max(axis=-1)
