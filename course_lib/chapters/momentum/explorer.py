"""The plane of learning rate and momentum, and a run with one curve for each curvature."""

import numpy as np
from matplotlib import colormaps

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.objectives import Quadratic
from course_lib.optimizers import RULES
from course_lib.theory.momentum import both_roots, critical_curvatures, critical_momentum, spectral_radius
from course_lib.training import minimize
from course_lib.words import counted, short

MOST_STEPS = 100
# Closer and closer towards 1: from 0.98 to 0.99 a run becomes twice as long, from 0.3 to 0.31 hardly.
RATES = (0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.91, 0.94, 0.96, 0.98, 0.99, 1)
NEAR = 0.005  # how close to the critical momentum counts as critical: half a step of the slider


class MomentumExplorer(Explorer):
    """The rate of every pair (η, β) on a bowl, a point to move among them, and its run.

    Parameters
    ----------
    eigenvalues : array of shape (d,), default (0.1, 1.0, 5.0)
        The bowl's curvatures, at most five. The run starts with the error 1 in each direction.
    **settings
        First values of the controls: `rule`, `lr`, `momentum`, `steps`.

    Examples
    --------
    >>> from course_lib.chapters.momentum.explorer import MomentumExplorer
    >>> explorer = MomentumExplorer(eigenvalues=[4.0], lr=0.04, momentum=0.9)
    >>> print(explorer.describe().split(": ")[1].split(";")[0])
    λ = 4 rings (0.949 per step)
    """

    title = "Learning rate and momentum"
    size = (9.4, 3.8)
    recorded = ("lr", "momentum")
    answers = ("lr", "momentum")

    def __init__(self, eigenvalues=(0.1, 1.0, 5.0), **settings):
        self._bowl = Quadratic(eigenvalues)
        steepest = self._bowl.eigenvalues.max()
        low, middle, high = (float(f"{share / steepest:.3g}") for share in (0.02, 0.5, 4.2))
        self.controls = (
            Choice(name="rule", label="rule", value="momentum", options=("momentum", "Nesterov")),
            Slider(name="lr", label="learning rate η", low=low, high=high, value=middle, log=True),
            Slider(name="momentum", label="momentum β", low=0, high=0.99, value=0.5, step=0.01),
            Slider(name="steps", label="steps", low=1, high=MOST_STEPS, value=80, whole=True, play=True),
        )
        super().__init__(**settings)

    def view(self, v):
        return (v.rule,)

    def background(self, figure, rule):
        eigenvalues = self._bowl.eigenvalues
        grid = figure.add_gridspec(2, 2, width_ratios=(1.2, 1))
        plane, above, below = (figure.add_subplot(place) for place in (grid[:, 0], grid[0, 1], grid[1, 1]))
        slider = self._by_name["lr"]
        lr, beta = np.geomspace(slider.low, slider.high, 241), np.linspace(0, 0.99, 199)
        radii = spectral_radius(RULES[rule], lr[:, None] * eigenvalues, beta[:, None, None])
        colors = colormaps["YlGnBu_r"](np.linspace(0.1, 1, len(RATES) - 1))
        rates = plane.contourf(lr, beta, radii.max(axis=-1), levels=RATES, colors=colors)
        figure.colorbar(rates, ax=plane, label="factor per step, slowest direction", ticks=RATES)
        for eigenvalue, style in zip(eigenvalues, plots.CYCLE, strict=False):
            for curvature in critical_curvatures(RULES[rule], beta):
                plane.plot(curvature / eigenvalue, beta, alpha=0.8, linewidth=1.2, **style)
            above.plot([], [], label=f"λ = {short(eigenvalue)}", **style)
        plane.set(xscale="log", xlim=(slider.low, slider.high), ylim=(0, 0.99))
        plane.set(xlabel="learning rate η", ylabel="momentum β", title="rate; lines: critical damping")
        plane.grid(False)
        above.set(xlim=(0, MOST_STEPS), ylim=(-1.5, 1.5), yticks=(-1, 0, 1), title="error in each direction")
        above.tick_params(labelbottom=False)
        below.set(xlim=(0, MOST_STEPS), ylim=(1e-8, 30), yscale="log", xlabel="step", ylabel="|error|")
        handles = above.get_legend_handles_labels()  # below the axes, where no curve comes
        style = dict(ncols=len(eigenvalues), columnspacing=1.2, handlelength=2.0, loc="upper center")
        below.legend(*handles, bbox_to_anchor=(0.5, -0.42), **style)
        return plane, above, below

    def compute(self, v):
        rule = RULES[v.rule](lr=v.lr, momentum=v.momentum)
        return minimize(self._bowl, self._bowl.minimum + 1.0, rule, v.steps)

    def draw(self, pen, axes, v, run):
        plane, above, below = axes
        steps = np.arange(run.steps + 1)
        for error, style in zip(self._bowl.errors(run.w).T, plots.CYCLE, strict=False):
            pen.curve(above, steps, error, color=style["color"], style=style["linestyle"])
            pen.curve(below, steps, np.abs(error), color=style["color"], style=style["linestyle"])
        label = f"learning rate {short(v.lr)} and momentum {v.momentum:g}"
        pen.handle(plane, ("lr", "momentum"), (v.lr, v.momentum), label=label)

    def sentence(self, v, run):
        roots = both_roots(type(run.optimizer), v.lr * self._bowl.eigenvalues, v.momentum)
        radii = np.abs(roots).max(axis=0)
        directions = ", ".join(
            f"λ = {short(eigenvalue)} {behavior(pair, self._distance(v, eigenvalue))} ({factor(radius)} per step)"
            for eigenvalue, pair, radius in zip(self._bowl.eigenvalues, roots.T, radii, strict=True)
        )
        largest = np.abs(self._bowl.errors(run.w[-1])).max()
        outcome = f"after {counted(v.steps, 'step')} the largest error is {short(largest)}, from 1 at the start"
        if not largest < 1e3:
            outcome = f"the run diverges, within {counted(v.steps, 'step')} the error passes 1000"
        where = f"{v.rule[0].upper()}{v.rule[1:]}, η = {short(v.lr)}, β = {v.momentum:g}"
        return f"{where}: {directions}; {outcome}."

    def _distance(self, v, eigenvalue):
        """Return how far the momentum is from the one that damps this direction critically at this learning rate."""
        return abs(v.momentum - critical_momentum(RULES[v.rule], v.lr * eigenvalue))


def factor(radius):
    """Return a factor per step in three digits, or in as many as tell it from 1: 0.894, 0.9996."""
    return f"{radius:.4f}" if 0.9995 <= radius < 1 - 1e-9 else short(radius)


def behavior(roots, distance):
    """Say in words what a direction with these two roots does, at this distance from the critical momentum."""
    radius = np.abs(roots).max()
    if np.isclose(radius, 1, rtol=0, atol=1e-9):
        return "jumps from side to side for ever"
    if radius > 1:
        return "diverges"
    if radius < 1e-6:
        return "is gone within two steps"
    jumps = roots.real.sum() < 0
    if distance <= NEAR:
        return "is critically damped and jumps from side to side" if jumps else "is critically damped"
    if abs(roots[0].imag) > 0:
        return "rings"
    return "jumps from side to side" if jumps else "is overdamped"
