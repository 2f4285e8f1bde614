"""One parameter on a parabola, the first thing to drag."""

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Slider
from course_lib.objectives import Quadratic
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize
from course_lib.words import short

PARABOLA = Quadratic([1.0], center=[1.0])


class FirstStepExplorer(Explorer):
    """Steps of gradient descent on the parabola ½ (w − 1)²; settings `lr`, `steps`, `start`.

    Examples
    --------
    >>> from course_lib.chapters.start_here.explorer import FirstStepExplorer
    >>> FirstStepExplorer(lr=0.5, steps=1, start=4).result.w
    array([[4. ],
           [2.5]])
    """

    title = "The first steps of gradient descent"
    recorded = ("lr", "steps")
    size = (9.4, 3.9)
    controls = (
        Slider(name="lr", label="learning rate η", low=0.1, high=3, value=0.3, step=0.1),
        Slider(name="steps", label="steps", low=0, high=20, value=4, whole=True, play=True),
        Slider(name="start", label="start w", low=-5, high=7, value=5.0, step=0.1),
    )

    def background(self, figure):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.3, 1)).subplots()
        w = np.linspace(-5, 7, 200)
        left.plot(w, PARABOLA.value(w[:, None]), color="#8fa6ba", linewidth=2.5)
        left.set(xlim=(-5, 7), ylim=(-1, 18), xlabel="w", ylabel="loss", title="loss = ½ (w − 1)²")
        right.set(xlim=(-0.5, 20.5), ylim=(-1, 18), xlabel="step", title="loss after each step")
        right.set_xticks(range(0, 21, 4))
        return left, right

    def compute(self, v):
        return minimize(PARABOLA, [v.start], GradientDescent(v.lr), v.steps)

    def draw(self, pen, axes, v, run):
        left, right = axes
        color = plots.color_of("Adam")
        w = np.clip(run.w[:, 0], -100, 100)
        pen.curve(left, w, run.loss, color=color, width=1.4)
        pen.dots(left, w, run.loss, color=color, size=6)
        pen.handle(left, ("start", None), (v.start, run.loss[0]), color=color, label=f"start, at w = {v.start:g}")
        pen.curve(right, np.arange(v.steps + 1), run.loss, color=color, width=1.4)
        pen.dots(right, np.arange(v.steps + 1), run.loss, color=color, size=6)

    def sentence(self, v, run):
        rate = f"{v.lr:g}"  # all its digits: 0.9999 is not 1
        if v.start == 1:
            return f"The start, w = 1, is the lowest point. Its slope is 0: with learning rate {rate} it stays there."
        if v.steps == 0:
            return f"The start is w = {short(v.start)}, where the loss is {short(run.loss[0])}. No step is taken."
        if v.lr < 1:
            manner = f"Each step goes {rate} of the way to the lowest point."
        elif v.lr == 1:
            manner = "Each step goes exactly to the lowest point."
        elif v.lr < 2:
            manner = f"Each step goes {rate} times the way to the lowest point: over it, and still closer."
        elif v.lr == 2:
            manner = "Each step jumps over the lowest point and lands just as far on the other side, for ever."
        else:
            manner = f"Each step goes {rate} times the way to the lowest point, and so farther off: it diverges."
        lead = "1 step leads" if v.steps == 1 else f"{v.steps} steps lead"
        return (
            f"With learning rate {rate}, {lead} from w = {short(v.start)} to w = {short(run.w[-1, 0])}, "
            f"where the loss is {short(run.loss[-1])}. {manner}"
        )
