"""From a figure to a PNG: what stands still behind a drawing, and a picture with its sentence below."""

import io
import textwrap
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from course_lib import plots


class Background(NamedTuple):
    """What stands still: a figure with its axes, and its picture as a PNG."""

    figure: Figure
    axes: object
    png: bytes


def background(size, draw):
    """Return the `Background` that `draw(figure)` makes, which returns the axes."""
    with plots.style():
        figure = Figure(figsize=size)
        FigureCanvasAgg(figure)
        axes = draw(figure)
        png = png_of(figure, dpi=200)
        figure.set_layout_engine("none")  # what moves must not push the axes around
        return Background(figure, axes, png)


def printed(pen, figure, sentence):
    """Return, as a PNG of 100 pixels to the inch, a figure with what a pen drew over it, and a sentence below."""
    with plots.style():
        artists = pen.print_on()
        try:
            picture = Image.open(io.BytesIO(png_of(figure, dpi=100)))
        finally:
            for artist in artists:
                artist.remove()
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
