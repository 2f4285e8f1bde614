"""Noise and momentum together: the mean square of the error, predicted and measured, and where it comes from."""

import functools

import numpy as np

from course_lib import plots
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.theory.momentum import floor, mean_squares, reshuffled_floor, response
from course_lib.words import short

CURVATURE, VARIANCE, START = 1.0, 1.0, 3.0
RUNS, STEPS = 200, 400
MOST_BATCHES = 100
SEEN = 100  # steps ago, on the right
DRAWN, RESHUFFLED = "drawn anew", "reshuffled"
LOWEST, HIGHEST = 1e-5, 100.0


class MomentumNoiseExplorer(Explorer):
    """Two hundred runs of momentum in one direction of a noisy bowl: λ = 1, noise of variance 1, start at 3.

    On the left the mean of error², measured and predicted. On the right the response: what a noise
    that came k steps ago still moves the point by, halfway through a pass. The floor there is
    proportional to the sum of the squares of what is filled.

    Parameters
    ----------
    **settings
        First values of the controls: `lr`, `momentum`, `sampling`, and `batches`, the steps in a pass.

    Examples
    --------
    >>> from course_lib.chapters.momentum_in_practice.explorer import MomentumNoiseExplorer
    >>> explorer = MomentumNoiseExplorer(lr=0.01, momentum=0.9)
    >>> explorer.answer
    'lr = 0.01\\nmomentum = 0.9'
    """

    title = "Noise and momentum"
    recorded = ("lr", "momentum")
    answers = ("lr", "momentum")
    controls = (
        Slider(name="lr", label="learning rate η", low=1e-3, high=4, value=0.1, log=True),
        Slider(name="momentum", label="momentum β", low=0, high=0.99, value=0.0, step=0.01),
        Choice(name="sampling", label="rows", value=DRAWN, options=(DRAWN, RESHUFFLED)),
        Slider(
            name="batches",
            label="steps in a pass",
            low=2,
            high=MOST_BATCHES,
            value=40,
            whole=True,
            only={"sampling": (RESHUFFLED,)},
        ),
    )

    def background(self, figure):
        left, right = figure.add_gridspec(1, 2, width_ratios=(1.15, 1)).subplots()
        plots.prediction(left, [], [])
        left.plot([], [], color=plots.COLORS["Momentum"], label=f"measured, {RUNS} runs")
        left.plot([], [], color=plots.MUTED, linestyle="--", label="floor of gradient descent, same η/(1−β)")
        left.set(yscale="log", xlim=(0, STEPS), ylim=(LOWEST, HIGHEST), xlabel="step", title="mean of error²")
        left.legend(loc="lower left")
        right.axhline(0, color=plots.MUTED, linewidth=0.8)
        right.axvline(-0.5, color=plots.INK, linewidth=1.2)
        right.set(xlim=(-MOST_BATCHES / 2, SEEN), ylim=(-1.15, 1.35), yticks=(-1, 0, 1))
        right.set(xlabel="steps to come  ·  steps ago", title="response to one noise, largest = 1")
        return left, right

    def compute(self, v):
        batches = v.batches if v.sampling == RESHUFFLED else None
        noise = noises(batches)
        x, velocity, measured = np.full(RUNS, START), np.zeros(RUNS), [START**2]
        with np.errstate(all="ignore"):
            for drawn in noise:
                velocity = v.momentum * velocity + CURVATURE * x + drawn
                x = x - v.lr * velocity
                measured.append(x @ x / RUNS)
            predicted = mean_squares(v.lr, v.momentum, CURVATURE, VARIANCE, START, STEPS, batches)
        return np.array(measured), predicted, floor_over_a_pass(v.lr, v.momentum, batches)

    def draw(self, pen, axes, v, result):
        left, right = axes
        measured, predicted, _ = result
        steps = np.arange(STEPS + 1)
        pen.curve(left, steps, predicted, color="#f0b400", width=6, alpha=0.45)
        pen.curve(left, steps, measured, color=plots.COLORS["Momentum"], width=1.4)
        plain = floor_of_descent(v)
        if np.isfinite(plain.mean()):
            pen.line(left, left.get_xlim(), np.full(2, plain.mean()), color=plots.MUTED, style="--")
        ago, q, means = half_way_through_a_pass(v)
        edges = np.concatenate([ago, ago[::-1]])
        pen.area(right, edges, np.concatenate([q, means[::-1]]), color=plots.COLORS["Momentum"], alpha=0.3)
        if v.sampling == RESHUFFLED:
            pen.line(right, ago, means, color=plots.COLORS["Adam"], width=1.4)
            pen.text(right, SEEN, 1.25, "red: mean of its pass", align="right", size=9, color=plots.COLORS["Adam"])
        pen.line(right, ago, q, color=plots.COLORS["Momentum"], width=2)

    def sentence(self, v, result):
        measured, predicted, stays = result
        effective = v.lr / (1 - v.momentum)
        where = f"η = {short(v.lr)}, β = {v.momentum:g}, rows {v.sampling}"
        if v.sampling == RESHUFFLED:
            where += f", {v.batches} steps in a pass"
        where += f": the effective rate is {short(effective)}."
        if not np.isfinite(stays.mean()):
            limit = short(2 * (1 + v.momentum) / CURVATURE)
            return f"{where} There is no floor: the limit 2(1 + β)/λ is {limit}, and the runs diverge."
        if v.sampling == DRAWN:
            said = f"The floor is {short(stays.mean())}"
        else:
            said = f"The floor is {short(stays[1:].mean())} over all steps, {short(stays[-1])} at the ends of passes"
        plain = floor_of_descent(v)
        beside = f"{short(plain[1:].mean())}" if np.isfinite(plain.mean()) else "∞, since it diverges"
        per_pass = v.batches if v.sampling == RESHUFFLED else 1
        end, length = STEPS // per_pass * per_pass, max(1, 200 // per_pass) * per_pass
        window = slice(end - length + 1, end + 1)
        last = short(measured[window].mean())
        if predicted[window].mean() > 1.3 * stays.mean():
            last += ", the start is not yet forgotten"
        return (
            f"{where} {said}; in steps {end - length + 1} to {end} the runs have {last}. "
            f"Gradient descent at the same effective rate has {beside}."
        )


@functools.lru_cache(maxsize=64)
def noises(batches):
    """Return the noise of each step and run, shape (STEPS, RUNS); in each pass of `batches` steps it adds up to 0."""
    rng = np.random.default_rng(0)
    if batches is None:
        return rng.normal(size=(STEPS, RUNS))
    drawn = rng.normal(size=(-(-STEPS // batches), batches, RUNS))
    drawn = (drawn - drawn.mean(axis=1, keepdims=True)) * np.sqrt(batches / (batches - 1))
    return drawn.reshape(-1, RUNS)[:STEPS]


def floor_over_a_pass(lr, momentum, batches):
    """Return E[x²] in the long run after 0, 1, … steps of a pass; one number twice where rows are drawn anew."""
    if batches is None:
        loss = np.full(2, floor(lr, momentum, [CURVATURE], [VARIANCE]))
    else:
        loss = reshuffled_floor(lr, momentum, [CURVATURE], [VARIANCE], batches)
    return 2 * loss / CURVATURE


def floor_of_descent(v):
    """Return what gradient descent with the same effective rate has, under the same sampling."""
    return floor_over_a_pass(v.lr / (1 - v.momentum), 0.0, v.batches if v.sampling == RESHUFFLED else None)


def half_way_through_a_pass(v):
    """Return for each step, those to come first, its response and the mean of its pass; 0 where rows are drawn anew.

    The largest response is 1.
    """
    ahead = MOST_BATCHES // 2 if v.sampling == DRAWN else v.batches // 2
    with np.errstate(all="ignore"):
        q = response(v.lr, v.momentum, CURVATURE, 3 * MOST_BATCHES)
        q = np.nan_to_num(q / np.abs(q[: SEEN + 1]).max())
    q = np.concatenate([np.zeros(ahead), q])
    ago = np.arange(len(q)) - ahead
    if v.sampling == DRAWN:
        return ago[: ahead + SEEN], q[: ahead + SEEN], np.zeros(ahead + SEEN)
    whole = len(q) // v.batches * v.batches
    means = np.repeat(q[:whole].reshape(-1, v.batches).mean(axis=1), v.batches)
    seen = min(whole, ahead + SEEN)
    return ago[:seen], q[:seen], means[:seen]
