"""Show which exercises are done: what the checks said last, as it stands in the saved notebooks of exercises/."""

import html
import json
import os
from dataclasses import dataclass
from pathlib import Path

from course_lib.checks.base import NOT_ATTEMPTED
from course_lib.checks.verdict import COLORS, ICONS

STATES = ("passed", "tried", "not begun")
SIGNS = {"passed": "█", "tried": "▒", "not begun": "·"}
# Half a box is filled for what was tried, so that the colors alone do not tell it.
HALF = f"linear-gradient(135deg, {COLORS['not attempted']} 50%, transparent 50%)"
FILLS = {"passed": COLORS["correct"], "tried": HALF, "not begun": "transparent"}
EDGE = "var(--jp-border-color1, #888888)"
LEFT = 'style="text-align: left; vertical-align: top"'
NO_FOLDER = "There is no folder exercises/ here or above. Start the course in its own folder, or give the folder."


@dataclass(frozen=True)
class Chapter:
    """The exercises of one chapter: pairs of a title and a state, or what is wrong with their notebook."""

    title: str
    path: Path
    exercises: tuple = ()
    problem: str = ""

    def count(self, state):
        return sum(each == state for _, each in self.exercises)

    @property
    def words(self):
        if self.problem:
            return self.problem
        tried = self.count("tried")
        return f"{self.count('passed')} of {len(self.exercises)} passed" + (f", {tried} tried" if tried else "")


@dataclass(frozen=True)
class Progress:
    """What `progress` found: a table where pictures can be shown, lines of text elsewhere."""

    chapters: tuple
    problem: str = ""

    @property
    def sentence(self):
        if self.problem:
            return self.problem
        passed, tried, open_ = (sum(chapter.count(state) for chapter in self.chapters) for state in STATES)
        return f"{passed} of {passed + tried + open_} exercises passed, {tried} tried, {open_} not begun."

    def __repr__(self):
        lines = [self.sentence]
        wide = max((len(chapter.title) for chapter in self.chapters), default=0)
        signs = ["".join(SIGNS[state] for _, state in chapter.exercises) for chapter in self.chapters]
        long = max(map(len, signs), default=0)
        for chapter, bar in zip(self.chapters, signs, strict=True):
            lines.append(f"{chapter.title:{wide}}  {bar:{long}}  {chapter.words}")
        if any(signs):
            lines.append("One sign an exercise: " + ", ".join(f"{SIGNS[state]} {state}" for state in STATES) + ".")
        return "\n".join(lines)

    def _repr_html_(self):
        rows = "".join(map(_row, self.chapters))
        return f"<p>{html.escape(self.sentence)}</p>" + (f"<table>{rows}</table>" if rows else "")


def progress(folder=None):
    """Show which exercises of which chapter are passed, tried, or not begun.

    It reads the saved notebooks of `exercises/` and what their check cells said last; nothing is run or
    changed. An answer that was edited since then counts as it was, until its check is run again and the
    notebook is saved.

    Parameters
    ----------
    folder : path, optional
        The folder of exercises. By default the `exercises/` beside the notebook, or in a folder above it.

    Examples
    --------
    >>> from course_lib import progress
    >>> progress("nowhere")
    There is no folder nowhere/.
    """
    if folder is not None:
        folder, missing = Path(folder), f"There is no folder {folder}/."
    else:
        here = Path.cwd()
        above = (place / "exercises" for place in (here, *here.parents))
        folder, missing = next(filter(Path.is_dir, above), None), NO_FOLDER
    if folder is None or not folder.is_dir():
        return Progress((), missing)
    rooms = sorted(path for path in folder.iterdir() if path.is_dir() and path.name[:2].isdigit())
    return Progress(tuple(map(_chapter, rooms)), "" if rooms else "The folder of exercises holds no chapter.")


def _chapter(room):
    """Return what stands in one chapter's notebook."""
    number, _, name = room.name.partition("_")
    title = f"{number} {name.replace('_', ' ').capitalize()}"
    path = room / f"{name}.ipynb"
    if not path.is_file():
        return Chapter(title, path, problem=f"{path.name} is not here.")
    try:
        exercises = tuple(_exercises(json.loads(path.read_text(encoding="utf-8"))["cells"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Chapter(title, path, problem=f"{path.name} cannot be read: it is no notebook, or it is damaged.")
    return Chapter(title, path, exercises)


def _exercises(cells):
    """Yield title and state of each check cell; the title is the heading above it."""
    heading = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            headings = [line for line in _text(cell["source"]).splitlines() if line.startswith("## ")]
            heading = headings[-1].removeprefix("## ") if headings else heading
        marks = cell.get("metadata", {}).get("nbgrader", {})
        if marks.get("grade"):
            yield heading or marks["grade_id"], _state(cell["outputs"])


def _state(outputs):
    """Return what the outputs of a check cell say."""
    said = [_text(output.get("data", {}).get("text/plain", "")) for output in outputs]
    if any(text.startswith(ICONS["correct"]) for text in said):
        return "passed"
    # "Not attempted yet" in full, or for an answer of several parts: they begin alike, whatever the icon was.
    blank = NOT_ATTEMPTED.partition(":")[0]
    return "tried" if outputs and not any(text[2:].startswith(blank) for text in said) else "not begun"


def _text(source):
    """Return a notebook's text, which is one string or a list of lines."""
    return source if isinstance(source, str) else "".join(source)


def _row(chapter):
    try:
        address = Path(os.path.relpath(chapter.path)).as_posix()
    except ValueError:  # on another drive
        address = chapter.path.as_uri()
    link = f'<a href="{html.escape(address)}">{html.escape(chapter.title)}</a>'
    boxes = "".join(
        f'<span title="{html.escape(f"{title}: {state}")}" style="display: inline-block; width: 0.9em; height: 0.9em; '
        f'margin-right: 2px; border: 1px solid {EDGE}; background: {FILLS[state]}"></span>'
        for title, state in chapter.exercises
    )
    names = "<br>".join(html.escape(f"{title}: {state}") for title, state in chapter.exercises)
    words = html.escape(chapter.words)
    listed = f"<details><summary>{words}</summary>{names}</details>" if names else words
    bar = f'<div aria-hidden="true" style="white-space: nowrap">{boxes}</div>'
    cells = f'<th scope="row" {LEFT}>{link}</th><td {LEFT}>{bar}</td><td {LEFT}>{listed}</td>'
    return f"<tr>{cells}</tr>"
