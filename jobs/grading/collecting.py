"""Find the copies of a chapter in submitted/, as people collect them: by hand, or by the exports of Moodle and Canvas.

    submitted/anna/02_gradient_descent/gradient_descent.ipynb
    submitted/Anna Weiß_12345_assignsubmission_file_/gradient_descent.ipynb       Moodle, its folders
    submitted/weissanna_12345_67890_gradient_descent-1.ipynb                      Canvas, its files
    submitted/02_gradient_descent/…                                               either of them, in a chapter's folder

The level of the chapter may be missing, and a notebook renamed: what it is, its cells tell. Nothing is passed over in
silence: a copy is taken, or refused with a sentence.
"""

import difflib
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from jobs.grading.reading import LARGEST, Unreadable, cells_of
from jobs.grading.transplanting import NotThisChapter, transplant

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_(assignsubmission_)?(file|onlinetext)_?")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<attachment>\d+)_(?P<file>.+)", re.IGNORECASE)
ARCHIVES = {".zip", ".gz", ".7z", ".rar"}
SYSTEM = {"__MACOSX", "Thumbs.db", "desktop.ini", "__pycache__"}


@dataclass
class Copy:
    """A student's copy of the chapter.

    `student` is their name in the gradebook and in the folders, `lms` what an export told: `name`, `id`, `late`.
    `problem` says why it cannot be graded.
    """

    student: str
    path: Path
    lms: dict = field(default_factory=dict)
    digest: str = ""
    problem: str = ""


@dataclass
class Collected:
    """The copies of a chapter, one a student, and other files with a sentence on why they were left aside."""

    copies: list
    aside: list


def collect(folder, chapter, fresh, names):
    """Return the copies of a chapter.

    Parameters
    ----------
    folder : path
        `submitted/`.
    chapter : str
        As in `02_gradient_descent`.
    fresh : notebook
        The chapter's exercise as it is handed out.
    names : dict
        The names of the exercises of every chapter.
    """
    return _Collecting(Path(folder), chapter, fresh, names).collected()


class _Collecting:
    def __init__(self, folder, chapter, fresh, names):
        self.folder, self.chapter, self.fresh, self.names = folder, chapter, fresh, names
        self.found, self.aside, self.others = defaultdict(list), [], set()  # others handed in another chapter

    def collected(self):
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                self._top(path)
        copies = [self._only(student, copies) for student, copies in sorted(self.found.items())]
        return Collected(copies, self.aside)

    def _top(self, path):
        if _belongs_to_the_system(path):
            return
        if path.name in self.names and path.is_dir():
            if path.name == self.chapter:
                for inner in sorted(path.iterdir()):
                    self._student(inner, self.chapter)
            return
        self._student(path, None)

    def _student(self, path, chapter):
        """Take one student's folder, or file."""
        if _belongs_to_the_system(path):
            return
        if path.is_symlink():
            self._leave(path, "it is a link to somewhere else")
        elif path.is_dir():
            moodle = MOODLE.fullmatch(path.name)
            lms = {"from": "moodle", "name": moodle["name"], "id": moodle["id"]} if moodle else {}
            student = f"{moodle['name']}_{moodle['id']}" if moodle else path.name
            student = student.strip().replace("+", "-")  # nbgrader keeps the + for itself
            count = len(self.aside)
            self._folder(path, student, lms, chapter)
            if (moodle or chapter) and student not in self.found and student not in self.others:
                beside = ", ".join(one["path"].rpartition("/")[2] for one in self.aside[count:]) or "nothing"
                self.found[student].append(Copy(student, path, lms, "none", f"There is no notebook, but {beside}."))
        else:
            canvas = CANVAS.fullmatch(path.name)
            if path.suffix.lower() in ARCHIVES:
                self._leave(path, "it is an archive: unpack it first")
                return
            if canvas is None:
                self._leave(path, "no student's name is in it: put it into a folder of the student's name")
                return
            lms = {"from": "canvas", "name": canvas["name"], "id": canvas["id"], "late": bool(canvas["late"])}
            self._file(path, f"{canvas['name']}_{canvas['id']}", lms, chapter)

    def _folder(self, path, student, lms, chapter):
        for inner in sorted(path.iterdir()):
            if _belongs_to_the_system(inner):
                continue
            if inner.is_symlink():
                self._leave(inner, "it is a link to somewhere else")
            elif inner.is_dir():
                its = inner.name if inner.name in self.names else None
                if its is None or its == self.chapter:
                    self._folder(inner, student, lms, its or chapter)
                if its == self.chapter and student not in self.found:
                    self.found[student].append(Copy(student, inner, lms, "none", "There is no notebook in the folder."))
            elif inner.name != "timestamp.txt":
                self._file(inner, student, lms, chapter)

    def _file(self, path, student, lms, chapter):
        """Take a file as a copy of this chapter, or leave it aside; `chapter` is told by its folder, if at all."""
        if path.suffix.lower() in ARCHIVES:
            self._leave(path, "it is an archive: unpack it first")
            return
        if path.suffix.lower() != ".ipynb":
            self._leave(path, "it is no notebook")
            return
        try:
            if path.stat().st_size > LARGEST:
                raise Unreadable(f"It is larger than {LARGEST >> 20} MB.")
            content = path.read_bytes()
            cells = cells_of(content)
        except (OSError, Unreadable) as problem:
            if chapter is not None or self._named_like(path) in (self.chapter, None):
                self.found[student].append(Copy(student, path, lms, "unreadable", str(problem)))
            return
        digest = hashlib.sha256(content).hexdigest()
        is_of = self._chapter_of(cells)
        if is_of == self.chapter:
            self.found[student].append(Copy(student, path, lms, digest))
        elif is_of is not None and chapter is None:
            self.others.add(student)
        elif chapter is not None:
            other = f"it is the notebook of {is_of}" if is_of else "none of this chapter's exercises is in it"
            self.found[student].append(Copy(student, path, lms, digest, f"It is another notebook: {other}."))
        elif is_of is None:
            if self._named_like(path) in (self.chapter, None):
                sentence = "It is another notebook: no exercise of the course is in it."
                self.found[student].append(Copy(student, path, lms, digest, sentence))

    def _chapter_of(self, cells):
        """Return the chapter whose exercises are in a notebook: by nbgrader's ids, else by what it defines."""
        ids = {cell.grade_id for cell in cells if cell.grade_id}
        count = {name: len(ids & answers) for name, answers in self.names.items()}
        if any(count.values()):
            return max(count, key=count.get)
        try:
            transplant(cells, self.fresh)
        except NotThisChapter:
            return None
        return self.chapter

    def _named_like(self, path):
        """Return the chapter whose notebook has nearly the name of a file, or None."""
        names = {chapter.partition("_")[2]: chapter for chapter in self.names}
        stem = re.sub(r"[\s_-]*(\(\d+\)|\d+|copy\d*)$", "", path.stem.lower())
        stem = CANVAS.fullmatch(stem)["file"] if CANVAS.fullmatch(stem) else stem
        close = difflib.get_close_matches(stem, names, n=1, cutoff=0.8)
        return names[close[0]] if close else None

    def _leave(self, path, why):
        self.aside.append({"path": path.relative_to(self.folder).as_posix(), "sentence": f"Left aside: {why}."})

    def _only(self, student, copies):
        """Return the one copy of a student; where several differ, none is chosen."""
        readable = [copy for copy in copies if not copy.problem]
        named = [copy for copy in readable if copy.path.stem == self.chapter.partition("_")[2]]
        if len(named) == 1:  # beside it lie a "-Copy1", a "(1)": as with nbgrader, the name decides
            for copy in readable:
                if copy.path != named[0].path and copy.digest != named[0].digest:
                    self._leave(copy.path, f"{named[0].path.name} of the same student counts, and differs")
            readable = named
        if len({copy.digest for copy in readable}) > 1:
            names = " and ".join(repr(copy.path.relative_to(self.folder).as_posix()) for copy in readable)
            problem = f"There are {len(readable)} copies that differ: {names}. Keep the one that counts."
            return Copy(student, readable[0].path, readable[0].lms, "several", problem)
        for copy in copies:
            if copy.problem and readable:
                self._leave(copy.path, f"another copy of {student} can be graded, this one not ({copy.problem})")
        return (readable or copies)[0]


def _belongs_to_the_system(path):
    return path.name.startswith((".", "~")) or path.name in SYSTEM
