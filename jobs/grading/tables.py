"""The two tables of a run: feedback/grades.csv and feedback/results.json."""

import csv
import io
import json
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from jobs.grading.asking import asked
from jobs.grading.exercise import chapters, interface, write_atomically

COLUMNS = [
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "status", "note"),
]


def write_grades(root, outcomes):
    """Write feedback/grades.csv: nbgrader's columns, and how it went; only chapters that somebody handed in.

    `outcomes` are the chapters graded now, by chapter: `failed`, which is sentences by student.
    """
    api = interface(root)
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        for assignment in gradebook.assignments:
            failed = outcomes.get(assignment.name, {})
            if not assignment.submissions and not failed:
                continue
            people = {student.id: student for student in gradebook.students}
            for name in sorted({*people, *failed}):
                table.writerow(_row(gradebook, assignment, name, people.get(name), failed.get(name)))
    (Path(root) / "feedback").mkdir(exist_ok=True)
    write_atomically(Path(root) / "feedback" / "grades.csv", text.getvalue())


def _row(gradebook, assignment, name, person, failed):
    row = {"assignment": assignment.name, "duedate": assignment.duedate, "student_id": name}
    row |= {"max_score": assignment.max_score}
    for key in ("last_name", "first_name", "email"):
        row[key] = getattr(person, key, None)
    try:
        submission = gradebook.find_submission(assignment.name, name)
    except MissingEntry:
        submission = None
    if failed:  # no points at all: a 0 would look earned, older points new
        older = f" The copy graded before had {submission.score:g} points." if submission else ""
        row |= {"status": "failed", "note": failed + older}
    elif submission is None:
        row |= {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0, "status": "nothing handed in"}
    else:
        penalty = submission.late_submission_penalty
        row |= {"timestamp": submission.timestamp, "raw_score": submission.score, "late_submission_penalty": penalty}
        row |= {"score": max(0.0, submission.score - (penalty or 0.0)), "status": "graded"}
    return {key: "" if value is None else value for key, value in row.items()}


def write_results(root, chapter, report):
    """Write feedback/results.json: all that is known of this chapter; what it says of other chapters stays."""
    path = Path(root) / "feedback" / "results.json"
    path.parent.mkdir(exist_ok=True)
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        results = {}
    names = chapters(root)
    report["isolation"] = report["isolation"] or results.get("chapters", {}).get(chapter, {}).get("isolation", "")
    kept = {name: earlier for name, earlier in results.get("chapters", {}).items() if name in names}
    results = {"version": 1, "chapters": dict(sorted((kept | {chapter: report}).items()))}
    write_atomically(path, json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def exercises_of(fresh):
    """Return the exercises of a chapter for the results: name, title, points, and the sentence of each mistake."""
    from course_lib.checks import find

    title, found = "", []
    by_check = {one.check: one for one in asked(fresh)}
    for index, cell in enumerate(fresh.cells):
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            title = line.removeprefix("## ") if line.startswith("## ") else title
        if index in by_check:
            one = by_check[index]
            mistakes = {mistake.name: mistake.sentence for mistake in find(one.name).mistakes}
            found.append({"name": one.name, "title": title, "points": one.points, "mistakes": mistakes})
    return found
