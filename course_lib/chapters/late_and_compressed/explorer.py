"""Late and compressed gradients on a noisy bowl: the roots of a delay, and the loss by steps and by bytes."""

import numpy as np

from course_lib import plots
from course_lib.chapters.late_and_compressed.shared.bowl import CURVATURES, MESSAGES, RUNS, SPREAD, STEPS, late_run
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider, Toggle
from course_lib.theory import delay
from course_lib.words import counted, short

MOST_LATE = 12


class LateExplorer(Explorer):
    """Ten runs whose gradients come late, are sent in part, or both.

    Left: the roots of the steepest direction for full messages, and the circle that they must not reach. Right: the
    mean loss by steps and by bytes sent.

    Parameters
    ----------
    **settings
        First values of the controls: `lr`, `delay`, `message`, `levels`, `kept`, `memory`, `noisy`.

    Examples
    --------
    >>> explorer = LateExplorer(lr=0.3, delay=2)
    >>> print(explorer.describe().split(":")[0])
    Full messages, 2 steps late, η = 0.3
    """

    title = "Late and compressed gradients"
    recorded = ("lr", "delay")
    answers = ("lr", "kept")
    controls = (
        Slider(name="lr", label="learning rate η", low=0.01, high=3.0, value=0.3, log=True),
        Slider(name="delay", label="delay τ", low=0, high=MOST_LATE, value=0, whole=True),
        Choice(name="message", label="message", value="full", options=MESSAGES),
        Slider(name="levels", label="levels", low=1, high=15, value=1, whole=True, only={"message": ("rounded",)}),
        Slider(name="kept", label="entries kept k", low=1, high=20, value=2, whole=True, only={"message": ("top-k",)}),
        Toggle(name="memory", label="memory", value=False, only={"message": ("top-k", "signs")}),
        Toggle(name="noisy", label="noise", value=True),
    )

    def background(self, figure, _=None):
        grid = figure.add_gridspec(1, 3, width_ratios=(1, 1.15, 1.15))
        plane, steps, sent = (figure.add_subplot(place) for place in grid)
        angle = np.linspace(0, 2 * np.pi, 200)
        plane.plot(np.cos(angle), np.sin(angle), color=plots.MUTED, linewidth=1)
        plane.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), aspect="equal", title="roots, λ = 1")
        steps.set(xlim=(0, STEPS), ylim=(1e-4, 30), yscale="log", xlabel="step", title="mean loss")
        sent.set(xlim=(4, 40_000), ylim=(1e-4, 30), xscale="log", yscale="log", xlabel="bytes sent", title="mean loss")
        return plane, steps, sent

    def compute(self, v):
        keeps = v.memory and v.message in ("top-k", "signs")
        return late_run(v.lr, v.delay, v.message, v.levels, v.kept, keeps, v.noisy), self._floor(v)

    def draw(self, pen, axes, v, result):
        run, stops = result
        plane, by_steps, by_bytes = axes
        roots = delay.roots(v.lr * CURVATURES.max(), v.delay)
        pen.dots(plane, np.clip(roots.real, -1.4, 1.4), np.clip(roots.imag, -1.4, 1.4), color=plots.COLORS["Adam"])
        t = np.arange(STEPS + 1)
        pen.curve(by_steps, t, run.mean, color=plots.COLORS["Momentum"])
        pen.curve(by_bytes, t[1:] * run.message_bytes, run.mean[1:], color=plots.COLORS["Momentum"])
        if np.isfinite(stops) and stops > 0:
            pen.line(by_steps, [0, STEPS], [stops, stops], color=plots.MUTED, style="--")

    def sentence(self, v, result):
        run, stops = result
        largest = np.abs(delay.roots(v.lr * CURVATURES.max(), v.delay)[0])
        what = {
            "full": "Full messages",
            "rounded": f"Messages of {counted(v.levels, 'level')}",
            "top-k": f"The top {v.kept} of 20",
            "signs": "Scaled signs",
        }[v.message]
        with_memory = " with memory" if v.memory and v.message in ("top-k", "signs") else ""
        end = f"after {STEPS} steps and {STEPS * run.message_bytes} bytes the mean loss of {RUNS} runs is "
        end += short(run.mean[-1]) if run.mean[-1] < 1e4 else "beyond all bounds"
        full = f"with full messages the largest root is {largest:.4f} and the limit η = {self._limit(v):.4g}"
        floor = f", the floor {short(stops)}" if v.noisy and np.isfinite(stops) else ""
        late = f"{counted(v.delay, 'step')} late" if v.delay else "in time"
        return f"{what}{with_memory}, {late}, η = {short(v.lr)}: {end}; {full}{floor}."

    def _limit(self, v):
        return float(delay.limit(v.delay) / CURVATURES.max())

    def _floor(self, v):
        """Return the floor of full messages, 0 without noise."""
        return float(delay.floor(v.lr, CURVATURES, np.full(20, v.noisy * SPREAD**2), v.delay))
