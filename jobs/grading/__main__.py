"""Grade the chapters named: `python -m jobs.grading 02_gradient_descent [--force] [--workers N]`."""

import argparse
import functools
import hashlib
import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import nbformat
from sqlalchemy.exc import SAWarning

from jobs.digests import digest_of
from jobs.grading import exercise, probing, recording, report, seeding, tables, telling, working
from jobs.grading.collecting import collect

ROOT = Path(__file__).parents[2]


def main(arguments):
    options = _options(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # people's names are longer than some consoles' alphabets
    warnings.simplefilter("ignore", SAWarning)  # nbgrader's own
    known = exercise.chapters(ROOT)
    unknown = [name for name in options.chapters if name not in known]
    if unknown:
        print(f"there is no chapter {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    names = {chapter: exercise.names_asked(ROOT, chapter) for chapter in known}
    with tempfile.TemporaryDirectory(prefix="descent-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        place = Place(Path(folder), options)
        classes = [Class(chapter, names, place, options) for chapter in options.chapters]
        stopped = ""
        try:
            for one in classes:
                one.grade()
        except KeyboardInterrupt:
            stopped = "stopped: started again, it goes on where it was"
        except RuntimeError as error:  # of nbgrader's, or no process for answers: nothing that a copy can do
            stopped = f"stopped: {error}"
        tables.write_grades(ROOT, {one.chapter: one.failed for one in classes})
        for one in classes:
            one.report()
        try:
            if any(one.record for one in classes):
                report.write(ROOT)
        except ValueError as error:  # of the roster; the points are written already
            stopped = str(error)
        if stopped:
            print(stopped, file=sys.stderr)
            return 2
    return 1 if any(one.failed for one in classes) else 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="nox -s grade --", description="Grade the copies in submitted/.")
    parser.add_argument("chapters", nargs="+", metavar="CHAPTER", help="as in 02_gradient_descent")
    parser.add_argument("--force", action="store_true", help="grade copies again that did not change")
    parser.add_argument("--workers", type=int, default=working.cores(), help="how many copies at a time")
    parser.add_argument("--seconds", type=float, default=20.0, help="the longest that one answer may take")
    parser.add_argument(
        "--plain", action="store_true", help="hold answers by limits alone, where the rest makes trouble"
    )
    return parser.parse_args(arguments)


class Place:
    """Where answers run in this run of the grader; what holds there is found out when the first copy needs it."""

    def __init__(self, folder, options):
        self.folder, self.options = folder, options

    @functools.cached_property
    def found(self):
        return probing.best_room(ROOT, self.folder, os.getpid(), self.options.plain)

    @property
    def settings(self):
        """What a worker must know to start processes here."""
        room, _sentence = self.found
        settings = {"folder": str(room.folder), "root": str(ROOT), "bubblewrap": room.bubblewrap}
        return settings | {"seconds": self.options.seconds, "plain": self.options.plain}


class Class:
    """The copies of one chapter on their way: collected, judged, written, told."""

    def __init__(self, chapter, names, place, options):
        self.chapter, self.place, self.options = chapter, place, options
        self.names, self.fresh = sorted(names[chapter]), exercise.fresh_exercise(ROOT, chapter)
        self.failed, self.results, self.judged_now, self.isolation = {}, {}, 0, ""
        self.collected = collect(ROOT / "submitted", chapter, self.fresh, names)
        self.kept = exercise.store(ROOT) / "judged" / chapter
        self.kept.mkdir(parents=True, exist_ok=True)
        self.text, self.seed = nbformat.writes(self.fresh), seeding.seed(ROOT)
        code = digest_of(ROOT, "course_lib", "jobs/grading")
        self.made_from = hashlib.sha256(f"{self.text}{self.seed}{code}".encode()).hexdigest()
        self.record = None

    def grade(self):
        """Judge the copies that changed, and write each as it comes."""
        self.record = recording.Record(ROOT, self.chapter, self.fresh)
        self.written = self.record.scores()
        self.bar = telling.Bar(self.chapter, len(self.collected.copies))
        waiting = []
        for copy in self.collected.copies:
            if copy.problem:
                self._fail(copy, copy.problem)
            elif (result := self._kept(copy)) is not None:
                self._take(copy, result)
            else:
                waiting.append(copy)
        if waiting:
            settings = self.place.settings | {"seed": seeding.fair_seed(self.seed, self.names)}
            self.isolation = self.place.found[1]
            working.judge_all(waiting, self.text, settings, self.options.workers, self._judged)
        self.bar.close()

    def _path(self, copy):
        return self.kept / f"{hashlib.sha256(copy.student.encode()).hexdigest()[:24]}.json"

    def _key(self, copy):
        return hashlib.sha256(f"{copy.digest}{self.made_from}".encode()).hexdigest()

    def _kept(self, copy):
        """Return what an earlier run found of the same copy, exercise and course, or None."""
        if self.options.force:
            return None
        try:
            result = json.loads(self._path(copy).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return result if result.get("key") == self._key(copy) else None

    def _judged(self, copy, result):
        self.judged_now += 1
        if "problem" in result:
            self._fail(copy, result["problem"])
            return
        result = result | {"key": self._key(copy)}
        recording.write_atomically(self._path(copy), json.dumps(result))
        self._take(copy, result)

    def _take(self, copy, result):
        """Write a judged copy, unless the gradebook and the page say the same already."""
        scores, is_there = self.written.get(copy.student), self.record.is_written(copy.student)
        right = {verdict["exercise"]: verdict["points"] for verdict in result["verdicts"]}
        has = {name: grade["auto_score"] for name, grade in scores["grades"].items()} if scores else None
        problem = ""
        if has != right or "shown" not in result or not is_there:
            problem = self.record.write(copy, result)
            scores = None
        if not problem and (scores is None or recording.fingerprint(scores) != result.get("shown")):
            problem = self.record.write_page(copy.student)
        if problem:
            self._fail(copy, f"nbgrader could not write it: {problem}")
            return
        if scores is None or recording.fingerprint(scores) != result.get("shown"):
            result["shown"] = recording.fingerprint(self.record.scores(copy.student)[copy.student])
            recording.write_atomically(self._path(copy), json.dumps(result))
        self.results[copy.student] = result
        points, most = (sum(verdict[key] for verdict in result["verdicts"]) for key in ("points", "most"))
        self.bar.step(copy.student, f"{points:g} of {most:g} points")

    def _fail(self, copy, sentence):
        self.failed[copy.student] = sentence
        self.record.write_problem(copy.student, sentence)
        self.bar.step(copy.student, f"not graded. {sentence}")

    # ------------------------------------------------------------------------------ what is told

    def report(self):
        """Write results.json and print the summary."""
        if self.record is None:
            return
        scores = self.record.scores()
        students = [self._student(copy, scores) for copy in self.collected.copies]
        found = {
            "graded": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "notebook": self.record.notebook,
            "isolation": self.isolation,
            "exercises": tables.exercises_of(self.fresh),
            "students": students,
            "aside": self.collected.aside,
            "notes": self.record.notes,
        }
        tables.write_results(ROOT, self.chapter, found)
        telling.summarize(self.chapter, found, self.judged_now)

    def _student(self, copy, scores):
        result = self.results.get(copy.student)
        grades = scores.get(copy.student, {}).get("grades", {})
        exercises = [
            verdict | {"score": grades.get(verdict["exercise"], {}).get("score", verdict["points"])}
            for verdict in (result["verdicts"] if result else ())
        ]
        return {
            "student": copy.student,
            "lms": copy.lms,
            "path": copy.path.relative_to(ROOT).as_posix(),
            "status": "graded" if result else "failed" if copy.student in self.failed else "waiting",
            "problem": self.failed.get(copy.student, ""),
            "points": sum(one["points"] for one in exercises) if result else None,
            "score": scores[copy.student]["score"] if result else None,
            "max": sum(one["most"] for one in exercises) if result else None,
            "seconds": result["seconds"] if result else None,
            "repairs": result["repairs"] if result else [],
            "exercises": exercises,
        }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
