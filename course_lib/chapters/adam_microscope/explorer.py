"""The cycle of gradients on which Adam walks the wrong way: its drift against β₂, and the game between two walls."""

from typing import NamedTuple

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.optimizers import Adam, AMSGrad
from course_lib.theory.adam import amsgrad_drift, drift
from course_lib.training import replay
from course_lib.words import short

RULES = {"Adam": (Adam, drift), "AMSGrad": (AMSGrad, amsgrad_drift)}
MEMORIES = np.linspace(0, 0.99, 199)
RATE, PLAYED = 0.02, 300  # the learning rate of the game, and its steps
SETTLED = 900  # steps before the mean step is measured


class Walk(NamedTuple):
    """The drift a step in learning rates, predicted and measured, the curve over β₂, and the game's points."""

    predicted: float
    measured: float
    curve: np.ndarray
    x: np.ndarray


class WrongWayExplorer(Explorer):
    """Gradients C, −1, −1, … in turn: where Adam and AMSGrad go, for each memory β₂.

    β₁ and ε are 0. On the left the mean step in the long run, predicted for all β₂ and measured at one; on the
    right the game: w between two walls, learning rate 0.02.

    Parameters
    ----------
    **settings
        First values of the controls: `rule`, `C`, `gap`, `beta2`.

    Examples
    --------
    >>> from course_lib.chapters.adam_microscope.explorer import WrongWayExplorer
    >>> explorer = WrongWayExplorer(C=4.0, gap=3, beta2=0.06)
    >>> round(3 * explorer.result.measured, 3), float(explorer.result.x[-1])
    (0.682, 1.0)
    """

    title = "The wrong way"
    recorded = ("C", "beta2")
    answers = ("beta2",)
    controls = (
        Choice(name="rule", label="rule", value="Adam", options=tuple(RULES)),
        Slider(name="C", label="rare gradient C", low=1, high=20, value=4, step=0.1),
        Slider(name="gap", label="gradients in a cycle", low=2, high=12, value=3, whole=True),
        Slider(name="beta2", label="β₂, memory of v", low=0, high=0.99, value=0.9, step=0.01),
    )

    def background(self, figure):
        left, right = figure.subplots(1, 2)
        for ax in (left, right):
            ax.axhline(0, color=plots.MUTED, linewidth=1)
        left.plot([], [], label="predicted", color="0.3", linestyle="--")
        left.plot([], [], "o", label="measured (drag it)", color=plots.color_of(Adam))
        left.legend(loc="upper right")
        left.set(xlim=(0, 1), ylim=(-1, 1), xlabel="β₂", ylabel="mean step / η", title="where a cycle leads")
        right.set(xlim=(0, PLAYED), ylim=(-1.1, 1.1), xlabel="step", ylabel="w", title="the game, walls at ±1")
        return left, right

    def compute(self, v):
        rule, theory = RULES[v.rule]
        optimizer = rule(lr=1.0, beta1=0.0, beta2=v.beta2, eps=0.0)
        cycle = [v.C, *[-1.0] * (v.gap - 1)]
        moves = replay(optimizer, np.resize(cycle, (SETTLED // v.gap * v.gap, 1))).delta[:, 0]
        x, points = 0.0, [0.0]
        for move in moves[:PLAYED]:  # gradients do not depend on x, so neither do the steps; only the walls do
            x = min(max(x + RATE * move, -1.0), 1.0)
            points.append(x)
        predicted, curve = theory(v.C, v.beta2, v.gap) / v.gap, theory(v.C, MEMORIES, v.gap) / v.gap
        return Walk(float(predicted) + 0.0, float(moves[-v.gap :].mean()), curve, np.array(points))

    def draw(self, pen, axes, v, walk):
        left, right = axes
        color = plots.color_of(RULES[v.rule][0])
        pen.curve(left, MEMORIES, walk.curve, color="#4d4d4d", style="--")
        pen.handle(left, ("beta2", None), (v.beta2, walk.measured), color=color, label=f"memory β₂ = {v.beta2:g}")
        pen.curve(right, np.arange(len(walk.x)), walk.x, color=color)

    def sentence(self, v, walk):
        total = v.C - v.gap + 1
        downhill = "−1" if total > 0 else "+1"
        best = f"the gradients of a cycle sum to {short(total)}, so w = {downhill} is best"
        if abs(total) < 1e-9:
            best = "the gradients of a cycle sum to 0, so every w is as good"
        if abs(walk.measured) < 1e-9:
            way = "nowhere"
        elif abs(total) < 1e-9:
            way = "upwards, and no way is right" if walk.measured > 0 else "downwards, and no way is right"
        else:
            way = "the right way" if walk.measured * total < 0 else "the wrong way"
        ones = "once −1" if v.gap == 2 else f"{v.gap - 1} times −1"
        return (
            f"Gradients {v.C:g}, then {ones}: {best}. {v.rule} with β₂ = {v.beta2:g} moves by "
            f"{short(walk.measured)} η a step on average, predicted {short(walk.predicted)}: {way}. "
            f"The game stands at w = {short(float(walk.x[-1]))} after {PLAYED} steps."
        )
