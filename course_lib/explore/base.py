"""What all explorers share: from a setting to a picture, in the browser and without one."""

import base64
import io
import textwrap
from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import anywidget
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from course_lib import plots
from course_lib.explore.pen import Pen

HERE = Path(__file__).parent
PAPERS_KEPT = 8


class Paper(NamedTuple):
    """What stands still: a figure with its axes, and its picture as a PNG."""

    figure: Figure
    axes: object
    png: bytes


class Explorer(anywidget.AnyWidget):
    """Controls, a picture, and a sentence that says what the picture shows.

    An explorer is a subclass with `title`, `controls` and the five methods `view`, `paper`,
    `compute`, `draw` and `say`; `course_lib.explore` tells how to write one.

    Parameters
    ----------
    **settings
        First values of the controls, such as `lr=0.3`.

    Raises
    ------
    ValueError
        If there is no such control, or its value lies outside its bounds.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"

    # The browser sends what it wishes: {"serial", "values", "drag"}. It gets no echo, only the answer: a
    # picture that carries the serial of the wish it shows.
    _wish = traitlets.Dict().tag(sync=True, echo_update=False)
    _picture = traitlets.Dict().tag(sync=True)
    _paper = traitlets.Bytes().tag(sync=True)
    _form = traitlets.Dict().tag(sync=True)

    title = ""
    controls = ()
    size = (9.4, 4.3)  # of the figure, in inches of 100 pixels
    answers = ("lr",)  # the settings that a student may have to write down

    def __init__(self, **settings):
        super().__init__()
        self._by_name = {control.name: control for control in self.controls}
        self._settings = {control.name: control.checked(control.value) for control in self.controls}
        self._settings |= self._checked(settings)
        self._papers = OrderedDict()
        self._serial = 0
        self._redraw()
        width, height = self.size
        self._form = {
            "title": self.title,
            "width": width,
            "height": height,
            "controls": [control.spec() for control in self.controls],
            "first": dict(self._settings),
        }

    # What a subclass gives ------------------------------------------------------------------------

    def view(self, v):
        """Return, as a tuple, what the axes depend on; they are made again only when it changes."""
        return ()

    def paper(self, figure, *view):
        """Draw on the figure what stands still (axes, contours, labels), and return the axes."""
        raise NotImplementedError

    def compute(self, v):
        """Return what the settings `v` lead to."""
        return None

    def draw(self, pen, axes, v, result):
        """Draw with the pen, on the axes that `paper` returned, what moves."""
        raise NotImplementedError

    def say(self, v, result):
        """Return one or two sentences on what the picture shows."""
        raise NotImplementedError

    # What everybody uses --------------------------------------------------------------------------

    @property
    def values(self):
        """The settings now, by name."""
        return dict(self._settings)

    def set(self, **settings):
        """Change settings: `explorer.set(lr=0.3, start=(1, 2))`; the others stay.

        Raises
        ------
        ValueError
            If there is no such control, or its value lies outside its bounds. Nothing is changed then.
        """
        self._settings |= self._checked(settings)
        self._redraw()

    def describe(self):
        """Say in one or two sentences what the picture shows."""
        return self._picture["sentence"]

    @property
    def answer(self):
        """The lines to copy into an answer cell, such as `lr = 0.31`."""
        return "\n".join(f"{name} = {self._settings[name]!r}" for name in self.answers)

    @property
    def result(self):
        """What `compute` returned for the settings now."""
        return self._result

    def png(self):
        """Return the picture and its sentence as a PNG, 100 pixels to the inch, drawn by Matplotlib."""
        with plots.style():
            artists = self._pen.print_on()
            try:
                picture = imread(io.BytesIO(_png(self._paper_now.figure, dpi=100)))
            finally:
                for artist in artists:
                    artist.remove()
            return _png(_captioned(picture, self.describe()), dpi=100)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data |= {"text/plain": self.describe(), "image/png": base64.b64encode(self.png()).decode()}
        return data, metadata | {"image/png": {"alt": self.describe()}}

    # From a wish to a picture ---------------------------------------------------------------------

    @traitlets.observe("_wish")
    def _on_wish(self, change):
        # ipywidgets drops what a callback raises into a log that no student reads.
        wish = change.new
        self._serial = wish.get("serial", self._serial)
        try:
            self._settings |= self._checked(wish.get("values", {}))
            if wish.get("drag"):
                self._settings |= self._dragged(**wish["drag"])
            self._redraw()
        except Exception as error:
            self._picture = self._picture | {
                "serial": self._serial,
                "values": dict(self._settings),
                "error": f"{type(error).__name__}: {error}",
            }

    def _redraw(self):
        v = SimpleNamespace(**self._settings)
        paper = self._paper_for(self.view(v))
        self._result = self.compute(v)
        pen = Pen()
        with plots.style():
            self.draw(pen, paper.axes, v, self._result)
        marks, points, handles = pen.packed()
        self._pen, self._paper_now = pen, paper
        with self.hold_sync():
            self._paper = paper.png
            self._picture = {
                "serial": self._serial,
                "values": dict(self._settings),
                "marks": marks,
                "points": points,
                "handles": handles,
                "sentence": self.say(v, self._result),
                "answer": self.answer,
                "error": "",
            }

    def _paper_for(self, view):
        if view not in self._papers:
            with plots.style():
                figure = Figure(figsize=self.size)
                FigureCanvasAgg(figure)
                axes = self.paper(figure, *view)
                png = _png(figure, dpi=200)
                figure.set_layout_engine("none")  # what moves must not push the axes around
                self._papers[view] = Paper(figure, axes, png)
            if len(self._papers) > PAPERS_KEPT:
                self._papers.popitem(last=False)
        self._papers.move_to_end(view)
        return self._papers[view]

    def _checked(self, settings):
        for name in settings:
            if name not in self._by_name:
                raise ValueError(f"there is no control {name!r}; this explorer has {', '.join(self._by_name)}")
        return {name: self._by_name[name].checked(value) for name, value in settings.items()}

    def _dragged(self, handle, at):
        """Return the settings that a handle gets when it is dragged to `at`, in fractions of the figure."""
        sets, mark = self._pen.handles[handle]
        figure = mark.ax.figure
        x, y = mark.ax.transData.inverted().transform(figure.bbox.size * at)
        if isinstance(sets, str):
            point = self._by_name[sets]
            return {sets: point.snapped((x, y), width=abs(mark.ax.get_xlim()[1] - mark.ax.get_xlim()[0]))}
        return {name: self._by_name[name].snapped(number) for name, number in zip(sets, (x, y), strict=True) if name}


def _captioned(picture, sentence):
    """Return a figure of 100 pixels to the inch that shows a picture and, under it, a sentence."""
    height, width, _ = picture.shape
    lines = textwrap.wrap(sentence, width=width // 8)
    strip = 14 + 17 * len(lines)
    figure = Figure(figsize=(width / 100, (height + strip) / 100), dpi=100, layout="none")
    FigureCanvasAgg(figure)
    figure.figimage(picture, 0, strip, origin="upper")
    figure.text(0.02, (strip - 6) / (height + strip), "\n".join(lines), va="top", fontsize=9.5, parse_math=False)
    return figure


def _png(figure, dpi):
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi)
    return file.getvalue()
