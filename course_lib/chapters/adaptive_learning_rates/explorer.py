"""A bowl that turns, and the rate that a rule gives to each coordinate."""

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.explore.losses import MOST_STEPS, above_minimum, loss_axes
from course_lib.objectives import Quadratic
from course_lib.optimizers import RULES
from course_lib.training import minimize
from course_lib.words import counted, short

EIGENVALUES = (1.0, 100.0)
OFFERED = ("gradient descent", "momentum", "AdaGrad", "RMSProp")
ADAPTIVE = ("AdaGrad", "RMSProp")
OPTIONS = {"momentum": ("momentum",), "AdaGrad": ("eps",), "RMSProp": ("beta2", "eps")}
SYMBOLS = {"momentum": "β", "beta2": "β₂", "eps": "ε"}
GOAL = 1e-3
BARS = np.array([0.0, 1.3]), np.array([2.8, 4.1])  # far enough apart for labels such as 0.00999


class AdaptiveExplorer(Explorer):
    """A rule on a bowl of κ = 100 that can be turned: its path, its loss, and what it divides by.

    Parameters
    ----------
    **settings
        First values of the controls: `rule`, `angle` (degrees), `lr`, `momentum`, `beta2`, `eps`,
        `steps`. The start turns with the bowl.

    Examples
    --------
    >>> from course_lib.chapters.adaptive_learning_rates.explorer import AdaptiveExplorer
    >>> explorer = AdaptiveExplorer(rule="RMSProp", angle=0)
    >>> explorer.set(angle=45)
    >>> explorer.answer
    'angle = 45'
    """

    title = "A learning rate for every coordinate"
    recorded = ("angle", "lr")
    answers = ("angle",)
    controls = (
        Choice(name="rule", label="rule", value="RMSProp", options=OFFERED),
        Slider(name="angle", label="angle of the bowl in degrees", low=0, high=90, value=0, whole=True),
        Slider(name="lr", label="learning rate η", low=1e-4, high=10, value=0.1, log=True),
        Slider(
            name="momentum", label="momentum β", low=0, high=0.99, value=0.9, step=0.01, only={"rule": ("momentum",)}
        ),
        Slider(name="beta2", label="decay β₂", low=0, high=0.999, value=0.99, step=0.001, only={"rule": ("RMSProp",)}),
        Slider(name="eps", label="ε", low=1e-10, high=1e3, value=1e-8, log=True, only={"rule": ADAPTIVE}),
        Slider(name="steps", label="steps", low=1, high=MOST_STEPS, value=100, whole=True, play=True),
    )

    def background(self, figure):
        left, middle, right = figure.add_gridspec(1, 3, width_ratios=(1.2, 0.9, 1.1)).subplots()
        left.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xlabel="$w_1$", ylabel="$w_2$")
        left.set_title("bowl with κ = 100")
        left.plot(0, 0, "*", color="white", markeredgecolor=plots.INK, markersize=13)
        loss_axes(middle, Quadratic(EIGENVALUES), left.viewLim.get_points().T)
        right.set(yscale="log", ylim=(1e-4, 1e4), xlim=(-0.6, 4.7), title="in each coordinate")
        right.set_xticks([*BARS[0], *BARS[1]], ["$w_1$", "$w_2$", "$w_1$", "$w_2$"])
        right.set_xlabel("divided by      effective rate")
        return left, middle, right

    def compute(self, v):
        bowl = Quadratic(EIGENVALUES, angle=v.angle)
        rule, kept = RULES[v.rule](lr=v.lr, **options(v)), "state" if v.rule in ADAPTIVE else ()
        run = minimize(bowl, bowl.eigenvectors @ [1.0, 0.4], rule, v.steps, record=kept)
        return run, *rates(run)

    def draw(self, pen, axes, v, result):
        left, middle, right = axes
        run, divisor, effective = result
        turn = np.linspace(0, 2 * np.pi, 121)
        circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1) / np.sqrt(EIGENVALUES)
        for size in (0.1, 0.3, 0.6, 1.0, 1.5, 2.2):
            x, y = run.objective.eigenvectors @ (size * circle).T
            pen.line(left, x, y, color="#8fa6ba", width=0.8)
        pen.path(left, run)
        pen.dots(left, *run.w[:1].T, color=plots.color_of(run.optimizer), size=9)
        pen.curve(middle, np.arange(run.steps + 1), above_minimum(run), color=plots.color_of(run.optimizer))
        for places, values in zip(BARS, (divisor, effective), strict=True):
            self._bars(pen, right, places, values, plots.color_of(run.optimizer))

    def _bars(self, pen, right, places, values, color):
        bottom, top = right.get_ylim()
        shown = np.clip(np.nan_to_num(values, nan=top, posinf=top), bottom, top)
        pen.bars(right, places, shown, color, width=0.8, base=bottom)
        for place, value, height in zip(places, values, shown, strict=True):
            pen.text(right, place, min(height * 2, top / 2), short(value), size=9)

    def sentence(self, v, result):
        run, _, effective = result
        numbers = "".join(f", {SYMBOLS[name]} = {short(value)}" for name, value in options(v).items())
        where = f"{v.rule[0].upper()}{v.rule[1:]}, bowl turned by {v.angle}°, η = {short(v.lr)}{numbers}"
        reached = run.steps_to(GOAL)
        if not run.loss[-1] < 1e3 * run.loss[0]:
            return f"{where}: it diverges within {counted(v.steps, 'step')}."
        if not np.isfinite(reached):
            outcome = f"after {counted(v.steps, 'step')} the loss is {short(run.loss[-1])}, not yet {GOAL:g}"
        elif (run.loss[reached:] <= GOAL).all():
            outcome = f"the loss is below {GOAL:g} from step {reached} to step {v.steps}"
        else:
            outcome = f"the loss first falls below {GOAL:g} at step {reached}, and rises again"
        ratio = effective.max() / effective.min()
        apart = "Both coordinates have the same rate" if ratio < 1.005 else f"The rates differ {short(ratio)}-fold"
        return f"{where}: {outcome}. {apart}."


def options(v):
    """Return the hyper-parameters that the chosen rule has beside the learning rate."""
    return {name: getattr(v, name) for name in OPTIONS.get(v.rule, ())}


def rates(run):
    """Return what the rule divides each coordinate's gradient by after the last step, and the rate that results."""
    rule = run.optimizer
    if "state" not in run.recorded:
        return np.ones(2), np.full(2, float(rule.lr))
    with np.errstate(all="ignore"):  # a run that diverged has numbers that are none
        divisor = np.sqrt(run.recorded["state"][-1]) + rule.eps
        return divisor, rule.lr / divisor
