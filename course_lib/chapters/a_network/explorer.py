"""Signals through a deep network: how large the scores and the gradients are, layer by layer, theory and draws."""

import functools

import numpy as np

from course_lib import plots
from course_lib.chapters.a_network.shared import WIRINGS, draws, layer_sizes
from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Slider
from course_lib.theory.signals import mean_square_after, wide_network
from course_lib.words import short

NETWORKS, DEEPEST, WIDEST = 16, 50, 64
SCORES, BY_SCORES, BY_WEIGHTS = "#024cd6", "#c02401", "#117733"
LIMITS = (1e-12, 1e12)


class SignalExplorer(Explorer):
    """Sixteen networks with random weights, one row, and a gradient of length 1 at the last layer.

    On the left the mean square of the scores, layer by layer; on the right the squared length of the gradient by the
    scores, and by the weights. Yellow is the expectation (for tanh, residual and normalized networks that of wide
    layers; for plain relu networks it counts the chance that a narrow layer is off as a
    whole), a line the median of the draws, the band from their second to their second largest.

    Parameters
    ----------
    **settings
        First values of the controls: `depth`, `width`, `gain`, `activation`, `wiring`.

    Examples
    --------
    >>> from course_lib.chapters.a_network.explorer import SignalExplorer
    >>> explorer = SignalExplorer(depth=10, gain=1.0)
    >>> print(round(explorer.result.expected[0][-1], 6))
    0.000977
    """

    title = "Signals through depth"
    recorded = ("gain", "depth")
    answers = ("depth", "width", "gain", "activation", "wiring")
    controls = (
        Slider(name="depth", label="depth", low=2, high=DEEPEST, value=20, whole=True),
        Slider(name="width", label="width", low=4, high=WIDEST, value=32, whole=True),
        Slider(name="gain", label="gain ω", low=0.2, high=4, value=1.0, log=True),
        Choice(name="activation", label="activation", value="relu", options=("relu", "tanh", "none")),
        Choice(name="wiring", label="wiring", value="plain", options=tuple(WIRINGS)),
    )

    def background(self, figure):
        left, right = figure.add_gridspec(1, 2).subplots()
        plots.prediction(left, [], [], label="expected")
        left.plot([], [], color=SCORES, label=f"median of {NETWORKS} networks")
        plots.prediction(right, [], [], label=None)
        right.plot([], [], color=BY_SCORES, label="by the scores")
        right.plot([], [], color=BY_WEIGHTS, linestyle="--", label="by the weights")
        left.set(title="Mean square of the scores", ylabel="mean square")
        right.set(title="Squared length of the gradient")
        for ax in (left, right):
            ax.set(yscale="log", xlim=(0, DEEPEST), ylim=LIMITS, xlabel="layer")
            ax.legend(loc="upper left")
        return left, right

    def compute(self, v):
        return signals(v.depth, v.width, v.gain, v.activation, v.wiring)

    def draw(self, pen, axes, v, result):
        left, right = axes
        layers = np.arange(v.depth + 1)
        expected = zip((left, right, right), (layers, layers, layers[1:]), result.expected, strict=True)
        for ax, x, values in expected:
            pen.curve(ax, x, values, color="#f0b400", width=6, alpha=0.45)
        looks = ((SCORES, "-"), (BY_SCORES, "-"), (BY_WEIGHTS, "--"))
        for ax, (color, style), values in zip((left, right, right), looks, result.drawn, strict=True):
            x, ordered = layers[len(layers) - len(values) :], np.sort(values, axis=1)
            low, high = (np.clip(ordered[:, k], LIMITS[0] / 1e3, LIMITS[1] * 1e3) for k in (1, -2))
            pen.area(ax, np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), color=color, alpha=0.12)
            pen.curve(ax, x, np.median(values, axis=1), color=color, style=style, width=1.8)

    def sentence(self, v, result):
        scores, by_scores, by_weights = (np.median(values, axis=1) for values in result.drawn)
        expected = "expected" if v.wiring == "plain" and v.activation != "tanh" else "expected of wide layers"
        ratio = by_weights[0] / by_weights[-1] if 0 < by_weights[-1] < np.inf else np.nan
        said = (
            f"Depth {v.depth}, width {v.width}, gain {short(v.gain)}, {v.activation}, {v.wiring}: the last scores have "
            f"the mean square {short(result.expected[0][-1])} {expected}, {short(scores[-1])} in the median network. "
            f"At layer 0 the gradient's squared length is {short(result.expected[1][0])} {expected}, "
            f"{short(by_scores[0])} in the median."
        )
        if np.isfinite(ratio):
            said += f" By the weights of the first layer it is {short(ratio)} times that by those of the last."
        return said


class Signals:
    """What was drawn and what was expected: scores, gradient by scores, gradient by weights, each by layer."""

    def __init__(self, drawn, expected):
        self.drawn, self.expected = drawn, expected


def signals(depth, width, gain, activation, wiring):
    """Return the sizes in the networks of the explorer, by layer and network, and their expectations."""
    weights, s, slope = random_parts(width)
    with np.errstate(all="ignore"):
        drawn = layer_sizes(list(gain / width**0.5 * weights[:depth]), s, slope, activation, wiring)
        keep, share, normalize = WIRINGS[wiring](depth)
        tau, slopes = wide_network(depth, gain, activation, keep, share, normalize)
        inputs = [mean_square_after(1.0 if normalize else mean, activation) for mean in tau[:-1]]
        exact = wide_network(depth, gain, activation, keep, share, normalize, width)[1]
        expected = tau, exact, share**2 * slopes[1:] * width * np.array(inputs)
    return Signals(drawn, expected)


@functools.lru_cache(maxsize=8)
def random_parts(width):
    """Return standard normal weights, first scores, and a last gradient of length 1, for all depths and networks."""
    weights = _all_weights()[..., :width, :width]
    rng = np.random.default_rng(1)
    s, slope = rng.normal(size=(2, NETWORKS, WIDEST, 1))[:, :, :width]
    return weights, s / np.sqrt(np.mean(s**2, axis=1, keepdims=True)), slope / np.linalg.norm(slope, axis=1)[:, None]


@functools.cache
def _all_weights():
    return draws(DEEPEST, WIDEST, NETWORKS)
