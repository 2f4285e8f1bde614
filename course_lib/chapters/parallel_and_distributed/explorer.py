"""What the chapter drags: a model of how long a run takes on many workers."""

from dataclasses import dataclass

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import POWERS, Choice, Slider
from course_lib.theory import parallel
from course_lib.words import counted, short

ROW, SIZE, LEAST_STEPS = 0.005, 4e8, 1000  # seconds for a row's gradient; bytes of a gradient; steps without noise
MOST = 1024
COUNTS = np.unique(np.geomspace(1, MOST, 61).round())
COMPUTE, MESSAGES, WHOLE = plots.COLORS["Momentum"], plots.COLORS["Adam"], plots.INK


@dataclass(frozen=True)
class Times:
    """Seconds at each of COUNTS: of a step's gradients and messages, of a run, and of a run with the best batch.

    `alone` is the run of one worker without messages.
    """

    compute: np.ndarray
    messages: np.ndarray
    run: np.ndarray
    best: np.ndarray
    alone: float


def times(workers, batch_size, latency, bandwidth, scale, way):
    """Return the model's `Times` at some numbers of workers; workers without a row wait. `bandwidth` is in MB/s."""
    workers = np.asarray(workers, dtype=float)
    messages = parallel.step_seconds(workers, 0.0, SIZE, latency, 1e6 * bandwidth, way)

    def run(batch):
        compute = batch * ROW / np.minimum(workers, batch)
        return compute, parallel.steps_needed(batch, scale, LEAST_STEPS) * (compute + messages)

    compute, seconds = run(batch_size)
    alone = parallel.steps_needed(batch_size, scale, LEAST_STEPS) * batch_size * ROW
    return Times(compute, messages, seconds, run(parallel.best_batch(workers, ROW, messages, scale))[1], alone)


class ScalingExplorer(Explorer):
    """A model of data-parallel training: the time of a step, and the time to a loss, over the number of workers.

    A row's gradient takes 5 ms, a gradient has 400 MB, and without noise 1000 steps would do. The shards are equal,
    and the workers equally fast: where W does not divide B, the slowest takes somewhat longer than shown.

    Parameters
    ----------
    **settings
        First values of the controls: `workers`, `batch_size`, `bandwidth` (MB a second), `latency` (seconds),
        `noise_scale`, `way`.

    Examples
    --------
    >>> from course_lib.chapters.parallel_and_distributed.explorer import ScalingExplorer
    >>> ScalingExplorer(workers=8, batch_size=512).answer
    'workers = 8\\nbatch_size = 512'
    """

    title = "Workers"
    answers = ("workers", "batch_size")
    recorded = ("workers", "batch_size")
    controls = (
        Slider(name="workers", label="workers W", low=1, high=MOST, value=16, whole=True, log=True, landmarks=POWERS),
        Slider(
            name="batch_size", label="batch size B", low=1, high=2**17, value=1024, whole=True, log=True,
            landmarks=POWERS,
        ),  # fmt: skip
        Slider(name="bandwidth", label="bandwidth, MB a second", low=10, high=1e5, value=1000, log=True),
        Slider(name="latency", label="latency, seconds", low=1e-6, high=1e-1, value=1e-3, log=True),
        Slider(name="noise_scale", label="noise scale", low=10, high=1e5, value=2000, log=True),
        Choice(name="way", label="gradients go", value=parallel.RING, options=(parallel.RING, parallel.STAR)),
    )

    def background(self, figure):
        figure.set_layout_engine("constrained", wspace=0.06)
        left, right = figure.subplots(1, 2)
        look = dict(xscale="log", yscale="log", xlim=(1, MOST), xlabel="workers W", ylabel="seconds")
        for label, color in {"gradients": COMPUTE, "messages": MESSAGES, "both": WHOLE}.items():
            left.plot([], [], "-", color=color, label=label)
        for label, style in {"this batch": "-", "the best batch for each W": "--"}.items():
            right.plot([], [], style, color=WHOLE, label=label)
        right.plot([], [], "-", color="#f0b400", linewidth=6, alpha=0.45, label="one worker's time over W")
        left.set(title="A step", ylim=(1e-3, 1e3), **look)
        right.set(title="A run to the loss", ylim=(3e1, 1e7), **look)
        left.legend(loc="upper right")
        right.legend(loc="upper right")
        return left, right

    def compute(self, v):
        told = (v.batch_size, v.latency, v.bandwidth, v.noise_scale, v.way)
        return times(COUNTS, *told), times(v.workers, *told)

    def draw(self, pen, axes, v, result):
        (left, right), (curves, here) = axes, result
        for y, color in zip((curves.compute, curves.messages, curves.compute + curves.messages),
                            (COMPUTE, MESSAGES, WHOLE)):  # fmt: skip
            pen.curve(left, COUNTS[y > 0], y[y > 0], color=color, width=1.8)  # one worker of a ring sends nothing
        pen.curve(right, COUNTS, here.alone / COUNTS, color="#f0b400", width=6, alpha=0.45)
        pen.curve(right, COUNTS, curves.best, color=WHOLE, style="--", width=1.5)
        pen.curve(right, COUNTS, curves.run, color=WHOLE, width=1.8)
        pen.dots(left, [v.workers], [here.compute + here.messages], color=WHOLE, size=10)
        pen.dots(right, [v.workers], [here.run], color=WHOLE, size=10)

    def sentence(self, v, result):
        here, ratio = result[1], result[1].alone / result[1].run
        steps = parallel.steps_needed(v.batch_size, v.noise_scale, LEAST_STEPS)
        waiting = f" {counted(v.workers - v.batch_size, 'worker')} without a row." if v.workers > v.batch_size else ""
        alone = f"takes {short(ratio)} times as long" if ratio >= 1 else f"is {whole(1 / ratio)} times as fast"
        alone = f", one worker with this batch {alone}" if v.workers > 1 else ""
        return (
            f"{counted(v.workers, 'worker')}, B = {v.batch_size}, a {v.way}: a step takes {short(here.compute)} s for "
            f"gradients and {short(here.messages)} s for messages; {whole(steps)} steps make {lasting(here.run)}{alone}"
            f".{waiting} With the best batch for so many workers: {lasting(here.best)}."
            + " (A dot is outside its picture.)" * bool(here.compute + here.messages > 1e3 or not 30 <= here.run <= 1e7)
        )


def whole(number):
    """Return a number with three digits, and a large one in full."""
    return short(number) if number < 1e5 else f"{number:,.0f}"


def lasting(seconds):
    """Return a time in seconds, or in days where it is a day or more."""
    return f"{short(seconds)} s" if seconds < 86400 else f"{whole(seconds / 86400)} days"
