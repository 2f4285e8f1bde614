"""The house stands: a module imports only from floors below its own, and a light import stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import course_lib

HOUSE = Path(course_lib.__file__).parent
FLOORS = {
    "arguments": -1,
    "cells": -1,
    "exporting": -1,
    "saving": -1,
    "words": -1,
    "objectives": 0,
    "schedules": 0,
    "data": 0,
    "models": 1,
    "optimizers": 1,
    "training": 2,
    "theory": 3,
    "plots": 3,
    "checks": 4,
    "explore": 4,
    "chapters": 5,
}
MODULES = sorted(path.relative_to(HOUSE) for path in HOUSE.rglob("*.py") if path != HOUSE / "__init__.py")


def unit(path):
    """Return the name under which a module stands in FLOORS."""
    return path.parts[0].removesuffix(".py")


def imports(path):
    """Yield the names of all modules that a file imports, wherever in the file it does so."""
    package = ("course_lib", *path.parent.parts)
    for node in ast.walk(ast.parse((HOUSE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (above, node.module)))
            # `from course_lib import plots` imports a module, `from course_lib import minimize` the top of the house.
            yield from (f"{module}.{alias.name}" if module == "course_lib" else module for alias in node.names)


def wrong_imports(path, names):
    """Return those of the imported names that a module on this floor may not import."""
    inside = [name.split(".")[1:] for name in names if name.split(".")[0] == "course_lib"]
    own = unit(path)
    return [".".join(["course_lib", *parts]) for parts in inside if not _allowed(own, parts)]


def _allowed(own, parts):
    return bool(parts) and parts[0] in FLOORS and (parts[0] == own or FLOORS[parts[0]] < FLOORS[own])


def rooms_of_others(path, names):
    """Return those of the imported names that belong to another room than this module's."""
    rooms = [name.split(".")[:3] for name in names if name.startswith("course_lib.chapters.")]
    return [".".join(parts) for parts in rooms if parts[2] != path.parts[1]]


def test_every_module_has_a_floor():
    assert {unit(path) for path in MODULES} == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_from_floors_below(path):
    assert wrong_imports(path, imports(path)) == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "explorer.py"], ids=str)
def test_an_explorer_imports_from_no_other_room(path):
    assert rooms_of_others(path, imports(path)) == []


def test_an_import_from_another_room_is_found():
    path, other = Path("chapters/adam/explorer.py"), "course_lib.chapters.momentum"
    assert rooms_of_others(path, ["numpy", f"{other}.explorer", "course_lib.chapters.adam.x"]) == [other]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("objectives.py", "course_lib.training"),
        ("models.py", "course_lib.optimizers.base"),
        ("plots.py", "course_lib.checks"),
        ("plots.py", "course_lib.theory.momentum"),
        ("checks/values.py", "course_lib.chapters.momentum"),
        ("explore/base.py", "course_lib.checks"),
        ("training.py", "course_lib.minimize"),
        ("data.py", "course_lib"),
    ],
)
def test_a_wrong_import_is_found(path, name):
    assert wrong_imports(Path(path), [name]) == [name]


def test_the_import_loads_nothing_but_numpy():
    heavy = ("matplotlib", "ipywidgets", "anywidget", "sklearn", "IPython", "pandas", "scipy", "multiprocessing")
    program = f"import sys, course_lib; print([name for name in {heavy!r} if name in sys.modules])"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOUSE.parent)
    assert loaded.stdout.strip() == "[]"
    assert loaded.stderr == ""
