"""Draw what training returned, in one style: surfaces, paths, loss curves.

Nothing here trains, and nothing calls `show`. Every function draws on the axes it is given and
returns what it drew. A rule keeps its color and its line style in the whole course; both are
chosen so that color-blind readers, and a print in gray, can tell them apart.

Examples
--------
>>> from course_lib import GradientDescent, Quadratic, minimize, plots
>>> bowl = Quadratic([1.0, 10.0])
>>> run = minimize(bowl, bowl.start, GradientDescent(lr=0.15), steps=40)
>>> fig, (left, right) = plots.figure(ncols=2)
>>> contours = plots.surface(left, bowl)
>>> line = plots.path(left, run)
>>> curve = plots.loss_curve(right, run)
"""

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

from course_lib.words import short

INK = "#1f2933"
MUTED = "#5b6770"
COLORS = {
    "GradientDescent": "#111111",
    "Momentum": "#024cd6",
    "Nesterov": "#1c9ce8",
    "AdaGrad": "#e37701",
    "RMSProp": "#207b51",
    "AdaDelta": "#502b16",
    "Adam": "#c02401",
    "AdamW": "#ba6494",
    "AMSGrad": "#4f2989",
    "NAdam": "#7e0756",
}
LINES = {
    "GradientDescent": "-",
    "Momentum": (0, (6, 1.5)),
    "Nesterov": (0, (3, 1.2)),
    "AdaGrad": (0, (1, 1.2)),
    "RMSProp": (0, (6, 1.5, 1, 1.5)),
    "AdaDelta": (0, (3, 1.2, 1, 1.2, 1, 1.2)),
    "Adam": "-",
    "AdamW": (0, (8, 2)),
    "AMSGrad": (0, (3, 2)),
    "NAdam": (0, (1, 2)),
}
# A rule of a reader's own that derives from none of these.
OWN = "#889955"
OWN_LINE = (0, (4, 1, 1, 1))
# Looks for curves that are no rules, such as three learning rates of one rule.
CYCLE = [
    dict(color=COLORS[rule], linestyle=line)
    for rule, line in (("Momentum", "-"), ("Adam", "--"), ("RMSProp", "-."), ("AdaGrad", ":"), ("AMSGrad", "-"))
]
PAPER = LinearSegmentedColormap.from_list("paper", ["#c3d5e6", "#e9f0f6", "#ffffff"])
STYLE = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "text.color": INK,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": mpl.cycler(color=[look["color"] for look in CYCLE])
    + mpl.cycler(linestyle=[look["linestyle"] for look in CYCLE]),
    "contour.negative_linestyle": "solid",
    "grid.color": "#e3e7eb",
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "lines.linewidth": 1.8,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "#d5dade",
    "legend.fontsize": 9.5,
    "legend.handlelength": 2.8,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.wspace": 0.04,
}


def style():
    """Return a context in which Matplotlib draws in the course's style: `with plots.style(): …`."""
    return mpl.rc_context(STYLE)


def figure(ncols=1, nrows=1, width=None, height=None, **options):
    """Return a figure and its axes, as `plt.subplots` does, and draw in the course's style from here on.

    Parameters
    ----------
    ncols, nrows : int, default 1
        How many axes beside and below each other.
    width, height : number, optional
        Of the whole figure, in inches of 100 pixels; by default 4.7 × 3.7 for each of the axes,
        and never wider than a notebook's column.
    **options
        Go to `plt.subplots`, such as `sharey=True`.
    """
    plt.rcParams.update(STYLE)
    size = (width or min(4.7 * ncols + (0.8 if ncols == 1 else 0), 10.0), height or 3.7 * nrows)
    return plt.subplots(nrows, ncols, figsize=size, **options)


def color_of(rule):
    """Return the color of a rule, given as an optimizer, its class, or its class's name.

    A rule derived from another one has the color of that one, and so has a rule wrapped in another.
    """
    return COLORS.get(_name(rule), OWN)


def look(rule):
    """Return color and line style of a rule, for `ax.plot(x, y, **plots.look(rule))`."""
    return dict(color=color_of(rule), linestyle=LINES.get(_name(rule), OWN_LINE))


def surface(ax, objective, box=None, levels=16, title=None):
    """Draw an objective of two parameters as contours, with its minimum as a star.

    Each band between two contours covers about the same area, so that valleys and plains both show
    their shape; the darker, the lower.

    Parameters
    ----------
    ax
        The axes. Their limits become the box and stay, whatever is drawn next.
    objective
        Has `value(w)`; its `box`, `minimum` and `name` are used where it has them.
    box : ((x_low, x_high), (y_low, y_high)), optional
        The part to draw, by default the objective's own.
    levels : int, default 16
        The number of contours.
    title : str, optional
        By default the objective's name.

    Returns
    -------
    The contour lines' artist.
    """
    box = objective.box if box is None else box
    x, y = (np.linspace(low, high, 161) for low, high in box)
    heights = objective.value(np.stack(np.meshgrid(x, y), axis=-1))
    steps = np.unique(np.quantile(heights, np.linspace(0, 1, levels + 1) ** 1.5))
    ax.contourf(x, y, heights, levels=steps, colors=PAPER(np.linspace(0, 1, len(steps) - 1)))
    lines = ax.contour(x, y, heights, levels=steps[1:-1], colors="#8fa6ba", linewidths=0.6)
    if hasattr(objective, "minimum"):
        ax.plot(*objective.minimum, "*", color="white", markeredgecolor=INK, markersize=13, markeredgewidth=1, zorder=3)
    ax.set(xlim=box[0], ylim=box[1], xlabel="$w_1$", ylabel="$w_2$", title=title or getattr(objective, "name", ""))
    ax.grid(False)
    ax.autoscale(False)
    if _similar(box):
        ax.set_aspect("equal")
    return lines


def path(ax, run, label=None, dots=True, **look_of_line):
    """Draw the points of a run of `minimize` on a surface, in the color of its rule.

    A ring marks the start, a dot each step. A run that diverges leaves through the edge of the axes.
    Returns the list of lines, one for each lane.
    """
    look_of_line = look(run.optimizer) | look_of_line
    color = look_of_line["color"]
    w = until_out_of_sight(ax, run.w)
    lines = ax.plot(w[..., 0], w[..., 1], label=label, **look_of_line)
    if dots:
        ax.plot(w[..., 0], w[..., 1], "o", color=color, markersize=3.5)
    ax.plot(*np.atleast_2d(w[0]).T, "o", color="white", markeredgecolor=color, markeredgewidth=1.8, markersize=8)
    return lines


def loss_curve(ax, run, label=None, above=None, **look_of_line):
    """Draw the loss of a run over its steps, on a logarithmic axis.

    Parameters
    ----------
    ax
        The axes.
    run
        Has `loss` of shape (steps + 1, …), and `optimizer` for the color.
    label : str, optional
        For the legend.
    above : number, optional
        What to subtract, by default the least value of the run's objective where it is known: a
        logarithmic axis can only show how far above the minimum a run still is.

    Returns
    -------
    The list of lines, one for each lane.
    """
    if above is None:
        above = getattr(getattr(run, "objective", None), "minimum_value", 0.0)
    loss = np.asarray(run.loss, dtype=float) - above
    # What blew up is cut off well above the start, or its 1e300 would flatten everything else.
    top = 1e4 * loss[0].max()
    shown = np.where(np.isfinite(loss) & (loss > 0), np.minimum(loss, top), np.where(loss > 0, top, np.nan))
    lines = ax.plot(np.arange(len(loss)), shown, label=label, **(look(run.optimizer) | look_of_line))
    ax.set(yscale="log", xlabel="step", ylabel="loss" if above == 0 else "loss − its minimum")
    return lines


def contraction(ax, eigenvalues, lr):
    """Draw, for each eigenvalue λ, by how much one step of gradient descent multiplies the error, `|1 − ηλ|`.

    Bars that reach the line at 1 do not shrink. Returns the bars.
    """
    factors = 1 - lr * np.atleast_1d(eigenvalues)
    contraction_axes(ax, np.atleast_1d(eigenvalues), top=max(1.25, min(3.0, 1.1 * np.abs(factors).max())))
    ax.set_title("|1 − ηλ|")
    return ax.bar(np.arange(len(factors)), np.abs(factors), width=0.6, color=[shrinks(factor) for factor in factors])


def contraction_axes(ax, eigenvalues, top=1.5):
    """Label axes for one bar per eigenvalue, with the line at 1 that separates shrinking from growing."""
    ax.axhline(1, color=INK, linewidth=1.2, linestyle="--", zorder=3)
    ax.set_xticks(np.arange(len(eigenvalues)), [f"λ = {short(value)}" for value in eigenvalues])
    ax.set(xlim=(-0.6, len(eigenvalues) - 0.4), ylim=(0, top))
    ax.grid(False, axis="x")


def shrinks(factor):
    """Return the color of an error that a step multiplies by this factor: blue while it shrinks, else red."""
    return COLORS["Momentum"] if abs(factor) < 1 else COLORS["Adam"]


def prediction(ax, x, y, label="predicted", **look_of_line):
    """Draw what theory says: a broad pale line to lay under the measured one. Returns the line."""
    broad = dict(color="#f0b400", linewidth=6, alpha=0.45, linestyle="-", label=label, zorder=1)
    return ax.plot(x, y, **(broad | look_of_line))[0]


def until_out_of_sight(ax, w, far=20.0):
    """Return the points of a run, shape (steps + 1, …, 2), up to the one where it is lost from sight.

    A diverging run reaches 1e300, which nothing can draw. From its first point far outside of the
    axes only the direction is kept, so that its line leaves the picture where the true one does;
    later points become NaN.
    """
    limit = far * np.abs([*ax.get_xlim(), *ax.get_ylim()]).max()
    size = np.abs(np.nan_to_num(w, nan=np.inf)).max(axis=-1, keepdims=True)
    lost = np.cumsum(np.cumsum(size > limit, axis=0), axis=0)  # 1 at the first of them, more at all that follow
    shrunk = w * (limit / np.maximum(size, limit))
    return np.where(lost > 1, np.nan, shrunk)


def _name(rule):
    """Return the name in COLORS of a rule, or of the nearest rule that it derives from; None where there is none."""
    if isinstance(rule, str):
        if rule not in COLORS:
            raise ValueError(f"rule must be one of {', '.join(COLORS)}, got {rule!r}")
        return rule
    while hasattr(rule, "rule"):  # a wrapper looks like what it wraps
        rule = rule.rule
    ancestors = (rule if isinstance(rule, type) else type(rule)).__mro__
    return next((kind.__name__ for kind in ancestors if kind.__name__ in COLORS), None)


def _similar(box):
    width, height = (high - low for low, high in box)
    return 0.4 < width / height < 2.5
