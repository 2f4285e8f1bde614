"""Grading where there is less to hold an answer, by nbgrader's own commands, and for names that do not exist."""

import subprocess
import sys

import pytest

from . import copies
from .copies import ALL, CHAPTER
from .test_class import course_at, environment, grade, grades, results


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A few copies graded in plain processes, as on a system that has nothing better."""
    course = course_at(tmp_path_factory.mktemp("plain"))
    everybody = [*copies.honest(), *copies.hostile(course)]
    chosen = ("Ada", "Cleo", "h-exit", "h-loop", "h-check", "h-patched", "h-reference", "h-equal")
    handed = [one for one in everybody if one.student in chosen]
    for one in handed:
        one.place(course)
    return course, handed, grade(course, "--plain")


def test_points_are_earned_in_a_plain_process_too(plain):
    course, handed, (status, said) = plain
    assert status == 0 and {name: one["points"] for name, one in results(course).items()} == {
        one.student: one.points for one in handed
    }
    assert "Beware" in said  # what does not hold there is said


def test_nbgraders_own_command_judges_alike(plain):
    """What formgrader's button does: no points from a kernel of the student's."""
    course, handed, _ = plain
    for student in ("Ada", "h-patched"):
        command = [sys.executable, "-m", "nbgrader", "autograde", CHAPTER, "--student", student, "--force"]
        done = subprocess.run(command, cwd=course, env=environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    grade(course)
    points = {one.student: one.points for one in handed}
    rows = grades(course)
    assert {name: float(rows[CHAPTER, name]["score"]) for name in points} == points
    notebook = (course / "autograded" / "Ada" / CHAPTER / "gradient_descent.ipynb").read_text(encoding="utf-8")
    assert "image/png" in notebook and "vnd.jupyter.widget" not in notebook


def test_points_given_by_hand_stay(plain):
    from nbgrader.api import Gradebook

    course, _, _ = plain
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade_ = gradebook.find_grade("check-stop_step", "gradient_descent", CHAPTER, "Cleo")
        grade_.manual_score = 1.5
        gradebook.db.commit()
    copy = course / "submitted" / "Cleo" / CHAPTER / "gradient_descent.ipynb"
    copy.write_bytes(copy.read_bytes() + b"\n")  # handed in again
    status, said = grade(course, "--plain")
    assert status == 0 and "(1 judged now)" in said
    assert float(grades(course)[CHAPTER, "Cleo"]["score"]) == 1.5
    cleo = results(course)["Cleo"]
    assert (cleo["points"], cleo["score"]) == (0, 1.5)
    page = (course / "feedback" / "Cleo" / CHAPTER / "gradient_descent.html").read_text(encoding="utf-8")
    assert f"Score: 1.5 / {ALL:.1f}" in page


@pytest.mark.parametrize("named, says", [([], "name a chapter"), (["02_gradient_ascent"], "there is no chapter")])
def test_a_class_is_graded_only_for_a_chapter_that_exists(plain, named, says):
    command = [sys.executable, "-m", "nox", "--no-venv", "--session", "grade", *(["--", *named] if named else [])]
    done = subprocess.run(command, cwd=plain[0], env=environment(), capture_output=True, text=True)
    assert done.returncode != 0 and says in done.stdout + done.stderr
