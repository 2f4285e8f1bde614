"""What all explorers share: from a setting to a picture, in the browser and without one."""

import base64
from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace

import anywidget
import traitlets

from course_lib import cells, plots
from course_lib.explore import pictures
from course_lib.explore.goals import Goal
from course_lib.explore.pen import Pen

HERE = Path(__file__).parent
BACKGROUNDS_KEPT = 3


class Explorer(anywidget.AnyWidget):
    """Controls, a picture, and a sentence that says what the picture shows.

    An explorer is a subclass with `title`, `controls` and the five methods `view`, `background`,
    `compute`, `draw` and `sentence`; `course_lib.explore` tells how to write one.

    Parameters
    ----------
    goal : str or exercise, optional
        An exercise whose answer is a setting: the explorer then says whether its settings meet the
        exercise's goal, and the line to copy holds the settings that the exercise asks for.
    hide : tuple of str, default ()
        Controls that are not shown; their values stay as they are given.
    **settings
        First values of the controls, such as `lr=0.3`.

    Raises
    ------
    ValueError
        If there is no such control, or its value lies outside its bounds, or the goal's exercise
        asks for a setting that this explorer does not have.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"

    # The browser sends a request: {"serial", "values", "drag"}. It gets no echo, only the answer: a
    # picture that carries the serial of the request it shows.
    _request = traitlets.Dict().tag(sync=True, echo_update=False)
    _picture = traitlets.Dict().tag(sync=True)
    _background = traitlets.Bytes().tag(sync=True)
    _form = traitlets.Dict().tag(sync=True)

    title = ""
    controls = ()
    size = (9.4, 3.4)  # of the figure, in inches of 100 pixels
    answers = ("lr",)  # the settings that a student may have to write down
    recorded = ()  # one or two controls that are alive on a page without a kernel; by default the first

    def __init__(self, goal=None, hide=(), **settings):
        self._backgrounds = OrderedDict()
        super().__init__()
        self._by_name = {control.name: control for control in self.controls}
        self._hidden = frozenset(self._checked_names((hide,) if isinstance(hide, str) else hide))
        self._goal = None if goal is None else Goal(goal, self._by_name)
        self._serial = 0
        first = {control.name: control.checked(control.value) for control in self.controls}
        self._show(first | self._checked(settings))
        width, height = self.size
        self._form = {
            "title": self.title,
            "width": width,
            "height": height,
            "controls": [control.spec() for control in self.controls if control.name not in self._hidden],
            "first": dict(self._settings),
        }

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for old, new in {"paper": "background", "say": "sentence"}.items():
            if old in vars(cls):
                raise TypeError(f"{cls.__name__}.{old} must be called {new}: see course_lib.explore")

    # What a subclass gives ------------------------------------------------------------------------

    def view(self, v):
        """Return, as a tuple, what the axes depend on; they are made again only when it changes."""
        return ()

    def background(self, figure, *view):
        """Draw on the figure what stands still (axes, contours, labels), and return the axes."""
        raise NotImplementedError

    def compute(self, v):
        """Return what the settings `v` lead to."""
        return None

    def draw(self, pen, axes, v, result):
        """Draw with the pen, on the axes that `background` returned, what moves."""
        raise NotImplementedError

    def sentence(self, v, result):
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
            If there is no such control, or its value lies outside its bounds. Whatever is raised here or
            in the explorer's own methods, nothing has changed then.
        """
        self._show(self._settings | self._checked(settings))

    def describe(self):
        """Say in one or two sentences what the picture shows, and whether the goal is met."""
        return f"{self._picture['sentence']} {self._picture['goal']}".rstrip()

    @property
    def answer(self):
        """The lines to copy into an answer cell, such as `lr = 0.31`."""
        return self._answer(self._settings)

    @property
    def met(self):
        """Whether the settings now meet the goal; None where there is no goal."""
        return self._picture["met"]

    @property
    def goal(self):
        """What the explorer knows of its exercise, a `course_lib.explore.goals.Goal`; None without one."""
        return self._goal

    @property
    def hidden(self):
        """The names of the controls that are not shown."""
        return self._hidden

    @property
    def form(self):
        """What the browser builds the controls from."""
        return dict(self._form)

    @property
    def drawn(self):
        """The picture as the browser gets it: marks, points, handles, words, and the background as PNG."""
        return self._picture | {"background": self._background}

    @property
    def result(self):
        """What `compute` returned for the settings now."""
        if self._pen is None:  # it was closed
            self._show(self._settings)
        return self._result

    def png(self):
        """Return the picture and its sentence as a PNG, 100 pixels to the inch, drawn by Matplotlib."""
        if self._pen is None:  # it was closed
            self._show(self._settings)
        now = self._picture
        drawn = now["marks"], now["points"], now["handles"]
        return pictures.printed(self.size, self._background, *drawn, self.describe())

    def close(self):
        """Take the explorer off the page, and free what it holds; shown again, it is made again."""
        super().close()
        vars(self).pop("_repr_mimebundle_", None)  # ipywidgets takes it away for good
        self._backgrounds.clear()
        self._pen = self._background_now = self._result = None
        self._background = b""

    def _repr_mimebundle_(self, **kwargs):
        if self.comm is None:  # it was closed
            self._show(self._settings)
            self.open()
        _close_those_before(self)
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data |= {"text/plain": self.describe(), "image/png": base64.b64encode(self.png()).decode()}
        return data, metadata | {"image/png": {"alt": self.describe()}}

    # From a request to a picture ------------------------------------------------------------------

    @traitlets.observe("_request")
    def _on_request(self, change):
        # ipywidgets drops what a callback raises into a log that no student reads.
        request = change.new
        self._serial = request.get("serial", self._serial)
        try:
            settings = self._settings | self._checked(request.get("values", {}))
            if request.get("drag"):
                settings |= self._dragged(**request["drag"])
            self._show(settings)
        except Exception as error:
            self._picture = self._picture | {
                "serial": self._serial,
                "values": dict(self._settings),
                "error": f"{type(error).__name__}: {error}",
            }

    def _show(self, settings):
        """Compute and draw these settings; only when all has gone well do they become the settings now."""
        v = SimpleNamespace(**settings)
        background = self._background_for(self.view(v))
        result = self.compute(v)
        pen = Pen()
        with plots.style():
            self.draw(pen, background.axes, v, result)
        pen.handles = [(sets, mark) for sets, mark in pen.handles if not self._hidden.issuperset(_named(sets))]
        marks, points, handles = pen.packed()
        met, goal = (None, "") if self._goal is None else self._goal.verdict(settings)
        picture = {
            "serial": self._serial,
            "values": dict(settings),
            "marks": marks,
            "points": points,
            "handles": handles,
            "panels": background.panels,
            "sentence": self.sentence(v, result),
            "goal": goal,
            "met": met,
            "answer": self._answer(settings),
            "error": "",
        }
        self._settings, self._result, self._pen, self._background_now = settings, result, pen, background
        with self.hold_sync():
            self._background = background.png
            self._picture = picture

    def _background_for(self, view):
        if view not in self._backgrounds:
            self._backgrounds[view] = pictures.background(self.size, lambda figure: self.background(figure, *view))
            if len(self._backgrounds) > BACKGROUNDS_KEPT:
                self._backgrounds.popitem(last=False)
        self._backgrounds.move_to_end(view)
        return self._backgrounds[view]

    def _checked_names(self, names):
        for name in names:
            if name not in self._by_name:
                raise ValueError(f"there is no control {name!r}; this explorer has {', '.join(self._by_name)}")
        return names

    def _checked(self, settings):
        self._checked_names(settings)
        return {name: self._by_name[name].checked(value) for name, value in settings.items()}

    def _dragged(self, handle, at):
        """Return the settings that a handle gets when it is dragged to `at`, in fractions of the figure."""
        sets, mark = self._pen.handles[handle]
        figure = mark.ax.figure
        x, y = mark.ax.transData.inverted().transform(figure.bbox.size * at)
        if isinstance(sets, str):
            point = self._by_name[sets]
            return {sets: point.snapped((x, y), width=abs(mark.ax.get_xlim()[1] - mark.ax.get_xlim()[0]))}
        free = [(name, to) for name, to in zip(sets, (x, y), strict=True) if name and name not in self._hidden]
        return {name: self._by_name[name].snapped(to) for name, to in free}

    def _answer(self, settings):
        names = self._goal.names if self._goal else self.answers
        return "\n".join(f"{name} = {settings[name]!r}" for name in names)


# Which explorers each cell showed when it was run last, by the cell's id: its run, and the explorers.
_shown = {}


def _close_those_before(explorer):
    """Close the explorers that only an earlier run of the cell running now has shown: nobody sees them any more."""
    cell, run = cells.running()
    if cell is None:
        return
    before, earlier = _shown.pop(cell, (run, ()))
    _shown[cell] = run, {explorer} | set(earlier if before == run else ())
    if before != run:
        still = set().union(*(there for _, there in _shown.values()))
        for old in set(earlier) - still:
            old.close()


def _named(sets):
    """Return the names of the controls that a handle sets."""
    return {sets} if isinstance(sets, str) else set(filter(None, sets))
