"""Find an exercise by its name: a chapter's room holds one file for each, and only the one that is asked for loads."""

import difflib
import functools
from importlib import import_module
from pathlib import Path

from course_lib.checks.base import REGISTRY
from course_lib.checks.values import shown

ROOMS = Path(__file__).parents[1] / "chapters"
NO_EXERCISES = {"__init__", "explorer", "figures", "shared"}  # what else a room may hold


@functools.cache  # asked for by every check; a room that is added is seen by the next process
def exercise_names():
    """Return the chapter's room of every exercise, by the exercise's name."""
    files = sorted(path for path in ROOMS.glob("*/*.py") if path.stem not in NO_EXERCISES)
    rooms = {path.stem: path.parent.name for path in files}
    if len(rooms) < len(files):
        twice = [path.stem for path in files if rooms[path.stem] != path.parent.name]
        raise ValueError(f"an exercise's name stands in two chapters: {', '.join(twice)}")
    return rooms


def find(name):
    """Return the exercise called `name`, or raise an error that lists the names like it."""
    if not isinstance(name, str):
        raise TypeError(
            "name must be the exercise's name in quotes, as in check('first_step', first_step); "
            f"got {shown(name)} of type {type(name).__name__}"
        )
    if name not in REGISTRY:
        rooms = exercise_names()
        if name not in rooms:
            close = difflib.get_close_matches(name, rooms, n=3, cutoff=0.5) or sorted(rooms)
            raise ValueError(f"there is no exercise {name!r}; did you mean {' or '.join(map(repr, close))}?")
        import_module(f"{__package__.rpartition('.')[0]}.chapters.{rooms[name]}.{name}")
    return REGISTRY[name]


def every_exercise():
    """Return all exercises by name; loads those that nobody asked for yet."""
    return {name: find(name) for name in exercise_names()}
