"""The class at a glance: counts, mistakes, who handed in nothing, and the tables for Canvas and Moodle."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest

from jobs.grading import report

CHAPTER = "02_gradient_descent"
UPHILL = "This goes uphill. Where does the gradient point?"


def verdict(exercise, status, misconception=None, message="Not right.\nfor x", points=0.0, most=2.0):
    return {
        "exercise": exercise, "status": status, "misconception": misconception, "message": message, "points": points,
        "most": most, "score": points, "printed": "",
    }  # fmt: skip


def copy(student, *verdicts, **others):
    points, most = sum(one["points"] for one in verdicts), sum(one["most"] for one in verdicts)
    usual = {"student": student, "lms": {}, "path": "…", "status": "graded", "problem": "", "points": points}
    return usual | {"score": points, "max": most, "seconds": 3.0, "repairs": [], "exercises": list(verdicts)} | others


def failed(student, problem):
    return copy(student, status="failed", problem=problem, points=None, score=None, max=None)


@pytest.fixture
def chapters():
    students = [
        copy("ada", verdict("step", "correct", points=2.0), verdict("stop", "incorrect", "uphill")),
        copy("bob", verdict("step", "incorrect", "uphill"), verdict("stop", "not attempted")),
        copy("<b>eve</b>", verdict("step", "incorrect", "uphill"), verdict("stop", "incorrect")),
        copy("fay", verdict("step", "incorrect", "raises an error", "Your function stops with <x>."),
             verdict("stop", "correct", points=2.0), lms={"from": "canvas", "name": "Fay", "id": "4711"}),
        copy("gus", verdict("step", "correct", points=2.0), verdict("stop", "correct", points=2.0),
             lms={"from": "moodle", "name": "Gus Gray", "id": "99"}),
        failed("hal", "It is no notebook: the file ends in the middle."),
    ]  # fmt: skip
    exercises = [
        {"name": "step", "title": "2.1 · A step", "points": 2.0, "mistakes": {"uphill": UPHILL}},
        {"name": "stop", "title": "2.2 · Stop", "points": 2.0, "mistakes": {"uphill": None}},
    ]
    return {CHAPTER: {
        "graded": "2026-01-05T10:00:00+0000", "notebook": "gradient_descent", "isolation": "", "notes": [], "aside": [],
        "exercises": exercises, "students": students,
    }}  # fmt: skip


class Words(HTMLParser):
    """The text of a page, and what it would load."""

    def __init__(self, text):
        super().__init__()
        self.words, self.loads, self.titles = [], [], []
        self.feed(text)

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.loads += [value for name, value in attributes.items() if name in ("src", "href")]
        self.titles.append(attributes.get("title"))
        assert tag not in ("script", "link", "img")


def test_mistakes_are_counted_by_name_with_their_sentence(chapters):
    step, stop = chapters[CHAPTER]["exercises"]
    states, mistakes = report.tally(chapters[CHAPTER], step)
    assert states == {"correct": 2, "incorrect": 3}
    assert mistakes == {("uphill", UPHILL): 2, ("raises an error", "Your function stops with <x>."): 1}
    states, mistakes = report.tally(chapters[CHAPTER], stop)
    assert states == {"correct": 2, "incorrect": 2, "not attempted": 1}
    assert mistakes[("uphill", "Not right.")] == 1  # a declared mistake without a sentence: what was said
    assert mistakes[(None, "wrong in a way that the check does not know")] == 1


def test_the_page_says_who_and_what_and_loads_nothing(chapters):
    text = report.page(chapters, {"ada": "Ada Lovelace", "zoe": "Zoe", "hal": ""})
    page = Words(text)
    words = " ".join(" ".join(page.words).split())
    assert "5 graded, 1 not graded, 1 handed in nothing" in words
    assert "2 of 5 who tried passed." in words and "2 of 4 who tried passed, 1 did not try." in words
    assert UPHILL in words and "the file ends in the middle" in words
    assert "Handed in nothing" in words and "Zoe" in words and "Ada Lovelace" in words
    assert "<b>eve</b>" in words and "Your function stops with <x>." in words  # shown, and not obeyed
    assert {link for link in page.loads if "eve" not in link} == {
        f"{name}/{CHAPTER}/gradient_descent.html" for name in ("ada", "bob", "fay", "gus")
    }
    assert "uphill" in page.titles and "not attempted" in page.titles
    assert not re.search(r"https?://", text)


def test_without_a_roster_nobody_is_missing(chapters):
    assert "handed in nothing" not in report.page(chapters, {}).lower()


def rows(table):
    return list(csv.reader(io.StringIO(report._csv(table))))


def test_points_as_canvas_and_moodle_take_them(chapters):
    canvas = rows(report.canvas_table(chapters, {"ada": "Ada Lovelace", "zoe": "Zoe"}))
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", CHAPTER]
    assert canvas[1][0].strip() == "Points Possible" and canvas[1][-1] == "4"
    by_name = {row[0]: row for row in canvas[2:]}
    assert by_name["Ada Lovelace"][3:] == ["ada", "", "2"]
    assert by_name["Fay"][1] == "4711" and by_name["Fay"][3] == ""
    assert by_name["Zoe"][-1] == "" and by_name["hal"][-1] == ""  # nothing is no 0
    moodle = {row[2]: row for row in rows(report.moodle_table(chapters, {}))}
    assert moodle["gus"] == ["Participant 99", "Gus Gray", "gus", "4"]
    assert moodle["ada"] == ["", "", "ada", "2"]


def test_a_name_that_a_spreadsheet_would_run_is_harmless(chapters):
    chapters[CHAPTER]["students"].append(copy("=1+1", verdict("step", "correct", points=2.0)))
    assert rows(report.moodle_table(chapters, {}))[-1][2] == "'=1+1"
    assert rows([("-2", "+1", "@x")]) == [["-2", "+1", "'@x"]]


def test_everything_is_written_from_results_and_roster(chapters, tmp_path):
    (tmp_path / "feedback").mkdir()
    results = json.dumps({"version": 1, "chapters": chapters})
    (tmp_path / "feedback" / "results.json").write_text(results, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("\ufeffstudent,name\nada,Ada\n zoe ,\n,\n", encoding="utf-8")
    report.write(tmp_path)
    assert {path.name for path in (tmp_path / "feedback").iterdir()} == {
        "results.json", "report.html", "mistakes.csv", "canvas.csv", "moodle.csv"
    }  # fmt: skip
    assert "zoe" in (tmp_path / "feedback" / "report.html").read_text(encoding="utf-8")
    (tmp_path / "roster.csv").write_text("name,mail\nAda,a@b\n", encoding="utf-8")
    with pytest.raises(ValueError, match="needs a column student.*name, mail"):
        report.write(tmp_path)
