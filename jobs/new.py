"""Lay out the room of a new chapter: its notebook, its solutions, an explorer, and a file for every exercise.

`python -m jobs.new 11_a_network backward predict_gradient` makes chapter 11; without a number it comes last.
The name of an exercise says of which kind its stub is: `predict_…` and `read_…` are values, `find_…` is a
setting, anything else is a function. Nothing that exists is overwritten.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.checks import exercise_names
from jobs.notebooks import METADATA

ROOT = Path(__file__).parents[1]

FUNCTION = '''"""{title}: what is to be written."""

import numpy as np

from course_lib.checks.exercises import function


def inputs(rng):
    yield np.array([2.0]), 0.5
    yield rng.normal(size=3), 0.1


@function(inputs=inputs, returns="w", praise="Say in a sentence what is right about it.")
def {name}(w, lr):
    return w - lr * w


{name}.common("uphill", "returns the step", "changes w in place")


@{name}.mistake("Say what was done, and ask the question that leads on.")
def no_step(w, lr):
    return w


@{name}.mistake("Say what was done, and ask the question that leads on.")
def squared_learning_rate(w, lr):
    return w - lr**2 * w


@{name}.right
def entry_by_entry(w, lr):
    return np.array([x - lr * x for x in w])


{name}.accept(
    lambda w, lr: (1 - lr) * w,
    lambda w, lr: w * (1 - lr),
    lambda w, lr: np.subtract(w, lr * w),
    lambda w, lr: (w - lr * w).tolist(),
)
'''

VALUE = '''"""{title}: the number that the chapter's result predicts."""

import numpy as np

from course_lib.checks.exercises import value


@value(praise="Say in a sentence where it comes from.")
def {name}():
    return 1.0


@{name}.mistake("{{answer}} is half of it. What was left out?")
def half():
    return 0.5


{name}.accept(1, 1.0, [1], np.array(1.0), np.float32(1))
'''

SETTING = '''"""{title}: a setting to be found by dragging."""

from course_lib.checks.exercises import number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda run: run.steps_to(1e-6) <= 80,
    right=[0.15, 0.17],
    praise=lambda lr, run: f"It took {{run.steps_to(1e-6)}} steps to 1e-6.",
)
def {name}(lr):
    return minimize(Quadratic([1.0, 10.0]), [1.0, 1.0], GradientDescent(lr), steps=200)


@{name}.mistake(example=0.3)
def diverges(lr, run):
    if run.loss[-1] > run.loss[0]:
        return f"A learning rate of {{lr:.4g}} diverges. Which direction decides?"


{name}.accept(0.15, 0.16, 0.17, [0.15], {{"lr": 0.15}})
'''

EXPLORER = '''"""What the chapter drags."""

import numpy as np

from course_lib.explore import Explorer, Slider
from course_lib.words import short


class {explorer}(Explorer):
    """Say what can be dragged; settings `lr`.

    Examples
    --------
    >>> from course_lib.chapters.{room}.explorer import {explorer}
    >>> {explorer}(lr=0.5).answer
    'lr = 0.5'
    """

    title = "{title}"
    controls = (Slider(name="lr", label="learning rate η", low=0.01, high=4, value=0.3, log=True),)

    def background(self, figure):
        ax = figure.subplots()
        ax.set(xlim=(0, 20), ylim=(-2, 2), xlabel="step", ylabel="w")
        return ax

    def compute(self, v):
        return (1 - v.lr) ** np.arange(21)

    def draw(self, pen, ax, v, w):
        pen.curve(ax, np.arange(21), w, color="#024cd6")

    def sentence(self, v, w):
        return f"With learning rate {{short(v.lr)}} the last of 20 steps is at {{short(w[-1])}}."
'''

TESTS = '''"""{title}: its theory, and its explorer against numbers computed another way."""

from course_lib.chapters.{room}.explorer import {explorer}


def test_the_explorer_follows_the_factor():
    w = 1.0
    for _ in range(20):
        w -= 0.3 * w
    assert abs({explorer}(lr=0.3).result[-1] - w) < 1e-12
'''


def numbered(name):
    """Return the number, as "11", and the room of a new chapter; one without a number comes last."""
    found = re.fullmatch(r"(?:(\d\d)_)?([a-z][a-z0-9_]*)", name)
    if not found:
        raise ValueError(f"a chapter's name is lower case with underscores, as in 11_a_network, got {name!r}")
    number, room = found.groups()
    last = max(int(path.stem[:2]) for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    return number or f"{last + 1:02d}", room


def stub(name):
    """Return the text of an exercise's file, by the kind that its name tells."""
    template = VALUE if name.startswith(("predict_", "read_")) else SETTING if name.startswith("find_") else FUNCTION
    return template.format(name=name, title=name.replace("_", " ").capitalize())


def marks(grade_id, points=None):
    """Return nbgrader's metadata of an answer cell, or of a check cell with points."""
    return {
        "nbgrader": {
            "grade": points is not None, "grade_id": grade_id, "locked": points is not None, "schema_version": 3,
            "solution": points is None, "task": False, **({"points": points} if points is not None else {}),
        }
    } | ({"tags": ["raises-exception"]} if points is not None else {})  # fmt: skip


def answer_cell(name):
    """Return the text of an answer cell with its solution, which is the reference's."""
    if name.startswith(("predict_", "read_", "find_")):
        number = 0.15 if name.startswith("find_") else 1.0
        return f"answer = ...\n### BEGIN SOLUTION\nanswer = {number}\n### END SOLUTION", "answer"
    solution = "    ### BEGIN SOLUTION\n    return w - lr * w\n    ### END SOLUTION"
    return f'def {name}(w, lr):\n    """Return what the task asks for."""\n{solution}', name


def exercise_cells(number, place, name):
    """Yield the cells of an exercise: the task, the answer, the check, three hints."""
    slug = name.replace("_", "-")
    yield new_markdown_cell(f"## {int(number)}.{place} · {name}\n\nSay what to do.", id=f"task-{slug}")
    source, variable = answer_cell(name)
    yield new_code_cell(source, id=name, metadata=marks(name))
    yield new_code_cell(f'check("{name}", {variable})', id=f"check-{name}", metadata=marks(f"check-{name}", 2))
    rungs = (("a question", "A question."), ("the idea", "In words."), ("half of the code", "```python\n...\n```"))
    hints = (
        f"<details><summary>Hint {n}: {what}</summary>\n\n{text}\n</details>" for n, (what, text) in enumerate(rungs, 1)
    )
    yield new_markdown_cell("\n".join(hints), id=f"hints-{slug}")


def files(number, room, exercises):
    """Yield (path, text) of everything that a chapter's room holds."""
    title = room.replace("_", " ").capitalize()
    names = dict(room=room, title=title, explorer="".join(map(str.capitalize, room.split("_"))) + "Explorer")
    home, chapter = ROOT / "course_lib" / "chapters" / room, f"{number}_{room}"
    yield home / "__init__.py", f'"""{title}: the question of the chapter in a line."""\n'
    yield home / "explorer.py", EXPLORER.format(**names)
    for name in exercises:
        yield home / f"{name}.py", stub(name)
    yield ROOT / "tests" / "chapters" / f"test_{room}.py", TESTS.format(**names)
    text = [
        new_markdown_cell(f"# {number} · {title}\n\nThe question. What it needs.\n\nAllow 5 minutes.", id="title"),
        new_code_cell(f"from course_lib.chapters.{room}.explorer import {names['explorer']}", id="setup"),
        new_code_cell(f"explorer = {names['explorer']}(lr=0.3)\nexplorer", id="explorer"),
        new_markdown_cell(
            "## What to remember\n\n1. The result.\n\n| symbol | meaning | argument |\n| --- | --- | --- |\n"
            "| $\\eta$ | learning rate | `lr` |\n\n"
            f"**Now try it.** The exercises are in [exercises/{chapter}](../exercises/{chapter}/{room}.ipynb).",
            id="summary",
        ),
    ]
    yield ROOT / "notebooks" / f"{chapter}.ipynb", notebook(text)
    link = f"[chapter {number}](../../notebooks/{chapter}.ipynb)"
    solved = [
        new_markdown_cell(f"# Exercises {number} · {title}\n\nRead {link} first.", id="title"),
        new_code_cell("import numpy as np\n\nfrom course_lib import check", id="setup"),
    ]
    for place, name in enumerate(exercises, start=1):
        solved.extend(exercise_cells(number, place, name))
    yield ROOT / "solutions" / chapter / f"{room}.ipynb", notebook(solved)


def notebook(cells):
    return nbformat.writes(new_notebook(cells=cells, metadata=METADATA)) + "\n"


def main(arguments):
    if len(arguments) < 2:
        raise ValueError("name the chapter and at least one exercise, as in: nox -s new -- 11_a_network backward")
    number, room = numbered(arguments[0])
    for name in arguments[1:]:
        if name in exercise_names():
            place = exercise_names()[name]
            raise ValueError(f"nothing was written, because an exercise is called {name} already, in {place}")
    made = list(files(number, room, arguments[1:]))
    taken = [path.relative_to(ROOT).as_posix() for path, _ in made if path.exists()]
    taken += [path.name for path in (ROOT / "notebooks").glob(f"{number}_*") if not taken]
    if taken:
        raise ValueError(f"nothing was written, because there is already: {', '.join(taken)}")
    for path, text in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT).as_posix())
    print(f"then: nox -s notebooks -- {number}, nox -s exercises, and a line in the README's table")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
