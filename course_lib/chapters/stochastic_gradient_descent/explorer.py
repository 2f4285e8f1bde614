"""Many runs of SGD on one problem, where they end, and the floor on which they stay."""

import functools

import numpy as np

from course_lib import plots
from course_lib.data import points_around_a_line
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Point, Slider
from course_lib.explore.words import counted
from course_lib.models import LinearRegression
from course_lib.plots import short

DATA = points_around_a_line()
MODEL = LinearRegression(1)
LOSS = MODEL.on(*DATA)
BEST = MODEL.solve(*DATA)
LEAST = float(LOSS.value(BEST))
NOISE = np.cov(MODEL.grad(BEST, DATA.X[:, np.newaxis, :], DATA.y[:, np.newaxis]).T, bias=True)  # of a single row
CURVATURE = 2.0  # in all directions, since the feature has mean 0 and deviation 1
RUNS, MOST_STEPS, LARGEST_BATCH = 50, 200, 128
OF_STEPS, OF_PASSES = "steps", "passes over the data"
BOX = ((-0.5, 5.0), (-0.5, 5.0))
HUGE = 1e12  # what diverges is cut off there


class NoiseExplorer(Explorer):
    """Fifty runs of SGD on a line through 442 points: the cloud of their ends, and their loss above the floor.

    The dashed ellipse is where theory expects the ends in the long run: two deviations around the minimum.

    Parameters
    ----------
    **settings
        First values of the controls: `batch_size`, `lr`, `steps`, `start`, and `axis`, what the loss
        is drawn over.

    Examples
    --------
    >>> from course_lib.chapters.stochastic_gradient_descent.explorer import NoiseExplorer
    >>> explorer = NoiseExplorer(lr=0.04, batch_size=4)
    >>> explorer.answer
    'batch_size = 4\\nlr = 0.04'
    """

    title = "The noise of small batches"
    answers = ("batch_size", "lr")
    controls = (
        Slider(name="batch_size", label="batch size B", low=1, high=LARGEST_BATCH, value=8, whole=True),
        Slider(name="lr", label="learning rate η", low=1e-3, high=1, value=0.1, log=True),
        Slider(name="steps", label="steps", low=1, high=MOST_STEPS, value=120, whole=True, play=True),
        Choice(name="axis", label="loss over", value=OF_STEPS, options=(OF_STEPS, OF_PASSES)),
        Point(name="start", label="start", value=(0.0, 0.0), low=-0.5, high=5, axes=("slope", "height")),
    )

    def view(self, v):
        return (v.axis,)

    def paper(self, figure, axis):
        figure.set_layout_engine("constrained", wspace=0.06)
        left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1.15)).subplots()
        plots.surface(left, LOSS, box=BOX, title=f"{RUNS} runs and where they end")
        left.plot(*BEST, "*", color="white", markeredgecolor=plots.INK, markersize=13)
        left.set(xlabel="slope of the line", ylabel="height of the line")
        right.set(yscale="log", ylim=(1e-4, 1e2), xlabel=axis, title="loss above the least")
        if axis == OF_STEPS:
            right.set(xlim=(0, MOST_STEPS))
        else:
            right.set(xscale="log", xlim=(2e-3, 200))
        return left, right

    def compute(self, v):
        moments = drawn(v.batch_size)
        w = np.broadcast_to(v.start, (RUNS, 2))
        path = [w]
        with np.errstate(all="ignore"):
            for x, y, xx, xy in moments[: v.steps]:
                slope, height = w[:, 0], w[:, 1]
                grad = 2 * np.stack([xx * slope + x * height - xy, x * slope + height - y], axis=-1)
                w = w - v.lr * grad
                path.append(w)
            path = np.array(path)
            above = np.nan_to_num(LOSS.value(path) - LEAST, nan=HUGE).clip(1e-12, HUGE)
        return path, above

    def draw(self, pen, axes, v, result):
        left, right = axes
        path, above = result
        color, pale = plots.COLORS["Momentum"], plots.MUTED
        spread = spread_of_ends(v.batch_size, v.lr)
        seen = plots.until_out_of_sight(left, path)
        pen.line(left, seen[:, 0, 0], seen[:, 0, 1], color=plots.INK, width=0.9, alpha=0.5)
        pen.dots(left, seen[-1, :, 0], seen[-1, :, 1], color=color, size=4.5, alpha=0.7)
        if spread is not None:
            angle = np.linspace(0, 2 * np.pi, 80)
            ellipse = BEST + 2 * np.stack([np.cos(angle), np.sin(angle)], axis=-1) @ np.linalg.cholesky(spread).T
            pen.line(left, ellipse[:, 0], ellipse[:, 1], color=pale, style="--", width=2.2)
        pen.handle(left, "start", v.start, label=f"start, at slope {v.start[0]:g} and height {v.start[1]:g}")
        x = np.arange(len(above)) * (1 if v.axis == OF_STEPS else v.batch_size / len(DATA))
        x = np.maximum(x, right.get_xlim()[0])
        low, high = np.quantile(above, [0.1, 0.9], axis=1)
        pen.area(right, np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), color=color, alpha=0.2)
        pen.curve(right, x, above[:, 0], color=plots.INK, width=1, alpha=0.5)
        pen.curve(right, x, above.mean(axis=1), color=color, width=2.4)
        if spread is not None:
            floor = CURVATURE / 2 * np.trace(spread)
            pen.line(right, right.get_xlim(), [floor, floor], color=pale, style="--")
            edge = right.get_xlim()[1] * (0.98 if v.axis == OF_STEPS else 0.8)
            pen.text(right, edge, floor * 0.7, "predicted floor", align="right", size=9, color=pale)

    def say(self, v, result):
        _, above = result
        mean = above.mean(axis=1)
        passes = f"{short(v.steps * v.batch_size / len(DATA))} passes over the data"
        steps = counted(v.steps, "step")
        work = steps if v.axis == OF_STEPS else f"{passes}, {steps}"
        sentence = f"After {work} with batches of {v.batch_size} and the learning rate {short(v.lr)}, "
        if mean[-1] > 10 * mean[0]:
            return f"{sentence}the runs have diverged: the mean loss is more than ten times what it was at the start."
        sentence += f"the mean loss of {RUNS} runs is {short(mean[-1])} above the least, {short(mean[0])} at the start."
        spread = spread_of_ends(v.batch_size, v.lr)
        if spread is None:
            return f"{sentence} At this rate there is no floor: 2/λ is {2 / CURVATURE:g}."
        return f"{sentence} The predicted floor is {short(CURVATURE / 2 * np.trace(spread))}."


@functools.lru_cache(maxsize=32)
def drawn(batch_size):
    """Return the means of x, y, x² and xy of every minibatch: shape (steps, 4, runs).

    They are all that the gradient of a line needs, and the same for every learning rate and start.
    """
    rows = np.random.default_rng(0).integers(len(DATA), size=(MOST_STEPS, RUNS, batch_size), dtype=np.uint16)
    x, y = DATA.X[:, 0].take(rows), DATA.y.take(rows)
    sums = x.sum(axis=-1), y.sum(axis=-1), np.einsum("srb,srb->sr", x, x), np.einsum("srb,srb->sr", x, y)
    return np.stack(sums, axis=1) / batch_size


def spread_of_ends(batch_size, lr):
    """Return the covariance of the ends in the long run, η C / (B λ (2 − ηλ)); None where there is none."""
    if lr * CURVATURE >= 2:
        return None
    return lr * NOISE / (batch_size * CURVATURE * (2 - lr * CURVATURE))
