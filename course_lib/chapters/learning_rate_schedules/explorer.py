"""A designer: shape the curve of the learning rate, and see the training change."""

import numpy as np

from course_lib import plots
from course_lib.chapters.learning_rate_schedules.shared.designer import (
    ADAM,
    BEST_CONSTANT,
    BOWL,
    COSINE,
    EXPONENTIAL,
    INVERSE,
    LINE,
    PASSES,
    SEEDS,
    SGD,
    SHAPES,
    STEPS,
    constant,
    designed,
    trained,
)
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.words import counted, short

HIGHEST = 8.0  # the largest peak, in units of the best constant rate
TOP = {BOWL: (0.02, 20), SGD: (0.4, 4), ADAM: (0.4, 4)}
ARTICLES = {LINE: "a ", COSINE: "a ", EXPONENTIAL: "an ", INVERSE: ""}
WINDOW = 6  # steps whose losses are averaged on the right


class ScheduleExplorer(Explorer):
    """A schedule of five numbers, and a run with it: on a noisy bowl, or a network on digits with wrong labels.

    On the left the rate of each step, in units of the best constant rate of the task. On the right the loss, beside
    that of the best constant rate: on the bowl the mean of 200 runs, pale what theory expects; on the digits the mean
    minibatch loss of eight seeds.

    Parameters
    ----------
    **settings
        First values of the controls: `task`, `peak`, `warmup`, `hold`, `shape`, `end`.

    Examples
    --------
    >>> from course_lib.chapters.learning_rate_schedules.explorer import ScheduleExplorer
    >>> explorer = ScheduleExplorer(peak=2.0, warmup=10, hold=60)
    >>> explorer.answer
    'peak = 2.0\\nwarmup = 10\\nhold = 60\\nend = 0.0'
    """

    title = "A designer of schedules"
    recorded = ("peak", "hold")
    answers = ("peak", "warmup", "hold", "end")
    controls = (
        Choice(name="task", label="train", value=BOWL, options=(BOWL, SGD, ADAM)),
        Slider(name="peak", label="peak, in best constant rates", low=0.05, high=HIGHEST, value=1.0, log=True),
        Slider(name="warmup", label="warmup steps", low=0, high=STEPS, value=0, whole=True),
        Slider(name="hold", label="falls from step", low=0, high=STEPS, value=60, whole=True),
        Choice(name="shape", label="falls along", value=LINE, options=SHAPES),
        Slider(name="end", label="end, share of the peak", low=0, high=1, value=0.0, step=0.01),
    )

    def view(self, v):
        return (v.task,)

    def background(self, figure, task):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1.15)).subplots()
        left.axhline(1, color=plots.MUTED, linewidth=1.2, linestyle="--", label="best constant rate")
        left.set(xlim=(0, STEPS), ylim=(0.0, HIGHEST * 1.05), xlabel="step")
        left.set_title(f"rate / best constant rate ({short(BEST_CONSTANT[task])})")
        left.legend(loc="upper right")
        right.set(yscale="log", xlim=(0, STEPS), ylim=TOP[task], xlabel="step")
        right.set_title("loss above the least" if task == BOWL else f"minibatch loss, {PASSES} passes")
        ticks = [0.02, 0.1, 1, 10] if task == BOWL else [0.5, 1, 2, 4]
        right.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        right.minorticks_off()
        right.plot([], [], color=plots.MUTED, linestyle="--", label="best constant rate")
        right.plot([], [], color=plots.COLORS["Momentum"], label="this schedule")
        if task == BOWL:
            plots.prediction(right, [], [])
        right.legend(loc="upper right")
        return left, right

    def compute(self, v):
        return trained(v.task, designed(v.peak, v.warmup, v.hold, v.shape, v.end))

    def draw(self, pen, axes, v, run):
        left, right = axes
        steps, color = np.arange(STEPS), plots.COLORS["Momentum"]
        curve = run.rates / BEST_CONSTANT[v.task]
        edge = np.concatenate([steps, [STEPS - 1, 0]]), np.concatenate([curve, [0, 0]])
        pen.area(left, *edge, color=color, alpha=0.15)
        pen.line(left, steps, curve, color=color, width=2.4)
        pen.handle(left, ("warmup", "peak"), (v.warmup, v.peak), label=f"peak {short(v.peak)}, at step {v.warmup}")
        hold = max(v.hold, v.warmup)
        at = curve[min(hold, STEPS - 1)] if hold < STEPS else v.peak
        pen.handle(left, ("hold", None), (hold, at), color=color, label=f"falls from step {hold}")
        if run.expected is not None:
            pen.curve(right, np.arange(STEPS + 1), run.expected, color="#f0b400", width=6, alpha=0.45)
        pen.curve(right, *averaged(constant(v.task)), color=plots.MUTED, width=1.6, style="--")
        pen.curve(right, *averaged(run), color=color, width=2.2)

    def sentence(self, v, run):
        up = f"up to {short(v.peak)} times the best constant rate in {counted(v.warmup, 'step')}"
        start = up if v.warmup else f"{short(v.peak)} times the best constant rate"
        hold = max(v.hold, v.warmup)
        falls = "never falls" if hold >= STEPS else f"falls from step {hold} on"
        where = f"{v.task}: {start}; {falls}"
        if hold < STEPS:
            where += f", along {ARTICLES[v.shape]}{v.shape}"
        ratio, low, high = run.ratio
        if v.task == BOWL:
            return f"{where}. Expected loss at the end: {short(run.expected[-1])}, {said(ratio)} the best constant's."
        return (
            f"{where}. Training loss at the end, typical of {len(SEEDS)} seeds: {short(run.last)}, {said(ratio)} "
            f"({short(low)} to {short(high)}) the best constant's."
        )


def said(ratio):
    """Return how many times as large a loss is, as a sentence says it."""
    return f"{short(ratio)} times"


def averaged(run):
    """Return the steps and the losses of a run, each the mean of a few."""
    return np.arange(WINDOW / 2, STEPS, WINDOW), run.losses.reshape(-1, WINDOW).mean(axis=1)
