"""Several rules on one surface, each with its own learning rate."""

import numpy as np

from course_lib import plots
from course_lib.arguments import one_of
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Point, Slider, Toggle
from course_lib.explore.losses import MOST_STEPS, above_minimum, loss_axes
from course_lib.explore.surfaces import BOWL, box_around, surface_controls, surface_named
from course_lib.optimizers import RULES
from course_lib.training import minimize
from course_lib.words import counted, short

FIRST_RATES = {
    "gradient descent": 0.1,
    "momentum": 0.02,
    "Nesterov": 0.02,
    "AdaGrad": 0.5,
    "RMSProp": 0.05,
    "AdaDelta": 1.0,
    "Adam": 0.2,
}  # a rule that a reader has registered starts at 0.1


class RaceExplorer(Explorer):
    """The paths and losses of several rules from one start.

    Parameters
    ----------
    rules : tuple of str, default ("gradient descent", "momentum", "RMSProp", "Adam")
        Who runs: names from the menu of rules.
    **settings
        First values of the controls: `surface`, `kappa`, `steps`, `start`, and for each rule whether
        it runs and its learning rate, such as `adam=True, lr_adam=0.1`.

    Examples
    --------
    >>> from course_lib.chapters.fair_race.explorer import RaceExplorer
    >>> RaceExplorer(rules=("momentum", "Adam"), lr_adam=0.3).values["lr_adam"]
    0.3
    """

    title = "A race of update rules"

    def __init__(self, rules=("gradient descent", "momentum", "RMSProp", "Adam"), **settings):
        self._rules = {one_of("rules", rule, RULES).lower().replace(" ", "_"): rule for rule in rules}
        self.answers = tuple(f"lr_{name}" for name in self._rules)
        self.controls = (
            *surface_controls(),
            Point(name="start", label="start", value=(-2.5, 2.0)),
            Slider(name="steps", label="steps", low=0, high=MOST_STEPS, value=60, whole=True, play=True),
            *(control for name, rule in self._rules.items() for control in (
                Toggle(name=name, label=rule, value=True),
                Slider(name=f"lr_{name}", label=f"η of {rule}", low=1e-4, high=10, value=FIRST_RATES.get(rule, 0.1),
                       log=True, only={name: (True,)}),
            )),
        )  # fmt: skip
        super().__init__(**settings)

    def view(self, v):
        kappa = v.kappa if v.surface == BOWL else 0
        return v.surface, kappa, box_around(surface_named(v.surface, kappa), v.start)

    def background(self, figure, name, kappa, box):
        objective = surface_named(name, kappa)
        left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1.1)).subplots()
        plots.surface(left, objective, box=box)
        loss_axes(right, objective, box)
        for rule in self._rules.values():
            right.plot([], [], label=rule, **plots.look(RULES[rule]))
        right.legend(loc="upper right")
        return left, right

    def compute(self, v):
        objective = surface_named(v.surface, v.kappa)
        return {
            rule: minimize(objective, v.start, RULES[rule](lr=getattr(v, f"lr_{name}")), v.steps)
            for name, rule in self._rules.items()
            if getattr(v, name)
        }

    def draw(self, pen, axes, v, runs):
        left, right = axes
        for run in runs.values():
            pen.path(left, run, dots=False)
            style = plots.look(run.optimizer)
            steps = np.arange(run.steps + 1)
            pen.curve(right, steps, above_minimum(run), color=style["color"], style=style["linestyle"])
        pen.handle(left, "start", v.start, label=f"start, at {v.start[0]:g}, {v.start[1]:g}")

    def sentence(self, v, runs):
        if not runs:
            return "Nobody runs: switch a rule on."
        order = sorted(runs, key=lambda rule: above_minimum(runs[rule])[-1])
        ends = ", ".join(f"{rule} {short(above_minimum(runs[rule])[-1])}" for rule in order)
        objective = next(iter(runs.values())).objective
        work = counted(v.steps, "step")
        return f"On the {objective.name}, after {work}, the loss above the minimum is, best first: {ends}."
