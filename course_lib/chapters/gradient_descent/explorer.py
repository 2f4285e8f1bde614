"""A rule on a surface, its loss, and what the eigenvalues predict."""

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Point, Slider
from course_lib.explore.losses import MOST_STEPS, above_minimum, loss_axes
from course_lib.explore.surfaces import BOWL, box_around, surface_controls, surface_named
from course_lib.explore.words import counted
from course_lib.optimizers import RULES, GradientDescent
from course_lib.plots import short
from course_lib.theory.descent import curvatures, predicted_factors
from course_lib.training import minimize


class DescentExplorer(Explorer):
    """A run on a surface: its path, its loss, and the factor that each eigenvalue predicts for a step.

    Parameters
    ----------
    objective : optional
        A surface of your own, such as `Quadratic([0.3, 6])`, instead of the menu of surfaces.
    **settings
        First values of the controls: `surface`, `kappa`, `rule`, `momentum`, `lr`, `steps`, `start`.

    Examples
    --------
    >>> from course_lib.chapters.gradient_descent.explorer import DescentExplorer
    >>> explorer = DescentExplorer(surface="Rosenbrock's valley", lr=0.001)
    >>> explorer.answer
    'lr = 0.001'
    """

    title = "Gradient descent on a surface"

    def __init__(self, objective=None, **settings):
        self._objective = objective
        start = (-2.5, 2.0) if objective is None else tuple(map(float, objective.start))
        self.controls = (
            *(surface_controls() if objective is None else ()),
            Choice(name="rule", label="rule", value="gradient descent", options=tuple(RULES)),
            Slider(name="lr", label="learning rate η", low=1e-4, high=10, value=0.1, log=True),
            Slider(name="momentum", label="momentum β", low=0, high=0.99, value=0.9, step=0.01,
                   only={"rule": ("momentum", "Nesterov")}),
            Slider(name="steps", label="steps", low=0, high=MOST_STEPS, value=60, whole=True, play=True),
            Point(name="start", label="start", value=start),
        )  # fmt: skip
        super().__init__(**settings)

    def view(self, v):
        surface = ("yours", 0) if self._objective else (v.surface, v.kappa if v.surface == BOWL else 0)
        return *surface, box_around(self._surface(*surface), v.start)

    def _surface(self, name, kappa):
        return self._objective or surface_named(name, kappa)

    def paper(self, figure, name, kappa, box):
        objective = self._surface(name, kappa)
        left, middle, right = figure.add_gridspec(1, 3, width_ratios=(1.35, 1.1, 0.62)).subplots()
        plots.surface(left, objective, box=box)
        loss_axes(middle, objective, box)
        plots.contraction_axes(right, curvatures(objective))
        return left, middle, right

    def compute(self, v):
        name, kappa, _ = self.view(v)
        beta = {"momentum": v.momentum} if v.rule in ("momentum", "Nesterov") else {}
        return minimize(self._surface(name, kappa), v.start, RULES[v.rule](lr=v.lr, **beta), v.steps)

    def draw(self, pen, axes, v, run):
        left, middle, right = axes
        color = plots.color_of(run.optimizer)
        pen.path(left, run)
        pen.handle(left, "start", v.start, color=color, label=f"start, at {v.start[0]:g}, {v.start[1]:g}")
        pen.curve(middle, np.arange(run.steps + 1), above_minimum(run), color=color)
        self._draw_factors(pen, right, run)

    def _draw_factors(self, pen, right, run):
        factors = predicted_factors(run.optimizer, curvatures(run.objective))
        formula = "|1 − ηλ|" if type(run.optimizer) is GradientDescent else "factor of a step"
        pen.text(right, right.get_xlim()[0], 1.55, formula, align="left", size=11)
        if factors is None:
            for line, words in enumerate(("no fixed factor:", "this rule rescales", "every gradient")):
                pen.text(right, np.mean(right.get_xlim()), 0.66 - 0.08 * line, words, size=9)
            return
        pen.bars(right, np.arange(len(factors)), np.abs(factors), [plots.shrinks(factor) for factor in factors])
        pen.line(right, right.get_xlim(), (1, 1), color=plots.INK, style="--", width=1.2)
        for place, factor in enumerate(np.abs(factors)):
            inside = factor > 0.15
            height = min(factor, 1.5) - 0.06 if inside else factor + 0.06
            pen.text(right, place, height, short(factor), color="white" if inside else plots.INK)

    def say(self, v, run):
        loss = above_minimum(run)
        where = f"{v.rule[0].upper()}{v.rule[1:]} on {_named(run.objective)}, learning rate {short(v.lr)}"
        if not loss[-1] < 1e3 * loss[0]:
            lost = int(np.argmax(~(loss < 1e3 * loss[0])))
            outcome = f"it diverges, at step {lost} the loss is more than 1000 times what it was at the start"
        else:
            height = f"{short(loss[-1])} above the minimum, at the start {short(loss[0])}"
            outcome = f"after {counted(v.steps, 'step')} the loss is {height}"
        return f"{where}: {outcome}.{self._steepest(run)}"

    def _steepest(self, run):
        if type(run.optimizer) is not GradientDescent or not hasattr(run.objective, "eigenvalues"):
            return ""
        steepest = run.objective.eigenvalues.max()
        factor = 1 - float(run.optimizer.lr) * steepest
        where = f" Along the steepest axis, λ = {short(steepest)}, "
        if abs(factor) < 1e-3:
            return f"{where}the error is gone after one step."
        shown = short(factor) if abs(abs(factor) - 1) > 0.005 else f"{factor:.6g}".replace("-", "−")
        return f"{where}each step multiplies the error by {shown}: it {_manner(factor)}."


def _named(objective):
    return objective.name if "'" in objective.name else f"the {objective.name}"


def _manner(factor):
    if factor > 0:
        return "shrinks"
    if np.isclose(factor, -1):
        return "jumps from side to side for ever"
    return "jumps from side to side" + (" and grows" if factor < -1 else "")
