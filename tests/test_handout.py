"""The handout: what students get works, and holds no answers in readable form."""

import os
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest

from course_lib.checks import every_exercise
from course_lib.checks.finding import exercise_names
from jobs import handout

CHAPTERS = ("02_gradient_descent", "06_momentum")
USED = """
from course_lib import diagnose, progress
from course_lib.checks import every_exercise
def momentum_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w {sign} lr * velocity, velocity
result = diagnose("momentum_step", momentum_step)
print(result.status, result.misconception, len(every_exercise()))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handout")
    assert handout.main([*CHAPTERS, "-o", str(folder / "handout.zip")]) == 0
    zipfile.ZipFile(folder / "handout.zip").extractall(folder)
    return folder / "descent"


def test_only_what_students_need_is_in_it(unpacked):
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {name for name in names if name.startswith("exercises/")} == {
        "exercises/02_gradient_descent/gradient_descent.ipynb", "exercises/06_momentum/momentum.ipynb"
    }  # fmt: skip
    kept_back = r"solutions/|tests/|jobs/|submitted/|feedback/|gradebook|\.git"
    assert not [name for name in names if re.match(kept_back, name)]
    assert {"notebooks/00_start_here.ipynb", "noxfile.py", "README.md", "LICENSE", "notebooks/symbols.md"} <= names
    assert "exercises/06_momentum/momentum.ipynb" in (unpacked / "README.md").read_text(encoding="utf-8")


def test_no_answer_stands_in_readable_form(unpacked):
    for name, room in exercise_names().items():
        text = (unpacked / "course_lib" / "chapters" / room / f"{name}.py").read_text(encoding="utf-8")
        assert "def " not in text and "mistake" not in text and "return" not in text, name
    for path in (unpacked / "exercises").rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert "BEGIN SOLUTION" not in cell.source and not cell.id.startswith("why")
            assert not cell.get("metadata", {}).get("nbgrader", {}).get("grade") or "✔" not in str(cell.outputs)


@pytest.mark.parametrize("sign, told", [("-", "correct None"), ("+", "incorrect uphill")])
def test_its_checks_work(unpacked, sign, told):
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", USED.format(sign=sign)],
        cwd=unpacked, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == f"{told} {len(every_exercise())}"


def test_it_is_the_same_whenever_it_is_made(tmp_path):
    for name in ("one", "other"):
        handout.main([CHAPTERS[0], "-o", str(tmp_path / name)])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_an_unknown_chapter_is_named(capsys, tmp_path):
    assert handout.main(["99_nothing", "-o", str(tmp_path / "x.zip")]) == 2
    assert "there is no chapter 99_nothing; there are 00_start_here" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()
