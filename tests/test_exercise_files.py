"""The files of the exercises: their names, the ids of their mistakes, and one text with the solutions."""

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

import nbformat
import pytest

from course_lib.checks import every_exercise, exercise_names
from course_lib.checks.functions import Function

ROOT = Path(__file__).parents[1]
EXERCISES = every_exercise()
SMALL_WORDS = set("a an and are as at by for in is it of on still the".split())


def solution_cells():
    """Return the answer cells of all solutions, by the name of the exercise."""
    cells = (cell for path in ROOT.glob("solutions/*/*.ipynb") for cell in nbformat.read(path, as_version=4).cells)
    marked = ((cell.metadata.get("nbgrader", {}), cell) for cell in cells)
    return {marks.grade_id: cell.source for marks, cell in marked if marks.get("solution")}


def body(source, name):
    """Return the statements of a function in a text, without its docstring, as a text that ignores the layout."""
    functions = [node for node in ast.walk(ast.parse(textwrap.dedent(source))) if isinstance(node, ast.FunctionDef)]
    function = next(node for node in functions if node.name == name)
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return ast.unparse(ast.Module([ast.arguments([], [], None, [], [], None, []), *statements], []))[1:]


def plain(name, arguments=()):
    """Return the words of an id that carry its meaning."""
    words = re.findall(r"[a-z0-9_]+", name.lower())
    return " ".join(word if word in arguments else word.removesuffix("s") for word in words if word not in SMALL_WORDS)


SOLVED = solution_cells()


def test_every_exercise_is_declared_under_the_name_of_its_file():
    assert {name: exercise.name for name, exercise in EXERCISES.items()} == {name: name for name in EXERCISES}
    for name, room in exercise_names().items():
        assert EXERCISES[name].reference.__module__ == f"course_lib.chapters.{room}.{name}"
        assert inspect.getdoc(sys.modules[EXERCISES[name].reference.__module__])


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if isinstance(exercise, Function)])
def test_the_solution_and_the_reference_are_one_text(name):
    exercise = EXERCISES[name]
    same = body(SOLVED[name], name) == body(inspect.getsource(exercise.reference), name)
    assert same == (exercise.solution_note is None), "two texts, or a reason for two where there is one"


def test_a_mistake_has_one_name_wherever_it_is_made():
    spellings = defaultdict(set)
    for exercise in EXERCISES.values():
        arguments = inspect.signature(exercise.reference).parameters if isinstance(exercise, Function) else ()
        for mistake in exercise.mistakes:  # an argument is called what its exercise calls it
            spellings[plain(mistake.name, arguments)].add(mistake.name)
    assert {words: names for words, names in spellings.items() if len(names) > 1} == {}


def test_near_twins_are_found():
    assert plain("eps inside root") == plain("eps inside the root") == plain("the eps is inside the roots")
    assert plain("no root") != plain("no square")


def test_a_check_loads_the_exercise_it_was_asked_for():
    program = (
        "import sys; from course_lib import diagnose; diagnose('first_step', None); "
        "print(sorted(name for name in sys.modules if name.startswith('course_lib.chapters.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    room = "course_lib.chapters.start_here"
    assert ast.literal_eval(done.stdout) == [room, f"{room}.first_step"]
