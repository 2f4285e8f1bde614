"""A rule on a surface, its loss, and what the eigenvalues predict."""

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Point, Slider
from course_lib.explore.losses import MOST_STEPS, above_minimum, loss_axes
from course_lib.explore.surfaces import BOWL, box_around, surface_controls, surface_named
from course_lib.objectives import Quadratic
from course_lib.optimizers import RULES, GradientDescent
from course_lib.theory.descent import curvatures, factors, loss_parts, predicted_factors
from course_lib.training import minimize
from course_lib.words import counted, short

# About 1/κ, 2/(1 + κ) and 2/κ of the first bowl, where what one sees changes.
RATES = (0.1, 0.12, 0.14, 0.16, 0.17, 0.18, 0.182, 0.19, 0.2, 0.21, 0.22, 0.25)


class DescentExplorer(Explorer):
    """A run on a surface: its path, its loss, and the factor that each eigenvalue predicts for a step.

    On a bowl, gradient descent also has its loss split: a thin line for the part of each eigenvalue.

    Parameters
    ----------
    objective : optional
        A surface of your own, such as `Quadratic([0.3, 6])`, instead of the menu of surfaces.
    **settings
        First values of the controls: `surface`, `kappa`, `angle`, `rule`, `momentum`, `lr`, `steps`, `start`.

    Examples
    --------
    >>> from course_lib.chapters.gradient_descent.explorer import DescentExplorer
    >>> explorer = DescentExplorer(surface="Rosenbrock's valley", lr=0.001)
    >>> explorer.answer
    'lr = 0.001'
    """

    title = "Gradient descent on a surface"
    recorded = ("lr", "steps")

    def __init__(self, objective=None, **settings):
        self._objective = objective
        start = (-2.5, 2.0) if objective is None else tuple(map(float, objective.start))
        turned = Slider(name="angle", label="turned by, in degrees", low=0, high=90, value=0, step=5,
                        only={"surface": (BOWL,)})  # fmt: skip
        self.controls = (
            *((*surface_controls(), turned) if objective is None else ()),
            Choice(name="rule", label="rule", value="gradient descent", options=tuple(RULES)),
            Slider(name="lr", label="learning rate η", low=1e-4, high=10, value=0.1, log=True, landmarks=RATES),
            Slider(name="momentum", label="momentum β", low=0, high=0.99, value=0.9, step=0.01,
                   only={"rule": ("momentum", "Nesterov")}),
            Slider(name="steps", label="steps", low=0, high=MOST_STEPS, value=60, whole=True, play=True),
            Point(name="start", label="start", value=start),
        )  # fmt: skip
        super().__init__(**settings)

    def view(self, v):
        surface = ("yours", 0, 0)
        if self._objective is None:
            surface = (v.surface, v.kappa, v.angle) if v.surface == BOWL else (v.surface, 0, 0)
        return *surface, box_around(self._surface(*surface), v.start)

    def _surface(self, name, kappa, angle):
        if self._objective is not None:
            return self._objective
        return Quadratic(surface_named(name, kappa).eigenvalues, angle) if angle else surface_named(name, kappa)

    def background(self, figure, name, kappa, angle, box):
        objective = self._surface(name, kappa, angle)
        left, middle, right = figure.add_gridspec(1, 3, width_ratios=(1.35, 1.1, 0.62)).subplots()
        plots.surface(left, objective, box=box)
        loss_axes(middle, objective, box)
        plots.contraction_axes(right, curvatures(objective))
        return left, middle, right

    def compute(self, v):
        *surface, _box = self.view(v)
        beta = {"momentum": v.momentum} if v.rule in ("momentum", "Nesterov") else {}
        return minimize(self._surface(*surface), v.start, RULES[v.rule](lr=v.lr, **beta), v.steps)

    def draw(self, pen, axes, v, run):
        left, middle, right = axes
        color = plots.color_of(run.optimizer)
        pen.path(left, run)
        pen.handle(left, "start", v.start, color=color, label=f"start, at {v.start[0]:g}, {v.start[1]:g}")
        self._draw_parts(pen, middle, run)
        pen.curve(middle, np.arange(run.steps + 1), above_minimum(run), color=color)
        self._draw_factors(pen, right, run)

    def _draw_parts(self, pen, middle, run):
        if not _splits(run):
            return
        eigenvalues, steps = run.objective.eigenvalues, np.arange(run.steps + 1)
        with np.errstate(over="ignore"):
            parts = loss_parts(run.optimizer.lr, eigenvalues, run.objective.errors(run.w[0]), steps[:, None])
        bottom, top = middle.get_ylim()
        for part, eigenvalue, style in zip(parts.T, eigenvalues, ("--", ":"), strict=True):
            pen.curve(middle, steps, part, color=PARTS, style=style, width=1.4)
            seen = np.flatnonzero((2 * bottom < part) & (part < top / 2) & (steps < 0.72 * middle.get_xlim()[1]))
            if seen.size:
                at = seen[-1]
                above = part[at] >= parts[at].max()
                height = np.exp(np.log(part[at]) + (0.035 if above else -0.035) * np.log(top / bottom))
                pen.text(middle, at + 3, height, f"λ = {short(eigenvalue)}", color=PARTS, align="left", size=9)

    def _draw_factors(self, pen, right, run):
        sizes = predicted_factors(run.optimizer, curvatures(run.objective))
        formula = "|1 − ηλ|" if type(run.optimizer) is GradientDescent else "factor of a step"
        pen.text(right, right.get_xlim()[0], 1.55, formula, align="left", size=11)
        if sizes is None:
            for line, words in enumerate(("no fixed factor:", "this rule rescales", "every gradient")):
                pen.text(right, np.mean(right.get_xlim()), 0.66 - 0.08 * line, words, size=9)
            return
        pen.bars(right, np.arange(len(sizes)), np.abs(sizes), [plots.shrinks(factor) for factor in sizes])
        pen.line(right, right.get_xlim(), (1, 1), color=plots.INK, style="--", width=1.2)
        for place, factor in enumerate(np.abs(sizes)):
            inside = factor > 0.15
            height = min(factor, 1.5) - 0.06 if inside else factor + 0.06
            pen.text(right, place, height, short(factor), color="white" if inside else plots.INK)

    def sentence(self, v, run):
        loss = above_minimum(run)
        where = f"{v.rule[0].upper()}{v.rule[1:]} on {_named(run.objective)}, learning rate {short(v.lr)}"
        heights = f"{short(loss[-1])} above the minimum, at the start {short(loss[0])}"
        outcome = f"after {counted(v.steps, 'step')} the loss is {heights}"
        if run.diverged or _grows(run):
            outcome = f"it diverges, {outcome}"
        elif not loss[-1] <= 1e3 * loss[0]:
            lost = int(np.argmax(~(loss <= 1e3 * loss[0])))
            outcome = f"at step {lost} the loss is more than 1000 times what it was at the start"
        return f"{where}: {outcome}.{self._axes(run)}"

    def _axes(self, run):
        if not _splits(run):
            return ""
        eigenvalues = run.objective.eigenvalues
        flat, steep = eigenvalues.min(), eigenvalues.max()
        error = run.objective.errors(run.w[0])[eigenvalues.argmax()]
        slow, fast = factors(run.optimizer.lr, [flat, steep])
        there = f"there it {_manner(fast)}" if error else "there the start has no error"
        return (
            f" Each step multiplies the error by {_digits(slow)} along the flattest axis, λ = {short(flat)}, and by "
            f"{_digits(fast)} along the steepest, λ = {short(steep)}: {there}."
        )


PARTS = plots.MUTED
ROUNDING = 1e-12  # how far rounding may bring a factor of −1 off


def _splits(run):
    """Tell whether the loss is the sum of one part for each eigenvalue: gradient descent, on a bowl."""
    return type(run.optimizer) is GradientDescent and hasattr(run.objective, "eigenvalues")


def _grows(run):
    """Tell whether an error that the start has grows without bound, by the factors of a bowl."""
    if not hasattr(run.objective, "eigenvalues"):
        return False
    sizes = predicted_factors(run.optimizer, run.objective.eigenvalues)
    return sizes is not None and bool(np.any((np.abs(sizes) > 1 + ROUNDING) & (run.objective.errors(run.w[0]) != 0)))


def _digits(factor):
    """Return a factor with three digits, with more where it lies so close to 1 or −1 that they would hide the side."""
    return short(factor) if abs(abs(factor) - 1) > 0.005 else f"{factor:.6g}".replace("-", "−")


def _named(objective):
    name = objective.name if "'" in objective.name else f"the {objective.name}"
    return f"{name} turned by {objective.angle:g}°" if getattr(objective, "angle", 0) else name


def _manner(factor):
    if abs(factor) < 1e-3:
        return "is gone after one step"
    if factor > 0:
        return "shrinks"
    if abs(factor + 1) <= ROUNDING:
        return "jumps from side to side for ever"
    return "jumps from side to side" + (" and grows" if factor < -1 else " and shrinks")
