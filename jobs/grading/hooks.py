"""The grading's place in nbgrader's own autograde: `nbgrader_config.py` names these two preprocessors.

`Transplant` stands for nbgrader's sanitizing of a copy, `Judge` for running it: no code of a student's runs in the
kernel that decides. `nox -s grade` has both done beforehand, on all cores, and leaves them in `PREPARED`; a plain
`nbgrader autograde`, or formgrader's button, does them here.
"""

import tempfile
from pathlib import Path

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from course_lib.checks.base import Result
from course_lib.checks.verdict import bundle
from jobs.grading.pictures import given_outputs

PREPARED = {}  # by student and chapter: the result of `working.judged`
ROOT = Path(__file__).parents[2]


def _of(resources):
    marks = resources["nbgrader"]
    return marks["student"], marks["assignment"]


class Transplant(NbGraderPreprocessor):
    """Put the answers into a fresh exercise."""

    def preprocess(self, nb, resources):
        from jobs.grading import exercise, reading, transplanting

        student, chapter = _of(resources)
        result = PREPARED.get((student, chapter))
        if result is None:
            cells = reading.cells_of(nbformat.writes(nb).encode())
            done = transplanting.transplant(cells, exercise.fresh_exercise(ROOT, chapter))
            result = {"notebook": nbformat.writes(done.notebook), "repairs": done.repairs}
            PREPARED[student, chapter] = result
        return nbformat.reads(result["notebook"], as_version=4), resources


class Judge(NbGraderPreprocessor):
    """Write the verdicts into the check cells, as a check shows them."""

    def preprocess(self, nb, resources):
        student, chapter = _of(resources)
        result = PREPARED.pop((student, chapter))
        if "verdicts" not in result:
            result |= self._judged(nb, chapter)
        verdicts = {verdict["exercise"]: verdict for verdict in result["verdicts"]}
        repairs = result["repairs"]
        given = given_outputs(ROOT, chapter)
        for cell in nb.cells:
            if cell.get("id") in given:
                cell.outputs = nbformat.from_dict(given[cell.id])
            marks = cell.metadata.get("nbgrader", {})
            if marks.get("solution"):
                cell.outputs = _printed(verdicts[marks["grade_id"]])
            elif marks.get("grade"):
                name = marks["grade_id"].removeprefix("check-")
                cell.outputs = _shown(verdicts[name], [r["sentence"] for r in repairs if r["exercise"] == name])
        return nb, resources

    def _judged(self, nb, chapter):
        from dataclasses import asdict

        from jobs.grading import asking, exercise, judging, seeding
        from jobs.grading.isolation import Room

        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            fresh = exercise.fresh_exercise(ROOT, chapter)
            names = [one.name for one in asking.asked(fresh)]
            judging.settle(seeding.fair_seed(seeding.seed(ROOT), names))
            verdicts, _confined = judging.judge(nb, fresh, Room(folder, ROOT))
        return {"verdicts": [asdict(verdict) for verdict in verdicts]}


def _printed(verdict):
    if not verdict["printed"]:
        return []
    return [nbformat.v4.new_output("stream", name="stdout", text=verdict["printed"])]


def _shown(verdict, repairs):
    """Return what a check cell shows: the repairs, the verdict, and for nbgrader an error where there are no points."""
    result = Result(verdict["status"], verdict["message"], verdict["misconception"])
    outputs = []
    if repairs:
        text = "".join(f"Before grading: {sentence}\n" for sentence in repairs)
        outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
    outputs.append(nbformat.v4.new_output("display_data", data=bundle(result)))
    if result.status != "correct":
        line = f"{verdict['exercise']} is {'not attempted' if result.status == 'not attempted' else 'not right'} yet"
        outputs.append(
            nbformat.v4.new_output("error", ename="CheckFailed", evalue=line, traceback=[f"CheckFailed: {line}"])
        )
    return outputs
