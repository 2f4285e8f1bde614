"""From a figure to a PNG: what stands still behind a drawing, and a picture with its sentence below."""

import io
import textwrap
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from course_lib import plots
from course_lib.explore.pen import print_on

# As large as the controls' words, for a picture is shown at two thirds of its width, too.
LETTERS = {"xtick.labelsize": 10.5, "ytick.labelsize": 10.5, "legend.fontsize": 10.0}


class Background(NamedTuple):
    """What stands still: a figure with its axes, its picture as a PNG, and where its panels are.

    A panel is a plot with its title, its labels and its legend: [left, bottom, right, top] in fractions of the
    figure. A narrow page shows the panels one below the other.
    """

    figure: Figure
    axes: object
    png: bytes
    panels: list


def background(size, draw):
    """Return the `Background` that `draw(figure)` makes, which returns the axes.

    The figure that is kept has scales, but no contours and no pixels: half a megabyte in place of ten.
    """
    with plots.style(), mpl.rc_context(LETTERS):
        figure = Figure(figsize=size)
        FigureCanvasAgg(figure)
        axes = draw(figure)
        png = png_of(figure, dpi=200)
        figure.set_layout_engine("none")  # what moves must not push the axes around
        panels = panels_of(figure)
    for ax in figure.axes:
        for artist in [*ax.collections, *ax.images]:
            artist.remove()
        ax.xaxis.reset_ticks()
        ax.yaxis.reset_ticks()
    for text in figure.findobj(Text):
        text._renderer = None  # it holds all pixels of the picture that the text was drawn on last
    return Background(figure, axes, png, panels)


def panels_of(figure):
    """Return the panels of a figure that was drawn; plots that lie over each other are one, and a plot and its bar."""
    renderer = figure.canvas.get_renderer()
    bars = {
        artist.colorbar.ax: ax
        for ax in figure.axes
        for artist in (*ax.collections, *ax.images)
        if getattr(artist, "colorbar", None)
    }
    found = []  # of each panel: what lies in its frame, and its whole
    for part in (*figure.axes, *figure.legends):
        frame, whole = part.get_window_extent(renderer), part.get_tightbbox(renderer)
        near = bars[part].get_window_extent(renderer) if part in bars else frame
        same = [panel for panel in found if panel[0].overlaps(near)]
        found = [panel for panel in found if panel not in same]
        found.append((Bbox.union([frame, *(one for one, _ in same)]), Bbox.union([whole, *(one for _, one in same)])))
    edges = [whole.extents / np.tile(figure.bbox.size, 2) for _, whole in found]
    return [np.clip(edge, 0, 1).round(4).tolist() for edge in edges]


def printed(size, png, marks, points, handles, sentence):
    """Return, as a PNG of 100 pixels to the inch, a picture as the browser gets it, and a sentence below."""
    with plots.style():
        figure = Figure(figsize=size, dpi=100, layout="none")
        FigureCanvasAgg(figure)
        pixels = np.round(100 * np.array(size)).astype(int)
        paper = Image.open(io.BytesIO(png)).convert("RGB").resize(pixels, Image.Resampling.LANCZOS)
        figure.figimage(np.asarray(paper), 0, 0, origin="upper", zorder=-1)  # below the axes of what moves
        print_on(figure, marks, points, handles)
        picture = Image.open(io.BytesIO(png_of(figure, dpi=100)))
        return png_of(captioned(picture, sentence), dpi=100)


def captioned(picture, sentence):
    """Return a figure of 100 pixels to the inch that shows a picture and, under it, a sentence."""
    width, height = picture.size
    lines = textwrap.wrap(sentence, width=width // 8)
    strip = 14 + 17 * len(lines)
    figure = Figure(figsize=(width / 100, (height + strip) / 100), dpi=100, layout="none")
    FigureCanvasAgg(figure)
    figure.figimage(np.asarray(picture.convert("RGB")), 0, strip, origin="upper")
    figure.text(0.02, (strip - 6) / (height + strip), "\n".join(lines), va="top", fontsize=9.5, parse_math=False)
    return figure


def png_of(figure, dpi):
    """Return a figure as a PNG of 256 colors: a third of the size that it has with all of them."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi, pil_kwargs={"compress_level": 1})
    FigureCanvasAgg(figure)  # the old canvas keeps its pixels, several times what the figure itself takes
    picture = Image.open(file).convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    picture.save(file, format="png")
    return file.getvalue()
