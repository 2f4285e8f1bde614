"""The exercises: made from the solutions, without them, gradable, and safe from being overwritten."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from course_lib.checks import diagnose, exercise_names

ROOT = Path(__file__).parents[1]
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))
STUB = "# YOUR ANSWER HERE"

every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
every_exercise = pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)


def cells(path):
    return nbformat.read(path, as_version=4).cells


def role(cell):
    """Return what a cell is to nbgrader: "answer", "check" or nothing."""
    marks = cell.metadata.get("nbgrader", {})
    return "answer" if marks.get("solution") else "check" if marks.get("grade") else None


def answers(path):
    """Return each answer cell with the two cells that follow it."""
    all_cells = cells(path)
    return [all_cells[i : i + 3] for i, cell in enumerate(all_cells) if role(cell) == "answer"]


def solution_lines(cell):
    """Return the lines between the marks of a solution."""
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", cell.source, re.DOTALL)
    return [line.strip() for region in regions for line in region.splitlines() if line.strip()]


def nox(course, *arguments):
    """Run a job in a copy of the course, in the environment of this test."""
    command = [sys.executable, "-m", "nox", "--no-venv", "--session", *arguments]
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic by name
    return subprocess.run(
        command, cwd=course, env=os.environ | {"PATH": tools}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def git(course, *arguments):
    identity = ("-c", "user.name=Student", "-c", "user.email=student@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=course, check=True, capture_output=True)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """A copy of the course whose exercises were just made from its solutions."""
    course = tmp_path_factory.mktemp("course")
    for name in ("noxfile.py", "nbgrader_config.py"):
        shutil.copy(ROOT / name, course)
    shutil.copytree(ROOT / "solutions", course / "solutions", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    made = nox(course, "exercises")
    assert made.returncode == 0, made.stdout + made.stderr
    return course


@pytest.fixture
def course(generated, tmp_path):
    """The same, for one test to change."""
    return shutil.copytree(generated, tmp_path / "course")


def test_exercises_are_what_the_solutions_make(generated):
    def contents(root):
        files = (path for path in (root / "exercises").rglob("*") if path.is_file())
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in files
            if ".ipynb_checkpoints" not in path.parts
        }

    made, stored = contents(generated), contents(ROOT)
    assert made
    differ = sorted(name for name in made.keys() | stored.keys() if made.get(name) != stored.get(name))
    assert not differ, "run nox -s exercises"


@every_exercise
def test_an_exercise_holds_no_solution(path):
    source = ROOT / "solutions" / path.relative_to(ROOT / "exercises")
    solved = {cell.id: cell for cell in cells(source)}
    for cell in cells(path):
        assert "SOLUTION" not in cell.source and not cell.get("outputs") and cell.get("execution_count") is None
        assert "solution" not in cell.metadata.get("tags", []) and not cell.id.startswith("why")
        if role(cell) == "answer":
            left = [line.strip() for line in cell.source.splitlines()]
            assert left.count(STUB) == 1, cell.id
            assert not set(solution_lines(solved[cell.id])) & set(left), cell.id
    assert {cell.id for cell in cells(path) if role(cell)} == {name for name, cell in solved.items() if role(cell)}


@every_exercise
def test_an_exercise_left_alone_is_not_attempted(path):
    names = {}  # an exercise may use the function of an earlier one
    exec(next(cell.source for cell in cells(path) if cell.cell_type == "code"), names)
    for answer, check, _hints in answers(path):
        exec(answer.source, names)
        (called,) = ast.parse(check.source).body
        name, given = (eval(ast.unparse(argument), names) for argument in called.value.args)
        assert diagnose(name, given).status == "not attempted", name


@every_solution
def test_an_answer_is_followed_by_its_check_and_three_hints(path):
    assert answers(path)
    for answer, check, hints in answers(path):
        name = answer.metadata.nbgrader.grade_id
        (called,) = ast.parse(check.source).body
        assert role(check) == "check" and check.metadata.nbgrader.locked and check.metadata.nbgrader.points > 0
        assert ast.unparse(called.value.func) == "check" and called.value.args[0].value == name
        assert solution_lines(answer), name
        assert hints.cell_type == "markdown" and hints.source.count("<details>") == 3, name
        for rung in (1, 2, 3):
            assert f"<summary>Hint {rung}" in hints.source, name


@every_solution
def test_words_on_why_stay_with_the_solution(path):
    for cell in cells(path):
        if cell.id.startswith("why"):
            assert cell.metadata.get("tags") == ["solution"], f"{cell.id} would be shown in the exercise"


def test_every_declared_exercise_is_asked_once():
    asked = Counter(answer.metadata.nbgrader.grade_id for path in SOLUTIONS for answer, _check, _hints in answers(path))
    assert asked == dict.fromkeys(exercise_names(), 1)


def answer(path, **written):
    """Write answers into an exercise as a student would, by the name of the exercise."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if role(cell) == "answer" and cell.metadata.nbgrader.grade_id in written:
            cell.source = written[cell.metadata.nbgrader.grade_id]
    nbformat.write(notebook, path)


def test_nothing_is_listed_in_the_gradebook_before_it_is_graded(generated):
    assert not (generated / "gradebook.db").exists()


def test_only_an_answer_is_in_the_way_also_without_git(course):
    ran, noted, answered, damaged = sorted((course / "exercises").glob("*/*.ipynb"))[:4]
    for path in (ran, noted):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count, cell.outputs = 1, [nbformat.v4.new_output("stream", text="run")]
        nbformat.write(notebook, path)
    notebook = nbformat.read(noted, as_version=4)
    for cell in notebook.cells:
        if role(cell) == "answer":  # as an older edition of the course asked it
            cell.source = cell.source.replace("# YOUR", "# Write your").replace("def ", "def old_")
    notebook.cells.append(nbformat.v4.new_markdown_cell("a note"))
    nbformat.write(notebook, noted)
    name = next(cell.metadata.nbgrader.grade_id for cell in cells(answered) if role(cell) == "answer")
    answer(answered, **{name: "my_answer = 1"})
    damaged.write_text("{")

    refused = nox(course, "exercises")
    assert refused.returncode != 0
    for path, named in ((ran, False), (noted, False), (answered, True), (damaged, True)):
        assert (path.relative_to(course).as_posix() in refused.stderr) == named, refused.stderr


def test_answers_are_not_overwritten(course):
    git(course, "init")
    git(course, "add", "exercises")
    git(course, "commit", "--message", "as handed out")
    answered, untouched = sorted((course / "exercises").glob("*/*.ipynb"))[:2]
    first_name = next(cell.metadata.nbgrader.grade_id for cell in cells(answered) if role(cell) == "answer")
    answer(answered, **{first_name: "my_answer = 1"})
    mine, handed_out = answered.read_bytes(), untouched.read_bytes()
    for path in (course / "solutions").glob("*/*.ipynb"):  # the course moves on
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].source += "\n\nSecond edition."
        nbformat.write(notebook, path)

    refused = nox(course, "exercises")
    assert refused.returncode != 0
    assert answered.relative_to(course).as_posix() in refused.stderr and untouched.name not in refused.stderr
    assert (answered.read_bytes(), untouched.read_bytes()) == (mine, handed_out)

    git(course, "commit", "--all", "--message", "my answers")  # now git keeps them
    assert nox(course, "exercises").returncode == 0
    assert b"Second edition." in answered.read_bytes() and b"Second edition." in untouched.read_bytes()

    answer(answered, **{first_name: "my_answer = 2"})
    assert nox(course, "exercises", "--", "--force").returncode == 0
    assert b"my_answer" not in answered.read_bytes()
