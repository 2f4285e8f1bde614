"""The fresh exercise of a chapter: what nbgrader makes of its solution, kept until the solution changes."""

import contextlib
import hashlib
import logging
import os
import shutil
import sysconfig
import tempfile
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

STORE = ".grading"  # what a run keeps for the next: fresh exercises, verdicts, the seed


def store(root):
    """Return the folder of what a run keeps; nobody else may read it."""
    folder = Path(root) / STORE
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def interface(root, **folders):
    """Return nbgrader's API with the course's configuration; folders such as `submitted_directory` may be others."""
    scripts = sysconfig.get_path("scripts")
    if scripts not in os.environ["PATH"].split(os.pathsep):  # nbgrader calls alembic by name
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ["PATH"]])
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    for name, folder in folders.items():
        config.CourseDirectory[name] = str(folder)
    coursedir = CourseDirectory(config=config)
    api = NbGraderAPI(coursedir=coursedir, config=config)
    logging.getLogger("traitlets").propagate = False
    api.log.setLevel(logging.WARNING)
    api.log.handlers = [logging.NullHandler()]
    return api


def chapters(root):
    """Return the names of the chapters that have exercises."""
    return sorted(path.parent.name for path in (Path(root) / "solutions").glob("*/*.ipynb"))


def solution_of(root, chapter):
    """Return the notebook that a chapter's exercise is made from."""
    (path,) = (path for path in (Path(root) / "solutions" / chapter).glob("*.ipynb"))
    return path


def names_asked(root, chapter):
    """Return the names of a chapter's exercises, as its solution marks them."""
    notebook = nbformat.read(solution_of(root, chapter), as_version=4)
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {mark["grade_id"] for mark in marks if mark.get("solution")}


def fresh_exercise(root, chapter):
    """Return the exercise of a chapter as it is handed out, a notebook."""
    source = solution_of(root, chapter)
    made_from = hashlib.sha256(source.read_bytes() + (Path(root) / "nbgrader_config.py").read_bytes()).hexdigest()
    kept = store(root) / "fresh" / f"{chapter}-{made_from[:16]}.ipynb"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        write_atomically(kept, _generated(root, chapter))
    return nbformat.read(kept, as_version=4)


def _generated(root, chapter):
    with tempfile.TemporaryDirectory() as release:
        api = interface(root, release_directory=release)
        api.config.SaveCells.enabled = False
        api.config.GenerateAssignment.no_database = True
        with quiet_in(root):
            made = api.generate_assignment(chapter)
        notebook = Path(release) / chapter / solution_of(root, chapter).name
        if not made["success"]:
            raise RuntimeError(f"nbgrader cannot make the exercise of {chapter}:\n{made.get('error')}")
        return notebook.read_bytes()


@contextlib.contextmanager
def quiet_in(root):
    """Work in the course's folder, as nbgrader wants it."""
    before = os.getcwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def write_atomically(path, content):
    """Write a file so that it is never seen half written, text or bytes."""
    content = content.encode(errors="replace") if isinstance(content, str) else content
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:40]}-", delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    for _ in range(20):
        try:
            os.replace(file.name, path)
            return
        except PermissionError:  # on Windows, while somebody has it open
            import time

            time.sleep(0.1)
    shutil.move(file.name, path)
