"""A class of copies as classes hand them in: honest, clumsy and hostile. Each is made from the solved chapter."""

import contextlib
import copy
import json
import random
import shutil
import sys
import tempfile
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
CHAPTER, NOTEBOOK = "02_gradient_descent", "gradient_descent.ipynb"
POINTS = {
    "gradient_descent": 2,
    "train_diabetes": 2,
    "predict_divergence": 1,
    "largest_rate": 2,
    "predict_steps": 2,
    "find_learning_rate": 2,
    "mend_zigzag": 2,
    "stop_step": 2,
    "predict_height": 2,
}
ALL = sum(POINTS.values())


@dataclass
class Handed:
    """What somebody handed in, and what should come of it: points, or None for a copy that cannot be graded.

    `says` must stand in what is told of the copy: its problem, its repairs, its messages.
    """

    student: str
    content: bytes
    points: float | None
    says: tuple = ()
    path: str = ""
    without: tuple = field(default=())

    def place(self, course):
        path = course / "submitted" / (self.path or f"{self.student}/{CHAPTER}/{NOTEBOOK}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)


def read(folder, chapter=CHAPTER):
    (path,) = (ROOT / folder / chapter).glob("*.ipynb")
    return nbformat.read(path, as_version=4)


class Copy:
    """A notebook to be spoiled: solved, run from top to bottom, without the marks of solutions."""

    def __init__(self, solved=True):
        self.notebook = read("exercises")
        for key, source in solutions().items() if solved else ():
            self.answer(key).source = source
        for count, cell in enumerate(self.code(), start=1):
            cell.execution_count = count

    def code(self):
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    def answer(self, name):
        (cell,) = (cell for cell in self.code() if grade_id(cell) == name)
        return cell

    def at(self, name):
        return next(k for k, cell in enumerate(self.notebook.cells) if grade_id(cell) == name)

    def write(self, name, source):
        self.answer(name).source = textwrap.dedent(source).strip()
        return self

    def insert(self, where, source, count=None, like=None):
        """Insert a code cell before an answer; `like` names one whose marks it bears."""
        cell = nbformat.v4.new_code_cell(textwrap.dedent(source).strip(), execution_count=count)
        if like:
            cell.metadata = copy.deepcopy(self.answer(like).metadata)
        self.notebook.cells.insert(where if isinstance(where, int) else self.at(where), cell)
        return self

    @property
    def content(self):
        return nbformat.writes(self.notebook).encode()


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def solutions(chapter=CHAPTER):
    """Return the solved answers of a chapter by name."""
    solved = {}
    for cell in read("solutions", chapter).cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = [line for line in cell.source.splitlines() if "### " not in line]
            solved[grade_id(cell)] = "\n".join(lines)
    return solved


def honest():
    """Yield copies with nothing amiss."""
    yield Handed("Ada", Copy().content, ALL)
    yield Handed("Cleo", Copy(solved=False).content, 0)
    uphill = solutions()["gradient_descent"].replace("- lr", "+ lr")
    bert = Copy().write("gradient_descent", uphill).write("find_learning_rate", "lr = 0.4")
    lost = ("gradient_descent", "train_diabetes", "find_learning_rate")  # his own run goes uphill, too
    yield Handed(
        "Bert", bert.content, ALL - 6, ("This goes uphill. Which sign takes you the other way?",), without=lost
    )
    helped = Copy().insert(2, "def stride(w, lr, g):\n    return w - lr * g", count=2)
    helped.insert(2, "import itertools", count=3)
    helped.write(
        "gradient_descent",
        """
        def gradient_descent(grad_fn, w0, lr, steps):
            points = itertools.accumulate(range(steps), lambda w, _: stride(w, lr, grad_fn(w)), initial=w0)
            return np.array(list(points))
        """,
    )
    yield Handed("Dora Two Cells", helped.content, ALL)
    below = Copy().write("stop_step", "def stop_step(loss, tol, patience):\n    return later(loss, tol, patience)")
    below.notebook.cells.append(
        nbformat.v4.new_code_cell(solutions()["stop_step"].replace("def stop_step", "def later"), execution_count=90)
    )
    yield Handed("Emil", below.content, ALL)


def clumsy():
    """Yield copies that slipped: cells duplicated, split, deleted, retyped; files cut off, renamed, mixed up."""
    same = Copy().insert("stop_step", solutions()["stop_step"], 30, like="stop_step")
    yield Handed("Fay", same.content, ALL, ("duplicated",))
    for student, first, second, points in (("Gus", 50, 60, ALL), ("Hal", 60, 50, ALL - 2)):
        twice = Copy()
        twice.answer("predict_height").execution_count = second
        twice.insert("predict_height", "height = 0.1", first, like="predict_height")
        yield Handed(student, twice.content, points, ("ran last counts",))
    for student, marked in (("Ida", True), ("Jon", False)):
        split = Copy()
        lines = solutions()["stop_step"].splitlines()
        split.write("stop_step", "\n".join(lines[:4]))
        split.insert(split.at("stop_step") + 1, "pass", 70, like="stop_step" if marked else None)
        split.notebook.cells[split.at("check-stop_step") - 1].source = "\n".join(lines[4:])
        yield Handed(student, split.content, ALL, ("put together",))
    halves = Copy().write("predict_height", "steepness = 0.002")
    halves.insert(halves.at("predict_height") + 1, "height = 0.01**2 / (2 * steepness)", 71, like="predict_height")
    yield Handed("Kim", halves.content, ALL, ("put together",))
    for student in ("Lea", "Max"):
        bare = Copy()
        bare.notebook.cells = [
            cell for cell in bare.notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")
        ]
        yield Handed(student, bare.content, ALL, ("check cell was deleted",))
    retyped = Copy()
    for cell in retyped.code():
        cell.metadata = nbformat.from_dict({})
        cell.id = f"new{random.randrange(10**9)}"
    yield Handed("Nina", retyped.content, ALL, ("found by its name",))
    text = Copy()
    text.answer("gradient_descent").cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        text.notebook.cells[
            next(k for k, c in enumerate(text.notebook.cells) if grade_id(c) == "gradient_descent")
        ].pop(key)
    yield Handed("Otto", text.content, ALL, ("become text",))
    removed = Copy()
    removed.notebook.cells.pop(removed.at("predict_height"))
    yield Handed("Pia", removed.content, ALL - 2, ("its cell was removed",), without=("predict_height",))
    merged = Copy()
    merged.write(
        "mend_zigzag", "\n\n".join(solutions()[name] for name in ("mend_zigzag", "stop_step", "predict_height"))
    )
    for name in ("stop_step", "predict_height"):
        merged.notebook.cells.pop(merged.at(name))
    yield Handed("Zoe", merged.content, ALL, ("found by its name",))
    whole = Copy().content
    yield Handed("Quin", whole[: len(whole) // 2], None, ("cut off",))
    yield Handed("Rosa", b"", None, ("empty",))
    other = nbformat.writes(read("exercises", "06_momentum")).encode()
    yield Handed("Sam", other, None, ("06_momentum",))
    yield Handed("Tom", whole, ALL, path=f"Tom/{CHAPTER}/gradient_descent (1).ipynb")
    yield Handed("Uma", whole, ALL, path=f"Uma/{CHAPTER}/gradient_descent-2.ipynb")
    yield Handed("Vera Weiß_4711", whole, ALL, path=f"Vera Weiß_4711_assignsubmission_file_/{NOTEBOOK}")
    yield Handed("Will O'Neil, jr_4712", whole, ALL, path=f"Will O'Neil, jr_4712_assignsubmission_file/{NOTEBOOK}")
    yield Handed("xuxia_88", whole, ALL, path="xuxia_88_990_gradient_descent-3.ipynb")
    yield Handed("yangyi_89", whole, ALL, path="yangyi_LATE_89_991_gradient_descent.ipynb")


def hostile(course):
    """Yield copies whose code does what no answer should. Where it gets points, it earned them."""
    ends = "def stop_step(loss, tol, patience):\n    import os\n    os._exit(0)"
    yield Handed("h-exit", Copy().write("stop_step", ends).content, ALL - 2, ("ended Python itself",))
    yield Handed("h-exit-cell", Copy().write("predict_height", "import os\nos._exit(0)").content, ALL - 2, ("ended",))
    scratch = Copy().insert("stop_step", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 40)
    yield Handed("h-scratch", scratch.content, ALL)
    loop = """
    def stop_step(loss, tol, patience):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
    """
    yield Handed("h-loop", Copy().write("stop_step", loop).content, ALL - 2, ("takes too long",))
    yield Handed("h-loop-cell", Copy().write("predict_height", "while True: pass").content, ALL - 2, ("too long",))
    bomb = "def stop_step(loss, tol, patience):\n    held = []\n    while True:\n        held.append(bytearray(10**8))"
    yield Handed("h-memory", Copy().write("stop_step", bomb).content, ALL - 2, ("emory",))
    forks = "def stop_step(loss, tol, patience):\n    import os\n    while True:\n        os.fork()"
    yield Handed("h-forks", Copy().write("stop_step", forks).content, ALL - 2)
    loud = 'for _ in range(100):\n    print("x" * 10**6)\nheight = 0.01**2 / (2 * 0.002)'
    stored = Copy().write("predict_height", loud)
    stored.answer("predict_height").outputs = [nbformat.v4.new_output("stream", text="y" * 3 * 10**6)]
    yield Handed("h-loud", stored.content, ALL, ("100,000,100 letters",))
    inside = solutions()["stop_step"].replace("    flat = 0\n", '    print("z" * 10**6)\n    flat = 0\n', 1)
    yield Handed("h-loud-call", Copy().write("stop_step", inside).content, ALL)

    fake = Copy(solved=False).insert(2, "check = lambda *a: None", 2)
    fake.insert(3, "import course_lib\ncourse_lib.check = check", 3)
    yield Handed("h-check", fake.content, 0)
    patched = """
    def gradient_descent(grad_fn, w0, lr, steps):
        return w0
    from course_lib.checks import verdict, base
    verdict.diagnose = base.diagnose = lambda *a: base.Result("correct", "ha")
    base.Exercise.judge = lambda *a: base.Result("correct", "ha")
    np.allclose = np.array_equal = lambda *a, **k: True
    np.abs = lambda *a: np.zeros(1)
    import course_lib.checks.values as values
    values.same = lambda *a, **k: True
    """
    yield Handed("h-patched", Copy(solved=False).write("gradient_descent", patched).content, 0)
    asks = Copy(solved=False)
    asks.write(
        "gradient_descent", 'from course_lib.checks import find\ngradient_descent = find("gradient_descent").reference'
    )
    asks.write("stop_step", "from course_lib.chapters.gradient_descent.stop_step import stop_step")
    asks.write("predict_height", 'from course_lib.checks import find\nheight = find("predict_height").expected')
    yield Handed("h-reference", asks.content, 0)
    equal = """
    class Right:
        def __eq__(self, other): return True
        def __array__(self, *a, **k): raise SystemExit
        def __reduce__(self): raise KeyboardInterrupt
        def __len__(self): return 10**18
    def gradient_descent(grad_fn, w0, lr, steps):
        return Right()
    height = Right()
    """
    fooled = Copy(solved=False).write("gradient_descent", equal).write("predict_height", "height = Right()")
    yield Handed("h-equal", fooled.content, 0)
    pipe = """
    import os, gc
    def stop_step(loss, tol, patience):
        for one in range(3, 64):
            try:
                os.write(one, b'{"is": "done", "value": ["f", "0x0p0"]}' * 100)
            except OSError:
                pass
        return 1
    """
    yield Handed("h-pipe", Copy().write("stop_step", pipe).content, ALL - 2)
    steals = f"""
    from pathlib import Path
    text = ""
    for path in Path({str(course)!r}).rglob("*"):
        try:
            if path.suffix in (".ipynb", ".db", ".csv", ".py"):
                text += path.read_text(errors="replace")
                path.write_text("gone")
        except OSError:
            pass
    import sqlite3
    try:
        sqlite3.connect({str(course / "gradebook.db")!r}).execute("update grade set auto_score = 0")
    except sqlite3.Error:
        pass
    height = 0.01**2 / (2 * 0.002) if not text else 0
    """
    if sys.platform == "linux":  # elsewhere nothing keeps an answer from the files: the summary says so
        yield Handed("h-writes", Copy().write("predict_height", steals).content, ALL)
        yield Handed("h-writes-2", Copy(solved=False).write("predict_height", steals).content, POINTS["predict_height"])
    hides = """
    import os, subprocess, sys, threading, time
    threading.Thread(target=time.sleep, args=(1000,), daemon=False).start()
    try:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
    except OSError:
        pass
    height = 0.01**2 / (2 * 0.002)
    """
    yield Handed("h-hides", Copy().write("predict_height", hides).content, ALL)


def beside(course):
    """Put files beside the copies that are none."""
    (course / "submitted" / "notes.pdf").write_bytes(b"%PDF")
    (course / "submitted" / "Ada" / CHAPTER / "data.csv").write_text("a,b\n")
    (course / "submitted" / "all.zip").write_bytes(b"PK")
    (course / "submitted" / ".DS_Store").write_bytes(b"")
    other = course / "submitted" / "Ada" / "06_momentum" / "momentum.ipynb"
    other.parent.mkdir()
    shutil.copy(ROOT / "exercises" / "06_momentum" / "momentum.ipynb", other)


def sentences(student):
    """Return all that results.json says of a student, as one text."""
    return json.dumps(student, ensure_ascii=False)


@contextlib.contextmanager
def folder_for_all():
    """Make a folder that any user may enter, as a student's process is: pytest's own folders are closed to others.

    (Opened, they are closed again by the next pytest that starts on the machine.)
    """
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
