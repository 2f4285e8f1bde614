"""Many runs of SGD on one problem: where they end, where their averages end, and what theory expects of both."""

import functools

import numpy as np

from course_lib import plots
from course_lib.chapters.noise_floor.shared import DATA, LOSS, NOISE
from course_lib.explore.base import Explorer
from course_lib.explore.controls import POWERS, Choice, Point, Slider
from course_lib.words import counted, short

RUNS, MOST_STEPS, LARGEST_BATCH = 50, 200, 128
OF_STEPS, OF_PASSES = "steps", "passes over the data"
LAST, TAIL, ALL = "the last point", "the mean of the second half", "the mean of all points"
BOX = ((-0.5, 5.0), (-0.5, 5.0))
HUGE = 1e12  # what diverges is cut off there


class NoiseExplorer(Explorer):
    """Fifty runs of SGD on a line through 442 points: the cloud of their ends or averages, and their losses.

    The pale curve and the dashed ellipse, two standard deviations wide, are what theory expects at
    this step, without an approximation; the dashed line is the noise floor, where there is one.

    Parameters
    ----------
    **settings
        First values of the controls: `batch_size`, `lr`, `steps`, `start`; `point`, what is looked
        at of each run; and `axis`, what the loss is drawn over.

    Examples
    --------
    >>> from course_lib.chapters.noise_floor.explorer import NoiseExplorer
    >>> explorer = NoiseExplorer(lr=0.04, batch_size=4)
    >>> explorer.answer
    'batch_size = 4\\nlr = 0.04'
    """

    title = "The noise floor"
    recorded = ("batch_size", "lr")
    answers = ("batch_size", "lr")
    controls = (
        Slider(
            name="batch_size", label="batch size B", low=1, high=LARGEST_BATCH, value=8, whole=True, landmarks=POWERS
        ),
        Slider(name="lr", label="learning rate η", low=1e-3, high=1, value=0.1, log=True),
        Slider(name="steps", label="steps", low=1, high=MOST_STEPS, value=120, whole=True, play=True),
        Choice(name="point", label="of each run", value=LAST, options=(LAST, TAIL, ALL)),
        Choice(name="axis", label="loss over", value=OF_STEPS, options=(OF_STEPS, OF_PASSES)),
        Point(name="start", label="start", value=(0.0, 0.0), low=-0.5, high=5, axes=("slope", "height")),
    )

    def view(self, v):
        return (v.axis,)

    def background(self, figure, axis):
        figure.set_layout_engine("constrained", wspace=0.06)
        left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1.15)).subplots()
        plots.surface(left, LOSS, box=BOX, title=f"{RUNS} runs and where they end")
        left.plot(*NOISE.best, "*", color="white", markeredgecolor=plots.INK, markersize=13)
        left.set(xlabel="slope of the line", ylabel="height of the line")
        right.set(yscale="log", ylim=(1e-4, 1e2), xlabel=axis, title="loss above the least")
        if axis == OF_STEPS:
            right.set(xlim=(0, MOST_STEPS))
        else:
            right.set(xscale="log", xlim=(2e-3, 200))
        return left, right

    def compute(self, v):
        """Return the paths, the points looked at, and their losses above the least: axes (steps + 1, runs)."""
        w = np.broadcast_to(v.start, (RUNS, 2))
        path = [w]
        with np.errstate(all="ignore"):
            for x, y, xx, xy in drawn(v.batch_size)[: v.steps]:
                slope, height = w[:, 0], w[:, 1]
                grad = 2 * np.stack([xx * slope + x * height - xy, x * slope + height - y], axis=-1)
                w = w - v.lr * grad
                path.append(w)
            path = np.array(path)
            points = means(path, first_of(v.point, v.steps))
            above = np.nan_to_num(LOSS.value(points) - NOISE.least, nan=HUGE).clip(1e-12, HUGE)
        return path, points, above

    def draw(self, pen, axes, v, result):
        left, right = axes
        path, points, above = result
        color, pale = plots.COLORS["Momentum"], "#f0b400"
        seen, ends = plots.until_out_of_sight(left, path[:, :1]), plots.until_out_of_sight(left, points)[-1]
        pen.line(left, seen[:, 0, 0], seen[:, 0, 1], color=plots.INK, width=0.9, alpha=0.5)
        pen.dots(left, ends[:, 0], ends[:, 1], color=color, size=4.5 if v.point == LAST else 3.0, alpha=0.7)
        center, spread, losses = expected(v.batch_size, v.lr, v.steps, v.start, v.point)
        if np.isfinite(spread).all():
            angle = np.linspace(0, 2 * np.pi, 80)
            ellipse = center + 2 * np.stack([np.cos(angle), np.sin(angle)], axis=-1) @ root(spread).T
            ellipse = plots.until_out_of_sight(left, ellipse)
            pen.line(left, ellipse[:, 0], ellipse[:, 1], color=plots.MUTED, style="--", width=2.2)
        pen.handle(left, "start", v.start, label=f"start, at slope {v.start[0]:g} and height {v.start[1]:g}")
        x = np.arange(len(above)) * (1 if v.axis == OF_STEPS else v.batch_size / len(DATA))
        x = np.maximum(x, right.get_xlim()[0])
        low, high = np.quantile(above, [0.1, 0.9], axis=1)
        pen.curve(right, x, losses, color=pale, width=6, alpha=0.45)
        pen.area(right, np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), color=color, alpha=0.2)
        pen.curve(right, x, above[:, 0], color=plots.INK, width=1, alpha=0.5)
        pen.curve(right, x, above.mean(axis=1), color=color, width=2.4)
        floor = NOISE.floor(v.lr, v.batch_size)
        if np.isfinite(floor):
            pen.line(right, right.get_xlim(), [floor, floor], color=plots.MUTED, style="--")
            edge = right.get_xlim()[1] * (0.98 if v.axis == OF_STEPS else 0.8)
            # In the corner where no curve comes, whatever the floor and the steps are.
            pen.text(right, edge, 40, "dashed: floor of the last point", align="right", size=9, color=plots.MUTED)

    def sentence(self, v, result):
        _, _, above = result
        mean = above.mean(axis=1)
        passes = f"{short(v.steps * v.batch_size / len(DATA))} passes over the data"
        steps = counted(v.steps, "step")
        work = steps if v.axis == OF_STEPS else f"{passes}, {steps}"
        sentence = f"After {work} with batches of {v.batch_size} and the learning rate {short(v.lr)}, "
        limit = NOISE.limit(v.batch_size)
        beyond = f" There is no floor: from the rate {short(limit)} on the mean loss grows without bound."
        if v.lr >= limit and mean[-1] > 10 * mean[0]:
            return f"{sentence}the mean loss of {RUNS} runs is more than ten times what it was at the start.{beyond}"
        sentence += f"the mean loss {'' if v.point == LAST else f'at {v.point} '}of {RUNS} runs is {short(mean[-1])}"
        sentence += f" above the least, {short(mean[0])} at the start."
        if v.lr >= limit:
            return sentence + beyond
        losses = expected(v.batch_size, v.lr, v.steps, v.start, v.point)[2]
        sentence += f" Expected at this step: {short(losses[-1])}."
        return f"{sentence} The floor of the last point: {short(NOISE.floor(v.lr, v.batch_size))}."


@functools.lru_cache(maxsize=32)
def drawn(batch_size):
    """Return the means of x, y, x² and xy of every minibatch: shape (steps, 4, runs).

    They are all that the gradient of a line needs, and the same for every learning rate and start.
    """
    rows = np.random.default_rng(0).integers(len(DATA), size=(MOST_STEPS, RUNS, batch_size), dtype=np.uint16)
    x, y = DATA.X[:, 0].take(rows), DATA.y.take(rows)
    sums = x.sum(axis=-1), y.sum(axis=-1), np.einsum("srb,srb->sr", x, x), np.einsum("srb,srb->sr", x, y)
    return np.stack(sums, axis=1) / batch_size


def first_of(point, steps):
    """Return, for the steps 0 to `steps`, the first step of those whose points are averaged."""
    t = np.arange(steps + 1)
    return {LAST: t, TAIL: (t + 1) // 2, ALL: 0 * t}[point]


def means(path, first):
    """Return the mean of the points first[t], …, t for every step t."""
    t = np.arange(len(path))
    if (first == t).all():
        return path
    sums = np.concatenate([0 * path[:1], np.cumsum(path, axis=0)])
    return (sums[t + 1] - sums[first]) / (t + 1 - first).reshape(-1, *[1] * (path.ndim - 1))


@functools.lru_cache(maxsize=8)
def expected(batch_size, lr, steps, start, point):
    """Return mean and covariance of the points looked at after the last step, and E[loss] above the least at each.

    The curvature of this problem is 2 in all directions, so a later error is expected to be the
    earlier one times (1 − 2η) for each step between: E[eₛeₜᵀ] = (1 − 2η)^(t − s) E[eₛeₛᵀ] for s < t.
    """
    first = first_of(point, steps)
    error, second = NOISE.moments(lr, batch_size, start, steps)
    if point != LAST:
        t = np.arange(steps + 1)
        keep = (1 - 2 * lr) ** np.abs(t[:, np.newaxis] - t)
        with np.errstate(all="ignore"):
            pairs = keep[:, :, np.newaxis, np.newaxis] * second[np.minimum(t[:, np.newaxis], t)]
            sums = np.zeros((steps + 2, steps + 2, 2, 2))
            sums[1:, 1:] = pairs.cumsum(axis=0).cumsum(axis=1)
            inside = sums[t + 1, t + 1] - sums[first, t + 1] - sums[t + 1, first] + sums[first, first]
            second = inside / ((t + 1 - first) ** 2)[:, np.newaxis, np.newaxis]
        error = means(error, first)
    with np.errstate(all="ignore"):
        spread = second[-1] - np.outer(error[-1], error[-1])
    return NOISE.best + error[-1], spread, np.einsum("ij,tji->t", NOISE.hessian, second) / 2


def root(spread):
    """Return a matrix R with RRᵀ = spread, for a covariance that rounding may have made slightly negative."""
    values, vectors = np.linalg.eigh(spread)
    return vectors * np.sqrt(np.maximum(values, 0))
