"""Tell how a class is going, and how it went."""

import shutil
import sys


class Bar:
    """How far it is: a bar that names the copy, or a line for each copy where nobody watches."""

    def __init__(self, chapter, count):
        self.chapter, self.count, self.done = chapter, count, 0
        self.is_watched = sys.stderr.isatty()

    def step(self, student, what):
        self.done += 1
        if self.is_watched:
            filled = "█" * (30 * self.done // self.count)
            line = f"{self.chapter} {filled:·<30} {self.done}/{self.count} {student}: {what}"
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{line[:width]:<{width}}", end="", file=sys.stderr, flush=True)
        else:
            print(f"{self.chapter} {self.done}/{self.count} {student}: {what}", flush=True)

    def close(self):
        if self.is_watched:
            print(file=sys.stderr)


def summarize(chapter, report, judged_now):
    """Print how it went, from what results.json holds of a chapter."""
    students, stopped = report["students"], ("ends the process", "takes too long")
    repaired = [student for student in students if any(repair["mended"] for repair in student["repairs"])]
    count = {status: [one["status"] for one in students].count(status) for status in ("graded", "failed", "waiting")}
    waiting = f", {count['waiting']} not yet looked at" if count["waiting"] else ""
    print(
        f"\n{chapter}: {len(students)} copies found, {count['graded']} graded ({judged_now} judged now), "
        f"{len(repaired)} repaired, {count['failed']} failed{waiting}."
    )
    for student in students:
        said = {}
        for repair in student["repairs"]:
            said.setdefault((repair["mended"], repair["sentence"]), []).append(repair["exercise"])
        for (mended, sentence), names in said.items():
            print(f"  {'repaired' if mended else 'missing'}: {student['student']}, {', '.join(names)}: {sentence}")
    for student in students:
        for one in student["exercises"]:
            if one["misconception"] in stopped:
                print(f"  stopped: {student['student']}, {one['exercise']}: {one['message'].splitlines()[0]}")
    for student in students:
        if student["status"] == "failed":
            print(f"  failed: {student['student']}: {student['problem']}")
    for one in report["aside"]:
        print(f"  {one['path']}: {one['sentence']}")
    for note in report["notes"]:
        print(f"  {note}")
    if report["isolation"]:
        print(f"isolation: {report['isolation']}")
    print("the class: feedback/report.html; points: feedback/grades.csv; pages: feedback/STUDENT/CHAPTER/", flush=True)
