"""A whole class, end to end: killed in the middle and started again, each copy gets what it earned, and no other."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest

from . import copies
from .copies import ALL, CHAPTER, POINTS, ROOT


def course_at(folder):
    """Copy the course to a folder, without git, exercises or chapters."""
    skipped = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("course_lib", "jobs", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    for name in ("noxfile.py", "nbgrader_config.py"):
        shutil.copy(ROOT / name, folder)
    return folder


def environment():
    tools = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # nbgrader calls alembic by name
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PATH": tools}


def start(course, *arguments):
    command = [sys.executable, "-m", "jobs.grading", CHAPTER, "--seconds", "4", *arguments]
    return subprocess.Popen(
        command, cwd=course, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def grade(course, *arguments):
    """Grade; return the exit status and what was printed."""
    process = start(course, *arguments)
    said, _ = process.communicate()
    return process.returncode, said


def results(course, chapter=CHAPTER):
    found = json.loads((course / "feedback" / "results.json").read_text(encoding="utf-8"))["chapters"][chapter]
    return {student["student"]: student for student in found["students"]}


def grades(course):
    with (course / "feedback" / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}


class Class:
    """A course with its copies, graded."""

    def __init__(self, folder):
        self.course = course_at(folder)
        self.handed = [*copies.honest(), *copies.clumsy(), *copies.hostile(self.course)]
        for one in self.handed:
            one.place(self.course)
        copies.beside(self.course)
        self.before = self.contents()
        self.kill_in_the_middle()
        self.status, self.said = grade(self.course)

    def contents(self):
        """Return what must not change: the copies, the solutions and the library."""
        folders = ("submitted", "solutions", "course_lib", "jobs")
        paths = (path for folder in folders for path in (self.course / folder).rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in paths if "__pycache__" not in path.parts}

    def kill_in_the_middle(self):
        with start(self.course) as process:
            self.seen = [process.stdout.readline() for _ in range(9)]
            process.kill()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return Class(tmp_path_factory.mktemp("class"))


def test_everybody_gets_what_they_earned(graded):
    found = results(graded.course)
    assert set(found) == {one.student for one in graded.handed}
    wrong = {
        one.student: (found[one.student]["points"], one.points, found[one.student]["problem"])
        for one in graded.handed
        if found[one.student]["points"] != one.points
    }
    assert not wrong, graded.said


def test_each_copy_is_told_what_happened_to_it(graded):
    found = results(graded.course)
    for one in graded.handed:
        for part in one.says:
            assert part in copies.sentences(found[one.student]), one.student
        for exercise in one.without:
            (its,) = (its for its in found[one.student]["exercises"] if its["exercise"] == exercise)
            assert its["points"] == 0


def test_the_table_has_everybody_once_and_only_what_was_assigned(graded):
    rows = grades(graded.course)
    assert {chapter for chapter, _ in rows} == {CHAPTER}
    for one in graded.handed:
        row = rows[CHAPTER, one.student]
        assert (float(row["score"]) if row["score"] else None) == one.points
        assert row["status"] == ("failed" if one.points is None else "graded") and float(row["max_score"]) == ALL


def test_the_summary_counts_and_names(graded):
    failed = [one for one in graded.handed if one.points is None]
    assert graded.status == 1 and f"{len(graded.handed)} copies found" in graded.said
    assert f"{len(failed)} failed" in graded.said and "isolation: " in graded.said
    for one in failed:
        assert f"failed: {one.student}: " in graded.said
    for name in ("notes.pdf", "all.zip", "data.csv"):
        assert f"{name}: Left aside" in graded.said
    assert ".DS_Store" not in graded.said


def test_nothing_of_the_course_or_the_copies_was_changed(graded):
    now = graded.contents()
    assert now.keys() == graded.before.keys()
    assert [path for path, content in graded.before.items() if now[path] != content] == []


def test_what_was_judged_before_it_was_killed_was_not_judged_again(graded):
    assert len(graded.seen) == 9
    (count,) = (line for line in graded.said.splitlines() if "judged now" in line)
    judged_now = int(count.split("(")[1].split()[0])
    graded_before = sum("points" in line for line in graded.seen)
    assert 0 < judged_now <= sum(one.points is not None for one in graded.handed) - graded_before


def test_no_process_of_a_students_is_left(graded):
    psutil = pytest.importorskip("psutil")
    names = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    assert not [name for name in names if str(graded.course) in name or "time.sleep(1000)" in name]


def test_pages_are_small_and_hold_the_sentence(graded):
    for one in graded.handed:
        (page,) = (graded.course / "feedback" / one.student / CHAPTER).glob("*.html")
        assert page.stat().st_size < 10**6
    page = (graded.course / "feedback" / "Bert" / CHAPTER / "gradient_descent.html").read_text(encoding="utf-8")
    assert "This goes uphill. Which sign takes you the other way?" in page
    page = (graded.course / "feedback" / "h-loud" / CHAPTER / "gradient_descent.html").read_text(encoding="utf-8")
    assert "it printed 100,000,100 letters" in page and "xxxxx" in page


def test_nbgraders_own_gradebook_says_the_same(graded):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded.course / 'gradebook.db'}") as gradebook:
        held = {one.student_id: one.score for one in gradebook.assignment_submissions(CHAPTER)}
        most = {cell.name: cell.max_score for cell in gradebook.find_assignment(CHAPTER).notebooks[0].grade_cells}
    assert held == {one.student: one.points for one in graded.handed if one.points is not None}
    assert most == {f"check-{name}": points for name, points in POINTS.items()}


class TestLater:
    """What comes after: run again, handed in again, taken out. In this order, on one course."""

    def test_nothing_is_judged_again_that_did_not_change(self, graded):
        pages = {path: path.stat().st_mtime_ns for path in (graded.course / "feedback" / "Ada").rglob("*.html")}
        before = results(graded.course)
        status, said = grade(graded.course)
        assert status == 1 and "(0 judged now)" in said
        assert {path: path.stat().st_mtime_ns for path in pages} == pages
        assert {name: one["points"] for name, one in results(graded.course).items()} == {
            name: one["points"] for name, one in before.items()
        }

    def test_a_copy_handed_in_again_is_graded_again_and_a_broken_one_does_not_look_graded(self, graded):
        for one in graded.handed:  # the others go, to be quick; their points stay
            if one.student not in ("Ada", "Bert", "Cleo"):
                shutil.rmtree(graded.course / "submitted" / one.student, ignore_errors=True)
        (bert,) = (graded.course / "submitted" / "Bert" / CHAPTER).glob("*.ipynb")
        (ada,) = (graded.course / "submitted" / "Ada" / CHAPTER).glob("*.ipynb")
        bert.write_bytes(ada.read_bytes())
        ada.write_bytes(b'{"cells": [')
        status, said = grade(graded.course)
        rows = grades(graded.course)
        assert status == 1 and "(1 judged now)" in said
        assert float(rows[CHAPTER, "Bert"]["score"]) == ALL
        assert rows[CHAPTER, "Ada"]["score"] == "" and "graded before had 17 points" in rows[CHAPTER, "Ada"]["note"]
        assert float(rows[CHAPTER, "Nina"]["score"]) == ALL
        page = graded.course / "feedback" / "Ada" / CHAPTER / "gradient_descent.html"
        assert "could not be graded" in page.read_text(encoding="utf-8")
        ada.write_bytes(bert.read_bytes())

    def test_an_exercise_taken_out_is_said_and_the_others_stay(self, graded):
        path = graded.course / "solutions" / CHAPTER / "gradient_descent.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ("stop_step", "check-stop_step")]
        path.write_text(json.dumps(notebook), encoding="utf-8")
        status, said = grade(graded.course)
        assert status == 0, said
        assert "stop_step is no longer asked" in said and list(graded.course.glob("gradebook-*.db"))
        rows = grades(graded.course)
        assert float(rows[CHAPTER, "Bert"]["score"]) == float(rows[CHAPTER, "Ada"]["score"]) == ALL - 2
        assert float(rows[CHAPTER, "Cleo"]["score"]) == 0 and float(rows[CHAPTER, "Bert"]["max_score"]) == ALL - 2
