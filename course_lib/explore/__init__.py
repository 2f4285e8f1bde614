"""The explorers: pictures to drag, that answer at the speed of the connection.

    >>> from course_lib.chapters.gradient_descent.explorer import DescentExplorer
    >>> explorer = DescentExplorer(lr=0.1, steps=60)
    >>> explorer.set(lr=0.15)
    >>> explorer.answer
    'lr = 0.15'

How to write one
----------------
Subclass `Explorer`. Say which `controls` there are, and give five short methods; `v` holds the
settings by name, `v.lr`, `v.steps`::

    class CircleExplorer(Explorer):
        title = "A circle"                      # the name for screen readers
        size = (9.4, 3.4)                       # of the figure, 100 pixels to the inch: the usual one
        answers = ("radius",)                   # settings in the line to copy
        controls = (
            Slider(name="radius", label="radius r", low=0.1, high=10, value=1.0, log=True),
            Choice(name="color", label="color", value="#c02401", options=("#c02401", "#024cd6")),
            Point(name="center", label="center", value=(0.0, 0.0)),
        )

        def view(self, v):                      # what the axes depend on, as a tuple; default ()
            return ("large" if v.radius > 3 else "small",)

        def background(self, figure, size):     # what stands still, drawn by Matplotlib; gets the view, no more
            ax = figure.subplots()
            reach = 15 if size == "large" else 4
            ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
            return ax                           # one of the axes, or a tuple of them, as `draw` wants it

        def compute(self, v):                   # training; kept as `explorer.result`
            angle = np.linspace(0, 2 * np.pi, 100)
            return v.center + v.radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)

        def draw(self, pen, ax, v, circle):     # what moves, in data coordinates
            pen.line(ax, circle[:, 0], circle[:, 1], color=v.color)
            pen.handle(ax, "center", v.center, label=f"center, at {v.center[0]:g}, {v.center[1]:g}")

        def sentence(self, v, circle):          # what the picture shows; numbers through `words.short`
            return f"A circle of radius {short(v.radius)} around ({short(v.center[0])}, {short(v.center[1])})."

**In an exercise** an explorer knows its goal, without a line of code in the explorer::

    MomentumExplorer(eigenvalues=[4.0], goal="find_critical_damping", hide=("lr", "rule"), lr=0.04)

- `goal` names an exercise whose answer is a setting (`course_lib.checks`). While one drags, the sentence ends
  with "Not there yet: 81 steps, 1 too many." or "Goal met: 79 steps.", by the exercise's own replay and goal; the
  words between are what the exercise declares with `@NAME.progress`. The line to copy holds the settings that the
  exercise asks for; they must be controls of the explorer. `explorer.met` is the verdict.
- `hide` takes the names of controls that are not to be moved: what the exercise holds fixed. They keep the values
  given.

Both work in every explorer; a subclass with an `__init__` of its own hands them on with `**settings`.

Notes
-----
- Controls: `Slider` (`log`, `whole`, `step`, `play`, `landmarks`), `Choice`, `Toggle`, `Point`; all are checked against
  their bounds. `only={"rule": ("momentum",)}` shows a control only while `rule` has that value.
- The pen: `line`, `dots`, `bars`, `area`, `arrow`, `text`; `path` (a run on a surface, drawn to the edge
  if it diverges), `curve` (values that may be infinite), `handle` (a ring that is dragged: it sets a
  `Point`, or a pair of sliders, `("slope", "intercept")`; `("start", None)` moves along x only).
- Keep the view small: a new view costs a third of a second, a new drawing on the same axes a
  thousandth. So axes get fixed limits, and a slider that is dragged does not belong into the view.
- `surfaces` and `losses` have the menu and the axes that several explorers share; `optimizers.RULES` is the menu of
  rules, `course_lib.words` has numbers and counted things as a sentence says them.
- If controls depend on an argument, set `self.controls` in `__init__` before `super().__init__(**settings)`.
- Anything raised in these methods is shown in the explorer, and raised by `set`; nothing has changed then.
- It stands in `course_lib/chapters/ROOM/explorer.py`: there `tests/test_explore.py` finds it, and tries every
  control at its ends.
"""

from course_lib.explore.base import Explorer
from course_lib.explore.controls import Choice, Point, Slider, Toggle
from course_lib.explore.pen import Pen

__all__ = ["Choice", "Explorer", "Pen", "Point", "Slider", "Toggle"]
