"""The jobs for authors: a new chapter is laid out and overwrites nothing; notebooks are chosen and stripped."""

import ast
import importlib
import subprocess
import sys

import nbformat
import pytest

from course_lib.checks.base import REGISTRY
from jobs import new, notebooks


def test_a_room_holds_what_a_chapter_needs():
    made = {path.relative_to(new.ROOT).as_posix(): text for path, text in new.files("90", "sleep", ["sleep_step"])}
    assert set(made) == {
        "course_lib/chapters/sleep/__init__.py",
        "course_lib/chapters/sleep/explorer.py",
        "course_lib/chapters/sleep/sleep_step.py",
        "tests/chapters/test_sleep.py",
        "notebooks/90_sleep.ipynb",
        "solutions/90_sleep/sleep.ipynb",
    }
    for name, text in made.items():
        if name.endswith(".py"):
            assert ast.get_docstring(ast.parse(text))
        else:
            nbformat.validate(nbformat.reads(text, as_version=4))


@pytest.mark.parametrize("name", ["sleep_step", "predict_sleep", "read_sleep", "find_sleep"])
def test_every_kind_of_stub_declares_its_exercise(name):
    tree = ast.parse(new.stub(name))
    assert name in [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_the_stubs_run(tmp_path, monkeypatch):
    for path, text in new.files("90", "sleep", ["sleep_step", "predict_sleep", "find_sleep"]):
        if path.suffix == ".py" and path.parent.name == "sleep" and path.stem != "__init__":
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    explorer = importlib.import_module("explorer").SleepExplorer(lr=0.5)
    assert explorer.answer == "lr = 0.5" and "0.5" in explorer.describe()
    for name in ("sleep_step", "predict_sleep", "find_sleep"):
        importlib.import_module(name)
        exercise = REGISTRY.pop(name)
        answers = [exercise.reference, *exercise.right_answers] if name == "sleep_step" else exercise.right_answers
        assert {exercise.judge(answer).status for answer in answers} == {"correct"}
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "explorer")


def test_the_name_of_an_exercise_is_taken_once():
    with pytest.raises(ValueError, match="an exercise is called first_step already, in start_here"):
        new.main(["90_sleep", "first_step"])


def test_stubs_pass_the_lint(tmp_path):
    for path, text in new.files("90", "sleep", ["sleep_step", "predict_sleep", "find_sleep"]):
        if path.suffix == ".py":
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--config", new.ROOT / "pyproject.toml", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_chapter_has_a_number():
    assert new.numbered("11_a_network") == ("11", "a_network")
    number, room = new.numbered("sleep")
    assert room == "sleep" and int(number) > 6
    with pytest.raises(ValueError, match="lower case with underscores"):
        new.numbered("A Network")


@pytest.mark.parametrize("arguments", [[], ["90_sleep"]])
def test_a_chapter_needs_a_name_and_an_exercise(arguments):
    with pytest.raises(ValueError, match="name the chapter and at least one exercise"):
        new.main(arguments)


def test_what_is_there_is_not_overwritten():
    before = (new.ROOT / "course_lib" / "chapters" / "start_here" / "first_step.py").read_bytes()
    with pytest.raises(ValueError, match="nothing was written, because there is already: .*explorer.py"):
        new.main(["91_start_here", "sleep_step"])
    with pytest.raises(ValueError, match="there is already: 00_start_here.ipynb"):
        new.main(["00_sleep", "sleep_step"])
    assert (new.ROOT / "course_lib" / "chapters" / "start_here" / "first_step.py").read_bytes() == before
    assert not (new.ROOT / "course_lib" / "chapters" / "sleep").exists()


def test_notebooks_are_chosen_by_number_or_name():
    names = [path.name for path in notebooks.chosen(["00"])]
    assert names == ["00_start_here.ipynb", "start_here.ipynb"]
    assert notebooks.chosen(["00_start_here"]) == notebooks.chosen(["00"])
    assert len(notebooks.chosen([])) > len(names)
    with pytest.raises(ValueError, match="no notebook begins with 'zz'; there are 00_start_here"):
        notebooks.chosen(["zz"])


def test_a_stored_notebook_tells_nothing_of_the_machine():
    cell = nbformat.v4.new_code_cell("1", metadata={"execution": {"iopub.status.busy": "now"}, "tags": ["solution"]})
    stripped = notebooks.stripped(nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}}))
    assert stripped.metadata == notebooks.METADATA
    assert stripped.cells[0].metadata == {"tags": ["solution"]}
