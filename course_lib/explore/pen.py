"""What an explorer draws over its axes, once for the browser and once for Matplotlib.

Everything is given in the data coordinates of its axes. `packed` turns it into fractions of the
figure, which is all that the browser has to know; `print_on` draws the same numbers with Matplotlib.
"""

from dataclasses import dataclass, field

import numpy as np
from matplotlib.patches import Rectangle

from course_lib import plots

DASHES = {"-": (), "--": (3.7, 1.6), ":": (1, 1.65), "-.": (6.4, 1.6, 1, 1.6)}
FAR = 50.0  # in figures; nothing that far away is seen, and canvases lose their way among larger numbers


@dataclass
class Mark:
    """One thing drawn: its kind, its axes, its points of shape (n, 2), and how it looks."""

    kind: str
    ax: object
    points: np.ndarray
    style: dict = field(default_factory=dict)


class Pen:
    """Collects the marks and handles of one picture; later ones lie above earlier ones."""

    def __init__(self):
        self.marks = []
        self.handles = []

    def line(self, ax, x, y, color, style="-", width=1.8, alpha=1.0):
        """Draw a line; NaN breaks it. `style` is a line style of Matplotlib or of `plots.LINES`."""
        dashes = DASHES[style] if isinstance(style, str) else style[1]
        self._add("line", ax, x, y, color=color, dashes=list(dashes), width=width, alpha=alpha)

    def dots(self, ax, x, y, color, size=4.0, alpha=1.0):
        """Draw dots of a diameter in points."""
        self._add("dots", ax, x, y, color=color, size=size, alpha=alpha)

    def bars(self, ax, x, height, color, width=0.6, base=0.0):
        """Draw upright bars around `x`; `color` is one for all, or one for each."""
        x, height = np.broadcast_arrays(np.asarray(x, dtype=float), height)
        corners = np.stack([x - width / 2, np.full(x.shape, base), x + width / 2, height], axis=-1).reshape(-1, 2)
        colors = [color] * x.size if isinstance(color, str) else list(color)
        self._add("bars", ax, corners[:, 0], corners[:, 1], colors=colors)

    def area(self, ax, x, y, color, alpha=0.25):
        """Fill the polygon with these corners."""
        self._add("area", ax, x, y, color=color, alpha=alpha)

    def arrow(self, ax, start, end, color, width=2.0):
        """Draw an arrow from one point to another."""
        self._add("arrow", ax, *np.transpose([start, end]), color=color, width=width)

    def text(self, ax, x, y, text, color=plots.INK, align="center", size=10.0):
        """Write words; `align` is left, center or right of (x, y), which is the middle of their height."""
        self._add("text", ax, x, y, text=text, color=color, align=align, size=size)

    def path(self, ax, run, dots=True, **style):
        """Draw a run of `minimize` as `plots.path` does: its points, joined, up to where it is out of sight."""
        usual = plots.look(run.optimizer)
        style = {"color": usual["color"], "style": usual["linestyle"]} | style
        w = plots.until_out_of_sight(ax, run.w)
        self.line(ax, w[:, 0], w[:, 1], **style)
        if dots:
            self.dots(ax, w[:, 0], w[:, 1], color=style["color"])

    def curve(self, ax, x, y, **style):
        """Draw a curve whose values may be infinite: it then leaves through the top.

        On a logarithmic axis, values that are not above 0 leave through the bottom.
        """
        bottom, top = ax.get_ylim()
        least = bottom * 1e-3 if ax.get_yscale() == "log" else bottom - 10 * (top - bottom)
        most = top * 1e3 if ax.get_yscale() == "log" else top + 10 * (top - bottom)
        self.line(ax, x, np.clip(np.nan_to_num(y, nan=np.inf, posinf=np.inf), least, most), **style)

    def handle(self, ax, sets, at, color=plots.INK, label=None):
        """Put a ring at the point `at` that can be dragged, and moved by the arrow keys.

        `sets` names what it moves: a `Point`, or a pair of sliders for x and y, one of which may be None.
        """
        self.handles.append((sets, Mark("handle", ax, np.array([at], dtype=float), {"color": color, "label": label})))

    def packed(self):
        """Return the marks as plain dicts, their points as one block of float32, and the handles."""
        frames = {ax: _frame(ax) for ax in {m.ax for m in self.marks} | {m.ax for _, m in self.handles}}
        marks = [{"kind": m.kind, "n": len(m.points), "clip": frames[m.ax], **m.style} for m in self.marks]
        points = [_fractions(m.ax, m.points) for m in self.marks]
        handles = [
            {"frame": frames[m.ax], "at": _fractions(m.ax, m.points)[0].round(5).tolist(), **m.style}
            for _, m in self.handles
        ]
        block = np.concatenate(points) if points else np.empty((0, 2))
        return marks, block.astype("<f4").tobytes(), handles

    def _add(self, kind, ax, x, y, **style):
        x, y = np.broadcast_arrays(np.atleast_1d(np.asarray(x, dtype=float)), np.asarray(y, dtype=float))
        self.marks.append(Mark(kind, ax, np.stack([x, y], axis=-1), style))


def print_on(figure, marks, points, handles):
    """Draw on a figure what `Pen.packed` returned; return the artists."""
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    block, artists = np.frombuffer(points, "<f4").reshape(-1, 2).astype(float), []
    for mark in marks:
        style = {name: value for name, value in mark.items() if name not in ("kind", "n", "clip")}
        part, block = block[: mark["n"]], block[mark["n"] :]
        drawn = _PRINT[mark["kind"]](ax, *part.T, **style)
        left, bottom, right, top = mark["clip"]
        for artist in drawn if mark["kind"] != "text" else ():
            frame = Rectangle((left, bottom), right - left, top - bottom, transform=ax.transAxes)
            (artist.arrow_patch if mark["kind"] == "arrow" else artist).set_clip_path(frame)
        artists += drawn
    for handle in handles:
        artists += _handle(ax, *np.transpose([handle["at"]]), color=handle["color"])
    return artists


def _fractions(ax, points):
    """Return data coordinates as fractions of the figure, (0, 0) at the lower left."""
    pixels = ax.transData.transform(points)
    return np.clip(pixels / ax.figure.bbox.size, -FAR, FAR)


def _frame(ax):
    """Return the axes' left, bottom, right and top as fractions of the figure."""
    return [round(float(edge), 5) for edge in ax.get_position().extents]


def _line(ax, x, y, color, dashes, width, alpha):
    return ax.plot(x, y, color=color, linestyle=(0, tuple(dashes)) if dashes else "-", linewidth=width, alpha=alpha)


def _dots(ax, x, y, color, size, alpha):
    return ax.plot(x, y, "o", color=color, markersize=size, markeredgewidth=0, alpha=alpha)


def _bars(ax, x, y, colors):
    return list(ax.bar(x[::2], y[1::2] - y[::2], x[1::2] - x[::2], y[::2], align="edge", color=colors))


def _area(ax, x, y, color, alpha):
    return ax.fill(x, y, color=color, alpha=alpha, linewidth=0)


def _arrow(ax, x, y, color, width):
    style = dict(arrowstyle="-|>", color=color, linewidth=width, shrinkA=0, shrinkB=0, mutation_scale=6 * width)
    return [ax.annotate("", (x[1], y[1]), (x[0], y[0]), arrowprops=style)]


def _text(ax, x, y, text, color, align, size):
    return [ax.text(x[0], y[0], text, color=color, ha=align, va="center", fontsize=size)]


def _handle(ax, x, y, color):
    return ax.plot(x, y, "o", color="white", markeredgecolor=color, markeredgewidth=2.2, markersize=10, clip_on=False)


_PRINT = {"line": _line, "dots": _dots, "bars": _bars, "area": _area, "arrow": _arrow, "text": _text}
