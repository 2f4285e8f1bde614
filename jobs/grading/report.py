"""The class at a glance: feedback/report.html from results.json, and points in the forms that Canvas and Moodle import.

The report is one file without scripts or addresses, so it opens anywhere. For each exercise it says how many passed and
which mistakes were made, by how many; then a table of students and exercises. A roster (`roster.csv` in the folder of
the course, with a column `student`, and `name` where one likes) brings those in who handed in nothing.
"""

import csv
import html
import io
import json
from collections import Counter

from jobs.grading.recording import write_atomically

STATES = {"correct": "✔", "incorrect": "✘", "not attempted": "–"}
STYLE = """
:root { color-scheme: light dark; --line: #8886; --bar: #024cd6; --rest: #8883; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } .wide { overflow-x: auto; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; } th.turned { writing-mode: vertical-rl; }
.bar { display: inline-block; width: 8rem; height: .7rem; background: var(--rest); }
.bar > span { display: block; height: 100%; background: var(--bar); }
.small { font-size: .9em; opacity: .8; } code { font-size: .95em; }
"""


def write(root):
    """Write report.html, mistakes.csv, canvas.csv and moodle.csv into `feedback/`, from what was graded so far.

    Parameters
    ----------
    root : Path
        The folder of the course.

    Raises
    ------
    ValueError
        If the roster has no column `student`.
    """
    results = json.loads((root / "feedback" / "results.json").read_text(encoding="utf-8"))
    chapters, names = results["chapters"], roster(root / "roster.csv")
    write_atomically(root / "feedback" / "report.html", page(chapters, names))
    write_atomically(root / "feedback" / "mistakes.csv", _csv(mistakes_table(chapters)))
    write_atomically(root / "feedback" / "canvas.csv", _csv(canvas_table(chapters, names)))
    write_atomically(root / "feedback" / "moodle.csv", _csv(moodle_table(chapters, names)))


def roster(path):
    """Return the names of all students by their id, in the order of the roster; nobody where there is none."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and "student" not in rows[0]:
        raise ValueError(f"roster.csv needs a column student, as in submitted/STUDENT; it has {', '.join(rows[0])}")
    return {row["student"].strip(): (row.get("name") or "").strip() for row in rows if row["student"].strip()}


def tally(chapter, exercise):
    """Return, of an exercise, how many copies have each status, and how many made each mistake, by its sentence."""
    verdicts = [one for copy in chapter["students"] for one in copy["exercises"] if one["exercise"] == exercise["name"]]
    mistakes = Counter()
    for verdict in verdicts:
        if verdict["status"] == "incorrect":
            name = verdict["misconception"]
            sentence = exercise["mistakes"].get(name) or verdict["message"].partition("\n")[0]
            mistakes[(name, sentence) if name else (None, "wrong in a way that the check does not know")] += 1
    return Counter(verdict["status"] for verdict in verdicts), mistakes


# ---------------------------------------------------------------------------------------------- the page


def page(chapters, names):
    """Return the report as one page of HTML."""
    body = "".join(_chapter(name, chapter, names) for name, chapter in sorted(chapters.items()))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>The class at a glance</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><h1>The class at a glance</h1>{body}</body></html>\n"
    )


def _chapter(name, chapter, names):
    graded = [copy for copy in chapter["students"] if copy["status"] == "graded"]
    failed = [copy for copy in chapter["students"] if copy["status"] != "graded"]
    missing = [student for student in names if student not in {copy["student"] for copy in chapter["students"]}]
    counts = f"{len(graded)} graded, {len(failed)} not graded"
    counts += f", {len(missing)} handed in nothing" if names else ""
    parts = [f"<h2>{_e(name)}</h2><p>{counts}; {_e(chapter['graded'][:16].replace('T', ', '))}.</p>"]
    parts += [_exercise(chapter, exercise) for exercise in chapter["exercises"]]
    parts.append(_students(name, chapter, graded, names))
    reasons = [(_who(copy["student"], names), _e(copy["problem"] or "not yet looked at")) for copy in failed]
    parts += [_list("Not graded", [f"{who}: {reason}" for who, reason in reasons])]
    parts += [_list("Handed in nothing", [_who(student, names) for student in missing])]
    return "".join(parts)


def _exercise(chapter, exercise):
    states, mistakes = tally(chapter, exercise)
    passed, tried = states["correct"], states["correct"] + states["incorrect"]
    share = passed / tried if tried else 0
    rows = "".join(
        f'<tr><td class="number">{count}</td><td>{_e(name or "")}</td><td>{_e(sentence)}</td></tr>'
        for (name, sentence), count in mistakes.most_common()
    )
    head = "<tr><th>by</th><th>mistake</th><th>what the check said</th></tr>"
    table = f'<div class="wide"><table>{head}{rows}</table></div>' if rows else ""
    untried = f", {states['not attempted']} did not try" if states["not attempted"] else ""
    return (
        f"<h3>{_e(exercise['title'] or exercise['name'])}</h3>"
        f'<p><span class="bar" aria-hidden="true"><span style="width:{100 * share:.0f}%"></span></span> '
        f"{passed} of {tried} who tried passed{untried}.</p>{table}"
    )


def _students(name, chapter, graded, names):
    exercises = chapter["exercises"]
    head = "".join(f'<th class="turned">{_e(one["title"] or one["name"])}</th>' for one in exercises)
    rows = []
    for copy in sorted(graded, key=lambda copy: copy["student"]):
        by_name = {one["exercise"]: one for one in copy["exercises"]}
        cells = "".join(_cell(by_name.get(exercise["name"])) for exercise in exercises)
        link = f"{copy['student']}/{name}/{chapter['notebook']}.html"
        who = f'<a href="{_e(link)}">{_who(copy["student"], names)}</a>'
        rows.append(f'<tr><td>{who}</td>{cells}<td class="number">{copy["score"]:g} of {copy["max"]:g}</td></tr>')
    table = f"<table><tr><th>student</th>{head}<th>points</th></tr>{''.join(rows)}</table>"
    return f'<h3>Students</h3><div class="wide">{table}</div>'


def _cell(verdict):
    if verdict is None:
        return "<td></td>"
    mark = STATES[verdict["status"]]
    words = verdict["misconception"] or verdict["status"]
    return f'<td title="{_e(words)}" aria-label="{_e(words)}">{mark}</td>'


def _list(title, items):
    return f"<h3>{title}</h3><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _who(student, names):
    full = names.get(student, "")
    return f"{_e(full)} <span class=\"small\">{_e(student)}</span>" if full else _e(student)


def _e(text):
    return html.escape(str(text))


# ---------------------------------------------------------------------------------------------- the tables


def mistakes_table(chapters):
    """Return a row for each mistake: where, its name, its sentence, by how many."""
    rows = [("chapter", "exercise", "mistake", "sentence", "students")]
    for name, chapter in sorted(chapters.items()):
        for exercise in chapter["exercises"]:
            for (mistake, sentence), count in tally(chapter, exercise)[1].most_common():
                rows.append((name, exercise["name"], mistake or "", sentence, count))
    return rows


def canvas_table(chapters, names):
    """Return points as Canvas' gradebook takes them: a row for each student, a column for each chapter.

    Canvas knows a student by the number that stands in the name of the file it exported; where the copies came another
    way, the student's folder is given as the login, "SIS Login ID". An empty score changes nothing there.
    """
    most = {name: sum(one["points"] for one in chapter["exercises"]) for name, chapter in chapters.items()}
    rows = [("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *sorted(chapters))]
    rows.append(("    Points Possible", "", "", "", "", *(f"{most[name]:g}" for name in sorted(chapters))))
    for student, (copies, lms) in _by_student(chapters, names).items():
        number = lms.get("id", "") if lms.get("from") == "canvas" else ""
        login = "" if number else student
        full = names.get(student) or lms.get("name") or student
        rows.append((full, number, "", login, "", *(_score(copies.get(name)) for name in sorted(chapters))))
    return rows


def moodle_table(chapters, names):
    """Return points as Moodle's grade import takes them, where each column is given its meaning by hand.

    "Identifier" is that of Moodle's own grading worksheet, "Participant 12345", where the copies came from Moodle.
    """
    rows = [("Identifier", "Full name", "Username", *sorted(chapters))]
    for student, (copies, lms) in _by_student(chapters, names).items():
        number = f"Participant {lms['id']}" if lms.get("from") == "moodle" and lms.get("id") else ""
        full = names.get(student) or lms.get("name") or ""
        rows.append((number, full, student, *(_score(copies.get(name)) for name in sorted(chapters))))
    return rows


def _by_student(chapters, names):
    """Return, for each student of the roster and of the copies, their copies by chapter and what the export said."""
    found = {student: ({}, {}) for student in names}
    for name, chapter in chapters.items():
        for copy in chapter["students"]:
            copies, lms = found.setdefault(copy["student"], ({}, {}))
            copies[name] = copy
            lms.update(copy["lms"])
    return found


def _score(copy):
    return "" if copy is None or copy["score"] is None else f"{copy['score']:g}"


def _csv(rows):
    """Return rows as CSV; what a spreadsheet would take for a formula gets an apostrophe before it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for row in rows:
        writer.writerow([f"'{cell}" if _is_formula(cell) else cell for cell in row])
    return file.getvalue()


def _is_formula(cell):
    return str(cell).startswith(("=", "+", "-", "@")) and not _is_number(cell)


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
