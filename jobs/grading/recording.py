"""Write what was judged to where instructors and students look: nbgrader's gradebook, the pages in feedback/."""

import glob
import hashlib
import html
import json
import shutil
import time
from pathlib import Path

from nbgrader.api import Comment, Grade, Gradebook, MissingEntry

from jobs.grading import hooks
from jobs.grading.exercise import interface, quiet_in, solution_of, store, write_atomically


class Record:
    """The gradebook and the pages of one chapter.

    Attributes
    ----------
    notes : list of str
        What happened to earlier points, for the summary.
    """

    def __init__(self, root, chapter, fresh):
        self.root, self.chapter, self.fresh, self.notes = Path(root), chapter, fresh, []
        self.staged = store(root) / "staged"
        shutil.rmtree(self.staged, ignore_errors=True)
        self.api = interface(root, submitted_directory=self.staged, release_directory=store(root) / "release")
        self.url, self.course = self.api.coursedir.db_url, self.api.coursedir.course_id
        self.notebook = solution_of(root, chapter).stem
        with Gradebook(self.url, self.course) as gradebook:
            self._fit(gradebook)
        with quiet_in(root):
            made = self.api.generate_assignment(chapter)
        if not made["success"]:
            raise RuntimeError(f"nbgrader cannot list the points of {chapter}:\n{made.get('error')}")

    # ------------------------------------------------------------------------------ exercises that came or went

    def _fit(self, gradebook):
        """Let the gradebook have the cells that the exercise has now, although it holds points for others already."""
        try:
            notebook = gradebook.find_notebook(self.notebook, self.chapter)
        except MissingEntry:
            return
        marked = [cell for cell in self.fresh.cells if "nbgrader" in cell.metadata]
        now = {cell.metadata.nbgrader.grade_id: cell for cell in marked}
        old = [*notebook.grade_cells, *notebook.solution_cells, *notebook.source_cells]
        gone = [cell for cell in old if cell.name not in now]
        before = {cell.name for cell in notebook.source_cells}
        come = [cell for name, cell in now.items() if name not in before]
        if not notebook.submissions or not (gone or come):
            return
        kept = self._keep_a_copy()
        for name in sorted({cell.name for cell in notebook.grade_cells} - now.keys()):
            points = [grade.score for copy in notebook.submissions for grade in copy.grades if grade.name == name]
            self.notes.append(
                f"{name.removeprefix('check-')} is no longer asked: {sum(points):g} points of {len(points)} copies "
                f"no longer count. The gradebook as it was is {kept}."
            )
        for cell in gone:
            for table in (Grade, Comment):
                gradebook.db.query(table).filter(table.cell_id == cell.id).delete(synchronize_session=False)
            gradebook.db.delete(cell)
        gradebook.db.commit()
        gradebook.db.expire_all()
        for cell in come:
            self._add(gradebook, notebook, cell)
        gradebook.db.commit()

    def _add(self, gradebook, notebook, cell):
        marks, place = cell.metadata.nbgrader, (self.notebook, self.chapter)
        gradebook.update_or_create_source_cell(marks.grade_id, *place, cell_type=cell.cell_type)
        if marks.grade:
            new = gradebook.update_or_create_grade_cell(
                marks.grade_id, *place, max_score=float(marks.points), cell_type=cell.cell_type
            )
            self.notes.append(f"{marks.grade_id.removeprefix('check-')} is new: every copy is graded again.")
        else:
            new = gradebook.update_or_create_solution_cell(marks.grade_id, *place)
        for copy in notebook.submissions:
            gradebook.db.add((Grade if marks.grade else Comment)(cell_id=new.id, notebook_id=copy.id))

    def _keep_a_copy(self):
        path = Path(self.url.removeprefix("sqlite:///"))
        if not path.is_file():
            return "not kept, as it is no file"
        kept = path.with_name(f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
        shutil.copy2(path, kept)
        return kept.name

    # ------------------------------------------------------------------------------ one copy

    def write(self, copy, result):
        """Let nbgrader autograde one copy, from its verdicts; return what it complains of, or ""."""
        folder = self.staged / copy.student / self.chapter
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.notebook}.ipynb").write_text(result["notebook"], encoding="utf-8")
        stamp = copy.path.parent / "timestamp.txt"
        if stamp.is_file() and not stamp.is_symlink():
            shutil.copyfile(stamp, folder / stamp.name)
        hooks.PREPARED[copy.student, self.chapter] = result
        with quiet_in(self.root):
            made = self.api.autograde(self.chapter, glob.escape(copy.student))
        hooks.PREPARED.pop((copy.student, self.chapter), None)
        return "" if made["success"] else _last_line(made)

    def write_page(self, student):
        """Let nbgrader write the feedback page of one copy; return what it complains of, or ""."""
        with quiet_in(self.root):
            made = self.api.generate_feedback(self.chapter, glob.escape(student))
        return "" if made["success"] else _last_line(made)

    def page(self, student):
        """Return the path of a student's feedback page."""
        return self.root / "feedback" / student / self.chapter / f"{self.notebook}.html"

    def write_problem(self, student, sentence):
        """Write a page that says why a copy could not be graded, in place of an older one."""
        page = self.page(student)
        page.parent.mkdir(parents=True, exist_ok=True)
        text = f"This copy of {self.chapter} could not be graded. {sentence}"
        write_atomically(
            page, f'<!doctype html><meta charset="utf-8"><title>{self.chapter}</title><p>{html.escape(text)}'
        )

    def is_written(self, student):
        """Tell whether what nbgrader wrote of a copy is there."""
        autograded = self.root / "autograded" / student / self.chapter / f"{self.notebook}.ipynb"
        return autograded.is_file() and self.page(student).is_file()

    def scores(self, student=None):
        """Return what the gradebook holds of this chapter, by student: `score`, `grades` by exercise, `comments`."""
        with Gradebook(self.url, self.course) as gradebook:
            if student is not None:
                return {student: _held(gradebook.find_submission(self.chapter, student))}
            return {one.student_id: _held(one) for one in gradebook.assignment_submissions(self.chapter)}


def _held(submission):
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    comments = [comment for notebook in submission.notebooks for comment in notebook.comments]
    kept = ("score", "auto_score", "manual_score", "extra_credit")
    return {
        "score": submission.score,
        "grades": {grade.name.removeprefix("check-"): {key: getattr(grade, key) for key in kept} for grade in grades},
        "comments": sorted(comment.manual_comment or "" for comment in comments),
    }


def fingerprint(scores):
    """Return a text that changes when somebody changes a copy's points or comments in the gradebook."""
    return hashlib.sha256(json.dumps(scores, sort_keys=True).encode()).hexdigest()


def _last_line(made):
    lines = (made.get("log") or made.get("error") or "no reason was given").strip().splitlines()
    errors = [line for line in lines if "Error" in line] or lines
    return errors[-1].strip()
