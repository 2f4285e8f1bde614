"""The valleys of ten rules on four problems: what each rate reaches, and the run at the chosen one."""

import numpy as np

from course_lib import plots
from course_lib.chapters.choosing_a_learning_rate.shared import BATCHES, PASSES, RATES, RULES, nearest, valleys
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.words import counted, short

PROBLEMS = ("diabetes", "breast cancer", "digits, softmax", "digits, network")
LOSSES = {
    "diabetes": (2000, 2e5), "breast cancer": (0.02, 20), "digits, softmax": (0.001, 20), "digits, network": (0.001, 20)
}  # fmt: skip
ROOM = np.log(1.1)
TRAINING, HELD_OUT = plots.COLORS["Momentum"], plots.COLORS["Adam"]


class ValleyExplorer(Explorer):
    """Every run that the table holds: on the left the losses over the learning rate, on the right the chosen run.

    Losses are geometric means over six seeds, in solid red on held-out rows, in dashed blue on the training rows. A
    thick bar marks the rates within 10 % of the least held-out loss.

    Parameters
    ----------
    **settings
        First values of the controls: `problem`, `rule`, `batch_size`, `passes`, `lr`.

    Examples
    --------
    >>> from course_lib.chapters.choosing_a_learning_rate.explorer import ValleyExplorer
    >>> explorer = ValleyExplorer(problem="breast cancer", rule="Adam", lr=0.02)
    >>> print(explorer.result.over_best.round(2))
    1.01
    """

    title = "Valleys"
    answers = ("lr", "passes")
    recorded = ("lr", "passes")
    controls = (
        Choice(name="problem", label="problem", value="digits, network", options=PROBLEMS),
        Choice(name="rule", label="rule", value="SGD", options=tuple(RULES)),
        Choice(name="batch_size", label="batch size B", value=str(BATCHES[0]), options=tuple(map(str, BATCHES))),
        Slider(name="passes", label="budget in passes", low=1, high=PASSES, value=PASSES, whole=True, play=True),
        Slider(name="lr", label="learning rate η", low=1e-5, high=1e3, value=0.1, log=True),
    )

    def view(self, v):
        return (v.problem,)

    def background(self, figure, problem):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.4, 1)).subplots(sharey=True)
        left.plot([], [], color=HELD_OUT, label="held-out rows")
        left.plot([], [], "--", color=TRAINING, label="training rows")
        left.plot([], [], color=HELD_OUT, linewidth=7, alpha=0.3, label="within 10 % of the least")
        left.set(xscale="log", yscale="log", xlim=(1e-5, 1e3), ylim=LOSSES[problem], xlabel="learning rate η")
        left.set(title="Loss at the end of the budget", ylabel=f"loss, {problem}")
        left.legend(loc="lower left")
        right.set(xlim=(0, PASSES), title="The run at the chosen rate", xlabel="passes")
        right.set_xticks(range(0, PASSES + 1, 5))
        return left, right

    def compute(self, v):
        return Valley(v.problem, v.rule, int(v.batch_size), v.passes, v.lr)

    def draw(self, pen, axes, v, it):
        left, right = axes
        top = 10 * LOSSES[v.problem][1]
        losses = np.exp(np.minimum(it.logs, np.log(top)))
        for loss, color, style in zip(losses, (TRAINING, HELD_OUT), ("--", "-")):
            pen.curve(left, RATES, loss[it.passes], color=color, style=style, width=1.8)
            pen.curve(right, np.arange(PASSES + 1), loss[:, it.place], color=color, style=style, width=1.8)
        low = LOSSES[v.problem][0] * 1.15
        for first, last in it.stretches:
            pen.line(left, [RATES[first] / 1.15, RATES[last] * 1.15], [low, low], color=HELD_OUT, width=7, alpha=0.3)
        pen.dots(left, RATES[[it.place]], losses[1, it.passes, [it.place]], color=HELD_OUT, size=11)
        pen.line(right, [it.passes, it.passes], LOSSES[v.problem], color=plots.MUTED, width=1)

    def sentence(self, v, it):
        reach = f"{short(RATES[it.best])} is best"
        reach += ", at the end of the table" if it.best in (0, len(RATES) - 1) else ""
        start = f"{v.rule} on {v.problem}, B = {v.batch_size}, {counted(v.passes, 'pass')}: {reach}, and the rates "
        start += f"within 10 % of it cover {it.width:.2f} factors of ten. "
        if not np.isfinite(it.over_best):
            return start + f"η = {short(RATES[it.place])} left the finite numbers."
        return start + (
            f"η = {short(RATES[it.place])} ends at a held-out loss of {short(np.exp(it.held_out[it.place]))}, "
            f"{short(it.over_best)} times the least."
        )


class Valley:
    """The losses of one rule, batch size and budget over the rate.

    Attributes
    ----------
    logs : array of shape (2, passes + 1, rates)
        Logarithms of training loss and held-out loss.
    held_out : array of shape (rates,)
        Those of the held-out loss at the end of the budget.
    best, place : int
        Where in RATES the least of them lies, and the chosen rate.
    over_best : float
        The held-out loss at the chosen rate, over the least.
    width : float
        How many factors of ten the rates cover that lie within 10 % of the least.
    """

    def __init__(self, problem, rule, batch_size, passes, lr):
        self.logs, self.passes, self.place = valleys()[problem, rule, batch_size], int(passes), int(nearest(lr))
        self.held_out = self.logs[1, self.passes]
        self.best = int(self.held_out.argmin())
        self.over_best = np.exp(min(self.held_out[self.place] - self.held_out[self.best], 700))
        self.over_best = self.over_best if np.isfinite(self.held_out[self.place]) else np.inf
        self.inside = self.held_out <= self.held_out[self.best] + ROOM
        self.width = self.inside.sum() * np.log10(RATES[1] / RATES[0])

    @property
    def stretches(self):
        """First and last place of each stretch of rates within 10 % of the least."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self.inside.astype(int), [0]])))
        return list(zip(edges[::2], edges[1::2] - 1))
